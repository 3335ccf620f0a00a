#include "ledger_internal.h"

#include "check.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdio.h>

void ledger_why(char *why, size_t size, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(why, size, format, args);
    va_end(args);
}

void ledger_wake(const struct ledger *l)
{
    if (l->settings.wake) l->settings.wake(l->settings.wake_ctx);
}

enum err ledger_front_open(struct ledger *l, const struct ledger_settings *s)
{
    if (sodium_init() < 0) return ERR_IO;
    l->settings = *s;
    sodium_memzero(l->settings.master_key, sizeof l->settings.master_key);
    l->over = KEPT;
    l->vault = vault_new();
    return l->vault ? OK : ERR_NO_MEMORY;
}

void ledger_front_close(struct ledger *l)
{
    opener_close(&l->scans);
    vault_free(l->vault);
    l->vault = NULL;
}

void ledger_close(struct ledger *l)
{
    if (!l) return;
    CHECK(!l->scanning);
    l->ops->close(l);
}

struct ledger_head ledger_head(const struct ledger *l)
{
    struct ledger_head h = {
        .epoch = l->head.epoch, .seq = l->head.seq, .erasures = l->head.erasures};
    memcpy(h.id, l->vault->id, sizeof h.id);
    memcpy(h.hash, l->head.hash, sizeof h.hash);
    return h;
}

struct ledger_stats ledger_stats(const struct ledger *l)
{
    return l->stats;
}

struct ledger_space ledger_space(struct ledger *l)
{
    return l->ops->space(l);
}

enum err ledger_backup(struct ledger *l, const char *folder, ledger_backup_fn *fn, void *ctx)
{
    CHECK(fn);
    return l->ops->backup ? l->ops->backup(l, folder, fn, ctx) : ERR_UNAVAILABLE;
}

void ledger_index_key(const struct ledger *l, uint8_t out[LEDGER_KEY_BYTES])
{
    memcpy(out, l->vault->index, LEDGER_KEY_BYTES);
}

static void turn_check(const struct ledger_turn *t)
{
    CHECK(t->n_entries <= LEDGER_TURN_MAX && t->n_rows <= LEDGER_TURN_MAX);
    for (size_t i = 0; i < t->n_entries; i++) {
        struct ledger_entry const *e = &t->entries[i];
        CHECK(e->header.len <= LEDGER_HEADER_MAX && e->body.len <= LEDGER_BODY_MAX);
    }
    for (size_t i = 0; i < t->n_rows; i++) CHECK(t->rows[i].blob.len <= LEDGER_ROW_MAX);
}

void ledger_append(struct ledger *l, uint64_t epoch, const struct ledger_turn *turn,
                   ledger_done_fn *done, void *ctx)
{
    CHECK(!l->reader && !l->in_flight && done);
    turn_check(turn);
    l->in_flight = true;
    l->done = done;
    l->done_ctx = ctx;
    l->turn = *turn;
    if (l->over == KEPT) {
        l->ops->append(l, epoch, &l->turn);
    } else {
        ledger_wake(l); // Told by the next reap, like every answer.
    }
}

bool ledger_in_flight(const struct ledger *l)
{
    return l->in_flight;
}

static void stats_count(struct ledger_stats *s, uint64_t records, uint64_t us)
{
    size_t const last = sizeof s->commit_us_histogram / sizeof s->commit_us_histogram[0] - 1;
    size_t slot = 0;
    for (uint64_t limit = 250; slot < last && us > limit; limit *= 2) slot++;
    s->commit_us_histogram[slot]++;
    s->commits++;
    s->records += records;
    s->commit_us_last = us;
    if (us > s->commit_us_max) s->commit_us_max = us;
}

static void ledger_reap_append(struct ledger *l)
{
    struct ending end = {.kept = l->over, .head = l->head};
    if (!l->in_flight) return;
    if (l->over == KEPT && !l->ops->ended(l, &end)) return;
    l->in_flight = false;
    l->over = end.kept;
    if (end.kept == KEPT) {
        l->head = end.head;
        stats_count(&l->stats, l->turn.n_entries, end.commit_us);
    }
    l->done(l->done_ctx, end.kept, l->head.seq);
}

void ledger_reap(struct ledger *l)
{
    CHECK(!l->scanning);
    ledger_reap_append(l);
    l->ops->reap_reads(l);
}

static enum err ledger_ask(struct ledger *l, const struct reading *r)
{
    // After a failed write nobody can say what is on disk: nothing more is told.
    return l->over == UNKNOWN ? ERR_IO : l->ops->read(l, r);
}

enum err ledger_read(struct ledger *l, uint64_t seq, bool with_body, ledger_read_fn *fn, void *ctx)
{
    CHECK(fn);
    struct reading const r = {.number = seq, .with_body = with_body, .record_fn = fn, .ctx = ctx};
    return ledger_ask(l, &r);
}

enum err ledger_read_row(struct ledger *l, uint64_t entity, ledger_row_fn *fn, void *ctx)
{
    CHECK(fn);
    struct reading const r = {.number = entity, .row_fn = fn, .ctx = ctx};
    return ledger_ask(l, &r);
}

void reading_fail(const struct reading *r, enum err e)
{
    if (r->record_fn) {
        r->record_fn(r->ctx, e, NULL);
    } else {
        r->row_fn(r->ctx, e, NULL);
    }
}

void reading_run(const struct reading *r, struct opener *o)
{
    struct ledger_record record;
    struct ledger_row row;
    enum err const e = r->record_fn ? opener_get_record(o, r->number, r->with_body, &record)
                                    : opener_get_row(o, r->number, &row);
    if (e) {
        reading_fail(r, e);
    } else if (r->record_fn) {
        r->record_fn(r->ctx, OK, &record);
    } else {
        r->row_fn(r->ctx, OK, &row);
    }
}

enum err waiting_put(struct waiting *w, const struct reading *r)
{
    if (w->n == LEDGER_READS_MAX) return ERR_BUSY;
    w->ring[(w->first + w->n++) % LEDGER_READS_MAX] = *r;
    return OK;
}

struct reading waiting_take(struct waiting *w)
{
    CHECK(w->n > 0);
    struct reading const r = w->ring[w->first];
    w->first = (w->first + 1) % LEDGER_READS_MAX;
    w->n--;
    return r;
}

enum err ledger_scan_rows(struct ledger *l, bool open_only, ledger_scan_row_fn *fn, void *ctx)
{
    CHECK(!l->scanning);
    l->scanning = true;
    enum err const e = opener_scan_rows(&l->scans, open_only, fn, ctx);
    l->scanning = false;
    return e;
}

enum err ledger_scan_keys(struct ledger *l, ledger_scan_key_fn *fn, void *ctx)
{
    CHECK(!l->scanning);
    l->scanning = true;
    enum err const e = opener_scan_keys(&l->scans, fn, ctx);
    l->scanning = false;
    return e;
}

enum err ledger_scan_erasures(struct ledger *l, ledger_scan_erasure_fn *fn, void *ctx)
{
    CHECK(!l->scanning);
    l->scanning = true;
    enum err const e = opener_scan_erasures(&l->scans, fn, ctx);
    l->scanning = false;
    return e;
}

enum err ledger_scan_records(struct ledger *l, uint64_t from_seq, bool with_body,
                             ledger_scan_record_fn *fn, void *ctx, char *why, size_t size)
{
    CHECK(!l->scanning);
    l->scanning = true;
    enum err const e = opener_scan_records(&l->scans, from_seq, with_body, fn, ctx, why, size);
    l->scanning = false;
    return e;
}
