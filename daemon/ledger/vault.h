// vault.h - the ledger's keys in memory (locked pages) and its head, sealed.
//
// The master key comes from outside and seals one root key; every other key is derived from the
// root, but for the entities' own, which are random and sealed under `wrap`.  So a new master key
// rewrites one value, and an entity's key that was erased cannot be derived again.
#ifndef TRIAGED_VAULT_H
#define TRIAGED_VAULT_H

#include "chain.h"
#include "err.h"
#include "seal.h"

#define VAULT_KEY_ID_BYTES 16
#define VAULT_ROOT_BYTES   (SEAL_KEY_BYTES + SEAL_OVERHEAD)
#define VAULT_WRAP_BYTES   (SEAL_KEY_BYTES + SEAL_OVERHEAD)

struct vault {
    uint8_t id[SEAL_ID_BYTES];
    uint8_t area[SEAL_KEY_BYTES];  // headers and state rows
    uint8_t wrap[SEAL_KEY_BYTES];  // entities' keys
    uint8_t head[SEAL_KEY_BYTES];  // the head
    uint8_t index[SEAL_KEY_BYTES]; // lent to the caller for keyed hashes
    uint8_t tally[TALLY_KEY_BYTES];
};
// What a ledger keeps of its vault; nothing in it opens anything without the master key.
struct vault_kept {
    uint8_t id[SEAL_ID_BYTES];
    uint8_t key_id[VAULT_KEY_ID_BYTES]; // tells a wrong master key from a damaged root
    uint8_t root[VAULT_ROOT_BYTES];
};

// NULL when there is no memory.  vault_free wipes.
struct vault *vault_new(void);
void vault_free(struct vault *v);

// A new ledger's keys.
void vault_make(struct vault *v, struct vault_kept *out, const uint8_t master[SEAL_KEY_BYTES]);
// ERR_CONFIG: another master key; ERR_CORRUPT: the right one, but what was kept is damaged.
enum err vault_open(struct vault *v, const struct vault_kept *kept,
                    const uint8_t master[SEAL_KEY_BYTES]);

// The head: where the ledger ends, and the sums over everything that the chain does not cover.
struct head {
    uint64_t epoch, seq;
    uint8_t hash[CHAIN_BYTES];
    uint64_t rows_all, rows_open, keys, erasures; // tallies
};
#define HEAD_BYTES        ((size_t)(48 + CHAIN_BYTES))
#define HEAD_SEALED_BYTES (HEAD_BYTES + SEAL_OVERHEAD)
void head_first(struct head *h, const struct vault *v);
void head_seal(uint8_t out[HEAD_SEALED_BYTES], const struct head *h, const struct vault *v,
               struct dice *d);
enum err head_open(struct head *h, const struct vault *v, struct bytes sealed);

#endif
