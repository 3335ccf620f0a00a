// recent.h - bodies of the last records that went to disk, so that a claim or a notice that follows
// closely needs no read.  A cache and no more: what is not here is read from the ledger.
#ifndef TRIAGED_RECENT_H
#define TRIAGED_RECENT_H

#include "bytes.h"

#define RECENT_BYTES   ((size_t)32 * 1024 * 1024)
#define RECENT_ENTRIES ((size_t)16384) // a power of two

struct recent_entry {
    uint64_t seq;
    size_t at, len; // place in the ring, counted from the start of time
};
struct recent {
    uint8_t *ring;
    size_t head;  // bytes written since the start of time
    size_t stale; // what lies from head to here is forgotten, and yet to be overwritten
    struct recent_entry *entries;
};

void recent_init(struct recent *r, void *ring, struct recent_entry *entries);
void recent_keep(struct recent *r, uint64_t seq, struct bytes body);
// Valid until the next recent_keep; data is NULL when it is not here.
struct bytes recent_find(const struct recent *r, uint64_t seq);
// After an erasure: nothing of what people wrote may stay.  It is found no more at once, and
// overwritten a little at a time, so that no turn of the loop waits for it.
void recent_forget(struct recent *r);
bool recent_wipe(struct recent *r); // true while there is more

#endif
