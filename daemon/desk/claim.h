// claim.h - taking cases: a lease with a fencing token, and what was said once the lease is on
// disk.
#ifndef TRIAGED_CLAIM_H
#define TRIAGED_CLAIM_H

#include "inside.h"

enum err claim_init(struct desk *d);
void claim_cases(struct desk *d, struct message *m);
// At load: a live lease's commands, so that a claim that is sent again finds its cases.
void claim_remember_case(struct desk *d, const struct casefile *f);

#endif
