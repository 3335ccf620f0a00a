#include "sqlite_reader.h"

#include "check.h"
#include "sqlite_writer.h"

#include <sodium.h>
#include <stdlib.h>

static struct finished *reader_at(const struct reader *r, uint64_t count)
{
    return &r->ring[count % LEDGER_READS_MAX];
}

// Copies two runs into owned memory and lets them point there.
static enum err finished_keep(struct finished *f, struct bytes *a, struct bytes *b)
{
    f->len = a->len + b->len;
    f->bytes = malloc(f->len + 1);
    if (!f->bytes) return ERR_IO;
    if (a->len) memcpy(f->bytes, a->data, a->len);
    if (b->len) memcpy(f->bytes + a->len, b->data, b->len);
    a->data = f->bytes;
    b->data = f->bytes + a->len;
    return OK;
}

static void finished_wipe(struct finished *f)
{
    if (f->bytes) sodium_memzero(f->bytes, f->len);
    free(f->bytes);
    f->bytes = NULL;
}

static void finished_read(struct finished *f, struct opener *o)
{
    struct bytes none = BYTES_NONE;
    if (f->asked.record_fn) {
        f->err = opener_get_record(o, f->asked.number, f->asked.with_body, &f->record);
        if (f->err == OK) f->err = finished_keep(f, &f->record.header, &f->record.body);
    } else {
        f->err = opener_get_row(o, f->asked.number, &f->row);
        if (f->err == OK) f->err = finished_keep(f, &f->row.blob, &none);
    }
}

// A lock that was held too long is trouble of the world: the callbacks know no other word for it.
static enum err reader_err(enum err e)
{
    return e == ERR_LOCKED ? ERR_IO : e;
}

// Not under the lock: answers up to `n` reads from `from` on, in one snapshot.  Gives how many.
static uint64_t reader_batch(struct reader *r, uint64_t from, uint64_t n, size_t *ahead)
{
    struct store *store = r->opener.store;
    size_t bytes = 0;
    uint64_t i = 0;
    enum err const e = store->ops->begin(store, false);
    for (; i < n && bytes < READER_AHEAD_BYTES; i++) {
        struct finished *f = reader_at(r, from + i);
        f->err = e;
        if (e == OK) finished_read(f, &r->opener);
        f->err = reader_err(f->err);
        bytes += f->bytes ? f->len : 0;
    }
    if (e == OK) (void)store->ops->commit(store); // Of a reading: it only lets the snapshot go.
    *ahead = bytes;
    return i;
}

static bool reader_has_work(const struct reader *r)
{
    return r->done < r->asked && r->ahead_bytes < READER_AHEAD_BYTES;
}

static void *reader_run(void *ctx)
{
    struct reader *r = ctx;
    pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        if (!reader_has_work(r)) {
            pthread_cond_wait(&r->news, &r->lock);
            continue;
        }
        uint64_t const from = r->done, left = r->asked - r->done;
        size_t bytes = 0;
        pthread_mutex_unlock(&r->lock);
        uint64_t const n = reader_batch(r, from, left < READER_BATCH ? left : READER_BATCH, &bytes);
        pthread_mutex_lock(&r->lock);
        r->done += n;
        r->ahead_bytes += bytes;
        pthread_mutex_unlock(&r->lock);
        ledger_wake(r->ledger);
        pthread_mutex_lock(&r->lock);
    }
    pthread_mutex_unlock(&r->lock);
    return NULL;
}

enum err reader_start(struct reader *r, const struct ledger *l, struct sqlite_store *s)
{
    r->ledger = l;
    r->ring = calloc(LEDGER_READS_MAX, sizeof *r->ring);
    enum err const e = opener_open(&r->opener, l->vault, &s->base);
    if (e || !r->ring) return ERR_NO_MEMORY;
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->news, NULL);
    r->started = thread_start(&r->thread, "ledger-reader", reader_run, r) == 0;
    return r->started ? OK : ERR_NO_MEMORY;
}

enum err reader_ask(struct reader *r, const struct reading *what)
{
    pthread_mutex_lock(&r->lock);
    bool const full = r->asked - r->first == LEDGER_READS_MAX;
    if (!full) {
        *reader_at(r, r->asked) = (struct finished){.asked = *what};
        r->asked++;
        pthread_cond_signal(&r->news);
    }
    pthread_mutex_unlock(&r->lock);
    return full ? ERR_BUSY : OK;
}

static void finished_tell(const struct finished *f)
{
    if (f->err) {
        reading_fail(&f->asked, f->err);
    } else if (f->asked.record_fn) {
        f->asked.record_fn(f->asked.ctx, OK, &f->record);
    } else {
        f->asked.row_fn(f->asked.ctx, OK, &f->row);
    }
}

// Only what had finished before the reap: a callback may ask again.
void reader_reap(struct reader *r)
{
    pthread_mutex_lock(&r->lock);
    for (uint64_t left = r->done - r->first; left > 0; left--) {
        struct finished *f = reader_at(r, r->first);
        pthread_mutex_unlock(&r->lock);
        finished_tell(f);
        size_t const bytes = f->bytes ? f->len : 0;
        finished_wipe(f);
        pthread_mutex_lock(&r->lock);
        r->first++;
        r->ahead_bytes -= bytes;
    }
    pthread_cond_signal(&r->news); // It may have waited for room.
    pthread_mutex_unlock(&r->lock);
}

void reader_stop(struct reader *r)
{
    if (r->started) {
        pthread_mutex_lock(&r->lock);
        r->stop = true;
        pthread_cond_signal(&r->news);
        pthread_mutex_unlock(&r->lock);
        pthread_join(r->thread, NULL);
        pthread_cond_destroy(&r->news);
        pthread_mutex_destroy(&r->lock);
        for (uint64_t i = r->first; i < r->done; i++) finished_wipe(reader_at(r, i));
    }
    opener_close(&r->opener);
    free(r->ring);
    r->ring = NULL;
}
