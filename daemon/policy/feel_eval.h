// feel_eval.h - runs programs.  Memory comes from the caller's arena alone; every operation costs a
// step; calls are limited in depth.  At a limit the evaluation stops as a whole (never a null that
// looks like an answer): eval_stop leaves through `exit`.
#ifndef TRIAGED_FEEL_EVAL_H
#define TRIAGED_FEEL_EVAL_H

#include "feel_program.h"

#include <setjmp.h>

#define EVAL_STACK_MAX 1024   // values
#define EVAL_DEPTH_MAX 64     // calls and decisions inside one another
#define EVAL_STEPS_MAX 200000 // operations and elements of lists

enum eval_stop { EVAL_DONE, EVAL_STEPS, EVAL_MEMORY, EVAL_DEPTH, EVAL_REFUSED, EVAL_CYCLE };

struct model;
struct trace;
struct element;

struct eval {
    const struct model *model;
    struct arena *arena;
    struct value *stack, *top, *end;
    struct value *elements; // of inputs given and decisions made, by index
    uint8_t *known;         // 0 not asked yet, 1 known, 2 being evaluated
    struct trace *trace;    // of the tables so far, last first; when `traced`
    bool traced;
    bool loose;     // allowed values are not looked at
    uint32_t steps; // left
    unsigned depth;
    unsigned n_errors;       // nulls that came of an error, not of a null given
    const char *error;       // the first of them
    unsigned n_table_errors; // tables that broke their hit policy or were given no allowed value
    enum eval_stop stop;
    const struct element *refused; // with EVAL_REFUSED: the one that cannot be evaluated
    jmp_buf exit;
};

void eval_stop(struct eval *ev, enum eval_stop why) __attribute__((noreturn));
void eval_cost(struct eval *ev, size_t steps);
void eval_weigh(struct eval *ev, struct value v); // the cost of going through all of a value
void *eval_alloc(struct eval *ev, size_t size);   // never NULL
struct value eval_error(struct eval *ev, const char *text); // null, noted
const char *eval_stop_text(enum eval_stop why);

struct value eval_run(struct eval *ev, const struct program *p, struct value *slots);
// Calls a function with its arguments in order; null when one does not conform.
struct value eval_call(struct eval *ev, const struct function *f, const struct value *args,
                       size_t n);
// A frame of `n` null slots on the stack; the caller puts ev->top back.
struct value *eval_frame(struct eval *ev, size_t n);

// dmn_eval.c, table_eval.c
struct value eval_decision(struct eval *ev, unsigned index);
struct value eval_knowledge(struct eval *ev, unsigned index);
struct value eval_service(struct eval *ev, const struct element *e, const struct value *slots);
struct table;
struct value eval_table(struct eval *ev, const struct table *t, struct value *slots);

// feel_op.c: the operations on values that FEEL's semantics defines.
struct value op_negate(struct eval *ev, struct value a);
struct value op_arithmetic(struct eval *ev, unsigned op, struct value a, struct value b);
enum ternary op_order(unsigned op, struct value a, struct value b);
struct value op_compare(struct eval *ev, unsigned op, struct value a, struct value b);
struct value op_path(struct eval *ev, struct value a, const char *name);
struct value op_index(struct eval *ev, struct value list, struct value index);
struct value op_range(struct eval *ev, struct value low, struct value high, unsigned flags);
enum ternary op_test(struct value input, struct value e, unsigned kind);

struct value eval_spread(struct eval *ev, struct value low, struct value high);
struct value eval_context(struct eval *ev, const struct entry *at, size_t n); // copies
struct value eval_items(struct eval *ev, const struct value *at, size_t n);   // copies
struct value eval_string(struct eval *ev, const void *data, size_t len);      // copies
struct value eval_moment(struct eval *ev, enum value_kind kind, const struct moment *m);

#endif
