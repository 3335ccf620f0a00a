// brief.h - what a case looks like from outside: to its referrer, and to those who work on it.
#ifndef TRIAGED_BRIEF_H
#define TRIAGED_BRIEF_H

#include "inside.h"

// Colour and decide-by as the referrer's own words alone would give them, or as a person set them:
// what else the council knows must not show.
struct seen {
    enum colour colour;
    int64_t decide_by_ms;
};
struct seen brief_seen(struct desk *d, const struct casefile *f, const struct verdict *sender);
// The sender's verdict on what is known now.
void brief_verdict(struct desk *d, const struct casefile *f, struct verdict *out);

// The team that a referrer is named, a number of the pack's; -1 for none.  Until a person decides
// it is the MASH, or where the referrer's own words led: another desk would tell that the council
// knows more.
int brief_team(struct desk *d, const struct casefile *f);
// When the referrer hears that it still waits goes by the colour that the referrer sees; another
// colour's clock would tell.  On what a command made of a case; told: they hear it now.
void brief_holding(struct desk *d, const struct casefile *before, struct casefile *after,
                   bool told);
int64_t brief_holding_by(const struct desk *d, enum colour colour);

Triage__V1__CaseBrief *brief_make(struct desk *d, const struct message *m,
                                  const struct casefile *f);
// Is this message the referrer's side rather than a desk's?
bool brief_outside(const struct message *m);

#endif
