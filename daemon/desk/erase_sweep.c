// An order carried out: a few cases a turn, each judged again as it is then.  What was erased is in
// the ledger, so that after a crash it begins anew and passes over what is done.
#include "erase.h"
#include "find.h"
#include "retention.h"
#include "room.h"
#include "turn.h"
#include "work.h"

#define SWEEP_SLOTS 16u  // rows read ahead, and cases erased in one turn at most
#define SWEEP_PASS  512u // open cases passed over in one turn

struct sweep_slot {
    struct desk *desk;
    uint64_t no; // 0: free
    bool ready, stale;
    struct casefile file;
    struct errand errands[ERRANDS_MAX];
};
struct sweep {
    uint64_t order, next, last; // being carried out, 0 none; cases
    uint64_t erased;            // by it
    unsigned reading;
    bool failed;           // a row could not be read: not all of it can be done
    int64_t again_mono_ms; // and it begins anew no sooner
    struct sweep_slot slots[SWEEP_SLOTS];
};

enum err erase_init(struct desk *d)
{
    d->sweep = land_take(&d->land, sizeof *d->sweep);
    if (!d->sweep) return ERR_NO_MEMORY;
    for (size_t i = 0; i < SWEEP_SLOTS; i++) d->sweep->slots[i].desk = d;
    return OK;
}

void erase_stale(struct desk *d, uint64_t no)
{
    for (size_t i = 0; i < SWEEP_SLOTS; i++)
        if (d->sweep->slots[i].no == no) d->sweep->slots[i].stale = true;
}

// --- Reading. ---

static void slot_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct sweep_slot *s = ctx;
    struct sweep *w = s->desk->sweep;
    w->reading--;
    s->file = (struct casefile){.errands = s->errands, .errands_max = ERRANDS_MAX};
    if (!e) e = wire_case_row_decode(row->blob, &s->file);
    s->file.no = s->no;
    s->ready = !e;
    if (!e) return;
    s->no = 0;
    w->failed = true;
}

static bool slot_ask(struct sweep_slot *s)
{
    struct desk *d = s->desk;
    s->ready = s->stale = false;
    if (ledger_read_row(d->ledger, ENTITY_CASE(s->no), slot_row, s) != OK) return false;
    d->sweep->reading++;
    return true;
}

static void sweep_read(struct desk *d)
{
    struct sweep *w = d->sweep;
    unsigned passed = 0;
    for (size_t i = 0; i < SWEEP_SLOTS; i++) {
        struct sweep_slot *s = &w->slots[i];
        if (s->no) continue;
        while (w->next <= w->last && book_case(d->book, w->next) && passed++ < SWEEP_PASS)
            w->next++;
        if (w->next > w->last || passed >= SWEEP_PASS) return;
        s->no = w->next;
        if (!slot_ask(s)) {
            s->no = 0;
            return;
        }
        w->next++;
    }
}

// --- Erasing. ---

static void sweep_forget(struct desk *d, const struct casefile *before,
                         const struct casefile *after)
{
    book_kin_forget(d->book, before);
    recent_forget(&d->recent);
    find_note(d, after);
    d->sweep->erased++;
}

static bool sweep_one(struct desk *d, const struct casefile *f)
{
    struct erasure const *x = &book_area(d->book)->erasure;
    struct casefile after;
    struct casefile const before = *f;
    struct command_result result;
    enum err e = OK;
    struct work w = {.reference = "", .area = "", .text = ""};
    int64_t const due_ms = retention_due_ms(&d->info->retention, f);
    d->sweep->erased += (f->flags & CASE_ERASED) && (uint64_t)f->proposal_seq == x->order;
    if (f->flags & CASE_ERASED) return true;
    if (!x->on_request && (due_ms == 0 || due_ms > x->at_ms)) return true; // not what was meant
    w.command = (struct command){.kind = COMMAND_ERASE,
                                 .order = x->order,
                                 .on_request = x->on_request,
                                 .lead = "",
                                 .team = ""};
    if (!room_for_work(d, f, 0)) return false;
    if (work_apply(d, &w, f, &after, &result, &e)) sweep_forget(d, &before, &after);
    return true;
}

// The case as it is now.  A row that was overtaken while it was read is read again, once that is on
// disk: what is still on its way would be kept in memory after the erasure.
static const struct casefile *slot_now(struct sweep_slot *s)
{
    if (turn_closed(s->desk, s->no)) return NULL;
    if (!s->stale) return &s->file;
    if (!slot_ask(s)) s->ready = s->stale = true;
    return NULL;
}

// False: there is no room just now.
static bool sweep_erase(struct desk *d)
{
    for (size_t i = 0; i < SWEEP_SLOTS; i++) {
        struct sweep_slot *s = &d->sweep->slots[i];
        if (!s->no || !s->ready) continue;
        if (book_case(d->book, s->no)) { // Reopened meanwhile.
            s->no = 0;
            continue;
        }
        struct casefile const *f = slot_now(s);
        if (!f) continue;
        arena_reset(&d->request);
        arena_release(&d->scratch, 0);
        if (!sweep_one(d, f)) return false;
        s->no = 0;
    }
    return true;
}

// --- From its beginning to its end. ---

static void sweep_begin(struct desk *d, const struct erasure *x)
{
    struct sweep *w = d->sweep;
    w->order = x->order;
    w->next = x->case_no ? x->case_no : 1;
    w->last = x->case_no ? x->case_no : book_area(d->book)->cases;
    w->erased = 0;
    w->failed = false;
}

static void sweep_end(struct desk *d)
{
    struct sweep *w = d->sweep;
    struct draft draft;
    if (w->failed) { // Not done: it begins anew.
        d->port->log(d->port->ctx, LOG_ERROR, "erasure_unread", NULL, (int64_t)w->order);
        w->order = 0;
        w->again_mono_ms = d->now.mono_ms + MINUTE_MS;
        return;
    }
    if (!turn_room(d, 1, 0)) return;
    draft_init(d, &draft, EVENT_ERASURE_DONE);
    draft.event.number = w->erased;
    (void)turn_add(d, &draft);
    d->port->log(d->port->ctx, LOG_INFO, "erasure_done", NULL, (int64_t)w->erased);
    w->order = 0;
}

static bool sweep_empty(const struct sweep *w)
{
    for (size_t i = 0; i < SWEEP_SLOTS; i++)
        if (w->slots[i].no) return false;
    return true;
}

// Withdrawn, or the rules changed: what is being read is let go.
static void sweep_drop(struct sweep *w)
{
    for (size_t i = 0; i < SWEEP_SLOTS; i++)
        if (w->slots[i].ready) w->slots[i].no = 0;
    if (sweep_empty(w)) w->order = 0;
}

bool erase_sweep_turn(struct desk *d)
{
    struct erasure const *x = &book_area(d->book)->erasure;
    struct sweep *w = d->sweep;
    bool const wiping = recent_wipe(&d->recent);
    if (w->order && w->order != x->order) sweep_drop(w);
    if (!x->order || d->clock_suspect || d->draining || d->disk_full || turn_full(d)) return wiping;
    if (!w->order && sweep_empty(w) && d->now.mono_ms >= w->again_mono_ms) sweep_begin(d, x);
    if (w->order != x->order) return wiping;
    bool const more = sweep_erase(d);
    sweep_read(d);
    if (w->next > w->last && w->reading == 0 && sweep_empty(w)) sweep_end(d);
    return wiping || (more && w->order && w->reading < SWEEP_SLOTS && w->next <= w->last);
}
