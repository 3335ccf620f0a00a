// A pack's own examples: facts in, the verdict held against what was expected.
#include "files.h"
#include "tools.h"

#include <stdlib.h>

// One file being run.
struct testing {
    const struct policy *policy;
    struct arena arena;
    FILE *out, *err;
    bool json;
    const char *file;
    struct csv csv;
    unsigned n_rows, n_differ, n_broken;
};

struct expectation {
    struct verdict verdict;
    struct facts facts;
    struct rerating rerating;
    bool rerated;
};

static void word_append(char *text, size_t size, const char *word)
{
    size_t const n = strlen(text);
    snprintf(text + n, size - n, "%s%s", n ? "|" : "", word);
}

static void parallel_text(const struct verdict *v, char *text, size_t size)
{
    *text = 0;
    for (unsigned i = 0; i < 32; i++) {
        if (v->parallel & 1U << i) word_append(text, size, parallel_word((enum parallel)i));
    }
    if (!*text) snprintf(text, size, "none");
}

static void tier_text(const struct testing *t, const struct expectation *e, char *text, size_t size)
{
    (void)t;
    snprintf(text, size, "%s", tier_word(e->verdict.tier));
}

static void colour_text(const struct testing *t, const struct expectation *e, char *text,
                        size_t size)
{
    (void)t;
    snprintf(text, size, "%s%s", colour_word(e->verdict.colour),
             e->verdict.unscreened ? " (unscreened)" : "");
}

static void score_text(const struct testing *t, const struct expectation *e, char *text,
                       size_t size)
{
    (void)t;
    snprintf(text, size, "%d", e->verdict.score);
}

static void team_text(const struct testing *t, const struct expectation *e, char *text, size_t size)
{
    snprintf(text, size, "%s", t->policy->info.teams[e->verdict.team].id);
}

static void suggestion_text(const struct testing *t, const struct expectation *e, char *text,
                            size_t size)
{
    snprintf(text, size, "%s", tool_suggested(t->policy, &e->verdict));
}

static void limb_text(const struct expectation *e, int limb, char *text, size_t size)
{
    snprintf(text, size, "%s", answer_word(e->verdict.limb[limb]));
}

static void limb_a_text(const struct testing *t, const struct expectation *e, char *text,
                        size_t size)
{
    (void)t;
    limb_text(e, 0, text, size);
}

static void limb_b_text(const struct testing *t, const struct expectation *e, char *text,
                        size_t size)
{
    (void)t;
    limb_text(e, 1, text, size);
}

static void limb_c_text(const struct testing *t, const struct expectation *e, char *text,
                        size_t size)
{
    (void)t;
    limb_text(e, 2, text, size);
}

static void routes_text(const struct testing *t, const struct expectation *e, char *text,
                        size_t size)
{
    (void)t;
    parallel_text(&e->verdict, text, size);
}

static void rerating_text(const struct testing *t, const struct expectation *e, char *text,
                          size_t size)
{
    (void)t;
    snprintf(text, size, "%s", colour_word(e->rerating.colour));
}

static const struct {
    const char *column;
    void (*text)(const struct testing *t, const struct expectation *e, char *text, size_t size);
} EXPECTATIONS[] = {
    {"expect.tier", tier_text},
    {"expect.colour", colour_text},
    {"expect.score", score_text},
    {"expect.team", team_text},
    {"expect.suggested", suggestion_text},
    {"expect.limb_a", limb_a_text},
    {"expect.limb_b", limb_b_text},
    {"expect.limb_c", limb_c_text},
    {"expect.parallel", routes_text},
    {"expect.rerating", rerating_text},
};
#define EXPECTATIONS_N (sizeof(EXPECTATIONS) / sizeof(EXPECTATIONS[0]))

static void test_broken(struct testing *t, int line, const char *what, const char *value)
{
    t->n_broken++;
    fprintf(t->err, "tests/%s:%d: %s: '%.100s'\n", t->file, line, what, value);
}

// The columns must all be known, or a misspelt one would test nothing.
static bool test_columns(struct testing *t)
{
    unsigned const before = t->n_broken;
    bool expects = false;
    for (size_t i = 0; i < t->csv.n_columns; i++) {
        const char *const name = t->csv.columns[i];
        bool known = strcmp(name, "name") == 0 || fact_from(name) >= 0;
        for (size_t k = 0; k < EXPECTATIONS_N; k++) {
            if (strcmp(name, EXPECTATIONS[k].column) == 0) expects = known = true;
        }
        if (!known) test_broken(t, 1, "no fact and no expectation has this name", name);
    }
    if (!expects) test_broken(t, 1, "no column says what is expected, such as", "expect.tier");
    return t->n_broken == before;
}

static bool test_facts(struct testing *t, const struct csv_row *row, struct facts *facts)
{
    facts_clear(facts);
    for (size_t i = 0; i < t->csv.n_columns; i++) {
        int const fact = fact_from(t->csv.columns[i]);
        if (fact < 0) continue;
        if (!fact_parse((enum fact)fact, row->cells[i], &facts->value[fact])) {
            test_broken(t, row->line, t->csv.columns[i], row->cells[i]);
            return false;
        }
    }
    return true;
}

// "police|pipot" and "pipot|police" expect the same.
static bool words_same(const char *expected, const char *got)
{
    size_t words = 0, others = 1;
    for (const char *p = got; *p; p++) others += *p == '|';
    while (*expected) {
        size_t const n = strcspn(expected, "|");
        const char *at = got;
        bool found = false;
        while (*at && !found) {
            size_t const m = strcspn(at, "|");
            found = m == n && memcmp(at, expected, n) == 0;
            at += m + (at[m] == '|');
        }
        if (!found) return false;
        words++;
        expected += n + (expected[n] == '|');
    }
    return words == others;
}

static void test_differs(struct testing *t, const struct csv_row *row, const char *what,
                         const char *expected, const char *got)
{
    const char *const name = csv_cell(&t->csv, row, "name");
    if (!t->json) {
        fprintf(t->out, "tests/%s:%d: %s: %s: expected %s, got %s\n", t->file, row->line, name,
                what + strlen("expect."), expected, got);
        return;
    }
    fprintf(t->out, "%s\n  {\"file\": ", t->n_differ ? "," : "");
    json_text(t->out, t->file);
    fprintf(t->out, ", \"line\": %d, \"name\": ", row->line);
    json_text(t->out, name);
    fprintf(t->out, ", \"what\": \"%s\", \"expected\": ", what + strlen("expect."));
    json_text(t->out, expected);
    fputs(", \"got\": ", t->out);
    json_text(t->out, got);
    fputc('}', t->out);
}

static void test_row(struct testing *t, const struct csv_row *row)
{
    struct expectation e;
    bool differs = false;
    t->n_rows++;
    if (!test_facts(t, row, &e.facts)) return;
    arena_reset(&t->arena);
    policy_decide(t->policy, &e.facts, &t->arena, &e.verdict);
    int32_t const was = e.facts.value[FACT_WAS_COLOUR];
    int const colour =
        was == FACT_UNKNOWN ? COLOUR_GREEN : colour_from(FACTS[FACT_WAS_COLOUR].codes[was]);
    if (*csv_cell(&t->csv, row, "expect.rerating")) {
        arena_reset(&t->arena);
        policy_rerate(t->policy, &e.facts, (enum colour)colour, 0, &t->arena, &e.rerating);
    }
    for (size_t i = 0; i < EXPECTATIONS_N; i++) {
        char got[512];
        const char *const expected = csv_cell(&t->csv, row, EXPECTATIONS[i].column);
        if (!*expected) continue;
        EXPECTATIONS[i].text(t, &e, got, sizeof(got));
        if (words_same(expected, got)) continue;
        test_differs(t, row, EXPECTATIONS[i].column, expected, got);
        t->n_differ += !differs;
        differs = true;
    }
}

static void test_file(struct testing *t, const char *folder, const char *file)
{
    struct pool pool = {0};
    int line = 0;
    t->file = file;
    if (setjmp(pool.exit) != 0) {
        test_broken(t, 0, "needs more memory than there is", file);
    } else {
        const char *const path = path_kept(&pool, folder, file);
        const char *const error = csv_read(&pool, path, &t->csv, &line);
        if (error) test_broken(t, line, error, file);
        if (!error && test_columns(t)) {
            for (size_t i = 0; i < t->csv.n_rows; i++) test_row(t, &t->csv.rows[i]);
        }
    }
    pool_close(&pool);
}

static void test_files(struct testing *t, const char *path)
{
    struct file_names names;
    char *const folder = file_path(path, "tests");
    t->file = "";
    if (folder && file_names(folder, ".csv", PACK_FILES_MAX, &names)) {
        for (size_t i = 0; i < names.n; i++) test_file(t, folder, names.at[i]);
        file_names_free(&names);
    } else if (!folder || folder_is_read(folder)) {
        test_broken(t, 0, "the folder cannot be read, or holds too many files", path);
    }
    free(folder);
}

int policy_test(const char *path, bool json, FILE *out, FILE *err)
{
    struct policy *const p = tool_policy(path, err);
    void *const memory = p ? malloc(TOOL_ARENA_BYTES) : NULL;
    if (!memory) {
        policy_close(p);
        return TOOL_FAILED;
    }
    struct testing t = {.policy = p, .out = out, .err = err, .json = json};
    arena_init(&t.arena, memory, TOOL_ARENA_BYTES);
    if (json) fputs("{\"differences\": [", out);
    test_files(&t, path);
    fprintf(out,
            json ? "],\n  \"rows\": %u, \"differ\": %u, \"broken\": %u}\n"
                 : "%u rows, %u differ, %u broken\n",
            t.n_rows, t.n_differ, t.n_broken);
    policy_close(p);
    free(memory);
    if (t.n_rows == 0 && !t.n_broken) {
        fprintf(err, "%s: has no example of its own: write some in tests/*.csv\n", path);
    }
    if (t.n_broken || t.n_rows == 0) return TOOL_FAILED;
    return t.n_differ ? TOOL_FOUND : TOOL_FINE;
}
