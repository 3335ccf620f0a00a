// feel_program.h - what expressions are compiled to: flat lists of operations on a stack of values,
// with local variables in slots of a frame.  All in the model's pool, never changed once made.
#ifndef TRIAGED_FEEL_PROGRAM_H
#define TRIAGED_FEEL_PROGRAM_H

#include "feel_value.h"

struct type;

#define FEEL_PARAMETERS_MAX 32
#define FEEL_SLOTS_MAX      256 // local variables of one decision or function
#define FEEL_SLOTS_ALLOWED  64  // of the tests of an item definition

// X(op, what it does); "top" is the top of the stack, `a` and `p` are the operation's own.
#define OP_LIST(X)                                                                                 \
    X(OP_CONST, "push the value at p")                                                             \
    X(OP_LOCAL, "push slot a")                                                                     \
    X(OP_STORE, "pop into slot a")                                                                 \
    X(OP_INPUT, "push input a of the model")                                                       \
    X(OP_DECISION, "push the result of decision a, which is evaluated when first asked for")       \
    X(OP_KNOWLEDGE, "push the function of business knowledge a")                                   \
    X(OP_NEGATE, "top = -top")                                                                     \
    X(OP_ARITHMETIC, "pop b, a; push a op b; the op is a")                                         \
    X(OP_COMPARE, "pop b, a; push a op b; the op is a")                                            \
    X(OP_AND, "pop b, a; push a and b")                                                            \
    X(OP_OR, "pop b, a; push a or b")                                                              \
    X(OP_NOT, "top = not(top), unknown for what is no boolean")                                    \
    X(OP_BETWEEN, "pop high, low, a; push a between low and high")                                 \
    X(OP_RANGE, "pop high, low; push the range closed as the flags in a say")                      \
    X(OP_TEST, "pop e, input; push whether the input meets e as a test; a: kind of the test")      \
    X(OP_BOOLEAN, "top = top if it is a boolean, else null")                                       \
    X(OP_INSTANCE, "top = top instance of the type at p")                                          \
    X(OP_COERCE, "top = top as the type at p")                                                     \
    X(OP_PATH, "top = top.name; the name is at p")                                                 \
    X(OP_ENTRY, "if slot a is a context with entry p, push that and go to b")                      \
    X(OP_INDEX, "pop index, list; push the element")                                               \
    X(OP_ITEMS, "pop a values; push their list")                                                   \
    X(OP_CONTEXT, "pop a values; push their context; the names are at p")                          \
    X(OP_JUMP, "go to b")                                                                          \
    X(OP_CONDITION, "if top is neither a boolean nor null: make it null and go to b")              \
    X(OP_JUMP_UNLESS, "pop; go to b unless it is true")                                            \
    X(OP_JUMP_FALSE, "go to b if top is false, and keep it")                                       \
    X(OP_JUMP_TRUE, "go to b if top is true, and keep it")                                         \
    X(OP_SPREAD, "pop high, low; push the list low .. high, up or down")                           \
    X(OP_EACH, "pop the domain and iterate over it in slot a; null: push null and go to b")        \
    X(OP_NEXT, "push the next element of the iteration in slot a, or go to b")                     \
    X(OP_GATHER, "begin a list in slot a")                                                         \
    X(OP_KEEP, "pop onto the list in slot a")                                                      \
    X(OP_FILTER, "pop a condition: keep the element of iteration a, stop at an index: go to b")    \
    X(OP_GATHERED, "push the list in slot a")                                                      \
    X(OP_CLOSURE, "push a function that knows the first a slots; the function is at p")            \
    X(OP_CALL, "pop a arguments and a function; push its result; names of arguments at p or none") \
    X(OP_BUILTIN, "pop a arguments; push the result of the built-in function at p")                \
    X(OP_SERVICE, "push the result of the decision service at p, its inputs in the slots")         \
    X(OP_TABLE, "push the result of the decision table at p")                                      \
    X(OP_FAIL, "push null and note the error at p")

#define OP_ENUM(op, meaning) op,
enum op_code { OP_LIST(OP_ENUM) OP_CODES };
#undef OP_ENUM

// Kinds of OP_TEST.  In a cell, an input that is unknown leaves the test unknown unless it asks for
// null itself: missing data must never meet a threshold, nor fail a not().
enum test_kind { TEST_CELL = 1, TEST_LITERAL_NULL = 2, TEST_LITERAL = 4 };

struct op {
    uint16_t code;
    uint16_t a;
    uint32_t b;
    const void *p;
};

struct program {
    const struct op *ops;
    uint32_t n;
};

// A function as it is written: business knowledge, decision service, or function(...) in FEEL.
struct function {
    const char *name;
    unsigned n_parameters, n_captured, n_slots;
    const char *const *names;        // of the parameters
    const struct type *const *types; // NULL where none is given
    const struct type *result;       // may be NULL
    const struct program *body;
    const struct value *captured; // of a closure: the slots it knows
};

#endif
