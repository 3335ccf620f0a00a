#include "writer.h"

#include "reader.h"

#define VARINT_MAX 10

void writer_init(struct writer *w, uint8_t *out, size_t cap)
{
    *w = (struct writer){.base = out, .cap = cap};
}

static void writer_raw(struct writer *w, const void *data, size_t n)
{
    if (w->full || n > w->cap - w->len) {
        w->full = true;
        return;
    }
    if (n) memcpy(w->base + w->len, data, n);
    w->len += n;
}

static size_t varint_put(uint8_t out[VARINT_MAX], uint64_t v)
{
    size_t n = 0;
    for (; v >= 0x80; v >>= 7) out[n++] = (uint8_t)(v | 0x80);
    out[n++] = (uint8_t)v;
    return n;
}

static inline void writer_varint(struct writer *w, uint64_t v)
{
    uint8_t buf[VARINT_MAX];
    if (v < 0x80 && !w->full && w->len < w->cap) { // Most tags, codes and lengths.
        w->base[w->len++] = (uint8_t)v;
        return;
    }
    writer_raw(w, buf, varint_put(buf, v));
}

static void writer_tag(struct writer *w, uint32_t number, enum wire_type type)
{
    writer_varint(w, (uint64_t)number << 3 | (uint64_t)type);
}

void writer_uint(struct writer *w, uint32_t number, uint64_t v)
{
    if (v == 0) return;
    writer_tag(w, number, WIRE_VARINT);
    writer_varint(w, v);
}

static void writer_eight(struct writer *w, uint64_t v)
{
    uint8_t buf[8];
    for (unsigned i = 0; i < 8; i++) buf[i] = (uint8_t)(v >> (8 * i));
    writer_raw(w, buf, sizeof buf);
}

void writer_fixed64(struct writer *w, uint32_t number, uint64_t v)
{
    if (v == 0) return;
    writer_tag(w, number, WIRE_FIXED64);
    writer_eight(w, v);
}

void writer_fixed64s(struct writer *w, uint32_t number, const uint64_t v[], size_t max)
{
    size_t n = 0;
    while (n < max && v[n] != 0) n++;
    if (n == 0) return;
    writer_tag(w, number, WIRE_LENGTH);
    writer_varint(w, 8 * n);
    for (size_t i = 0; i < n; i++) writer_eight(w, v[i]);
}

void writer_text(struct writer *w, uint32_t number, const char *text)
{
    if (*text) writer_text_always(w, number, text);
}

void writer_sint_always(struct writer *w, uint32_t number, int64_t v)
{
    writer_tag(w, number, WIRE_VARINT);
    writer_varint(w, zigzag_encode(v));
}

void writer_text_always(struct writer *w, uint32_t number, const char *text)
{
    size_t const n = strlen(text);
    writer_tag(w, number, WIRE_LENGTH);
    writer_varint(w, n);
    writer_raw(w, text, n);
}

size_t writer_open(struct writer *w, uint32_t number)
{
    writer_tag(w, number, WIRE_LENGTH);
    return w->len;
}

void writer_close(struct writer *w, size_t opened)
{
    if (w->full) return;
    uint8_t buf[VARINT_MAX];
    size_t const inside = w->len - opened;
    size_t const n = varint_put(buf, inside);
    if (n > w->cap - w->len) {
        w->full = true;
        return;
    }
    memmove(w->base + opened + n, w->base + opened, inside);
    memcpy(w->base + opened, buf, n);
    w->len += n;
}
