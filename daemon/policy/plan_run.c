// Running a plan: each table is a few ANDs of bitmaps.  What the evaluator's trace would tell
// (which rows matched, which one unknown kept from matching) is two words a table.
#include "plan.h"

enum { FACT_WORDS = (FACT_COUNT + 63) / 64 };

static uint32_t number_code(const struct plan_input *in, int32_t n)
{
    unsigned low = 0, high = in->n_points;
    while (low < high) {
        unsigned const middle = (low + high) / 2;
        if (in->points[middle] < n) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return 2 * low + 1 + (low < in->n_points && in->points[low] == n);
}

static inline uint32_t fact_code(const struct plan_input *in, const struct facts *facts)
{
    int32_t const v = facts->value[in->binding.index];
    if (v == FACT_UNKNOWN) return in->type == FACT_CODES ? PLAN_SET_UNKNOWN : 0;
    switch (in->type) {
    case FACT_BOOL: return v ? 2 : 1;
    case FACT_NUMBER: return number_code(in, v);
    case FACT_CODE: return v >= 0 && (uint32_t)v < in->n_points ? (uint32_t)v + 1 : 0;
    case FACT_CODES: break;
    }
    return (uint32_t)v & ((1U << in->n_points) - 1);
}

bool plan_begin(struct plan_run *run, const struct plan *plan, const struct facts *facts,
                const struct plan_outcomes *outcomes, struct arena *arena)
{
    *run = (struct plan_run){.plan = plan, .facts = facts};
    run->codes = arena_alloc(arena, (plan->n_elements + 1) * sizeof(*run->codes));
    run->council = arena_zalloc(arena, plan->n_elements + 1);
    run->done = arena_alloc(arena, (plan->n_tables + 1) * sizeof(*run->done));
    run->seen = arena_zalloc(arena, plan->n_tables + 1);
    if (!run->codes || !run->council || !run->done || !run->seen) return false;
    for (unsigned i = 0; i < plan->n_inputs; i++) {
        const struct plan_input *const in = &plan->inputs[i];
        unsigned const o = in->binding.index;
        if (in->binding.kind == BIND_FACT) {
            run->codes[in->element] = fact_code(in, facts);
        } else if (o == OUTCOME_SCORE && outcomes->reached[o]) {
            run->codes[in->element] = number_code(in, outcomes->code[o]);
        } else {
            run->codes[in->element] = outcomes->reached[o] ? (uint32_t)outcomes->code[o] : 0;
        }
        if (in->binding.kind == BIND_OUTCOME) run->council[in->element] = outcomes->council[o];
    }
    return true;
}

static struct plan_rows set_rows(const struct plan_column *c, uint32_t bits)
{
    if (bits == PLAN_SET_UNKNOWN) return c->rows[0];
    struct plan_rows rows = c->rows[1];
    for (; bits; bits &= bits - 1) rows.met |= c->rows[2 + __builtin_ctz(bits)].met;
    return rows;
}

static struct plan_rows list_rows(const struct plan_run *run, const struct plan_column *c)
{
    struct plan_rows rows = c->rows[0];
    for (unsigned i = 0; i < c->n_parts; i++) {
        rows.met |= c->parts[i].met[run->codes[c->parts[i].element]];
    }
    return rows;
}

static inline struct plan_rows column_rows(const struct plan_run *run, const struct plan_column *c)
{
    if (c->kind == COLUMN_CODE) return c->rows[run->codes[c->element]];
    if (c->kind == COLUMN_SET) return set_rows(c, run->codes[c->element]);
    return list_rows(run, c);
}

struct plan_rows plan_column_rows(const struct plan_run *run, const struct plan_column *c)
{
    return column_rows(run, c);
}

uint32_t plan_fact_code(const struct plan_input *in, const struct facts *facts)
{
    return fact_code(in, facts);
}

static uint64_t council_rows(const struct plan_run *run, const struct plan_table *t)
{
    uint64_t rows = t->council;
    for (unsigned i = 0; i < t->n_links; i++) {
        if (run->council[t->links[i].element]) rows |= t->links[i].rows;
    }
    return rows;
}

// The rows that match, and those that a single unknown column keeps from it.  A FIRST table stops
// at the row that matches: what stands below it is not looked at.
static bool table_run(struct plan_run *run, const struct plan_table *t, struct plan_done *done)
{
    uint64_t met = t->rows, near = 0;
    for (unsigned i = 0; i < t->n_columns; i++) {
        struct plan_rows const rows = column_rows(run, &t->columns[i]);
        near = (near & rows.met) | (met & rows.unknown);
        met &= rows.met;
    }
    if (t->first && met) {
        met &= -met;
        near &= met - 1;
    }
    *done = (struct plan_done){met, near, council_rows(run, t)};
    run->council[t->element] = (met & done->council) != 0;
    if (t->result == RESULT_CODE) {
        unsigned const row = met ? (unsigned)__builtin_ctzll(met) : t->table->n_rows;
        run->codes[t->element] = t->codes[row];
    }
    return !t->unique || (met & (met - 1)) == 0;
}

static struct value items_of_rows(const struct plan_table *t, uint64_t rows, struct arena *arena)
{
    size_t const n = (size_t)__builtin_popcountll(rows);
    struct items *const items = arena_alloc(arena, sizeof(*items) + n * sizeof(struct value));
    if (!items) return value_null(); // the arena knows
    struct value *at = (struct value *)(items + 1);
    *items = (struct items){n, at};
    for (; rows; rows &= rows - 1) *at++ = t->values[__builtin_ctzll(rows)];
    return (struct value){.kind = VALUE_ITEMS, .items = items};
}

static struct value table_value(const struct plan_run *run, const struct plan_table *t,
                                uint64_t rows, struct arena *arena)
{
    int64_t sum = 0;
    if (t->result == RESULT_CODE) return t->values[run->codes[t->element]];
    if (!rows) return t->values[t->table->n_rows];
    if (t->result == RESULT_COUNT) return value_int(__builtin_popcountll(rows));
    if (t->result == RESULT_ITEMS) return items_of_rows(t, rows, arena);
    for (; rows; rows &= rows - 1) sum += t->amounts[__builtin_ctzll(rows)];
    return value_int(sum);
}

struct value plan_value(const struct plan_run *run, unsigned table, struct arena *arena)
{
    return table_value(run, &run->plan->tables[table], run->done[table].matched, arena);
}

bool plan_decide(struct plan_run *run, enum pack_decision d, struct arena *arena, struct value *out)
{
    const struct plan *const p = run->plan;
    for (; run->n_done < p->ends[d]; run->n_done++) {
        unsigned const i = run->n_done;
        if (!table_run(run, &p->tables[i], &run->done[i])) return false;
    }
    *out = plan_value(run, p->deciders[d], arena);
    return true;
}

bool plan_is_council(const struct plan_run *run, enum pack_decision d)
{
    return run->council[run->plan->tables[run->plan->deciders[d]].element];
}

struct reasons {
    struct policy_reason *at;
    size_t n;
};

// A table that two others rest on gives its reasons once.
static bool reasons_have(const struct reasons *r, const struct policy_reason *one)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].decision == one->decision && r->at[i].row == one->row) return true;
    }
    return false;
}

static void reasons_of_rows(const struct plan_run *run, unsigned table, struct reasons *r)
{
    const struct plan_table *const t = &run->plan->tables[table];
    uint64_t rows = run->done[table].matched & t->reasoned;
    for (; rows && r->n < POLICY_REASONS_MAX; rows &= rows - 1) {
        unsigned const row = (unsigned)__builtin_ctzll(rows);
        if (reasons_have(r, &t->reasons[row])) continue;
        r->at[r->n] = t->reasons[row];
        r->at[r->n++].council_only = run->done[table].council >> row & 1;
    }
}

static unsigned same_of(const struct plan_run *run, const struct plan_table *t)
{
    return t->same[run->codes[t->element]];
}

// As reasons_behind of the evaluator (asking.c), with tables in place of elements.
static void reasons_behind(struct plan_run *run, unsigned table, struct reasons *r, int depth)
{
    const struct plan_table *const t = &run->plan->tables[table];
    uint8_t *const seen = &run->seen[table];
    if (depth > PACK_REASONS_DEPTH_MAX || (*seen && *seen <= depth + 1)) return;
    *seen = (uint8_t)(depth + 1);
    reasons_of_rows(run, table, r);
    for (unsigned i = 0; i < t->n_behind; i++) {
        const struct plan_table *const behind = &run->plan->tables[t->behind[i]];
        if (t->behind[i] >= run->n_done) continue; // nobody asked for it
        if (depth > 0 && same_of(run, behind) != same_of(run, t)) continue;
        reasons_behind(run, t->behind[i], r, depth + 1);
    }
}

size_t plan_reasons(struct plan_run *run, enum pack_decision d, struct policy_reason *at, size_t n)
{
    struct reasons r = {at, n};
    unsigned const table = run->plan->deciders[d];
    if (table < run->n_done) reasons_behind(run, table, &r, 0);
    return r.n;
}

// In the order of the rows that lacked them.
static void table_missing(const struct plan_run *run, unsigned table, struct verdict *v,
                          uint64_t known[FACT_WORDS])
{
    const struct plan_table *const t = &run->plan->tables[table];
    uint64_t near = run->done[table].near;
    for (unsigned left = t->n_asks; near && left; left--) {
        const struct plan_ask *ask = NULL;
        uint64_t first = 0;
        for (unsigned i = 0; i < t->n_asks; i++) {
            const struct plan_ask *const one = &t->asks[i];
            uint64_t const rows = near & one->rows;
            if (!rows || run->facts->value[one->fact] != FACT_UNKNOWN) continue;
            if (known[one->fact / 64] >> one->fact % 64 & 1) continue;
            if (ask && (rows & -rows) > first) continue;
            ask = one;
            first = rows & -rows;
        }
        if (!ask) return;
        v->missing[v->n_missing++] = ask->fact;
        known[ask->fact / 64] |= 1ULL << ask->fact % 64;
    }
}

void plan_missing(const struct plan_run *run, struct verdict *v)
{
    uint64_t known[FACT_WORDS] = {0};
    for (size_t i = 0; i < v->n_missing; i++) {
        known[v->missing[i] / 64] |= 1ULL << v->missing[i] % 64;
    }
    for (unsigned i = run->n_done; i-- > 0;) {
        if (run->done[i].near) table_missing(run, i, v, known);
    }
}

// The place of a table among those that were run; their number when it is none of them.
static unsigned table_place(const struct plan_run *run, const struct table *t)
{
    unsigned i = 0;
    while (i < run->n_done && run->plan->tables[i].table != t) i++;
    return i;
}

size_t plan_matched(const struct plan_run *run, const struct table *t, uint16_t *rows, size_t max)
{
    unsigned const i = table_place(run, t);
    uint64_t left = i < run->n_done ? run->done[i].matched : 0;
    size_t n = 0;
    for (; left && n < max; left &= left - 1) rows[n++] = (uint16_t)__builtin_ctzll(left);
    return n;
}

void plan_open(const struct plan_run *run, const struct table *t, struct verdict *v)
{
    uint64_t known[FACT_WORDS] = {0};
    unsigned const i = table_place(run, t);
    if (i < run->n_done) table_missing(run, i, v, known);
}

bool plan_touches_council(const struct plan_run *run)
{
    for (unsigned i = 0; i < run->n_done; i++) {
        const struct plan_done *const done = &run->done[i];
        if ((done->matched | done->near) & done->council) return true;
    }
    return false;
}
