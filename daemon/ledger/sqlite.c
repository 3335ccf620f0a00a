// The ledger on disk: opening, and what the front asks of it.  The work is the writer's and the
// reader's.
#include "check.h"
#include "ledger_internal.h"
#include "sqlite_backup.h"
#include "sqlite_files.h"
#include "sqlite_reader.h"
#include "sqlite_store.h"
#include "sqlite_writer.h"

#include <stdlib.h>

#define OPEN_BYTES ((int64_t)1 << 20) // an open with less free than this may fail for want of space

struct sqlite_ledger {
    struct ledger base;
    struct ledger_files files;
    struct sqlite_store write, read, scan; // by writer thread, reader thread, loop thread
    struct writer writer;
    struct reader reader;
    struct backup backup;
    struct waiting waiting; // of a ledger opened for reading only, which has no threads
};

static struct sqlite_ledger *sqlite_of(struct ledger *l)
{
    return (struct sqlite_ledger *)l; // `base` is its first member.
}

static void sqlite_append(struct ledger *l, uint64_t epoch, const struct ledger_turn *turn)
{
    writer_give(&sqlite_of(l)->writer, epoch, turn);
}

static bool sqlite_ended(struct ledger *l, struct ending *out)
{
    return writer_ended(&sqlite_of(l)->writer, out);
}

static enum err sqlite_read(struct ledger *l, const struct reading *r)
{
    return reader_ask(&sqlite_of(l)->reader, r);
}

static void sqlite_reap_reads(struct ledger *l)
{
    reader_reap(&sqlite_of(l)->reader);
    backup_reap(&sqlite_of(l)->backup);
}

static enum err sqlite_backup(struct ledger *l, const char *folder, ledger_backup_fn *fn, void *ctx)
{
    struct sqlite_ledger *m = sqlite_of(l);
    return backup_start(&m->backup, l, m->files.db, folder, fn, ctx);
}

static struct ledger_space sqlite_space(struct ledger *l)
{
    int64_t const bytes = files_free_bytes(&sqlite_of(l)->files);
    return (struct ledger_space){.free_bytes = bytes, .low = bytes < l->settings.low_water_bytes};
}

// The readers first: the writer's last checkpoint must find nobody in its way.
static void sqlite_close(struct ledger *l)
{
    struct sqlite_ledger *m = sqlite_of(l);
    backup_stop(&m->backup);
    writer_stop(&m->writer);
    reader_stop(&m->reader);
    sqlite_store_close(&m->read);
    sqlite_store_close(&m->scan);
    writer_finish(&m->writer);
    sqlite_store_close(&m->write);
    files_close(&m->files);
    ledger_front_close(l);
    free(m);
}

static const struct ledger_ops sqlite_ops = {
    .append = sqlite_append,
    .ended = sqlite_ended,
    .read = sqlite_read,
    .reap_reads = sqlite_reap_reads,
    .space = sqlite_space,
    .backup = sqlite_backup,
    .close = sqlite_close,
};

static enum err sqlite_say(const struct sqlite_ledger *m, const struct sqlite_store *s, enum err e,
                           char *why, size_t size)
{
    const char *remedy = e == ERR_CORRUPT  ? "restore from a backup"
                         : e == ERR_LOCKED ? "stop the other process"
                                           : "free some space or see to the disk";
    if (size && why[0] == '\0')
        ledger_why(why, size, "%s: %s: %s", m->files.db, sqlite3_errstr(s->failed), remedy);
    return e;
}

static enum err sqlite_unlock(struct sqlite_ledger *m, struct sqlite_store *s,
                              const uint8_t *master, char *why, size_t size)
{
    struct vault_kept kept;
    enum err e = sqlite_schema_load(s, &kept, why, size);
    if (e) return e;
    e = vault_open(m->base.vault, &kept, master);
    if (e == ERR_CONFIG)
        ledger_why(why, size,
                   "the master key is not the one that the ledger in %s was made with: give it the "
                   "right key file",
                   m->files.dir);
    if (e == ERR_CORRUPT)
        ledger_why(why, size, "the sealed root key in %s is damaged: restore from a backup",
                   m->files.db);
    return e;
}

static enum err sqlite_make(struct sqlite_ledger *m, const uint8_t *master)
{
    struct vault_kept kept;
    vault_make(m->base.vault, &kept, master);
    enum err const e = sqlite_schema_make(&m->write, &kept, m->base.vault);
    return e ? e : files_sync(&m->files);
}

// The writing connection: it alone makes, recovers and unlocks.
static enum err sqlite_open_write(struct sqlite_ledger *m, const uint8_t *master, char *why,
                                  size_t size)
{
    enum err e = sqlite_store_open(&m->write, m->files.db, ROLE_WRITES);
    if (e == OK && sqlite_schema_missing(&m->write)) e = sqlite_make(m, master);
    if (e == OK) e = sqlite_unlock(m, &m->write, master, why, size);
    if (e == OK) e = sqlite_store_prepare(&m->write, ROLE_WRITES);
    return e ? sqlite_say(m, &m->write, e, why, size) : OK;
}

static enum err sqlite_open_beside(struct sqlite_ledger *m, struct sqlite_store *s, char *why,
                                   size_t size)
{
    enum err e = sqlite_store_open(s, m->files.db, ROLE_READS);
    if (e == OK) e = sqlite_store_prepare(s, ROLE_READS);
    return e ? sqlite_say(m, s, e, why, size) : OK;
}

// The head that the scans see, and whether the records end there.
static enum err sqlite_load_head(struct sqlite_ledger *m, struct sqlite_store *s, char *why,
                                 size_t size)
{
    struct bytes sealed;
    enum err e = opener_open(&m->base.scans, m->base.vault, &s->base);
    if (e == OK) e = s->base.ops->begin(&s->base, false);
    if (e) return e;
    e = s->base.ops->get_head(&s->base, &sealed);
    if (e == OK) e = head_open(&m->base.head, m->base.vault, sealed);
    if (e == OK) e = opener_check_end(&m->base.scans, &m->base.head);
    s->base.ops->rollback(&s->base);
    if (e == ERR_CORRUPT)
        ledger_why(why, size, "%s does not end where its head says: restore from a backup",
                   m->files.db);
    return e;
}

static enum err sqlite_open(struct sqlite_ledger *m, const struct ledger_settings *s, char *why,
                            size_t size)
{
    enum err e = ledger_front_open(&m->base, s);
    if (e == OK) e = files_open(&m->files, s->path);
    if (e == OK) e = files_own(&m->files, why, size);
    if (e == OK) e = sqlite_open_write(m, s->master_key, why, size);
    if (e == OK) e = sqlite_open_beside(m, &m->read, why, size);
    if (e == OK) e = sqlite_open_beside(m, &m->scan, why, size);
    if (e == OK) e = sqlite_load_head(m, &m->scan, why, size);
    if (e) return e;
    files_ballast_make(&m->files, s->ballast_bytes, s->low_water_bytes);
    m->base.settings.path = m->files.dir;
    if ((e = writer_start(&m->writer, &m->base, &m->write))) return e;
    m->base.head = m->writer.keeper.head; // The thread changes it with the first turn only.
    return reader_start(&m->reader, &m->base, &m->read);
}

static enum err sqlite_try(struct ledger **out, const struct ledger_settings *s, char *why,
                           size_t size, bool *dropped)
{
    struct sqlite_ledger *m = calloc(1, sizeof *m);
    why[0] = '\0';
    if (!m) return ERR_NO_MEMORY;
    m->base.ops = &sqlite_ops;
    m->files.lock_fd = -1;
    enum err const e = sqlite_open(m, s, why, size);
    if (e == OK) {
        *out = &m->base;
        return OK;
    }
    bool const full = e == ERR_IO && m->files.dir && files_free_bytes(&m->files) < OPEN_BYTES;
    *dropped = full && files_ballast_drop(&m->files);
    sqlite_close(&m->base);
    return e;
}

enum err ledger_open_sqlite(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size)
{
    char sentence[512];
    bool dropped = false;
    enum err e = sqlite_try(out, s, sentence, sizeof sentence, &dropped);
    // A full disk must not keep a daemon from answering its desks: that is what the ballast is for.
    if (e && dropped) e = sqlite_try(out, s, sentence, sizeof sentence, &dropped);
    if (e && sentence[0] == '\0') ledger_why(sentence, sizeof sentence, "%s", err_text(e));
    ledger_why(why, size, "%s", e ? sentence : "");
    return e;
}

static enum err inspect_read(struct ledger *l, const struct reading *r)
{
    enum err const e = waiting_put(&sqlite_of(l)->waiting, r);
    if (e == OK) ledger_wake(l);
    return e;
}

static void inspect_reap_reads(struct ledger *l)
{
    struct sqlite_ledger *m = sqlite_of(l);
    for (size_t left = m->waiting.n; left > 0; left--) {
        struct reading const r = waiting_take(&m->waiting);
        reading_run(&r, &l->scans);
    }
}

// No append: the front's CHECK says so.
static const struct ledger_ops inspect_ops = {
    .read = inspect_read,
    .reap_reads = inspect_reap_reads,
    .space = sqlite_space,
    .close = sqlite_close,
};

static enum err inspect_open(struct sqlite_ledger *m, const struct ledger_settings *s, char *why,
                             size_t size)
{
    enum err e = ledger_front_open(&m->base, s);
    if (e == OK) e = files_open(&m->files, s->path);
    if (e == OK) e = files_share(&m->files, why, size);
    if (e) return e;
    bool const log = files_size(m->files.log) > 0;
    char *uri = files_uri(&m->files);
    if (!uri) return ERR_NO_MEMORY;
    enum sqlite_role const role = log ? ROLE_INSPECTS_LOG : ROLE_INSPECTS;
    e = sqlite_store_open(&m->scan, log ? m->files.db : uri, role);
    free(uri);
    if (e == OK) e = sqlite_unlock(m, &m->scan, s->master_key, why, size);
    if (e == OK) e = sqlite_store_prepare(&m->scan, role);
    if (e) return sqlite_say(m, &m->scan, e, why, size);
    m->base.settings.path = m->files.dir;
    return sqlite_load_head(m, &m->scan, why, size);
}

enum err ledger_open_reader(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size)
{
    char sentence[512] = "";
    struct sqlite_ledger *m = calloc(1, sizeof *m);
    if (!m) return ERR_NO_MEMORY;
    m->base.ops = &inspect_ops;
    m->base.reader = true;
    m->files.lock_fd = -1;
    enum err const e = inspect_open(m, s, sentence, sizeof sentence);
    if (e && sentence[0] == '\0') ledger_why(sentence, sizeof sentence, "%s", err_text(e));
    ledger_why(why, size, "%s", e ? sentence : "");
    if (e) {
        sqlite_close(&m->base);
    } else {
        *out = &m->base;
    }
    return e;
}
