#include "figures.h"

#include "check.h"
#include "wire.h"

#include <stdio.h>

#define STEP_BUDGET ((size_t)16384) // small things in one step

enum err figures_begin(struct figures *g, int64_t until_ms, uint64_t cases_max)
{
    *g = (struct figures){.records = 0};
    void *memory = land_take(&g->land, stories_bytes(cases_max));
    if (!memory) return ERR_NO_MEMORY;
    stories_init(&g->stories, memory, cases_max, until_ms);
    return OK;
}

void figures_ask(struct figures *g, const struct tally_ask *ask)
{
    land_close(&g->counted);
    g->ask = *ask;
    g->counting = false;
}

static enum err figures_case(struct figures *g, const struct ledger_record *r)
{
    uint64_t const no = ENTITY_CASE_NO(r->entity);
    struct event e;
    if (no == 0 || no > g->stories.cases_max) return ERR_CORRUPT;
    stories_before(&g->stories, no, &g->file);
    enum err const err = wire_header_decode(r->header, &e, &g->file);
    if (err == OK) stories_after(&g->stories, no, &e, &g->file);
    return err;
}

enum err figures_record(struct figures *g, const struct ledger_record *r)
{
    struct event e;
    g->records++;
    if (ENTITY_KIND(r->entity) == 1) return figures_case(g, r);
    enum err const err = wire_header_decode(r->header, &e, NULL);
    if (err == OK && e.kind == EVENT_RECEIPTED) stories_receipt(&g->stories, &e);
    return err;
}

bool figures_step(struct figures *g, enum err *e)
{
    *e = OK;
    if (!g->counting) {
        void *memory = land_take(&g->counted, tally_bytes(&g->stories));
        if (!memory) {
            *e = ERR_NO_MEMORY;
            return true;
        }
        tally_init(&g->tally, memory, &g->stories, &g->ask);
        g->counting = true;
    }
    if (!tally_step(&g->tally, STEP_BUDGET)) return false;
    if (g->tally.too_many) *e = ERR_NO_MEMORY;
    return true;
}

void figures_end(struct figures *g)
{
    land_close(&g->counted);
    land_close(&g->land);
}

// --- The answer. ---

static void *made(struct arena *a, const ProtobufCMessageDescriptor *type)
{
    ProtobufCMessage *m = arena_alloc(a, type->sizeof_message);
    CHECK(m);
    protobuf_c_message_init(type, m);
    return m;
}

static Triage__V1__ReportWait *wait_made(struct arena *a, unsigned wait, uint32_t before,
                                         const struct wait_figures *f)
{
    Triage__V1__ReportWait *w = made(a, &triage__v1__report_wait__descriptor);
    w->what = (char *)(uintptr_t)tally_wait_word(wait);
    w->begun = f->begun;
    w->over = f->over;
    w->waiting = f->waiting;
    w->before = before;
    w->half_minutes = f->half.minutes;
    w->half_reached = f->half.reached;
    w->most_minutes = f->most.minutes;
    w->most_reached = f->most.reached;
    w->longest_waiting_minutes = f->longest_waiting;
    return w;
}

// The waits of a group stand together, by what was waited for, then by colour.
struct group_rows {
    unsigned group;
    size_t from, end;
};

static const struct wait_figures *wait_of(const struct figures *g, const struct group_rows *at,
                                          unsigned wait, unsigned colour)
{
    static const struct wait_figures none;
    struct tally_row const *rows = g->tally.rows;
    for (size_t i = at->from; i < at->end; i++)
        if (rows[i].wait == wait && rows[i].colour == colour) return &rows[i].figures;
    return &none;
}

static void row_waits(const struct figures *g, struct arena *a, const struct group_rows *at,
                      unsigned colour, Triage__V1__ReportRow *row)
{
    struct tally_cell const *cell = &g->tally.cells[at->group][colour];
    row->waits = arena_zalloc(a, WAIT_COUNT * sizeof(void *));
    CHECK(row->waits);
    for (unsigned wait = 0; wait < WAIT_COUNT; wait++) {
        struct wait_figures const *f = wait_of(g, at, wait, colour);
        if (f->begun || cell->before[wait])
            row->waits[row->n_waits++] = wait_made(a, wait, cell->before[wait], f);
    }
}

static bool cell_empty(const struct tally_cell *c)
{
    static const struct tally_cell none;
    return memcmp(c, &none, sizeof none) == 0;
}

static Triage__V1__ReportQuality *quality_made(struct arena *a, const struct tally_quality *q)
{
    Triage__V1__ReportQuality *out = made(a, &triage__v1__report_quality__descriptor);
    out->received = q->received;
    out->raised = q->raised;
    out->lowered = q->lowered;
    out->rerated = q->rerated;
    out->risen = q->risen;
    out->met = q->met;
    out->not_met = q->not_met;
    out->other = q->other;
    out->undecided = q->undecided;
    out->reopened = q->reopened;
    out->challenged = q->challenged;
    out->upheld = q->upheld;
    out->part_upheld = q->part_upheld;
    out->not_upheld = q->not_upheld;
    out->out_of_scope = q->out_of_scope;
    out->ended = q->ended;
    out->fully = q->fully;
    out->partly = q->partly;
    out->not_achieved = q->not_achieved;
    out->none_expressed = q->none_expressed;
    out->not_asked = q->not_asked;
    out->adult_told = q->adult_told;
    out->advocate = q->advocate;
    out->remained = q->remained;
    out->planned = q->planned;
    return out;
}

static Triage__V1__ReportRow *row_made(const struct figures *g, struct arena *a, unsigned group,
                                       unsigned colour)
{
    struct tally_cell const *c = &g->tally.cells[group][colour];
    Triage__V1__ReportRow *row = made(a, &triage__v1__report_row__descriptor);
    char const *name = arena_text(a, bytes_text(stories_name(&g->stories, group)));
    CHECK(name);
    row->group = (char *)(uintptr_t)name; // The stories go before the answer does.
    row->colour = (Triage__V1__Colour)colour;
    row->arrived = c->arrived;
    row->decided = c->decided;
    row->late = c->late;
    row->notices_owed = c->owed;
    row->notices_told = c->told;
    row->notices_unread = c->unread;
    row->waiting = c->waiting;
    row->overdue = c->overdue;
    row->oldest_received_ms = (int64_t)c->oldest_s * SECOND_MS;
    row->unled = c->unled;
    row->led = c->led;
    row->unled_since_ms = (int64_t)c->unled_s * SECOND_MS;
    row->n_waiting_by_age = c->waiting ? TALLY_BANDS : 0;
    row->waiting_by_age = arena_alloc(a, sizeof c->bands);
    CHECK(row->waiting_by_age);
    memcpy(row->waiting_by_age, c->bands, sizeof c->bands);
    row->quality = quality_made(a, &c->quality);
    return row;
}

static bool row_wanted(const struct figures *g, const struct group_rows *at, unsigned colour)
{
    // Who sends, and which row fired, are many: all colours together.
    if (g->ask.by >= TALLY_PROVIDER && colour != COLOUR_UNSET) return false;
    for (size_t i = at->from; i < at->end; i++)
        if (g->tally.rows[i].colour == colour) return true;
    return !cell_empty(&g->tally.cells[at->group][colour]);
}

void figures_reply(const struct figures *g, struct arena *a, Triage__V1__ReportReply *out)
{
    struct tally const *t = &g->tally;
    struct group_rows at = {0};
    out->by = (Triage__V1__ReportBy)(g->ask.by + 1);
    out->from_ms = g->ask.from_ms;
    out->to_ms = g->ask.to_ms;
    out->records = g->records;
    out->rows = arena_zalloc(a, (size_t)g->stories.n_names * (COLOUR_RED + 1) * sizeof(void *));
    CHECK(out->rows);
    for (; at.group < g->stories.n_names; at.group++, at.from = at.end) {
        while (at.end < t->n_rows && t->rows[at.end].group == at.group) at.end++;
        for (unsigned colour = 0; colour <= COLOUR_RED; colour++) {
            if (!row_wanted(g, &at, colour)) continue;
            Triage__V1__ReportRow *row = row_made(g, a, at.group, colour);
            row_waits(g, a, &at, colour, row);
            out->rows[out->n_rows++] = row;
        }
    }
}

// --- A whole ledger at once. ---

static enum err figures_count_case(void *ctx, const struct ledger_row *row)
{
    uint64_t *n = ctx;
    if (ENTITY_KIND(row->entity) == 1 && ENTITY_CASE_NO(row->entity) > *n)
        *n = ENTITY_CASE_NO(row->entity);
    return OK;
}

static enum err figures_scan_record(void *ctx, const struct ledger_record *r)
{
    return figures_record(ctx, r);
}

enum err figures_of_ledger(struct ledger *l, const struct tally_ask *ask, struct arena *a,
                           Triage__V1__ReportReply *out, char *why, size_t size)
{
    struct figures g;
    uint64_t cases = 0;
    enum err e = ledger_scan_rows(l, false, figures_count_case, &cases);
    if (!e) e = figures_begin(&g, ask->to_ms, cases);
    if (e) {
        (void)snprintf(why, size, "%s", err_text(e));
        return e;
    }
    e = ledger_scan_records(l, 1, false, figures_scan_record, &g, why, size);
    enum err counted = e;
    figures_ask(&g, ask);
    while (!counted && !figures_step(&g, &counted)) {
    }
    if (!counted) figures_reply(&g, a, out);
    if (counted && !why[0]) (void)snprintf(why, size, "%s", err_text(counted));
    figures_end(&g);
    return counted;
}
