// yearly.h - the national return of a year, for managers and auditors: every case's row is read
// beside all other work and counted, and what the record lacks is named by case.  It is recorded
// who asked for it.  One is made at a time.
#ifndef TRIAGED_YEARLY_H
#define TRIAGED_YEARLY_H

#include "inside.h"

void yearly_ask(struct desk *d, struct message *m);
bool yearly_turn(struct desk *d); // true when it wants another turn soon
void yearly_stop(struct desk *d);
void yearly_close(struct desk *d);

#endif
