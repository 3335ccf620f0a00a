#include "mac.h"

#include <sodium.h>

#include "check.h"

_Static_assert(2 * crypto_shorthash_KEYBYTES == 32, "two SipHash keys in one of ours");

static uint64_t shorthash(const uint8_t *key, const uint8_t *data, size_t len)
{
    static const uint8_t nothing[1];
    uint8_t out[crypto_shorthash_BYTES];
    uint64_t v = 0;
    CHECK(crypto_shorthash(out, len ? data : nothing, len, key) == 0);
    for (unsigned i = 0; i < sizeof out; i++) v |= (uint64_t)out[i] << (8 * i);
    return v;
}

static void put64(uint8_t out[8], uint64_t v)
{
    for (unsigned i = 0; i < 8; i++) out[i] = (uint8_t)(v >> (8 * i));
}

uint64_t mac64(const uint8_t key[32], struct bytes name, struct bytes content)
{
    // Each part is hashed under a key of its own, so that no boundary between them can be moved.
    uint8_t both[16];
    put64(both, shorthash(key, name.data, name.len));
    put64(both + 8, shorthash(key, content.data, content.len));
    uint64_t const v = shorthash(key + crypto_shorthash_KEYBYTES, both, sizeof both);
    return v + !v; // 0 means "none" wherever these are kept
}

uint64_t mac64_round(const uint8_t key[32], unsigned round, uint64_t value)
{
    uint8_t in[16];
    put64(in, round);
    put64(in + 8, value);
    return shorthash(key + (round % 2) * crypto_shorthash_KEYBYTES, in, sizeof in);
}
