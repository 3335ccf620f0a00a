// What `triage policy check` finds in a pack before it goes live, each with its place.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy_tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DAY "2026-06-01" // the packs' holidays are looked at as if it were this day

static char *printed;

static int check(const char *date)
{
    size_t size;
    free(printed);
    FILE *const out = open_memstream(&printed, &size);
    int const answer = policy_check(pack, date, false, out, out);
    fclose(out);
    return answer;
}

static void assert_says(const char *words)
{
    if (!strstr(printed, words)) fail_msg("does not say: %s\nbut:\n%s", words, printed);
}

// The pack spoilt in one place, checked, and mended again.
static void assert_finds(int answer, const char *file, const char *from, const char *to,
                         const char *says)
{
    pack_edit(file, from, to);
    assert_int_equal(check(DAY), answer);
    assert_says(says);
    pack_edit(file, to, from);
}

static void the_pack_as_it_is_has_nothing_to_find(void **state)
{
    (void)state;
    assert_int_equal(check(DAY), TOOL_FINE);
    assert_says("0 refused, 0 warnings");
}

static void a_word_that_the_fact_has_not_is_found_in_its_cell(void **state)
{
    (void)state;
    assert_finds(TOOL_FOUND, "threshold.dmn", "<text>\"none\", \"low\"</text>",
                 "<text>\"none\", \"lwo\"</text>",
                 ": dealt_with, row 1, column 1: \"lwo\" is no value of the fact `harm_actual`");
    assert_finds(TOOL_FOUND, "threshold.dmn", "list contains(?, \"falls\")",
                 "list contains(?, \"fall\")",
                 ": about_a_fall, row 1, column 1: \"fall\" is no value of the fact `themes`");
}

static void a_test_of_another_type_than_its_column_is_found(void **state)
{
    (void)state;
    assert_finds(TOOL_FOUND, "threshold.dmn", "<text>&gt;= 4</text>", "<text>\"4\"</text>",
                 "\"4\" is no value of the fact `falls_in_28_days`");
    assert_finds(TOOL_FOUND, "threshold.dmn", "<text>\"moderate\"</text>", "<text>&gt; 3</text>",
                 ": harm_weight, row 5, column 2: 3 is no value of the fact `harm_actual`");
}

static void an_answer_that_its_type_does_not_allow_is_found(void **state)
{
    (void)state;
    assert_finds(TOOL_FOUND, "threshold.dmn", "<text>\"enquire\"</text>", "<text>\"enqire\"</text>",
                 ": harm_weight, row 1, column 8: \"enqire\" is no value of the output `weight`");
}

static void a_type_that_leaves_out_a_code_of_its_fact_is_found(void **state)
{
    (void)state;
    assert_finds(TOOL_FOUND, "threshold.dmn", "\"moderate\", \"serious\", \"critical\"",
                 "\"moderate\", \"serious\"",
                 ": harm_actual: the type `harm_level` leaves out the fact's code \"critical\"");
}

// A model of one table of a and b; rows as inputEntry and outputEntry XML.
static void assert_table(const char *hit, const char *rows, int answer, const char *says)
{
    char path[256];
    size_t size;
    snprintf(path, sizeof(path), "%s", pack_file("one.dmn"));
    FILE *const f = fopen(path, "w");
    fprintf(f,
            "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">\n"
            "<inputData id=\"a\" name=\"a\"><variable name=\"a\" typeRef=\"number\"/></inputData>"
            "<inputData id=\"b\" name=\"b\"><variable name=\"b\" typeRef=\"boolean\"/></inputData>"
            "<decision id=\"d\" name=\"d\"><variable name=\"d\" typeRef=\"string\"/>"
            "<informationRequirement><requiredInput href=\"#a\"/></informationRequirement>"
            "<informationRequirement><requiredInput href=\"#b\"/></informationRequirement>"
            "<decisionTable hitPolicy=\"%s\"><input><inputExpression><text>a</text>"
            "</inputExpression></input><input><inputExpression><text>b</text></inputExpression>"
            "</input><output/>\n%s</decisionTable></decision></definitions>\n",
            hit, rows);
    fclose(f);
    free(printed);
    FILE *const out = open_memstream(&printed, &size);
    assert_int_equal(policy_check(path, NULL, false, out, out), answer);
    fclose(out);
    assert_says(says);
}

#define ROW(a, b, answer)                                                   \
    "<rule><inputEntry><text>" a "</text></inputEntry><inputEntry><text>" b \
    "</text></inputEntry><outputEntry><text>" answer "</text></outputEntry></rule>\n"

static void a_gap_is_found_with_an_input_that_falls_through(void **state)
{
    (void)state;
    assert_table("UNIQUE",
                 ROW("&lt; 18", "-", "\"x\"") ROW("&gt; 18", "-", "\"y\"")
                     ROW("null", "-", "\"z\""),
                 TOOL_FOUND, "one.dmn:2: d: no row matches when a = 18: add a row or a default");
    assert_table("UNIQUE", ROW("&lt; 18", "-", "\"x\"") ROW("&gt;= 18", "-", "\"y\""), TOOL_FOUND,
                 "no row matches when a = null");
    assert_table("UNIQUE",
                 ROW("&lt; 18", "-", "\"x\"") ROW("&gt;= 18", "-", "\"y\"")
                     ROW("null", "-", "\"z\""),
                 TOOL_FINE, "0 refused, 0 warnings");
}

static void an_overlap_is_found_with_an_input_that_meets_both_rows(void **state)
{
    (void)state;
    assert_table("UNIQUE", ROW("[0..18]", "-", "\"x\"") ROW("[18..99]", "true", "\"y\""),
                 TOOL_FOUND, "one.dmn:4: d, row 2: rows 1 and 2 both match when a = 18, b = true");
    assert_table("ANY", ROW("-", "true", "\"x\"") ROW("1", "-", "\"y\"") ROW("-", "-", "\"x\""),
                 TOOL_FOUND, "both match when");
}

static void a_test_without_a_guard_against_unknown_is_found(void **state)
{
    (void)state;
    assert_table("FIRST", ROW("? + 1 &lt; 3", "-", "\"x\"") ROW("-", "-", "\"y\""), TOOL_FOUND,
                 "one.dmn:3: d, row 1, column 1: says nothing when the input is unknown");
    assert_table("FIRST", ROW("? != null and ? + 1 &lt; 3", "-", "\"x\"") ROW("-", "-", "\"y\""),
                 TOOL_FINE, "0 refused");
}

static void a_row_that_no_input_reaches_is_found(void **state)
{
    (void)state;
    assert_table("FIRST",
                 ROW("&lt; 18", "-", "\"x\"") ROW("&lt; 10", "true", "\"y\"")
                     ROW("-", "-", "\"z\""),
                 TOOL_FINE, "one.dmn:4: warning: d, row 2: no input reaches this row");
    assert_table("FIRST", ROW("-", "-", "\"x\"") ROW("1", "-", "\"y\""), TOOL_FINE,
                 "d, row 2: no input reaches this row");
}

static void a_row_of_too_many_cells_is_refused(void **state)
{
    (void)state;
    assert_table("FIRST", ROW("1</text></inputEntry><inputEntry><text>2", "-", "\"x\""), TOOL_FOUND,
                 "d, row 1: the row has too many input cells");
}

static void a_word_that_the_daemon_does_not_know_is_found(void **state)
{
    static const struct {
        const char *file, *type, *word, *says;
    } words[] = {
        {"threshold.dmn", "\"duty_met\"", "\"duty_mat\"", "no tier is named \"duty_mat\""},
        {"threshold.dmn", "\"marac\"", "\"marrac\"", "no other service is named \"marrac\""},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]);
         i++) { // in the type's list and in the cells alike
        int n = 0;
        while (pack_edit_maybe(words[i].file, words[i].type, words[i].word)) n++;
        assert_true(n > 1);
        assert_int_equal(check(DAY), TOOL_FOUND);
        assert_says(words[i].says);
        assert_says(", row ");
        assert_says(", column ");
    }
}

static void a_team_of_no_list_is_found_in_its_cell(void **state)
{
    (void)state;
    assert_finds(TOOL_FOUND, "routing.dmn", "<text>\"out_of_hours\"</text>",
                 "<text>\"nobody\"</text>",
                 ": route, row 1, column 6: no team of pack.yaml has the id 'nobody'");
}

static void holidays_that_end_too_soon_are_found_on_the_day_that_is_asked_for(void **state)
{
    (void)state;
    FILE *const f = fopen(pack_file("holidays.csv"), "w");
    fputs("date,name\n2026-12-28,Boxing Day\n", f);
    fclose(f);
    assert_int_equal(check("2026-09-29"), TOOL_FINE); // 90 days
    assert_int_equal(check("2026-09-30"), TOOL_FOUND);
    assert_says("holidays.csv: the last holiday is less than 90 days away: add the next year's");
    assert_int_equal(check("2026-13-01"), TOOL_FAILED);
    assert_says("no date is written '2026-13-01'");
}

static void what_is_not_there_is_said_once(void **state)
{
    (void)state;
    assert_int_equal(remove(pack_file("holidays.csv")), 0);
    assert_int_equal(check(DAY), TOOL_FOUND);
    assert_says("holidays.csv: the file is missing");
    assert_null(strstr(printed, "90 days"));
}

static int printed_drop(void **state)
{
    (void)state;
    free(printed);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_COPY(the_pack_as_it_is_has_nothing_to_find),
        ON_A_COPY(a_word_that_the_fact_has_not_is_found_in_its_cell),
        ON_A_COPY(a_test_of_another_type_than_its_column_is_found),
        ON_A_COPY(an_answer_that_its_type_does_not_allow_is_found),
        ON_A_COPY(a_type_that_leaves_out_a_code_of_its_fact_is_found),
        ON_A_COPY(a_gap_is_found_with_an_input_that_falls_through),
        ON_A_COPY(an_overlap_is_found_with_an_input_that_meets_both_rows),
        ON_A_COPY(a_test_without_a_guard_against_unknown_is_found),
        ON_A_COPY(a_row_that_no_input_reaches_is_found),
        ON_A_COPY(a_row_of_too_many_cells_is_refused),
        ON_A_COPY(a_word_that_the_daemon_does_not_know_is_found),
        ON_A_COPY(a_team_of_no_list_is_found_in_its_cell),
        ON_A_COPY(holidays_that_end_too_soon_are_found_on_the_day_that_is_asked_for),
        ON_A_COPY(what_is_not_there_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, printed_drop);
}
