// floor.c - what this machine can do at best, measured in the same run: a bare append with
// fdatasync, and a CURVE echo of 700 bytes in and 32 bytes out with 1,000 outstanding.
#include "floor.h"

#include "link.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

static int int64_order(const void *a, const void *b)
{
    int64_t const x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

int64_t floor_percentile(int64_t *samples, size_t n, double share)
{
    qsort(samples, n, sizeof *samples, int64_order);
    size_t i = (size_t)((double)n * share);
    return samples[i < n ? i : n - 1];
}

struct floor_sync floor_fdatasync(const char *directory, size_t times)
{
    char path[4096];
    static char block[1536];
    struct floor_sync result = {0, 0};
    int64_t *ns = calloc(times, sizeof *ns);
    snprintf(path, sizeof path, "%s/fdatasync.probe", directory);
    int const fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0 || !ns) bench_die("cannot write the fdatasync probe");
    memset(block, 'x', sizeof block);
    for (size_t i = 0; i < times; i++) {
        int64_t const began = bench_now_ns();
        if (write(fd, block, sizeof block) != (ssize_t)sizeof block || fdatasync(fd))
            bench_die("fdatasync failed");
        ns[i] = bench_now_ns() - began;
    }
    close(fd);
    unlink(path);
    result.p50_ns = floor_percentile(ns, times, 0.50);
    result.p99_ns = floor_percentile(ns, times, 0.99);
    free(ns);
    return result;
}

struct echo {
    void *context;
    char public_key[41], secret_key[41], endpoint[64];
    size_t messages;
};

// The server side: no ZAP handler, so CURVE alone; as bare as an encrypted server can be.
static void *echo_serve(void *arg)
{
    struct echo *e = arg;
    int const yes = 1, unlimited = 0;
    char id[256], in[2048], out[32] = {0};
    size_t size = sizeof e->endpoint;
    void *router = zmq_socket(e->context, ZMQ_ROUTER);
    zmq_setsockopt(router, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, e->secret_key, 40);
    zmq_setsockopt(router, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_setsockopt(router, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
    if (zmq_bind(router, "tcp://127.0.0.1:*")) bench_die("cannot bind the echo");
    zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, e->endpoint, &size);
    void *ready = zmq_socket(e->context, ZMQ_PAIR);
    zmq_connect(ready, "inproc://ready");
    zmq_send(ready, "", 0, 0);
    for (size_t i = 0; i < e->messages; i++) {
        int const n = zmq_recv(router, id, sizeof id, 0);
        if (n < 0 || zmq_recv(router, in, sizeof in, 0) < 0) bench_die("echo server failed");
        zmq_send(router, id, (size_t)n, ZMQ_SNDMORE);
        zmq_send(router, out, sizeof out, 0);
    }
    zmq_close(ready);
    zmq_close(router);
    return NULL;
}

static double echo_drive(struct echo *e)
{
    char public_key[41], secret_key[41], in[64];
    static char message[700];
    int const unlimited = 0;
    size_t sent = 0, received = 0;
    void *dealer = zmq_socket(e->context, ZMQ_DEALER);
    zmq_curve_keypair(public_key, secret_key);
    zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, e->public_key, 40);
    zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, public_key, 40);
    zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, secret_key, 40);
    zmq_setsockopt(dealer, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_connect(dealer, e->endpoint);
    int64_t const began = bench_now_ns();
    while (received < e->messages) {
        while (sent < e->messages && sent - received < 1000) {
            zmq_send(dealer, message, sizeof message, 0);
            sent++;
        }
        if (zmq_recv(dealer, in, sizeof in, 0) < 0) bench_die("echo client failed");
        received++;
    }
    double const seconds = (double)(bench_now_ns() - began) / 1e9;
    zmq_close(dealer);
    return (double)e->messages / seconds;
}

double floor_curve_echo(void *zmq_context, size_t messages)
{
    struct echo e = {.context = zmq_context, .messages = messages};
    pthread_t server;
    char nothing[1];
    zmq_curve_keypair(e.public_key, e.secret_key);
    void *ready = zmq_socket(zmq_context, ZMQ_PAIR);
    if (zmq_bind(ready, "inproc://ready")) bench_die("cannot start the echo");
    if (pthread_create(&server, NULL, echo_serve, &e)) bench_die("no thread");
    zmq_recv(ready, nothing, sizeof nothing, 0);
    double const rate = echo_drive(&e);
    pthread_join(server, NULL);
    zmq_close(ready);
    return rate;
}
