// house.h - the product under the simulator's hands: the real desk, core, policy, wire and ledger
// code over a ledger in memory.  The one door between them and everything else in this folder; what
// goes through it are bytes, times and words.
#ifndef TRIAGED_SIM_HOUSE_H
#define TRIAGED_SIM_HOUSE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum house_listener { AT_INTAKE, AT_DESK, AT_OPERATOR };
struct house_key { // a principal
    const char *id, *role, *team, *team_2, *worker, *place, *acts_for;
    bool active;
};
struct house_worker {
    const char *id, *grade, *team;
    bool active;
};

enum house_sent { HOUSE_SENT, HOUSE_STUCK, HOUSE_GONE };
struct house_port {
    void *ctx;
    enum house_sent (*send)(void *ctx, uint64_t peer, const uint8_t *bytes, size_t n);
    void (*cut)(void *ctx, uint64_t peer);
    void (*random)(void *ctx, uint8_t *out, size_t n);
    void (*halt)(void *ctx, int exit_code);
};

struct house_time {
    int64_t utc_ms, mono_ms;
};

// What the n-th commit from now meets.
enum house_fault { WRITE_LOST, WRITE_UNTOLD, WRITE_FENCED };

struct house;
// `packs` are two folders; `area` names the ledger.
struct house *house_build(const struct house_port *port, const char *const packs[2]);
void house_free(struct house *h); // and its disk
void house_people(struct house *h, const struct house_key *keys, size_t n_keys,
                  const struct house_worker *workers, size_t n_workers, bool tell,
                  struct house_time now);
void house_policy(struct house *h, unsigned pack, struct house_time now);

// False: it did not start, `why` has the sentence.
bool house_start(struct house *h, struct house_time now, char *why, size_t size);
bool house_up(const struct house *h);
void house_stop(struct house *h);                     // in order
void house_crash(struct house *h, bool turn_on_disk); // SIGKILL or power: now

void house_message(struct house *h, uint64_t peer, enum house_listener at, const char *principal,
                   const uint8_t *bytes, size_t n, struct house_time now);
void house_peer_gone(struct house *h, uint64_t peer);
void house_peer_writable(struct house *h, uint64_t peer);
bool house_wants_more(const struct house *h);
void house_drain(struct house *h);
bool house_drained(const struct house *h);

// A turn of the loop; the monotonic instant at which it wants the next one at the latest.
int64_t house_turn(struct house *h, struct house_time now);
bool house_flying(const struct house *h); // a commit is on its way to the disk
bool house_woken(struct house *h);        // something was read; asking takes the news away
// The loop hears from the ledger.  With `disk` the commit in flight has ended.
void house_ledger(struct house *h, bool disk, struct house_time now);

void house_write_fault(struct house *h, enum house_fault fault, unsigned nth);
void house_read_fault(struct house *h, unsigned nth);
void house_space(struct house *h, int64_t free_bytes);

// Proves the ledger, and that every row is the fold of its records; false: `problem` says where.
bool house_verify(struct house *h, uint64_t *records, char *problem, size_t size);
// BLAKE2b-256 as the protocol defines a concern's digest (libsodium's, not the product's).
void house_digest(const uint8_t *bytes, size_t n, uint8_t out[32]);

#endif
