#include "erasures.h"

#include "wire.h"

#include "check.h"

#include <sodium.h>

#define NONCE   ((size_t)crypto_aead_xchacha20poly1305_ietf_NPUBBYTES)
#define SEALING (NONCE + crypto_aead_xchacha20poly1305_ietf_ABYTES)

void erasures_key_init(struct erasures_key *k, const uint8_t index_key[32])
{
    static const char what[] = "the list of erasures";
    (void)crypto_generichash(k->seal, sizeof k->seal, (const uint8_t *)what, sizeof what - 1,
                             index_key, 32);
}

// --- Reading. ---

static bool word_take(struct bytes *b, const char *word)
{
    size_t const n = strlen(word);
    if (b->len < n || memcmp(b->data, word, n) != 0) return false;
    *b = bytes_of(b->data + n, b->len - n);
    return true;
}

// As it is written: no sign, no zero in front.
static bool number_take(struct bytes *b, uint64_t *out)
{
    size_t n = 0;
    *out = 0;
    for (; n < b->len && b->data[n] >= '0' && b->data[n] <= '9'; n++) {
        uint64_t const digit = (uint64_t)(b->data[n] - '0');
        if (*out > (UINT64_MAX - digit) / 10) return false;
        *out = *out * 10 + digit;
    }
    if (n == 0 || (b->data[0] == '0' && n > 1)) return false;
    *b = bytes_of(b->data + n, b->len - n);
    return true;
}

static bool hex_digit(uint8_t c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

enum err erasures_line_read(struct bytes text, struct erasures_line *out, size_t *used)
{
    const uint8_t *end = text.len ? memchr(text.data, '\n', text.len) : NULL;
    if (!end) return ERR_MALFORMED;
    struct bytes b = bytes_of(text.data, (size_t)(end - text.data));
    *used = b.len + 1;
    *out = (struct erasures_line){.kind = ERASURES_CASE};
    if (word_take(&b, "case ")) {
        bool const good = number_take(&b, &out->no) && word_take(&b, " record ") &&
                          number_take(&b, &out->seq) && b.len == 0 && out->no != 0;
        return good ? OK : ERR_MALFORMED;
    }
    out->kind = ERASURES_ORDER;
    if (!word_take(&b, "order ") || !number_take(&b, &out->seq) || !word_take(&b, " "))
        return ERR_MALFORMED;
    if (b.len % 2 || b.len < 2 * SEALING) return ERR_MALFORMED;
    for (size_t i = 0; i < b.len; i++)
        if (!hex_digit(b.data[i])) return ERR_MALFORMED;
    out->hex = b;
    return OK;
}

// The number is bound to it: an order is not moved to other cases.
struct order_place {
    uint8_t seq[8];
};

static struct order_place order_place(uint64_t seq)
{
    struct order_place p;
    for (unsigned i = 0; i < sizeof p.seq; i++) p.seq[i] = (uint8_t)(seq >> (8 * i));
    return p;
}

enum err erasures_order_open(const struct erasures_key *k, const struct erasures_line *line,
                             struct arena *a, Triage__Ledger__V1__KeptErasure **out)
{
    size_t const sealed_len = line->hex.len / 2;
    struct order_place const place = order_place(line->seq);
    Triage__Ledger__V1__Body *body = NULL;
    uint8_t *sealed = arena_alloc(a, sealed_len), *plain = arena_alloc(a, sealed_len);
    CHECK(line->kind == ERASURES_ORDER && sealed_len >= SEALING);
    if (!sealed || !plain) return ERR_NO_MEMORY;
    if (sodium_hex2bin(sealed, sealed_len, (const char *)line->hex.data, line->hex.len, NULL, NULL,
                       NULL) != 0)
        return ERR_MALFORMED;
    if (crypto_aead_xchacha20poly1305_ietf_decrypt(plain, NULL, NULL, sealed + NONCE,
                                                   sealed_len - NONCE, place.seq, sizeof place.seq,
                                                   sealed, k->seal) != 0)
        return ERR_FORBIDDEN;
    enum err const e = wire_body(bytes_of(plain, sealed_len - SEALING), a, &body);
    if (e) return e == ERR_NO_MEMORY ? e : ERR_MALFORMED;
    *out = body->erasure;
    return body->erasure ? OK : ERR_MALFORMED;
}

// --- Writing. ---

static size_t word_put(char *out, const char *word)
{
    size_t n = 0;
    for (; word[n]; n++) out[n] = word[n];
    return n;
}

#define DIGITS_MAX ((size_t)20)

static size_t number_put(char *out, uint64_t v)
{
    char digits[DIGITS_MAX];
    size_t n = 0;
    do digits[n++] = (char)('0' + v % 10);
    while ((v /= 10) != 0);
    for (size_t i = 0; i < n; i++) out[i] = digits[n - 1 - i];
    return n;
}

size_t erasures_case_write(uint64_t no, uint64_t seq, char out[ERASURES_CASE_MAX])
{
    _Static_assert(ERASURES_CASE_MAX > 2 * DIGITS_MAX + sizeof "case  record \n", "a line's room");
    size_t n = word_put(out, "case ");
    n += number_put(out + n, no);
    n += word_put(out + n, " record ");
    n += number_put(out + n, seq);
    n += word_put(out + n, "\n");
    out[n] = '\0';
    return n;
}

#define ORDER_BEFORE_MAX ((size_t)32) // "order ", a number, a space

struct bytes erasures_order_write(const struct erasures_key *k, uint64_t seq,
                                  const Triage__Ledger__V1__KeptErasure *order, struct arena *a)
{
    Triage__Ledger__V1__Body body = TRIAGE__LEDGER__V1__BODY__INIT;
    struct order_place const place = order_place(seq);
    body.erasure = (Triage__Ledger__V1__KeptErasure *)(uintptr_t)order;
    struct bytes const plain = wire_pack(&body.base, a);
    size_t const len = plain.len + SEALING, room = ORDER_BEFORE_MAX + 2 * len + 2;
    uint8_t *sealed = plain.data ? arena_alloc(a, len) : NULL;
    char *line = sealed ? arena_alloc(a, room) : NULL;
    if (!line) return BYTES_NONE;
    randombytes_buf(sealed, NONCE);
    CHECK(crypto_aead_xchacha20poly1305_ietf_encrypt(sealed + NONCE, NULL, plain.data, plain.len,
                                                     place.seq, sizeof place.seq, NULL, sealed,
                                                     k->seal) == 0);
    size_t n = word_put(line, "order ");
    n += number_put(line + n, seq);
    n += word_put(line + n, " ");
    CHECK(sodium_bin2hex(line + n, room - n, sealed, len) != NULL);
    n += 2 * len;
    line[n++] = '\n';
    line[n] = '\0';
    return bytes_of(line, n);
}
