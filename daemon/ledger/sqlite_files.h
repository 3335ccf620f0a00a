// sqlite_files.h - the directory of a ledger on disk:
//
//   ledger.db ledger.db-wal ledger.db-shm   SQLite's
//   lock                                    held (flock) by the daemon that owns the ledger
//   ballast                                 zeros; delete it to get out of a full disk
#ifndef TRIAGED_SQLITE_FILES_H
#define TRIAGED_SQLITE_FILES_H

#include "ledger.h"

struct ledger_files {
    char *dir, *db, *log, *lock, *ballast; // paths, owned
    int lock_fd;                           // -1: not held
};

// Paths only.
enum err files_open(struct ledger_files *f, const char *dir);
void files_close(struct ledger_files *f); // lets the lock go
// Makes the directory (0700) and the database file (0600) when missing, takes the lock.
enum err files_own(struct ledger_files *f, char *why, size_t size);
// For reading a copy: a lock only where there is one, and it is nobody's.
enum err files_share(struct ledger_files *f, char *why, size_t size);
// What was made stays, should the power go now.
enum err files_sync(const struct ledger_files *f);
// -1 when there is no such file.
int64_t files_size(const char *path);
int64_t files_free_bytes(const struct ledger_files *f);
// Makes the ballast when there is room for it above the low-water mark; harmless when there is not.
void files_ballast_make(const struct ledger_files *f, int64_t bytes, int64_t low_water_bytes);
// True when there was one and it is gone now.
bool files_ballast_drop(const struct ledger_files *f);
// A URI under which SQLite reads a database that nobody writes; to be freed.
char *files_uri(const struct ledger_files *f);

#endif
