// A pack against published scenarios: what is counted, and what is refused with its line.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy_tools.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEADER                                                                       \
    "id,guide_name,abuse_type,setting,harm_level,recurrence,others_at_risk,"         \
    "intent_or_recklessness,immediate_danger,crime_suspected,care_plan_followed,"    \
    "mitigation_in_place,adult_can_protect_self,capacity,consent,position_of_trust," \
    "extra_facts,short_paraphrase,normalised_level\n"
#define SMALL(id, guide, level) \
    id "," guide ",physical,,low,first,,,,,,y,,,,,,a small matter that was dealt with," level "\n"
#define GRAVE(id, guide, level) id "," guide ",physical,,,,,,y,y,,,,,,,,danger now," level "\n"

static char *printed, *complained;

static int score(const char *scenarios, bool json)
{
    char path[256];
    size_t n_out, n_err;
    free(printed);
    free(complained);
    snprintf(path, sizeof(path), "%s", pack_file("scenarios.csv"));
    FILE *const f = fopen(path, "w");
    fputs(scenarios, f);
    fclose(f);
    FILE *const out = open_memstream(&printed, &n_out);
    FILE *const err = open_memstream(&complained, &n_err);
    int const answer = policy_score(pack, path, json, out, err);
    fclose(out);
    fclose(err);
    return answer;
}

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words)) fail_msg("does not say: %s\nbut:\n%s", words, text);
}

static void rows_that_agree_are_counted_by_guide(void **state)
{
    (void)state;
    assert_int_equal(score(HEADER SMALL("1", "A", "no_referral") GRAVE("2", "A", "refer")
                               GRAVE("3", "B", "refer") SMALL("4", "B", ""),
                           false),
                     TOOL_FINE);
    assert_says(printed, "| A | 2 | 2 | 100 | 0 | 0 |");
    assert_says(printed, "| B | 1 | 1 | 100 | 0 | 0 |"); // a row without a level says nothing
    assert_says(printed, "counted the same: 100.0 %. To refer, but below: 0.");
}

static void a_row_to_refer_that_falls_below_is_told_and_found(void **state)
{
    (void)state;
    assert_int_equal(score(HEADER SMALL("7", "A", "refer"), false), TOOL_FOUND);
    assert_says(printed, "7 (A): published refer, ours ");
    assert_says(printed, "To refer, but below: 1.");
    assert_int_equal(score(HEADER SMALL("7", "A", "refer"), true), TOOL_FOUND);
    json_t *const j = json_loads(printed, 0, NULL);
    assert_non_null(j);
    assert_int_equal(json_integer_value(json_object_get(j, "refer_below")), 1);
    json_decref(j);
}

static void every_word_of_the_map_can_be_said(void **state)
{
    (void)state;
    static const char row[] = "1,A,physical,,low,first,,,,,,y,,,,,care_support_needs=unknown,x,"
                              "no_referral\n";
    char scenarios[1024];
    snprintf(scenarios, sizeof(scenarios), "%s%s", HEADER, row);
    assert_true(score(scenarios, false) != TOOL_FAILED);
    assert_string_equal(complained, "");
}

static void scenarios_that_cannot_be_scored_are_refused_with_their_line(void **state)
{
    (void)state;
    assert_int_equal(score(HEADER SMALL("1", "A", "referral"), false), TOOL_FAILED);
    assert_says(complained, ":2: normalised_level is 'referral': write no_referral, consult");
    assert_int_equal(score("id,guide_name\n1,A\n", false), TOOL_FAILED);
    assert_says(complained, ":1: the column normalised_level is missing");
    assert_int_equal(score(HEADER, false), TOOL_FAILED);
    assert_says(complained, "holds no scenario");
    assert_int_equal(score("", false), TOOL_FAILED);
    assert_says(complained, "the file is empty");
    assert_int_equal(score(HEADER "1,\"A\n", false), TOOL_FAILED);
    assert_says(complained, ":2: a quote is never closed");
}

static void a_map_that_is_wrong_is_refused_with_its_line(void **state)
{
    static const struct {
        const char *line, *says;
    } lines[] = {{"consent,y,consents,yes\n", "no fact is named 'consents'"},
                 {"consent,y,consents_to_sharing,maybe\n", "cannot hold 'maybe'"},
                 {"consent,*,consents_to_sharing,number\n", "cannot hold 'number'"},
                 {"conzent,y,consents_to_sharing,yes\n", "has no column 'conzent'"}};
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        FILE *const f = fopen(pack_file("score.csv"), "w");
        fprintf(f, "column,value,fact,as\n%s", lines[i].line);
        fclose(f);
        assert_int_equal(score(HEADER SMALL("1", "A", "refer"), false), TOOL_FAILED);
        assert_says(complained, "score.csv:2: ");
        assert_says(complained, lines[i].says);
        assert_string_equal(printed, "");
    }
}

static int texts_drop(void **state)
{
    (void)state;
    free(printed);
    free(complained);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_COPY(rows_that_agree_are_counted_by_guide),
        ON_A_COPY(a_row_to_refer_that_falls_below_is_told_and_found),
        ON_A_COPY(every_word_of_the_map_can_be_said),
        ON_A_COPY(scenarios_that_cannot_be_scored_are_refused_with_their_line),
        ON_A_COPY(a_map_that_is_wrong_is_refused_with_its_line),
    };
    return cmocka_run_group_tests(tests, NULL, texts_drop);
}
