// sqlite_writer.h - the one thread, with the one connection, that writes and checkpoints.
// (SQLite before 3.51.3 can damage a log that one connection resets while another checkpoints.)
#ifndef TRIAGED_SQLITE_WRITER_H
#define TRIAGED_SQLITE_WRITER_H

#include "keeper.h"
#include "ledger_internal.h"
#include "sqlite_store.h"

#include <pthread.h>

// The log is copied back into the database when it has this many pages, or when nothing happened
// for a while; it is cut to nothing then when it forgot a key or has grown.
#define WRITER_LOG_PAGES       512 // 4 MiB
#define WRITER_LOG_PAGES_LARGE 8192
#define WRITER_IDLE_MS         200

struct writer {
    const struct ledger *ledger; // to wake its owner
    struct sqlite_store *store;
    struct keeper keeper;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t news;
    // Under the lock.
    const struct ledger_turn *turn; // given, not yet taken
    uint64_t epoch;
    bool ended, stop;
    struct ending ending;
    // The thread's own.
    bool broken;       // the disk failed under a checkpoint: nothing more is kept
    bool cut;          // cut the log at the next checkpoint
    int log_pages;     // since the log was last started anew
    int log_pages_old; // of those, known to be in the database
};

// Borrows ledger and store.  The head of the ledger is in `keeper` then.
enum err writer_start(struct writer *w, const struct ledger *l, struct sqlite_store *s);
void writer_give(struct writer *w, uint64_t epoch, const struct ledger_turn *turn);
bool writer_ended(struct writer *w, struct ending *out);
// Waits for the turn in flight and ends the thread.  writer_finish then empties the log (the other
// connections must be closed) and lets go of the keys.
void writer_stop(struct writer *w);
void writer_finish(struct writer *w);

// A thread of ours takes no signals: those are the loop's.
int thread_start(pthread_t *thread, const char *name, void *(*run)(void *), void *ctx);

#endif
