// clocks.h - every time limit of a case, by colour.  Defaults of a pack, not law.
#ifndef TRIAGED_CLOCKS_H
#define TRIAGED_CLOCKS_H

#include "calendar.h"
#include "terms.h"

// A span is calendar time (reds run day and night) or whole working days.
struct span {
    enum { SPAN_NONE, SPAN_CALENDAR_MS, SPAN_WORKING_DAYS } kind;
    int64_t amount;
};

// X(field, meaning); each is kept per colour, in pack.yaml under the same name.
// clang-format off
#define CLOCK_LIST(X)                                                                              \
    X(first_look, "first human look")                                                              \
    X(decide, "the s42 decision")                                                                  \
    X(information, "a reply to a question")                                                        \
    X(allocate, "a lead named after the duty is met")                                              \
    X(reassess, "re-assessed while waiting")                                                       \
    X(holding, "the referrer hears that it still waits")                                           \
    X(lease, "a claimed case goes back unless extended")                                           \
    X(offer, "a team answers a handover offer")                                                    \
    X(enquiry, "an enquiry reaches its end")                                                       \
    X(review, "a finished enquiry is checked")                                                     \
    X(accept, "another service accepts a forward")                                                 \
    X(challenge, "the referrer may disagree with a decision")                                      \
    X(second_person, "a second person answers a proposal")
// X(field, meaning, red, amber, green): those that a pack may leave out, as they then are.
#define CLOCK_MORE_LIST(X)                                                                         \
    X(told, "the referrer has read a decision, or others hear", "4h", "1wd", "2wd")                \
    X(second_address, "a second address has got it read, or somebody rings", "2h", "0wd", "1wd")   \
    X(challenge_review, "a reviewer answers a challenge", "0wd", "5wd", "5wd")                     \
    X(tell_adult, "the adult is told what was decided", "24h", "2wd", "5wd")
// clang-format on

#define CLOCK_FIELD(field, meaning)                         struct span field[COLOUR_RED + 1];
#define CLOCK_MORE_FIELD(field, meaning, red, amber, green) CLOCK_FIELD(field, meaning)
struct clocks {
    CLOCK_LIST(CLOCK_FIELD)
    CLOCK_MORE_LIST(CLOCK_MORE_FIELD)
};
#undef CLOCK_MORE_FIELD
#undef CLOCK_FIELD

// The instant a span ends; INT64_MAX for SPAN_NONE.
int64_t span_end(const struct span *s, const struct calendar *c, int64_t from_ms);

#endif
