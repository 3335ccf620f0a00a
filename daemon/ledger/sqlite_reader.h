// sqlite_reader.h - the thread that reads records and rows beside the writer, on a connection that
// is read-only: it cannot write, nor checkpoint, and it holds a snapshot for one short batch only,
// so that the log can be reused.
#ifndef TRIAGED_SQLITE_READER_H
#define TRIAGED_SQLITE_READER_H

#include "ledger_internal.h"
#include "sqlite_store.h"

#include <pthread.h>

#define READER_BATCH       64                 // reads in one snapshot
#define READER_AHEAD_BYTES ((size_t)16 << 20) // opened and not yet taken; then it waits

struct finished { // a read with its answer
    struct reading asked;
    enum err err;
    struct ledger_record record;
    struct ledger_row row;
    uint8_t *bytes; // owned: header and body, or blob
    size_t len;
};
struct reader {
    const struct ledger *ledger; // to wake its owner
    struct opener opener;
    pthread_t thread;
    bool started;
    pthread_mutex_t lock;
    pthread_cond_t news;
    // Under the lock: a ring; first <= done <= asked, as counts since the start.
    uint64_t first, done, asked;
    size_t ahead_bytes;
    bool stop;
    struct finished *ring; // LEDGER_READS_MAX
};

enum err reader_start(struct reader *r, const struct ledger *l, struct sqlite_store *s);
enum err reader_ask(struct reader *r, const struct reading *what);
void reader_reap(struct reader *r);
void reader_stop(struct reader *r); // what was not reaped is wiped, nobody is called

#endif
