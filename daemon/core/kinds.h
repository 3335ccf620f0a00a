// kinds.h - what is particular to a kind of referral: when the rules make it a concern, who decides
// it how, and the days that law sets.  Leases, notices, re-rating and audit are the same for all.
#ifndef TRIAGED_KINDS_H
#define TRIAGED_KINDS_H

#include "facts.h"
#include "terms.h"

#include <stdbool.h>

#define ADULT_YEARS 18

// How a referral ends that is no safeguarding concern; numbers of the wire.
enum settlement {
    SETTLED_UNSET,
    SETTLED_GRANTED,
    SETTLED_NOT_GRANTED,
    SETTLED_PLANNED,
    SETTLED_NOT_NEEDED,
    SETTLED_ANSWERED,
    SETTLED_WITHDRAWN
};
// Police, health and social care: a bit each of casefile.panel.
#define AGENCIES     3
#define AGENCIES_ALL ((1 << AGENCIES) - 1)

// Mental Capacity Act 2005, Schedule A1, as councils publish its lengths: an urgent authorisation
// lasts at most seven days and is extended once, by seven; a standard one is decided within 21
// days, may be asked for 28 days ahead and lasts a year at most.
#define DOLS_URGENT_DAYS    7
#define DOLS_EXTENSION_DAYS 7
#define DOLS_STANDARD_DAYS  21
#define DOLS_AHEAD_DAYS     28
#define DOLS_LONGEST_DAYS   365

// X(name, default, least, most, meaning): pack.yaml's section `kinds` has the same names.
// clang-format off
#define KIND_LIMITS(X)                                                                             \
    X(panel_red_hours, 2, 1, 72, "hours, day and night, that agencies have to answer about a red") \
    X(panel_hours, 8, 1, 80, "office hours that they have about another")                          \
    X(transition_days, 28, 1, 365, "days to decide a transition whose birthday has passed")        \
    X(transition_wait_days, 90, 1, 365, "days after which a waiting transition is an alarm")
// clang-format on
#define KIND_LIMIT_FIELD(name, dflt, least, most, help) int32_t name;
struct kind_limits {
    KIND_LIMITS(KIND_LIMIT_FIELD)
};
#undef KIND_LIMIT_FIELD
extern const struct kind_limits KIND_DEFAULTS;

// What the rules take it for: a log, a referral for care or a question that tells of abuse or
// neglect is a concern, whatever form it came on.  Nobody refuses it and nobody is asked to send it
// again.
enum kind kind_taken(enum kind sent, enum tier tier);
// Ends in the answers to the three questions of Care Act 2014 s42(1).
bool kind_is_s42(int32_t kind);
// Its date is law's or the birthday's: no colour moves it.
bool kind_is_dated(int32_t kind);
// About whether somebody may be harmed: what counts as a concern in the council's counters.
bool kind_counts(int32_t kind);

// The last day on which a person born on that day is younger than `years`.
int32_t day_before_birthday(int32_t born_day, int years);
// The day on which it was given counts as its first: of two readings the earlier.
int32_t dols_urgent_last_day(int32_t given_day, bool extended);
// When it has to be decided by what is said in it; 0 where its colour alone says so.
int64_t kind_due_ms(enum kind kind, const struct facts *f, const struct kind_limits *limits,
                    int64_t received_ms);

#endif
