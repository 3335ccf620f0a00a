// test_follow.c - notices: none missed, none told twice, over lost connections and restores.
#include "client.h"
#include "server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { NOTICES_MAX = 16 };

// The server owes notices up to `owed`, pushes at most two at a time, and notes what it is told.
static uint64_t owed;
static uint64_t receipted;
static uint64_t asked_after[32];
static int asked;

static void push_fill(Triage__V1__Reply *push, uint64_t after)
{
    static Triage__V1__Notice notices[NOTICES_MAX];
    static Triage__V1__Notice *list[NOTICES_MAX];
    static Triage__V1__NoticesPush told;
    triage__v1__reply__init(push);
    triage__v1__notices_push__init(&told);
    for (uint64_t cursor = after + 1; cursor <= owed && told.n_notices < NOTICES_MAX; cursor++) {
        Triage__V1__Notice *n = &notices[told.n_notices];
        triage__v1__notice__init(n);
        n->cursor = cursor;
        n->reference = "SC-7K2M-9QX4";
        n->code = "screened";
        list[told.n_notices++] = n;
    }
    told.notices = list;
    push->body_case = TRIAGE__V1__REPLY__BODY_NOTICES;
    push->notices = &told;
}

static bool notices_answer(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES) {
        asked_after[asked++ % 32] = q->follow_notices->after;
        push_fill(&s->push, q->follow_notices->after);
        s->push_after = s->push.notices->n_notices > 0;
        return true;
    }
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES) {
        receipted = q->receipt_notices->up_to;
    }
    return server_answers(s, q, r);
}

static struct triage_client *opened(struct server *s)
{
    struct triage_client *c = NULL;
    char why[256] = "";
    if (triage_open(&c, s->profile, why, sizeof why) != TRIAGE_OK) fail_msg("%s", why);
    c->backoff_ms = 20;
    return c;
}

static struct triage_client *following(struct server *s, uint64_t owes, const char *after)
{
    server_make(s, notices_answer);
    owed = owes;
    asked = 0;
    server_start(s);
    struct triage_client *c = opened(s);
    assert_int_equal(triage_follow(c, after), TRIAGE_OK);
    return c;
}

static void next_is(struct triage_client *c, uint64_t cursor)
{
    struct triage_notice *n = NULL;
    if (triage_next(c, &n, 5000) != TRIAGE_OK) fail_msg("%s", triage_last_error(c));
    assert_int_equal(n->told->cursor, cursor);
    triage_notice_free(n);
}

static void next_is_none(struct triage_client *c)
{
    struct triage_notice *n = NULL;
    assert_int_equal(triage_next(c, &n, 30), TRIAGE_E_TIMEOUT);
    assert_null(n);
}

static void they_come_in_order_and_are_receipted_up_to_one(void **state)
{
    (void)state;
    struct server s;
    struct triage_notice *n = NULL;
    struct triage_client *c = following(&s, 3, "0");
    next_is(c, 1);
    next_is(c, 2);
    assert_int_equal(triage_next(c, &n, 5000), TRIAGE_OK);
    assert_string_equal(triage_notice_code(n), "screened");
    assert_int_equal(triage_notice_receipt(c, n), TRIAGE_OK);
    assert_int_equal(receipted, 3);
    next_is_none(c);
    triage_notice_free(n);
    triage_close(c);
    server_drop(&s);
}

static void a_lost_connection_goes_on_after_the_last_one_got(void **state)
{
    (void)state;
    struct server s;
    struct triage_client *c = following(&s, 2, "0");
    next_is(c, 1);
    server_stop(&s); // the second waits in the client already
    owed = 4;
    server_start(&s);
    next_is(c, 2);
    next_is(c, 3);
    next_is(c, 4);
    next_is_none(c);
    assert_int_equal(asked_after[1], 2);
    triage_close(c);
    server_drop(&s);
}

static void a_cursor_goes_on_in_the_next_run(void **state)
{
    (void)state;
    struct server s;
    struct triage_notice *n = NULL;
    char cursor[64];
    struct triage_client *c = following(&s, 5, "3");
    assert_int_equal(triage_next(c, &n, 5000), TRIAGE_OK);
    assert_int_equal(n->told->cursor, 4);
    snprintf(cursor, sizeof cursor, "%s", triage_notice_cursor(n));
    triage_notice_free(n);
    triage_close(c);
    c = opened(&s);
    assert_int_equal(triage_follow(c, cursor), TRIAGE_OK);
    next_is(c, 5);
    triage_close(c);
    server_drop(&s);
}

static void without_a_cursor_it_goes_on_after_the_last_receipt(void **state)
{
    (void)state;
    struct server s;
    server_make(&s, notices_answer);
    s.hello.notices_receipted = 6;
    owed = 7;
    server_start(&s);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_follow(c, NULL), TRIAGE_OK);
    next_is(c, 7);
    triage_close(c);
    server_drop(&s);
}

static void a_restored_ledger_is_asked_from_what_it_remembers(void **state)
{
    (void)state;
    struct server s;
    struct triage_notice *n = NULL;
    struct triage_client *c = following(&s, 4, "0");
    for (int i = 0; i < 4; i++) {
        assert_int_equal(triage_next(c, &n, 5000), TRIAGE_OK);
        if (i == 3) assert_int_equal(triage_notice_receipt(c, n), TRIAGE_OK);
        triage_notice_free(n);
    }
    server_stop(&s);
    s.hello.epoch = 2;
    s.hello.notices_receipted = 2; // the backup knew of two
    owed = 3;                      // and has owed another since, under a number told before
    server_start(&s);
    next_is(c, 3);
    next_is_none(c);
    triage_close(c);
    server_drop(&s);
}

static void a_receipt_is_not_given_to_another_ledger(void **state)
{
    (void)state;
    struct server s;
    struct triage_notice *n = NULL;
    struct triage_client *c = following(&s, 4, "0");
    for (int i = 0; i < 4; i++) {
        triage_notice_free(n);
        assert_int_equal(triage_next(c, &n, 5000), TRIAGE_OK);
    }
    server_stop(&s);
    s.hello.epoch = 2;
    receipted = 0;
    server_start(&s);
    assert_int_equal(triage_notice_receipt(c, n), TRIAGE_OK);
    assert_int_equal(triage_ping(c, NULL), TRIAGE_OK);
    assert_int_equal(receipted, 0); // its fourth notice is another one, not seen here yet
    triage_notice_free(n);
    triage_close(c);
    server_drop(&s);
}

static bool notices_refused(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_HELLO) return server_answers(s, q, r);
    r->status = TRIAGE__V1__STATUS__STATUS_FORBIDDEN;
    r->text = "a desk has no notices";
    return true;
}

static void a_refusal_to_tell_them_ends_the_wait(void **state)
{
    (void)state;
    struct server s;
    struct triage_notice *n = NULL;
    server_make(&s, notices_refused);
    server_start(&s);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_follow(c, "0"), TRIAGE_OK);
    assert_int_equal(triage_next(c, &n, 5000), TRIAGE_E_FORBIDDEN);
    assert_string_equal(triage_last_error(c), "a desk has no notices");
    triage_close(c);
    server_drop(&s);
}

// ---- Queues ----

static uint32_t credit_given;

static bool queue_answer(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    static Triage__V1__Headline headline;
    static Triage__V1__Headline *list[] = {&headline};
    static Triage__V1__QueuePush push;
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_CREDIT) credit_given += q->credit->credit;
    if (q->body_case != TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE) return server_answers(s, q, r);
    triage__v1__headline__init(&headline);
    headline.reference = "SC-7K2M-9QX4";
    triage__v1__queue_push__init(&push);
    push.team = "mash";
    push.n_headlines = 1;
    push.headlines = list;
    triage__v1__reply__init(&s->push);
    s->push.body_case = TRIAGE__V1__REPLY__BODY_QUEUE_PUSH;
    s->push.queue_push = &push;
    s->push_after = true;
    return true;
}

static void a_queue_is_followed_and_given_credit_back(void **state)
{
    (void)state;
    struct server s;
    char *json = NULL;
    server_make(&s, queue_answer);
    server_start(&s);
    struct triage_client *c = opened(&s);
    assert_int_equal(triage_follow_queue(c, "mash"), TRIAGE_OK);
    assert_int_equal(triage_next_queue(c, &json, 5000), TRIAGE_OK);
    assert_non_null(strstr(json, "SC-7K2M-9QX4"));
    triage_free(json);
    assert_int_equal(triage_request(c, "mine", NULL, NULL), TRIAGE_OK); // after the credit
    assert_int_equal(credit_given, 1);
    triage_close(c);
    server_drop(&s);
}

// ---- Requests by name ----

static uint8_t command_ids[4][16];
static int commands_seen;

static bool command_answer(struct server *s, const Triage__V1__Request *q, Triage__V1__Reply *r)
{
    if (q->body_case != TRIAGE__V1__REQUEST__BODY_DECIDE) return server_answers(s, q, r);
    assert_int_equal(q->command_id.len, 16);
    assert_string_equal(q->worker, "w-bell");
    assert_int_equal(q->decide->outcome, TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET);
    memcpy(command_ids[commands_seen++ % 4], q->command_id.data, 16);
    if (commands_seen == 1) r->status = TRIAGE__V1__STATUS__STATUS_UNAVAILABLE;
    return true;
}

static void a_command_keeps_its_id_over_all_its_resends(void **state)
{
    (void)state;
    struct server s;
    server_make(&s, command_answer);
    server_start(&s);
    struct triage_client *c = opened(&s);
    triage_set_worker(c, "w-bell");
    char const body[] = "{\"hold\":{\"reference\":\"SC-7K2M-9QX4\"},\"outcome\":\"not_met\"}";
    assert_int_equal(triage_request(c, "decide", body, NULL), TRIAGE_OK);
    assert_int_equal(commands_seen, 2);
    assert_memory_equal(command_ids[0], command_ids[1], 16);
    assert_int_equal(triage_request(c, "decide", body, NULL), TRIAGE_OK);
    assert_int_equal(memcmp(command_ids[1], command_ids[2], 16) != 0, 1);
    triage_close(c);
    server_drop(&s);
}

static void a_request_that_cannot_be_read_is_not_sent(void **state)
{
    (void)state;
    struct server s;
    server_make(&s, server_answers);
    struct triage_client *c = opened(&s);
    static const struct {
        const char *command, *json, *words;
    } bad[] = {
        {"explode", NULL, "there is no request \"explode\""},
        {"hello", NULL, "there is no request \"hello\""},
        {"worker", NULL, "there is no request \"worker\""},
        {"decide", "{", "line 1, column 1: string or '}' expected near end of file"},
        {"decide", "{\"hold\":{\"token\":-4}}",
         "hold.token: expected a number from 0 to "
         "9223372036854775807"},
    };
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(triage_request(c, bad[i].command, bad[i].json, NULL), TRIAGE_E_ARGUMENT);
        assert_string_equal(triage_last_error(c), bad[i].words);
    }
    triage_close(c);
    server_drop(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(they_come_in_order_and_are_receipted_up_to_one),
        cmocka_unit_test(a_lost_connection_goes_on_after_the_last_one_got),
        cmocka_unit_test(a_cursor_goes_on_in_the_next_run),
        cmocka_unit_test(without_a_cursor_it_goes_on_after_the_last_receipt),
        cmocka_unit_test(a_restored_ledger_is_asked_from_what_it_remembers),
        cmocka_unit_test(a_receipt_is_not_given_to_another_ledger),
        cmocka_unit_test(a_refusal_to_tell_them_ends_the_wait),
        cmocka_unit_test(a_queue_is_followed_and_given_credit_back),
        cmocka_unit_test(a_command_keeps_its_id_over_all_its_resends),
        cmocka_unit_test(a_request_that_cannot_be_read_is_not_sent),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
