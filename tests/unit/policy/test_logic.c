// Three-valued logic, over all of it.
#include "cmocka_all.h"
#include "feel_case.h"

#include <stdio.h>

static const enum ternary ALL[] = {TERNARY_FALSE, TERNARY_TRUE, TERNARY_UNKNOWN};
static const char *const WORDS[] = {"false", "true", "null"};

static void the_tables_of_and_or_and_not_hold_everywhere(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            bool const f = ALL[i] == TERNARY_FALSE || ALL[k] == TERNARY_FALSE;
            bool const t = ALL[i] == TERNARY_TRUE || ALL[k] == TERNARY_TRUE;
            bool const u = ALL[i] == TERNARY_UNKNOWN || ALL[k] == TERNARY_UNKNOWN;
            assert_int_equal(ternary_and(ALL[i], ALL[k]), f   ? TERNARY_FALSE
                                                          : u ? TERNARY_UNKNOWN
                                                              : TERNARY_TRUE);
            assert_int_equal(ternary_or(ALL[i], ALL[k]), t   ? TERNARY_TRUE
                                                         : u ? TERNARY_UNKNOWN
                                                             : TERNARY_FALSE);
            // De Morgan
            assert_int_equal(ternary_not(ternary_and(ALL[i], ALL[k])),
                             ternary_or(ternary_not(ALL[i]), ternary_not(ALL[k])));
        }
    }
}

static void expressions_follow_the_same_tables(void **state)
{
    char text[64];
    (void)state;
    for (size_t i = 0; i < 3; i++) {
        for (size_t k = 0; k < 3; k++) {
            snprintf(text, sizeof(text), "%s and %s", WORDS[i], WORDS[k]);
            assert_string_equal(feel(text), WORDS[ternary_and(ALL[i], ALL[k])]);
            snprintf(text, sizeof(text), "%s or %s", WORDS[i], WORDS[k]);
            assert_string_equal(feel(text), WORDS[ternary_or(ALL[i], ALL[k])]);
        }
        snprintf(text, sizeof(text), "not(%s)", WORDS[i]);
        assert_string_equal(feel(text), WORDS[ternary_not(ALL[i])]);
    }
}

static void what_is_no_boolean_is_unknown(void **state)
{
    (void)state;
    FEEL("true and 1", "null");
    FEEL("false and 1", "false");
    FEEL("true or \"x\"", "true");
    FEEL("null = null", "true");
    FEEL("1 = null", "false");
    FEEL("1 < null", "null");
    FEEL("if null then 1 else 2", "2");
    FEEL("if \"x\" then 1 else 2", "null");
    FEEL("5 between 1 and null", "null");
}

// Missing data must never meet a threshold, whatever the test.
static void an_unknown_input_meets_no_test_but_null(void **state)
{
    static const char *const tests[] = {"< 3",
                                        ">= 3",
                                        "3",
                                        "\"a\"",
                                        "not(\"a\")",
                                        "not(3)",
                                        "[1..5]",
                                        "not([1..5])",
                                        "1, 2",
                                        "!= 3",
                                        "true",
                                        "false",
                                        "? < 3",
                                        "list contains(?, \"x\")",
                                        "not(list contains(?, 1))",
                                        "\"a\", \"b\"",
                                        "[1, 2]",
                                        "@\"2020-01-01\"",
                                        "c",
                                        "c + 1",
                                        "= c",
                                        "!= c",
                                        "= c + 1",
                                        "not(= c)",
                                        "[c]",
                                        "[1, [c + 1]]",
                                        "[\"a\", 1.x]"};
    char rows[128];
    (void)state;
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        snprintf(rows, sizeof(rows), "%s | - | 1; - | - | 2", tests[i]);
        if (strcmp(table("hitPolicy=\"FIRST\"", "<output/>", rows, "null", "1"), "2") != 0) {
            fail_msg("null met: %s", tests[i]);
        }
    }
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "null | - | 1", "null", "1"),
                        "1");
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "null, 3 | - | 1", "null", "1"),
                        "1");
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "= null | - | 1", "null", "1"),
                        "1");
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "!= null | - | 1", "3", "1"),
                        "1");
    assert_string_equal(
        table("hitPolicy=\"FIRST\"", "<output/>", "!= c | - | 1; - | - | 2", "3", "1"),
        "2"); // what is not known is not unequal either
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "[null, 3] | - | 1", "null", "1"),
                        "1");
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "? = null | - | 1", "null", "1"),
                        "1");
    assert_string_equal(table("hitPolicy=\"FIRST\"", "<output/>", "not(null) | - | 1", "3", "1"),
                        "1");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tables_of_and_or_and_not_hold_everywhere),
        cmocka_unit_test(expressions_follow_the_same_tables),
        cmocka_unit_test(what_is_no_boolean_is_unknown),
        cmocka_unit_test(an_unknown_input_meets_no_test_but_null),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
