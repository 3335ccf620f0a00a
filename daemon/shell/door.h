// door.h - messages in and out: from bytes on a listener to a peer whom the registry knows now, and
// back.  Holds the connections, their limits and the struct port that the desk speaks through.
#ifndef TRIAGED_DOOR_H
#define TRIAGED_DOOR_H

#include "doorman.h"
#include "link.h"
#include "listener.h"
#include "log.h"
#include "metrics.h"

struct door {
    void *context; // the process' one ZeroMQ context
    const struct config *config;
    struct log *log;
    struct metrics *metrics;
    struct desk *desk; // set before the first door_receive
    const struct registry *registry;
    char operator_id[ID_MAX];
    uint8_t server_secret[KEY_BYTES];
    struct doorman doorman;
    struct listener listeners[LISTENERS];
    struct links links;
    uint32_t connections_max;
    int64_t guarded_ms, retried_ms; // when they last ran, monotonic
    int guard_fd;                   // where the guard goes on
    uint32_t retry_place;           // where asking those who did not read goes on
};

// Binds the doorman, then makes the listeners, to be tried from this machine; door_publish lets
// peers connect.  `operator_id` and `registry` as door_set_registry.
enum err door_open(struct door *d, char *why, size_t size);
enum err door_publish(struct door *d, char *why, size_t size);
void door_close(struct door *d);
enum err door_start(struct door *d, uv_loop_t *loop);
void door_stop(struct door *d);

// Asks every socket; true when one of them that we want to read has something.
bool door_waiting(struct door *d, bool wants_more);
// One turn: handshakes, connections that came and went, and a bounded number of messages.
void door_receive(struct door *d, struct now now);
// Looks after connections: cuts those that send without end, lets those write that did not read.
// Returns when it wants to be called again, monotonic.
int64_t door_upkeep(struct door *d, struct now now);

// A new registry: cuts at once whoever is no longer enrolled with the key that opened its
// connection.
void door_set_registry(struct door *d, const struct registry *registry, const char *operator_id);

// As struct port asks.
enum err door_send(struct door *d, const struct peer *to, struct bytes reply);
void door_cut(struct door *d, uint64_t peer_id, const char *reason);

#endif
