#include "door.h"
#include "check.h"

#include <stdio.h>

#define DOOR_HANDSHAKES_PER_TURN 256

enum err door_open(struct door *d, char *why, size_t size)
{
    enum err e = doorman_open(&d->doorman, d->context, d->registry, d->metrics);
    if (e) {
        snprintf(why, size, "the doorman cannot be bound");
        return e;
    }
    for (int i = 0; i < LISTENERS && !e; i++)
        e = listener_open(&d->listeners[i], d->context, i, d->config, d->server_secret, why, size);
    return e;
}

enum err door_publish(struct door *d, char *why, size_t size)
{
    enum err e = OK;
    for (int i = 0; i < LISTENERS && !e; i++)
        e = listener_publish(&d->listeners[i], d->config, why, size);
    return e;
}

void door_close(struct door *d)
{
    for (int i = 0; i < LISTENERS; i++) listener_close(&d->listeners[i]);
    doorman_close(&d->doorman);
    links_close(&d->links);
}

enum err door_start(struct door *d, uv_loop_t *loop)
{
    enum err e = zsock_start(&d->doorman.zsock, loop);
    for (int i = 0; i < LISTENERS && !e; i++) {
        e = zsock_start(&d->listeners[i].monitor, loop);
        if (!e) e = zsock_start(&d->listeners[i].router, loop);
    }
    return e;
}

void door_stop(struct door *d)
{
    zsock_stop(&d->doorman.zsock);
    for (int i = 0; i < LISTENERS; i++) {
        zsock_stop(&d->listeners[i].monitor);
        zsock_stop(&d->listeners[i].router);
    }
}

bool door_waiting(struct door *d, bool wants_more)
{
    bool waiting = zsock_readable(&d->doorman.zsock);
    for (int i = 0; i < LISTENERS; i++) {
        // Ask also when nothing is wanted: asking is what quiets the descriptor.
        bool const messages = zsock_readable(&d->listeners[i].router);
        bool const events = zsock_readable(&d->listeners[i].monitor);
        waiting = waiting || events || (messages && wants_more);
    }
    return waiting;
}

static void door_forget(struct door *d, struct link *l)
{
    uint64_t const id = l->peer.id;
    link_free(&d->links, l);
    desk_peer_gone(d->desk, id);
}

static void door_accepted(struct door *d, int listener, int fd, struct now now)
{
    metrics_count(d->metrics, METRIC_ACCEPTED, doorman_domain(listener), 1);
    struct link *gone = links_accepted(&d->links, listener, fd, now);
    if (gone) door_forget(d, gone);
    bool const operators = listener == LISTENER_OPERATOR; // They must get in when all else is full.
    if (operators || links_open_total(&d->links) <= d->connections_max) return;
    metrics_count(d->metrics, METRIC_CUT, "too_many", 1);
    conn_cut(fd);
}

static void door_disconnected(struct door *d, int listener, int fd)
{
    struct link *l = links_disconnected(&d->links, listener, fd);
    if (l) door_forget(d, l);
}

static void door_event(struct door *d, int listener, const struct listener_event *e, struct now now)
{
    static const struct {
        int event;
        const char *reason;
    } failures[] = {
        {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, "no_detail"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, "protocol"},
        {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, "auth"},
        {ZMQ_EVENT_ACCEPT_FAILED, "accept_failed"},
    };
    if (e->event == ZMQ_EVENT_ACCEPTED) door_accepted(d, listener, e->value, now);
    if (e->event == ZMQ_EVENT_DISCONNECTED) door_disconnected(d, listener, e->value);
    for (size_t i = 0; i < sizeof failures / sizeof *failures; i++)
        if (failures[i].event == e->event)
            metrics_count(d->metrics, METRIC_HANDSHAKES_FAILED, failures[i].reason, 1);
}

// Reads what the monitors tell, all of it, without limit per turn: a connection may only be greeted
// when its own arrival was read, or it would be taken for one that has gone.  An event costs less
// to read than the connection that causes it costs to make.
static void door_events(struct door *d, struct now now)
{
    struct listener_event event;
    for (int i = 0; i < LISTENERS; i++) {
        while (listener_event_next(&d->listeners[i], &event)) door_event(d, i, &event, now);
        metrics_gauge(d->metrics, METRIC_CONNECTIONS, doorman_domain(i), d->links.open[i]);
    }
}

// One message as it was read: the routing id, the first payload frame and how many there were.
struct letter {
    zmq_msg_t routing, payload;
    size_t frames, wire_bytes;
    int fd;
};

static bool letter_read(struct letter *m, void *socket)
{
    zmq_msg_init(&m->routing);
    zmq_msg_init(&m->payload);
    m->frames = m->wire_bytes = 0;
    if (zmq_msg_recv(&m->routing, socket, ZMQ_DONTWAIT) < 0) return false;
    bool more = zmq_msg_more(&m->routing);
    while (more) {
        zmq_msg_t spare, *into = &m->payload;
        if (m->frames > 0) zmq_msg_init(into = &spare);
        int const size = zmq_msg_recv(into, socket, ZMQ_DONTWAIT);
        more = size >= 0 && zmq_msg_more(into);
        if (size >= 0) m->wire_bytes += conn_frame_bytes((size_t)size);
        if (m->frames++ > 0) zmq_msg_close(&spare);
    }
    // Not from the routing id: that frame has lost its metadata once ZMQ_EVENTS was asked.
    m->fd = zmq_msg_get(&m->payload, ZMQ_SRCFD);
    return true;
}

static void letter_close(struct letter *m)
{
    zmq_msg_close(&m->routing);
    zmq_msg_close(&m->payload);
}

static void door_drop(struct door *d, int fd, const char *reason)
{
    metrics_count(d->metrics, METRIC_DROPPED, reason, 1);
    metrics_count(d->metrics, METRIC_CUT, reason, 1);
    log_event(d->log, LOG_WARNING, "message_dropped", reason, fd);
    conn_cut(fd);
}

// The key that the handshake of this message's connection proved.
static bool letter_key(struct letter *m, uint8_t out[KEY_BYTES])
{
    const char *text = zmq_msg_gets(&m->payload, DOORMAN_KEY_NAME);
    return text && strlen(text) == DOORMAN_KEY_CHARS && zmq_z85_decode(out, text);
}

// What is wrong with this principal speaking on this listener with this key now; NULL when nothing
// is.
static const char *door_objection(const struct principal *p, int listener,
                                  const uint8_t key[KEY_BYTES])
{
    if (!p) return "unknown";
    if (!p->active) return "revoked";
    if (!doorman_role_fits(p->role, listener)) return "wrong_listener";
    if (listener != LISTENER_OPERATOR && memcmp(p->key, key, KEY_BYTES)) return "key_replaced";
    return NULL;
}

// A connection speaks for the first time: binds its routing id to what its handshake proved.
static struct link *door_greet(struct door *d, int listener, struct letter *m, const char *id,
                               struct now now)
{
    uint8_t key[KEY_BYTES] = {0};
    bool const local = listener == LISTENER_OPERATOR;
    if (!local && !letter_key(m, key)) {
        door_drop(d, m->fd, "no_key");
        return NULL;
    }
    door_events(d, now); // Whose descriptor this is, as of this message.
    struct link *replaced,
        *l = link_make(&d->links, listener, zmq_msg_data(&m->routing), m->fd, &replaced);
    if (replaced) door_forget(d, replaced);
    if (!l) {
        door_drop(d, m->fd, "too_many");
        return NULL;
    }
    snprintf(l->peer.principal, sizeof l->peer.principal, "%s", id);
    memcpy(l->key, key, KEY_BYTES);
    if (local || wire_box_init(&l->box, key, d->server_secret) == OK) return l;
    door_drop(d, m->fd, "no_key"); // a public key that is no point of the curve
    link_free(&d->links, l);
    return NULL;
}

// The link of a message whose sender is who it must be, now; NULL when it was dropped.
static struct link *door_identify(struct door *d, int listener, struct letter *m, struct now now)
{
    const uint8_t *routing = zmq_msg_data(&m->routing);
    // An id that the peer chose itself: ours begin with a zero byte and have five.
    if (zmq_msg_size(&m->routing) != LINK_ROUTING_BYTES || routing[0] != 0) {
        door_drop(d, m->fd, "forged_routing_id");
        return NULL;
    }
    const char *id =
        listener == LISTENER_OPERATOR ? d->operator_id : zmq_msg_gets(&m->payload, "User-Id");
    if (!id || !id[0] || strlen(id) >= ID_MAX) {
        door_drop(d, m->fd, "no_identity");
        return NULL;
    }
    struct link *l = link_of_routing(&d->links, listener, routing);
    if (l && strcmp(l->peer.principal, id) != 0) {
        door_drop(d, m->fd, "identity_changed");
        return NULL;
    }
    if (!l && !(l = door_greet(d, listener, m, id, now))) return NULL;
    const char *objection = door_objection(registry_principal(d->registry, id), listener, l->key);
    if (!objection) return l;
    door_drop(d, m->fd, objection);
    return NULL;
}

// Answers what never reaches the desk, without id: it may not even be a Request.
static void door_refuse(struct door *d, struct link *l, Triage__V1__Status status, const char *word,
                        const char *text)
{
    uint8_t memory[1024];
    struct arena arena;
    arena_init(&arena, memory, sizeof memory);
    Triage__V1__Reply reply = TRIAGE__V1__REPLY__INIT;
    reply.status = status;
    reply.text = (char *)(uintptr_t)text;
    metrics_count(d->metrics, METRIC_REFUSED, word, 1);
    door_send(d, &l->peer, wire_pack(&reply.base, &arena));
}

static void door_take(struct door *d, struct link *l, struct letter *m, struct now now)
{
    struct bytes const payload = bytes_of(zmq_msg_data(&m->payload), zmq_msg_size(&m->payload));
    if (l->fd >= 0) d->links.conns[l->fd].taken += m->wire_bytes;
    if (m->frames != 1)
        door_refuse(d, l, TRIAGE__V1__STATUS__STATUS_MALFORMED, err_word(ERR_MALFORMED),
                    "A message is one frame.");
    else if (payload.len > (size_t)d->config->limits.message_bytes_max)
        door_refuse(d, l, TRIAGE__V1__STATUS__STATUS_TOO_LARGE, err_word(ERR_TOO_LARGE),
                    "The message is longer than the limit in the hello.");
    else
        desk_message(d->desk, &l->peer, payload, now);
}

// A connection that closed before its message was read gets no answer, but it is heard.
static void door_letter(struct door *d, int listener, struct letter *m, struct now now)
{
    struct link *l = door_identify(d, listener, m, now);
    if (!l) return;
    bool const closed = l->fd < 0;
    door_take(d, l, m, now);
    if (closed) door_forget(d, l);
}

static void door_read(struct door *d, int listener, struct now now)
{
    struct letter m;
    int64_t most = d->config->turn_messages_max;
    while (most-- > 0 && desk_wants_more(d->desk)) {
        bool const got = letter_read(&m, d->listeners[listener].router.socket);
        if (got) door_letter(d, listener, &m, now);
        letter_close(&m);
        if (!got) return;
    }
}

void door_receive(struct door *d, struct now now)
{
    doorman_serve(&d->doorman, DOOR_HANDSHAKES_PER_TURN);
    door_events(d, now);
    // Operators first, then the people who work the queues, then what comes in.
    for (int i = LISTENERS - 1; i >= 0; i--) door_read(d, i, now);
}

void door_set_registry(struct door *d, const struct registry *registry, const char *operator_id)
{
    d->registry = d->doorman.registry = registry;
    snprintf(d->operator_id, sizeof d->operator_id, "%s", operator_id);
    for (uint32_t i = 0; i < d->links.n_links; i++) {
        struct link *l = &d->links.links[i];
        if (l->peer.id == 0) continue;
        const struct principal *p = registry_principal(registry, l->peer.principal);
        const char *objection = door_objection(p, (int)l->peer.listener, l->key);
        if (objection) door_cut(d, l->peer.id, objection);
    }
}
