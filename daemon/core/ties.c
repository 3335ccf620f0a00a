#include "ties.h"

#include "check.h"

size_t ties_bytes(size_t ties_max)
{
    return pages_bytes(2 * ties_max);
}

void ties_init(struct ties *t, void *memory, size_t ties_max)
{
    *t = (struct ties){.sweep = 0};
    pages_init(&t->by_parent, memory, 2 * ties_max);
}

void ties_first(struct ties *t, uint64_t parent, uint64_t child,
                bool (*holds)(void *ctx, uint64_t child), void *ctx)
{
    pages_sift(&t->by_parent, t->sweep, holds, ctx);
    t->sweep = t->sweep + 1 < t->by_parent.n ? t->sweep + 1 : 0;
    // There is room for twice as many as there can be children, and a bucket is cleared with each.
    CHECK(pages_add(&t->by_parent, parent, child) == OK);
}

void ties_add(struct ties *t, uint64_t parent, uint64_t child,
              bool (*holds)(void *ctx, uint64_t child), void *ctx)
{
    struct pages_at at = {0};
    uint64_t there;
    while ((there = ties_next(t, parent, &at)) != 0) {
        if (there == child) return;
    }
    ties_first(t, parent, child, holds, ctx);
}

void ties_remove(struct ties *t, uint64_t parent, uint64_t child)
{
    struct pages_at at = {0};
    uint64_t there;
    while ((there = ties_next(t, parent, &at)) != 0 && there != child) continue;
    if (there != 0) pages_drop(&t->by_parent, parent, at);
}

uint64_t ties_next(const struct ties *t, uint64_t parent, struct pages_at *at)
{
    return pages_next(&t->by_parent, parent, at) ? pages_value(&t->by_parent, *at) : 0;
}
