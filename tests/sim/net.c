// The network.  What a client sends may be lost, doubled, overtaken or garbled (a connection that
// breaks does the first, a resend over a new one the next two, a bug or an attacker the last); what
// it hears comes in order, until its connection ends.
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define GONE_AFTER (30 * SECOND) // the patience of TCP's probes

struct packet {
    struct line *line;
    uint64_t peer, generation;
    size_t n;
    uint8_t bytes[];
};

static struct packet *packet_make(struct line *l, const uint8_t *bytes, size_t n)
{
    struct packet *p = malloc(sizeof *p + n);
    if (!p) abort();
    *p = (struct packet){l, l->peer, l->sim->loop.generation, n};
    memcpy(p->bytes, bytes, n);
    return p;
}

// --- Connections. ---

static void on_peer_gone(void *ctx, uint64_t peer)
{
    struct sim *s = ctx;
    if (!house_up(s->house)) return;
    house_peer_gone(s->house, peer);
    loop_touch(s);
}

static void line_end(struct line *l)
{
    if (!l->peer) return;
    l->peer = 0;
    l->stuck = false;
    l->lost(l->ctx);
}

bool net_dial(struct line *l)
{
    struct sim *s = l->sim;
    if (l->peer) return true;
    if (!house_up(s->house) || l->away_until_us > s->wheel.now_us) return false;
    if (!s->keys[l->who].active) return false; // refused at the handshake
    l->peer = ++s->next_peer;
    l->last_in_us = s->wheel.now_us;
    l->stuck = false;
    trace_add(&s->trace, 1, l->peer, NULL, 0);
    return true;
}

void net_lose(struct line *l)
{
    struct sim *s = l->sim;
    if (!l->peer) return;
    // Half-open for a while: two sessions of one key live side by side.
    wheel_in(&s->wheel, dice_between(&s->net, 0, GONE_AFTER), on_peer_gone, s, l->peer);
    line_end(l);
}

void net_away(struct line *l, int64_t us)
{
    l->away_until_us = l->sim->wheel.now_us + us;
    net_lose(l);
}

static void on_reads_again(void *ctx, uint64_t peer)
{
    struct line *l = ctx;
    if (l->peer != peer || !l->stuck || l->stuck_until_us > l->sim->wheel.now_us) return;
    l->stuck = false;
    if (!house_up(l->sim->house)) return;
    house_peer_writable(l->sim->house, peer);
    loop_touch(l->sim);
}

void net_stuck(struct line *l, int64_t us)
{
    l->stuck_until_us = l->sim->wheel.now_us + us;
    wheel_in(&l->sim->wheel, us, on_reads_again, l, l->peer);
}

void net_storm(struct sim *s, int64_t us)
{
    s->storm_until_us = s->wheel.now_us + us;
}

static void on_house_gone(void *ctx, uint64_t peer)
{
    struct line *l = ctx;
    if (l->peer == peer) line_end(l);
}

// What was handed to the network may still arrive before the connection is seen to be dead.
void net_house_gone(struct sim *s)
{
    for (int i = 0; i < WHO_COUNT; i++) {
        struct line *l = &s->lines[i];
        if (!l->peer) continue;
        if (dice_chance(&s->net, 500))
            line_end(l);
        else
            wheel_at(&s->wheel, l->last_in_us + dice_between(&s->net, 0, SECOND), on_house_gone, l,
                     l->peer);
    }
}

// --- To the house. ---

static void on_arrive(void *ctx, uint64_t number)
{
    struct packet *p = ctx;
    struct sim *s = p->line->sim;
    // What came in before its connection was cut may be read after that.
    bool const linked = p->line->peer == p->peer || p->line->cut_peer == p->peer;
    bool const alive = linked && house_up(s->house) && p->generation == s->loop.generation;
    if (alive && !house_wants_more(s->house)) {
        wheel_in(&s->wheel, 2 * MS, on_arrive, p, number); // The shell reads no more just now.
        return;
    }
    if (alive) {
        enum who const who = p->line->who;
        trace_add(&s->trace, 2, p->peer, p->bytes, p->n);
        s->messages++;
        house_message(s->house, p->peer, LISTENERS[who], KEYS[who].id, p->bytes, p->n, sim_now(s));
        loop_touch(s);
    }
    free(p);
}

static int64_t net_delay(struct sim *s)
{
    int64_t const us = dice_between(&s->net, 1 * MS, 20 * MS);
    return dice_chance(&s->net, 10) ? us * 200 : us;
}

static void packet_garble(struct sim *s, struct packet *p)
{
    if (p->n == 0) return;
    for (uint64_t i = dice_roll(&s->net, 4) + 1; i > 0; i--)
        p->bytes[dice_roll(&s->net, p->n)] ^= (uint8_t)(1u << dice_roll(&s->net, 8));
    if (dice_chance(&s->net, 200)) p->n = dice_roll(&s->net, p->n);
}

void net_send(struct line *l, const uint8_t *bytes, size_t n)
{
    struct sim *s = l->sim;
    bool const storm = s->storm_until_us > s->wheel.now_us;
    if (!l->peer) return;
    if (s->revoke_us && s->revoke == l->who) key_revoke_now(s); // with this on its way
    if (dice_chance(&s->net, storm ? 100 : 1)) return;
    for (int copy = dice_chance(&s->net, storm ? 100 : 5) ? 2 : 1; copy > 0; copy--)
        wheel_in(&s->wheel, net_delay(s), on_arrive, packet_make(l, bytes, n), 0);
    struct line *stranger = &s->lines[STRANGER];
    if (!storm || !dice_chance(&s->net, 50) || !net_dial(stranger)) return;
    // An eavesdropper says it too, more or less.  (Nobody can garble what CURVE protects.)
    struct packet *garbled = packet_make(stranger, bytes, n);
    packet_garble(s, garbled);
    oracle_rumour(s->oracle, garbled->bytes, garbled->n);
    wheel_in(&s->wheel, net_delay(s), on_arrive, garbled, 0);
}

void net_request(struct line *l, Triage__V1__Request *q)
{
    size_t const n = triage__v1__request__get_packed_size(q);
    uint8_t *bytes = malloc(n + 1);
    if (!bytes) abort();
    (void)triage__v1__request__pack(q, bytes);
    net_send(l, bytes, n);
    free(bytes);
}

// --- From the house. ---

// A reply's parts live until it was heard: they come out of one piece, and what does not fit into
// it from the heap.
static struct {
    size_t used;
    _Alignas(16) uint8_t bytes[(size_t)1 << 20];
} parts;

static void *part_take(void *ctx, size_t n)
{
    size_t const size = (n + 15) & ~(size_t)15;
    (void)ctx;
    if (size > sizeof parts.bytes - parts.used) return malloc(n);
    parts.used += size;
    return parts.bytes + parts.used - size;
}

static void part_give(void *ctx, void *part)
{
    uintptr_t const at = (uintptr_t)part, first = (uintptr_t)parts.bytes;
    (void)ctx;
    if (at < first || at >= first + sizeof parts.bytes) free(part);
}

static ProtobufCAllocator PARTS = {.alloc = part_take, .free = part_give};

static void on_hear(void *ctx, uint64_t number)
{
    struct packet *p = ctx;
    struct line *l = p->line;
    (void)number;
    if (l->peer == p->peer) {
        parts.used = 0;
        Triage__V1__Reply *r = triage__v1__reply__unpack(&PARTS, p->n, p->bytes);
        trace_add(&l->sim->trace, 3, p->peer, p->bytes, p->n);
        if (r)
            l->heard(l->ctx, r, p->bytes, p->n);
        else
            oracle_broken(l->sim->oracle, "a reply cannot be decoded");
        if (r) triage__v1__reply__free_unpacked(r, &PARTS);
    }
    free(p);
}

static struct line *line_of(struct sim *s, uint64_t peer)
{
    for (int i = 0; i < WHO_COUNT; i++)
        if (s->lines[i].peer == peer) return &s->lines[i];
    return NULL;
}

static enum house_sent port_send(void *ctx, uint64_t peer, const uint8_t *bytes, size_t n)
{
    struct sim *s = ctx;
    struct line *l = line_of(s, peer);
    if (!l) return HOUSE_GONE;
    if (l->stuck_until_us > s->wheel.now_us) {
        l->stuck = true;
        return HOUSE_STUCK;
    }
    int64_t at_us = s->wheel.now_us + net_delay(s);
    if (at_us < l->last_in_us) at_us = l->last_in_us;
    l->last_in_us = at_us;
    wheel_at(&s->wheel, at_us, on_hear, packet_make(l, bytes, n), 0);
    return HOUSE_SENT;
}

static void port_cut(void *ctx, uint64_t peer)
{
    struct line *l = line_of(ctx, peer);
    if (!l) return;
    l->cut_peer = peer;
    wheel_at(&l->sim->wheel, l->last_in_us, on_house_gone, l, peer);
    wheel_in(&l->sim->wheel, GONE_AFTER, on_peer_gone, l->sim, peer);
}

static void port_random(void *ctx, uint8_t *out, size_t n)
{
    dice_fill(&((struct sim *)ctx)->machine, out, n);
}

static void port_halt(void *ctx, int exit_code)
{
    struct sim *s = ctx;
    trace_add(&s->trace, 4, (uint64_t)exit_code, NULL, 0);
}

static const struct house_port PORT = {
    .send = port_send, .cut = port_cut, .random = port_random, .halt = port_halt};

void net_init(struct sim *s, const char *const packs[2])
{
    struct house_port port = PORT;
    port.ctx = s;
    for (int i = 0; i < WHO_COUNT; i++) s->lines[i] = (struct line){.sim = s, .who = (enum who)i};
    s->house = house_build(&port, packs);
}
