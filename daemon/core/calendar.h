// calendar.h - working time: Europe/London's clock, working hours, cut-off, weekends and bank
// holidays.  Pure: the holidays are given, the rule for British Summer Time is computed (Summer
// Time Act 1972: last Sunday of March 01:00 UTC to last Sunday of October 01:00 UTC).
#ifndef TRIAGED_CALENDAR_H
#define TRIAGED_CALENDAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CALENDAR_HOLIDAYS_MAX 256

struct calendar {
    int open_minute, close_minute; // of the local day, such as 540 and 1020
    int cutoff_minute;             // what arrives later counts from the next working day
    unsigned working_days;         // bit 0 Monday ... bit 6 Sunday
    size_t n_holidays;
    int32_t holidays[CALENDAR_HOLIDAYS_MAX]; // local days since 1970-01-01, ascending
};

struct civil {
    int year, month, day; // month 1-12
    int hour, minute, second;
    int weekday; // 0 Monday ... 6 Sunday
};

int32_t civil_day(int year, int month, int day); // days since 1970-01-01, proleptic Gregorian
bool civil_valid(int year, int month, int day);
struct civil civil_local(int64_t utc_ms);            // Europe/London
int64_t civil_to_utc(struct civil c);                // the earlier instant where it is ambiguous
int64_t civil_midnight(int32_t day);                 // at which that local day begins
int years_between(int32_t born_day, int32_t on_day); // whole years of age on a day

bool calendar_is_working_day(const struct calendar *c, int32_t day);
bool calendar_is_open(const struct calendar *c, int64_t utc_ms);
int64_t calendar_next_open(const struct calendar *c, int64_t utc_ms);   // utc_ms itself when open
int64_t calendar_next_closed(const struct calendar *c, int64_t utc_ms); // utc_ms itself when closed
// The next opening day's `minute` of the local day: on the morning after a night or a weekend.
int64_t calendar_morning(const struct calendar *c, int64_t utc_ms, int minute);
// The end of `n` working days after `from_ms` (n = 0: close of the working day it counts for).
// What comes after the cut-off, or on no working day, counts from the next working day.
int64_t calendar_add_working_days(const struct calendar *c, int64_t from_ms, int n);
// Working milliseconds between two instants (0 when to <= from).
int64_t calendar_working_ms(const struct calendar *c, int64_t from_ms, int64_t to_ms);
// The instant `working_ms` of open time after `from_ms`.
int64_t calendar_add_working_ms(const struct calendar *c, int64_t from_ms, int64_t working_ms);

#endif
