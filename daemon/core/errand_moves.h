// errand_moves.h - the small machines beside the table of moves: which commands move an errand from
// which states, and what effects do to errands.  For this folder alone.
#ifndef TRIAGED_ERRAND_MOVES_H
#define TRIAGED_ERRAND_MOVES_H

#include "moves.h"

#define ERRAND_BIT(state) (1U << (unsigned)(state))

struct errand_move {
    enum command_kind command;
    enum errand_kind kind;
    unsigned from;        // bits of enum errand_state
    enum errand_state to; // ERRAND_UNSET: the effect chooses
};
extern const struct errand_move ERRAND_MOVES[];
extern const size_t ERRAND_MOVES_COUNT;
const struct errand_move *errand_move_of(enum command_kind command); // NULL: about no errand
// The clock's command for what is due of such a one.
enum command_kind errand_clock_command(enum errand_kind kind);

// The errand that the command is about: the one it numbers, the one whose time has come, or the
// only one at that stage (`any`: the first of several).  NULL when there is none, or it is not
// clear.
const struct errand *ask_errand(const struct ask *a, bool any);

// The errands of `after` in memory of `out`, where an effect may change them.
struct errand *errand_edit(struct casefile *after, struct command_result *out, int32_t number);
// A new one, live from now on; NULL when there is no room: what ended longest ago makes room.
struct errand *errand_add(const struct ask *a, struct casefile *after, struct command_result *out,
                          enum errand_kind kind, enum errand_state state);
// Moves the one that the command is about as ERRAND_MOVES says; it ends with a state that is final.
struct errand *errand_step(const struct ask *a, struct casefile *after, struct command_result *out);
void errand_end(const struct ask *a, struct errand *e, enum errand_state state);
// Nothing of these kinds (bits of enum errand_kind) is out any longer.
#define ERRANDS_ALL (~0U)
void errands_end(const struct ask *a, struct casefile *after, struct command_result *out,
                 unsigned kinds);
// How many are live of these kinds.
size_t errands_live(const struct casefile *f, unsigned kinds);

// A decision was told: somebody rings unless it is read in time.  And once it is: nobody need.
void told_start(const struct ask *a, struct casefile *after, struct command_result *out);
void told_end(const struct ask *a, struct casefile *after, struct command_result *out);
// Before somebody rings: the second address of the referrer's key hears that a decision is unread,
// and has its own time to get it read.  False: there is none who may hear of it, or it was tried.
bool second_address_tell(const struct ask *a, struct errand *call, struct command_result *out);
// Somebody is to ring about this errand (0: the decision).
void call_add(const struct ask *a, struct casefile *after, struct command_result *out,
              enum call_why why, int32_t other);
void call_wake(const struct ask *a, const struct casefile *f, struct errand *e);
// A lead was named: they tell the adult.
void tell_adult_start(const struct ask *a, struct casefile *after, struct command_result *out);
// An enquiry that is not the duty's has nobody who leads it: its team names somebody.
void lead_wanted(const struct ask *a, struct casefile *after, struct command_result *out);
// What came in waits for somebody to weigh it, until the flags say that somebody did.
void news_keep(const struct ask *a, struct casefile *after, struct command_result *out);
// The command waits for a second person beside the lease (effect_propose without one).
void errand_propose(const struct ask *a, struct casefile *after, struct command_result *out);
// What was proposed beside the lease and can no longer be done waits for nobody.
void proposals_overtaken(const struct ask *a, struct casefile *after, struct command_result *out);

// Is a question out?  The flag says the same to whoever has no errands at hand.
void file_asked_refresh(struct casefile *f);

#endif
