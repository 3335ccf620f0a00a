// A reference is the case's number, shuffled with the area's key and written so that a person can
// read it over the telephone.  SC-XXXX-XXXX: seven symbols of content, then one that checks them.
#include "wire.h"

#include "check.h"
#include "mac.h"

#define SYMBOLS 7 // of content
#define BASE    31
#define DOMAIN  UINT64_C(27512614111) // 31^7
// Two halves of a Feistel network, each 0 .. HALF-1.  HALF^2 is the least square above DOMAIN, so
// that hardly any value falls outside and has to be shuffled again.
#define HALF   UINT64_C(165870)
#define ROUNDS 10

_Static_assert(HALF *HALF >= DOMAIN && (HALF - 1) * (HALF - 1) < DOMAIN, "least square");

// Crockford's alphabet less Z: no I, L, O, U; 31 is prime, which is what makes the check symbol
// sure.
static const char alphabet[BASE + 1] = "0123456789ABCDEFGHJKMNPQRSTVWXY";

static uint64_t shuffle(const uint8_t key[32], uint64_t v)
{
    uint64_t left = v / HALF, right = v % HALF;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint64_t const next = (left + mac64_round(key, i, right) % HALF) % HALF;
        left = right;
        right = next;
    }
    return left * HALF + right;
}

static uint64_t unshuffle(const uint8_t key[32], uint64_t v)
{
    uint64_t left = v / HALF, right = v % HALF;
    for (unsigned i = ROUNDS; i-- > 0;) {
        uint64_t const before = (right + HALF - mac64_round(key, i, left) % HALF) % HALF;
        right = left;
        left = before;
    }
    return left * HALF + right;
}

// Weights 1 to 7 and, for the check symbol itself, -1: no two alike and none 0 modulo 31, so that
// one wrong symbol, or two swapped, always show.
static unsigned check_symbol(const unsigned symbol[SYMBOLS])
{
    unsigned sum = 0;
    for (unsigned i = 0; i < SYMBOLS; i++) sum += (i + 1) * symbol[i];
    return sum % BASE;
}

void wire_reference(const struct wire_keys *k, uint64_t no, char out[REFERENCE_MAX])
{
    unsigned symbol[SYMBOLS + 1];
    CHECK(no > 0 && no < DOMAIN);
    uint64_t v = no;
    do v = shuffle(k->reference, v);
    while (v >= DOMAIN);
    for (unsigned i = SYMBOLS; i-- > 0; v /= BASE) symbol[i] = (unsigned)(v % BASE);
    symbol[SYMBOLS] = check_symbol(symbol);
    memcpy(out, "SC-0000-0000", sizeof "SC-0000-0000");
    for (unsigned i = 0; i <= SYMBOLS; i++) out[3 + i + (i >= 4)] = alphabet[symbol[i]];
}

// What people type for what they read: any case, I and L for 1, O for 0.
static int symbol_of(uint8_t typed)
{
    char c = (char)typed;
    if (c >= 'a' && c <= 'z') c = (char)(c - 'a' + 'A');
    if (c == 'I' || c == 'L') c = '1';
    if (c == 'O') c = '0';
    const char *const at = c ? strchr(alphabet, c) : NULL;
    return at ? (int)(at - alphabet) : -1;
}

// All symbols of `typed` without spaces and hyphens; 0 when another character or one too many is
// there.
#define TYPED_MAX (2 + SYMBOLS + 1)
static size_t typed_symbols(struct bytes typed, unsigned out[TYPED_MAX])
{
    size_t n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        if (typed.data[i] == ' ' || typed.data[i] == '-') continue;
        int const symbol = symbol_of(typed.data[i]);
        if (symbol < 0 || n == TYPED_MAX) return 0;
        out[n++] = (unsigned)symbol;
    }
    return n;
}

uint64_t wire_reference_no(const struct wire_keys *k, struct bytes typed)
{
    unsigned symbols[TYPED_MAX];
    size_t const n = typed_symbols(typed, symbols);
    const unsigned *symbol = symbols;
    if (n == TYPED_MAX) { // with its "SC"
        if (symbols[0] != (unsigned)symbol_of('S') || symbols[1] != (unsigned)symbol_of('C'))
            return 0;
        symbol += 2;
    } else if (n != SYMBOLS + 1) {
        return 0;
    }
    if (symbol[SYMBOLS] != check_symbol(symbol)) return 0;
    uint64_t v = 0;
    for (unsigned i = 0; i < SYMBOLS; i++) v = v * BASE + symbol[i];
    do v = unshuffle(k->reference, v);
    while (v >= DOMAIN);
    return v; // 0 is the number of no case
}
