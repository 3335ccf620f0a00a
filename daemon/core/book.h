// book.h - one area's current state in memory: open cases, queues, timers, fingerprints,
// recipients, counters.  Folded from the ledger; rebuilt at every start.  Everything lives in
// memory that the caller lends (address space may be reserved and untouched); every table has a
// limit, and a full table is ERR_NO_MEMORY, never a lost entry.
#ifndef TRIAGED_BOOK_H
#define TRIAGED_BOOK_H

#include "casefile.h"
#include "command.h"
#include "err.h"
#include "event.h"
#include "kin.h"

struct book_limits {
    size_t cases_open_max, keys_max, recipients_max, teams_max, owed_max, sightings_max, kin_max,
        orgs_max, errands_max;
};
struct book;

// How many bytes to lend; the book uses them from the front as it grows, so untouched pages stay
// free.
size_t book_size(const struct book_limits *limits);
// Borrows zeroed memory of at least that size.  Returns the book, which lives inside it.
struct book *book_init(void *memory, size_t size, const struct book_limits *limits);

// Open cases.  A pointer stays valid until the case is closed.
struct casefile *book_case(struct book *b, uint64_t no); // NULL when not open
size_t book_cases(const struct book *b);
// Adds or replaces the open case f->no, moving it to its place in queue and timers; takes a closed
// one out.  `f` may be the book's own, changed in place but for what others find it by (follows).
// ERR_NO_MEMORY changes nothing.
// Its errands are copied; those of the book's own lie there until it is put again.
enum err book_put(struct book *b, const struct casefile *f);
// Is there room for the errands of `f`, put where the case had `n_before`?
bool book_errands_room(const struct book *b, size_t n_before, const struct casefile *f);
// Walks over all open cases, in no order: slots from 1 to book_slots.  Each looks at few bytes a
// case and gives NULL where there is none that it is after.
size_t book_slots(const struct book *b);
// Something is out for it, or it is met and nobody leads it.
struct casefile *book_slot_tasks(struct book *b, size_t slot);
// This worker leads it, or it was changed by this command: maybe, the case itself says.
struct casefile *book_slot_led(struct book *b, size_t slot, const char *lead, uint64_t command);
size_t book_errands(const struct book *b); // places in use, of errands_max

// Queues: what waits for a team (STATE_QUEUED with no live lease, STATE_HANDOVER_OFFERED for the
// team offered), by colour, then score, then original received time, then number.
struct casefile *book_queue_first(struct book *b, const char *team);
struct casefile *book_queue_next(struct book *b, const char *team, const struct casefile *after);
// The one of a colour in that queue that came in first; NULL when none waits.
struct casefile *book_queue_oldest(struct book *b, const char *team, enum colour colour);
// The same order over what a team holds in another state: decided and waiting for a lead,
// enquiries, forwarded and not yet accepted, decisions not yet read.
struct casefile *book_board_first(struct book *b, const char *team, enum state state);
struct casefile *book_board_next(struct book *b, const struct casefile *after);
// Beside those a case stands in one more list at most.
enum book_beside {
    BESIDE_NONE,
    BESIDE_DIRECT,  // casefile_shadowed, of all teams: ask for team ""
    BESIDE_OFFERED, // what a team offered to others; both in a queue's order
    BESIDE_MET,     // STATE_DECIDED_MET, by when somebody is to lead it; without a date last
    BESIDE_LISTS
};
struct casefile *book_beside_first(struct book *b, enum book_beside list, const char *team);
struct casefile *book_beside_next(struct book *b, const struct casefile *after); // in that list
// Any of these lists but BESIDE_MET, from where a case stood, though it may have left.
struct book_list {
    const char *team;
    enum state state; // STATE_QUEUED: the queue
    enum book_beside beside;
};
struct book_spot {
    uint64_t no; // 0: before the first
    int32_t colour, score;
    int64_t received_ms;
};
struct book_spot book_spot(const struct casefile *f);
struct casefile *book_list_after(struct book *b, struct book_list list,
                                 const struct book_spot *spot);
struct book_depth {
    uint32_t by_colour[COLOUR_RED + 1];
    int64_t oldest_received_ms[COLOUR_RED + 1];
    uint32_t leased, met;
};
struct book_depth book_depth(struct book *b, const char *team);

// Time: the case whose casefile_due_ms is least; NULL when none is due by `until_ms`.
struct casefile *book_due(struct book *b, int64_t until_ms);
int64_t book_next_due_ms(const struct book *b); // INT64_MAX for never
// What time asks of that case first: command_due with what was put off left out.
enum command_kind book_due_command(struct book *b, const struct casefile *f, int64_t until_ms);
// Nothing to re-assess before `reassess_ms`, whatever the case itself says: a re-assessment that
// changed nothing writes nothing.  Forgotten with the next book_put of the case.
void book_defer(struct book *b, uint64_t no, int64_t reassess_ms);
// Not due before `until_ms`, whatever stands in it: what time could not do must not keep it from
// the others.  Forgotten with the next book_put of the case.
void book_put_off(struct book *b, uint64_t no, int64_t until_ms);

// Deduplication: fingerprint -> record of its first answer.  Several records may share a
// fingerprint by chance; the caller reads the record and asks for the next one until it is truly
// the same key.
uint64_t book_key_find(const struct book *b, uint64_t fingerprint, unsigned nth);
enum err book_key_add(struct book *b, uint64_t fingerprint, uint64_t seq);

// Recipients of notices and what is owed to them: cursors receipted+1 .. cursor, each with its
// record.
struct recipient *book_recipient(struct book *b, const char *id); // NULL when unknown
enum err book_recipient_add(struct book *b, const struct recipient *r, struct recipient **out);
size_t book_recipients(const struct book *b);
struct recipient *book_recipient_at(struct book *b, size_t i);
// Appends cursor r->cursor + 1 (the caller wrote it in record `seq`): raises r->cursor and sets
// r->head_seq and r->last_seq.  ERR_NO_MEMORY changes nothing.
enum err book_owe(struct book *b, struct recipient *r, uint64_t seq, int64_t at_ms);
// At load, newest first, for a cursor that is still owed.
enum err book_owe_older(struct book *b, struct recipient *r, uint64_t cursor, uint64_t seq,
                        int64_t at_ms);
uint64_t book_owed_seq(const struct book *b, const struct recipient *r,
                       uint64_t cursor); // 0: not in memory
// Receipted up to here (beyond r->cursor is cut to it, backwards is nothing); the caller sets
// r->last_seq.
void book_receipt(struct book *b, struct recipient *r, uint64_t up_to);
uint64_t book_owed_total(const struct book *b);
int64_t book_owed_oldest_ms(const struct book *b); // 0 when none

// Sightings: how often a place or a referrer was heard of, and when; for the facts that count
// concerns in 28, 90 and 365 days.  Those older than 366 days are dropped. They are counted by
// whole UTC days, the day of `at_ms` being the first.
enum sighting {
    SIGHTING_PLACE,
    SIGHTING_REFERRER,
    SIGHTING_PLACE_RED,
    // What the trigger about a service counts (org.h), under its own keys.
    SIGHTING_ORG,
    SIGHTING_ORG_RED,
    SIGHTING_ORG_WEIGHT,
    SIGHTING_ORG_LOGS,
    SIGHTING_ORG_ADULT // one adult and one key: is this adult new to it?
};
enum err book_sighting_add(struct book *b, enum sighting kind, uint64_t hash, uint64_t case_no,
                           int64_t at_ms);
// Concerns in each window before `at_ms`, leaving out the case `except_no` (0 none): when it is
// open, its own sighting is the one of the day it was received, so add sightings in the step that
// puts the case.
struct window_counts book_sightings(const struct book *b, enum sighting kind, uint64_t hash,
                                    const struct windows *w, int64_t at_ms, uint64_t except_no);

// Kin: the cases of one adult, by either of the hashes that a case may have (kin.h).  The book
// itself knows its open ones; those closed in the last year are added at load.
enum err book_kin_closed(struct book *b, const struct casefile *f);
// Concerns about the adult in each window up to and with the day of `at_ms`, but for `except_no`.
struct window_counts book_kin_count(const struct book *b, uint64_t hash, const struct windows *w,
                                    int64_t at_ms, uint64_t except_no);
bool book_kin_next(const struct book *b, uint64_t hash, struct kin_one *one);
// Nothing leads from the adult to this case any longer.
void book_kin_forget(struct book *b, const struct casefile *f);
// An open case about the same adult other than `except_no`; NULL when none.
struct casefile *book_open_case_of_adult(struct book *b, uint64_t adult_hash, uint64_t except_no);

// Records about services: by what they count, open and lately closed ones.
enum err book_org_closed(struct book *b, const struct casefile *f); // at load
// The open one with this key, NULL when none; and how many fired in the last `days`.
struct casefile *book_org(struct book *b, uint64_t key);
unsigned book_orgs_fired(const struct book *b, uint64_t key, int days, int64_t at_ms);
bool book_orgs_open(const struct book *b); // are there any?
// The concerns that belong to one, open or (found by their number alone) closed; 0 after the last.
void book_child_tie(struct book *b, uint64_t org_no, uint64_t no); // one that it counts too
uint64_t book_child_next(struct book *b, uint64_t org_no, struct pages_at *at);
enum err book_child_closed(struct book *b, const struct casefile *f); // at load
// The least number of a case received on the day of `at_ms` or after it.
uint64_t book_first_since(const struct book *b, int64_t at_ms);

// The open cases that follow this one, {0} before the first; NULL after the last.
struct casefile *book_follower_next(struct book *b, uint64_t primary_no, struct pages_at *at);

struct area *book_area(struct book *b);

#endif
