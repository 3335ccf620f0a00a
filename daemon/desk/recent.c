#include "recent.h"

#define RECENT_WIPE ((size_t)1024 * 1024) // in one turn of the loop, about 0.1 ms

void recent_init(struct recent *r, void *ring, struct recent_entry *entries)
{
    *r = (struct recent){.ring = ring, .entries = entries};
}

void recent_keep(struct recent *r, uint64_t seq, struct bytes body)
{
    if (body.len == 0 || body.len > RECENT_BYTES / 16) return;
    size_t const room = RECENT_BYTES - r->head % RECENT_BYTES;
    if (room < body.len) r->head += room; // A body never wraps.
    memcpy(r->ring + r->head % RECENT_BYTES, body.data, body.len);
    r->entries[seq & (RECENT_ENTRIES - 1)] = (struct recent_entry){seq, r->head, body.len};
    r->head += body.len;
}

struct bytes recent_find(const struct recent *r, uint64_t seq)
{
    struct recent_entry const *e = &r->entries[seq & (RECENT_ENTRIES - 1)];
    if (seq == 0 || e->seq != seq || e->at + RECENT_BYTES < r->head) return BYTES_NONE;
    return bytes_of(r->ring + e->at % RECENT_BYTES, e->len);
}

void recent_forget(struct recent *r)
{
    size_t const used = r->head < RECENT_BYTES ? r->head : RECENT_BYTES;
    if (r->stale < used) r->stale = used;
    memset(r->entries, 0, RECENT_ENTRIES * sizeof *r->entries);
    r->head = 0;
}

// From its end on, so that what is written meanwhile from the beginning meets it at last.
bool recent_wipe(struct recent *r)
{
    size_t const left = r->stale > r->head ? r->stale - r->head : 0;
    size_t const step = left < RECENT_WIPE ? left : RECENT_WIPE;
    explicit_bzero(r->ring + r->stale - step, step);
    r->stale = left > step ? r->stale - step : 0;
    return r->stale != 0;
}
