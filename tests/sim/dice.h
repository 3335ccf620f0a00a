// dice.h - all chance in the simulator: streams of numbers from one seed, each by its name, so that
// what one part draws moves no other.
#ifndef TRIAGED_SIM_DICE_H
#define TRIAGED_SIM_DICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dice {
    uint64_t s[4];
};

void dice_seed(struct dice *d, uint64_t seed, const char *stream, uint64_t number);
uint64_t dice_next(struct dice *d);
uint64_t dice_roll(struct dice *d, uint64_t n); // 0 .. n - 1
int64_t dice_between(struct dice *d, int64_t least, int64_t most);
bool dice_chance(struct dice *d, unsigned per_mille);
// A wait around `mean`, now and then a long one.
int64_t dice_wait(struct dice *d, int64_t mean);
void dice_fill(struct dice *d, uint8_t *out, size_t n);

// What happened, in one number: two runs that differ anywhere differ here.
struct trace {
    uint64_t hash, events;
};
void trace_add(struct trace *t, uint64_t a, uint64_t b, const uint8_t *bytes, size_t n);

#endif
