#include "selftest.h"
#include "zsock.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define SELFTEST_ROUND_MS 20
#define SELFTEST_ROUNDS   150 // 3 s for one attempt
#define SELFTEST_ATTEMPTS 5   // each with a socket of its own
#define SELFTEST_PAUSE_MS 20  // before the second attempt; longer each time

// OUTCOME_DROPPED: the connection ended without a word on why.  OUTCOME_UNCLEAR: it was not even
// made.
enum outcome {
    OUTCOME_WAITING,
    OUTCOME_UNCLEAR,
    OUTCOME_DROPPED,
    OUTCOME_REFUSED,
    OUTCOME_ADMITTED,
};

// A stranger, and the one answer that shows that the door turned it away for what it is.
struct probe {
    const uint8_t *server_public; // NULL: without encryption
    uint16_t refusal;
    bool drops_tell; // to be dropped every time counts as well
    const char *words;
};

struct selftest {
    struct zsock client, monitor;
};

// A connection that is only dropped proves nothing: a crowded machine does that to anyone, once.
static enum outcome selftest_event(const struct probe *p, uint16_t event)
{
    if (event == p->refusal) return OUTCOME_REFUSED;
    switch (event) {
    case ZMQ_EVENT_HANDSHAKE_SUCCEEDED: return OUTCOME_ADMITTED;
    case ZMQ_EVENT_HANDSHAKE_FAILED_AUTH:
    case ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL:
    case ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL:
    case ZMQ_EVENT_DISCONNECTED: return OUTCOME_DROPPED;
    default: return OUTCOME_WAITING;
    }
}

static enum outcome selftest_look(struct selftest *t, const struct probe *p)
{
    zmq_msg_t part;
    enum outcome outcome = OUTCOME_WAITING;
    bool first = true;
    zmq_msg_init(&part);
    while (outcome == OUTCOME_WAITING &&
           zmq_msg_recv(&part, t->monitor.socket, ZMQ_DONTWAIT) >= 0) {
        uint16_t event = 0;
        if (first && zmq_msg_size(&part) >= sizeof event) {
            memcpy(&event, zmq_msg_data(&part), sizeof event);
            outcome = selftest_event(p, event);
        }
        first = !zmq_msg_more(&part);
    }
    zmq_msg_close(&part);
    return outcome;
}

// A stranger: a key nobody has seen, or (server_public NULL) no encryption at all.
static enum err selftest_dress(struct selftest *t, const uint8_t *server_public)
{
    uint8_t public[32], secret[32];
    zsock_set(&t->client, ZMQ_LINGER, 0);
    if (!server_public) return OK;
    crypto_box_keypair(public, secret);
    bool const dressed =
        zmq_setsockopt(t->client.socket, ZMQ_CURVE_SERVERKEY, server_public, 32) == 0 &&
        zmq_setsockopt(t->client.socket, ZMQ_CURVE_PUBLICKEY, public, 32) == 0 &&
        zmq_setsockopt(t->client.socket, ZMQ_CURVE_SECRETKEY, secret, 32) == 0;
    sodium_memzero(secret, sizeof secret);
    return dressed ? OK : ERR_IO;
}

static enum err selftest_connect(struct selftest *t, void *context, const char *endpoint,
                                 const char *name)
{
    if (zmq_socket_monitor(t->client.socket, name, ZMQ_EVENT_ALL)) return ERR_IO;
    if (zsock_open(&t->monitor, context, ZMQ_PAIR)) return ERR_IO;
    zsock_set(&t->monitor, ZMQ_LINGER, 0);
    if (zmq_connect(t->monitor.socket, name)) return ERR_IO;
    return zmq_connect(t->client.socket, endpoint) ? ERR_IO : OK;
}

static enum outcome selftest_wait(struct selftest *t, const struct probe *p, void (*pump)(void *),
                                  void *ctx)
{
    enum outcome outcome = OUTCOME_WAITING;
    for (int i = 0; i < SELFTEST_ROUNDS && outcome == OUTCOME_WAITING; i++) {
        zmq_pollitem_t item = {.socket = t->monitor.socket, .events = ZMQ_POLLIN};
        pump(ctx);
        zmq_poll(&item, 1, SELFTEST_ROUND_MS);
        outcome = selftest_look(t, p);
    }
    return outcome;
}

// One attempt to get in.
static enum outcome selftest_try(void *context, const char *endpoint, const struct probe *p,
                                 void (*pump)(void *), void *ctx)
{
    struct selftest t = {0};
    static unsigned serial; // a name is free again only when libzmq's own thread says so
    char name[48];
    snprintf(name, sizeof name, "inproc://selftest.%u", ++serial);
    enum outcome outcome = OUTCOME_UNCLEAR;
    if (!zsock_open(&t.client, context, ZMQ_DEALER) && !selftest_dress(&t, p->server_public) &&
        !selftest_connect(&t, context, endpoint, name))
        outcome = selftest_wait(&t, p, pump, ctx);
    if (t.client.socket) zmq_socket_monitor(t.client.socket, NULL, 0);
    zsock_close(&t.monitor);
    zsock_close(&t.client);
    return outcome;
}

// Who got in got in; what stays unclear is tried again, but not for ever.
static enum outcome selftest_probe(void *context, const char *endpoint, const struct probe *p,
                                   void (*pump)(void *), void *ctx)
{
    enum outcome outcome = OUTCOME_UNCLEAR;
    int drops = 0;
    for (int i = 0; i < SELFTEST_ATTEMPTS; i++) {
        outcome = selftest_try(context, endpoint, p, pump, ctx);
        if (outcome == OUTCOME_REFUSED || outcome == OUTCOME_ADMITTED) return outcome;
        if (outcome == OUTCOME_DROPPED) drops++;
        pump(ctx);
        zmq_poll(NULL, 0, SELFTEST_PAUSE_MS * (i + 1));
    }
    return p->drops_tell && drops == SELFTEST_ATTEMPTS ? OUTCOME_REFUSED : outcome;
}

enum err selftest_door(void *context, const char *endpoint, const uint8_t server_public[32],
                       void (*pump)(void *ctx), void *ctx, char *why, size_t size)
{
    // A wildcard is where we listen, not where one connects.
    static const char any[] = "tcp://0.0.0.0:";
    char target[300];
    if (strncmp(endpoint, any, sizeof any - 1) == 0)
        snprintf(target, sizeof target, "tcp://127.0.0.1:%s", endpoint + sizeof any - 1);
    else
        snprintf(target, sizeof target, "%s", endpoint);
    const struct probe probes[] = {
        {server_public, ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, false, "a key that is not enrolled"},
        // The listener closes on a greeting without CURVE at once, and its reset often overtakes
        // the greeting from which the probe would have learnt why.
        {NULL, ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, true, "a connection without encryption"},
    };
    for (size_t i = 0; i < sizeof probes / sizeof *probes; i++) {
        enum outcome const outcome = selftest_probe(context, target, &probes[i], pump, ctx);
        if (outcome == OUTCOME_REFUSED) continue;
        snprintf(why, size, "%s: %s %s", endpoint, probes[i].words,
                 outcome == OUTCOME_ADMITTED ? "was let in" : "was not seen to be turned away");
        return ERR_FORBIDDEN;
    }
    return OK;
}
