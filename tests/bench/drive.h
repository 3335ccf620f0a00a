// drive.h - the product's main job, driven as hard as one machine can.
#ifndef TRIAGED_BENCH_DRIVE_H
#define TRIAGED_BENCH_DRIVE_H

#include "link.h"

struct drive_rest {
    int64_t p50_ns, p99_ns;
};
// One at a time: submit, wait for the receipt, again.
struct drive_rest drive_at_rest(struct link *provider, size_t times);
// Concerns a second from submit to receipt, `outstanding` at once.
double drive_intake(struct link *provider, size_t concerns, size_t outstanding);
// Concerns a second the full way: submit, receipt, headline on the desk, claimed with its body,
// SCREENED notice delivered and receipted.
double drive_full(struct link *provider, struct link *desk, const char *team, size_t concerns,
                  size_t outstanding);

#endif
