// witness.h - what is told outside of the ledger about it: signed checkpoints, the list of what was
// erased, and backups with both beside them.
#ifndef TRIAGED_WITNESS_H
#define TRIAGED_WITNESS_H

#include "checkpoint.h"
#include "config.h"
#include "log.h"

// The line of an order in the list of what was erased.
struct witness_order {
    uint64_t seq;
    size_t len;
    char *text;
};

struct witness {
    const struct config *config;
    struct log *log;
    struct ledger *ledger; // set before the first turn
    bool armed;            // has a key to sign with
    uint8_t seed[CHECKPOINT_KEY_BYTES];
    struct ledger_head written; // as of the last checkpoint
    struct witness_order *orders;
    size_t n_orders;
    int64_t next_ms; // monotonic; 0: not yet
    // The last backup, or the one that is being made.
    bool running;
    char folder[CONFIG_TEXT_MAX + 32];
    struct ledger_head copied;
    char problem[320];
};

// `seed` NULL: nothing is signed.
void witness_open(struct witness *w, const struct config *config, struct log *log,
                  const uint8_t *seed);
void witness_close(struct witness *w);
// The last word, at the end of the run.
void witness_last(struct witness *w, struct now now);
// Writes what is due; returns when it wants to be called again, monotonic.
int64_t witness_turn(struct witness *w, struct now now);

// The checkpoint of what is on disk now.  ERR_NOT_FOUND without a key.
enum err witness_sign(struct witness *w, struct now now, char out[CHECKPOINT_TEXT_MAX]);
// Starts a backup into a folder of its own below backups_dir.  ERR_BUSY while one is being made.
enum err witness_backup(struct witness *w, struct now now);

#endif
