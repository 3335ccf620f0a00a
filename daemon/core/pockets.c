#include "pockets.h"

#include "check.h"

size_t pockets_bytes(size_t errands_max)
{
    return (errands_max + 1) * sizeof(struct errand);
}

void pockets_init(struct pockets *p, void *memory, size_t errands_max)
{
    CHECK(errands_max < UINT32_MAX);
    *p = (struct pockets){.all = memory, .used = 1, .max = (uint32_t)errands_max};
}

static unsigned size_of(size_t n)
{
    unsigned size = 0;
    CHECK(n > 0 && n <= ERRANDS_MAX);
    while ((size_t)1 << size < n) size++;
    return size;
}

// A free block names the next one of its size in its first number.
static uint32_t block_take(struct pockets *p, unsigned size)
{
    uint32_t at = p->free[size];
    if (at != 0) {
        p->free[size] = (uint32_t)p->all[at].number;
    } else if (p->max - (p->used - 1) >= 1U << size) {
        at = p->used;
        p->used += 1U << size;
    }
    if (at != 0) p->live += 1U << size;
    return at;
}

static void block_give(struct pockets *p, struct errand *block, unsigned size)
{
    memset(block, 0, sizeof(*block) << size);
    block->number = (int32_t)p->free[size];
    p->free[size] = (uint32_t)(block - p->all);
    p->live -= 1U << size;
}

bool pockets_room(const struct pockets *p, size_t n)
{
    unsigned const size = size_of(n);
    return p->free[size] != 0 || p->max - (p->used - 1) >= 1U << size;
}

// A block that is too large by now is halved until it is not.
static void block_shrink(struct pockets *p, struct errand *block, unsigned from, unsigned to)
{
    while (from > to) {
        from--;
        block_give(p, block + ((size_t)1 << from), from);
    }
}

struct errand *pockets_put(struct pockets *p, struct errand *old, size_t n_old,
                           const struct errand *list, size_t n)
{
    unsigned const had = old != NULL ? size_of(n_old) : 0;
    unsigned const size = n > 0 ? size_of(n) : 0;
    bool const stays = old != NULL && n > 0 && size <= had;
    struct errand *block = old;
    if (n > 0 && !stays) {
        uint32_t const at = block_take(p, size);
        if (at == 0) return NULL;
        block = &p->all[at];
    }
    if (n > 0) memmove(block, list, n * sizeof(*list));
    if (stays)
        block_shrink(p, block, had, size);
    else if (old != NULL)
        block_give(p, old, had);
    return n > 0 ? block : NULL;
}
