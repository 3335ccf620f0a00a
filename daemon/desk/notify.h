// notify.h - what a referrer is told, in words: the pack's texts with their fields filled from the
// sender's own words and a person's decision, never from what else the council knows.
#ifndef TRIAGED_NOTIFY_H
#define TRIAGED_NOTIFY_H

#include "inside.h"

struct notice_words {
    const char *reason, *tell, *signpost, *forward_name, *outcome, *lead;
    const Triage__V1__ThreeQuestions *questions;
    Triage__V1__Reason **reasons;
    size_t n_reasons;
    char **missing, **missing_names; // as questions, and as the record keeps them
    size_t n_missing;
    Triage__V1__MissingSet **sets; // what was missing, with a decision
    size_t n_sets;
    char **asked; // questions, of whoever is asked
    size_t n_asked;
    int32_t number; // of the question or delegated enquiry
    int64_t due_ms;
    bool beside;          // for somebody else than the referrer, who knows of nothing else
    bool own_words;       // of answers only what rests on this referrer's own message
    enum colour colour;   // as the referrer may see it
    int64_t decide_by_ms; // likewise
};
// The notice in `a`, without its cursor.  One neutral text, whatever the cause, where a notice
// could warn the source of harm.
Triage__V1__Notice *notify_make(struct desk *d, struct arena *a, enum notice code,
                                const struct casefile *f, const struct notice_words *w);

#endif
