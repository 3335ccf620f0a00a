// command.h - what may be done to a case, as one table: states, actors, guards, effects, notices.
// The daemon runs it, `triage case actions` answers from it, the page in README.md is made from it
// and the tests enumerate it.  Words that people wrote are not here; a guard only asks whether they
// were.
#ifndef TRIAGED_COMMAND_H
#define TRIAGED_COMMAND_H

#include "casefile.h"
#include "clocks.h"
#include "err.h"
#include "event.h"
#include "kinds.h"
#include "returns.h"

// X(id, number, word): numbers are kept (a proposal names one).
// clang-format off
#define COMMAND_LIST(X)                                                                            \
    X(COMMAND_NONE, 0, "none") X(COMMAND_SUPPLEMENT, 1, "supplement")                              \
    X(COMMAND_WITHDRAW, 2, "withdraw") X(COMMAND_CLAIM, 3, "take") X(COMMAND_EXTEND, 4, "extend")  \
    X(COMMAND_RETURN, 5, "return") X(COMMAND_RATE, 6, "rate") X(COMMAND_DECIDE, 7, "decide")       \
    X(COMMAND_SECOND, 8, "second") X(COMMAND_ALLOCATE, 9, "allocate")                              \
    X(COMMAND_OFFER, 10, "offer")                                                                  \
    X(COMMAND_ACCEPT_OFFER, 11, "accept") X(COMMAND_REJECT_OFFER, 12, "reject")                    \
    X(COMMAND_WITHDRAW_OFFER, 13, "withdraw_offer") X(COMMAND_FINISH, 14, "finish")                \
    X(COMMAND_SIGN_OFF, 15, "sign_off") X(COMMAND_RETURN_ENQUIRY, 16, "return_enquiry")            \
    X(COMMAND_CONFIRM_BY_PHONE, 17, "phone") X(COMMAND_FORWARD_ACCEPTED, 18, "forward_accepted")   \
    X(COMMAND_FORWARD_BOUNCED, 19, "forward_bounced") X(COMMAND_REOPEN, 20, "reopen")              \
    X(COMMAND_READ_NOTICE, 21, "read_notice") X(COMMAND_LOOK, 22, "look")                          \
    X(COMMAND_LEASE_EXPIRE, 30, "lease_expire") X(COMMAND_REASSESS, 31, "reassess")                \
    X(COMMAND_OFFER_EXPIRE, 32, "offer_expire") X(COMMAND_WINDOW_PASSED, 33, "window_passed")      \
    X(COMMAND_PROPOSAL_EXPIRE, 34, "proposal_expire") X(COMMAND_HOLDING, 35, "holding")            \
    X(COMMAND_ERASE, 36, "erase")                                                                  \
    X(COMMAND_ASK, 40, "ask") X(COMMAND_ANSWER, 41, "answer")                                      \
    X(COMMAND_CLOSE_QUESTION, 42, "close_question") X(COMMAND_QUESTION_DUE, 43, "question_due")    \
    X(COMMAND_CALL_DUE, 44, "call_due") X(COMMAND_CALL_DONE, 45, "call_done")                      \
    X(COMMAND_DELEGATE, 46, "delegate") X(COMMAND_ACCEPT_DELEGATION, 47, "accept_delegation")      \
    X(COMMAND_REFUSE_DELEGATION, 48, "refuse_delegation")                                          \
    X(COMMAND_REPORT_DELEGATION, 49, "report_delegation")                                          \
    X(COMMAND_ACCEPT_REPORT, 50, "accept_report") X(COMMAND_RETURN_REPORT, 51, "return_report")    \
    X(COMMAND_EXTEND_DELEGATION, 52, "extend_delegation")                                          \
    X(COMMAND_TAKE_BACK_DELEGATION, 53, "take_back_delegation")                                    \
    X(COMMAND_DELEGATION_DUE, 54, "delegation_due") X(COMMAND_CHALLENGE, 55, "challenge")          \
    X(COMMAND_ASSIGN_CHALLENGE, 56, "assign_challenge")                                            \
    X(COMMAND_DECIDE_CHALLENGE, 57, "decide_challenge")                                            \
    X(COMMAND_CHALLENGE_DUE, 58, "challenge_due") X(COMMAND_LEAVE, 59, "leave")                    \
    X(COMMAND_REASSIGN, 60, "reassign") X(COMMAND_VOID, 61, "void")                                \
    X(COMMAND_TAKE_BACK, 62, "take_back") X(COMMAND_MARK, 63, "mark")                              \
    X(COMMAND_ADULT_TOLD, 64, "adult_told") X(COMMAND_PROPOSAL_DUE, 65, "proposal_due")            \
    X(COMMAND_TELL_DUE, 67, "tell_due")                                                            \
    X(COMMAND_LINK, 70, "link") X(COMMAND_SUGGEST_LINK, 71, "suggest_link")                        \
    X(COMMAND_UNLINK, 72, "unlink") X(COMMAND_JOIN, 73, "join") X(COMMAND_FOLLOW, 74, "follow") \
    X(COMMAND_ORG_SCOPE, 75, "org_scope") X(COMMAND_ORG_LARGE_SCALE, 76, "org_large_scale") \
    X(COMMAND_ORG_QUALITY, 77, "org_quality_route") X(COMMAND_ORG_REVIEW, 78, "org_review") \
    X(COMMAND_ORG_CLOSE, 79, "org_close") X(COMMAND_ORG_ATTACH, 80, "org_attach") \
    X(COMMAND_ORG_DETACH, 81, "org_detach") X(COMMAND_ORG_MARK, 82, "org_mark") \
    X(COMMAND_ORG_UNOWNED, 83, "org_unowned") X(COMMAND_SAFE_TONIGHT, 84, "safe_tonight") \
    X(COMMAND_PAGE, 85, "page") X(COMMAND_RESTRICT, 86, "restrict") \
    X(COMMAND_SECOND_BY_PHONE, 87, "second_by_phone") \
    X(COMMAND_CONFIRM_SECOND, 88, "confirm_second") \
    X(COMMAND_COMPLETE, 90, "complete") X(COMMAND_SETTLE, 120, "settle") \
    X(COMMAND_MAKE_CONCERN, 121, "make_concern") X(COMMAND_AGENCY, 122, "agency_answered") \
    X(COMMAND_LAPSE, 123, "lapse") X(COMMAND_PUT_OFF, 130, "put_off") \
    X(COMMAND_LEGAL_HOLD, 170, "hold")
// clang-format on
enum command_kind { COMMAND_LIST(TERM_ENUM) };
const char *command_word(enum command_kind v);

enum outcome {
    OUTCOME_UNSET,
    OUTCOME_MET,
    OUTCOME_NOT_MET,
    OUTCOME_OTHER,
    OUTCOME_FORWARD
}; // as on the wire

// Who asks.  The clock's own commands have role ROLE_NONE and no worker.
struct actor {
    const struct principal *principal; // NULL for the clock
    const struct worker *worker;       // NULL when none was named
    bool proven;                       // the worker's own key spoke, not a desk that asserts them
};

struct command {
    enum command_kind kind;
    struct actor actor;
    uint64_t fingerprint; // of the command id; 0 for the clock
    bool has_version;
    uint32_t expected_version;
    uint64_t token;       // of the lease
    enum outcome outcome; // decide
    int32_t limbs;        // decide: limbs_pack
    bool reasonable_suspicion, birth_date_confirmed, agree, police_hold;
    int not_met_reason, forward_to, relationship, risk, achieved; // numbers of the wire's enums
    enum answer capacity, substantial_difficulty;
    enum colour colour;    // rate; reassess: what the rules say now
    int score;             // reassess
    const char *why_table; // reassess: decision whose row the rules' view rests on, "" or NULL none
    unsigned why_row;
    const char *lead, *team; // "" when not given
    // Which words were given.  The words themselves are kept in the record's body.
    bool has_reason, has_tell, has_safety, has_wishes, has_findings, has_advocate, has_safety_plan,
        has_adult_told, has_forward_name, has_because[3], has_spoke_to, has_tell_adult,
        has_signpost;
    // What is out for it.  `errand`: its number, 0 where there is but one.
    int32_t errand;
    // Principal asked or enquiring, worker who reviews or agreed beforehand; "" or NULL none.
    const char *who;
    uint32_t asked, answered; // questions, a bit each
    int64_t due_ms;
    int verdict; // challenge: the wire's number of how it ends
    enum answer adult_seen;
    bool has_scope, has_purpose, has_terms, has_source_reason, has_police_agree, has_answer,
        has_evidence, has_risk_now, police_answer, no_adult_at_risk;
    enum answer coercion, others_at_risk; // finish
    bool adult_died, has_death_review;
    uint64_t cursor;              // read_notice
    struct completion completion; // complete
    int64_t review_ms;       // put_off, and of a record about a service: when it is looked at again
    int64_t relationship_ms; // offer: of what date the evidence is
    int64_t at_ms;           // phone, call_done, forward_accepted: when it was, 0 now
    bool has_relationship_source;
    enum answer source_in_team; // is the team, or anybody in it, the alleged source?
    bool org_acknowledged;      // sign_off: that it is part of one is known
    // org_attach, org_mark: that record.  link, suggest_link: the case that leads, NULL when none
    // by that name may be known of.  join: the one that now follows.  follow: the one that leads,
    // as it has become.
    const struct casefile *other;
    int settlement, agency; // of what is no concern; of a domestic-abuse notification
    int32_t until_day;      // settle: the last day of what is granted
    bool has_until, has_representative;
    bool hold_answer, legal_hold; // legal_hold: said at all; to be kept
    uint64_t order;               // erase: the record in which two managers agreed on it
    bool on_request;              // and on the ground that whom it is about asks for it
    enum notice notice;           // follow: what the referrer of the one that leads is told
};

// What follows a case: at most so many threads, as one decision is told to all of them at once.
#define FOLLOWERS_MAX 16
struct followers {
    unsigned n;
    unsigned unread; // whose referrers have not read the last decision
    unsigned asked;  // of whose referrers a question is still out
};

struct retention; // retention.h

// What the rules of the area say, as far as the lifecycle needs it.
struct rules {
    const struct clocks *clocks;
    const struct calendar *calendar;
    const struct kind_limits *kinds; // NULL: KIND_DEFAULTS
    const struct registry *registry;
    const char *mash;         // id of the team that sees everything first
    const char *out_of_hours; // id of the duty team for nights and weekends; NULL or "": none
    bool (*team_known)(const void *ctx, const char *team);
    // Was a desk of it there within the last working day; may it lead one more?  NULL: yes.
    bool (*team_there)(const void *ctx, const char *team);
    bool (*team_room)(const void *ctx, const char *team);
    unsigned (*children_open)(const void *ctx, uint64_t no);     // of a record about a service
    struct followers (*followers)(const void *ctx, uint64_t no); // NULL: nothing follows anything
    const struct retention *retention;                           // NULL: no time is set for any
    bool (*case_open)(const void *ctx, uint64_t no);             // NULL: none is that matters
    // Is a notice owed to its referrer that may be this case's?  NULL: no.
    bool (*notice_owed)(const void *ctx, const struct casefile *f);
    const void *ctx;
};

struct command_result {
    enum event_kind event;
    enum notice notice;  // owed to the referrer; NOTICE_NONE for none
    bool changes;        // false: audited only, the version stays (a look)
    const char *field;   // ERR_INVALID: the wire's name of the field that is wrong or missing
    const char *refusal; // a sentence with the remedy, when refused
    const char *who_may; // who could do it instead, "" when nobody
    unsigned from;       // ERR_CONFLICT by its state: a bit for each state in which it can be done
    char notice_to[ID_MAX];             // whom it is for; "": the referrer
    int32_t errand;                     // the one that it is about, 0 none
    struct errand errands[ERRANDS_MAX]; // where those of `after` lie, when they changed
};

// Judges `c` against `before` and, when it may go ahead, writes what the case is afterwards.
// When the errands differ, those of `after` are in `out`: the two live equally long.
// OK, ERR_FORBIDDEN (this actor may not), ERR_CONFLICT (stale version or token, or the state does
// not allow it), ERR_INVALID (something is missing: field and refusal say what), ERR_NOT_FOUND
// (this actor may not know that the case exists).  `after` is untouched unless OK. A risky decision
// by someone who may not take it alone becomes EVENT_PROPOSED. The caller keeps what only it knows
// in `after`: last_seq, the command ring, facts and policy of a new assessment, proposal_seq of
// EVENT_PROPOSED, decision_cursor of a decision's notice (EVENT_DECIDED).
enum err command_apply(const struct rules *r, const struct casefile *before,
                       const struct command *c, struct now now, struct casefile *after,
                       struct command_result *out);

// What time asks of this case by `until_ms`: the clock's command that is due first, COMMAND_NONE
// when none is.  Apply it with now.utc_ms >= its instant, then ask again (of a case in the book
// with book_due_command, which knows what was put off). COMMAND_REASSESS comes with the rules' view
// in colour, score, why_table and why_row.  When it raises nothing the result has changes == false:
// write nothing and call book_defer(no, after->reassess_ms).
enum command_kind command_due(const struct casefile *f, int64_t until_ms);

// Has anybody left who had part in it (COMMAND_LEAVE is then allowed)?
bool casefile_orphaned(const struct rules *r, const struct casefile *f);

// May this command of this actor go to the case at all: as one who sees it, or as one who was
// asked.
bool actor_reaches(const struct actor *a, const struct casefile *f, const struct rules *r,
                   enum command_kind kind);
// May this actor see that the case exists, its headline, its content?
bool actor_sees(const struct actor *a, const struct casefile *f, const struct rules *r);
bool actor_reads(const struct actor *a, const struct casefile *f, const struct rules *r);

// One line a command: may this actor do it now, and if not why not (the guard's words).
struct command_action {
    enum command_kind kind;
    bool open;
    const char *why_not;
};
#define COMMAND_ACTIONS_MAX 96
size_t command_actions(const struct rules *r, const struct casefile *f, const struct actor *a,
                       struct now now, struct command_action out[COMMAND_ACTIONS_MAX]);

#endif
