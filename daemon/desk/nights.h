// nights.h - out of hours: somebody is rung about a red that nobody has taken, and the morning
// hears what the night did.
#ifndef TRIAGED_NIGHTS_H
#define TRIAGED_NIGHTS_H

#include "inside.h"

// After the attempt is in the record that gathers: rings through the port.
void nights_ring(struct desk *d, const struct casefile *f);
// Counts and logs what a manager must look at.
void nights_alert(struct desk *d, const struct casefile *f, const char *event);
void nights_handover(struct desk *d, struct message *m);

#endif
