// What the rules sent past the MASH to a community team: decided there, seen by the MASH, and taken
// back by it.
#include "judge.h"

#include <string.h>

static struct casefile sent(enum colour colour)
{
    struct casefile f = world_case(1, colour, now);
    id_copy(f.team, "north");
    f.flags |= CASE_DIRECT;
    return f;
}

static struct casefile taken(enum colour colour)
{
    struct casefile const f = sent(colour);
    return done(&f, COMMAND_CLAIM, CORA);
}

static const struct command_action *action(const struct casefile *f, enum who_asks who,
                                           enum command_kind kind)
{
    static struct command_action actions[COMMAND_ACTIONS_MAX];
    struct actor const a = world_actor(who);
    size_t const n = command_actions(&world_rules, f, &a, now, actions);
    for (size_t i = 0; i < n; i++)
        if (actions[i].kind == kind) return &actions[i];
    fail_msg("no action %s", command_word(kind));
    return NULL;
}

static void the_team_decides_under_the_same_guards(void **state)
{
    (void)state;
    struct casefile f = taken(COLOUR_GREEN);
    struct casefile after = done(&f, COMMAND_DECIDE, CORA);
    assert_int_equal(after.state, STATE_DECIDED_MET);
    assert_string_equal(after.decider, "cora");
    assert_string_equal(after.team, "north");
    after = must(&f, not_met(CORA, &f));
    assert_int_equal(after.state, STATE_DECIDED_NOT_MET); // green: alone, as in the MASH
    f = taken(COLOUR_AMBER);
    after = must(&f, not_met(CORA, &f));
    assert_int_equal(result.event, EVENT_PROPOSED);
    refused(&after, world_command(COMMAND_SECOND, CORA, &after), ERR_FORBIDDEN, NULL);
    refused(&after, world_command(COMMAND_SECOND, SUE, &after), ERR_NOT_FOUND, NULL);
    struct casefile const two = done(&after, COMMAND_SECOND, MARY); // or the team's own manager
    assert_int_equal(two.state, STATE_DECIDED_NOT_MET);
    assert_string_equal(two.second, "mary");
    struct command c = not_met(CORA, &f);
    c.has_because[1] = false;
    refused(&f, c, ERR_INVALID, "questions.abuse_or_risk_because");
}

static void what_the_rules_did_not_send_there_is_not_decided_there(void **state)
{
    (void)state;
    struct casefile f = sent(COLOUR_GREEN);
    f.flags &= ~(int32_t)CASE_DIRECT;
    f = done(&f, COMMAND_CLAIM, CORA);
    for (int outcome = OUTCOME_MET; outcome <= OUTCOME_FORWARD; outcome++) {
        struct command c = not_met(CORA, &f);
        c.outcome = (enum outcome)outcome;
        if (outcome == OUTCOME_MET) c.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_YES);
        refused(&f, c, ERR_FORBIDDEN, NULL);
        assert_string_equal(result.who_may, "a MASH worker or manager");
    }
    assert_false(action(&f, CORA, COMMAND_DECIDE)->open);
    f = done(&f, COMMAND_TAKE_BACK, ANA); // it is nobody's dead end
    assert_int_equal(f.state, STATE_QUEUED);
    assert_string_equal(f.team, "mash");
}

static void a_referral_for_care_is_answered_by_whoever_has_it(void **state)
{
    (void)state;
    struct casefile f = sent(COLOUR_GREEN);
    f.flags &= ~(int32_t)CASE_DIRECT;
    f.kind = KIND_CARE_NEEDS;
    f = done(&f, COMMAND_CLAIM, CORA);
    struct command c = world_command(COMMAND_DECIDE, CORA, &f);
    c.outcome = OUTCOME_FORWARD;
    c.not_met_reason = 0;
    assert_int_equal(must(&f, c).state, STATE_FORWARDED);
}

static void each_is_told_what_they_may_do(void **state)
{
    (void)state;
    struct casefile f = sent(COLOUR_AMBER);
    assert_true(action(&f, CORA, COMMAND_CLAIM)->open);
    assert_false(action(&f, CORA, COMMAND_TAKE_BACK)->open);
    assert_false(action(&f, ANA, COMMAND_CLAIM)->open); // a shadow: the MASH cannot take it so
    assert_string_equal(action(&f, ANA, COMMAND_CLAIM)->why_not, guard_queue_yours.words);
    assert_true(action(&f, ANA, COMMAND_TAKE_BACK)->open);
    assert_true(action(&f, ANA, COMMAND_LOOK)->open);
    f = done(&f, COMMAND_CLAIM, CORA);
    assert_true(action(&f, CORA, COMMAND_DECIDE)->open);
    assert_false(action(&f, ANA, COMMAND_DECIDE)->open);
    assert_true(action(&f, ANA, COMMAND_TAKE_BACK)->open);
    struct casefile const own = world_case(2, COLOUR_AMBER, now);
    assert_string_equal(action(&own, ANA, COMMAND_TAKE_BACK)->why_not, guard_sent_elsewhere.words);
}

static void the_mash_takes_it_back_at_any_time_and_no_date_moves(void **state)
{
    (void)state;
    struct casefile f = taken(COLOUR_AMBER);
    struct command const late = world_command(COMMAND_DECIDE, CORA, &f);
    struct command without = world_command(COMMAND_TAKE_BACK, ANA, &f);
    without.has_reason = false;
    refused(&f, without, ERR_INVALID, "reason");
    struct casefile back = done(&f, COMMAND_TAKE_BACK, ANA);
    assert_int_equal(back.state, STATE_QUEUED);
    assert_string_equal(back.team, "mash");
    assert_int_equal(back.lease_until_ms, 0);
    assert_int_equal(back.decide_by_ms, f.decide_by_ms);
    assert_int_equal(back.received_ms, f.received_ms);
    assert_false(back.flags & CASE_DIRECT);
    assert_false(casefile_shadowed(&back));
    struct casefile after;
    assert_int_not_equal(apply(&back, &late, &after), OK);
    f = done(&f, COMMAND_DECIDE, CORA);
    now.utc_ms += 3 * DAY_MS;
    back = done(&f, COMMAND_TAKE_BACK, MARY);
    assert_int_equal(back.state, STATE_DECIDED_MET);
    assert_string_equal(back.team, "mash");
    assert_int_equal(back.deadline_ms, f.deadline_ms);
    assert_int_equal(back.holding_ms, f.holding_ms);
}

static void what_turns_red_goes_to_the_mash_once_nobody_has_it(void **state)
{
    (void)state;
    struct command rise = {.kind = COMMAND_REASSESS, .colour = COLOUR_RED, .score = 40};
    struct casefile f = sent(COLOUR_AMBER);
    struct casefile after = must(&f, rise);
    assert_string_equal(after.team, "mash");
    assert_false(after.flags & CASE_DIRECT);
    f = taken(COLOUR_AMBER);
    after = must(&f, rise);
    assert_string_equal(after.team, "north"); // who is reading it decides it, or returns it
    assert_int_equal(done(&after, COMMAND_DECIDE, CORA).state, STATE_DECIDED_MET);
    after = done(&after, COMMAND_RETURN, CORA);
    assert_string_equal(after.team, "mash");
}

static void reopened_it_is_the_mashs(void **state)
{
    (void)state;
    struct casefile f = taken(COLOUR_GREEN);
    f = must(&f, not_met(CORA, &f));
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_string_equal(f.team, "mash");
    assert_false(f.flags & CASE_DIRECT);
}

static void the_mash_sees_it_until_it_is_decided(void **state)
{
    (void)state;
    struct casefile f = sent(COLOUR_AMBER);
    assert_true(casefile_shadowed(&f));
    f = done(&f, COMMAND_CLAIM, CORA);
    assert_true(casefile_shadowed(&f));
    f = done(&f, COMMAND_DECIDE, CORA);
    assert_false(casefile_shadowed(&f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_team_decides_under_the_same_guards, judge_setup),
        cmocka_unit_test_setup(what_the_rules_did_not_send_there_is_not_decided_there, judge_setup),
        cmocka_unit_test_setup(a_referral_for_care_is_answered_by_whoever_has_it, judge_setup),
        cmocka_unit_test_setup(each_is_told_what_they_may_do, judge_setup),
        cmocka_unit_test_setup(the_mash_takes_it_back_at_any_time_and_no_date_moves, judge_setup),
        cmocka_unit_test_setup(what_turns_red_goes_to_the_mash_once_nobody_has_it, judge_setup),
        cmocka_unit_test_setup(reopened_it_is_the_mashs, judge_setup),
        cmocka_unit_test_setup(the_mash_sees_it_until_it_is_decided, judge_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
