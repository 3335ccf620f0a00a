#include "yearly.h"

#include "pending.h"
#include "reply.h"
#include "report.h"
#include "session.h"
#include "turn.h"
#include "yearly_reply.h"

#include <stdlib.h>

#define YEARLY_READS ((unsigned)128) // rows on their way at once
#define YEARLY_OPEN  ((unsigned)512) // open cases counted in one turn
#define YEARLY_STEP  ((size_t)4096)  // individuals counted in one turn

struct yearly {
    struct desk *desk;
    struct pending *slot; // who waits for it; NULL: nobody any more
    uint64_t peer;
    struct land land;
    struct returns returns;
    uint64_t next, last; // cases
    unsigned reading;
    enum err err;
};

static void yearly_free(struct desk *d)
{
    struct yearly *y = d->yearly;
    d->yearly = NULL;
    land_close(&y->land);
    free(y);
}

// --- Reading. ---

static void yearly_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct yearly *y = ctx;
    struct casefile f = {.no = row ? ENTITY_CASE_NO(row->entity) : 0};
    y->reading--;
    if (!e) e = wire_case_row_decode(row->blob, &f);
    if (!e && y->slot) returns_add(&y->returns, &f);
    if (e && !y->err) y->err = e;
}

static void yearly_read(struct yearly *y)
{
    struct desk *d = y->desk;
    unsigned open = 0;
    for (; y->slot && !y->err && y->next <= y->last && y->reading < YEARLY_READS; y->next++) {
        struct casefile const *f = book_case(d->book, y->next);
        if (!f) f = turn_closed(d, y->next);
        if (f) {
            returns_add(&y->returns, f);
            if (++open < YEARLY_OPEN) continue;
            y->next++;
            return;
        }
        if (ledger_read_row(d->ledger, ENTITY_CASE(y->next), yearly_row, y) != OK) return;
        y->reading++;
    }
}

// --- Asking and answering. ---

static void yearly_answer(struct desk *d, struct message *m)
{
    struct yearly *y = d->yearly;
    struct draft draft;
    Triage__V1__ReturnsReply body = TRIAGE__V1__RETURNS_REPLY__INIT;
    Triage__V1__Reply r;
    if (y->err || !turn_room(d, 1, 0)) {
        reply_busy(d, m, "The record could not be read just now.", 1000);
        return;
    }
    draft_init(d, &draft, EVENT_EXPORTED);
    draft.event.number = (uint64_t)y->returns.year;
    id_copy(draft.event.principal, m->principal->id);
    if (m->actor.worker) id_copy(draft.event.worker, m->actor.worker->id);
    uint64_t const seq = turn_add(d, &draft);
    yearly_reply(&y->returns, &d->keys, &d->request, &body);
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_RETURNS;
    r.returns = &body;
    reply_say(d, m, &r, seq);
}

static bool yearly_begin(struct desk *d, struct message *m)
{
    struct yearly *y = calloc(1, sizeof *y);
    uint64_t const cases = book_area(d->book)->cases;
    if (!y) return false;
    void *memory = land_take(&y->land, returns_bytes(cases));
    y->slot = memory ? pending_make(d, &m->from, NULL, m->raw) : NULL;
    if (!y->slot) {
        land_close(&y->land);
        free(y);
        return false;
    }
    returns_init(&y->returns, memory, cases, (int)m->request->returns->year, d->now.utc_ms + 1);
    y->desk = d;
    y->peer = m->from.id;
    y->next = 1;
    y->last = cases;
    d->yearly = y;
    return true;
}

void yearly_ask(struct desk *d, struct message *m)
{
    uint32_t const year = m->request->returns->year;
    if (m->slot && d->yearly && d->yearly->slot == m->slot) { // Counted: it was asked before.
        yearly_answer(d, m);
        return;
    }
    if (d->yearly && pending_same(d->yearly->slot, m)) return; // The answer to the first will do.
    if (!report_open_to(m)) {
        reply_refuse(d, m, ERR_FORBIDDEN, "Managers and auditors may make the return.");
        return;
    }
    if (year < 2000 || year > (uint32_t)returns_year(d->now.utc_ms)) {
        reply_refuse_field(d, m, ERR_INVALID, "returns.year", "range",
                           "The year in which it begins, on 1 April, and not one to come.");
        return;
    }
    if (d->yearly || d->draining || !yearly_begin(d, m)) {
        reply_busy(d, m, "A return is being made; ask again.", 500);
        return;
    }
    m->parked = true;
}

// --- A little in each turn. ---

bool yearly_turn(struct desk *d)
{
    struct yearly *y = d->yearly;
    if (!y) return false;
    if (y->slot && !session_find(d, y->peer)) yearly_stop(d);
    yearly_read(y);
    if (y->slot && !y->err && y->next <= y->last) return true;
    if (y->reading) return false; // The ledger wakes us.
    if (y->slot && !y->err && !returns_step(&y->returns, YEARLY_STEP)) return true;
    if (y->slot) pending_resume(d, y->slot);
    yearly_free(d);
    return false;
}

void yearly_stop(struct desk *d)
{
    struct yearly *y = d->yearly;
    if (!y || !y->slot) return;
    struct pending *slot = y->slot;
    y->slot = NULL;
    pending_drop(d, slot);
}

void yearly_close(struct desk *d)
{
    if (d->yearly) yearly_free(d);
}
