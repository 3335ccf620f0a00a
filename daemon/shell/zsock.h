// zsock.h - a ZeroMQ socket on a libuv loop.  The descriptor only wakes the loop: it is
// edge-triggered and any send or receive may eat the edge, so the truth is asked of ZMQ_EVENTS on
// every turn (zsock_readable), also when nobody wants to read: asking is what quiets the
// descriptor.
#ifndef TRIAGED_ZSOCK_H
#define TRIAGED_ZSOCK_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>
#include <zmq.h>

struct zsock {
    void *socket; // NULL when it is not open
    uv_poll_t poll;
    bool polled;
};

// The socket becomes the zsock's, which closes it.
enum err zsock_open(struct zsock *z, void *context, int type);
void zsock_close(struct zsock *z);
// Wakes `loop` when something may have happened.  Stop before the loop is closed.
enum err zsock_start(struct zsock *z, uv_loop_t *loop);
void zsock_stop(struct zsock *z);
bool zsock_readable(struct zsock *z);
bool zsock_set(struct zsock *z, int option, int64_t value); // an int option, but for MAXMSGSIZE

#endif
