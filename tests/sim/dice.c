#include "dice.h"

#include <string.h>

// splitmix64 spreads a seed, xoshiro256** rolls (both by Vigna and Blackman, public domain).
static uint64_t spread(uint64_t *x)
{
    uint64_t z = *x += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return z ^ z >> 31;
}

void dice_seed(struct dice *d, uint64_t seed, const char *stream, uint64_t number)
{
    uint64_t x = seed;
    for (; *stream; stream++) x = (x ^ (uint8_t)*stream) * 0x100000001b3u;
    x ^= number * 0xd6e8feb86659fd93u;
    for (int i = 0; i < 4; i++) d->s[i] = spread(&x);
}

static uint64_t rotate(uint64_t x, int k)
{
    return x << k | x >> (64 - k);
}

uint64_t dice_next(struct dice *d)
{
    uint64_t const result = rotate(d->s[1] * 5, 7) * 9;
    uint64_t const t = d->s[1] << 17;
    d->s[2] ^= d->s[0];
    d->s[3] ^= d->s[1];
    d->s[1] ^= d->s[2];
    d->s[0] ^= d->s[3];
    d->s[2] ^= t;
    d->s[3] = rotate(d->s[3], 45);
    return result;
}

uint64_t dice_roll(struct dice *d, uint64_t n)
{
    return n ? (dice_next(d) >> 11) % n : 0;
}

int64_t dice_between(struct dice *d, int64_t least, int64_t most)
{
    return least + (int64_t)dice_roll(d, (uint64_t)(most - least + 1));
}

bool dice_chance(struct dice *d, unsigned per_mille)
{
    return dice_roll(d, 1000) < per_mille;
}

int64_t dice_wait(struct dice *d, int64_t mean)
{
    int64_t const wait = (int64_t)dice_roll(d, (uint64_t)(2 * mean + 1));
    return dice_chance(d, 30) ? 8 * wait : wait;
}

void dice_fill(struct dice *d, uint8_t *out, size_t n)
{
    for (size_t i = 0; i < n; i += 8) {
        uint64_t const v = dice_next(d);
        memcpy(out + i, &v, n - i < 8 ? n - i : 8);
    }
}

static void trace_mix(struct trace *t, uint64_t v)
{
    t->hash = (t->hash ^ v) * 0x9fb21c651e98df25u;
    t->hash ^= t->hash >> 28;
}

void trace_add(struct trace *t, uint64_t a, uint64_t b, const uint8_t *bytes, size_t n)
{
    trace_mix(t, a);
    trace_mix(t, b ^ (uint64_t)n << 32);
    for (size_t i = 0; i < n; i += 8) {
        uint64_t v = 0;
        memcpy(&v, bytes + i, n - i < 8 ? n - i : 8);
        trace_mix(t, v);
    }
    t->events++;
}
