#include "sqlite_store.h"

#include "check.h"

#include <stdio.h>

struct statement_text {
    bool writes;
    const char *sql;
};
#define STATEMENT_TEXT(name, writes, sql) {writes, sql},
static const struct statement_text statement_texts[] = {STATEMENT_LIST(STATEMENT_TEXT)};
#undef STATEMENT_TEXT

enum err sqlite_err(int rc)
{
    switch (rc & 0xff) {
    case SQLITE_OK:
    case SQLITE_DONE:
    case SQLITE_ROW: return OK;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_ERROR: // No such table, no such column: not the schema that was written.
    case SQLITE_CONSTRAINT: return ERR_CORRUPT;
    case SQLITE_BUSY:
    case SQLITE_LOCKED: return ERR_LOCKED;
    default: return ERR_IO;
    }
}

static struct sqlite_store *sqlite_of(struct store *s)
{
    return (struct sqlite_store *)s; // `base` is its first member.
}

static enum err sqlite_result(struct sqlite_store *s, int rc)
{
    enum err const e = sqlite_err(rc);
    if (e && s->failed == SQLITE_OK) s->failed = rc;
    return e;
}

static enum err sqlite_exec(struct sqlite_store *s, const char *sql)
{
    return sqlite_result(s, sqlite3_exec(s->db, sql, NULL, NULL, NULL));
}

// An integer column may hold 64 bits without a sign; SQLite's have one.
static sqlite3_int64 sqlite_from_u64(uint64_t value)
{
    return (sqlite3_int64)value;
}

static uint64_t sqlite_to_u64(sqlite3_stmt *q, int column)
{
    return (uint64_t)sqlite3_column_int64(q, column);
}

static struct bytes sqlite_to_bytes(sqlite3_stmt *q, int column)
{
    const void *data = sqlite3_column_blob(q, column); // Before its size, says the manual.
    int const len = sqlite3_column_bytes(q, column);
    return data && len > 0 ? bytes_of(data, (size_t)len) : BYTES_NONE;
}

static int sqlite_bind_bytes(sqlite3_stmt *q, int column, struct bytes b)
{
    if (b.len == 0) return sqlite3_bind_null(q, column);
    return sqlite3_bind_blob(q, column, b.data, (int)b.len, SQLITE_STATIC);
}

static sqlite3_stmt *sqlite_statement(struct sqlite_store *s, enum statement which)
{
    sqlite3_stmt *q = s->statements[which];
    CHECK(q);               // A reading connection has no statement that writes.
    (void)sqlite3_reset(q); // Repeats the last step's result, which was looked at then.
    return q;
}

// Runs a statement that gives no row.
static enum err sqlite_run(struct sqlite_store *s, enum statement which)
{
    sqlite3_stmt *q = sqlite_statement(s, which);
    int const rc = sqlite3_step(q);
    (void)sqlite3_reset(q);
    return sqlite_result(s, rc);
}

static enum err sqlite_put(struct sqlite_store *s, sqlite3_stmt *q, int bound)
{
    int const rc = bound ? bound : sqlite3_step(q);
    (void)sqlite3_reset(q);
    return sqlite_result(s, rc);
}

// Steps a statement that gives one row or none; it stays open, so that its bytes stay valid.
static enum err sqlite_get(struct sqlite_store *s, sqlite3_stmt *q, int bound)
{
    int const rc = bound ? bound : sqlite3_step(q);
    if (rc == SQLITE_DONE) return ERR_NOT_FOUND;
    return sqlite_result(s, rc);
}

static enum err sqlite_begin(struct store *base, bool write)
{
    return sqlite_run(sqlite_of(base), write ? STATEMENT_BEGIN_WRITE : STATEMENT_BEGIN_READ);
}

// An open reader would keep the snapshot, and with it the log from being reused.
static void sqlite_rest(struct sqlite_store *s)
{
    for (int i = STATEMENT_GET_HEAD; i < STATEMENTS; i++)
        if (s->statements[i]) (void)sqlite3_reset(s->statements[i]);
}

static enum err sqlite_commit(struct store *base)
{
    sqlite_rest(sqlite_of(base));
    return sqlite_run(sqlite_of(base), STATEMENT_COMMIT);
}

// Whatever it says: after an error of the disk SQLite has often rolled back by itself.
static void sqlite_rollback(struct store *base)
{
    sqlite_rest(sqlite_of(base));
    (void)sqlite_run(sqlite_of(base), STATEMENT_ROLLBACK);
}

static enum err sqlite_get_head(struct store *base, struct bytes *sealed)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_GET_HEAD);
    enum err const e = sqlite_get(s, q, SQLITE_OK);
    if (e == OK) *sealed = sqlite_to_bytes(q, 0);
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

static struct store_record sqlite_to_record(sqlite3_stmt *q)
{
    return (struct store_record){.seq = sqlite_to_u64(q, 0),
                                 .entity = sqlite_to_u64(q, 1),
                                 .hash = sqlite_to_bytes(q, 2),
                                 .header = sqlite_to_bytes(q, 3),
                                 .body = sqlite_to_bytes(q, 4)};
}

static enum err sqlite_get_record(struct store *base, uint64_t seq, bool with_body,
                                  struct store_record *out)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, with_body ? STATEMENT_GET_RECORD : STATEMENT_GET_HEADER);
    enum err const e = sqlite_get(s, q, sqlite3_bind_int64(q, 1, sqlite_from_u64(seq)));
    if (e == OK) *out = sqlite_to_record(q);
    return e;
}

// Numbers that cannot have been written are left to the seal, which binds the true ones.
static struct store_row sqlite_to_row(sqlite3_stmt *q)
{
    return (struct store_row){.entity = sqlite_to_u64(q, 0),
                              .first_seq = sqlite_to_u64(q, 1),
                              .last_seq = sqlite_to_u64(q, 2),
                              .fold_version = (uint32_t)sqlite_to_u64(q, 3),
                              .open = sqlite_to_u64(q, 4) != 0,
                              .fingerprint = sqlite_to_u64(q, 5),
                              .key = sqlite_to_bytes(q, 6),
                              .blob = sqlite_to_bytes(q, 7)};
}

static enum err sqlite_get_row(struct store *base, uint64_t entity, bool with_blob,
                               struct store_row *out)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, with_blob ? STATEMENT_GET_ROW : STATEMENT_GET_PLACE);
    enum err const e = sqlite_get(s, q, sqlite3_bind_int64(q, 1, sqlite_from_u64(entity)));
    *out = e == OK ? sqlite_to_row(q) : (struct store_row){.entity = entity};
    return e;
}

static enum err sqlite_get_erasure(struct store *base, uint64_t entity, uint64_t *seq)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_GET_ERASURE);
    enum err const e = sqlite_get(s, q, sqlite3_bind_int64(q, 1, sqlite_from_u64(entity)));
    if (e == OK) *seq = sqlite_to_u64(q, 0);
    return e;
}

static enum err sqlite_put_head(struct store *base, struct bytes sealed)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_PUT_HEAD);
    return sqlite_put(s, q, sqlite_bind_bytes(q, 1, sealed));
}

static enum err sqlite_put_record(struct store *base, const struct store_record *r)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_PUT_RECORD);
    int rc = sqlite3_bind_int64(q, 1, sqlite_from_u64(r->seq));
    if (rc == SQLITE_OK) rc = sqlite3_bind_int64(q, 2, sqlite_from_u64(r->entity));
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 3, r->hash);
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 4, r->header);
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 5, r->body);
    return sqlite_put(s, q, rc);
}

static enum err sqlite_put_row(struct store *base, const struct store_row *r)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_PUT_ROW);
    uint64_t const numbers[] = {r->entity,       r->first_seq,    r->last_seq,
                                r->fold_version, r->open ? 1 : 0, r->fingerprint};
    int rc = SQLITE_OK;
    for (int i = 0; i < 6 && rc == SQLITE_OK; i++)
        rc = sqlite3_bind_int64(q, i + 1, sqlite_from_u64(numbers[i]));
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 7, r->key);
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 8, r->blob);
    return sqlite_put(s, q, rc);
}

static enum err sqlite_put_row_key(struct store *base, uint64_t entity, struct bytes key)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_PUT_ROW_KEY);
    int rc = sqlite3_bind_int64(q, 1, sqlite_from_u64(entity));
    if (rc == SQLITE_OK) rc = sqlite_bind_bytes(q, 2, key);
    return sqlite_put(s, q, rc);
}

static enum err sqlite_put_pair(struct sqlite_store *s, enum statement which, uint64_t a,
                                uint64_t b)
{
    sqlite3_stmt *q = sqlite_statement(s, which);
    int rc = sqlite3_bind_int64(q, 1, sqlite_from_u64(a));
    if (rc == SQLITE_OK) rc = sqlite3_bind_int64(q, 2, sqlite_from_u64(b));
    return sqlite_put(s, q, rc);
}

static enum err sqlite_put_key(struct store *base, uint64_t fingerprint, uint64_t seq)
{
    return sqlite_put_pair(sqlite_of(base), STATEMENT_PUT_KEY, seq, fingerprint);
}

static enum err sqlite_put_erasure(struct store *base, uint64_t entity, uint64_t seq)
{
    return sqlite_put_pair(sqlite_of(base), STATEMENT_PUT_ERASURE, entity, seq);
}

static enum err sqlite_each_record(struct store *base, uint64_t from_seq, store_record_fn *fn,
                                   void *ctx)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, STATEMENT_EACH_RECORD);
    int rc = sqlite3_bind_int64(q, 1, sqlite_from_u64(from_seq));
    enum err e = sqlite_result(s, rc);
    while (e == OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        struct store_record const r = sqlite_to_record(q);
        e = fn(ctx, &r);
    }
    (void)sqlite3_reset(q);
    return e ? e : sqlite_result(s, rc);
}

static enum err sqlite_each_row(struct store *base, bool open_only, store_row_fn *fn, void *ctx)
{
    struct sqlite_store *s = sqlite_of(base);
    sqlite3_stmt *q = sqlite_statement(s, open_only ? STATEMENT_EACH_OPEN_ROW : STATEMENT_EACH_ROW);
    enum err e = OK;
    int rc = SQLITE_OK;
    while (e == OK && (rc = sqlite3_step(q)) == SQLITE_ROW) {
        struct store_row const r = sqlite_to_row(q);
        e = fn(ctx, &r);
    }
    (void)sqlite3_reset(q);
    return e ? e : sqlite_result(s, rc);
}

static enum err sqlite_each_pair(struct sqlite_store *s, enum statement which, store_pair_fn *fn,
                                 void *ctx)
{
    sqlite3_stmt *q = sqlite_statement(s, which);
    enum err e = OK;
    int rc = SQLITE_OK;
    while (e == OK && (rc = sqlite3_step(q)) == SQLITE_ROW)
        e = fn(ctx, sqlite_to_u64(q, 0), sqlite_to_u64(q, 1));
    (void)sqlite3_reset(q);
    return e ? e : sqlite_result(s, rc);
}

static enum err sqlite_each_key(struct store *base, store_pair_fn *fn, void *ctx)
{
    struct sqlite_store *s = sqlite_of(base);
    enum err const e = sqlite_each_pair(s, STATEMENT_EACH_FIRST_KEY, fn, ctx);
    return e ? e : sqlite_each_pair(s, STATEMENT_EACH_KEY, fn, ctx);
}

static enum err sqlite_each_erasure(struct store *base, store_pair_fn *fn, void *ctx)
{
    return sqlite_each_pair(sqlite_of(base), STATEMENT_EACH_ERASURE, fn, ctx);
}

static const struct store_ops sqlite_ops = {
    .begin = sqlite_begin,
    .commit = sqlite_commit,
    .rollback = sqlite_rollback,
    .get_head = sqlite_get_head,
    .get_record = sqlite_get_record,
    .get_row = sqlite_get_row,
    .get_erasure = sqlite_get_erasure,
    .put_head = sqlite_put_head,
    .put_record = sqlite_put_record,
    .put_row = sqlite_put_row,
    .put_row_key = sqlite_put_row_key,
    .put_key = sqlite_put_key,
    .put_erasure = sqlite_put_erasure,
    .each_record = sqlite_each_record,
    .each_row = sqlite_each_row,
    .each_key = sqlite_each_key,
    .each_erasure = sqlite_each_erasure,
};

// Settings by role.  secure_delete: what an erasure frees is overwritten.  cell_size_check: a page
// that was damaged is noticed before it is used.  No mmap: a damaged page must be an error, not a
// signal.
static const int role_flags[] = {
    [ROLE_WRITES] = SQLITE_OPEN_READWRITE,
    [ROLE_READS] = SQLITE_OPEN_READONLY,
    [ROLE_INSPECTS] = SQLITE_OPEN_READONLY | SQLITE_OPEN_URI,
    [ROLE_INSPECTS_LOG] = SQLITE_OPEN_READWRITE, // To lock it; nothing is written.
};
static const char *const role_settings[] = {
    [ROLE_WRITES] = "PRAGMA page_size=8192;PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;"
                    "PRAGMA wal_autocheckpoint=0;PRAGMA journal_size_limit=67108864;"
                    "PRAGMA secure_delete=ON;PRAGMA cache_size=-32768;PRAGMA mmap_size=0;"
                    "PRAGMA temp_store=MEMORY;PRAGMA trusted_schema=OFF;"
                    "PRAGMA cell_size_check=ON;",
    [ROLE_READS] = "PRAGMA query_only=ON;PRAGMA cache_size=-8192;PRAGMA mmap_size=0;"
                   "PRAGMA trusted_schema=OFF;PRAGMA cell_size_check=ON;",
    [ROLE_INSPECTS] = "PRAGMA query_only=ON;PRAGMA mmap_size=0;PRAGMA trusted_schema=OFF;"
                      "PRAGMA cell_size_check=ON;",
    [ROLE_INSPECTS_LOG] = "PRAGMA locking_mode=EXCLUSIVE;PRAGMA query_only=ON;"
                          "PRAGMA mmap_size=0;PRAGMA trusted_schema=OFF;"
                          "PRAGMA cell_size_check=ON;",
};

// SQLite leaves the journal as it was, and says so, where it cannot keep a log (some file systems).
static enum err sqlite_check_log(struct sqlite_store *s)
{
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, "PRAGMA journal_mode", -1, &q, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(q);
    const char *mode = rc == SQLITE_ROW ? (const char *)sqlite3_column_text(q, 0) : NULL;
    bool const log = mode && strcmp(mode, "wal") == 0;
    (void)sqlite3_finalize(q);
    enum err const e = sqlite_result(s, rc);
    return e || log ? e : ERR_IO;
}

static enum err sqlite_configure(struct sqlite_store *s, enum sqlite_role role)
{
    int keep_log = 1;
    (void)sqlite3_extended_result_codes(s->db, 1);
    int rc = sqlite3_busy_timeout(s->db, STORE_BUSY_MS);
    if (rc == SQLITE_OK) rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    // Only our own checkpoints, whose results are looked at; a close must not make one.
    if (rc == SQLITE_OK) rc = sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
    // The log and its index stay when they are empty, so that a start on a full disk finds them.
    if (rc == SQLITE_OK && role == ROLE_WRITES)
        rc = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_PERSIST_WAL, &keep_log);
    enum err e = sqlite_result(s, rc);
    if (e == OK) e = sqlite_exec(s, role_settings[role]);
    if (e == OK && role == ROLE_WRITES) e = sqlite_check_log(s);
    return e;
}

enum err sqlite_store_open(struct sqlite_store *s, const char *path, enum sqlite_role role)
{
    int const flags = SQLITE_OPEN_NOMUTEX | role_flags[role];
    *s = (struct sqlite_store){.base.ops = &sqlite_ops};
    enum err const e = sqlite_result(s, sqlite3_open_v2(path, &s->db, flags, NULL));
    return e ? e : sqlite_configure(s, role);
}

enum err sqlite_store_prepare(struct sqlite_store *s, enum sqlite_role role)
{
    enum err e = OK;
    for (int i = 0; i < STATEMENTS && e == OK; i++) {
        struct statement_text const *t = &statement_texts[i];
        if (t->writes && role != ROLE_WRITES) continue;
        e = sqlite_result(s, sqlite3_prepare_v3(s->db, t->sql, -1, SQLITE_PREPARE_PERSISTENT,
                                                &s->statements[i], NULL));
    }
    return e;
}

void sqlite_store_close(struct sqlite_store *s)
{
    for (int i = 0; i < STATEMENTS; i++) (void)sqlite3_finalize(s->statements[i]);
    int const rc = sqlite3_close(s->db);
    CHECK(rc == SQLITE_OK); // A statement was left open.
    s->db = NULL;
}
