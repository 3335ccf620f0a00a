#include "watch.h"

#define WATCH_QUIET_MS 200

static void watch_changed(uv_fs_event_t *handle, const char *name, int events, int status)
{
    (void)name;
    (void)events;
    (void)status;
    ((struct watch *)handle->data)->changed = true;
}

enum err watch_start(struct watch *w, uv_loop_t *loop, const char *dir_a, const char *dir_b)
{
    const char *const dirs[] = {dir_a, dir_b};
    *w = (struct watch){0};
    for (int i = 0; i < 2; i++) {
        if (uv_fs_event_init(loop, &w->events[i])) return ERR_IO;
        w->events[i].data = w;
        w->n_started++;
        if (uv_fs_event_start(&w->events[i], watch_changed, dirs[i], 0)) return ERR_IO;
    }
    return OK;
}

void watch_stop(struct watch *w)
{
    for (int i = 0; i < w->n_started; i++) uv_close((uv_handle_t *)&w->events[i], NULL);
    w->n_started = 0;
}

bool watch_due(struct watch *w, struct now now, int64_t *next_ms)
{
    if (w->changed) {
        w->due_ms = now.mono_ms + WATCH_QUIET_MS;
        w->changed = false;
    }
    bool const due = w->due_ms != 0 && now.mono_ms >= w->due_ms;
    if (due) w->due_ms = 0;
    *next_ms = w->due_ms ? w->due_ms : INT64_MAX;
    return due;
}
