#include "body.h"

#include "wire.h"

static bool varint_read(struct bytes b, size_t *at, uint64_t *v)
{
    *v = 0;
    for (unsigned shift = 0; shift < 64 && *at < b.len; shift += 7) {
        uint8_t const byte = b.data[(*at)++];
        *v |= (uint64_t)(byte & 0x7f) << shift;
        if ((byte & 0x80) == 0) return true;
    }
    return false;
}

#define LENGTH_DELIMITED 2u // the one wire type that a body's fields have

// The next field: its number, and where it ends.
static bool field_next(struct bytes b, size_t at, uint64_t *number, size_t *end)
{
    uint64_t tag = 0, len = 0;
    if (!varint_read(b, &at, &tag) || (tag & 7) != LENGTH_DELIMITED) return false;
    if (!varint_read(b, &at, &len) || len > b.len - at) return false;
    *number = tag >> 3;
    *end = at + (size_t)len;
    return true;
}

enum err body_read(struct bytes packed, unsigned parts, struct arena *a,
                   Triage__Ledger__V1__Body **out)
{
    uint8_t *wanted = arena_alloc(a, packed.len);
    size_t n = 0, end = 0;
    uint64_t number = 0;
    if (!wanted) return ERR_NO_MEMORY;
    for (size_t at = 0; at < packed.len; at = end) {
        if (!field_next(packed, at, &number, &end)) return ERR_CORRUPT;
        if (number >= 32 || (parts & (1u << number)) == 0) continue;
        memcpy(wanted + n, packed.data + at, end - at);
        n += end - at;
    }
    return wire_body(bytes_of(wanted, n), a, out);
}
