// A table against its inputs (DMN 1.5, 8.2.11): which rows match, then what the hit policy makes of
// them.  A test that is unknown never matches.
#include "dmn.h"

struct hits {
    uint16_t *rows;
    unsigned n;
    struct near_row *near;
    unsigned n_near;
};

// An error of the table itself, which a daemon must not take for an unknown.
static struct value table_error(struct eval *ev, const char *text)
{
    ev->n_table_errors++;
    return eval_error(ev, text);
}

static enum ternary ternary_from(bool b)
{
    return b ? TERNARY_TRUE : TERNARY_FALSE;
}

static bool number_inside(const struct range *r, struct number n)
{
    int const low = number_compare(n, r->low.number), high = number_compare(n, r->high.number);
    return (low > 0 || (low == 0 && r->low_closed)) && (high < 0 || (high == 0 && r->high_closed));
}

// The tests that nearly all cells are made of, without going through the general operations.
static enum ternary quick_answer(const struct quick_test *t, const struct value *input)
{
    if (input->kind == VALUE_NULL && t->value.kind != VALUE_NULL) return TERNARY_UNKNOWN;
    if (t->op != AST_OP_NONE) return op_order(t->op, *input, t->value);
    if (input->kind == t->value.kind) {
        switch (input->kind) {
        case VALUE_STRING: return ternary_from(bytes_equal(input->string, t->value.string));
        case VALUE_BOOLEAN: return ternary_from(input->boolean == t->value.boolean);
        case VALUE_NUMBER: return ternary_from(!number_compare(input->number, t->value.number));
        default: break;
        }
    }
    if (t->value.kind == VALUE_RANGE && input->kind == VALUE_NUMBER &&
        t->value.range->low.kind == VALUE_NUMBER) {
        return ternary_from(number_inside(t->value.range, input->number));
    }
    return op_test(*input, t->value, t->kind);
}

// What the program of a cell that looks into a list would answer; false for what is no list.
static bool held_answer(struct eval *ev, const struct cell *c, const struct value *input,
                        enum ternary *answer)
{
    *answer = TERNARY_FALSE;
    if (input->kind == VALUE_NULL) return true;
    if (input->kind != VALUE_ITEMS) return false;
    eval_cost(ev, input->items->n * c->n_held / 8);
    for (size_t i = 0; i < input->items->n; i++) {
        for (unsigned k = 0; k < c->n_held; k++) {
            if (value_equal(input->items->at[i], c->held[k]) == TERNARY_TRUE) {
                *answer = TERNARY_TRUE;
            }
        }
    }
    return true;
}

static enum ternary cell_answer(struct eval *ev, const struct cell *c, struct value *slots,
                                const struct value *input)
{
    enum ternary held;
    bool unknown = false;
    if (c->kind == CELL_ANY) return TERNARY_TRUE;
    if (c->n_held > 0 && held_answer(ev, c, input, &held)) return held;
    if (c->kind == CELL_PROGRAM) return ternary_of(eval_run(ev, c->program, slots));
    if (c->n_tests >= 8) eval_cost(ev, c->n_tests / 8);
    for (unsigned i = 0; i < c->n_tests; i++) {
        enum ternary const one = quick_answer(&c->tests[i], input);
        if (one == TERNARY_TRUE) return ternary_from(!c->negated);
        unknown = unknown || one == TERNARY_UNKNOWN;
    }
    return unknown ? TERNARY_UNKNOWN : ternary_from(c->negated);
}

// true: the row matches.  *near is the only column that is not met when its input is unknown and
// all others are met, else the number of columns.
static bool row_matches(struct eval *ev, const struct table *t, unsigned row, struct value *slots,
                        const struct value *inputs, unsigned *near)
{
    const struct cell *const cells = &t->cells[row * t->n_inputs];
    unsigned unknown = t->n_inputs;
    *near = t->n_inputs;
    for (unsigned i = 0; i < t->n_inputs; i++) {
        enum ternary const answer = cell_answer(ev, &cells[i], slots, &inputs[i]);
        if (answer == TERNARY_TRUE) continue;
        // A guard ("? != null and ...") makes an unknown input false; it is unknown all the same.
        bool const is_unknown = answer == TERNARY_UNKNOWN || inputs[i].kind == VALUE_NULL;
        if (!is_unknown || unknown != t->n_inputs || !ev->traced) return false;
        unknown = i;
    }
    *near = unknown;
    return unknown == t->n_inputs;
}

static void table_match(struct eval *ev, const struct table *t, struct value *slots,
                        const struct value *inputs, struct hits *hits)
{
    unsigned near;
    hits->rows = eval_alloc(ev, t->n_rows * sizeof(*hits->rows));
    hits->near = ev->traced ? eval_alloc(ev, t->n_rows * sizeof(*hits->near)) : NULL;
    hits->n = hits->n_near = 0;
    for (unsigned row = 0; row < t->n_rows; row++) {
        eval_cost(ev, 1 + t->n_inputs / 16);
        if (row_matches(ev, t, row, slots, inputs, &near)) {
            hits->rows[hits->n++] = (uint16_t)row;
            if (t->hit == HIT_FIRST) return;
        } else if (near != t->n_inputs) {
            hits->near[hits->n_near++] = (struct near_row){(uint16_t)row, (uint16_t)near};
        }
    }
}

static struct value output_value(struct eval *ev, const struct table *t, unsigned row,
                                 unsigned column, struct value *slots)
{
    const struct output_cell *const c = &t->output_cells[row * t->n_outputs + column];
    const struct type *const type = t->outputs[column].type;
    struct value const v = c->literal ? *c->literal : eval_run(ev, c->program, slots);
    return type ? type_coerce(ev, type, v) : v;
}

// A row's result: the value of its only output, or a context of them.
static struct value row_result(struct eval *ev, const struct table *t, unsigned row,
                               struct value *slots)
{
    if (t->n_outputs == 1) return output_value(ev, t, row, 0, slots);
    struct entry *const entries = eval_alloc(ev, t->n_outputs * sizeof(*entries));
    for (unsigned i = 0; i < t->n_outputs; i++) {
        entries[i].name = bytes_text(t->outputs[i].name);
        entries[i].value = output_value(ev, t, row, i, slots);
    }
    return eval_context(ev, entries, t->n_outputs);
}

static struct value table_otherwise(struct eval *ev, const struct table *t, struct value *slots)
{
    struct entry *const entries = eval_alloc(ev, t->n_outputs * sizeof(*entries));
    bool any = false;
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const struct program *const p = t->outputs[i].otherwise;
        any = any || p;
        entries[i].name = bytes_text(t->outputs[i].name);
        entries[i].value = p ? eval_run(ev, p, slots) : value_null();
    }
    if (!any) {
        if (t->hit == HIT_COLLECT && t->aggregate == AGGREGATE_COUNT) return value_int(0);
        return value_null();
    }
    struct value const v =
        t->n_outputs == 1 ? entries[0].value : eval_context(ev, entries, t->n_outputs);
    bool const many = t->hit >= HIT_RULE_ORDER && t->aggregate == AGGREGATE_NONE;
    return many && v.kind != VALUE_ITEMS ? eval_items(ev, &v, 1) : v;
}

// The place of an output among its output values: the smaller, the higher its priority.
static unsigned output_rank(const struct table_output *out, struct value v)
{
    for (unsigned i = 0; i < out->n_order; i++) {
        if (value_equal(out->order[i], v) == TERNARY_TRUE) return i;
    }
    return out->n_order;
}

static int result_order(const struct table *t, struct value a, struct value b)
{
    for (unsigned i = 0; i < t->n_outputs; i++) {
        struct value const x = t->n_outputs == 1 ? a : a.context->at[i].value;
        struct value const y = t->n_outputs == 1 ? b : b.context->at[i].value;
        unsigned const p = output_rank(&t->outputs[i], x), q = output_rank(&t->outputs[i], y);
        if (p != q) return p < q ? -1 : 1;
    }
    return 0;
}

// Stable, so that equals stay in the order of their rows.
static void results_sort(struct eval *ev, const struct table *t, struct value *at, unsigned n)
{
    size_t cost = 1; // of a comparison
    for (unsigned i = 0; i < t->n_outputs; i++) cost += t->outputs[i].n_order / 4;
    for (unsigned i = 1; i < n; i++) {
        struct value const v = at[i];
        unsigned k = i;
        eval_cost(ev, cost);
        for (; k > 0 && result_order(t, at[k - 1], v) > 0; k--) {
            eval_cost(ev, cost);
            at[k] = at[k - 1];
        }
        at[k] = v;
    }
}

static struct value results_any(struct eval *ev, const struct value *at, unsigned n)
{
    for (unsigned i = 1; i < n; i++) {
        eval_weigh(ev, at[0]);
        if (value_equal(at[0], at[i]) != TERNARY_TRUE) {
            return table_error(ev, "rows of an ANY table match with different outputs");
        }
    }
    return at[0];
}

static struct value results_fold(struct eval *ev, const struct table *t, const struct value *at,
                                 unsigned n)
{
    struct value total = at[0];
    int order;
    if (t->aggregate == AGGREGATE_COUNT) return value_int(n);
    for (unsigned i = 1; i < n; i++) {
        if (t->aggregate == AGGREGATE_SUM) {
            total = op_arithmetic(ev, AST_ADD, total, at[i]);
        } else if (!value_compare(at[i], total, &order)) {
            return table_error(ev, "the outputs to aggregate have no order");
        } else if (t->aggregate == AGGREGATE_MIN ? order < 0 : order > 0) {
            total = at[i];
        }
    }
    return total;
}

static struct value table_result(struct eval *ev, const struct table *t, struct value *at,
                                 unsigned n)
{
    switch (t->hit) {
    case HIT_UNIQUE:
        if (n > 1) return table_error(ev, "more than one row of a UNIQUE table matches");
        return at[0];
    case HIT_ANY: return results_any(ev, at, n);
    case HIT_FIRST: return at[0];
    case HIT_PRIORITY: results_sort(ev, t, at, n); return at[0];
    case HIT_OUTPUT_ORDER: results_sort(ev, t, at, n); break;
    case HIT_COLLECT:
        if (t->aggregate != AGGREGATE_NONE) return results_fold(ev, t, at, n);
        break;
    case HIT_RULE_ORDER:
    case HIT_POLICIES: break;
    }
    return eval_items(ev, at, n);
}

static void table_trace(struct eval *ev, const struct table *t, const struct value *inputs,
                        const struct hits *hits)
{
    struct trace *const trace = eval_alloc(ev, sizeof(*trace));
    *trace = (struct trace){.table = t,
                            .inputs = inputs,
                            .n_matched = hits->n,
                            .n_near = hits->n_near,
                            .matched = hits->rows,
                            .near = hits->near,
                            .next = ev->trace};
    ev->trace = trace;
}

static bool input_is_allowed(struct eval *ev, const struct table_input *in, struct value *slots,
                             struct value v)
{
    if (v.kind == VALUE_NULL) return true;
    if (v.kind == VALUE_ITEMS) {
        for (size_t i = 0; i < v.items->n; i++) {
            if (!input_is_allowed(ev, in, slots, v.items->at[i])) return false;
        }
        return true;
    }
    slots[in->slot] = v;
    return value_is_true(eval_run(ev, in->allowed, slots));
}

// An input outside its input values is an error of the caller, not a value to match.
static bool table_inputs(struct eval *ev, const struct table *t, struct value *slots,
                         struct value *inputs)
{
    for (unsigned i = 0; i < t->n_inputs; i++) {
        const struct table_input *const in = &t->inputs[i];
        const struct op *const first = in->program->ops;
        if (in->program->n == 1 && first->code == OP_INPUT) {
            inputs[i] = ev->elements[first->a];
        } else {
            inputs[i] = eval_run(ev, in->program, slots);
        }
        if (in->type) inputs[i] = type_coerce(ev, in->type, inputs[i]);
        if (in->allowed && !input_is_allowed(ev, in, slots, inputs[i])) {
            table_error(ev, "an input is none of the values that its column allows");
            return false;
        }
        slots[in->slot] = inputs[i];
    }
    return true;
}

struct value eval_table(struct eval *ev, const struct table *t, struct value *slots)
{
    struct hits hits;
    struct value *const inputs = eval_alloc(ev, (t->n_inputs + 1U) * sizeof(*inputs));
    if (!table_inputs(ev, t, slots, inputs)) return value_null();
    table_match(ev, t, slots, inputs, &hits);
    if (ev->traced) table_trace(ev, t, inputs, &hits);
    if (hits.n == 0) return table_otherwise(ev, t, slots);
    struct value *const results = eval_alloc(ev, hits.n * sizeof(*results));
    for (unsigned i = 0; i < hits.n; i++) results[i] = row_result(ev, t, hits.rows[i], slots);
    return table_result(ev, t, results, hits.n);
}

bool table_try(struct eval *ev, const struct table *t, unsigned row, unsigned column,
               struct value input, enum ternary *out)
{
    struct value *const top = ev->top;
    if (setjmp(ev->exit) != 0) return false;
    ev->steps = EVAL_STEPS_MAX;
    struct value *const slots = eval_frame(ev, FEEL_SLOTS_MAX);
    slots[t->inputs[column].slot] = input;
    *out = cell_answer(ev, table_cell(t, row, column), slots, &input);
    ev->top = top;
    return true;
}

bool table_input_try(struct eval *ev, const struct table *t, unsigned column, struct value v,
                     struct value *out)
{
    const struct table_input *const in = &t->inputs[column];
    struct value *const top = ev->top;
    if (setjmp(ev->exit) != 0) return false;
    ev->steps = EVAL_STEPS_MAX;
    *out = in->type ? type_coerce(ev, in->type, v) : v;
    struct value *const slots = eval_frame(ev, FEEL_SLOTS_MAX);
    bool const allowed = !in->allowed || input_is_allowed(ev, in, slots, *out);
    ev->top = top;
    return allowed;
}

bool table_result_try(struct eval *ev, const struct table *t, unsigned row, struct value *out)
{
    struct value *const top = ev->top;
    if (setjmp(ev->exit) != 0) return false;
    ev->steps = EVAL_STEPS_MAX;
    struct value *const slots = eval_frame(ev, FEEL_SLOTS_MAX);
    *out = row < t->n_rows ? row_result(ev, t, row, slots) : table_otherwise(ev, t, slots);
    ev->top = top;
    return true;
}
