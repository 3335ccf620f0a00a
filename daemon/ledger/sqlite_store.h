// sqlite_store.h - one SQLite connection with its statements, as a store.  One thread uses it.
#ifndef TRIAGED_SQLITE_STORE_H
#define TRIAGED_SQLITE_STORE_H

#include "store.h"
#include "vault.h"

#include <sqlite3.h>

#define STORE_BUSY_MS 1000 // how long a connection waits for another's lock
#define LEDGER_SCHEMA 1    // of this release; opens 1 to this

// X(name, writes, sql).  Prepared once; a reading connection prepares those that do not write.
#define STATEMENT_LIST(X)                                                                          \
    X(BEGIN_READ, 0, "BEGIN")                                                                      \
    X(BEGIN_WRITE, 1, "BEGIN IMMEDIATE")                                                           \
    X(COMMIT, 0, "COMMIT")                                                                         \
    X(ROLLBACK, 0, "ROLLBACK")                                                                     \
    X(GET_HEAD, 0, "SELECT sealed FROM head WHERE one=1")                                          \
    X(GET_RECORD, 0, "SELECT seq,entity,hash,header,body FROM record WHERE seq=?1")                \
    X(GET_HEADER, 0, "SELECT seq,entity,hash,header,NULL FROM record WHERE seq=?1")                \
    X(GET_ROW, 0,                                                                                  \
      "SELECT entity,first_seq,last_seq,fold_version,open,fingerprint,key,blob FROM state "        \
      "WHERE entity=?1")                                                                           \
    X(GET_PLACE, 0,                                                                                \
      "SELECT entity,first_seq,last_seq,fold_version,open,fingerprint,key,NULL FROM state "        \
      "WHERE entity=?1")                                                                           \
    X(GET_ERASURE, 0, "SELECT seq FROM erasure WHERE entity=?1")                                   \
    X(PUT_HEAD, 1, "UPDATE head SET sealed=?1 WHERE one=1")                                        \
    X(PUT_RECORD, 1, "INSERT INTO record(seq,entity,hash,header,body) VALUES(?1,?2,?3,?4,?5)")     \
    X(PUT_ROW, 1,                                                                                  \
      "INSERT OR REPLACE INTO state(entity,first_seq,last_seq,fold_version,open,fingerprint,key,"  \
      "blob) VALUES(?1,?2,?3,?4,?5,?6,?7,?8)")                                                     \
    X(PUT_ROW_KEY, 1, "UPDATE state SET key=?2 WHERE entity=?1")                                   \
    X(PUT_KEY, 1, "INSERT INTO fingerprint(seq,fingerprint) VALUES(?1,?2)")                        \
    X(PUT_ERASURE, 1, "INSERT INTO erasure(entity,seq) VALUES(?1,?2)")                             \
    X(EACH_RECORD, 0, "SELECT seq,entity,hash,header,body FROM record WHERE seq>=?1 ORDER BY seq") \
    X(EACH_ROW, 0,                                                                                 \
      "SELECT entity,first_seq,last_seq,fold_version,open,fingerprint,key,blob FROM state "        \
      "ORDER BY entity")                                                                           \
    X(EACH_OPEN_ROW, 0,                                                                            \
      "SELECT entity,first_seq,last_seq,fold_version,open,fingerprint,key,blob FROM state "        \
      "WHERE open<>0 ORDER BY entity")                                                             \
    X(EACH_FIRST_KEY, 0, "SELECT fingerprint,first_seq FROM state WHERE fingerprint<>0")           \
    X(EACH_KEY, 0, "SELECT fingerprint,seq FROM fingerprint ORDER BY seq")                         \
    X(EACH_ERASURE, 0, "SELECT entity,seq FROM erasure ORDER BY entity")

#define STATEMENT_ENUM(name, writes, sql) STATEMENT_##name,
enum statement { STATEMENT_LIST(STATEMENT_ENUM) STATEMENTS };
#undef STATEMENT_ENUM

enum sqlite_role {
    ROLE_WRITES,      // the one that writes and checkpoints
    ROLE_READS,       // beside it, in the same process: read-only, so it can neither write nor
                      // checkpoint
    ROLE_INSPECTS,    // a copy that nobody writes, without a log: `path` is a URI
    ROLE_INSPECTS_LOG // the same with a log beside it
};
struct sqlite_store {
    struct store base;
    sqlite3 *db;
    int failed; // the first result that was an error, for `why`
    sqlite3_stmt *statements[STATEMENTS];
};

// Opens `path`; ERR_IO, ERR_CORRUPT, ERR_LOCKED.  sqlite_store_close may follow a failed open.
enum err sqlite_store_open(struct sqlite_store *s, const char *path, enum sqlite_role role);
// Prepares the statements, once the tables are there.
enum err sqlite_store_prepare(struct sqlite_store *s, enum sqlite_role role);
void sqlite_store_close(struct sqlite_store *s);
// What a result of SQLite means to us.
enum err sqlite_err(int rc);

// sqlite_schema.c: makes the tables in a new database, with an empty ledger; or reads what it was
// made with, and says in `why` what is wrong with it.
enum err sqlite_schema_make(struct sqlite_store *s, const struct vault_kept *kept,
                            const struct vault *v);
// A new file, or one whose making was cut short: the tables come in one transaction, so there are
// none, and no page but the first.  (No table but more pages is a damaged ledger, or somebody
// else's.)
bool sqlite_schema_missing(struct sqlite_store *s);
enum err sqlite_schema_load(struct sqlite_store *s, struct vault_kept *kept, char *why,
                            size_t size);

#endif
