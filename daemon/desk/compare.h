// compare.h - two packs on one case: tier, colour and team, on the facts that the case was last
// rated on.  The same for a daemon, which reads its own rows bit by bit, and for a tool that reads
// a copy.
#ifndef TRIAGED_COMPARE_H
#define TRIAGED_COMPARE_H

#include "ledger.h"
#include "policy.h"

#include "triage/v1/pack.pb-c.h"

struct casefile;
// False when they say the same.  Fills all but the reference; the words point into the packs.
bool compare_case(const struct policy *was, const struct policy *would, const struct casefile *f,
                  struct arena *scratch, Triage__V1__ReplayChange *out);

// Over a whole ledger that nobody writes to; `found` gets each case of which they say otherwise.
typedef void compare_found_fn(void *ctx, uint64_t case_no, Triage__V1__ReplayChange *change);
struct comparison {
    const struct policy *was, *would;
    int64_t since_ms; // received since
    compare_found_fn *found;
    void *ctx;
    uint64_t cases, looked_at; // filled
};
enum err compare_ledger(struct ledger *l, struct comparison *c);

#endif
