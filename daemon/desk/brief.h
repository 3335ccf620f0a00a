// brief.h - what a case looks like from outside: to its referrer, and to those who work on it.
#ifndef TRIAGED_BRIEF_H
#define TRIAGED_BRIEF_H

#include "inside.h"

// The team that a referrer is named, a number of the pack's; -1 for none.  Until a person decides
// it is the MASH, or where the referrer's own words led: another desk would tell that the council
// knows more.
int brief_team(struct desk *d, const struct casefile *f);

Triage__V1__CaseBrief *brief_make(struct desk *d, const struct message *m,
                                  const struct casefile *f);
// Is this message the referrer's side rather than a desk's?
bool brief_outside(const struct message *m);

#endif
