// The Technology Compatibility Kit: its own test files, read and run.
#include "dmn_load.h"
#include "files.h"
#include "policy_tools.h"
#include "tck_value.h"

#include <stdlib.h>

#define TCK_FILES_MAX   4096
#define TCK_BYTES_MAX   ((size_t)16 << 20)
#define TCK_ARENA_BYTES ((size_t)64 << 20)
#define TCK_DEPTH_MAX   8

enum tck_outcome { TCK_PASS, TCK_FAIL, TCK_ERROR, TCK_OUTCOMES };
static const char *const TCK_WORDS[] = {"pass", "fail", "error"};

struct tck_count {
    char *directory;
    unsigned n[TCK_OUTCOMES];
};

struct tck {
    FILE *out;
    bool json, quiet;
    void *memory;
    unsigned total[TCK_OUTCOMES];
    struct tck_count *counts; // by directory, in the order run
    size_t n_counts;
    size_t skip; // bytes of the root before a case's name
};

static void tck_say(struct tck *t, const char *name, const char *id, enum tck_outcome o,
                    const char *why)
{
    struct tck_count *const count = t->n_counts ? &t->counts[t->n_counts - 1] : NULL;
    bool const first = t->total[0] + t->total[1] + t->total[2] == 0;
    t->total[o]++;
    if (count) count->n[o]++;
    if (t->quiet) return;
    if (t->json) {
        fprintf(t->out, "%s\n    {\"case\": \"%s/%s\", \"outcome\": \"%s\"}", first ? "" : ",",
                name, id, TCK_WORDS[o]);
        return;
    }
    fprintf(t->out, "%s %s/%s%s%s\n", TCK_WORDS[o], name, id, why ? "  # " : "", why ? why : "");
}

// What one result of a case comes to.  `why` says more when it is no pass.
static enum tck_outcome tck_result(struct loader *l, struct eval *ev, const struct model *m,
                                   const xmlNode *result, int index, const char **why)
{
    const char *const error = xml_attribute(l, result, "errorResult");
    bool const wants_error = error && strcmp(error, "true") == 0;
    const xmlNode *const expected = xml_child(result, "expected");
    struct value got, want = value_null();
    if (index < 0) {
        *why = "no such decision";
        return TCK_ERROR;
    }
    if (!model_decide(ev, (unsigned)index, &got)) {
        const struct element *const refused = ev->refused;
        *why = refused ? refused->text : eval_stop_text(ev->stop);
        // What is no valid expression has no value: the kit expects an error there.
        bool const invalid = refused && refused->why == FEEL_INVALID;
        return wants_error && invalid ? TCK_PASS : TCK_ERROR;
    }
    // A service with several outputs answers with all of them; the result is one.
    const struct element *const e = &m->elements[index];
    if (e->kind == ELEMENT_SERVICE && e->service.n_outputs > 1 && got.kind == VALUE_CONTEXT) {
        const struct value *const one =
            context_get(got.context, bytes_text(xml_attribute(l, result, "name")));
        if (one) got = *one;
    }
    if (expected && !tck_value(l, ev, expected, &want)) {
        *why = "the expected value cannot be read";
        return TCK_ERROR;
    }
    if (tck_same(got, want)) return TCK_PASS;
    *why = tck_difference(l, got, want);
    return TCK_FAIL;
}

static int tck_target(struct loader *l, const struct model *m, const xmlNode *test,
                      const xmlNode *result)
{
    const char *const type = xml_attribute(l, test, "type");
    const char *const invocable = xml_attribute(l, test, "invocableName");
    const char *name = xml_attribute(l, result, "name");
    if (type && strcmp(type, "decision") != 0 && invocable) {
        enum element_kind const kind =
            strcmp(type, "bkm") == 0 ? ELEMENT_KNOWLEDGE : ELEMENT_SERVICE;
        return model_find(m, kind, name_normal(l->pool, bytes_text(invocable)));
    }
    name = name_normal(l->pool, bytes_text(name ? name : ""));
    return model_find(m, ELEMENT_DECISION, name);
}

// Each result is evaluated for itself, so that one refusal does not hide the others.
static enum tck_outcome tck_case(struct tck *t, struct loader *l, const struct model *m,
                                 const xmlNode *test, const char **why)
{
    enum tck_outcome worst = TCK_PASS;
    for (const xmlNode *r = xml_child(test, "resultNode"); r; r = xml_next(r, "resultNode")) {
        struct arena arena;
        arena_init(&arena, t->memory, TCK_ARENA_BYTES);
        struct value *const inputs = arena_zalloc(&arena, (m->n_elements + 1) * sizeof(*inputs));
        struct question const q = {.model = m, .inputs = inputs};
        struct eval *const ev = model_begin(&q, &arena);
        if (!ev) return TCK_ERROR;
        for (const xmlNode *i = xml_child(test, "inputNode"); i; i = xml_next(i, "inputNode")) {
            if (!tck_input(l, ev, m, i)) {
                *why = "an input cannot be read";
                return TCK_ERROR;
            }
        }
        const char *reason = NULL;
        enum tck_outcome const o = tck_result(l, ev, m, r, tck_target(l, m, test, r), &reason);
        if (o > worst) *why = reason;
        if (o > worst) worst = o;
    }
    return worst;
}

static void tck_cases(struct tck *t, struct loader *l, const struct model *m, const char *name)
{
    const xmlNode *const root = xmlDocGetRootElement(l->doc);
    for (const xmlNode *c = xml_child(root, "testCase"); c; c = xml_next(c, "testCase")) {
        const char *const id = xml_attribute(l, c, "id");
        const char *why = NULL;
        enum tck_outcome const o = m ? tck_case(t, l, m, c, &why) : TCK_ERROR;
        tck_say(t, name, id ? id : "?", o, why);
    }
}

// The model is kept with the loader, which outlives a long jump out of the pool.
static void tck_model(struct loader *l, const char *dir)
{
    const xmlNode *const name = xml_child(xmlDocGetRootElement(l->doc), "modelName");
    char *const path = name ? file_path(dir, xml_text(l, name)) : NULL;
    if (path) l->model = model_open(path, xml_text(l, name), NULL);
    free(path);
}

// The cases of one file; memory at its limit ends them.
static void tck_tests(struct tck *t, struct loader *l, const char *dir, const char *name)
{
    if (setjmp(l->pool->exit) != 0 || !xml_is(xmlDocGetRootElement(l->doc), "testCases")) return;
    tck_model(l, dir);
    tck_cases(t, l, l->model, name);
}

static void tck_file(struct tck *t, const char *dir, const char *file)
{
    struct pool pool = {0};
    struct loader l = {.pool = &pool};
    size_t len = 0;
    char *const path = file_path(dir, file);
    char *const text = path ? file_read(path, TCK_BYTES_MAX, &len) : NULL;
    l.doc = text ? xml_read(text, len, file, NULL) : NULL;
    if (l.doc) {
        path[strlen(path) - strlen(".xml")] = 0;
        tck_tests(t, &l, dir, path + t->skip);
        xmlFreeDoc(l.doc);
    }
    model_close(l.model);
    pool_close(&pool);
    free(text);
    free(path);
}

static bool tck_count_begin(struct tck *t, const char *dir)
{
    struct tck_count *const grown = realloc(t->counts, (t->n_counts + 1) * sizeof(*grown));
    if (!grown) return false;
    t->counts = grown;
    grown[t->n_counts] = (struct tck_count){.directory = strdup(dir + t->skip)};
    return grown[t->n_counts++].directory != NULL;
}

static bool tck_directory(struct tck *t, const char *dir, int depth)
{
    struct file_names files;
    if (depth > TCK_DEPTH_MAX || !file_names(dir, "", TCK_FILES_MAX, &files)) return false;
    bool begun = false, ok = true;
    for (size_t i = 0; i < files.n && ok; i++) {
        size_t const n = strlen(files.at[i]);
        if (n <= 4 || strcmp(files.at[i] + n - 4, ".xml") != 0) continue;
        if (!begun) ok = tck_count_begin(t, dir);
        begun = true;
        if (ok) tck_file(t, dir, files.at[i]);
    }
    for (size_t i = 0; i < files.n && ok; i++) {
        if (strchr(files.at[i], '.')) continue; // directories of the kit have no dot
        char *const path = file_path(dir, files.at[i]);
        if (path) (void)tck_directory(t, path, depth + 1);
        free(path);
    }
    file_names_free(&files);
    return ok;
}

static void tck_close(struct tck *t)
{
    for (size_t i = 0; i < t->n_counts; i++) free(t->counts[i].directory);
    free(t->counts);
    free(t->memory);
}

static bool tck_run(struct tck *t, const char *dir)
{
    t->memory = malloc(TCK_ARENA_BYTES);
    t->skip = strlen(dir) + 1;
    return t->memory && tck_directory(t, dir, 0);
}

static unsigned tck_all(const struct tck *t)
{
    return t->total[TCK_PASS] + t->total[TCK_FAIL] + t->total[TCK_ERROR];
}

// Without a case nothing was shown: that is no pass.
static int tck_answer(const struct tck *t, bool ok, const char *dir, FILE *err)
{
    unsigned const all = tck_all(t);
    if (!ok || all == 0) {
        fprintf(err, "%s: no folder with test cases of the kit that can be read\n", dir);
        return TOOL_FAILED;
    }
    return t->total[TCK_PASS] == all ? TOOL_FINE : TOOL_FOUND;
}

int policy_tck(const char *dir, bool json, FILE *out, FILE *err)
{
    struct tck t = {.out = out, .json = json};
    if (json) fprintf(out, "{\"cases\": [");
    bool const ok = tck_run(&t, dir);
    unsigned const all = tck_all(&t);
    if (json) {
        fprintf(out, "\n  ],\n  \"pass\": %u, \"fail\": %u, \"error\": %u, \"total\": %u}\n",
                t.total[TCK_PASS], t.total[TCK_FAIL], t.total[TCK_ERROR], all);
    } else {
        fprintf(out, "total %u: %u pass, %u fail, %u error\n", all, t.total[TCK_PASS],
                t.total[TCK_FAIL], t.total[TCK_ERROR]);
    }
    int const answer = tck_answer(&t, ok, dir, err);
    tck_close(&t);
    return answer;
}

int policy_tck_table(const char *dir, FILE *out, FILE *err)
{
    struct tck t = {.out = out, .quiet = true};
    bool const ok = tck_run(&t, dir);
    fprintf(out, "| directory | pass | fail | refused | of |\n|---|--:|--:|--:|--:|\n");
    for (size_t i = 0; i < t.n_counts; i++) {
        const struct tck_count *const c = &t.counts[i];
        fprintf(out, "| %s | %u | %u | %u | %u |\n", c->directory, c->n[TCK_PASS], c->n[TCK_FAIL],
                c->n[TCK_ERROR], c->n[TCK_PASS] + c->n[TCK_FAIL] + c->n[TCK_ERROR]);
    }
    fprintf(out, "| all | %u | %u | %u | %u |\n", t.total[TCK_PASS], t.total[TCK_FAIL],
            t.total[TCK_ERROR], tck_all(&t));
    int const answer = tck_answer(&t, ok, dir, err);
    tck_close(&t);
    return answer;
}
