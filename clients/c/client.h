// client.h - what a client is made of.  Its parts: link (the connection), calls (what waits for an
// answer), parcels (concerns on their way), outbox (those on disk), follow (notices and queues).
#ifndef TRIAGE_CLIENT_H
#define TRIAGE_CLIENT_H

#include "call.h"
#include "follow.h"
#include "link.h"
#include "outbox.h"
#include "profile.h"
#include "status.h"

#include "triage/v1/envelope.pb-c.h"

#include <time.h>

enum { PROTOCOL_VERSION = 1, LEDGER_ID_BYTES = 8 };

// What is remembered of the council between runs, beside the profile.
struct council {
    char name[160];
    char telephone[80];
};

// A concern on its way: from the first try to its receipt.
struct parcel {
    struct parcel *next, *before;
    struct parcel *same; // the next one with the same last byte of its key
    struct triage_client *client;
    uint8_t key[16];
    char key_text[37];
    uint8_t digest[32]; // of the concern, to hold its receipt against
    int64_t warn_ms;    // monotonic: when to say NOT RECEIVED; INT64_MAX once said
    uint64_t call_id;
    triage_receipt_fn *done;
    void *user;
};

struct triage_client {
    struct profile profile;
    char worker[64];
    uint32_t timeout_ms;
    uint32_t window;
    char error[512];

    void *ctx;
    int poll_fd, wake_fd;
    struct link link;
    bool ready;            // hello answered on this connection
    int64_t reconnect_ms;  // when to try again
    uint32_t attempts;     // connections that came to nothing since the last that worked
    uint32_t fault_run;    // how often the same fault came in a row
    enum link_fault fault; // the last one
    enum triage_status hello_refused;
    uint32_t backoff_ms; // the first wait between attempts
    int64_t hello_sent_ms;
    struct timespec hello_sent;
    uint32_t hello_us; // how long its answer took

    struct calls calls;
    Triage__V1__Reply *last;  // the last answer: problems and receipts are borrowed from it
    Triage__V1__Reply *hello; // the last hello's
    struct council council;

    struct parcel parcels; // a ring's head
    struct parcel *parcels_by_key[256];
    size_t parcels_len;
    int64_t next_warn_ms;
    triage_not_received_fn *not_received;
    void *not_received_user;
    char sentence[320];
    struct outbox outbox;
    triage_receipt_fn *outbox_done;
    void *outbox_user;
    bool outbox_more; // some wait on disk for a place in the window

    struct follow_notices notices;
    struct follow_queue queue;
};

// Milliseconds that only go forward.
int64_t client_mono_ms(void);

// Notes the failure in words (printf) and returns it.
enum triage_status client_fail(struct triage_client *c, enum triage_status s, const char *format,
                               ...) __attribute__((format(printf, 3, 4)));
// The words for why there is no connection now.
enum triage_status client_fail_link(struct triage_client *c);
// The same when only a person can mend it; OK when there is a connection or may soon be one.
enum triage_status client_setup_fault(struct triage_client *c);

// One turn: what came in, what is due.  Never blocks.
void client_turn(struct triage_client *c);
// Turns until *done, the deadline (monotonic; INT64_MAX none) or an interruption.
enum triage_status client_wait(struct triage_client *c, const bool *done, int64_t deadline_ms);
// Adds a call and sends it when there is a connection.  request is packed here; its id is set;
// NULL asks for nothing but a connection.  0: the window is full or memory is out.
uint64_t client_call(struct triage_client *c, Triage__V1__Request *request, struct call_plan plan);
// As above, waiting for the answer, which c->last then holds (NULL when none came).
enum triage_status client_ask(struct triage_client *c, Triage__V1__Request *request);
// Only impatient and bound of the plan are read.
enum triage_status client_ask_plan(struct triage_client *c, Triage__V1__Request *request,
                                   struct call_plan how);
// c->last becomes this reply (taken over, may be NULL), c->error its words.
enum triage_status client_settle(struct triage_client *c, enum triage_status s,
                                 Triage__V1__Reply *reply);

// hello.c
void hello_send(struct triage_client *c);
void hello_take(struct triage_client *c, Triage__V1__Reply *reply); // takes over
void council_load(struct triage_client *c);
bool hello_same_ledger(const struct triage_client *c, const uint8_t id[LEDGER_ID_BYTES],
                       uint64_t epoch);
void hello_ledger(const struct triage_client *c, uint8_t id[LEDGER_ID_BYTES], uint64_t *epoch);

// submit.c
void parcels_init(struct triage_client *c);
void parcels_drop(struct triage_client *c);
void parcels_warn(struct triage_client *c, int64_t now_ms);
// Takes more from the outbox when there is room.
void parcels_offer_more(struct triage_client *c);
// After a hello: offers again what a restored ledger may have lost.
void parcels_after_hello(struct triage_client *c);

#endif
