// sqlite_backup.h - a copy made beside the work, on a thread of its own with a read-only connection
// that holds one snapshot: the writer goes on, and its log is cut after the copy is done.
#ifndef TRIAGED_SQLITE_BACKUP_H
#define TRIAGED_SQLITE_BACKUP_H

#include "ledger_internal.h"
#include "sqlite_store.h"

#include <pthread.h>
#include <stdatomic.h>

#define BACKUP_PAGES 1024 // copied between two looks at `stop`: 8 MiB

struct backup {
    const struct ledger *ledger;
    const char *db; // borrowed: the ledger's file
    char *folder;
    bool running;
    atomic_bool stop, finished;
    pthread_t thread;
    // Of the thread, until it has finished.
    enum err err;
    struct head head;
    char why[256];
    ledger_backup_fn *fn;
    void *ctx;
};

enum err backup_start(struct backup *b, const struct ledger *l, const char *db, const char *folder,
                      ledger_backup_fn *fn, void *ctx); // ERR_BUSY, ERR_NO_MEMORY
// Tells of one that has finished.
void backup_reap(struct backup *b);
void backup_stop(struct backup *b); // what is not finished is left as FOLDER.partial

#endif
