// turn.h - what one commit keeps, and what waits for it.  Records gather in one batch while the one
// before is on its way to the disk; nothing that a record caused is said until it is there.
#ifndef TRIAGED_TURN_H
#define TRIAGED_TURN_H

#include "inside.h"

enum err turn_init(struct desk *d);

// One record on its way.  A case's `after` gets its sequence, version and command mark here and
// goes into the book; it may live on the stack.
struct draft {
    const struct casefile *before; // NULL: a new case, or not a case's record
    struct casefile *after;        // NULL: not a case's record
    struct event event;
    Triage__Ledger__V1__Body body;
    uint64_t fingerprint; // of a sender's key, 0 none
    bool erase;
};
void draft_init(struct desk *d, struct draft *draft, enum event_kind kind);
// An array of pointers to notices grows in the request's arena.
void draft_notice(struct desk *d, struct draft *draft, Triage__V1__Notice *n);

// Is there room for `records` more with `bytes` of what people wrote?  Asked before anything
// changes.
bool turn_room(const struct desk *d, size_t records, size_t bytes);
// Keeps it; returns its sequence.  CHECKs that there was room.
uint64_t turn_add(struct desk *d, struct draft *draft);
// Writes the header of a record that still gathers anew; false when it gathers no more.  For
// records that are no case's.
bool turn_amend(struct desk *d, uint64_t seq, uint64_t number);
// The row of a recipient or of the area is written with this turn.
void turn_touch_recipient(struct desk *d, struct recipient *r, uint64_t entity);

// A reply that read what sequence `seq` wrote: said at once when that is on disk, else with its
// batch. The bytes are copied.
void turn_say(struct desk *d, const struct peer *to, struct bytes reply, uint64_t seq);
// A parked message goes on once everything added so far is on disk; at once when it is, so ask
// last.
void turn_resume(struct desk *d, struct pending *p);
// The sequence of the last record added so far, durable or not.
static inline uint64_t turn_last_seq(const struct desk *d)
{
    return d->next_seq - 1;
}

// The body of a record that is not on disk yet or was a moment ago; data is NULL otherwise.
struct bytes turn_body(const struct desk *d, uint64_t seq);
struct bytes turn_header(const struct desk *d, uint64_t seq);
uint64_t turn_entity(const struct desk *d, uint64_t seq); // ENTITY_AREA when it is on disk
// A closed case as a turn not yet on disk left it; NULL when none did.
const struct casefile *turn_closed(const struct desk *d, uint64_t no);

// Hands what gathered to the ledger, unless a commit is in flight or nothing gathered.
void turn_hand(struct desk *d);
bool turn_full(const struct desk *d);

#endif
