// Several concerns that point at one service: when it fires, and what a manager then may do.
#include "judge.h"
#include "org.h"

#include <string.h>

static struct org_fired judged(enum org_key key, struct org_counts c, unsigned people)
{
    return org_judge(&ORG_DEFAULTS, key, &c, people);
}

static void three_in_four_weeks_fire_and_more_where_more_people_live(void **state)
{
    (void)state;
    static const struct {
        unsigned people, least;
    } sizes[] = {{0, 3}, {6, 3}, {30, 3}, {31, 6}, {60, 6}, {61, 9}};
    for (size_t i = 0; i < 6; i++) {
        struct org_counts const few = {.in_28_days = sizes[i].least - 1};
        struct org_counts const many = {.in_28_days = sizes[i].least};
        assert_int_equal(judged(ORG_KEY_PLACE, few, sizes[i].people).rule, ORG_RULE_NONE);
        assert_int_equal(judged(ORG_KEY_PLACE, many, sizes[i].people).rule, ORG_RULE_28_DAYS);
        assert_int_equal(judged(ORG_KEY_GROUP, many, sizes[i].people).rule, ORG_RULE_28_DAYS);
    }
}

static void each_rule_counts_under_its_own_keys_alone(void **state)
{
    (void)state;
    struct org_counts const all = {.in_90_days = 5,
                                   .reds_90_days = 2,
                                   .adults_90_days = 2,
                                   .weight_28_days = 4,
                                   .logs_28_days = 10};
    assert_int_equal(judged(ORG_KEY_PLACE, all, 0).rule, ORG_RULE_REDS); // the gravest first
    assert_int_equal(judged(ORG_KEY_SOURCE, all, 0).rule, ORG_RULE_SOURCE);
    assert_int_equal(judged(ORG_KEY_THEME, all, 0).rule, ORG_RULE_THEME);
    struct org_counts const calm = {.in_90_days = 5, .adults_90_days = 1, .weight_28_days = 3};
    assert_int_equal(judged(ORG_KEY_PLACE, calm, 90).rule, ORG_RULE_90_DAYS);
    assert_int_equal(judged(ORG_KEY_PLACE, calm, 90).days, 90);
    assert_int_equal(judged(ORG_KEY_SOURCE, calm, 0).rule, ORG_RULE_NONE);
    assert_int_equal(judged(ORG_KEY_THEME, calm, 0).rule, ORG_RULE_NONE);
    struct org_counts const logs = {.logs_28_days = 10};
    assert_int_equal(judged(ORG_KEY_PLACE, logs, 0).rule, ORG_RULE_LOGS);
}

static void what_a_relative_does_at_home_is_not_about_who_reports_it(void **state)
{
    struct facts f;
    (void)state;
    facts_clear(&f);
    assert_true(org_about_service(&f));
    f.value[FACT_SOURCE_CATEGORY] = fact_code_from(FACT_SOURCE_CATEGORY, "paid_carer");
    assert_true(f.value[FACT_SOURCE_CATEGORY] >= 0 && org_about_service(&f));
    static const char *const outside[] = {"family", "partner", "friend_or_neighbour", "stranger",
                                          "self"};
    for (size_t i = 0; i < 5; i++) {
        f.value[FACT_SOURCE_CATEGORY] = fact_code_from(FACT_SOURCE_CATEGORY, outside[i]);
        assert_true(f.value[FACT_SOURCE_CATEGORY] >= 0);
        assert_false(org_about_service(&f));
    }
    assert_int_equal(org_theme(&f), THEME_NONE);
    f.value[FACT_ULCERS] = 2;
    assert_int_equal(org_theme(&f), THEME_ULCERS);
}

// --- The record. ---

static struct casefile watch(void)
{
    struct casefile f = {.no = 9, .place_hash = 77};
    facts_kept_clear(&f.facts);
    org_open(&world_rules, &ORG_DEFAULTS, &f, ORG_KEY_PLACE, ORG_RULE_REDS, now);
    return f;
}

static struct command acting(enum command_kind kind, enum who_asks who, const struct casefile *f)
{
    struct command c = world_command(kind, who, f);
    c.lead = "mary";
    c.review_ms = now.utc_ms + 7 * DAY_MS;
    return c;
}

static unsigned children;
static unsigned children_now(const void *ctx, uint64_t no)
{
    (void)ctx;
    (void)no;
    return children;
}

static void a_prompt_becomes_an_enquiry_into_the_service_only_by_a_manager(void **state)
{
    (void)state;
    struct casefile f = watch();
    assert_int_equal(f.state, STATE_ORG_WATCH);
    assert_true(f.deadline_ms > now.utc_ms);
    assert_int_equal(casefile_due_ms(&f), INT64_MAX); // no notice, no rating: nobody is told
    refused(&f, acting(COMMAND_ORG_SCOPE, ANA, &f), ERR_FORBIDDEN, NULL);
    struct command c = acting(COMMAND_ORG_SCOPE, MARY, &f);
    c.lead = "ana";
    refused(&f, c, ERR_INVALID, "owner"); // a worker owns none
    c.lead = "";
    c.review_ms = now.utc_ms;
    refused(&f, c, ERR_INVALID, "review_ms");
    c.review_ms = now.utc_ms + DAY_MS;
    f = must(&f, c);
    assert_string_equal(f.lead, "mary"); // who asks, where nobody else is named
    assert_int_equal(f.state, STATE_ORG_SCOPING);
    f = must(&f, acting(COMMAND_ORG_QUALITY, MARY, &f));
    f = must(&f, acting(COMMAND_ORG_LARGE_SCALE, MARY, &f));
    f = must(&f, acting(COMMAND_ORG_REVIEW, MARY, &f));
    assert_int_equal(f.state, STATE_ORG_LARGE_SCALE);
}

static void it_ends_when_each_of_its_concerns_did_or_was_detached(void **state)
{
    (void)state;
    world_rules.children_open = children_now;
    struct casefile f = watch();
    children = 2;
    struct casefile const stood_down = must(&f, acting(COMMAND_ORG_CLOSE, MARY, &f));
    assert_int_equal(stood_down.state, STATE_CLOSED); // a prompt that nobody followed held nothing
    f = must(&f, acting(COMMAND_ORG_SCOPE, MARY, &f));
    refused(&f, acting(COMMAND_ORG_CLOSE, MARY, &f), ERR_CONFLICT, NULL);
    children = 0;
    f = must(&f, acting(COMMAND_ORG_CLOSE, MARY, &f));
    assert_int_equal(result.notice, NOTICE_NONE);
    refused(&f, world_command(COMMAND_REOPEN, MARY, &f), ERR_CONFLICT, NULL);
    world_rules.children_open = NULL;
}

static void a_concern_is_held_back_from_the_day_that_a_person_opened_it(void **state)
{
    (void)state;
    struct casefile org = watch();
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    struct command attach = {.kind = COMMAND_ORG_ATTACH, .other = &org};
    uint32_t const version = f.version;
    f = must(&f, attach);
    assert_int_equal(f.version, version); // who has it is not interrupted by a prompt
    assert_int_equal(f.colour, COLOUR_GREEN);
    assert_int_equal(f.flags & CASE_ORG_LINKED, 0);
    org = must(&org, acting(COMMAND_ORG_SCOPE, MARY, &org));
    struct command mark = {.kind = COMMAND_ORG_MARK, .other = &org};
    f = must(&f, mark);
    assert_int_equal(f.colour, COLOUR_AMBER);
    assert_int_equal(result.notice, NOTICE_NONE); // the provider hears nothing of it
    (void)must(&f, mark);
    assert_false(result.changes);
    mark.other = NULL;
    refused(&f, mark, ERR_CONFLICT, NULL);
    f = done(&f, COMMAND_CLAIM, ANA);
    f = done(&f, COMMAND_DECIDE, ANA);
    struct command offer = world_command(COMMAND_OFFER, ANA, &f);
    offer.team = "north";
    refused(&f, offer, ERR_CONFLICT, NULL);
    f = done(&f, COMMAND_ALLOCATE, ANA);
    f = done(&f, COMMAND_FINISH, ANA);
    f = done(&f, COMMAND_CONFIRM_BY_PHONE, ANA);
    struct command sign = world_command(COMMAND_SIGN_OFF, MARY, &f);
    refused(&f, sign, ERR_INVALID, "org_acknowledged");
    sign.org_acknowledged = true;
    (void)must(&f, sign);
    f = done(&f, COMMAND_ORG_DETACH, MARY);
    assert_int_equal(f.org, ORG_DETACHED);
    refused(&f, attach, ERR_CONFLICT, NULL);  // the rules do not ask again
    assert_int_equal(f.colour, COLOUR_AMBER); // once raised, a person's to lower
}

static void an_owner_stays_until_another_is_named(void **state)
{
    (void)state;
    struct casefile f = watch();
    f = must(&f, acting(COMMAND_ORG_SCOPE, MARY, &f));
    struct command c = acting(COMMAND_ORG_LARGE_SCALE, MAX, &f);
    c.lead = "";
    f = must(&f, c);
    assert_string_equal(f.lead, "mary");
    c = acting(COMMAND_ORG_REVIEW, MAX, &f);
    c.lead = "";
    c.review_ms = now.utc_ms + 30 * DAY_MS;
    f = must(&f, c);
    assert_string_equal(f.lead, "mary");
    assert_int_equal(f.deadline_ms, now.utc_ms + 30 * DAY_MS);
    c.lead = "max";
    f = must(&f, c);
    assert_string_equal(f.lead, "max");
}

static void a_concern_that_a_manager_adds_is_no_less_urgent_for_it(void **state)
{
    (void)state;
    struct casefile org = watch();
    struct casefile const red = world_case(1, COLOUR_RED, now);
    struct command attach = world_command(COMMAND_ORG_ATTACH, MARY, &red);
    attach.other = &org;
    struct casefile f = must(&red, attach);
    assert_int_equal(f.version, red.version + 1); // a person did it: whoever has it sees so
    assert_int_equal(f.org, 9);
    assert_false(f.flags & CASE_ORG_LINKED);
    org = must(&org, acting(COMMAND_ORG_SCOPE, MARY, &org));
    f = must(&red, attach);
    assert_true(f.flags & CASE_ORG_LINKED);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_int_equal(f.decide_by_ms, red.decide_by_ms);
}

static void a_concern_told_of_a_service_keeps_the_colour_that_it_came_with(void **state)
{
    (void)state;
    struct casefile f = world_case(9, COLOUR_RED, now);
    org_open(&world_rules, &ORG_DEFAULTS, &f, ORG_KEY_PLACE, ORG_RULE_NONE, now);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_int_equal(f.colour_first, COLOUR_RED);
    assert_int_equal(f.reassess_ms, 0); // it is a manager's, and no rule looks again
}

static void a_limit_of_nothing_is_no_limit(void **state)
{
    (void)state;
    struct org_limits l = ORG_DEFAULTS;
    struct org_counts const many = {.in_28_days = 900, .in_90_days = 900};
    l.concerns_90_days = 0;
    l.per_people = 0; // then the size of a service does not count
    struct org_counts const few = {.in_28_days = (unsigned)l.concerns_28_days};
    assert_int_equal(org_judge(&l, ORG_KEY_PLACE, &few, 500).rule, ORG_RULE_28_DAYS);
    l.concerns_28_days = 0;
    assert_int_equal(org_judge(&l, ORG_KEY_PLACE, &many, 0).rule, ORG_RULE_NONE);
}

static void an_owner_who_left_gives_the_record_back(void **state)
{
    (void)state;
    struct casefile f = watch();
    f = must(&f, acting(COMMAND_ORG_SCOPE, MARY, &f));
    struct command const c = {.kind = COMMAND_ORG_UNOWNED};
    refused(&f, c, ERR_CONFLICT, NULL);
    world_worker("mary")->active = false;
    f = must(&f, c);
    assert_string_equal(f.lead, "");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup(f, judge_setup)
    const struct CMUnitTest tests[] = {
        T(three_in_four_weeks_fire_and_more_where_more_people_live),
        T(each_rule_counts_under_its_own_keys_alone),
        T(what_a_relative_does_at_home_is_not_about_who_reports_it),
        T(a_prompt_becomes_an_enquiry_into_the_service_only_by_a_manager),
        T(it_ends_when_each_of_its_concerns_did_or_was_detached),
        T(a_concern_is_held_back_from_the_day_that_a_person_opened_it),
        T(an_owner_stays_until_another_is_named),
        T(a_concern_that_a_manager_adds_is_no_less_urgent_for_it),
        T(a_concern_told_of_a_service_keeps_the_colour_that_it_came_with),
        T(a_limit_of_nothing_is_no_limit),
        T(an_owner_who_left_gives_the_record_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
