// Who may ask for what, what a desk sees of its queue, and what an operator may do.
#include "world.h"

static size_t headlines(struct world *w, enum who who, size_t *gone)
{
    size_t n = 0;
    *gone = 0;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[who].id) continue;
        if (r->body_case != TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) continue;
        n += r->queue_push->n_headlines;
        *gone += r->queue_push->n_gone;
    }
    return n;
}

static char *reference_of(Triage__V1__Reply *r)
{
    static char reference[16];
    strcpy(reference, r->submit->receipts[0]->adults[0]->reference);
    return reference;
}

static void hello_says_who_is_seen_and_what_the_limits_are(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Request *q = ask_blank(NULL, 0);
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    hello.version = 1;
    q->body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
    q->hello = &hello;
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, q);
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(r->hello->principal, "mash-desk");
    assert_string_equal(r->hello->role, "team");
    assert_int_equal(r->hello->n_teams, 1);
    assert_string_equal(r->hello->council_telephone, "01632 960100");
    assert_int_equal(r->hello->limits->adults_max, 16);
    assert_int_equal(r->hello->ledger_id.len, 16);
    hello.version = 2;
    assert_int_equal(world_ask(w, MASH_DESK, q)->status, STATUS(VERSION));
}

static void anothers_reference_does_not_exist(void **state)
{
    struct world *w = world_of(state);
    static uint8_t key[16];
    char *reference = reference_of(world_submit(w, HOME, 1, DANGER_NO));
    Triage__V1__Reply *known = world_ask(w, OTHER_HOME, ask_status(reference));
    assert_int_equal(known->status, STATUS(NOT_FOUND));
    Triage__V1__Reply *never = world_ask(w, OTHER_HOME, ask_status("SC-2222-2222"));
    assert_int_equal(never->status, STATUS(NOT_FOUND));
    assert_string_equal(known->text, never->text);
    Triage__V1__Reply *r = NULL;
    key_fill(key, 1);
    ASK(r, w, OTHER_HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.reference = reference, q.text = TEXT("let me in"),
        q.key = ((ProtobufCBinaryData){16, key}));
    assert_int_equal(r->status, STATUS(NOT_FOUND));
    ASK(r, w, NORTH_DESK, "nia", 5, LOOK, look, Look, LOOK, q.reference = reference,
        q.reason = TEXT("curious"));
    assert_int_equal(r->status, STATUS(NOT_FOUND));
    assert_int_equal(world_ask(w, HOME, ask_status(reference))->status, STATUS(OK));
}

static void each_address_and_role_has_its_own_questions(void **state)
{
    struct world *w = world_of(state);
    assert_int_equal(world_ask(w, HOME, ask_claim_next("mash", 1, "ada", 1))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MASH_DESK, ask_submit(1, &(struct concern_of){0}))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, AUDITOR_KEY, ask_claim_next("mash", 1, NULL, 1))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, OPERATOR_KEY, ask_status("SC-2222-2222"))->status,
                     STATUS(FORBIDDEN));
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, OVERVIEW, overview, Overview, OVERVIEW, );
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    ASK(r, w, OPERATOR_KEY, NULL, 0, OVERVIEW, overview, Overview, OVERVIEW, );
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(world_ask(w, MASH_DESK, ask_blank(NULL, 0))->status, STATUS(INVALID));
}

static void a_worker_must_be_registered_active_and_of_the_desks_team(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    assert_int_equal(world_ask(w, MASH_DESK, ask_claim_next("mash", 1, NULL, 1))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "zoe", 2))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "nia", 3))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MANAGER_KEY, ask_claim_next("mash", 1, "ada", 4))->status,
                     STATUS(FORBIDDEN)); // A person's own key names only itself.
    assert_int_equal(world_ask(w, NORTH_DESK, ask_claim_next("mash", 1, "nia", 5))->status,
                     STATUS(NOT_FOUND));
    assert_int_equal(
        world_ask(w, MANAGER_KEY, ask_claim_next("mash", 1, NULL, 6))->claim->n_claimed, 1);
}

static void a_revoked_key_speaks_no_more_and_is_cut(void **state)
{
    struct world *w = world_of(state);
    char *reference = reference_of(world_submit(w, HOME, 1, DANGER_NO));
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    for (size_t i = 0; i < w->registry.n_principals; i++)
        if (strcmp(w->principals[i].id, "home") == 0) w->principals[i].active = false;
    world_set(w);
    assert_int_equal(w->n_cut, 1);
    assert_int_equal(w->cut[0], w->peers[HOME].id);
    size_t const sent = w->n_sent;
    struct held h = world_claim(w, MASH_DESK, "ada", 1);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_MET, "ada", 2));
    for (size_t i = sent; i < w->n_sent; i++)
        assert_int_not_equal(w->sent[i].peer, w->peers[HOME].id);
    Triage__V1__Reply *r = world_ask(w, HOME, ask_status(reference)); // It came in all the same.
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    assert_int_equal(w->n_cut, 2);
}

static void a_vendor_acts_only_for_those_who_enrolled_it(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Request *q = ask_submit(1, &(struct concern_of){.danger = DANGER_NO});
    q->submit->submissions[0]->on_behalf_of = TEXT("other-home");
    for (size_t i = 0; i < w->registry.n_principals; i++)
        if (strcmp(w->principals[i].id, "home") == 0) {
            w->principals[i].n_acts_for = 1;
            id_copy(w->principals[i].acts_for[0], "other-home");
        }
    world_set(w);
    char *reference = reference_of(world_ask(w, HOME, q));
    assert_int_equal(world_ask(w, HOME, ask_status(reference))->status, STATUS(OK));
    assert_int_equal(world_ask(w, OTHER_HOME, ask_status(reference))->status, STATUS(OK));
    (void)world_ask(w, OTHER_HOME, ask_follow_notices(0, 10));
    assert_int_equal(world_reply(w, OTHER_HOME, 0)->notices->n_notices, 1);
}

// --- Boards. ---

static void a_board_shows_the_queue_in_its_order_and_follows_what_changes(void **state)
{
    struct world *w = world_of(state);
    size_t gone = 0;
    for (unsigned k = 1; k <= 9; k++)
        (void)world_submit(w, HOME, k,
                           k % 3 == 0   ? DANGER_YES
                           : k % 3 == 1 ? DANGER_NO
                                        : DANGER_UNSAID);
    (void)world_ask(w, MASH_DESK, ask_follow_queue("mash", 100));
    Triage__V1__QueuePush *p = world_reply(w, MASH_DESK, 0)->queue_push;
    assert_int_equal(p->n_headlines, 9);
    for (size_t i = 1; i < 9; i++) {
        assert_true(p->headlines[i - 1]->colour >= p->headlines[i]->colour);
        if (p->headlines[i - 1]->colour == p->headlines[i]->colour)
            assert_true(p->headlines[i - 1]->received_ms <= p->headlines[i]->received_ms);
    }
    (void)world_claim(w, MASH_DESK_2, "ben", 1);
    assert_int_equal(headlines(w, MASH_DESK, &gone), 9);
    assert_int_equal(gone, 1);
    world_pass(w, 2 * HOUR_MS);
    world_run(w);
    assert_int_equal(headlines(w, MASH_DESK, &gone), 10); // It came back.
}

static void headlines_stop_when_credit_ends_and_go_on_when_it_comes(void **state)
{
    struct world *w = world_of(state);
    size_t gone = 0;
    for (unsigned k = 1; k <= 20; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    (void)world_ask(w, MASH_DESK, ask_follow_queue("mash", 8));
    assert_int_equal(headlines(w, MASH_DESK, &gone), 8);
    for (unsigned k = 21; k <= 30; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    assert_int_equal(headlines(w, MASH_DESK, &gone), 8);
    Triage__V1__Reply *r = NULL;
    for (int i = 0; i < 3; i++)
        ASK(r, w, MASH_DESK, NULL, 0, CREDIT, credit, Credit, CREDIT, q.team = TEXT("mash"),
            q.credit = 8);
    assert_int_equal(r->status, STATUS(OK));
    assert_true(headlines(w, MASH_DESK, &gone) >= 30);
    assert_int_equal(gone, 0);
}

static void a_board_never_shows_what_is_not_on_disk(void **state)
{
    struct world *w = world_of(state);
    size_t gone = 0;
    (void)world_submit(w, HOME, 1, DANGER_NO);
    (void)world_ask(w, MASH_DESK, ask_follow_queue("mash", 100));
    ledger_memory_hold(w->ledger, true, false);
    (void)world_send(w, HOME, ask_submit(2, &(struct concern_of){.danger = DANGER_YES}));
    (void)world_send(w, MASH_DESK_2, ask_claim_next("mash", 1, "ben", 1));
    world_run(w);
    assert_int_equal(headlines(w, MASH_DESK, &gone), 1);
    assert_int_equal(gone, 0);
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    (void)headlines(w, MASH_DESK, &gone);
    assert_int_equal(gone, 1);
}

static void a_queue_is_looked_at_without_taking(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    for (unsigned k = 1; k <= 5; k++)
        (void)world_submit(w, HOME, k, k == 5 ? DANGER_YES : DANGER_NO);
    ASK(r, w, AUDITOR_KEY, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"), q.limit = 2,
        q.skip = 1);
    assert_int_equal(r->queue->n_headlines, 2);
    assert_int_equal(r->queue->total, 5);
    assert_int_equal(r->queue->by_colour[0], 4);
    assert_int_equal(r->queue->by_colour[2], 1);
    assert_int_equal(r->queue->headlines[0]->colour, TRIAGE__V1__COLOUR__COLOUR_GREEN);
}

// --- Operators. ---

static void an_operator_proves_the_ledger_while_it_works(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    for (unsigned k = 1; k <= 5; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    ASK(r, w, OPERATOR_KEY, NULL, 0, VERIFY, verify, Verify, VERIFY, );
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(r->verify->problem, "");
    assert_int_equal(r->verify->cases, 5);
    assert_true(r->verify->records >= 6);
}

static void what_was_said_is_erased_and_what_was_decided_stays(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    (void)world_submit(w, HOME, 1, DANGER_NO);
    struct held h = world_claim(w, MASH_DESK, "ada", 1);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_FORWARD, "ada", 2));
    assert_int_equal(world_erase(w, h.reference), STATUS(CONFLICT)); // It is still open.
    h.version = 0;
    ASK(r, w, MASH_DESK, "ada", 3, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&h), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(world_erase(w, h.reference), STATUS(OK));
    for (int restart = 0; restart < 2; restart++) {
        ASK(r, w, AUDITOR_KEY, NULL, 7, LOOK, look, Look, LOOK, q.reference = h.reference,
            q.reason = TEXT("audit"), q.timeline = true);
        assert_int_equal(r->status, STATUS(OK));
        assert_true(r->look->erased);
        assert_int_equal(r->look->concern.len, 0);
        assert_string_equal(r->look->timeline[0]->event, "received");
        assert_string_equal(r->look->timeline[0]->text, "");
        // The sender's key still answers, and its notices are still counted.
        Triage__V1__Reply *s = world_submit(w, HOME, 1, DANGER_NO);
        assert_int_equal(s->submit->receipts[0]->status, STATUS(DUPLICATE));
        assert_string_equal(s->submit->receipts[0]->adults[0]->reference, h.reference);
        (void)world_ask(w, HOME, ask_follow_notices(0, 10));
        assert_string_equal(world_reply(w, HOME, 0)->notices->notices[0]->code, "erased");
        world_reopen(w);
    }
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(hello_says_who_is_seen_and_what_the_limits_are),
        T(anothers_reference_does_not_exist),
        T(each_address_and_role_has_its_own_questions),
        T(a_worker_must_be_registered_active_and_of_the_desks_team),
        T(a_revoked_key_speaks_no_more_and_is_cut),
        T(a_vendor_acts_only_for_those_who_enrolled_it),
        T(a_board_shows_the_queue_in_its_order_and_follows_what_changes),
        T(headlines_stop_when_credit_ends_and_go_on_when_it_comes),
        T(a_board_never_shows_what_is_not_on_disk),
        T(a_queue_is_looked_at_without_taking),
        T(an_operator_proves_the_ledger_while_it_works),
        T(what_was_said_is_erased_and_what_was_decided_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
