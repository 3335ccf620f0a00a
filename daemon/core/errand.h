// errand.h - what somebody is to do for a case beside the stage that it has reached: answer a
// question, enquire for the council, review a decision, ring somebody.  Several can be out at once,
// each with its own state and clock.  Codes, times and ids as in the casefile; the words are in the
// records' bodies.
#ifndef TRIAGED_ERRAND_H
#define TRIAGED_ERRAND_H

#include "rights.h"

#include <string.h>

// X(id, number, word): numbers are kept in ledgers, append only.
// clang-format off
#define ERRAND_KIND_LIST(X)                                                                        \
    X(ERRAND_NONE, 0, "none") X(ERRAND_QUESTION, 1, "question")                                    \
    X(ERRAND_DELEGATION, 2, "delegation") X(ERRAND_CHALLENGE, 3, "challenge")                      \
    X(ERRAND_CALL, 4, "call") X(ERRAND_TELL_ADULT, 5, "tell_adult")                                \
    X(ERRAND_PROPOSAL, 6, "proposal") X(ERRAND_LEAD, 7, "name_lead")    \
    X(ERRAND_CONFIRM, 8, "confirm_second") X(ERRAND_NEWS, 9, "news")
#define ERRAND_STATE_LIST(X)                                                                       \
    X(ERRAND_UNSET, 0, "unset") X(ERRAND_OPEN, 1, "open") X(ERRAND_ANSWERED, 2, "answered")        \
    X(ERRAND_PART_ANSWERED, 3, "part_answered") X(ERRAND_EXPIRED, 4, "expired")                    \
    X(ERRAND_CANCELLED, 5, "cancelled") X(ERRAND_OFFERED, 6, "offered")                            \
    X(ERRAND_ACCEPTED, 7, "accepted") X(ERRAND_REPORTED, 8, "reported")                            \
    X(ERRAND_ACCEPTED_BY_COUNCIL, 9, "accepted_by_council") X(ERRAND_REFUSED, 10, "refused")       \
    X(ERRAND_RETURNED, 11, "returned") X(ERRAND_TAKEN_BACK, 12, "taken_back")                      \
    X(ERRAND_RAISED, 13, "raised") X(ERRAND_ASSIGNED, 14, "assigned")                              \
    X(ERRAND_UPHELD, 15, "upheld") X(ERRAND_PART_UPHELD, 16, "part_upheld")                        \
    X(ERRAND_NOT_UPHELD, 17, "not_upheld") X(ERRAND_OUT_OF_SCOPE, 18, "out_of_scope")              \
    X(ERRAND_DONE, 19, "done") X(ERRAND_WAITING, 20, "waiting")                                    \
    X(ERRAND_OVERTAKEN, 21, "overtaken")
// clang-format on
enum errand_kind { ERRAND_KIND_LIST(TERM_ENUM) };
enum errand_state { ERRAND_STATE_LIST(TERM_ENUM) };
const char *errand_kind_word(enum errand_kind v);
const char *errand_state_word(enum errand_state v);

// X(number, TYPE, field), as CASE_FIELDS; field n is field n of the record's CaseErrand.
// clang-format off
#define ERRAND_FIELDS(X)                                                                           \
    X(1, SMALL, number)      /* counted within the case from 1, never reused */                    \
    X(2, SMALL, kind)        /* enum errand_kind */                                                \
    X(3, NUM, made_ms)                                                                             \
    X(4, NUM, due_ms)        /* as whoever has it was told */                                      \
    X(5, NUM, next_ms)       /* when time next does something about it; 0 never */                 \
    X(6, NUM, ended_ms)                                                                            \
    X(7, NUM, seq)           /* record with the words that began it */                             \
    X(8, TEXT, who)          /* principal asked or enquiring; worker who reviews, tells; call: the
                                second address that was tried */                                   \
    X(9, TEXT, by)           /* worker who sent it out */                                          \
    X(10, SMALL, state)      /* enum errand_state */                                               \
    X(11, SMALL, step)       /* rungs of its ladder climbed so far */                              \
    X(12, SMALL, asked)      /* question: a bit for each one asked */                              \
    X(13, SMALL, answered)   /* and answered; delegation: what the quality check says; call: the
                                second address's cursor of what it was sent */                     \
    X(14, SMALL, about)      /* why: enum call_why, news_why; proposal: its enum command_kind */   \
    X(15, SMALL, other)      /* number of the errand that it came of; 0 none */
// clang-format on

#define ERRAND_FIELD_NUM(name)           int64_t name;
#define ERRAND_FIELD_SMALL(name)         int32_t name;
#define ERRAND_FIELD_TEXT(name)          char name[ID_MAX];
#define ERRAND_FIELD(number, type, name) ERRAND_FIELD_##type(name)
struct errand {
    ERRAND_FIELDS(ERRAND_FIELD)
};
#undef ERRAND_FIELD

// Why somebody is to be rung.
enum call_why {
    CALL_DECISION_UNREAD = 1, // the referrer has not read what was decided
    CALL_QUESTION_EXPIRED     // nobody answered the question (errand.other)
};

// What came in that no person has weighed.
enum news_why {
    NEWS_ADDED = 1, // by the referrer
    NEWS_ANSWERED,
    NEWS_WITHDRAWAL_ASKED,
    NEWS_ENQUIRY_REFUSED // by whoever was to enquire for the council
};

// So many a case: those that ended make room for new ones, the oldest first; people leave the last
// few places to what time itself has to add.
#define ERRANDS_MAX    16
#define ERRANDS_PEOPLE 12

bool errand_live(const struct errand *e); // somebody has something to do now
bool errand_equal(const struct errand *a, const struct errand *b);

#endif
