// Whole scans: each in one transaction, so that what is added up agrees with the head of that
// moment.
#include "keeper.h"
#include "opener.h"

#include <stdio.h>

struct scan {
    struct opener *opener;
    struct head head;
    uint64_t sum;
    bool open_only;
    union {
        ledger_scan_row_fn *row;
        ledger_scan_key_fn *key;
        ledger_scan_erasure_fn *erasure;
        ledger_scan_record_fn *record;
    } fn;
    void *ctx;
    // Of records only.
    uint64_t next_seq;
    bool with_body;
    uint8_t hash[CHAIN_BYTES];
    char *why;
    size_t size;
};

static enum err scan_begin(struct scan *s)
{
    struct bytes sealed;
    struct store *store = s->opener->store;
    enum err e = store->ops->begin(store, false);
    if (e) return e;
    if ((e = store->ops->get_head(store, &sealed)) == OK)
        e = head_open(&s->head, s->opener->vault, sealed);
    if (e) store->ops->rollback(store);
    return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
}

// Ends the transaction; a sum that differs from the head's is missing, stale or foreign rows.
static enum err scan_end(struct scan *s, enum err e, uint64_t expected)
{
    struct store *store = s->opener->store;
    enum err const c = store->ops->commit(store);
    if (e) return e;
    if (c) return c;
    return s->sum == expected ? OK : ERR_CORRUPT;
}

static enum err scan_row(void *ctx, const struct store_row *r)
{
    struct scan *s = ctx;
    struct ledger_row row;
    enum err const e = opener_row(s->opener, r, &row);
    if (e) return e;
    s->sum += tally_row(s->opener->vault, r);
    return s->fn.row(s->ctx, &row);
}

enum err opener_scan_rows(struct opener *o, bool open_only, ledger_scan_row_fn *fn, void *ctx)
{
    struct scan s = {.opener = o, .fn.row = fn, .ctx = ctx};
    enum err e = scan_begin(&s);
    if (e) return e;
    e = o->store->ops->each_row(o->store, open_only, scan_row, &s);
    return scan_end(&s, e, open_only ? s.head.rows_open : s.head.rows_all);
}

static enum err scan_key(void *ctx, uint64_t fingerprint, uint64_t seq)
{
    struct scan *s = ctx;
    s->sum += tally_key(s->opener->vault, fingerprint, seq);
    return s->fn.key(s->ctx, fingerprint, seq);
}

enum err opener_scan_keys(struct opener *o, ledger_scan_key_fn *fn, void *ctx)
{
    struct scan s = {.opener = o, .fn.key = fn, .ctx = ctx};
    enum err e = scan_begin(&s);
    if (e) return e;
    e = o->store->ops->each_key(o->store, scan_key, &s);
    return scan_end(&s, e, s.head.keys);
}

static enum err scan_erasure(void *ctx, uint64_t entity, uint64_t seq)
{
    struct scan *s = ctx;
    s->sum += tally_erasure(s->opener->vault, entity, seq);
    return s->fn.erasure(s->ctx, entity, seq);
}

enum err opener_scan_erasures(struct opener *o, ledger_scan_erasure_fn *fn, void *ctx)
{
    struct scan s = {.opener = o, .fn.erasure = fn, .ctx = ctx};
    enum err e = scan_begin(&s);
    if (e) return e;
    e = o->store->ops->each_erasure(o->store, scan_erasure, &s);
    return scan_end(&s, e, s.head.erasures);
}

static enum err scan_broken(struct scan *s, uint64_t seq, const char *how)
{
    snprintf(s->why, s->size, "record %llu %s", (unsigned long long)seq, how);
    return ERR_CORRUPT;
}

static enum err scan_record(void *ctx, const struct store_record *r)
{
    struct scan *s = ctx;
    struct ledger_record record;
    uint64_t fingerprint;
    if (r->seq != s->next_seq) return scan_broken(s, s->next_seq, "is missing");
    if (r->seq > s->head.seq) return scan_broken(s, r->seq, "is beyond the head of the ledger");
    chain_next(s->hash, s->hash, r->seq, r->entity, r->header, r->body);
    if (!bytes_equal(r->hash, bytes_of(s->hash, CHAIN_BYTES)))
        return scan_broken(s, r->seq, "is not what was written: its hash differs");
    enum err const e = opener_record(s->opener, r, s->with_body, &record, &fingerprint);
    if (e == ERR_CORRUPT) return scan_broken(s, r->seq, "does not open: it or its key was changed");
    if (e) return e;
    if (fingerprint) s->sum += tally_key(s->opener->vault, fingerprint, r->seq);
    s->next_seq++;
    return s->fn.record(s->ctx, &record);
}

// The hash before the first record to be read.
static enum err scan_records_start(struct scan *s, uint64_t from_seq)
{
    struct opener *o = s->opener;
    struct store_record before;
    s->next_seq = from_seq;
    chain_start(s->hash, o->vault->id, sizeof o->vault->id);
    if (from_seq <= 1 || from_seq > s->head.seq + 1) return OK;
    enum err const e = o->store->ops->get_record(o->store, from_seq - 1, false, &before);
    if (e == ERR_NOT_FOUND) return scan_broken(s, from_seq - 1, "is missing");
    if (e) return e;
    if (before.hash.len != CHAIN_BYTES) return scan_broken(s, from_seq - 1, "has no hash");
    memcpy(s->hash, before.hash.data, CHAIN_BYTES);
    return OK;
}

static enum err scan_records_finish(struct scan *s, uint64_t from_seq)
{
    if (from_seq > s->head.seq + 1) return OK; // Nothing was asked for.
    if (s->next_seq != s->head.seq + 1) return scan_broken(s, s->next_seq, "is missing at the end");
    if (memcmp(s->hash, s->head.hash, CHAIN_BYTES) != 0)
        return scan_broken(s, s->head.seq, "does not end in the hash of the ledger's head");
    return OK;
}

enum err opener_scan_records(struct opener *o, uint64_t from_seq, bool with_body,
                             ledger_scan_record_fn *fn, void *ctx, char *why, size_t size)
{
    struct scan s = {
        .opener = o, .fn.record = fn, .ctx = ctx, .with_body = with_body, .why = why, .size = size};
    if (from_seq == 0) from_seq = 1;
    if (size) why[0] = '\0';
    enum err e = scan_begin(&s);
    if (e) return e;
    e = scan_records_start(&s, from_seq);
    if (e == OK) e = o->store->ops->each_record(o->store, from_seq, scan_record, &s);
    if (e == OK) e = scan_records_finish(&s, from_seq);
    // Only a scan of everything has seen every fingerprint.
    if (from_seq > 1) s.sum = s.head.keys;
    bool const clean = e == OK;
    e = scan_end(&s, e, s.head.keys);
    if (clean && e == ERR_CORRUPT)
        snprintf(why, size, "the records carry other fingerprints than the ledger's head says");
    return e;
}

enum err opener_check_end(struct opener *o, const struct head *h)
{
    struct store_record r;
    enum err e = o->store->ops->get_record(o->store, h->seq + 1, false, &r);
    if (e != ERR_NOT_FOUND) return e ? e : ERR_CORRUPT;
    if (h->seq == 0) return OK;
    e = o->store->ops->get_record(o->store, h->seq, false, &r);
    if (e) return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    return bytes_equal(r.hash, bytes_of(h->hash, CHAIN_BYTES)) ? OK : ERR_CORRUPT;
}
