// mac.h - a keyed 64-bit hash of a name and some bytes, for identities that only this area can
// link.
#ifndef TRIAGED_MAC_H
#define TRIAGED_MAC_H

#include "bytes.h"

// Never 0.  `name` tells uses apart, so that the same bytes under two names have nothing in common.
uint64_t mac64(const uint8_t key[32], struct bytes name, struct bytes content);

// One round of a permutation: 64 bits of `value` under the round's number.
uint64_t mac64_round(const uint8_t key[32], unsigned round, uint64_t value);

#endif
