// sightings.h - how often something was sighted on which day, for a year and a day.  Counted by
// day, so that a place with ten thousand concerns costs no more than one with a single concern a
// day.
#ifndef TRIAGED_SIGHTINGS_H
#define TRIAGED_SIGHTINGS_H

#include "pages.h"
#include "windows.h"

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
// In each window up to and with the day of `at_ms`; its days are at most SIGHTING_DAYS_MAX.  One of
// the day of `but_ms` is left out, if there is any (NO_SIGHTING: none is).
#define SIGHTING_DAYS_MAX 366
#define NO_SIGHTING       INT64_MIN
struct window_counts sightings_count(const struct sightings *s, uint64_t key,
                                     const struct windows *w, int64_t at_ms, int64_t but_ms);

#endif
