// call.h - requests that wait for their answers, sent again until they have them.
#ifndef TRIAGE_CALL_H
#define TRIAGE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <triage/triage.h>

#include "triage/v1/envelope.pb-c.h"

enum { CALLS_MAX = 4096, CALL_DONE = -1, BACKOFF_MS_MAX = 60000, SILENCE_MS = 10000 };

// The answer; reply is NULL when there is none and borrowed otherwise, unless the callee sets
// *taken.  Returns CALL_DONE, or in how many milliseconds to send the same again.
typedef int64_t call_fn(struct triage_client *c, void *ctx, enum triage_status s,
                        Triage__V1__Reply *reply, bool *taken);

struct call_plan {
    call_fn *done;
    void *ctx;
    int64_t give_up_ms; // monotonic; INT64_MAX never
    bool eager;         // fail at once when only a person can mend the connection
    bool impatient;     // fail at once when nothing answers there
    bool bound;         // means nothing to another ledger than the one that answers now
};
enum calls_which { CALLS_EAGER, CALLS_IMPATIENT, CALLS_BOUND };

struct call {
    uint64_t id;    // 0: a free slot
    uint8_t *frame; // NULL: done as soon as there is a connection
    size_t len;
    struct call_plan plan;
    int64_t due_ms; // when to send (again)
    uint32_t attempts;
    bool sent;               // on this connection, not answered yet
    enum triage_status last; // why it is not answered: TIMEOUT, BUSY, UNAVAILABLE
};

struct calls {
    struct call *slots; // CALLS_MAX of them
    uint16_t *free_slots;
    size_t free_len, used_max, active;
    uint64_t serial;
    int64_t next_ms; // nothing is due before
};

bool calls_init(struct calls *cs);
void calls_drop(struct calls *cs); // without telling anyone
// An id with a slot reserved for it; 0 when all are taken.
uint64_t calls_reserve(struct calls *cs);
struct call *calls_find(struct calls *cs, uint64_t id);
void calls_remove(struct calls *cs, struct call *call);
// Waits before attempt n (0 the first): doubling from first_ms to a minute, with a jitter.
int64_t calls_backoff_ms(uint32_t attempt, uint32_t first_ms);

void calls_send_due(struct triage_client *c, int64_t now_ms);
void calls_send(struct triage_client *c, struct call *call, int64_t now_ms);
void calls_connection_lost(struct calls *cs);
// Fails those whose plan says so.
void calls_fail(struct triage_client *c, enum triage_status s, enum calls_which which);
// A reply to one of them; takes it over.
void calls_answer(struct triage_client *c, Triage__V1__Reply *reply);
void calls_cancel(struct triage_client *c, uint64_t id);

#endif
