// council_facts.h - what the council knows that a sender does not: other concerns, open cases, the
// hour, how long it has waited.  They may change colour and route; no sender is ever shown them.
#ifndef TRIAGED_COUNCIL_FACTS_H
#define TRIAGED_COUNCIL_FACTS_H

#include "inside.h"

void council_facts_fill(struct desk *d, const struct casefile *f, struct facts *out);
// What the clock on the wall says; of all that is the council's, what anybody can know.
void council_facts_hour(struct desk *d, int64_t at_ms, struct facts *out);
// The team whose locality a postcode lies in.
void council_facts_locality(struct desk *d, const char *postcode, struct facts *out);
// The same facts with the council's left out.
void council_facts_clear(struct facts *f);
// Remembers a case for the counts of later ones; at load and when it is received.
enum err council_facts_sight(struct desk *d, const struct casefile *f);

#endif
