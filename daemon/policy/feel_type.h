// feel_type.h - types: those of FEEL and the item definitions of a model (DMN 1.5, 7.3.3
// and 10.3.2).
#ifndef TRIAGED_FEEL_TYPE_H
#define TRIAGED_FEEL_TYPE_H

#include "feel_value.h"
#include "pool.h"

struct program;
struct eval;

enum type_kind {
    TYPE_ANY,
    TYPE_NULL,
    TYPE_SIMPLE,   // values of one kind
    TYPE_LIST,     // of `base`
    TYPE_CONTEXT,  // with `components`; none means any context
    TYPE_RANGE,    // of `base`
    TYPE_FUNCTION, // of `components` (parameters) to `base`
    TYPE_NAMED     // an item definition: `base`, narrowed by `allowed`
};

struct component {
    const char *name;
    const struct type *type;
};

struct type {
    enum type_kind kind;
    enum value_kind simple;
    const char *name;
    const struct type *base;
    size_t n_components;
    const struct component *components;
    const struct program *allowed; // unary tests over slot 0
    const struct ast *allowed_ast; // the same, for the order of outputs and for `check`
    bool any_function;             // function<> -> Any: of whatever parameters
};

extern const struct type TYPE_OF_ANY;
// A FEEL type by its name ("number", "date and time"), also as XML writes it ("feel:dateTime",
// "dayTimeDuration"); NULL for other names.
const struct type *type_of_word(const char *word);
const struct type *type_list_of(struct pool *pool, const struct type *element);

// Is the value one of the type?  null is no value of a type but Null's and Any's.
bool type_has(struct eval *ev, const struct type *t, struct value v);
// The same, whatever values the type allows: what `instance of` asks.
bool type_is(struct eval *ev, const struct type *t, struct value v);
// The value as the type wants it (10.3.2.9.4): a list of one for an element and the reverse, a date
// for a date and time; null when it does not conform.
struct value type_coerce(struct eval *ev, const struct type *t, struct value v);
// Follows names to the type that says what the value is.
const struct type *type_plain(const struct type *t);
// t conforms to u: every value of t is one of u (10.3.2.9.3).
bool type_conforms(const struct type *t, const struct type *u);

#endif
