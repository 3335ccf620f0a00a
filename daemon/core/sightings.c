#include "sightings.h"

#include "check.h"
#include "now.h"

#include <string.h>

#define SWEEP_STEP 2 // records looked at with each addition: old ones go without a pause

size_t sightings_bytes(size_t days_max)
{
    return (days_max + 1) * sizeof(struct sighting_day) + index_bytes(days_max);
}

static uint64_t day_hash(const void *ctx, uint32_t item)
{
    const struct sightings *s = ctx;
    return s->days[item].key;
}

static uint32_t *day_next(void *ctx, uint32_t item)
{
    struct sightings *s = ctx;
    return &s->days[item].next;
}

void sightings_init(struct sightings *s, void *memory, size_t days_max)
{
    CHECK(days_max < UINT32_MAX);
    *s = (struct sightings){.days = memory, .max = days_max, .sweep = 1};
    index_init(&s->by_key, s->days + days_max + 1, days_max,
               (struct index_items){s, day_hash, day_next});
}

static uint16_t day_of(int64_t at_ms)
{
    int64_t const day = at_ms / DAY_MS;
    if (day < 0) return 0;
    return day > UINT16_MAX ? UINT16_MAX : (uint16_t)day;
}

static uint32_t newest_of(const struct sightings *s, uint64_t key)
{
    uint32_t item = index_first(&s->by_key, key);
    while (item != 0 && s->days[item].key != key) item = s->days[item].next;
    return item;
}

static void day_give(struct sightings *s, uint32_t item)
{
    s->days[item] = (struct sighting_day){.next = s->free};
    s->free = item;
    s->live--;
}

static void chain_give(struct sightings *s, uint32_t item)
{
    while (item != 0) {
        uint32_t const older = s->days[item].older;
        day_give(s, item);
        item = older;
    }
}

static bool day_past(const struct sightings *s, uint16_t day)
{
    return day + SIGHTING_DAYS_MAX < s->today;
}

static void sightings_sweep(struct sightings *s)
{
    for (int i = 0; i < SWEEP_STEP && s->used > 0; i++) {
        uint32_t const item = (uint32_t)s->sweep;
        s->sweep = s->sweep < s->used ? s->sweep + 1 : 1;
        struct sighting_day *d = &s->days[item];
        if (d->count == 0 || !d->newest || !day_past(s, d->day)) continue;
        index_remove(&s->by_key, item);
        chain_give(s, item);
    }
}

static uint32_t day_take(struct sightings *s)
{
    uint32_t item = s->free;
    if (item != 0)
        s->free = s->days[item].next;
    else if (s->used < s->max)
        item = (uint32_t)++s->used;
    else
        return 0;
    s->live++;
    memset(&s->days[item], 0, sizeof(s->days[item]));
    return item;
}

static void chain_trim(struct sightings *s, uint32_t newest)
{
    uint32_t item = newest;
    while (item != 0) {
        struct sighting_day *d = &s->days[item];
        if (d->older != 0 && day_past(s, s->days[d->older].day)) {
            chain_give(s, d->older);
            d->older = 0;
        }
        item = d->older;
    }
}

// A day that the key was not yet sighted on: keeps the chain newest first, and its head where it
// is.
static enum err day_add(struct sightings *s, uint32_t newest, uint16_t day)
{
    uint32_t const item = day_take(s);
    if (item == 0) return ERR_NO_MEMORY;
    struct sighting_day *head = &s->days[newest];
    struct sighting_day *fresh = &s->days[item];
    *fresh = (struct sighting_day){.key = head->key, .count = 1, .day = day};
    if (day > head->day) {
        *fresh = *head;
        fresh->next = 0;
        fresh->newest = false;
        head->older = item;
        head->day = day;
        head->count = 1;
    } else {
        uint32_t *link = &head->older;
        while (*link != 0 && s->days[*link].day > day) link = &s->days[*link].older;
        fresh->older = *link;
        *link = item;
    }
    chain_trim(s, newest);
    return OK;
}

static uint32_t day_find(const struct sightings *s, uint32_t item, uint16_t day)
{
    while (item != 0 && s->days[item].day > day) item = s->days[item].older;
    return item != 0 && s->days[item].day == day ? item : 0;
}

enum err sightings_add(struct sightings *s, uint64_t key, int64_t at_ms)
{
    uint16_t const day = day_of(at_ms);
    if (day > s->today) s->today = day;
    if (day_past(s, day)) return OK;
    sightings_sweep(s);
    uint32_t const newest = newest_of(s, key);
    uint32_t const same_day = day_find(s, newest, day);
    if (same_day != 0) {
        if (s->days[same_day].count < UINT32_MAX) s->days[same_day].count++;
        return OK;
    }
    if (newest != 0) return day_add(s, newest, day);
    uint32_t const item = day_take(s);
    if (item == 0) return ERR_NO_MEMORY;
    s->days[item] = (struct sighting_day){.key = key, .count = 1, .day = day, .newest = true};
    index_add(&s->by_key, item);
    return OK;
}

static bool day_within(uint16_t day, int days, uint16_t today)
{
    return day <= today && today - day < days;
}

unsigned sightings_count(const struct sightings *s, uint64_t key, int days, int64_t at_ms)
{
    uint16_t const today = day_of(at_ms);
    unsigned total = 0;
    for (uint32_t item = newest_of(s, key); item != 0; item = s->days[item].older) {
        const struct sighting_day *d = &s->days[item];
        if (d->day + days <= today) break;
        if (day_within(d->day, days, today)) total += d->count;
    }
    return total;
}

bool sightings_has(const struct sightings *s, uint64_t key, int days, int64_t at_ms,
                   int64_t seen_ms)
{
    uint16_t const seen = day_of(seen_ms);
    return day_within(seen, days, day_of(at_ms)) && day_find(s, newest_of(s, key), seen) != 0;
}
