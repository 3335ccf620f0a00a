#include "waits.h"

#include "check.h"

#include <string.h>

// group 16 | what 3 | colour 2 | minutes 24 | waiting 1: one that ended comes before one that was
// still waiting at the same minute, as the estimate wants it.
#define WAITING_BITS 1
#define MINUTE_BITS  24
#define COLOUR_BITS  2
#define WHAT_BITS    3
#define RUN_SHIFT    (WAITING_BITS + MINUTE_BITS)
#define WHAT_SHIFT   (RUN_SHIFT + COLOUR_BITS)
#define GROUP_SHIFT  (WHAT_SHIFT + WHAT_BITS)
#define DIGIT_BITS   8

#define HALF_LEFT 0.5
#define FEW_LEFT  0.1
#define ROUNDING  1e-9 // a product of fractions that should be a half may be a hair above it

uint64_t wait_sample(unsigned group, unsigned what, unsigned colour, int64_t minutes, bool waiting)
{
    CHECK(group <= 0xffff && what < 1U << WHAT_BITS && colour < 1U << COLOUR_BITS);
    if (minutes < 0) minutes = 0; // A clock that was put back between the two.
    if (minutes > WAIT_MINUTES_MAX) minutes = WAIT_MINUTES_MAX;
    return (uint64_t)group << GROUP_SHIFT | (uint64_t)what << WHAT_SHIFT |
           (uint64_t)colour << RUN_SHIFT | (uint64_t)minutes << WAITING_BITS | (waiting ? 1 : 0);
}

unsigned wait_group(uint64_t sample)
{
    return (unsigned)(sample >> GROUP_SHIFT);
}

unsigned wait_what(uint64_t sample)
{
    return (unsigned)(sample >> WHAT_SHIFT) & ((1U << WHAT_BITS) - 1);
}

unsigned wait_colour(uint64_t sample)
{
    return (unsigned)(sample >> RUN_SHIFT) & ((1U << COLOUR_BITS) - 1);
}

static size_t digit_of(const struct wait_sort *s, uint64_t sample)
{
    return (size_t)(sample >> (DIGIT_BITS * s->pass)) & (WAIT_DIGITS - 1);
}

static void sort_places(struct wait_sort *s)
{
    size_t sum = 0;
    for (size_t i = 0; i < WAIT_DIGITS; i++) {
        size_t const n = s->place[i];
        s->place[i] = sum;
        sum += n;
    }
    s->counted = true;
    s->at = 0;
}

static void sort_next_pass(struct wait_sort *s)
{
    uint64_t *const moved = s->spare;
    s->spare = s->samples;
    s->samples = moved;
    s->pass++;
    s->at = 0;
    s->counted = false;
    memset(s->place, 0, sizeof s->place);
}

// Least digit first: an even number of passes leaves the samples where they began.
_Static_assert(WAIT_PASSES % 2 == 0 && WAIT_PASSES * DIGIT_BITS >= GROUP_SHIFT + 16, "all digits");

bool wait_sort_step(struct wait_sort *s, size_t budget)
{
    while (s->pass < WAIT_PASSES) {
        for (; s->at < s->n; s->at++) {
            if (budget-- == 0) return false;
            uint64_t const sample = s->samples[s->at];
            if (s->counted)
                s->spare[s->place[digit_of(s, sample)]++] = sample;
            else
                s->place[digit_of(s, sample)]++;
        }
        if (s->counted)
            sort_next_pass(s);
        else
            sort_places(s);
        if (budget == 0) return false;
    }
    return true;
}

// Where the run ends that begins at f->at.
static size_t run_end(const struct wait_fold *f)
{
    uint64_t const run = f->samples[f->at] >> RUN_SHIFT;
    size_t low = f->at, high = f->n;
    while (low < high) {
        size_t const middle = low + (high - low) / 2;
        if (f->samples[middle] >> RUN_SHIFT == run)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void share_judge(struct wait_share *share, double left, double wanted, uint32_t minutes)
{
    if (share->reached) return;
    share->minutes = minutes;
    share->reached = left <= wanted + ROUNDING;
}

static void fold_sample(struct wait_fold *f)
{
    uint64_t const sample = f->samples[f->at];
    uint32_t const minutes = (uint32_t)(sample >> WAITING_BITS) & WAIT_MINUTES_MAX;
    double const at_risk = (double)(f->end - f->at);
    struct wait_figures *g = &f->figures;
    g->begun++;
    if (sample & 1) {
        g->waiting++;
        g->longest_waiting = minutes;
    } else {
        g->over++;
        f->left *= (at_risk - 1) / at_risk;
    }
    share_judge(&g->half, f->left, HALF_LEFT, minutes);
    share_judge(&g->most, f->left, FEW_LEFT, minutes);
    f->at++;
}

enum wait_fold_state wait_fold_step(struct wait_fold *f, size_t budget, uint64_t *run)
{
    if (f->at == f->n) return WAIT_FOLD_END;
    if (f->end <= f->at) {
        f->end = run_end(f);
        f->left = 1;
        f->figures = (struct wait_figures){0};
    }
    while (f->at < f->end) {
        if (budget-- == 0) return WAIT_FOLD_MORE;
        fold_sample(f);
    }
    *run = f->samples[f->end - 1];
    return WAIT_FOLD_RUN;
}
