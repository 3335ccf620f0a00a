#include "reader.h"

bool reader_varint_long(struct reader *r, unsigned bytes_max, uint64_t *out)
{
    uint64_t v = 0;
    const uint8_t *at = r->at;
    for (unsigned i = 0; i < bytes_max && at < r->end; i++) {
        uint8_t const byte = *at++;
        if (i == 9 && byte > 1) return false; // The tenth byte has room for one bit.
        v |= (uint64_t)(byte & 0x7F) << (7 * i);
        if (byte < 0x80) {
            r->at = at;
            *out = v;
            return true;
        }
    }
    return false;
}

bool reader_tag(struct reader *r, uint32_t *number, enum wire_type *type)
{
    uint64_t v;
    if (!reader_varint(r, 5, &v) || v > UINT32_MAX) return false;
    unsigned const t = (unsigned)(v & 7);
    if (t != WIRE_VARINT && t != WIRE_FIXED64 && t != WIRE_LENGTH && t != WIRE_FIXED32)
        return false;
    *number = (uint32_t)(v >> 3);
    *type = (enum wire_type)t;
    return *number != 0;
}

bool reader_bytes(struct reader *r, struct bytes *out)
{
    uint64_t len;
    if (!reader_varint(r, 5, &len) || len > (uint64_t)(r->end - r->at)) return false;
    *out = bytes_of(r->at, (size_t)len);
    r->at += len;
    return true;
}

static bool reader_fixed(struct reader *r, unsigned n, uint64_t *out)
{
    if ((size_t)(r->end - r->at) < n) return false;
    uint64_t v = 0;
    for (unsigned i = 0; i < n; i++) v |= (uint64_t)r->at[i] << (8 * i); // little end first
    r->at += n;
    *out = v;
    return true;
}

bool reader_fixed64(struct reader *r, uint64_t *out)
{
    return reader_fixed(r, 8, out);
}

bool reader_skip(struct reader *r, enum wire_type type)
{
    struct bytes b;
    uint64_t v;
    if (type == WIRE_VARINT) return reader_varint(r, 10, &v);
    if (type == WIRE_LENGTH) return reader_bytes(r, &b);
    return reader_fixed(r, type == WIRE_FIXED64 ? 8 : 4, &v);
}
