// raw.h - bytes written as no honest encoder would write them.
#ifndef TRIAGED_TEST_RAW_H
#define TRIAGED_TEST_RAW_H

#include "bytes.h"

#define RAW_MAX (2 << 20)
struct raw {
    uint8_t data[RAW_MAX];
    size_t len;
};

static inline void raw_byte(struct raw *r, unsigned v)
{
    r->data[r->len++] = (uint8_t)v;
}
static inline void raw_varint(struct raw *r, uint64_t v)
{
    for (; v >= 0x80; v >>= 7) raw_byte(r, (unsigned)(v | 0x80) & 0xFF);
    raw_byte(r, (unsigned)v);
}
static inline void raw_tag(struct raw *r, uint32_t number, unsigned type)
{
    raw_varint(r, (uint64_t)number << 3 | type);
}
static inline void raw_number(struct raw *r, uint32_t number, uint64_t v)
{
    raw_tag(r, number, 0);
    raw_varint(r, v);
}
static inline void raw_bytes(struct raw *r, uint32_t number, const void *data, size_t len)
{
    raw_tag(r, number, 2);
    raw_varint(r, len);
    memcpy(r->data + r->len, data, len);
    r->len += len;
}
static inline void raw_text(struct raw *r, uint32_t number, const char *text)
{
    raw_bytes(r, number, text, strlen(text));
}
// What is in `r` becomes one message within, as field `number`.
static inline void raw_wrap(struct raw *r, uint32_t number)
{
    static uint8_t inside[RAW_MAX];
    size_t const len = r->len;
    memcpy(inside, r->data, len);
    r->len = 0;
    raw_bytes(r, number, inside, len);
}
static inline struct bytes raw_all(const struct raw *r)
{
    return bytes_of(r->data, r->len);
}

#endif
