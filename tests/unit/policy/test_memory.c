// No memory: every allocation of a pack's load, of a verdict and of the tools is refused in its
// turn, once and with all that follow.  Then it says that it could not, or says what it says with
// memory; and nothing is kept (the sanitizer looks).
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy_explain.h"
#include "policy_missing.h"
#include "policy_tools.h"

#include <stdlib.h>
#include <string.h>

static struct {
    unsigned nth, seen; // nth 0: none is refused
    bool for_ever;
} scarce;

static bool refused(void)
{
    scarce.seen++;
    return scarce.nth && (scarce.for_ever ? scarce.seen >= scarce.nth : scarce.seen == scarce.nth);
}

// The linker sends those of the product here (--wrap).
#define WRAPPED(answer, name, parameters, arguments)       \
    answer __real_##name parameters;                       \
    answer __wrap_##name parameters;                       \
    answer __wrap_##name parameters                        \
    {                                                      \
        return refused() ? NULL : __real_##name arguments; \
    }
WRAPPED(void *, malloc, (size_t n), (n))
WRAPPED(void *, calloc, (size_t n, size_t size), (n, size))
WRAPPED(void *, realloc, (void *at, size_t n), (at, n))
#define WRAPPED_ARENA(name)                            \
    void *__real_##name(struct arena *a, size_t size); \
    void *__wrap_##name(struct arena *a, size_t size); \
    void *__wrap_##name(struct arena *a, size_t size)  \
    {                                                  \
        if (!refused()) return __real_##name(a, size); \
        a->exhausted = true;                           \
        return NULL;                                   \
    }
WRAPPED_ARENA(arena_alloc)
WRAPPED_ARENA(arena_zalloc)

// One thing that can be asked; `out` and `err` are its own.
typedef int act(FILE *out, FILE *err);

static char *said, *complained;

static int act_run(act *run)
{
    size_t n_out, n_err;
    free(said);
    free(complained);
    said = complained = NULL;
    FILE *const out = open_memstream(&said, &n_out), *const err =
                                                         open_memstream(&complained, &n_err);
    int const answer = run(out, err);
    fclose(out);
    fclose(err);
    return answer;
}

static unsigned act_count(act *run)
{
    scarce.nth = scarce.seen = 0;
    (void)act_run(run);
    return scarce.seen;
}

// At most `points` of its allocations, evenly.
static void act_torture(const char *name, act *run, unsigned points)
{
    unsigned const all = act_count(run), step = all / points + 1;
    int const answer = act_run(run);
    char *const whole = strdup(said);
    unsigned failed = 0, tried = 0;
    for (unsigned n = 1; n <= all; n += step) {
        for (int for_ever = 0; for_ever < 2; for_ever++) {
            scarce.nth = n;
            scarce.seen = 0;
            scarce.for_ever = for_ever;
            int const now = act_run(run);
            scarce.nth = 0;
            tried++;
            failed += now != answer;
            // Who did what was asked did all of it.
            if (now == answer && strcmp(whole, said) != 0 && !strstr(said, "null") &&
                !strstr(said, "\"unscreened\": true"))
                fail_msg("%s: without allocation %u of %u it says something else:\n%.2000s", name,
                         n, all, said);
        }
    }
    assert_true(failed > 0);
    (void)act_run(run);
    assert_string_equal(said, whole); // nothing of it stays
    free(whole);
    printf("%s: %u allocations, refused %u times\n", name, all, tried);
}

#define FACTS "{\"immediate_danger\": true}"

static int act_open(FILE *out, FILE *err)
{
    struct policy *p = NULL;
    struct policy_report *const r = policy_report_open();
    enum err const e = policy_open(&p, pack, r);
    (void)err;
    if (p) fprintf(out, "%s", policy_info(p)->name);
    assert_true((e == OK) == (p != NULL));
    bool told = r == NULL || e != ERR_POLICY; // what is refused says so, and why
    for (size_t i = 0; r && i < policy_report_count(r); i++) {
        struct policy_problem const one = policy_report_at(r, i);
        told = told || (one.severity == POLICY_REFUSED && one.text[0] && one.file);
    }
    assert_true(told);
    policy_close(p);
    policy_report_close(r);
    return e;
}
static int act_check(FILE *out, FILE *err)
{
    return policy_check(pack, "2026-01-05", true, out, err);
}
static int act_show(FILE *out, FILE *err)
{
    return policy_show(pack, POLICY_MARKDOWN, out, err);
}
static int act_test(FILE *out, FILE *err)
{
    return policy_test(pack, true, out, err);
}
static int act_diff(FILE *out, FILE *err)
{
    return policy_diff(PACK_DIR, pack, true, out, err);
}
static int act_eval(FILE *out, FILE *err)
{
    return policy_eval(pack, NULL, pack_file("facts.json"), out, err);
}
static int act_explain(FILE *out, FILE *err)
{
    return policy_explain_facts(pack, pack_file("facts.json"), true, out, err);
}
static void file_put(const char *name, const char *text)
{
    FILE *const f = fopen(pack_file(name), "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void the_tools_do_all_of_it_or_say_that_they_could_not(void **state)
{
    (void)state;
    file_put("facts.json", FACTS);
    assert_true(pack_edit_maybe("rating.dmn", "Danger.", "Danger now."));
    static const struct {
        const char *name;
        act *run;
    } acts[] = {{"open", act_open},      {"check", act_check}, {"show", act_show},
                {"test", act_test},      {"diff", act_diff},   {"eval", act_eval},
                {"explain", act_explain}};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        act_torture(acts[i].name, acts[i].run, 60);
}

static uint8_t scratch[POLICY_SCRATCH_BYTES];

static void a_verdict_without_memory_is_the_same_or_red_and_unscreened(void **state)
{
    (void)state;
    struct policy *p = NULL;
    struct arena a;
    struct facts facts;
    struct verdict with, v;
    facts_clear(&facts);
    facts.value[FACT_IMMEDIATE_DANGER] = 0;
    scarce.nth = 0;
    assert_int_equal(policy_open(&p, pack, NULL), OK);
    arena_init(&a, scratch, sizeof scratch);
    scarce.seen = 0;
    policy_decide(p, &facts, &a, &with);
    unsigned const all = scarce.seen;
    assert_false(with.unscreened);
    unsigned unscreened = 0;
    for (unsigned n = 1; n <= all; n++) {
        scarce.nth = n;
        scarce.seen = 0;
        scarce.for_ever = n % 2;
        arena_init(&a, scratch, sizeof scratch);
        policy_decide(p, &facts, &a, &v);
        unscreened += v.unscreened;
        if (v.unscreened)
            assert_true(v.colour == COLOUR_RED && v.team == policy_info(p)->mash);
        else
            assert_true(v.colour == with.colour && v.tier == with.tier && v.team == with.team &&
                        v.score == with.score);
    }
    assert_true(unscreened > 0);
    scarce.nth = 0;
    policy_close(p);
}

static void what_was_missing_and_why_are_whole_or_say_that_they_are_not(void **state)
{
    (void)state;
    struct policy *p = NULL;
    struct arena a;
    struct facts facts;
    struct missing m;
    static struct explanation e;
    facts_clear(&facts);
    scarce.nth = 0;
    assert_int_equal(policy_open(&p, pack, NULL), OK);
    for (size_t size = 0; size < sizeof scratch / 8; size = size * 2 + 64) {
        arena_init(&a, scratch, size);
        policy_missing(p, &facts, TIER_DUTY_MET, MISSING_UNSAID, MISSING_STEPS_NOTICE, &a, &m);
        assert_true(m.n_sets <= MISSING_SETS_MAX);
        arena_init(&a, scratch, size);
        policy_explain(p, &facts, &a, &e);
        assert_true(!e.verdict.unscreened || e.verdict.colour == COLOUR_RED);
        struct rerating r;
        arena_init(&a, scratch, size);
        policy_rerate(p, &facts, COLOUR_AMBER, 3, &a, &r);
        assert_true(r.colour >= COLOUR_AMBER);
    }
    policy_close(p);
}

static int drop(void **state)
{
    free(said);
    free(complained);
    return pack_drop(state);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_tools_do_all_of_it_or_say_that_they_could_not),
        cmocka_unit_test(a_verdict_without_memory_is_the_same_or_red_and_unscreened),
        cmocka_unit_test(what_was_missing_and_why_are_whole_or_say_that_they_are_not),
    };
    return cmocka_run_group_tests_name("memory", tests, pack_copy, drop);
}
