// sightings.h - how often something was sighted on which day, for a year and a day.  Counted by
// day, so that a place with ten thousand concerns costs no more than one with a single concern a
// day.
#ifndef TRIAGED_SIGHTINGS_H
#define TRIAGED_SIGHTINGS_H

#include "pages.h"

struct sightings {
    struct pages by_key; // value: day << 24 | count
    uint16_t today;      // the latest day seen
    uint16_t oldest;     // nothing kept is of an earlier day
    size_t sweep;        // the bucket that is looked at next
    uint16_t sweep_oldest;
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
