#include "again.h"

#include "event.h"
#include "retention.h"
#include "wire.h"

#include "check.h"

#include <stdlib.h>

#define AGAIN_TURN 256 // cases in one commit

// The rows that are looked for, as they are in the backup.
struct again_row {
    struct casefile file;
    size_t order; // 0: none is named
};
struct again_rows {
    struct desk_again *asked;
    struct again_row *cases; // those to be erased, n of them
    struct errand *errands;
    size_t n;
    struct area area;
};

static const struct desk_again_case *again_listed(const struct desk_again *a, uint64_t no)
{
    size_t low = 0, high = a->n;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        if (a->cases[mid].no == no) return &a->cases[mid];
        if (a->cases[mid].no < no)
            low = mid + 1;
        else
            high = mid;
    }
    return NULL;
}

static enum err again_row(void *ctx, const struct ledger_row *row)
{
    struct again_rows *rows = ctx;
    if (row->entity == ENTITY_AREA) return wire_area_row_decode(row->blob, &rows->area);
    uint64_t const no = ENTITY_CASE_NO(row->entity);
    struct desk_again_case const *listed =
        ENTITY_KIND(row->entity) == 1 ? again_listed(rows->asked, no) : NULL;
    if (!listed) return OK;
    CHECK(rows->n < rows->asked->n && listed->order <= rows->asked->n_orders);
    struct casefile *f = &rows->cases[rows->n].file;
    rows->cases[rows->n].order = listed->order;
    *f = (struct casefile){
        .no = no, .errands = &rows->errands[rows->n * ERRANDS_MAX], .errands_max = ERRANDS_MAX};
    enum err const e = wire_case_row_decode(row->blob, f);
    if (e) return e;
    f->no = no;
    if (f->flags & CASE_ERASED)
        rows->asked->before++;
    else
        rows->n++;
    return OK;
}

static int row_order(const void *a, const void *b)
{
    struct again_row const *x = a, *y = b;
    if (x->order != y->order) return x->order < y->order ? -1 : 1;
    return x->file.no < y->file.no ? -1 : x->file.no > y->file.no;
}

// --- One turn. ---

// Its memory: what it points to lies still until it is kept.
struct again_turn {
    struct ledger_entry entries[AGAIN_TURN];
    struct ledger_row rows[AGAIN_TURN + 1];
    uint8_t headers[AGAIN_TURN][LEDGER_HEADER_MAX];
    uint8_t blobs[AGAIN_TURN + 1][LEDGER_ROW_MAX];
    uint8_t body[LEDGER_BODY_MAX];
    size_t n;
    uint64_t first_seq;
    struct retention schedule; // of the order that cases are erased by now
    bool told;
    enum kept kept;
};

static void again_kept(void *ctx, enum kept kept, uint64_t head_seq)
{
    struct again_turn *t = ctx;
    (void)head_seq;
    t->told = true;
    t->kept = kept;
}

static void again_begin(struct ledger *l, struct again_rows *rows, struct again_turn *t)
{
    t->n = 0;
    t->first_seq = ledger_head(l).seq + 1;
    // UTC of the last record may not go back, or the next start holds the clock suspect.
    if (rows->area.last_ms < rows->asked->now_ms) rows->area.last_ms = rows->asked->now_ms;
}

static enum err again_end(struct ledger *l, struct again_rows *rows, struct again_turn *t,
                          size_t n_rows)
{
    struct desk_again *a = rows->asked;
    size_t const blob = wire_area_row_encode(&rows->area, t->blobs[n_rows], sizeof t->blobs[0]);
    CHECK(blob);
    t->rows[n_rows] = (struct ledger_row){.entity = ENTITY_AREA,
                                          .last_seq = rows->area.last_seq,
                                          .fold_version = WIRE_FOLD_VERSION,
                                          .open = true,
                                          .blob = bytes_of(t->blobs[n_rows], blob)};
    struct ledger_turn const turn = {t->first_seq, t->n, n_rows + 1, t->entries, t->rows};
    t->told = false;
    ledger_append(l, ledger_head(l).epoch, &turn, again_kept, t);
    while (!t->told) {
        a->rest(a->ctx);
        ledger_reap(l);
    }
    return t->kept == KEPT ? OK : ERR_IO;
}

// --- The order, as a record of the area's own. ---

// Where the list names none, it says so.
static const Triage__Ledger__V1__KeptErasure *again_order(const struct desk_again *a, size_t order)
{
    static Triage__Ledger__V1__KeptErasure none;
    if (order) return a->orders[order - 1];
    triage__ledger__v1__kept_erasure__init(&none);
    none.reason = (char *)(uintptr_t) "Erased before a restore, whose list names no reason.";
    return &none;
}

static void again_schedule(const Triage__Ledger__V1__KeptErasure *k, struct retention *out)
{
    *out = (struct retention){0};
    for (size_t i = 0; i < k->n_schedule; i++) {
        Triage__Ledger__V1__KeptPeriod const *p = k->schedule[i];
        bool const known = p->what > RETENTION_NONE && p->what < RETENTION_COUNT &&
                           p->unit <= RETENTION_YEARS && p->amount <= RETENTION_DAYS_MAX;
        if (!known) continue;
        out->rules[p->what].amount = (int32_t)p->amount;
        out->rules[p->what].unit = (enum retention_unit)p->unit;
    }
}

static enum err again_tell(struct ledger *l, struct again_rows *rows, struct again_turn *t,
                           size_t order)
{
    Triage__Ledger__V1__KeptErasure const *k = again_order(rows->asked, order);
    Triage__Ledger__V1__Body body = TRIAGE__LEDGER__V1__BODY__INIT;
    again_begin(l, rows, t);
    struct event e = {.kind = EVENT_ERASURE_RESTORED,
                      .entity = ENTITY_AREA,
                      .prev_seq = rows->area.last_seq,
                      .at_ms = rows->area.last_ms,
                      .number = rows->area.agreed_seq};
    id_copy(e.principal, "restore");
    body.erasure = (Triage__Ledger__V1__KeptErasure *)(uintptr_t)k;
    size_t const len = triage__ledger__v1__body__get_packed_size(&body);
    if (len > sizeof t->body) return ERR_TOO_LARGE;
    CHECK(triage__ledger__v1__body__pack(&body, t->body) == len);
    size_t const header = wire_header_encode(&e, NULL, NULL, t->headers[0], sizeof t->headers[0]);
    CHECK(header);
    t->entries[t->n++] = (struct ledger_entry){.entity = ENTITY_AREA,
                                               .header = bytes_of(t->headers[0], header),
                                               .body = bytes_of(t->body, len)};
    rows->area.last_seq = t->first_seq;
    area_fold(&rows->area, &e);
    again_schedule(k, &t->schedule);
    rows->asked->told++;
    return again_end(l, rows, t, 0);
}

// --- Cases. ---

static struct casefile again_erased(const struct casefile *before, uint64_t order,
                                    const struct retention *schedule, uint64_t seq)
{
    struct casefile after = *before;
    casefile_erase(&after, order, schedule);
    after.version++;
    after.last_seq = seq;
    return after;
}

static void again_put(struct again_turn *t, const struct casefile *before, uint64_t order,
                      int64_t at_ms)
{
    size_t const i = t->n++;
    uint64_t const seq = t->first_seq + i;
    struct casefile const after = again_erased(before, order, &t->schedule, seq);
    struct event e = {.kind = EVENT_ERASED,
                      .entity = ENTITY_CASE(before->no),
                      .version = after.version,
                      .prev_seq = before->last_seq,
                      .at_ms = at_ms,
                      .number = order};
    id_copy(e.principal, "restore");
    size_t const header =
        wire_header_encode(&e, before, &after, t->headers[i], sizeof t->headers[i]);
    size_t const blob = wire_case_row_encode(&after, t->blobs[i], sizeof t->blobs[i]);
    CHECK(header && blob);
    t->entries[i] = (struct ledger_entry){
        .entity = e.entity, .header = bytes_of(t->headers[i], header), .erase = true};
    t->rows[i] = (struct ledger_row){.entity = e.entity,
                                     .last_seq = seq,
                                     .fold_version = WIRE_FOLD_VERSION,
                                     .open = casefile_open(&after),
                                     .blob = bytes_of(t->blobs[i], blob)};
}

static enum err again_keep(struct ledger *l, struct again_rows *rows, struct again_turn *t,
                           size_t from, size_t n)
{
    again_begin(l, rows, t);
    for (size_t i = 0; i < n; i++)
        again_put(t, &rows->cases[from + i].file, rows->area.agreed_seq, rows->area.last_ms);
    enum err const e = again_end(l, rows, t, n);
    if (e == OK) rows->asked->erased += n;
    return e;
}

static enum err again_all(struct ledger *l, struct again_rows *rows, struct again_turn *t)
{
    enum err e = ledger_scan_rows(l, false, again_row, rows);
    rows->asked->unknown = rows->asked->n - rows->n - rows->asked->before;
    qsort(rows->cases, rows->n, sizeof *rows->cases, row_order);
    for (size_t from = 0, n; e == OK && from < rows->n; from += n) {
        size_t const order = rows->cases[from].order;
        bool const first = from == 0 || rows->cases[from - 1].order != order;
        for (n = 0; n < AGAIN_TURN && from + n < rows->n; n++)
            if (rows->cases[from + n].order != order) break;
        if (first) e = again_tell(l, rows, t, order);
        if (e == OK) e = again_keep(l, rows, t, from, n);
    }
    return e;
}

enum err desk_erase_again(struct ledger *l, struct desk_again *a)
{
    a->erased = a->before = a->unknown = a->told = 0;
    if (a->n == 0) return OK;
    struct again_rows rows = {.asked = a,
                              .cases = calloc(a->n, sizeof *rows.cases),
                              .errands = calloc(a->n * ERRANDS_MAX, sizeof *rows.errands)};
    struct again_turn *t = malloc(sizeof *t);
    enum err const e = rows.cases && rows.errands && t ? again_all(l, &rows, t) : ERR_NO_MEMORY;
    free(rows.cases);
    free(rows.errands);
    free(t);
    return e;
}
