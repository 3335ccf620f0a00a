#include "wire.h"

#include <sodium.h>

#include "check.h"

_Static_assert(WIRE_BOX_OVERHEAD == crypto_box_NONCEBYTES + crypto_box_MACBYTES, "box overhead");

enum err wire_box_init(struct wire_box *b, const uint8_t their_public[32],
                       const uint8_t our_secret[32])
{
    CHECK(sodium_init() >= 0);
    // Fails for the few points of small order, which no honest key is.
    return crypto_box_beforenm(b->shared, their_public, our_secret) ? ERR_INVALID : OK;
}

void wire_box_seal(const struct wire_box *b, struct bytes plain, uint8_t *out)
{
    // 24 random bytes never meet twice; a counter would have to be kept over restarts.
    randombytes_buf(out, crypto_box_NONCEBYTES);
    CHECK(crypto_box_easy_afternm(out + crypto_box_NONCEBYTES, plain.data, plain.len, out,
                                  b->shared) == 0);
}

enum err wire_box_open(const struct wire_box *b, struct bytes frame, uint8_t *out, size_t *len)
{
    if (frame.len < WIRE_BOX_OVERHEAD) return ERR_FORBIDDEN;
    if (crypto_box_open_easy_afternm(out, frame.data + crypto_box_NONCEBYTES,
                                     frame.len - crypto_box_NONCEBYTES, frame.data, b->shared)) {
        return ERR_FORBIDDEN;
    }
    *len = frame.len - WIRE_BOX_OVERHEAD;
    return OK;
}
