// Notices reach their recipient: in order, on credit, until receipted, over disconnects and
// restarts.
#include "world.h"

#define GOT_MAX 4096
static uint64_t got[GOT_MAX];

// The cursors pushed to `who` since the last world_forget_sent, in order.
static size_t cursors(struct world *w, enum who who)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[who].id) continue;
        if (r->body_case != TRIAGE__V1__REPLY__BODY_NOTICES) continue;
        for (size_t k = 0; k < r->notices->n_notices; k++)
            got[n++] = r->notices->notices[k]->cursor;
    }
    return n;
}

static void assert_run(size_t n, uint64_t from, uint64_t to)
{
    assert_int_equal(n, to - from + 1);
    for (size_t i = 0; i < n; i++) assert_int_equal(got[i], from + i);
}

static void send_many(struct world *w, unsigned from, unsigned to)
{
    for (unsigned k = from; k <= to; k++)
        (void)world_send(w, HOME, ask_submit(k, &(struct concern_of){.danger = DANGER_NO}));
    world_run(w);
}

static void notices_come_in_order_as_far_as_credit_goes(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 100);
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_follow_notices(0, 30));
    assert_run(cursors(w, HOME), 1, 30);
    (void)world_ask(w, HOME, ask_receipt_notices(30, 50));
    assert_run(cursors(w, HOME), 1, 80);
    (void)world_ask(w, HOME, ask_receipt_notices(80, 50));
    assert_run(cursors(w, HOME), 1, 100);
}

static void notices_survive_a_restart_until_they_are_receipted(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 50);
    (void)world_ask(w, HOME, ask_receipt_notices(20, 0));
    world_reopen(w);
    world_forget_sent(w);
    struct desk_figures f;
    desk_figures(w->desk, &f);
    assert_int_equal(f.notices_owed, 30);
    assert_int_equal(f.notice_oldest_ms, w->now.utc_ms);
    (void)world_ask(w, HOME, ask_follow_notices(20, 1000));
    assert_run(cursors(w, HOME), 21, 50);
    for (size_t i = 0; i < w->n_sent; i++)
        if (w->sent[i].reply->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            assert_true(w->sent[i].reply->notices->notices[0]->text[0] != 0);
}

static void a_notice_that_cannot_be_read_now_holds_back_those_after_it(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 10);
    world_reopen(w);
    world_run(w);
    world_forget_sent(w);
    ledger_memory_read_fault(w->ledger, ERR_IO, 4);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    assert_run(cursors(w, HOME), 1, 3); // Or a receipt of the tenth would be one of the fourth.
    world_pass(w, 2 * SECOND_MS);
    world_run(w);
    assert_run(cursors(w, HOME), 1, 10);
}

static void old_notices_are_told_again_from_any_cursor(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 60);
    (void)world_ask(w, HOME, ask_receipt_notices(60, 0)); // All stored, then lost by the client.
    world_reopen(w);
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    assert_run(cursors(w, HOME), 1, 60);
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_follow_notices(57, 1000));
    assert_run(cursors(w, HOME), 58, 60);
    (void)world_submit(w, HOME, 100, DANGER_NO);
    assert_run(cursors(w, HOME), 58, 61);
}

static void a_rewind_half_way_joins_old_and_owed(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 60);
    (void)world_ask(w, HOME, ask_receipt_notices(40, 0));
    world_reopen(w);
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_follow_notices(10, 1000));
    assert_run(cursors(w, HOME), 11, 60);
}

static void a_receipt_is_cumulative_and_sent_again_changes_nothing(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 10);
    assert_int_equal(world_ask(w, HOME, ask_receipt_notices(7, 0))->receipt_notices->up_to, 7);
    struct desk_figures before, after;
    desk_figures(w->desk, &before);
    assert_int_equal(world_ask(w, HOME, ask_receipt_notices(7, 0))->receipt_notices->up_to, 7);
    assert_int_equal(world_ask(w, HOME, ask_receipt_notices(3, 0))->receipt_notices->up_to, 7);
    desk_figures(w->desk, &after);
    assert_int_equal(before.head_seq, after.head_seq);
    assert_int_equal(before.notices_owed, 3);
    assert_int_equal(world_ask(w, HOME, ask_receipt_notices(11, 0))->status, STATUS(INVALID));
    world_reopen(w);
    desk_figures(w->desk, &after);
    assert_int_equal(after.notices_owed, 3);
}

static void a_peer_that_does_not_read_loses_nothing(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    w->blocked[HOME] = true;
    for (unsigned k = 1; k <= 20; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    assert_int_equal(cursors(w, HOME), 0);
    w->blocked[HOME] = false;
    desk_peer_writable(w->desk, w->peers[HOME].id);
    world_run(w);
    assert_run(cursors(w, HOME), 1, 20);
    unsigned receipts = 0;
    for (size_t i = 0; i < w->n_sent; i++)
        receipts += w->sent[i].reply->body_case == TRIAGE__V1__REPLY__BODY_SUBMIT;
    assert_int_equal(receipts, 20);
}

static void a_reader_that_stops_while_old_notices_are_read_gets_them_later(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 100);
    world_reopen(w);
    world_forget_sent(w);
    ledger_memory_hold(w->ledger, false, true);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    w->blocked[HOME] = true;
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    w->blocked[HOME] = false;
    desk_peer_writable(w->desk, w->peers[HOME].id);
    world_run(w);
    assert_run(cursors(w, HOME), 1, 100);
}

static void a_follower_that_leaves_while_reads_are_out_does_no_harm(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 100);
    (void)world_ask(w, HOME, ask_receipt_notices(100, 0));
    world_reopen(w);
    ledger_memory_hold(w->ledger, false, true);
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000)); // a walk
    desk_peer_gone(w->desk, w->peers[HOME].id);
    world_connect(w, HOME);
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_follow_notices(90, 1000));
    assert_run(cursors(w, HOME), 91, 100);
}

static void two_connections_of_one_principal_are_both_told(void **state)
{
    struct world *w = world_of(state);
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    w->peers[POLICE].principal[0] = 0; // Its place is lent to a second connection of the home.
    w->peers[POLICE] = (struct peer){.id = ++w->next_peer, .listener = LISTENER_INTAKE};
    id_copy(w->peers[POLICE].principal, "home");
    (void)world_ask(w, POLICE, ask_follow_notices(0, 100));
    (void)world_submit(w, HOME, 1, DANGER_NO);
    assert_run(cursors(w, HOME), 1, 1);
    assert_run(cursors(w, POLICE), 1, 1);
}

static void where_management_may_be_involved_every_notice_reads_the_same(void **state)
{
    struct world *w = world_of(state);
    char screened[2048];
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    (void)world_ask(
        w, HOME,
        ask_submit(1, &(struct concern_of){.danger = DANGER_NO, .management_involved = true}));
    Triage__V1__Notice *n = world_reply(w, HOME, 0)->notices->notices[0];
    assert_string_equal(n->code, "neutral");
    assert_int_equal(n->colour, 0);
    assert_int_equal(n->state, 0);
    assert_null(n->questions);
    assert_true(strlen(n->text) < sizeof screened);
    strcpy(screened, n->text);
    struct held h = world_claim(w, MASH_DESK, "ada", 1);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_MET, "ada", 2));
    n = world_reply(w, HOME, 0)->notices->notices[0];
    assert_int_equal(n->cursor, 2);
    assert_string_equal(n->text, screened);
    Triage__V1__Reply *r = world_ask(w, HOME, ask_status(h.reference));
    assert_int_equal(r->case_->case_->state, 0);
    assert_int_equal(r->case_->case_->colour, 0);
}

// Many receipts of a follower that acknowledges one by one.
static void notices_receipted_one_by_one_all_stand(void **state)
{
    struct world *w = world_of(state);
    send_many(w, 1, 50);
    for (uint64_t c = 1; c <= 50; c++) (void)world_send(w, HOME, ask_receipt_notices(c, 1));
    world_run(w);
    world_reopen(w);
    struct desk_figures f;
    desk_figures(w->desk, &f);
    assert_int_equal(f.notices_owed, 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(notices_come_in_order_as_far_as_credit_goes),
        T(notices_survive_a_restart_until_they_are_receipted),
        T(a_notice_that_cannot_be_read_now_holds_back_those_after_it),
        T(old_notices_are_told_again_from_any_cursor),
        T(a_rewind_half_way_joins_old_and_owed),
        T(a_receipt_is_cumulative_and_sent_again_changes_nothing),
        T(a_peer_that_does_not_read_loses_nothing),
        T(a_reader_that_stops_while_old_notices_are_read_gets_them_later),
        T(a_follower_that_leaves_while_reads_are_out_does_no_harm),
        T(two_connections_of_one_principal_are_both_told),
        T(where_management_may_be_involved_every_notice_reads_the_same),
        T(notices_receipted_one_by_one_all_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
