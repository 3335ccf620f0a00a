// plan_make.h - what the files that make a plan share.
#ifndef TRIAGED_PLAN_MAKE_H
#define TRIAGED_PLAN_MAKE_H

#include "plan.h"

#define PLAN_SAME_MAX 200

// The values that an element may have, by code; the first is null.  Of numbers and sets of codes,
// those that stand for all others.
struct domain {
    bool used;
    enum { DOMAIN_EACH, DOMAIN_SET, DOMAIN_NUMBER } kind;
    unsigned n, n_points;
    const struct value *at;
    const int32_t *points; // of a number
};

struct maker {
    struct policy *p;
    const struct pack_model *pm;
    const struct model *m;
    enum pack_part part;
    struct plan *plan;
    struct plan_table *tables;
    struct domain *domains; // by element
    uint16_t *index;        // by element: its table, and one
    unsigned n_columns, n_same;
    struct value same[PLAN_SAME_MAX]; // values of decisions, each once
    struct eval *ev;                  // the one that is asked, in `scratch` above `mark`
    struct arena scratch;
    size_t mark;
    struct arena kept; // for the values that tables answer
};

// The elements that a column reads: one, or the list of them; 0 for any other expression.
unsigned column_sources(const struct table_input *in, uint16_t *out, unsigned max, bool *is_list);
// plan_domain.c
bool domain_of_input(struct maker *k, unsigned element);
bool domain_of_table(struct maker *k, struct plan_table *t);
// Do the values that stand for others stand for all of them in each test of the column?
bool domain_allows(const struct table *t, unsigned column, const struct domain *d);

#endif
