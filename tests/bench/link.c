#include "link.h"

#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <zmq.h>

#define LINK_FRAME_MAX  ((size_t)9 * 1024 * 1024)
#define LINK_WAIT_MAX   ((size_t)4)
#define LINK_ARENA_SIZE ((size_t)64 * 1024 * 1024)

int64_t bench_now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

void bench_die(const char *what)
{
    fprintf(stderr, "bench: %s\n", what);
    exit(1);
}

static void link_hello(struct link *l)
{
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    Triage__V1__Request request = TRIAGE__V1__REQUEST__INIT;
    hello.version = 1;
    hello.client = (char *)(uintptr_t) "bench";
    request.body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
    request.hello = &hello;
    link_send(l, &request);
    Triage__V1__Reply *reply = link_receive(l, 10000);
    if (!reply || reply->status != TRIAGE__V1__STATUS__STATUS_OK)
        bench_die("no hello from the daemon");
}

static void link_curve(struct link *l, const struct link_keys *keys)
{
    uint8_t theirs[32], ours[32];
    if (!zmq_z85_decode(theirs, keys->server_public) || !zmq_z85_decode(ours, keys->own_secret)) {
        bench_die("a key is not Z85");
    }
    if (wire_box_init(&l->box, theirs, ours)) bench_die("a key is weak");
    zmq_setsockopt(l->socket, ZMQ_CURVE_SERVERKEY, keys->server_public, 40);
    zmq_setsockopt(l->socket, ZMQ_CURVE_PUBLICKEY, keys->own_public, 40);
    zmq_setsockopt(l->socket, ZMQ_CURVE_SECRETKEY, keys->own_secret, 40);
}

static void link_connect(struct link *l, void *zmq_context, const struct link_keys *keys)
{
    int const unlimited = 0;
    l->next_id = 1;
    l->socket = zmq_socket(zmq_context, ZMQ_DEALER);
    if (!l->socket) bench_die("no more sockets");
    zmq_setsockopt(l->socket, ZMQ_SNDHWM, &unlimited, sizeof unlimited);
    zmq_setsockopt(l->socket, ZMQ_RCVHWM, &unlimited, sizeof unlimited);
    zmq_setsockopt(l->socket, ZMQ_LINGER, &unlimited, sizeof unlimited);
    link_curve(l, keys);
    if (zmq_connect(l->socket, keys->endpoint)) bench_die("cannot connect");
    link_hello(l);
}

void link_open(struct link *l, void *zmq_context, const struct link_keys *keys, const char *worker)
{
    *l = (struct link){.worker = worker};
    l->in = malloc(LINK_FRAME_MAX);
    l->plain = malloc(LINK_FRAME_MAX);
    l->arena_memory = malloc(LINK_ARENA_SIZE);
    if (!l->in || !l->plain || !l->arena_memory) bench_die("no memory");
    arena_init(&l->arena, l->arena_memory, LINK_ARENA_SIZE);
    link_connect(l, zmq_context, keys);
}

void link_open_beside(struct link *l, const struct link *first, void *zmq_context,
                      const struct link_keys *keys)
{
    *l = *first;
    link_connect(l, zmq_context, keys);
}

void link_close(struct link *l)
{
    zmq_close(l->socket);
    free(l->in);
    free(l->plain);
    free(l->arena_memory);
}

uint64_t link_send(struct link *l, Triage__V1__Request *request)
{
    uint8_t command[16];
    request->id = l->next_id++;
    if (l->worker) {
        randombytes_buf(command, sizeof command);
        request->worker = (char *)(uintptr_t)l->worker;
        request->command_id = (ProtobufCBinaryData){sizeof command, command};
    }
    zmq_msg_t frame;
    size_t const size = triage__v1__request__get_packed_size(request);
    if (zmq_msg_init_size(&frame, size)) bench_die("no memory");
    triage__v1__request__pack(request, zmq_msg_data(&frame));
    if (zmq_msg_send(&frame, l->socket, 0) < 0) bench_die("cannot send");
    return request->id;
}

static void *link_alloc(void *arena, size_t size)
{
    return arena_alloc(arena, size);
}

static void link_free(void *arena, void *p)
{
    (void)arena, (void)p; // All of it goes with the next message.
}

Triage__V1__Reply *link_receive(struct link *l, long timeout_ms)
{
    ProtobufCAllocator memory = {link_alloc, link_free, &l->arena};
    zmq_pollitem_t item = {l->socket, 0, ZMQ_POLLIN, 0};
    int n = zmq_recv(l->socket, l->in, LINK_FRAME_MAX, ZMQ_DONTWAIT);
    size_t len = 0;
    if (n < 0) {
        if (timeout_ms == 0 || zmq_poll(&item, 1, timeout_ms) <= 0) return NULL;
        n = zmq_recv(l->socket, l->in, LINK_FRAME_MAX, ZMQ_DONTWAIT);
        if (n < 0) return NULL;
    }
    arena_release(&l->arena, 0);
    if (wire_box_open(&l->box, bytes_of(l->in, (size_t)n), l->plain, &len))
        bench_die("a box that is not ours");
    Triage__V1__Reply *reply = triage__v1__reply__unpack(&memory, len, l->plain);
    if (!reply) bench_die("a reply that is malformed");
    return reply;
}

// zmq_poll counts in milliseconds, which is longer than a receipt takes.
void link_wait(struct link *const *links, size_t n, int64_t wait_ns)
{
    struct pollfd fds[LINK_WAIT_MAX];
    struct timespec const wait = {wait_ns / 1000000000, wait_ns % 1000000000};
    if (n > LINK_WAIT_MAX || wait_ns <= 0) return;
    for (size_t i = 0; i < n; i++) {
        size_t size = sizeof fds[i].fd;
        int events = 0;
        size_t events_size = sizeof events;
        zmq_getsockopt(links[i]->socket, ZMQ_EVENTS, &events, &events_size);
        if (events & ZMQ_POLLIN) return;
        zmq_getsockopt(links[i]->socket, ZMQ_FD, &fds[i].fd, &size);
        fds[i].events = POLLIN;
    }
    (void)ppoll(fds, n, &wait, NULL);
}
