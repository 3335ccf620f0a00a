// load.h - made-up ledgers for benches: so many cases, received over so long, open or closed.
#ifndef TRIAGED_BENCH_LOAD_H
#define TRIAGED_BENCH_LOAD_H

#include "desk.h"
#include "ledger.h"
#include "link.h"
#include "receive.h"
#include "wire.h"

#define LOAD_REFERRERS 500
#define LOAD_NOW_MS    1780000000000
#define LOAD_LEAVER    "w-leaver"
#define LOAD_MOVED     "w-moved"
#define YEAR_MS        (365 * DAY_MS)

struct load_kind {
    const char *name;
    bool open;
    int64_t span_ms; // over which they were received, up to now
};
struct load {
    char directory[256], ledger[300];
    const struct policy *policy;
    struct ledger_settings settings;
    int woken; // readable when the ledger has news
    bool kept;
    bool named; // each case has a concern with a name, which searches read
    bool led;   // some are enquiries: every 200th led by LOAD_LEAVER, every 1,000th by LOAD_MOVED
    const struct load_kind *kind;
    size_t cases, before; // to be written, and those that the ledger has already
    struct registry registry;
};

// A temporary folder, the default pack, a registry of LOAD_REFERRERS; dies when it cannot.
void load_begin(struct load *l);
void load_end(struct load *l);
// Writes l->cases of l->kind into the ledger l->ledger, behind the l->before that it has.
void load_write(struct load *l);
// The limits as they are by default, an area of its own.
struct desk_settings load_settings(void);
// A machine that does nothing.
struct port load_port(void *ctx);
// The words of case `no`'s adult's name, when named.
const char *load_name(uint64_t no);

#endif
