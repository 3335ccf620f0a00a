// upkeep.h - what time does: leases end, the rules run again, deadlines come, referrers hear that
// they are not forgotten.  Stops while the clock cannot be believed.
#ifndef TRIAGED_UPKEEP_H
#define TRIAGED_UPKEEP_H

#include "inside.h"

// Some of what is due; returns the monotonic instant at which to be called again.
int64_t upkeep_run(struct desk *d);
// The rules look at one open case again, on what is known now.
void upkeep_reassess(struct desk *d, uint64_t no);
// Leases of people and keys that were withdrawn end; called with every new registry.
void upkeep_sweep(struct desk *d);

// How much room the disk has left, for intake and for anything at all; asked each second.
void upkeep_judge_space(struct desk *d);
// At start: was the machine away for long, or has its clock gone back?
void upkeep_judge_start(struct desk *d, int64_t last_ms);
void upkeep_suspect(struct desk *d, bool suspect, enum event_kind why, const char *principal);

#endif
