// The other kinds of referral: what they become, when they are due, and how they end.
#include "judge.h"
#include "kinds.h"

// As intake makes one: green, with so many days left where the kind counts days.
static struct casefile received(enum kind kind, int32_t days_left)
{
    struct civil const c = civil_local(WORLD_NOW_MS);
    struct facts facts;
    struct casefile f;
    facts_clear(&facts);
    facts.value[FACT_KIND] = (int32_t)kind - 1;
    if (days_left != FACT_UNKNOWN)
        facts.value[FACT_RUNS_OUT_DAY] = civil_day(c.year, c.month, c.day) + days_left;
    struct reception const in = {.no = 7,
                                 .kind = kind,
                                 .colour = COLOUR_GREEN,
                                 .tier = TIER_BELOW,
                                 .referrer = "home-a",
                                 .facts = &facts};
    casefile_receive(&world_rules, &in, now, &f);
    return f;
}

static struct casefile claimed(enum kind kind, int32_t days_left)
{
    struct casefile const f = received(kind, days_left);
    return must(&f, world_command(COMMAND_CLAIM, ANA, &f));
}

static struct command settle(enum settlement how, enum who_asks who, const struct casefile *f)
{
    struct command c = world_command(COMMAND_SETTLE, who, f);
    c.settlement = (int)how;
    return c;
}

static void what_tells_of_harm_is_a_concern_on_whatever_form_it_came(void **state)
{
    static const struct {
        enum kind sent;
        enum tier from; // TIER_UNSET: the rules never do it
    } rows[] = {{KIND_CONCERN, TIER_BELOW},
                {KIND_LOG, TIER_MORE_INFORMATION},
                {KIND_CARE_NEEDS, TIER_OTHER_ENQUIRY},
                {KIND_ADVICE, TIER_OTHER_ENQUIRY},
                {KIND_DOLS, TIER_UNSET},
                {KIND_TRANSITION, TIER_UNSET},
                {KIND_DOMESTIC_ABUSE, TIER_UNSET}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        for (int tier = TIER_BELOW; tier <= TIER_DUTY_MET; tier++) {
            bool const becomes = rows[i].from != TIER_UNSET && tier >= (int)rows[i].from;
            assert_int_equal(kind_taken(rows[i].sent, (enum tier)tier),
                             becomes ? KIND_CONCERN : rows[i].sent);
        }
    }
    assert_int_equal(kind_taken((enum kind)99, TIER_BELOW), KIND_CONCERN);
}

static void a_small_log_is_recorded_and_waits_for_nobody(void **state)
{
    (void)state;
    struct casefile const f = received(KIND_LOG, FACT_UNKNOWN);
    assert_int_equal(f.state, STATE_CLOSED);
    assert_true(f.closed_ms == WORLD_NOW_MS && f.received_ms == WORLD_NOW_MS);
    assert_true(casefile_due_ms(&f) == INT64_MAX && f.decide_by_ms == 0);
    // Who samples it and sees more makes it a concern, to be decided like any other.
    struct casefile const again = must(&f, world_command(COMMAND_REOPEN, MARY, &f));
    assert_int_equal(again.state, STATE_QUEUED);
    assert_int_equal(again.kind, KIND_CONCERN);
    assert_int_equal(again.colour, COLOUR_AMBER);
    assert_true(again.decide_by_ms > WORLD_NOW_MS);
}

static int64_t days_on(int32_t days)
{
    struct civil const c = civil_local(WORLD_NOW_MS);
    return civil_midnight(civil_day(c.year, c.month, c.day) + days + 1);
}

static void a_date_of_law_is_the_date_and_no_colour_moves_it(void **state)
{
    static const struct {
        enum kind kind;
        int32_t left, due;
    } rows[] = {{KIND_DOLS, FACT_UNKNOWN, 21},
                {KIND_DOLS, 5, 5},
                {KIND_DOLS, 0, 0},
                {KIND_DOLS, 40, 21},
                {KIND_DOLS, -3, 21},
                {KIND_TRANSITION, 700, 700},
                {KIND_TRANSITION, 0, 0},
                {KIND_TRANSITION, -9, 28},
                {KIND_TRANSITION, FACT_UNKNOWN, 28}};
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct casefile const f = received(rows[i].kind, rows[i].left);
        assert_true(f.decide_by_ms == days_on(rows[i].due));
        struct command c = world_command(COMMAND_RATE, MARY, &f);
        c.colour = COLOUR_RED;
        struct casefile const red = must(&f, c);
        assert_true(red.decide_by_ms == f.decide_by_ms);
        assert_int_equal(red.paging, 0); // nobody is rung at night about a date
    }
}

static void a_day_that_passes_undecided_is_told_once_and_makes_it_red(void **state)
{
    (void)state;
    struct casefile const f = received(KIND_DOLS, 2);
    assert_true(f.deadline_ms == f.decide_by_ms);
    now.utc_ms = f.decide_by_ms - 1;
    refused(&f, world_command(COMMAND_LAPSE, THE_CLOCK, &f), ERR_CONFLICT, NULL);
    now.utc_ms = f.decide_by_ms;
    struct casefile const red = must(&f, world_command(COMMAND_LAPSE, THE_CLOCK, &f));
    assert_int_equal(red.colour, COLOUR_RED);
    assert_true(red.deadline_ms == 0 && red.decide_by_ms == f.decide_by_ms);
    now.utc_ms = WORLD_NOW_MS;
    // A transition is told of when it has waited long, and again on the birthday.
    struct casefile const t = received(KIND_TRANSITION, 400);
    assert_true(t.deadline_ms == WORLD_NOW_MS + 90 * DAY_MS);
    now.utc_ms = t.deadline_ms;
    struct casefile const waits = must(&t, world_command(COMMAND_LAPSE, THE_CLOCK, &t));
    assert_true(waits.deadline_ms == t.decide_by_ms);
    now.utc_ms = WORLD_NOW_MS;
}

static void a_day_that_passed_elsewhere_is_told_when_it_is_back(void **state)
{
    (void)state;
    for (int late = 0; late < 2; late++) {
        struct casefile f = received(KIND_DOLS, 2);
        f.state = STATE_CLOSED;
        f.deadline_ms = 0;
        now.utc_ms = f.decide_by_ms + (late ? DAY_MS : -DAY_MS);
        struct casefile const back = must(&f, world_command(COMMAND_REOPEN, MARY, &f));
        assert_int_equal(back.state, STATE_QUEUED);
        assert_true(back.deadline_ms == (late ? now.utc_ms : f.decide_by_ms));
        if (late) {
            struct casefile const red = must(&back, world_command(COMMAND_LAPSE, THE_CLOCK, &back));
            assert_int_equal(red.colour, COLOUR_RED);
            assert_true(red.deadline_ms == 0);
        }
        now.utc_ms = WORLD_NOW_MS;
    }
}

static void a_request_is_assessed_checked_by_another_and_granted_with_an_end(void **state)
{
    struct civil const c = civil_local(WORLD_NOW_MS);
    int32_t const today = civil_day(c.year, c.month, c.day);
    (void)state;
    struct casefile f = claimed(KIND_DOLS, 5);
    struct command met = world_command(COMMAND_DECIDE, ANA, &f);
    met.outcome = OUTCOME_MET;
    refused(&f, met, ERR_CONFLICT, NULL); // no question of section 42 is asked of it
    refused(&f, settle(SETTLED_GRANTED, ANA, &f), ERR_INVALID, "settlement");
    refused(&f, settle(SETTLED_WITHDRAWN, ANA, &f), ERR_INVALID, "settlement");
    struct command allocate = world_command(COMMAND_ALLOCATE, ANA, &f);
    allocate.lead = "ana";
    f = must(&f, allocate);
    assert_int_equal(f.state, STATE_ENQUIRY);
    assert_true(f.deadline_ms == f.decide_by_ms && f.reassess_ms == 0);
    struct command finish = world_command(COMMAND_FINISH, ANA, &f);
    finish.risk = finish.achieved = 0;
    f = must(&f, finish);
    assert_true(f.state == STATE_ENQUIRY_REVIEW && f.deadline_ms == f.decide_by_ms);
    struct command grant = settle(SETTLED_GRANTED, MARY, &f);
    grant.has_until = false;
    refused(&f, grant, ERR_INVALID, "until");
    grant.has_until = true;
    grant.until_day = today + DOLS_LONGEST_DAYS + 1;
    refused(&f, grant, ERR_INVALID, "until");
    grant.until_day = today + DOLS_LONGEST_DAYS;
    grant.has_representative = false;
    refused(&f, grant, ERR_INVALID, "representative");
    grant.has_representative = true;
    refused(&f, settle(SETTLED_PLANNED, MARY, &f), ERR_INVALID, "settlement");
    refused(&f, settle(SETTLED_NOT_GRANTED, ANA, &f), ERR_FORBIDDEN, NULL);
    f = must(&f, grant);
    assert_int_equal(f.state, STATE_CLOSED);
    assert_int_equal(f.settled, SETTLED_GRANTED);
    assert_int_equal(result.notice, NOTICE_OUTCOME);
    assert_true(f.deadline_ms == 0 && casefile_due_ms(&f) == INT64_MAX);
}

static void a_manager_who_assessed_it_does_not_grant_it(void **state)
{
    (void)state;
    struct casefile f = claimed(KIND_DOLS, FACT_UNKNOWN);
    struct command allocate = world_command(COMMAND_ALLOCATE, ANA, &f);
    allocate.lead = "mary";
    f = must(&f, allocate);
    struct command finish = world_command(COMMAND_FINISH, MARY, &f);
    finish.risk = finish.achieved = 0;
    f = must(&f, finish);
    refused(&f, settle(SETTLED_NOT_GRANTED, MARY, &f), ERR_FORBIDDEN, NULL);
    f = must(&f, settle(SETTLED_NOT_GRANTED, MAX, &f));
    assert_int_equal(f.state, STATE_CLOSED);
}

static void what_its_sender_withdraws_can_end(void **state)
{
    (void)state;
    struct casefile f = received(KIND_TRANSITION, 100);
    f = must(&f, world_command(COMMAND_WITHDRAW, THE_REFERRER, &f));
    f = must(&f, world_command(COMMAND_CLAIM, ANA, &f));
    f = must(&f, settle(SETTLED_WITHDRAWN, ANA, &f));
    assert_int_equal(f.state, STATE_CLOSED);
    assert_int_equal(f.settled, SETTLED_WITHDRAWN);
}

static void a_referral_for_care_is_passed_on_and_stays_ours_until_accepted(void **state)
{
    (void)state;
    struct casefile f = claimed(KIND_CARE_NEEDS, FACT_UNKNOWN);
    struct command forward = world_command(COMMAND_DECIDE, ANA, &f);
    forward.outcome = OUTCOME_FORWARD;
    forward.limbs = 0;
    forward.not_met_reason = 0;
    forward.forward_to = 4;
    forward.birth_date_confirmed = false;
    f = must(&f, forward);
    assert_int_equal(f.state, STATE_FORWARDED);
    assert_int_equal(result.notice, NOTICE_FORWARDED);
    assert_true(f.deadline_ms > WORLD_NOW_MS);
    struct casefile const back = must(&f, world_command(COMMAND_FORWARD_BOUNCED, ANA, &f));
    assert_int_equal(back.state, STATE_QUEUED);
    assert_true(back.received_ms == f.received_ms);
    struct casefile const taken = must(&f, world_command(COMMAND_FORWARD_ACCEPTED, ANA, &f));
    assert_int_equal(taken.state, STATE_CLOSED);
    f = claimed(KIND_ADVICE, FACT_UNKNOWN);
    f = must(&f, settle(SETTLED_ANSWERED, ANA, &f));
    assert_int_equal(f.settled, SETTLED_ANSWERED);
}

static void whoever_finds_harm_makes_it_a_concern(void **state)
{
    static const enum kind kinds[] = {KIND_DOLS, KIND_TRANSITION, KIND_CARE_NEEDS, KIND_ADVICE};
    (void)state;
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
        struct casefile const f = claimed(kinds[i], 300);
        struct casefile const c = must(&f, world_command(COMMAND_MAKE_CONCERN, ANA, &f));
        assert_true(c.kind == KIND_CONCERN && c.state == STATE_QUEUED);
        assert_true(c.colour == COLOUR_AMBER && c.lease_until_ms == 0);
        assert_int_equal(fact_kept(&c.facts, FACT_KIND), KIND_CONCERN - 1);
        assert_true(c.decide_by_ms > WORLD_NOW_MS && c.decide_by_ms < WORLD_NOW_MS + 5 * DAY_MS);
        refused(&c, world_command(COMMAND_MAKE_CONCERN, ANA, &c), ERR_CONFLICT, NULL);
    }
}

static void agencies_answer_before_it_is_decided_but_danger_does_not_wait(void **state)
{
    (void)state;
    struct casefile f = claimed(KIND_DOMESTIC_ABUSE, FACT_UNKNOWN);
    struct command met = world_command(COMMAND_DECIDE, ANA, &f);
    met.outcome = OUTCOME_MET;
    refused(&f, met, ERR_CONFLICT, NULL);
    struct casefile danger = f;
    danger.flags |= CASE_DANGER;
    assert_int_equal(must(&danger, met).state, STATE_DECIDED_MET);
    struct casefile red = f;
    red.colour = COLOUR_RED;
    assert_int_equal(must(&red, met).state, STATE_DECIDED_MET);
    for (int agency = 1; agency <= AGENCIES; agency++) {
        refused(&f, met, ERR_CONFLICT, NULL);
        struct command c = world_command(COMMAND_AGENCY, BEN, &f);
        c.agency = agency;
        f = must(&f, c);
    }
    met.token = (uint64_t)f.lease_token;
    met.has_version = false;
    assert_int_equal(must(&f, met).state, STATE_DECIDED_MET);
    // Or when their time is over: eight hours of office time from Wednesday at ten.
    struct casefile silent = claimed(KIND_DOMESTIC_ABUSE, FACT_UNKNOWN);
    now.utc_ms = WORLD_NOW_MS + 23 * HOUR_MS;
    silent.lease_until_ms = now.utc_ms + 2 * HOUR_MS;
    met = world_command(COMMAND_DECIDE, ANA, &silent);
    met.outcome = OUTCOME_MET;
    refused(&silent, met, ERR_CONFLICT, NULL);
    now.utc_ms = WORLD_NOW_MS + 24 * HOUR_MS;
    assert_int_equal(must(&silent, met).state, STATE_DECIDED_MET);
    now.utc_ms = WORLD_NOW_MS;
    struct casefile const other = claimed(KIND_CONCERN, FACT_UNKNOWN);
    refused(&other, world_command(COMMAND_AGENCY, ANA, &other), ERR_CONFLICT, NULL);
}

static void an_urgent_authorisation_ends_with_its_seventh_day(void **state)
{
    (void)state;
    int32_t const given = civil_day(2026, 3, 9);
    assert_int_equal(dols_urgent_last_day(given, false), civil_day(2026, 3, 15));
    assert_int_equal(dols_urgent_last_day(given, true), civil_day(2026, 3, 22));
    // A leap-day child is seventeen until the end of February.
    assert_int_equal(day_before_birthday(civil_day(2008, 2, 29), 18), civil_day(2026, 2, 28));
    assert_int_equal(day_before_birthday(civil_day(2008, 3, 1), 18), civil_day(2026, 2, 28));
    assert_int_equal(day_before_birthday(civil_day(2008, 1, 1), 18), civil_day(2025, 12, 31));
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)
static void the_rules_of_an_area_may_set_other_times(void **state)
{
    struct kind_limits mine = KIND_DEFAULTS;
    (void)state;
    assert_ptr_equal(rules_kinds(&world_rules), &KIND_DEFAULTS);
    world_rules.kinds = &mine;
    assert_ptr_equal(rules_kinds(&world_rules), &mine);
    world_rules.kinds = NULL;
}

static void a_day_that_passes_under_an_assessor_is_red_and_waits_for_no_rule(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    f.kind = KIND_DOLS;
    f.colour = COLOUR_AMBER;
    f.decide_by_ms = f.deadline_ms = now.utc_ms;
    f = done(&f, COMMAND_LAPSE, THE_CLOCK);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_int_equal(f.reassess_ms, 0);
    assert_int_equal(f.holding_ms, 0);
}

static void an_authorisation_ends_after_it_begins(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY_REVIEW, now);
    f.kind = KIND_DOLS;
    struct command c = world_command(COMMAND_SETTLE, MARY, &f);
    c.settlement = SETTLED_GRANTED;
    c.until_day = (int32_t)(now.utc_ms / DAY_MS) - 1;
    refused(&f, c, ERR_INVALID, "until");
    c.until_day += 1; // today
    assert_int_equal(must(&f, c).state, STATE_CLOSED);
}

static void what_was_passed_on_comes_back_to_the_team_that_did(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_FORWARDED, now);
    f.kind = KIND_CARE_NEEDS;
    id_copy(f.team, "north");
    id_copy(f.lead, "sue"); // another team's, and she sees it
    refused(&f, world_command(COMMAND_FORWARD_BOUNCED, SUE, &f), ERR_FORBIDDEN, NULL);
    (void)done(&f, COMMAND_FORWARD_BOUNCED, CORA);
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        T(what_tells_of_harm_is_a_concern_on_whatever_form_it_came),
        T(a_small_log_is_recorded_and_waits_for_nobody),
        T(a_date_of_law_is_the_date_and_no_colour_moves_it),
        T(a_day_that_passes_undecided_is_told_once_and_makes_it_red),
        T(a_day_that_passed_elsewhere_is_told_when_it_is_back),
        cmocka_unit_test(a_day_that_passed_elsewhere_is_told_when_it_is_back),
        T(a_request_is_assessed_checked_by_another_and_granted_with_an_end),
        T(a_manager_who_assessed_it_does_not_grant_it),
        T(what_its_sender_withdraws_can_end),
        T(a_referral_for_care_is_passed_on_and_stays_ours_until_accepted),
        T(whoever_finds_harm_makes_it_a_concern),
        T(agencies_answer_before_it_is_decided_but_danger_does_not_wait),
        T(an_urgent_authorisation_ends_with_its_seventh_day),
        T(the_rules_of_an_area_may_set_other_times),
        T(a_day_that_passes_under_an_assessor_is_red_and_waits_for_no_rule),
        T(an_authorisation_ends_after_it_begins),
        T(what_was_passed_on_comes_back_to_the_team_that_did),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
