// The clock on the wall in London, from UTC and back, by rule.
#include "calendar.h"

#include "check.h"
#include "now.h"

#define MONTH_MARCH   3
#define MONTH_OCTOBER 10

static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

// Howard Hinnant's days_from_civil: years begin in March, so that the leap day comes last.
int32_t civil_day(int year, int month, int day)
{
    int const y = year - (month <= 2 ? 1 : 0);
    int const era = (y >= 0 ? y : y - 399) / 400;
    int const year_of_era = y - era * 400;
    int const day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    int const day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return (int32_t)(era * 146097 + day_of_era - 719468);
}

static int civil_weekday(int32_t days)
{
    return (int)(((int64_t)days % 7 + 10) % 7); // 1970-01-01 was a Thursday
}

static struct civil civil_of_day(int32_t days)
{
    int64_t const z = (int64_t)days + 719468;
    int64_t const era = floor_div(z, 146097);
    int64_t const doe = z - era * 146097;
    int64_t const yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
    int64_t const doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    int64_t const mp = (5 * doy + 2) / 153;
    int64_t const month = mp + (mp < 10 ? 3 : -9);
    return (struct civil){
        .year = (int)(yoe + era * 400 + (month <= 2 ? 1 : 0)),
        .month = (int)month,
        .day = (int)(doy - (153 * mp + 2) / 5 + 1),
        .weekday = civil_weekday(days),
    };
}

bool civil_valid(int year, int month, int day)
{
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1) return false;
    bool const leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= lengths[month - 1] + (leap && month == 2 ? 1 : 0);
}

// The clocks change on the last Sunday of March and of October, at one o'clock UTC.
static int64_t summer_edge_ms(int year, int month)
{
    int32_t const last = civil_day(year, month, 31);
    int32_t const sunday = last - (civil_weekday(last) + 1) % 7;
    return (int64_t)sunday * DAY_MS + HOUR_MS;
}

// `of` is the day in UTC.
static bool summer_on(struct civil of, int64_t utc_ms)
{
    if (of.month != MONTH_MARCH && of.month != MONTH_OCTOBER)
        return of.month > MONTH_MARCH && of.month < MONTH_OCTOBER;
    return (utc_ms >= summer_edge_ms(of.year, of.month)) == (of.month == MONTH_MARCH);
}

static bool summer_time(int64_t utc_ms)
{
    return summer_on(civil_of_day((int32_t)floor_div(utc_ms, DAY_MS)), utc_ms);
}

struct civil civil_local(int64_t utc_ms)
{
    int64_t const utc_day = floor_div(utc_ms, DAY_MS);
    struct civil c = civil_of_day((int32_t)utc_day);
    int64_t const local_ms = utc_ms + (summer_on(c, utc_ms) ? HOUR_MS : 0);
    int64_t const day = floor_div(local_ms, DAY_MS);
    int64_t const of_day = local_ms - day * DAY_MS;
    if (day != utc_day) c = civil_of_day((int32_t)day);
    c.hour = (int)(of_day / HOUR_MS);
    c.minute = (int)(of_day % HOUR_MS / MINUTE_MS);
    c.second = (int)(of_day % MINUTE_MS / SECOND_MS);
    return c;
}

// An hour that the clocks skip in spring is read as the hour after it.
int64_t civil_to_utc(struct civil c)
{
    int64_t const local_ms = civil_day(c.year, c.month, c.day) * DAY_MS + c.hour * HOUR_MS +
                             c.minute * MINUTE_MS + c.second * SECOND_MS;
    return summer_time(local_ms - HOUR_MS) ? local_ms - HOUR_MS : local_ms;
}

int64_t civil_midnight(int32_t day)
{
    return civil_to_utc(civil_of_day(day));
}

// Who was born on 29 February comes of age on 1 March in common years.
int years_between(int32_t born_day, int32_t on_day)
{
    struct civil const born = civil_of_day(born_day);
    struct civil const on = civil_of_day(on_day);
    bool const before_birthday =
        on.month < born.month || (on.month == born.month && on.day < born.day);
    return on.year - born.year - (before_birthday ? 1 : 0);
}
