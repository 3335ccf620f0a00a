#include "outbox.h"

#include "assess.h"
#include "board.h"
#include "body.h"
#include "explain.h"
#include "reply.h"
#include "session.h"

#define PUSH_NOTICES_MAX 64u // in one push, and reads at once for one connection
#define PUSH_BYTES_MAX   ((size_t)262144)
#define FETCHES_MAX      ((size_t)4096)
#define WALKS_MAX        ((size_t)8)
#define WALK_WINDOW      ((uint64_t)65536) // a power of two

// One notice on its way from the ledger.
struct fetch {
    struct fetch *next;
    struct desk *desk;
    uint64_t peer_id, cursor;
    uint32_t wave;
};
// A way back along a recipient's notices, newest first, to a cursor that is no longer owed.
struct walk {
    struct walk *next;
    struct desk *desk;
    struct session *session; // NULL: it left while a read was on its way
    char recipient[ID_MAX];
    uint64_t want, from;  // cursors: to arrive at, and where it began
    uint64_t cursor, seq; // where it stands
    bool reading, failed;
    uint64_t seqs[WALK_WINDOW]; // cursor -> record, the oldest seen
};

enum err outbox_init(struct desk *d)
{
    d->fetches = land_take(&d->land, FETCHES_MAX * sizeof *d->fetches);
    d->walks = land_take(&d->land, WALKS_MAX * sizeof *d->walks);
    if (!d->fetches || !d->walks) return ERR_NO_MEMORY;
    for (size_t i = FETCHES_MAX; i-- > 0;) {
        d->fetches[i].next = d->fetches_free;
        d->fetches_free = &d->fetches[i];
    }
    for (size_t i = WALKS_MAX; i-- > 0;) {
        d->walks[i].next = d->walks_free;
        d->walks_free = &d->walks[i];
    }
    return OK;
}

// --- Owing. ---

bool outbox_room(struct desk *d, const char *recipient, size_t n)
{
    uint64_t const max = (uint64_t)d->settings.limits.notices_owed_max;
    return book_owed_total(d->book) + n <= max &&
           (book_recipient(d->book, recipient) || book_recipients(d->book) < CALLERS_MAX);
}

static struct recipient *outbox_recipient(struct desk *d, const char *id)
{
    struct recipient *r = book_recipient(d->book, id);
    if (r) return r;
    struct recipient fresh = {0};
    id_copy(fresh.id, id);
    CHECK(book_recipient_add(d->book, &fresh, &r) == OK); // outbox_room was asked.
    return r;
}

uint64_t outbox_owe(struct desk *d, struct draft *draft, enum notice code, const char *recipient,
                    Triage__V1__Notice *n)
{
    struct event *e = &draft->event;
    struct recipient *r = outbox_recipient(d, recipient);
    struct caller const *c = caller_of(d, recipient);
    CHECK(c && e->n_notices < EVENT_NOTICES_MAX);
    uint64_t const seq = d->next_seq;
    uint64_t const prev_seq = r->head_seq;
    CHECK(book_owe(d->book, r, seq, d->now.utc_ms) == OK);
    r->head_seq = r->last_seq = seq;
    struct event_notice *stub = &e->notices[e->n_notices++];
    *stub = (struct event_notice){.cursor = r->cursor, .prev_seq = prev_seq, .code = code};
    id_copy(stub->recipient, recipient);
    n->cursor = r->cursor;
    draft_notice(d, draft, n);
    turn_touch_recipient(d, r, c->entity);
    return r->cursor;
}

void outbox_durable(struct desk *d, struct recipient *r)
{
    struct caller const *c = caller_of(d, r->id);
    for (struct session *s = c ? c->sessions : NULL; s; s = s->next_of_caller)
        if (s->notices.on && s->notices.credit > 0) session_ready(d, s);
}

// --- Pushing. ---

static bool push_send(struct desk *d, struct session *s, Triage__V1__NoticesPush *push)
{
    Triage__V1__Reply r = TRIAGE__V1__REPLY__INIT;
    push->epoch = d->epoch;
    r.body_case = TRIAGE__V1__REPLY__BODY_NOTICES;
    r.notices = push;
    if (!session_push(d, s, wire_pack(&r.base, &d->request))) return false;
    s->notices.credit -= (uint32_t)push->n_notices;
    d->port->count(d->port->ctx, METRIC_NOTICES_PUSHED, NULL, (int64_t)push->n_notices);
    return true;
}

static Triage__V1__Notice *notice_of_body(struct desk *d, struct bytes packed, uint64_t cursor)
{
    Triage__Ledger__V1__Body *body = NULL;
    if (!packed.data || body_read(packed, BODY_NOTICES, &d->request, &body) != OK) return NULL;
    for (size_t i = 0; i < body->n_notices; i++) {
        Triage__V1__Notice *n = body->notices[i];
        if (n->cursor != cursor) continue;
        assess_missing_ask(n->missing, n->n_missing);
        explain_ask_reasons(n->reasons, n->n_reasons);
        explain_ask_missing(n->what_was_missing, n->n_what_was_missing, &d->request);
        return n;
    }
    return NULL;
}

// What is told of a notice whose words were erased: that it was there.
static Triage__V1__Notice *notice_erased(struct desk *d, const struct ledger_record *r,
                                         uint64_t cursor)
{
    struct event e;
    Triage__V1__Notice *n = pb_new(&d->request, &triage__v1__notice__descriptor);
    n->cursor = cursor;
    n->code = pb_text("erased");
    n->title = pb_text("This notice is no longer kept");
    n->text = pb_text("What it said has been erased under the council's retention schedule.");
    n->reference = pb_reference(d, &d->request, ENTITY_CASE_NO(r->entity));
    if (wire_header_decode(r->header, &e, NULL) == OK) n->at_ms = e.at_ms;
    return n;
}

static void fetch_give_back(struct fetch *f)
{
    struct desk *d = f->desk;
    f->next = d->fetches_free;
    d->fetches_free = f;
}

static void fetch_push(struct desk *d, struct session *s, const struct fetch *f,
                       const struct ledger_record *r)
{
    Triage__V1__NoticesPush push = TRIAGE__V1__NOTICES_PUSH__INIT;
    arena_reset(&d->request);
    Triage__V1__Notice *n = r->erased ? NULL : notice_of_body(d, r->body, f->cursor);
    if (!n) n = notice_erased(d, r, f->cursor);
    push.n_notices = 1;
    push.notices = &n;
    if (push_send(d, s, &push)) return;
    s->notices.next = f->cursor; // Again from here when it reads.
    s->notices.wave++;
}

// What is receipted is receipted up to a cursor: nothing may be told beyond one that was not.
static void fetch_hold(struct desk *d, struct session *s, const struct fetch *f)
{
    d->port->log(d->port->ctx, LOG_ERROR, "notice_unreadable", s->caller->id, (int64_t)f->cursor);
    if (s->notices.wave != f->wave) return;
    s->notices.next = f->cursor;
    s->notices.wave++;
    s->notices.held = d->notices_held = true;
}

void outbox_try_again(struct desk *d)
{
    if (!d->notices_held) return;
    d->notices_held = false;
    for (size_t i = 0; i < d->n_sessions_used; i++) {
        struct session *s = &d->sessions[i];
        if (!s->notices.held) continue;
        s->notices.held = false;
        session_ready(d, s);
    }
}

static void fetch_done(void *ctx, enum err err, const struct ledger_record *r)
{
    struct fetch const f = *(struct fetch *)ctx;
    struct desk *d = f.desk;
    fetch_give_back(ctx);
    struct session *s = session_find(d, f.peer_id);
    if (!s || d->halted) return;
    if (s->notices.reading > 0) s->notices.reading--;
    if (err != OK)
        fetch_hold(d, s, &f);
    else if (s->notices.wave == f.wave)
        fetch_push(d, s, &f, r);
    if (s->notices.reading == 0) session_ready(d, s);
}

static bool fetch_start(struct desk *d, struct session *s, uint64_t cursor, uint64_t seq)
{
    struct fetch *f = d->fetches_free;
    if (!f) return false;
    *f = (struct fetch){.next = f->next,
                        .desk = d,
                        .peer_id = s->peer.id,
                        .cursor = cursor,
                        .wave = s->notices.wave};
    if (ledger_read(d->ledger, seq, true, fetch_done, f) != OK) return false;
    d->fetches_free = f->next;
    s->notices.reading++;
    return true;
}

static uint64_t walk_seq(const struct walk *w, uint64_t cursor);

static uint64_t outbox_seq(const struct desk *d, const struct session *s, const struct recipient *r,
                           uint64_t cursor)
{
    uint64_t const seq = book_owed_seq(d->book, r, cursor);
    return seq || !s->notices.walk ? seq : walk_seq(s->notices.walk, cursor);
}

// What is in memory goes in one push.
static bool push_from_memory(struct desk *d, struct session *s, const struct recipient *r)
{
    struct notice_follow *f = &s->notices;
    Triage__V1__NoticesPush push = TRIAGE__V1__NOTICES_PUSH__INIT;
    Triage__V1__Notice *notices[PUSH_NOTICES_MAX];
    arena_reset(&d->request);
    push.notices = notices;
    while (push.n_notices < PUSH_NOTICES_MAX && push.n_notices < f->credit &&
           f->next + push.n_notices <= r->cursor && d->request.used < PUSH_BYTES_MAX) {
        uint64_t const cursor = f->next + push.n_notices;
        uint64_t const seq = outbox_seq(d, s, r, cursor);
        if (seq == 0 || seq > d->durable_seq) break;
        Triage__V1__Notice *n = notice_of_body(d, recent_find(&d->recent, seq), cursor);
        if (!n) break;
        notices[push.n_notices++] = n;
    }
    if (push.n_notices == 0 || !push_send(d, s, &push)) return false;
    f->next += push.n_notices;
    return true;
}

static bool push_from_disk(struct desk *d, struct session *s, const struct recipient *r)
{
    struct notice_follow *f = &s->notices;
    bool any = false;
    uint32_t left = f->credit < PUSH_NOTICES_MAX ? f->credit : PUSH_NOTICES_MAX;
    for (; left > 0 && f->next <= r->cursor; left--, f->next++) {
        uint64_t const seq = outbox_seq(d, s, r, f->next);
        if (seq == 0 || seq > d->durable_seq || recent_find(&d->recent, seq).data) break;
        if (!fetch_start(d, s, f->next, seq)) return true; // Many read at once: later.
        any = true;
    }
    return any;
}

// --- Walking back to old cursors. ---

static void walk_end(struct session *s)
{
    struct walk *w = s->notices.walk;
    s->notices.walk = NULL;
    if (!w) return;
    w->session = NULL;
    if (w->reading) return; // Given back when the read comes.
    w->next = w->desk->walks_free;
    w->desk->walks_free = w;
}

static uint64_t walk_seq(const struct walk *w, uint64_t cursor)
{
    bool const there = w->cursor == w->want && cursor >= w->want && cursor <= w->from &&
                       cursor < w->want + WALK_WINDOW;
    return there ? w->seqs[cursor & (WALK_WINDOW - 1)] : 0;
}

static void walk_step(struct walk *w);

static void walk_read(void *ctx, enum err err, const struct ledger_record *r)
{
    struct walk *w = ctx;
    struct event e;
    w->reading = false;
    if (!w->session) {
        w->next = w->desk->walks_free;
        w->desk->walks_free = w;
        return;
    }
    if (err == OK) err = wire_header_decode(r->header, &e, NULL);
    uint64_t prev_seq = 0;
    for (size_t i = 0; err == OK && i < e.n_notices; i++)
        if (e.notices[i].cursor == w->cursor && strcmp(e.notices[i].recipient, w->recipient) == 0)
            prev_seq = e.notices[i].prev_seq;
    if (prev_seq == 0) {
        w->failed = true; // A gap in the chain: verify will name it.
        w->desk->port->log(w->desk->port->ctx, LOG_ERROR, "notice_chain", w->recipient,
                           (int64_t)w->cursor);
        return;
    }
    w->cursor--;
    w->seq = prev_seq;
    w->seqs[w->cursor & (WALK_WINDOW - 1)] = prev_seq;
    walk_step(w);
}

static void walk_step(struct walk *w)
{
    if (w->cursor == w->want) {
        session_ready(w->desk, w->session);
        return;
    }
    w->reading = ledger_read(w->desk->ledger, w->seq, false, walk_read, w) == OK;
    if (!w->reading) w->failed = true;
}

static bool walk_start(struct desk *d, struct session *s, const struct recipient *r)
{
    struct walk *w = d->walks_free;
    uint64_t const first_owed = r->receipted + 1;
    bool const owes = r->cursor >= first_owed;
    if (!w) return false;
    d->walks_free = w->next;
    w->desk = d;
    w->session = s;
    id_copy(w->recipient, r->id);
    w->want = s->notices.next;
    w->cursor = w->from = owes ? first_owed : r->cursor;
    w->seq = owes ? book_owed_seq(d->book, r, first_owed) : r->head_seq;
    w->failed = w->seq == 0 || w->cursor < w->want;
    w->seqs[w->cursor & (WALK_WINDOW - 1)] = w->seq;
    s->notices.walk = w;
    if (!w->failed) walk_step(w);
    return true;
}

// Can this follower's next notice be named?  Later: the walk to it has not come so far, or there
// was no walk free.
enum reach { REACH_HERE, REACH_WALKING, REACH_LATER };
static enum reach outbox_reach(struct desk *d, struct session *s, const struct recipient *r)
{
    if (outbox_seq(d, s, r, s->notices.next)) return REACH_HERE;
    struct walk const *w = s->notices.walk;
    bool const failed = w && w->failed;
    if (w && !failed && w->cursor != w->want) return REACH_WALKING;
    walk_end(s);
    if (failed) { // Until something new wakes this follower, or a second later.
        s->notices.held = d->notices_held = true;
        return REACH_WALKING;
    }
    return walk_start(d, s, r) ? REACH_WALKING : REACH_LATER;
}

void outbox_leave(struct session *s)
{
    walk_end(s);
}

bool outbox_push(struct desk *d, struct session *s)
{
    struct notice_follow *f = &s->notices;
    struct recipient const *r = f->on ? book_recipient(d->book, s->caller->id) : NULL;
    if (!r || f->reading || f->held || s->stuck || f->credit == 0 || f->next > r->cursor)
        return false;
    enum reach const reach = outbox_reach(d, s, r);
    if (reach != REACH_HERE) return reach == REACH_LATER;
    bool const moved = push_from_memory(d, s, r) || push_from_disk(d, s, r);
    return moved && f->reading == 0 && f->credit > 0 && f->next <= r->cursor;
}

// --- Asked by recipients. ---

void outbox_follow(struct desk *d, struct message *m)
{
    Triage__V1__FollowNoticesRequest const *q = m->request->follow_notices;
    struct notice_follow *f = &m->session->notices;
    struct recipient const *r = book_recipient(d->book, m->caller->id);
    uint64_t const last = r ? r->cursor : 0;
    walk_end(m->session);
    f->on = true;
    f->held = false;
    f->wave++;
    // A cursor from before a restore may lie ahead of what is: begin where this ledger ends.
    f->next = (q->after < last ? q->after : last) + 1;
    f->credit = credit_add(d, 0, q->credit);
    Triage__V1__Reply reply;
    reply_init(m, &reply);
    reply_say(d, m, &reply, 0);
    session_ready(d, m->session);
}

static void receipt_say(struct desk *d, struct message *m, uint64_t up_to, uint64_t seq)
{
    Triage__V1__ReceiptNoticesReply body = TRIAGE__V1__RECEIPT_NOTICES_REPLY__INIT;
    Triage__V1__Reply reply;
    reply_init(m, &reply);
    body.up_to = up_to;
    reply.body_case = TRIAGE__V1__REPLY__BODY_RECEIPT_NOTICES;
    reply.receipt_notices = &body;
    reply_say(d, m, &reply, seq);
}

// Receipts of one turn are one record: they are cumulative.
static uint64_t receipt_keep(struct desk *d, struct caller *c, struct recipient *r, uint64_t up_to)
{
    if (!c->receipt_seq || !turn_amend(d, c->receipt_seq, up_to)) {
        struct draft draft;
        draft_init(d, &draft, EVENT_RECEIPTED);
        draft.event.entity = c->entity;
        draft.event.prev_seq = r->last_seq;
        draft.event.number = up_to;
        id_copy(draft.event.principal, c->id);
        r->last_seq = c->receipt_seq = turn_add(d, &draft);
        turn_touch_recipient(d, r, c->entity);
    }
    book_receipt(d->book, r, up_to);
    return c->receipt_seq;
}

void outbox_receipt(struct desk *d, struct message *m)
{
    Triage__V1__ReceiptNoticesRequest const *q = m->request->receipt_notices;
    struct recipient *r = book_recipient(d->book, m->caller->id);
    struct notice_follow *f = &m->session->notices;
    f->credit = credit_add(d, f->credit, q->credit);
    session_ready(d, m->session);
    if (q->up_to > (r ? r->cursor : 0)) {
        reply_refuse_field(d, m, ERR_INVALID, "receipt_notices.up_to", "cursor",
                           "No notice with this cursor was ever sent.");
        return;
    }
    if (!r || q->up_to <= r->receipted) {
        receipt_say(d, m, r ? r->receipted : 0, turn_last_seq(d));
        return;
    }
    if (!turn_room(d, 1, 0)) {
        reply_busy(d, m, NULL, 100);
        return;
    }
    receipt_say(d, m, q->up_to, receipt_keep(d, m->caller, r, q->up_to));
}
