// way.h - the whole way of concerns through desk and ledger, without a network: they come in by
// lots, each is kept, rated and routed, a desk claims it, its referrer receipts the notice.
#ifndef TRIAGED_BENCH_WAY_H
#define TRIAGED_BENCH_WAY_H

#include "load.h"
#include "sample.h"

#define WAY_LOT 64u

enum who { REFERRER, DESK, WHO };

struct way {
    struct load load;
    bool next; // claims what is next on the queue, not what it was told of: for a queue with others
    struct sample sample;
    struct desk *desk;
    struct ledger *ledger;
    struct peer peers[WHO];
    struct now now;
    struct arena arena;
    size_t receipts, notices, claimed, n_waiting;
    uint64_t cursor, next_id;
    struct {
        char reference[24];
        uint32_t version;
    } waiting[2 * WAY_LOT];
};

// After load_begin: a desk's key beside the referrers.
void way_register(struct way *w);
// Opens ledger and desk on load.ledger, and begins to follow.  Dies when it cannot.
void way_open(struct way *w);
// Until all that was due at the start is done.
void way_rest(struct way *w);
void way_lot(struct way *w);
void way_close(struct way *w);

#endif
