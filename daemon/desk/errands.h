// errands.h - what is out for cases, as desks see it: of one case, or of a whole team; and work
// that a manager moves from one person to another at once.
#ifndef TRIAGED_DESK_ERRANDS_H
#define TRIAGED_DESK_ERRANDS_H

#include "inside.h"

Triage__V1__Errand **errands_make(struct desk *d, const struct casefile *f, size_t *n);
// How far the notice of its decision has come: "queued", "delivered", "read"; "" none yet.
const char *errands_told(struct desk *d, const struct casefile *f);

void errands_tasks(struct desk *d, struct message *m);
void errands_reassign(struct desk *d, struct message *m);

#endif
