// Out of hours: safe until the morning, rung about, agreed by telephone, opened though restricted.
#include "plain_policy.h"
#include "world.h"

#include <stdio.h>

#define NOT_MET TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET
#define ACT(w)  TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_##w

// The world begins on a Monday at ten; this is one at the end of winter time.
#define BEFORE_THE_CLOCKS_CHANGE INT64_C(1774692000000) // Saturday 28 March 2026, 10:00 UTC

static void pass(struct world *w, int64_t ms)
{
    for (; ms > 0; ms -= MINUTE_MS) {
        world_pass(w, ms < MINUTE_MS ? ms : MINUTE_MS);
        (void)desk_turn(w->desk, w->now);
        desk_ledger(w->desk, w->now);
    }
    world_run(w);
}

static int64_t local(int year, int month, int day, int hour, int minute)
{
    return civil_to_utc(
        (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static struct held red(struct world *w, unsigned key)
{
    struct held h = {0};
    Triage__V1__Reply *r = world_submit(w, HOME, key, DANGER_YES);
    (void)snprintf(h.reference, sizeof h.reference, "%s",
                   r->submit->receipts[0]->adults[0]->reference);
    return h;
}

static void refresh(struct world *w, struct held *h)
{
    h->version = world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->version;
}

static void take(struct world *w, enum who who, const char *worker, struct held *h, unsigned id)
{
    Triage__V1__Reply *r = world_ask(w, who, ask_claim(h->reference, worker, id));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(OK));
    h->token = r->claim->claimed[0]->token;
    h->version = r->claim->claimed[0]->headline->version;
}

static Triage__V1__Reply *act(struct world *w, enum who who, const char *worker, struct held *h,
                              Triage__V1__NightAct what, const char *words, unsigned id)
{
    Triage__V1__Reply *r = NULL;
    refresh(w, h);
    ASK(r, w, who, worker, id, NIGHT, night, Night, NIGHT, q.hold = hold_of(h), q.act = what,
        q.safety = TEXT(what == ACT(SAFE_TONIGHT) ? words : ""),
        q.manager = TEXT(what == ACT(AGREED_BY_TELEPHONE) ? words : ""),
        q.reason = TEXT("in the night"));
    return r;
}

static Triage__V1__HandoverReply *handover(struct world *w)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, HANDOVER, handover, Handover, HANDOVER, );
    assert_int_equal(r->status, STATUS(OK));
    return r->handover;
}

static bool says(const Triage__V1__HandoverRow *row, const char *word)
{
    for (size_t i = 0; i < row->n_what; i++)
        if (strcmp(row->what[i], word) == 0) return true;
    return false;
}

static void to_night(struct world *w) // Monday, ten in the evening
{
    world_pass(w, 12 * HOUR_MS);
    world_run(w);
}

// --- Rung. ---

static void an_unseen_red_rings_out_of_hours_every_ten_minutes_until_it_is_taken(void **state)
{
    struct world *w = world_of(state);
    to_night(w);
    struct held h = red(w, 1);
    pass(w, 9 * MINUTE_MS);
    assert_int_equal(w->n_paged, 0);
    pass(w, 2 * MINUTE_MS);
    assert_int_equal(w->n_paged, 1);
    assert_string_equal(w->paged, h.reference);
    pass(w, 21 * MINUTE_MS);
    assert_int_equal(w->n_paged, 3);
    assert_int_equal(w->page_attempt, 3); // the next contact each time
    world_reopen(w);
    take(w, NIGHT_DESK, "nell", &h, 1);
    pass(w, 60 * MINUTE_MS);
    assert_int_equal(w->n_paged, 3);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, AUDITOR_KEY, NULL, 2, LOOK, look, Look, LOOK, q.reference = TEXT(h.reference),
        q.reason = TEXT("audit"), q.timeline = true);
    unsigned paged = 0;
    for (size_t i = 0; i < r->look->n_timeline; i++)
        paged += strcmp(r->look->timeline[i]->event, "paged") == 0;
    assert_int_equal(paged, 3); // the attempts are events
}

static void by_day_nobody_is_rung_before_the_office_closes(void **state)
{
    struct world *w = world_of(state);
    (void)red(w, 1); // ten in the morning; nobody takes it all day
    pass(w, 7 * HOUR_MS - MINUTE_MS);
    assert_int_equal(w->n_paged, 0);
    pass(w, 2 * MINUTE_MS);
    assert_int_equal(w->n_paged, 1);
    (void)world_submit(w, HOME, 2, DANGER_NO); // a green waits for the morning
    pass(w, HOUR_MS);
    assert_int_equal(w->n_paged, 7);
}

// --- Safe tonight. ---

static void safe_tonight_holds_until_ten_and_the_referrer_hears_the_new_time(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    to_night(w);
    struct held h = red(w, 1);
    take(w, NIGHT_DESK, "nell", &h, 1);
    assert_int_equal(act(w, NIGHT_DESK, "nell", &h, ACT(SAFE_TONIGHT), "", 2)->status,
                     STATUS(INVALID)); // what was done?
    Triage__V1__Reply *r =
        act(w, NIGHT_DESK, "nell", &h, ACT(SAFE_TONIGHT), "her daughter stays", 3);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->case_->case_->decide_by_ms, local(2025, 12, 2, 10, 0));
    assert_int_equal(r->case_->case_->state, STATE(QUEUED));
    pass(w, 9 * HOUR_MS);
    assert_int_equal(w->n_paged, 0);
    Triage__V1__Notice *last = NULL;
    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].peer == w->peers[HOME].id &&
            w->sent[i].reply->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            last = w->sent[i].reply->notices->notices[0];
    assert_string_equal(last->code, "delay");
    // The morning finds it on the list, and takes it off by working on it.
    Triage__V1__HandoverReply *list = handover(w);
    assert_int_equal(list->n_rows, 1);
    assert_true(says(list->rows[0], "safe_tonight") && says(list->rows[0], "came_in"));
    pass(w, 3 * HOUR_MS);
    take(w, MASH_DESK, "ada", &h, 4);
    list = handover(w);
    for (size_t i = 0; i < list->n_rows; i++) assert_false(says(list->rows[i], "safe_tonight"));
}

static void safe_tonight_is_the_duty_workers_and_of_the_night(void **state)
{
    struct world *w = world_of(state);
    struct held h = red(w, 1);
    take(w, MASH_DESK, "ada", &h, 1);
    assert_int_equal(act(w, MASH_DESK, "ada", &h, ACT(SAFE_TONIGHT), "seen", 2)->status,
                     STATUS(FORBIDDEN));
}

static void on_the_night_the_clocks_change_ten_is_ten_in_the_morning(void **state)
{
    struct world *w = world_of(state);
    w->now.utc_ms = BEFORE_THE_CLOCKS_CHANGE;
    w->now.mono_ms += DAY_MS;
    world_reopen(w);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, OPERATOR_KEY, NULL, 0, CONFIRM_CLOCK, confirm_clock, ConfirmClock, CONFIRM_CLOCK, );
    world_pass(w, 14 * HOUR_MS + 30 * MINUTE_MS); // half an hour before they go forward
    world_run(w);
    struct held h = red(w, 1);
    take(w, NIGHT_DESK, "nell", &h, 1);
    r = act(w, NIGHT_DESK, "nell", &h, ACT(SAFE_TONIGHT), "the police are there", 2);
    assert_int_equal(r->case_->case_->decide_by_ms, local(2026, 3, 30, 10, 0));
    struct held next = red(w, 2);
    int64_t const by_ms =
        world_ask(w, AUDITOR_KEY, ask_status(next.reference))->case_->case_->decide_by_ms;
    assert_int_equal(by_ms - w->now.utc_ms, 4 * HOUR_MS); // a red's hours are hours
}

// --- Agreed by telephone. ---

// The kind of what the duty team or the MASH has to do first; "" nothing.
static const char *to_do(struct world *w)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MANAGER_KEY, "mo", 0, TASKS, tasks, Tasks, TASKS, q.team = TEXT("mash"));
    assert_int_equal(r->status, STATUS(OK));
    return r->tasks->n_tasks ? r->tasks->tasks[0]->errand->kind : "";
}

static void a_manager_rung_at_night_confirms_before_a_refusal_becomes_final(void **state)
{
    struct world *w = world_of(state);
    to_night(w);
    struct held h = red(w, 1);
    take(w, NIGHT_DESK, "nell", &h, 1);
    Triage__V1__Reply *r = world_ask(w, NIGHT_DESK, ask_decide(&h, NOT_MET, "nell", 2));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(act(w, NIGHT_DESK, "nell", &h, ACT(AGREED_BY_TELEPHONE), "nell", 3)->status,
                     STATUS(INVALID));
    assert_int_equal(act(w, NIGHT_DESK, "nell", &h, ACT(AGREED_BY_TELEPHONE), "mo", 4)->status,
                     STATUS(OK));
    r = world_ask(w, AUDITOR_KEY, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, STATE(DECIDED_NOT_MET));
    Triage__V1__HandoverReply *list = handover(w);
    assert_int_equal(list->n_rows, 1);
    assert_string_equal(list->rows[0]->second, "mo");
    ASK(r, w, HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE, q.cursor = 2);
    assert_int_equal(r->status, STATUS(OK));
    // At ten in the morning it is an alarm, once, and stays on the team's list.
    int64_t const alerts = w->counts[METRIC_ALERTS];
    world_pass(w, 12 * HOUR_MS - 2 * MINUTE_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts);
    assert_string_equal(to_do(w), "confirm_second");
    world_pass(w, 3 * MINUTE_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    for (int day = 0; day < 30; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    r = world_ask(w, AUDITOR_KEY, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, STATE(DECIDED_NOT_MET)); // no window ends meanwhile
    assert_int_equal(act(w, MANAGER_2_KEY, "max", &h, ACT(CONFIRM), "", 5)->status,
                     STATUS(FORBIDDEN)); // another manager was rung
    assert_int_equal(act(w, MANAGER_KEY, "mo", &h, ACT(CONFIRM), "", 6)->status, STATUS(OK));
    assert_string_not_equal(to_do(w), "confirm_second");
    world_pass(w, MINUTE_MS);
    world_run(w);
    r = world_ask(w, AUDITOR_KEY, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, STATE(CLOSED));
}

// --- Restricted. ---

static void what_is_restricted_opens_at_night_and_a_manager_is_told(void **state)
{
    struct world *w = world_of(state);
    struct held h = red(w, 1);
    assert_int_equal(act(w, MANAGER_KEY, "mo", &h, ACT(RESTRICT), "", 1)->status, STATUS(OK));
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", 2, LOOK, look, Look, LOOK, q.reference = TEXT(h.reference),
        q.reason = TEXT("curious"));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    to_night(w);
    int64_t const alerts = w->counts[METRIC_ALERTS];
    ASK(r, w, NIGHT_DESK, "nell", 3, LOOK, look, Look, LOOK, q.reference = TEXT(h.reference),
        q.reason = TEXT("the police are at the door"), q.timeline = true);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    assert_true(says(handover(w)->rows[0], "restricted_and_opened"));
    ASK(r, w, MANAGER_KEY, "mo", 4, LOOK, look, Look, LOOK, q.reference = TEXT(h.reference),
        q.reason = TEXT("who opened it"), q.timeline = true);
    assert_string_equal(r->look->timeline[r->look->n_timeline - 1]->event, "broke_glass");
    assert_string_equal(r->look->timeline[r->look->n_timeline - 1]->worker, "nell");
    Triage__V1__HandoverReply *list = handover(w);
    for (size_t i = 0; i < list->n_rows; i++)
        assert_false(says(list->rows[i], "restricted_and_opened"));
}

// Whatever the council's rules make of what it knows beside them.
static void what_its_senders_words_make_red_is_the_duty_desks_at_night(void **state)
{
    struct world *w = world_of(state);
    struct concern_of const about = {.name = "Invented Person 7", .danger = DANGER_YES};
    struct held h = {0};
    plain_policy_calms();
    world_pass(w, 12 * HOUR_MS); // ten in the evening
    for (unsigned key = 1; key <= 2; key++) {
        Triage__V1__Reply const *r = world_ask(w, HOME, ask_submit(key, &about));
        assert_int_equal(r->status, STATUS(OK));
        Triage__V1__AdultReceipt const *adult = r->submit->receipts[0]->adults[0];
        assert_int_equal(adult->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
        (void)snprintf(h.reference, sizeof h.reference, "%s", adult->reference);
        Triage__V1__CaseReport const *seen = held_look(w, &h);
        assert_int_equal(seen->headline->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
        assert_string_equal(seen->headline->team, "night");
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(an_unseen_red_rings_out_of_hours_every_ten_minutes_until_it_is_taken),
        T(by_day_nobody_is_rung_before_the_office_closes),
        T(safe_tonight_holds_until_ten_and_the_referrer_hears_the_new_time),
        T(safe_tonight_is_the_duty_workers_and_of_the_night),
        T(on_the_night_the_clocks_change_ten_is_ten_in_the_morning),
        T(a_manager_rung_at_night_confirms_before_a_refusal_becomes_final),
        T(what_is_restricted_opens_at_night_and_a_manager_is_told),
        T(what_its_senders_words_make_red_is_the_duty_desks_at_night),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
