// moves.h - the one table of what may be done to a case, for this folder and for the page made of
// it.
#ifndef TRIAGED_MOVES_H
#define TRIAGED_MOVES_H

#include "command.h"

#define STATE_BIT(state) (1U << (unsigned)(state))
#define STATES_ALL       (STATE_BIT(STATE_LAST + 1) - 1U)

// What someone may act as.  One actor can wear several: a desk that took a telephone call is the
// referrer of that case too.
enum hat {
    HAT_CLOCK = 1 << 0,
    HAT_REFERRER = 1 << 1, // speaks for the principal that sent this case
    HAT_MASH_WORKER = 1 << 2,
    HAT_MASH_MANAGER = 1 << 3,
    HAT_COMMUNITY_WORKER = 1 << 4,
    HAT_COMMUNITY_MANAGER = 1 << 5,
    HAT_OUT_OF_HOURS = 1 << 6,
    HAT_AUDITOR = 1 << 7,
    HAT_OPERATOR = 1 << 8,
    HAT_ASKED = 1 << 9,    // a question is, or was, put to that principal
    HAT_ENQUIRER = 1 << 10 // enquires for the council
};
#define HATS_BESIDE  (HAT_ASKED | HAT_ENQUIRER) // know of their errand, and of nothing else
#define HATS_MANAGER (HAT_MASH_MANAGER | HAT_COMMUNITY_MANAGER)
#define HATS_MASH    (HAT_MASH_WORKER | HAT_MASH_MANAGER | HAT_OUT_OF_HOURS)
#define HATS_WORKER  (HATS_MASH | HAT_COMMUNITY_WORKER | HAT_COMMUNITY_MANAGER)

// One command on one case, while it is judged.
struct ask {
    const struct rules *rules;
    const struct casefile *file;
    const struct command *command;
    struct now now;
    unsigned hats;
};
unsigned hats_of(const struct actor *a, const struct casefile *f);
// Both the key and the worker belong to this team (the key alone where no worker is named).
bool actor_serves(const struct actor *a, const char *team);

// One condition, in words that also say the remedy.  With a field it asks what was given; without,
// it can be told before anything was given, and `triage case actions` tells it.
struct guard {
    bool (*holds)(const struct ask *a);
    enum err err;
    const char *field, *words, *who_may;
};

struct who {
    unsigned hats;
    const char *words;
};

// Defines guard_NAME and opens the body of what it asks.
#define GUARD(name, err_, field_, words_, who_may_)                                   \
    static bool name##_holds(const struct ask *a);                                    \
    const struct guard guard_##name = {name##_holds, err_, field_, words_, who_may_}; \
    static bool name##_holds(const struct ask *a)

// One row.  `to` has the states that the move may lead to, 0 when the state stays; a single one is
// set by the engine, of several the effect chooses.  An effect may choose another event or notice.
struct move {
    enum command_kind command;
    enum outcome outcome; // of COMMAND_DECIDE, else OUTCOME_UNSET
    unsigned from, to;
    const struct who *who;
    const struct guard *const *guards; // ends with NULL
    bool (*needs_second)(const struct ask *a);
    void (*effect)(const struct ask *a, struct casefile *after, struct command_result *out);
    enum event_kind event;
    enum notice notice;
};
extern const struct move MOVES[];
extern const size_t MOVES_COUNT;

// A guard's name is its sentence's handle in the table: guards.c has each beside what it asks.
#define GUARD_DECLARE(name) extern const struct guard guard_##name;
// clang-format off
#define GUARD_NAMES(X) \
    X(queue_yours) X(lease_free) X(cleared) X(lease_yours) X(lease_yours_or_revoked) \
    X(lease_over) X(reason) X(no_proposal) X(proposal) X(not_proposer) X(other_login) \
    X(disagreement_reason) X(colour) X(rate_hold) X(lowering) X(question_a) X(question_b) \
    X(question_c) X(because_a) X(because_b) X(because_c) X(met_answers) X(safety) X(wishes) \
    X(capacity) X(not_met_code) X(not_met_answer) X(tell) X(signpost) X(forward_to) \
    X(forward_name) X(birth_date) X(no_child_refused) X(age_reason) X(decide_hold) X(own_team) \
    X(lead_named) X(lead_fit) X(lead_team) X(reassign) X(directed) X(difficulty) X(advocate) \
    X(tell_adult) X(offers_left) X(offer_met) X(offer_safe) X(offer_police) X(offer_team) \
    X(relationship) X(safety_plan) X(offered_yours) X(offered_lead) X(leads_it) X(findings) \
    X(risk) X(achieved) X(remaining_plan) X(no_open_question) X(not_lead) X(decision_read) \
    X(adult_told) X(plan_kept) X(spoke_to) X(said_at) X(accepted_by) X(bounce_due) \
    X(bounce_reason) \
    X(not_erased) X(may_read) X(deadline_passed) X(proposal_over) X(holding_due) X(no_hold) \
    X(stands) X(follows_none) X(follows) X(leads_none) X(link_hold) X(link_other) \
    X(link_same_adult) X(link_room) X(suggest_other) X(followed) X(followers_read) X(review_date) \
    X(owner_fit) X(owned) X(children_ended) X(org_other) X(org_none) X(org_of) X(org_is_its) \
    X(a_concern) X(offer_org) X(org_acknowledged) X(at_night) X(is_red) X(manager_rung) \
    X(own_proposal) X(rung_unconfirmed) X(is_who_was_rung) X(second_confirmed) X(page_due) \
    X(restrict_other) X(completion) X(errand_room) X(errand_out) X(errand_named) X(errand_due) \
    X(ask_whom) X(ask_silence) X(ask_questions) X(ask_why) X(errand_yours) X(answer_given) \
    X(answer_ids) X(led) X(delegate_whom) X(delegate_source) X(delegate_crime) X(scope) \
    X(purpose) X(terms) X(due_ahead) X(report_given) X(adult_seen) X(evidence) X(risk_now) \
    X(no_open_delegation) X(challenge_once) X(challenge_window) X(challenge_words) \
    X(reviewer_fit) X(reviews_it) X(challenge_result) X(no_open_challenge) X(errand_proposal) \
    X(no_errand_proposal) X(errand_not_proposer) X(errand_other_login) X(errand_void_stands) \
    X(void_young) X(void_untold) X(void_harmless) X(orphaned) X(led_by_leaver) X(with_community) \
    X(mark_given) X(on_behalf) \
    X(s42_kind) X(a_request) X(assessed_kind) X(settlement) X(granted_until) \
    X(representative) X(accepted_yours) X(bounce_yours) X(a_notification) X(agency) \
    X(agency_answer) X(panel) X(lapse_due) \
    X(offer_contact) X(offer_cleared) X(offer_agreed) X(offer_there) X(offer_room) \
    X(offer_source) X(relationship_source) X(relationship_date) X(accept_cleared) \
    X(not_put_off) X(hold_colour) X(holds_left) X(hold_date) X(manager_decides) X(decide_team) \
    X(sent_elsewhere) \
    X(ordered) X(no_legal_hold) X(no_open_link) X(notices_settled) X(period_set) X(period_over) \
    X(legal_hold_new) X(coercion_checked) X(others_checked) X(ceased_capacity) X(death_review) \
    X(lead_room)
// clang-format on
GUARD_NAMES(GUARD_DECLARE)
#undef GUARD_DECLARE

// Numbers of proto/triage/v1/desk.proto that a rule turns on.
enum not_met {
    NOT_MET_NO_CARE_NEEDS = 1,
    NOT_MET_NO_ABUSE_OR_RISK,
    NOT_MET_CAN_PROTECT_SELF,
    NOT_MET_OUTSIDE_S42,
    NOT_MET_UNDER_18,
    NOT_MET_OTHER_AREA
};
enum { FORWARD_CHILDREN = 2, FORWARD_LAST = 7 };
enum { RELATIONSHIP_NAMED_WORKER = 2, RELATIONSHIP_PLANNED_REVIEW = 3 };
enum { RELATIONSHIP_LAST = 4, RISK_REMAINED = 3, RISK_CEASED = 6, ACHIEVED_LAST = 5 };
#define REFUSALS_MAX 2 // after so many refused offers a MASH manager decides who leads

// Not met, other and forward need two people where the risk or what is not known is too great for
// one.
bool decision_is_risky(const struct ask *a);
bool lowering_is_risky(const struct ask *a);
bool report_is_risky(const struct ask *a);
bool always_two(const struct ask *a);
// Whoever had part in it is registered as active no longer.
bool worker_gone(const struct rules *r, const char *id); // "" is nobody, and not gone
bool principal_gone(const struct rules *r, const char *id);
// Where an allocation would put the work.
const char *allocate_team(const struct ask *a);

#define EFFECT_DECLARE(name) \
    void effect_##name(const struct ask *a, struct casefile *after, struct command_result *out);
// clang-format off
#define EFFECT_NAMES(X) \
    X(supplement) X(supplement_not_met) X(withdraw) X(claim) X(extend) X(unlease) X(lapse) \
    X(rate) X(propose) X(decide) X(second) X(proposal_expire) X(allocate) X(offer) X(accept) \
    X(refuse) X(withdraw_offer) X(finish) X(return_enquiry) X(close) X(read) X(phone) X(bounce) \
    X(reopen) X(look) X(reassess) X(reassess_not_met) X(holding) X(erase) X(link) X(suggest_link) \
    X(unlink) X(join) X(follow) X(org_scope) X(org_review) X(org_close) X(org_unowned) \
    X(org_attach) X(org_mark) X(org_detach) X(page) X(safe_tonight) X(second_by_phone) \
    X(confirm_second) X(restrict) X(complete) X(ask) X(answer) X(answer_not_met) \
    X(close_question) X(question_due) X(call_due) X(call_done) X(delegate) X(accept_delegation) \
    X(refuse_delegation) X(report_delegation) X(accept_report) X(return_report) \
    X(extend_delegation) X(take_back_delegation) X(delegation_due) X(challenge) \
    X(assign_challenge) X(decide_challenge) X(challenge_due) X(second_errand) X(proposal_due) \
    X(void) X(adult_told) X(tell_due) X(leave) X(reassign) X(take_back) X(mark) X(mark_closed) \
    X(take_in) \
    X(lapse_kind) X(assess) X(settle) X(make_concern) X(agency) X(put_off) X(legal_hold)
// clang-format on
EFFECT_NAMES(EFFECT_DECLARE)
#undef EFFECT_DECLARE

// What several effects share.
// The end of a span from an instant: INT64_MAX where it has none, or, as a deadline, 0.
int64_t span_end_after(const struct ask *a, const struct span by_colour[], int64_t colour,
                       int64_t from_ms);
int64_t deadline_after(const struct ask *a, const struct span by_colour[], int64_t colour,
                       int64_t from_ms);
void file_waiting_start(const struct ask *a, struct casefile *f);
void file_waiting_end(struct casefile *f);
// Back in the MASH's queue, undecided, following nothing.
void file_queue_again(const struct ask *a, struct casefile *f, struct command_result *out);
// Decided, and then there is more to know: at least amber, decided again by a person.
void decision_reopen(const struct ask *a, struct casefile *f, struct command_result *out);
// The referrer knows what was decided.
void decision_known(const struct ask *a, struct casefile *f, struct command_result *out);
void file_decide_by_restart(const struct ask *a, struct casefile *f);
void file_page_keep(const struct ask *a, struct casefile *f);
// Minutes and a count as in casefile.h.
int32_t paging_make(int64_t at_ms, int32_t times);
void file_direct_keep(const struct ask *a, struct casefile *f);
void file_hold_keep(const struct ask *a, struct casefile *f);
void file_night_keep(const struct ask *a, struct casefile *f);
void file_proposal_agree(const struct ask *a, struct casefile *f, struct command_result *out);
bool file_colour_raise(const struct ask *a, struct casefile *f, int32_t colour);
const struct kind_limits *rules_kinds(const struct rules *r);
// When what it rests on runs out, or it has waited too long: of kinds with a date of their own.
void file_alarm_start(const struct ask *a, struct casefile *f);
void file_concern_become(const struct ask *a, struct casefile *f, struct command_result *out);
struct followers ask_followers(const struct ask *a);
void file_lease_end(struct casefile *f);
void file_proposal_end(struct casefile *f);
// What set the colour: a decision's name and its row, or WHY_PERSON, WHY_UNSCREENED.
void file_why_set(struct casefile *f, const char *table, unsigned row);
// A person rates it: dates follow, what the referrer added counts as read.
void file_colour_set(const struct ask *a, struct casefile *f, int32_t colour,
                     struct command_result *out);

#endif
