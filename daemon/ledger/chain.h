// chain.h - every record's hash takes in the one before it, over what is on disk (the sealed
// bytes), so that the order and the content of all records can be proved without any case's key.
#ifndef TRIAGED_CHAIN_H
#define TRIAGED_CHAIN_H

#include "bytes.h"

#define CHAIN_BYTES 32

// The hash that stands before record 1.
void chain_start(uint8_t out[CHAIN_BYTES], const uint8_t *ledger_id, size_t len);

// BLAKE2b-256 of (last || seq || entity || length || sealed header || length || sealed body).
// `out` may be `last`.
void chain_next(uint8_t out[CHAIN_BYTES], const uint8_t last[CHAIN_BYTES], uint64_t seq,
                uint64_t entity, struct bytes header, struct bytes body);

// A keyed sum over a set, kept up to date with every change and sealed with the head: a scan that
// adds up its rows notices one that is missing, stale or foreign.  Addition, so the order is free.
#define TALLY_KEY_BYTES 16
uint64_t tally_of(const uint8_t key[TALLY_KEY_BYTES], uint64_t a, uint64_t b, uint64_t c);

#endif
