#include "seal.h"

#include "check.h"

#include <sodium.h>

_Static_assert(SEAL_KEY_BYTES == crypto_aead_xchacha20poly1305_ietf_KEYBYTES, "key size");
_Static_assert(SEAL_NONCE_BYTES == crypto_aead_xchacha20poly1305_ietf_NPUBBYTES, "nonce size");
_Static_assert(SEAL_TAG_BYTES == crypto_aead_xchacha20poly1305_ietf_ABYTES, "tag size");

void seal_put_u64(uint8_t *out, uint64_t value)
{
    for (unsigned i = 0; i < 8; i++) out[i] = (uint8_t)(value >> (8 * i));
}

uint64_t seal_get_u64(const uint8_t *in)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < 8; i++) value |= (uint64_t)in[i] << (8 * i);
    return value;
}

void seal_label(struct seal_label *out, const uint8_t id[SEAL_ID_BYTES], enum seal_kind kind,
                size_t n, const uint64_t *numbers)
{
    CHECK(n <= SEAL_LABEL_NUMBERS);
    memcpy(out->bytes, id, SEAL_ID_BYTES);
    out->bytes[SEAL_ID_BYTES] = (uint8_t)kind;
    for (size_t i = 0; i < n; i++) seal_put_u64(out->bytes + SEAL_ID_BYTES + 1 + 8 * i, numbers[i]);
    out->len = SEAL_ID_BYTES + 1 + 8 * n;
}

// A fresh seed from the kernel for every pool, stretched by the library's own stream cipher.
static void dice_refill(struct dice *d)
{
    uint8_t seed[randombytes_SEEDBYTES];
    randombytes_buf(seed, sizeof seed);
    randombytes_buf_deterministic(d->pool, sizeof d->pool, seed);
    sodium_memzero(seed, sizeof seed);
    d->left = sizeof d->pool;
}

void dice_take(struct dice *d, void *out, size_t len)
{
    CHECK(len <= sizeof d->pool);
    if (d->left < len) dice_refill(d);
    d->left -= len;
    memcpy(out, d->pool + d->left, len);
    sodium_memzero(d->pool + d->left, len);
}

void seal_nonce(uint8_t nonce[SEAL_NONCE_BYTES], enum seal_kind kind, struct dice *d)
{
    nonce[0] = (uint8_t)kind;
    dice_take(d, nonce + 1, SEAL_NONCE_BYTES - 1);
}

size_t seal_close_bare(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                       const uint8_t *nonce, struct bytes plain)
{
    unsigned long long len = 0;
    int const rc = crypto_aead_xchacha20poly1305_ietf_encrypt(
        out, &len, plain.data, plain.len, label->bytes, label->len, NULL, nonce, key);
    CHECK(rc == 0);
    return (size_t)len;
}

size_t seal_close(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                  const uint8_t *nonce, struct bytes plain)
{
    memcpy(out, nonce, SEAL_NONCE_BYTES);
    return SEAL_NONCE_BYTES + seal_close_bare(out + SEAL_NONCE_BYTES, key, label, nonce, plain);
}

bool seal_open_bare(uint8_t *out, const uint8_t *key, const struct seal_label *label,
                    const uint8_t *nonce, struct bytes sealed)
{
    if (sealed.len < SEAL_TAG_BYTES) return false;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, NULL, NULL, sealed.data, sealed.len,
                                                      label->bytes, label->len, nonce, key) == 0;
}

bool seal_open(uint8_t *out, const uint8_t *key, const struct seal_label *label,
               struct bytes sealed)
{
    if (sealed.len < SEAL_OVERHEAD) return false;
    struct bytes const rest =
        bytes_of(sealed.data + SEAL_NONCE_BYTES, sealed.len - SEAL_NONCE_BYTES);
    // The label names a kind and the nonce begins with one: a thing of another kind is not this.
    if (sealed.data[0] != label->bytes[SEAL_ID_BYTES]) return false;
    return seal_open_bare(out, key, label, sealed.data, rest);
}
