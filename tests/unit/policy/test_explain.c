// Why a verdict is what it is, and what `triage policy explain` and `eval` make of a file of facts.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy_explain.h"
#include "policy_tools.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint8_t scratch[POLICY_SCRATCH_BYTES];
static char *printed, *complained;

static void facts_put(const char *json)
{
    FILE *const f = fopen(pack_file("facts.json"), "w");
    assert_non_null(f);
    fputs(json, f);
    fclose(f);
}

static int run(const char *json, int (*tool)(const char *facts, FILE *out, FILE *err))
{
    size_t n_out, n_err;
    char path[256];
    free(printed);
    free(complained);
    if (json) facts_put(json);
    snprintf(path, sizeof(path), "%s", pack_file("facts.json"));
    FILE *const out = open_memstream(&printed, &n_out), *const err =
                                                            open_memstream(&complained, &n_err);
    int const answer = tool(path, out, err);
    fclose(out);
    fclose(err);
    return answer;
}

static int explain_words(const char *facts, FILE *out, FILE *err)
{
    return policy_explain_facts(PACK_DIR, facts, false, out, err);
}

static int explain_json(const char *facts, FILE *out, FILE *err)
{
    return policy_explain_facts(PACK_DIR, facts, true, out, err);
}

static int eval_rating(const char *facts, FILE *out, FILE *err)
{
    return policy_eval(PACK_DIR, "rating", facts, out, err);
}

#define SMALL                                                                              \
    "{\"harm_actual\": \"low\", \"mitigation_in_place\": true, \"recurrence\": \"first\"," \
    " \"care_and_support_needs\": true, \"harm_types\": [\"physical\"]}"

static void assert_says(const char *text, const char *words)
{
    if (!strstr(text, words)) fail_msg("does not say: %s\nbut:\n%s", words, text);
}

static void each_limb_names_its_row_and_the_facts_it_rests_on(void **state)
{
    struct arena arena;
    struct facts facts;
    static struct explanation why;
    struct policy *p = NULL;
    (void)state;
    assert_int_equal(policy_open(&p, pack, NULL), OK);
    facts_clear(&facts);
    facts.value[FACT_CARE_AND_SUPPORT_NEEDS] = 1;
    facts.value[FACT_HARM_ACTUAL] = fact_code_from(FACT_HARM_ACTUAL, "serious");
    arena_init(&arena, scratch, sizeof(scratch));
    policy_explain(p, &facts, &arena, &why);
    const struct explained_row *row = &why.questions[EXPLAINED_LIMB_A].rows[0];
    assert_int_equal(why.verdict.limb[0], ANSWER_YES);
    assert_string_equal(row->reason.decision, "limb_a");
    assert_int_equal(row->n_facts, 1);
    assert_int_equal(row->facts[0], FACT_CARE_AND_SUPPORT_NEEDS);
    const struct explained *const b = &why.questions[EXPLAINED_LIMB_B];
    bool found = false; // the table behind it that saw the harm
    for (size_t i = 0; i < b->n_rows; i++) {
        found = found || (strcmp(b->rows[i].reason.decision, "harm_weight") == 0 &&
                          b->rows[i].facts[0] == FACT_HARM_ACTUAL);
    }
    assert_true(found);
    const struct explained *const c = &why.questions[EXPLAINED_LIMB_C];
    assert_int_equal(why.verdict.limb[2], ANSWER_NOT_KNOWN);
    assert_int_equal(c->open[0], FACT_UNABLE_TO_PROTECT_SELF);
    policy_close(p);
}

static void to_explain_changes_no_verdict(void **state)
{
    static struct explanation why;
    uint32_t seed = 11;
    struct policy *p = NULL;
    (void)state;
    assert_int_equal(policy_open(&p, pack, NULL), OK);
    for (int i = 0; i < 200; i++) {
        struct arena arena;
        struct facts facts;
        struct verdict v;
        facts_clear(&facts);
        for (unsigned f = 0; f < FACT_COUNT; f++) {
            seed = seed * 1664525 + 1013904223;
            if (seed >> 24 & 3) continue;
            facts.value[f] = (int32_t)(seed >> (FACTS[f].type == FACT_NUMBER ? 28 : 31));
        }
        arena_init(&arena, scratch, sizeof(scratch));
        policy_decide(p, &facts, &arena, &v);
        policy_explain(p, &facts, &arena, &why);
        assert_memory_equal(&v, &why.verdict, sizeof(v));
    }
    policy_close(p);
}

static void what_was_missing_is_asked_and_never_suggested(void **state)
{
    (void)state;
    assert_int_equal(run(SMALL, explain_words), TOOL_FINE);
    assert_says(printed, "below_threshold");
    assert_says(printed, "(a) needs for care and support: yes");
    assert_says(printed, "table limb_a, row 1: care_and_support_needs = true");
    assert_says(printed, "What was missing");
    assert_says(printed, "  - Is the adult in danger now? (immediate_danger, not said)");
    assert_says(printed, "How much harm came of it? (as understood: harm_actual = \"low\")");
    assert_null(strstr(strstr(printed, "What was missing"), "serious")); // no answer to give
}

static void where_the_duty_is_met_nothing_was_missing(void **state)
{
    (void)state;
    assert_int_equal(
        run("{\"immediate_danger\": true, \"care_and_support_needs\": true}", explain_words),
        TOOL_FINE);
    assert_says(printed, "What was missing: nothing.");
}

static void the_json_holds_sets_that_can_be_checked(void **state)
{
    (void)state;
    assert_int_equal(run(SMALL, explain_json), TOOL_FINE);
    json_t *const j = json_loads(printed, 0, NULL);
    assert_non_null(j);
    assert_true(json_array_size(json_object_get(j, "trace")) > 40); // every table of the pack
    json_t *const missing = json_object_get(j, "missing");
    assert_int_equal(json_integer_value(json_object_get(missing, "facts_together")), 1);
    const json_t *const set = json_array_get(json_object_get(missing, "sets"), 0);
    const json_t *const change = json_array_get(set, 0);
    assert_true(json_is_null(json_object_get(change, "was")));
    json_t *const facts = json_loads(SMALL, 0, NULL);
    json_object_set(facts, json_string_value(json_object_get(change, "fact")),
                    json_object_get(change, "would_count"));
    char *const text = json_dumps(facts, 0);
    json_decref(facts);
    json_decref(j);
    assert_int_equal(run(text, explain_words), TOOL_FINE);
    free(text);
    assert_says(printed, "duty_met");
}

static void an_evaluation_of_a_pack_reaches_its_outcomes_first(void **state)
{
    (void)state;
    assert_int_equal(run("{\"immediate_danger\": true}", eval_rating), TOOL_FINE);
    assert_says(printed, "\"red\"");
    assert_int_equal(run("{\"tier\": \"duty_met\", \"score\": 3}", eval_rating), TOOL_FINE);
}

// One line for each mistake: the file, the fact, and what to write.
static void facts_that_are_wrong_are_refused_one_by_one(void **state)
{
    static const struct {
        const char *json, *says;
    } cases[] = {
        {"", "is empty: write the facts as one object"},
        {"[1]", "write the facts as one object"},
        {"{\"a\": 1,}", "facts.json:1:9: "},
        {"{\"harm_actual\": \"low\", \"harm_actual\": \"low\"}", "duplicate"},
        {"{\"imediate_danger\": true}", "\"imediate_danger\": no fact has this name"},
        {"{\"immediate_danger\": \"yes\"}", "\"immediate_danger\": write true, false or null"},
        {"{\"age_years\": \"80\"}", "\"age_years\": write a whole number (years) or null"},
        {"{\"age_years\": 80.5}", "\"age_years\": write a whole number (years) or null"},
        {"{\"age_years\": -1}", "\"age_years\": write a whole number (years) or null"},
        {"{\"age_years\": 99999999999}", "\"age_years\": write a whole number (years) or null"},
        {"{\"harm_actual\": \"lwo\"}", "\"harm_actual\": write null or one of \"none\", \"low\""},
        {"{\"harm_actual\": [\"low\"]}", "\"harm_actual\": write null or one of"},
        {"{\"harm_types\": \"physical\"}", "\"harm_types\": write null or a list"},
        {"{\"harm_types\": [\"physcal\"]}", "\"harm_types\": write null or a list"},
        {"{\"age_years\": \"\\u0000\"}", "facts.json:1:"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        assert_int_equal(run(cases[i].json, explain_words), TOOL_FAILED);
        assert_string_equal(printed, "");
        assert_says(complained, cases[i].says);
        assert_int_equal(run(cases[i].json, eval_rating), TOOL_FAILED);
        assert_string_equal(printed, "");
        assert_says(complained, cases[i].says);
        assert_ptr_equal(strchr(complained, '\n'), strrchr(complained, '\n'));
    }
    assert_int_equal(run("{\"tier\": \"met\"}", eval_rating), TOOL_FAILED);
    assert_int_equal(run("{\"tier\": \"duty_met\"}", explain_words), TOOL_FAILED);
}

static int explain_nothing(const char *facts, FILE *out, FILE *err)
{
    (void)facts;
    return policy_explain_facts(PACK_DIR, "/nonexistent.json", false, out, err);
}

static int explain_a_folder(const char *facts, FILE *out, FILE *err)
{
    (void)facts;
    return policy_explain_facts(PACK_DIR, "/tmp", false, out, err);
}

static int explain_a_model(const char *facts, FILE *out, FILE *err)
{
    return policy_explain_facts(PACK_DIR "/threshold.dmn", facts, false, out, err);
}

static int eval_no_decision(const char *facts, FILE *out, FILE *err)
{
    return policy_eval(PACK_DIR, "ratng", facts, out, err);
}

static void what_cannot_be_read_or_found_is_said_in_a_line(void **state)
{
    (void)state;
    assert_int_equal(run("{}", explain_nothing), TOOL_FAILED);
    assert_says(complained, "/nonexistent.json: cannot be read");
    assert_int_equal(run("{}", explain_a_folder), TOOL_FAILED);
    assert_says(complained, "/tmp: cannot be read");
    assert_int_equal(run("{}", explain_a_model), TOOL_FAILED);
    assert_int_equal(run("{}", eval_no_decision), TOOL_FAILED);
    assert_says(complained, "no decision is named 'ratng'");
}

static void inputs_of_a_single_model_are_held_against_its_types(void **state)
{
    static const char xml[] =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
        "<inputData id=\"i\" name=\"born\"><variable name=\"born\" typeRef=\"date\"/></inputData>"
        "<decision id=\"d\" name=\"year\"><variable name=\"year\"/><informationRequirement>"
        "<requiredInput href=\"#i\"/></informationRequirement><literalExpression><text>born.year"
        "</text></literalExpression></decision></definitions>";
    char path[256];
    size_t size;
    (void)state;
    FILE *f = fopen(pack_file("one.dmn"), "w");
    fputs(xml, f);
    fclose(f);
    snprintf(path, sizeof(path), "%s", pack_file("one.dmn"));
    for (int i = 0; i < 3; i++) {
        static const char *const facts[] = {"{\"born\": \"1940-05-06\"}", "{\"born\": 1940}",
                                            "{\"birn\": null}"};
        static const char *const says[] = {"\"result\": 1940",
                                           "\"born\": not of the type that one.dmn:1",
                                           "\"birn\": no input of one.dmn has this name"};
        char *text = NULL;
        facts_put(facts[i]);
        FILE *const out = open_memstream(&text, &size);
        assert_int_equal(policy_eval(path, NULL, pack_file("facts.json"), out, out),
                         i ? TOOL_FAILED : TOOL_FINE);
        fclose(out);
        assert_says(text, says[i]);
        free(text);
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
        ON_A_COPY(each_limb_names_its_row_and_the_facts_it_rests_on),
        ON_A_COPY(to_explain_changes_no_verdict),
        ON_A_COPY(what_was_missing_is_asked_and_never_suggested),
        ON_A_COPY(where_the_duty_is_met_nothing_was_missing),
        ON_A_COPY(the_json_holds_sets_that_can_be_checked),
        ON_A_COPY(an_evaluation_of_a_pack_reaches_its_outcomes_first),
        ON_A_COPY(facts_that_are_wrong_are_refused_one_by_one),
        ON_A_COPY(what_cannot_be_read_or_found_is_said_in_a_line),
        ON_A_COPY(inputs_of_a_single_model_are_held_against_its_types),
    };
    return cmocka_run_group_tests(tests, NULL, texts_drop);
}
