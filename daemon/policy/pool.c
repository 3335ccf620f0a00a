#include "pool.h"

#include <stdalign.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define POOL_BLOCK_BYTES ((size_t)64 << 10)
#define POOL_ALIGN       16U

struct pool_block {
    struct pool_block *next;
    size_t size, used;
    alignas(POOL_ALIGN) uint8_t data[];
};

void pool_close(struct pool *p)
{
    while (p->blocks) {
        struct pool_block *const next = p->blocks->next;
        free(p->blocks);
        p->blocks = next;
    }
    p->bytes = 0;
}

static struct pool_block *pool_grow(struct pool *p, size_t need)
{
    size_t const size = need > POOL_BLOCK_BYTES ? need : POOL_BLOCK_BYTES;
    if (need > POOL_BYTES_MAX || p->bytes + size > POOL_BYTES_MAX) longjmp(p->exit, 1);
    struct pool_block *const b = calloc(1, sizeof(*b) + size);
    if (!b) longjmp(p->exit, 1);
    b->size = size;
    b->next = p->blocks;
    p->blocks = b;
    p->bytes += size;
    return b;
}

void *pool_alloc(struct pool *p, size_t size)
{
    size_t const need = (size + POOL_ALIGN - 1) / POOL_ALIGN * POOL_ALIGN;
    struct pool_block *b = p->blocks;
    if (need < size) longjmp(p->exit, 1);
    if (!b || b->size - b->used < need) b = pool_grow(p, need);
    void *const at = b->data + b->used;
    b->used += need;
    return at;
}

void pool_work(struct pool *p, size_t n)
{
    if (n > POOL_WORK_MAX - p->work) longjmp(p->exit, 1);
    p->work += n;
}

char *pool_text(struct pool *p, const char *text, size_t len)
{
    char *const copy = pool_alloc(p, len + 1);
    if (len) memcpy(copy, text, len);
    return copy;
}

char *pool_format(struct pool *p, const char *format, ...)
{
    char line[1024];
    va_list args;
    va_start(args, format);
    int const n = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    size_t const len = n < 0 ? 0 : (size_t)n < sizeof(line) ? (size_t)n : sizeof(line) - 1;
    return pool_text(p, line, len);
}
