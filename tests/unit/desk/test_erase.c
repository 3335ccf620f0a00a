// What has ended is erased by order of two managers, and the order tells why for ever.
#include "inside.h"
#include "plain_policy.h"
#include "world.h"

#define YES TRIAGE__V1__ANSWER__ANSWER_YES
#define NO  TRIAGE__V1__ANSWER__ANSWER_NO

// A case of HOME's, forwarded and accepted there; its notices are receipted.
static struct held ended(struct world *w, unsigned n)
{
    (void)world_submit(w, HOME, n, DANGER_NO);
    struct held h = world_close(w, 3 * n);
    world_receipt(w, HOME);
    return h;
}

static Triage__V1__Reply *propose(struct world *w, enum who who, const struct held *h,
                                  const char *reason)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, ERASE, erase, Erase, ERASE, q.reference = TEXT(h->reference),
        q.reason = TEXT(reason));
    return r;
}

static Triage__V1__Reply *sweep(struct world *w, enum who who, const char *reason)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, SWEEP, sweep, Sweep, SWEEP, q.reason = TEXT(reason));
    return r;
}

static Triage__V1__Reply *answer(struct world *w, enum who who, uint64_t number,
                                 Triage__V1__Answer agree, const char *reason)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, ANSWER_ERASURE, answer_erasure, AnswerErasure, ANSWER_ERASURE,
        q.number = number, q.agree = agree, q.reason = TEXT(reason));
    world_run(w);
    return r;
}

static Triage__V1__ErasureOrder *order(struct world *w)
{
    Triage__V1__Reply *r;
    ASK(r, w, AUDITOR_KEY, NULL, 0, ERASURE_STATUS, erasure_status, ErasureStatus, ERASURE_STATUS,
        (void)q);
    assert_int_equal(r->status, STATUS(OK));
    return r->erasure->order;
}

static Triage__V1__RetentionDueReply *due(struct world *w, enum who who, int64_t before_ms,
                                          uint32_t limit, const char *after)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, RETENTION_DUE, retention_due, RetentionDue, RETENTION_DUE,
        q.before_ms = before_ms, q.limit = limit, q.after_reference = TEXT(after));
    assert_non_null(r);
    assert_int_equal(r->status, STATUS(OK));
    return r->retention_due;
}

static bool erased(struct world *w, const struct held *h)
{
    return held_look(w, h)->erased;
}

static void one_proposes_another_agrees_and_the_reason_outlives_the_case(void **state)
{
    struct world *w = world_of(state);
    struct held const h = ended(w, 1);
    Triage__V1__Reply *r = propose(w, MANAGER_KEY, &h, "kept long enough");
    assert_int_equal(r->status, STATUS(CONFLICT)); // the rules give no time
    assert_string_equal(r->problems[0]->field, "retention.forwarded.keep");
    plain_policy_keeps(RETENTION_FORWARDED, 30);
    r = propose(w, MANAGER_KEY, &h, "kept long enough");
    assert_int_equal(r->status, STATUS(CONFLICT)); // and now it is not over
    world_pass(w, 32 * DAY_MS);
    r = propose(w, MANAGER_KEY, &h, " ");
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "erase.reason");
    assert_int_equal(propose(w, OPERATOR_KEY, &h, "x")->status, STATUS(FORBIDDEN));
    assert_int_equal(propose(w, MASH_DESK, &h, "x")->status, STATUS(FORBIDDEN));
    r = propose(w, MANAGER_KEY, &h, "kept long enough");
    assert_int_equal(r->status, STATUS(OK));
    uint64_t const number = r->erasure->order->number;
    assert_int_equal(propose(w, MANAGER_KEY, &h, "again")->status, STATUS(OK)); // the same
    assert_int_equal(sweep(w, MANAGER_2_KEY, "x")->status, STATUS(CONFLICT));
    assert_false(erased(w, &h));
    assert_int_equal(answer(w, MANAGER_KEY, number, YES, "")->status, STATUS(FORBIDDEN));
    assert_int_equal(answer(w, MANAGER_2_KEY, number + 1, YES, "")->status, STATUS(CONFLICT));
    assert_int_equal(
        answer(w, MANAGER_2_KEY, number, TRIAGE__V1__ANSWER__ANSWER_UNSPECIFIED, "")->status,
        STATUS(INVALID));
    assert_string_equal(order(w)->reason, "kept long enough");
    assert_string_equal(order(w)->by, "mo");
    assert_int_equal(answer(w, MANAGER_2_KEY, number, YES, "I looked")->status, STATUS(OK));
    assert_null(order(w));
    int64_t const agreed_ms = w->now.utc_ms;
    for (int restart = 0; restart < 2; restart++) {
        Triage__V1__CaseReport const *c = held_look(w, &h);
        assert_true(c->erased);
        assert_int_equal(c->concern.len, 0);
        assert_string_equal(c->erasure->reason, "kept long enough");
        assert_string_equal(c->erasure->agreed_reason, "I looked");
        assert_string_equal(c->erasure->proposed_by, "mo");
        assert_string_equal(c->erasure->agreed_by, "max");
        assert_int_equal(c->erasure->agreed_ms, agreed_ms);
        assert_string_equal(c->erasure->what, "forwarded");
        assert_string_equal(c->erasure->keep, "30 days");
        assert_string_equal(c->erasure->basis, "the invented schedule, row 12");
        assert_true(c->erasure->due_ms > agreed_ms - 2 * DAY_MS);
        assert_true(c->erasure->due_ms <= agreed_ms);
        plain_policy_keeps(RETENTION_FORWARDED, 1); // what is told is what was agreed on
        world_reopen(w);
    }
}

static void a_legal_hold_bars_it_until_a_manager_lifts_it(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r;
    struct held h = ended(w, 1);
    plain_policy_keeps(RETENTION_FORWARDED, 1);
    world_pass(w, 3 * DAY_MS);
    ASK(r, w, MASH_DESK, "ada", 70, LEGAL_HOLD, legal_hold, LegalHold, LEGAL_HOLD,
        q.hold = hold_of(&h), q.held = YES, q.reason = TEXT("an inquest"));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    ASK(r, w, MANAGER_KEY, NULL, 71, LEGAL_HOLD, legal_hold, LegalHold, LEGAL_HOLD,
        q.hold = hold_of(&h), q.held = YES);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "legal_hold.reason");
    uint64_t const number = propose(w, MANAGER_KEY, &h, "time is over")->erasure->order->number;
    ASK(r, w, MANAGER_KEY, NULL, 72, LEGAL_HOLD, legal_hold, LegalHold, LEGAL_HOLD,
        q.hold = hold_of(&h), q.held = YES, q.reason = TEXT("an inquest"));
    assert_int_equal(r->status, STATUS(OK));
    assert_true(held_look(w, &h)->legal_hold);
    assert_int_equal(answer(w, MANAGER_2_KEY, number, YES, "")->status, STATUS(CONFLICT));
    assert_int_equal(answer(w, MANAGER_2_KEY, number, NO, "")->status, STATUS(INVALID));
    assert_int_equal(answer(w, MANAGER_2_KEY, number, NO, "held")->status, STATUS(OK));
    assert_string_equal(due(w, AUDITOR_KEY, 0, 0, "")->cases[0]->bar, "legal_hold");
    assert_int_equal(propose(w, MANAGER_KEY, &h, "time is over")->status, STATUS(CONFLICT));
    ASK(r, w, MANAGER_KEY, NULL, 73, ERASE, erase, Erase, ERASE, q.reference = h.reference,
        q.reason = TEXT("asked for"), q.on_request = true);
    assert_int_equal(r->status, STATUS(CONFLICT)); // on no ground
    world_reopen(w);
    assert_int_equal(world_erase(w, h.reference), STATUS(CONFLICT));
    ASK(r, w, MANAGER_2_KEY, NULL, 74, LEGAL_HOLD, legal_hold, LegalHold, LEGAL_HOLD,
        q.hold = hold_of(&h), q.held = NO, q.reason = TEXT("it ended"));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(world_erase(w, h.reference), STATUS(OK));
    assert_true(erased(w, &h));
    assert_true(held_look(w, &h)->erasure->on_request);
}

static void what_is_due_is_listed_in_pieces_and_the_list_is_recorded(void **state)
{
    struct world *w = world_of(state);
    struct held h[5];
    for (unsigned i = 0; i < 5; i++) {
        h[i] = ended(w, 1 + i);
        world_pass(w, DAY_MS);
    }
    (void)world_submit(w, HOME, 50, DANGER_NO); // open
    world_reopen(w);
    assert_int_equal(due(w, MANAGER_KEY, 0, 0, "")->n_cases, 0);
    assert_int_equal(due(w, MANAGER_KEY, 0, 0, "")->n_unset, RETENTION_COUNT - 1);
    plain_policy_keeps(RETENTION_FORWARDED, 2);
    uint64_t const head = world_head(w);
    Triage__V1__RetentionDueReply const *d = due(w, MANAGER_KEY, 0, 0, "");
    assert_int_equal(world_head(w), head + 1); // who asked
    assert_int_equal(d->n_unset, RETENTION_COUNT - 2);
    size_t const n = d->n_cases;
    assert_in_range(n, 2, 4);
    for (size_t i = 0; i < n; i++) {
        assert_string_equal(d->cases[i]->reference, h[i].reference);
        assert_string_equal(d->cases[i]->what, "forwarded");
        assert_string_equal(d->cases[i]->bar, "");
        assert_true(d->cases[i]->due_ms > d->cases[i]->ended_ms + 2 * DAY_MS);
        assert_true(d->cases[i]->due_ms <= w->now.utc_ms);
    }
    d = due(w, AUDITOR_KEY, w->now.utc_ms + 9 * DAY_MS, 2, "");
    assert_int_equal(d->n_cases, 2);
    assert_true(d->more);
    d = due(w, AUDITOR_KEY, w->now.utc_ms + 9 * DAY_MS, 4, h[1].reference);
    assert_int_equal(d->n_cases, 3);
    assert_string_equal(d->cases[2]->reference, h[4].reference);
    assert_false(d->more);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 0, RETENTION_DUE, retention_due, RetentionDue, RETENTION_DUE,
        (void)q);
    assert_int_equal(r->status, STATUS(FORBIDDEN));
}

#define MANY 40u

// Some of it done, then the process is gone: it goes on, erases what was meant and nothing else.
static void a_sweep_goes_on_after_a_crash_and_takes_what_was_due_then(void **state)
{
    struct world *w = world_of(state);
    static struct held h[MANY + 2];
    Triage__V1__Reply *r;
    plain_policy_keeps(RETENTION_FORWARDED, 5);
    for (unsigned i = 0; i < MANY; i++) h[i] = ended(w, 1 + i);
    ASK(r, w, MANAGER_KEY, NULL, 900, LEGAL_HOLD, legal_hold, LegalHold, LEGAL_HOLD,
        q.hold = hold_of(&h[7]), q.held = YES, q.reason = TEXT("an inquest"));
    assert_int_equal(r->status, STATUS(OK));
    world_pass(w, 3 * DAY_MS);
    h[MANY] = ended(w, 60); // not due when the sweep is proposed
    world_pass(w, 4 * DAY_MS);
    assert_int_equal(sweep(w, MANAGER_KEY, "")->status, STATUS(INVALID));
    uint64_t const number = sweep(w, MANAGER_KEY, "yearly review")->erasure->order->number;
    world_pass(w, 4 * DAY_MS); // now it is, but it was not meant
    assert_int_equal(due(w, MANAGER_KEY, 0, 0, "")->n_cases, MANY + 1);
    Triage__V1__AnswerErasureRequest q = TRIAGE__V1__ANSWER_ERASURE_REQUEST__INIT;
    q.number = number;
    q.agree = YES;
    Triage__V1__Request *ask = ask_blank(NULL, 0);
    ask->body_case = TRIAGE__V1__REQUEST__BODY_ANSWER_ERASURE;
    ask->answer_erasure = &q;
    (void)world_send(w, MANAGER_2_KEY, ask);
    uint64_t const none = ledger_head(w->ledger).erasures;
    for (int turn = 0; turn < 100 && ledger_head(w->ledger).erasures == none; turn++) {
        uint64_t const before = w->desk->next_seq;
        (void)desk_turn(w->desk, w->now);
        assert_in_range(w->desk->next_seq - before, 0, 17); // no more in one turn of the loop
        desk_ledger(w->desk, w->now);
    }
    world_reopen(w); // some are erased, and not all
    assert_int_equal(book_area(w->desk->book)->erasure.seq, number);
    world_run(w);
    unsigned gone = 0;
    for (unsigned i = 0; i <= MANY; i++) gone += erased(w, &h[i]);
    assert_int_equal(gone, MANY - 1);
    assert_false(erased(w, &h[7]));
    assert_false(erased(w, &h[MANY]));
    assert_null(order(w));
    assert_string_equal(held_look(w, &h[0])->erasure->reason, "yearly review");
    assert_string_equal(held_look(w, &h[MANY - 1])->erasure->reason, "yearly review");
    assert_int_equal(due(w, MANAGER_KEY, 0, 0, "")->n_cases, 2);
}

static void other_rules_end_what_was_agreed_by_the_old_ones(void **state)
{
    struct world *w = world_of(state);
    struct held const h = ended(w, 1);
    plain_policy_keeps(RETENTION_FORWARDED, 1);
    world_pass(w, 3 * DAY_MS);
    uint64_t const number = propose(w, MANAGER_KEY, &h, "time is over")->erasure->order->number;
    plain_policy_version("2");
    desk_set_policy(w->desk, plain_policy(), w->now);
    world_run(w);
    assert_null(order(w));
    assert_int_equal(answer(w, MANAGER_2_KEY, number, YES, "")->status, STATUS(CONFLICT));
    assert_false(erased(w, &h));
    uint64_t const again = propose(w, MANAGER_KEY, &h, "time is over")->erasure->order->number;
    world_pass(w, 8 * DAY_MS); // nobody answered
    assert_null(order(w));
    assert_int_equal(answer(w, MANAGER_2_KEY, again, YES, "")->status, STATUS(CONFLICT));
}

static void a_notice_that_is_owed_bars_it_until_it_is_fetched_or_the_key_is_gone(void **state)
{
    struct world *w = world_of(state);
    plain_policy_keeps(RETENTION_FORWARDED, 1);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    struct held h = world_close(w, 1);
    world_pass(w, 3 * DAY_MS);
    assert_string_equal(due(w, MANAGER_KEY, 0, 0, "")->cases[0]->bar, "notice_owed");
    assert_int_equal(propose(w, MANAGER_KEY, &h, "time is over")->status, STATUS(CONFLICT));
    for (size_t i = 0; i < w->registry.n_principals; i++)
        if (strcmp(w->principals[i].id, "home") == 0) w->principals[i].active = false;
    world_set(w);
    world_run(w);
    assert_string_equal(due(w, MANAGER_KEY, 0, 0, "")->cases[0]->bar, "");
    assert_int_equal(propose(w, MANAGER_KEY, &h, "time is over")->status, STATUS(OK));
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(one_proposes_another_agrees_and_the_reason_outlives_the_case),
        T(a_legal_hold_bars_it_until_a_manager_lifts_it),
        T(what_is_due_is_listed_in_pieces_and_the_list_is_recorded),
        T(a_sweep_goes_on_after_a_crash_and_takes_what_was_due_then),
        T(other_rules_end_what_was_agreed_by_the_old_ones),
        T(a_notice_that_is_owed_bars_it_until_it_is_fetched_or_the_key_is_gone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
