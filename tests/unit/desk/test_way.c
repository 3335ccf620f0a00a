// The way of one concern: in, kept, receipted, queued, taken, decided, told.
#include "world.h"

static void a_concern_is_receipted_with_a_reference_and_a_colour(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = world_submit(w, HOME, 1, DANGER_YES);
    assert_non_null(r);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->submit->n_receipts, 1);
    Triage__V1__Receipt *receipt = r->submit->receipts[0];
    assert_int_equal(receipt->status, STATUS(OK));
    assert_int_equal(receipt->n_adults, 1);
    assert_int_equal(receipt->adults[0]->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
    assert_int_equal(strncmp(receipt->adults[0]->reference, "SC-", 3), 0);
    assert_int_equal(receipt->received_ms, w->now.utc_ms);
    assert_true(receipt->adults[0]->decide_by_ms == w->now.utc_ms + 4 * HOUR_MS);
    assert_int_equal(receipt->digest.len, DIGEST_BYTES);
}

static void nothing_is_said_before_it_is_kept(void **state)
{
    struct world *w = world_of(state);
    world_run(w);
    ledger_memory_hold(w->ledger, true, false);
    uint64_t const id = world_send(w, HOME, ask_submit(1, &(struct concern_of){0}));
    world_run(w);
    assert_null(world_reply(w, HOME, id));
    uint64_t const again = world_send(w, HOME, ask_submit(1, &(struct concern_of){0}));
    world_run(w);
    assert_null(world_reply(w, HOME, again)); // A duplicate, too, may only tell what is on disk.
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    assert_non_null(world_reply(w, HOME, id));
    assert_int_equal(world_reply(w, HOME, again)->submit->receipts[0]->status, STATUS(DUPLICATE));
}

static void the_whole_way_ends_with_the_referrer_being_told(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, MASH_DESK, ask_follow_queue("mash", 10));
    (void)world_ask(w, HOME, ask_follow_notices(0, 10));
    (void)world_submit(w, HOME, 1, DANGER_NO);
    Triage__V1__Reply *push = world_reply(w, MASH_DESK, 0);
    assert_non_null(push);
    assert_int_equal(push->queue_push->n_headlines, 1);
    Triage__V1__Reply *notice = world_reply(w, HOME, 0);
    assert_non_null(notice);
    assert_string_equal(notice->notices->notices[0]->code, "screened");
    assert_int_equal(notice->notices->notices[0]->cursor, 1);

    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 100));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->claim->n_claimed, 1);
    Triage__V1__Claimed *c = r->claim->claimed[0];
    assert_int_equal(c->status, STATUS(OK));
    assert_true(c->concern.len > 0 && c->token == 1 && c->assessment);
    struct held h = {.version = c->headline->version, .token = c->token};
    strcpy(h.reference, c->headline->reference);

    r = world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET, "ada", 101));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->case_->case_->state, TRIAGE__V1__CASE_STATE__CASE_STATE_DECIDED_NOT_MET);
    notice = world_reply(w, HOME, 0);
    assert_string_equal(notice->notices->notices[0]->code, "not_met");
    assert_non_null(strstr(notice->notices->notices[0]->text, "nobody was hurt"));
    assert_int_equal(notice->notices->notices[0]->cursor, 2);
    r = world_ask(w, HOME, ask_receipt_notices(2, 10));
    assert_int_equal(r->receipt_notices->up_to, 2);
}

static void what_is_missing_is_asked_in_words_wherever_it_is_told(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_UNSAID);
    for (int restart = 0; restart < 2; restart++) {
        (void)world_ask(w, HOME, ask_follow_notices(0, 10));
        Triage__V1__Notice *n = world_reply(w, HOME, 0)->notices->notices[0];
        assert_int_equal(n->n_missing, 1);
        assert_non_null(strchr(n->missing[0], '?'));
        assert_non_null(strstr(n->text, n->missing[0]));
        Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 4));
        assert_non_null(strchr(r->claim->claimed[0]->assessment->missing[0], '?'));
        world_reopen(w);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_concern_is_receipted_with_a_reference_and_a_colour),
        T(nothing_is_said_before_it_is_kept),
        T(the_whole_way_ends_with_the_referrer_being_told),
        T(what_is_missing_is_asked_in_words_wherever_it_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
