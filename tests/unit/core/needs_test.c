// What each command must be given, one thing at a time: with everything it goes ahead, without that
// one thing it is refused by the field's name.
#include "judge.h"

#include <string.h>

struct need {
    enum state state;
    enum command_kind kind;
    enum outcome outcome;
    enum who_asks who;
    size_t at; // of the member of struct command that is left out
    size_t size;
    const char *field;
};
#define MEMBER(name)         offsetof(struct command, name), sizeof(((struct command *)0)->name)
#define TRIAGE(outcome)      STATE_IN_TRIAGE, COMMAND_DECIDE, OUTCOME_##outcome, ANA
#define ON(state, kind, who) STATE_##state, COMMAND_##kind, OUTCOME_MET, who

static const struct need needs[] = {
    {ON(QUEUED, WITHDRAW, THE_REFERRER), MEMBER(has_reason), "reason"},
    {ON(QUEUED, LOOK, ANA), MEMBER(has_reason), "reason"},
    {ON(IN_TRIAGE, RETURN, ANA), MEMBER(has_reason), "reason"},
    {ON(IN_TRIAGE, RATE, ANA), MEMBER(has_reason), "reason"},
    {ON(IN_TRIAGE, RATE, ANA), MEMBER(colour), "colour"},
    {TRIAGE(MET), MEMBER(has_because[0]), "questions.care_and_support_needs_because"},
    {TRIAGE(MET), MEMBER(has_safety), "safety"},
    {TRIAGE(NOT_MET), MEMBER(has_because[2]), "questions.unable_to_protect_self_because"},
    {TRIAGE(NOT_MET), MEMBER(limbs), "questions.care_and_support_needs"},
    {TRIAGE(NOT_MET), MEMBER(has_reason), "reason"},
    {TRIAGE(NOT_MET), MEMBER(has_tell), "tell"},
    {TRIAGE(NOT_MET), MEMBER(has_signpost), "signpost"},
    {TRIAGE(NOT_MET), MEMBER(not_met_reason), "not_met_reason"},
    {TRIAGE(OTHER), MEMBER(has_reason), "reason"},
    {TRIAGE(OTHER), MEMBER(has_tell), "tell"},
    {TRIAGE(OTHER), MEMBER(not_met_reason), "not_met_reason"},
    {TRIAGE(FORWARD), MEMBER(has_reason), "reason"},
    {TRIAGE(FORWARD), MEMBER(has_tell), "tell"},
    {TRIAGE(FORWARD), MEMBER(has_safety), "safety"},
    {TRIAGE(FORWARD), MEMBER(has_forward_name), "forward_name"},
    {TRIAGE(FORWARD), MEMBER(forward_to), "forward_to"},
    {TRIAGE(FORWARD), MEMBER(not_met_reason), "not_met_reason"},
    {ON(DECIDED_MET, ALLOCATE, ANA), MEMBER(lead), "lead"},
    {ON(DECIDED_MET, ALLOCATE, ANA), MEMBER(substantial_difficulty), "substantial_difficulty"},
    {ON(DECIDED_MET, ALLOCATE, ANA), MEMBER(has_tell_adult), "tell_adult"},
    {ON(DECIDED_MET, OFFER, ANA), MEMBER(relationship), "relationship"},
    {ON(DECIDED_MET, OFFER, ANA), MEMBER(has_relationship_source), "relationship_source"},
    {ON(DECIDED_MET, OFFER, ANA), MEMBER(relationship_ms), "relationship_date_ms"},
    {ON(DECIDED_MET, OFFER, ANA), MEMBER(source_in_team), "source_in_team"},
    {ON(DECIDED_MET, OFFER, ANA), MEMBER(team), "team"},
    {ON(HANDOVER_OFFERED, ACCEPT_OFFER, CORA), MEMBER(lead), "lead"},
    {ON(HANDOVER_OFFERED, ACCEPT_OFFER, CORA), MEMBER(has_tell_adult), "tell_adult"},
    {ON(HANDOVER_OFFERED, REJECT_OFFER, CORA), MEMBER(has_reason), "reason"},
    {ON(HANDOVER_OFFERED, WITHDRAW_OFFER, ANA), MEMBER(has_reason), "reason"},
    {ON(ENQUIRY, FINISH, ANA), MEMBER(has_findings), "findings"},
    {ON(ENQUIRY, FINISH, ANA), MEMBER(risk), "risk"},
    {ON(ENQUIRY, FINISH, ANA), MEMBER(achieved), "achieved"},
    {ON(ENQUIRY_REVIEW, RETURN_ENQUIRY, MARY), MEMBER(has_reason), "reason"},
    {ON(ENQUIRY_REVIEW, SIGN_OFF, MARY), MEMBER(has_tell), "tell"},
    {ON(ENQUIRY_REVIEW, SIGN_OFF, MARY), MEMBER(has_adult_told), "adult_told"},
    {ON(DECIDED_NOT_MET, CONFIRM_BY_PHONE, ANA), MEMBER(has_spoke_to), "spoke_to"},
    {ON(FORWARDED, FORWARD_BOUNCED, ANA), MEMBER(has_reason), "reason"},
    {ON(CLOSED, REOPEN, MARY), MEMBER(has_reason), "reason"},
};

static struct command whole(const struct need *n, const struct casefile *f)
{
    struct command c = world_command(n->kind, n->who, f);
    c.outcome = n->outcome;
    if (n->outcome != OUTCOME_MET) c.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_NO);
    if (n->kind == COMMAND_OFFER) c.team = "north";
    if (n->kind == COMMAND_ACCEPT_OFFER) c.lead = "cora";
    return c;
}

static void each_command_names_the_one_thing_that_is_missing(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(needs) / sizeof(needs[0]); i++) {
        const struct need *n = &needs[i];
        struct casefile f = world_case_in(n->state, now);
        f.read_ms = now.utc_ms;
        struct command c = whole(n, &f);
        must(&f, c);
        memset((char *)&c + n->at, 0, n->size);
        refused(&f, c, ERR_INVALID, n->field);
    }
}

static void another_service_accepts_by_name(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_FORWARDED, now);
    struct command c = world_command(COMMAND_FORWARD_ACCEPTED, ANA, &f);
    c.has_spoke_to = false;
    must(&f, c);
    c.has_forward_name = false;
    refused(&f, c, ERR_INVALID, "by");
}

static void a_reason_that_does_not_fit_is_refused_for_every_kind_of_no(void **state)
{
    (void)state;
    struct casefile const f = triaged(COLOUR_GREEN);
    for (int outcome = OUTCOME_NOT_MET; outcome <= OUTCOME_FORWARD; outcome++) {
        struct command c = not_met(ANA, &f);
        c.outcome = (enum outcome)outcome;
        c.not_met_reason = NOT_MET_NO_CARE_NEEDS; // that question was answered yes
        refused(&f, c, ERR_INVALID, "not_met_reason");
        c = not_met(ANA, &f);
        c.outcome = (enum outcome)outcome;
        c.not_met_reason = NOT_MET_UNDER_18;
        refused(&f, c, ERR_INVALID, NULL);
    }
}

static void a_pending_proposal_bars_taking_rating_and_deciding(void **state)
{
    static const enum command_kind barred[] = {COMMAND_CLAIM, COMMAND_RATE, COMMAND_DECIDE};
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f = must(&f, not_met(ANA, &f));
    for (int outcome = OUTCOME_MET; outcome <= OUTCOME_FORWARD; outcome++) {
        for (size_t i = 0; i < sizeof(barred) / sizeof(barred[0]); i++) {
            struct command c = not_met(ANA, &f);
            c.kind = barred[i];
            c.outcome = (enum outcome)outcome;
            refused(&f, c, ERR_CONFLICT, NULL);
            assert_non_null(strstr(result.refusal, "second person"));
        }
    }
    refused(&f, world_command(COMMAND_PROPOSAL_EXPIRE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    assert_int_equal(done(&f, COMMAND_RETURN, ANA).proposal, COMMAND_NONE); // unless it is dropped
}

static void a_birth_date_below_18_is_explained_or_the_case_is_forwarded(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_GREEN);
    f.flags |= CASE_UNDER_18;
    struct command c = world_command(COMMAND_DECIDE, ANA, &f);
    c.has_reason = false;
    refused(&f, c, ERR_INVALID, "reason");
    c.has_reason = true;
    assert_int_equal(must(&f, c).flags & CASE_UNDER_18, 0); // a person says that the date was wrong
}

static void an_open_question_keeps_an_enquiry_open(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    f.flags |= CASE_INFORMATION_ASKED;
    refused(&f, world_command(COMMAND_FINISH, ANA, &f), ERR_CONFLICT, NULL);
    f = world_case_in(STATE_ENQUIRY_REVIEW, now);
    f.read_ms = now.utc_ms;
    f.flags |= CASE_INFORMATION_ASKED;
    refused(&f, world_command(COMMAND_SIGN_OFF, MARY, &f), ERR_CONFLICT, NULL);
}

static void a_risk_that_remains_needs_its_plan(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_ENQUIRY, now);
    struct command c = world_command(COMMAND_FINISH, ANA, &f);
    c.risk = RISK_REMAINED;
    assert_int_equal(must(&f, c).flags & CASE_SAFETY_PLAN, CASE_SAFETY_PLAN);
    c.has_safety_plan = false;
    refused(&f, c, ERR_INVALID, "safety_plan");
}

static void what_ends_before_its_time_says_what_was_checked(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    struct command const whole = world_command(COMMAND_FINISH, ANA, &f);
    struct command c = whole;
    c.risk = RISK_CEASED;
    c.coercion = ANSWER_UNSET;
    refused(&f, c, ERR_INVALID, "coercion");
    c.coercion = ANSWER_NOT_KNOWN; // is an answer, and a manager reads it
    c.others_at_risk = ANSWER_UNSET;
    refused(&f, c, ERR_INVALID, "others_at_risk");
    c.others_at_risk = ANSWER_YES;
    c.capacity = ANSWER_UNSET;
    refused(&f, c, ERR_INVALID, "has_capacity");
    c.capacity = ANSWER_NO;
    struct casefile const ended = must(&f, c);
    assert_int_equal(ended.risk, RISK_CEASED);
    assert_int_equal(ended.capacity, ANSWER_NO);
    assert_string_equal(ended.lead, "ana");

    struct command died = whole;
    died.adult_died = true;
    died.has_death_review = false;
    refused(&f, died, ERR_INVALID, "death_review");
    died.has_death_review = true;
    died.others_at_risk = ANSWER_UNSET;
    refused(&f, died, ERR_INVALID, "others_at_risk");
    died.others_at_risk = ANSWER_NOT_KNOWN;
    assert_true(must(&f, died).flags & CASE_SUBJECT_DECEASED);
    f.flags |= CASE_SUBJECT_DECEASED; // known since it came in
    struct command plain = whole;
    plain.has_death_review = false;
    refused(&f, plain, ERR_INVALID, "death_review");
}

static void a_manager_who_ends_an_enquiry_early_does_not_check_it_too(void **state)
{
    (void)state;
    for (int died = 0; died <= 1; died++) {
        struct casefile f = world_case_in(STATE_ENQUIRY, now);
        struct command c = world_command(COMMAND_FINISH, MARY, &f);
        refused(&f, c, ERR_FORBIDDEN, NULL);
        c.adult_died = died;
        if (!died) c.risk = RISK_CEASED;
        f = must(&f, c);
        f.read_ms = now.utc_ms;
        refused(&f, world_command(COMMAND_SIGN_OFF, MARY, &f), ERR_FORBIDDEN, NULL);
        assert_int_equal(must(&f, world_command(COMMAND_SIGN_OFF, MAX, &f)).state, STATE_CLOSED);
    }
}

static void managers_of_other_teams_keep_their_hands_off(void **state)
{
    static const struct {
        enum state state;
        enum command_kind kind;
    } rows[] = {
        {STATE_DECIDED_MET, COMMAND_ALLOCATE},
        {STATE_ENQUIRY_REVIEW, COMMAND_RETURN_ENQUIRY},
        {STATE_ENQUIRY_REVIEW, COMMAND_SIGN_OFF},
        {STATE_CLOSED, COMMAND_REOPEN},
        {STATE_HANDOVER_OFFERED, COMMAND_ACCEPT_OFFER},
        {STATE_HANDOVER_OFFERED, COMMAND_REJECT_OFFER},
        {STATE_IN_TRIAGE, COMMAND_SECOND},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct casefile f = world_case_in(rows[i].state, now);
        f.read_ms = now.utc_ms;
        if (rows[i].kind == COMMAND_SECOND) f.proposal = COMMAND_DECIDE;
        if (f.offered_team[0]) id_copy(f.offered_team, "south");
        id_copy(f.lead, "carl"); // who leads it sees it, whosever it is
        struct command c = world_command(rows[i].kind, CARL, &f);
        refused(&f, c, ERR_FORBIDDEN, NULL);
    }
}

static void who_leads_an_enquiry_does_not_send_it_back(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY_REVIEW, now);
    id_copy(f.lead, "mary");
    refused(&f, world_command(COMMAND_RETURN_ENQUIRY, MARY, &f), ERR_FORBIDDEN, NULL);
    done(&f, COMMAND_RETURN_ENQUIRY, MAX);
    assert_int_equal(result.notice, NOTICE_DELAY);
}

static void only_what_is_met_is_handed_over_and_only_to_those_who_work_there(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    struct command c = world_command(COMMAND_OFFER, ANA, &f);
    c.team = "north";
    f.outcome = OUTCOME_OTHER;
    refused(&f, c, ERR_CONFLICT, NULL);
    f = world_case_in(STATE_HANDOVER_OFFERED, now);
    c = world_command(COMMAND_ACCEPT_OFFER, CORA, &f);
    c.lead = "cora";
    world_worker("cora")->active = false;
    c.actor = world_actor(CARL);
    refused(&f, c, ERR_INVALID, "lead");
}

static void time_acts_when_it_has_come_and_the_police_can_stop_erasure(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    refused(&f, world_command(COMMAND_HOLDING, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    f = world_case_in(STATE_CLOSED, now);
    f.flags |= CASE_POLICE_HOLD;
    refused(&f, world_command(COMMAND_ERASE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_command_names_the_one_thing_that_is_missing),
        T(another_service_accepts_by_name),
        T(a_reason_that_does_not_fit_is_refused_for_every_kind_of_no),
        T(a_pending_proposal_bars_taking_rating_and_deciding),
        T(a_birth_date_below_18_is_explained_or_the_case_is_forwarded),
        T(an_open_question_keeps_an_enquiry_open),
        T(a_risk_that_remains_needs_its_plan),
        T(what_ends_before_its_time_says_what_was_checked),
        T(a_manager_who_ends_an_enquiry_early_does_not_check_it_too),
        T(managers_of_other_teams_keep_their_hands_off),
        T(who_leads_an_enquiry_does_not_send_it_back),
        T(only_what_is_met_is_handed_over_and_only_to_those_who_work_there),
        T(time_acts_when_it_has_come_and_the_police_can_stop_erasure),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
