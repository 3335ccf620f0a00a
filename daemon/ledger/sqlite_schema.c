// The tables.  A submission costs one row in `record` and one in `state`; there is no other index.
//
//   record       one a command, for ever; hash is the chain's, header and body are sealed
//   state        one an entity; key is its own key, sealed, or NULL when it never had one or forgot
//   it fingerprint  those of records that are not their entity's first (those are in `state`)
//   erasure      entities that were forgotten, and the record that did it
//   head         where the ledger ends, sealed; every commit rewrites it
//   meta         what the ledger was made with
#include "ledger_internal.h"
#include "sqlite_store.h"

#include <stdio.h>

static const char schema_sql[] =
    "CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE head(one INTEGER PRIMARY KEY, sealed BLOB NOT NULL);"
    "CREATE TABLE record(seq INTEGER PRIMARY KEY, entity INTEGER NOT NULL, hash BLOB NOT NULL,"
    " header BLOB NOT NULL, body BLOB);"
    "CREATE TABLE state(entity INTEGER PRIMARY KEY, first_seq INTEGER NOT NULL,"
    " last_seq INTEGER NOT NULL, fold_version INTEGER NOT NULL, open INTEGER NOT NULL,"
    " fingerprint INTEGER NOT NULL, key BLOB, blob BLOB NOT NULL);"
    "CREATE TABLE fingerprint(seq INTEGER PRIMARY KEY, fingerprint INTEGER NOT NULL);"
    "CREATE TABLE erasure(entity INTEGER PRIMARY KEY, seq INTEGER NOT NULL);";

static int meta_put(sqlite3 *db, const char *sql, const char *name, struct bytes value)
{
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
    if (rc == SQLITE_OK && name) rc = sqlite3_bind_text(q, 2, name, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_bind_blob(q, 1, value.data, (int)value.len, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_step(q);
    (void)sqlite3_finalize(q);
    return rc == SQLITE_DONE ? SQLITE_OK : rc;
}

static int schema_fill(sqlite3 *db, const struct vault_kept *kept, const struct vault *v)
{
    static const char insert[] = "INSERT INTO meta(value,name) VALUES(?1,?2)";
    struct head head;
    struct dice dice = {.left = 0};
    uint8_t sealed[HEAD_SEALED_BYTES], version[8];
    seal_put_u64(version, LEDGER_SCHEMA);
    head_first(&head, v);
    head_seal(sealed, &head, v, &dice);
    int rc = meta_put(db, insert, "schema", bytes_of(version, sizeof version));
    if (rc == SQLITE_OK) rc = meta_put(db, insert, "id", bytes_of(kept->id, sizeof kept->id));
    if (rc == SQLITE_OK)
        rc = meta_put(db, insert, "key_id", bytes_of(kept->key_id, sizeof kept->key_id));
    if (rc == SQLITE_OK) rc = meta_put(db, insert, "root", bytes_of(kept->root, sizeof kept->root));
    if (rc == SQLITE_OK)
        rc = meta_put(db, "INSERT INTO head(one,sealed) VALUES(1,?1)", NULL,
                      bytes_of(sealed, sizeof sealed));
    return rc;
}

enum err sqlite_schema_make(struct sqlite_store *s, const struct vault_kept *kept,
                            const struct vault *v)
{
    int rc = sqlite3_exec(s->db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_exec(s->db, schema_sql, NULL, NULL, NULL);
    if (rc == SQLITE_OK) rc = schema_fill(s->db, kept, v);
    if (rc == SQLITE_OK) rc = sqlite3_exec(s->db, "COMMIT", NULL, NULL, NULL);
    if (rc != SQLITE_OK) s->failed = rc;
    return sqlite_err(rc);
}

static int pragma_number(sqlite3 *db, const char *sql)
{
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(db, sql, -1, &q, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_step(q);
    int const n = rc == SQLITE_ROW ? sqlite3_column_int(q, 0) : -1;
    (void)sqlite3_finalize(q);
    return n;
}

bool sqlite_schema_missing(struct sqlite_store *s)
{
    return pragma_number(s->db, "SELECT count(*) FROM sqlite_schema") == 0 &&
           pragma_number(s->db, "PRAGMA page_count") <= 1;
}

static enum err meta_get(struct sqlite_store *s, const char *name, uint8_t *out, size_t len)
{
    static const char sql[] = "SELECT value FROM meta WHERE name=?1";
    sqlite3_stmt *q = NULL;
    int rc = sqlite3_prepare_v2(s->db, sql, -1, &q, NULL);
    if (rc == SQLITE_OK) rc = sqlite3_bind_text(q, 1, name, -1, SQLITE_STATIC);
    if (rc == SQLITE_OK) rc = sqlite3_step(q);
    bool const fits = rc == SQLITE_ROW && sqlite3_column_bytes(q, 0) == (int)len;
    if (fits) memcpy(out, sqlite3_column_blob(q, 0), len);
    (void)sqlite3_finalize(q);
    enum err const e = sqlite_err(rc);
    if (e) s->failed = rc;
    return e ? e : fits ? OK : ERR_CORRUPT;
}

enum err sqlite_schema_load(struct sqlite_store *s, struct vault_kept *kept, char *why, size_t size)
{
    uint8_t version[8];
    enum err e = meta_get(s, "schema", version, sizeof version);
    if (e == OK && seal_get_u64(version) > LEDGER_SCHEMA) {
        ledger_why(why, size,
                   "the ledger was written by a later release (schema %llu, this one knows %d): "
                   "install that release again",
                   (unsigned long long)seal_get_u64(version), LEDGER_SCHEMA);
        return ERR_CONFIG;
    }
    if (e == OK && seal_get_u64(version) < 1) e = ERR_CORRUPT;
    if (e == OK) e = meta_get(s, "id", kept->id, sizeof kept->id);
    if (e == OK) e = meta_get(s, "key_id", kept->key_id, sizeof kept->key_id);
    if (e == OK) e = meta_get(s, "root", kept->root, sizeof kept->root);
    if (e) ledger_why(why, size, "the ledger's meta table is damaged: restore from a backup");
    return e;
}
