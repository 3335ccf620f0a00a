#include "kin.h"

#include "check.h"
#include "now.h"
#include "sightings.h"

#include <string.h>

#define NO_BITS  27
#define NO_MASK  (KIN_CASES_MAX - 1)
#define COUNTS   (UINT64_C(1) << (PAGE_VALUE_BITS - 1))
#define DAY_BITS (PAGE_VALUE_BITS - 1 - NO_BITS)
#define DAY_MAX  ((int64_t)(1 << DAY_BITS) - 1) // days closed: 1 to this, again
#define DAY_SPAN SIGHTING_DAYS_MAX

size_t kin_bytes(size_t entries_max)
{
    return pages_bytes(entries_max);
}

void kin_init(struct kin *k, void *memory, size_t entries_max)
{
    memset(k, 0, sizeof(*k));
    pages_init(&k->by_key, memory, entries_max);
}

static uint16_t day_of(int64_t at_ms)
{
    int64_t const day = at_ms / DAY_MS;
    return day < 0 ? 0 : day > UINT16_MAX ? UINT16_MAX : (uint16_t)day;
}

// The least number of a case received on `day` or after it.
static uint64_t no_since(const struct kin *k, int64_t day)
{
    if (day < 0) day = 0;
    if (k->today - day >= KIN_DAYS) return 0;
    uint32_t const first = day <= k->today ? k->first[day % KIN_DAYS] : 0;
    return first != 0 ? first : KIN_CASES_MAX;
}

// On the days that have come since, nothing was received yet.
static void today_move(struct kin *k, uint16_t day)
{
    for (int32_t d = k->today + 1; d <= day && d <= k->today + KIN_DAYS; d++)
        k->first[d % KIN_DAYS] = 0;
    if (day > k->today) k->today = day;
}

// Numbers grow, so that the days before it have a lesser one already, but for those after the last.
static void day_note(struct kin *k, uint16_t day, uint64_t no)
{
    today_move(k, day);
    for (int32_t d = day; d >= 0 && d + KIN_DAYS > k->today; d--) {
        uint32_t *first = &k->first[d % KIN_DAYS];
        if (*first != 0 && *first <= no) return;
        *first = (uint32_t)no;
    }
}

static uint64_t value_make(uint64_t no, int64_t closed_ms)
{
    uint64_t const day = closed_ms == 0 ? 0 : (uint64_t)(day_of(closed_ms) % DAY_MAX + 1);
    CHECK(no > 0 && no < KIN_CASES_MAX);
    return day << NO_BITS | no;
}

static uint64_t value_day(uint64_t value)
{
    return (value & ~COUNTS) >> NO_BITS;
}

static bool sweep_keeps(void *ctx, uint64_t value)
{
    const struct kin *k = ctx;
    return value_day(value) == 0 || (value & NO_MASK) >= k->oldest;
}

// A bucket with each addition, so that what is old goes without a pause.
static void kin_sweep(struct kin *k)
{
    if (k->oldest_day != k->today) {
        k->oldest = no_since(k, (int64_t)k->today - DAY_SPAN);
        k->oldest_day = k->today;
    }
    pages_sift(&k->by_key, k->sweep, sweep_keeps, k);
    k->sweep = k->sweep + 1 < k->by_key.n ? k->sweep + 1 : 0;
}

// The entry of this case, among the last KIN_LOOK_MAX of its adult.
static bool kin_find(const struct kin *k, uint64_t key, uint64_t no, struct pages_at *at)
{
    *at = (struct pages_at){0};
    for (unsigned n = 0; key != 0 && n < KIN_LOOK_MAX && pages_next(&k->by_key, key, at); n++) {
        if ((pages_value(&k->by_key, *at) & NO_MASK) == no) return true;
    }
    return false;
}

enum err kin_add(struct kin *k, uint64_t key, uint64_t no, int64_t received_ms, int64_t closed_ms,
                 bool counts)
{
    day_note(k, day_of(received_ms), no);
    if (key == 0) return OK;
    kin_sweep(k);
    return pages_add(&k->by_key, key, value_make(no, closed_ms) | (counts ? COUNTS : 0));
}

void kin_counts(struct kin *k, uint64_t key, uint64_t no)
{
    struct pages_at at;
    if (kin_find(k, key, no, &at))
        pages_value_set(&k->by_key, at, pages_value(&k->by_key, at) | COUNTS);
}

bool kin_close(struct kin *k, uint64_t key, uint64_t no, int64_t closed_ms)
{
    struct pages_at at;
    today_move(k, day_of(closed_ms));
    if (!kin_find(k, key, no, &at)) return false;
    uint64_t const counts = pages_value(&k->by_key, at) & COUNTS;
    pages_value_set(&k->by_key, at, value_make(no, closed_ms) | counts);
    return true;
}

void kin_forget(struct kin *k, uint64_t key, uint64_t no)
{
    struct pages_at at;
    if (kin_find(k, key, no, &at)) pages_drop(&k->by_key, key, at);
}

struct window_counts kin_count(const struct kin *k, uint64_t key, const struct windows *w,
                               int64_t at_ms, uint64_t except_no)
{
    struct pages_at at = {0};
    struct window_counts c = {0};
    uint64_t oldest[WINDOWS_MAX];
    if (key == 0 || !pages_next(&k->by_key, key, &at)) return c; // most are nobody's second concern
    for (unsigned i = 0; i < w->n; i++)
        oldest[i] = no_since(k, (int64_t)day_of(at_ms) - w->days[i] + 1);
    for (unsigned n = 0; n < KIN_COUNT_MAX; n++) {
        uint64_t const value = pages_value(&k->by_key, at), no = value & NO_MASK;
        bool const counts = (value & COUNTS) != 0 && no != except_no;
        for (unsigned i = 0; i < w->n; i++) c.in[i] += counts && no >= oldest[i];
        if (!pages_next(&k->by_key, key, &at)) break;
    }
    return c;
}

// Days are kept in twelve bits: the latest day that has them.
static int64_t closed_day(const struct kin *k, uint64_t bits)
{
    int64_t const back = ((int64_t)k->today % DAY_MAX + 1 - (int64_t)bits + DAY_MAX) % DAY_MAX;
    return k->today - back;
}

uint64_t kin_first_since(const struct kin *k, int64_t at_ms)
{
    return no_since(k, day_of(at_ms));
}

bool kin_next(const struct kin *k, uint64_t key, struct kin_one *one)
{
    if (key == 0 || !pages_next(&k->by_key, key, &one->at)) return false;
    uint64_t const value = pages_value(&k->by_key, one->at);
    one->no = value & NO_MASK;
    one->open = value_day(value) == 0;
    one->closed_ms = one->open ? 0 : closed_day(k, value_day(value)) * DAY_MS;
    return true;
}
