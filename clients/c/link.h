// link.h - one connection: a ZeroMQ DEALER over CURVE, and the watch on its handshake.
// Every connection is a new socket: nothing of an earlier one can arrive late, the first message
// is always the hello, and a refused key (after which ZeroMQ never tries again) needs no case.
#ifndef TRIAGE_LINK_H
#define TRIAGE_LINK_H

#include "profile.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum link_fault {
    LINK_FINE,
    LINK_UNREACHABLE,   // nothing listens there
    LINK_CUT,           // it was up and went away
    LINK_KEY_UNKNOWN,   // the server refused our key
    LINK_SERVER_KEY,    // the handshake broke off: the server cannot open what we sealed
    LINK_NOT_ENCRYPTED, // one side speaks CURVE, the other does not
    LINK_BAD_ENDPOINT,  // cannot even be tried
};

enum link_state { LINK_DOWN, LINK_TRYING, LINK_UP };

struct link {
    void *ctx, *socket, *monitor;
    int poll_fd; // epoll of the socket's and the monitor's descriptors; borrowed
    enum link_state state;
    enum link_fault fault; // of the last time it went down
    bool plain;
    uint8_t shared[32]; // opens the daemon's boxes
    uint32_t serial;
};

void link_init(struct link *l, void *ctx, int poll_fd);
// Starts trying.  false: link_fault says why.
bool link_open(struct link *l, const struct profile *p);
void link_close(struct link *l);
// Reads what the monitor tells.  The state may change to up or down (then the socket is closed).
void link_watch(struct link *l);
bool link_send(struct link *l, const void *data, size_t len);
// The next message, opened, in malloc'd memory; NULL when none waits.  Boxes that cannot be opened
// are dropped: they were not meant for us.
uint8_t *link_receive(struct link *l, size_t *len);
bool link_readable(struct link *l);

#endif
