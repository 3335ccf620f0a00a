// quota.h - how much each principal may send: a bucket that refills with time, and a small one
// beside it for declared danger, so that a red is admitted when everything else is told to wait.
#ifndef TRIAGED_QUOTA_H
#define TRIAGED_QUOTA_H

#include "inside.h"

// Takes one submission out of the caller's bucket.  0: admitted; else milliseconds until it may be
// sent again.
uint32_t quota_take(struct desk *d, struct caller *c, bool danger);
// The same for one part of a file.
uint32_t quota_take_part(struct desk *d, struct caller *c);

#endif
