#include "pager.h"

#include <stdio.h>

void pager_init(struct pager *p, uv_loop_t *loop, struct log *log, const char *command)
{
    *p = (struct pager){.loop = loop, .log = log, .command = command};
}

static void pager_forget(uv_handle_t *handle)
{
    ((struct ringing *)handle->data)->used = false;
}

static void pager_ended(uv_process_t *process, int64_t status, int signal)
{
    struct ringing *r = process->data;
    bool const ok = status == 0 && signal == 0;
    log_event(r->pager->log, ok ? LOG_INFO : LOG_ERROR, ok ? "page_sent" : "page_failed",
              r->reference, signal ? -signal : status);
    uv_close((uv_handle_t *)process, pager_forget);
}

static enum err pager_start(struct pager *p, struct ringing *r, const char *colour, int attempt)
{
    char number[16];
    char *args[] = {(char *)(uintptr_t)p->command, r->reference, (char *)(uintptr_t)colour, number,
                    NULL};
    uv_stdio_container_t none[3] = {
        {.flags = UV_IGNORE}, {.flags = UV_IGNORE}, {.flags = UV_IGNORE}};
    uv_process_options_t const options = {
        .exit_cb = pager_ended, .file = p->command, .args = args, .stdio = none, .stdio_count = 3};
    snprintf(number, sizeof number, "%d", attempt);
    int const e = uv_spawn(p->loop, &r->process, &options);
    if (e == 0) return OK;
    log_event(p->log, LOG_ERROR, "page_failed", r->reference, e);
    uv_close((uv_handle_t *)&r->process, pager_forget);
    return ERR_IO;
}

enum err pager_ring(struct pager *p, const char *reference, const char *colour, int attempt)
{
    struct ringing *r = NULL;
    if (p->command[0] == 0) return ERR_UNAVAILABLE;
    for (int i = 0; i < PAGER_RUNNING_MAX && !r; i++)
        if (!p->running[i].used) r = &p->running[i];
    if (!r) return ERR_BUSY;
    r->used = true;
    r->pager = p;
    r->process.data = r;
    snprintf(r->reference, sizeof r->reference, "%s", reference);
    return pager_start(p, r, colour, attempt);
}
