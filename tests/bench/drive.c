#include "drive.h"

#include "floor.h"
#include "sample.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define CLAIM_BATCH   64
#define CREDIT        1024
#define PATIENCE_MS   20000
#define RECEIPT_EVERY 64

static void drive_submit(struct link *l, const struct sample *t)
{
    uint8_t key[16];
    struct sample_submit s;
    randombytes_buf(key, sizeof key);
    sample_submit(&s, t, key);
    link_send(l, &s.request);
}

static size_t drive_receipts(const Triage__V1__Reply *reply)
{
    if (reply->body_case != TRIAGE__V1__REPLY__BODY_SUBMIT) return 0;
    for (size_t i = 0; i < reply->submit->n_receipts; i++) {
        if (reply->submit->receipts[i]->status != TRIAGE__V1__STATUS__STATUS_OK) {
            fprintf(stderr, "bench: receipt status %d\n", (int)reply->submit->receipts[i]->status);
            bench_die("a submission was not taken");
        }
    }
    return reply->submit->n_receipts;
}

// Waits for receipts; notices that are pushed meanwhile are let go by.
static size_t drive_await(struct link *provider, size_t least)
{
    size_t seen = 0;
    while (seen < least) {
        Triage__V1__Reply *reply = link_receive(provider, PATIENCE_MS);
        if (!reply) bench_die("receipts stopped coming");
        seen += drive_receipts(reply);
    }
    return seen;
}

struct drive_rest drive_at_rest(struct link *provider, size_t times)
{
    struct sample t;
    struct drive_rest rest = {0, 0};
    int64_t *ns = calloc(times, sizeof *ns);
    if (!ns) bench_die("no memory");
    sample_make(&t);
    for (size_t i = 0; i < times; i++) {
        int64_t const began = bench_now_ns();
        drive_submit(provider, &t);
        drive_await(provider, 1);
        ns[i] = bench_now_ns() - began;
    }
    rest.p50_ns = floor_percentile(ns, times, 0.50);
    rest.p99_ns = floor_percentile(ns, times, 0.99);
    free(ns);
    return rest;
}

double drive_intake(struct link *provider, size_t concerns, size_t outstanding)
{
    struct sample t;
    size_t sent = 0, received = 0;
    sample_make(&t);
    int64_t const began = bench_now_ns();
    while (received < concerns) {
        while (sent < concerns && sent - received < outstanding) {
            drive_submit(provider, &t);
            sent++;
        }
        received += drive_await(provider, 1);
    }
    return (double)concerns / ((double)(bench_now_ns() - began) / 1e9);
}

// The full way: what has been seen of it, and what is asked for next.
struct full {
    struct link *provider, *desk;
    const char *team;
    size_t concerns, sent, receipts, headlines, claimed, notices;
    size_t desk_credit;
    uint64_t cursor, receipted;
    size_t n_waiting; // headlines not yet asked for
    struct {
        char reference[24];
        uint32_t version;
    } waiting[CREDIT * 2];
};

static void full_follow(struct full *f)
{
    Triage__V1__FollowQueueRequest queue = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    Triage__V1__FollowNoticesRequest notices = TRIAGE__V1__FOLLOW_NOTICES_REQUEST__INIT;
    Triage__V1__Request r = TRIAGE__V1__REQUEST__INIT;
    queue.team = (char *)(uintptr_t)f->team;
    queue.credit = CREDIT;
    f->desk_credit = CREDIT;
    r.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    r.follow_queue = &queue;
    link_send(f->desk, &r);
    triage__v1__request__init(&r);
    notices.after = f->cursor;
    notices.credit = CREDIT;
    r.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
    r.follow_notices = &notices;
    link_send(f->provider, &r);
}

static void full_claim(struct full *f, size_t n)
{
    Triage__V1__ClaimOne ones[CLAIM_BATCH], *list[CLAIM_BATCH];
    Triage__V1__ClaimRequest claim = TRIAGE__V1__CLAIM_REQUEST__INIT;
    Triage__V1__Request r = TRIAGE__V1__REQUEST__INIT;
    for (size_t i = 0; i < n; i++) {
        triage__v1__claim_one__init(&ones[i]);
        ones[i].reference = f->waiting[f->n_waiting - n + i].reference;
        ones[i].expected_version = f->waiting[f->n_waiting - n + i].version;
        list[i] = &ones[i];
    }
    claim.team = (char *)(uintptr_t)f->team;
    claim.n_cases = n;
    claim.cases = list;
    r.body_case = TRIAGE__V1__REQUEST__BODY_CLAIM;
    r.claim = &claim;
    link_send(f->desk, &r);
    f->n_waiting -= n;
}

static void full_credit(struct full *f, size_t used)
{
    Triage__V1__CreditRequest credit = TRIAGE__V1__CREDIT_REQUEST__INIT;
    Triage__V1__Request r = TRIAGE__V1__REQUEST__INIT;
    f->desk_credit -= used;
    if (f->desk_credit > CREDIT / 2 || f->n_waiting > CREDIT) return;
    credit.team = (char *)(uintptr_t)f->team;
    credit.credit = (uint32_t)(CREDIT - f->desk_credit);
    f->desk_credit = CREDIT;
    r.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    r.credit = &credit;
    link_send(f->desk, &r);
}

static void full_desk(struct full *f, const Triage__V1__Reply *reply)
{
    if (reply->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) {
        const Triage__V1__QueuePush *push = reply->queue_push;
        for (size_t i = 0; i < push->n_headlines; i++) {
            const Triage__V1__Headline *h = push->headlines[i];
            if (h->state != TRIAGE__V1__CASE_STATE__CASE_STATE_QUEUED || h->held_by[0]) continue;
            if (f->n_waiting >= CREDIT * 2) bench_die("more headlines than credit");
            snprintf(f->waiting[f->n_waiting].reference, sizeof f->waiting[0].reference, "%s",
                     h->reference);
            f->waiting[f->n_waiting++].version = h->version;
            f->headlines++;
        }
        full_credit(f, push->n_headlines);
    } else if (reply->body_case == TRIAGE__V1__REPLY__BODY_CLAIM) {
        for (size_t i = 0; i < reply->claim->n_claimed; i++) {
            const Triage__V1__Claimed *c = reply->claim->claimed[i];
            if (c->status != TRIAGE__V1__STATUS__STATUS_OK || c->concern.len != CONCERN_BYTES) {
                bench_die("a claim failed or came without its body");
            }
            f->claimed++;
        }
    } else if (reply->status != TRIAGE__V1__STATUS__STATUS_OK) {
        bench_die(reply->text);
    }
    while (f->n_waiting >= CLAIM_BATCH) full_claim(f, CLAIM_BATCH);
    if (f->n_waiting && f->headlines == f->concerns) full_claim(f, f->n_waiting);
}

static void full_receipt(struct full *f)
{
    Triage__V1__ReceiptNoticesRequest receipt = TRIAGE__V1__RECEIPT_NOTICES_REQUEST__INIT;
    Triage__V1__Request r = TRIAGE__V1__REQUEST__INIT;
    receipt.up_to = f->cursor;
    receipt.credit = (uint32_t)(f->cursor - f->receipted);
    f->receipted = f->cursor;
    r.body_case = TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES;
    r.receipt_notices = &receipt;
    link_send(f->provider, &r);
}

static void full_provider(struct full *f, const Triage__V1__Reply *reply)
{
    f->receipts += drive_receipts(reply);
    if (reply->body_case != TRIAGE__V1__REPLY__BODY_NOTICES) return;
    for (size_t i = 0; i < reply->notices->n_notices; i++) {
        const Triage__V1__Notice *n = reply->notices->notices[i];
        if (f->cursor && n->cursor != f->cursor + 1) bench_die("a notice was skipped");
        f->cursor = n->cursor;
        f->notices++;
    }
    if (f->cursor - f->receipted >= RECEIPT_EVERY || f->notices >= f->concerns) full_receipt(f);
}

double drive_full(struct link *provider, struct link *desk, const char *team, size_t concerns,
                  size_t outstanding)
{
    struct sample t;
    struct full *f = calloc(1, sizeof *f);
    if (!f) bench_die("no memory");
    *f = (struct full){.provider = provider, .desk = desk, .team = team, .concerns = concerns};
    sample_make(&t);
    full_follow(f);
    int64_t const began = bench_now_ns();
    while (f->receipts < concerns || f->claimed < concerns || f->notices < concerns) {
        Triage__V1__Reply *reply;
        size_t heard = 0;
        while (f->sent < concerns && f->sent - f->receipts < outstanding) {
            drive_submit(provider, &t);
            f->sent++;
        }
        while (heard < 256 && (reply = link_receive(provider, 0))) full_provider(f, reply), heard++;
        while (heard < 512 && (reply = link_receive(desk, 0))) full_desk(f, reply), heard++;
        if (heard) continue;
        zmq_pollitem_t items[] = {{provider->socket, 0, ZMQ_POLLIN, 0},
                                  {desk->socket, 0, ZMQ_POLLIN, 0}};
        if (zmq_poll(items, 2, PATIENCE_MS) <= 0) {
            fprintf(stderr, "bench: receipts %zu headlines %zu claimed %zu notices %zu of %zu\n",
                    f->receipts, f->headlines, f->claimed, f->notices, concerns);
            bench_die("the full way stopped");
        }
    }
    double const rate = (double)concerns / ((double)(bench_now_ns() - began) / 1e9);
    free(f);
    return rate;
}
