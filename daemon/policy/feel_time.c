#include "feel_time.h"

#include "check.h"

#define DAY_S 86400

static bool date_is_leap(int64_t year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int64_t date_month_days(int64_t year, int64_t month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return days[month - 1] + (month == 2 && date_is_leap(year));
}

bool date_is_valid(int64_t year, int64_t month, int64_t day)
{
    return year >= -MOMENT_YEAR_MAX && year <= MOMENT_YEAR_MAX && month >= 1 && month <= 12 &&
           day >= 1 && day <= date_month_days(year, month);
}

// Howard Hinnant's days_from_civil: years start in March so that leap days come last.
int64_t date_days(const struct moment *m)
{
    int64_t const y = (int64_t)m->year - (m->month <= 2);
    int64_t const era = (y >= 0 ? y : y - 399) / 400;
    int64_t const yoe = y - era * 400;
    int64_t const doy = (153 * (m->month + (m->month > 2 ? -3 : 9)) + 2) / 5 + m->day - 1;
    int64_t const doe = yoe * 365 + yoe / 4 - yoe / 100 + doy;
    return era * 146097 + doe - 719468;
}

bool date_of_days(int64_t days, struct moment *m)
{
    int64_t const z = days + 719468;
    int64_t const era = (z >= 0 ? z : z - 146096) / 146097;
    int64_t const doe = z - era * 146097;
    int64_t const yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t const mp = (5 * doy + 2) / 153;
    int64_t const month = mp < 10 ? mp + 3 : mp - 9;
    int64_t const year = yoe + era * 400 + (month <= 2);
    if (year < -MOMENT_YEAR_MAX || year > MOMENT_YEAR_MAX) return false;
    m->year = (int32_t)year;
    m->month = (uint8_t)month;
    m->day = (uint8_t)(doy - (153 * mp + 2) / 5 + 1);
    return true;
}

int date_weekday(const struct moment *m)
{
    return (int)(((date_days(m) + 3) % 7 + 7) % 7) + 1; // 1970-01-01 was a Thursday
}

int date_day_of_year(const struct moment *m)
{
    struct moment const first = {.year = m->year, .month = 1, .day = 1};
    return (int)(date_days(m) - date_days(&first)) + 1;
}

static int date_weeks_in_year(int32_t year)
{
    struct moment const first = {.year = year, .month = 1, .day = 1};
    int const weekday = date_weekday(&first);
    return weekday == 4 || (weekday == 3 && date_is_leap(year)) ? 53 : 52;
}

int date_week_of_year(const struct moment *m)
{
    int const week = (date_day_of_year(m) - date_weekday(m) + 10) / 7;
    if (week < 1) return date_weeks_in_year(m->year - 1);
    return week > date_weeks_in_year(m->year) ? 1 : week;
}

// A month later on the same day, or the month's last where it has no such day.
bool date_add_months(const struct moment *m, int64_t months, struct moment *out)
{
    int64_t const limit = (int64_t)MOMENT_YEAR_MAX * 24;
    if (months > limit || months < -limit) return false;
    int64_t const total = (int64_t)m->year * 12 + (m->month - 1) + months;
    int64_t const year = (total >= 0 ? total : total - 11) / 12;
    int64_t const month = total - year * 12 + 1;
    if (!date_is_valid(year, month, 1)) return false;
    int64_t const last = date_month_days(year, month);
    *out = *m;
    out->year = (int32_t)year;
    out->month = (uint8_t)month;
    out->day = m->day > last ? (uint8_t)last : m->day;
    return true;
}

int64_t time_local_s(const struct moment *m)
{
    return (int64_t)m->hour * 3600 + (int64_t)m->minute * 60 + m->second;
}

int64_t moment_local_s(const struct moment *m)
{
    return date_days(m) * DAY_S + time_local_s(m);
}

bool moment_offset_s(const struct moment *m, int64_t *out)
{
    if (m->zone_kind == MOMENT_LOCAL) return false;
    *out = m->zone_kind == MOMENT_OFFSET ? m->offset_s : zone_offset_s(m->zone, m);
    return true;
}

// A time alone has no date, so its zone is read in winter: the offset the zone is named after.
bool time_offset_s(const struct moment *m, int64_t *out)
{
    struct moment dated = *m;
    dated.year = 1970;
    dated.month = 1;
    dated.day = 1;
    return moment_offset_s(&dated, out);
}

static int64_t moment_order(int64_t s, int32_t ns, int64_t other_s, int32_t other_ns)
{
    return s != other_s ? (s > other_s) - (s < other_s) : (ns > other_ns) - (ns < other_ns);
}

// Both on one scale: UTC when both have a zone, the local reading when neither has.
static bool moment_scale(const struct moment *a, const struct moment *b, bool is_time, int64_t *x,
                         int64_t *y)
{
    int64_t p = 0, q = 0;
    bool const zoned = is_time ? time_offset_s(a, &p) : moment_offset_s(a, &p);
    bool const other = is_time ? time_offset_s(b, &q) : moment_offset_s(b, &q);
    if (zoned != other) return false;
    *x = (is_time ? time_local_s(a) : moment_local_s(a)) - p;
    *y = (is_time ? time_local_s(b) : moment_local_s(b)) - q;
    return true;
}

bool moment_compare(const struct moment *a, const struct moment *b, int *out)
{
    int64_t x, y;
    if (!moment_scale(a, b, false, &x, &y)) return false;
    *out = (int)moment_order(x, a->nanosecond, y, b->nanosecond);
    return true;
}

bool time_compare(const struct moment *a, const struct moment *b, int *out)
{
    int64_t x, y;
    if (!moment_scale(a, b, true, &x, &y)) return false;
    *out = (int)moment_order(x, a->nanosecond, y, b->nanosecond);
    return true;
}

bool moment_same_zone(const struct moment *a, const struct moment *b)
{
    return a->zone_kind == b->zone_kind && a->zone == b->zone &&
           (a->zone_kind != MOMENT_OFFSET || a->offset_s == b->offset_s);
}

static void moment_set_time(struct moment *m, int64_t of_day_s, int32_t ns)
{
    CHECK(of_day_s >= 0 && of_day_s < DAY_S);
    m->hour = (uint8_t)(of_day_s / 3600);
    m->minute = (uint8_t)(of_day_s / 60 % 60);
    m->second = (uint8_t)(of_day_s % 60);
    m->nanosecond = ns;
}

bool moment_add(const struct moment *m, struct duration d, struct moment *out)
{
    struct duration sum;
    if (!duration_add((struct duration){moment_local_s(m), 0}, d, &sum)) return false;
    if (!duration_add(sum, (struct duration){0, m->nanosecond}, &sum)) return false;
    if (sum.ns < 0) {
        sum.ns += 1000000000;
        sum.s -= 1;
    }
    int64_t const days = (sum.s >= 0 ? sum.s : sum.s - (DAY_S - 1)) / DAY_S;
    *out = *m;
    if (!date_of_days(days, out)) return false;
    moment_set_time(out, sum.s - days * DAY_S, sum.ns);
    return true;
}

void time_add(const struct moment *m, struct duration d, struct moment *out)
{
    int64_t s = time_local_s(m) + d.s % DAY_S;
    int32_t ns = m->nanosecond + d.ns;
    if (ns < 0) {
        ns += 1000000000;
        s -= 1;
    } else if (ns >= 1000000000) {
        ns -= 1000000000;
        s += 1;
    }
    *out = *m;
    moment_set_time(out, ((s % DAY_S) + DAY_S) % DAY_S, ns);
}

bool moment_subtract(const struct moment *a, const struct moment *b, struct duration *out)
{
    int64_t x, y;
    if (!moment_scale(a, b, false, &x, &y)) return false;
    return duration_add((struct duration){x, a->nanosecond},
                        duration_negate((struct duration){y, b->nanosecond}), out);
}

bool time_subtract(const struct moment *a, const struct moment *b, struct duration *out)
{
    int64_t x, y;
    if (!moment_scale(a, b, true, &x, &y)) return false;
    return duration_add((struct duration){x, a->nanosecond},
                        duration_negate((struct duration){y, b->nanosecond}), out);
}

// Whole months from one day to the other, towards zero; the time of day does not count.
int64_t moment_months_between(const struct moment *from, const struct moment *to)
{
    int64_t months =
        ((int64_t)to->year * 12 + to->month) - ((int64_t)from->year * 12 + from->month);
    if (months > 0 && to->day < from->day) months--;
    if (months < 0 && to->day > from->day) months++;
    return months;
}

bool duration_add(struct duration a, struct duration b, struct duration *out)
{
    int64_t s;
    int64_t ns = (int64_t)a.ns + b.ns;
    if (__builtin_add_overflow(a.s, b.s, &s)) return false;
    if (s > INT64_MAX / 2 || s < INT64_MIN / 2) return false;
    s += ns / 1000000000;
    ns %= 1000000000;
    if (s > 0 && ns < 0) {
        s--;
        ns += 1000000000;
    } else if (s < 0 && ns > 0) {
        s++;
        ns -= 1000000000;
    }
    *out = (struct duration){s, (int32_t)ns};
    return true;
}

struct duration duration_negate(struct duration d)
{
    return (struct duration){-d.s, -d.ns};
}

int duration_compare(struct duration a, struct duration b)
{
    return (int)moment_order(a.s, a.ns, b.s, b.ns);
}
