// A referrer's program as proto/README.md tells strangers to write it: key and bytes are stored
// before the first send and never change, what has no answer is sent again, a notice is stored
// before it is receipted, and what was not stored is asked for again.
#include "referrer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE    (10 * SECOND)
#define BACKOFF_MAX (60 * SECOND)
#define CREDIT      24

static void referrer_pump(struct referrer *r);

// --- The outbox, which survives everything. ---

struct item *referrer_item(struct referrer *r, enum item_kind kind)
{
    if (r->n_items == r->items_size) {
        r->items_size = r->items_size ? 2 * r->items_size : 64;
        r->items = realloc(r->items, r->items_size * sizeof *r->items);
        if (!r->items) abort();
    }
    struct item *i = &r->items[r->n_items++];
    *i = (struct item){
        .kind = kind, .id = ++r->sim->next_id, .bad = -1, .next_us = r->sim->wheel.now_us};
    return i;
}

void item_pack(struct item *i, Triage__V1__Request *q)
{
    q->id = i->id;
    i->n = triage__v1__request__get_packed_size(q);
    i->bytes = malloc(i->n + 1);
    if (!i->bytes) abort();
    (void)triage__v1__request__pack(q, i->bytes);
}

static void item_done(struct referrer *r, struct item *i)
{
    (void)r;
    i->done = true;
    free(i->bytes);
    i->bytes = NULL;
}

// Finished items at the front are forgotten; the oracle remembers.
static void items_trim(struct referrer *r)
{
    size_t kept = 0;
    for (size_t i = 0; i < r->n_items; i++)
        if (!r->items[i].done) r->items[kept++] = r->items[i];
    r->n_items = kept;
}

static void item_later(struct referrer *r, struct item *i, uint32_t retry_after_ms)
{
    int64_t wait = retry_after_ms ? (int64_t)retry_after_ms * MS : SECOND;
    for (unsigned n = 0; n < i->tries && wait < BACKOFF_MAX; n++) wait *= 2;
    if (wait > BACKOFF_MAX) wait = BACKOFF_MAX;
    i->next_us = r->sim->wheel.now_us + wait + dice_between(&r->dice, 0, wait / 2);
}

// --- Connecting: hello first, then follow from what was stored. ---

static void referrer_say(struct referrer *r, Triage__V1__Request *q, uint64_t *id)
{
    q->id = *id = ++r->sim->next_id;
    r->asked_us = r->sim->wheel.now_us;
    net_request(r->line, q);
}

static void referrer_hello(struct referrer *r)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    hello.version = 1;
    hello.client = (char *)(uintptr_t) "sim";
    q.body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
    q.hello = &hello;
    r->state = GREETING;
    referrer_say(r, &q, &r->hello_id);
}

static void referrer_follow(struct referrer *r)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__FollowNoticesRequest follow = TRIAGE__V1__FOLLOW_NOTICES_REQUEST__INIT;
    follow.after = r->stored;
    follow.credit = CREDIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
    q.follow_notices = &follow;
    r->state = ASKING;
    r->owed_credit = 0;
    r->heard = r->stored;
    oracle_follow(r->sim->oracle, r->who, r->stored);
    referrer_say(r, &q, &r->follow_id);
}

static void referrer_receipt(struct referrer *r)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__ReceiptNoticesRequest receipt = TRIAGE__V1__RECEIPT_NOTICES_REQUEST__INIT;
    receipt.up_to = r->stored;
    receipt.credit = r->owed_credit;
    q.body_case = TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES;
    q.receipt_notices = &receipt;
    referrer_say(r, &q, &r->receipt_id);
}

static void referrer_connect(struct referrer *r)
{
    if (net_dial(r->line))
        referrer_hello(r);
    else
        r->redial_us = r->sim->wheel.now_us + dice_between(&r->dice, SECOND, 30 * SECOND);
}

// --- The program's loop. ---

static bool referrer_waits(const struct referrer *r)
{
    return r->receipt_id || r->state == GREETING || r->state == ASKING;
}

static void referrer_step(struct referrer *r, int64_t now)
{
    if (r->state == AWAY) {
        if (now >= r->redial_us) referrer_connect(r);
        return;
    }
    if (referrer_waits(r) && now - r->asked_us >= PATIENCE) {
        if (r->state == LIVE)
            referrer_receipt(r);
        else
            net_lose(r->line); // No hello, no connection.
        return;
    }
    if (r->state == GREETING) return;
    for (size_t i = 0; i < r->n_items; i++) {
        struct item *item = &r->items[i];
        if (item->done || item->next_us > now) continue;
        if (item->kind == ITEM_REUSED_KEY && !oracle_receipted(r->sim->oracle, item->concern)) {
            item->next_us = now + HOUR; // Or it would be the first.
            continue;
        }
        item->next_us = now + PATIENCE + dice_between(&r->dice, 0, PATIENCE / 2);
        if (item->tries++ > 2) item_later(r, item, 10000);
        net_send(r->line, item->bytes, item->n);
    }
}

static int64_t referrer_next(const struct referrer *r)
{
    int64_t next = INT64_MAX;
    if (r->state == AWAY) return r->redial_us;
    if (referrer_waits(r)) next = r->asked_us + PATIENCE;
    if (r->state == GREETING) return next;
    for (size_t i = 0; i < r->n_items; i++)
        if (!r->items[i].done && r->items[i].next_us < next) next = r->items[i].next_us;
    return next;
}

static void on_pump(void *ctx, uint64_t order)
{
    struct referrer *r = ctx;
    if (order == r->pump_order) referrer_pump(r);
}

static void referrer_pump(struct referrer *r)
{
    int64_t const now = r->sim->wheel.now_us;
    referrer_step(r, now);
    items_trim(r);
    int64_t const next = referrer_next(r);
    r->pump_order++;
    if (next == INT64_MAX) return;
    wheel_at(&r->sim->wheel, next > now ? next : now + 10 * MS, on_pump, r, r->pump_order);
}

void referrer_wake(struct referrer *r)
{
    wheel_in(&r->sim->wheel, 0, on_pump, r, ++r->pump_order);
}

static void on_lost(void *ctx)
{
    struct referrer *r = ctx;
    r->state = AWAY;
    r->receipt_id = 0;
    r->redial_us = r->sim->wheel.now_us + dice_between(&r->dice, 100 * MS, 5 * SECOND);
    for (size_t i = 0; i < r->n_items; i++) r->items[i].next_us = r->redial_us;
    referrer_wake(r);
}

void referrer_crash(struct referrer *r)
{
    r->heard = r->stored; // What was only received is gone.
    r->flush_order++;
    net_lose(r->line);
}

// --- What it hears. ---

static struct item *referrer_find(struct referrer *r, uint64_t id)
{
    for (size_t i = 0; i < r->n_items; i++)
        if (r->items[i].id == id && !r->items[i].done) return &r->items[i];
    return NULL;
}

static bool status_passes(Triage__V1__Status s) // sending the same again helps
{
    return s >= 300 && s < 400;
}

// Is there nothing more to do for it?
static bool item_receipt(struct referrer *r, const struct item *i, unsigned nth,
                         const Triage__V1__Receipt *receipt)
{
    unsigned const concern = i->concern + nth - (i->bad >= 0 && (int)nth > i->bad);
    // Forbidden while a key is withdrawn: a person sees to it, and it is sent again.
    if (status_passes(receipt->status) || receipt->status == TRIAGE__V1__STATUS__STATUS_FORBIDDEN)
        return false;
    if ((int)nth == i->bad) {
        if (receipt->status != TRIAGE__V1__STATUS__STATUS_INVALID || receipt->n_problems == 0 ||
            receipt->problems[0]->field[0] == 0)
            oracle_broken(r->sim->oracle, "what has nothing in it was not refused by its field");
        return true;
    }
    bool const first = !oracle_receipted(r->sim->oracle, concern);
    oracle_receipt(r->sim->oracle, concern, receipt);
    if (first) referrer_plan(r, concern);
    return true;
}

// One bad one keeps none of the others back; what was busy goes again with all of them.
static void item_receipts(struct referrer *r, struct item *i, const Triage__V1__SubmitReply *s)
{
    unsigned left = 0;
    for (unsigned n = 0; n < s->n_receipts; n++) {
        if (item_receipt(r, i, n, s->receipts[n])) continue;
        item_later(r, i, s->receipts[n]->retry_after_ms);
        left++;
    }
    if (left == 0) item_done(r, i);
}

static void item_reused(struct referrer *r, struct item *i, const Triage__V1__Receipt *receipt)
{
    if (status_passes(receipt->status) || receipt->status == TRIAGE__V1__STATUS__STATUS_FORBIDDEN) {
        item_later(r, i, receipt->retry_after_ms);
        return;
    }
    if (receipt->status != TRIAGE__V1__STATUS__STATUS_KEY_REUSED)
        oracle_broken(r->sim->oracle, "a key was taken a second time with other content");
    item_done(r, i);
}

static void item_answered(struct referrer *r, struct item *i, const Triage__V1__Reply *reply)
{
    bool const fine = reply->status == TRIAGE__V1__STATUS__STATUS_OK ||
                      reply->status == TRIAGE__V1__STATUS__STATUS_DUPLICATE;
    if (status_passes(reply->status) || reply->status == TRIAGE__V1__STATUS__STATUS_FORBIDDEN) {
        item_later(r, i, reply->retry_after_ms);
        return;
    }
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_SUBMIT) {
        if (reply->submit->n_receipts != i->n_concerns + (i->bad >= 0))
            oracle_broken(r->sim->oracle, "a batch has another number of receipts");
        else if (i->kind == ITEM_REUSED_KEY)
            item_reused(r, i, reply->submit->receipts[0]);
        else
            item_receipts(r, i, reply->submit);
        return;
    }
    // A resend gets the first answer, as it was then.
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_CASE_ && reply->case_->case_ &&
        reply->status == TRIAGE__V1__STATUS__STATUS_OK)
        oracle_brief(r->sim->oracle, r->who, reply->case_->case_);
    if (i->kind == ITEM_SUPPLEMENT && fine) oracle_supplement(r->sim->oracle, i->reference, true);
    item_done(r, i);
}

static void on_flush(void *ctx, uint64_t order)
{
    struct referrer *r = ctx;
    if (order != r->flush_order || r->heard == r->stored) return;
    r->flush_order++;
    r->owed_credit += (uint32_t)(r->heard - r->stored);
    r->stored = r->heard;
    oracle_stored(r->sim->oracle, r->who, r->stored);
    if (r->state == LIVE) referrer_receipt(r);
    referrer_wake(r);
}

static void referrer_notices(struct referrer *r, const Triage__V1__NoticesPush *push)
{
    bool const idle = r->heard == r->stored;
    for (size_t i = 0; i < push->n_notices; i++) {
        Triage__V1__Notice const *n = push->notices[i];
        oracle_notice(r->sim->oracle, r->who, n);
        if (n->cursor != r->heard + 1) continue; // It has this one already.
        r->heard++;
        referrer_read(r, n);
    }
    if (idle && r->heard != r->stored)
        wheel_in(&r->sim->wheel, dice_wait(&r->dice, 2 * SECOND), on_flush, r, ++r->flush_order);
}

static void referrer_receipted(struct referrer *r, const Triage__V1__Reply *reply)
{
    r->receipt_id = 0;
    if (reply->body_case != TRIAGE__V1__REPLY__BODY_RECEIPT_NOTICES) return;
    r->receipted = reply->receipt_notices->up_to;
    r->owed_credit = 0;
    if (r->receipted < r->stored) referrer_receipt(r);
}

static void on_heard(void *ctx, const Triage__V1__Reply *reply, const uint8_t *bytes, size_t n)
{
    struct referrer *r = ctx;
    oracle_heard(r->sim->oracle, r->who, bytes, n);
    struct item *i = reply->id ? referrer_find(r, reply->id) : NULL;
    if (reply->id) minder_mine(r->sim->minder, r->who, reply);
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_NOTICES) {
        referrer_notices(r, reply->notices);
    } else if (reply->id && reply->id == r->hello_id) {
        r->hello_id = 0;
        if (reply->status == TRIAGE__V1__STATUS__STATUS_OK) {
            r->receipted = reply->hello->notices_receipted;
            referrer_follow(r);
        }
    } else if (reply->id && reply->id == r->follow_id) {
        r->follow_id = 0;
        r->state = LIVE;
        if (r->receipted < r->stored) referrer_receipt(r);
    } else if (reply->id && reply->id == r->receipt_id) {
        if (!status_passes(reply->status)) referrer_receipted(r, reply);
    } else if (i) {
        item_answered(r, i, reply);
    }
    referrer_wake(r);
}

// --- Making one. ---

struct referrer *referrer_make(struct sim *s, enum who who)
{
    struct referrer *r = calloc(1, sizeof *r);
    if (!r) abort();
    r->sim = s;
    r->who = who;
    r->line = &s->lines[who];
    r->line->heard = on_heard;
    r->line->lost = on_lost;
    r->line->ctx = r;
    dice_seed(&r->dice, s->seed, "referrer", who);
    r->redial_us = dice_between(&r->dice, SECOND, 10 * SECOND);
    referrer_begin(r);
    referrer_wake(r);
    return r;
}

void referrer_free(struct referrer *r)
{
    for (size_t i = 0; i < r->n_items; i++) free(r->items[i].bytes);
    free(r->items);
    free(r);
}

bool referrer_settled(const struct referrer *r, char *why, size_t size)
{
    uint64_t const last = oracle_cursor(r->sim->oracle, r->who);
    char const *name = KEYS[r->who].id;
    size_t left = 0;
    for (size_t i = 0; i < r->n_items; i++) left += !r->items[i].done;
    if (left)
        (void)snprintf(why, size, "%s still has %zu things unanswered", name, left);
    else if (r->stored != last)
        (void)snprintf(why, size, "%s stored notice %llu of %llu", name,
                       (unsigned long long)r->stored, (unsigned long long)last);
    else if (r->receipted != r->stored)
        (void)snprintf(why, size, "%s has receipted %llu of %llu notices", name,
                       (unsigned long long)r->receipted, (unsigned long long)r->stored);
    else
        return true;
    return false;
}
