// peers.h - the pipeline that every broker is asked for, as four threads of one client: a provider
// submits and waits for confirms, a worker takes, decides and passes on, a desk and a referrer
// consume and acknowledge.  Ends once both consumers have acknowledged every concern.
#ifndef TRIAGED_BENCH_PEERS_H
#define TRIAGED_BENCH_PEERS_H

#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define CONCERN_BYTES 700
#define NOTICE_BYTES  150
#define BATCH         ((size_t)200)  // taken, passed on and acknowledged together
#define OUTSTANDING   ((size_t)1000) // submitted and not yet confirmed

struct pipeline {
    int port;
    const char *user, *directory; // of the peer that needs one; NULL
    size_t concerns;              // from intake to the end
    _Atomic size_t confirmed, passed_on, desk_acked, referrer_acked;
};

// One of the four; runs in its own thread on its own connection.
typedef void role_fn(struct pipeline *p);
struct peer {
    const char *name;
    void (*prepare)(struct pipeline *p); // queues, streams, tables
    role_fn *provider, *worker, *desk, *referrer;
};
extern const struct peer PEER_REDIS, PEER_NATS, PEER_RABBIT, PEER_RABBIT_QUORUM, PEER_POSTGRES;

_Noreturn void peer_die(const char *what, const char *why);
const uint8_t *peer_concern(void); // CONCERN_BYTES that compress as prose does
const uint8_t *peer_notice(void);  // NOTICE_BYTES

#endif
