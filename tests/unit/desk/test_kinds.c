// Other kinds of referral at the desk: recorded, dated, refused where a council has no tables for
// them.
#include "plain_policy.h"
#include "world.h"

#include <stdio.h>

#define KIND(word) TRIAGE__V1__KIND__KIND_##word

static Triage__V1__Receipt *sent(struct world *w, unsigned key, Triage__V1__Kind kind,
                                 bool harmless)
{
    char name[40];
    (void)snprintf(name, sizeof name, "Invented Person %u", key);
    struct concern_of const c = {
        .name = name, .kind = kind, .harmless = harmless, .danger = DANGER_NO};
    return world_ask(w, HOME, ask_submit(key, &c))->submit->receipts[0];
}

static Triage__V1__CaseBrief *status(struct world *w, const char *reference)
{
    return world_ask(w, HOME, ask_status(reference))->case_->case_;
}

static void a_harmless_log_is_closed_at_once_and_stays_so_after_a_restart(void **state)
{
    struct world *w = world_of(state);
    char reference[16];
    Triage__V1__Receipt *r = sent(w, 1, KIND(LOW_LEVEL_LOG), true);
    assert_int_equal(r->status, STATUS(OK));
    (void)snprintf(reference, sizeof reference, "%s", r->adults[0]->reference);
    assert_true(r->adults[0]->decide_by_ms == 0);
    assert_int_equal(status(w, reference)->state, STATE(CLOSED));
    r = sent(w, 1, KIND(LOW_LEVEL_LOG), true); // sent again: the same answer
    assert_int_equal(r->status, STATUS(DUPLICATE));
    assert_string_equal(r->adults[0]->reference, reference);
    world_reopen(w);
    assert_int_equal(status(w, reference)->state, STATE(CLOSED));
    assert_string_equal(status(w, reference)->in_words, "It is recorded and counted.");
}

static void a_log_that_is_not_harmless_waits_as_a_concern(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Receipt *r = sent(w, 1, KIND(LOW_LEVEL_LOG), false);
    assert_true(r->adults[0]->decide_by_ms > 0);
    assert_int_equal(status(w, r->adults[0]->reference)->state, STATE(QUEUED));
}

static void logs_about_one_place_add_up_to_a_record_for_a_manager(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *orgs = NULL;
    plain_policy_counts_services();
    for (unsigned n = 1; n <= 10; n++) {
        ASK(orgs, w, MASH_DESK, NULL, 0, ORGS, orgs, Orgs, ORGS, q.reference = TEXT(""));
        assert_int_equal(orgs->orgs->n_orgs, 0);
        (void)sent(w, n, KIND(LOW_LEVEL_LOG), true);
    }
    ASK(orgs, w, MASH_DESK, NULL, 0, ORGS, orgs, Orgs, ORGS, q.reference = TEXT(""));
    assert_int_equal(orgs->orgs->n_orgs, 1);
    assert_string_equal(orgs->orgs->orgs[0]->rule, "low_level_logs");
    assert_int_equal(orgs->orgs->orgs[0]->n_concerns, 0); // no log waits for anybody
}

static void a_kind_without_tables_is_refused_by_its_field(void **state)
{
    struct world *w = world_of(state);
    static const Triage__V1__Kind none[] = {KIND(UNSPECIFIED), KIND(ADVICE), KIND(ORGANISATION)};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++) {
        struct concern_of const c = {.danger = DANGER_NO};
        Triage__V1__Request *q = ask_submit(20 + (unsigned)i, &c);
        q->submit->submissions[0]->kind = none[i];
        Triage__V1__Receipt *r = world_ask(w, HOME, q)->submit->receipts[0];
        assert_int_equal(r->status, STATUS(INVALID));
        assert_string_equal(r->problems[0]->field, "kind");
    }
}

static void a_request_past_its_day_is_red_and_one_alarm_also_after_a_restart(void **state)
{
    struct world *w = world_of(state);
    char reference[16];
    Triage__V1__Receipt *r = sent(w, 1, KIND(DOLS_REQUEST), true);
    (void)snprintf(reference, sizeof reference, "%s", r->adults[0]->reference);
    int64_t const due_ms = r->adults[0]->decide_by_ms, alerts = w->counts[METRIC_ALERTS];
    assert_true(due_ms > w->now.utc_ms + 21 * DAY_MS - HOUR_MS);
    assert_true(due_ms < w->now.utc_ms + 22 * DAY_MS);
    world_reopen(w); // its alarm is in the record
    while (w->now.utc_ms < due_ms - HOUR_MS) {
        world_pass(w, HOUR_MS);
        world_run(w);
    }
    assert_int_equal(w->counts[METRIC_ALERTS], alerts);
    for (int i = 0; i < 3; i++) {
        world_pass(w, HOUR_MS);
        world_run(w);
    }
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    Triage__V1__CaseBrief *b = world_ask(w, AUDITOR_KEY, ask_status(reference))->case_->case_;
    assert_int_equal(b->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
    assert_true(b->decide_by_ms == due_ms);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_harmless_log_is_closed_at_once_and_stays_so_after_a_restart),
        T(a_log_that_is_not_harmless_waits_as_a_concern),
        T(logs_about_one_place_add_up_to_a_record_for_a_manager),
        T(a_kind_without_tables_is_refused_by_its_field),
        T(a_request_past_its_day_is_red_and_one_alarm_also_after_a_restart),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
