// Hit policies, outputs and traces.
#include "cmocka_all.h"
#include "feel_case.h"

#define ONE "<output/>"
#define ORDERED \
    "<output><outputValues><text>\"red\", \"amber\", \"green\"</text></outputValues></output>"
#define TWO "<output name=\"x\"/><output name=\"y\"/>"

static void unique_gives_the_row_that_matches(void **state)
{
    (void)state;
    const char *const rows = "< 18 | - | \"young\"; >= 18 | - | \"old\"";
    assert_string_equal(table("", ONE, rows, "17", "1"), "\"young\"");
    assert_string_equal(table("hitPolicy=\"UNIQUE\"", ONE, rows, "18", "1"), "\"old\"");
    assert_string_equal(table("", ONE, rows, "null", "1"), "null");
}

static void unique_with_two_rows_is_an_error_not_a_choice(void **state)
{
    (void)state;
    assert_string_equal(table("", ONE, "> 1 | - | 1; > 2 | - | 2", "3", "1"), "null");
}

static void any_wants_agreement(void **state)
{
    (void)state;
    const char *const rows = "> 1 | - | 1; > 2 | - | 1; > 5 | - | 2";
    assert_string_equal(table("hitPolicy=\"ANY\"", ONE, rows, "3", "1"), "1");
    assert_string_equal(table("hitPolicy=\"ANY\"", ONE, rows, "6", "1"), "null");
}

static void priority_and_output_order_go_by_the_output_values(void **state)
{
    (void)state;
    const char *const rows = "> 1 | - | \"green\"; > 2 | - | \"amber\"; > 3 | - | \"red\"";
    assert_string_equal(table("hitPolicy=\"PRIORITY\"", ORDERED, rows, "3", "1"), "\"amber\"");
    assert_string_equal(table("hitPolicy=\"PRIORITY\"", ORDERED, rows, "4", "1"), "\"red\"");
    assert_string_equal(table("hitPolicy=\"OUTPUT ORDER\"", ORDERED, rows, "4", "1"),
                        "[\"red\", \"amber\", \"green\"]");
    assert_string_equal(table("hitPolicy=\"RULE ORDER\"", ORDERED, rows, "4", "1"),
                        "[\"green\", \"amber\", \"red\"]");
}

static void first_stops_at_the_first(void **state)
{
    (void)state;
    assert_string_equal(
        table("hitPolicy=\"FIRST\"", ONE, "> 1 | - | 1; > 2 | - | 2; - | - | 3", "3", "1"), "1");
}

static void collect_gathers_or_folds(void **state)
{
    (void)state;
    const char *const rows = "> 1 | - | 5; > 2 | - | 2.5; > 9 | - | 7";
    assert_string_equal(table("hitPolicy=\"COLLECT\"", ONE, rows, "3", "1"), "[5, 2.5]");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", ONE, rows, "3", "1"),
                        "7.5");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"MIN\"", ONE, rows, "3", "1"),
                        "2.5");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"MAX\"", ONE, rows, "3", "1"),
                        "5");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", ONE, rows, "3", "1"),
                        "2");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"COUNT\"", ONE, rows, "0", "1"),
                        "0");
    assert_string_equal(table("hitPolicy=\"COLLECT\" aggregation=\"SUM\"", ONE, rows, "0", "1"),
                        "null");
}

static void several_outputs_make_a_context(void **state)
{
    (void)state;
    assert_string_equal(table("", TWO, "1 | - | \"p\" | a + b", "1", "2"), "{x: \"p\", y: 3}");
}

static void a_default_output_answers_when_no_row_does(void **state)
{
    (void)state;
    const char *const out =
        "<output><defaultOutputEntry><text>9</text></defaultOutputEntry></output>";
    assert_string_equal(table("", out, "1 | - | 5", "2", "1"), "9");
    assert_string_equal(table("", out, "1 | - | 5", "1", "1"), "5");
}

static void cells_may_be_ranges_lists_negations_and_expressions(void **state)
{
    (void)state;
    const char *const first = "hitPolicy=\"FIRST\"";
    assert_string_equal(table(first, ONE, "(1..3] | - | 1; - | - | 2", "1", "1"), "2");
    assert_string_equal(table(first, ONE, "]1..3] | - | 1; - | - | 2", "3", "1"), "1");
    assert_string_equal(table(first, ONE, "not(1, 2) | - | 1; - | - | 2", "3", "1"), "1");
    assert_string_equal(table(first, ONE, "not(1, 2) | - | 1; - | - | 2", "2", "1"), "2");
    assert_string_equal(table(first, ONE, "< b | - | 1; - | - | 2", "2", "3"), "1");
    assert_string_equal(table(first, ONE, "[b, 7] | - | 1; - | - | 2", "3", "3"), "1");
    assert_string_equal(
        table(first, ONE, "list contains(?, \"x\") | - | 1; - | - | 2", "[\"y\", \"x\"]", "1"),
        "1");
    assert_string_equal(table(first, ONE, "a > 1 | - | 1; - | - | 2", "2", "1"), "1");
    assert_string_equal(table(first, ONE, "-5 | - | 1; - | - | 2", "-5", "1"), "1");
}

static void the_trace_names_rows_and_the_one_unknown_that_kept_a_row_out(void **state)
{
    struct case_run run = {.arena_bytes = (size_t)1 << 20};
    (void)state;
    const char *const xml =
        "<decisionTable hitPolicy=\"COLLECT\">"
        "<input><inputExpression><text>a</text></inputExpression></input>"
        "<input><inputExpression><text>b</text></inputExpression></input><output/>"
        "<rule><inputEntry><text>1</text></inputEntry><inputEntry><text>2</text></inputEntry>"
        "<outputEntry><text>1</text></outputEntry></rule>"
        "<rule><inputEntry><text>1</text></inputEntry><inputEntry><text>-</text></inputEntry>"
        "<outputEntry><text>2</text></outputEntry></rule>"
        "<rule><inputEntry><text>3</text></inputEntry><inputEntry><text>2</text></inputEntry>"
        "<outputEntry><text>3</text></outputEntry></rule>"
        "<rule><inputEntry><text>1</text></inputEntry>"
        "<inputEntry><text>? != null and ? = 4</text></inputEntry>"
        "<outputEntry><text>4</text></outputEntry></rule></decisionTable>";
    assert_string_equal(decide_within(xml, "1", "null", NULL, &run), "[2]");
    assert_int_equal(run.n_matched, 1);
    assert_int_equal(run.matched[0], 1);
    assert_int_equal(run.n_near, 2); // rows 1 and 4, both for want of b; a guard hides nothing
    assert_int_equal(run.near[0].row, 0);
    assert_int_equal(run.near[0].column, 1);
    assert_int_equal(run.near[1].row, 3);
    assert_string_equal(decide_within(xml, "null", "null", NULL, &run), "null");
    assert_int_equal(run.n_near, 1); // row 2 alone lacks a single answer
    assert_int_equal(run.near[0].row, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(unique_gives_the_row_that_matches),
        cmocka_unit_test(unique_with_two_rows_is_an_error_not_a_choice),
        cmocka_unit_test(any_wants_agreement),
        cmocka_unit_test(priority_and_output_order_go_by_the_output_values),
        cmocka_unit_test(first_stops_at_the_first),
        cmocka_unit_test(collect_gathers_or_folds),
        cmocka_unit_test(several_outputs_make_a_context),
        cmocka_unit_test(a_default_output_answers_when_no_row_does),
        cmocka_unit_test(cells_may_be_ranges_lists_negations_and_expressions),
        cmocka_unit_test(the_trace_names_rows_and_the_one_unknown_that_kept_a_row_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
