// What is put off: by whom, how often, how long, and what ends it.
#include "judge.h"

#include <string.h>

static struct command put_off(enum who_asks who, const struct casefile *f, int64_t ms)
{
    struct command c = world_command(COMMAND_PUT_OFF, who, f);
    c.review_ms = now.utc_ms + ms;
    return c;
}

static struct casefile put_off_times(int times)
{
    struct casefile f = triaged(COLOUR_AMBER);
    for (int i = 0; i < times; i++) {
        f = must(&f, put_off(ANA, &f, DAY_MS));
        f = done(&f, COMMAND_CLAIM, ANA);
    }
    return f;
}

static void it_stands_in_the_queue_at_its_own_age_and_is_kept_for_who_put_it_off(void **state)
{
    (void)state;
    struct casefile const had = triaged(COLOUR_AMBER);
    struct casefile const f = must(&had, put_off(ANA, &had, DAY_MS));
    assert_int_equal(result.event, EVENT_PUT_OFF);
    assert_int_equal(result.notice, NOTICE_NONE);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_int_equal(f.lease_until_ms, 0);
    assert_int_equal(f.received_ms, had.received_ms);
    assert_int_equal(f.decide_by_ms, had.decide_by_ms); // no clock waits
    assert_int_equal(f.reassess_ms, had.reassess_ms);
    assert_true(casefile_put_off(&f, now.utc_ms));
    assert_false(casefile_put_off(&f, now.utc_ms + DAY_MS));
    refused(&f, world_command(COMMAND_CLAIM, BEN, &f), ERR_CONFLICT, NULL);
    assert_non_null(strstr(result.refusal, "put off until its date"));
    done(&f, COMMAND_CLAIM, MAX); // a manager
    assert_false(casefile_put_off(&(struct casefile){.state = STATE_QUEUED}, 0));
    assert_int_equal(done(&f, COMMAND_CLAIM, ANA).state, STATE_IN_TRIAGE);
    world_worker("ana")->active = false;
    done(&f, COMMAND_CLAIM, BEN); // nobody keeps it for who has left
    world_worker("ana")->active = true;
    now.utc_ms += DAY_MS;
    done(&f, COMMAND_CLAIM, BEN); // its day has come
    now.utc_ms -= DAY_MS;
}

static void news_ends_it_and_how_often_stays(void **state)
{
    static const enum command_kind news[] = {COMMAND_SUPPLEMENT, COMMAND_REASSESS, COMMAND_RATE};
    static const enum who_asks who[] = {THE_REFERRER, THE_CLOCK, BEN};
    (void)state;
    struct casefile f = triaged(COLOUR_AMBER);
    f = must(&f, put_off(ANA, &f, DAY_MS));
    for (size_t i = 0; i < sizeof(news) / sizeof(news[0]); i++) {
        struct casefile const after = done(&f, news[i], who[i]);
        assert_false(casefile_put_off(&after, now.utc_ms));
        assert_int_equal(hold_times(after.hold), 1);
    }
    struct casefile const asked = done(&f, COMMAND_ASK, BEN); // what goes out is no news
    assert_true(casefile_put_off(&asked, now.utc_ms));
}

static void how_long_and_what_is_not_put_off(void **state)
{
    (void)state;
    struct casefile f = triaged(COLOUR_AMBER);
    refused(&f, put_off(ANA, &f, 0), ERR_INVALID, "review_ms");
    refused(&f, put_off(ANA, &f, 30 * DAY_MS), ERR_INVALID, "review_ms");
    refused(&f, put_off(BEN, &f, DAY_MS), ERR_CONFLICT, NULL);
    struct command c = put_off(ANA, &f, DAY_MS);
    c.has_reason = false;
    refused(&f, c, ERR_INVALID, "reason");
    f = triaged(COLOUR_RED);
    refused(&f, put_off(ANA, &f, HOUR_MS), ERR_CONFLICT, NULL);
    assert_non_null(strstr(result.refusal, "A red is not put off"));
    f = triaged(COLOUR_GREEN); // what the law dates is not put off beyond that day
    f.kind = KIND_DOLS;
    f.deadline_ms = now.utc_ms + 2 * DAY_MS;
    must(&f, put_off(ANA, &f, DAY_MS));
    refused(&f, put_off(ANA, &f, 2 * DAY_MS), ERR_INVALID, "review_ms");
}

static void renewed_twice_a_manager_decides(void **state)
{
    (void)state;
    struct casefile f = put_off_times(HOLDS_MAX);
    refused(&f, put_off(ANA, &f, DAY_MS), ERR_CONFLICT, NULL);
    assert_non_null(strstr(result.refusal, "renewed twice. A manager decides it now"));
    for (int outcome = OUTCOME_NOT_MET; outcome <= OUTCOME_FORWARD; outcome++) {
        struct command c = not_met(ANA, &f);
        c.outcome = (enum outcome)outcome;
        refused(&f, c, ERR_FORBIDDEN, NULL);
        assert_non_null(strstr(result.refusal, "so a manager decides it"));
        assert_string_equal(result.who_may, "a manager");
    }
    struct command child = not_met(ANA, &f);
    child.outcome = OUTCOME_FORWARD;
    child.forward_to = FORWARD_CHILDREN;
    child.not_met_reason = NOT_MET_UNDER_18;
    child.birth_date_confirmed = true;
    must(&f, child);
    assert_int_equal(done(&f, COMMAND_DECIDE, ANA).state, STATE_DECIDED_MET);
    f = done(&f, COMMAND_RETURN, ANA);
    f = done(&f, COMMAND_CLAIM, MAX);
    must(&f, not_met(MAX, &f));
    f = put_off_times(HOLDS_MAX - 1); // once less, and who has it proposes as ever
    must(&f, not_met(ANA, &f));
}

static void decided_again_it_may_be_put_off_again(void **state)
{
    (void)state;
    struct casefile f = put_off_times(2);
    f.colour = f.colour_first = COLOUR_GREEN;
    f = must(&f, not_met(ANA, &f));
    assert_int_equal(f.state, STATE_DECIDED_NOT_MET);
    f = done(&f, COMMAND_SUPPLEMENT, THE_REFERRER);
    assert_int_equal(f.state, STATE_QUEUED);
    assert_int_equal(f.hold, 0);
    assert_string_equal(f.hold_by, "");
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(it_stands_in_the_queue_at_its_own_age_and_is_kept_for_who_put_it_off),
        T(news_ends_it_and_how_often_stays),
        T(how_long_and_what_is_not_put_off),
        T(renewed_twice_a_manager_decides),
        T(decided_again_it_may_be_put_off_again),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
