#include "calendar.h"

#include "check.h"
#include "now.h"

// No chain of holidays is longer; a calendar without a working day never ends a span.
#define CALENDAR_SEARCH_DAYS 3660

static int64_t local_day(int64_t utc_ms, int64_t *ms_of_day)
{
    struct civil const c = civil_local(utc_ms);
    int64_t const ms = ((utc_ms % SECOND_MS) + SECOND_MS) % SECOND_MS;
    *ms_of_day = c.hour * HOUR_MS + c.minute * MINUTE_MS + c.second * SECOND_MS + ms;
    return civil_day(c.year, c.month, c.day);
}

static int64_t day_at(int64_t day, int minute)
{
    return civil_to_utc(
        (struct civil){.year = 1970, .month = 1, .day = (int)day + 1, .minute = minute});
}

bool calendar_is_working_day(const struct calendar *c, int32_t day)
{
    int const weekday = ((day % 7) + 10) % 7;
    CHECK(c->n_holidays <= CALENDAR_HOLIDAYS_MAX);
    if ((c->working_days & (1U << weekday)) == 0) return false;
    size_t low = 0;
    size_t high = c->n_holidays;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        if (c->holidays[mid] == day) return false;
        if (c->holidays[mid] < day)
            low = mid + 1;
        else
            high = mid;
    }
    return true;
}

static int64_t day_working_from(const struct calendar *c, int64_t day)
{
    for (int64_t i = 0; i < CALENDAR_SEARCH_DAYS; i++) {
        if (calendar_is_working_day(c, (int32_t)(day + i))) return day + i;
    }
    return INT64_MAX;
}

bool calendar_is_open(const struct calendar *c, int64_t utc_ms)
{
    int64_t ms_of_day;
    int64_t const day = local_day(utc_ms, &ms_of_day);
    return calendar_is_working_day(c, (int32_t)day) && utc_ms >= day_at(day, c->open_minute) &&
           utc_ms < day_at(day, c->close_minute);
}

int64_t calendar_next_closed(const struct calendar *c, int64_t utc_ms)
{
    int64_t ms_of_day;
    return calendar_is_open(c, utc_ms) ? day_at(local_day(utc_ms, &ms_of_day), c->close_minute)
                                       : utc_ms;
}

int64_t calendar_morning(const struct calendar *c, int64_t utc_ms, int minute)
{
    int64_t ms_of_day;
    int64_t const open_ms = calendar_next_open(c, calendar_next_closed(c, utc_ms));
    return open_ms == INT64_MAX ? open_ms : day_at(local_day(open_ms, &ms_of_day), minute);
}

int64_t calendar_next_open(const struct calendar *c, int64_t utc_ms)
{
    int64_t ms_of_day;
    int64_t day = local_day(utc_ms, &ms_of_day);
    if (utc_ms >= day_at(day, c->close_minute)) day++;
    day = day_working_from(c, day);
    if (day == INT64_MAX) return INT64_MAX;
    int64_t const opens = day_at(day, c->open_minute);
    return opens > utc_ms ? opens : utc_ms;
}

int64_t calendar_add_working_days(const struct calendar *c, int64_t from_ms, int n)
{
    int64_t ms_of_day;
    int64_t day = local_day(from_ms, &ms_of_day);
    if (ms_of_day > c->cutoff_minute * MINUTE_MS) day++;
    day = day_working_from(c, day);
    for (int i = 0; i < n && day != INT64_MAX; i++) day = day_working_from(c, day + 1);
    return day == INT64_MAX ? INT64_MAX : day_at(day, c->close_minute);
}

// Open time of one day that lies within [from, to).
static int64_t day_open_ms(const struct calendar *c, int64_t day, int64_t from_ms, int64_t to_ms)
{
    if (!calendar_is_working_day(c, (int32_t)day)) return 0;
    int64_t const opens = day_at(day, c->open_minute);
    int64_t const closes = day_at(day, c->close_minute);
    int64_t const start = opens > from_ms ? opens : from_ms;
    int64_t const end = closes < to_ms ? closes : to_ms;
    return end > start ? end - start : 0;
}

// All of a day's open time.  Clocks change on Sundays: on other days it is what the hours say.
static int64_t day_whole_ms(const struct calendar *c, int64_t day)
{
    bool const sunday = ((day % 7) + 10) % 7 == 6;
    if (sunday) return day_open_ms(c, day, INT64_MIN, INT64_MAX);
    if (!calendar_is_working_day(c, (int32_t)day)) return 0;
    return (c->close_minute - c->open_minute) * MINUTE_MS;
}

int64_t calendar_working_ms(const struct calendar *c, int64_t from_ms, int64_t to_ms)
{
    int64_t ms_of_day;
    if (to_ms <= from_ms) return 0;
    int64_t const first = local_day(from_ms, &ms_of_day);
    int64_t const last = local_day(to_ms, &ms_of_day);
    int64_t total = day_open_ms(c, first, from_ms, to_ms);
    for (int64_t day = first + 1; day < last; day++) total += day_whole_ms(c, day);
    return last == first ? total : total + day_open_ms(c, last, from_ms, to_ms);
}

int64_t calendar_add_working_ms(const struct calendar *c, int64_t from_ms, int64_t working_ms)
{
    int64_t ms_of_day;
    int64_t day = local_day(from_ms, &ms_of_day);
    if (working_ms <= 0) return from_ms;
    for (;;) {
        day = day_working_from(c, day);
        if (day == INT64_MAX) return INT64_MAX;
        int64_t const closes = day_at(day, c->close_minute);
        int64_t const open_ms = day_open_ms(c, day, from_ms, closes);
        if (open_ms >= working_ms) return closes - (open_ms - working_ms);
        working_ms -= open_ms;
        day++;
    }
}
