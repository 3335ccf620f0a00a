// A trace from a run of a plan: the same that the evaluator would have written while it went.
#include "plan.h"

struct tracing {
    const struct plan_run *run;
    struct value *values; // by element
    struct arena *arena;
};

static bool values_fill(struct tracing *t, const struct policy *p, const struct value *outcomes)
{
    const struct plan *const plan = t->run->plan;
    t->values = arena_alloc(t->arena, (plan->n_elements + 1) * sizeof(*t->values));
    if (!t->values) return false;
    for (unsigned i = 0; i < plan->n_inputs; i++) {
        const struct plan_input *const in = &plan->inputs[i];
        t->values[in->element] =
            in->binding.kind == BIND_FACT
                ? fact_value(p, t->run->facts, (enum fact)in->binding.index, t->arena)
                : outcomes[in->binding.index];
    }
    for (unsigned i = 0; i < t->run->n_done; i++) {
        t->values[plan->tables[i].element] = plan_value(t->run, i, t->arena);
    }
    return !t->arena->exhausted;
}

static struct value list_value(struct tracing *t, const uint16_t *elements, size_t n)
{
    struct items *const items = arena_alloc(t->arena, sizeof(*items) + n * sizeof(struct value));
    if (!items) return value_null(); // the arena knows
    struct value *const at = (struct value *)(items + 1);
    *items = (struct items){n, at};
    for (size_t i = 0; i < n; i++) at[i] = t->values[elements[i]];
    return (struct value){.kind = VALUE_ITEMS, .items = items};
}

static void inputs_fill(struct tracing *t, const struct plan_table *pt, struct value *inputs)
{
    const uint16_t *read = pt->reads;
    for (unsigned i = 0; i < pt->table->n_inputs; i++, read++) {
        if (!(*read & PLAN_READ_LIST)) {
            inputs[i] = t->values[*read];
        } else {
            size_t const n = *read & ~PLAN_READ_LIST;
            inputs[i] = list_value(t, read + 1, n);
            read += n;
        }
    }
}

// The column that kept a row from matching: the only one that it does not meet.
static uint16_t near_column(const struct plan_run *run, const struct plan_table *t, unsigned row)
{
    for (unsigned i = 0; i < t->n_columns; i++) {
        if (!(plan_column_rows(run, &t->columns[i]).met >> row & 1)) return t->columns[i].column;
    }
    return 0;
}

// One block a table: the trace, its inputs, the rows that one unknown kept, the rows that matched.
static struct trace *table_traced(struct tracing *t, unsigned place)
{
    const struct plan_table *const pt = &t->run->plan->tables[place];
    unsigned const n_inputs = pt->table->n_inputs;
    uint64_t matched = t->run->done[place].matched, near = t->run->done[place].near;
    size_t const n_rows =
        (size_t)__builtin_popcountll(near) + (size_t)__builtin_popcountll(matched);
    struct block {
        struct trace trace;
        struct value inputs[];
    } *const block = arena_alloc(t->arena, sizeof(*block) + n_inputs * sizeof(struct value) +
                                               n_rows * sizeof(struct near_row));
    if (!block) return NULL;
    struct trace *const trace = &block->trace;
    struct near_row *const rows = (struct near_row *)(block->inputs + n_inputs);
    *trace = (struct trace){.table = pt->table, .inputs = block->inputs, .near = rows};
    inputs_fill(t, pt, block->inputs);
    for (; near; near &= near - 1) {
        unsigned const row = (unsigned)__builtin_ctzll(near);
        rows[trace->n_near++] = (struct near_row){(uint16_t)row, near_column(t->run, pt, row)};
    }
    uint16_t *const met = (uint16_t *)(rows + trace->n_near);
    trace->matched = met;
    for (; matched; matched &= matched - 1) {
        met[trace->n_matched++] = (uint16_t)__builtin_ctzll(matched);
    }
    return trace;
}

const struct trace *plan_trace(const struct plan_run *run, const struct policy *p,
                               const struct value *outcomes, const struct trace *before,
                               struct arena *arena)
{
    struct tracing t = {.run = run, .arena = arena};
    struct trace *last = (struct trace *)(uintptr_t)before;
    if (!values_fill(&t, p, outcomes)) return NULL;
    for (unsigned i = 0; i < run->n_done; i++) {
        struct trace *const trace = table_traced(&t, i);
        if (!trace) return NULL;
        trace->next = last;
        last = trace;
    }
    return arena->exhausted ? NULL : last;
}
