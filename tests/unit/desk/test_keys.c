// A key is a promise: the same thing sent again, any number of times, changes nothing.
#include "world.h"

static Triage__V1__Receipt *receipt(Triage__V1__Reply *r)
{
    assert_non_null(r);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->submit->n_receipts, 1);
    return r->submit->receipts[0];
}

static void assert_same(const Triage__V1__Receipt *a, const Triage__V1__Receipt *b)
{
    assert_int_equal(a->n_adults, b->n_adults);
    for (size_t i = 0; i < a->n_adults; i++) {
        assert_string_equal(a->adults[i]->reference, b->adults[i]->reference);
        assert_int_equal(a->adults[i]->colour, b->adults[i]->colour);
        assert_int_equal(a->adults[i]->decide_by_ms, b->adults[i]->decide_by_ms);
    }
    assert_int_equal(a->received_ms, b->received_ms);
    assert_int_equal(a->n_problems, b->n_problems);
    for (size_t i = 0; i < a->n_problems; i++) {
        assert_string_equal(a->problems[i]->field, b->problems[i]->field);
        assert_string_equal(a->problems[i]->text, b->problems[i]->text);
    }
    assert_string_equal(a->advice, b->advice);
    assert_memory_equal(a->digest.data, b->digest.data, DIGEST_BYTES);
}

static void a_resend_gets_the_first_receipt_marked_duplicate(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Receipt *first = receipt(world_submit(w, HOME, 1, DANGER_NO));
    world_pass(w, HOUR_MS);
    for (int i = 0; i < 3; i++) {
        Triage__V1__Receipt *again = receipt(world_submit(w, HOME, 1, DANGER_NO));
        assert_int_equal(again->status, STATUS(DUPLICATE));
        assert_same(first, again);
    }
    struct desk_figures f;
    desk_figures(w->desk, &f);
    assert_int_equal(f.cases_open, 1);
}

static void a_resend_after_a_restart_gets_the_first_receipt(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Receipt *first = receipt(world_submit(w, HOME, 1, DANGER_UNSAID));
    assert_true(first->n_problems > 0);
    for (size_t i = 0; i < first->n_problems; i++) assert_true(first->problems[i]->text[0] != 0);
    for (unsigned k = 2; k < 40; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    world_reopen(w);
    Triage__V1__Receipt *again = receipt(world_submit(w, HOME, 1, DANGER_UNSAID));
    assert_int_equal(again->status, STATUS(DUPLICATE));
    assert_same(first, again);
}

static void the_same_key_with_other_content_is_reused(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    Triage__V1__Receipt *r =
        receipt(world_ask(w, HOME, ask_submit(1, &(struct concern_of){.story = "Another day."})));
    assert_int_equal(r->status, STATUS(KEY_REUSED));
    world_reopen(w);
    r = receipt(world_ask(w, HOME, ask_submit(1, &(struct concern_of){.story = "Another day."})));
    assert_int_equal(r->status, STATUS(KEY_REUSED));
}

static void another_senders_same_key_is_another_key(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Receipt *a = receipt(world_submit(w, HOME, 1, DANGER_NO));
    Triage__V1__Receipt *b = receipt(world_submit(w, OTHER_HOME, 1, DANGER_NO));
    assert_int_equal(b->status, STATUS(OK));
    assert_string_not_equal(a->adults[0]->reference, b->adults[0]->reference);
}

static void a_duplicate_in_the_turn_that_gathers_is_answered_once_it_is_kept(void **state)
{
    struct world *w = world_of(state);
    world_run(w);
    ledger_memory_hold(w->ledger, true, false);
    struct concern_of const c = {.story = "Once."};
    uint64_t const a = world_send(w, HOME, ask_submit(5, &c));
    uint64_t const b = world_send(w, HOME, ask_submit(5, &c)); // same turn
    world_run(w);
    uint64_t const in_flight = world_send(w, HOME, ask_submit(5, &c));
    world_run(w);
    assert_null(world_reply(w, HOME, a));
    assert_null(world_reply(w, HOME, b));
    assert_null(world_reply(w, HOME, in_flight));
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    assert_int_equal(receipt(world_reply(w, HOME, a))->status, STATUS(OK));
    assert_int_equal(receipt(world_reply(w, HOME, b))->status, STATUS(DUPLICATE));
    assert_int_equal(receipt(world_reply(w, HOME, in_flight))->status, STATUS(DUPLICATE));
    assert_same(receipt(world_reply(w, HOME, a)), receipt(world_reply(w, HOME, in_flight)));
}

// --- Many at once. ---

#define MANY 40
static Triage__V1__Reply *submit_many(struct world *w, enum who who, unsigned first_key, size_t n,
                                      enum danger danger)
{
    static uint8_t keys[MANY][16], concerns[MANY][4096];
    static Triage__V1__Submission subs[MANY], *list[MANY];
    Triage__V1__Reply *r = NULL;
    for (size_t i = 0; i < n; i++) {
        triage__v1__submission__init(&subs[i]);
        key_fill(keys[i], first_key + (unsigned)i);
        subs[i].key = (ProtobufCBinaryData){16, keys[i]};
        subs[i].kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
        subs[i].concern.len = concern_pack(&(struct concern_of){.danger = danger}, concerns[i]);
        subs[i].concern.data = concerns[i];
        if (danger == DANGER_YES) subs[i].danger_now = TRIAGE__V1__ANSWER__ANSWER_YES;
        list[i] = &subs[i];
    }
    ASK(r, w, who, NULL, 0, SUBMIT, submit, Submit, SUBMIT, q.n_submissions = n,
        q.submissions = list);
    return r;
}

static void many_in_one_message_have_a_receipt_each_in_order(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = submit_many(w, HOME, 100, MANY, DANGER_NO);
    assert_int_equal(r->submit->n_receipts, MANY);
    for (unsigned i = 0; i < MANY; i++) {
        uint8_t key[16];
        key_fill(key, 100 + i);
        assert_int_equal(r->submit->receipts[i]->status, STATUS(OK));
        assert_memory_equal(r->submit->receipts[i]->key.data, key, 16);
    }
    world_reopen(w);
    r = submit_many(w, HOME, 90, MANY, DANGER_NO); // ten new, thirty known
    for (unsigned i = 0; i < MANY; i++)
        assert_int_equal(r->submit->receipts[i]->status, i < 10 ? STATUS(OK) : STATUS(DUPLICATE));
}

static void a_key_twice_in_one_message_is_a_duplicate_of_itself(void **state)
{
    struct world *w = world_of(state);
    static uint8_t key[16], concern[4096];
    Triage__V1__Submission sub = TRIAGE__V1__SUBMISSION__INIT, *list[2] = {&sub, &sub};
    Triage__V1__Reply *r = NULL;
    key_fill(key, 9);
    sub.key = (ProtobufCBinaryData){16, key};
    sub.kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    sub.concern.len = concern_pack(&(struct concern_of){0}, concern);
    sub.concern.data = concern;
    ASK(r, w, HOME, NULL, 0, SUBMIT, submit, Submit, SUBMIT, q.n_submissions = 2,
        q.submissions = list);
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    assert_int_equal(r->submit->receipts[1]->status, STATUS(DUPLICATE));
}

static void each_adult_has_a_case_and_a_reference(void **state)
{
    struct world *w = world_of(state);
    struct concern_of const c = {.adults = 5, .danger = DANGER_NO};
    Triage__V1__Receipt *r = receipt(world_ask(w, HOME, ask_submit(1, &c)));
    assert_int_equal(r->n_adults, 5);
    for (size_t i = 0; i < 5; i++)
        for (size_t k = i + 1; k < 5; k++)
            assert_string_not_equal(r->adults[i]->reference, r->adults[k]->reference);
    world_reopen(w);
    Triage__V1__Receipt *again = receipt(world_ask(w, HOME, ask_submit(1, &c)));
    assert_same(r, again);
    Triage__V1__Reply *claim = world_ask(w, MASH_DESK, ask_claim_next("mash", 10, "ada", 50));
    assert_int_equal(claim->claim->n_claimed, 5);
    for (uint32_t i = 0; i < 5; i++) assert_int_equal(claim->claim->claimed[i]->adult, i);
}

// --- What cannot be taken. ---

static void what_cannot_be_stored_is_refused_by_field(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Receipt *r = receipt(
        world_ask(w, HOME, ask_submit(1, &(struct concern_of){.nhs_number = "9990000001"})));
    assert_int_equal(r->status, STATUS(INVALID));
    assert_true(r->n_problems > 0);
    assert_non_null(strstr(r->problems[0]->field, "nhs_number"));
    Triage__V1__Request *q = ask_submit(1, &(struct concern_of){0});
    q->submit->submissions[0]->key.len = 5;
    assert_int_equal(receipt(world_ask(w, HOME, q))->status, STATUS(INVALID));
    q = ask_submit(1, &(struct concern_of){0});
    q->submit->submissions[0]->concern.len /= 2;
    Triage__V1__Receipt *cut = receipt(world_ask(w, HOME, q));
    assert_int_equal(cut->status, STATUS(MALFORMED));
    q = ask_submit(1, &(struct concern_of){0});
    q->submit->submissions[0]->on_behalf_of = TEXT("other-home");
    assert_int_equal(receipt(world_ask(w, HOME, q))->status, STATUS(FORBIDDEN));
}

static void bytes_that_are_no_message_are_malformed(void **state)
{
    struct world *w = world_of(state);
    uint8_t junk[300];
    for (unsigned seed = 0; seed < 300; seed++) {
        for (size_t i = 0; i < sizeof junk; i++)
            junk[i] = (uint8_t)(seed * 7919u + i * i * 31u + i);
        desk_message(w->desk, &w->peers[HOME], bytes_of(junk, 1 + seed % sizeof junk), w->now);
    }
    assert_int_equal(world_submit(w, HOME, 1, DANGER_NO)->submit->receipts[0]->status, STATUS(OK));
}

// --- Quotas. ---

static void a_flood_is_told_to_wait_and_danger_is_let_through(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.quota_burst = 50;
    w->settings.limits.quota_per_minute = 60;
    w->settings.limits.danger_per_minute = 20;
    world_reopen(w);
    Triage__V1__Reply *r = submit_many(w, HOME, 1, MANY, DANGER_NO);
    assert_int_equal(r->submit->receipts[MANY - 1]->status, STATUS(OK));
    r = submit_many(w, HOME, 100, MANY, DANGER_NO);
    assert_int_equal(r->submit->receipts[9]->status, STATUS(OK));
    assert_int_equal(r->submit->receipts[10]->status, STATUS(BUSY));
    assert_true(r->submit->receipts[10]->retry_after_ms > 0);
    r = submit_many(w, HOME, 200, 30, DANGER_YES);
    assert_int_equal(r->submit->receipts[19]->status, STATUS(OK));
    assert_int_equal(r->submit->receipts[20]->status, STATUS(BUSY));
    // Others keep theirs, and what was refused is taken when its time has come.
    assert_int_equal(submit_many(w, OTHER_HOME, 1, 30, DANGER_NO)->submit->receipts[29]->status,
                     STATUS(OK));
    world_pass(w, 31 * SECOND_MS);
    r = submit_many(w, HOME, 110, 30, DANGER_NO);
    assert_int_equal(r->submit->receipts[29]->status, STATUS(OK));
    assert_int_equal(submit_many(w, HOME, 1, MANY, DANGER_NO)->submit->receipts[0]->status,
                     STATUS(DUPLICATE)); // A resend costs no quota.
}

static void a_low_disk_makes_intake_wait_and_recovers(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    ledger_memory_space(w->ledger, (int64_t)1 << 27);
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_int_equal(world_submit(w, HOME, 2, DANGER_NO)->submit->receipts[0]->status,
                     STATUS(BUSY));
    assert_int_equal(world_submit(w, HOME, 1, DANGER_NO)->submit->receipts[0]->status,
                     STATUS(DUPLICATE));
    assert_int_equal(world_claim(w, MASH_DESK, "ada", 7).token, 1); // Desks go on.
    ledger_memory_space(w->ledger, (int64_t)1 << 40);
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_int_equal(world_submit(w, HOME, 2, DANGER_NO)->submit->receipts[0]->status, STATUS(OK));
}

static void a_full_book_is_busy_and_loses_nothing(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.cases_open_max = 30;
    world_reopen(w);
    Triage__V1__Reply *r = submit_many(w, HOME, 1, MANY, DANGER_NO);
    assert_int_equal(r->submit->receipts[29]->status, STATUS(OK));
    assert_int_equal(r->submit->receipts[30]->status, STATUS(BUSY));
}

static void what_is_open_in_a_full_book_is_worked_on_and_makes_room(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.cases_open_max = 30;
    world_reopen(w);
    (void)submit_many(w, HOME, 1, 30, DANGER_NO);
    struct held h = world_claim(w, MASH_DESK, "ada", 2);
    assert_int_equal(h.token, 1);
    world_pass(w, DAY_MS); // The lease runs out: the clock has its say, too.
    world_run(w);
    assert_int_equal(w->counts[METRIC_LEASES_EXPIRED], 1);
    assert_true(desk_turn(w->desk, w->now) > w->now.mono_ms);
    h = world_claim(w, MASH_DESK, "ada", 3);
    Triage__V1__Reply *r =
        world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_FORWARD, "ada", 4));
    assert_int_equal(r->status, STATUS(OK));
}

static const struct concern_of five = {.adults = 5, .danger = DANGER_NO};

// Ten notices are owed of the twelve that may be.
static struct world *world_owing(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.notices_owed_max = 12;
    world_reopen(w);
    assert_int_equal(receipt(world_ask(w, HOME, ask_submit(1, &five)))->status, STATUS(OK));
    assert_int_equal(receipt(world_ask(w, HOME, ask_submit(2, &five)))->status, STATUS(OK));
    return w;
}

static void a_full_outbox_is_busy_and_goes_on_once_notices_are_receipted(void **state)
{
    struct world *w = world_owing(state);
    assert_int_equal(receipt(world_ask(w, HOME, ask_submit(3, &five)))->status, STATUS(BUSY));
    (void)world_ask(w, HOME, ask_receipt_notices(6, 0));
    assert_int_equal(receipt(world_ask(w, HOME, ask_submit(3, &five)))->status, STATUS(OK));
}

// "It still waits" is due for every case, and none can be owed: the daemon sleeps until some can.
static void a_full_outbox_lets_the_clock_wait_without_asking_again_at_once(void **state)
{
    struct world *w = world_owing(state);
    world_pass(w, 20 * DAY_MS);
    world_run(w);
    int64_t const again_ms = desk_turn(w->desk, w->now);
    assert_true(again_ms > w->now.mono_ms && again_ms <= w->now.mono_ms + SECOND_MS);
    uint64_t const before = world_head(w);
    (void)world_ask(w, HOME, ask_receipt_notices(10, 0));
    world_pass(w, SECOND_MS);
    world_run(w);
    assert_true(world_head(w) > before + 1); // the receipt, and what was due
}

// --- Dry runs. ---

static void a_dry_run_answers_like_a_receipt_and_keeps_nothing(void **state)
{
    struct world *w = world_of(state);
    struct desk_figures before, after;
    Triage__V1__Reply *r = NULL;
    Triage__V1__Submission *sub = ask_submit(1, &(struct concern_of){0})->submit->submissions[0];
    world_run(w);
    desk_figures(w->desk, &before);
    ASK(r, w, HOME, NULL, 0, DRY_RUN, dry_run, DryRun, DRY_RUN, q.submission = sub);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->dry_run->n_adults, 1);
    assert_int_equal(r->dry_run->adults[0]->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
    assert_int_equal(r->dry_run->adults[0]->n_missing, 1);
    world_run(w);
    desk_figures(w->desk, &after);
    assert_int_equal(before.head_seq, after.head_seq);
    assert_int_equal(w->counts[METRIC_DRY_RUNS], 1);
    Triage__V1__Receipt *kept = receipt(world_ask(w, HOME, ask_submit(1, &(struct concern_of){0})));
    assert_int_equal(kept->status, STATUS(OK));
    assert_int_equal(kept->adults[0]->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_resend_gets_the_first_receipt_marked_duplicate),
        T(a_resend_after_a_restart_gets_the_first_receipt),
        T(the_same_key_with_other_content_is_reused),
        T(another_senders_same_key_is_another_key),
        T(a_duplicate_in_the_turn_that_gathers_is_answered_once_it_is_kept),
        T(many_in_one_message_have_a_receipt_each_in_order),
        T(a_key_twice_in_one_message_is_a_duplicate_of_itself),
        T(each_adult_has_a_case_and_a_reference),
        T(what_cannot_be_stored_is_refused_by_field),
        T(bytes_that_are_no_message_are_malformed),
        T(a_flood_is_told_to_wait_and_danger_is_let_through),
        T(a_low_disk_makes_intake_wait_and_recovers),
        T(a_full_book_is_busy_and_loses_nothing),
        T(what_is_open_in_a_full_book_is_worked_on_and_makes_room),
        T(a_full_outbox_lets_the_clock_wait_without_asking_again_at_once),
        T(a_full_outbox_is_busy_and_goes_on_once_notices_are_receipted),
        T(a_dry_run_answers_like_a_receipt_and_keeps_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
