// What time does, and what a clock that cannot be believed must not do.
#include "plain_policy.h"
#include "world.h"

#include <stdio.h>

static Triage__V1__Headline *first_in_queue(struct world *w)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"), q.limit = 10);
    assert_int_equal(r->status, STATUS(OK));
    return r->queue->n_headlines ? r->queue->headlines[0] : NULL;
}

static void waiting_alone_changes_no_colour_and_writes_nothing_but_the_holding_notice(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    uint64_t const before = world_head(w);
    for (int day = 0; day < 12; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    assert_int_equal(first_in_queue(w)->colour, TRIAGE__V1__COLOUR__COLOUR_GREEN);
    assert_true(first_in_queue(w)->overdue);
    assert_int_equal(world_head(w), before);
    for (int day = 0; day < 4; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    assert_int_equal(world_head(w), before + 1); // "It still waits", to the referrer.
}

static void
what_the_council_learns_raises_a_waiting_case_and_the_referrer_is_not_shown(void **state)
{
    struct world *w = world_of(state);
    struct concern_of const c = {
        .name = "Invented Person", .nhs_number = "9990000018", .danger = DANGER_NO};
    Triage__V1__Reply *r = world_ask(w, HOME, ask_submit(1, &c));
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    char reference[16];
    strcpy(reference, r->submit->receipts[0]->adults[0]->reference);
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    (void)world_ask(w, OTHER_HOME, ask_submit(2, &c));
    r = world_ask(w, POLICE, ask_submit(3, &c));
    // The third one is amber for the council, green in its own receipt.
    assert_int_equal(r->submit->receipts[0]->adults[0]->colour, TRIAGE__V1__COLOUR__COLOUR_GREEN);
    assert_int_equal(first_in_queue(w)->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
    assert_string_equal(first_in_queue(w)->why, "rating:4");
    for (int day = 0; day < 15; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    Triage__V1__Reply *queue = NULL;
    ASK(queue, w, MASH_DESK, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"),
        q.limit = 10);
    assert_int_equal(queue->queue->n_headlines, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(queue->queue->headlines[i]->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
    r = world_ask(w, HOME, ask_status(reference));
    assert_int_equal(r->case_->case_->colour, TRIAGE__V1__COLOUR__COLOUR_GREEN);
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *s = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[HOME].id || s->body_case != TRIAGE__V1__REPLY__BODY_NOTICES)
            continue;
        assert_string_not_equal(s->notices->notices[0]->code, "update");
        for (size_t k = 0; k < s->notices->notices[0]->n_reasons; k++)
            assert_false(s->notices->notices[0]->reasons[k]->council_only);
    }
}

static int64_t share(struct world *w)
{
    return w->counts[METRIC_RED_SHARE];
}

static void too_many_reds_and_too_long_a_wait_are_said_aloud_once(void **state)
{
    struct world *w = world_of(state);
    w->gauge_team = "mash";
    for (unsigned key = 1; key <= 6; key++) (void)world_submit(w, HOME, key, DANGER_NO);
    for (unsigned key = 7; key <= 10; key++) (void)world_submit(w, HOME, key, DANGER_YES);
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_int_equal(share(w), 40); // no more than the share that is allowed
    int64_t const alerts = w->counts[METRIC_ALERTS];
    (void)world_submit(w, HOME, 11, DANGER_YES);
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_int_equal(share(w), 45);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    for (int i = 0; i < 5; i++) {
        world_pass(w, 2 * SECOND_MS);
        world_run(w);
    }
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1); // said once
    assert_false(first_in_queue(w)->look_again);
    world_pass(w, 7 * HOUR_MS - MINUTE_MS); // a red is to be decided in four hours
    world_run(w);
    assert_true(first_in_queue(w)->overdue);
    assert_false(first_in_queue(w)->look_again);
    world_pass(w, HOUR_MS + 2 * MINUTE_MS);
    world_run(w);
    assert_true(first_in_queue(w)->look_again); // a person looks again
}

static struct held met_and_led_by_nobody(struct world *w, unsigned key, enum danger danger)
{
    (void)world_submit(w, HOME, key, danger);
    struct held const h = world_claim(w, MASH_DESK, "ada", 10 * key);
    Triage__V1__Request *q = ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_MET, "ada", 10 * key + 1);
    assert_int_equal(world_ask(w, MASH_DESK, q)->status, STATUS(OK));
    return h;
}

static void one_that_nobody_leads_is_late_however_many_are_more_urgent(void **state)
{
    struct world *w = world_of(state);
    struct held const h = met_and_led_by_nobody(w, 50, DANGER_NO);
    int64_t const lead_by_ms = held_look(w, &h)->headline->lead_by_ms;
    world_pass(w, lead_by_ms - w->now.utc_ms - HOUR_MS);
    for (unsigned key = 51; key <= 90; key++) met_and_led_by_nobody(w, key, DANGER_YES);
    world_run(w);
    int64_t const alerts = w->counts[METRIC_ALERTS];
    world_pass(w, HOUR_MS + SECOND_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1); // said once
}

// What is handed out next, one at a time, as letters.
static void hand_out(struct world *w, unsigned n, char *letters)
{
    static unsigned id = 400;
    for (unsigned i = 0; i < n; i++) {
        Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", id++));
        assert_int_equal(r->claim->n_claimed, 1);
        letters[i] = "-gar"[r->claim->claimed[0]->headline->colour];
    }
    letters[n] = 0;
}

static void greens_get_their_share_and_a_red_never_waits_for_one(void **state)
{
    struct world *w = world_of(state);
    char letters[32];
    for (unsigned key = 1; key <= 3; key++) (void)world_submit(w, HOME, key, DANGER_NO);
    for (unsigned key = 11; key <= 22; key++) (void)world_submit(w, HOME, key, DANGER_UNSAID);
    (void)world_submit(w, HOME, 31, DANGER_YES);
    hand_out(w, 13, letters);
    assert_string_equal(letters, "raaaagaaaagaa"); // one in five beside reds
    (void)world_submit(w, HOME, 32, DANGER_YES);
    hand_out(w, 4, letters);
    assert_string_equal(letters, "raag");
}

static void greens_get_their_share_though_it_starts_anew_between_any_two_claims(void **state)
{
    struct world *w = world_of(state);
    char letters[16] = "";
    for (unsigned key = 1; key <= 3; key++) (void)world_submit(w, HOME, key, DANGER_NO);
    for (unsigned key = 11; key <= 22; key++) (void)world_submit(w, HOME, key, DANGER_UNSAID);
    for (unsigned i = 0; i < 12; i++) {
        hand_out(w, 1, letters + i);
        world_reopen(w);
    }
    assert_string_equal(letters, "aaaagaaaagaa");
}

static void what_has_waited_too_long_comes_before_what_scores_higher(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = world_submit(w, HOME, 1, DANGER_UNSAID);
    char first[16];
    (void)snprintf(first, sizeof first, "%s", r->submit->receipts[0]->adults[0]->reference);
    world_pass(w, 20 * DAY_MS);
    world_run(w);
    for (unsigned key = 2; key <= 4; key++) {
        struct concern_of const of = {
            .name = "Agnes Invented", .story = "Again.", .danger = DANGER_NO};
        r = world_ask(w, HOME, ask_submit(key, &of));
        assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    }
    ASK(r, w, MASH_DESK, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"), q.limit = 9);
    assert_int_equal(r->queue->headlines[0]->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
    assert_string_not_equal(r->queue->headlines[0]->reference, first);
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 9));
    assert_string_equal(r->claim->claimed[0]->headline->reference, first);
}

static void forty_reds_after_six_hours_without_a_line_all_get_in_at_once(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.quota_burst = 10;
    w->settings.limits.quota_per_minute = 1;
    world_reopen(w);
    for (unsigned key = 1; key <= 10; key++) (void)world_submit(w, HOME, key, DANGER_NO);
    world_pass(w, 6 * HOUR_MS);
    world_run(w);
    for (unsigned key = 100; key < 140; key++) {
        Triage__V1__Reply *r = world_submit(w, HOME, key, DANGER_YES);
        assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
        assert_int_equal(r->submit->receipts[0]->received_ms, w->now.utc_ms);
    }
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"), q.limit = 60);
    assert_int_equal(r->queue->n_headlines, 50);
    for (size_t i = 0; i < 40; i++)
        assert_int_equal(r->queue->headlines[i]->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
}

static void a_policy_that_cannot_be_evaluated_rates_red_and_refuses_nobody(void **state)
{
    struct world *w = world_of(state);
    plain_policy_break(true);
    Triage__V1__Reply *r = world_submit(w, HOME, 1, DANGER_NO);
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    assert_int_equal(r->submit->receipts[0]->adults[0]->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
    assert_string_equal(first_in_queue(w)->why, "unscreened:0");
    assert_int_equal(w->counts[METRIC_UNSCREENED], 1);
    plain_policy_break(false);
    world_pass(w, 5 * HOUR_MS);
    world_run(w); // Rated again, but never down by itself.
    assert_int_equal(first_in_queue(w)->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
}

static void a_window_closes_only_after_the_notice_was_read(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    struct held h = world_claim(w, MASH_DESK, "ada", 1);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET, "ada", 2));
    world_pass(w, 60 * DAY_MS);
    world_run(w);
    Triage__V1__Reply *r = world_ask(w, HOME, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, STATE(DECIDED_NOT_MET));
    ASK(r, w, HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE, q.cursor = 2);
    assert_int_equal(r->status, STATUS(OK));
    world_pass(w, 20 * DAY_MS);
    world_run(w);
    r = world_ask(w, HOME, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, STATE(CLOSED));
}

// --- Clocks. ---

static bool suspect(struct world *w)
{
    struct desk_figures f;
    desk_figures(w->desk, &f);
    return f.clock_suspect;
}

static void a_jump_of_the_clock_stops_upkeep_until_an_operator_confirms(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    (void)world_claim(w, MASH_DESK, "ada", 1);
    w->now.utc_ms += 400 * DAY_MS; // monotonic time stood still
    w->now.mono_ms += SECOND_MS;
    world_run(w);
    assert_true(suspect(w));
    assert_int_equal(w->counts[METRIC_LEASES_EXPIRED], 0);
    assert_int_equal(w->counts[METRIC_CLOCK_SUSPECT], 1);
    assert_int_equal(world_submit(w, HOME, 2, DANGER_NO)->submit->receipts[0]->status, STATUS(OK));
    world_reopen(w); // A restart does not make it believable.
    world_run(w);
    assert_true(suspect(w));
    w->now.utc_ms -= 400 * DAY_MS;
    world_reopen(w);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, OPERATOR_KEY, NULL, 0, CONFIRM_CLOCK, confirm_clock, ConfirmClock, CONFIRM_CLOCK, );
    assert_int_equal(r->status, STATUS(OK));
    assert_false(suspect(w));
    world_pass(w, 4 * DAY_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_LEASES_EXPIRED], 1);
}

static void a_slow_correction_of_the_clock_is_no_jump(void **state)
{
    struct world *w = world_of(state);
    for (int i = 0; i < 100; i++) {
        world_pass(w, HOUR_MS);
        w->now.utc_ms += 10 * SECOND_MS;
        world_run(w);
    }
    assert_false(suspect(w));
}

static void days_missing_at_a_restart_are_asked_about(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    world_pass(w, 71 * HOUR_MS);
    world_reopen(w);
    assert_false(suspect(w));
    world_pass(w, 73 * HOUR_MS);
    world_reopen(w);
    assert_true(suspect(w));
}

static void a_clock_behind_the_last_record_is_asked_about(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    w->now.utc_ms -= HOUR_MS;
    world_reopen(w);
    assert_true(suspect(w));
}

// --- Policies and people change. ---

static void a_new_policy_and_registry_are_in_the_record(void **state)
{
    struct world *w = world_of(state);
    uint64_t const before = world_head(w);
    plain_policy_version("2");
    desk_set_policy(w->desk, plain_policy(), w->now);
    assert_int_equal(world_head(w), before + 1);
    world_set(w);
    assert_int_equal(world_head(w), before + 2);
    world_reopen(w);
    assert_int_equal(world_head(w), before + 3); // Only that it started.
}

static void the_leases_of_a_worker_who_left_return(void **state)
{
    struct world *w = world_of(state);
    for (unsigned k = 1; k <= 10; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    for (unsigned k = 1; k <= 5; k++) (void)world_claim(w, MASH_DESK, k % 2 ? "ada" : "ben", k);
    w->workers[0].active = false; // ada
    world_set(w);
    world_run(w);
    struct desk_figures f;
    desk_figures(w->desk, &f);
    assert_int_equal(f.teams[0].leased, 2);
    assert_int_equal(f.teams[0].waiting[COLOUR_GREEN], 8);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 90));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(waiting_alone_changes_no_colour_and_writes_nothing_but_the_holding_notice),
        T(what_the_council_learns_raises_a_waiting_case_and_the_referrer_is_not_shown),
        T(too_many_reds_and_too_long_a_wait_are_said_aloud_once),
        T(one_that_nobody_leads_is_late_however_many_are_more_urgent),
        T(greens_get_their_share_and_a_red_never_waits_for_one),
        T(greens_get_their_share_though_it_starts_anew_between_any_two_claims),
        T(what_has_waited_too_long_comes_before_what_scores_higher),
        T(forty_reds_after_six_hours_without_a_line_all_get_in_at_once),
        T(a_policy_that_cannot_be_evaluated_rates_red_and_refuses_nobody),
        T(a_window_closes_only_after_the_notice_was_read),
        T(a_jump_of_the_clock_stops_upkeep_until_an_operator_confirms),
        T(a_slow_correction_of_the_clock_is_no_jump),
        T(days_missing_at_a_restart_are_asked_about),
        T(a_clock_behind_the_last_record_is_asked_about),
        T(a_new_policy_and_registry_are_in_the_record),
        T(the_leases_of_a_worker_who_left_return),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
