#include "sqlite_backup.h"

#include "sqlite_files.h"
#include "sqlite_writer.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err backup_fail(struct backup *b, enum err e, const char *what, const char *why)
{
    ledger_why(b->why, sizeof b->why, "%s: %s", what, why);
    return e;
}

static enum err backup_pages(struct backup *b, sqlite3 *from, sqlite3 *to)
{
    sqlite3_backup *copy = sqlite3_backup_init(to, "main", from, "main");
    int rc = copy ? SQLITE_OK : sqlite3_errcode(to);
    while (rc == SQLITE_OK && !atomic_load(&b->stop)) rc = sqlite3_backup_step(copy, BACKUP_PAGES);
    int const end = copy ? sqlite3_backup_finish(copy) : rc;
    if (rc == SQLITE_DONE) rc = end;
    if (rc != SQLITE_OK) return backup_fail(b, sqlite_err(rc), b->folder, sqlite3_errstr(rc));
    return atomic_load(&b->stop) ? backup_fail(b, ERR_UNAVAILABLE, b->folder, "stopped") : OK;
}

static enum err backup_into(struct backup *b, sqlite3 *from, const char *path)
{
    sqlite3 *to = NULL;
    // Made here, so that nobody else may read it.
    int const fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (fd < 0) return backup_fail(b, ERR_IO, path, strerror(errno));
    (void)close(fd);
    int const rc = sqlite3_open_v2(path, &to, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX, NULL);
    enum err const e = rc == SQLITE_OK ? backup_pages(b, from, to)
                                       : backup_fail(b, sqlite_err(rc), path, sqlite3_errstr(rc));
    (void)sqlite3_close(to);
    return e;
}

// One snapshot for the head and all the pages: a transaction that stays open keeps SQLite from
// beginning the copy anew with every commit of the writer.
static enum err backup_snapshot(struct backup *b, struct sqlite_store *s, const char *path)
{
    struct bytes sealed;
    enum err e = s->base.ops->begin(&s->base, false);
    if (e == OK) e = s->base.ops->get_head(&s->base, &sealed);
    if (e == OK) e = head_open(&b->head, b->ledger->vault, sealed);
    if (e) return backup_fail(b, e, b->db, err_text(e));
    e = backup_into(b, s->db, path);
    s->base.ops->rollback(&s->base);
    return e;
}

static enum err backup_copy(struct backup *b, const char *path)
{
    struct sqlite_store s = {.db = NULL};
    enum err e = sqlite_store_open(&s, b->db, ROLE_READS);
    if (e == OK) e = sqlite_store_prepare(&s, ROLE_READS);
    e = e ? backup_fail(b, e, b->db, err_text(e)) : backup_snapshot(b, &s, path);
    sqlite_store_close(&s);
    return e;
}

// A folder has its name only once everything in it is on disk.
static enum err backup_make(struct backup *b, const char *partial)
{
    char db[PATH_MAX];
    if (mkdir(partial, 0700) != 0) return backup_fail(b, ERR_IO, partial, strerror(errno));
    if (snprintf(db, sizeof db, "%s/ledger.db", partial) >= (int)sizeof db)
        return backup_fail(b, ERR_IO, partial, strerror(ENAMETOOLONG));
    struct ledger_files files = {.dir = (char *)(uintptr_t)partial};
    enum err e = backup_copy(b, db);
    if (e == OK && (files_sync(&files) || rename(partial, b->folder) != 0))
        e = backup_fail(b, ERR_IO, b->folder, strerror(errno));
    if (e) {
        (void)unlink(db);
        (void)rmdir(partial);
        return e;
    }
    files.dir = b->folder;
    return files_sync(&files) ? backup_fail(b, ERR_IO, b->folder, strerror(errno)) : OK;
}

static void *backup_run(void *ctx)
{
    struct backup *b = ctx;
    char partial[PATH_MAX];
    int const n = snprintf(partial, sizeof partial, "%s.partial", b->folder);
    b->err = n < (int)sizeof partial ? backup_make(b, partial)
                                     : backup_fail(b, ERR_IO, b->folder, strerror(ENAMETOOLONG));
    atomic_store(&b->finished, true);
    ledger_wake(b->ledger);
    return NULL;
}

enum err backup_start(struct backup *b, const struct ledger *l, const char *db, const char *folder,
                      ledger_backup_fn *fn, void *ctx)
{
    if (b->running) return ERR_BUSY;
    *b = (struct backup){.ledger = l, .db = db, .folder = strdup(folder), .fn = fn, .ctx = ctx};
    if (!b->folder) return ERR_NO_MEMORY;
    b->running = thread_start(&b->thread, "ledger-backup", backup_run, b) == 0;
    if (b->running) return OK;
    free(b->folder);
    return ERR_NO_MEMORY;
}

static void backup_join(struct backup *b)
{
    pthread_join(b->thread, NULL);
    free(b->folder);
    b->folder = NULL;
    b->running = false;
}

void backup_reap(struct backup *b)
{
    if (!b->running || !atomic_load(&b->finished)) return;
    struct ledger_head head = {
        .epoch = b->head.epoch, .seq = b->head.seq, .erasures = b->head.erasures};
    backup_join(b);
    memcpy(head.id, b->ledger->vault->id, sizeof head.id);
    memcpy(head.hash, b->head.hash, sizeof head.hash);
    b->fn(b->ctx, b->err, &head, b->why);
}

void backup_stop(struct backup *b)
{
    if (!b->running) return;
    atomic_store(&b->stop, true);
    backup_join(b);
}
