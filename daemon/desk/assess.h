// assess.h - facts in, a verdict out, and the same in words.  Twice: once with all that is known,
// which sets colour and route, and once on the sender's own words alone, which is all a sender is
// shown.
#ifndef TRIAGED_ASSESS_H
#define TRIAGED_ASSESS_H

#include "inside.h"

struct assessed {
    struct facts facts; // that the council's verdict read
    struct verdict council, sender;
};
// `facts` are the sender's.  `f` names adult, place and referrer, and a case that waits its times.
void assess(struct desk *d, const struct facts *facts, const struct casefile *f,
            const char *postcode, struct arena *a, struct assessed *out);
// The sender's verdict alone.
void assess_sender(struct desk *d, const struct facts *facts, struct arena *a, struct verdict *out);

Triage__V1__PolicyStamp *assess_stamp(struct desk *d, struct arena *a);
Triage__V1__ThreeQuestions *assess_questions(const struct verdict *v, struct arena *a);
// Reasons, without those that rest on what the council holds unless `council`.
Triage__V1__Reason **assess_reasons(const struct policy_reason *reasons, size_t n_reasons,
                                    bool council, struct arena *a, size_t *n);
// What could still change the answer, as questions; in a record by the facts' names, which are kept
// for ever and half as long.
char **assess_missing(const struct verdict *v, struct arena *a, size_t *n);
char **assess_missing_names(const struct verdict *v, struct arena *a, size_t *n);
void assess_missing_ask(char **names, size_t n); // names become questions again
Triage__V1__Assessment *assess_record(struct desk *d, const struct verdict *v,
                                      const struct facts *facts, struct arena *a);
// The team that the tables point to afterwards, "" for none.
const char *assess_suggested(const struct desk *d, const struct verdict *v, const struct facts *f);
int64_t assess_policy(const struct desk *d); // first 8 bytes of the pack's digest

#endif
