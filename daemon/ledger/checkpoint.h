// checkpoint.h - the witness outside: how far a ledger went at an instant, signed (Ed25519), as a
// few lines of text that a second party keeps.  Whoever has the public key and a copy of the ledger
// proves with it, without any other key, that nothing was altered, reordered or cut since.
#ifndef TRIAGED_CHECKPOINT_H
#define TRIAGED_CHECKPOINT_H

#include "ledger.h"

#define CHECKPOINT_KEY_BYTES 32 // the seed of the secret key, and the public key
#define CHECKPOINT_TEXT_MAX  640
#define CHECKPOINT_AREA_MAX  32

struct checkpoint {
    char area[CHECKPOINT_AREA_MAX];
    struct ledger_head head;
    int64_t at_ms;
};

void checkpoint_public(uint8_t out[CHECKPOINT_KEY_BYTES], const uint8_t seed[CHECKPOINT_KEY_BYTES]);
// Writes the text, ended with NUL; gives its length.
size_t checkpoint_write(const struct checkpoint *c, const uint8_t seed[CHECKPOINT_KEY_BYTES],
                        char out[CHECKPOINT_TEXT_MAX]);
// ERR_MALFORMED: no checkpoint, or not as checkpoint_write writes it; ERR_CORRUPT: not signed with
// that key.  `c` is to be used only when OK.
enum err checkpoint_read(struct checkpoint *c, struct bytes text,
                         const uint8_t public_key[CHECKPOINT_KEY_BYTES]);

// What a copy holds, without the master key.
struct ledger_proof {
    uint64_t records; // in one chain from the first on
    uint64_t after;   // of them, written after the checkpoint
};
// Reads a copy of a ledger (a backup, a stopped daemon's): its chain from the first record, and
// whether it goes through the checkpoint.  ERR_CORRUPT, and `why` says what does not hold and
// where; ERR_NOT_FOUND: another ledger's checkpoint; ERR_IO, ERR_LOCKED.
enum err ledger_prove(const char *path, const struct checkpoint *c, struct ledger_proof *out,
                      char *why, size_t size);

#endif
