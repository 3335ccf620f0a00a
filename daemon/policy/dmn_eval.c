// Decisions on request: each is evaluated when it is first asked for, once per evaluation.
#include "dmn.h"

enum { ELEMENT_UNKNOWN, ELEMENT_KNOWN, ELEMENT_BUSY };

static void eval_refuse(struct eval *ev, const struct element *e)
{
    ev->refused = e;
    eval_stop(ev, EVAL_REFUSED);
}

struct value eval_decision(struct eval *ev, unsigned index)
{
    const struct element *const e = &ev->model->elements[index];
    if (ev->known[index] == ELEMENT_KNOWN) return ev->elements[index];
    if (ev->known[index] == ELEMENT_BUSY) eval_stop(ev, EVAL_CYCLE);
    if (e->why != FEEL_FINE || !e->program) eval_refuse(ev, e);
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    ev->known[index] = ELEMENT_BUSY;
    struct value *const top = ev->top;
    struct value *const frame = eval_frame(ev, e->n_slots);
    struct value v = eval_run(ev, e->program, frame);
    if (e->type) v = type_coerce(ev, e->type, v);
    ev->top = top;
    ev->depth--;
    ev->elements[index] = v;
    ev->known[index] = ELEMENT_KNOWN;
    return v;
}

struct value eval_knowledge(struct eval *ev, unsigned index)
{
    const struct element *const e = &ev->model->elements[index];
    if (e->why != FEEL_FINE || !e->function) eval_refuse(ev, e);
    return (struct value){.kind = VALUE_FUNCTION, .function = e->function};
}

// A service evaluates its outputs afresh, with its arguments in place of what they are named after.
struct value eval_service(struct eval *ev, const struct element *e, const struct value *slots)
{
    struct value *const elements = ev->elements;
    uint8_t *const known = ev->known;
    const struct service *const s = &e->service;
    struct entry *const outputs = eval_alloc(ev, s->n_outputs * sizeof(*outputs));
    unsigned const n = ev->model->n_elements;
    eval_cost(ev, n);
    ev->elements = eval_alloc(ev, n * sizeof(*elements));
    ev->known = eval_alloc(ev, n);
    memcpy(ev->elements, elements, n * sizeof(*elements));
    memset(ev->known, ELEMENT_UNKNOWN, n);
    for (unsigned i = 0; i < s->n_inputs; i++) {
        ev->elements[s->inputs[i]] = slots[i];
        ev->known[s->inputs[i]] = ELEMENT_KNOWN;
    }
    for (unsigned i = 0; i < s->n_outputs; i++) {
        outputs[i].name = bytes_text(ev->model->elements[s->outputs[i]].name);
        outputs[i].value = eval_decision(ev, s->outputs[i]);
    }
    ev->elements = elements;
    ev->known = known;
    return s->n_outputs == 1 ? outputs[0].value : eval_context(ev, outputs, s->n_outputs);
}

struct eval *model_begin(const struct question *q, struct arena *arena)
{
    unsigned const n = q->model->n_elements;
    struct eval *const ev = arena_alloc(arena, sizeof(*ev));
    struct value *const stack = arena_alloc(arena, EVAL_STACK_MAX * sizeof(*stack));
    struct value *const elements = arena_alloc(arena, (n + 1) * sizeof(*elements));
    uint8_t *const known = arena_alloc(arena, n + 1);
    if (!ev || !stack || !elements || !known) return NULL;
    ev->model = q->model;
    ev->arena = arena;
    ev->stack = ev->top = stack;
    ev->end = stack + EVAL_STACK_MAX;
    ev->elements = elements;
    ev->known = known;
    ev->traced = q->trace;
    ev->loose = false;
    ev->trace = NULL;
    ev->steps = q->steps ? q->steps : EVAL_STEPS_MAX;
    ev->depth = ev->n_errors = ev->n_table_errors = 0;
    ev->error = NULL;
    ev->stop = EVAL_DONE;
    ev->refused = NULL;
    memset(known, ELEMENT_UNKNOWN, n);
    if (n) memcpy(elements, q->inputs, n * sizeof(*elements));
    return ev;
}

void model_give(struct eval *ev, unsigned element, struct value v)
{
    const struct type *const type = ev->model->elements[element].type;
    ev->elements[element] = v;
    ev->known[element] = ELEMENT_KNOWN;
    if (!type || v.kind == VALUE_NULL) return;
    if (setjmp(ev->exit) == 0) ev->elements[element] = type_coerce(ev, type, v);
}

bool type_try(struct eval *ev, const struct type *type, struct value v, struct value *out)
{
    if (setjmp(ev->exit) != 0) return false;
    ev->steps = EVAL_STEPS_MAX;
    *out = type ? type_coerce(ev, type, v) : v;
    return true;
}

bool model_decide(struct eval *ev, unsigned element, struct value *out)
{
    if (ev->stop != EVAL_DONE) return false;
    if (setjmp(ev->exit) != 0) return false;
    const struct element *const e = &ev->model->elements[element];
    switch (e->kind) {
    case ELEMENT_INPUT: *out = ev->elements[element]; return true;
    case ELEMENT_DECISION: *out = eval_decision(ev, element); return true;
    case ELEMENT_KNOWLEDGE: *out = eval_knowledge(ev, element); return true;
    case ELEMENT_SERVICE: {
        struct value slots[FEEL_PARAMETERS_MAX];
        if (e->why != FEEL_FINE) eval_refuse(ev, e);
        for (unsigned i = 0; i < e->service.n_inputs; i++) {
            slots[i] = ev->elements[e->service.inputs[i]];
        }
        *out = eval_service(ev, e, slots);
        return true;
    }
    }
    return false;
}

int model_find(const struct model *m, enum element_kind kind, const char *name)
{
    for (unsigned i = 0; i < m->n_elements; i++) {
        if (m->elements[i].kind == kind && strcmp(m->elements[i].name, name) == 0) return (int)i;
    }
    return -1;
}

int model_find_any(const struct model *m, const char *name)
{
    for (unsigned i = 0; i < m->n_elements; i++) {
        if (strcmp(m->elements[i].name, name) == 0) return (int)i;
    }
    return -1;
}
