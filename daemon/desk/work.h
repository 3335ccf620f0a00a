// work.h - commands on one case: a request becomes a command, core's table judges it, what it
// changes is kept with its notice, and the answer waits for the disk.
#ifndef TRIAGED_WORK_H
#define TRIAGED_WORK_H

#include "notify.h"
#include "turn.h"

struct work {                     // one command on its way
    struct message *m;            // NULL: the clock's own
    const char *reference, *area; // `area`: the request's name, for problems ("decide")
    struct command command;
    const struct actor *by; // who caused it, where time itself carries it on; NULL: who asks
    struct notice_words say;
    const char *to;                       // whom the notice is for; NULL or "": the referrer
    struct arena *arena;                  // for what its reader makes of the words
    const char *text;                     // what the timeline shows
    struct bytes key;                     // a referrer's own key, in place of a command id
    struct bytes content;                 // what the key stands for
    enum event_kind event;                // of a look: what it is called; EVENT_NONE: a look
    uint64_t number;                      // what the event says beside it, 0 nothing
    Triage__Ledger__V1__KeptFile **files; // as they are from here on, where it names some
    size_t n_files;
    Triage__V1__SafeguardingConcern *concern; // of a supplement
};

// Is it kept although it changes nothing?  A look gets the name that `w` has for it.
static inline bool work_quiet(const struct work *w, struct command_result *result)
{
    bool const look = result->event == EVENT_LOOKED;
    if (look && w->event) result->event = w->event;
    return look || result->event == EVENT_ORG_ATTACHED;
}

void work_command(struct desk *d, struct message *m); // any of the commands in work_words.c
// Fills `w` from the request; false when this request is no command on a case.
bool work_read(struct desk *d, const struct message *m, struct work *w);
// The words of a decision that was proposed earlier.
void work_read_decision(const Triage__V1__DecideRequest *q, struct notice_words *say);
// The decision that was proposed on a case and waits for a second person; NULL when there is none,
// or its words are gone.  False: parked, or answered that it could not be read just now.
bool work_proposed(struct desk *d, struct message *m, const struct casefile *f,
                   Triage__V1__DecideRequest **out);

// Applies and keeps it.  `f` is the case as it is; `after` gets what it becomes.  Returns the
// sequence, 0 when it was refused or changed nothing (`e` and `result` say).
uint64_t work_apply(struct desk *d, struct work *w, const struct casefile *f,
                    struct casefile *after, struct command_result *result, enum err *e);
// Owes the referrer a notice of what the case becomes; its cursor is kept with a decision.
void work_notice(struct desk *d, struct work *w, enum notice code, struct casefile *after,
                 struct draft *draft);
void work_refused(struct desk *d, const struct work *w, const struct casefile *f, enum err e,
                  const struct command_result *result);

void work_read_notice(struct desk *d, struct message *m);

#endif
