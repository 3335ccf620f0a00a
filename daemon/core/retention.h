// retention.h - how long a case is kept after it ended: the council's own schedule, by class. There
// is no default: what the schedule does not name is not erased.
#ifndef TRIAGED_RETENTION_H
#define TRIAGED_RETENTION_H

#include "casefile.h"

struct rules; // command.h

// X(id, number, word, meaning): pack.yaml's section `retention` has the same words; the numbers are
// kept.
// clang-format off
#define RETENTION_LIST(X)                                                                      \
    X(RETENTION_LOG, 1, "low_level_log", "a low-level log, left as one")                       \
    X(RETENTION_NOT_MET, 2, "not_met", "a concern that was decided not to be a s42 enquiry")   \
    X(RETENTION_OTHER, 3, "other_enquiry", "another enquiry, to its end")                      \
    X(RETENTION_FORWARDED, 4, "forwarded", "a concern that another service accepted")          \
    X(RETENTION_ENQUIRY, 5, "enquiry", "a s42 enquiry, to its end")                            \
    X(RETENTION_REQUEST, 6, "request", "a request or referral that is no concern")             \
    X(RETENTION_ORGANISATION, 7, "organisation", "a record about a service")                   \
    X(RETENTION_VOID, 8, "void", "a test, or sent in error: two managers took it off the books")
// clang-format on
#define RETENTION_ENUM(id, number, word, meaning) id = number,
enum retention_class { RETENTION_NONE, RETENTION_LIST(RETENTION_ENUM) RETENTION_COUNT };
#undef RETENTION_ENUM
const char *retention_word(enum retention_class c); // "" for none
// What the case's end makes it; RETENTION_NONE while it is open, and where no end says.
enum retention_class retention_class(const struct casefile *f);

enum retention_unit { RETENTION_DAYS, RETENTION_MONTHS, RETENTION_YEARS }; // kept in records
struct retention_rule {
    int32_t amount; // 0: the council has set none
    enum retention_unit unit;
    const char *basis; // the council's own words
};
struct retention {
    struct retention_rule rules[RETENTION_COUNT];
};
#define RETENTION_YEARS_MAX  200
#define RETENTION_MONTHS_MAX (12 * RETENTION_YEARS_MAX)
#define RETENTION_DAYS_MAX   (366 * RETENTION_YEARS_MAX)

int64_t retention_ended_ms(const struct casefile *f); // when it was closed, or taken off the books
// The midnight in London after the same date so much later (the month's last where it has none);
// 0: no time is set.
int64_t retention_due_ms(const struct retention *r, const struct casefile *f);

// What keeps it from being erased although its time is over: a word for programs and the sentence
// for people; both "" when nothing does.
struct retention_bar {
    const char *word, *words;
};
struct retention_bar retention_bar(const struct rules *r, const struct casefile *f);

#endif
