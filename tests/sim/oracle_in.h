// oracle_in.h - the oracle's memory, for its own files.
#ifndef TRIAGED_SIM_ORACLE_IN_H
#define TRIAGED_SIM_ORACLE_IN_H

#include "days.h"
#include "oracle.h"
#include "sim.h"

#define CLAIMS_MAX 64
#define RUNG_MAX   16

struct claim { // as a worker was told
    unsigned worker;
    uint64_t token;
    int64_t until_ms;
    Triage__V1__Colour colour; // then
    int32_t score;
};
struct heard_notice { // of one case, in the order of its referrer's cursors
    char code[24];
};
struct seen_case {
    char reference[16];
    enum who referrer;
    int concern; // -1: nobody was told of a receipt yet
    unsigned adult;
    unsigned added, added_known;      // supplements sent, and acknowledged
    unsigned done[WORKER_COUNT];      // commands answered OK that must have been written
    uint32_t version, version_before; // told lately, and told some time ago at least
    int64_t version_us;
    unsigned queued;             // times it stands in a queue at the end
    Triage__V1__CaseState state; // at the end
    size_t n_claims, n_notices, notices_size, n_story;
    struct claim claims[CLAIMS_MAX];
    struct heard_notice *notices;
    unsigned n_rung;
    unsigned rung[RUNG_MAX]; // managers who agreed by telephone, in their order
    bool harm;               // somebody may have made it a concern
    bool follows;            // another is worked for it, at the end
    bool listed, told;       // in a list of its referrer's; its story was told
};
struct promise {
    struct truth truth;
    bool receipted, counted;
    unsigned fresh; // times it was answered OK rather than DUPLICATE
    unsigned packs; // bits: packs in force since it was first sent
    int64_t sent_utc_ms, receipted_utc_ms, received_ms;
    char references[4][16];
    Triage__V1__Colour colour[4];
    int64_t decide_by_ms[4];
};
struct sighting { // a concern that may have been about this person, beside those in `promises`
    unsigned person;
    int64_t utc_ms;
};
struct told_notice {
    uint64_t hash;
    size_t which_case;
};
struct inbox {             // of one key
    uint64_t next, stored; // cursor that must come next on this connection; kept by the client
    size_t n, size;
    struct told_notice *told; // by cursor - 1
};
struct span_excused {
    int64_t from_ms, to_ms;
};
#define SPANS_MAX 4096
struct withdrawn { // when a key was not to be served
    enum who who;
    int64_t from_ms, to_ms;
};
#define WITHDRAWN_MAX 256
#define CASES_HASH    131072

struct oracle {
    struct sim *sim;
    char verdict[400];
    struct promise *promises;
    size_t n_promises, promises_size;
    struct seen_case *cases;
    size_t n_cases, cases_size;
    uint32_t hash[CASES_HASH]; // of references: index + 1
    struct sighting *rumours;
    size_t n_rumours, rumours_size;
    struct inbox inboxes[STRANGER + 1];
    bool up, excused, stepped; // UTC was set at least once
    size_t n_spans;
    struct span_excused spans[SPANS_MAX];
    size_t n_withdrawn;
    struct withdrawn withdrawn[WITHDRAWN_MAX];
    unsigned pack;
    uint64_t notices;
    char unknown_events[200];
};

struct seen_case *oracle_find(const struct oracle *o, const char *reference);
struct seen_case *oracle_case_of(struct oracle *o, const char *reference, enum who referrer);
enum who oracle_owner(enum who who); // on whose behalf a key hears
// Milliseconds of [from, to] in which nothing could be expected of the daemon's clocks.
int64_t oracle_excused_ms(const struct oracle *o, int64_t from_ms, int64_t to_ms);
// The least and the most that the council may know of a person's other concerns in 28 days.
void oracle_concerns_28(const struct oracle *o, const struct promise *p, unsigned adult,
                        unsigned *least, unsigned *most);

// --- oracle_steps.c: which steps are lawful. ---
#define SAME    0u  // the state stays
#define CLOCK   1u  // time itself may do it
#define REFERS  2u  // only who sent it
#define RAISES  4u  // the colour may rise
#define LOWERS  8u  // and fall
#define QUIETLY 16u // it changes nothing that is told
// What kinds it is for, when not for all.
#define FOR_S42     32u  // those that end in the three questions
#define FOR_REQUEST 64u  // the others
#define FOR_DATED   128u // about liberty, and transitions
#define FOR_ABUSE   256u // the police's notifications

struct step {
    const char *event;
    unsigned from, to, flags;
    const char *notice; // that goes with it always, "" none, NULL it depends
};
bool step_known(const char *event);
const struct step *step_find(const char *event, unsigned from, unsigned to); // NULL: none
bool step_is_for(const struct step *s, Triage__V1__Kind kind);

// --- twin.c: the tables of tests/sim/pack, in C. ---
#define CONCERNS_UNKNOWN (-1)
// What the rules take it for.
Triage__V1__Kind twin_kind(const struct truth *t, unsigned adult);
Triage__V1__Colour twin_rate(unsigned pack, const struct truth *t, unsigned adult,
                             int concerns_28_days);

#endif
