// RabbitMQ: durable queues, persistent messages, publisher confirms, prefetch, acknowledgements for
// many at once.  Classic durable queues, and quorum queues of one member.
#include "peers.h"

#include <amqp.h>
#include <amqp_tcp_socket.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/time.h>

#define PREFETCH 1000

static void rabbit_must(amqp_rpc_reply_t r, const char *what)
{
    if (r.reply_type == AMQP_RESPONSE_NORMAL) return;
    peer_die(what, r.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION
                       ? amqp_error_string2(r.library_error)
                       : "the server refused");
}

static amqp_connection_state_t rabbit_open(const struct pipeline *p)
{
    amqp_connection_state_t c = amqp_new_connection();
    amqp_socket_t *s = amqp_tcp_socket_new(c);
    if (!s || amqp_socket_open(s, "127.0.0.1", p->port)) peer_die("rabbitmq", "not reached");
    rabbit_must(amqp_login(c, "/", 0, 131072, 0, AMQP_SASL_METHOD_PLAIN, "guest", "guest"),
                "login");
    amqp_channel_open(c, 1);
    rabbit_must(amqp_get_rpc_reply(c), "channel");
    return c;
}

static void rabbit_close(amqp_connection_state_t c)
{
    (void)amqp_connection_close(c, AMQP_REPLY_SUCCESS);
    (void)amqp_destroy_connection(c);
}

static void rabbit_queues(struct pipeline *p, const char *type)
{
    static const char *const names[] = {"intake", "team", "notices"};
    amqp_table_entry_t entry = {.key = amqp_cstring_bytes("x-queue-type"),
                                .value = {.kind = AMQP_FIELD_KIND_UTF8}};
    amqp_connection_state_t c = rabbit_open(p);
    entry.value.value.bytes = amqp_cstring_bytes(type);
    amqp_table_t const arguments = {.num_entries = 1, .entries = &entry};
    for (size_t i = 0; i < 3; i++) {
        amqp_queue_delete(c, 1, amqp_cstring_bytes(names[i]), 0, 0);
        rabbit_must(amqp_get_rpc_reply(c), "queue");
        amqp_queue_declare(c, 1, amqp_cstring_bytes(names[i]), 0, 1, 0, 0, arguments);
        rabbit_must(amqp_get_rpc_reply(c), "queue");
    }
    rabbit_close(c);
}

static void rabbit_classic(struct pipeline *p)
{
    rabbit_queues(p, "classic");
}
static void rabbit_quorum(struct pipeline *p)
{
    rabbit_queues(p, "quorum");
}

static void rabbit_publish(amqp_connection_state_t c, const char *queue, const uint8_t *body,
                           size_t len)
{
    amqp_basic_properties_t const persistent = {._flags = AMQP_BASIC_DELIVERY_MODE_FLAG,
                                                .delivery_mode = 2};
    amqp_bytes_t const bytes = {.len = len, .bytes = (void *)(uintptr_t)body};
    if (amqp_basic_publish(c, 1, amqp_empty_bytes, amqp_cstring_bytes(queue), 0, 0, &persistent,
                           bytes))
        peer_die("rabbitmq", "publish");
}

static void rabbit_confirms(amqp_connection_state_t c)
{
    amqp_confirm_select(c, 1);
    rabbit_must(amqp_get_rpc_reply(c), "confirm");
}

// Publishes are numbered from 1; the server confirms one, or all up to one, in any order.
struct confirms {
    uint64_t floor, count; // all up to `floor`; in all
    bool alone[8 * OUTSTANDING];
};

static void confirms_one(struct confirms *c, uint64_t tag)
{
    size_t const size = sizeof c->alone;
    if (tag <= c->floor || c->alone[tag % size]) return;
    c->alone[tag % size] = true;
    c->count++;
    while (c->alone[(c->floor + 1) % size]) c->alone[++c->floor % size] = false;
}

static void confirms_upto(struct confirms *c, uint64_t tag)
{
    for (uint64_t t = c->floor + 1; t <= tag; t++) confirms_one(c, t);
}

static void rabbit_await(amqp_connection_state_t c, struct confirms *confirms, uint64_t least)
{
    while (confirms->count < least) {
        amqp_frame_t f;
        if (amqp_simple_wait_frame(c, &f) != AMQP_STATUS_OK) peer_die("rabbitmq", "confirm");
        if (f.frame_type != AMQP_FRAME_METHOD) continue;
        if (f.payload.method.id == AMQP_BASIC_NACK_METHOD) peer_die("rabbitmq", "not kept");
        if (f.payload.method.id != AMQP_BASIC_ACK_METHOD) continue;
        const amqp_basic_ack_t *a = f.payload.method.decoded;
        if (a->multiple)
            confirms_upto(confirms, a->delivery_tag);
        else
            confirms_one(confirms, a->delivery_tag);
    }
    amqp_maybe_release_buffers(c);
}

static void rabbit_provider(struct pipeline *p)
{
    struct confirms confirms = {0};
    amqp_connection_state_t c = rabbit_open(p);
    uint64_t sent = 0;
    rabbit_confirms(c);
    while (confirms.count < p->concerns) {
        for (; sent < p->concerns && sent - confirms.count < OUTSTANDING; sent++)
            rabbit_publish(c, "intake", peer_concern(), CONCERN_BYTES);
        rabbit_await(c, &confirms, confirms.count + 1);
        atomic_store(&p->confirmed, confirms.count);
    }
    rabbit_close(c);
}

static amqp_connection_state_t rabbit_consumer(const struct pipeline *p, const char *queue)
{
    amqp_connection_state_t c = rabbit_open(p);
    amqp_basic_qos(c, 1, 0, PREFETCH, 0);
    rabbit_must(amqp_get_rpc_reply(c), "prefetch");
    amqp_basic_consume(c, 1, amqp_cstring_bytes(queue), amqp_empty_bytes, 0, 0, 0,
                       amqp_empty_table);
    rabbit_must(amqp_get_rpc_reply(c), "consume");
    return c;
}

// One message's delivery tag, 0 when none came in 50 ms.
static uint64_t rabbit_take(amqp_connection_state_t c)
{
    struct timeval patience = {.tv_usec = 50000};
    amqp_envelope_t e;
    amqp_maybe_release_buffers(c);
    amqp_rpc_reply_t const r = amqp_consume_message(c, &e, &patience, 0);
    if (r.reply_type == AMQP_RESPONSE_LIBRARY_EXCEPTION && r.library_error == AMQP_STATUS_TIMEOUT)
        return 0;
    rabbit_must(r, "consume");
    uint64_t const tag = e.delivery_tag;
    amqp_destroy_envelope(&e);
    return tag;
}

static void rabbit_consume(struct pipeline *p, const char *queue, _Atomic size_t *acked, bool pass)
{
    amqp_connection_state_t in = rabbit_consumer(p, queue), out = NULL;
    struct confirms confirms = {0};
    uint64_t published = 0, last = 0;
    size_t taken = 0, pending = 0;
    if (pass) rabbit_confirms(out = rabbit_open(p));
    while (atomic_load(acked) < p->concerns) {
        uint64_t const tag = rabbit_take(in);
        if (tag) {
            last = tag;
            taken++;
            pending++;
            if (pass) {
                rabbit_publish(out, "team", peer_concern(), CONCERN_BYTES);
                rabbit_publish(out, "notices", peer_notice(), NOTICE_BYTES);
                published += 2;
            }
        }
        if (pending < BATCH && tag && taken < p->concerns) continue;
        if (!pending) continue;
        if (pass) rabbit_await(out, &confirms, published);
        if (amqp_basic_ack(in, 1, last, 1)) peer_die("rabbitmq", "ack");
        atomic_fetch_add(acked, pending);
        pending = 0;
    }
    if (out) rabbit_close(out);
    rabbit_close(in);
}

static void rabbit_worker(struct pipeline *p)
{
    rabbit_consume(p, "intake", &p->passed_on, true);
}
static void rabbit_desk(struct pipeline *p)
{
    rabbit_consume(p, "team", &p->desk_acked, false);
}
static void rabbit_referrer(struct pipeline *p)
{
    rabbit_consume(p, "notices", &p->referrer_acked, false);
}

const struct peer PEER_RABBIT = {"rabbitmq",    rabbit_classic, rabbit_provider,
                                 rabbit_worker, rabbit_desk,    rabbit_referrer};
const struct peer PEER_RABBIT_QUORUM = {"rabbitmq_quorum", rabbit_quorum, rabbit_provider,
                                        rabbit_worker,     rabbit_desk,   rabbit_referrer};
