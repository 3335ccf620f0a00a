// clamd.h - the virus scanner: one file at a time, through clamd's local socket (INSTREAM). Nothing
// waits for it: it is connected to, written to and heard in the loop, and given up when it is
// silent.
#ifndef TRIAGED_CLAMD_H
#define TRIAGED_CLAMD_H

#include "desk.h"
#include "log.h"

#include <uv.h>

#define CLAMD_CHUNK_MAX ((size_t)64 * 1024)

struct clamd {
    uv_loop_t *loop;
    struct log *log;
    const char *path;   // of its socket; "" for none
    struct desk **desk; // who is told
    struct now (*clock)(void);
    uv_pipe_t pipe;
    uv_timer_t patience;
    uv_connect_t connecting;
    uv_write_t writing;
    uint8_t chunk[4 + CLAMD_CHUNK_MAX];
    char answer[512];
    size_t answered;
    bool open, ended; // a file is with it; all of it was written
    bool closing;     // the pipe is, and may not be used again before it is closed
};

void clamd_init(struct clamd *c, uv_loop_t *loop, struct log *log, const char *path,
                struct desk **desk, struct now (*clock)(void));
// As struct port has them.  ERR_UNAVAILABLE: no scanner is set.
enum err clamd_begin(struct clamd *c);
void clamd_part(struct clamd *c, struct bytes part);

#endif
