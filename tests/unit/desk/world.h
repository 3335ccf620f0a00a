// world.h - a council in memory for the desk's tests: the real core, wire and memory ledger, a port
// that writes down what was sent, and a clock that the test turns.
#ifndef TRIAGED_DESK_WORLD_H
#define TRIAGED_DESK_WORLD_H

#include "desk.h"
#include "ledger_memory.h"
#include "verify.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define SENT_MAX 20000

// Who speaks.  Peers are connections; their numbers never come back.
enum who {
    HOME,
    OTHER_HOME,
    POLICE,
    MASH_DESK,
    MASH_DESK_2,
    NORTH_DESK,
    MANAGER_KEY,
    MANAGER_2_KEY,
    AUDITOR_KEY,
    NIGHT_DESK,
    OPERATOR_KEY,
    WHO_COUNT
};

struct world {
    struct desk *desk;
    struct ledger *ledger;
    struct registry registry;
    struct principal principals[16];
    struct worker workers[8];
    struct desk_settings settings;
    struct port port;
    struct now now;
    struct peer peers[WHO_COUNT];
    uint64_t next_peer, next_id;
    size_t n_sent;
    struct {
        uint64_t peer;
        Triage__V1__Reply *reply;
    } sent[SENT_MAX];
    unsigned halts;
    int exit_code;
    uint64_t cut[64];
    size_t n_cut;
    bool blocked[WHO_COUNT]; // this peer does not read
    char paged[16];          // the case that somebody was rung about last
    int page_attempt;
    unsigned n_paged;
    uint8_t scan[1 << 20]; // what the virus scanner was given of the file it looks at
    size_t scan_len;
    unsigned scans;
    bool scan_wants, scan_ended;
    const char *gauge_team; // the team whose gauges are kept, where there is one for each
    int64_t counts[METRIC_COUNT];
    bool broken; // the ledger failed: nothing to verify at the end
};

int world_setup(void **state);
int world_teardown(void **state); // verifies the ledger unless it was broken
struct world *world_of(void **state);

void world_open(struct world *w);
void world_shut(struct world *w);   // the ledger and the desk, in order
void world_reopen(struct world *w); // the same disk again; connections are gone
void world_pass(struct world *w, int64_t ms);
void world_run(struct world *w);      // turns until nothing moves
uint64_t world_head(struct world *w); // seq of the last record, once nothing moves
void world_connect(struct world *w, enum who who);
void world_set(struct world *w); // the registry as it now stands, to the desk

// Sends; the id of the request.  world_ask runs the world and returns the answer (NULL: none came).
uint64_t world_send(struct world *w, enum who who, Triage__V1__Request *q);
Triage__V1__Reply *world_ask(struct world *w, enum who who, Triage__V1__Request *q);
Triage__V1__Reply *world_reply(struct world *w, enum who who, uint64_t id);
size_t world_replies(struct world *w, enum who who, uint64_t id);
void world_forget_sent(struct world *w);

// Requests, made in static memory: one at a time.  ask_blank has no body yet.
Triage__V1__Request *ask_blank(const char *worker, unsigned id);
struct held;
Triage__V1__Hold *hold_of(const struct held *h);
void world_receipt(struct world *w, enum who who); // all that it is owed
// Two managers erase it, on the ground that it was asked for, once its notices were receipted; how
// the last of the two was answered.
Triage__V1__Status world_erase(struct world *w, const char *reference);
#define TEXT(s)      ((char *)(uintptr_t)(s))
#define STATUS(word) TRIAGE__V1__STATUS__STATUS_##word
#define STATE(word)  TRIAGE__V1__CASE_STATE__CASE_STATE_##word
// Fills one request's own message `q` and asks: `reply` gets the answer.
#define ASK(reply, w, who, worker, id, CASE, field, Type, INIT, ...)        \
    do {                                                                    \
        Triage__V1__##Type##Request q = TRIAGE__V1__##INIT##_REQUEST__INIT; \
        __VA_ARGS__;                                                        \
        Triage__V1__Request *ask_ = ask_blank(worker, id);                  \
        ask_->body_case = TRIAGE__V1__REQUEST__BODY_##CASE;                 \
        ask_->field = &q;                                                   \
        (reply) = world_ask(w, who, ask_);                                  \
    } while (0)
enum danger { DANGER_UNSAID, DANGER_YES, DANGER_NO };
struct concern_of {
    const char *name, *nhs_number, *story;
    enum danger danger;
    unsigned adults;
    bool management_involved;
    Triage__V1__HarmType harm; // the kind, 0 unsaid
    int64_t incident_ms;
    Triage__V1__SourceCategory source; // who may have caused it, 0 unsaid
    const char *source_name;
    bool nobody; // about the service; no adult is named
    bool fall;
    Triage__V1__Kind kind; // 0 a concern
    bool harmless;         // nobody is said to be harmed or at risk
};
size_t concern_pack(const struct concern_of *c, uint8_t *out);
void key_fill(uint8_t key[16], unsigned n);
Triage__V1__Request *ask_submit(unsigned key, const struct concern_of *c);
Triage__V1__Reply *world_submit(struct world *w, enum who who, unsigned key, enum danger danger);
Triage__V1__Request *ask_claim_next(const char *team, uint32_t n, const char *worker, unsigned id);
Triage__V1__Request *ask_claim(const char *reference, const char *worker, unsigned id);
Triage__V1__Request *ask_status(const char *reference);
Triage__V1__Request *ask_follow_notices(uint64_t after, uint32_t credit);
Triage__V1__Request *ask_receipt_notices(uint64_t up_to, uint32_t credit);
Triage__V1__Request *ask_follow_queue(const char *team, uint32_t credit);
struct held { // a case in hand
    char reference[16];
    uint32_t version;
    uint64_t token;
};
void held_refresh(struct world *w, struct held *h); // its version as it is now
Triage__V1__CaseState held_state(struct world *w, const struct held *h);
// Everything that is out, as an auditor's look shows it.
Triage__V1__CaseReport *held_look(struct world *w, const struct held *h);
struct held world_claim(struct world *w, enum who who, const char *worker, unsigned id);
// The next of the MASH's queue, forwarded, and accepted there; commands `id` and the two after it.
struct held world_close(struct world *w, unsigned id);
Triage__V1__Request *ask_decide(const struct held *h, Triage__V1__Outcome outcome,
                                const char *worker, unsigned id);
Triage__V1__Request *ask_second(const struct held *h, bool agree, const char *worker, unsigned id);

#endif
