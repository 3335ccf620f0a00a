// What changed between two packs or two models, as a lead reads it.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy_tools.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static char *told; // by the last comparison, what it printed

static int compare(const char *a, const char *b, bool json)
{
    size_t size;
    free(told);
    FILE *const out = open_memstream(&told, &size);
    int const answer = policy_diff(a, b, json, out, out);
    fclose(out);
    return answer;
}

static unsigned lines_told(void)
{
    unsigned n = 0;
    for (const char *c = told; *c; c++) n += *c == '\n';
    return n;
}

static void assert_told(const char *words)
{
    if (!strstr(told, words)) fail_msg("not told: %s\nbut:\n%s", words, told);
}

// A table of two inputs, an output and a note; a row is "age | risk | answer | reason".
struct rows {
    const char *hit;
    size_t n;
    const char *at[16];
};

static void cell_put(FILE *f, const char *tag, const char *from, size_t n)
{
    fprintf(f, "<%s><text>", tag);
    for (size_t i = 0; i < n; i++) {
        if (from[i] == '<')
            fputs("&lt;", f);
        else
            fputc(from[i], f);
    }
    fprintf(f, "</text></%s>", tag);
}

static void row_put(FILE *f, const char *row)
{
    static const char *const tags[] = {"inputEntry", "inputEntry", "outputEntry",
                                       "annotationEntry"};
    fputs("<rule>", f);
    for (int i = 0; i < 4; i++) {
        size_t n = strcspn(row, "|");
        const char *const next = row + n + (row[n] == '|');
        while (*row == ' ') row++, n--;
        while (n > 0 && row[n - 1] == ' ') n--;
        cell_put(f, tags[i], row, n);
        row = next;
    }
    fputs("</rule>\n", f);
}

static void model_put(const char *name, const struct rows *rows)
{
    FILE *const f = fopen(pack_file(name), "w");
    assert_non_null(f);
    fprintf(f,
            "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
            "<inputData id=\"i\" name=\"age\"/><inputData id=\"j\" name=\"risk\"/>"
            "<decision id=\"d\" name=\"harm\"><variable name=\"harm\"/>"
            "<informationRequirement><requiredInput href=\"#i\"/></informationRequirement>"
            "<informationRequirement><requiredInput href=\"#j\"/></informationRequirement>"
            "<decisionTable hitPolicy=\"%s\">"
            "<input><inputExpression><text>age</text></inputExpression></input>"
            "<input><inputExpression><text>risk</text></inputExpression></input>"
            "<output/><annotation name=\"reason\"/>\n",
            rows->hit ? rows->hit : "FIRST");
    for (size_t i = 0; i < rows->n; i++) row_put(f, rows->at[i]);
    fputs("</decisionTable></decision></definitions>\n", f);
    fclose(f);
}

static int compare_rows(const struct rows *a, const struct rows *b)
{
    char old[128];
    model_put("old.dmn", a);
    model_put("new.dmn", b);
    snprintf(old, sizeof(old), "%s", pack_file("old.dmn"));
    return compare(old, pack_file("new.dmn"), false);
}

#define BASE                                                                                   \
    "< 18 | - | \"children\" | a child", "- | \"high\" | \"enquire\" | a high risk",           \
        "[18..65] | \"low\" | \"ask\" | of working age", "> 65 | \"low\" | \"quality\" | old", \
        "- | - | \"none\" | nothing else"

static void what_has_not_changed_is_not_told(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    assert_int_equal(compare_rows(&a, &a), TOOL_FINE);
    assert_string_equal(told, "nothing changed\n");
}

static void a_cell_is_told_with_table_row_and_column(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    struct rows b = a;
    b.at[2] = "[18..65] | \"moderate\" | \"ask\" | of working age";
    assert_int_equal(compare_rows(&a, &b), TOOL_FOUND);
    assert_string_equal(told, "m, table `harm`, row 3: `risk` was \"low\", is \"moderate\"\n");
}

static void a_row_put_in_anywhere_is_one_difference(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    for (size_t at = 0; at <= a.n; at++) {
        struct rows b = {.n = 6};
        for (size_t i = 0; i < 6; i++) b.at[i] = a.at[i < at ? i : i - (i > at)];
        b.at[at] = "40 | \"odd\" | \"look\" | forty";
        assert_int_equal(compare_rows(&a, &b), TOOL_FOUND);
        assert_int_equal(lines_told(), 1);
        assert_told("added: when `age` 40, `risk` \"odd\": `harm` \"look\"; `reason` forty");
        assert_int_equal(compare_rows(&b, &a), TOOL_FOUND);
        assert_int_equal(lines_told(), 1);
        assert_told("removed: when `age` 40");
    }
}

static void any_row_moved_to_any_place_is_one_difference(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    for (size_t from = 0; from < a.n; from++) {
        for (size_t to = 0; to < a.n; to++) {
            struct rows b = {.n = 0};
            for (size_t i = 0; i < a.n; i++) {
                if (b.n == to) b.at[b.n++] = a.at[from];
                if (i != from) b.at[b.n++] = a.at[i];
            }
            if (b.n == to) b.at[b.n++] = a.at[from];
            assert_int_equal(compare_rows(&a, &b), from == to ? TOOL_FINE : TOOL_FOUND);
            assert_int_equal(lines_told(), 1);
            if (from != to) assert_told("moved: it was row");
        }
    }
}

static void a_changed_row_that_was_pushed_down_has_both_numbers(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    struct rows const b = {
        .n = 6,
        .at = {"40 | \"odd\" | \"look\" | forty", "< 18 | - | \"children\" | a child",
               "- | \"high\" | \"enquire\" | a high risk",
               "[18..60] | \"low\" | \"ask\" | of working age",
               "> 65 | \"low\" | \"quality\" | old", "- | - | \"none\" | nothing else"}};
    assert_int_equal(compare_rows(&a, &b), TOOL_FOUND);
    assert_int_equal(lines_told(), 2);
    assert_told("row 1: added");
    assert_told("row 4 (row 3 before): `age` was [18..65], is [18..60]");
}

static void spaces_are_no_difference_but_those_in_words_are(void **state)
{
    (void)state;
    struct rows const a = {.n = 1, .at = {"[18 .. 65] | \"very low\" | \"ask\" | why"}};
    struct rows b = {.n = 1, .at = {"[18..65] | \"very low\" | \"ask\" | why"}};
    assert_int_equal(compare_rows(&a, &b), TOOL_FINE);
    b.at[0] = "[18..65] | \"verylow\" | \"ask\" | why";
    assert_int_equal(compare_rows(&a, &b), TOOL_FOUND);
}

static void the_hit_policy_is_told_in_words(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    struct rows b = a;
    b.hit = "RULE ORDER";
    assert_int_equal(compare_rows(&a, &b), TOOL_FOUND);
    assert_told("table `harm`: the hit policy was FIRST, is RULE ORDER");
}

static void columns_that_come_or_go_are_told_once(void **state)
{
    (void)state;
    struct rows const a = {.n = 5, .at = {BASE}};
    char old[128];
    model_put("old.dmn", &a);
    model_put("new.dmn", &a);
    pack_edit("new.dmn", "<annotation name=\"reason\"/>",
              "<annotation name=\"reason\"/><annotation name=\"guidance\"/>");
    pack_edit("new.dmn", "<text>a child</text></annotationEntry>",
              "<text>a child</text></annotationEntry><annotationEntry><text>s42</text>"
              "</annotationEntry>");
    snprintf(old, sizeof(old), "%s", pack_file("old.dmn"));
    assert_int_equal(compare(old, pack_file("new.dmn"), false), TOOL_FOUND);
    assert_int_equal(lines_told(), 2);
    assert_told("annotation column `guidance` added");
    assert_told("row 1: `guidance` was -, is s42");
}

static void long_tables_are_compared_whole(void **state)
{
    (void)state;
    char old[128];
    for (int side = 0; side < 2; side++) {
        char row[64];
        FILE *f;
        struct rows const none = {.n = 0};
        model_put(side ? "new.dmn" : "old.dmn", &none);
        pack_edit(side ? "new.dmn" : "old.dmn", "</decisionTable></decision></definitions>", "");
        f = fopen(pack_file(side ? "new.dmn" : "old.dmn"), "a");
        for (int i = 0; i < 600; i++) {
            snprintf(row, sizeof(row), "%d | - | \"w%d\" | %s", i, i % 7,
                     side ? "after" : "before");
            if (side == 1 && i == 300) row_put(f, "- | \"new\" | \"middle\" | it");
            row_put(f, row);
        }
        fputs("</decisionTable></decision></definitions>\n", f);
        fclose(f);
    }
    snprintf(old, sizeof(old), "%s", pack_file("old.dmn"));
    assert_int_equal(compare(old, pack_file("new.dmn"), false), TOOL_FOUND);
    assert_int_equal(lines_told(), 601); // each reason, and the row in the middle
    assert_told("row 301: added: when `risk` \"new\"");
}

static void a_pack_is_compared_beyond_its_tables(void **state)
{
    (void)state;
    pack_edit("pack.yaml", "red: 1h", "red: 90m");
    pack_edit("pack.yaml", "{id: contact, name: ", "{id: contact, name: The ");
    pack_edit("holidays.csv", "2025-04-18", "2025-04-19");
    pack_edit("notices/ack.txt", "We", "we");
    pack_edit("rating.dmn", "name=\"immediate_danger\"", "name=\"adult_aware\"");
    assert_int_equal(remove(pack_file("notices/delay.txt")), 0);
    assert_int_equal(compare(PACK_DIR, pack, false), TOOL_FAILED); // its tables name another
    pack_edit("rating.dmn", "name=\"adult_aware\"", "name=\"immediate_danger\"");
    assert_int_equal(compare(PACK_DIR, pack, false), TOOL_FOUND);
    assert_told("for red was 1 hour, is 90 minutes");
    assert_told("team `contact`: the name was ");
    assert_told("holidays.csv: holiday `2025-04-18` removed");
    assert_told("holidays.csv: holiday `2025-04-19` added");
    assert_told("notices/ack.txt, line 1: added: ");
    assert_told("notices/delay.txt: the notice is removed");
}

static void as_json_each_difference_has_its_place(void **state)
{
    (void)state;
    pack_edit("routing.dmn", "<text>\"out_of_hours\"</text>", "<text>\"contact\"</text>");
    assert_int_equal(compare(PACK_DIR, pack, true), TOOL_FOUND);
    json_t *const j = json_loads(told, 0, NULL);
    assert_non_null(j);
    const json_t *const one = json_array_get(json_object_get(j, "differences"), 0);
    assert_string_equal(json_string_value(json_object_get(one, "part")), "routing");
    assert_string_equal(json_string_value(json_object_get(one, "kind")), "cell");
    assert_true(json_integer_value(json_object_get(one, "row")) > 0);
    assert_int_equal(json_integer_value(json_object_get(j, "total")), 1);
    json_decref(j);
}

static void what_cannot_be_read_is_not_compared(void **state)
{
    (void)state;
    assert_int_equal(compare(PACK_DIR, "/nonexistent", false), TOOL_FAILED);
    assert_int_equal(lines_told(), 1);
    assert_told("/nonexistent: no folder that can be read");
    assert_int_equal(compare(PACK_DIR, PACK_DIR "/threshold.dmn", false), TOOL_FAILED);
    assert_told("compare two packs, or two models");
    pack_edit("routing.dmn", "<text>-</text>", "<text>&lt; &lt;</text>");
    assert_int_equal(compare(PACK_DIR, pack, false), TOOL_FAILED);
    assert_told("routing.dmn:");
}

static int told_drop(void **state)
{
    (void)state;
    free(told);
    told = NULL;
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_COPY(what_has_not_changed_is_not_told),
        ON_A_COPY(a_cell_is_told_with_table_row_and_column),
        ON_A_COPY(a_row_put_in_anywhere_is_one_difference),
        ON_A_COPY(any_row_moved_to_any_place_is_one_difference),
        ON_A_COPY(a_changed_row_that_was_pushed_down_has_both_numbers),
        ON_A_COPY(spaces_are_no_difference_but_those_in_words_are),
        ON_A_COPY(the_hit_policy_is_told_in_words),
        ON_A_COPY(columns_that_come_or_go_are_told_once),
        ON_A_COPY(long_tables_are_compared_whole),
        ON_A_COPY(a_pack_is_compared_beyond_its_tables),
        ON_A_COPY(as_json_each_difference_has_its_place),
        ON_A_COPY(what_cannot_be_read_is_not_compared),
    };
    return cmocka_run_group_tests(tests, NULL, told_drop);
}
