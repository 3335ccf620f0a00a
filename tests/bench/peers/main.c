// bench_peers NAME PORT CONCERNS [USER DIRECTORY] - one broker, the same work; one JSON line.
// tests/bench/run starts the servers.
#include "peers.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const struct peer *const PEERS[] = {&PEER_REDIS, &PEER_NATS, &PEER_RABBIT,
                                           &PEER_RABBIT_QUORUM, &PEER_POSTGRES};

_Noreturn void peer_die(const char *what, const char *why)
{
    fprintf(stderr, "bench_peers: %s: %s\n", what, why ? why : "no reason given");
    exit(1);
}

static void fill(uint8_t *to, size_t len)
{
    static const char prose[] = "A carer was seen to leave the resident without a drink all day. ";
    for (size_t i = 0; i < len; i++) to[i] = (uint8_t)prose[i % (sizeof prose - 1)];
}

const uint8_t *peer_concern(void)
{
    static uint8_t bytes[CONCERN_BYTES];
    if (!bytes[0]) fill(bytes, sizeof bytes);
    return bytes;
}

const uint8_t *peer_notice(void)
{
    static uint8_t bytes[NOTICE_BYTES];
    if (!bytes[0]) fill(bytes, sizeof bytes);
    return bytes;
}

struct role {
    role_fn *run;
    struct pipeline *pipeline;
};

static void *role_run(void *arg)
{
    struct role *r = arg;
    r->run(r->pipeline);
    return NULL;
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static double peer_run(const struct peer *peer, struct pipeline *p)
{
    struct role roles[] = {
        {peer->desk, p}, {peer->referrer, p}, {peer->worker, p}, {peer->provider, p}};
    pthread_t threads[4];
    (void)peer_concern();
    (void)peer_notice();
    peer->prepare(p);
    double const began = seconds();
    for (size_t i = 0; i < 4; i++)
        if (pthread_create(&threads[i], NULL, role_run, &roles[i])) peer_die(peer->name, "thread");
    for (size_t i = 0; i < 4; i++) pthread_join(threads[i], NULL);
    return (double)p->concerns / (seconds() - began);
}

int main(int argc, char **argv)
{
    struct pipeline p = {0};
    if (argc != 4 && argc != 6) {
        fprintf(stderr, "usage: bench_peers NAME PORT CONCERNS [USER DIRECTORY]\n");
        return 2;
    }
    p.port = (int)strtol(argv[2], NULL, 10);
    p.concerns = (size_t)strtoul(argv[3], NULL, 10);
    p.user = argc == 6 ? argv[4] : NULL;
    p.directory = argc == 6 ? argv[5] : NULL;
    for (size_t i = 0; i < sizeof PEERS / sizeof *PEERS; i++) {
        if (strcmp(PEERS[i]->name, argv[1]) != 0) continue;
        printf("{\"figure\":\"peer_%s\",\"value\":%.1f,\"unit\":\"concerns/s\"}\n", argv[1],
               peer_run(PEERS[i], &p));
        return 0;
    }
    peer_die(argv[1], "no such peer");
}
