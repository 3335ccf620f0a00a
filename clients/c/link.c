// link.c - the only file that speaks ZeroMQ.
#include "link.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <zmq.h>

enum {
    HEARTBEAT_MS = 10000,
    HEARTBEAT_TIMEOUT_MS = 30000,
    CONNECT_MS = 5000,
    MESSAGE_BYTES_MAX = 16 << 20,
};

void link_init(struct link *l, void *ctx, int poll_fd)
{
    memset(l, 0, sizeof *l);
    l->ctx = ctx;
    l->poll_fd = poll_fd;
}

static bool link_set(void *socket, int option, int value)
{
    return zmq_setsockopt(socket, option, &value, sizeof value) == 0;
}

static bool link_set_options(void *s)
{
    int64_t const bytes_max = MESSAGE_BYTES_MAX;
    return link_set(s, ZMQ_LINGER, 0) && link_set(s, ZMQ_RECONNECT_IVL, -1) &&
           link_set(s, ZMQ_CONNECT_TIMEOUT, CONNECT_MS) &&
           link_set(s, ZMQ_HANDSHAKE_IVL, CONNECT_MS) &&
           link_set(s, ZMQ_HEARTBEAT_IVL, HEARTBEAT_MS) &&
           link_set(s, ZMQ_HEARTBEAT_TIMEOUT, HEARTBEAT_TIMEOUT_MS) && link_set(s, ZMQ_SNDHWM, 0) &&
           link_set(s, ZMQ_RCVHWM, 0) && link_set(s, ZMQ_IPV6, 1) &&
           zmq_setsockopt(s, ZMQ_MAXMSGSIZE, &bytes_max, sizeof bytes_max) == 0;
}

static bool link_set_keys(struct link *l, const struct profile *p)
{
    l->plain = p->plain;
    if (p->plain) return true;
    return zmq_setsockopt(l->socket, ZMQ_CURVE_SERVERKEY, p->server_key, 41) == 0 &&
           zmq_setsockopt(l->socket, ZMQ_CURVE_PUBLICKEY, p->public_key, 41) == 0 &&
           zmq_setsockopt(l->socket, ZMQ_CURVE_SECRETKEY, p->secret_key, 41) == 0 &&
           crypto_box_beforenm(l->shared, p->server_bytes, p->secret_bytes) == 0;
}

static bool link_set_monitor(struct link *l)
{
    char address[48];
    snprintf(address, sizeof address, "inproc://triage-monitor-%u", ++l->serial);
    int const events = ZMQ_EVENT_CONNECT_DELAYED | ZMQ_EVENT_CLOSED | ZMQ_EVENT_DISCONNECTED |
                       ZMQ_EVENT_HANDSHAKE_SUCCEEDED | ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL |
                       ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL | ZMQ_EVENT_HANDSHAKE_FAILED_AUTH;
    if (zmq_socket_monitor(l->socket, address, events) != 0) return false;
    l->monitor = zmq_socket(l->ctx, ZMQ_PAIR);
    return l->monitor && link_set(l->monitor, ZMQ_LINGER, 0) &&
           zmq_connect(l->monitor, address) == 0;
}

static bool link_poll(struct link *l, void *socket, int operation)
{
    int fd;
    size_t size = sizeof fd;
    struct epoll_event event = {.events = EPOLLIN};
    if (zmq_getsockopt(socket, ZMQ_FD, &fd, &size) != 0) return false;
    return epoll_ctl(l->poll_fd, operation, fd, &event) == 0;
}

bool link_open(struct link *l, const struct profile *p)
{
    link_close(l);
    l->fault = LINK_BAD_ENDPOINT;
    l->socket = zmq_socket(l->ctx, ZMQ_DEALER);
    if (!l->socket || !link_set_options(l->socket) || !link_set_keys(l, p) ||
        !link_set_monitor(l) || zmq_connect(l->socket, p->endpoint) != 0 ||
        !link_poll(l, l->socket, EPOLL_CTL_ADD) || !link_poll(l, l->monitor, EPOLL_CTL_ADD)) {
        link_close(l);
        return false;
    }
    l->state = LINK_TRYING;
    l->fault = LINK_FINE;
    return true;
}

void link_close(struct link *l)
{
    // Stopped first: ZeroMQ sends an event to a monitor that nobody reads any more by waiting for a
    // reader, for ever, and with it waits the thread that moves all our messages.
    if (l->socket) zmq_socket_monitor(l->socket, NULL, 0);
    if (l->monitor) {
        link_poll(l, l->monitor, EPOLL_CTL_DEL);
        zmq_close(l->monitor);
    }
    if (l->socket) {
        link_poll(l, l->socket, EPOLL_CTL_DEL);
        zmq_close(l->socket);
    }
    l->socket = l->monitor = NULL;
    l->state = LINK_DOWN;
    sodium_memzero(l->shared, sizeof l->shared);
}

// What each event says about the connection; measured with libzmq 4.3.4 on both sides.
static const struct {
    uint16_t event;
    enum link_fault fault;
} link_events[] = {
    {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, LINK_FINE},
    {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, LINK_KEY_UNKNOWN},
    {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, LINK_NOT_ENCRYPTED},
    {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, LINK_SERVER_KEY},
    {ZMQ_EVENT_DISCONNECTED, LINK_CUT},
    {ZMQ_EVENT_CLOSED, LINK_UNREACHABLE},
};

static void link_take_event(struct link *l, uint16_t event)
{
    for (size_t i = 0; i < sizeof link_events / sizeof *link_events; i++) {
        if (link_events[i].event != event) continue;
        l->fault = link_events[i].fault;
        if (l->fault == LINK_FINE)
            l->state = LINK_UP;
        else
            link_close(l);
        return;
    }
}

void link_watch(struct link *l)
{
    while (l->monitor) {
        zmq_msg_t head;
        zmq_msg_t address;
        uint16_t event;
        zmq_msg_init(&head);
        zmq_msg_init(&address);
        bool const got = zmq_msg_recv(&head, l->monitor, ZMQ_DONTWAIT) >= (int)sizeof event;
        if (got) {
            memcpy(&event, zmq_msg_data(&head), sizeof event);
            if (zmq_msg_more(&head)) zmq_msg_recv(&address, l->monitor, 0);
        }
        zmq_msg_close(&head);
        zmq_msg_close(&address);
        if (!got) return;
        link_take_event(l, event);
    }
}

bool link_send(struct link *l, const void *data, size_t len)
{
    return l->state == LINK_UP && zmq_send(l->socket, data, len, ZMQ_DONTWAIT) == (int)len;
}

bool link_readable(struct link *l)
{
    int events = 0;
    size_t size = sizeof events;
    if (l->monitor && zmq_getsockopt(l->monitor, ZMQ_EVENTS, &events, &size) == 0 &&
        (events & ZMQ_POLLIN)) {
        return true;
    }
    return l->socket && zmq_getsockopt(l->socket, ZMQ_EVENTS, &events, &size) == 0 &&
           (events & ZMQ_POLLIN);
}

// nonce, then the box
static uint8_t *link_unbox(const struct link *l, const uint8_t *data, size_t size, size_t *len)
{
    size_t const overhead = crypto_box_NONCEBYTES + crypto_box_MACBYTES;
    if (size < overhead) return NULL;
    *len = size - overhead;
    uint8_t *out = malloc(*len ? *len : 1);
    if (!out) return NULL;
    if (crypto_box_open_easy_afternm(out, data + crypto_box_NONCEBYTES,
                                     size - crypto_box_NONCEBYTES, data, l->shared) != 0) {
        free(out);
        return NULL;
    }
    return out;
}

static uint8_t *link_copy(const uint8_t *data, size_t size, size_t *len)
{
    uint8_t *out = malloc(size ? size : 1);
    if (out) memcpy(out, data, size);
    *len = size;
    return out;
}

uint8_t *link_receive(struct link *l, size_t *len)
{
    uint8_t *out = NULL;
    zmq_msg_t m;
    zmq_msg_init(&m);
    while (!out && l->socket && zmq_msg_recv(&m, l->socket, ZMQ_DONTWAIT) >= 0) {
        const uint8_t *data = zmq_msg_data(&m);
        size_t const size = zmq_msg_size(&m);
        out = l->plain ? link_copy(data, size, len) : link_unbox(l, data, size, len);
    }
    zmq_msg_close(&m);
    return out;
}
