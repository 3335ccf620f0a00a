#include "feel_eval.h"

#include "check.h"
#include "feel_ast.h"
#include "feel_builtin.h"
#include "feel_type.h"

// A loop over a list, and a list that a loop makes.
struct iteration {
    struct items items;
    size_t next;
};

struct gather {
    struct value *at;
    size_t n, size;
};

void eval_stop(struct eval *ev, enum eval_stop why)
{
    ev->stop = why;
    longjmp(ev->exit, 1);
}

const char *eval_stop_text(enum eval_stop why)
{
    static const char *const texts[] = {
        [EVAL_DONE] = "done",
        [EVAL_STEPS] = "the evaluation takes more steps than are allowed",
        [EVAL_MEMORY] = "the evaluation needs more memory than it was given",
        [EVAL_DEPTH] = "calls or decisions are nested too deeply",
        [EVAL_REFUSED] = "it rests on a decision that cannot be used",
        [EVAL_CYCLE] = "decisions rest on one another in a circle",
    };
    return texts[why];
}

void eval_cost(struct eval *ev, size_t steps)
{
    if (steps > ev->steps) eval_stop(ev, EVAL_STEPS);
    ev->steps -= (uint32_t)steps;
}

void eval_weigh(struct eval *ev, struct value v)
{
    bool const wide = v.kind == VALUE_ITEMS || v.kind == VALUE_CONTEXT || v.kind == VALUE_RANGE;
    if (wide || v.kind == VALUE_STRING) eval_cost(ev, value_weight(v, ev->steps + 1UL));
}

void *eval_alloc(struct eval *ev, size_t size)
{
    void *const p = arena_alloc(ev->arena, size);
    if (!p) eval_stop(ev, EVAL_MEMORY);
    return p;
}

struct value eval_error(struct eval *ev, const char *text)
{
    if (ev->n_errors++ == 0) ev->error = text;
    return value_null();
}

struct value eval_items(struct eval *ev, const struct value *at, size_t n)
{
    eval_cost(ev, n);
    struct items *const items = eval_alloc(ev, sizeof(*items) + n * sizeof(*at));
    struct value *const copy = (struct value *)(items + 1);
    if (n) memcpy(copy, at, n * sizeof(*at));
    *items = (struct items){n, copy};
    return (struct value){.kind = VALUE_ITEMS, .items = items};
}

struct value eval_context(struct eval *ev, const struct entry *at, size_t n)
{
    eval_cost(ev, n);
    struct context *const c = eval_alloc(ev, sizeof(*c) + n * sizeof(*at));
    struct entry *const copy = (struct entry *)(c + 1);
    if (n) memcpy(copy, at, n * sizeof(*at));
    *c = (struct context){n, copy};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

struct value eval_string(struct eval *ev, const void *data, size_t len)
{
    if (len > VALUE_TEXT_MAX) eval_stop(ev, EVAL_MEMORY);
    uint8_t *const copy = eval_alloc(ev, len + 1);
    if (len) memcpy(copy, data, len);
    copy[len] = 0;
    return value_string(bytes_of(copy, len));
}

struct value eval_moment(struct eval *ev, enum value_kind kind, const struct moment *m)
{
    struct moment *const copy = eval_alloc(ev, sizeof(*copy));
    *copy = *m;
    return (struct value){.kind = kind, .moment = copy};
}

static void eval_push(struct eval *ev, struct value v)
{
    if (ev->top == ev->end) eval_stop(ev, EVAL_DEPTH);
    *ev->top++ = v;
}

static struct value eval_pop(struct eval *ev)
{
    CHECK(ev->top > ev->stack);
    return *--ev->top;
}

struct value *eval_frame(struct eval *ev, size_t n)
{
    struct value *const frame = ev->top;
    if ((size_t)(ev->end - ev->top) < n) eval_stop(ev, EVAL_DEPTH);
    eval_cost(ev, n / 16);
    for (size_t i = 0; i < n; i++) frame[i] = value_null();
    ev->top += n;
    return frame;
}

struct value eval_call(struct eval *ev, const struct function *f, const struct value *args,
                       size_t n)
{
    if (n != f->n_parameters)
        return eval_error(ev, "a function is given too few or many arguments");
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    struct value *const top = ev->top;
    struct value *const frame = eval_frame(ev, f->n_slots);
    if (f->n_captured) memcpy(frame, f->captured, f->n_captured * sizeof(*frame));
    struct value result = value_null();
    bool fits = true;
    for (size_t i = 0; i < n && fits; i++) {
        frame[f->n_captured + i] = f->types[i] ? type_coerce(ev, f->types[i], args[i]) : args[i];
        fits = args[i].kind == VALUE_NULL || frame[f->n_captured + i].kind != VALUE_NULL;
    }
    if (fits) result = eval_run(ev, f->body, frame);
    if (fits && f->result) result = type_coerce(ev, f->result, result);
    ev->top = top;
    ev->depth--;
    return result;
}

// Arguments given by name are put in the order of the parameters; one that is left out is null.
static struct value eval_call_named(struct eval *ev, const struct function *f,
                                    const struct value *args, size_t n, const char *const *names)
{
    struct value placed[FEEL_PARAMETERS_MAX];
    size_t found = 0;
    eval_cost(ev, f->n_parameters * n / 8);
    for (unsigned i = 0; i < f->n_parameters; i++) {
        placed[i] = value_null();
        for (size_t k = 0; k < n; k++) {
            if (strcmp(names[k], f->names[i]) != 0) continue;
            placed[i] = args[k];
            found++;
        }
    }
    if (found != n) return eval_error(ev, "an argument has a name that no parameter has");
    return eval_call(ev, f, placed, f->n_parameters);
}

static void eval_op_call(struct eval *ev, const struct op *op)
{
    struct value *const args = ev->top - op->a;
    struct value const f = args[-1];
    struct value result;
    if (f.kind != VALUE_FUNCTION) {
        result = eval_error(ev, "what is called is no function");
    } else if (op->p) {
        result = eval_call_named(ev, f.function, args, op->a, op->p);
    } else {
        result = eval_call(ev, f.function, args, op->a);
    }
    ev->top = args - 1;
    eval_push(ev, result);
}

static void eval_op_builtin(struct eval *ev, const struct op *op)
{
    const struct builtin *const b = op->p;
    struct value *const args = ev->top - op->a;
    for (unsigned i = 0; b->singles && i < op->a; i++) {
        // A list of one stands for its element where no list is expected (10.3.2.9.4).
        if (args[i].kind == VALUE_ITEMS && args[i].items->n == 1) args[i] = args[i].items->at[0];
    }
    for (unsigned i = 0; i < op->a; i++) eval_weigh(ev, args[i]);
    struct value const result = b->run(ev, args, op->a);
    ev->top = args;
    eval_push(ev, result);
}

static void eval_op_closure(struct eval *ev, const struct op *op, const struct value *slots)
{
    struct function *const f = eval_alloc(ev, sizeof(*f));
    struct value *const captured = eval_alloc(ev, (op->a + 1U) * sizeof(*captured));
    *f = *(const struct function *)op->p;
    if (op->a) memcpy(captured, slots, op->a * sizeof(*captured));
    f->captured = captured;
    eval_push(ev, (struct value){.kind = VALUE_FUNCTION, .function = f});
}

static void eval_op_items(struct eval *ev, const struct op *op)
{
    struct value const items = eval_items(ev, ev->top - op->a, op->a);
    ev->top -= op->a;
    eval_push(ev, items);
}

static void eval_op_context(struct eval *ev, const struct op *op)
{
    const struct bytes *const names = op->p;
    struct context *const c = eval_alloc(ev, sizeof(*c) + op->a * sizeof(struct entry));
    struct entry *const entries = (struct entry *)(c + 1);
    ev->top -= op->a;
    for (size_t i = 0; i < op->a; i++) entries[i] = (struct entry){names[i], ev->top[i]};
    *c = (struct context){op->a, entries};
    eval_push(ev, (struct value){.kind = VALUE_CONTEXT, .context = c});
}

// What a loop runs over: a list, a range of whole numbers or dates, or a single value.
static bool eval_op_each(struct eval *ev, const struct op *op, struct value *slots)
{
    struct value domain = eval_pop(ev);
    if (domain.kind == VALUE_RANGE && domain.range->low_closed && domain.range->high_closed) {
        struct range const r = *domain.range;
        bool const upwards = value_less(r.low, r.high, true) == TERNARY_TRUE;
        domain = upwards ? eval_spread(ev, r.low, r.high) : value_null();
    }
    if (domain.kind == VALUE_NULL) {
        eval_push(ev, eval_error(ev, "there is no list to go through"));
        return false;
    }
    if (domain.kind != VALUE_ITEMS) domain = eval_items(ev, &domain, 1);
    struct iteration *const it = eval_alloc(ev, sizeof(*it));
    *it = (struct iteration){*domain.items, 0};
    slots[op->a] = (struct value){.kind = VALUE_NULL, .iteration = it};
    return true;
}

static bool eval_op_next(struct eval *ev, struct iteration *it)
{
    if (it->next == it->items.n) return false;
    eval_push(ev, it->items.at[it->next++]);
    return true;
}

static void gather_keep(struct eval *ev, struct gather *g, struct value v)
{
    if (g->n == g->size) {
        size_t const size = g->size ? g->size * 2 : 8;
        struct value *const at = eval_alloc(ev, size * sizeof(*at));
        if (g->n) memcpy(at, g->at, g->n * sizeof(*at));
        g->at = at;
        g->size = size;
    }
    g->at[g->n++] = v;
}

static void eval_op_gather(struct eval *ev, struct value *slot)
{
    struct gather *const g = eval_alloc(ev, sizeof(*g));
    *g = (struct gather){NULL, 0, 0};
    *slot = (struct value){.kind = VALUE_NULL, .gather = g};
}

// A condition that is a number is an index into the list (10.3.2.5); then the loop is over.
static bool eval_op_filter(struct eval *ev, const struct op *op, struct value *slots)
{
    struct value const answer = eval_pop(ev);
    struct iteration *const it = slots[op->a].iteration;
    if (answer.kind == VALUE_NUMBER) {
        struct value const list = {.kind = VALUE_ITEMS, .items = &it->items};
        eval_push(ev, op_index(ev, list, answer));
        return false;
    }
    if (answer.kind != VALUE_BOOLEAN && answer.kind != VALUE_NULL) {
        eval_push(ev, eval_error(ev, "a filter is a condition or an index"));
        return false;
    }
    if (value_is_true(answer)) {
        gather_keep(ev, slots[op->a + 2U].gather, it->items.at[it->next - 1]);
    }
    return true;
}

static bool eval_op_entry(struct eval *ev, const struct op *op, const struct value *slots)
{
    struct value const item = slots[op->a];
    if (item.kind != VALUE_CONTEXT) return false;
    eval_cost(ev, item.context->n / 8);
    const struct value *const entry = context_get(item.context, bytes_text(op->p));
    if (entry) eval_push(ev, *entry);
    return entry != NULL;
}

// A cell that compares what is unknown stays unknown, with "=" and "!=" too; but the word null asks
// for null.
static struct value eval_op_compare(struct eval *ev, const struct op *op, struct value a,
                                    struct value b)
{
    bool const unknown = b.kind == VALUE_NULL ? !(op->b & TEST_LITERAL_NULL) : a.kind == VALUE_NULL;
    if ((op->b & TEST_CELL) && unknown) return value_null();
    if (a.kind == b.kind) eval_weigh(ev, a);
    return op_compare(ev, op->a, a, b);
}

static struct value eval_op_between(struct eval *ev)
{
    struct value const high = eval_pop(ev), low = eval_pop(ev), a = eval_pop(ev);
    enum ternary const t = ternary_and(value_less(low, a, true), value_less(a, high, true));
    if (t == TERNARY_UNKNOWN) return eval_error(ev, "'between' compares what has no order");
    return value_ternary(t);
}

// Operations on the one or two values at the top of the stack.
static void eval_values(struct eval *ev, const struct op *op)
{
    struct value const b = eval_pop(ev);
    switch ((enum op_code)op->code) {
    case OP_NEGATE: eval_push(ev, op_negate(ev, b)); return;
    case OP_NOT: eval_push(ev, value_ternary(ternary_not(ternary_of(b)))); return;
    case OP_BOOLEAN: eval_push(ev, b.kind == VALUE_BOOLEAN ? b : value_null()); return;
    case OP_INSTANCE: eval_push(ev, value_boolean(type_is(ev, op->p, b))); return;
    case OP_COERCE: eval_push(ev, type_coerce(ev, op->p, b)); return;
    case OP_PATH: eval_push(ev, op_path(ev, b, op->p)); return;
    default: break;
    }
    struct value const a = eval_pop(ev);
    switch ((enum op_code)op->code) {
    case OP_ARITHMETIC: eval_push(ev, op_arithmetic(ev, op->a, a, b)); return;
    case OP_COMPARE: eval_push(ev, eval_op_compare(ev, op, a, b)); return;
    case OP_AND: eval_push(ev, value_ternary(ternary_and(ternary_of(a), ternary_of(b)))); return;
    case OP_OR: eval_push(ev, value_ternary(ternary_or(ternary_of(a), ternary_of(b)))); return;
    case OP_RANGE: eval_push(ev, op_range(ev, a, b, op->a)); return;
    case OP_TEST:
        eval_weigh(ev, b);
        eval_push(ev, value_ternary(op_test(a, b, op->a)));
        return;
    case OP_INDEX: eval_push(ev, op_index(ev, a, b)); return;
    case OP_SPREAD: eval_push(ev, eval_spread(ev, a, b)); return;
    default: CHECK(op->code >= OP_CODES); // no compiler makes any other here
    }
}

// false: go to op->b.
static bool eval_step(struct eval *ev, const struct op *op, struct value *slots)
{
    struct value *const top = ev->top - 1;
    switch ((enum op_code)op->code) {
    case OP_CONST: eval_push(ev, *(const struct value *)op->p); return true;
    case OP_LOCAL: eval_push(ev, slots[op->a]); return true;
    case OP_STORE: slots[op->a] = eval_pop(ev); return true;
    case OP_INPUT: eval_push(ev, ev->elements[op->a]); return true;
    case OP_DECISION: eval_push(ev, eval_decision(ev, op->a)); return true;
    case OP_KNOWLEDGE: eval_push(ev, eval_knowledge(ev, op->a)); return true;
    case OP_BETWEEN: eval_push(ev, eval_op_between(ev)); return true;
    case OP_ENTRY: return !eval_op_entry(ev, op, slots);
    case OP_ITEMS: eval_op_items(ev, op); return true;
    case OP_CONTEXT: eval_op_context(ev, op); return true;
    case OP_JUMP: return false;
    case OP_CONDITION:
        if (top->kind == VALUE_BOOLEAN || top->kind == VALUE_NULL) return true;
        *top = eval_error(ev, "the condition of 'if' is a boolean");
        return false;
    case OP_JUMP_UNLESS: return value_is_true(eval_pop(ev));
    case OP_JUMP_FALSE: return !(top->kind == VALUE_BOOLEAN && !top->boolean);
    case OP_JUMP_TRUE: return !value_is_true(*top);
    case OP_EACH: return eval_op_each(ev, op, slots);
    case OP_NEXT: return eval_op_next(ev, slots[op->a].iteration);
    case OP_GATHER: eval_op_gather(ev, &slots[op->a]); return true;
    case OP_KEEP: gather_keep(ev, slots[op->a].gather, eval_pop(ev)); return true;
    case OP_FILTER: return eval_op_filter(ev, op, slots);
    case OP_GATHERED: {
        const struct gather *const g = slots[op->a].gather;
        eval_push(ev, eval_items(ev, g->at, g->n));
        return true;
    }
    case OP_CLOSURE: eval_op_closure(ev, op, slots); return true;
    case OP_CALL: eval_op_call(ev, op); return true;
    case OP_BUILTIN: eval_op_builtin(ev, op); return true;
    case OP_SERVICE: eval_push(ev, eval_service(ev, op->p, slots)); return true;
    case OP_TABLE: eval_push(ev, eval_table(ev, op->p, slots)); return true;
    case OP_FAIL: eval_push(ev, eval_error(ev, op->p)); return true;
    default: eval_values(ev, op); return true;
    }
}

struct value eval_run(struct eval *ev, const struct program *p, struct value *slots)
{
    struct value *const base = ev->top;
    for (uint32_t at = 0; at < p->n;) {
        const struct op *const op = &p->ops[at];
        if (ev->steps == 0) eval_stop(ev, EVAL_STEPS);
        ev->steps--;
        at = eval_step(ev, op, slots) ? at + 1 : op->b;
    }
    CHECK(ev->top == base + 1);
    return *--ev->top;
}
