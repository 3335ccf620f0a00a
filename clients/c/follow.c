// follow.c - nothing is missed: every connection asks again from the last place that is safe.
#include "client.h"
#include "json_map.h"

#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NOTICES_CREDIT = 256, QUEUE_CREDIT = 256 };

// ---- Places ----

static bool place_number(const char *text, const char *end, uint64_t *out)
{
    char *stop;
    if (!isdigit((unsigned char)*text)) return false;
    errno = 0;
    *out = strtoull(text, &stop, 10);
    return errno == 0 && stop == end;
}

bool follow_place_parse(struct follow_place *p, const char *text)
{
    const char *end = text + strlen(text);
    const char *dot = strchr(text, '.');
    memset(p, 0, sizeof *p);
    if (!dot) return place_number(text, end, &p->cursor);
    const char *second = strchr(dot + 1, '.');
    size_t len = 0;
    p->known = true;
    return second && dot - text == 16 &&
           sodium_hex2bin(p->ledger, 8, text, 16, NULL, &len, NULL) == 0 && len == 8 &&
           place_number(dot + 1, second, &p->epoch) && place_number(second + 1, end, &p->cursor);
}

uint64_t follow_place_settle(struct follow_place *p, const uint8_t ledger[8], uint64_t epoch,
                             uint64_t receipted)
{
    bool const same = memcmp(p->ledger, ledger, 8) == 0 && p->epoch == epoch;
    // Another ledger, or one restored from a backup, counts anew after what it remembers: cursors
    // above that may be given out a second time, for other notices.
    if (p->known && !same && p->cursor > receipted) p->cursor = receipted;
    p->known = true;
    memcpy(p->ledger, ledger, 8);
    p->epoch = epoch;
    return p->cursor;
}

// ---- Notices ----

static void notices_clear(struct follow_notices *f)
{
    while (f->first) {
        struct triage_notice *n = f->first;
        f->first = n->next;
        triage_notice_free(n);
    }
    f->end = &f->first;
    f->some = f->refused != TRIAGE_OK;
}

static uint32_t follow_credit(const struct triage_client *c, uint32_t wish)
{
    const Triage__V1__Limits *l = c->hello ? c->hello->hello->limits : NULL;
    return l && l->credit_max > 0 && l->credit_max < wish ? l->credit_max : wish;
}

static int64_t notices_answered(struct triage_client *c, void *ctx, enum triage_status s,
                                Triage__V1__Reply *reply, bool *taken)
{
    (void)ctx;
    if (s == TRIAGE_OK && reply && reply->body_case == TRIAGE__V1__REPLY__BODY_NOTICES) {
        *taken = true;
        follow_push(c, reply);
    } else if (s != TRIAGE_OK && reply) {
        *taken = true;
        c->notices.refused = client_settle(c, s, reply);
        c->notices.some = true;
    }
    return CALL_DONE;
}

static int64_t queue_answered(struct triage_client *c, void *ctx, enum triage_status s,
                              Triage__V1__Reply *reply, bool *taken)
{
    (void)ctx;
    if (s == TRIAGE_OK && reply && reply->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) {
        *taken = true;
        follow_push(c, reply);
    } else if (s != TRIAGE_OK && reply) {
        *taken = true;
        c->queue.refused = client_settle(c, s, reply);
        c->queue.some = true;
    }
    return CALL_DONE;
}

static bool notices_ask(struct triage_client *c)
{
    Triage__V1__FollowNoticesRequest follow = TRIAGE__V1__FOLLOW_NOTICES_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    struct call_plan const plan = {
        .done = notices_answered, .give_up_ms = INT64_MAX, .eager = true};
    follow.after = c->notices.got;
    follow.credit = c->notices.credit = follow_credit(c, NOTICES_CREDIT);
    request.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
    request.follow_notices = &follow;
    // One that a lost connection left unanswered would ask from an older place, after this one.
    calls_cancel(c, c->notices.call_id);
    c->notices.call_id = client_call(c, &request, plan);
    return c->notices.call_id != 0;
}

static void notices_settle(struct triage_client *c)
{
    struct follow_notices *f = &c->notices;
    uint64_t const receipted = c->hello->hello->notices_receipted;
    uint8_t ledger[LEDGER_ID_BYTES];
    uint64_t epoch;
    bool const moved = f->stored.known && !hello_same_ledger(c, f->stored.ledger, f->stored.epoch);
    bool const first = !f->stored.known || (!f->first && f->got == 0) || f->from_receipted;
    hello_ledger(c, ledger, &epoch);
    if (f->from_receipted) f->stored.cursor = receipted;
    f->from_receipted = false;
    uint64_t const after = follow_place_settle(&f->stored, ledger, epoch, receipted);
    if (moved) notices_clear(f);
    if (moved || first) f->got = after;
}

static void notices_take(struct triage_client *c, Triage__V1__NoticesPush *push)
{
    struct follow_notices *f = &c->notices;
    char id[17];
    sodium_bin2hex(id, sizeof id, f->stored.ledger, 8);
    for (size_t i = 0; f->active && i < push->n_notices; i++) {
        // A connection that was lost and made again may tell the same ones twice.
        if (push->notices[i]->cursor <= f->got) continue;
        struct triage_notice *n = calloc(1, sizeof *n);
        if (!n) return; // not got: asked for again after this
        n->told = push->notices[i];
        push->notices[i] = NULL;
        memcpy(n->ledger, f->stored.ledger, 8);
        n->epoch = f->stored.epoch;
        snprintf(n->cursor, sizeof n->cursor, "%s.%" PRIu64 ".%" PRIu64, id, n->epoch,
                 n->told->cursor);
        f->got = n->told->cursor;
        if (f->credit > 0) f->credit--;
        *f->end = n;
        f->end = &n->next;
        f->some = true;
    }
}

// Freed here since some of the notices were taken out.
static void notices_free(Triage__V1__NoticesPush *push)
{
    size_t kept = 0;
    for (size_t i = 0; i < push->n_notices; i++) {
        if (push->notices[i]) push->notices[kept++] = push->notices[i];
    }
    push->n_notices = kept;
}

enum triage_status triage_follow(struct triage_client *c, const char *after)
{
    struct follow_notices *f = &c->notices;
    struct follow_place place = {0};
    if (after && !follow_place_parse(&place, after)) {
        return client_fail(c, TRIAGE_E_ARGUMENT, "\"%.60s\" is not a notice's cursor", after);
    }
    f->refused = TRIAGE_OK;
    notices_clear(f);
    f->active = true;
    f->from_receipted = !after;
    f->stored = place;
    f->got = 0;
    if (c->ready) {
        notices_settle(c);
        if (!notices_ask(c)) return client_fail(c, TRIAGE_E_BUSY, "too much is waiting already");
    }
    return TRIAGE_OK;
}

// A second at a time, since only a person can mend some faults and that must be said soon.
static enum triage_status follow_wait(struct triage_client *c, const bool *some, int timeout_ms)
{
    int64_t const deadline = timeout_ms < 0 ? INT64_MAX : client_mono_ms() + timeout_ms;
    for (;;) {
        int64_t const slice = client_mono_ms() + 1000;
        enum triage_status s = client_wait(c, some, slice < deadline ? slice : deadline);
        if (s != TRIAGE_E_TIMEOUT) return s;
        if ((s = client_setup_fault(c)) != TRIAGE_OK) return s;
        if (client_mono_ms() < deadline) continue;
        return c->ready ? client_fail(c, TRIAGE_E_TIMEOUT, "nothing yet") : client_fail_link(c);
    }
}

enum triage_status triage_next(struct triage_client *c, struct triage_notice **out, int timeout_ms)
{
    struct follow_notices *f = &c->notices;
    *out = NULL;
    if (f->refused) return f->refused;
    if (!f->active) return client_fail(c, TRIAGE_E_ARGUMENT, "triage_follow comes first");
    if (!f->first && f->credit == 0 && c->ready) notices_ask(c);
    enum triage_status const s = follow_wait(c, &f->some, timeout_ms);
    if (s != TRIAGE_OK) return s;
    if (f->refused) return f->refused;
    *out = f->first;
    f->first = f->first->next;
    if (!f->first) f->end = &f->first;
    f->some = f->first != NULL;
    (*out)->next = NULL;
    return TRIAGE_OK;
}

// A ledger that has gone since told this notice: its number would mean another one now, which the
// program has not seen.  Nothing is said then, and that is fine: it will be told again.
static enum triage_status notice_say(struct triage_client *c, const struct triage_notice *n,
                                     Triage__V1__Request *request)
{
    enum triage_status s = TRIAGE_OK;
    if (!c->ready) s = client_ask_plan(c, NULL, (struct call_plan){0});
    if (s != TRIAGE_OK || !hello_same_ledger(c, n->ledger, n->epoch)) return s;
    s = client_ask_plan(c, request, (struct call_plan){.bound = true});
    return s == TRIAGE_E_CONFLICT && !c->last ? TRIAGE_OK : s;
}

enum triage_status triage_notice_receipt(struct triage_client *c, const struct triage_notice *n)
{
    Triage__V1__ReceiptNoticesRequest receipt = TRIAGE__V1__RECEIPT_NOTICES_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    struct follow_place *stored = &c->notices.stored;
    receipt.up_to = n->told->cursor;
    request.body_case = TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES;
    request.receipt_notices = &receipt;
    bool const same = memcmp(stored->ledger, n->ledger, 8) == 0 && stored->epoch == n->epoch;
    if (stored->known && same && n->told->cursor > stored->cursor) stored->cursor = receipt.up_to;
    return notice_say(c, n, &request);
}

enum triage_status triage_notice_read(struct triage_client *c, const struct triage_notice *n,
                                      const char *reader)
{
    Triage__V1__ReadNoticeRequest read = TRIAGE__V1__READ_NOTICE_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    read.cursor = n->told->cursor;
    read.reader = (char *)(uintptr_t)reader;
    request.body_case = TRIAGE__V1__REQUEST__BODY_READ_NOTICE;
    request.read_notice = &read;
    return notice_say(c, n, &request);
}

// ---- Queues ----

static bool queue_ask(struct triage_client *c)
{
    Triage__V1__FollowQueueRequest follow = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    struct call_plan const plan = {.done = queue_answered, .give_up_ms = INT64_MAX, .eager = true};
    follow.team = c->queue.team;
    follow.held = c->queue.held;
    follow.credit = follow_credit(c, QUEUE_CREDIT);
    request.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    request.follow_queue = &follow;
    calls_cancel(c, c->queue.call_id);
    c->queue.call_id = client_call(c, &request, plan);
    return c->queue.call_id != 0;
}

static void queue_give_credit(struct triage_client *c, size_t headlines)
{
    Triage__V1__CreditRequest credit = TRIAGE__V1__CREDIT_REQUEST__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    struct call_plan const plan = {.done = queue_answered, .give_up_ms = INT64_MAX, .eager = true};
    credit.team = c->queue.team;
    credit.credit = (uint32_t)headlines;
    request.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    request.credit = &credit;
    // Lost with the connection: the next one starts with full credit.
    if (headlines > 0 && c->ready) client_call(c, &request, plan);
}

static void queue_clear(struct follow_queue *q)
{
    while (q->first) {
        struct queue_push *p = q->first;
        q->first = p->next;
        triage__v1__reply__free_unpacked(p->reply, NULL);
        free(p);
    }
    q->end = &q->first;
    q->some = false;
}

static void queue_take(struct triage_client *c, Triage__V1__Reply *reply)
{
    struct queue_push *p = calloc(1, sizeof *p);
    if (!p || !*c->queue.team) {
        free(p);
        triage__v1__reply__free_unpacked(reply, NULL);
        return;
    }
    p->reply = reply;
    *c->queue.end = p;
    c->queue.end = &p->next;
    c->queue.some = true;
}

static enum triage_status queue_follow(struct triage_client *c, const char *team, bool held)
{
    if (strlen(team) >= sizeof c->queue.team) {
        return client_fail(c, TRIAGE_E_ARGUMENT, "team: this name is too long");
    }
    queue_clear(&c->queue);
    c->queue.refused = TRIAGE_OK;
    memcpy(c->queue.team, team, strlen(team) + 1);
    c->queue.held = held;
    if (c->ready && !queue_ask(c)) {
        return client_fail(c, TRIAGE_E_BUSY, "too much is waiting already");
    }
    return TRIAGE_OK;
}

enum triage_status triage_follow_queue(struct triage_client *c, const char *team)
{
    return queue_follow(c, team, false);
}

enum triage_status triage_follow_board(struct triage_client *c, const char *team)
{
    return queue_follow(c, team, true);
}

enum triage_status triage_next_queue(struct triage_client *c, char **json, int timeout_ms)
{
    struct follow_queue *q = &c->queue;
    *json = NULL;
    if (!*q->team) return client_fail(c, TRIAGE_E_ARGUMENT, "triage_follow_queue comes first");
    enum triage_status const s = follow_wait(c, &q->some, timeout_ms);
    if (s != TRIAGE_OK) return s;
    if (q->refused) return q->refused;
    struct queue_push *p = q->first;
    q->first = p->next;
    if (!q->first) q->end = &q->first;
    q->some = q->first != NULL;
    json_t *j = json_from_message(&p->reply->queue_push->base, JSON_STYLE_OPEN);
    *json = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    queue_give_credit(c, p->reply->queue_push->n_headlines);
    triage__v1__reply__free_unpacked(p->reply, NULL);
    free(p);
    return *json ? TRIAGE_OK : client_fail(c, TRIAGE_E_NO_MEMORY, "out of memory");
}

// ---- Both ----

void follow_push(struct triage_client *c, Triage__V1__Reply *reply)
{
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) {
        queue_take(c, reply);
        return;
    }
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_NOTICES) {
        notices_take(c, reply->notices);
        notices_free(reply->notices);
    }
    triage__v1__reply__free_unpacked(reply, NULL);
}

void follow_after_hello(struct triage_client *c)
{
    if (c->notices.active) {
        notices_settle(c);
        notices_ask(c);
    }
    if (*c->queue.team) {
        queue_clear(&c->queue);
        queue_ask(c);
    }
}

void follow_init(struct triage_client *c)
{
    c->notices.end = &c->notices.first;
    c->queue.end = &c->queue.first;
}

void follow_drop(struct triage_client *c)
{
    notices_clear(&c->notices);
    queue_clear(&c->queue);
}
