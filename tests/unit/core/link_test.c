// Threads of one incident: each keeps its own reference, notices and window; one is worked for all.
#include "judge.h"

#include <string.h>

static struct followers beside; // what the book would say of the case that is judged

static struct followers beside_now(const void *ctx, uint64_t no)
{
    (void)ctx;
    (void)no;
    return beside;
}

static int setup(void **state)
{
    (void)judge_setup(state);
    beside = (struct followers){0};
    world_rules.followers = beside_now;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    world_rules.followers = NULL;
    return 0;
}

static struct casefile thread(uint64_t no, enum colour colour)
{
    struct casefile f = world_case(no, colour, now);
    f.adult_hash = 700;
    return f;
}

static struct command linking(const struct casefile *f, const struct casefile *lead)
{
    struct command c = world_command(COMMAND_LINK, ANA, f);
    c.other = lead;
    return c;
}

// As the desk does it: one decision, then each thread.
static struct casefile followed(const struct casefile *f, const struct casefile *lead,
                                enum notice notice)
{
    struct command c = {.kind = COMMAND_FOLLOW, .other = lead, .notice = notice};
    return must(f, c);
}

static void a_linked_thread_waits_off_the_queue_and_raises_what_it_follows(void **state)
{
    struct casefile lead = thread(1, COLOUR_GREEN);
    now.utc_ms += HOUR_MS;
    struct casefile f = thread(2, COLOUR_RED);
    (void)state;
    struct casefile const linked = must(&f, linking(&f, &lead));
    assert_int_equal(linked.follows, 1);
    assert_int_equal(linked.state, STATE_QUEUED);
    assert_int_equal(linked.decide_by_ms, f.decide_by_ms);
    assert_int_equal(result.notice, NOTICE_NONE);
    assert_true(casefile_follows(&linked));
    struct command join = {.kind = COMMAND_JOIN, .other = &linked};
    lead = must(&lead, join);
    assert_int_equal(lead.colour, COLOUR_RED);
    assert_int_equal(lead.decide_by_ms, f.decide_by_ms);
    assert_int_equal(result.notice, NOTICE_NONE); // what the council knows is not shown
    refused(&linked, world_command(COMMAND_CLAIM, BEN, &linked), ERR_CONFLICT, NULL);
    refused(&linked, world_command(COMMAND_RATE, MARY, &linked), ERR_CONFLICT, NULL);
    // Its referrer still hears that it waits.
    assert_true(linked.holding_ms != 0 && casefile_due_ms(&linked) != INT64_MAX);
}

static void one_decision_is_told_to_each_thread_with_a_window_of_its_own(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    f = must(&f, linking(&f, &lead));
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = must(&lead, not_met(ANA, &lead));
    f = followed(&f, &lead, result.notice);
    assert_int_equal(result.notice, NOTICE_NOT_MET);
    assert_int_equal(f.state, STATE_DECIDED_NOT_MET);
    assert_string_equal(f.decider, lead.decider);
    assert_false(casefile_follows(&f)); // it may be rung, challenged, added to by itself
    f = done(&f, COMMAND_CONFIRM_BY_PHONE, ANA);
    assert_true(f.deadline_ms > now.utc_ms);
    assert_int_equal(lead.deadline_ms, 0); // the other has not read it
    now.utc_ms = f.deadline_ms;
    f = done(&f, COMMAND_WINDOW_PASSED, THE_CLOCK);
    assert_int_equal(f.state, STATE_CLOSED);
}

static void what_a_refused_thread_adds_makes_it_stand_by_itself(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    f = must(&f, linking(&f, &lead));
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = must(&lead, not_met(ANA, &lead));
    f = followed(&f, &lead, result.notice);
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_int_equal(f.follows, 0);
}

static void an_enquiry_ends_only_when_every_referrer_knows_the_decision(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = done(&lead, COMMAND_DECIDE, ANA);
    f = must(&f, linking(&f, &lead)); // joins what is decided, and is told at once
    assert_int_equal(result.notice, NOTICE_MET);
    assert_int_equal(f.state, STATE_DECIDED_MET);
    lead = done(&lead, COMMAND_ALLOCATE, ANA);
    f = followed(&f, &lead, NOTICE_ALLOCATED);
    refused(&f, world_command(COMMAND_FINISH, ANA, &f), ERR_CONFLICT, NULL);
    lead = done(&lead, COMMAND_FINISH, ANA);
    lead = done(&lead, COMMAND_CONFIRM_BY_PHONE, ANA);
    f = followed(&f, &lead, NOTICE_NONE);
    assert_int_equal(f.state, STATE_ENQUIRY_REVIEW);
    beside = (struct followers){.n = 1, .unread = 1};
    refused(&lead, world_command(COMMAND_SIGN_OFF, MARY, &lead), ERR_CONFLICT, NULL);
    f = done(&f, COMMAND_CONFIRM_BY_PHONE, ANA);
    beside.unread = 0;
    lead = done(&lead, COMMAND_SIGN_OFF, MARY);
    f = followed(&f, &lead, result.notice);
    assert_int_equal(result.notice, NOTICE_OUTCOME);
    assert_int_equal(f.state, STATE_CLOSED);
    assert_true(f.read_ms != 0 && f.closed_ms == lead.closed_ms);
}

static void unlinking_gives_a_thread_back_its_place_and_its_own_decision(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_AMBER);
    (void)state;
    struct casefile const linked = must(&f, linking(&f, &lead));
    refused(&linked, world_command(COMMAND_UNLINK, ANA, &linked), ERR_FORBIDDEN, NULL);
    struct command c = world_command(COMMAND_UNLINK, MARY, &linked);
    c.other = NULL;
    struct casefile const back = must(&linked, c);
    assert_int_equal(back.follows, 0);
    assert_int_equal(back.decide_by_ms, f.decide_by_ms);
    assert_int_equal(back.received_ms, f.received_ms);
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = done(&lead, COMMAND_DECIDE, ANA);
    f = followed(&linked, &lead, NOTICE_MET);
    c = world_command(COMMAND_UNLINK, MARY, &f);
    c.other = NULL;
    f = must(&f, c);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_int_equal(f.outcome, OUTCOME_UNSET);
    assert_int_equal(result.notice, NOTICE_REOPENED);
}

static void what_may_not_be_linked_is_refused_in_words(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    refused(&f, linking(&f, NULL), ERR_INVALID, "primary");
    refused(&f, linking(&f, &f), ERR_INVALID, "primary");
    lead.adult_hash = 701;
    lead.person_hash = 5;
    f.person_hash = 6;
    refused(&f, linking(&f, &lead), ERR_INVALID, "primary"); // two NHS numbers
    lead.adult_hash = 6;
    lead.person_hash = 0;
    (void)must(&f, linking(&f, &lead)); // the same name and birth date, the number known to one
    beside.n = FOLLOWERS_MAX;
    refused(&f, linking(&f, &lead), ERR_CONFLICT, NULL); // it leads others itself
    beside.n = 0;
    struct casefile refused_case = done(&lead, COMMAND_CLAIM, ANA);
    refused_case = must(&refused_case, not_met(ANA, &refused_case));
    refused(&f, linking(&f, &refused_case), ERR_INVALID, "primary");
    struct casefile const taken = done(&f, COMMAND_CLAIM, BEN);
    refused(&taken, linking(&taken, &lead), ERR_CONFLICT, NULL);
}

static void
two_threads_meet_where_nothing_says_that_they_are_two_people_or_two_matters(void **state)
{
    struct casefile const f = thread(2, COLOUR_GREEN);
    struct casefile const lead = thread(1, COLOUR_GREEN);
    (void)state;
    struct casefile other = lead;
    other.adult_hash = 0; // nobody named: a person says that it is one incident
    (void)must(&f, linking(&f, &other));
    other = f;
    other.adult_hash = 0;
    (void)must(&other, linking(&other, &lead));
    other = lead;
    other.adult_hash = 701; // each names somebody else, neither by a number
    (void)must(&f, linking(&f, &other));
    other.person_hash = 700; // the number is known to the other one alone
    (void)must(&f, linking(&f, &other));
    other.person_hash = 5;
    refused(&f, linking(&f, &other), ERR_INVALID, "primary");
    other.person_hash = 0;
    struct casefile numbered = f;
    numbered.person_hash = 9;
    refused(&numbered, linking(&numbered, &other), ERR_INVALID, "primary");
    other = lead;
    other.kind = KIND_DOMESTIC_ABUSE;
    (void)must(&f, linking(&f, &other));
    other.kind = KIND_DOLS;
    refused(&f, linking(&f, &other), ERR_INVALID, "primary");
    other = lead;
    other.follows = 9;
    refused(&f, linking(&f, &other), ERR_INVALID, "primary");
    other = done(&lead, COMMAND_CLAIM, ANA);
    other.proposal = COMMAND_DECIDE;
    refused(&f, linking(&f, &other), ERR_INVALID, "primary");
}

static void who_leads_takes_over_what_is_more_urgent_and_nothing_else(void **state)
{
    struct casefile lead = thread(1, COLOUR_AMBER);
    struct casefile f = thread(2, COLOUR_GREEN);
    (void)state;
    f.follows = 1;
    struct command const join = {.kind = COMMAND_JOIN, .other = &f};
    struct casefile after = must(&lead, join);
    assert_int_equal(after.colour, COLOUR_AMBER);
    assert_int_equal(after.score, lead.score);
    assert_int_equal(after.decide_by_ms, lead.decide_by_ms); // the green one's is later
    f.colour = COLOUR_AMBER;
    f.score = lead.score + 3;
    f.decide_by_ms = lead.decide_by_ms - HOUR_MS;
    f.flags |= CASE_DANGER;
    after = must(&lead, join);
    assert_int_equal(after.score, f.score);
    assert_int_equal(after.decide_by_ms, f.decide_by_ms);
    assert_true(after.flags & CASE_DANGER);
    f.score = lead.score - 3;
    f.decide_by_ms = 0;
    after = must(&lead, join);
    assert_int_equal(after.score, lead.score);
    assert_int_equal(after.decide_by_ms, lead.decide_by_ms);
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = done(&lead, COMMAND_DECIDE, ANA);
    f.decide_by_ms = 1;
    after = must(&lead, join);
    assert_int_equal(after.decide_by_ms, lead.decide_by_ms); // decided: no date is left to meet
}

static void what_was_added_is_answered_to_whoever_added_it(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile const lead = thread(1, COLOUR_GREEN);
    (void)state;
    f = must(&f, linking(&f, &lead));
    struct casefile const silent = followed(&f, &lead, NOTICE_INFO_CONSIDERED);
    assert_int_equal(result.notice, NOTICE_NONE); // that was the other referrer's
    f = done(&silent, COMMAND_SUPPLEMENT, THE_REFERRER);
    f = followed(&f, &lead, NOTICE_NONE);
    assert_true(f.flags & CASE_SUPPLEMENT_UNREAD);
    f = followed(&f, &lead, NOTICE_INFO_CONSIDERED);
    assert_int_equal(result.notice, NOTICE_INFO_CONSIDERED);
    assert_false(f.flags & CASE_SUPPLEMENT_UNREAD);
}

static void a_question_out_to_any_of_them_makes_a_refusal_risky(void **state)
{
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    beside = (struct followers){.n = 1, .asked = 1};
    lead = done(&lead, COMMAND_CLAIM, ANA);
    lead = must(&lead, not_met(ANA, &lead));
    assert_int_equal(result.event, EVENT_PROPOSED);
}

static void a_thread_waits_while_its_primary_is_taken_and_again_when_it_is_reopened(void **state)
{
    struct casefile f = thread(2, COLOUR_GREEN);
    struct casefile lead = thread(1, COLOUR_GREEN);
    (void)state;
    lead = done(&lead, COMMAND_CLAIM, ANA);
    f = must(&f, linking(&f, &lead));
    assert_int_equal(f.state, STATE_QUEUED); // whoever has the primary has it
    lead = must(&lead, not_met(ANA, &lead));
    f = followed(&f, &lead, NOTICE_NOT_MET);
    assert_int_equal(f.reassess_ms, 0);
    lead = done(&lead, COMMAND_SUPPLEMENT, THE_REFERRER);
    f = followed(&f, &lead, NOTICE_REOPENED);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_true(f.reassess_ms != 0 && f.holding_ms != 0);
    assert_int_equal(f.reopened, 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_linked_thread_waits_off_the_queue_and_raises_what_it_follows),
        T(one_decision_is_told_to_each_thread_with_a_window_of_its_own),
        T(what_a_refused_thread_adds_makes_it_stand_by_itself),
        T(an_enquiry_ends_only_when_every_referrer_knows_the_decision),
        T(unlinking_gives_a_thread_back_its_place_and_its_own_decision),
        T(what_may_not_be_linked_is_refused_in_words),
        T(two_threads_meet_where_nothing_says_that_they_are_two_people_or_two_matters),
        T(who_leads_takes_over_what_is_more_urgent_and_nothing_else),
        T(what_was_added_is_answered_to_whoever_added_it),
        T(a_question_out_to_any_of_them_makes_a_refusal_risky),
        T(a_thread_waits_while_its_primary_is_taken_and_again_when_it_is_reopened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
