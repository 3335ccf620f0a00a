// inside.h - the desk's own memory, shared by the files of this folder and by nobody else.
//
// Where what a message makes is held:
// - `decode`: the decoded request; its size is the byte budget of a message.
// - `request`: the reply being made; forgotten, like the one before, with the next message.
// - `scratch`: one concern's decoding and evaluation; forgotten after each.
// - the batch that gathers: what must stay until its turn is on disk.
#ifndef TRIAGED_DESK_INSIDE_H
#define TRIAGED_DESK_INSIDE_H

#include "book.h"
#include "check.h"
#include "command.h"
#include "desk.h"
#include "hoard.h"
#include "land.h"
#include "recent.h"
#include "wire.h"

#define BATCH_ENTRIES_MAX ((size_t)LEDGER_TURN_MAX)
#define BATCH_TOUCHES_MAX (4 * BATCH_ENTRIES_MAX) // rows and boards that a turn changes
#define BATCH_HASH        ((size_t)32768)         // a power of two, twice the touches
#define BATCH_WAITS_MAX   ((size_t)16384)
#define CALLERS_MAX       ((size_t)32768)
#define CALLERS_HASH      ((size_t)65536)
// What this desk wrote itself is read back whole, whatever the limits are now.
#define OWN_LIMITS        ((struct wire_limits){SIZE_MAX / 2, SIZE_MAX / 2, 16, SIZE_MAX / 2})
#define FOLLOWS_MAX       16
#define LANES_MAX         128
#define LANE_LOG          ((uint64_t)65536) // a power of two
#define PENDING_MAX       ((size_t)4096)
#define HOARD_BYTES_MAX   ((size_t)128 * 1024 * 1024)
#define BACKLOG_BYTES_MAX ((size_t)8 * 1024 * 1024) // replies kept for one peer that does not read

struct session;

// --- Who has spoken since the start, and what each may still send. ---
struct bucket {
    int64_t units; // quota.c: MINUTE_MS of them are one submission
};
struct caller {
    char id[ID_MAX];
    uint64_t entity;          // as a recipient of notices
    struct session *sessions; // connected now
    struct caller *next;      // in the hash
    uint32_t last_case;       // newest case sent by it, 0 none (mine.c)
    uint64_t receipt_seq;     // record of its last receipt
    struct bucket quota, danger;
    int64_t filled_mono_ms;
    struct bucket parts; // of files
    int64_t parts_filled_mono_ms;
    int64_t left_ms; // when its last connection ended; 0: none did since the start
};

// --- Connections. ---
struct walk;
struct notice_follow {
    bool on, held; // held: one could not be read, and those after it wait for it
    uint32_t credit;
    uint64_t next;     // cursor to push next
    unsigned reading;  // reads on their way; nothing else is pushed meanwhile
    uint32_t wave;     // reads of an older wave are ignored
    struct walk *walk; // to cursors that are no longer owed, NULL none
};
struct lane;
struct queue_follow {
    struct lane *lane; // NULL: free
    struct session *session;
    struct queue_follow *next; // of the same lane
    uint32_t credit;
    uint64_t seen;         // place in the lane's log
    bool listing;          // the queue as it stood is still being told
    size_t part;           // of a listing: which of the board's lists is being told (board.c)
    bool fresh;            // nothing of this listing has been told yet
    struct book_spot last; // of the last one told
};
struct session {
    struct peer peer;
    struct caller *caller;
    struct session *next;           // in the hash by peer id, or the free list
    struct session *next_of_caller; // other connections of the same principal
    struct session *next_ready;
    bool ready, stuck; // in the list of those with something to push; does not read
    struct hoarded *backlog, *backlog_last;
    size_t backlog_bytes;
    struct notice_follow notices;
    struct { // the file that it was allowed to read, and until when without another event
        uint64_t no;
        uint32_t number;
        char worker[ID_MAX];
        int64_t until_mono_ms;
    } fetching;
    struct queue_follow follows[FOLLOWS_MAX];
};

// --- Boards: what changed on a team's queue, told to those who follow it. ---
struct lane {
    char team[ID_MAX];
    bool held;     // shows what somebody has, too
    uint64_t head; // entries ever written
    uint64_t *log; // case numbers, a ring
    bool changed;
    struct queue_follow *followers;
};

// --- The turn that gathers, and the one in flight. ---
struct pending;
struct waiting { // said once the batch is on disk, in this order
    uint64_t peer_id;
    struct bytes reply;
    struct pending *resume; // or a parked message that goes on
};
struct touch { // an entity whose row this batch writes
    uint64_t entity;
    struct casefile *closed;     // a closed case: it is no longer in the book
    struct recipient *recipient; // a recipient
};
struct lane_touch {
    struct lane *lane;
    uint64_t case_no;
};
struct batch {
    struct arena arena;
    uint64_t first_seq;
    size_t n_entries, n_rows, n_touches, n_lanes, n_waits, n_closed;
    struct ledger_entry *entries;
    struct ledger_row *rows;
    struct touch *touches;
    uint16_t *hash; // entity -> index of its touch + 1
    struct lane_touch *lanes;
    struct waiting *waits;
    size_t close_at; // as many records and it takes no more, 0 no such limit: there is a red in it
    int64_t oldest_mono_ms; // when it began to gather
};

// --- Messages that wait for a read. ---
struct message;
typedef void pending_fn(struct desk *d, struct message *m);
struct loaded { // one thing read, or being read, for a parked message
    struct loaded *next;
    struct desk *desk;
    struct pending *slot;
    uint64_t id;     // sequence of a record, or entity of a row
    unsigned follow; // so many records before it, of the same entity, are read after it
    bool row, ready, stale;
    enum err err;
    struct hoarded *header, *body; // of a record; the blob of a row is its body
    uint64_t entity;
};
struct pending {
    bool used;
    unsigned reading;
    struct peer from;
    pending_fn *resume;
    struct hoarded *raw; // the request, or what `resume` made
    struct loaded *loaded;
    struct pending *next_free;
};

struct message {
    struct peer from;
    struct session *session;
    struct caller *caller;
    const struct principal *principal;
    struct actor actor;
    Triage__V1__Request *request;
    struct bytes raw;
    struct pending *slot; // what was read for it, NULL the first time
    bool parked;          // goes on later: do not answer
};

#define STIRRED_MAX       ((size_t)1024)  // a power of two
#define CLAIMS_REMEMBERED ((size_t)65536) // a power of two
struct claim_memory {
    uint64_t fingerprint, case_no;
};

// References made of late: making one costs ten rounds of a keyed hash.
#define REFERENCES_KEPT ((size_t)1024)
struct reference {
    uint64_t no;
    char text[REFERENCE_MAX];
};

struct desk {
    struct desk_settings settings;
    struct ledger *ledger;
    const struct policy *policy;
    const struct policy_info *info;
    const struct registry *registry;
    const struct port *port;
    struct desk_hooks hooks;
    struct wire_keys keys;
    struct reference references[REFERENCES_KEPT];
    struct wire_limits wire_limits;
    struct rules rules;
    struct now now;
    struct land land;
    struct hoard hoard;
    struct arena decode, request, scratch;
    struct book *book;
    struct recent recent;
    uint8_t ledger_id[LEDGER_ID_BYTES];
    uint64_t epoch;

    uint64_t next_seq, durable_seq;
    struct batch batches[2];
    struct batch *gathering, *flying; // flying is NULL when no commit is in flight

    struct caller *callers, **callers_hash;
    size_t n_callers;
    struct session *sessions, **sessions_hash, *sessions_free;
    size_t n_sessions, n_sessions_used, sessions_hash_size;
    struct session *ready_first, *ready_last;
    struct lane lanes[LANES_MAX];
    size_t n_lanes;
    struct pending *pending, *pending_free;
    size_t n_pending;
    struct report *report; // NULL: none was asked for yet
    struct replay *replay; // of other rules; NULL: none was asked for yet
    struct attach *attach; // files that are looked at (attach_jobs.c)
    struct yearly *yearly; // a national return being made, NULL none
    struct finds *finds;   // searches under way (find.c)
    struct sweep *sweep;   // an order to erase, being carried out (erase_sweep.c)
    struct due_list *due;  // what is due, being looked up; NULL none (erase_due.c)
    uint32_t *marks;       // case number -> what a search for its adult may need
    size_t n_keys;         // fingerprints in the book
    struct walk *walks, *walks_free;
    bool notices_held; // of some session
    struct fetch *fetches, *fetches_free;
    uint32_t *mine;              // case number -> the same referrer's case before it
    struct claim_memory *claims; // a ring by arrival
    uint32_t *claims_hash;       // fingerprint -> newest place in the ring + 1
    uint32_t *claims_older;      // place -> older place of the same bucket + 1
    uint64_t n_claims;

    struct {               // upkeep and clocks
        int64_t offset_ms; // UTC less monotonic, as last believed
        bool offset_known;
        int64_t space_asked_mono_ms;
        uint64_t stirred[STIRRED_MAX]; // cases that the rules look at again, a ring
        size_t stir_next, stir_end;
        uint64_t org_no;   // next case that may belong to a record about a service; 0: done
        uint64_t sweep_no; // leases of people who may no longer hold one; 0: done
        int64_t hold_until_mono_ms; // after a command of the clock's own was refused
        bool no_room; // something of this turn has to wait until commits or receipts make room
    } upkeep;
    uint8_t alarms[POLICY_TEAMS_MAX]; // of a team's queue, a bit each (alarms.c)
    struct longest_wait {             // of what came in then, worked out once (alarms.c)
        int64_t received_ms, end_ms;
    } waits[POLICY_TEAMS_MAX][COLOUR_RED + 1];
    int64_t opened_ms; // since when it knows who is there
    bool clock_suspect, draining, halted;
    bool disk_low;  // intake is refused
    bool disk_full; // no room for one more turn: nothing at all is kept, reading goes on
    uint64_t verify_seq;
};

// Ends everything: nothing more is said.
void desk_halt(struct desk *d, int exit_code, const char *event);
// Fingerprints that are remembered: of submissions, and of what was added to them.
static inline size_t desk_keys_max(const struct desk *d)
{
    return 2 * (size_t)d->settings.limits.cases_total_max;
}
// One more message through the door, as if it had just arrived.
void desk_dispatch(struct desk *d, struct message *m);

static inline char *pb_text(const char *s)
{
    return (char *)(uintptr_t)(s ? s : "");
}
static inline ProtobufCBinaryData pb_bytes(struct bytes b)
{
    return (ProtobufCBinaryData){b.len, (uint8_t *)(uintptr_t)b.data};
}
static inline struct bytes bytes_pb(ProtobufCBinaryData b)
{
    return bytes_of(b.data, b.len);
}

#endif
