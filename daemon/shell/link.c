#include "link.h"
#include "check.h"

#include <linux/tcp.h>
#include <netinet/in.h>
#include <sodium.h>
#include <stdlib.h>
#include <sys/socket.h>

// A peer's id: the place of its link below, a number that only rises above.
#define LINK_PLACE_BITS 24
#define LINK_PLACE_MASK (((uint64_t)1 << LINK_PLACE_BITS) - 1)

// Heartbeats, handshakes and frame heads count as received but belong to no message.  A connection
// is forgiven so much at its start and so much a second; an attacker gains no more than that.
#define CONN_FORGIVEN_BYTES      16384
#define CONN_FORGIVEN_PER_SECOND 512

enum err links_open(struct links *t, uint32_t n_links, uint32_t n_conns)
{
    CHECK(n_links > 0 && n_links < LINK_PLACE_MASK);
    *t = (struct links){.n_links = n_links, .n_conns = n_conns, .n_heads = 1};
    while (t->n_heads < 2 * n_links) t->n_heads *= 2;
    t->links = calloc(n_links, sizeof *t->links);
    t->heads = calloc(t->n_heads, sizeof *t->heads);
    t->conns = calloc(n_conns, sizeof *t->conns);
    if (!t->links || !t->heads || !t->conns) {
        links_close(t);
        return ERR_NO_MEMORY;
    }
    for (uint32_t i = 0; i < t->n_heads; i++) t->heads[i] = LINK_NONE;
    for (uint32_t i = 0; i < n_links; i++) t->links[i].next = i + 1 < n_links ? i + 1 : LINK_NONE;
    for (uint32_t i = 0; i < n_conns; i++) t->conns[i].link = LINK_NONE;
    return OK;
}

void links_close(struct links *t)
{
    for (uint32_t i = 0; t->links && i < t->n_links; i++)
        sodium_memzero(&t->links[i].box, sizeof t->links[i].box);
    free(t->links);
    free(t->heads);
    free(t->conns);
    *t = (struct links){0};
}

static struct conn *conn_of(struct links *t, int fd)
{
    return fd >= 0 && (uint32_t)fd < t->n_conns ? &t->conns[fd] : NULL;
}

struct link *links_accepted(struct links *t, int listener, int fd, struct now now)
{
    struct conn *c = conn_of(t, fd);
    if (!c) return NULL;
    // Each listener's monitor is read by itself: the number may have come over from another one
    // whose farewell is not read yet.  That connection has gone for certain.
    struct link *gone = links_disconnected(t, c->listener, fd);
    t->open[listener]++;
    *c = (struct conn){.open = true,
                       .listener = (uint8_t)listener,
                       .link = LINK_NONE,
                       .opened_ms = now.mono_ms,
                       .forgiven = CONN_FORGIVEN_BYTES,
                       .forgiven_ms = now.mono_ms};
    return gone;
}

struct link *links_disconnected(struct links *t, int listener, int fd)
{
    struct conn *c = conn_of(t, fd);
    if (!c || !c->open || c->listener != listener) return NULL;
    c->open = false;
    t->open[listener]--;
    struct link *l = c->link == LINK_NONE ? NULL : &t->links[c->link];
    c->link = LINK_NONE;
    if (l) l->fd = -1;
    return l;
}

uint32_t links_open_total(const struct links *t)
{
    uint32_t sum = 0;
    for (int i = 0; i < LISTENERS; i++) sum += t->open[i];
    return sum;
}

static uint32_t link_hash(const struct links *t, int listener, const uint8_t *routing)
{
    uint32_t const n = (uint32_t)routing[1] << 24 | (uint32_t)routing[2] << 16 |
                       (uint32_t)routing[3] << 8 | routing[4];
    return ((n + (uint32_t)listener) * 2654435761U >> 7) & (t->n_heads - 1);
}

struct link *link_of_routing(struct links *t, int listener,
                             const uint8_t routing[LINK_ROUTING_BYTES])
{
    uint32_t i = t->heads[link_hash(t, listener, routing)];
    for (; i != LINK_NONE; i = t->links[i].next) {
        struct link *l = &t->links[i];
        if ((int)l->peer.listener == listener && !memcmp(l->routing, routing, LINK_ROUTING_BYTES))
            return l;
    }
    return NULL;
}

struct link *link_of_peer(struct links *t, uint64_t peer_id)
{
    uint64_t const place = peer_id & LINK_PLACE_MASK;
    if (peer_id == 0 || place >= t->n_links) return NULL;
    struct link *l = &t->links[place];
    return l->peer.id == peer_id ? l : NULL;
}

// Generated ids rise, so of two links of one descriptor the greater one is the later connection.
static bool link_is_later(const uint8_t *a, const uint8_t *b)
{
    uint32_t const x = (uint32_t)a[1] << 24 | (uint32_t)a[2] << 16 | (uint32_t)a[3] << 8 | a[4];
    uint32_t const y = (uint32_t)b[1] << 24 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 8 | b[4];
    return x - y < 0x80000000U;
}

// The descriptor's connection is this link's, unless a later connection has it already.
static int link_take_fd(struct links *t, struct link *l, int fd, struct link **replaced)
{
    struct conn *c = conn_of(t, fd);
    if (!c || !c->open || c->listener != (uint8_t)l->peer.listener) return -1;
    if (c->link != LINK_NONE) {
        struct link *other = &t->links[c->link];
        if (link_is_later(other->routing, l->routing)) return -1;
        other->fd = -1;
        *replaced = other;
    }
    c->link = (uint32_t)(l - t->links);
    return fd;
}

struct link *link_make(struct links *t, int listener, const uint8_t routing[LINK_ROUTING_BYTES],
                       int fd, struct link **replaced)
{
    *replaced = NULL;
    uint32_t const place = t->free_head;
    if (place == LINK_NONE) return NULL;
    struct link *l = &t->links[place];
    t->free_head = l->next;
    uint32_t *head = &t->heads[link_hash(t, listener, routing)];
    *l = (struct link){.next = *head};
    *head = place;
    l->peer.id = ++t->serial << LINK_PLACE_BITS | place;
    l->peer.listener = (unsigned)listener;
    memcpy(l->routing, routing, LINK_ROUTING_BYTES);
    l->fd = link_take_fd(t, l, fd, replaced);
    return l;
}

void link_mark_busy(struct links *t, struct link *l, bool busy)
{
    if (busy && !l->busy) t->busy++;
    if (!busy && l->busy) t->busy--;
    l->busy = busy;
}

void link_free(struct links *t, struct link *l)
{
    uint32_t const place = (uint32_t)(l - t->links);
    CHECK(l->peer.id != 0);
    uint32_t *at = &t->heads[link_hash(t, (int)l->peer.listener, l->routing)];
    while (*at != place) at = &t->links[*at].next;
    *at = l->next;
    struct conn *c = conn_of(t, l->fd);
    if (c && c->link == place) c->link = LINK_NONE;
    link_mark_busy(t, l, false);
    sodium_memzero(l, sizeof *l);
    l->next = t->free_head;
    t->free_head = place;
}

void conn_cut(int fd)
{
    // Never close: the descriptor is libzmq's.  On one that is no socket any more this does
    // nothing.
    if (fd >= 0) shutdown(fd, SHUT_RDWR);
}

uint64_t conn_excess(struct conn *c, int fd, struct now now)
{
    struct tcp_info info;
    socklen_t size = sizeof info;
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, &info, &size)) return 0;
    int64_t const waited_ms = now.mono_ms - c->forgiven_ms;
    if (waited_ms >= SECOND_MS) {
        c->forgiven += (uint64_t)(waited_ms / SECOND_MS) * CONN_FORGIVEN_PER_SECOND;
        c->forgiven_ms += waited_ms / SECOND_MS * SECOND_MS;
    }
    uint64_t const received = info.tcpi_bytes_received;
    uint64_t const beside = received > c->taken ? received - c->taken : 0;
    if (beside > c->forgiven) return beside - c->forgiven;
    // Forgiveness is not saved up: a long silence must not buy a long message.
    if (c->forgiven > beside + CONN_FORGIVEN_BYTES) c->forgiven = beside + CONN_FORGIVEN_BYTES;
    return 0;
}

size_t conn_frame_bytes(size_t payload_bytes)
{
    size_t const sealed = payload_bytes + 33; // "MESSAGE" with its length, nonce, MAC, flags
    return sealed + (sealed > 255 ? 9 : 2);
}
