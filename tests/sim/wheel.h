// wheel.h - virtual time: what is to happen, in order of its instant, and of being asked for.
#ifndef TRIAGED_SIM_WHEEL_H
#define TRIAGED_SIM_WHEEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MS     ((int64_t)1000)
#define SECOND (1000 * MS)
#define MINUTE (60 * SECOND)
#define HOUR   (60 * MINUTE)
#define DAY    (24 * HOUR)

typedef void wheel_fn(void *ctx, uint64_t number);
struct wheel_entry {
    int64_t at_us;
    uint64_t order, number;
    wheel_fn *fn;
    void *ctx;
};
struct wheel {
    int64_t now_us; // monotonic, since the beginning of the history
    uint64_t order;
    size_t n, size;
    struct wheel_entry *heap;
};

void wheel_at(struct wheel *w, int64_t at_us, wheel_fn *fn, void *ctx, uint64_t number);
void wheel_in(struct wheel *w, int64_t wait_us, wheel_fn *fn, void *ctx, uint64_t number);
// Runs what is next, if that is not later than `until_us`.
bool wheel_step(struct wheel *w, int64_t until_us);
void wheel_free(struct wheel *w);

#endif
