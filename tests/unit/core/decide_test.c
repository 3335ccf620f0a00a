#include "judge.h"

#include <string.h>

static void met_needs_each_question_and_what_was_recorded(void **state)
{
    (void)state;
    struct casefile const f = triaged(COLOUR_RED);
    struct command c = world_command(COMMAND_DECIDE, ANA, &f);
    struct command without = c;
    without.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_UNSET);
    refused(&f, without, ERR_INVALID, "questions.unable_to_protect_self");
    without = c;
    without.has_because[1] = false;
    refused(&f, without, ERR_INVALID, "questions.abuse_or_risk_because");
    without = c;
    without.has_safety = false;
    refused(&f, without, ERR_INVALID, "safety");
    without = c;
    without.has_wishes = false;
    refused(&f, without, ERR_INVALID, "wishes");
    without = c;
    without.capacity = ANSWER_UNSET;
    refused(&f, without, ERR_INVALID, "has_capacity");
    without = c;
    without.outcome = OUTCOME_UNSET;
    refused(&f, without, ERR_INVALID, "outcome");
    struct casefile const met = must(&f, c);
    assert_int_equal(met.state, STATE_DECIDED_MET);
    assert_int_equal(result.notice, NOTICE_MET);
    assert_string_equal(met.decider, "ana");
    assert_int_equal(met.lease_until_ms, 0);
}

static void met_on_suspicion_needs_it_recorded_and_no_question_answered_no(void **state)
{
    (void)state;
    struct casefile const f = triaged(COLOUR_GREEN);
    struct command c = world_command(COMMAND_DECIDE, ANA, &f);
    c.limbs = world_limbs(ANSWER_YES, ANSWER_NOT_KNOWN, ANSWER_YES);
    refused(&f, c, ERR_INVALID, "questions");
    c.reasonable_suspicion = true;
    must(&f, c);
    c.limbs = world_limbs(ANSWER_YES, ANSWER_NOT_KNOWN, ANSWER_NO);
    refused(&f, c, ERR_INVALID, "questions");
}

static void not_met_names_a_question_that_was_answered_no(void **state)
{
    (void)state;
    struct casefile const f = triaged(COLOUR_GREEN);
    for (int reason = 0; reason <= NOT_MET_OTHER_AREA; reason++) {
        for (int limb = 0; limb < 3; limb++) {
            struct command c = not_met(ANA, &f);
            enum answer limbs[3] = {ANSWER_YES, ANSWER_YES, ANSWER_YES};
            struct casefile after;
            limbs[limb] = ANSWER_NO;
            c.limbs = limbs_pack(limbs);
            c.not_met_reason = reason;
            bool const fits =
                reason == limb + 1 || reason == NOT_MET_OUTSIDE_S42 || reason == NOT_MET_OTHER_AREA;
            assert_int_equal(apply(&f, &c, &after) == OK, fits);
        }
    }
}

static void a_risky_refusal_takes_two_people(void **state)
{
    (void)state;
    for (int colour = COLOUR_GREEN; colour <= COLOUR_RED; colour++) {
        for (int limb_a = ANSWER_YES; limb_a <= ANSWER_NOT_KNOWN; limb_a++) {
            for (int asked = 0; asked < 2; asked++) {
                struct casefile f = triaged((enum colour)colour);
                if (asked) f.flags |= CASE_INFORMATION_ASKED;
                struct command c = not_met(ANA, &f);
                c.limbs = world_limbs((enum answer)limb_a, ANSWER_YES, ANSWER_NO);
                struct casefile const after = must(&f, c);
                bool const risky = colour != COLOUR_GREEN || limb_a == ANSWER_NOT_KNOWN || asked;
                assert_int_equal(result.event, risky ? EVENT_PROPOSED : EVENT_DECIDED);
                assert_int_equal(after.state, risky ? STATE_IN_TRIAGE : STATE_DECIDED_NOT_MET);
                assert_int_equal(result.notice, risky ? NOTICE_NONE : NOTICE_NOT_MET);
            }
        }
    }
}

static void a_refusal_after_three_other_concerns_in_a_year_takes_two_people(void **state)
{
    (void)state;
    for (int32_t others = 0; others < 6; others++) {
        struct casefile f = triaged(COLOUR_GREEN);
        assert_true(fact_keep(&f.facts, FACT_ADULT_CONCERNS_365_DAYS, others));
        must(&f, not_met(ANA, &f));
        assert_int_equal(result.event, others >= 3 ? EVENT_PROPOSED : EVENT_DECIDED);
    }
}

static void lowering_first_is_no_way_round_the_second_person(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_AMBER);
    struct command lower = world_command(COMMAND_RATE, ANA, &f);
    lower.colour = COLOUR_GREEN;
    f = must(&f, lower);
    assert_int_equal(f.colour, COLOUR_GREEN);
    must(&f, not_met(ANA, &f));
    assert_int_equal(result.event, EVENT_PROPOSED);
}

static void the_second_is_another_manager_at_another_login(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f = must(&f, not_met(ANA, &f));
    refused(&f, world_command(COMMAND_SECOND, BEN, &f), ERR_FORBIDDEN, NULL);
    refused(&f, world_command(COMMAND_SECOND, MAX, &f), ERR_FORBIDDEN, NULL); // the same desk
    struct casefile const agreed = done(&f, COMMAND_SECOND, MARY);
    assert_int_equal(agreed.state, STATE_DECIDED_NOT_MET);
    assert_int_equal(result.event, EVENT_DECIDED);
    assert_int_equal(result.notice, NOTICE_NOT_MET);
    assert_string_equal(agreed.decider, "ana");
    assert_string_equal(agreed.second, "mary");
    assert_int_equal(agreed.not_met_reason, NOT_MET_CAN_PROTECT_SELF);
    assert_int_equal(agreed.limbs, world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_NO));
    assert_int_equal(agreed.proposal, COMMAND_NONE);
}

static void a_manager_cannot_be_their_own_second_person(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    f = done(&f, COMMAND_CLAIM, MARY);
    f = must(&f, not_met(MARY, &f));
    assert_int_equal(result.event, EVENT_PROPOSED);
    struct command c = world_command(COMMAND_SECOND, MARY, &f);
    refused(&f, c, ERR_FORBIDDEN, NULL);
    c.actor.principal = world_principal("desk-mash"); // the same person elsewhere
    refused(&f, c, ERR_FORBIDDEN, NULL);
    done(&f, COMMAND_SECOND, MAX);
}

static void a_portal_vouches_for_two_people_at_one_key_only_when_each_signed_in(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    struct command c = world_command(COMMAND_CLAIM, ANA, &f);
    c.actor.principal = world_principal("portal");
    f = must(&f, c);
    c = not_met(ANA, &f);
    c.actor.principal = world_principal("portal");
    f = must(&f, c);
    c = world_command(COMMAND_SECOND, MAX, &f);
    c.actor.principal = world_principal("portal");
    refused(&f, c, ERR_FORBIDDEN, NULL);
    c.actor.proven = true;
    assert_int_equal(must(&f, c).state, STATE_DECIDED_NOT_MET);
}

static void a_disagreement_gives_the_case_back_to_who_proposed(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f = must(&f, not_met(ANA, &f));
    struct command c = world_command(COMMAND_SECOND, MARY, &f);
    c.agree = false;
    c.has_reason = false;
    refused(&f, c, ERR_INVALID, "reason");
    c.has_reason = true;
    struct casefile const back = must(&f, c);
    assert_int_equal(result.event, EVENT_PROPOSAL_REFUSED);
    assert_int_equal(back.state, STATE_IN_TRIAGE);
    assert_string_equal(back.lease_worker, "ana");
    assert_int_equal(back.lease_until_ms, now.utc_ms + HOUR_MS);
    done(&back, COMMAND_DECIDE, ANA); // and the old token still serves
}

static void a_proposal_holds_the_lease_and_is_asked_again_when_nobody_answers(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f = must(&f, not_met(ANA, &f));
    refused(&f, world_command(COMMAND_DECIDE, ANA, &f), ERR_CONFLICT, NULL);
    assert_int_equal(command_due(&f, f.proposal_until_ms), COMMAND_PROPOSAL_EXPIRE);
    now.utc_ms = f.proposal_until_ms;
    refused(&f, world_command(COMMAND_LEASE_EXPIRE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    struct casefile const later = done(&f, COMMAND_PROPOSAL_EXPIRE, THE_CLOCK);
    assert_true(later.proposal_until_ms > f.proposal_until_ms);
    done(&later, COMMAND_SECOND, MARY);
}

static void a_child_is_forwarded_by_one_person_once_the_birth_date_is_confirmed(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f.flags |= CASE_UNDER_18;
    struct command c = world_command(COMMAND_DECIDE, ANA, &f);
    c.outcome = OUTCOME_FORWARD;
    c.forward_to = FORWARD_CHILDREN;
    c.not_met_reason = NOT_MET_UNDER_18;
    refused(&f, c, ERR_INVALID, "birth_date_confirmed");
    c.birth_date_confirmed = true;
    struct casefile const forwarded = must(&f, c);
    assert_int_equal(forwarded.state, STATE_FORWARDED);
    assert_int_equal(result.notice, NOTICE_FORWARDED);
    c.outcome = OUTCOME_MET;
    refused(&f, c, ERR_INVALID, "outcome");
    struct command refusal = not_met(ANA, &f);
    refusal.not_met_reason = NOT_MET_UNDER_18;
    refused(&f, refusal, ERR_INVALID, "outcome");
}

static void lowering_a_red_needs_a_second_person_or_a_manager(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    struct command c = world_command(COMMAND_RATE, ANA, &f);
    c.colour = COLOUR_GREEN;
    struct casefile proposed = must(&f, c);
    assert_int_equal(result.event, EVENT_PROPOSED);
    assert_int_equal(proposed.colour, COLOUR_RED);
    struct casefile const lowered = done(&proposed, COMMAND_SECOND, MARY);
    assert_int_equal(result.event, EVENT_RERATED);
    assert_int_equal(lowered.colour, COLOUR_GREEN);
    assert_int_equal(lowered.state, STATE_IN_TRIAGE);
    struct casefile const queued = world_case(2, COLOUR_RED, now);
    c = world_command(COMMAND_RATE, BEN, &queued);
    c.colour = COLOUR_AMBER;
    refused(&queued, c, ERR_FORBIDDEN, "colour"); // not without having read it
    c.actor = world_actor(MARY);
    assert_int_equal(must(&queued, c).colour, COLOUR_AMBER);
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(met_needs_each_question_and_what_was_recorded),
        T(met_on_suspicion_needs_it_recorded_and_no_question_answered_no),
        T(not_met_names_a_question_that_was_answered_no),
        T(a_risky_refusal_takes_two_people),
        T(a_refusal_after_three_other_concerns_in_a_year_takes_two_people),
        T(lowering_first_is_no_way_round_the_second_person),
        T(the_second_is_another_manager_at_another_login),
        T(a_manager_cannot_be_their_own_second_person),
        T(a_portal_vouches_for_two_people_at_one_key_only_when_each_signed_in),
        T(a_disagreement_gives_the_case_back_to_who_proposed),
        T(a_proposal_holds_the_lease_and_is_asked_again_when_nobody_answers),
        T(a_child_is_forwarded_by_one_person_once_the_birth_date_is_confirmed),
        T(lowering_a_red_needs_a_second_person_or_a_manager),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
