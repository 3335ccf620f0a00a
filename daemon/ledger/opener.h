// opener.h - how what a store keeps is read back: opened and checked.  One thread uses an opener.
#ifndef TRIAGED_OPENER_H
#define TRIAGED_OPENER_H

#include "ledger.h"
#include "store.h"
#include "vault.h"

struct opener {
    const struct vault *vault;
    struct store *store;
    uint8_t *header, *body, *blob; // the last thing opened, in the clear
    uint8_t *packed;
};

// Borrows vault and store, owns its buffers.
enum err opener_open(struct opener *o, const struct vault *v, struct store *s);
void opener_close(struct opener *o); // wipes

// The store's row or record in the clear, valid until the opener's next use.  The fingerprint is
// the one that the record was kept with.  ERR_CORRUPT, ERR_IO.
enum err opener_record(struct opener *o, const struct store_record *r, bool with_body,
                       struct ledger_record *out, uint64_t *fingerprint);
enum err opener_row(struct opener *o, const struct store_row *r, struct ledger_row *out);

// One of them, looked up; ERR_NOT_FOUND besides.
enum err opener_get_record(struct opener *o, uint64_t seq, bool with_body,
                           struct ledger_record *out);
enum err opener_get_row(struct opener *o, uint64_t entity, struct ledger_row *out);

// Whole scans, each in one transaction, checked against the head.
enum err opener_scan_rows(struct opener *o, bool open_only, ledger_scan_row_fn *fn, void *ctx);
enum err opener_scan_keys(struct opener *o, ledger_scan_key_fn *fn, void *ctx);
enum err opener_scan_erasures(struct opener *o, ledger_scan_erasure_fn *fn, void *ctx);
enum err opener_scan_records(struct opener *o, uint64_t from_seq, bool with_body,
                             ledger_scan_record_fn *fn, void *ctx, char *why, size_t size);

// The cheap check at every open: the last record is the head's.
enum err opener_check_end(struct opener *o, const struct head *h);

#endif
