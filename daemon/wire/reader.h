// reader.h - reads protobuf's wire format from borrowed bytes, one token at a time.  Every function
// returns false, and reads no byte beyond the end, when the bytes do not hold what is asked for.
#ifndef TRIAGED_READER_H
#define TRIAGED_READER_H

#include "bytes.h"

struct reader {
    const uint8_t *at, *end;
};

enum wire_type { WIRE_VARINT = 0, WIRE_FIXED64 = 1, WIRE_LENGTH = 2, WIRE_FIXED32 = 5 };

static inline struct reader reader_of(struct bytes b)
{
    // An empty run may have no address at all, and arithmetic on NULL is undefined.
    static const uint8_t nothing[1];
    const uint8_t *const from = b.len ? b.data : nothing;
    return (struct reader){from, from + b.len};
}

static inline bool reader_more(const struct reader *r)
{
    return r->at < r->end;
}

// At most `bytes_max` bytes long (10 hold 64 bits); longer or wider ones are refused.
bool reader_varint_long(struct reader *r, unsigned bytes_max, uint64_t *out);

static inline bool reader_varint(struct reader *r, unsigned bytes_max, uint64_t *out)
{
    if (r->at < r->end && *r->at < 0x80) { // Nearly all of them are one byte.
        *out = *r->at++;
        return true;
    }
    return reader_varint_long(r, bytes_max, out);
}

// A field's number and wire type; groups and number 0 are refused.
bool reader_tag(struct reader *r, uint32_t *number, enum wire_type *type);
bool reader_bytes(struct reader *r, struct bytes *out); // length and that many bytes
bool reader_fixed64(struct reader *r, uint64_t *out);
bool reader_skip(struct reader *r, enum wire_type type);

static inline int64_t zigzag_decode(uint64_t v)
{
    return (int64_t)(v >> 1 ^ (0 - (v & 1)));
}
static inline uint64_t zigzag_encode(int64_t v)
{
    return (uint64_t)v << 1 ^ (0 - ((uint64_t)v >> 63));
}

#endif
