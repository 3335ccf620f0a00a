#include "listener.h"
#include "doorman.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

// Honoured by libzmq 4.3.4 and named in its header only for draft builds, which Debian's is not.
// Without it a CURVE listener admits every key while no doorman answers.
#define LISTENER_ZAP_ENFORCE_DOMAIN 93

// Frames up to this size are read, so that what is a little too long gets an answer; beyond it
// libzmq cuts the connection.
#define LISTENER_FRAME_FACTOR 2

#define TRIAL_ENDPOINT "tcp://127.0.0.1:*"

static const char *listener_wanted(const struct config *c, int which)
{
    const char *const endpoints[] = {c->intake_endpoint, c->desk_endpoint, c->operator_endpoint};
    return endpoints[which];
}

static bool listener_limits(struct zsock *z, const struct config *c)
{
    const struct {
        int option;
        int64_t value;
    } options[] = {
        {ZMQ_LINGER, SECOND_MS},
        {ZMQ_ROUTER_MANDATORY, 1}, // without it a send to nobody is lost in silence
        {ZMQ_MAXMSGSIZE, LISTENER_FRAME_FACTOR * c->limits.message_bytes_max},
        {ZMQ_BACKLOG, c->backlog},
        {ZMQ_RCVHWM, c->receive_queue_max},
        {ZMQ_SNDHWM, c->send_queue_max},
        {ZMQ_HANDSHAKE_IVL, c->handshake_ms},
        // The kernel asks, not libzmq: that walks all its timers at every answer to a heartbeat,
        // which at 5,000 connections took four fifths of its thread.
        {ZMQ_TCP_KEEPALIVE, 1},
        {ZMQ_TCP_KEEPALIVE_IDLE, c->probe_seconds},
        {ZMQ_TCP_KEEPALIVE_INTVL, c->probe_seconds},
        {ZMQ_TCP_MAXRT, c->silence_seconds * SECOND_MS}, // counts for probes, too
    };
    bool set = true;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        set = zsock_set(z, options[i].option, options[i].value) && set;
    return set;
}

static bool listener_lock(struct zsock *z, const char *domain, const uint8_t server_secret[32])
{
    return zsock_set(z, ZMQ_CURVE_SERVER, 1) &&
           zmq_setsockopt(z->socket, ZMQ_CURVE_SECRETKEY, server_secret, 32) == 0 &&
           zmq_setsockopt(z->socket, ZMQ_ZAP_DOMAIN, domain, strlen(domain)) == 0 &&
           zsock_set(z, LISTENER_ZAP_ENFORCE_DOMAIN, 1);
}

static enum err listener_watch(struct listener *l, void *context)
{
    char name[64];
    snprintf(name, sizeof name, "inproc://monitor.%s", doorman_domain(l->which));
    int const events = ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_ACCEPT_FAILED | ZMQ_EVENT_CLOSED |
                       ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH |
                       ZMQ_EVENT_HANDSHAKE_SUCCEEDED;
    if (zmq_socket_monitor(l->router.socket, name, events)) return ERR_IO;
    enum err const e = zsock_open(&l->monitor, context, ZMQ_PAIR);
    if (e) return e;
    // Unlimited: a full monitor would stop libzmq's I/O thread.  What arrives is bounded by the
    // rate of connections, and is read every turn.
    zsock_set(&l->monitor, ZMQ_RCVHWM, 0);
    zsock_set(&l->monitor, ZMQ_LINGER, 0);
    return zmq_connect(l->monitor.socket, name) ? ERR_IO : OK;
}

// The folder of a local socket, 0700.
static bool listener_folder(const char *endpoint)
{
    char folder[PATH_MAX];
    snprintf(folder, sizeof folder, "%s", endpoint + strlen("ipc://"));
    char *slash = strrchr(folder, '/');
    if (!slash) return true;
    *slash = 0;
    return mkdir(folder, 0700) == 0 || errno == EEXIST;
}

static enum err listener_bind(struct listener *l, const char *wanted, char *why, size_t size)
{
    bool const local = l->which == LISTENER_OPERATOR;
    if (local && !listener_folder(wanted)) {
        snprintf(why, size, "the folder of %s cannot be made: %s", wanted, strerror(errno));
        return ERR_IO;
    }
    size_t room = sizeof l->endpoint;
    if (zmq_bind(l->router.socket, wanted) ||
        zmq_getsockopt(l->router.socket, ZMQ_LAST_ENDPOINT, l->endpoint, &room)) {
        snprintf(why, size, "%s cannot be bound: %s", wanted, zmq_strerror(zmq_errno()));
        return ERR_IO;
    }
    if (local && chmod(wanted + strlen("ipc://"), 0600)) {
        snprintf(why, size, "%s: its mode cannot be set: %s", wanted, strerror(errno));
        return ERR_IO;
    }
    return OK;
}

enum err listener_open(struct listener *l, void *context, int which, const struct config *c,
                       const uint8_t server_secret[32], char *why, size_t size)
{
    *l = (struct listener){.which = which};
    snprintf(why, size, "%s: the socket cannot be made: %s", doorman_domain(which),
             strerror(errno));
    enum err e = zsock_open(&l->router, context, ZMQ_ROUTER);
    if (e) return e;
    bool const guarded = which == LISTENER_OPERATOR ||
                         listener_lock(&l->router, doorman_domain(which), server_secret);
    if (!guarded || !listener_limits(&l->router, c)) {
        snprintf(why, size, "this libzmq does not know an option that the listeners need");
        return ERR_IO;
    }
    if ((e = listener_watch(l, context))) return e;
    bool const local = which == LISTENER_OPERATOR;
    return listener_bind(l, local ? listener_wanted(c, which) : TRIAL_ENDPOINT, why, size);
}

enum err listener_publish(struct listener *l, const struct config *c, char *why, size_t size)
{
    if (l->which == LISTENER_OPERATOR) return OK;
    if (zmq_unbind(l->router.socket, l->endpoint)) {
        snprintf(why, size, "%s cannot be let go: %s", l->endpoint, zmq_strerror(zmq_errno()));
        return ERR_IO;
    }
    return listener_bind(l, listener_wanted(c, l->which), why, size);
}

void listener_close(struct listener *l)
{
    if (l->router.socket) zmq_socket_monitor(l->router.socket, NULL, 0);
    zsock_close(&l->monitor);
    zsock_close(&l->router);
}

bool listener_event_next(struct listener *l, struct listener_event *out)
{
    zmq_msg_t head, address;
    zmq_msg_init(&head);
    if (zmq_msg_recv(&head, l->monitor.socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&head);
        return false;
    }
    uint16_t event = 0;
    const uint8_t *data = zmq_msg_data(&head);
    memcpy(&event, data, sizeof event);
    memcpy(&out->value, data + sizeof event, sizeof out->value);
    out->event = event;
    if (zmq_msg_more(&head)) {
        zmq_msg_init(&address);
        zmq_msg_recv(&address, l->monitor.socket, ZMQ_DONTWAIT);
        zmq_msg_close(&address);
    }
    zmq_msg_close(&head);
    return true;
}
