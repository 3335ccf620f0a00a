#include "days.h"

#include <stdio.h>

#define HOUR_MS INT64_C(3600000)
#define DAY_MS  (24 * HOUR_MS)

static int32_t year_begins(int32_t year)
{
    return 365 * (year - 1970) + (year - 1969) / 4;
}

static int32_t year_of(int32_t day)
{
    int32_t year = 1970;
    while (year_begins(year + 1) <= day) year++;
    return year;
}

static int32_t year_leap(int32_t year)
{
    return year_begins(year + 1) - year_begins(year) - 365;
}

// Days of the year before the month.
static int32_t month_begins(int32_t year, int32_t month)
{
    static const int16_t before[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
    return before[month - 1] + (month > 2 ? year_leap(year) : 0);
}

int32_t day_number(int32_t year, int32_t month, int32_t day_of_month)
{
    return year_begins(year) + month_begins(year, month) + day_of_month - 1;
}

void day_text(int32_t day, char out[11])
{
    int32_t const year = year_of(day), nth = day - year_begins(year);
    int32_t month = 1;
    while (month < 12 && month_begins(year, month + 1) <= nth) month++;
    (void)snprintf(out, 11, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
                   (unsigned)(nth - month_begins(year, month) + 1) % 100);
}

// 1970 began on a Thursday; 0 is a Sunday.
static int32_t weekday(int32_t day)
{
    return (day + 4) % 7;
}

// From the last Sunday in March to the last in October, at one in the morning UTC.
static bool summer(int64_t utc_ms)
{
    int32_t const year = year_of((int32_t)(utc_ms / DAY_MS));
    int32_t const march = day_number(year, 3, 31), october = day_number(year, 10, 31);
    int64_t const from_ms = (march - weekday(march)) * DAY_MS + HOUR_MS;
    int64_t const to_ms = (october - weekday(october)) * DAY_MS + HOUR_MS;
    return utc_ms >= from_ms && utc_ms < to_ms;
}

int32_t london_day(int64_t utc_ms)
{
    return (int32_t)((utc_ms + (summer(utc_ms) ? HOUR_MS : 0)) / DAY_MS);
}

int64_t london_midnight_ms(int32_t day)
{
    return day * DAY_MS - (summer(day * DAY_MS) ? HOUR_MS : 0);
}

// pack/common: Monday to Friday from nine to five, but for its holidays.
bool london_office(int64_t utc_ms)
{
    int32_t const day = london_day(utc_ms), year = year_of(day);
    int32_t const nth = day - year_begins(year), last = year_begins(year + 1) - 1 - day;
    int64_t const since_ms = utc_ms - london_midnight_ms(day);
    bool const christmas = last == 6 || (year == 2027 && last == 4);
    if (weekday(day) == 0 || weekday(day) == 6 || (year == 2026 && nth == 0)) return false;
    return !christmas && since_ms >= 9 * HOUR_MS && since_ms < 17 * HOUR_MS;
}
