// sim.h - one history of one council: virtual time, a network, the people on it, what befalls them,
// and the oracle that watches.
#ifndef TRIAGED_SIM_SIM_H
#define TRIAGED_SIM_SIM_H

#include "dice.h"
#include "house.h"
#include "oracle.h"
#include "people.h"
#include "wheel.h"

#include "triage/v1/envelope.pb-c.h"

struct sim;

// --- The network: one line for each key. ---

struct line {
    struct sim *sim;
    enum who who;
    uint64_t peer; // the connection, as the house names it; 0 none
    int64_t away_until_us, stuck_until_us;
    bool stuck;         // the house was told that it does not read
    int64_t last_in_us; // what it hears comes in order
    uint64_t cut_peer;  // the connection that the house cut last
    void (*heard)(void *ctx, const Triage__V1__Reply *r, const uint8_t *bytes, size_t n);
    void (*lost)(void *ctx);
    void *ctx;
};
bool net_dial(struct line *l);
void net_send(struct line *l, const uint8_t *bytes, size_t n);
void net_request(struct line *l, Triage__V1__Request *q);
void net_lose(struct line *l);              // both sides find out, each in its time
void net_away(struct line *l, int64_t us);  // a partition
void net_stuck(struct line *l, int64_t us); // it does not read
void net_storm(struct sim *s, int64_t us);  // bytes are lost, doubled, out of order, garbled
void net_house_gone(struct sim *s);         // it crashed or stopped
void net_init(struct sim *s, const char *const packs[2]);

// --- What befalls them: drawn before the history begins, so that a list can be shortened. ---

enum fault_kind {
    FAULT_CRASH,
    FAULT_CRASH_APPENDED, // between append and fsync
    FAULT_CRASH_SYNCED,   // fsync done, nothing said yet
    FAULT_CRASH_SAID,     // said to the network, which may lose it
    FAULT_CRASH_AT_SWAP,  // with a rule swap or a key change on its way to the disk
    FAULT_STOP,           // in order, and started again
    FAULT_WRITE_LOST,
    FAULT_WRITE_UNTOLD,
    FAULT_WRITE_FENCED,
    FAULT_READ,
    FAULT_MALLOC,    // the n-th allocation is refused
    FAULT_NO_MEMORY, // and all after it, for a while
    FAULT_DISK_SLOW,
    FAULT_DISK_LOW,
    FAULT_DISK_FULL,
    FAULT_UTC_STEP,
    FAULT_STORM,
    FAULT_AWAY,
    FAULT_STUCK,
    FAULT_RESET,
    FAULT_CLIENT, // a client loses what it had not stored
    FAULT_FLOOD,
    FAULT_POLICY,
    FAULT_KEY,
    FAULT_WORKER,
    FAULT_STRANGER,
    FAULT_KINDS
};
struct fault {
    int64_t at_us, arg;
    enum fault_kind kind;
    enum who who;
};
#define FAULTS_MAX 4000
extern const char *const FAULT_WORDS[FAULT_KINDS];
size_t faults_draw(struct sim *s, struct fault out[FAULTS_MAX]);
void fault_strike(void *ctx, uint64_t number); // a wheel_fn
void key_revoke_now(struct sim *s);            // whose line has something on its way

// --- The loop that drives the house. ---

struct loop {
    uint64_t generation; // of the house: what was meant for an earlier one is nobody's
    uint64_t turn_order; // only the last turn asked for is run
    int64_t turn_at_us;
    bool disk_asked, ledger_asked;
    enum fault_kind armed; // a crash that waits for its instant; FAULT_KINDS none
    int64_t slow_until_us, idle_us;
};
void loop_start(struct sim *s);
void loop_crash(struct sim *s, bool turn_on_disk);
void loop_restart_in(struct sim *s, int64_t us);
void loop_stop(struct sim *s);
void loop_touch(struct sim *s); // something came in: a turn is due

// --- Who is on it. ---

struct referrer;
struct office;
struct referrer *referrer_make(struct sim *s, enum who who);
void referrer_free(struct referrer *r);
void referrer_flood(struct referrer *r, unsigned n);
void referrer_crash(struct referrer *r);
bool referrer_settled(const struct referrer *r, char *why, size_t size);
void referrers_quiet(struct sim *s); // no more concerns: only what is owed

struct office *office_make(struct sim *s);
void office_free(struct office *o);
bool office_settled(const struct office *o, char *why, size_t size);
bool office_waits(const struct office *o); // somebody has no answer to a command yet

struct minder;
struct minder *minder_make(struct sim *s); // operator and auditor
void minder_free(struct minder *m);
void minder_audit(struct minder *m); // begins to ask for everything
bool minder_done(const struct minder *m, char *why, size_t size);
void minder_mine(struct minder *m, enum who who, const Triage__V1__Reply *r);
void minder_queue(struct minder *m, const Triage__V1__Reply *r);
void stranger_act(struct sim *s, uint64_t seed);

struct sim {
    uint64_t seed;
    int64_t end_us;               // faults and concerns end here
    int64_t base_utc_ms, step_ms; // UTC is base + monotonic + steps
    struct wheel wheel;
    struct trace trace;
    struct dice net, disk, machine, fate;
    struct house *house;
    struct loop loop;
    struct line lines[WHO_COUNT];
    uint64_t next_peer, next_id;
    int64_t storm_until_us;
    unsigned pack;
    enum who revoke; // this key, when it says something next, for so long; 0 nobody's
    int64_t revoke_us;
    struct house_key keys[WHO_COUNT];
    struct house_worker workers[WORKER_COUNT];
    struct referrer *referrers[REFERRER_COUNT];
    struct office *office;
    struct minder *minder;
    struct oracle *oracle;
    bool quiet, settled; // no more faults; everything came to rest
    uint64_t messages;
    size_t n_faults;
    struct fault faults[FAULTS_MAX];
};

int64_t sim_utc_ms(const struct sim *s);
struct house_time sim_now(const struct sim *s);
void sim_tell_people(struct sim *s);
void sim_step_clock(struct sim *s, int64_t ms);

struct sim_result {
    char broken[400]; // "" when every promise held
    uint64_t hash, events, messages, records, concerns, notices;
    int64_t broken_day;
    size_t n_faults;
    unsigned states[32]; // cases at the end, by the protocol's number of their state
    char coverage[1200];
};
// `keep` (n_faults bools, or NULL for all) says which faults strike.
void sim_run(uint64_t seed, int64_t length_us, const bool *keep, const char *const packs[2],
             struct sim_result *out, struct fault *faults);

#endif
