#include "quota.h"

// A submission in the units that a bucket counts: so many that a unitssecond adds `per_minute` of
// them.
#define ONE MINUTE_MS

static void bucket_fill(struct bucket *b, int64_t per_minute, int64_t most, int64_t elapsed_ms)
{
    int64_t const max = most * ONE;
    if (elapsed_ms > 10 * HOUR_MS)
        elapsed_ms = 10 * HOUR_MS; // Far from overflow, full long before.
    b->units += elapsed_ms * per_minute;
    if (b->units > max) b->units = max;
}

uint32_t quota_take(struct desk *d, struct caller *c, bool danger)
{
    struct desk_limits const *l = &d->settings.limits;
    int64_t const elapsed_ms = d->now.mono_ms - c->filled_mono_ms;
    if (elapsed_ms > 0) {
        bucket_fill(&c->quota, l->quota_per_minute, l->quota_burst, elapsed_ms);
        bucket_fill(&c->danger, l->danger_per_minute, l->danger_per_minute, elapsed_ms);
        c->filled_mono_ms = d->now.mono_ms;
    }
    struct bucket *b = &c->quota;
    if (b->units < ONE && danger) b = &c->danger;
    if (b->units >= ONE) {
        b->units -= ONE;
        return 0;
    }
    int64_t const per_minute = danger ? l->danger_per_minute : l->quota_per_minute;
    int64_t const wait_ms = (ONE - b->units) / per_minute + 1;
    return (uint32_t)(wait_ms < HOUR_MS ? wait_ms : HOUR_MS);
}

uint32_t quota_take_part(struct desk *d, struct caller *c)
{
    int64_t const per_minute = d->settings.limits.parts_per_minute;
    int64_t const elapsed_ms = d->now.mono_ms - c->parts_filled_mono_ms;
    if (elapsed_ms > 0) {
        bucket_fill(&c->parts, per_minute, per_minute, elapsed_ms);
        c->parts_filled_mono_ms = d->now.mono_ms;
    }
    if (c->parts.units < ONE) return (uint32_t)((ONE - c->parts.units) / per_minute + 1);
    c->parts.units -= ONE;
    return 0;
}
