// told.h - what a referrer was last told of a case: its colour, and by when it is to be decided.
// Both move by the referrer's own words, or by a person.  What else the council knows moves the
// case alone; or asking again and again would tell.
#ifndef TRIAGED_TOLD_H
#define TRIAGED_TOLD_H

#include "inside.h"

// On receipt, by the colour that the sender's own words gave.
void told_first(const struct desk *d, enum colour colour, struct casefile *f);
// Once on what a command made of a case, after new facts were merged (words: there were some). Sets
// when the referrer next hears that it still waits, and whether there is a new date to tell.
void told_next(struct desk *d, const struct command *c, bool words, const struct casefile *before,
               struct casefile *after, struct command_result *result);

#endif
