// sightings.h - how often something was sighted on which day, for a year and a day.  Counted by
// day, so that a place with ten thousand concerns costs no more than one with a single concern a
// day.
#ifndef TRIAGED_SIGHTINGS_H
#define TRIAGED_SIGHTINGS_H

#include "err.h"
#include "index.h"

#include <stdbool.h>

struct sighting_day {
    uint64_t key;
    uint32_t next;  // of the index, or of the free ones
    uint32_t older; // the same key, an earlier day
    uint32_t count; // 0: free
    uint16_t day;   // since 1970-01-01
    bool newest;    // the one that the index knows
};
struct sightings {
    struct sighting_day *days; // from 1
    size_t used, max, live, sweep;
    uint32_t free;
    uint16_t today; // the latest day seen
    struct index by_key;
};

size_t sightings_bytes(size_t days_max);
void sightings_init(struct sightings *s, void *memory, size_t days_max);
enum err sightings_add(struct sightings *s, uint64_t key, int64_t at_ms);
// In the `days` up to and with the day of `at_ms`; days is at most SIGHTING_DAYS_MAX.
#define SIGHTING_DAYS_MAX 366
unsigned sightings_count(const struct sightings *s, uint64_t key, int days, int64_t at_ms);
// Was it sighted on the day of `seen_ms`, and does that day lie in that window?
bool sightings_has(const struct sightings *s, uint64_t key, int days, int64_t at_ms,
                   int64_t seen_ms);

#endif
