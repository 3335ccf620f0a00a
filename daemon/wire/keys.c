#include "wire.h"

#include <sodium.h>

#include "check.h"
#include "mac.h"
#include "sound.h"

void wire_keys_init(struct wire_keys *k, const uint8_t area_secret[32])
{
    static const char context[crypto_kdf_CONTEXTBYTES + 1] = "triage-1";
    CHECK(sodium_init() >= 0);
    uint8_t *const out[] = {k->reference, k->fingerprint, k->identity};
    for (unsigned i = 0; i < 3; i++) {
        CHECK(crypto_kdf_derive_from_key(out[i], 32, i + 1, context, area_secret) == 0);
    }
}

void wire_keys_wipe(struct wire_keys *k)
{
    sodium_memzero(k, sizeof *k);
}

uint64_t wire_fingerprint(const struct wire_keys *k, const char *principal, struct bytes key)
{
    return mac64(k->fingerprint, bytes_text(principal), key);
}

uint64_t wire_identity_hash(const struct wire_keys *k, const char *kind, struct bytes id)
{
    return id.len ? mac64(k->identity, bytes_text(kind), id) : 0;
}

// "  O'Neil,  MARY" and "oneil mary" are one name: letters and digits count, runs of anything else
// between them are one space.  Beyond ASCII bytes are kept as they came.
static size_t name_normal(struct bytes name, uint8_t *out, size_t cap)
{
    size_t n = 0;
    bool gap = false;
    for (size_t i = 0; i < name.len && n + 1 < cap; i++) {
        uint8_t c = name.data[i];
        if (c == '\'' || c == '.') continue;
        if (c >= 'A' && c <= 'Z') c = (uint8_t)(c - 'A' + 'a');
        bool const counts = c >= 0x80 || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        if (counts && gap && n) out[n++] = ' ';
        if (counts) out[n++] = c;
        gap = !counts;
    }
    return n;
}

#define NAME_BYTES_MAX 256

// Without a whole date of birth a name is no identity: two people would be taken for one.
static uint64_t hash_of_person(const struct wire_keys *k, const Triage__V1__Adult *a)
{
    int32_t day;
    bool year_only;
    if (!date_parse(bytes_text(a->date_of_birth), &day, &year_only) || year_only) return 0;
    uint8_t id[NAME_BYTES_MAX + sizeof day];
    size_t const n = name_normal(bytes_text(a->name), id, NAME_BYTES_MAX);
    if (n == 0) return 0;
    for (unsigned i = 0; i < sizeof day; i++) id[n + i] = (uint8_t)((uint32_t)day >> (8 * i));
    return wire_identity_hash(k, "person", bytes_of(id, n + sizeof day));
}

uint64_t wire_source_hash(const struct wire_keys *k, const Triage__V1__SourceOfRisk *s,
                          const char *place)
{
    static const unsigned inside =
        1U << TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_PAID_CARER |
        1U << TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_PROFESSIONAL |
        1U << TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_VOLUNTEER |
        1U << TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_OTHER_SERVICE_USER;
    uint8_t id[NAME_BYTES_MAX + NAME_BYTES_MAX];
    if (!s || !place[0] || (inside >> s->category & 1) == 0) return 0;
    size_t const n = name_normal(bytes_text(s->person_name), id, NAME_BYTES_MAX);
    size_t const at = strnlen(place, NAME_BYTES_MAX - 1);
    if (n == 0) return 0;
    id[n] = 0;
    memcpy(id + n + 1, place, at);
    return wire_identity_hash(k, "source", bytes_of(id, n + 1 + at));
}

uint64_t wire_adult_hash(const struct wire_keys *k, const Triage__V1__Adult *a)
{
    char digits[11];
    if (nhs_number_judge(bytes_text(a->nhs_number), digits) != NHS_OK) return hash_of_person(k, a);
    return wire_identity_hash(k, "nhs", bytes_of(digits, 10));
}

uint64_t wire_person_hash(const struct wire_keys *k, const Triage__V1__Adult *a)
{
    char digits[11];
    bool const numbered = nhs_number_judge(bytes_text(a->nhs_number), digits) == NHS_OK;
    return numbered ? hash_of_person(k, a) : 0;
}

#define MARK_BITS 3

static uint32_t marks_of(uint64_t hash)
{
    uint32_t marks = 0;
    for (unsigned i = 0; i < MARK_BITS; i++) marks |= 1U << (hash >> (5 * i) & 31);
    return marks;
}

uint32_t wire_sound_marks(const struct wire_keys *k, uint32_t code)
{
    uint8_t bytes[sizeof code];
    for (unsigned i = 0; i < sizeof code; i++) bytes[i] = (uint8_t)(code >> (8 * i));
    return marks_of(wire_identity_hash(k, "sound", bytes_of(bytes, sizeof bytes)));
}

uint32_t wire_nhs_marks(const struct wire_keys *k, const char digits[11])
{
    return marks_of(wire_identity_hash(k, "nhs-mark", bytes_of(digits, 10)));
}

uint32_t wire_adult_marks(const struct wire_keys *k, const Triage__V1__Adult *a)
{
    struct sound name;
    char digits[11];
    uint32_t marks = 0;
    sound_of(bytes_text(a->name), &name);
    if (name.cut) return UINT32_MAX; // More words than are told apart: it may be anybody.
    for (size_t i = 0; i < name.n; i++) {
        for (size_t v = 0; v < SOUND_CODES; v++) {
            marks |= wire_sound_marks(k, name.words[i].code[v]);
            if (i + 1 < name.n) marks |= wire_sound_marks(k, name.words[i].joined[v]);
        }
    }
    if (nhs_number_judge(bytes_text(a->nhs_number), digits) == NHS_OK)
        marks |= wire_nhs_marks(k, digits);
    return marks;
}

void wire_digest(struct bytes content, uint8_t out[DIGEST_BYTES])
{
    // The first half of BLAKE2b-512, not BLAKE2b-256: every language's library has the former.
    static const uint8_t nothing[1];
    uint8_t whole[64];
    CHECK(crypto_generichash(whole, sizeof whole, content.len ? content.data : nothing, content.len,
                             NULL, 0) == 0);
    memcpy(out, whole, DIGEST_BYTES);
}

_Static_assert(sizeof(struct wire_digesting) == sizeof(crypto_generichash_state), "one state");

static crypto_generichash_state *digest_state(struct wire_digesting *s)
{
    return (crypto_generichash_state *)(void *)s->state;
}

void wire_digest_begin(struct wire_digesting *s)
{
    CHECK(crypto_generichash_init(digest_state(s), NULL, 0, 64) == 0);
}

void wire_digest_add(struct wire_digesting *s, struct bytes b)
{
    if (b.len) CHECK(crypto_generichash_update(digest_state(s), b.data, b.len) == 0);
}

void wire_digest_end(struct wire_digesting *s, uint8_t out[DIGEST_BYTES])
{
    uint8_t whole[64];
    CHECK(crypto_generichash_final(digest_state(s), whole, sizeof whole) == 0);
    memcpy(out, whole, DIGEST_BYTES);
}
