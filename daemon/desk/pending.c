#include "pending.h"

#include "session.h"
#include "turn.h"

#include <stdlib.h>

enum err pending_init(struct desk *d)
{
    d->hoard.bytes_max = HOARD_BYTES_MAX;
    d->pending = land_take(&d->land, PENDING_MAX * sizeof *d->pending);
    if (!d->pending) return ERR_NO_MEMORY;
    for (size_t i = PENDING_MAX; i-- > 0;) {
        d->pending[i].next_free = d->pending_free;
        d->pending_free = &d->pending[i];
    }
    return OK;
}

static void loaded_drop(struct desk *d, struct loaded *l)
{
    hoard_drop(&d->hoard, l->header);
    hoard_drop(&d->hoard, l->body);
    free(l);
}

void pending_drop(struct desk *d, struct pending *p)
{
    CHECK(p->used && p->reading == 0);
    while (p->loaded) {
        struct loaded *l = p->loaded;
        p->loaded = l->next;
        loaded_drop(d, l);
    }
    hoard_drop(&d->hoard, p->raw);
    *p = (struct pending){.next_free = d->pending_free};
    d->pending_free = p;
    d->n_pending--;
}

void pending_close(struct desk *d)
{
    for (size_t i = 0; i < PENDING_MAX && d->n_pending > 0; i++) {
        if (!d->pending[i].used) continue;
        d->pending[i].reading = 0;
        pending_drop(d, &d->pending[i]);
    }
}

struct pending *pending_make(struct desk *d, const struct peer *to, pending_fn *resume,
                             struct bytes raw)
{
    struct pending *p = d->pending_free;
    if (!p) return NULL;
    struct hoarded *kept = hoard_keep(&d->hoard, raw, BYTES_NONE);
    if (!kept) return NULL;
    d->pending_free = p->next_free;
    d->n_pending++;
    *p = (struct pending){.used = true, .from = *to, .resume = resume, .raw = kept};
    return p;
}

bool pending_same(const struct pending *p, const struct message *m)
{
    return p && p->from.id == m->from.id && p->raw->len == m->raw.len &&
           memcmp(p->raw->data, m->raw.data, m->raw.len) == 0;
}

// --- Reading. ---

static struct loaded *pending_find(const struct pending *p, bool row, uint64_t id)
{
    struct loaded *l = p ? p->loaded : NULL;
    while (l && (l->row != row || l->id != id)) l = l->next;
    return l;
}

static enum err loaded_ask(struct loaded *l);
static void loaded_follow(struct loaded *l);

static void loaded_answered(struct loaded *l, enum err e, uint64_t entity, struct bytes header,
                            struct bytes body, bool erased)
{
    struct pending *p = l->slot;
    CHECK(p->used && p->reading > 0);
    p->reading--;
    if (l->stale) { // What was read has changed since: once more.
        l->stale = false;
        if (loaded_ask(l) == OK) return;
        e = ERR_BUSY;
    }
    l->ready = true;
    l->entity = entity;
    l->err = e;
    if (e == OK) {
        l->header = hoard_keep(&l->desk->hoard, header, BYTES_NONE);
        l->body = erased ? NULL : hoard_keep(&l->desk->hoard, body, BYTES_NONE);
        if (!l->header || (!erased && !l->body)) l->err = ERR_BUSY;
    }
    if (l->err == OK && l->follow) loaded_follow(l);
    if (p->reading == 0) pending_resume(l->desk, p);
}

static void loaded_record(void *ctx, enum err e, const struct ledger_record *r)
{
    if (r)
        loaded_answered(ctx, e, r->entity, r->header, r->body, r->erased);
    else
        loaded_answered(ctx, e, 0, BYTES_NONE, BYTES_NONE, false);
}

static void loaded_row(void *ctx, enum err e, const struct ledger_row *row)
{
    if (row && row->fold_version != WIRE_FOLD_VERSION) e = ERR_UNAVAILABLE;
    loaded_answered(ctx, e, 0, BYTES_NONE, row ? row->blob : BYTES_NONE, false);
}

static enum err loaded_ask(struct loaded *l)
{
    enum err const e = l->row ? ledger_read_row(l->desk->ledger, l->id, loaded_row, l)
                              : ledger_read(l->desk->ledger, l->id, true, loaded_record, l);
    if (e == OK) l->slot->reading++;
    return e;
}

static enum err slot_want(struct desk *d, struct pending *p, bool row, uint64_t id, unsigned follow)
{
    struct loaded *l = malloc(sizeof *l);
    if (!l) return ERR_BUSY;
    *l = (struct loaded){
        .next = p->loaded, .desk = d, .slot = p, .id = id, .follow = follow, .row = row};
    enum err const e = loaded_ask(l);
    if (e != OK) {
        free(l);
        return e;
    }
    p->loaded = l;
    return OK;
}

// The record before this one, without waking the message for it: a story of n records would be
// begun n times.  What cannot be asked for now is asked for when the message goes on.
static void loaded_follow(struct loaded *l)
{
    struct event e;
    if (wire_header_decode(bytes_of(l->header->data, l->header->len), &e, NULL) != OK) return;
    if (e.prev_seq) (void)slot_want(l->desk, l->slot, false, e.prev_seq, l->follow - 1);
}

// Parks the message unless it is parked already, and asks for one thing more.
static enum err pending_want(struct desk *d, struct message *m, bool row, uint64_t id,
                             unsigned follow)
{
    if (!m->slot) m->slot = pending_make(d, &m->from, NULL, m->raw);
    enum err const e = m->slot ? slot_want(d, m->slot, row, id, follow) : ERR_BUSY;
    if (e == OK) m->parked = true;
    return e;
}

static const struct casefile *case_of_row(struct desk *d, struct message *m, uint64_t no,
                                          enum err *e)
{
    struct loaded *l = pending_find(m->slot, true, ENTITY_CASE(no));
    if (!l) {
        *e = pending_want(d, m, true, ENTITY_CASE(no), 0);
        return NULL;
    }
    if (!l->ready) return NULL; // Asked for twice by one message.
    *e = l->err;
    if (l->err) return NULL;
    struct casefile *f = arena_zalloc(&d->request, sizeof *f);
    struct errand *errands = arena_zalloc(&d->request, ERRANDS_MAX * sizeof *errands);
    if (f && errands) *f = (struct casefile){.errands = errands, .errands_max = ERRANDS_MAX};
    *e = f && errands ? wire_case_row_decode(bytes_of(l->body->data, l->body->len), f)
                      : ERR_NO_MEMORY;
    if (*e) return NULL;
    f->no = no;
    return f;
}

const struct casefile *pending_case(struct desk *d, struct message *m, uint64_t no, enum err *e)
{
    *e = OK;
    if (no == 0 || no > book_area(d->book)->cases) {
        *e = ERR_NOT_FOUND;
        return NULL;
    }
    struct casefile const *f = book_case(d->book, no);
    if (!f) f = turn_closed(d, no);
    return f ? f : case_of_row(d, m, no, e);
}

bool pending_record(struct desk *d, struct message *m, uint64_t seq, struct record *out,
                    enum err *e)
{
    return pending_story(d, m, seq, 0, out, e);
}

bool pending_story(struct desk *d, struct message *m, uint64_t seq, unsigned follow,
                   struct record *out, enum err *e)
{
    *e = OK;
    out->header = turn_header(d, seq);
    if (out->header.data) { // Not on disk yet: it is in memory.
        out->body = turn_body(d, seq);
        out->entity = turn_entity(d, seq);
        return true;
    }
    struct loaded *l = pending_find(m->slot, false, seq);
    if (!l) {
        *e = pending_want(d, m, false, seq, follow);
        return false;
    }
    if (!l->ready) return false;
    *e = l->err;
    if (l->err) return false;
    *out = (struct record){.header = bytes_of(l->header->data, l->header->len),
                           .entity = l->entity,
                           .erased = !l->body};
    if (l->body) out->body = bytes_of(l->body->data, l->body->len);
    return true;
}

// --- Going on. ---

static void pending_forget_stale(struct desk *d, struct pending *p)
{
    struct loaded **at = &p->loaded;
    while (*at) {
        struct loaded *l = *at;
        if (l->stale) {
            *at = l->next;
            loaded_drop(d, l);
        } else {
            at = &l->next;
        }
    }
}

void pending_resume(struct desk *d, struct pending *p)
{
    CHECK(p->used && p->reading == 0);
    if (d->halted || !session_find(d, p->from.id)) {
        pending_drop(d, p);
        return;
    }
    pending_forget_stale(d, p);
    struct message m = {.from = p->from, .slot = p, .raw = bytes_of(p->raw->data, p->raw->len)};
    if (p->resume) {
        arena_reset(&d->request);
        p->resume(d, &m);
    } else {
        desk_dispatch(d, &m);
    }
    if (!m.parked) pending_drop(d, p);
}

void pending_stale(struct desk *d, uint64_t entity)
{
    size_t left = d->n_pending;
    for (size_t i = 0; i < PENDING_MAX && left > 0; i++) {
        if (!d->pending[i].used) continue;
        left--;
        struct loaded *l = pending_find(&d->pending[i], true, entity);
        if (l) l->stale = true;
    }
}
