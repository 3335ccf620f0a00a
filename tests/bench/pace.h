// pace.h - how long a receipt takes while concerns come at a pace of their own.
#ifndef TRIAGED_BENCH_PACE_H
#define TRIAGED_BENCH_PACE_H

#include "link.h"

struct pace {
    double p50_us, p90_us, p99_us, p999_us, max_us;
};
// Sends `concerns` at `per_second`, whether or not receipts come, and takes each one's time from
// the moment it was due to be sent: a daemon that stalls is charged for all that it kept waiting.
struct pace pace_intake(struct link *provider, double per_second, size_t concerns);
// The same of a bare server that only syncs and answers (floor_durable_echo).
struct pace pace_floor(void *zmq_context, const char *directory, double per_second,
                       size_t concerns);

struct pace_reds {
    struct pace receipt,
        headline; // on `desk`, which follows both teams: by night reds go elsewhere
};
// One red each `every_ms`, `reds` of them, by `red`; meanwhile `greens`, unless NULL, keeps 1,000
// of its own outstanding.
struct pace_reds pace_reds(struct link *red, struct link *desk, const char *const teams[2],
                           struct link *greens, size_t reds, int64_t every_ms);

#endif
