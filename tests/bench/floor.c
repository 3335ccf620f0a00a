// floor.c - what this machine can do at best, measured in the same run: a bare append with
// fdatasync; rows of 1.1 KB put into SQLite; a CURVE echo of 700 bytes in and 32 bytes out with
// 1,000 outstanding; the same at a pace of its own, each message appended and synced before its
// answer.
#include "floor.h"

#include "link.h"

#include <fcntl.h>
#include <pthread.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#define FLOOR_APPEND  1536
#define FLOOR_ROW     1126
#define FLOOR_WAIT_NS INT64_C(1000000)

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
    static char block[FLOOR_APPEND];
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

static void lite_do(sqlite3 *db, const char *what)
{
    if (sqlite3_exec(db, what, NULL, NULL, NULL) != SQLITE_OK) bench_die("SQLite failed");
}

double floor_sqlite(const char *directory, size_t rows, size_t batch)
{
    static char row[FLOOR_ROW];
    char path[4096];
    sqlite3 *db = NULL;
    sqlite3_stmt *insert = NULL;
    snprintf(path, sizeof path, "%s/sqlite.probe", directory);
    if (sqlite3_open(path, &db) != SQLITE_OK) bench_die("cannot open the SQLite probe");
    lite_do(db, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                "CREATE TABLE event(n INTEGER PRIMARY KEY, row BLOB)");
    if (sqlite3_prepare_v2(db, "INSERT INTO event(row) VALUES(?1)", -1, &insert, NULL) != SQLITE_OK)
        bench_die("SQLite failed");
    sqlite3_bind_blob(insert, 1, row, sizeof row, SQLITE_STATIC);
    int64_t const began = bench_now_ns();
    for (size_t i = 0; i < rows; i++) {
        if (i % batch == 0) lite_do(db, "BEGIN");
        if (sqlite3_step(insert) != SQLITE_DONE) bench_die("SQLite failed");
        sqlite3_reset(insert);
        if (i % batch == batch - 1) lite_do(db, "COMMIT");
    }
    double const seconds = (double)(bench_now_ns() - began) / 1e9;
    sqlite3_finalize(insert);
    sqlite3_close(db); // The last one to close takes the log along.
    unlink(path);
    return (double)rows / seconds;
}

struct echo {
    void *context;
    char public_key[41], secret_key[41], endpoint[64];
    size_t messages;
    int fd; // each message is appended and synced before its answer; -1: none is
};

#define ECHO_BATCH 1024
struct echo_ids {
    size_t n;
    struct {
        int len;
        char id[64];
    } at[ECHO_BATCH];
};

// The server side: no ZAP handler, so CURVE alone; as bare as an encrypted server can be.
static void *echo_router(struct echo *e)
{
    int const yes = 1, unlimited = 0;
    size_t size = sizeof e->endpoint;
    void *router = zmq_socket(e->context, ZMQ_ROUTER);
    zmq_setsockopt(router, ZMQ_CURVE_SERVER, &yes, sizeof yes);
    zmq_setsockopt(router, ZMQ_CURVE_SECRETKEY, e->secret_key, 40);
    zmq_setsockopt(router, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_setsockopt(router, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
    if (zmq_bind(router, "tcp://127.0.0.1:*")) bench_die("cannot bind the echo");
    zmq_getsockopt(router, ZMQ_LAST_ENDPOINT, e->endpoint, &size);
    return router;
}

// All that has come, at least one message; without a disk one at a time, which is as fast.
static void echo_take(const struct echo *e, void *router, size_t left, struct echo_ids *ids)
{
    char in[FLOOR_APPEND] = {0};
    size_t const batch = e->fd < 0 ? 1 : ECHO_BATCH, most = left < batch ? left : batch;
    for (ids->n = 0; ids->n < most; ids->n++) {
        int const len =
            zmq_recv(router, ids->at[ids->n].id, sizeof ids->at[0].id, ids->n ? ZMQ_DONTWAIT : 0);
        if (len < 0 && ids->n) return;
        if (len < 0 || zmq_recv(router, in, sizeof in, 0) < 0) bench_die("echo server failed");
        ids->at[ids->n].len = len;
        if (e->fd >= 0 && write(e->fd, in, sizeof in) != (ssize_t)sizeof in)
            bench_die("the echo cannot write");
    }
}

static void *echo_serve(void *arg)
{
    struct echo *e = arg;
    static struct echo_ids ids;
    char const out[32] = {0};
    void *router = echo_router(e);
    void *ready = zmq_socket(e->context, ZMQ_PAIR);
    zmq_connect(ready, "inproc://ready");
    zmq_send(ready, "", 0, 0);
    for (size_t served = 0; served < e->messages; served += ids.n) {
        echo_take(e, router, e->messages - served, &ids);
        if (e->fd >= 0 && fdatasync(e->fd)) bench_die("the echo cannot sync");
        for (size_t i = 0; i < ids.n; i++) {
            zmq_send(router, ids.at[i].id, (size_t)ids.at[i].len, ZMQ_SNDMORE);
            zmq_send(router, out, sizeof out, 0);
        }
    }
    zmq_close(ready);
    zmq_close(router);
    return NULL;
}

static void *echo_dealer(const struct echo *e)
{
    char public_key[41], secret_key[41];
    int const unlimited = 0;
    void *dealer = zmq_socket(e->context, ZMQ_DEALER);
    zmq_curve_keypair(public_key, secret_key);
    zmq_setsockopt(dealer, ZMQ_CURVE_SERVERKEY, e->public_key, 40);
    zmq_setsockopt(dealer, ZMQ_CURVE_PUBLICKEY, public_key, 40);
    zmq_setsockopt(dealer, ZMQ_CURVE_SECRETKEY, secret_key, 40);
    zmq_setsockopt(dealer, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_connect(dealer, e->endpoint);
    return dealer;
}

// Starts the server, lets `drive` talk to it with a dealer, and waits for its end.
static void echo_run(struct echo *e, void (*drive)(struct echo *, void *dealer, void *), void *ctx)
{
    pthread_t server;
    char nothing[1];
    zmq_curve_keypair(e->public_key, e->secret_key);
    void *ready = zmq_socket(e->context, ZMQ_PAIR);
    if (zmq_bind(ready, "inproc://ready")) bench_die("cannot start the echo");
    if (pthread_create(&server, NULL, echo_serve, e)) bench_die("no thread");
    zmq_recv(ready, nothing, sizeof nothing, 0);
    void *dealer = echo_dealer(e);
    drive(e, dealer, ctx);
    zmq_close(dealer);
    pthread_join(server, NULL);
    zmq_close(ready);
}

static char const echo_message[700];

static void echo_flood(struct echo *e, void *dealer, void *per_second)
{
    char in[64];
    size_t sent = 0, received = 0;
    int64_t const began = bench_now_ns();
    while (received < e->messages) {
        while (sent < e->messages && sent - received < 1000) {
            zmq_send(dealer, echo_message, sizeof echo_message, 0);
            sent++;
        }
        if (zmq_recv(dealer, in, sizeof in, 0) < 0) bench_die("echo client failed");
        received++;
    }
    *(double *)per_second = 1e9 * (double)e->messages / (double)(bench_now_ns() - began);
}

double floor_curve_echo(void *zmq_context, size_t messages)
{
    struct echo e = {.context = zmq_context, .messages = messages, .fd = -1};
    double per_second;
    echo_run(&e, echo_flood, &per_second);
    return per_second;
}

struct echo_paced {
    double step_ns;
    int64_t *ns;
};

static void echo_pace(struct echo *e, void *dealer, void *arg)
{
    struct echo_paced const *p = arg;
    struct link only = {.socket = dealer};
    struct link *const links[] = {&only};
    char in[64];
    size_t sent = 0, received = 0;
    int64_t const began = bench_now_ns();
    while (received < e->messages) {
        int64_t now = bench_now_ns();
        while (sent < e->messages && began + (int64_t)((double)sent * p->step_ns) <= now) {
            zmq_send(dealer, echo_message, sizeof echo_message, 0);
            sent++;
        }
        // Of one connection, answered in order.
        while (zmq_recv(dealer, in, sizeof in, ZMQ_DONTWAIT) >= 0) {
            p->ns[received] = bench_now_ns() - began - (int64_t)((double)received * p->step_ns);
            received++;
        }
        now = bench_now_ns();
        link_wait(links, 1,
                  sent < e->messages ? began + (int64_t)((double)sent * p->step_ns) - now
                                     : FLOOR_WAIT_NS);
    }
}

void floor_durable_echo(void *zmq_context, const char *directory, double per_second, size_t n,
                        int64_t *ns)
{
    char path[4096];
    struct echo e = {.context = zmq_context, .messages = n};
    struct echo_paced paced = {1e9 / per_second, ns};
    snprintf(path, sizeof path, "%s/echo.probe", directory);
    e.fd = open(path, O_CREAT | O_WRONLY | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
    if (e.fd < 0) bench_die("cannot write the echo's probe");
    echo_run(&e, echo_pace, &paced);
    close(e.fd);
    unlink(path);
}
