// scarce.h - the product's allocations, counted and refused.
#ifndef TRIAGED_SIM_SCARCE_H
#define TRIAGED_SIM_SCARCE_H

#include <stdbool.h>

// From here on the product runs, or no longer; what was.
bool scarce_enter(bool inside);
// The n-th of its allocations from now is refused (1: the next one), or all from there on.
void scarce_fail(unsigned nth, bool for_ever);
void scarce_end(void); // there is memory again, and no more branches; the counts stay
unsigned scarce_failed(void);

// From here on every `step`-th of its allocations, from the `first` on, is refused in processes of
// their own, which begin there: alone in one, with all that follow in another.  The present process
// waits for both and goes on as if nothing had been.  A branch ends with scarce_branch_end.
void scarce_branch(unsigned first, unsigned step);
struct scarce_branch {
    unsigned nth; // of the allocation that it was denied, 0: this is no branch
    bool for_ever;
};
struct scarce_branch scarce_branch_here(void);
void scarce_branch_end(bool sound) __attribute__((noreturn));
struct scarce_tally {
    unsigned points;
    unsigned broken;  // branches that did not end, or not sound
} scarce_tally(void); // since scarce_branch

#endif
