#include "session.h"

#include "board.h"
#include "outbox.h"
#include "turn.h"

enum err session_init(struct desk *d)
{
    size_t const n = (size_t)d->settings.limits.sessions_max;
    d->sessions_hash_size = 1;
    while (d->sessions_hash_size < 2 * n) d->sessions_hash_size *= 2;
    d->sessions = land_take(&d->land, n * sizeof *d->sessions);
    d->sessions_hash = land_take(&d->land, d->sessions_hash_size * sizeof(struct session *));
    d->callers = land_take(&d->land, CALLERS_MAX * sizeof *d->callers);
    d->callers_hash = land_take(&d->land, CALLERS_HASH * sizeof(struct caller *));
    if (!d->sessions || !d->sessions_hash || !d->callers || !d->callers_hash) return ERR_NO_MEMORY;
    return OK;
}

// --- Callers: at most as many as principals were ever registered. ---

static size_t caller_slot(const char *id)
{
    uint64_t h = 0xcbf29ce484222325u; // FNV-1a: ids are ours, not the sender's.
    for (; *id; id++) h = (h ^ (uint8_t)*id) * 0x100000001b3u;
    return (size_t)(h ^ h >> 32) & (CALLERS_HASH - 1);
}

struct caller *caller_of(struct desk *d, const char *id)
{
    size_t const slot = caller_slot(id);
    for (struct caller *c = d->callers_hash[slot]; c; c = c->next)
        if (strcmp(c->id, id) == 0) return c;
    if (d->n_callers == CALLERS_MAX) return NULL;
    struct caller *c = &d->callers[d->n_callers++];
    id_copy(c->id, id);
    uint64_t const hash = wire_identity_hash(&d->keys, "recipient", bytes_text(id));
    c->entity = ENTITY_RECIPIENT | ENTITY_CASE_NO(hash);
    c->quota.units = d->settings.limits.quota_burst * MINUTE_MS;
    c->danger.units = d->settings.limits.danger_per_minute * MINUTE_MS;
    c->filled_mono_ms = d->now.mono_ms;
    c->next = d->callers_hash[slot];
    d->callers_hash[slot] = c;
    return c;
}

// --- Sessions. ---

static struct session **session_slot(struct desk *d, uint64_t peer_id)
{
    uint64_t const h = peer_id * 0x9e3779b97f4a7c15u;
    return &d->sessions_hash[(size_t)(h >> 32) & (d->sessions_hash_size - 1)];
}

struct session *session_find(struct desk *d, uint64_t peer_id)
{
    struct session *s = *session_slot(d, peer_id);
    while (s && s->peer.id != peer_id) s = s->next;
    return s;
}

static struct session *session_take(struct desk *d)
{
    struct session *s = d->sessions_free;
    if (s) {
        d->sessions_free = s->next;
        return s;
    }
    if (d->n_sessions_used == (size_t)d->settings.limits.sessions_max) return NULL;
    return &d->sessions[d->n_sessions_used++];
}

struct session *session_of(struct desk *d, const struct peer *peer)
{
    struct session *s = session_find(d, peer->id);
    if (s) return s;
    struct caller *c = caller_of(d, peer->principal);
    s = c ? session_take(d) : NULL;
    if (!s) return NULL;
    struct session **slot = session_slot(d, peer->id);
    *s = (struct session){.peer = *peer, .caller = c, .next = *slot, .next_of_caller = c->sessions};
    *slot = s;
    c->sessions = s;
    d->n_sessions++;
    d->port->gauge(d->port->ctx, METRIC_SESSIONS, NULL, (int64_t)d->n_sessions);
    return s;
}

static void session_unchain(struct desk *d, struct session *s)
{
    struct session **at = session_slot(d, s->peer.id);
    while (*at != s) at = &(*at)->next;
    *at = s->next;
    at = &s->caller->sessions;
    while (*at != s) at = &(*at)->next_of_caller;
    *at = s->next_of_caller;
    if (!s->ready) return;
    struct session *before = NULL;
    for (at = &d->ready_first; *at != s; at = &(*at)->next_ready) before = *at;
    *at = s->next_ready;
    if (d->ready_last == s) d->ready_last = before;
}

static void session_backlog_drop(struct desk *d, struct session *s)
{
    while (s->backlog) {
        struct hoarded *h = s->backlog;
        s->backlog = h->next;
        hoard_drop(&d->hoard, h);
    }
    s->backlog_last = NULL;
    s->backlog_bytes = 0;
}

void session_end(struct desk *d, uint64_t peer_id)
{
    struct session *s = session_find(d, peer_id);
    if (!s) return;
    session_unchain(d, s);
    s->caller->left_ms = d->now.utc_ms;
    session_backlog_drop(d, s);
    board_leave(s);
    outbox_leave(s);
    *s = (struct session){.next = d->sessions_free};
    d->sessions_free = s;
    d->n_sessions--;
    d->port->gauge(d->port->ctx, METRIC_SESSIONS, NULL, (int64_t)d->n_sessions);
}

// A portal without teams of its own serves them all.
static bool caller_serves(const struct desk *d, const struct caller *c, const char *team)
{
    struct principal const *p = registry_principal(d->registry, c->id);
    if (!p || !p->active) return false;
    if (p->role == ROLE_PORTAL && p->n_teams == 0) return true;
    bool const desk = p->role == ROLE_TEAM || p->role == ROLE_MANAGER || p->role == ROLE_PORTAL;
    return desk && principal_in_team(p, team);
}

int64_t session_seen_ms(const struct desk *d, const char *team)
{
    int64_t seen_ms = d->opened_ms;
    for (size_t i = 0; i < d->n_callers; i++) {
        struct caller const *c = &d->callers[i];
        int64_t const at_ms = c->sessions ? d->now.utc_ms : c->left_ms;
        if (at_ms > seen_ms && caller_serves(d, c, team)) seen_ms = at_ms;
    }
    return seen_ms;
}

void session_close(struct desk *d)
{
    for (size_t i = 0; i < d->n_sessions_used; i++) session_backlog_drop(d, &d->sessions[i]);
}

static void session_cut(struct desk *d, uint64_t peer_id)
{
    session_end(d, peer_id);
    d->port->cut(d->port->ctx, peer_id);
}

void session_judge(struct desk *d)
{
    for (size_t i = 0; i < d->n_sessions_used; i++) {
        struct session const *s = &d->sessions[i];
        if (!s->caller) continue;
        struct principal const *p = registry_principal(d->registry, s->peer.principal);
        if (!p || !p->active) session_cut(d, s->peer.id);
    }
}

// --- Sending. ---

static void session_keep(struct desk *d, struct session *s, struct bytes reply)
{
    struct hoarded *h = NULL;
    if (s->backlog_bytes + reply.len <= BACKLOG_BYTES_MAX)
        h = hoard_keep(&d->hoard, reply, BYTES_NONE);
    if (!h) { // It reads nothing: it will connect again and ask again, and nothing is lost.
        d->port->log(d->port->ctx, LOG_WARNING, "peer_does_not_read", s->caller->id,
                     (int64_t)s->backlog_bytes);
        session_cut(d, s->peer.id);
        return;
    }
    s->backlog_bytes += reply.len;
    if (s->backlog_last)
        s->backlog_last->next = h;
    else
        s->backlog = h;
    s->backlog_last = h;
}

static void session_send_to(struct desk *d, struct session *s, struct bytes reply)
{
    if (d->halted) return;
    enum err e = ERR_BUSY;
    if (!s->stuck) e = d->port->send(d->port->ctx, &s->peer, reply);
    if (e != ERR_BUSY) return; // Sent, or its peer is gone and says so soon.
    s->stuck = true;
    session_keep(d, s, reply);
}

void session_send(struct desk *d, const struct peer *to, struct bytes reply)
{
    struct session *s = session_find(d, to->id);
    if (s)
        session_send_to(d, s, reply);
    else if (!d->halted)
        (void)d->port->send(d->port->ctx, to, reply); // A refusal to someone without a session.
}

void session_send_id(struct desk *d, uint64_t peer_id, struct bytes reply)
{
    struct session *s = session_find(d, peer_id);
    if (s) session_send_to(d, s, reply);
}

bool session_push(struct desk *d, struct session *s, struct bytes reply)
{
    if (d->halted || s->stuck) return false;
    enum err const e = d->port->send(d->port->ctx, &s->peer, reply);
    if (e) s->stuck = true; // It does not read, or it is gone and says so soon.
    return e == OK;
}

void session_writable(struct desk *d, struct session *s)
{
    s->stuck = false;
    while (s->backlog) {
        struct hoarded *h = s->backlog;
        enum err const e = d->port->send(d->port->ctx, &s->peer, bytes_of(h->data, h->len));
        if (e == ERR_BUSY) {
            s->stuck = true;
            return;
        }
        s->backlog_bytes -= h->len;
        s->backlog = h->next;
        if (!s->backlog) s->backlog_last = NULL;
        hoard_drop(&d->hoard, h);
    }
    session_ready(d, s);
}

void session_ready(struct desk *d, struct session *s)
{
    if (s->ready || s->stuck) return;
    s->ready = true;
    s->next_ready = NULL;
    if (d->ready_last)
        d->ready_last->next_ready = s;
    else
        d->ready_first = s;
    d->ready_last = s;
}

struct session *session_next_ready(struct desk *d)
{
    struct session *s = d->ready_first;
    if (!s) return NULL;
    d->ready_first = s->next_ready;
    if (!d->ready_first) d->ready_last = NULL;
    s->ready = false;
    s->next_ready = NULL;
    return s;
}
