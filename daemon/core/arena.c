#include "arena.h"

#include "check.h"

#define ARENA_ALIGN 16U

void arena_init(struct arena *a, void *memory, size_t size)
{
    CHECK(memory != NULL);
    *a = (struct arena){.base = memory, .size = size};
}

void arena_reset(struct arena *a)
{
    memset(a->base, 0, a->peak);
    a->used = 0;
    a->peak = 0;
    a->exhausted = false;
}

void *arena_alloc(struct arena *a, size_t size)
{
    uint8_t *at = a->base + a->used;
    size_t const pad = (ARENA_ALIGN - (uintptr_t)at % ARENA_ALIGN) % ARENA_ALIGN;
    size_t const left = a->size - a->used;
    CHECK(a->used <= a->size);
    if (left < pad || size > left - pad) {
        a->exhausted = true;
        return NULL;
    }
    a->used += pad + size;
    if (a->used > a->peak) a->peak = a->used;
    return at + pad;
}

void *arena_zalloc(struct arena *a, size_t size)
{
    void *p = arena_alloc(a, size);
    if (p) memset(p, 0, size);
    return p;
}

struct bytes arena_copy(struct arena *a, struct bytes b)
{
    uint8_t *p = b.len < SIZE_MAX ? arena_alloc(a, b.len + 1) : NULL;
    if (!p) return BYTES_NONE;
    if (b.len) memcpy(p, b.data, b.len);
    p[b.len] = 0;
    return bytes_of(p, b.len);
}

const char *arena_text(struct arena *a, struct bytes b)
{
    return (const char *)arena_copy(a, b).data;
}

size_t arena_mark(const struct arena *a)
{
    return a->used;
}

void arena_release(struct arena *a, size_t mark)
{
    CHECK(mark <= a->used);
    a->used = mark; // peak stays: reset wipes all that was ever written
}

void arena_unwritten(struct arena *a, size_t mark)
{
    if (a->peak == a->used) a->peak = mark;
    arena_release(a, mark);
}
