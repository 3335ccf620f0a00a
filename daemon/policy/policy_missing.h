// policy_missing.h - what was missing: the smallest sets of facts that would have carried a concern
// over a line.  For an explanation to whoever sent it, and for a lead who looks at a pack.
//
// Only facts marked correctable are looked at: what the referrer can still find out.  A sender is
// shown the questions (FACTS[fact].question) and never the answers that would count: what was
// missing is asked for, nobody is coached.  For what a sender may see, give facts from which the
// council's are left out; else what the council holds could be found out by asking.
#ifndef TRIAGED_POLICY_MISSING_H
#define TRIAGED_POLICY_MISSING_H

#include "policy.h"

#define MISSING_CHANGES_MAX 3  // facts of a set
#define MISSING_SETS_MAX    32 // kept; more are counted

// Steps of a search.  One takes about a tenth of a microsecond: a notice's search ends well within
// a millisecond.
#define MISSING_STEPS_NOTICE 6000
#define MISSING_STEPS_LEAD   20000000

enum missing_among {
    MISSING_UNSAID,  // facts that nobody said: for notices
    MISSING_SAID_TOO // those that were said as well, should they have been misunderstood
};

struct missing_change {
    uint16_t fact;      // enum fact
    int32_t was, would; // was FACT_UNKNOWN, or what was said; the answer is never for a sender
};

struct missing_set {
    unsigned n;
    struct missing_change changes[MISSING_CHANGES_MAX]; // in the order of the facts
};

struct missing {
    bool met;       // the line is reached as it is: nothing is missing
    unsigned n;     // facts in each set: no smaller set is enough.  0: none up to the limit
    unsigned whole; // every set of up to so many facts was looked at before the steps ended
    uint32_t steps; // taken
    size_t n_sets, n_more;
    struct missing_set sets[MISSING_SETS_MAX]; // one for each choice of facts, unsaid ones first
};

// The smallest sets of changes after which the threshold's tier is `line` or above.  Takes no more
// than `steps`, and memory from the arena alone; with too little it says that it saw nothing whole.
void policy_missing(const struct policy *p, const struct facts *facts, enum tier line,
                    enum missing_among among, uint32_t steps, struct arena *scratch,
                    struct missing *out);

#endif
