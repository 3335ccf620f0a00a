#include "chain.h"

#include "check.h"
#include "seal.h"

#include <sodium.h>

_Static_assert(TALLY_KEY_BYTES == crypto_shorthash_KEYBYTES, "tally key size");

void chain_start(uint8_t out[CHAIN_BYTES], const uint8_t *ledger_id, size_t len)
{
    CHECK(crypto_generichash(out, CHAIN_BYTES, ledger_id, len, NULL, 0) == 0);
}

void chain_next(uint8_t out[CHAIN_BYTES], const uint8_t last[CHAIN_BYTES], uint64_t seq,
                uint64_t entity, struct bytes header, struct bytes body)
{
    crypto_generichash_state h;
    uint8_t front[CHAIN_BYTES + 24], length[8];
    memcpy(front, last, CHAIN_BYTES);
    seal_put_u64(front + CHAIN_BYTES, seq);
    seal_put_u64(front + CHAIN_BYTES + 8, entity);
    seal_put_u64(front + CHAIN_BYTES + 16, header.len);
    seal_put_u64(length, body.len);
    crypto_generichash_init(&h, NULL, 0, CHAIN_BYTES);
    crypto_generichash_update(&h, front, sizeof front);
    crypto_generichash_update(&h, header.data, header.len);
    crypto_generichash_update(&h, length, sizeof length);
    crypto_generichash_update(&h, body.data, body.len);
    CHECK(crypto_generichash_final(&h, out, CHAIN_BYTES) == 0);
}

uint64_t tally_of(const uint8_t key[TALLY_KEY_BYTES], uint64_t a, uint64_t b, uint64_t c)
{
    uint8_t in[24], out[8];
    seal_put_u64(in, a);
    seal_put_u64(in + 8, b);
    seal_put_u64(in + 16, c);
    CHECK(crypto_shorthash(out, in, sizeof in, key) == 0);
    return seal_get_u64(out);
}
