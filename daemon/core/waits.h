// waits.h - how long things took, with those still waiting counted: Kaplan and Meier's estimate
// (1958), so that a backlog cannot flatter a figure.  The work is cut into steps, each as small as
// the caller likes; the memory is the caller's.
#ifndef TRIAGED_WAITS_H
#define TRIAGED_WAITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A sample is one number, so that sorting numbers puts the shortest wait of each run first.  A run
// is what gets figures of its own: a group (of 65,536), what was waited for (of 8), a colour.
#define WAIT_MINUTES_MAX ((uint32_t)0xffffff)
uint64_t wait_sample(unsigned group, unsigned what, unsigned colour, int64_t minutes, bool waiting);
unsigned wait_group(uint64_t sample);
unsigned wait_what(uint64_t sample);
unsigned wait_colour(uint64_t sample);

// Sorts in steps; when it is done the samples are where they were put.
#define WAIT_PASSES 6
#define WAIT_DIGITS ((size_t)256)
struct wait_sort {
    uint64_t *samples, *spare; // both n long
    size_t n, at;
    unsigned pass;
    bool counted;
    size_t place[WAIT_DIGITS];
};
// Looks at `budget` samples or so; true once all are sorted.
bool wait_sort_step(struct wait_sort *s, size_t budget);

// Half, and nine in ten, were over by then, had those still waiting been seen to their end; not
// `reached`, it is longer than anything seen so far: then the minutes are the longest wait seen.
struct wait_share {
    uint32_t minutes;
    bool reached;
};
struct wait_figures {
    uint32_t begun, over, waiting;
    uint32_t longest_waiting; // minutes, of those still waiting
    struct wait_share half, most;
};
// Figures run by run.
struct wait_fold {
    const uint64_t *samples; // sorted
    size_t n, at, end;       // of the run
    double left;             // the share that was not over yet
    struct wait_figures figures;
};
enum wait_fold_state { WAIT_FOLD_MORE, WAIT_FOLD_RUN, WAIT_FOLD_END };
// WAIT_FOLD_RUN: `figures` are those of the run of `*run`, any sample of it.
enum wait_fold_state wait_fold_step(struct wait_fold *f, size_t budget, uint64_t *run);

#endif
