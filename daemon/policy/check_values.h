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

#endif
