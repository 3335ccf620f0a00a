// test_submit.c - a concern's way to its receipt, over every kind of trouble.
#include "client.h"
#include "server.h"

#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static char const words[] = "{\"adults\":[{\"name\":\"Ann Invented\"}],\"what_happened\":\"x\"}";

static struct triage_client *opened(struct server *s)
{
    struct triage_client *c = NULL;
    char why[256] = "";
    if (triage_open(&c, s->profile, why, sizeof why) != TRIAGE_OK) fail_msg("%s", why);
    c->backoff_ms = 20;
    triage_set_timeout_ms(c, 8000);
    return c;
}

static struct triage_concern *concern(void)
{
    struct triage_concern *n = NULL;
    char why[256] = "";
    triage_concern_from_json(&n, words, strlen(words), why, sizeof why);
    if (!n) fail_msg("%s", why);
    return n;
}

struct tally {
    int answered, ok, timeout;
    char key[37];
};

static void tally(void *user, enum triage_status s, const char *key, const struct triage_receipt *r)
{
    struct tally *t = user;
    t->answered++;
    t->ok += s == TRIAGE_OK && r && triage_receipt_adult_count(r) == 1;
    t->timeout += s == TRIAGE_E_TIMEOUT || s == TRIAGE_E_UNREACHABLE;
    snprintf(t->key, sizeof t->key, "%s", key);
}

static void turn_until(struct triage_client *c, const int *count, int want)
{
    for (int i = 0; *count < want && i < 4000; i++) {
        struct pollfd p = {.fd = triage_fd(c), .events = POLLIN};
        int const wait = triage_next_deadline_ms(c);
        poll(&p, 1, wait < 0 || wait > 50 ? 50 : wait);
        triage_dispatch(c);
    }
    assert_int_equal(*count, want);
}

static void a_concern_gets_its_receipt(void **state)
{
    (void)state;
    struct server s;
    const struct triage_receipt *r = NULL;
    server_make(&s, server_answers);
    server_start(&s);
    struct triage_client *c = opened(&s);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit(c, n, &r), TRIAGE_OK);
    assert_string_equal(triage_receipt_reference(r, 0), "SC-7K2M-9QX4");
    assert_string_equal(triage_receipt_colour(r, 0), "amber");
    assert_string_equal(triage_receipt_reference(r, 1), "");
    char *json = triage_receipt_json(r);
    assert_non_null(strstr(json, triage_concern_key(n)));
    triage_free(json);
    assert_int_equal(triage_waiting_count(c), 0);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

// Busy for the message, then busy for the one concern in it, then fine; all under one key.
static uint8_t keys_seen[8][16];
static bool busy_twice(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    bool const fine = server_answers(s, q, r);
    if (q->body_case != TRIAGE__V1__REQUEST__BODY_SUBMIT || s->submits > 8) return fine;
    memcpy(keys_seen[s->submits - 1], q->submit->submissions[0]->key.data, 16);
    if (s->submits == 1) {
        r->body_case = TRIAGE__V1__REPLY__BODY__NOT_SET;
        r->status = TRIAGE__V1__STATUS__STATUS_BUSY;
        r->retry_after_ms = 30;
    } else if (s->submits == 2) {
        r->submit->receipts[0]->status = TRIAGE__V1__STATUS__STATUS_BUSY;
        r->submit->receipts[0]->retry_after_ms = 30;
    }
    return true;
}

static void busy_is_tried_again_under_the_same_key(void **state)
{
    (void)state;
    struct server s;
    server_make(&s, busy_twice);
    server_start(&s);
    struct triage_client *c = opened(&s);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit(c, n, NULL), TRIAGE_OK);
    assert_int_equal(s.submits, 3);
    assert_memory_equal(keys_seen[0], keys_seen[1], 16);
    assert_memory_equal(keys_seen[0], keys_seen[2], 16);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static bool deaf_to_submits(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    return server_answers(s, q, r) && q->body_case != TRIAGE__V1__REQUEST__BODY_SUBMIT;
}

static void a_server_that_dies_before_its_receipt_is_sent_the_same_again(void **state)
{
    (void)state;
    struct server s;
    struct tally t = {0};
    server_make(&s, deaf_to_submits);
    server_start(&s);
    struct triage_client *c = opened(&s);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit_async(c, n, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_submit_async(c, n, tally, &t), TRIAGE_E_KEY_REUSED); // on its way
    for (int i = 0; s.submits == 0 && i < 1000; i++) {
        struct pollfd p = {.fd = triage_fd(c), .events = POLLIN};
        poll(&p, 1, 5);
        triage_dispatch(c);
    }
    server_stop(&s);
    s.answer = server_answers;
    server_start(&s);
    turn_until(c, &t.ok, 1);
    assert_string_equal(t.key, triage_concern_key(n));
    assert_int_equal(s.submits, 2);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static bool refused(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    static Triage__V1__Problem problem;
    static Triage__V1__Problem *problems[] = {&problem};
    bool const fine = server_answers(s, q, r);
    if (q->body_case != TRIAGE__V1__REQUEST__BODY_SUBMIT) return fine;
    triage__v1__problem__init(&problem);
    problem.field = "adults[0].nhs_number";
    problem.code = "check_digit";
    problem.text = "the check digit is wrong: read it again from the card";
    problem.refused = true;
    r->submit->receipts[0]->status = TRIAGE__V1__STATUS__STATUS_INVALID;
    r->submit->receipts[0]->n_adults = 0;
    r->submit->receipts[0]->n_problems = 1;
    r->submit->receipts[0]->problems = problems;
    return true;
}

static void a_refusal_names_the_field_and_is_not_sent_again(void **state)
{
    (void)state;
    struct server s;
    char folder[128];
    server_make(&s, refused);
    server_start(&s);
    struct triage_client *c = opened(&s);
    snprintf(folder, sizeof folder, "%s/outbox", s.folder);
    assert_int_equal(triage_outbox_open(c, folder, NULL, NULL), TRIAGE_OK);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit(c, n, NULL), TRIAGE_E_INVALID);
    assert_int_equal(triage_problem_count(c), 1);
    assert_string_equal(triage_problem_field(c, 0), "adults[0].nhs_number");
    assert_string_equal(triage_problem_code(c, 0), "check_digit");
    assert_true(triage_problem_refused(c, 0));
    triage_close(c);
    c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, NULL, NULL), TRIAGE_OK);
    assert_int_equal(triage_waiting_count(c), 0);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static bool receipted_something_else(struct server *s, const Triage__V1__Request *q,
                                     Triage__V1__Reply *r)
{
    bool const fine = server_answers(s, q, r);
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_SUBMIT) {
        r->submit->receipts[0]->digest.data[0] ^= 1;
    }
    return fine;
}

static void a_receipt_for_other_content_is_no_receipt(void **state)
{
    (void)state;
    struct server s;
    const struct triage_receipt *r = NULL;
    server_make(&s, receipted_something_else);
    server_start(&s);
    struct triage_client *c = opened(&s);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit(c, n, &r), TRIAGE_E_MALFORMED);
    assert_null(r);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static void what_a_crashed_sender_left_is_sent_by_the_next_run(void **state)
{
    (void)state;
    struct server s;
    struct tally t = {0};
    char folder[128];
    server_make(&s, server_answers); // not started: nothing answers
    snprintf(folder, sizeof folder, "%s/outbox", s.folder);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &t), TRIAGE_OK);
    struct triage_concern *n = concern();
    triage_set_timeout_ms(c, 60);
    assert_int_equal(triage_submit(c, n, NULL), TRIAGE_E_UNREACHABLE);
    triage_close(c);
    server_start(&s);
    c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_waiting_count(c), 1);
    turn_until(c, &t.ok, 1);
    assert_string_equal(t.key, triage_concern_key(n));
    triage_close(c);
    c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_waiting_count(c), 0);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static void a_wait_that_ended_does_not_end_the_sending(void **state)
{
    (void)state;
    struct server s;
    struct tally late_receipt = {0};
    char folder[128];
    server_make(&s, server_answers);
    snprintf(folder, sizeof folder, "%s/outbox", s.folder);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &late_receipt), TRIAGE_OK);
    struct triage_concern *n = concern();
    triage_set_timeout_ms(c, 60);
    assert_int_equal(triage_submit(c, n, NULL), TRIAGE_E_UNREACHABLE);
    assert_int_equal(triage_waiting_count(c), 1);
    assert_int_equal(late_receipt.answered, 0);
    server_start(&s);
    turn_until(c, &late_receipt.ok, 1);
    assert_int_equal(triage_waiting_count(c), 0);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static void an_outbox_larger_than_the_window_is_sent_beside_what_is_new(void **state)
{
    (void)state;
    enum { LEFT = 30 };
    struct server s;
    struct tally left = {0};
    struct tally fresh = {0};
    struct triage_concern *n[LEFT];
    char folder[128];
    server_make(&s, server_answers);
    snprintf(folder, sizeof folder, "%s/outbox", s.folder);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &left), TRIAGE_OK);
    for (int i = 0; i < LEFT; i++) {
        n[i] = concern();
        assert_int_equal(triage_submit_async(c, n[i], NULL, NULL), TRIAGE_OK);
        triage_concern_free(n[i]);
    }
    triage_close(c);
    server_start(&s);
    c = opened(&s);
    triage_set_window(c, 4);
    assert_int_equal(triage_outbox_open(c, folder, tally, &left), TRIAGE_OK);
    assert_int_equal(triage_waiting_count(c), 2);
    for (int i = 0; i < LEFT; i++) n[i] = concern();
    assert_int_equal(triage_submit_all(c, n, LEFT, tally, &fresh), TRIAGE_OK);
    assert_int_equal(fresh.ok, LEFT);
    turn_until(c, &left.ok, LEFT);
    for (int i = 0; i < LEFT; i++) triage_concern_free(n[i]);
    triage_close(c);
    server_drop(&s);
}

static void a_restored_council_is_given_the_receipted_concerns_again(void **state)
{
    (void)state;
    struct server s;
    struct tally t = {0};
    char folder[128];
    server_make(&s, server_answers);
    server_start(&s);
    snprintf(folder, sizeof folder, "%s/outbox", s.folder);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_outbox_open(c, folder, tally, &t), TRIAGE_OK);
    struct triage_concern *n = concern();
    assert_int_equal(triage_submit(c, n, NULL), TRIAGE_OK);
    assert_int_equal(s.submits, 1);
    server_stop(&s);
    s.hello.epoch = 2; // back from a backup
    server_start(&s);
    assert_int_equal(triage_ping(c, NULL), TRIAGE_OK);
    turn_until(c, &t.ok, 1);
    assert_string_equal(t.key, triage_concern_key(n));
    assert_int_equal(s.submits, 2);
    triage_concern_free(n);
    triage_close(c);
    server_drop(&s);
}

static int late_count;
static char late_words[200];
static void late(void *user, const char *key, const char *sentence)
{
    (void)user, (void)key;
    late_count++;
    snprintf(late_words, sizeof late_words, "%s", sentence);
}

static void what_has_no_receipt_is_said_once_with_the_number_to_ring(void **state)
{
    (void)state;
    struct server s;
    struct tally t = {0};
    server_make(&s, deaf_to_submits);
    server_start(&s);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_ping(c, NULL), TRIAGE_OK);
    triage_on_not_received(c, late, NULL);
    struct triage_concern *calm = concern();
    struct triage_concern *unsaid = concern();
    triage_concern_set(calm, "harm.immediate_danger", "no");
    assert_int_equal(triage_submit_async(c, calm, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_submit_async(c, unsaid, tally, &t), TRIAGE_OK);
    int64_t const now = client_mono_ms();
    late_count = 0;
    parcels_warn(c, now + 59000);
    assert_int_equal(late_count, 0);
    parcels_warn(c, now + 61000); // danger not said: as urgent as danger
    assert_int_equal(late_count, 1);
    parcels_warn(c, now + 62000);
    assert_int_equal(late_count, 1);
    parcels_warn(c, now + 15 * 60000 + 2000);
    assert_int_equal(late_count, 2);
    assert_string_equal(late_words, "NOT RECEIVED - ring Exampleton Council on 01632 960000");
    triage_concern_free(calm);
    triage_concern_free(unsaid);
    triage_close(c);
    server_drop(&s);
}

static void many_are_sent_within_the_window_and_each_is_answered(void **state)
{
    (void)state;
    enum { MANY = 600 };
    static struct triage_concern *all[MANY];
    struct server s;
    struct tally t = {0};
    server_make(&s, server_answers);
    server_start(&s);
    struct triage_client *c = opened(&s);
    triage_set_window(c, 50);
    for (int i = 0; i < MANY; i++) all[i] = concern();
    assert_int_equal(triage_submit_all(c, all, MANY, tally, &t), TRIAGE_OK);
    assert_int_equal(t.ok, MANY);
    assert_int_equal(s.submits, MANY);
    assert_int_equal(c->calls.active, 0);
    for (int i = 0; i < MANY; i++) triage_concern_free(all[i]);
    triage_close(c);
    server_drop(&s);
}

static void a_full_window_says_busy(void **state)
{
    (void)state;
    struct server s;
    struct tally t = {0};
    server_make(&s, server_answers);
    struct triage_client *c = opened(&s);
    struct triage_concern *a = concern();
    struct triage_concern *b = concern();
    struct triage_concern *third = concern();
    triage_set_window(c, 2);
    assert_int_equal(triage_submit_async(c, a, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_submit_async(c, b, tally, &t), TRIAGE_OK);
    assert_int_equal(triage_submit_async(c, third, tally, &t), TRIAGE_E_BUSY);
    triage_concern_free(third);
    triage_concern_free(a);
    triage_concern_free(b);
    triage_close(c);
    server_drop(&s);
}

static void a_concern_can_be_written_field_by_field(void **state)
{
    (void)state;
    struct triage_concern *n = triage_concern_new();
    assert_int_equal(triage_concern_set(n, "adults[0].name", "Ann Invented"), TRIAGE_OK);
    assert_int_equal(triage_concern_set(n, "adults[0].voice.wants", "to stay"), TRIAGE_OK);
    assert_int_equal(triage_concern_set(n, "harm.types[0]", "neglect"), TRIAGE_OK);
    assert_int_equal(triage_concern_set(n, "harm.types[1]", "financial"), TRIAGE_OK);
    assert_int_equal(triage_concern_set(n, "pattern.count", "3"), TRIAGE_OK);
    static const char *const bad[] = {"",     ".",         "adults[2].name", "adults[x].name",
                                      "a..b", "a[0",       "adults.name",    "harm.types[9]",
                                      "a.",   "adults[0]x"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (triage_concern_set(n, bad[i], "v") == TRIAGE_OK) fail_msg("%s was set", bad[i]);
    }
    char *json = triage_concern_to_json(n);
    struct triage_concern *copy = NULL;
    char why[256] = "";
    if (triage_concern_from_json(&copy, json, strlen(json), why, sizeof why)) fail_msg("%s", why);
    assert_string_equal(triage_concern_key(copy), triage_concern_key(n));
    triage_free(json);
    triage_concern_free(copy);
    triage_concern_free(n);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_concern_gets_its_receipt),
        cmocka_unit_test(busy_is_tried_again_under_the_same_key),
        cmocka_unit_test(a_server_that_dies_before_its_receipt_is_sent_the_same_again),
        cmocka_unit_test(a_refusal_names_the_field_and_is_not_sent_again),
        cmocka_unit_test(a_receipt_for_other_content_is_no_receipt),
        cmocka_unit_test(what_a_crashed_sender_left_is_sent_by_the_next_run),
        cmocka_unit_test(a_wait_that_ended_does_not_end_the_sending),
        cmocka_unit_test(an_outbox_larger_than_the_window_is_sent_beside_what_is_new),
        cmocka_unit_test(a_restored_council_is_given_the_receipted_concerns_again),
        cmocka_unit_test(what_has_no_receipt_is_said_once_with_the_number_to_ring),
        cmocka_unit_test(many_are_sent_within_the_window_and_each_is_answered),
        cmocka_unit_test(a_full_window_says_busy),
        cmocka_unit_test(a_concern_can_be_written_field_by_field),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
