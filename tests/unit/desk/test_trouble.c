// Disks that fail, processes that die, and long random histories of both: nothing that was said is
// ever untrue, and what is kept as state is always what the records say.
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static void a_commit_that_fails_ends_the_process_and_nothing_more_is_said(void **state)
{
    static const enum memory_fault faults[] = {MEMORY_LOST, MEMORY_UNTOLD, MEMORY_FENCED};
    struct world *w = world_of(state);
    for (size_t i = 0; i < 3; i++) {
        w->halts = 0;
        world_run(w);
        ledger_memory_fault(w->ledger, faults[i], 1);
        uint64_t const id =
            world_send(w, HOME, ask_submit(1 + (unsigned)i, &(struct concern_of){0}));
        for (int turn = 0; turn < 20; turn++) {
            (void)desk_turn(w->desk, w->now);
            desk_ledger(w->desk, w->now);
        }
        assert_int_equal(w->halts, 1);
        assert_int_equal(w->exit_code,
                         faults[i] == MEMORY_FENCED ? EXIT_FENCED : EXIT_LEDGER_FAILED);
        assert_null(world_reply(w, HOME, id));
        (void)world_send(w, HOME,
                         ask_status("SC-2222-2222")); // port_send asserts that nothing comes
        desk_peer_writable(w->desk, w->peers[HOME].id);
        assert_true(desk_drained(w->desk));
        world_shut(w);
        w->halts = 0;
        world_open(w); // The next start knows what is true.
        Triage__V1__Reply *r =
            world_ask(w, HOME, ask_submit(1 + (unsigned)i, &(struct concern_of){0}));
        assert_int_equal(r->submit->receipts[0]->status,
                         faults[i] == MEMORY_UNTOLD ? STATUS(DUPLICATE) : STATUS(OK));
    }
}

static void a_record_that_cannot_be_read_is_said_so_and_the_rest_goes_on(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    world_reopen(w);
    world_run(w);
    ledger_memory_read_fault(w->ledger, ERR_IO, 1);
    Triage__V1__Reply *r = world_submit(w, HOME, 1, DANGER_NO);
    assert_int_equal(r->submit->receipts[0]->status, STATUS(UNAVAILABLE));
    assert_int_equal(world_submit(w, HOME, 1, DANGER_NO)->submit->receipts[0]->status,
                     STATUS(DUPLICATE));
    ledger_memory_read_fault(w->ledger, ERR_IO, 1);
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 2));
    assert_int_equal(r->claim->claimed[0]->n_problems, 1);
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ada", 2));
    assert_true(r->claim->claimed[0]->concern.len > 0);
}

static void draining_finishes_what_was_begun_and_takes_no_more(void **state)
{
    struct world *w = world_of(state);
    world_run(w);
    assert_true(desk_drained(w->desk));
    uint64_t const id = world_send(w, HOME, ask_submit(1, &(struct concern_of){0}));
    desk_drain(w->desk);
    assert_false(desk_drained(w->desk));
    world_run(w);
    assert_true(desk_drained(w->desk));
    assert_int_equal(world_reply(w, HOME, id)->submit->receipts[0]->status, STATUS(OK));
    Triage__V1__Reply *r = world_ask(w, HOME, ask_submit(2, &(struct concern_of){0}));
    assert_int_equal(r->submit->receipts[0]->status, STATUS(UNAVAILABLE));
    assert_int_equal(
        world_ask(w, HOME, ask_submit(1, &(struct concern_of){0}))->submit->receipts[0]->status,
        STATUS(DUPLICATE));
}

static void a_full_turn_asks_the_shell_to_stop_reading(void **state)
{
    struct world *w = world_of(state);
    w->settings.limits.turn_records_max = 16;
    world_reopen(w);
    world_run(w);
    ledger_memory_hold(w->ledger, true, false);
    (void)world_send(w, HOME, ask_submit(1, &(struct concern_of){0}));
    (void)desk_turn(w->desk, w->now); // One is in flight; the next gathers.
    unsigned n = 1;
    while (desk_wants_more(w->desk) && n < 100)
        (void)world_send(w, HOME, ask_submit(++n, &(struct concern_of){0}));
    assert_int_equal(n, 17);
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    assert_true(desk_wants_more(w->desk));
}

// --- Bad bytes. ---

static size_t some_request(struct world *w, unsigned kind, unsigned n, uint8_t *out)
{
    static Triage__V1__LookRequest look;
    struct held h = {.version = 2, .token = 1};
    Triage__V1__Request *q = NULL;
    (void)w;
    strcpy(h.reference, "SC-2222-2222");
    switch (kind) {
    case 0: q = ask_submit(n, &(struct concern_of){.adults = 1 + n % 3}); break;
    case 1: q = ask_claim_next("mash", 3, "ada", n); break;
    case 2: q = ask_decide(&h, (Triage__V1__Outcome)(1 + n % 4), "ada", n); break;
    case 3: q = ask_follow_queue("mash", 10); break;
    case 4: q = ask_follow_notices(n % 5, 10); break;
    case 5: q = ask_receipt_notices(n % 20, 5); break;
    case 6: q = ask_second(&h, true, "mo", n); break;
    default:
        triage__v1__look_request__init(&look);
        look.reference = TEXT("SC-2222-2222");
        look.timeline = true;
        q = ask_blank("ada", n);
        q->body_case = TRIAGE__V1__REQUEST__BODY_LOOK;
        q->look = &look;
    }
    return triage__v1__request__pack(q, out);
}

static void bytes_changed_at_random_change_nothing_else(void **state)
{
    static uint8_t bytes[200000];
    struct world *w = world_of(state);
    uint64_t rng = 11;
    for (unsigned n = 1; n <= 4000; n++) {
        size_t len = some_request(w, n % 8, n, bytes);
        for (unsigned k = 0; k < 1 + n % 4; k++) {
            rng = rng * 6364136223846793005u + 1442695040888963407u;
            bytes[(rng >> 40) % len] ^= (uint8_t)(1u << ((rng >> 33) & 7));
        }
        if (n % 5 == 0) len = (rng >> 20) % len;
        desk_message(w->desk, &w->peers[n % WHO_COUNT], bytes_of(bytes, len), w->now);
        if (n % 64 == 0) {
            (void)desk_turn(w->desk, w->now);
            desk_ledger(w->desk, w->now);
            world_forget_sent(w);
            world_pass(w, SECOND_MS);
        }
    }
    world_run(w);
    assert_int_equal(world_submit(w, HOME, 90000, DANGER_NO)->submit->receipts[0]->status,
                     STATUS(OK));
}

// --- Random histories. ---

struct history {
    uint64_t rng;
    unsigned n_keys;
    char references[600][16]; // receipted, by key - 1; "" when not
    struct held held[64];
    size_t n_held;
    unsigned command;
};

static unsigned roll(struct history *h, unsigned n)
{
    h->rng = h->rng * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(h->rng >> 33) % n;
}

static void step_submit(struct world *w, struct history *h)
{
    unsigned const again = h->n_keys && roll(h, 3) == 0;
    unsigned const key = again ? 1 + roll(h, h->n_keys) : ++h->n_keys;
    enum danger const danger = (enum danger)(key % 3);
    if (h->n_keys >= 600) {
        h->n_keys--;
        return;
    }
    Triage__V1__Reply *r = world_submit(w, key & 1 ? HOME : OTHER_HOME, key, danger);
    assert_non_null(r);
    char *reference = h->references[key - 1];
    char const *said = r->submit->receipts[0]->adults[0]->reference;
    if (reference[0]) { // What was receipted once is receipted the same for ever.
        assert_int_equal(r->submit->receipts[0]->status, STATUS(DUPLICATE));
        assert_string_equal(reference, said);
    }
    strcpy(reference, said);
}

static void step_claim(struct world *w, struct history *h)
{
    bool const ada = roll(h, 2);
    Triage__V1__Reply *r =
        world_ask(w, ada ? MASH_DESK : MASH_DESK_2,
                  ask_claim_next("mash", 1 + roll(h, 3), ada ? "ada" : "ben", ++h->command));
    for (size_t i = 0; r && i < r->claim->n_claimed && h->n_held < 64; i++) {
        struct held *x = &h->held[h->n_held++];
        (void)snprintf(x->reference, sizeof x->reference, "%s",
                       r->claim->claimed[i]->headline->reference);
        x->version = r->claim->claimed[i]->headline->version;
        x->token = r->claim->claimed[i]->token;
    }
}

static void step_decide(struct world *w, struct history *h)
{
    if (h->n_held == 0) return;
    size_t const i = roll(h, (unsigned)h->n_held);
    bool const ada = roll(h, 2); // Often not who holds it: refused, and nothing may change.
    (void)world_ask(w, ada ? MASH_DESK : MASH_DESK_2,
                    ask_decide(&h->held[i], (Triage__V1__Outcome)(1 + roll(h, 4)),
                               ada ? "ada" : "ben", ++h->command));
    if (roll(h, 2)) {
        struct held x = h->held[i];
        x.version = 0;
        (void)world_ask(w, MANAGER_KEY, ask_second(&x, roll(h, 3) > 0, "mo", ++h->command));
    }
    if (roll(h, 4) == 0) h->held[i] = h->held[--h->n_held];
}

static void step_close(struct world *w, struct history *h)
{
    Triage__V1__Reply *r = NULL;
    if (h->n_held == 0) return;
    struct held x = h->held[roll(h, (unsigned)h->n_held)];
    x.version = 0;
    ASK(r, w, MASH_DESK, "ada", ++h->command, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&x), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    ASK(r, w, AUDITOR_KEY, NULL, ++h->command, LOOK, look, Look, LOOK, q.reference = x.reference,
        q.reason = TEXT("audit"), q.timeline = true);
    if (roll(h, 3) == 0)
        ASK(r, w, MANAGER_KEY, "mo", ++h->command, REOPEN, reopen, Reopen, REOPEN,
            q.hold = hold_of(&x), q.reason = TEXT("again"));
    if (roll(h, 6) == 0) (void)world_erase(w, x.reference);
    (void)r;
}

static void step_notices(struct world *w, struct history *h)
{
    enum who const who = roll(h, 2) ? HOME : OTHER_HOME;
    Triage__V1__Reply *r = NULL;
    (void)world_ask(w, who, ask_follow_notices(roll(h, 20), 1 + roll(h, 40)));
    (void)world_ask(w, who, ask_receipt_notices(roll(h, 30), roll(h, 40)));
    ASK(r, w, who, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE,
        q.cursor = 1 + roll(h, 40));
    (void)r;
}

static void step_time(struct world *w, struct history *h)
{
    world_pass(w, (1 + roll(h, 40)) * HOUR_MS);
}

static void step_crash(struct world *w, struct history *h)
{
    bool const asked = roll(h, 2);
    if (asked) { // Something is on its way when it happens, and the sender never hears.
        ledger_memory_hold(w->ledger, true, false);
        (void)world_send(w, HOME, ask_submit(900 + roll(h, 50), &(struct concern_of){0}));
        (void)desk_turn(w->desk, w->now);
    }
    ledger_memory_crash(w->ledger, roll(h, 2));
    desk_close(w->desk);
    world_open(w);
}

static void check_all(struct world *w, const struct history *h)
{
    struct desk_verify_report report;
    world_run(w);
    enum err const e = desk_verify(w->ledger, &report);
    if (e) fail_msg("verify: %s: %s", err_word(e), report.problem);
    for (unsigned k = 0; k < h->n_keys; k++) {
        if (!h->references[k][0]) continue;
        Triage__V1__Reply *r = world_ask(w, AUDITOR_KEY, ask_status(h->references[k]));
        assert_int_equal(r->status, STATUS(OK));
    }
}

static void random_histories_with_crashes_lose_nothing_and_fold_to_what_is_kept(void **state)
{
    static void (*const steps[])(struct world *, struct history *) = {
        step_submit, step_submit, step_submit,  step_claim, step_claim,   step_decide,
        step_decide, step_close,  step_notices, step_time,  step_notices, step_crash};
    struct world *w = world_of(state);
    struct history *h = calloc(1, sizeof *h);
    assert_non_null(h);
    char const *seed = getenv("DESK_TEST_SEED");
    h->rng = seed ? strtoull(seed, NULL, 10) : 42;
    char const *rounds = getenv("DESK_TEST_STEPS");
    unsigned const n = rounds ? (unsigned)strtoul(rounds, NULL, 10) : 400;
    for (unsigned i = 0; i < n; i++) {
        unsigned const step = roll(h, sizeof steps / sizeof steps[0]);
        if (getenv("DESK_TEST_LOG")) (void)fprintf(stderr, "step %u: %u\n", i, step);
        steps[step](w, h);
        world_forget_sent(w);
        if (i % 50 == 49) check_all(w, h);
        world_forget_sent(w);
    }
    check_all(w, h);
    free(h);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_commit_that_fails_ends_the_process_and_nothing_more_is_said),
        T(a_record_that_cannot_be_read_is_said_so_and_the_rest_goes_on),
        T(draining_finishes_what_was_begun_and_takes_no_more),
        T(a_full_turn_asks_the_shell_to_stop_reading),
        T(bytes_changed_at_random_change_nothing_else),
        T(random_histories_with_crashes_lose_nothing_and_fold_to_what_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
