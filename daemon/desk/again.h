// again.h - what was erased stays erased when a backup from before is put back: works on a ledger
// that nobody serves yet.
#ifndef TRIAGED_AGAIN_H
#define TRIAGED_AGAIN_H

#include "err.h"
#include "ledger.h"

#include "triage/ledger/v1/record.pb-c.h"

// One that was erased, and by which of the orders, from 1; 0: the list names none.
struct desk_again_case {
    uint64_t no;
    size_t order;
};
struct desk_again {
    const struct desk_again_case *cases; // by number, ascending
    size_t n;
    const Triage__Ledger__V1__KeptErasure *const *orders; // in the order in which they were agreed
    size_t n_orders;
    int64_t now_ms;
    void (*rest)(void *ctx); // waits until the ledger woke
    void *ctx;
    // Answers.
    size_t erased, before, unknown; // now; erased in the backup already; not in the backup
    size_t told;                    // orders that were written again
};
// Forgets what people wrote in those cases, each with a record of its own that says so, after one
// of the order that it was erased by; whatever state they are in, for the list says that it was
// done.  ERR_CORRUPT, ERR_IO, ERR_NO_MEMORY.
enum err desk_erase_again(struct ledger *l, struct desk_again *a);

#endif
