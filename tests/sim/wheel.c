#include "wheel.h"

#include <stdio.h>
#include <stdlib.h>

static bool entry_before(const struct wheel_entry *a, const struct wheel_entry *b)
{
    return a->at_us != b->at_us ? a->at_us < b->at_us : a->order < b->order;
}

void wheel_at(struct wheel *w, int64_t at_us, wheel_fn *fn, void *ctx, uint64_t number)
{
    if (w->n == w->size) {
        w->size = w->size ? 2 * w->size : 1024;
        w->heap = realloc(w->heap, w->size * sizeof *w->heap);
        if (!w->heap) abort();
    }
    struct wheel_entry const e = {at_us < w->now_us ? w->now_us : at_us, w->order++, number, fn,
                                  ctx};
    size_t i = w->n++;
    for (; i > 0 && entry_before(&e, &w->heap[(i - 1) / 2]); i = (i - 1) / 2)
        w->heap[i] = w->heap[(i - 1) / 2];
    w->heap[i] = e;
}

void wheel_in(struct wheel *w, int64_t wait_us, wheel_fn *fn, void *ctx, uint64_t number)
{
    wheel_at(w, w->now_us + wait_us, fn, ctx, number);
}

static struct wheel_entry wheel_take(struct wheel *w)
{
    struct wheel_entry const first = w->heap[0], last = w->heap[--w->n];
    size_t i = 0;
    for (size_t child = 1; child < w->n; child = 2 * i + 1) {
        if (child + 1 < w->n && entry_before(&w->heap[child + 1], &w->heap[child])) child++;
        if (!entry_before(&w->heap[child], &last)) break;
        w->heap[i] = w->heap[child];
        i = child;
    }
    if (w->n) w->heap[i] = last;
    return first;
}

bool wheel_step(struct wheel *w, int64_t until_us)
{
    if (w->n == 0 || w->heap[0].at_us > until_us) return false;
    struct wheel_entry const e = wheel_take(w);
    w->now_us = e.at_us;
    e.fn(e.ctx, e.number);
    return true;
}

void wheel_free(struct wheel *w)
{
    free(w->heap);
    *w = (struct wheel){0};
}
