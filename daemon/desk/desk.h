// desk.h - the work of one area, in order: commands in, records kept, effects out.
// Everything runs on the loop thread.  A call never blocks; what must wait for the disk waits
// inside.
#ifndef TRIAGED_DESK_H
#define TRIAGED_DESK_H

#include "ledger.h"
#include "now.h"
#include "policy.h"
#include "port.h"

struct desk;

// X(name, default, least, most, meaning): the desk's own limits; the shell's settings table
// includes them.
#define DESK_LIMITS(X)                                                                           \
    X(message_bytes_max, 1048576, 4096, 8388608, "largest message accepted, bytes")              \
    X(concern_bytes_max, 65536, 4096, 1048576, "largest concern accepted, bytes")                \
    X(submissions_max, 256, 1, 4096, "submissions in one message")                               \
    X(adults_max, 16, 1, 64, "adults in one concern")                                            \
    X(claims_max, 64, 1, 1024, "cases claimed by one message")                                   \
    X(credit_max, 1024, 1, 65536, "headlines or notices pushed before credit is asked for")      \
    X(text_bytes_max, 16384, 256, 65536, "longest text in one field, bytes")                     \
    X(turn_records_max, 256, 16, 4096, "records kept in one commit")                             \
    X(turn_bytes_max, 8388608, 1048576, 67108864, "bytes kept in one commit")                    \
    X(cases_open_max, 1000000, 1000, 10000000, "open cases held in memory")                      \
    X(cases_total_max, 10000000, 10000, 100000000, "cases whose keys are remembered in memory")  \
    X(errands_max, 1000000, 1000, 100000000, "questions, delegations and calls of open cases")   \
    X(notices_owed_max, 2000000, 1000, 100000000, "notices not yet receipted")                   \
    X(sessions_max, 20000, 16, 100000, "connections at once")                                    \
    X(quota_per_minute, 600, 1, 100000000, "submissions a principal may send a minute")          \
    X(quota_burst, 2000, 1, 100000000, "submissions a principal may send at once")               \
    X(danger_per_minute, 60, 1, 100000000, "of those beyond the quota, admitted when in danger") \
    X(file_bytes_max, 10485760, 0, 67108864, "largest file beside a concern; 0: none taken")     \
    X(files_max, 20, 1, 64, "files of one case")                                                 \
    X(parts_per_minute, 3000, 1, 1000000, "parts of files, 48 KiB, a principal may send")        \
    X(clock_gap_hours, 72, 1, 8760, "a restart after more hours than this asks an operator")     \
    X(red_share_percent, 40, 1, 100, "more reds than this among what waits is an alarm")         \
    X(green_share_percent, 20, 0, 50, "of what is handed out beside reds, while greens wait")    \
    X(clock_jump_seconds, 120, 5, 86400, "UTC may move so far against monotonic time")

#define DESK_FIELD(name, dflt, least, most, help) int64_t name;
struct desk_limits {
    DESK_LIMITS(DESK_FIELD)
};
#undef DESK_FIELD

struct desk_settings {
    struct desk_limits limits;
    const char *area;                      // id of the council's area
    uint8_t area_secret[LEDGER_KEY_BYTES]; // keys references, fingerprints and identity hashes
    const char *server;                    // name and version for the hello
    bool scanner;                          // files are shown to a virus scanner
    // At the start, when the ledger names other rules than those given: the pack whose digest
    // begins so, owned by the caller; NULL when no files have it.  Without this function the rules
    // given come into force.
    const struct policy *(*policy_find)(void *ctx, uint64_t digest);
    void *policy_find_ctx;
};

// Loads the book from the ledger (state rows, fingerprints, owed notices).  All pointers must
// outlive the desk.  `why` gets a sentence when it fails.
enum err desk_open(struct desk **out, const struct desk_settings *settings, struct ledger *ledger,
                   const struct policy *policy, const struct registry *registry,
                   const struct port *port, struct now now, char *why, size_t size);
// After its ledger was closed: a turn in flight lies in the desk's memory.
void desk_close(struct desk *d);

// One message of a peer.  Answers, now or once its turn is on disk, through the port.
void desk_message(struct desk *d, const struct peer *from, struct bytes request, struct now now);
void desk_peer_gone(struct desk *d, uint64_t peer_id);
// A peer that answered ERR_BUSY reads again.
void desk_peer_writable(struct desk *d, uint64_t peer_id);
// At the end of every turn of the loop: hands what gathered to the ledger unless a commit is in
// flight, pushes what credit allows.  Returns the monotonic instant at which it wants to be called
// again at the latest (upkeep: leases, re-ratings, deadlines), INT64_MAX for never.
int64_t desk_turn(struct desk *d, struct now now);
// The ledger woke: runs ledger_reap, releases replies, starts the next commit.
void desk_ledger(struct desk *d, struct now now);

// The scanner that port.scan_begin asked for takes the next part of its file.
void desk_scan_wants(struct desk *d, struct now now);
// What it says of the file; FAILED: nothing, ask again later.  `what` is its name for what it
// found, or why it did not look.
enum scan { SCAN_CLEAN, SCAN_INFECTED, SCAN_NOT_DONE, SCAN_FAILED };
void desk_scanned(struct desk *d, enum scan verdict, const char *what, struct now now);

// May more intake be read?  False while the turn that gathers is full: the shell then stops
// reading, so that the wait is the sender's and nothing is dropped.
bool desk_wants_more(const struct desk *d);

// A new registry or policy, whole.  Recorded in the ledger; the old one may be freed once this
// returned.
void desk_set_registry(struct desk *d, const struct registry *registry, struct now now);
void desk_set_policy(struct desk *d, const struct policy *policy, struct now now);
struct desk_backup {
    const char *folder, *problem; // borrowed until the next call; "" for none
    bool running;
    uint64_t records; // in it, once it is done
};
// What an operator's reload and verify requests need of the shell and of threads: see operator.c.
struct desk_hooks {
    void *ctx;
    // Re-reads registry, policy and settings, calls desk_set_*; fills `problem` and fails whole.
    enum err (*reload)(void *ctx, char *problem, size_t size);
    // Opens the installed pack of that name or, when `name` is NULL, the one whose digest begins
    // so.  ERR_NOT_FOUND: none is; ERR_POLICY: it cannot be used, and `report` (NULL: nobody asks)
    // says why.  The desk closes what it opened and does not put in force.
    enum err (*pack_open)(void *ctx, const char *name, uint64_t digest, struct policy **out,
                          struct policy_report *report);
    // In force from here on: takes it over, and calls desk_set_policy.
    void (*pack_take)(void *ctx, struct policy *policy);
    // A signed checkpoint of what is on disk, as text.  ERR_NOT_FOUND: there is no key to sign
    // with.
    enum err (*checkpoint)(void *ctx, char *out, size_t size);
    // How the last backup stands, after a new one was begun when `start`.  ERR_BUSY: one is being
    // made already; ERR_NOT_FOUND: no folder is set for them; ERR_IO with the problem.
    enum err (*backup)(void *ctx, bool start, struct desk_backup *out);
};
void desk_set_hooks(struct desk *d, const struct desk_hooks *hooks);

// Draining: intake answers UNAVAILABLE; true once nothing gathered or in flight is left.
void desk_drain(struct desk *d);
bool desk_drained(const struct desk *d);

// For /metrics and /readyz.
struct desk_team_figures {
    const char *team;
    uint32_t waiting[COLOUR_RED + 1];
    int64_t oldest_received_ms[COLOUR_RED + 1]; // 0 when none waits
    uint32_t leased;
};
struct desk_figures {
    size_t n_teams;
    struct desk_team_figures teams[POLICY_TEAMS_MAX];
    uint64_t cases_open, notices_owed, sessions, head_seq;
    int64_t notice_oldest_ms;
    bool clock_suspect, disk_low, ready;
};
void desk_figures(const struct desk *d, struct desk_figures *out);

#endif
