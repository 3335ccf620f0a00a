// port.h - what the desk may ask of the machine.  The shell fills it with ZeroMQ and libuv; the
// simulator fills it with tables.  No function blocks, none calls back into the desk.
#ifndef TRIAGED_PORT_H
#define TRIAGED_PORT_H

#include "bytes.h"
#include "err.h"
#include "rights.h"

// One connection, as long as it lasts.  `id` is the machine's own number for it: never reused
// within a run, never chosen by the peer.  `principal` is what its key proved, by id, checked
// against the registry again on every message.
struct peer {
    uint64_t id;
    enum { LISTENER_INTAKE, LISTENER_DESK, LISTENER_OPERATOR } listener;
    char principal[ID_MAX];
};

// Counters and gauges, by name and at most one label: no text that a person wrote can get in.
#define METRIC_LIST(X)                                                                       \
    X(METRIC_MESSAGES, "triaged_messages_total", "messages received")                        \
    X(METRIC_REFUSED, "triaged_refused_total", "messages refused, by status")                \
    X(METRIC_RECEIPTS, "triaged_receipts_total", "receipts sent, by status")                 \
    X(METRIC_DRY_RUNS, "triaged_dry_runs_total", "dry runs answered")                        \
    X(METRIC_CASES_OPEN, "triaged_cases_open", "open cases")                                 \
    X(METRIC_DELIVERIES, "triaged_deliveries_total", "headlines pushed to desks")            \
    X(METRIC_CLAIMS, "triaged_claims_total", "claims, by status")                            \
    X(METRIC_LEASES, "triaged_leases", "live leases")                                        \
    X(METRIC_LEASES_EXPIRED, "triaged_leases_expired_total", "leases that ran out")          \
    X(METRIC_RERATED, "triaged_rerated_total", "cases re-rated")                             \
    X(METRIC_UNSCREENED, "triaged_unscreened_total", "cases the policy could not rate: red") \
    X(METRIC_NOTICES_PUSHED, "triaged_notices_pushed_total", "notices pushed to referrers")  \
    X(METRIC_NOTICES_OWED, "triaged_notices_owed", "notices not yet receipted")              \
    X(METRIC_CLOCK_SUSPECT, "triaged_clock_suspect", "1 while upkeep waits for an operator") \
    X(METRIC_DISK_LOW, "triaged_disk_low", "1 while intake is refused for want of disk")     \
    X(METRIC_SESSIONS, "triaged_sessions", "connections that said hello")                    \
    X(METRIC_RED_SHARE, "triaged_red_share_percent", "reds among what waits, by team")       \
    X(METRIC_ALERTS, "triaged_alerts_total", "what a manager must look at, by kind")         \
    X(METRIC_FILES, "triaged_files_total", "files that are whole, by what was made of them") \
    X(METRIC_ORGS_OPENED, "triaged_orgs_opened_total", "records about a service, by rule")
#define METRIC_ENUM(id, name, help) id,
enum metric { METRIC_LIST(METRIC_ENUM) METRIC_COUNT };
#undef METRIC_ENUM

// Log events: a word and numbers.
enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARNING, LOG_ERROR };

struct port {
    void *ctx;
    // Sends one Reply (plain protobuf bytes) to this peer, boxed to its key on the way out.  OK
    // means handed to the network, no more; ERR_BUSY: it does not read, keep it; ERR_NOT_FOUND: it
    // is gone.
    enum err (*send)(void *ctx, const struct peer *to, struct bytes reply);
    void (*cut)(void *ctx, uint64_t peer_id);
    // `label` is a word from one of our own tables, or NULL.
    void (*count)(void *ctx, enum metric metric, const char *label, int64_t delta);
    void (*gauge)(void *ctx, enum metric metric, const char *label, int64_t value);
    // `event` is a word of ours; ids are principal, team or case numbers; never what a person
    // wrote.
    void (*log)(void *ctx, enum log_level level, const char *event, const char *id, int64_t number);
    void (*random)(void *ctx, uint8_t *out, size_t n);
    // Fail-stop: nothing more is said; the process ends with this exit code once the loop returns.
    void (*halt)(void *ctx, int exit_code, const char *event);
    // Rings whoever is on call: the n-th attempt about this case.  Nothing about a person goes with
    // it.  OK: it was begun; how it ends is the machine's to log.  NULL: there is nobody to ring.
    enum err (*page)(void *ctx, const char *reference, const char *colour, int attempt);
    // The virus scanner, one file at a time: it says desk_scan_wants once it is there, and after
    // each part; no bytes are the end, after which it says desk_scanned, as it does when it fails.
    // NULL: there is none.
    enum err (*scan_begin)(void *ctx);
    void (*scan_part)(void *ctx, struct bytes part);
};

// Exit codes of the daemon: what the operator must do is in deploy/README.md under the same number.
#define EXIT_LEDGER_FAILED 70 // a commit failed: check the disk, then start again
#define EXIT_FENCED        71 // another daemon owns this area: find out which, stop one
#define EXIT_CONFIG_BAD    78 // the configuration, keys or policy cannot be used
#define EXIT_OPEN_DOOR     77 // the start-up self-test let a stranger in

#endif
