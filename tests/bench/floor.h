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
// Rows a second: 1.1 KB each, `batch` a commit, into one table, synced (a log, synchronous=FULL).
// `rows` is a multiple of `batch`.
double floor_sqlite(const char *directory, size_t rows, size_t batch);
// Messages a second: 700 bytes there, 32 back, encrypted, 1,000 outstanding, over loopback.
double floor_curve_echo(void *zmq_context, size_t messages);
// The least that a durable server could do at a pace of `per_second`: `n` messages like the echo's,
// each appended (1.5 KiB) to a file in `directory`, all that have come synced at once, then
// answered.  Each one's time goes to `ns`, from when it was due to be sent.
void floor_durable_echo(void *zmq_context, const char *directory, double per_second, size_t n,
                        int64_t *ns);
// Sorts the samples and returns the one at `share` (0.5: the median).
int64_t floor_percentile(int64_t *samples, size_t n, double share);

#endif
