// The one table.  Read a row as a sentence: this command, from these states, by these people, if
// all of this holds, leads there, is recorded as this, and owes the referrer that notice.
#include "moves.h"

#define B(state) STATE_BIT(STATE_##state)
#define OPEN_STATES                                                                 \
    (B(QUEUED) | B(IN_TRIAGE) | B(DECIDED_MET) | B(HANDOVER_OFFERED) | B(ENQUIRY) | \
     B(ENQUIRY_REVIEW) | B(DECIDED_NOT_MET) | B(OTHER_ENQUIRY) | B(FORWARDED))
#define ORG_STATES     (B(ORG_WATCH) | B(ORG_SCOPING) | B(ORG_LARGE_SCALE) | B(ORG_QUALITY))
#define WAITING_STATES CASE_STATES_WAITING
#define DECIDED_STATES                                                                            \
    (B(DECIDED_MET) | B(HANDOVER_OFFERED) | B(ENQUIRY) | B(ENQUIRY_REVIEW) | B(DECIDED_NOT_MET) | \
     B(OTHER_ENQUIRY) | B(FORWARDED))

#define LED_STATES \
    (B(DECIDED_MET) | B(HANDOVER_OFFERED) | B(ENQUIRY) | B(ENQUIRY_REVIEW) | B(OTHER_ENQUIRY))
#define CHALLENGE_STATES (B(DECIDED_NOT_MET) | B(OTHER_ENQUIRY) | B(FORWARDED))
#define DISPUTED_STATES  (CHALLENGE_STATES | B(ENQUIRY_REVIEW))

// Where a case may lead others that join it, and what those that follow may be meanwhile.  None may
// join one that was refused: a refusal is taken for each, and with its own second person.
#define LEADING_STATES                                                              \
    (B(QUEUED) | B(IN_TRIAGE) | B(DECIDED_MET) | B(HANDOVER_OFFERED) | B(ENQUIRY) | \
     B(ENQUIRY_REVIEW))
#define FOLLOWING_STATES                                                                 \
    (B(QUEUED) | B(DECIDED_MET) | B(HANDOVER_OFFERED) | B(ENQUIRY) | B(ENQUIRY_REVIEW) | \
     B(OTHER_ENQUIRY) | B(FORWARDED))

static const struct who CLOCK = {HAT_CLOCK, "time"};
static const struct who REFERRER = {HAT_REFERRER, "the referrer"};
static const struct who WORKERS = {HATS_WORKER, "a worker of the MASH or of the team that has it"};
static const struct who MASH = {HATS_MASH,
                                "a MASH worker or manager, out of hours the duty worker"};
static const struct who MASH_DAY = {HAT_MASH_WORKER | HAT_MASH_MANAGER, "a MASH worker or manager"};
static const struct who ALLOCATORS = {HAT_MASH_WORKER | HATS_MANAGER, "a MASH worker or a manager"};
static const struct who MANAGERS = {HATS_MANAGER, "a manager"};
static const struct who MASH_MANAGERS = {HAT_MASH_MANAGER, "a MASH manager"};
static const struct who MASH_MANAGER_OR_CLOCK = {HAT_MASH_MANAGER | HAT_CLOCK,
                                                 "a MASH manager, or the rules"};
static const struct who DUTY = {HAT_OUT_OF_HOURS, "the duty worker, out of hours"};
static const struct who TEAM_OFFERED = {HAT_COMMUNITY_WORKER | HATS_MANAGER,
                                        "a worker or manager of the team it was offered to"};
static const struct who COMMUNITY = {HAT_COMMUNITY_WORKER | HAT_COMMUNITY_MANAGER,
                                     "a worker or manager of the team it was offered to"};
static const struct who READERS = {HATS_WORKER | HAT_AUDITOR, "a worker or an auditor"};
static const struct who WORKERS_OR_CLOCK = {
    HATS_WORKER | HAT_CLOCK, "a worker of the MASH or of the team that has it, or time"};
static const struct who ASKED_OR_WORKERS = {HAT_ASKED | HATS_WORKER,
                                            "whoever was asked, or a worker for them"};
static const struct who ENQUIRER = {HAT_ENQUIRER | HATS_WORKER,
                                    "whoever enquires for the council, or a worker for them"};
static const struct who REFERRER_OR_WORKERS = {HAT_REFERRER | HATS_WORKER,
                                               "the referrer, or a worker for them"};
static const struct who RETENTION = {HAT_CLOCK, "an order of two MASH managers"};

#define G(name) &guard_##name
#define GUARDS(...)               \
    (const struct guard *const[]) \
    {                             \
        __VA_ARGS__ NULL          \
    }
// What acts on an errand: it is out, and it is clear which.
#define ERRAND G(errand_out), G(errand_named)
#define ANSWERED \
    G(question_a), G(question_b), G(question_c), G(because_a), G(because_b), G(because_c)

const struct move MOVES[] = {
    // What the referrer does.
    {COMMAND_SUPPLEMENT, OUTCOME_UNSET, OPEN_STATES & ~B(DECIDED_NOT_MET), 0, &REFERRER, GUARDS(),
     NULL, effect_supplement, EVENT_SUPPLEMENTED, NOTICE_NONE},
    {COMMAND_SUPPLEMENT, OUTCOME_UNSET, B(DECIDED_NOT_MET), B(QUEUED), &REFERRER, GUARDS(), NULL,
     effect_supplement_not_met, EVENT_SUPPLEMENTED, NOTICE_REOPENED},
    {COMMAND_WITHDRAW, OUTCOME_UNSET, OPEN_STATES, 0, &REFERRER, GUARDS(G(reason), ), NULL,
     effect_withdraw, EVENT_WITHDRAWAL_ASKED, NOTICE_WITHDRAWAL_NOTED},
    {COMMAND_READ_NOTICE, OUTCOME_UNSET, STATES_ALL, 0, &REFERRER, GUARDS(), NULL, effect_read,
     EVENT_NOTICE_READ, NOTICE_NONE},

    // Looking, and work under a lease.
    {COMMAND_LOOK, OUTCOME_UNSET, STATES_ALL, 0, &READERS, GUARDS(G(may_read), G(reason), ), NULL,
     effect_look, EVENT_LOOKED, NOTICE_NONE},
    {COMMAND_CLAIM, OUTCOME_UNSET, B(QUEUED) | B(IN_TRIAGE), B(IN_TRIAGE), &WORKERS,
     GUARDS(G(stands), G(queue_yours), G(cleared), G(no_proposal), G(lease_free), G(not_put_off), ),
     NULL, effect_claim, EVENT_CLAIMED, NOTICE_NONE},
    {COMMAND_EXTEND, OUTCOME_UNSET, B(IN_TRIAGE), 0, &WORKERS, GUARDS(G(lease_yours), ), NULL,
     effect_extend, EVENT_EXTENDED, NOTICE_NONE},
    {COMMAND_RETURN, OUTCOME_UNSET, B(IN_TRIAGE), B(QUEUED), &WORKERS,
     GUARDS(G(lease_yours_or_revoked), G(reason), ), NULL, effect_unlease, EVENT_RETURNED,
     NOTICE_NONE},
    {COMMAND_PUT_OFF, OUTCOME_UNSET, B(IN_TRIAGE), B(QUEUED), &WORKERS,
     GUARDS(G(stands), G(no_proposal), G(lease_yours), G(hold_colour), G(holds_left), G(hold_date),
            G(reason), ),
     NULL, effect_put_off, EVENT_PUT_OFF, NOTICE_NONE},
    {COMMAND_RATE, OUTCOME_UNSET, WAITING_STATES | CASE_STATES_NEWS, 0, &WORKERS,
     GUARDS(G(stands), G(own_team), G(no_proposal), G(rate_hold), G(colour), G(lowering),
            G(reason), ),
     lowering_is_risky, effect_rate, EVENT_RERATED, NOTICE_NONE},

    // The decision.  Care Act 2014 s42(1): three questions, each answered, none by default.
    {COMMAND_DECIDE, OUTCOME_MET, B(IN_TRIAGE) | B(OTHER_ENQUIRY), B(DECIDED_MET), &WORKERS,
     GUARDS(G(stands), G(no_proposal), G(decide_hold), G(decide_team), G(s42_kind), G(panel),
            ANSWERED, G(met_answers), G(no_child_refused), G(age_reason), G(safety), G(wishes),
            G(capacity), ),
     NULL, effect_decide, EVENT_DECIDED, NOTICE_MET},
    {COMMAND_DECIDE, OUTCOME_NOT_MET, B(IN_TRIAGE), B(DECIDED_NOT_MET), &WORKERS,
     GUARDS(G(no_proposal), G(decide_hold), G(decide_team), G(manager_decides), G(s42_kind),
            G(panel), ANSWERED, G(not_met_code), G(not_met_answer), G(no_child_refused), G(reason),
            G(tell), G(signpost), ),
     decision_is_risky, effect_decide, EVENT_DECIDED, NOTICE_NOT_MET},
    {COMMAND_DECIDE, OUTCOME_OTHER, B(IN_TRIAGE), B(OTHER_ENQUIRY), &WORKERS,
     GUARDS(G(no_proposal), G(decide_hold), G(decide_team), G(manager_decides), G(s42_kind),
            G(panel), ANSWERED, G(not_met_code), G(not_met_answer), G(no_child_refused), G(reason),
            G(tell), ),
     decision_is_risky, effect_decide, EVENT_DECIDED, NOTICE_OTHER},
    {COMMAND_DECIDE, OUTCOME_FORWARD, B(IN_TRIAGE), B(FORWARDED), &WORKERS,
     GUARDS(G(no_proposal), G(decide_hold), G(decide_team), G(panel), ANSWERED, G(forward_to),
            G(manager_decides), G(birth_date), G(not_met_code), G(not_met_answer), G(safety),
            G(reason), G(tell), G(forward_name), ),
     decision_is_risky, effect_decide, EVENT_DECIDED, NOTICE_FORWARDED},
    {COMMAND_SECOND, OUTCOME_UNSET, B(IN_TRIAGE),
     B(IN_TRIAGE) | B(DECIDED_NOT_MET) | B(OTHER_ENQUIRY) | B(FORWARDED), &MANAGERS,
     GUARDS(G(own_team), G(proposal), G(not_proposer), G(other_login), G(disagreement_reason), ),
     NULL, effect_second, EVENT_DECIDED, NOTICE_NONE},
    {COMMAND_SECOND, OUTCOME_UNSET, OPEN_STATES & ~B(IN_TRIAGE), B(QUEUED) | B(VOID), &MANAGERS,
     GUARDS(G(own_team), G(errand_proposal), G(errand_not_proposer), G(errand_other_login),
            G(errand_void_stands), G(disagreement_reason), ),
     NULL, effect_second_errand, EVENT_DECIDED, NOTICE_NONE},

    // Met: a lead, in the MASH or in a team that knows the adult.
    {COMMAND_ALLOCATE, OUTCOME_UNSET, B(DECIDED_MET) | B(ENQUIRY) | B(OTHER_ENQUIRY),
     B(ENQUIRY) | B(OTHER_ENQUIRY), &ALLOCATORS,
     GUARDS(G(stands), G(own_team), G(directed), G(reassign), G(lead_named), G(lead_fit),
            G(lead_team), G(lead_room), G(difficulty), G(advocate), G(tell_adult), ),
     NULL, effect_allocate, EVENT_ALLOCATED, NOTICE_ALLOCATED},
    {COMMAND_ALLOCATE, OUTCOME_UNSET, B(IN_TRIAGE), B(ENQUIRY), &WORKERS,
     GUARDS(G(assessed_kind), G(no_proposal), G(lease_yours), G(lead_named), G(lead_fit),
            G(lead_team), ),
     NULL, effect_assess, EVENT_ALLOCATED, NOTICE_ALLOCATED},
    {COMMAND_OFFER, OUTCOME_UNSET, B(DECIDED_MET) | B(ENQUIRY), B(HANDOVER_OFFERED), &MASH_DAY,
     GUARDS(G(stands), G(offers_left), G(offer_met), G(offer_safe), G(offer_police), G(offer_org),
            G(offer_contact), G(offer_team), G(offer_source), G(offer_cleared), G(offer_agreed),
            G(offer_there), G(offer_room), G(relationship), G(relationship_source),
            G(relationship_date), G(safety_plan), ),
     NULL, effect_offer, EVENT_OFFERED, NOTICE_NONE},
    {COMMAND_ACCEPT_OFFER, OUTCOME_UNSET, B(HANDOVER_OFFERED), B(ENQUIRY), &TEAM_OFFERED,
     GUARDS(G(stands), G(offered_yours), G(accept_cleared), G(lead_named), G(lead_fit),
            G(offered_lead), G(tell_adult), ),
     NULL, effect_accept, EVENT_OFFER_ACCEPTED, NOTICE_ALLOCATED},
    {COMMAND_REJECT_OFFER, OUTCOME_UNSET, B(HANDOVER_OFFERED), B(DECIDED_MET) | B(ENQUIRY),
     &COMMUNITY, GUARDS(G(stands), G(offered_yours), G(reason), ), NULL, effect_refuse,
     EVENT_OFFER_REJECTED, NOTICE_NONE},
    {COMMAND_WITHDRAW_OFFER, OUTCOME_UNSET, B(HANDOVER_OFFERED), B(DECIDED_MET) | B(ENQUIRY),
     &MASH_DAY, GUARDS(G(stands), G(reason), ), NULL, effect_withdraw_offer, EVENT_OFFER_WITHDRAWN,
     NOTICE_NONE},

    {COMMAND_TAKE_BACK, OUTCOME_UNSET, B(ENQUIRY), B(DECIDED_MET), &MASH_DAY,
     GUARDS(G(stands), G(s42_kind), G(with_community), G(reason), ), NULL, effect_take_back,
     EVENT_HANDOVER_TAKEN_BACK, NOTICE_NONE},
    {COMMAND_TAKE_BACK, OUTCOME_UNSET, B(QUEUED) | B(IN_TRIAGE) | B(DECIDED_MET),
     B(QUEUED) | B(DECIDED_MET), &MASH_DAY,
     GUARDS(G(stands), G(s42_kind), G(sent_elsewhere), G(reason), ), NULL, effect_take_in,
     EVENT_HANDOVER_TAKEN_BACK, NOTICE_NONE},
    {COMMAND_REASSIGN, OUTCOME_UNSET, B(ENQUIRY) | B(OTHER_ENQUIRY), 0, &MANAGERS,
     GUARDS(G(stands), G(own_team), G(led_by_leaver), G(lead_named), G(lead_fit), G(lead_team),
            G(reason), ),
     NULL, effect_reassign, EVENT_REASSIGNED, NOTICE_ALLOCATED},
    {COMMAND_ADULT_TOLD, OUTCOME_UNSET, LED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(adult_told), ), NULL, effect_adult_told, EVENT_ADULT_TOLD,
     NOTICE_NONE},
    {COMMAND_MARK, OUTCOME_UNSET, OPEN_STATES, 0, &MASH, GUARDS(G(mark_given), G(reason), ), NULL,
     effect_mark, EVENT_MARKED, NOTICE_NONE},
    {COMMAND_MARK, OUTCOME_UNSET, B(CLOSED), 0, &MASH,
     GUARDS(G(not_erased), G(mark_given), G(reason), ), NULL, effect_mark_closed, EVENT_MARKED,
     NOTICE_CLOSED},
    {COMMAND_LEGAL_HOLD, OUTCOME_UNSET, STATES_ALL, 0, &MANAGERS,
     GUARDS(G(own_team), G(not_erased), G(legal_hold_new), G(reason), ), NULL, effect_legal_hold,
     EVENT_LEGAL_HELD, NOTICE_NONE},
    {COMMAND_VOID, OUTCOME_UNSET, B(QUEUED), B(VOID), &MANAGERS,
     GUARDS(G(stands), G(a_concern), G(own_team), G(leads_none), G(no_errand_proposal),
            G(errand_room), G(void_young), G(void_untold), G(void_harmless), G(reason), ),
     always_two, effect_void, EVENT_VOIDED, NOTICE_VOIDED},

    // What is out for a case: errand_moves.c says from which stage to which.
    {COMMAND_ASK, OUTCOME_UNSET, OPEN_STATES, 0, &WORKERS,
     GUARDS(G(own_team), G(errand_room), G(ask_whom), G(ask_silence), G(ask_questions),
            G(ask_why), ),
     NULL, effect_ask, EVENT_ASKED, NOTICE_INFO_REQUEST},
    {COMMAND_ANSWER, OUTCOME_UNSET, OPEN_STATES & ~B(DECIDED_NOT_MET), 0, &ASKED_OR_WORKERS,
     GUARDS(G(errand_out), G(errand_yours), G(errand_named), G(answer_given), G(answer_ids), ),
     NULL, effect_answer, EVENT_ANSWERED, NOTICE_NONE},
    {COMMAND_ANSWER, OUTCOME_UNSET, B(DECIDED_NOT_MET), B(QUEUED), &ASKED_OR_WORKERS,
     GUARDS(G(errand_out), G(errand_yours), G(errand_named), G(answer_given), G(answer_ids), ),
     NULL, effect_answer_not_met, EVENT_ANSWERED, NOTICE_REOPENED},
    {COMMAND_CLOSE_QUESTION, OUTCOME_UNSET, OPEN_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(reason), ), NULL, effect_close_question, EVENT_QUESTION_CLOSED,
     NOTICE_INFO_CONSIDERED},
    {COMMAND_CALL_DONE, OUTCOME_UNSET, OPEN_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(spoke_to), G(said_at), ), NULL, effect_call_done,
     EVENT_CALL_DONE, NOTICE_NONE},
    {COMMAND_DELEGATE, OUTCOME_UNSET, B(ENQUIRY) | B(OTHER_ENQUIRY), 0, &WORKERS,
     GUARDS(G(stands), G(own_team), G(led), G(errand_room), G(delegate_whom), G(delegate_source),
            G(delegate_crime), G(scope), G(purpose), G(terms), G(due_ahead), ),
     NULL, effect_delegate, EVENT_DELEGATED, NOTICE_DELEGATION},
    {COMMAND_ACCEPT_DELEGATION, OUTCOME_UNSET, LED_STATES, 0, &ENQUIRER,
     GUARDS(G(errand_out), G(errand_yours), G(errand_named), ), NULL, effect_accept_delegation,
     EVENT_DELEGATION_ACCEPTED, NOTICE_NONE},
    {COMMAND_REFUSE_DELEGATION, OUTCOME_UNSET, LED_STATES, 0, &ENQUIRER,
     GUARDS(G(errand_out), G(errand_yours), G(errand_named), G(reason), ), NULL,
     effect_refuse_delegation, EVENT_DELEGATION_REFUSED, NOTICE_NONE},
    {COMMAND_REPORT_DELEGATION, OUTCOME_UNSET, LED_STATES, 0, &ENQUIRER,
     GUARDS(G(errand_out), G(errand_yours), G(errand_named), G(report_given), ), NULL,
     effect_report_delegation, EVENT_DELEGATION_REPORTED, NOTICE_NONE},
    {COMMAND_ACCEPT_REPORT, OUTCOME_UNSET, LED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), G(no_errand_proposal), G(errand_room), ERRAND, G(adult_seen), G(evidence),
            G(risk_now), ),
     report_is_risky, effect_accept_report, EVENT_REPORT_ACCEPTED, NOTICE_DELEGATION_ACCEPTED},
    {COMMAND_RETURN_REPORT, OUTCOME_UNSET, LED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(reason), G(due_ahead), ), NULL, effect_return_report,
     EVENT_REPORT_RETURNED, NOTICE_DELEGATION_RETURNED},
    {COMMAND_EXTEND_DELEGATION, OUTCOME_UNSET, LED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(reason), G(due_ahead), ), NULL, effect_extend_delegation,
     EVENT_DELEGATION_EXTENDED, NOTICE_DELEGATION},
    {COMMAND_TAKE_BACK_DELEGATION, OUTCOME_UNSET, LED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), ERRAND, G(reason), ), NULL, effect_take_back_delegation,
     EVENT_DELEGATION_TAKEN_BACK, NOTICE_DELEGATION_TAKEN_BACK},
    {COMMAND_CHALLENGE, OUTCOME_UNSET, CHALLENGE_STATES, 0, &REFERRER_OR_WORKERS,
     GUARDS(G(on_behalf), G(challenge_once), G(challenge_window), G(errand_room),
            G(challenge_words), ),
     NULL, effect_challenge, EVENT_CHALLENGED, NOTICE_CHALLENGE_ACK},
    {COMMAND_ASSIGN_CHALLENGE, OUTCOME_UNSET, DISPUTED_STATES, 0, &MANAGERS,
     GUARDS(G(own_team), ERRAND, G(reviewer_fit), ), NULL, effect_assign_challenge,
     EVENT_CHALLENGE_ASSIGNED, NOTICE_NONE},
    {COMMAND_DECIDE_CHALLENGE, OUTCOME_UNSET, DISPUTED_STATES, DISPUTED_STATES | B(QUEUED),
     &MANAGERS,
     GUARDS(G(errand_out), G(reviews_it), G(errand_named), G(challenge_result), G(reason),
            G(tell), ),
     NULL, effect_decide_challenge, EVENT_CHALLENGE_DECIDED, NOTICE_CHALLENGE_RESULT},

    // The enquiry and its end.  s42(2): causing others to enquire does not pass on the duty.
    {COMMAND_FINISH, OUTCOME_UNSET, B(ENQUIRY) | B(OTHER_ENQUIRY), B(ENQUIRY_REVIEW), &WORKERS,
     GUARDS(G(stands), G(leads_it), G(no_open_question), G(no_open_delegation), G(findings),
            G(risk), G(coercion_checked), G(others_checked), G(ceased_capacity), G(death_review),
            G(achieved), G(remaining_plan), ),
     NULL, effect_finish, EVENT_FINISHED, NOTICE_NONE},
    {COMMAND_RETURN_ENQUIRY, OUTCOME_UNSET, B(ENQUIRY_REVIEW),
     B(QUEUED) | B(DECIDED_MET) | B(ENQUIRY) | B(OTHER_ENQUIRY), &MANAGERS,
     GUARDS(G(stands), G(own_team), G(not_lead), G(reason), ), NULL, effect_return_enquiry,
     EVENT_ENQUIRY_RETURNED, NOTICE_DELAY},
    {COMMAND_SIGN_OFF, OUTCOME_UNSET, B(ENQUIRY_REVIEW) | B(OTHER_ENQUIRY), B(CLOSED), &MANAGERS,
     GUARDS(G(stands), G(own_team), G(not_lead), G(s42_kind), G(decision_read), G(followers_read),
            G(org_acknowledged), G(no_open_question), G(no_open_delegation), G(no_open_challenge),
            G(plan_kept), G(tell), G(adult_told), ),
     NULL, effect_close, EVENT_SIGNED_OFF, NOTICE_OUTCOME},
    {COMMAND_CONFIRM_BY_PHONE, OUTCOME_UNSET, DECIDED_STATES, 0, &WORKERS,
     GUARDS(G(own_team), G(spoke_to), G(said_at), ), NULL, effect_phone, EVENT_PHONE_CONFIRMED,
     NOTICE_NONE},
    {COMMAND_FORWARD_ACCEPTED, OUTCOME_UNSET, B(FORWARDED), B(CLOSED), &WORKERS,
     GUARDS(G(stands), G(own_team), G(accepted_yours), G(no_open_challenge), G(accepted_by),
            G(said_at), ),
     NULL, effect_close, EVENT_FORWARD_ACCEPTED, NOTICE_FORWARDED},
    {COMMAND_FORWARD_BOUNCED, OUTCOME_UNSET, B(FORWARDED), B(QUEUED), &WORKERS_OR_CLOCK,
     GUARDS(G(stands), G(bounce_yours), G(bounce_due), G(bounce_reason), ), NULL, effect_bounce,
     EVENT_FORWARD_BOUNCED, NOTICE_UPDATE},
    {COMMAND_COMPLETE, OUTCOME_UNSET, STATES_ALL, 0, &WORKERS,
     GUARDS(G(own_team), G(not_erased), G(completion), ), NULL, effect_complete, EVENT_COMPLETED,
     NOTICE_NONE},
    {COMMAND_REOPEN, OUTCOME_UNSET, B(CLOSED), B(QUEUED), &MANAGERS,
     GUARDS(G(a_concern), G(own_team), G(not_erased), G(reason), ), NULL, effect_reopen,
     EVENT_REOPENED, NOTICE_REOPENED},

    // What is no safeguarding concern ends in its own words; whoever finds harm in it makes it one.
    {COMMAND_SETTLE, OUTCOME_UNSET, B(IN_TRIAGE), B(CLOSED), &WORKERS,
     GUARDS(G(a_request), G(no_proposal), G(lease_yours), G(settlement), G(reason), G(tell), ),
     NULL, effect_settle, EVENT_SETTLED, NOTICE_OUTCOME},
    {COMMAND_SETTLE, OUTCOME_UNSET, B(ENQUIRY_REVIEW), B(CLOSED), &MANAGERS,
     GUARDS(G(a_request), G(own_team), G(not_lead), G(settlement), G(granted_until),
            G(representative), G(reason), G(tell), ),
     NULL, effect_settle, EVENT_SETTLED, NOTICE_OUTCOME},
    {COMMAND_MAKE_CONCERN, OUTCOME_UNSET,
     B(QUEUED) | B(IN_TRIAGE) | B(ENQUIRY) | B(ENQUIRY_REVIEW) | B(FORWARDED), B(QUEUED), &WORKERS,
     GUARDS(G(a_request), G(own_team), G(rate_hold), G(reason), ), NULL, effect_make_concern,
     EVENT_MADE_CONCERN, NOTICE_UPDATE},
    {COMMAND_AGENCY, OUTCOME_UNSET, B(QUEUED) | B(IN_TRIAGE), 0, &WORKERS,
     GUARDS(G(a_notification), G(own_team), G(agency), G(agency_answer), ), NULL, effect_agency,
     EVENT_AGENCY_ANSWERED, NOTICE_NONE},

    // One adult, one incident, several who told of it: linked, never merged.  A thread follows its
    // primary: what is decided there is told to each referrer apart.
    {COMMAND_LINK, OUTCOME_UNSET, B(QUEUED) | B(IN_TRIAGE), FOLLOWING_STATES, &MASH,
     GUARDS(G(follows_none), G(no_proposal), G(leads_none), G(link_hold), G(link_other),
            G(link_same_adult), G(link_room), G(reason), ),
     NULL, effect_link, EVENT_LINKED, NOTICE_NONE},
    {COMMAND_SUGGEST_LINK, OUTCOME_UNSET, OPEN_STATES, 0, &WORKERS,
     GUARDS(G(follows_none), G(own_team), G(suggest_other), G(reason), ), NULL, effect_suggest_link,
     EVENT_LINK_SUGGESTED, NOTICE_NONE},
    {COMMAND_UNLINK, OUTCOME_UNSET, FOLLOWING_STATES, B(QUEUED), &MASH_MANAGERS,
     GUARDS(G(follows), G(reason), ), NULL, effect_unlink, EVENT_UNLINKED, NOTICE_NONE},
    {COMMAND_JOIN, OUTCOME_UNSET, LEADING_STATES, 0, &CLOCK, GUARDS(G(followed), ), NULL,
     effect_join, EVENT_JOINED, NOTICE_NONE},
    {COMMAND_FOLLOW, OUTCOME_UNSET, FOLLOWING_STATES | B(DECIDED_NOT_MET),
     FOLLOWING_STATES | B(DECIDED_NOT_MET) | B(CLOSED), &CLOCK, GUARDS(G(follows), ), NULL,
     effect_follow, EVENT_FOLLOWED, NOTICE_NONE},

    // Several concerns point at one service: a record of its own, which a manager owns.  What it
    // means for the concerns begins when a person opens it.
    {COMMAND_ORG_SCOPE, OUTCOME_UNSET, B(ORG_WATCH), B(ORG_SCOPING), &MASH_MANAGERS,
     GUARDS(G(owner_fit), G(review_date), G(reason), ), NULL, effect_org_scope, EVENT_ORG_SCOPED,
     NOTICE_NONE},
    {COMMAND_ORG_LARGE_SCALE, OUTCOME_UNSET, B(ORG_SCOPING) | B(ORG_QUALITY), B(ORG_LARGE_SCALE),
     &MASH_MANAGERS, GUARDS(G(owner_fit), G(review_date), G(reason), ), NULL, effect_org_scope,
     EVENT_ORG_ROUTED, NOTICE_NONE},
    {COMMAND_ORG_QUALITY, OUTCOME_UNSET, B(ORG_SCOPING) | B(ORG_LARGE_SCALE), B(ORG_QUALITY),
     &MASH_MANAGERS, GUARDS(G(owner_fit), G(review_date), G(reason), ), NULL, effect_org_scope,
     EVENT_ORG_ROUTED, NOTICE_NONE},
    {COMMAND_ORG_REVIEW, OUTCOME_UNSET, ORG_STATES, 0, &MASH_MANAGERS,
     GUARDS(G(owner_fit), G(review_date), G(reason), ), NULL, effect_org_review, EVENT_ORG_REVIEWED,
     NOTICE_NONE},
    {COMMAND_ORG_CLOSE, OUTCOME_UNSET, ORG_STATES, B(CLOSED), &MASH_MANAGERS,
     GUARDS(G(children_ended), G(reason), ), NULL, effect_org_close, EVENT_ORG_CLOSED,
     NOTICE_CLOSED},
    {COMMAND_ORG_ATTACH, OUTCOME_UNSET, OPEN_STATES, 0, &MASH_MANAGER_OR_CLOCK,
     GUARDS(G(org_none), G(org_other), ), NULL, effect_org_attach, EVENT_ORG_ATTACHED, NOTICE_NONE},
    {COMMAND_ORG_DETACH, OUTCOME_UNSET, OPEN_STATES, 0, &MASH_MANAGERS,
     GUARDS(G(org_of), G(reason), ), NULL, effect_org_detach, EVENT_ORG_DETACHED, NOTICE_NONE},
    {COMMAND_ORG_MARK, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(org_is_its), ), NULL,
     effect_org_mark, EVENT_ORG_MARKED, NOTICE_NONE},
    {COMMAND_ORG_UNOWNED, OUTCOME_UNSET, ORG_STATES, 0, &CLOCK, GUARDS(G(owned), ), NULL,
     effect_org_unowned, EVENT_ORG_UNOWNED, NOTICE_NONE},

    // Out of hours.
    {COMMAND_SAFE_TONIGHT, OUTCOME_UNSET, B(IN_TRIAGE), B(QUEUED), &DUTY,
     GUARDS(G(at_night), G(no_proposal), G(lease_yours), G(is_red), G(safety), ), NULL,
     effect_safe_tonight, EVENT_SAFE_TONIGHT, NOTICE_DELAY},
    {COMMAND_SECOND_BY_PHONE, OUTCOME_UNSET, B(IN_TRIAGE),
     B(DECIDED_NOT_MET) | B(OTHER_ENQUIRY) | B(FORWARDED), &DUTY,
     GUARDS(G(at_night), G(proposal), G(own_proposal), G(manager_rung), ), NULL,
     effect_second_by_phone, EVENT_DECIDED, NOTICE_NONE},
    {COMMAND_CONFIRM_SECOND, OUTCOME_UNSET, OPEN_STATES, 0, &MANAGERS,
     GUARDS(G(rung_unconfirmed), G(is_who_was_rung), ), NULL, effect_confirm_second,
     EVENT_SECOND_CONFIRMED, NOTICE_NONE},
    {COMMAND_RESTRICT, OUTCOME_UNSET, OPEN_STATES, 0, &MANAGERS,
     GUARDS(G(own_team), G(restrict_other), G(reason), ), NULL, effect_restrict, EVENT_RESTRICTED,
     NOTICE_NONE},
    {COMMAND_PAGE, OUTCOME_UNSET, B(QUEUED), 0, &CLOCK, GUARDS(G(page_due), ), NULL, effect_page,
     EVENT_PAGED, NOTICE_NONE},

    // What time does.
    {COMMAND_LEASE_EXPIRE, OUTCOME_UNSET, B(IN_TRIAGE), B(QUEUED), &CLOCK, GUARDS(G(lease_over), ),
     NULL, effect_lapse, EVENT_LEASE_EXPIRED, NOTICE_NONE},
    {COMMAND_PROPOSAL_EXPIRE, OUTCOME_UNSET, B(IN_TRIAGE), 0, &CLOCK,
     GUARDS(G(proposal), G(proposal_over), ), NULL, effect_proposal_expire, EVENT_PROPOSAL_EXPIRED,
     NOTICE_NONE},
    {COMMAND_QUESTION_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_question_due, EVENT_QUESTION_CHASED, NOTICE_INFO_CHASE},
    {COMMAND_DELEGATION_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_delegation_due, EVENT_DELEGATION_REMINDED, NOTICE_DELEGATION_CHASE},
    {COMMAND_CHALLENGE_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_challenge_due, EVENT_CHALLENGE_OVERDUE, NOTICE_NONE},
    {COMMAND_CALL_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_call_due, EVENT_CALL_DUE, NOTICE_NONE},
    {COMMAND_TELL_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_tell_due, EVENT_ADULT_UNTOLD, NOTICE_NONE},
    {COMMAND_PROPOSAL_DUE, OUTCOME_UNSET, OPEN_STATES, 0, &CLOCK, GUARDS(G(errand_due), ), NULL,
     effect_proposal_due, EVENT_PROPOSAL_EXPIRED, NOTICE_NONE},
    {COMMAND_LEAVE, OUTCOME_UNSET, OPEN_STATES, B(QUEUED) | B(DECIDED_MET) | B(ENQUIRY), &CLOCK,
     GUARDS(G(orphaned), ), NULL, effect_leave, EVENT_LEFT, NOTICE_NONE},
    {COMMAND_LAPSE, OUTCOME_UNSET, CASE_STATES_LAPSING, 0, &CLOCK, GUARDS(G(lapse_due), ), NULL,
     effect_lapse_kind, EVENT_LAPSED, NOTICE_NONE},
    {COMMAND_REASSESS, OUTCOME_UNSET, WAITING_STATES, 0, &CLOCK, GUARDS(), NULL, effect_reassess,
     EVENT_REASSESSED, NOTICE_NONE},
    {COMMAND_REASSESS, OUTCOME_UNSET, B(DECIDED_NOT_MET), B(DECIDED_NOT_MET) | B(QUEUED), &CLOCK,
     GUARDS(), NULL, effect_reassess_not_met, EVENT_REASSESSED, NOTICE_REOPENED},
    {COMMAND_HOLDING, OUTCOME_UNSET, WAITING_STATES, 0, &CLOCK, GUARDS(G(holding_due), ), NULL,
     effect_holding, EVENT_HOLDING, NOTICE_HOLDING},
    {COMMAND_OFFER_EXPIRE, OUTCOME_UNSET, B(HANDOVER_OFFERED), B(DECIDED_MET) | B(ENQUIRY), &CLOCK,
     GUARDS(G(deadline_passed), ), NULL, effect_refuse, EVENT_OFFER_EXPIRED, NOTICE_NONE},
    {COMMAND_WINDOW_PASSED, OUTCOME_UNSET, B(DECIDED_NOT_MET), B(CLOSED), &CLOCK,
     GUARDS(G(decision_read), G(no_open_challenge), G(deadline_passed), G(second_confirmed), ),
     NULL, effect_close, EVENT_CLOSED, NOTICE_CLOSED},
    {COMMAND_ERASE, OUTCOME_UNSET, B(CLOSED) | B(VOID), 0, &RETENTION,
     GUARDS(G(not_erased), G(ordered), G(no_hold), G(no_legal_hold), G(no_open_link),
            G(notices_settled), G(no_open_challenge), G(period_set), G(period_over), ),
     NULL, effect_erase, EVENT_ERASED, NOTICE_NONE},
};
const size_t MOVES_COUNT = sizeof(MOVES) / sizeof(MOVES[0]);
