// seal.h - authenticated encryption of everything that the ledger keeps: XChaCha20-Poly1305-IETF.
// A sealed thing is bound to its place (ledger, numbers, kind) by its label, so that one that was
// moved, or renamed, does not open.
#ifndef TRIAGED_SEAL_H
#define TRIAGED_SEAL_H

#include "bytes.h"

#define SEAL_KEY_BYTES   32
#define SEAL_ID_BYTES    16
#define SEAL_NONCE_BYTES 24
#define SEAL_TAG_BYTES   16
#define SEAL_OVERHEAD    (SEAL_NONCE_BYTES + SEAL_TAG_BYTES)

// The kind is the first byte of the nonce, so two kinds never share one under the same key.
enum seal_kind {
    SEAL_HEADER = 'H',
    SEAL_ERASING = 'E', // the header of a record that forgot its entity's key
    SEAL_BODY = 'B',
    SEAL_PACKED = 'P', // a body, packed (packing.h)
    SEAL_ROW = 'R',
    SEAL_KEY = 'K',  // an entity's key
    SEAL_HEAD = 'M', // the ledger's head
    SEAL_ROOT = 'A'  // the root key, sealed under the master key
};

// What a sealed thing is and where it belongs; authenticated, not kept.
#define SEAL_LABEL_NUMBERS 6
struct seal_label {
    uint8_t bytes[SEAL_ID_BYTES + 1 + 8 * SEAL_LABEL_NUMBERS];
    size_t len;
};
void seal_label(struct seal_label *out, const uint8_t id[SEAL_ID_BYTES], enum seal_kind kind,
                size_t n, const uint64_t *numbers);

// Random bytes in stock, so that a nonce does not cost a system call.  One thread uses it at a
// time. What is handed out is forgotten here.
struct dice {
    uint8_t pool[4096];
    size_t left;
};
void dice_take(struct dice *d, void *out, size_t len);

// A fresh nonce of that kind.
void seal_nonce(uint8_t nonce[SEAL_NONCE_BYTES], enum seal_kind kind, struct dice *d);

// Seals; `out` gets plain.len + SEAL_TAG_BYTES, the nonce is the caller's to keep.  Returns the
// length.
size_t seal_close_bare(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                       const uint8_t *nonce, struct bytes plain);
// Seals with the nonce in front; `out` gets plain.len + SEAL_OVERHEAD.  Returns the length.
size_t seal_close(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                  const uint8_t *nonce, struct bytes plain);

// Opens into `out` (sealed.len - SEAL_TAG_BYTES, or - SEAL_OVERHEAD); false when it was not sealed
// with this key and label, or was changed.
bool seal_open_bare(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                    const uint8_t *nonce, struct bytes sealed);
bool seal_open(uint8_t *out, const uint8_t *key, const struct seal_label *label,
               struct bytes sealed);

// Numbers as they are hashed and sealed: little-endian, eight bytes.
void seal_put_u64(uint8_t *out, uint64_t value);
uint64_t seal_get_u64(const uint8_t *in);

#endif
