// check_values.h - values that stand for all others: one for each interval between the boundaries
// that the cells of a column draw, one for each word they know, and "unknown".
#ifndef TRIAGED_CHECK_VALUES_H
#define TRIAGED_CHECK_VALUES_H

#include "tools.h"

#define CHECK_VALUES_MAX 512 // per column

struct check_values {
    size_t n;
    struct value at[CHECK_VALUES_MAX];
    bool full;  // there were more
    bool exact; // the values stand for all others
};

// The values of a column; null is the last.
void check_values_gather(struct pool *pool, const struct pack_model *m, const struct table *t,
                         unsigned column, struct check_values *out);

// The type of a column: of its expression, or of the input or decision that it names; or NULL.
const struct type *check_column_type(const struct pack_model *m, const struct table *t,
                                     unsigned column);

// check_types.c: values that are none of their column's type, or of the fact that it reads.
void check_types(const struct pack_model *m, const struct table *t, struct eval *ev,
                 struct policy_report *report);
// Inputs whose type leaves out a code of their fact.
void check_fact_types(const struct pack_model *m, struct eval *ev, struct policy_report *report);

#endif
