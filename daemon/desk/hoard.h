// hoard.h - bytes that outlive their message on the slow paths: replies to a peer that does not
// read, what a parked message waits for.  Bounded as a whole; the fast path never comes here.
#ifndef TRIAGED_HOARD_H
#define TRIAGED_HOARD_H

#include "bytes.h"

struct hoard {
    size_t bytes, bytes_max;
};
struct hoarded {
    struct hoarded *next;
    size_t len;
    uint8_t data[];
};

// A copy of two runs of bytes, one after the other; NULL when the hoard is full.
struct hoarded *hoard_keep(struct hoard *h, struct bytes first, struct bytes second);
// Wipes it: it may be about a person.
void hoard_drop(struct hoard *h, struct hoarded *kept);

#endif
