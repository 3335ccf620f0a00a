// watch.h - notices that the files of principals or workers changed.  Many changes at once (an
// enrolment script) become one: the folder must be quiet for a moment first.
#ifndef TRIAGED_WATCH_H
#define TRIAGED_WATCH_H

#include "err.h"
#include "now.h"

#include <stdbool.h>
#include <uv.h>

struct watch {
    uv_fs_event_t events[2];
    int n_started;
    bool changed;
    int64_t due_ms; // 0: nothing changed
};

enum err watch_start(struct watch *w, uv_loop_t *loop, const char *dir_a, const char *dir_b);
void watch_stop(struct watch *w);
// True once, when something changed and then was quiet; *next_ms gets when to ask again.
bool watch_due(struct watch *w, struct now now, int64_t *next_ms);

#endif
