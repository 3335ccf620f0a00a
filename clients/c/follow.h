// follow.h - what the daemon pushes: notices after a cursor, and the headlines of a queue.
#ifndef TRIAGE_FOLLOW_H
#define TRIAGE_FOLLOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <triage/triage.h>

#include "triage/v1/envelope.pb-c.h"

struct triage_notice {
    struct triage_notice *next;
    Triage__V1__Notice *told;
    uint8_t ledger[8];
    uint64_t epoch;
    char cursor[64]; // "ledger.epoch.cursor"
};

// A place in one ledger's count of notices.  known: ledger and epoch are told, not assumed.
struct follow_place {
    bool known;
    uint8_t ledger[8];
    uint64_t epoch;
    uint64_t cursor;
};

struct follow_notices {
    bool active, from_receipted;
    struct follow_place stored; // the last that the program stored safely
    uint64_t got;               // the last that was pushed
    uint32_t credit;            // how many more may come
    enum triage_status refused; // the daemon will not tell them
    uint64_t call_id;           // of the last request to follow
    bool some;                  // there is one to hand out, or a refusal
    struct triage_notice *first, **end;
};

struct queue_push {
    struct queue_push *next;
    Triage__V1__Reply *reply;
};

struct follow_queue {
    char team[64]; // "": none
    bool held;
    enum triage_status refused;
    uint64_t call_id;
    bool some;
    struct queue_push *first, **end;
};

// A push; takes it over.
void follow_push(struct triage_client *c, Triage__V1__Reply *reply);
// On every connection: asks again for what is followed, from the right place.
void follow_after_hello(struct triage_client *c);
void follow_init(struct triage_client *c);
void follow_drop(struct triage_client *c);

// "ledger.epoch.cursor" or a bare number; false when it is neither.
bool follow_place_parse(struct follow_place *p, const char *text);
// Where to follow from on the ledger that the hello named; notes its name.
uint64_t follow_place_settle(struct follow_place *p, const uint8_t ledger[8], uint64_t epoch,
                             uint64_t receipted);

#endif
