// outbox.h - concerns on disk, each encrypted in a file of its own, before they are sent.
//
//   KEY.box      waits for its receipt
//   KEY.done     has it; kept for a week, so that a council that went back to a backup gets it
//   again KEY.refused  the council will not take it as it is; a person must look ledger       which
//   ledger has receipted what is done lock         one process at a time
//
// Sealed with XChaCha20-Poly1305 under a key made from the profile's secret key; the file's name
// is sealed with it, so that files cannot change places.
#ifndef TRIAGE_OUTBOX_H
#define TRIAGE_OUTBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { OUTBOX_KEY_BYTES = 16, OUTBOX_ITEM_BYTES_MAX = 4 << 20, OUTBOX_KEEP_DAYS = 7 };

enum outbox_end { OUTBOX_RECEIPTED, OUTBOX_REFUSED };

struct outbox {
    char *folder; // NULL: none
    int lock_fd;
    uint8_t secret[32];
    char why[256];
};

// false: why says it.  secret_key: 32 bytes of the profile's.
bool outbox_open(struct outbox *o, const char *folder, const uint8_t *secret_key);
void outbox_close(struct outbox *o);
// On disk when it returns true.  The same key again replaces nothing and is fine.
bool outbox_keep(struct outbox *o, const uint8_t key[OUTBOX_KEY_BYTES], const void *data,
                 size_t len, int64_t made_ms);
bool outbox_end(struct outbox *o, const uint8_t key[OUTBOX_KEY_BYTES], enum outbox_end end);
// Every item that waits.  Damaged files are told by count and left where they are.
typedef void outbox_fn(void *ctx, const uint8_t key[OUTBOX_KEY_BYTES], const uint8_t *data,
                       size_t len, int64_t made_ms);
bool outbox_each(struct outbox *o, outbox_fn *fn, void *ctx, size_t *damaged);
// When the ledger that answers is not the one that receipted: what is done waits once more.
// *again: how many.  Also throws away what was done more than a week before now_ms.
bool outbox_meet_ledger(struct outbox *o, const char *ledger, int64_t now_ms, size_t *again);

#endif
