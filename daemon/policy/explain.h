// explain.h - noting what a decision rests on, when it has just been asked.
#ifndef TRIAGED_EXPLAIN_H
#define TRIAGED_EXPLAIN_H

#include "asking.h"

void explain_note(struct asking *a, enum pack_decision d);

#endif
