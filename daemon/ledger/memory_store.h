// memory_store.h - a disk in memory: tables of sealed rows; what a transaction put appears at
// commit.
#ifndef TRIAGED_MEMORY_STORE_H
#define TRIAGED_MEMORY_STORE_H

#include "store.h"
#include "vault.h"

struct memory_table { // of owned items, in the order of their keys
    void **items;
    size_t n, cap;
};
struct memory_record {
    uint64_t seq, entity;
    uint8_t hash[CHAIN_BYTES];
    size_t header_len, body_len;
    uint8_t bytes[]; // header, body
};
struct memory_row {
    struct store_row row; // its bytes point into `bytes`
    uint8_t bytes[];      // key, blob
};
struct memory_pair {
    uint64_t a, b;
};
struct memory_tables {
    struct memory_table records, rows, keys, erasures;
    uint8_t head[HEAD_SEALED_BYTES];
    bool has_head;
};
struct memory_store {
    struct store base;
    struct memory_tables disk, pending; // pending: of the transaction
};

void memory_store_init(struct memory_store *m);
void memory_store_free(struct memory_store *m);
struct memory_record *memory_store_record(struct memory_store *m, uint64_t seq);
struct memory_row *memory_store_row(struct memory_store *m, uint64_t entity);
// Frees the last record on the disk.
bool memory_store_drop_last(struct memory_store *m);

#endif
