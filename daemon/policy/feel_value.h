// feel_value.h - FEEL values (DMN 1.5, 10.3.2).  A value is small and copied freely; what it points
// to lives in the model's pool or in the evaluation's arena, and never changes once made.
#ifndef TRIAGED_FEEL_VALUE_H
#define TRIAGED_FEEL_VALUE_H

#include "arena.h"
#include "bytes.h"
#include "feel_number.h"
#include "feel_time.h"

#define VALUE_TEXT_MAX 4096 // bytes of a string, written or made

// X(kind, word); the words are those of `instance of` and of messages.
#define VALUE_LIST(X)                            \
    X(VALUE_NULL, "null")                        \
    X(VALUE_BOOLEAN, "boolean")                  \
    X(VALUE_NUMBER, "number")                    \
    X(VALUE_STRING, "string")                    \
    X(VALUE_DATE, "date")                        \
    X(VALUE_TIME, "time")                        \
    X(VALUE_DATE_TIME, "date and time")          \
    X(VALUE_MONTHS, "years and months duration") \
    X(VALUE_DURATION, "days and time duration")  \
    X(VALUE_ITEMS, "list")                       \
    X(VALUE_CONTEXT, "context")                  \
    X(VALUE_RANGE, "range")                      \
    X(VALUE_FUNCTION, "function")

#define VALUE_ENUM(kind, word) kind,
enum value_kind { VALUE_LIST(VALUE_ENUM) VALUE_KINDS };
#undef VALUE_ENUM

struct function;  // feel_program.h
struct iteration; // feel_eval.c
struct gather;

struct value {
    enum value_kind kind;
    union {
        bool boolean;
        struct number number;
        struct bytes string; // UTF-8
        const struct moment *moment;
        struct duration duration;
        int64_t months;
        const struct items *items;
        const struct context *context;
        const struct range *range;
        const struct function *function;
        struct iteration *iteration; // in slots of loops alone, where no name can reach them
        struct gather *gather;
    };
};

struct items {
    size_t n;
    const struct value *at;
};

struct entry {
    struct bytes name;
    struct value value;
};

struct context {
    size_t n;
    const struct entry *at; // in the order written
};

// An end that is null is not known, and neither is what lies inside; unless the range was written
// without it: (< 10) is open to infinity.
struct range {
    struct value low, high;
    bool low_closed, high_closed, unbound;
};

// Three-valued logic (DMN 1.5, table 42 and 43); unknown is what null and non-booleans are.
enum ternary { TERNARY_FALSE, TERNARY_TRUE, TERNARY_UNKNOWN };
enum ternary ternary_and(enum ternary a, enum ternary b);
enum ternary ternary_or(enum ternary a, enum ternary b);
enum ternary ternary_not(enum ternary a);
enum ternary ternary_of(struct value v);

static inline struct value value_null(void)
{
    return (struct value){.kind = VALUE_NULL};
}

static inline struct value value_boolean(bool b)
{
    return (struct value){.kind = VALUE_BOOLEAN, .boolean = b};
}

static inline struct value value_number(struct number n)
{
    return (struct value){.kind = VALUE_NUMBER, .number = n};
}

static inline struct value value_int(int64_t i)
{
    return value_number(number_from_int(i));
}

static inline struct value value_string(struct bytes b)
{
    return (struct value){.kind = VALUE_STRING, .string = b};
}

static inline struct value value_text(const char *text)
{
    return value_string(bytes_text(text));
}

static inline bool value_is_true(struct value v)
{
    return v.kind == VALUE_BOOLEAN && v.boolean;
}

struct value value_ternary(enum ternary t);
const char *value_kind_word(enum value_kind kind);

// Equality of FEEL (10.3.2.13): unknown between different kinds, except that anything may be
// compared with null.
enum ternary value_equal(struct value a, struct value b);
// How many values one looks at to go through all of it, as a tree; long strings count for more.  No
// more than about `most` are gone through.
size_t value_weight(struct value v, size_t most);
// Order of two values of one ordered kind; false when they have none.
bool value_compare(struct value a, struct value b, int *order);
enum ternary value_less(struct value a, struct value b, bool or_equal);
// Is the point inside; unknown when the ends cannot be compared with it.
enum ternary value_in_range(struct value point, const struct range *r);
bool value_is_ordered(enum value_kind kind);

// What follows "@": a date, time, date and time or duration by its form.  `m` is kept by the
// caller.
bool value_parse_at(struct bytes text, struct moment *m, struct value *out);

// The entry of a context, or NULL.
const struct value *context_get(const struct context *c, struct bytes name);

#endif
