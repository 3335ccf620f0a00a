// keys.h - fingerprints of everything that was ever sent, and the record of each first answer: what
// makes a resend harmless.  About 23 bytes an entry; linear hashing over pages, so there is never a
// pause to rebuild and the pages grow from the front of the memory lent for them.
#ifndef TRIAGED_KEYS_H
#define TRIAGED_KEYS_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

#define KEYS_PAGE 19 // entries that make a page of 256 bytes

struct keys_page {
    uint64_t fingerprint[KEYS_PAGE];
    uint32_t seq_low[KEYS_PAGE];
    uint8_t seq_high[KEYS_PAGE]; // 40 bits: a trillion records
    uint8_t n;
    uint32_t next; // overflow page, from 1
};
struct keys {
    struct keys_page *pages, *spill;
    size_t n, n_max, half;
    size_t spill_used, spill_max;
    uint32_t spill_free;
    size_t count, count_max;
};

size_t keys_bytes(size_t keys_max);
void keys_init(struct keys *k, void *memory, size_t keys_max);
enum err keys_add(struct keys *k, uint64_t fingerprint, uint64_t seq);
uint64_t keys_find(const struct keys *k, uint64_t fingerprint, unsigned nth); // 0: no such

#endif
