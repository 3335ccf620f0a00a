// packing.h - bodies made smaller before they are sealed.  Most of one says in words what the pack
// of rules says in the same words, two or three times over.
#ifndef TRIAGED_PACKING_H
#define TRIAGED_PACKING_H

#include "ledger.h"

// The largest that a packed body may be: one that does not become smaller is kept as it is.
#define PACKED_MAX LEDGER_BODY_MAX

// Packs `plain` into `out` (PACKED_MAX bytes); 0 when that would not make it smaller.
size_t body_pack(struct bytes plain, uint8_t *out);
// The other way, into `out` (LEDGER_BODY_MAX bytes); false when it was not packed so.
bool body_unpack(struct bytes packed, uint8_t *out, size_t *len);

#endif
