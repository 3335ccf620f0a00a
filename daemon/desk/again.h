// again.h - what was erased stays erased when a backup from before is put back: works on a ledger
// that nobody serves yet.
#ifndef TRIAGED_AGAIN_H
#define TRIAGED_AGAIN_H

#include "err.h"
#include "ledger.h"

struct desk_again {
    const uint64_t *cases; // their numbers, ascending
    size_t n;
    int64_t now_ms;
    void (*rest)(void *ctx); // waits until the ledger woke
    void *ctx;
    // Answers.
    size_t erased, before, unknown; // now; erased in the backup already; not in the backup
};
// Forgets what people wrote in those cases, each with a record of its own that says so; whatever
// state they are in, for the list says that it was done.  ERR_CORRUPT, ERR_IO, ERR_NO_MEMORY.
enum err desk_erase_again(struct ledger *l, struct desk_again *a);

#endif
