#include "keys.h"

#include "check.h"

#include <string.h>

#define KEYS_FILL   14 // entries a page on average, before one more page is opened
#define SPILL_LEAST 64
#define SEQ_BITS    40

static size_t keys_pages_max(size_t keys_max)
{
    return keys_max / KEYS_FILL + 2;
}

static size_t keys_spill_max(size_t keys_max)
{
    return keys_pages_max(keys_max) / 2 + SPILL_LEAST; // random fingerprints need a quarter
}

size_t keys_bytes(size_t keys_max)
{
    return (keys_pages_max(keys_max) + keys_spill_max(keys_max)) * sizeof(struct keys_page);
}

void keys_init(struct keys *k, void *memory, size_t keys_max)
{
    CHECK(memory != NULL);
    *k = (struct keys){.pages = memory,
                       .n = 1,
                       .n_max = keys_pages_max(keys_max),
                       .half = 1,
                       .spill_max = keys_spill_max(keys_max),
                       .count_max = keys_max};
    k->spill = k->pages + k->n_max;
}

static size_t keys_bucket(const struct keys *k, uint64_t fingerprint)
{
    size_t const bucket = fingerprint & (2 * k->half - 1);
    return bucket < k->n ? bucket : bucket - k->half;
}

static struct keys_page *page_next(const struct keys *k, const struct keys_page *p)
{
    return p->next != 0 ? &k->spill[p->next - 1] : NULL;
}

static uint32_t spill_take(struct keys *k)
{
    uint32_t const reused = k->spill_free;
    if (reused != 0) {
        k->spill_free = k->spill[reused - 1].next;
        k->spill[reused - 1].next = 0;
        return reused;
    }
    return k->spill_used < k->spill_max ? (uint32_t)++k->spill_used : 0;
}

static void spill_give(struct keys *k, uint32_t page)
{
    k->spill[page - 1].n = 0;
    k->spill[page - 1].next = k->spill_free;
    k->spill_free = page;
}

static enum err chain_push(struct keys *k, size_t bucket, uint64_t fingerprint, uint64_t seq)
{
    struct keys_page *p = &k->pages[bucket];
    while (p->n == KEYS_PAGE) {
        if (p->next == 0) p->next = spill_take(k);
        if (p->next == 0) return ERR_NO_MEMORY;
        p = page_next(k, p);
    }
    p->fingerprint[p->n] = fingerprint;
    p->seq_low[p->n] = (uint32_t)seq;
    p->seq_high[p->n] = (uint8_t)(seq >> 32);
    p->n++;
    return OK;
}

// Deals one page's entries out again.  It was given back before, so whatever they need is there.
static void page_deal(struct keys *k, const struct keys_page *p)
{
    for (unsigned i = 0; i < p->n; i++) {
        uint64_t const seq = (uint64_t)p->seq_high[i] << 32 | p->seq_low[i];
        enum err const e = chain_push(k, keys_bucket(k, p->fingerprint[i]), p->fingerprint[i], seq);
        CHECK(e == OK);
    }
}

// Opens page n with those of its sibling that belong there.
static void keys_split(struct keys *k)
{
    struct keys_page *from = &k->pages[k->n - k->half];
    struct keys_page page = *from;
    memset(from, 0, sizeof(*from));
    k->n++;
    for (;;) {
        uint32_t const next = page.next;
        page_deal(k, &page);
        if (next == 0) break;
        page = k->spill[next - 1];
        spill_give(k, next);
    }
    if (k->n == 2 * k->half) k->half = k->n;
}

enum err keys_add(struct keys *k, uint64_t fingerprint, uint64_t seq)
{
    CHECK(fingerprint != 0 && seq != 0 && seq >> SEQ_BITS == 0);
    if (k->count == k->count_max) return ERR_NO_MEMORY;
    if (k->count >= k->n * KEYS_FILL && k->n < k->n_max) keys_split(k);
    enum err const e = chain_push(k, keys_bucket(k, fingerprint), fingerprint, seq);
    if (e == OK) k->count++;
    return e;
}

uint64_t keys_find(const struct keys *k, uint64_t fingerprint, unsigned nth)
{
    const struct keys_page *p = &k->pages[keys_bucket(k, fingerprint)];
    for (; p != NULL; p = page_next(k, p)) {
        for (unsigned i = 0; i < p->n; i++) {
            if (p->fingerprint[i] != fingerprint) continue;
            if (nth == 0) return (uint64_t)p->seq_high[i] << 32 | p->seq_low[i];
            nth--;
        }
    }
    return 0;
}
