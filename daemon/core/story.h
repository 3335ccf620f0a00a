// story.h - each case as its dates: when it came, was taken, decided, told, led and closed, and by
// whom; and what became of its rating and of its decision.  Folded from the headers of all records
// in one pass, oldest first, in 64 bytes a case, so that a report can be made of a ledger of any
// age, and as it stood on any day.
#ifndef TRIAGED_STORY_H
#define TRIAGED_STORY_H

#include "event.h"

enum story_flag {
    STORY_LATE = 1 << 0,       // first decided after its date
    STORY_OWED = 1 << 1,       // that decision owed its referrer a notice
    STORY_READ = 1 << 2,       // a person read it, or was told by telephone
    STORY_RAISED = 1 << 3,     // a person thought its colour too low
    STORY_LOWERED = 1 << 4,    // or too high
    STORY_RISEN = 1 << 5,      // the rules raised it: by time, or by what came to be known
    STORY_REOPENED = 1 << 6,   // after its first decision
    STORY_CHALLENGED = 1 << 7, // a decision on it was
};
// What was done for the adult of an enquiry, by what the case says.
enum story_cared {
    CARED_TOLD = 1 << 0,     // its lead recorded that they were told
    CARED_ADVOCATE = 1 << 1, // somebody speaks with or for them
    CARED_PLAN = 1 << 2      // a safety plan is on record
};
// As on the wire: how a challenge ends, and what became of the adult's own outcomes.
enum story_verdict {
    VERDICT_UPHELD = 1,
    VERDICT_PART_UPHELD,
    VERDICT_NOT_UPHELD,
    VERDICT_OUT_OF_SCOPE
};
enum story_achieved {
    ACHIEVED_FULLY = 1,
    ACHIEVED_PARTLY,
    ACHIEVED_NOT,
    ACHIEVED_NONE_EXPRESSED,
    ACHIEVED_NOT_ASKED
};
#define STORY_RISK_REMAINED 3 // as on the wire
#define STATES_UNDECIDED \
    (1U << STATE_RECEIVED | 1U << STATE_SCREENED | 1U << STATE_QUEUED | 1U << STATE_IN_TRIAGE)
// A named person leads an enquiry.
#define STATES_LED (1U << STATE_ENQUIRY | 1U << STATE_ENQUIRY_REVIEW | 1U << STATE_OTHER_ENQUIRY)

// Instants are seconds since 1970, 0 not yet.
struct story {
    uint32_t received_s, decide_by_s, taken_s, decided_s, told_s, led_s, closed_s;
    uint32_t cursor, next; // of the first decision's notice; the next that waits for a receipt
    uint16_t team, referrer, taker, holder, decider, lead; // names
    uint16_t rule; // whose row set its first colour, as "rating 3"; a name, too
    uint16_t made; // its first decision, as "met", "not_met_no_care_needs"
    uint8_t kind, state, colour, outcome, flags, achieved;
    uint8_t verdict, verdicts; // of its last challenge, as on the wire; how many were answered
    uint8_t risk;              // what became of it, as on the wire
    uint8_t cared;             // bits of story_cared
};

// Ids as small numbers: 0 is "", 1 stands for all those for which there was no room.
#define STORY_NAMES_MAX ((unsigned)65535)

struct stories {
    uint64_t cases_max;
    int64_t until_ms;    // what happened from then on is not told
    struct story *cases; // by number, from 1
    uint64_t n;          // the highest number told of
    char (*names)[ID_MAX];
    uint16_t *names_hash;
    unsigned n_names;
    struct {
        uint32_t first, last;
    } * waiting; // by recipient: decisions whose notice has not been receipted, oldest first
};

size_t stories_bytes(uint64_t cases_max);
// Borrows that many zeroed bytes.
void stories_init(struct stories *s, void *memory, uint64_t cases_max, int64_t until_ms);
const char *stories_name(const struct stories *s, unsigned name);

// A record of case `no`: put what is known of the case into `f`, let the record's header change it,
// and give it back.  Only what a story keeps is there.
void stories_before(const struct stories *s, uint64_t no, struct casefile *f);
void stories_after(struct stories *s, uint64_t no, const struct event *e, const struct casefile *f);
// A recipient receipted its notices.
void stories_receipt(struct stories *s, const struct event *e);

#endif
