#include "again.h"

#include "event.h"
#include "wire.h"

#include "check.h"

#include <stdlib.h>

#define AGAIN_TURN 256 // cases in one commit

// The rows that are looked for, as they are in the backup.
struct again_rows {
    struct desk_again *asked;
    struct casefile *cases; // those to be erased, n of them
    struct errand *errands;
    size_t n;
    struct area area;
};

static bool again_listed(const struct desk_again *a, uint64_t no)
{
    size_t low = 0, high = a->n;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        if (a->cases[mid] == no) return true;
        if (a->cases[mid] < no)
            low = mid + 1;
        else
            high = mid;
    }
    return false;
}

static enum err again_row(void *ctx, const struct ledger_row *row)
{
    struct again_rows *rows = ctx;
    if (row->entity == ENTITY_AREA) return wire_area_row_decode(row->blob, &rows->area);
    uint64_t const no = ENTITY_CASE_NO(row->entity);
    if (ENTITY_KIND(row->entity) != 1 || !again_listed(rows->asked, no)) return OK;
    CHECK(rows->n < rows->asked->n);
    struct casefile *f = &rows->cases[rows->n];
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

static struct casefile again_erased(const struct casefile *before, uint64_t seq)
{
    struct casefile after = *before;
    casefile_erase(&after);
    after.version++;
    after.last_seq = seq;
    return after;
}

// One turn's memory: what it points to lies still until it is kept.
struct again_turn {
    struct ledger_entry entries[AGAIN_TURN];
    struct ledger_row rows[AGAIN_TURN + 1];
    uint8_t headers[AGAIN_TURN][LEDGER_HEADER_MAX];
    uint8_t blobs[AGAIN_TURN + 1][LEDGER_ROW_MAX];
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

static void again_put(struct again_turn *t, size_t i, const struct casefile *before, uint64_t seq,
                      int64_t at_ms)
{
    struct casefile const after = again_erased(before, seq);
    struct event e = {.kind = EVENT_ERASED,
                      .entity = ENTITY_CASE(before->no),
                      .version = after.version,
                      .prev_seq = before->last_seq,
                      .at_ms = at_ms};
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
    struct desk_again *a = rows->asked;
    struct ledger_head const head = ledger_head(l);
    // UTC of the last record may not go back, or the next start holds the clock suspect.
    if (rows->area.last_ms < a->now_ms) rows->area.last_ms = a->now_ms;
    for (size_t i = 0; i < n; i++)
        again_put(t, i, &rows->cases[from + i], head.seq + 1 + i, rows->area.last_ms);
    size_t const blob = wire_area_row_encode(&rows->area, t->blobs[n], sizeof t->blobs[n]);
    CHECK(blob);
    t->rows[n] = (struct ledger_row){.entity = ENTITY_AREA,
                                     .last_seq = rows->area.last_seq,
                                     .fold_version = WIRE_FOLD_VERSION,
                                     .open = true,
                                     .blob = bytes_of(t->blobs[n], blob)};
    struct ledger_turn const turn = {head.seq + 1, n, n + 1, t->entries, t->rows};
    t->told = false;
    ledger_append(l, head.epoch, &turn, again_kept, t);
    while (!t->told) {
        a->rest(a->ctx);
        ledger_reap(l);
    }
    a->erased += t->kept == KEPT ? n : 0;
    return t->kept == KEPT ? OK : ERR_IO;
}

static enum err again_all(struct ledger *l, struct again_rows *rows, struct again_turn *t)
{
    enum err e = ledger_scan_rows(l, false, again_row, rows);
    rows->asked->unknown = rows->asked->n - rows->n - rows->asked->before;
    for (size_t from = 0; e == OK && from < rows->n; from += AGAIN_TURN) {
        size_t const left = rows->n - from;
        e = again_keep(l, rows, t, from, left < AGAIN_TURN ? left : AGAIN_TURN);
    }
    return e;
}

enum err desk_erase_again(struct ledger *l, struct desk_again *a)
{
    a->erased = a->before = a->unknown = 0;
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
