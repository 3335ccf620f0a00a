// fixture.h - a ledger in a test: a place for it, a key, and the loop's side of waiting for it.
#ifndef TRIAGED_TESTS_FIXTURE_H
#define TRIAGED_TESTS_FIXTURE_H

#include "ledger.h"

struct backend {
    const char *name;
    enum err (*open)(struct ledger **out, const struct ledger_settings *s, char *why, size_t size);
    bool on_disk;
};
extern const struct backend backend_sqlite, backend_memory;

struct fixture {
    const struct backend *backend;
    struct ledger *ledger;
    struct ledger_settings settings;
    char path[128], why[512];
    int wake_fd; // an eventfd that `wake` writes
    // Of the last turn.
    bool done;
    enum kept kept;
    uint64_t head;
};

// A fresh place; nothing is open yet.  fixture_close also removes it.
void fixture_init(struct fixture *f, const struct backend *b);
void fixture_close(struct fixture *f);
enum err fixture_open(struct fixture *f); // asserts nothing
void fixture_reopen(struct fixture *f);   // closes, opens, asserts that it opened

// Waits until `wake` was called, and reaps.
void fixture_reap(struct fixture *f);
// Starts a turn; keeps a turn and waits for its end.
void fixture_start(struct fixture *f, const struct ledger_turn *t);
enum kept fixture_keep(struct fixture *f, const struct ledger_turn *t);
// Keeps one record with one row at the head: the usual turn.
uint64_t fixture_put(struct fixture *f, uint64_t entity, const char *header, const char *body,
                     uint64_t fingerprint);
void fixture_erase(struct fixture *f, uint64_t entity);
struct ledger_row fixture_row(uint64_t entity, uint64_t last_seq, const char *blob);

// A record or a row read back, copied.
struct copy {
    bool told;
    enum err err;
    uint64_t seq, entity;
    bool erased, open;
    uint32_t fold_version;
    size_t header_len, body_len;
    char header[256], body[256]; // the first bytes, ended with NUL; a row's blob is in `body`
    uint8_t hash[LEDGER_HASH_BYTES];
};
struct copy fixture_read(struct fixture *f, uint64_t seq, bool with_body);
struct copy fixture_read_row(struct fixture *f, uint64_t entity);
void copy_record(void *ctx, enum err err, const struct ledger_record *r);
void copy_row(void *ctx, enum err err, const struct ledger_row *r);

// Everything that the scans say, as one digest; ERR_* of the first that failed.
enum err fixture_digest(struct ledger *l, uint64_t *digest, char *why, size_t size);

void file_remove_all(const char *path);
void file_copy(const char *from, const char *to);

#endif
