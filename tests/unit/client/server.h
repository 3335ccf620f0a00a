// server.h - a small server for the client's tests: real sockets on loopback, CURVE, boxes, and
// answers by the test's own function.  It stands for the wire's rules, not for the daemon.
#ifndef TEST_SERVER_H
#define TEST_SERVER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "triage/v1/envelope.pb-c.h"

struct server;
// Fills reply (its id and status OK are set).  false: no answer at all.  Runs in the server's
// thread; what it hangs on the reply must outlive the call (static or within the server).
typedef bool server_answer_fn(struct server *s, const Triage__V1__Request *request,
                              Triage__V1__Reply *reply);

struct server {
    char endpoint[96];
    char public_key[41], secret_key[41];
    char folder[64]; // of the client's profile
    char profile[96];
    char client_key[41];
    bool refuse_keys; // the ZAP handler says no
    bool plain;       // no CURVE at all
    server_answer_fn *answer;
    Triage__V1__Reply push; // sent after an answer when push_after is set by it
    bool push_after;
    Triage__V1__HelloReply hello; // what it says to a hello
    uint8_t ledger_id[8];

    void *ctx, *router, *zap;
    pthread_t thread;
    atomic_bool stop;
    bool running;
    atomic_int hellos, requests, submits;
};

// Makes keys and the client's profile in a fresh folder under /tmp, picks a port.
void server_make(struct server *s, server_answer_fn *answer);
void server_start(struct server *s);
void server_stop(struct server *s); // may be started again, on the same port
void server_drop(struct server *s); // stops and removes the folder

// The usual answers: a hello, and a receipt for every submission.
bool server_answers(struct server *s, const Triage__V1__Request *request, Triage__V1__Reply *reply);

#endif
