#include "sightings.h"

#include "check.h"
#include "now.h"

#define COUNT_BITS 24
#define COUNT_MOST ((1U << COUNT_BITS) - 1)

size_t sightings_bytes(size_t days_max)
{
    return pages_bytes(days_max);
}

void sightings_init(struct sightings *s, void *memory, size_t days_max)
{
    *s = (struct sightings){.oldest = UINT16_MAX, .sweep_oldest = UINT16_MAX};
    pages_init(&s->by_key, memory, days_max);
}

static uint16_t day_of(int64_t at_ms)
{
    int64_t const day = at_ms / DAY_MS;
    if (day < 0) return 0;
    return day > UINT16_MAX ? UINT16_MAX : (uint16_t)day;
}

static uint16_t value_day(uint64_t value)
{
    return (uint16_t)(value >> COUNT_BITS);
}

static unsigned value_count(uint64_t value)
{
    return (unsigned)(value & COUNT_MOST);
}

static bool day_past(const struct sightings *s, uint16_t day)
{
    return day + SIGHTING_DAYS_MAX < s->today;
}

static bool sweep_keeps(void *ctx, uint64_t value)
{
    struct sightings *s = ctx;
    uint16_t const day = value_day(value);
    if (day_past(s, day)) return false;
    if (day < s->sweep_oldest) s->sweep_oldest = day;
    return true;
}

// A bucket with each addition, while something may be past: what is old goes without a pause.
static void sightings_sweep(struct sightings *s)
{
    if (!day_past(s, s->oldest)) return;
    pages_sift(&s->by_key, s->sweep, sweep_keeps, s);
    s->sweep++;
    if (s->sweep < s->by_key.n) return;
    s->oldest = s->sweep_oldest; // of all that was looked at, and of all that came meanwhile
    s->sweep_oldest = UINT16_MAX;
    s->sweep = 0;
}

// The entry of that day, if nothing earlier came after it: looking further would cost more than a
// second entry for the day does.
static bool day_find(const struct sightings *s, uint64_t key, uint16_t day, struct pages_at *at)
{
    *at = (struct pages_at){0};
    while (pages_next(&s->by_key, key, at)) {
        uint16_t const found = value_day(pages_value(&s->by_key, *at));
        if (found <= day) return found == day;
    }
    return false;
}

enum err sightings_add(struct sightings *s, uint64_t key, int64_t at_ms)
{
    uint16_t const day = day_of(at_ms);
    struct pages_at at;
    if (day > s->today) s->today = day;
    if (day_past(s, day)) return OK;
    sightings_sweep(s);
    if (day_find(s, key, day, &at)) {
        uint64_t const value = pages_value(&s->by_key, at);
        if (value_count(value) < COUNT_MOST) pages_value_set(&s->by_key, at, value + 1);
        return OK;
    }
    enum err const e = pages_add(&s->by_key, key, (uint64_t)day << COUNT_BITS | 1);
    if (e) return e;
    if (day < s->oldest) s->oldest = day;
    if (day < s->sweep_oldest) s->sweep_oldest = day;
    return OK;
}

static bool day_within(uint16_t day, int days, uint16_t today)
{
    return day <= today && today - day < days;
}

struct window_counts sightings_count(const struct sightings *s, uint64_t key,
                                     const struct windows *w, int64_t at_ms, int64_t but_ms)
{
    uint16_t const today = day_of(at_ms), but = day_of(but_ms);
    struct pages_at at = {0};
    struct window_counts c = {0};
    bool left_out = but_ms == NO_SIGHTING;
    while (pages_next(&s->by_key, key, &at)) {
        uint64_t const value = pages_value(&s->by_key, at);
        bool const own = !left_out && value_day(value) == but;
        for (unsigned i = 0; i < w->n; i++)
            if (day_within(value_day(value), w->days[i], today))
                c.in[i] += value_count(value) - own;
        left_out = left_out || own;
    }
    return c;
}
