// pager.h - rings somebody: runs the council's own command, which knows whom to ring for the n-th
// attempt.  It is told the reference, the colour and the attempt, and nothing about a person.
#ifndef TRIAGED_PAGER_H
#define TRIAGED_PAGER_H

#include "err.h"
#include "log.h"

#include <uv.h>

#define PAGER_RUNNING_MAX 8 // commands at once

struct pager {
    uv_loop_t *loop;
    struct log *log;
    const char *command; // a program's path; "" for none
    struct ringing {
        uv_process_t process;
        struct pager *pager;
        bool used;
        char reference[16];
    } running[PAGER_RUNNING_MAX];
};
void pager_init(struct pager *p, uv_loop_t *loop, struct log *log, const char *command);
// Starts COMMAND REFERENCE COLOUR ATTEMPT; how it ends is logged.  ERR_UNAVAILABLE: there is none;
// ERR_BUSY: as many run already as may; ERR_IO: it cannot be started.
enum err pager_ring(struct pager *p, const char *reference, const char *colour, int attempt);

#endif
