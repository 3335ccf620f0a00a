#include "sqlite_writer.h"

#include "check.h"

#include <errno.h>
#include <signal.h>
#include <time.h>

int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *ctx)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int const rc = pthread_create(thread, NULL, run, ctx);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (rc == 0) (void)pthread_setname_np(*thread, name);
    return rc;
}

static uint64_t monotonic_us(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

static int writer_on_commit(void *ctx, sqlite3 *db, const char *name, int pages)
{
    struct writer *w = ctx;
    (void)db, (void)name;
    if (pages < w->log_pages) w->log_pages_old = 0; // The log was started anew.
    w->log_pages = pages;
    return SQLITE_OK;
}

// Neither waits for a reader: a log that one still needs is cut by a later one.  A disk that is
// full only keeps the log long.  A disk that fails ends the writing: a failed fsync is never asked
// again, because the second answer is a lie.
static void writer_checkpoint(struct writer *w)
{
    int const mode = w->cut ? SQLITE_CHECKPOINT_TRUNCATE : SQLITE_CHECKPOINT_PASSIVE;
    int pages = 0, copied = 0;
    (void)sqlite3_busy_timeout(w->store->db, 0);
    int const rc = sqlite3_wal_checkpoint_v2(w->store->db, "main", mode, &pages, &copied);
    (void)sqlite3_busy_timeout(w->store->db, STORE_BUSY_MS);
    int const primary = rc & 0xff;
    if (rc == SQLITE_OK) {
        w->log_pages = pages;
        w->log_pages_old = copied;
        w->cut = false;
    } else if (primary != SQLITE_BUSY && primary != SQLITE_LOCKED && primary != SQLITE_FULL) {
        w->broken = true;
    }
}

static bool writer_log_waits(const struct writer *w)
{
    return !w->broken && (w->cut || w->log_pages > w->log_pages_old);
}

static struct ending writer_keep(struct writer *w, uint64_t epoch, const struct ledger_turn *turn)
{
    struct ending end = {.kept = UNKNOWN};
    uint64_t const start_us = monotonic_us();
    if (!w->broken) end.kept = keeper_keep(&w->keeper, epoch, turn);
    if (end.kept == UNKNOWN) w->broken = true;
    if (end.kept == KEPT && w->keeper.erased) w->cut = true;
    end.head = w->keeper.head;
    end.commit_us = monotonic_us() - start_us;
    return end;
}

// Under the lock: waits for a turn, the stop, or (with a log to copy) for a quiet moment.
static bool writer_wait(struct writer *w)
{
    struct timespec until;
    if (w->turn || w->stop) return true;
    if (!writer_log_waits(w)) {
        pthread_cond_wait(&w->news, &w->lock);
        return w->turn || w->stop;
    }
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)WRITER_IDLE_MS * 1000000;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    while (!w->turn && !w->stop)
        if (pthread_cond_timedwait(&w->news, &w->lock, &until) == ETIMEDOUT) break;
    return w->turn || w->stop;
}

static void writer_idle(struct writer *w)
{
    if (!writer_log_waits(w)) return;
    if (w->log_pages > WRITER_LOG_PAGES_LARGE) w->cut = true;
    writer_checkpoint(w);
}

static void writer_turn(struct writer *w)
{
    const struct ledger_turn *turn = w->turn;
    uint64_t const epoch = w->epoch;
    w->turn = NULL;
    pthread_mutex_unlock(&w->lock);
    struct ending const end = writer_keep(w, epoch, turn);
    pthread_mutex_lock(&w->lock);
    w->ending = end;
    w->ended = true;
    pthread_mutex_unlock(&w->lock);
    ledger_wake(w->ledger);
    // After the answer is on its way: this one delays the next turn only.
    if (w->log_pages - w->log_pages_old >= WRITER_LOG_PAGES && !w->broken) writer_checkpoint(w);
    pthread_mutex_lock(&w->lock);
}

static void *writer_run(void *ctx)
{
    struct writer *w = ctx;
    pthread_mutex_lock(&w->lock);
    while (w->turn || !w->stop) {
        bool const news = writer_wait(w);
        if (w->turn) {
            writer_turn(w);
        } else if (!news) {
            pthread_mutex_unlock(&w->lock);
            writer_idle(w);
            pthread_mutex_lock(&w->lock);
        }
    }
    pthread_mutex_unlock(&w->lock);
    return NULL;
}

enum err writer_start(struct writer *w, const struct ledger *l, struct sqlite_store *s)
{
    pthread_condattr_t attr;
    w->ledger = l;
    w->store = s;
    enum err const e = keeper_open(&w->keeper, l->vault, &s->base, l->settings.restored);
    if (e) return e;
    (void)sqlite3_wal_hook(s->db, writer_on_commit, w);
    w->cut = true; // What the last run left in the log goes at the first quiet moment.
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&w->lock, NULL);
    pthread_cond_init(&w->news, &attr);
    pthread_condattr_destroy(&attr);
    w->started = thread_start(&w->thread, "ledger-writer", writer_run, w) == 0;
    return w->started ? OK : ERR_NO_MEMORY;
}

void writer_give(struct writer *w, uint64_t epoch, const struct ledger_turn *turn)
{
    pthread_mutex_lock(&w->lock);
    CHECK(!w->turn && !w->ended);
    w->turn = turn;
    w->epoch = epoch;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
}

bool writer_ended(struct writer *w, struct ending *out)
{
    pthread_mutex_lock(&w->lock);
    bool const ended = w->ended;
    if (ended) *out = w->ending;
    w->ended = false;
    pthread_mutex_unlock(&w->lock);
    return ended;
}

void writer_stop(struct writer *w)
{
    if (!w->started) return;
    pthread_mutex_lock(&w->lock);
    w->stop = true;
    pthread_cond_signal(&w->news);
    pthread_mutex_unlock(&w->lock);
    pthread_join(w->thread, NULL);
    pthread_cond_destroy(&w->news);
    pthread_mutex_destroy(&w->lock);
}

void writer_finish(struct writer *w)
{
    if (w->started && !w->broken) {
        w->cut = true;
        writer_checkpoint(w);
    }
    keeper_close(&w->keeper);
}
