// link.h - one encrypted connection of a bench client to a daemon: raw ZeroMQ and protobuf-c, no
// library between, so that the daemon is what is measured.
#ifndef TRIAGED_BENCH_LINK_H
#define TRIAGED_BENCH_LINK_H

#include "wire.h"

struct link_keys { // as text, Z85
    const char *endpoint, *server_public, *own_public, *own_secret;
};
struct link {
    void *socket;
    struct wire_box box;
    uint64_t next_id;
    size_t in_size;
    uint8_t *in, *plain;
    struct arena arena;
    void *arena_memory;
    const char *worker;
};

// Connects and says hello; dies with a sentence when that fails within ten seconds.
void link_open(struct link *l, void *zmq_context, const struct link_keys *keys, const char *worker);
// One of many connections that share their buffers with `first`: one at a time receives.
void link_open_beside(struct link *l, const struct link *first, void *zmq_context,
                      const struct link_keys *keys);
void link_close(struct link *l);
// Sends a request; its id is set here and returned.  `command_id` is made when the command needs
// one.
uint64_t link_send(struct link *l, Triage__V1__Request *request);
// The next reply or push, valid until the next call; NULL when none is there within `timeout_ms`.
Triage__V1__Reply *link_receive(struct link *l, long timeout_ms);

// Sleeps until one of `links` may have something to receive, or `wait_ns` have gone by.
void link_wait(struct link *const *links, size_t n, int64_t wait_ns);

int64_t bench_now_ns(void);
_Noreturn void bench_die(const char *what);

#endif
