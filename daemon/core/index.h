// index.h - a hash index over things that live elsewhere, each with a place for one link.  Linear
// hashing: one bucket is split with each addition, so there is never a pause to rebuild, and the
// buckets grow from the front of the memory lent for them.
#ifndef TRIAGED_INDEX_H
#define TRIAGED_INDEX_H

#include <stddef.h>
#include <stdint.h>

// Items are numbers from 1; 0 is none.  Hashes must differ in their low bits.
struct index_items {
    void *ctx;
    uint64_t (*hash)(const void *ctx, uint32_t item);
    uint32_t *(*next)(void *ctx, uint32_t item);
};
struct index {
    struct index_items items;
    uint32_t *buckets;
    size_t n, n_max, half; // half <= n < 2 * half: the buckets before the present doubling
    size_t count;
};

size_t index_bytes(size_t items_max);
// Borrows index_bytes(items_max) zeroed bytes.
void index_init(struct index *x, void *memory, size_t items_max, struct index_items items);
void index_add(struct index *x, uint32_t item);
void index_remove(struct index *x, uint32_t item); // it must be there
// The first item of the chain that has this hash (others may be in it); follow with items.next.
uint32_t index_first(const struct index *x, uint64_t hash);

#endif
