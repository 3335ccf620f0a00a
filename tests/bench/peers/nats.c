// NATS JetStream: file streams, publishes confirmed asynchronously, durable pull consumers.
#include "peers.h"

#include <nats/nats.h>
#include <stdio.h>

#define WAIT_MS 60000

struct nats_end {
    natsConnection *connection;
    jsCtx *js;
};

static void nats_must(natsStatus s, const char *what)
{
    if (s != NATS_OK) peer_die(what, natsStatus_GetText(s));
}

static struct nats_end nats_begin(const struct pipeline *p)
{
    struct nats_end e;
    char url[64];
    jsOptions o;
    snprintf(url, sizeof url, "nats://127.0.0.1:%d", p->port);
    nats_must(natsConnection_ConnectTo(&e.connection, url), "nats connect");
    nats_must(jsOptions_Init(&o), "nats");
    o.PublishAsync.MaxPending = (int64_t)OUTSTANDING;
    o.PublishAsync.StallWait = WAIT_MS;
    nats_must(natsConnection_JetStream(&e.js, e.connection, &o), "nats jetstream");
    return e;
}

static void nats_end(struct nats_end *e)
{
    nats_must(natsConnection_Flush(e->connection), "nats flush");
    jsCtx_Destroy(e->js);
    natsConnection_Destroy(e->connection);
}

static void nats_prepare(struct pipeline *p)
{
    static const char *const names[] = {"intake", "team", "notices"};
    struct nats_end e = nats_begin(p);
    for (size_t i = 0; i < 3; i++) {
        jsStreamConfig c;
        const char *subjects[] = {names[i]};
        nats_must(jsStreamConfig_Init(&c), "nats");
        c.Name = names[i];
        c.Subjects = subjects;
        c.SubjectsLen = 1;
        c.Storage = js_FileStorage;
        c.Retention = js_WorkQueuePolicy;
        nats_must(js_AddStream(NULL, e.js, &c, NULL, NULL), "nats stream");
    }
    nats_end(&e);
}

static void nats_publish(const struct nats_end *e, const char *subject, const uint8_t *body,
                         size_t len)
{
    nats_must(js_PublishAsync(e->js, subject, body, (int)len, NULL), "nats publish");
}

// Returns once every publish so far is confirmed.
static void nats_confirmed(const struct nats_end *e)
{
    jsPubOptions o;
    nats_must(jsPubOptions_Init(&o), "nats");
    o.MaxWait = WAIT_MS;
    nats_must(js_PublishAsyncComplete(e->js, &o), "nats confirm");
}

static void nats_provider(struct pipeline *p)
{
    struct nats_end e = nats_begin(p);
    for (size_t i = 0; i < p->concerns; i++)
        nats_publish(&e, "intake", peer_concern(), CONCERN_BYTES);
    nats_confirmed(&e);
    atomic_store(&p->confirmed, p->concerns);
    nats_end(&e);
}

static natsSubscription *nats_pull(const struct nats_end *e, const char *stream)
{
    natsSubscription *s = NULL;
    jsSubOptions o;
    nats_must(jsSubOptions_Init(&o), "nats");
    o.Config.MaxAckPending = 10 * (int64_t)BATCH;
    nats_must(js_PullSubscribe(&s, e->js, stream, "me", NULL, &o, NULL), "nats subscribe");
    return s;
}

static void nats_ack(natsMsgList *list)
{
    for (int i = 0; i < list->Count; i++) nats_must(natsMsg_Ack(list->Msgs[i], NULL), "nats ack");
    natsMsgList_Destroy(list);
}

static void nats_consume(struct pipeline *p, const char *stream, _Atomic size_t *acked, bool pass)
{
    struct nats_end e = nats_begin(p);
    natsSubscription *s = nats_pull(&e, stream);
    for (size_t done = 0; done < p->concerns;) {
        natsMsgList list = {NULL, 0};
        natsStatus const got = natsSubscription_Fetch(&list, s, (int)BATCH, 1000, NULL);
        if (got == NATS_TIMEOUT) continue;
        nats_must(got, "nats fetch");
        size_t const n = (size_t)list.Count;
        for (size_t i = 0; pass && i < n; i++) {
            nats_publish(&e, "team", peer_concern(), CONCERN_BYTES);
            nats_publish(&e, "notices", peer_notice(), NOTICE_BYTES);
        }
        if (pass) nats_confirmed(&e);
        nats_ack(&list);
        done += n;
        atomic_fetch_add(acked, n);
    }
    natsSubscription_Destroy(s);
    nats_end(&e);
}

static void nats_worker(struct pipeline *p)
{
    nats_consume(p, "intake", &p->passed_on, true);
}
static void nats_desk(struct pipeline *p)
{
    nats_consume(p, "team", &p->desk_acked, false);
}
static void nats_referrer(struct pipeline *p)
{
    nats_consume(p, "notices", &p->referrer_acked, false);
}

const struct peer PEER_NATS = {"nats",      nats_prepare, nats_provider,
                               nats_worker, nats_desk,    nats_referrer};
