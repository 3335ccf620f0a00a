#include "pages.h"

#include "check.h"

#include <string.h>

#define BUCKET_FILL 24 // entries a bucket on average, before one more bucket is opened

static size_t buckets_max(size_t entries_max)
{
    return entries_max / BUCKET_FILL + 2;
}

// Enough for any keys: of each bucket only the first page is not full.
static size_t pages_max(size_t entries_max)
{
    return entries_max / PAGE_ENTRIES + buckets_max(entries_max) + 1;
}

size_t pages_bytes(size_t entries_max)
{
    return pages_max(entries_max) * sizeof(struct page) +
           buckets_max(entries_max) * sizeof(uint32_t);
}

void pages_init(struct pages *p, void *memory, size_t entries_max)
{
    CHECK(memory != NULL && pages_max(entries_max) < UINT32_MAX);
    *p = (struct pages){.pages = memory,
                        .n = 1,
                        .n_max = buckets_max(entries_max),
                        .half = 1,
                        .max = pages_max(entries_max),
                        .count_max = entries_max};
    p->heads = (uint32_t *)(void *)(p->pages + p->max);
}

static size_t bucket_of(const struct pages *p, uint64_t key)
{
    size_t const bucket = key & (2 * p->half - 1);
    return bucket < p->n ? bucket : bucket - p->half;
}

static struct page *page_at(const struct pages *p, uint32_t page)
{
    return &p->pages[page - 1];
}

static uint32_t page_take(struct pages *p)
{
    uint32_t page = p->free;
    if (page != 0)
        p->free = page_at(p, page)->next;
    else
        page = (uint32_t)++p->used;
    CHECK(p->used <= p->max);
    page_at(p, page)->n = 0;
    page_at(p, page)->next = 0;
    return page;
}

// What it had is gone: it may have been about a person.
static void page_give(struct pages *p, uint32_t page)
{
    memset(page_at(p, page), 0, sizeof(struct page));
    page_at(p, page)->next = p->free;
    p->free = page;
}

static uint64_t entry_value(const struct page *q, unsigned i)
{
    return (uint64_t)q->high[i] << 32 | q->low[i];
}

static void entry_value_set(struct page *q, unsigned i, uint64_t value)
{
    q->low[i] = (uint32_t)value;
    q->high[i] = (uint8_t)(value >> 32);
}

static void bucket_push(struct pages *p, size_t bucket, uint64_t key, uint64_t value)
{
    uint32_t *head = &p->heads[bucket];
    if (*head == 0 || page_at(p, *head)->n == PAGE_ENTRIES) {
        uint32_t const page = page_take(p);
        page_at(p, page)->next = *head;
        *head = page;
    }
    struct page *q = page_at(p, *head);
    q->key[q->n] = key;
    entry_value_set(q, q->n, value);
    q->n++;
}

// What came first is dealt first, so that the order stays.
static uint32_t chain_turn(struct pages *p, uint32_t head)
{
    uint32_t turned = 0;
    while (head != 0) {
        uint32_t const next = page_at(p, head)->next;
        page_at(p, head)->next = turned;
        turned = head;
        head = next;
    }
    return turned;
}

// Deals a chain out again, into the buckets that its entries belong to now.  Each page is given
// back before its entries are dealt, so whatever they need is there.
static void chain_deal(struct pages *p, uint32_t head, bool (*keep)(void *ctx, uint64_t value),
                       void *ctx)
{
    head = chain_turn(p, head);
    while (head != 0) {
        struct page const page = *page_at(p, head);
        page_give(p, head);
        for (unsigned i = 0; i < page.n; i++) {
            uint64_t const value = entry_value(&page, i);
            if (keep == NULL || keep(ctx, value))
                bucket_push(p, bucket_of(p, page.key[i]), page.key[i], value);
            else
                p->count--;
        }
        head = page.next;
    }
}

// Opens bucket n with those of its sibling that belong there.
static void pages_split(struct pages *p)
{
    size_t const from = p->n - p->half;
    CHECK(p->n < p->n_max); // as many as its entries fill
    uint32_t const head = p->heads[from];
    p->heads[from] = 0;
    p->n++;
    chain_deal(p, head, NULL, NULL);
    if (p->n == 2 * p->half) p->half = p->n;
}

enum err pages_add(struct pages *p, uint64_t key, uint64_t value)
{
    CHECK(value >> PAGE_VALUE_BITS == 0);
    if (p->count == p->count_max) return ERR_NO_MEMORY;
    if (p->count >= p->n * BUCKET_FILL) pages_split(p);
    bucket_push(p, bucket_of(p, key), key, value);
    p->count++;
    return OK;
}

bool pages_next(const struct pages *p, uint64_t key, struct pages_at *at)
{
    uint32_t page = at->page != 0 ? at->page : p->heads[bucket_of(p, key)];
    unsigned left = at->page != 0 ? at->i : PAGE_ENTRIES; // entries before the present one
    for (; page != 0; page = page_at(p, page)->next, left = PAGE_ENTRIES) {
        const struct page *q = page_at(p, page);
        if (left > q->n) left = q->n;
        while (left > 0 && q->key[left - 1] != key) left--;
        if (left == 0) continue;
        *at = (struct pages_at){page, left - 1};
        return true;
    }
    return false;
}

uint64_t pages_value(const struct pages *p, struct pages_at at)
{
    return entry_value(page_at(p, at.page), at.i);
}

void pages_value_set(struct pages *p, struct pages_at at, uint64_t value)
{
    CHECK(value >> PAGE_VALUE_BITS == 0);
    entry_value_set(page_at(p, at.page), at.i, value);
}

// The last entry of the first page takes its place, so that all pages but the first stay full.
void pages_drop(struct pages *p, uint64_t key, struct pages_at at)
{
    uint32_t *head = &p->heads[bucket_of(p, key)];
    struct page *first = page_at(p, *head);
    struct page *q = page_at(p, at.page);
    CHECK(first->n > 0 && q->key[at.i] == key);
    first->n--;
    q->key[at.i] = first->key[first->n];
    entry_value_set(q, at.i, entry_value(first, first->n));
    first->key[first->n] = 0;
    p->count--;
    if (first->n > 0) return;
    uint32_t const gone = *head;
    *head = first->next;
    page_give(p, gone);
}

static bool chain_keeps_all(const struct pages *p, uint32_t head,
                            bool (*keep)(void *ctx, uint64_t value), void *ctx)
{
    bool all = true;
    for (; head != 0; head = page_at(p, head)->next) {
        const struct page *q = page_at(p, head);
        for (unsigned i = 0; i < q->n; i++) all = keep(ctx, entry_value(q, i)) && all;
    }
    return all;
}

void pages_sift(struct pages *p, size_t bucket, bool (*keep)(void *ctx, uint64_t value), void *ctx)
{
    CHECK(bucket < p->n);
    uint32_t const head = p->heads[bucket];
    if (chain_keeps_all(p, head, keep, ctx)) return;
    p->heads[bucket] = 0;
    chain_deal(p, head, keep, ctx);
}
