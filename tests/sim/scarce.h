// scarce.h - the product's allocations, counted and refused.
#ifndef TRIAGED_SIM_SCARCE_H
#define TRIAGED_SIM_SCARCE_H

#include <stdbool.h>

// From here on the product runs, or no longer; what was.
bool scarce_enter(bool inside);
// The n-th of its allocations from now is refused (1: the next one), or all from there on.
void scarce_fail(unsigned nth, bool for_ever);
void scarce_end(void);      // there is memory again; the counts stay
unsigned scarce_seen(void); // since scarce_fail
unsigned scarce_failed(void);

#endif
