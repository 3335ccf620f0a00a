#include "pace.h"

#include "floor.h"
#include "sample.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define OUTSTANDING 1000
#define CREDIT      1024u
#define PATIENCE_NS (30 * INT64_C(1000000000))
#define WAIT_NS     INT64_C(1000000)

static struct pace pace_of(int64_t *ns, size_t n)
{
    struct pace p;
    p.p50_us = (double)floor_percentile(ns, n, 0.50) / 1e3;
    p.p90_us = (double)floor_percentile(ns, n, 0.90) / 1e3;
    p.p99_us = (double)floor_percentile(ns, n, 0.99) / 1e3;
    p.p999_us = (double)floor_percentile(ns, n, 0.999) / 1e3;
    p.max_us = (double)ns[n - 1] / 1e3;
    return p;
}

static uint64_t pace_submit(struct link *l, const struct sample *t, bool danger)
{
    uint8_t key[16];
    struct sample_submit s;
    randombytes_buf(key, sizeof key);
    sample_submit(&s, t, key);
    if (danger) s.submission.danger_now = TRIAGE__V1__ANSWER__ANSWER_YES;
    return link_send(l, &s.request);
}

static const Triage__V1__Receipt *pace_receipt(const Triage__V1__Reply *reply)
{
    if (reply->body_case != TRIAGE__V1__REPLY__BODY_SUBMIT) return NULL;
    const Triage__V1__Receipt *r = reply->submit->receipts[0];
    if (r->status != TRIAGE__V1__STATUS__STATUS_OK) bench_die("a submission was not taken");
    return r;
}

// --- At a pace. ---

struct paced {
    uint64_t first_id;
    size_t n, sent, received;
    int64_t began_ns, *ns;
    double step_ns;
};

static int64_t paced_due_ns(const struct paced *p, size_t i)
{
    return p->began_ns + (int64_t)((double)i * p->step_ns);
}

static void paced_receive(struct paced *p, struct link *l)
{
    Triage__V1__Reply *reply;
    while ((reply = link_receive(l, 0))) {
        if (!pace_receipt(reply)) continue;
        size_t const i = (size_t)(reply->id - p->first_id);
        p->ns[i] = bench_now_ns() - paced_due_ns(p, i);
        p->received++;
    }
}

struct pace pace_intake(struct link *provider, double per_second, size_t concerns)
{
    struct sample t;
    struct paced p = {.first_id = provider->next_id,
                      .n = concerns,
                      .ns = calloc(concerns, sizeof *p.ns),
                      .step_ns = 1e9 / per_second};
    if (!p.ns) bench_die("no memory");
    sample_make(&t);
    p.began_ns = bench_now_ns();
    while (p.received < concerns) {
        int64_t const now = bench_now_ns();
        while (p.sent < concerns && paced_due_ns(&p, p.sent) <= now) {
            (void)pace_submit(provider, &t, false);
            p.sent++;
        }
        paced_receive(&p, provider);
        bool const more = p.sent < concerns;
        link_wait(&provider, 1, more ? paced_due_ns(&p, p.sent) - bench_now_ns() : WAIT_NS);
        if (now - p.began_ns > (int64_t)((double)concerns * p.step_ns) + PATIENCE_NS)
            bench_die("receipts stopped coming");
    }
    struct pace const out = pace_of(p.ns, concerns);
    free(p.ns);
    return out;
}

struct pace pace_floor(void *zmq_context, const char *directory, double per_second, size_t concerns)
{
    int64_t *ns = calloc(concerns, sizeof *ns);
    if (!ns) bench_die("no memory");
    floor_durable_echo(zmq_context, directory, per_second, concerns, ns);
    struct pace const out = pace_of(ns, concerns);
    free(ns);
    return out;
}

// --- Reds in a flood. ---

// In a thread of its own: what reads a flood's receipts must not make the red wait for its own.
struct greens {
    struct link *link;
    struct sample sample;
    atomic_bool enough;
};

static void *greens_run(void *context)
{
    struct greens *g = context;
    Triage__V1__Reply *reply;
    size_t out = 0;
    while (!atomic_load(&g->enough)) {
        while ((reply = link_receive(g->link, 0))) out -= pace_receipt(reply) != NULL;
        for (; out < OUTSTANDING; out++) (void)pace_submit(g->link, &g->sample, false);
        link_wait(&g->link, 1, WAIT_NS);
    }
    while (out) {
        if (!(reply = link_receive(g->link, 20000))) bench_die("receipts stopped coming");
        out -= pace_receipt(reply) != NULL;
    }
    return NULL;
}

struct flood {
    struct link *red, *desk;
    const char *const *teams;
    struct sample red_sample;
    size_t reds, sent, receipted, seen;
    uint64_t first_id;
    uint32_t credit[2];
    int64_t *sent_ns, *receipt_ns, *headline_ns;
    char (*references)[24];
};

static void flood_follow(struct flood *f)
{
    Triage__V1__FollowQueueRequest follow = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    follow.credit = CREDIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    q.follow_queue = &follow;
    for (size_t i = 0; i < 2; i++) {
        follow.team = (char *)(uintptr_t)f->teams[i];
        f->credit[i] = CREDIT;
        link_send(f->desk, &q);
    }
}

static void flood_credit(struct flood *f, const Triage__V1__QueuePush *push)
{
    size_t const i = strcmp(push->team, f->teams[0]) != 0;
    Triage__V1__CreditRequest credit = TRIAGE__V1__CREDIT_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    f->credit[i] -= (uint32_t)push->n_headlines;
    if (f->credit[i] > CREDIT / 2) return;
    credit.team = push->team;
    credit.credit = CREDIT - f->credit[i];
    f->credit[i] = CREDIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    q.credit = &credit;
    link_send(f->desk, &q);
}

static void flood_headline(struct flood *f, const Triage__V1__Headline *h, int64_t now)
{
    for (size_t i = 0; i < f->sent; i++) {
        if (f->headline_ns[i] || strcmp(f->references[i], h->reference) != 0) continue;
        f->headline_ns[i] = now - f->sent_ns[i];
        f->seen++;
    }
}

// A headline may come before the receipt that says whose it is: those of reds are kept.
struct early {
    size_t n;
    struct {
        char reference[24];
        int64_t at_ns;
    } at[CREDIT];
};

static void flood_desk(struct flood *f, struct early *e)
{
    Triage__V1__Reply *reply;
    while ((reply = link_receive(f->desk, 0))) {
        if (reply->body_case != TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) continue;
        int64_t const now = bench_now_ns();
        for (size_t i = 0; i < reply->queue_push->n_headlines; i++) {
            const Triage__V1__Headline *h = reply->queue_push->headlines[i];
            if (h->colour != TRIAGE__V1__COLOUR__COLOUR_RED || e->n == CREDIT) continue;
            snprintf(e->at[e->n].reference, sizeof e->at[0].reference, "%s", h->reference);
            e->at[e->n++].at_ns = now;
        }
        flood_credit(f, reply->queue_push);
    }
}

static void flood_match(struct flood *f, struct early *e)
{
    for (size_t i = 0; i < e->n;) {
        size_t const before = f->seen;
        Triage__V1__Headline h = TRIAGE__V1__HEADLINE__INIT;
        h.reference = e->at[i].reference;
        flood_headline(f, &h, e->at[i].at_ns);
        if (f->seen > before)
            e->at[i] = e->at[--e->n];
        else
            i++;
    }
}

static void flood_red(struct flood *f)
{
    Triage__V1__Reply *reply;
    while ((reply = link_receive(f->red, 0))) {
        const Triage__V1__Receipt *r = pace_receipt(reply);
        if (!r) continue;
        size_t const i = (size_t)(reply->id - f->first_id);
        if (r->adults[0]->colour != TRIAGE__V1__COLOUR__COLOUR_RED) bench_die("it is not red");
        f->receipt_ns[i] = bench_now_ns() - f->sent_ns[i];
        snprintf(f->references[i], sizeof f->references[i], "%s", r->adults[0]->reference);
        f->receipted++;
    }
}

static void flood_run(struct flood *f, int64_t every_ms)
{
    static struct early early;
    early.n = 0;
    int64_t const began = bench_now_ns() + 500000000; // the flood is full by then
    while (f->seen < f->reds) {
        int64_t const due = began + (int64_t)f->sent * every_ms * 1000000;
        int64_t const now = bench_now_ns();
        if (f->sent < f->reds && now >= due) {
            (void)pace_submit(f->red, &f->red_sample, true);
            f->sent_ns[f->sent++] = now;
        }
        flood_red(f);
        flood_desk(f, &early);
        flood_match(f, &early);
        if (now > began + (int64_t)f->reds * every_ms * 1000000 + PATIENCE_NS)
            bench_die("a red's receipt or headline did not come");
        struct link *const both[] = {f->red, f->desk};
        int64_t const next_ns = f->sent < f->reds ? due - bench_now_ns() : WAIT_NS;
        link_wait(both, 2, next_ns < WAIT_NS ? next_ns : WAIT_NS);
    }
}

struct pace_reds pace_reds(struct link *red, struct link *desk, const char *const teams[2],
                           struct link *greens, size_t reds, int64_t every_ms)
{
    struct pace_reds out;
    struct greens g = {.link = greens};
    pthread_t thread;
    struct flood *f = calloc(1, sizeof *f);
    if (!f) bench_die("no memory");
    *f = (struct flood){.red = red, .desk = desk, .teams = teams, .reds = reds};
    f->first_id = red->next_id;
    f->sent_ns = calloc(3 * reds, sizeof *f->sent_ns);
    f->references = calloc(reds, sizeof *f->references);
    if (!f->sent_ns || !f->references) bench_die("no memory");
    f->receipt_ns = f->sent_ns + reds;
    f->headline_ns = f->receipt_ns + reds;
    sample_make(&g.sample);
    sample_make_red(&f->red_sample);
    flood_follow(f);
    if (greens && pthread_create(&thread, NULL, greens_run, &g)) bench_die("no more threads");
    flood_run(f, every_ms);
    atomic_store(&g.enough, true);
    if (greens) pthread_join(thread, NULL);
    out.receipt = pace_of(f->receipt_ns, reds);
    out.headline = pace_of(f->headline_ns, reds);
    free(f->references);
    free(f->sent_ns);
    free(f);
    return out;
}
