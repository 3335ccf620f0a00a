// listener.h - the three sockets where peers connect, each with its monitor.  Intake and desk are
// tcp with CURVE and a ZAP domain; the operators' is a local socket that its file mode guards.
#ifndef TRIAGED_LISTENER_H
#define TRIAGED_LISTENER_H

#include "config.h"
#include "port.h"
#include "zsock.h"

#define ENDPOINT_MAX 300

struct listener {
    int which; // LISTENER_INTAKE ...
    struct zsock router, monitor;
    char endpoint[ENDPOINT_MAX]; // as bound, with the port that a 0 became
};

// Makes the socket and starts watching.  The doorman must be bound before.  The operators' is bound
// as it is to be; the others to a loopback port of their own, so that the door can be tried while
// nobody else stands before it.  `why` gets a sentence on failure.
enum err listener_open(struct listener *l, void *context, int which, const struct config *c,
                       const uint8_t server_secret[32], char *why, size_t size);
// From here on peers can connect: the same socket, where the configuration wants it.
enum err listener_publish(struct listener *l, const struct config *c, char *why, size_t size);
void listener_close(struct listener *l);

// The next event of the monitor; false when there is none.
struct listener_event {
    int event;     // ZMQ_EVENT_...
    int32_t value; // a descriptor, an errno or a ZAP status
};
bool listener_event_next(struct listener *l, struct listener_event *out);

#endif
