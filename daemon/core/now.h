// now.h - the time, as an argument.  Read once a turn, in shell/loop.c, and nowhere else.
#ifndef TRIAGED_NOW_H
#define TRIAGED_NOW_H

#include <stdint.h>

struct now {
    int64_t utc_ms;  // milliseconds since 1970-01-01T00:00Z; may step
    int64_t mono_ms; // never steps; counts from an arbitrary start
};

#define SECOND_MS ((int64_t)1000)
#define MINUTE_MS ((int64_t)60 * SECOND_MS)
#define HOUR_MS   ((int64_t)60 * MINUTE_MS)
#define DAY_MS    ((int64_t)24 * HOUR_MS)
#define SKEW_MS   (5 * MINUTE_MS) // another's clock may be so far ahead of ours

#endif
