// missing.h - looking for what was missing: the worlds that a search tries (missing.c) and the
// changes that could lead to the line (missing_ways.c).
#ifndef TRIAGED_MISSING_H
#define TRIAGED_MISSING_H

#include "asking.h"
#include "policy_missing.h"

#define WAYS_MAX 512 // changes worth trying from one world; beyond them a search is not whole

struct way {
    uint16_t fact;
    int32_t would;
};

struct ways {
    unsigned n;
    struct way at[WAYS_MAX];
};

// What is known of an element before the search: one of the two makes it.
struct maker_of {
    const struct plan_input *input;
    const struct plan_table *table;
    unsigned n_codes; // of the rows of a column
    uint64_t wanted;  // of the world at hand: codes that were asked for already
};

struct search {
    const struct policy *p;
    const struct plan *plan; // of the threshold
    const struct facts *base;
    enum tier line;
    enum missing_among among;
    bool follows;          // the base's facts agree with those that they follow from
    uint32_t steps, price; // left; of a try
    bool cut;              // something was left out

    // The world at hand: the base with the changes of one set.
    struct facts world;
    struct missing_set set;
    struct plan_run run;
    unsigned left; // changes that may still be made

    struct maker_of *makers;   // by element
    struct ways *gone, *below; // of ways_find
    struct arena *arena;
    size_t mark; // of the arena, before a run
};

// Takes steps; false, and cut, when none are left.
bool search_pay(struct search *s, uint32_t steps);

// The changes of one fact without which none of the `left` changes can lead to the line: every set
// that does holds one of them.
void ways_find(struct search *s, struct ways *out);

#endif
