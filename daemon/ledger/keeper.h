// keeper.h - how a turn is kept: sealed, chained, put into a store and committed.  The same for
// every backend; runs on the one thread that writes.
#ifndef TRIAGED_KEEPER_H
#define TRIAGED_KEEPER_H

#include "ledger.h"
#include "store.h"
#include "vault.h"

// The prefix of a header's plaintext: fingerprint (8), length of the body as it is kept (4), its
// highest bit set where it was packed.
#define HEADER_PREFIX ((size_t)12)
#define BODY_PACKED   (UINT32_C(1) << 31)
#define HEADER_SEALED (LEDGER_HEADER_MAX + HEADER_PREFIX + SEAL_OVERHEAD)
#define BODY_SEALED   (LEDGER_BODY_MAX + SEAL_TAG_BYTES) // its nonce is the header's, with its kind
#define BLOB_SEALED   (LEDGER_ROW_MAX + SEAL_OVERHEAD)

// What the turn knows of one entity.
struct slot {
    uint64_t entity;
    uint32_t turn; // the slot is of this turn, else free
    struct store_row row;
    uint64_t tally;     // of the row on disk; counted when `known`
    uint64_t entry_seq; // of the entity's last record in this turn; 0 = none
    bool known;         // has a row on disk
    bool was_open;
    bool written;    // its row was put in this turn
    bool key_put;    // its key changed and must be put
    bool key_opened; // `key` holds the plain key
    uint8_t sealed_key[VAULT_WRAP_BYTES];
    uint8_t key[SEAL_KEY_BYTES];
};
#define KEEPER_SLOTS ((size_t)16384) // twice what a turn may touch, so that probing is short
_Static_assert(KEEPER_SLOTS >= 4 * (size_t)LEDGER_TURN_MAX,
               "entries and rows fit half of the slots");

struct keeper {
    const struct vault *vault;
    struct store *store;
    struct head head; // as on disk after the last turn kept
    uint8_t head_sealed[HEAD_SEALED_BYTES];
    struct dice dice;
    uint32_t turn;
    bool erased; // the last turn forgot a key
    size_t n_used;
    uint32_t *used; // slots of this turn
    struct slot *slots;
    uint8_t *plain, *header, *packed, *body, *blob;
};

// Borrows vault and store, owns its buffers.  A restored ledger gets the next epoch, on disk before
// it returns.  ERR_NO_MEMORY, ERR_CORRUPT, ERR_IO.
enum err keeper_open(struct keeper *k, const struct vault *v, struct store *s, bool restored);
void keeper_close(struct keeper *k);

// KEPT, or FENCED (nothing was written) or UNKNOWN.
enum kept keeper_keep(struct keeper *k, uint64_t epoch, const struct ledger_turn *t);

// Labels, shared with the reading side.
void label_record(struct seal_label *l, const struct vault *v, enum seal_kind kind, uint64_t seq,
                  uint64_t entity);
void label_key(struct seal_label *l, const struct vault *v, uint64_t entity);
void label_row(struct seal_label *l, const struct vault *v, const struct store_row *r);
uint64_t tally_row(const struct vault *v, const struct store_row *r);
uint64_t tally_key(const struct vault *v, uint64_t fingerprint, uint64_t seq);
uint64_t tally_erasure(const struct vault *v, uint64_t entity, uint64_t seq);

#endif
