// The length of the plain body (4 bytes, little-endian), then one LZ4 block.
#include "packing.h"

#include <lz4.h>

#define LENGTH_BYTES 4u
#define WORTH_BYTES  256u // below this there is nothing to say twice

size_t body_pack(struct bytes plain, uint8_t *out)
{
    if (plain.len < WORTH_BYTES || plain.len > LEDGER_BODY_MAX) return 0;
    int const room = (int)(plain.len - LENGTH_BYTES - 1);
    int const n = LZ4_compress_default((const char *)plain.data, (char *)out + LENGTH_BYTES,
                                       (int)plain.len, room);
    if (n <= 0) return 0;
    for (unsigned i = 0; i < LENGTH_BYTES; i++) out[i] = (uint8_t)(plain.len >> (8 * i));
    return LENGTH_BYTES + (size_t)n;
}

bool body_unpack(struct bytes packed, uint8_t *out, size_t *len)
{
    if (packed.len <= LENGTH_BYTES) return false;
    *len = 0;
    for (unsigned i = 0; i < LENGTH_BYTES; i++) *len |= (size_t)packed.data[i] << (8 * i);
    if (*len > LEDGER_BODY_MAX) return false;
    int const n = LZ4_decompress_safe((const char *)packed.data + LENGTH_BYTES, (char *)out,
                                      (int)(packed.len - LENGTH_BYTES), (int)*len);
    return n >= 0 && (size_t)n == *len;
}
