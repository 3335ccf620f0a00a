// terms.h - the trade's words as enums, each with its code on the wire, in tables and in records.
// Numbers are kept in the ledger: append only, never renumber, never reuse.
#ifndef TRIAGED_TERMS_H
#define TRIAGED_TERMS_H

#include <stdbool.h>

// Each list makes an enum, a name table and NAME_word(); the words are what DMN tables, JSON, the
// command line and logs use.  TERM_ENUM and TERM_WORD are the two ways to read a list.
#define TERM_ENUM(name, value, word) name = (value),
#define TERM_WORD(name, value, word) [(value)] = (word),

// A yes/no question as people can answer it.  "Not known" is an answer; unset means not asked.
// clang-format off
#define ANSWER_LIST(X)                                                                             \
    X(ANSWER_UNSET, 0, "unset") X(ANSWER_YES, 1, "yes") X(ANSWER_NO, 2, "no")                      \
    X(ANSWER_NOT_KNOWN, 3, "not_known")
// clang-format on
enum answer { ANSWER_LIST(TERM_ENUM) };

// Ordered: a greater colour is more urgent.
// clang-format off
#define COLOUR_LIST(X)                                                                             \
    X(COLOUR_UNSET, 0, "unset") X(COLOUR_GREEN, 1, "green") X(COLOUR_AMBER, 2, "amber")            \
    X(COLOUR_RED, 3, "red")
// clang-format on
enum colour { COLOUR_LIST(TERM_ENUM) };

// What the threshold tables recommend.  A recommendation: a named person confirms or overrules it.
// clang-format off
#define TIER_LIST(X)                                                                               \
    X(TIER_UNSET, 0, "unset") X(TIER_BELOW, 1, "below_threshold")                                  \
    X(TIER_OTHER_PROCESS, 2, "other_process") X(TIER_MORE_INFORMATION, 3, "more_information")      \
    X(TIER_OTHER_ENQUIRY, 4, "other_enquiry") X(TIER_DUTY_MET, 5, "duty_met")
// clang-format on
enum tier { TIER_LIST(TERM_ENUM) };

// What kind of referral it is.  A record about a service as a whole is nobody's referral.
// clang-format off
#define KIND_LIST(X)                                                                               \
    X(KIND_NONE, 0, "none") X(KIND_CONCERN, 1, "safeguarding_concern")                             \
    X(KIND_LOG, 2, "low_level_log") X(KIND_DOLS, 3, "dols_request")                                \
    X(KIND_TRANSITION, 4, "transition_referral")                                                   \
    X(KIND_DOMESTIC_ABUSE, 5, "domestic_abuse_notification")                                       \
    X(KIND_CARE_NEEDS, 6, "care_needs_referral") X(KIND_ADVICE, 7, "advice")                       \
    X(KIND_ORGANISATION, 10, "organisation")
// clang-format on
enum kind { KIND_LIST(TERM_ENUM) KIND_COUNT = KIND_ADVICE + 1 };

// The stages of the council's decision (what each means: README.md of this folder).
// clang-format off
#define STATE_LIST(X)                                                                              \
    X(STATE_NONE, 0, "none") X(STATE_RECEIVED, 1, "received") X(STATE_SCREENED, 2, "screened")     \
    X(STATE_QUEUED, 3, "queued") X(STATE_IN_TRIAGE, 4, "in_triage")                                \
    X(STATE_DECIDED_MET, 5, "decided_met") X(STATE_HANDOVER_OFFERED, 6, "handover_offered")        \
    X(STATE_ENQUIRY, 7, "enquiry") X(STATE_ENQUIRY_REVIEW, 8, "enquiry_review")                    \
    X(STATE_DECIDED_NOT_MET, 9, "decided_not_met") X(STATE_OTHER_ENQUIRY, 10, "other_enquiry")     \
    X(STATE_FORWARDED, 11, "forwarded") X(STATE_CLOSED, 12, "closed") X(STATE_VOID, 13, "void")    \
    X(STATE_ORG_WATCH, 14, "org_watch") X(STATE_ORG_SCOPING, 15, "org_scoping")                    \
    X(STATE_ORG_LARGE_SCALE, 16, "org_large_scale") X(STATE_ORG_QUALITY, 17, "org_quality_route")
// clang-format on
enum state { STATE_LIST(TERM_ENUM) STATE_LAST = STATE_ORG_QUALITY };

// Who may ask for things: the role of the principal whose key spoke (lifecycle: PRV, PRX, ...).
// clang-format off
#define ROLE_LIST(X)                                                                               \
    X(ROLE_NONE, 0, "none") X(ROLE_PROVIDER, 1, "provider") X(ROLE_PARTNER, 2, "partner")          \
    X(ROLE_POLICE, 3, "police") X(ROLE_TEAM, 4, "team") X(ROLE_MANAGER, 5, "manager")              \
    X(ROLE_AUDITOR, 6, "auditor") X(ROLE_OPERATOR, 7, "operator") X(ROLE_PORTAL, 8, "portal")
// clang-format on
enum role { ROLE_LIST(TERM_ENUM) };

// What a registered worker may be.  A second person is another worker, never the same desk login.
// clang-format off
#define GRADE_LIST(X)                                                                              \
    X(GRADE_NONE, 0, "none") X(GRADE_MASH_WORKER, 1, "mash_worker")                                \
    X(GRADE_MASH_MANAGER, 2, "mash_manager") X(GRADE_COMMUNITY_WORKER, 3, "community_worker")      \
    X(GRADE_COMMUNITY_MANAGER, 4, "community_manager") X(GRADE_OUT_OF_HOURS, 5, "out_of_hours")    \
    X(GRADE_AUDITOR, 6, "auditor") X(GRADE_OPERATOR, 7, "operator")
// clang-format on
enum grade { GRADE_LIST(TERM_ENUM) };

// Notices: to the referrer, and those of questions and delegations to whoever is asked.
// clang-format off
#define NOTICE_LIST(X)                                                                             \
    X(NOTICE_NONE, 0, "none") X(NOTICE_ACK, 1, "ack") X(NOTICE_SCREENED, 2, "screened")            \
    X(NOTICE_UPDATE, 3, "update") X(NOTICE_DELAY, 4, "delay") X(NOTICE_MET, 5, "met")              \
    X(NOTICE_NOT_MET, 6, "not_met") X(NOTICE_OTHER, 7, "other")                                    \
    X(NOTICE_FORWARDED, 8, "forwarded")                                                            \
    X(NOTICE_ALLOCATED, 9, "allocated") X(NOTICE_OUTCOME, 10, "outcome")                           \
    X(NOTICE_CLOSED, 11, "closed") X(NOTICE_REOPENED, 12, "reopened")                              \
    X(NOTICE_WITHDRAWAL_NOTED, 13, "withdrawal_noted")                                             \
    X(NOTICE_INFO_CONSIDERED, 14, "info_considered") X(NOTICE_HOLDING, 15, "holding")      \
    X(NOTICE_INFO_REQUEST, 16, "info_request") X(NOTICE_INFO_CHASE, 17, "info_chase")              \
    X(NOTICE_INFO_EXPIRED, 18, "info_expired") X(NOTICE_DELEGATION, 19, "delegation")              \
    X(NOTICE_DELEGATION_CHASE, 20, "delegation_chase")                                             \
    X(NOTICE_DELEGATION_RETURNED, 21, "delegation_returned")                                       \
    X(NOTICE_DELEGATION_ACCEPTED, 22, "delegation_accepted")                                       \
    X(NOTICE_DELEGATION_TAKEN_BACK, 23, "delegation_taken_back")                                   \
    X(NOTICE_CHALLENGE_ACK, 24, "challenge_ack") X(NOTICE_CHALLENGE_RESULT, 25, "challenge_result")\
    X(NOTICE_VOIDED, 26, "voided") X(NOTICE_DECISION_UNREAD, 27, "decision_unread")
// clang-format on
enum notice { NOTICE_LIST(TERM_ENUM) };

// Other services that must hear at once, beside the council's own decision.  A bit each.
// clang-format off
#define PARALLEL_LIST(X)                                                                           \
    X(PARALLEL_POLICE, 0, "police") X(PARALLEL_MARAC, 1, "marac") X(PARALLEL_NRM, 2, "nrm")        \
    X(PARALLEL_PIPOT, 3, "pipot") X(PARALLEL_CHILDREN, 4, "children")                              \
    X(PARALLEL_QUALITY, 5, "quality_team") X(PARALLEL_LARGE_SCALE, 6, "large_scale")               \
    X(PARALLEL_CQC, 7, "cqc") X(PARALLEL_PREVENT, 8, "prevent")                                    \
    X(PARALLEL_CLINICAL, 9, "clinical_review")
// clang-format on
enum parallel { PARALLEL_LIST(TERM_ENUM) };

// NAME_word: the word of a value, "?" for a number outside the list.
// NAME_from: the value of a word, -1 for a word outside the list.
const char *answer_word(enum answer v);
const char *colour_word(enum colour v);
const char *tier_word(enum tier v);
const char *kind_word(enum kind v);
const char *state_word(enum state v);
const char *role_word(enum role v);
const char *grade_word(enum grade v);
const char *notice_word(enum notice v);
const char *parallel_word(enum parallel v);
int colour_from(const char *word);
int tier_from(const char *word);
int kind_from(const char *word);
int state_from(const char *word);
int role_from(const char *word);
int grade_from(const char *word);
int notice_from(const char *word);
int parallel_from(const char *word);
int answer_from(const char *word);

#endif
