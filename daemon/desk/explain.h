// explain.h - why an assessment reads as it does: the rows behind each question with what they rest
// on, and what was missing.  For a decision's notice, a look and a dry run; nothing of it is done
// when a concern comes in.
#ifndef TRIAGED_EXPLAIN_H
#define TRIAGED_EXPLAIN_H

#include "inside.h"
#include "policy_explain.h"

#define EXPLAIN_LIMBS (1u << EXPLAINED_LIMB_A | 1u << EXPLAINED_LIMB_B | 1u << EXPLAINED_LIMB_C)
#define EXPLAIN_ALL   ((1u << EXPLAINED_COUNT) - 1)
#define EXPLAIN_RATED (EXPLAIN_ALL & ~(EXPLAIN_LIMBS | 1u << EXPLAINED_TIER))

// `facts` as they are in the record.  For a sender the council's are left out first, so that
// nothing of what it holds can show.
struct explanation *explain_facts(struct desk *d, const struct facts *facts, bool council,
                                  struct arena *a);
// The rows of these questions (bits of enum explained_question), each with its evidence.
Triage__V1__Reason **explain_reasons(const struct explanation *x, const struct facts *facts,
                                     unsigned questions, bool council, struct arena *a, size_t *n);
// The smallest sets of unsaid facts that could have met the three questions, from the sender's own
// facts.  None when they are met as it is, or when the search ended at its limit.
Triage__V1__MissingSet **explain_missing(struct desk *d, const struct facts *facts, struct arena *a,
                                         size_t *n);
// As a referrer reads them, one a line.
const char *explain_missing_words(struct arena *a, Triage__V1__MissingSet **sets, size_t n);

// A record keeps facts by name; here they get their questions again.
void explain_ask_reasons(Triage__V1__Reason **reasons, size_t n);
void explain_ask_missing(Triage__V1__MissingSet **sets, size_t n, struct arena *a);
// Before it is kept: without the questions.
void explain_thin(Triage__V1__Notice *n);

#endif
