// ledger_internal.h - what every backend shares: the front that the loop thread calls.
#ifndef TRIAGED_LEDGER_INTERNAL_H
#define TRIAGED_LEDGER_INTERNAL_H

#include "ledger.h"
#include "opener.h"
#include "store.h"
#include "vault.h"

// One asynchronous read.
struct reading {
    uint64_t number; // a sequence, or an entity
    bool with_body;
    ledger_read_fn *record_fn; // exactly one of the two
    ledger_row_fn *row_fn;
    void *ctx;
};

// Reads that wait for the next reap, for backends that run them there.
struct waiting {
    size_t first, n; // a ring
    struct reading ring[LEDGER_READS_MAX];
};
enum err waiting_put(struct waiting *w, const struct reading *r); // ERR_BUSY when full
struct reading waiting_take(struct waiting *w);

// How a turn ended, as the writing side tells it.
struct ending {
    enum kept kept;
    struct head head;
    uint64_t commit_us;
};

struct ledger_ops {
    void (*append)(struct ledger *l, uint64_t epoch, const struct ledger_turn *turn);
    bool (*ended)(struct ledger *l, struct ending *out); // true once for every append
    enum err (*read)(struct ledger *l, const struct reading *r);
    void (*reap_reads)(struct ledger *l);
    struct ledger_space (*space)(struct ledger *l);
    // NULL: cannot.
    enum err (*backup)(struct ledger *l, const char *folder, ledger_backup_fn *fn, void *ctx);
    void (*close)(struct ledger *l); // frees everything, the front too
};

struct ledger {
    const struct ledger_ops *ops;
    struct ledger_settings settings; // without the key; the path is the backend's to keep
    struct vault *vault;
    struct head head;    // as of the last reap
    struct opener scans; // of the loop thread
    struct ledger_turn turn;
    bool in_flight, reader, scanning;
    enum kept over; // not KEPT: nothing more is taken
    ledger_done_fn *done;
    void *done_ctx;
    struct ledger_stats stats;
};

void ledger_wake(const struct ledger *l);
// Copies the settings without the key, makes the vault.
enum err ledger_front_open(struct ledger *l, const struct ledger_settings *s);
void ledger_front_close(struct ledger *l);
// A sentence for `why`, cut to its size.
void ledger_why(char *why, size_t size, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
// Runs a read with that opener and its callback, at once.
void reading_run(const struct reading *r, struct opener *o);
void reading_fail(const struct reading *r, enum err e);

#endif
