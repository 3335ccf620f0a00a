// pages.h - 64-bit keys, each with 40 bits beside it, as many as millions in little memory: about
// 17 bytes an entry.  Linear hashing: one bucket is split as entries come, so there is never a
// pause to rebuild.  A bucket is a chain of pages, all full but its first, so that half-empty pages
// cannot add up and what came last is found first; pages are taken from the front of the memory
// lent for them.
#ifndef TRIAGED_PAGES_H
#define TRIAGED_PAGES_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE_ENTRIES    9 // that make a page of 128 bytes
#define PAGE_VALUE_BITS 40

struct page {
    uint64_t key[PAGE_ENTRIES];
    uint32_t low[PAGE_ENTRIES];
    uint8_t high[PAGE_ENTRIES];
    uint8_t n;
    uint32_t next; // from 1
};
struct pages {
    struct page *pages;    // page i is pages[i - 1]
    uint32_t *heads;       // of the buckets
    size_t n, n_max, half; // half <= n < 2 * half: the buckets before the present doubling
    size_t used, max;
    uint32_t free;
    size_t count, count_max;
};

size_t pages_bytes(size_t entries_max);
// Borrows pages_bytes(entries_max) zeroed bytes.
void pages_init(struct pages *p, void *memory, size_t entries_max);
// Keys must differ in their low bits; the same one may come again.
enum err pages_add(struct pages *p, uint64_t key, uint64_t value);

// Where an entry stands: {0} before the first.  Good until the next addition.
struct pages_at {
    uint32_t page;
    unsigned i;
};
// Goes on to the next entry of this key, from the last that was added to the first.
bool pages_next(const struct pages *p, uint64_t key, struct pages_at *at);
uint64_t pages_value(const struct pages *p, struct pages_at at);
void pages_value_set(struct pages *p, struct pages_at at, uint64_t value);
// Takes one entry out; the order of its bucket's others may change.
void pages_drop(struct pages *p, uint64_t key, struct pages_at at);

// Takes what is not to be kept out of bucket `bucket` < p->n.
void pages_sift(struct pages *p, size_t bucket, bool (*keep)(void *ctx, uint64_t value), void *ctx);

#endif
