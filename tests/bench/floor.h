// floor.h - the machine's own limits, beside which our figures stand.
#ifndef TRIAGED_BENCH_FLOOR_H
#define TRIAGED_BENCH_FLOOR_H

#include <stddef.h>
#include <stdint.h>

struct floor_sync {
    int64_t p50_ns, p99_ns;
};
// Appends 1.5 KiB and syncs, `times` times, to a file in `directory`.
struct floor_sync floor_fdatasync(const char *directory, size_t times);
// Messages a second: 700 bytes there, 32 back, encrypted, 1,000 outstanding, over loopback.
double floor_curve_echo(void *zmq_context, size_t messages);
// Sorts the samples and returns the one at `share` (0.5: the median).
int64_t floor_percentile(int64_t *samples, size_t n, double share);

#endif
