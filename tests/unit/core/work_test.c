#include "judge.h"

#include <string.h>

static void the_rules_raise_and_never_lower(void **state)
{
    (void)state;
    for (int was = COLOUR_GREEN; was <= COLOUR_RED; was++) {
        for (int view = COLOUR_UNSET; view <= COLOUR_RED; view++) {
            for (int score = 0; score < 20; score += 5) {
                struct casefile const f = world_case(1, (enum colour)was, now);
                struct command c = world_command(COMMAND_REASSESS, THE_CLOCK, &f);
                struct casefile after;
                c.colour = (enum colour)view;
                c.score = score;
                assert_int_equal(apply(&f, &c, &after), OK);
                assert_true(after.colour >= was);
                assert_true(after.decide_by_ms <= f.decide_by_ms);
                if (view == was) assert_true(after.score >= f.score);
                assert_int_equal(result.changes, view > was || (view == was && score > 10));
            }
        }
    }
}

static void a_referrer_hears_when_the_date_of_a_decision_moves(void **state)
{
    (void)state;
    struct casefile const f = world_case(1, COLOUR_GREEN, now);
    struct command c = world_command(COMMAND_REASSESS, THE_CLOCK, &f);
    c.why_table = "rerating_of_a_name_much_too_long"; // one more than is kept
    c.why_row = 4;
    struct casefile const raised = must(&f, c);
    assert_int_equal(result.notice, NOTICE_UPDATE);
    assert_int_equal(raised.decide_by_ms, now.utc_ms + 4 * HOUR_MS);
    assert_string_equal(raised.why_table, "rerating_of_a_name_much_too_lon");
    assert_int_equal(raised.why_row, 4);
}

static void two_refused_offers_are_enough(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    for (int i = 0; i < REFUSALS_MAX; i++) {
        struct command offer = world_command(COMMAND_OFFER, ANA, &f);
        offer.team = i ? "south" : "north";
        f = must(&f, offer);
        assert_int_equal(f.state, STATE_HANDOVER_OFFERED);
        f = done(&f, COMMAND_REJECT_OFFER, i ? SUE : CORA);
        assert_int_equal(f.state, STATE_DECIDED_MET);
    }
    struct command third = world_command(COMMAND_OFFER, MARY, &f);
    third.team = "north";
    refused(&f, third, ERR_CONFLICT, NULL);
    refused(&f, world_command(COMMAND_ALLOCATE, ANA, &f), ERR_CONFLICT, NULL);
    struct command direct = world_command(COMMAND_ALLOCATE, MARY, &f);
    direct.lead = "cora"; // a directed team cannot refuse
    struct casefile const led = must(&f, direct);
    assert_string_equal(led.team, "north");
    assert_string_equal(led.lead, "cora");
}

static void an_offer_needs_safety_relationship_and_for_a_red_a_plan(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    struct command c = world_command(COMMAND_OFFER, ANA, &f);
    c.team = "north";
    struct command without = c;
    without.relationship = 0;
    refused(&f, without, ERR_INVALID, "relationship");
    without = c;
    without.team = "east";
    refused(&f, without, ERR_INVALID, "team");
    without.team = "mash";
    refused(&f, without, ERR_INVALID, "team");
    f.flags |= CASE_POLICE_HOLD;
    refused(&f, c, ERR_CONFLICT, NULL);
    f.flags &= ~(int32_t)(CASE_POLICE_HOLD | CASE_SAFETY_RECORDED);
    refused(&f, c, ERR_CONFLICT, NULL);
    f.flags |= CASE_SAFETY_RECORDED;
    f.colour = COLOUR_RED;
    c.has_safety_plan = false;
    refused(&f, c, ERR_INVALID, "safety_plan");
}

static void an_offer_shows_the_case_to_the_team_it_was_made_to(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_HANDOVER_OFFERED, now);
    struct actor const cora = world_actor(CORA);
    struct actor const sue = world_actor(SUE);
    assert_true(actor_sees(&cora, &f, &world_rules));
    assert_false(actor_sees(&sue, &f, &world_rules));
    struct command c = world_command(COMMAND_ACCEPT_OFFER, CORA, &f);
    refused(&f, c, ERR_INVALID, "lead"); // Ana works in the MASH
    c.lead = "nobody-we-know";
    refused(&f, c, ERR_INVALID, "lead");
    c.lead = "cora";
    struct casefile const led = must(&f, c);
    assert_int_equal(led.state, STATE_ENQUIRY);
    assert_string_equal(led.team, "north");
    assert_int_equal(result.notice, NOTICE_ALLOCATED);
    assert_int_equal(led.received_ms, f.received_ms);
}

static void an_offer_nobody_answers_goes_back_no_younger(void **state)
{
    (void)state;
    struct casefile const met = world_case_in(STATE_DECIDED_MET, now);
    struct casefile f = world_case_in(STATE_HANDOVER_OFFERED, now);
    refused(&f, world_command(COMMAND_OFFER_EXPIRE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    now.utc_ms = f.deadline_ms;
    f = done(&f, COMMAND_OFFER_EXPIRE, THE_CLOCK);
    assert_int_equal(f.state, STATE_DECIDED_MET);
    assert_int_equal(f.deadline_ms, met.deadline_ms);
    assert_int_equal(f.refusals, 1);
}

static void a_lead_needs_an_advocate_where_taking_part_is_hard(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_MET, now);
    struct command c = world_command(COMMAND_ALLOCATE, ANA, &f);
    c.substantial_difficulty = ANSWER_YES;
    c.has_advocate = false;
    refused(&f, c, ERR_INVALID, "advocate");
    c.has_advocate = true;
    must(&f, c);
    c.lead = "gone";
    refused(&f, c, ERR_INVALID, "lead");
    c.lead = "cora";
    refused(&f, c, ERR_INVALID, "lead");
}

static void nothing_closes_before_the_referrer_knows_the_decision(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY_REVIEW, now);
    refused(&f, world_command(COMMAND_SIGN_OFF, MARY, &f), ERR_CONFLICT, NULL);
    struct command read = world_command(COMMAND_READ_NOTICE, THE_REFERRER, &f);
    read.cursor = 1; // another notice
    must(&f, read);
    assert_false(result.changes);
    read.cursor = (uint64_t)f.decision_cursor;
    f = must(&f, read);
    f = done(&f, COMMAND_SIGN_OFF, MARY);
    assert_int_equal(f.state, STATE_CLOSED);
    assert_int_equal(result.notice, NOTICE_OUTCOME);
}

static void who_leads_does_not_sign_off(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY_REVIEW, now);
    f = done(&f, COMMAND_CONFIRM_BY_PHONE, ANA);
    refused(&f, world_command(COMMAND_SIGN_OFF, ANA, &f), ERR_FORBIDDEN, NULL);
    id_copy(f.lead, "mary");
    refused(&f, world_command(COMMAND_SIGN_OFF, MARY, &f), ERR_FORBIDDEN, NULL);
    f.risk = RISK_REMAINED;
    f.flags &= ~(int32_t)CASE_SAFETY_PLAN;
    refused(&f, world_command(COMMAND_SIGN_OFF, MAX, &f), ERR_CONFLICT, NULL);
    f.flags |= CASE_SAFETY_PLAN;
    done(&f, COMMAND_SIGN_OFF, MAX);
}

static void the_window_to_disagree_opens_when_the_reasons_were_read(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_NOT_MET, now);
    assert_int_equal(f.deadline_ms, 0);
    assert_int_equal(command_due(&f, INT64_MAX), COMMAND_CALL_DUE); // unread, it closes nothing
    now.utc_ms += 100 * DAY_MS;
    refused(&f, world_command(COMMAND_WINDOW_PASSED, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    f = done(&f, COMMAND_READ_NOTICE, THE_REFERRER);
    assert_true(f.deadline_ms > now.utc_ms + 10 * DAY_MS);
    refused(&f, world_command(COMMAND_WINDOW_PASSED, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    now.utc_ms = f.deadline_ms;
    f = done(&f, COMMAND_WINDOW_PASSED, THE_CLOCK);
    assert_int_equal(f.state, STATE_CLOSED);
    assert_int_equal(result.notice, NOTICE_CLOSED);
}

static void new_information_after_not_met_goes_back_to_a_person(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_NOT_MET, now);
    struct casefile const back = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_int_equal(back.state, STATE_QUEUED);
    assert_int_equal(back.colour, COLOUR_AMBER);
    assert_int_equal(back.received_ms, f.received_ms);
    assert_int_equal(result.notice, NOTICE_REOPENED);
    struct command c = world_command(COMMAND_REASSESS, THE_CLOCK, &f);
    struct casefile const raised = must(&f, c);
    assert_int_equal(raised.state, STATE_QUEUED);
    assert_int_equal(raised.colour, COLOUR_RED);
    assert_int_equal(result.notice, NOTICE_REOPENED);
}

static void a_withdrawal_is_noted_and_ends_nothing(void **state)
{
    (void)state;
    for (int s = STATE_QUEUED; s < STATE_CLOSED; s++) {
        struct casefile const f = world_case_in((enum state)s, now);
        struct casefile const asked = done(&f, COMMAND_WITHDRAW, THE_REFERRER);
        assert_int_equal(asked.state, f.state);
        assert_int_equal(result.notice, NOTICE_WITHDRAWAL_NOTED);
        done(&asked, COMMAND_WITHDRAW, THE_REFERRER);
        assert_false(result.changes);
        assert_int_equal(result.notice, NOTICE_NONE);
    }
}

static void what_was_added_is_answered_once_a_person_has_weighed_it(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    struct command c = world_command(COMMAND_RATE, ANA, &f); // red, as it was
    f = must(&f, c);
    assert_int_equal(result.notice, NOTICE_INFO_CONSIDERED);
    assert_int_equal(f.flags & CASE_SUPPLEMENT_UNREAD, 0);
}

static void a_forward_that_nobody_accepts_comes_back_at_its_own_age(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_FORWARDED, now);
    int64_t const decide_by = f.decide_by_ms;
    assert_int_equal(command_due(&f, f.deadline_ms), COMMAND_FORWARD_BOUNCED);
    refused(&f, world_command(COMMAND_FORWARD_BOUNCED, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    struct casefile const accepted = done(&f, COMMAND_FORWARD_ACCEPTED, ANA);
    assert_int_equal(accepted.state, STATE_CLOSED);
    now.utc_ms = f.deadline_ms;
    f = done(&f, COMMAND_FORWARD_BOUNCED, THE_CLOCK);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_int_equal(f.decide_by_ms, decide_by);
    assert_int_equal(f.outcome, OUTCOME_UNSET);
}

static void a_closed_case_is_reopened_by_a_manager_until_it_is_erased(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_CLOSED, now);
    refused(&f, world_command(COMMAND_REOPEN, ANA, &f), ERR_FORBIDDEN, NULL);
    struct casefile const again = done(&f, COMMAND_REOPEN, MARY);
    assert_int_equal(again.state, STATE_QUEUED);
    assert_int_equal(again.reopened, 1);
    assert_int_equal(result.notice, NOTICE_REOPENED);
    refused(&f, world_command(COMMAND_ERASE, OPERATOR, &f), ERR_FORBIDDEN, NULL);
    f = done(&f, COMMAND_ERASE, THE_CLOCK);
    assert_int_equal(f.adult_hash, 0);
    refused(&f, world_command(COMMAND_REOPEN, MARY, &f), ERR_CONFLICT, NULL);
    refused(&f, world_command(COMMAND_ERASE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
}

static void an_other_enquiry_can_turn_out_to_be_one_under_s42(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_OTHER_ENQUIRY, now);
    assert_string_equal(f.lead, "ana"); // someone leads it from the start
    assert_true(f.deadline_ms > now.utc_ms);
    assert_int_equal(done(&f, COMMAND_DECIDE, ANA).state, STATE_DECIDED_MET);
    refused(&f, world_command(COMMAND_DECIDE, BEN, &f), ERR_CONFLICT, NULL);
}

static void a_pack_may_leave_out_dates_and_nothing_waits_for_one(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_NOT_MET, now);
    f.told = 0; // of a ledger that did not keep what the referrer was told
    for (int i = COLOUR_GREEN; i <= COLOUR_RED; i++) {
        world_clocks.challenge[i] = (struct span){SPAN_NONE, 0};
        world_clocks.told[i] = (struct span){SPAN_NONE, 0};
        world_clocks.decide[i] = (struct span){SPAN_NONE, 0};
    }
    struct casefile const read = done(&f, COMMAND_READ_NOTICE, THE_REFERRER);
    assert_int_equal(read.deadline_ms, now.utc_ms); // no window: it may close at once
    world_clocks.challenge[COLOUR_RED] = (struct span){SPAN_CALENDAR_MS, HOUR_MS};
    told_set(&f, &(struct told){.colour = COLOUR_RED});
    struct casefile const known = done(&f, COMMAND_READ_NOTICE, THE_REFERRER);
    assert_int_equal(known.deadline_ms, now.utc_ms + HOUR_MS); // by the colour that was told
    f = world_case(1, COLOUR_GREEN, now);
    f.decide_by_ms = now.utc_ms + DAY_MS;
    f = done(&f, COMMAND_RATE, MARY);                      // red
    assert_int_equal(f.decide_by_ms, now.utc_ms + DAY_MS); // a promise stays where it is
    struct command c = world_command(COMMAND_RATE, MARY, &f);
    c.colour = COLOUR_GREEN;
    f = must(&f, c);
    assert_int_equal(f.decide_by_ms, now.utc_ms + DAY_MS);
    f = done(&f, COMMAND_CLAIM, ANA);
    f = done(&f, COMMAND_DECIDE, ANA);
    assert_int_equal(f.n_errands, 0); // nobody is to ring
}

static void a_case_without_a_referrer_is_decided_and_nobody_is_rung(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_GREEN);
    id_copy(f.referrer, "");
    f = done(&f, COMMAND_DECIDE, ANA);
    assert_int_equal(f.state, STATE_DECIDED_MET);
    assert_int_equal(f.n_errands, 0);
}

static void a_silence_of_the_police_is_set_and_lifted_by_an_answer_alone(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_CLOSED, now);
    struct command c = world_command(COMMAND_MARK, ANA, &f);
    f = must(&f, c);
    assert_true(f.flags & CASE_POLICE_HOLD);
    assert_int_equal(result.notice, NOTICE_NONE); // nothing is said while it holds
    c.police_hold = true;
    refused(&f, c, ERR_INVALID, "police_hold"); // it is so already
    c.police_answer = false;
    c.police_hold = false;
    refused(&f, c, ERR_INVALID, "police_hold");
    c.police_answer = true;
    f = must(&f, c);
    assert_false(f.flags & CASE_POLICE_HOLD);
    assert_int_equal(result.notice, NOTICE_CLOSED);
}

static void a_refused_lowering_leaves_the_colour(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_RED);
    struct command rating = world_command(COMMAND_RATE, ANA, &f);
    rating.colour = COLOUR_GREEN;
    f = must(&f, rating);
    struct command c = world_command(COMMAND_SECOND, MARY, &f);
    c.agree = false;
    struct casefile const kept = must(&f, c);
    assert_int_equal(result.event, EVENT_PROPOSAL_REFUSED);
    assert_int_equal(kept.colour, COLOUR_RED);
    c.agree = true;
    f = must(&f, c);
    assert_int_equal(result.event, EVENT_RERATED);
    assert_int_equal(f.colour, COLOUR_GREEN);
    rating = world_command(COMMAND_RATE, MARY, &f);
    rating.colour = (enum colour)4; // no colour of ours
    refused(&f, rating, ERR_INVALID, "colour");
}

static void a_lead_works_in_a_team_that_there_is(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    f.refusals = REFUSALS_MAX;
    struct worker *const ben = world_worker("ben");
    struct command c = world_command(COMMAND_ALLOCATE, MARY, &f);
    c.lead = "ben";
    (void)must(&f, c);
    ben->n_teams = 0;
    refused(&f, c, ERR_INVALID, "lead");
    ben->n_teams = 1;
    id_copy(ben->teams[0], "east"); // no team of this council
    c.team = "east";
    refused(&f, c, ERR_INVALID, "lead");
}

static void an_enquiry_is_ended_by_those_whose_it_is(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_ENQUIRY, now);
    struct command c = world_command(COMMAND_FINISH, ANA, &f);
    c.achieved = 99;
    refused(&f, c, ERR_INVALID, "achieved");
    struct worker *const carl = world_worker("carl"); // a manager of the duty team sees it
    id_copy(carl->teams[carl->n_teams++], "night");
    c = world_command(COMMAND_FINISH, CARL, &f);
    c.actor.principal = world_principal("desk-night");
    c.risk = RISK_CEASED;
    refused(&f, c, ERR_FORBIDDEN, NULL);
}

static void a_queue_is_worked_by_its_team(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    id_copy(f.team, "north");
    refused(&f, world_command(COMMAND_CLAIM, ANA, &f), ERR_FORBIDDEN, NULL);
    id_copy(f.team, "night"); // by day the MASH works the duty team's
    (void)done(&f, COMMAND_CLAIM, ANA);
    world_worker("cora")->grade = GRADE_MASH_WORKER; // by name only: her desk is in no such team
    id_copy(f.lead, "cora");
    refused(&f, world_command(COMMAND_CLAIM, CORA, &f), ERR_FORBIDDEN, NULL);
}

static void somebody_is_rung_in_its_time_and_about_what_cannot_wait(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    f = done(&f, COMMAND_CLAIM, ANA);
    f = done(&f, COMMAND_RETURN, ANA);
    assert_true(paging_ms(f.paging) > now.utc_ms);
    refused(&f, world_command(COMMAND_PAGE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    f.kind = KIND_DOLS; // a date of its own, unless somebody is in danger
    f.paging = 0;
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_int_equal(f.paging, 0);
    f.flags |= CASE_DANGER;
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_true(f.paging != 0);
    assert_int_equal(paging_ms(paging_make(0, 1)), PAGING_EPOCH_MS + MINUTE_MS);
    assert_true(paging_ms(paging_make(INT64_MAX / 2, 99)) > WORLD_NOW_MS + 50 * 365 * DAY_MS);
    assert_int_equal(paging_times(paging_make(WORLD_NOW_MS, 99)), PAGING_MOST);
}

static void made_safe_for_tonight_moves_no_date_that_is_later(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    now.utc_ms += 11 * HOUR_MS;
    f = done(&f, COMMAND_CLAIM, NORA);
    struct casefile const moved = done(&f, COMMAND_SAFE_TONIGHT, NORA);
    assert_true(moved.decide_by_ms > f.decide_by_ms);
    assert_int_equal(result.notice, NOTICE_DELAY);
    f.decide_by_ms = now.utc_ms + 9 * DAY_MS;
    struct casefile const kept = done(&f, COMMAND_SAFE_TONIGHT, NORA);
    assert_int_equal(kept.decide_by_ms, f.decide_by_ms);
    assert_int_equal(result.notice, NOTICE_NONE);
}

static void what_is_received_counts_once_and_unrated_is_red(void **state)
{
    (void)state;
    struct casefile f;
    struct reception in = {.no = 7,
                           .kind = 1,
                           .incident = 7,
                           .incident_cases = 2,
                           .colour = COLOUR_GREEN,
                           .unscreened = true,
                           .referrer = "home-a",
                           .team = "mash",
                           .suggested_team = "north"};
    casefile_receive(&world_rules, &in, now, &f);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_true(f.flags & CASE_UNSCREENED);
    assert_int_equal(f.incident_cases, 2); // the first of its submission
    in.no = 8;
    casefile_receive(&world_rules, &in, now, &f);
    assert_int_equal(f.incident, 7);
    assert_int_equal(f.incident_cases, 0);
    in.unscreened = false;
    in.colour = COLOUR_UNSET; // rated by nothing
    casefile_receive(&world_rules, &in, now, &f);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_true(f.flags & CASE_UNSCREENED);
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_rules_raise_and_never_lower),
        T(a_referrer_hears_when_the_date_of_a_decision_moves),
        T(two_refused_offers_are_enough),
        T(an_offer_needs_safety_relationship_and_for_a_red_a_plan),
        T(an_offer_shows_the_case_to_the_team_it_was_made_to),
        T(an_offer_nobody_answers_goes_back_no_younger),
        T(a_lead_needs_an_advocate_where_taking_part_is_hard),
        T(nothing_closes_before_the_referrer_knows_the_decision),
        T(who_leads_does_not_sign_off),
        T(the_window_to_disagree_opens_when_the_reasons_were_read),
        T(new_information_after_not_met_goes_back_to_a_person),
        T(a_withdrawal_is_noted_and_ends_nothing),
        T(what_was_added_is_answered_once_a_person_has_weighed_it),
        T(a_forward_that_nobody_accepts_comes_back_at_its_own_age),
        T(a_closed_case_is_reopened_by_a_manager_until_it_is_erased),
        T(an_other_enquiry_can_turn_out_to_be_one_under_s42),
        T(a_pack_may_leave_out_dates_and_nothing_waits_for_one),
        T(a_case_without_a_referrer_is_decided_and_nobody_is_rung),
        T(a_silence_of_the_police_is_set_and_lifted_by_an_answer_alone),
        T(a_refused_lowering_leaves_the_colour),
        T(a_lead_works_in_a_team_that_there_is),
        T(an_enquiry_is_ended_by_those_whose_it_is),
        T(a_queue_is_worked_by_its_team),
        T(somebody_is_rung_in_its_time_and_about_what_cannot_wait),
        T(made_safe_for_tonight_moves_no_date_that_is_later),
        T(what_is_received_counts_once_and_unrated_is_red),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
