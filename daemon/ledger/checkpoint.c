// The text, one fact a line.  What is signed is every byte before the line of the signature, so
// that what a person reads is what was signed.
#include "checkpoint.h"

#include "check.h"

#include <inttypes.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#define SIGNATURE_WORD "signature "
#define HEX(bytes)     (2 * (bytes) + 1)

void checkpoint_public(uint8_t out[CHECKPOINT_KEY_BYTES], const uint8_t seed[CHECKPOINT_KEY_BYTES])
{
    uint8_t secret[crypto_sign_SECRETKEYBYTES];
    CHECK(crypto_sign_seed_keypair(out, secret, seed) == 0);
    sodium_memzero(secret, sizeof secret);
}

static size_t checkpoint_facts(const struct checkpoint *c, char out[CHECKPOINT_TEXT_MAX])
{
    char id[HEX(LEDGER_ID_BYTES)], hash[HEX(LEDGER_HASH_BYTES)];
    sodium_bin2hex(id, sizeof id, c->head.id, sizeof c->head.id);
    sodium_bin2hex(hash, sizeof hash, c->head.hash, sizeof c->head.hash);
    int const n = snprintf(out, CHECKPOINT_TEXT_MAX,
                           "triaged checkpoint 1\n"
                           "area %s\n"
                           "ledger %s\n"
                           "epoch %" PRIu64 "\n"
                           "records %" PRIu64 "\n"
                           "hash %s\n"
                           "at_ms %" PRId64 "\n",
                           c->area, id, c->head.epoch, c->head.seq, hash, c->at_ms);
    CHECK(n > 0 && n < CHECKPOINT_TEXT_MAX);
    return (size_t)n;
}

size_t checkpoint_write(const struct checkpoint *c, const uint8_t seed[CHECKPOINT_KEY_BYTES],
                        char out[CHECKPOINT_TEXT_MAX])
{
    uint8_t public_key[CHECKPOINT_KEY_BYTES], secret[crypto_sign_SECRETKEYBYTES];
    uint8_t signature[crypto_sign_BYTES];
    char hex[HEX(crypto_sign_BYTES)];
    size_t const len = checkpoint_facts(c, out);
    CHECK(crypto_sign_seed_keypair(public_key, secret, seed) == 0);
    CHECK(crypto_sign_detached(signature, NULL, (const uint8_t *)out, len, secret) == 0);
    sodium_memzero(secret, sizeof secret);
    sodium_bin2hex(hex, sizeof hex, signature, sizeof signature);
    int const n = snprintf(out + len, CHECKPOINT_TEXT_MAX - len, SIGNATURE_WORD "%s\n", hex);
    CHECK(n > 0 && (size_t)n < CHECKPOINT_TEXT_MAX - len);
    return len + (size_t)n;
}

// The rest of the line that begins with `word`; `*at` moves to the next one.
static bool line_take(const char **at, const char *word, char *out, size_t size)
{
    size_t const skip = strlen(word);
    if (strncmp(*at, word, skip) != 0) return false;
    size_t const len = strcspn(*at + skip, "\n");
    if (len >= size || (*at)[skip + len] != '\n') return false;
    memcpy(out, *at + skip, len);
    out[len] = '\0';
    *at += skip + len + 1;
    return true;
}

static bool line_number(const char **at, const char *word, uint64_t *out)
{
    char text[24];
    if (!line_take(at, word, text, sizeof text)) return false;
    *out = strtoull(text, NULL, 10);
    return true;
}

static bool line_hex(const char **at, const char *word, uint8_t *out, size_t len)
{
    char text[HEX(crypto_sign_BYTES)];
    size_t got = 0;
    if (!line_take(at, word, text, sizeof text)) return false;
    return sodium_hex2bin(out, len, text, strlen(text), NULL, &got, NULL) == 0 && got == len;
}

static bool checkpoint_parse(struct checkpoint *c, const char *text,
                             uint8_t signature[crypto_sign_BYTES])
{
    char none[1];
    uint64_t at_ms = 0;
    const char *at = text;
    if (!line_take(&at, "triaged checkpoint 1", none, sizeof none)) return false;
    if (!line_take(&at, "area ", c->area, sizeof c->area)) return false;
    if (!line_hex(&at, "ledger ", c->head.id, sizeof c->head.id)) return false;
    if (!line_number(&at, "epoch ", &c->head.epoch)) return false;
    if (!line_number(&at, "records ", &c->head.seq)) return false;
    if (!line_hex(&at, "hash ", c->head.hash, sizeof c->head.hash)) return false;
    if (!line_number(&at, "at_ms ", &at_ms)) return false;
    c->at_ms = (int64_t)at_ms;
    return line_hex(&at, SIGNATURE_WORD, signature, crypto_sign_BYTES) && *at == '\0';
}

enum err checkpoint_read(struct checkpoint *c, struct bytes text,
                         const uint8_t public_key[CHECKPOINT_KEY_BYTES])
{
    char copy[CHECKPOINT_TEXT_MAX], facts[CHECKPOINT_TEXT_MAX];
    uint8_t signature[crypto_sign_BYTES];
    *c = (struct checkpoint){.at_ms = 0};
    if (text.len == 0 || text.len >= sizeof copy) return ERR_MALFORMED;
    memcpy(copy, text.data, text.len);
    copy[text.len] = '\0';
    if (strlen(copy) != text.len || !checkpoint_parse(c, copy, signature)) return ERR_MALFORMED;
    // Another way to write the same facts is not what was signed, and is not guessed at.
    size_t const len = checkpoint_facts(c, facts);
    if (strncmp(copy, facts, len) != 0) return ERR_MALFORMED;
    bool const signed_so =
        crypto_sign_verify_detached(signature, (const uint8_t *)copy, len, public_key) == 0;
    return signed_so ? OK : ERR_CORRUPT;
}
