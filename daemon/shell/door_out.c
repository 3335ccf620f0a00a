// The way out of the door: sealing, sending, holding back, cutting.
#include "door.h"

#define DOOR_GUARD_MS    50   // an endless message is cut within a few of these
#define DOOR_GUARD_CONNS 2048 // looked at in one go
#define DOOR_RETRY_MS    20   // a peer that did not read is asked again
#define DOOR_RETRY_LINKS 256

// The frame as the peer gets it: sealed to its own key, but for operators on the local socket.
static int door_frame(const struct link *l, struct bytes reply, zmq_msg_t *out)
{
    bool const local = l->peer.listener == LISTENER_OPERATOR;
    if (zmq_msg_init_size(out, reply.len + (local ? 0 : WIRE_BOX_OVERHEAD))) return -1;
    if (!local)
        wire_box_seal(&l->box, reply, zmq_msg_data(out));
    else if (reply.len)
        memcpy(zmq_msg_data(out), reply.data, reply.len);
    return 0;
}

static enum err door_send_failed(struct door *d, struct link *l)
{
    const char *domain = doorman_domain((int)l->peer.listener);
    if (zmq_errno() == EAGAIN) {
        metrics_count(d->metrics, METRIC_SEND_BUSY, domain, 1);
        link_mark_busy(&d->links, l, true);
        return ERR_BUSY;
    }
    metrics_count(d->metrics, METRIC_SEND_GONE, domain, 1);
    return ERR_NOT_FOUND;
}

enum err door_send(struct door *d, const struct peer *to, struct bytes reply)
{
    struct link *l = link_of_peer(&d->links, to->id);
    if (!l) return ERR_NOT_FOUND;
    void *socket = d->listeners[l->peer.listener].router.socket;
    // The route decides: once it was taken, the frame behind it is too.
    if (zmq_send(socket, l->routing, LINK_ROUTING_BYTES, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0)
        return door_send_failed(d, l);
    zmq_msg_t frame;
    if (door_frame(l, reply, &frame)) zmq_msg_init(&frame);
    if (zmq_msg_send(&frame, socket, ZMQ_DONTWAIT) >= 0) return OK;
    zmq_msg_close(&frame);
    return door_send_failed(d, l);
}

void door_cut(struct door *d, uint64_t peer_id, const char *reason)
{
    struct link *l = link_of_peer(&d->links, peer_id);
    if (!l) return;
    metrics_count(d->metrics, METRIC_CUT, reason, 1);
    log_event(d->log, LOG_WARNING, "connection_cut", l->peer.principal, l->fd);
    conn_cut(l->fd);
}

// libzmq limits one frame and counts whole messages, so a message that never ends would grow
// without limit inside it.  Whoever sent more than we took, by too much, is cut.
static void door_guard(struct door *d, struct now now)
{
    int const n = (int)d->links.n_conns;
    for (int looked = 0; looked < n && looked < DOOR_GUARD_CONNS; looked++) {
        int const fd = d->guard_fd;
        d->guard_fd = (fd + 1) % n;
        struct conn *c = &d->links.conns[fd];
        if (!c->open || c->listener == LISTENER_OPERATOR) continue;
        if (conn_excess(c, fd, now) <= (uint64_t)d->config->connection_bytes_max) continue;
        metrics_count(d->metrics, METRIC_CUT, "endless_message", 1);
        log_event(d->log, LOG_WARNING, "endless_message_cut", NULL, fd);
        conn_cut(fd);
    }
}

// Nobody can ask libzmq whether one peer of a ROUTER reads again: the desk tries, and is told busy
// again.
static void door_retry(struct door *d)
{
    int most = DOOR_RETRY_LINKS;
    for (uint32_t i = 0; i < d->links.n_links && d->links.busy > 0 && most > 0; i++) {
        struct link *l = &d->links.links[d->retry_place];
        d->retry_place = (d->retry_place + 1) % d->links.n_links;
        if (l->peer.id == 0 || !l->busy) continue;
        link_mark_busy(&d->links, l, false);
        desk_peer_writable(d->desk, l->peer.id);
        most--;
    }
}

int64_t door_upkeep(struct door *d, struct now now)
{
    if (now.mono_ms - d->guarded_ms >= DOOR_GUARD_MS) {
        door_guard(d, now);
        d->guarded_ms = now.mono_ms;
    }
    if (d->links.busy > 0 && now.mono_ms - d->retried_ms >= DOOR_RETRY_MS) {
        door_retry(d);
        d->retried_ms = now.mono_ms;
    }
    bool const tcp = d->links.open[LISTENER_INTAKE] + d->links.open[LISTENER_DESK] > 0;
    int64_t const guard_ms = tcp ? d->guarded_ms + DOOR_GUARD_MS : INT64_MAX;
    int64_t const retry_ms = d->links.busy > 0 ? d->retried_ms + DOOR_RETRY_MS : INT64_MAX;
    return guard_ms < retry_ms ? guard_ms : retry_ms;
}
