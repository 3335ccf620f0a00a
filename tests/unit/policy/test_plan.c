// The short way through a pack and the evaluator agree on everything; what a sender is shown may be
// copied from the council's verdict when that says so.
#include "asking.h"
#include "cmocka_all.h"
#include "pack_case.h"

#include <stdio.h>
#include <stdlib.h>

#define CASES 20000

static uint8_t scratch[POLICY_SCRATCH_BYTES], other_scratch[POLICY_SCRATCH_BYTES];
static uint32_t seed;

static uint32_t draw(uint32_t n)
{
    seed = seed * 1664525 + 1013904223;
    return (uint32_t)((uint64_t)(seed >> 4) * n >> 28);
}

static int32_t fact_draw(const struct fact_def *def)
{
    uint32_t n = 0;
    while (def->codes && def->codes[n]) n++;
    switch (def->type) {
    case FACT_BOOL: return (int32_t)draw(2);
    case FACT_NUMBER: return draw(3) ? (int32_t)draw(20) : (int32_t)draw(12000) - 100;
    case FACT_CODE: return (int32_t)draw(n + 1); // at times one that no list has
    case FACT_CODES: break;
    }
    return (int32_t)(draw(1U << n) & draw(1U << n) & draw(1U << n));
}

// From a case of which next to nothing is known to one of which all is.
static void facts_draw(struct facts *f)
{
    uint32_t const known = draw(12);
    facts_clear(f);
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (draw(11) < known) f->value[i] = fact_draw(&FACTS[i]);
    }
}

static struct policy *open_pack(const char *dir)
{
    struct policy *p = NULL;
    struct policy_report *const r = policy_report_open();
    if (policy_open(&p, dir, r) != OK) fail_msg("%s", policy_report_at(r, 0).text);
    policy_report_close(r);
    return p;
}

static void decide(const struct policy *p, const struct facts *f, bool plainly, struct verdict *v)
{
    struct arena arena;
    uint8_t *const memory = plainly ? other_scratch : scratch;
    arena_init(&arena, memory, sizeof(scratch));
    memset(v, 0xa5, sizeof(*v));
    (plainly ? policy_decide_plainly : policy_decide)(p, f, &arena, v);
}

static void assert_reasons_equal(const struct policy_reason *a, const struct policy_reason *b,
                                 size_t n)
{
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(a[i].decision, b[i].decision);
        assert_int_equal(a[i].row, b[i].row);
        assert_string_equal(a[i].words, b[i].words);
        assert_string_equal(a[i].guidance, b[i].guidance);
        assert_int_equal(a[i].council_only, b[i].council_only);
    }
}

// All but the flag that says whether the council's facts are in it.
static void assert_verdicts_equal(const struct verdict *a, const struct verdict *b)
{
    assert_int_equal(a->tier, b->tier);
    assert_memory_equal(a->limb, b->limb, sizeof(a->limb));
    assert_int_equal(a->colour, b->colour);
    assert_ptr_equal(a->colour_table, b->colour_table);
    assert_int_equal(a->colour_row, b->colour_row);
    assert_int_equal(a->score, b->score);
    assert_int_equal(a->team, b->team);
    assert_int_equal(a->suggested, b->suggested);
    assert_int_equal(a->suggested_team, b->suggested_team);
    assert_int_equal(a->parallel, b->parallel);
    assert_int_equal(a->unscreened, b->unscreened);
    assert_int_equal(a->n_reasons, b->n_reasons);
    assert_reasons_equal(a->reasons, b->reasons, a->n_reasons);
    assert_int_equal(a->n_missing, b->n_missing);
    assert_memory_equal(a->missing, b->missing, a->n_missing * sizeof(a->missing[0]));
}

static void assert_ratings_agree(const struct policy *p, const struct facts *f)
{
    struct rerating a, b;
    struct arena arena;
    enum colour const was = (enum colour)(COLOUR_GREEN + draw(3));
    arena_init(&arena, scratch, sizeof(scratch));
    policy_rerate(p, f, was, 7, &arena, &a);
    arena_init(&arena, other_scratch, sizeof(other_scratch));
    policy_rerate_plainly(p, f, was, 7, &arena, &b);
    assert_int_equal(a.colour, b.colour);
    assert_int_equal(a.score, b.score);
    assert_int_equal(a.changed, b.changed);
    assert_ptr_equal(a.colour_table, b.colour_table);
    assert_int_equal(a.colour_row, b.colour_row);
    assert_int_equal(a.n_reasons, b.n_reasons);
    assert_reasons_equal(a.reasons, b.reasons, a.n_reasons);
}

static bool values_alike(struct value a, struct value b)
{
    if (a.kind != b.kind) return false;
    if (a.kind != VALUE_ITEMS) return value_equal(a, b) == TERNARY_TRUE;
    bool alike = a.items->n == b.items->n;
    for (size_t i = 0; alike && i < a.items->n; i++) {
        alike = values_alike(a.items->at[i], b.items->at[i]);
    }
    return alike;
}

static const struct trace *trace_of(const struct trace *t, const struct table *table)
{
    while (t && t->table != table) t = t->next;
    return t;
}

// The plan runs every table; the evaluator those that are asked for: the same, in the packs here.
static void assert_traces_agree(const struct policy *p, const struct facts *f)
{
    struct verdict v;
    struct arena a, b;
    unsigned n = 0, n_other = 0;
    arena_init(&a, scratch, sizeof(scratch));
    arena_init(&b, other_scratch, sizeof(other_scratch));
    const struct trace *const all = policy_decide_traced(p, f, &a, &v);
    const struct trace *const others = policy_decide_traced_plainly(p, f, &b, &v);
    for (const struct trace *t = others; t; t = t->next) n_other++;
    for (const struct trace *t = all; t; t = t->next, n++) {
        const struct trace *const other = trace_of(others, t->table);
        assert_non_null(other);
        assert_int_equal(t->n_matched, other->n_matched);
        assert_memory_equal(t->matched, other->matched, t->n_matched * sizeof(*t->matched));
        assert_int_equal(t->n_near, other->n_near);
        assert_memory_equal(t->near, other->near, t->n_near * sizeof(*t->near));
        for (unsigned i = 0; i < t->table->n_inputs; i++) {
            assert_true(values_alike(t->inputs[i], other->inputs[i]));
        }
    }
    assert_true(n > 0);
    assert_int_equal(n, n_other);
}

// Both ways through `cases` random cases; how many could not be screened.
static unsigned assert_ways_agree(const struct policy *p, unsigned cases)
{
    unsigned unscreened = 0;
    for (unsigned i = 0; i < cases; i++) {
        struct facts f;
        struct verdict by_plan, by_evaluator;
        facts_draw(&f);
        decide(p, &f, false, &by_plan);
        decide(p, &f, true, &by_evaluator);
        assert_verdicts_equal(&by_plan, &by_evaluator);
        assert_int_equal(by_plan.council, by_evaluator.council);
        if (i % 16 == 0) assert_ratings_agree(p, &f);
        if (i % 16 == 1 && !by_plan.unscreened) assert_traces_agree(p, &f);
        unscreened += by_plan.unscreened;
    }
    return unscreened;
}

static void every_part_that_a_concern_passes_has_a_plan(void **state)
{
    (void)state;
    struct policy *const p = open_pack(PACK_DIR);
    assert_non_null(p->plans[PART_THRESHOLD]);
    assert_non_null(p->plans[PART_RATING]);
    assert_non_null(p->plans[PART_ROUTING]);
    policy_close(p);
}

static void the_plan_and_the_evaluator_agree(void **state)
{
    (void)state;
    struct policy *const p = open_pack(PACK_DIR);
    seed = 1;
    assert_int_equal(assert_ways_agree(p, CASES), 0);
    policy_close(p);
}

static void each_fact_alone_is_taken_alike(void **state)
{
    struct verdict by_plan, by_evaluator;
    (void)state;
    struct policy *const p = open_pack(PACK_DIR);
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        for (int32_t v = -1; v < 40; v++) {
            struct facts f;
            facts_clear(&f);
            f.value[i] = v;
            decide(p, &f, false, &by_plan);
            decide(p, &f, true, &by_evaluator);
            assert_verdicts_equal(&by_plan, &by_evaluator);
        }
    }
    policy_close(p);
}

// The council's facts are mostly there, and mostly unremarkable.
static void council_facts_draw(struct facts *f)
{
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (FACTS[i].whose != FACT_COUNCIL) continue;
        f->value[i] =
            draw(40) ? (FACTS[i].type == FACT_CODE ? FACT_UNKNOWN : 0) : fact_draw(&FACTS[i]);
    }
}

static void a_verdict_without_the_councils_facts_in_it_is_the_senders(void **state)
{
    unsigned alike = 0;
    (void)state;
    struct policy *const p = open_pack(PACK_DIR);
    seed = 2;
    for (unsigned i = 0; i < CASES; i++) {
        struct facts f, own;
        struct verdict whole, senders;
        facts_draw(&f);
        council_facts_draw(&f);
        own = f;
        for (unsigned k = 0; k < FACT_COUNT; k++) {
            if (FACTS[k].whose == FACT_COUNCIL) own.value[k] = FACT_UNKNOWN;
        }
        decide(p, &f, false, &whole);
        if (whole.council) continue;
        alike++;
        decide(p, &own, false, &senders);
        assert_verdicts_equal(&whole, &senders);
        for (size_t k = 0; k < whole.n_reasons; k++) assert_false(whole.reasons[k].council_only);
    }
    print_message("%u of %u verdicts are the senders' own\n", alike, CASES);
    assert_true(alike > CASES / 10);
    policy_close(p);
}

static void a_test_that_an_unknown_council_fact_meets_leaves_no_verdict_to_the_sender(void **state)
{
    struct facts f;
    struct verdict before, after;
    (void)state;
    struct policy *const whole = open_pack(pack);
    pack_edit("routing.dmn", "<text>true</text>", "<text>null, true</text>"); // out_of_hours
    struct policy *const spoilt = open_pack(pack);
    facts_clear(&f);
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        if (FACTS[i].whose == FACT_COUNCIL && FACTS[i].type != FACT_CODE) f.value[i] = 0;
    }
    decide(whole, &f, false, &before);
    decide(spoilt, &f, false, &after);
    assert_int_equal(before.tier, after.tier);
    assert_false(before.council);
    assert_true(after.council);
    seed = 5;
    assert_ways_agree(spoilt, 200);
    policy_close(whole);
    policy_close(spoilt);
}

static void a_part_that_needs_the_evaluator_gives_the_same_verdicts(void **state)
{
    static const struct {
        const char *from, *to;
        bool planned;
    } cells[] = {
        {"<text>&gt;= 14</text>", "<text>? + 0 &gt;= 14</text>", false},
        {"<text>dash_ticks</text>", "<text>dash_ticks + 1</text>", false},
        {"<text>&gt;= 4</text>", "<text>&gt;= 3.5, [-7..-2)</text>", true},
        {"<text>\"critical\"</text>", "<text>? = lower case(\"CRITICAL\")</text>", true},
    };
    (void)state;
    seed = 3;
    for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
        pack_edit("threshold.dmn", cells[i].from, cells[i].to);
        struct policy *const p = open_pack(pack);
        assert_int_equal(p->plans[PART_THRESHOLD] != NULL, cells[i].planned);
        assert_int_equal(assert_ways_agree(p, 300), 0);
        policy_close(p);
        pack_edit("threshold.dmn", cells[i].to, cells[i].from);
    }
}

static void a_hit_policy_that_the_rows_break_is_unscreened_either_way(void **state)
{
    static const char *const files[] = {"threshold.dmn", "rating.dmn", "routing.dmn"};
    (void)state;
    seed = 4;
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        pack_edit(files[i], "hitPolicy=\"FIRST\"", "hitPolicy=\"UNIQUE\"");
        struct policy *const p = open_pack(pack);
        assert_true(assert_ways_agree(p, 300) > 0);
        policy_close(p);
        pack_edit(files[i], "hitPolicy=\"UNIQUE\"", "hitPolicy=\"FIRST\"");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_part_that_a_concern_passes_has_a_plan),
        cmocka_unit_test(the_plan_and_the_evaluator_agree),
        cmocka_unit_test(each_fact_alone_is_taken_alike),
        cmocka_unit_test(a_verdict_without_the_councils_facts_in_it_is_the_senders),
        ON_A_COPY(a_test_that_an_unknown_council_fact_meets_leaves_no_verdict_to_the_sender),
        ON_A_COPY(a_part_that_needs_the_evaluator_gives_the_same_verdicts),
        ON_A_COPY(a_hit_policy_that_the_rows_break_is_unscreened_either_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
