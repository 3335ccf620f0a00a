// server.c - one thread: a ROUTER, a ZAP handler, and a poll every few milliseconds for its end.
#include "server.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <triage/triage.h>
#include <unistd.h>
#include <zmq.h>

#define MUST(expr) ((expr) ? (void)0 : (fprintf(stderr, "server: %s\n", #expr), abort()))

static void server_profile(struct server *s)
{
    char why[256] = "";
    struct triage_enrolment const e = {.endpoint = s->endpoint, .server_key = s->public_key};
    snprintf(s->profile, sizeof s->profile, "%s/client.yaml", s->folder);
    MUST(triage_enrol(s->profile, &e, s->client_key, why, sizeof why) == TRIAGE_OK);
}

// A port that is free now; the same one is bound again after a stop.
static void server_port(struct server *s)
{
    void *ctx = zmq_ctx_new();
    void *probe = zmq_socket(ctx, ZMQ_ROUTER);
    size_t size = sizeof s->endpoint;
    MUST(zmq_bind(probe, "tcp://127.0.0.1:*") == 0);
    MUST(zmq_getsockopt(probe, ZMQ_LAST_ENDPOINT, s->endpoint, &size) == 0);
    zmq_close(probe);
    zmq_ctx_term(ctx);
}

void server_make(struct server *s, server_answer_fn *answer)
{
    memset(s, 0, sizeof *s);
    s->answer = answer;
    snprintf(s->folder, sizeof s->folder, "/tmp/triage-test-XXXXXX");
    MUST(mkdtemp(s->folder) != NULL);
    triage_keypair(s->public_key, s->secret_key);
    server_port(s);
    server_profile(s);
    memcpy(s->ledger_id, "ledger01", 8);
    triage__v1__hello_reply__init(&s->hello);
    s->hello.version = 1;
    s->hello.epoch = 1;
    s->hello.council = "Exampleton Council";
    s->hello.council_telephone = "01632 960000";
    s->hello.ledger_id = (ProtobufCBinaryData){8, s->ledger_id};
    s->hello.principal = "rose-court";
}

// ---- Sending ----

static void server_send(struct server *s, zmq_msg_t *who, const Triage__V1__Reply *reply)
{
    size_t const len = triage__v1__reply__get_packed_size(reply);
    uint8_t *packed = malloc(len + 1);
    uint8_t *box = malloc(24 + 16 + len);
    uint8_t pk[32];
    uint8_t sk[32];
    MUST(packed && box);
    triage__v1__reply__pack(reply, packed);
    randombytes_buf(box, 24);
    zmq_z85_decode(pk, s->client_key);
    zmq_z85_decode(sk, s->secret_key);
    MUST(crypto_box_easy(box + 24, packed, len, box, pk, sk) == 0);
    zmq_msg_t copy;
    zmq_msg_init(&copy);
    zmq_msg_copy(&copy, who);
    zmq_msg_send(&copy, s->router, ZMQ_SNDMORE);
    zmq_send(s->router, box, len + 40, 0);
    free(packed);
    free(box);
}

static void server_take(struct server *s)
{
    zmq_msg_t who;
    zmq_msg_t body;
    Triage__V1__Reply reply = TRIAGE__V1__REPLY__INIT;
    zmq_msg_init(&who);
    zmq_msg_init(&body);
    zmq_msg_recv(&who, s->router, 0);
    zmq_msg_recv(&body, s->router, 0);
    Triage__V1__Request *request =
        triage__v1__request__unpack(NULL, zmq_msg_size(&body), zmq_msg_data(&body));
    MUST(request != NULL);
    reply.id = request->id;
    s->requests++;
    s->hellos += request->body_case == TRIAGE__V1__REQUEST__BODY_HELLO;
    s->submits += request->body_case == TRIAGE__V1__REQUEST__BODY_SUBMIT;
    if (s->answer(s, request, &reply)) server_send(s, &who, &reply);
    if (s->push_after) server_send(s, &who, &s->push);
    s->push_after = false;
    triage__v1__request__free_unpacked(request, NULL);
    zmq_msg_close(&who);
    zmq_msg_close(&body);
}

// ---- Who may come in ----

static void server_vouch(struct server *s)
{
    char frames[8][256];
    size_t sizes[8] = {0};
    int more = 1;
    for (int i = 0; more && i < 8; i++) {
        int const n = zmq_recv(s->zap, frames[i], sizeof frames[i], 0);
        size_t size = sizeof more;
        sizes[i] = n < 0 ? 0 : (size_t)n;
        zmq_getsockopt(s->zap, ZMQ_RCVMORE, &more, &size);
    }
    char z85[41] = "";
    if (sizes[6] == 32) zmq_z85_encode(z85, (uint8_t *)frames[6], 32);
    bool const known = !s->refuse_keys && strcmp(z85, s->client_key) == 0;
    zmq_send(s->zap, "1.0", 3, ZMQ_SNDMORE);
    zmq_send(s->zap, frames[1], sizes[1], ZMQ_SNDMORE);
    zmq_send(s->zap, known ? "200" : "400", 3, ZMQ_SNDMORE);
    zmq_send(s->zap, "", 0, ZMQ_SNDMORE);
    zmq_send(s->zap, known ? "client" : "", known ? 6 : 0, ZMQ_SNDMORE);
    zmq_send(s->zap, "", 0, 0);
}

static void *server_run(void *ctx)
{
    struct server *s = ctx;
    while (!s->stop) {
        zmq_pollitem_t items[] = {{s->router, 0, ZMQ_POLLIN, 0}, {s->zap, 0, ZMQ_POLLIN, 0}};
        zmq_poll(items, 2, 5);
        if (items[0].revents) server_take(s);
        if (items[1].revents) server_vouch(s);
    }
    return NULL;
}

void server_start(struct server *s)
{
    int const one = 1;
    int const zero = 0;
    s->ctx = zmq_ctx_new();
    s->zap = zmq_socket(s->ctx, ZMQ_REP);
    MUST(zmq_bind(s->zap, "inproc://zeromq.zap.01") == 0);
    s->router = zmq_socket(s->ctx, ZMQ_ROUTER);
    zmq_setsockopt(s->router, ZMQ_LINGER, &zero, sizeof zero);
    zmq_setsockopt(s->router, ZMQ_ZAP_DOMAIN, "triage", 6);
    if (!s->plain) {
        zmq_setsockopt(s->router, ZMQ_CURVE_SERVER, &one, sizeof one);
        zmq_setsockopt(s->router, ZMQ_CURVE_SECRETKEY, s->secret_key, 41);
    }
    MUST(zmq_bind(s->router, s->endpoint) == 0);
    s->stop = false;
    s->running = true;
    MUST(pthread_create(&s->thread, NULL, server_run, s) == 0);
}

void server_stop(struct server *s)
{
    if (!s->running) return;
    s->stop = true;
    pthread_join(s->thread, NULL);
    zmq_close(s->router);
    zmq_close(s->zap);
    zmq_ctx_term(s->ctx);
    s->running = false;
}

void server_drop(struct server *s)
{
    char command[128];
    server_stop(s);
    snprintf(command, sizeof command, "rm -rf %s", s->folder);
    MUST(system(command) == 0);
}

// ---- The usual answers ----

bool server_answers(struct server *s, const Triage__V1__Request *request, Triage__V1__Reply *reply)
{
    static Triage__V1__AdultReceipt adult;
    static Triage__V1__AdultReceipt *adults[] = {&adult};
    static Triage__V1__Receipt receipt;
    static Triage__V1__Receipt *receipts[] = {&receipt};
    static Triage__V1__SubmitReply submit;
    static uint8_t key[16];
    static uint8_t digest[64];
    if (request->body_case == TRIAGE__V1__REQUEST__BODY_HELLO) {
        reply->body_case = TRIAGE__V1__REPLY__BODY_HELLO;
        reply->hello = &s->hello;
        return true;
    }
    if (request->body_case != TRIAGE__V1__REQUEST__BODY_SUBMIT) return true;
    triage__v1__adult_receipt__init(&adult);
    adult.reference = "SC-7K2M-9QX4";
    adult.colour = TRIAGE__V1__COLOUR__COLOUR_AMBER;
    adult.decide_by_ms = 1773248400000;
    triage__v1__receipt__init(&receipt);
    memcpy(key, request->submit->submissions[0]->key.data, 16);
    receipt.key = (ProtobufCBinaryData){16, key};
    const ProtobufCBinaryData *sent = &request->submit->submissions[0]->concern;
    crypto_generichash(digest, sizeof digest, sent->data, sent->len, NULL, 0);
    receipt.digest = (ProtobufCBinaryData){32, digest};
    receipt.n_adults = 1;
    receipt.adults = adults;
    receipt.received_ms = 1782000000000;
    triage__v1__submit_reply__init(&submit);
    submit.n_receipts = 1;
    submit.receipts = receipts;
    reply->body_case = TRIAGE__V1__REPLY__BODY_SUBMIT;
    reply->submit = &submit;
    return true;
}
