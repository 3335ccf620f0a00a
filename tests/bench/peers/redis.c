// Redis Streams: XADD, consumer groups, XACK; requests pipelined as its manual advises.
#include "peers.h"

#include <hiredis/hiredis.h>
#include <stdio.h>
#include <string.h>

#define ID_BYTES 40

static redisContext *redis_open(const struct pipeline *p)
{
    redisContext *c = redisConnect("127.0.0.1", p->port);
    if (!c || c->err) peer_die("redis", c ? c->errstr : "no memory");
    return c;
}

static redisReply *redis_next(redisContext *c)
{
    void *reply = NULL;
    if (redisGetReply(c, &reply) != REDIS_OK) peer_die("redis", c->errstr);
    if (((redisReply *)reply)->type == REDIS_REPLY_ERROR)
        peer_die("redis", ((redisReply *)reply)->str);
    return reply;
}

static void redis_drop(redisContext *c, size_t replies)
{
    for (size_t i = 0; i < replies; i++) freeReplyObject(redis_next(c));
}

static void redis_prepare(struct pipeline *p)
{
    static const char *const streams[] = {"intake", "team", "notices"};
    redisContext *c = redis_open(p);
    for (size_t i = 0; i < 3; i++)
        redisAppendCommand(c, "XGROUP CREATE %s g 0 MKSTREAM", streams[i]);
    redis_drop(c, 3);
    redisFree(c);
}

static void redis_add(redisContext *c, const char *stream, const uint8_t *body, size_t len)
{
    redisAppendCommand(c, "XADD %s * b %b", stream, body, len);
}

static void redis_provider(struct pipeline *p)
{
    redisContext *c = redis_open(p);
    size_t sent = 0, confirmed = 0;
    while (confirmed < p->concerns) {
        while (sent < p->concerns && sent - confirmed < OUTSTANDING) {
            redis_add(c, "intake", peer_concern(), CONCERN_BYTES);
            sent++;
        }
        size_t const half = sent - confirmed > 1 ? (sent - confirmed) / 2 : 1;
        redis_drop(c, half);
        confirmed += half;
        atomic_store(&p->confirmed, confirmed);
    }
    redisFree(c);
}

// The ids of what a stream gives next, at most BATCH; 0 after a while without any.
static size_t redis_take(redisContext *c, const char *stream, char ids[BATCH][ID_BYTES])
{
    redisAppendCommand(c, "XREADGROUP GROUP g me COUNT %d BLOCK 200 STREAMS %s >", (int)BATCH,
                       stream);
    redisReply *r = redis_next(c);
    size_t n = 0;
    if (r->type == REDIS_REPLY_ARRAY && r->elements == 1) {
        redisReply *entries = r->element[0]->element[1];
        for (; n < entries->elements; n++)
            snprintf(ids[n], ID_BYTES, "%s", entries->element[n]->element[0]->str);
    }
    freeReplyObject(r);
    return n;
}

static void redis_ack(redisContext *c, const char *stream, char ids[BATCH][ID_BYTES], size_t n)
{
    const char *argv[BATCH + 3] = {"XACK", stream, "g"};
    for (size_t i = 0; i < n; i++) argv[3 + i] = ids[i];
    redisAppendCommandArgv(c, (int)n + 3, argv, NULL);
}

static void redis_worker(struct pipeline *p)
{
    char ids[BATCH][ID_BYTES];
    redisContext *c = redis_open(p);
    for (size_t done = 0, n; done < p->concerns; done += n) {
        n = redis_take(c, "intake", ids);
        for (size_t i = 0; i < n; i++) {
            redis_add(c, "team", peer_concern(), CONCERN_BYTES);
            redis_add(c, "notices", peer_notice(), NOTICE_BYTES);
        }
        if (n) redis_ack(c, "intake", ids, n);
        redis_drop(c, n ? 2 * n + 1 : 0);
        atomic_fetch_add(&p->passed_on, n);
    }
    redisFree(c);
}

static void redis_consume(struct pipeline *p, const char *stream, _Atomic size_t *acked)
{
    char ids[BATCH][ID_BYTES];
    redisContext *c = redis_open(p);
    for (size_t done = 0, n; done < p->concerns; done += n) {
        n = redis_take(c, stream, ids);
        if (!n) continue;
        redis_ack(c, stream, ids, n);
        redis_drop(c, 1);
        atomic_fetch_add(acked, n);
    }
    redisFree(c);
}

static void redis_desk(struct pipeline *p)
{
    redis_consume(p, "team", &p->desk_acked);
}
static void redis_referrer(struct pipeline *p)
{
    redis_consume(p, "notices", &p->referrer_acked);
}

const struct peer PEER_REDIS = {"redis",      redis_prepare, redis_provider,
                                redis_worker, redis_desk,    redis_referrer};
