// rfc3339.c - civil dates by arithmetic, so that neither locale nor time zone can touch them.
#include "rfc3339.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

static int64_t const DAY_MS = 86400000;
static int64_t const YEAR_MIN = 1, YEAR_MAX = 9999;

// Days since 1970-01-01 of a proleptic Gregorian date.
static int64_t civil_days(int64_t year, unsigned month, unsigned day)
{
    year -= month <= 2;
    int64_t const era = (year >= 0 ? year : year - 399) / 400;
    int64_t const of_era = year - era * 400;
    int64_t const of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

bool rfc3339_has(int64_t utc_ms)
{
    return utc_ms >= civil_days(YEAR_MIN, 1, 1) * DAY_MS &&
           utc_ms < civil_days(YEAR_MAX + 1, 1, 1) * DAY_MS;
}

static bool civil_exists(int64_t year, unsigned month, unsigned day)
{
    static unsigned const days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    if (year < YEAR_MIN || year > YEAR_MAX || month < 1 || month > 12 || day < 1) return false;
    bool const leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    return day <= days[month - 1] + (leap && month == 2 ? 1 : 0);
}

// The fraction's milliseconds; moves the text past it.
static int rfc3339_fraction(const char **text)
{
    int ms = 0;
    int weight = 100;
    for (++*text; isdigit((unsigned char)**text); ++*text, weight /= 10) {
        ms += (**text - '0') * weight;
    }
    return ms;
}

// Minutes east of UTC; false when there is neither Z nor an offset, or something follows.
static bool rfc3339_offset(const char *text, int *minutes)
{
    *minutes = 0;
    if ((*text == 'Z' || *text == 'z') && text[1] == '\0') return true;
    unsigned hour;
    unsigned minute;
    int used = 0;
    if (*text != '+' && *text != '-') return false;
    if (sscanf(text + 1, "%2u:%2u%n", &hour, &minute, &used) != 2 || used != 5) return false;
    if (text[6] != '\0' || hour > 23 || minute > 59) return false;
    *minutes = (int)(hour * 60 + minute) * (*text == '-' ? -1 : 1);
    return true;
}

static bool rfc3339_shape(const char *text)
{
    static char const shape[] = "dddd-dd-ddTdd:dd:dd";
    for (size_t i = 0; i < sizeof shape - 1; i++) {
        bool const same = shape[i] == 'd'   ? isdigit((unsigned char)text[i]) != 0
                          : shape[i] == 'T' ? strchr("Tt ", text[i]) && text[i]
                                            : text[i] == shape[i];
        if (!same) return false;
    }
    return true;
}

bool rfc3339_parse(const char *text, int64_t *utc_ms)
{
    unsigned year, month, day, hour, minute, second;
    if (!rfc3339_shape(text)) return false;
    sscanf(text, "%4u-%2u-%2u%*c%2u:%2u:%2u", &year, &month, &day, &hour, &minute, &second);
    if (!civil_exists(year, month, day) || hour > 23 || minute > 59 || second > 60) return false;
    text += 19;
    if (*text == '.' && !isdigit((unsigned char)text[1])) return false;
    int const fraction_ms = *text == '.' ? rfc3339_fraction(&text) : 0;
    int east;
    if (!rfc3339_offset(text, &east)) return false;
    int64_t const seconds = (int64_t)hour * 3600 + ((int64_t)minute - east) * 60 + second;
    *utc_ms = civil_days(year, month, day) * DAY_MS + seconds * 1000 + fraction_ms;
    return rfc3339_has(*utc_ms); // an offset may lead out of the first or the last year
}

void rfc3339_write(int64_t utc_ms, char out[RFC3339_BYTES])
{
    int64_t days = utc_ms / DAY_MS - (utc_ms % DAY_MS < 0);
    int64_t const of_day = utc_ms - days * DAY_MS;
    days += 719468;
    int64_t const era = (days >= 0 ? days : days - 146096) / 146097;
    int64_t const of_era = days - era * 146097;
    int64_t const year_of = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t const of_year = of_era - (365 * year_of + year_of / 4 - year_of / 100);
    int64_t const shifted = (5 * of_year + 2) / 153;
    int const day = (int)(of_year - (153 * shifted + 2) / 5 + 1);
    int const month = (int)(shifted < 10 ? shifted + 3 : shifted - 9);
    int const year = (int)(year_of + era * 400 + (month <= 2));
    int const ms = (int)(of_day % 1000);
    int const s = (int)(of_day / 1000);
    int const n = snprintf(out, RFC3339_BYTES, "%04d-%02d-%02dT%02d:%02d:%02d", year % 10000, month,
                           day, s / 3600, s / 60 % 60, s % 60);
    snprintf(out + n, RFC3339_BYTES - (size_t)n, ms ? ".%03dZ" : "Z", ms);
}
