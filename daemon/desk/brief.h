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

Triage__V1__CaseBrief *brief_make(struct desk *d, const struct message *m,
                                  const struct casefile *f);
// Is this message the referrer's side rather than a desk's?
bool brief_outside(const struct message *m);

#endif
