// casefile.h - the council's record of one concern about one adult, as codes, times and ids: what
// the lifecycle needs, what a state row keeps, what the fold of a case's events equals.  No free
// text: what people wrote is in the records' bodies.
//
// One list makes the struct, its stored form (proto/triage/ledger/v1/record.proto has the same
// numbers), the difference that an event carries, and the comparison that verify makes.  Append
// only.
#ifndef TRIAGED_CASEFILE_H
#define TRIAGED_CASEFILE_H

#include "errand.h"
#include "facts.h"
#include "now.h"
#include "rights.h"
#include "terms.h"

// X(number, TYPE, field): NUM is an int64_t, SMALL an int32_t (on disk both are the same), TEXT an
// id or a name of at most ID_MAX - 1 bytes.
// clang-format off
#define CASE_FIELDS(X)                                                                             \
    X(1, SMALL, kind)           /* enum of the wire's Kind */                                      \
    X(2, SMALL, state)          /* enum state */                                                   \
    X(3, SMALL, colour)         /* enum colour, never lowered by the rules */                      \
    X(4, SMALL, colour_first)   /* on receipt */                                                   \
    X(5, SMALL, score)          /* within the colour */                                            \
    X(6, SMALL, tier)           /* enum tier: what the rules recommend */                          \
    X(7, SMALL, rule_limbs)     /* enum answer a | b << 2 | c << 4: the rules' view */             \
    X(8, SMALL, limbs)          /* the same, as a person decided */                                \
    X(9, SMALL, flags)          /* enum case_flag bits */                                          \
    X(10, NUM, received_ms)     /* fixed for ever */                                               \
    X(11, NUM, decide_by_ms)                                                                       \
    X(12, NUM, state_since_ms)                                                                     \
    X(13, NUM, deadline_ms)     /* of the present state: allocate, offer, enquiry, ...; 0 none */  \
    X(14, NUM, reassess_ms)     /* rules run again; 0 none */                                      \
    X(15, NUM, holding_ms)      /* referrer hears that it still waits; 0 none */                   \
    X(16, TEXT, team)           /* whose queue or work it is */                                    \
    X(17, TEXT, suggested_team)                                                                    \
    X(18, TEXT, offered_team)                                                                      \
    X(19, TEXT, referrer)       /* principal that sent it */                                       \
    X(20, TEXT, place)          /* location id it was sent for */                                  \
    X(21, NUM, lease_token)     /* last granted; only grows */                                     \
    X(22, NUM, lease_until_ms)  /* 0 no live lease */                                              \
    X(23, TEXT, lease_worker)                                                                      \
    X(24, TEXT, lease_principal)                                                                   \
    X(25, SMALL, claims)        /* times it was claimed */                                         \
    X(26, SMALL, lapses)        /* times a lease ran out */                                        \
    X(27, TEXT, lead)           /* named lead of an enquiry */                                     \
    X(28, TEXT, decider)                                                                           \
    X(29, TEXT, second)         /* the second person of that decision */                           \
    X(30, SMALL, outcome)       /* enum outcome */                                                 \
    X(31, SMALL, not_met_reason)                                                                   \
    X(32, SMALL, forward_to)                                                                       \
    X(33, SMALL, capacity)      /* enum answer, as recorded with the decision */                   \
    X(34, SMALL, risk)          /* SG2e and beyond, as on the wire */                              \
    X(35, SMALL, achieved)      /* SG4a */                                                         \
    X(36, NUM, decided_ms)                                                                         \
    X(37, NUM, decision_cursor) /* referrer's cursor of the last decision's notice */              \
    X(38, NUM, read_ms)         /* that notice read, or confirmed by telephone; 0 not yet */       \
    X(39, NUM, closed_ms)                                                                          \
    X(40, SMALL, proposal)      /* enum command_kind waiting for a second person; 0 none */        \
    X(41, TEXT, proposal_by)    /* worker */                                                       \
    X(42, NUM, proposal_until_ms)                                                                  \
    X(43, NUM, proposal_seq)    /* record with the words; of what is erased: see casefile_erase */ \
    X(44, SMALL, proposed_outcome)                                                                 \
    X(45, SMALL, proposed_limbs)                                                                   \
    X(46, SMALL, proposed_reason) /* not_met_reason, or the colour of a lowering */                \
    X(47, SMALL, proposed_forward)                                                                 \
    X(48, SMALL, proposed_capacity)                                                                \
    X(49, NUM, first_seq)       /* its first record: the concern */                                \
    X(50, NUM, incident)        /* number of the first case of the same submission */              \
    X(51, SMALL, incident_cases) /* how many cases that submission made; on the first only */      \
    X(52, SMALL, adult)         /* index of the adult in the concern */                            \
    X(53, NUM, adult_hash)      /* keyed; 0 when nobody is named */                                \
    X(54, NUM, place_hash)                                                                         \
    X(55, NUM, policy)          /* first 8 bytes of the digest of the pack that rated it */        \
    X(56, SMALL, parallel)      /* bits of enum parallel */                                        \
    X(57, SMALL, why_row)       /* of why_table, 1-based; 0 none */                                \
    X(58, TEXT, why_table)      /* whose row set the colour: a decision's name, or WHY_ below */   \
    X(59, SMALL, refusals)      /* handover offers refused */                                      \
    X(60, SMALL, reopened)                                                                         \
    X(61, NUM, submission_key)  /* fingerprint of the sender's key; on the first case only */      \
    X(62, SMALL, reassessed)    /* times the rules ran again while it waited */                    \
    X(63, SMALL, relationship)    /* evidence of a handover */                                     \
    X(90, NUM, person_hash)     /* keyed, of name and birth date; 0 where adult_hash is that */    \
    X(91, SMALL, follows)       /* case number of the primary that decides for it; 0 none */       \
    X(92, SMALL, twin)          /* case that the rules or a person take for the same incident */   \
    X(93, SMALL, twin_why)      /* twin_score | enum twin_reason bits << 8 */ \
    X(94, SMALL, org)           /* the record about the service; 0 none, ORG_DETACHED */ \
    X(95, SMALL, org_why)       /* of that record itself: ORG_WHY, what fired */ \
    X(96, NUM, source_hash)     /* keyed, of whom is alleged and where they work; 0 not named */ \
    X(97, SMALL, paging)        /* when somebody is rung about it next, and how often they were */ \
    X(98, SMALL, panel)         /* agencies that answered: a bit each, see kinds.h */ \
    X(99, SMALL, settled)       /* enum settlement of what is no concern */ \
    X(110, NUM, told)           /* the referrer: struct told; 0 nobody was */ \
    X(115, SMALL, person)         /* who the adult is, for the national return: returns.h */ \
    X(116, SMALL, concluded)      /* what a person added for it */ \
    X(120, SMALL, hold)           /* put off: until when, and how often it was */ \
    X(121, TEXT, hold_by)         /* worker who put it off last */ \
    X(130, NUM, files_seq)      /* last record that says how its files are; 0 it has none */ \
    X(131, SMALL, files_open)   /* files that wait for their digest or the scanner */
// clang-format on

enum case_flag {
    CASE_RESTRICTED = 1 << 0,
    CASE_SAFE_CONTACT = 1 << 1,
    CASE_POLICE_HOLD = 1 << 2,
    CASE_NEUTRAL = 1 << 3,    // the referrer's side may be the source: neutral notices only
    CASE_UNSCREENED = 1 << 4, // the tables could not rate it: red
    CASE_UNDER_18 = 1 << 5,
    CASE_WITHDRAWAL_ASKED = 1 << 6,
    CASE_DANGER = 1 << 7,
    CASE_SUBJECT_DECEASED = 1 << 8,
    CASE_SUBJECT_UNKNOWN = 1 << 9,
    CASE_OUT_OF_AREA = 1 << 10,
    CASE_SIGNPOSTED = 1 << 11,
    CASE_SAFETY_RECORDED = 1 << 12,
    CASE_INFORMATION_ASKED = 1 << 13, // an information request is open
    CASE_SUPPLEMENT_UNREAD = 1 << 14, // the referrer added something that no person has weighed yet
    CASE_SAFETY_PLAN = 1 << 15,
    CASE_ERASED = 1 << 16,        // what people wrote is gone
    CASE_ANSWER_UNREAD = 1 << 17, // an answer, refusal or wish to withdraw that nobody weighed yet
    CASE_CHALLENGED = 1 << 18,    // the present decision was: once is all
    CASE_TOLD = 1 << 19,          // a notice beyond receipt and first view was sent
    CASE_LEGAL_HOLD = 1 << 20,    // kept whatever the retention schedule says, until it is lifted
    CASE_DIRECT = 1 << 21,        // the rules sent it to a community team, which decides it
    CASE_ADVOCATE = 1 << 22,      // somebody who speaks with or for the adult was named
    CASE_ADULT_TOLD = 1 << 23,    // the lead recorded that the adult was told of the enquiry
    CASE_ORG_LINKED = 1 << 24,    // part of an enquiry into a whole service
    CASE_SAFE_TONIGHT = 1 << 25,  // made safe until the morning by the duty worker
    CASE_PHONE_SECOND = 1 << 26,  // the second person agreed by telephone, and has yet to confirm
    CASE_GLASS_BROKEN = 1 << 27,  // restricted, and opened out of hours; a manager has yet to look
    CASE_NIGHT = 1 << 28,         // the night did something to it, the day has not yet
};

// Why one case is taken for another's incident; the numbers are kept in twin_why.
enum twin_reason {
    TWIN_ADULT = 1 << 0,    // the same NHS number, or name and birth date where nobody gave one
    TWIN_PERSON = 1 << 1,   // the same name and birth date, the number known to one alone
    TWIN_DAY = 1 << 2,      // it happened within a day of the other
    TWIN_SOON = 1 << 3,     // when it happened is not said; both came within a day
    TWIN_TYPE = 1 << 4,     // the same kind of harm
    TWIN_PLACE = 1 << 5,    // sent for the same place
    TWIN_CLOSED = 1 << 6,   // the other is closed: a manager may reopen it
    TWIN_SUGGESTED = 1 << 7 // a person says so
};
#define TWIN_SCORE(why)   ((why)&0xff)
#define TWIN_REASONS(why) ((unsigned)(why) >> 8)

// `paging`: minutes since 2020 in 25 bits, which last until 2083, and above them the attempts so
// far.
#define PAGING_EPOCH_MS INT64_C(1577836800000)
#define PAGING_BITS     25
#define PAGING_MOST     63
static inline int64_t paging_ms(int32_t paging) // 0 none
{
    int64_t const minutes = paging & ((1 << PAGING_BITS) - 1);
    return minutes ? PAGING_EPOCH_MS + minutes * MINUTE_MS : 0;
}
static inline int32_t paging_times(int32_t paging)
{
    return paging >> PAGING_BITS;
}

// `hold` is kept in the same way: no minutes where nobody keeps it back.
#define HOLDS_MAX 3 // put off once and renewed twice: then a manager decides
static inline int64_t hold_ms(int32_t hold)
{
    return paging_ms(hold);
}
static inline int32_t hold_times(int32_t hold)
{
    return paging_times(hold);
}

#define ORG_DETACHED (-1) // a person said that it belongs to none: the rules do not ask again

// What why_table says where no row of a table set the colour.
#define WHY_PERSON     "person"
#define WHY_UNSCREENED "unscreened"
#define WHY_LAPSED     "lapsed"

#define CASE_COMMANDS_MAX 6 // resends of the last few commands get their first answer
struct case_command {
    uint64_t fingerprint, seq;
};

// Widest first, so that nothing lies empty between them.
#define CASE_NUM_NUM(name) int64_t name;
#define CASE_NUM_SMALL(name)
#define CASE_NUM_TEXT(name)
#define CASE_SMALL_NUM(name)
#define CASE_SMALL_SMALL(name) int32_t name;
#define CASE_SMALL_TEXT(name)
#define CASE_TEXT_NUM(name)
#define CASE_TEXT_SMALL(name)
#define CASE_TEXT_TEXT(name)            char name[ID_MAX];
#define CASE_NUMS(number, type, name)   CASE_NUM_##type(name)
#define CASE_SMALLS(number, type, name) CASE_SMALL_##type(name)
#define CASE_TEXTS(number, type, name)  CASE_TEXT_##type(name)
struct casefile {
    uint64_t no;
    uint32_t version; // rises with every event that changes something; what If-Match compares
    // Its errands lie outside (field 66), in memory of whoever made this copy.  errands_max: how
    // many a decoder may write there; 0, as in the book's own and a copy of it: none, they are left
    // out.
    uint16_t n_errands, errands_max;
    struct errand *errands;
    uint64_t last_seq; // of its last record, but for the parts of its files
    // clang-format off
    CASE_FIELDS(CASE_NUMS)
    // Marks of the adult's name and NHS number for searches (wire_adult_marks), of the row alone
    // and no record's: they go when the case's key goes.  All set where nobody noted any.
    uint32_t marks;
    CASE_FIELDS(CASE_SMALLS)
    CASE_FIELDS(CASE_TEXTS)
    // clang-format on
    struct facts_kept facts;                         // those the last assessment read (field 64)
    struct case_command commands[CASE_COMMANDS_MAX]; // a ring, newest first (field 65)
};
#undef CASE_NUMS
#undef CASE_SMALLS
#undef CASE_TEXTS

static inline enum answer limb_of(int32_t limbs, int i) // 0 (a), 1 (b), 2 (c)
{
    return (enum answer)((limbs >> (2 * i)) & 3);
}
static inline int32_t limbs_pack(const enum answer limb[3])
{
    return (int32_t)limb[0] | (int32_t)limb[1] << 2 | (int32_t)limb[2] << 4;
}

// What the referrer was last told: the date above the colour's two bits.
struct told {
    enum colour colour;
    int64_t decide_by_ms; // 0: no date
};
struct told told_of(const struct casefile *f);
void told_set(struct casefile *f, const struct told *t);

// Nobody leads it yet: the referrer waits for news, and the rules look again.
#define CASE_STATES_WAITING                                                 \
    (1U << STATE_QUEUED | 1U << STATE_IN_TRIAGE | 1U << STATE_DECIDED_MET | \
     1U << STATE_HANDOVER_OFFERED)

// Met, and nobody leads an enquiry, or another team is asked to.
#define CASE_STATES_UNLED (1U << STATE_DECIDED_MET | 1U << STATE_HANDOVER_OFFERED)

// Of a kind with a date of its own: here its passing is an alarm.
#define CASE_STATES_LAPSING \
    (1U << STATE_QUEUED | 1U << STATE_IN_TRIAGE | 1U << STATE_ENQUIRY | 1U << STATE_ENQUIRY_REVIEW)

// Decided, and nobody takes it from a queue: what comes in is an errand of its team.
#define CASE_STATES_NEWS                                                            \
    (1U << STATE_DECIDED_MET | 1U << STATE_HANDOVER_OFFERED | 1U << STATE_ENQUIRY | \
     1U << STATE_ENQUIRY_REVIEW | 1U << STATE_OTHER_ENQUIRY | 1U << STATE_FORWARDED)

bool casefile_open(const struct casefile *f); // not closed, not void
// Something came in that no person has weighed yet.
bool casefile_news(const struct casefile *f);
// Of its last record of all, parts of files among them.
uint64_t casefile_kept_seq(const struct casefile *f);
// The MASH sees it beside its own: undecided, and with a team that the rules sent it to.
bool casefile_shadowed(const struct casefile *f);
// Nothing stays by which a person could be known: what was decided and when does.  So that it can
// be told why it is gone, it keeps as proposal_seq the record of the order, as proposed_reason its
// class and as proposal_until_ms since when it was due by that schedule (NULL, 0: by none).
struct retention;
void casefile_erase(struct casefile *f, uint64_t order, const struct retention *by);
// Waiting, and kept back by somebody until its date.
bool casefile_put_off(const struct casefile *f, int64_t utc_ms);
// It stands in no list of its own: the case that it follows is worked instead.  Once refused it has
// a window of its own, and is seen again.
bool casefile_follows(const struct casefile *f);
// In one of CASE_STATES_UNLED, by itself: a lead is to be named, or an offer to be answered, by its
// deadline.
bool casefile_unled(const struct casefile *f);
// The errand that time does something about first, NULL when there is none such.
const struct errand *casefile_errand_due(const struct casefile *f);
// A challenge waits for its answer: the case does not close by itself meanwhile.
bool casefile_challenged(const struct casefile *f);
// By its number, NULL when it has none such.
const struct errand *casefile_errand(const struct casefile *f, int32_t number);
bool casefile_equal(const struct casefile *a, const struct casefile *b);
// The name of the first field in which they differ, NULL when equal.
const char *casefile_difference(const struct casefile *a, const struct casefile *b);
// The record that first answered this command, 0 when it is none of the last CASE_COMMANDS_MAX.
uint64_t casefile_command_seq(const struct casefile *f, uint64_t fingerprint);
void casefile_command_keep(struct casefile *f, uint64_t fingerprint, uint64_t seq);
// The earliest instant at which time does something to it; INT64_MAX for never.  What it does then
// is command_due (command.h).  Deadlines that only make a case overdue (allocate, enquiry, review)
// are not among them.
int64_t casefile_deadline_ms(const struct casefile *f); // as time sees it: 0 where it has to wait
int64_t casefile_due_ms(const struct casefile *f);

#endif
