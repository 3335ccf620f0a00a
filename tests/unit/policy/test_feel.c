// The expression language, by what expressions come to.
#include "cmocka_all.h"
#include "feel_case.h"

static void numbers_are_decimal_and_never_doubles(void **state)
{
    (void)state;
    FEEL("0.1 + 0.2", "0.3");
    FEEL("0.1 + 0.2 = 0.3", "true");
    FEEL("1 / 3 * 3", "0.9999999999999999999999999999999999");
    FEEL("9999999999999999999999999999999999 + 1", "10000000000000000000000000000000000");
    FEEL("10 / 0", "null");
    FEEL("2 ** 10", "1024");
    FEEL("-3 ** 2", "9"); // negation binds tighter
    FEEL("2 ** -1", "0.5");
    FEEL("1.50", "1.5");
    FEEL("1.2*10**3", "1200");
    FEEL("5 - 3 - 1", "1");
    FEEL("modulo(-10, 3)", "2");
    FEEL("modulo(10, -3)", "-2");
    FEEL("decimal(2.5, 0)", "2");
    FEEL("round half up(-2.5, 0)", "-3");
    FEEL("round half down(2.5, 0)", "2");
    FEEL("round half down(2.51, 0)", "3");
    FEEL("round up(-2.1, 0)", "-3");
    FEEL("floor(-1.1)", "-2");
    FEEL("sqrt(-1)", "null");
    FEEL("\"1\" + 1", "null");
}

static void names_may_hold_spaces_and_operators_when_they_are_in_scope(void **state)
{
    (void)state;
    FEEL("{date of birth: 3, x: date of birth + 1}.x", "4");
    FEEL("{a-b: 3, c: 5, x: c - a-b}.x", "2");
    FEEL("{a+b: 3, x: a + b * 2}.x", "6");
    FEEL("{first  name: \"x\"}.first name", "\"x\"");
    FEEL("for loop variable in [1, 2] return loop variable * 2", "[2, 4]");
    FEEL("[{the key: 1}, {the key: 2}][the key > 1]", "[{the key: 2}]");
    FEEL("nothing of that name", "refused: 'of' cannot follow here (character 9 of: nothing of "
                                 "that name)");
    FEEL("unheard", "refused: nothing in scope is named 'unheard'");
}

static void strings_are_unicode_and_know_their_escapes(void **state)
{
    (void)state;
    FEEL("string length(\"\\uD83D\\uDC0E\")", "1");
    FEEL("\"\\U01F40E\" = \"\\uD83D\\uDC0E\"", "true");
    FEEL("upper case(\"stra\xc3\x9f"
         "e \xc3\xa9\")",
         "\"STRA\xc3\x9f"
         "E \xc3\x89\"");
    FEEL("substring(\"foobar\", -2, 1)", "\"a\"");
    FEEL("substring(\"foobar\", 7)", "\"\"");
    FEEL("substring(\"foobar\", 0)", "null");
    FEEL("substring before(\"foobar\", \"xyz\")", "\"\"");
    FEEL("substring after(\"foobar\", \"ob\")", "\"ar\"");
    FEEL("string join([\"a\", null, \"c\"], \", \")", "\"a, c\"");
    FEEL("contains(\"foobar\", \"ob\") and starts with(\"foobar\", \"foo\")", "true");
    FEEL("\"\\ud800\"", "refused: an escape in this string has no meaning (character 1 of: "
                        "\"\\ud800\")");
}

static void lists_filters_and_paths_count_from_one(void **state)
{
    (void)state;
    FEEL("[1, 2, 3][-1]", "3");
    FEEL("[1, 2, 3][0]", "null");
    FEEL("[1, 2, 3][item >= 2]", "[2, 3]");
    FEEL("[{a: 1, b: 2}, {a: 3, b: 4}][a > b - 2].b", "[2, 4]");
    FEEL("[{a: {c: 1}}, {a: {c: 2}}].a.c", "[1, 2]");
    FEEL("{item: 5, x: [{item: 1}][item = 1]}.x", "[{item: 1}]");
    FEEL("[1, 2][\"no condition\"]", "null");
    FEEL("[1..10[.end included", "false");
    FEEL("(< 10).start", "null");
    FEEL("for i in 3..1 return i", "[3, 2, 1]");
    FEEL("for i in 1..5 return if i < 3 then i else partial[-1] + partial[-2]", "[1, 2, 3, 5, 8]");
    FEEL("for x in [1, 2], y in [10, 20] return x + y", "[11, 21, 12, 22]");
    FEEL("some x in [1, 2, 3] satisfies x > 2", "true");
    FEEL("every x in [1, null, 3] satisfies x > 0", "null");
    FEEL("every x in [] satisfies false", "true");
    FEEL("sort([3, 1, 2], function(x, y) x > y)", "[3, 2, 1]");
    FEEL("distinct values([1, 2, 1])", "[1, 2]");
    FEEL("flatten([[1, [2]], 3])", "[1, 2, 3]");
    FEEL("sum([])", "null");
    FEEL("min(\"b\", \"a\")", "\"a\"");
    FEEL("context put({x: {y: 1}}, [\"x\", \"y\"], 2)", "{x: {y: 2}}");
}

static void a_function_knows_what_was_around_it(void **state)
{
    (void)state;
    FEEL("{n: 10, f: function(x: number) x * n, r: f(2)}.r", "20");
    FEEL("{f: function(x: number) x, r: f(\"a\")}.r", "null");
    FEEL("{f: function(a, b) a - b, r: f(b: 1, a: 3)}.r", "2");
    FEEL("{f: function(a) a, r: f(1, 2)}.r", "null");
    FEEL("abs()", "refused: abs() does not take these arguments");
}

static void what_lies_outside_the_profile_is_refused_with_a_sentence(void **state)
{
    (void)state;
    FEEL("now()", "outside: the time is an input, never a call: a decision must be repeatable");
    FEEL("today()", "outside: the time is an input, never a call: a decision must be repeatable");
    FEEL("matches(\"a\", \"a\")",
         "outside: regular expressions are not run here: they can take time without end");
    FEEL("median([1])", "outside: statistics are outside this profile: use sum, count and mean");
    FEEL("sort([1], min)", "outside: min is called, not passed on: write function(x) min(x)");
    assert_memory_equal(feel("function(a) external {java: {}}"), "outside: external", 17);
}

static void malformed_expressions_say_where(void **state)
{
    (void)state;
    FEEL("1 +", "refused: the expression ends too early (character 4 of: 1 +)");
    FEEL("(1", "refused: expected ')' here (character 3 of: (1)");
    FEEL("\"open", "refused: a character that starts nothing (character 1 of: \"open)");
    FEEL("if true then 1", "refused: 'if' needs 'else' here (character 15 of: if true then 1)");
    FEEL("{a: 1, a: 2}",
         "refused: this key is in the context already (character 11 of: {a: 1, a: 2})");
    FEEL("@\"2021-13-01\"", "refused: no date, time or duration is written like this (character 2 "
                            "of: @\"2021-13-01\")");
    assert_memory_equal(feel("1 /* never closed"), "refused: a character", 20);
}

static void comments_are_white_space(void **state)
{
    (void)state;
    FEEL("1 /* one */ + // and\n 2", "3");
}

static void types_are_asked_and_kept_apart(void **state)
{
    (void)state;
    FEEL("@\"P1Y\" instance of years and months duration", "true");
    FEEL("@\"P1D\" instance of years and months duration", "false");
    FEEL("[1, 2] instance of list<number>", "true");
    FEEL("[1, \"a\"] instance of list<number>", "false");
    FEEL("{a: 1} instance of context<a: number>", "true");
    FEEL("[1..2] instance of range<number>", "true");
    FEEL("null instance of number", "false");
    FEEL("100 = \"100\"", "null");
    FEEL("@\"P1Y\" < @\"P400D\"", "null"); // two kinds of duration have no order
    FEEL("@\"P1Y\" + @\"P1D\"", "null");
    FEEL("5 in [1..null]", "null");
}

static void a_value_is_an_instance_of_what_it_could_stand_for(void **state)
{
    static const char *const is[] = {
        "1 instance of Any",
        "null instance of Null",
        "true instance of boolean",
        "\"a\" instance of string",
        "@\"2026-01-21\" instance of date",
        "@\"10:00:00\" instance of time",
        "@\"2026-01-21T10:00:00\" instance of date and time",
        "[1, null] instance of list<number>",
        "[[1], [2]] instance of list<list<number>>",
        "{a: null} instance of context<a: number>",
        "{a: 1, b: 2} instance of context<a: number>",
        "{a: {b: 1}} instance of context<a: context<b: number>>",
        "(<5) instance of range<number>",
        "(function(x: number) x + 1) instance of function<number> -> number",
        "(function(x) x) instance of function<number> -> number",
        "(function(x: Any) x) instance of function<number> -> Any",
        "(function(x: list<number>) x) instance of function<list<number>> -> Any",
        "(function(x: range<number>) x) instance of function<range<number>> -> Any",
        "(function(x: context<a: number>) x) instance of function<context<a: number, b: number>> "
        "-> Any",
        "(function(f: function<number> -> number) 1) instance of function<function<number> -> "
        "number> -> Any",
        "1 instance of decimal",
        "@\"P1Y\" instance of yearMonthDuration",
        "@\"P1D\" instance of dayTimeDuration"};
    static const char *const is_not[] = {
        "null instance of Any",
        "@\"2026-01-21T10:00:00\" instance of date",
        "1 instance of list<number>",
        "[[1], [true]] instance of list<list<number>>",
        "1 instance of context<a: number>",
        "{a: \"x\"} instance of context<a: number>",
        "{b: 1} instance of context<a: number>",
        "1 instance of range<number>",
        "[\"a\"..\"b\"] instance of range<number>",
        "(function(x: number) x + 1) instance of function<number, number> -> number",
        "(function(x: string) x) instance of function<number> -> number",
        "(function(x: list<string>) x) instance of function<list<number>> -> Any",
        "(function(x: context<a: number, b: number>) x) instance of function<context<a: number>> "
        "-> Any",
        "(function(f: function<string> -> number) 1) instance of function<function<number> -> "
        "number> -> Any",
        "(function(f: function<number, number> -> number) 1) instance of function<function<number> "
        "-> number> -> Any",
        "(function(x: number) 1) instance of function<string> -> Any",
        "(function(x: number) 1) instance of function<list<number>> -> Any",
        "1 instance of function<number> -> number"};
    (void)state;
    for (size_t i = 0; i < sizeof(is) / sizeof(is[0]); i++) FEEL(is[i], "true");
    for (size_t i = 0; i < sizeof(is_not) / sizeof(is_not[0]); i++) FEEL(is_not[i], "false");
}

static void what_is_handed_over_becomes_what_was_asked_for_or_nothing(void **state)
{
    (void)state;
    FEEL("(function(x: number) x)(\"a\")", "null");
    FEEL("(function(x: number) x)([7])", "7");
    FEEL("(function(x: list<number>) count(x))(7)", "1");
    FEEL("(function(x: list<number>) x)(\"a\")", "null");
    FEEL("(function(x: date and time) x)(@\"2026-01-21\")", "2026-01-21T00:00:00Z");
    FEEL("(function(x: date) x)(null)", "null");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_decimal_and_never_doubles),
        cmocka_unit_test(names_may_hold_spaces_and_operators_when_they_are_in_scope),
        cmocka_unit_test(strings_are_unicode_and_know_their_escapes),
        cmocka_unit_test(lists_filters_and_paths_count_from_one),
        cmocka_unit_test(a_function_knows_what_was_around_it),
        cmocka_unit_test(what_lies_outside_the_profile_is_refused_with_a_sentence),
        cmocka_unit_test(malformed_expressions_say_where),
        cmocka_unit_test(comments_are_white_space),
        cmocka_unit_test(types_are_asked_and_kept_apart),
        cmocka_unit_test(a_value_is_an_instance_of_what_it_could_stand_for),
        cmocka_unit_test(what_is_handed_over_becomes_what_was_asked_for_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
