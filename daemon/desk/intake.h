// intake.h - concerns in: submissions, and the same as a dry run.
#ifndef TRIAGED_INTAKE_H
#define TRIAGED_INTAKE_H

#include "inside.h"

void intake_submit(struct desk *d, struct message *m);
void intake_dry_run(struct desk *d, struct message *m);

// One submission, decoded and judged, before anything is kept.
struct consideration {
    const struct message *m;
    const Triage__V1__Submission *sub;
    const struct principal *sender; // on whose behalf
    Triage__V1__SafeguardingConcern *concern;
    struct problems problems;
    enum err err; // why it is refused
    const char *field, *code, *text;
};
// Decodes and judges into d->scratch.  False: refused, and `c` says why.
bool intake_judge(struct desk *d, struct consideration *c);
// The sender's own facts of one adult, with what kind it was sent as.
void intake_facts(const struct desk *d, const struct consideration *c, size_t adult,
                  struct facts *out);

// What came before under the same key.
struct earlier {
    enum { EARLIER_NONE, EARLIER_SAME, EARLIER_OTHER, EARLIER_UNREADABLE } kind;
    uint64_t seq;
    Triage__V1__Receipt *receipt; // in d->request
};
// Reads what is needed to tell, for all submissions of a message at once; false: it was parked.
bool earlier_fetch(struct desk *d, struct message *m);
struct earlier earlier_find(struct desk *d, struct message *m, const Triage__V1__Submission *sub);

// Keeps a judged submission: a case and a reference for each adult.  Returns the last sequence.
uint64_t admit(struct desk *d, const struct consideration *c, Triage__V1__Receipt *receipt);
bool admit_room(struct desk *d, const struct consideration *c);
#endif
