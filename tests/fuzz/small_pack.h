// small_pack.h - the smallest pack that is whole (tests/fuzz/small_pack), with some of its files
// exchanged for those in an input.
#ifndef TRIAGED_FUZZ_SMALL_PACK_H
#define TRIAGED_FUZZ_SMALL_PACK_H

#include <stddef.h>
#include <stdint.h>

// The folder of the pack as the input has it.
const char *small_pack_write(const uint8_t *data, size_t len);

#endif
