// inspect.h - questions: what is known of a case, of mine, what may be done.  Only a look changes
// something: it is kept who looked, and why.
#ifndef TRIAGED_INSPECT_H
#define TRIAGED_INSPECT_H

#include "inside.h"

void inspect_status(struct desk *d, struct message *m);
void inspect_mine(struct desk *d, struct message *m);
void inspect_actions(struct desk *d, struct message *m);
void inspect_look(struct desk *d, struct message *m);
void inspect_hello(struct desk *d, struct message *m);

// The case of a reference, if this actor may know of it; NULL: answered or parked.
const struct casefile *inspect_case(struct desk *d, struct message *m, const char *reference);
// The case's records, oldest first; false: parked or unreadable (`e`).
bool timeline_read(struct desk *d, struct message *m, const struct casefile *f,
                   Triage__V1__CaseReport *out, enum err *e);

#endif
