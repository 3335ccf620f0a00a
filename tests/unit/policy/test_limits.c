// Every limit stops what reaches it, and hostile models are refused.
#include "cmocka_all.h"
#include "feel_case.h"

#include "report.h"

#include <stdio.h>
#include <stdlib.h>

static void an_endless_loop_is_stopped_by_steps(void **state)
{
    (void)state;
    const char *const loops[] = {
        "count(for i in 1..1000000 return i)",
        "count(for i in 1..1000, k in 1..1000 return i * k)",
        "count(distinct values(for i in 1..1000 return i))",
        "some i in 1..500, k in 1..500 satisfies i + k = 0",
        "count(for i in -9000000000000000 .. 9000000000000000 return i)",
    };
    for (size_t i = 0; i < sizeof(loops) / sizeof(loops[0]); i++) {
        assert_memory_equal(feel(loops[i]), "stopped: ", 9);
    }
}

static void recursion_is_stopped_by_depth(void **state)
{
    (void)state;
    FEEL("{f: function(n, g) g(n + 1, g), r: f(1, f)}.r",
         "stopped: calls or decisions are nested too deeply");
}

static void a_string_that_grows_is_stopped(void **state)
{
    (void)state;
    FEEL("string length((for i in 1..40 return if i = 1 then \"x\" else partial[-1] + "
         "partial[-1])[-1])",
         "stopped: the evaluation needs more memory than it was given");
}

static void a_string_that_is_longer_than_any_may_be_is_refused(void **state)
{
    char text[VALUE_TEXT_MAX + 8];
    (void)state;
    memset(text, 'a', sizeof(text) - 1);
    text[0] = text[sizeof(text) - 2] = '"';
    text[sizeof(text) - 1] = 0;
    assert_memory_equal(feel(text), "refused: ", 9);
    text[VALUE_TEXT_MAX - 1] = '"';
    text[VALUE_TEXT_MAX] = 0;
    assert_memory_equal(feel(text), "\"aaa", 4);
}

static void lists_that_hold_themselves_by_turns_are_stopped_when_looked_through(void **state)
{
    static const char list[] =
        "(for i in 1..40 return if i = 1 then [1] else [partial[-1], partial[-1]])[-1]";
    static const char *const looks[] = {"%s = %s",
                                        "string([%s, %s])",
                                        "flatten([%s, %s])",
                                        "list contains([%s], %s)",
                                        "distinct values([%s, %s])",
                                        "%s in [%s]",
                                        "is(%s, %s)"};
    (void)state;
    for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
        char text[400];
        snprintf(text, sizeof(text), looks[i], list, list);
        assert_memory_equal(feel(text), "stopped: ", 9);
    }
}

static void a_small_arena_stops_and_never_answers(void **state)
{
    const char *const logic =
        "<literalExpression><text>sum(for i in 1..50 return i)</text></literalExpression>";
    bool answered = false;
    (void)state;
    for (size_t bytes = 0; bytes < 64 << 10; bytes += 97) {
        struct case_run run = {.arena_bytes = bytes + 1};
        const char *const value = decide_within(logic, NULL, NULL, NULL, &run);
        if (strcmp(value, "1275") == 0)
            answered = true;
        else
            assert_memory_equal(value, "stopped: ", 9);
    }
    assert_true(answered);
}

static void every_step_limit_stops_or_gives_the_whole_answer(void **state)
{
    const char *const logic =
        "<literalExpression><text>sum(for i in 1..20 return i * 2)</text></literalExpression>";
    bool answered = false;
    (void)state;
    for (uint32_t steps = 1; steps < 400; steps++) {
        struct case_run run = {.arena_bytes = (size_t)1 << 20, .steps = steps};
        const char *const value = decide_within(logic, NULL, NULL, NULL, &run);
        if (strcmp(value, "420") == 0)
            answered = true;
        else
            assert_int_equal(run.stop, EVAL_STEPS);
    }
    assert_true(answered);
}

static void deep_nesting_is_refused_when_parsed(void **state)
{
    static const char opens[] = "([{-";
    (void)state;
    for (const char *o = opens; *o; o++) {
        char text[20001];
        memset(text, *o, sizeof(text) - 1);
        text[sizeof(text) - 1] = 0;
        assert_memory_equal(feel(text), "refused: ", 9);
    }
    char ifs[20000] = "";
    for (int i = 0; i < 1000; i++) memcpy(ifs + i * 8, "if true ", 9);
    assert_memory_equal(feel(ifs), "refused: ", 9);
}

static void random_bytes_are_refused_or_answered_but_never_crash(void **state)
{
    static const char alphabet[] = "aif01.+-*/()[]{}\"'@<>=!, :?\\ntrue forinreturn";
    uint32_t seed = 12345;
    (void)state;
    for (int i = 0; i < 3000; i++) {
        char text[40];
        size_t n = 0;
        for (; n < sizeof(text) - 1; n++) {
            seed = seed * 1664525 + 1013904223;
            text[n] = alphabet[(seed >> 16) % (sizeof(alphabet) - 1)];
            if ((seed >> 8) % 17 == 0) break;
        }
        text[n] = 0;
        (void)feel(text);
    }
}

// Every prefix and every single damaged byte of a real model.
static void a_damaged_model_is_refused_or_read_but_never_crashes(void **state)
{
    static const char xml[] =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
        "<itemDefinition name=\"t\" isCollection=\"true\"><typeRef>number</typeRef><allowedValues>"
        "<text>[1..3]</text></allowedValues></itemDefinition><inputData id=\"i\" name=\"x y\">"
        "<variable name=\"x y\" typeRef=\"t\"/></inputData><decision id=\"d\" name=\"d\">"
        "<variable name=\"d\"/><informationRequirement><requiredInput href=\"#i\"/>"
        "</informationRequirement><decisionTable hitPolicy=\"FIRST\"><input><inputExpression>"
        "<text>x y[1]</text></inputExpression></input><output name=\"o\"/><rule><inputEntry>"
        "<text>not(1, [2..3])</text></inputEntry><outputEntry><text>{a: 1}.a</text></outputEntry>"
        "</rule></decisionTable></decision></definitions>";
    char copy[sizeof(xml)];
    (void)state;
    for (size_t n = 0; n < sizeof(xml); n++) {
        model_close(model_of_text(xml, n, "cut.dmn", NULL));
        memcpy(copy, xml, sizeof(xml));
        copy[n] = '"';
        model_close(model_of_text(copy, sizeof(xml) - 1, "bent.dmn", NULL));
        copy[n] = ']';
        model_close(model_of_text(copy, sizeof(xml) - 1, "bent.dmn", NULL));
    }
}

// The one problem that is told of a file that is not read at all.
static void assert_refused(const char *xml, size_t len, const char *part)
{
    struct policy_report *const r = policy_report_open();
    struct model *const m = model_of_text(xml, len, "hostile.dmn", r);
    assert_true(policy_report_count(r) > 0);
    assert_non_null(strstr(policy_report_at(r, 0).text, part));
    model_close(m);
    policy_report_close(r);
}

static void hostile_xml_is_refused(void **state)
{
    static const char bomb[] =
        "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">"
        "<!ENTITY c \"&b;&b;&b;&b;&b;&b;&b;&b;\">]><definitions>&c;</definitions>";
    static const char outside[] = "<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>"
                                  "<definitions>&x;</definitions>";
    static const char bare[] = "<!DOCTYPE definitions><definitions/>";
    static const char other[] = "<html/>";
    size_t const large = DMN_FILE_BYTES_MAX + 1;
    char *const text = malloc(large);
    (void)state;
    assert_refused(bomb, sizeof(bomb) - 1, "");
    assert_refused(outside, sizeof(outside) - 1, "DOCTYPE");
    assert_refused(bare, sizeof(bare) - 1, "DOCTYPE");
    assert_refused(other, sizeof(other) - 1, "no DMN");
    assert_refused("", 0, "empty");
    assert_refused("<definitions>", 13, "no XML");
    memset(text, ' ', large);
    assert_refused(text, large, "4 MiB");
    size_t n = 0;
    for (int i = 0; i < 200; i++) n += (size_t)sprintf(text + n, "<a>");
    for (int i = 0; i < 200; i++) n += (size_t)sprintf(text + n, "</a>");
    assert_refused(text, n, "nested too deeply");
    free(text);
}

static void decisions_in_a_circle_are_stopped(void **state)
{
    static const char xml[] =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
        "<decision id=\"p\" name=\"p\"><variable name=\"p\"/><informationRequirement>"
        "<requiredDecision href=\"#q\"/></informationRequirement>"
        "<literalExpression><text>q</text></literalExpression></decision>"
        "<decision id=\"q\" name=\"q\"><variable name=\"q\"/><informationRequirement>"
        "<requiredDecision href=\"#p\"/></informationRequirement>"
        "<literalExpression><text>p</text></literalExpression></decision></definitions>";
    static uint8_t memory[1 << 16];
    struct value inputs[2] = {{0}, {0}}, v;
    struct arena arena;
    (void)state;
    struct model *const m = model_of_text(xml, sizeof(xml) - 1, "circle.dmn", NULL);
    arena_init(&arena, memory, sizeof(memory));
    struct question const q = {.model = m, .inputs = inputs};
    struct eval *const ev = model_begin(&q, &arena);
    assert_non_null(ev);
    assert_false(model_decide(ev, 0, &v));
    assert_int_equal(ev->stop, EVAL_CYCLE);
    assert_false(model_decide(ev, 1, &v)); // once stopped, nothing more is answered
    model_close(m);
}

static void a_type_made_of_itself_is_refused(void **state)
{
    static const char xml[] =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
        "<itemDefinition name=\"t\"><typeRef>u</typeRef></itemDefinition>"
        "<itemDefinition name=\"u\"><typeRef>t</typeRef></itemDefinition></definitions>";
    (void)state;
    assert_refused(xml, sizeof(xml) - 1, "made of itself");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_endless_loop_is_stopped_by_steps),
        cmocka_unit_test(recursion_is_stopped_by_depth),
        cmocka_unit_test(a_string_that_grows_is_stopped),
        cmocka_unit_test(a_string_that_is_longer_than_any_may_be_is_refused),
        cmocka_unit_test(lists_that_hold_themselves_by_turns_are_stopped_when_looked_through),
        cmocka_unit_test(a_small_arena_stops_and_never_answers),
        cmocka_unit_test(every_step_limit_stops_or_gives_the_whole_answer),
        cmocka_unit_test(deep_nesting_is_refused_when_parsed),
        cmocka_unit_test(random_bytes_are_refused_or_answered_but_never_crash),
        cmocka_unit_test(a_damaged_model_is_refused_or_read_but_never_crashes),
        cmocka_unit_test(hostile_xml_is_refused),
        cmocka_unit_test(decisions_in_a_circle_are_stopped),
        cmocka_unit_test(a_type_made_of_itself_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
