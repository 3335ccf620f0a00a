// ledger.h - the only door to durable state.  Backends: sqlite (disk), memory (tests: slow,
// failing, dying on the n-th call).  One contract suite (tests/contract) runs against each.
//
// The ledger keeps *records*, in one order, for ever: a record is one command on one entity, a
// sealed header (codes, no free text) and a sealed body (what people wrote).  Beside them it keeps
// one *state row* per entity: the entity as the fold of its records, so that a start need not read
// history.  A turn is kept whole or not at all, and `done` runs only after it is on disk.
//
// Threads: every function here is called from the loop thread.  Work happens on threads of the
// ledger's own; `wake` (given at open, callable from any thread) says that ledger_reap has news.
#ifndef TRIAGED_LEDGER_H
#define TRIAGED_LEDGER_H

#include "bytes.h"
#include "err.h"

#include <stdbool.h>
#include <stdint.h>

#define LEDGER_KEY_BYTES  32
#define LEDGER_HASH_BYTES 32
#define LEDGER_ID_BYTES   16

// An entity is what a state row is about: the area itself, a case, or a recipient of notices.
// The kind is the top byte, so that one integer names it.
#define ENTITY_AREA       ((uint64_t)0)
#define ENTITY_CASE_BASE  ((uint64_t)1 << 56)
#define ENTITY_RECIPIENT  ((uint64_t)2 << 56)
#define ENTITY_KIND(e)    ((unsigned)((e) >> 56)) // 0 area, 1 case, 2 recipient
#define ENTITY_CASE(no)   (ENTITY_CASE_BASE | (uint64_t)(no))
#define ENTITY_CASE_NO(e) ((e) & (((uint64_t)1 << 56) - 1))

struct ledger;
struct ledger_entry { // one record to be kept
    uint64_t entity;
    struct bytes header;  // sealed under the area's key
    struct bytes body;    // sealed under the entity's own key; may be empty
    uint64_t fingerprint; // keyed hash of (principal, key) for deduplication; 0 = none
    // Forget the entity's key in the same commit, and with it every body up to this record's own.
    // For ever: an entity that was forgotten takes no more bodies (CHECK), only headers.
    bool erase;
};
struct ledger_row { // one state row: replaces the entity's last one
    uint64_t entity;
    uint64_t last_seq;     // of the entity's last record; FENCED when the disk knows a later one
    uint32_t fold_version; // of the code that folded it
    bool open;             // loaded with its blob at start; a closed one only by its fingerprint
    struct bytes blob;     // sealed under the area's key
};
// An entity whose first record comes without a row gets an open one with fold version 0 and an
// empty blob: to be rebuilt.  After that the caller sees to it that every record brings its
// entity's row.
struct ledger_turn {
    uint64_t first_seq; // must be the ledger's head + 1
    size_t n_entries, n_rows;
    const struct ledger_entry *entries; // entries[i] gets sequence first_seq + i
    const struct ledger_row *rows;      // at most one per entity, LEDGER_TURN_MAX together
};

// KEPT: on disk.  FENCED: another epoch wrote since.  UNKNOWN: the disk failed and nobody can say.
// After FENCED or UNKNOWN the ledger takes nothing more and the process must end.
enum kept { KEPT, FENCED, UNKNOWN };
typedef void ledger_done_fn(void *ctx, enum kept kept, uint64_t head_seq);

// A record as read back.  Bytes are valid during the call only.
struct ledger_record {
    uint64_t seq, entity;
    struct bytes header, body; // opened; body is empty when it was empty or erased
    bool erased; // there was a body, and its key has been forgotten (told when the body was asked
                 // for)
    uint8_t hash[LEDGER_HASH_BYTES]; // of the chain, up to and with this record
};
// `err` is OK, ERR_NOT_FOUND, ERR_CORRUPT or ERR_IO; the record is NULL unless OK.
typedef void ledger_read_fn(void *ctx, enum err err, const struct ledger_record *record);
typedef void ledger_row_fn(void *ctx, enum err err, const struct ledger_row *row);

struct ledger_head {
    uint8_t id[LEDGER_ID_BYTES]; // random, made with the ledger
    uint64_t epoch;              // raised by a restore
    uint64_t seq;                // of the last record on disk; 0 = none
    uint8_t hash[LEDGER_HASH_BYTES];
    uint64_t erasures; // another number whenever one more entity was forgotten
};

// Sizes the caller may rely on.  A longer header, body or blob is our own bug (CHECK).
#define LEDGER_HEADER_MAX ((size_t)16 * 1024)
#define LEDGER_BODY_MAX   ((size_t)1024 * 1024)
#define LEDGER_ROW_MAX    ((size_t)16 * 1024)
#define LEDGER_TURN_MAX   4096 // entries in one turn

struct ledger_settings {
    const char *path;                     // directory of the ledger; made when it is missing
    uint8_t master_key[LEDGER_KEY_BYTES]; // wraps every other key; never kept here
    void (*wake)(void *ctx);
    void *wake_ctx;
    int64_t low_water_bytes; // ledger_space says "low" below this much free disk
    // A file `ballast` of this size is kept in the directory, if there is space for it at the open:
    // an operator deletes it to get out of a full disk; an open that fails without it does so
    // itself.
    int64_t ballast_bytes;
    // This is a backup put back: the epoch is raised, which fences whoever still writes to the old
    // one.
    bool restored;
};

// Opens or makes.  ERR_LOCKED another process has it, ERR_CORRUPT, ERR_IO, ERR_CONFIG wrong master
// key; `why` (size bytes) gets a sentence with the remedy.  The settings are copied, the key is
// wiped with ledger_close.
enum err ledger_open_sqlite(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size);
enum err ledger_open_memory(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size);
// Waits for the turn in flight, checkpoints, forgets the keys.
void ledger_close(struct ledger *l);
// As of the last reap (or the open).
struct ledger_head ledger_head(const struct ledger *l);
// A key for the caller's own keyed hashes (fingerprints, the index of adults, references): the same
// as long as the ledger lives, and not to be guessed without the master key.  The caller wipes it.
void ledger_index_key(const struct ledger *l, uint8_t out[LEDGER_KEY_BYTES]);

// Keeps a turn.  At most one turn is in flight (CHECK); everything it points to stays the caller's
// and untouched until `done`, which runs inside ledger_reap.
void ledger_append(struct ledger *l, uint64_t epoch, const struct ledger_turn *turn,
                   ledger_done_fn *done, void *ctx);
bool ledger_in_flight(const struct ledger *l);
// Runs the callbacks of what has finished: appends first, then reads in the order they were asked.
void ledger_reap(struct ledger *l);

// Asynchronous reads, of what is on disk only; ERR_BUSY when LEDGER_READS_MAX are waiting, ERR_IO
// after UNKNOWN (the callback does not run then).
#define LEDGER_READS_MAX 8192
enum err ledger_read(struct ledger *l, uint64_t seq, bool with_body, ledger_read_fn *fn, void *ctx);
enum err ledger_read_row(struct ledger *l, uint64_t entity, ledger_row_fn *fn, void *ctx);

// Synchronous scans, for the start and for tools; each returns the first error, or what `fn`
// returns when that is not OK.  Every scan is checked as it goes and at its end against sums that
// the head keeps: rows that are missing, stale, changed or foreign are ERR_CORRUPT.  Only one runs
// at a time, and `fn` may ask for reads and append, but not scan, reap or close.
typedef enum err ledger_scan_row_fn(void *ctx, const struct ledger_row *row);
typedef enum err ledger_scan_key_fn(void *ctx, uint64_t fingerprint, uint64_t seq);
typedef enum err ledger_scan_erasure_fn(void *ctx, uint64_t entity, uint64_t seq);
typedef enum err ledger_scan_record_fn(void *ctx, const struct ledger_record *record);
enum err ledger_scan_rows(struct ledger *l, bool open_only, ledger_scan_row_fn *fn, void *ctx);
enum err ledger_scan_keys(struct ledger *l, ledger_scan_key_fn *fn,
                          void *ctx); // every fingerprint kept
// Every entity that was forgotten, and the record that did it: the list to keep beside a backup.
enum err ledger_scan_erasures(struct ledger *l, ledger_scan_erasure_fn *fn, void *ctx);
// Records from `from_seq` on, in order; the chain is checked as it goes: a gap, a changed, swapped
// or missing record is ERR_CORRUPT and `why` names the sequence.
enum err ledger_scan_records(struct ledger *l, uint64_t from_seq, bool with_body,
                             ledger_scan_record_fn *fn, void *ctx, char *why, size_t size);

struct ledger_space {
    int64_t free_bytes;
    bool low; // below the low-water mark: intake answers BUSY until it is not
};
struct ledger_space
ledger_space(struct ledger *l); // asks the file system; call it at most each second

// Copies the ledger as of one commit into `folder`, which must not be there yet, beside the work.
// `fn` runs in a later ledger_reap: with the head of the copy when it is OK, else with what went
// wrong; it does not run for one that a close cut short.  ERR_BUSY while another is being made,
// ERR_UNAVAILABLE for a ledger that is not on disk.
typedef void ledger_backup_fn(void *ctx, enum err err, const struct ledger_head *head,
                              const char *why);
enum err ledger_backup(struct ledger *l, const char *folder, ledger_backup_fn *fn, void *ctx);

// Figures since open, for metrics.
struct ledger_stats {
    uint64_t commits, records, commit_us_last, commit_us_max;
    uint64_t commit_us_histogram[12]; // <=250us, 500us, 1ms, 2, 4, 8, 16, 32, 64, 128, 256, more
};
struct ledger_stats ledger_stats(const struct ledger *l);

// Opens a copy (a backup, a stopped daemon's ledger) for reading only: scans work, append does not.
enum err ledger_open_reader(struct ledger **out, const struct ledger_settings *s, char *why,
                            size_t size);

#endif
