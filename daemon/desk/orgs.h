// orgs.h - several concerns that point at one service: counted, and a record opened for a manager.
// Whoever sent them is told nothing of it.
#ifndef TRIAGED_ORGS_H
#define TRIAGED_ORGS_H

#include "org.h"
#include "work.h"

#define ORG_OPENED_MAX 2U // records that one submission may open

// Counts a case for the trigger; at load and when it is received.
enum err orgs_sight(struct desk *d, const struct casefile *f);
// On receipt, before it is kept: part of a record that is open already?
void orgs_join(struct desk *d, struct casefile *f);
// On receipt, before it is kept: told of a service and of nobody by name, it is a record itself.
void orgs_told(struct desk *d, struct casefile *f);
// On receipt, once it is kept and counted: opens what now fires.  Counts down *left.
void orgs_fire(struct desk *d, const struct casefile *f, unsigned *left);
// Is the service that this case is about under enquiry as a whole?
bool orgs_reviewed(struct desk *d, const struct casefile *f);

// What core asks of the book (struct rules).
unsigned orgs_children_open(const void *desk, uint64_t no);
// After a record opened, or changed hands, and at the start: concerns are looked through for what
// belongs to it, some in each turn.
void orgs_changed(struct desk *d);
// Goes on with that; true when there is more.
bool orgs_sweep(struct desk *d);

void orgs_show(struct desk *d, struct message *m);

#endif
