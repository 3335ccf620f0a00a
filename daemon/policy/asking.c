#include "asking.h"

#include "explain.h"

enum { COUNCIL_UNKNOWN, COUNCIL_NO, COUNCIL_YES };

static void eval_begin(struct asking *a)
{
    const struct model *const m = a->model->model;
    struct value *const inputs = arena_alloc(a->arena, (m->n_elements + 1) * sizeof(*inputs));
    a->council = arena_zalloc(a->arena, m->n_elements + 1);
    a->seen = arena_zalloc(a->arena, m->n_elements + 1);
    if (inputs && a->council && a->seen && a->steps > 0) {
        for (unsigned i = 0; i < m->n_elements; i++) {
            const struct binding *const b = &a->model->bindings[i];
            inputs[i] = value_null();
            if (b->kind == BIND_FACT) {
                inputs[i] = fact_value(a->p, a->facts, (enum fact)b->index, a->arena);
            } else if (b->kind == BIND_OUTCOME) {
                inputs[i] = a->values[b->index];
            }
        }
        struct question const q = {.model = m, .inputs = inputs, .trace = true, .steps = a->steps};
        a->eval = model_begin(&q, a->arena);
    }
    a->failed = a->failed || !a->eval || a->arena->exhausted;
}

void asking_begin(struct asking *a, enum pack_part part)
{
    const struct plan *const plan = a->plainly ? NULL : a->p->plans[part];
    if (a->eval) a->steps = a->eval->steps;
    a->part = part;
    a->model = &a->p->models[a->p->parts[part]];
    a->eval = NULL;
    a->planned = false;
    a->asked = 0;
    if (a->failed) return;
    if (!plan) {
        eval_begin(a);
    } else {
        a->planned = plan_begin(&a->run, plan, a->facts, &a->outcomes, a->arena);
        a->failed = !a->planned;
    }
}

void asking_end(struct asking *a)
{
    if (!a->traced || a->failed) return;
    if (a->planned) {
        a->trace = plan_trace(&a->run, a->p, a->values, a->trace, a->arena);
        a->failed = a->arena->exhausted;
    } else if (a->eval->trace) {
        struct trace *first = a->eval->trace;
        while (first->next) first = first->next;
        first->next = (struct trace *)(uintptr_t)a->trace;
        a->trace = a->eval->trace;
    }
}

static bool eval_decide(struct asking *a, enum pack_decision d, struct value *out)
{
    return model_decide(a->eval, a->p->decisions[d], out) && a->eval->n_table_errors == 0;
}

// A table broke its hit policy: the evaluator says what that means, so it is asked all again.
static void asking_restart(struct asking *a)
{
    struct value again;
    a->planned = false;
    eval_begin(a);
    for (unsigned d = 0; d < DECISION_COUNT && !a->failed; d++) {
        if (a->asked >> d & 1) a->failed = !eval_decide(a, (enum pack_decision)d, &again);
    }
}

struct value asking_decide(struct asking *a, enum pack_decision d)
{
    struct value v = value_null();
    if (a->failed) return v;
    if (a->planned && plan_decide(&a->run, d, a->arena, &v)) {
        a->asked |= 1U << d;
        a->failed = a->arena->exhausted;
    } else {
        if (a->planned) asking_restart(a);
        a->failed = a->failed || !eval_decide(a, d, &v);
    }
    if (a->explained && !a->failed && d != DECISION_RERATING) explain_note(a, d);
    return a->failed ? value_null() : v;
}

// Looking back costs steps as evaluating does; without any left the verdict is unscreened.
static bool asking_pay(struct asking *a, uint32_t steps)
{
    a->failed = a->failed || steps > a->eval->steps;
    a->eval->steps -= a->failed ? a->eval->steps : steps;
    return !a->failed;
}

// --- What rests on the council's facts, by the evaluator's trace ---

static bool decision_is_council(struct asking *a, unsigned element);

static bool element_is_council(struct asking *a, unsigned element)
{
    const struct binding *const b = &a->model->bindings[element];
    if (b->kind == BIND_FACT) return FACTS[b->index].whose == FACT_COUNCIL;
    if (b->kind == BIND_OUTCOME) return a->outcomes.council[b->index];
    return a->model->model->elements[element].kind == ELEMENT_DECISION &&
           decision_is_council(a, element);
}

struct reads cell_reads(const struct table *t, unsigned row, unsigned column)
{
    return t->reads ? t->reads[row * t->n_inputs + column] : (struct reads){0, NULL};
}

static bool row_is_council(struct asking *a, const struct table *t, unsigned row)
{
    if (!asking_pay(a, 1 + t->n_inputs / 16)) return true;
    for (unsigned c = 0; c < t->n_inputs; c++) {
        struct reads const reads = cell_reads(t, row, c);
        for (unsigned i = 0; i < reads.n; i++) {
            if (element_is_council(a, reads.elements[i])) return true;
        }
    }
    return false;
}

static const struct trace *trace_of(struct asking *a, const struct table *t)
{
    const struct trace *trace = a->eval->trace;
    uint32_t n = 0;
    for (; t && trace && trace->table != t; n++) trace = trace->next;
    return asking_pay(a, n / 32) && t ? trace : NULL;
}

// A table rests on what the rows that matched read; another expression on all that it requires.
// Asked once of each, however many read it; what rests on itself adds nothing.
static bool decision_is_council(struct asking *a, unsigned element)
{
    const struct element *const e = &a->model->model->elements[element];
    const struct trace *const trace = trace_of(a, e->table);
    bool is = false;
    if (a->council[element] != COUNCIL_UNKNOWN) return a->council[element] == COUNCIL_YES;
    a->council[element] = COUNCIL_NO;
    for (unsigned i = 0; !e->table && i < e->n_requires && !is; i++) {
        is = element_is_council(a, e->required[i]);
    }
    for (unsigned i = 0; trace && i < trace->n_matched && !is; i++) {
        is = row_is_council(a, e->table, trace->matched[i]);
    }
    a->council[element] = is ? COUNCIL_YES : COUNCIL_NO;
    return is;
}

bool asking_is_council(struct asking *a, enum pack_decision d)
{
    if (a->planned) return plan_is_council(&a->run, d);
    return a->eval && decision_is_council(a, a->p->decisions[d]);
}

void asking_outcome(struct asking *a, enum outcome o, enum pack_decision d, struct value v,
                    int code)
{
    a->values[o] = v;
    a->outcomes.code[o] = code;
    a->outcomes.reached[o] = true;
    a->outcomes.council[o] = asking_is_council(a, d);
    // What was found out may rest on this outcome, or be of a table not evaluated then.
    if (a->eval) memset(a->council, COUNCIL_UNKNOWN, a->model->model->n_elements);
}

// --- Reasons ---

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

static void reasons_of_rows(struct asking *a, unsigned element, struct reasons *r)
{
    const struct trace *const trace = trace_of(a, a->model->model->elements[element].table);
    for (unsigned i = 0; trace && i < trace->n_matched && r->n < POLICY_REASONS_MAX; i++) {
        const struct table *const t = trace->table;
        unsigned const row = trace->matched[i];
        struct policy_reason const one = {.decision = t->name,
                                          .row = row + 1,
                                          .words = table_note(t, row, "reason"),
                                          .guidance = table_note(t, row, "guidance"),
                                          .council_only = row_is_council(a, t, row)};
        if (*one.words && !reasons_have(r, &one)) r->at[r->n++] = one;
    }
}

static bool results_same(struct asking *a, unsigned element, unsigned behind)
{
    struct value const here = a->eval->elements[element];
    size_t const weight = value_weight(here, a->eval->steps + 1UL);
    return asking_pay(a, (uint32_t)(weight / 4)) &&
           value_equal(a->eval->elements[behind], here) == TERNARY_TRUE;
}

// The rows that made a decision, and those of the tables behind it.  Deeper down, a table that
// came to another result than the one that read it was outweighed, and is no reason.  Coming to a
// table again from no less deep finds nothing new.
static void reasons_behind(struct asking *a, unsigned element, struct reasons *r, int depth)
{
    const struct element *const e = &a->model->model->elements[element];
    uint8_t *const seen = &a->seen[element];
    if (a->eval->known[element] == 0 || depth > PACK_REASONS_DEPTH_MAX) return;
    if ((*seen && *seen <= depth + 1) || !asking_pay(a, 1 + e->n_requires / 16)) return;
    *seen = (uint8_t)(depth + 1);
    reasons_of_rows(a, element, r);
    for (unsigned i = 0; i < e->n_requires; i++) {
        unsigned const behind = e->required[i];
        if (a->model->model->elements[behind].kind != ELEMENT_DECISION) continue;
        if (depth > 0 && !results_same(a, element, behind)) continue;
        reasons_behind(a, behind, r, depth + 1);
    }
}

size_t asking_reasons(struct asking *a, enum pack_decision d, struct policy_reason *at, size_t n)
{
    struct reasons r = {at, n};
    if (a->planned) return plan_reasons(&a->run, d, at, n);
    if (a->eval) reasons_behind(a, a->p->decisions[d], &r, 0);
    return r.n;
}

void asking_forget(struct asking *a)
{
    if (a->planned) memset(a->run.seen, 0, a->run.plan->n_tables);
    if (a->eval) memset(a->seen, 0, a->model->model->n_elements);
}

size_t asking_matched(struct asking *a, const struct table *t, uint16_t *rows, size_t max)
{
    size_t n = 0;
    if (a->planned) return plan_matched(&a->run, t, rows, max);
    const struct trace *const trace = a->eval ? trace_of(a, t) : NULL;
    for (; trace && n < trace->n_matched && n < max; n++) rows[n] = trace->matched[n];
    return n;
}

// --- Missing facts ---

static void missing_add(const struct asking *a, struct verdict *v, const struct trace *trace,
                        const struct near_row *near)
{
    struct reads const reads = cell_reads(trace->table, near->row, near->column);
    for (unsigned i = 0; i < reads.n; i++) {
        const struct binding *const b = &a->model->bindings[reads.elements[i]];
        if (b->kind != BIND_FACT || !FACTS[b->index].correctable) continue;
        bool known = a->facts->value[b->index] != FACT_UNKNOWN;
        for (size_t k = 0; k < v->n_missing && !known; k++) known = v->missing[k] == b->index;
        if (!known) v->missing[v->n_missing++] = (uint16_t)b->index;
    }
}

size_t asking_open(struct asking *a, const struct table *t, uint16_t facts[FACT_COUNT])
{
    size_t const before = arena_mark(a->arena);
    struct verdict *const v = arena_zalloc(a->arena, sizeof(*v));
    if (!v) return 0;
    if (a->planned) plan_open(&a->run, t, v);
    const struct trace *const trace = a->eval ? trace_of(a, t) : NULL;
    for (unsigned i = 0; trace && i < trace->n_near; i++) missing_add(a, v, trace, &trace->near[i]);
    size_t const n = v->n_missing;
    memcpy(facts, v->missing, n * sizeof(*facts));
    arena_release(a->arena, before);
    return n;
}

// Does a row that matched, or that one answer would make match, rest on the council's facts?
static bool trace_is_council(struct asking *a, const struct trace *t)
{
    for (unsigned i = 0; i < t->n_matched; i++) {
        if (row_is_council(a, t->table, t->matched[i])) return true;
    }
    for (unsigned i = 0; i < t->n_near; i++) {
        if (row_is_council(a, t->table, t->near[i].row)) return true;
    }
    return false;
}

void asking_missing(struct asking *a, struct verdict *v)
{
    if (a->planned) plan_missing(&a->run, v);
    for (const struct trace *t = a->eval ? a->eval->trace : NULL; t; t = t->next) {
        // Points only order work: nobody needs to be asked for them.
        if (t->table->aggregate != AGGREGATE_NONE) continue;
        for (unsigned i = 0; i < t->n_near; i++) missing_add(a, v, t, &t->near[i]);
    }
}

bool asking_touches_council(struct asking *a)
{
    if (a->planned) return plan_touches_council(&a->run);
    for (const struct trace *t = a->eval ? a->eval->trace : NULL; t; t = t->next) {
        if (trace_is_council(a, t)) return true;
    }
    return false;
}
