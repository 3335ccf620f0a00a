#include "index.h"

#include "check.h"

size_t index_bytes(size_t items_max)
{
    return (items_max + 1) * sizeof(uint32_t);
}

void index_init(struct index *x, void *memory, size_t items_max, struct index_items items)
{
    CHECK(memory != NULL);
    *x = (struct index){
        .items = items, .buckets = memory, .n = 1, .n_max = items_max + 1, .half = 1};
}

static size_t index_bucket(const struct index *x, uint64_t hash)
{
    size_t const bucket = hash & (2 * x->half - 1);
    return bucket < x->n ? bucket : bucket - x->half;
}

static void index_push(struct index *x, size_t bucket, uint32_t item)
{
    *x->items.next(x->items.ctx, item) = x->buckets[bucket];
    x->buckets[bucket] = item;
}

// Opens bucket n with those of its sibling that belong there.
static void index_split(struct index *x)
{
    size_t const from = x->n - x->half;
    CHECK(x->n < x->n_max); // more buckets than items there never are
    uint32_t item = x->buckets[from];
    x->buckets[from] = 0;
    x->buckets[x->n] = 0;
    x->n++;
    while (item != 0) {
        uint32_t const next = *x->items.next(x->items.ctx, item);
        index_push(x, index_bucket(x, x->items.hash(x->items.ctx, item)), item);
        item = next;
    }
    if (x->n == 2 * x->half) x->half = x->n;
}

void index_add(struct index *x, uint32_t item)
{
    CHECK(item != 0);
    if (x->count >= x->n) index_split(x);
    index_push(x, index_bucket(x, x->items.hash(x->items.ctx, item)), item);
    x->count++;
}

void index_remove(struct index *x, uint32_t item)
{
    uint32_t *link = &x->buckets[index_bucket(x, x->items.hash(x->items.ctx, item))];
    while (*link != item) {
        CHECK(*link != 0);
        link = x->items.next(x->items.ctx, *link);
    }
    *link = *x->items.next(x->items.ctx, item);
    x->count--;
}

uint32_t index_first(const struct index *x, uint64_t hash)
{
    return x->buckets[index_bucket(x, hash)];
}
