// links.h - the threads of one incident: found when they come in, linked by a person, told each in
// its own words of what is decided once.
#ifndef TRIAGED_LINKS_H
#define TRIAGED_LINKS_H

#include "work.h"

// On receipt: the case that this one may be the same incident as, if any, into its file.
void links_find(struct desk *d, struct casefile *f);
// On receipt, once it is kept: the rules look again at what else is open about the same adult.
void links_stir(struct desk *d, const struct casefile *f);
// Lets them; true when there is more.
bool links_stirred(struct desk *d);

// What core asks of the book (struct rules).
struct followers links_followers(const void *desk, uint64_t no);
// Records that one command on this case may need beside its own.
size_t links_records(struct desk *d, const struct casefile *f);
// What happened to a case is carried to the one it follows and to those that follow it.
void links_spread(struct desk *d, const struct work *w, const struct casefile *before,
                  const struct casefile *after, const struct command_result *result);
// The other case that a link command names, into the command; false: parked or answered.
bool links_other(struct desk *d, struct work *w);

void links_show(struct desk *d, struct message *m);

#endif
