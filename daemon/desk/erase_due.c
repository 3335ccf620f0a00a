// What is due by the council's schedule: every closed case's row is read beside all other work.  It
// tells nothing about anybody, and who asked is recorded.
#include "erase.h"
#include "pending.h"
#include "reply.h"
#include "retention.h"
#include "session.h"
#include "turn.h"

#include <stdlib.h>

#define DUE_READS 128u  // rows on their way at once
#define DUE_PASS  4096u // open cases passed over in one turn
#define DUE_MAX   1000u // told in one answer

struct due_case {
    uint64_t no;
    enum retention_class what;
    int64_t ended_ms, due_ms;
    struct retention_bar bar;
};
struct due_list {
    struct desk *desk;
    struct pending *slot; // who waits for it; NULL: nobody any more
    uint64_t peer;
    uint64_t next, last; // cases
    int64_t before_ms;
    unsigned reading;
    size_t n, max; // told in the order of their numbers, whichever row came first
    bool more;
    enum err err;
    struct due_case cases[DUE_MAX];
};

static void due_free(struct desk *d)
{
    free(d->due);
    d->due = NULL;
}

// --- Reading. ---

static void due_keep(struct due_list *l, const struct due_case *c)
{
    size_t at = l->n;
    while (at > 0 && l->cases[at - 1].no > c->no) at--;
    if (at == l->max) {
        l->more = true;
        return;
    }
    if (l->n == l->max) l->more = true;
    size_t const kept = l->n < l->max ? l->n++ : l->max - 1;
    memmove(l->cases + at + 1, l->cases + at, (kept - at) * sizeof *c);
    l->cases[at] = *c;
}

static void due_look(struct due_list *l, const struct casefile *f)
{
    struct desk *d = l->desk;
    struct due_case c = {.no = f->no, .what = retention_class(f)};
    if (f->flags & CASE_ERASED) return;
    c.due_ms = retention_due_ms(&d->info->retention, f);
    if (c.due_ms == 0 || c.due_ms > l->before_ms) return;
    c.ended_ms = retention_ended_ms(f);
    c.bar = retention_bar(&d->rules, f);
    due_keep(l, &c);
}

static void due_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct due_list *l = ctx;
    struct errand errands[ERRANDS_MAX];
    struct casefile f = {.errands = errands, .errands_max = ERRANDS_MAX};
    l->reading--;
    if (!e) e = wire_case_row_decode(row->blob, &f);
    if (!e) f.no = ENTITY_CASE_NO(row->entity);
    if (!e && l->slot) due_look(l, &f);
    if (e && !l->err) l->err = e;
}

// True when it has not looked at all that it could.
static bool due_read(struct due_list *l)
{
    struct desk *d = l->desk;
    unsigned passed = 0;
    for (; l->slot && !l->err && !l->more && l->next <= l->last && l->reading < DUE_READS;
         l->next++) {
        struct casefile const *f = turn_closed(d, l->next);
        bool const open = book_case(d->book, l->next) != NULL;
        if (f) due_look(l, f);
        if ((open || f) && ++passed == DUE_PASS) return true;
        if (open || f) continue;
        if (ledger_read_row(d->ledger, ENTITY_CASE(l->next), due_row, l) != OK) return false;
        l->reading++;
    }
    return false;
}

// --- Asking and answering. ---

static Triage__V1__RetentionDue *due_make(struct desk *d, const struct due_case *c)
{
    Triage__V1__RetentionDue *x = pb_new(&d->request, &triage__v1__retention_due__descriptor);
    x->reference = pb_reference(d, &d->request, c->no);
    x->what = pb_text(retention_word(c->what));
    x->ended_ms = c->ended_ms;
    x->due_ms = c->due_ms;
    x->bar = pb_text(c->bar.word);
    x->why = pb_text(c->bar.words);
    return x;
}

static void due_answer(struct desk *d, struct message *m)
{
    struct due_list *l = d->due;
    struct draft draft;
    Triage__V1__RetentionDueReply body = TRIAGE__V1__RETENTION_DUE_REPLY__INIT;
    Triage__V1__Reply r;
    if (l->err || !turn_room(d, 1, 0)) {
        reply_busy(d, m, "The record could not be read just now.", 1000);
        return;
    }
    draft_init(d, &draft, EVENT_RETENTION_LISTED);
    draft.event.number = l->n;
    id_copy(draft.event.principal, m->principal->id);
    if (m->actor.worker) id_copy(draft.event.worker, m->actor.worker->id);
    uint64_t const seq = turn_add(d, &draft);
    body.cases = pb_list(&d->request, l->n);
    for (; body.n_cases < l->n; body.n_cases++)
        body.cases[body.n_cases] = due_make(d, &l->cases[body.n_cases]);
    body.more = l->more;
    body.unset = pb_list(&d->request, RETENTION_COUNT);
    for (int c = RETENTION_NONE + 1; c < RETENTION_COUNT; c++)
        if (d->info->retention.rules[c].amount == 0)
            body.unset[body.n_unset++] = pb_text(retention_word((enum retention_class)c));
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_RETENTION_DUE;
    r.retention_due = &body;
    reply_say(d, m, &r, seq);
}

static bool due_begin(struct desk *d, struct message *m)
{
    Triage__V1__RetentionDueRequest const *q = m->request->retention_due;
    uint64_t const after = wire_reference_no(&d->keys, bytes_text(q->after_reference));
    struct due_list *l = calloc(1, sizeof *l);
    if (!l) return false;
    l->slot = pending_make(d, &m->from, NULL, m->raw);
    if (!l->slot) {
        free(l);
        return false;
    }
    l->desk = d;
    l->peer = m->from.id;
    l->next = after + 1;
    l->last = book_area(d->book)->cases;
    l->before_ms = q->before_ms ? q->before_ms : d->now.utc_ms;
    l->max = q->limit && q->limit < DUE_MAX ? q->limit : DUE_MAX;
    d->due = l;
    return true;
}

void erase_due(struct desk *d, struct message *m)
{
    if (m->slot && d->due && d->due->slot == m->slot) { // Read: it was asked before.
        due_answer(d, m);
        return;
    }
    if (d->due && pending_same(d->due->slot, m)) return; // The answer to the first will do.
    if (!erase_open_to(m)) {
        reply_refuse(d, m, ERR_FORBIDDEN, "MASH managers and auditors may see what is due.");
        return;
    }
    if (d->due || d->draining || !due_begin(d, m)) {
        reply_busy(d, m, "What is due is being looked up; ask again.", 500);
        return;
    }
    m->parked = true;
}

// --- A little in each turn. ---

bool erase_due_turn(struct desk *d)
{
    struct due_list *l = d->due;
    if (!l) return false;
    if (l->slot && !session_find(d, l->peer)) erase_stop(d);
    if (due_read(l)) return true;
    if (l->reading) return false; // The ledger wakes us.
    if (l->slot && !l->err && !l->more && l->next <= l->last) return true;
    if (l->slot) pending_resume(d, l->slot);
    due_free(d);
    return true; // what it recorded goes to the disk
}

void erase_stop(struct desk *d)
{
    struct due_list *l = d->due;
    if (!l || !l->slot) return;
    struct pending *slot = l->slot;
    l->slot = NULL;
    pending_drop(d, slot);
}

void erase_close(struct desk *d)
{
    if (d->due) due_free(d);
}
