// feel_time.h - FEEL dates, times, dates and times, and the two kinds of duration, which are
// distinct types (DMN 1.5, 10.3.2.3.3 to 10.3.2.3.7).  Pure: there is no "now" here.
#ifndef TRIAGED_FEEL_TIME_H
#define TRIAGED_FEEL_TIME_H

#include "bytes.h"

#define MOMENT_YEAR_MAX 999999999 // either sign (10.3.4.1)
#define MOMENT_TEXT_MAX 96
#define SPAN_TEXT_MAX   96

struct zone; // a named zone of the small table in feel_zone.c

enum moment_zone { MOMENT_LOCAL, MOMENT_OFFSET, MOMENT_ZONE };

// A date, a time or both; which of them is the value's kind.
struct moment {
    int32_t year, nanosecond, offset_s;
    uint8_t month, day, hour, minute, second;
    uint8_t zone_kind; // enum moment_zone
    const struct zone *zone;
};

// Days and time duration: seconds and nanoseconds of the same sign.
struct duration {
    int64_t s;
    int32_t ns;
};

bool feel_date_parse(struct bytes text, struct moment *out);
bool time_parse(struct bytes text, struct moment *out);
bool date_time_parse(struct bytes text, struct moment *out); // a date alone is its midnight
bool duration_parse(struct bytes text, struct duration *out);
bool months_parse(struct bytes text, int64_t *out); // years and months duration, in months

void date_text(const struct moment *m, char out[MOMENT_TEXT_MAX]);
void time_text(const struct moment *m, char out[MOMENT_TEXT_MAX]);
void date_time_text(const struct moment *m, char out[MOMENT_TEXT_MAX]);
void duration_text(struct duration d, char out[SPAN_TEXT_MAX]);
void months_text(int64_t months, char out[SPAN_TEXT_MAX]);

bool date_is_valid(int64_t year, int64_t month, int64_t day);
int64_t date_days(const struct moment *m); // since 1970-01-01, proleptic Gregorian
bool date_of_days(int64_t days, struct moment *m);
int date_weekday(const struct moment *m); // 1 Monday ... 7 Sunday
int date_day_of_year(const struct moment *m);
int date_week_of_year(const struct moment *m); // ISO 8601
bool date_add_months(const struct moment *m, int64_t months, struct moment *out);

// Seconds since 1970-01-01T00:00 of the local reading, and of UTC; false for UTC without a zone.
int64_t moment_local_s(const struct moment *m);
int64_t time_local_s(const struct moment *m); // since midnight
bool moment_offset_s(const struct moment *m, int64_t *out);
bool time_offset_s(const struct moment *m, int64_t *out);
// false when one has a zone and the other none: they cannot be compared.
bool moment_compare(const struct moment *a, const struct moment *b, int *out);
bool time_compare(const struct moment *a, const struct moment *b, int *out);
bool moment_same_zone(const struct moment *a, const struct moment *b);
bool moment_add(const struct moment *m, struct duration d, struct moment *out);
void time_add(const struct moment *m, struct duration d, struct moment *out); // wraps at midnight
bool moment_subtract(const struct moment *a, const struct moment *b, struct duration *out);
bool time_subtract(const struct moment *a, const struct moment *b, struct duration *out);
int64_t moment_months_between(const struct moment *from, const struct moment *to);

bool duration_add(struct duration a, struct duration b, struct duration *out);
struct duration duration_negate(struct duration d);
int duration_compare(struct duration a, struct duration b);

const struct zone *zone_find(struct bytes name); // NULL for a zone outside the table
const char *zone_name(const struct zone *z);
// Offset of a zone at a local reading; years outside its rules use the rule of today.
int64_t zone_offset_s(const struct zone *z, const struct moment *local);

#endif
