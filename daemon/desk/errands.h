// errands.h - what is out for cases, as desks see it: of one case, or of a whole team; and work
// that a manager moves from one person to another at once.
#ifndef TRIAGED_DESK_ERRANDS_H
#define TRIAGED_DESK_ERRANDS_H

#include "inside.h"

Triage__V1__Errand **errands_make(struct desk *d, const struct casefile *f, size_t *n);
// How far the notice of its decision has come: "queued", "delivered", "read"; "" none yet.
const char *errands_told(struct desk *d, const struct casefile *f);
// The notice with this cursor told the second address `to` that the decision is unread: so that it
// can be seen whether it has it.
void errands_second_sent(struct casefile *after, const char *to, uint64_t cursor);

void errands_tasks(struct desk *d, struct message *m);
void errands_reassign(struct desk *d, struct message *m);

#endif
