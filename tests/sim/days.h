// days.h - days and office hours in London, by hand: what law counts in days ends at midnight
// there.
#ifndef TRIAGED_SIM_DAYS_H
#define TRIAGED_SIM_DAYS_H

#include <stdbool.h>
#include <stdint.h>

// Days are counted from 1970-01-01; good until 2099.
int32_t day_number(int32_t year, int32_t month, int32_t day_of_month);
void day_text(int32_t day, char out[11]); // "2026-03-02"
int32_t london_day(int64_t utc_ms);
int64_t london_midnight_ms(int32_t day);
bool london_office(int64_t utc_ms); // is the office open, by pack/common?

#endif
