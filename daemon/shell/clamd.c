#include "clamd.h"

#include "check.h"

#include <stdio.h>

#define PATIENCE_MS ((uint64_t)60 * 1000) // for one answer: it may be loading its signatures

void clamd_init(struct clamd *c, uv_loop_t *loop, struct log *log, const char *path,
                struct desk **desk, struct now (*clock)(void))
{
    *c = (struct clamd){.loop = loop, .log = log, .path = path, .desk = desk, .clock = clock};
    uv_timer_init(loop, &c->patience);
    c->patience.data = c;
}

static void clamd_closed(uv_handle_t *handle)
{
    ((struct clamd *)handle->data)->closing = false;
}

static void clamd_tell(struct clamd *c, enum scan verdict, const char *what)
{
    if (!c->open) return;
    c->open = false;
    uv_timer_stop(&c->patience);
    c->closing = true;
    uv_close((uv_handle_t *)&c->pipe, clamd_closed);
    desk_scanned(*c->desk, verdict, what, c->clock());
}

static void clamd_fail(struct clamd *c, const char *event, int64_t number)
{
    if (!c->open) return;
    log_event(c->log, LOG_WARNING, event, NULL, number);
    clamd_tell(c, SCAN_FAILED, "");
}

// "stream: OK", "stream: NAME FOUND", "INSTREAM size limit exceeded. ERROR".
static void clamd_judge(struct clamd *c)
{
    static const char found[] = " FOUND", size[] = "INSTREAM size limit exceeded";
    char *text = c->answer;
    if (strcmp(text, "stream: OK") == 0) {
        clamd_tell(c, SCAN_CLEAN, "");
        return;
    }
    if (strncmp(text, size, sizeof size - 1) == 0) {
        clamd_tell(c, SCAN_NOT_DONE, "it is larger than the virus scanner looks at");
        return;
    }
    size_t const len = strlen(text), tail = sizeof found - 1;
    if (strncmp(text, "stream: ", 8) != 0 || len < 8 + tail ||
        strcmp(text + len - tail, found) != 0) {
        clamd_fail(c, "clamd_answer", (int64_t)len);
        return;
    }
    text[len - tail] = '\0';
    clamd_tell(c, SCAN_INFECTED, text + 8);
}

static void clamd_room(uv_handle_t *handle, size_t wanted, uv_buf_t *out)
{
    struct clamd *c = handle->data;
    (void)wanted;
    *out = uv_buf_init(c->answer + c->answered, (unsigned)(sizeof c->answer - 1 - c->answered));
}

static void clamd_heard(uv_stream_t *stream, ssize_t n, const uv_buf_t *buffer)
{
    struct clamd *c = stream->data;
    (void)buffer;
    if (n > 0) {
        c->answered += (size_t)n;
        c->answer[c->answered] = '\0';
        if (strlen(c->answer) < c->answered) clamd_judge(c); // its NUL has come
        return;
    }
    if (n < 0) clamd_fail(c, "clamd_gone", n);
}

static void clamd_late(uv_timer_t *timer)
{
    clamd_fail(timer->data, "clamd_silent", 0);
}

static void clamd_wait(struct clamd *c)
{
    uv_timer_start(&c->patience, clamd_late, PATIENCE_MS, 0);
}

static void clamd_wrote(uv_write_t *w, int status)
{
    struct clamd *c = w->data;
    if (!c->open || status == UV_ECANCELED) return;
    // It hangs up on what is larger than it takes.  What it said before, or that it said nothing,
    // is still to be read.
    if (status)
        c->ended = true;
    else
        clamd_wait(c);
    if (!c->ended) desk_scan_wants(*c->desk, c->clock());
}

static void clamd_write(struct clamd *c, size_t len)
{
    uv_buf_t const buffer = uv_buf_init((char *)c->chunk, (unsigned)len);
    c->writing.data = c;
    int const e = uv_write(&c->writing, (uv_stream_t *)&c->pipe, &buffer, 1, clamd_wrote);
    if (e) clamd_fail(c, "clamd_gone", e);
}

static void clamd_connected(uv_connect_t *connecting, int status)
{
    static const char hello[] = "zINSTREAM"; // with its NUL
    struct clamd *c = connecting->data;
    if (!c->open || status == UV_ECANCELED) return;
    if (status || uv_read_start((uv_stream_t *)&c->pipe, clamd_room, clamd_heard)) {
        clamd_fail(c, "clamd_unreachable", status);
        return;
    }
    memcpy(c->chunk, hello, sizeof hello);
    clamd_write(c, sizeof hello);
}

enum err clamd_begin(struct clamd *c)
{
    if (c->path[0] == 0) return ERR_UNAVAILABLE;
    if (c->open || c->closing) return ERR_BUSY;
    c->open = true;
    c->ended = false;
    c->answered = 0;
    uv_pipe_init(c->loop, &c->pipe, 0);
    c->pipe.data = c->connecting.data = c;
    clamd_wait(c);
    uv_pipe_connect(&c->connecting, &c->pipe, c->path, clamd_connected);
    return OK;
}

void clamd_part(struct clamd *c, struct bytes part)
{
    if (!c->open) return;
    CHECK(part.len <= CLAMD_CHUNK_MAX);
    for (unsigned i = 0; i < 4; i++) c->chunk[i] = (uint8_t)(part.len >> (8 * (3 - i)));
    if (part.len) memcpy(c->chunk + 4, part.data, part.len);
    c->ended = part.len == 0;
    clamd_write(c, 4 + part.len);
}
