// store.h - what a backend keeps: sealed rows, in four tables and a head.  It knows no keys.
// One thread uses a store at a time.  Bytes that a store gives are valid until the same function is
// called again, or the transaction ends; those of a scan, until its callback returns.
#ifndef TRIAGED_STORE_H
#define TRIAGED_STORE_H

#include "bytes.h"
#include "err.h"

struct store_record {
    uint64_t seq, entity;
    struct bytes hash, header, body;
};
struct store_row {
    uint64_t entity, first_seq, last_seq, fingerprint; // the fingerprint of the first record
    uint32_t fold_version;
    bool open;
    struct bytes key;  // the entity's own, sealed; empty: never had one, or forgot it
    struct bytes blob; // empty when it was not asked for
};

struct store;
typedef enum err store_record_fn(void *ctx, const struct store_record *r);
typedef enum err store_row_fn(void *ctx, const struct store_row *r);
typedef enum err store_pair_fn(void *ctx, uint64_t a, uint64_t b);

// Everything answers OK, ERR_IO or ERR_CORRUPT; get_* also ERR_NOT_FOUND; each_* also what `fn`
// said.
struct store_ops {
    // One transaction, for writing or for a set of reads that must agree.
    enum err (*begin)(struct store *s, bool write);
    enum err (*commit)(struct store *s); // of a write: on disk when it answers OK
    void (*rollback)(struct store *s);

    enum err (*get_head)(struct store *s, struct bytes *sealed);
    enum err (*get_record)(struct store *s, uint64_t seq, bool with_body, struct store_record *out);
    enum err (*get_row)(struct store *s, uint64_t entity, bool with_blob, struct store_row *out);
    enum err (*get_erasure)(struct store *s, uint64_t entity, uint64_t *seq);

    enum err (*put_head)(struct store *s, struct bytes sealed);
    enum err (*put_record)(struct store *s, const struct store_record *r);
    enum err (*put_row)(struct store *s, const struct store_row *r); // replaces the entity's
    enum err (*put_row_key)(struct store *s, uint64_t entity, struct bytes key);
    enum err (*put_key)(struct store *s, uint64_t fingerprint, uint64_t seq);
    enum err (*put_erasure)(struct store *s, uint64_t entity, uint64_t seq);

    enum err (*each_record)(struct store *s, uint64_t from_seq, store_record_fn *fn, void *ctx);
    enum err (*each_row)(struct store *s, bool open_only, store_row_fn *fn, void *ctx);
    // Fingerprint and sequence: of first records (from the rows), then of all others.
    enum err (*each_key)(struct store *s, store_pair_fn *fn, void *ctx);
    enum err (*each_erasure)(struct store *s, store_pair_fn *fn, void *ctx); // entity, sequence
};
struct store {
    const struct store_ops *ops;
};

#endif
