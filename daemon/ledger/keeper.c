#include "keeper.h"

#include "check.h"
#include "packing.h"

#include <sodium.h>
#include <stdlib.h>

#define TRY(call)                      \
    do {                               \
        enum err const tried = (call); \
        if (tried) return tried;       \
    } while (0)

static enum err keeper_load_head(struct keeper *k)
{
    struct bytes sealed;
    TRY(k->store->ops->get_head(k->store, &sealed));
    TRY(head_open(&k->head, k->vault, sealed));
    memcpy(k->head_sealed, sealed.data, sealed.len);
    return OK;
}

static enum err keeper_put_head(struct keeper *k)
{
    uint8_t sealed[HEAD_SEALED_BYTES];
    head_seal(sealed, &k->head, k->vault, &k->dice);
    TRY(k->store->ops->put_head(k->store, bytes_of(sealed, sizeof sealed)));
    TRY(k->store->ops->commit(k->store));
    memcpy(k->head_sealed, sealed, sizeof sealed);
    return OK;
}

// Whoever still writes with the epoch before the restore is fenced from here on.
static enum err keeper_raise_epoch(struct keeper *k)
{
    TRY(k->store->ops->begin(k->store, true));
    k->head.epoch++;
    enum err const e = keeper_put_head(k);
    if (e) k->store->ops->rollback(k->store);
    return e;
}

enum err keeper_open(struct keeper *k, const struct vault *v, struct store *s, bool restored)
{
    memset(k, 0, sizeof *k);
    k->vault = v;
    k->store = s;
    k->slots = calloc(KEEPER_SLOTS, sizeof *k->slots);
    k->used = calloc(KEEPER_SLOTS, sizeof *k->used);
    k->plain = malloc(HEADER_PREFIX + LEDGER_HEADER_MAX);
    k->header = malloc(HEADER_SEALED);
    k->packed = malloc(PACKED_MAX);
    k->body = malloc(BODY_SEALED);
    k->blob = malloc(BLOB_SEALED);
    if (!k->slots || !k->used || !k->plain || !k->header || !k->packed || !k->body || !k->blob)
        return ERR_NO_MEMORY;
    TRY(keeper_load_head(k));
    return restored ? keeper_raise_epoch(k) : OK;
}

static void keeper_wipe_keys(struct keeper *k)
{
    for (size_t i = 0; i < k->n_used; i++) sodium_memzero(k->slots[k->used[i]].key, SEAL_KEY_BYTES);
    k->n_used = 0;
}

void keeper_close(struct keeper *k)
{
    if (k->slots) keeper_wipe_keys(k);
    if (k->plain) sodium_memzero(k->plain, HEADER_PREFIX + LEDGER_HEADER_MAX);
    if (k->packed) sodium_memzero(k->packed, PACKED_MAX);
    sodium_memzero(&k->dice, sizeof k->dice);
    free(k->slots);
    free(k->used);
    free(k->plain);
    free(k->header);
    free(k->packed);
    free(k->body);
    free(k->blob);
}

// What is on disk of an entity, into its fresh slot.
static enum err slot_load(struct keeper *k, struct slot *s, uint64_t entity)
{
    *s = (struct slot){.entity = entity, .turn = k->turn};
    enum err const e = k->store->ops->get_row(k->store, entity, false, &s->row);
    s->row.entity = entity;
    s->row.blob = BYTES_NONE;
    if (e == ERR_NOT_FOUND) return OK;
    if (e) return e;
    if (s->row.key.len && s->row.key.len != VAULT_WRAP_BYTES) return ERR_CORRUPT;
    s->known = true;
    s->was_open = s->row.open;
    s->tally = tally_row(k->vault, &s->row);
    if (s->row.key.len) memcpy(s->sealed_key, s->row.key.data, VAULT_WRAP_BYTES);
    s->row.key.data = s->sealed_key;
    return OK;
}

static enum err slot_find(struct keeper *k, uint64_t entity, struct slot **out)
{
    uint64_t const mixed = entity * UINT64_C(0x9E3779B97F4A7C15);
    size_t at = (size_t)(mixed >> 32) % KEEPER_SLOTS;
    while (k->slots[at].turn == k->turn && k->slots[at].entity != entity)
        at = (at + 1) % KEEPER_SLOTS;
    *out = &k->slots[at];
    if ((*out)->turn == k->turn) return OK;
    k->used[k->n_used++] = (uint32_t)at;
    return slot_load(k, *out, entity);
}

static void slot_make_key(struct keeper *k, struct slot *s)
{
    struct seal_label label;
    uint8_t nonce[SEAL_NONCE_BYTES];
    dice_take(&k->dice, s->key, sizeof s->key);
    seal_nonce(nonce, SEAL_KEY, &k->dice);
    label_key(&label, k->vault, s->entity);
    seal_close(s->sealed_key, k->vault->wrap, &label, nonce, bytes_of(s->key, sizeof s->key));
    s->row.key = bytes_of(s->sealed_key, VAULT_WRAP_BYTES);
    s->key_opened = s->key_put = true;
}

// The entity's own key, made at its first record with a body.
static enum err slot_key(struct keeper *k, struct slot *s)
{
    struct seal_label label;
    uint64_t erased_seq;
    if (s->key_opened) return OK;
    if (s->row.key.len) {
        label_key(&label, k->vault, s->entity);
        if (!seal_open(s->key, k->vault->wrap, &label, s->row.key)) return ERR_CORRUPT;
        s->key_opened = true;
        return OK;
    }
    if (s->known) {
        enum err const e = k->store->ops->get_erasure(k->store, s->entity, &erased_seq);
        if (e && e != ERR_NOT_FOUND) return e;
        CHECK(e == ERR_NOT_FOUND); // An entity that was forgotten takes no more bodies.
    }
    slot_make_key(k, s);
    return OK;
}

static enum err keeper_fingerprint(struct keeper *k, struct slot *s, uint64_t fingerprint,
                                   uint64_t seq)
{
    bool const first = !s->known && s->row.first_seq == 0;
    if (first) s->row.first_seq = seq;
    if (fingerprint == 0) return OK;
    k->head.keys += tally_key(k->vault, fingerprint, seq);
    if (!first) return k->store->ops->put_key(k->store, fingerprint, seq);
    s->row.fingerprint = fingerprint;
    return OK;
}

static enum err keeper_forget(struct keeper *k, struct slot *s, uint64_t seq)
{
    uint64_t before;
    enum err const e = k->store->ops->get_erasure(k->store, s->entity, &before);
    if (e && e != ERR_NOT_FOUND) return e;
    sodium_memzero(s->key, sizeof s->key);
    sodium_memzero(s->sealed_key, sizeof s->sealed_key);
    s->row.key = BYTES_NONE;
    s->key_opened = false;
    s->key_put = k->erased = true;
    if (e == OK) return OK; // Forgotten before: the list keeps the first time.
    k->head.erasures += tally_erasure(k->vault, s->entity, seq);
    return k->store->ops->put_erasure(k->store, s->entity, seq);
}

// Header: nonce || AEAD(fingerprint, length of the body, header).  Body: AEAD(body, packed where
// that makes it smaller) under the entity's key; its nonce is the header's with another kind.
static void keeper_seal(struct keeper *k, const struct ledger_entry *e, const struct slot *s,
                        struct store_record *r)
{
    enum seal_kind const kind = e->erase ? SEAL_ERASING : SEAL_HEADER;
    uint8_t nonce[SEAL_NONCE_BYTES];
    struct seal_label label;
    size_t const packed = body_pack(e->body, k->packed);
    struct bytes const body = packed ? bytes_of(k->packed, packed) : e->body;
    uint32_t const said = (uint32_t)body.len | (packed ? BODY_PACKED : 0);
    seal_put_u64(k->plain, e->fingerprint);
    for (unsigned i = 0; i < 4; i++) k->plain[8 + i] = (uint8_t)(said >> (8 * i));
    if (e->header.len) memcpy(k->plain + HEADER_PREFIX, e->header.data, e->header.len);
    seal_nonce(nonce, kind, &k->dice);
    label_record(&label, k->vault, kind, r->seq, r->entity);
    size_t len = seal_close(k->header, k->vault->area, &label, nonce,
                            bytes_of(k->plain, HEADER_PREFIX + e->header.len));
    r->header = bytes_of(k->header, len);
    if (e->body.len == 0) return;
    nonce[0] = packed ? SEAL_PACKED : SEAL_BODY;
    label_record(&label, k->vault, (enum seal_kind)nonce[0], r->seq, r->entity);
    len = seal_close_bare(k->body, s->key, &label, nonce, body);
    r->body = bytes_of(k->body, len);
}

static enum err keeper_put_entry(struct keeper *k, const struct ledger_entry *e)
{
    struct store_record r = {.seq = k->head.seq + 1, .entity = e->entity};
    struct slot *s;
    TRY(slot_find(k, e->entity, &s));
    if (e->erase) {
        slot_make_key(k, s); // For its own body, and thrown away a few lines below.
    } else if (e->body.len) {
        TRY(slot_key(k, s));
    }
    TRY(keeper_fingerprint(k, s, e->fingerprint, r.seq));
    keeper_seal(k, e, s, &r);
    if (e->erase) TRY(keeper_forget(k, s, r.seq));
    chain_next(k->head.hash, k->head.hash, r.seq, r.entity, r.header, r.body);
    r.hash = bytes_of(k->head.hash, CHAIN_BYTES);
    k->head.seq = r.seq;
    s->entry_seq = r.seq;
    return k->store->ops->put_record(k->store, &r);
}

static void keeper_tally(struct keeper *k, const struct slot *s)
{
    uint64_t const fresh = tally_row(k->vault, &s->row);
    if (s->known) k->head.rows_all -= s->tally;
    if (s->known && s->was_open) k->head.rows_open -= s->tally;
    k->head.rows_all += fresh;
    if (s->row.open) k->head.rows_open += fresh;
}

static enum err keeper_put_slot(struct keeper *k, struct slot *s, struct bytes blob)
{
    struct seal_label label;
    uint8_t nonce[SEAL_NONCE_BYTES];
    seal_nonce(nonce, SEAL_ROW, &k->dice);
    label_row(&label, k->vault, &s->row);
    s->row.blob = bytes_of(k->blob, seal_close(k->blob, k->vault->area, &label, nonce, blob));
    keeper_tally(k, s);
    s->written = true;
    return k->store->ops->put_row(k->store, &s->row);
}

static enum err keeper_put_row(struct keeper *k, const struct ledger_row *row)
{
    struct slot *s;
    TRY(slot_find(k, row->entity, &s));
    CHECK(!s->written);
    CHECK(row->last_seq <= k->head.seq && row->last_seq >= s->entry_seq); // It may not lag.
    // The disk knows more of this entity than the caller: somebody else wrote.
    if (s->known && row->last_seq < s->row.last_seq) return ERR_FENCED;
    s->row.last_seq = row->last_seq;
    s->row.fold_version = row->fold_version;
    s->row.open = row->open;
    return keeper_put_slot(k, s, row->blob);
}

// Entities that came without a row: a new one gets an empty one, to be rebuilt (fold version 0); of
// an old one only a key that changed is put.
static enum err keeper_put_rest(struct keeper *k)
{
    for (size_t i = 0; i < k->n_used; i++) {
        struct slot *s = &k->slots[k->used[i]];
        if (s->written) continue;
        if (!s->known) {
            s->row.open = true;
            s->row.last_seq = s->entry_seq;
            TRY(keeper_put_slot(k, s, BYTES_NONE));
        } else if (s->key_put) {
            keeper_tally(k, s);
            TRY(k->store->ops->put_row_key(k->store, s->entity, s->row.key));
        }
    }
    return OK;
}

// The last line against two daemons on one ledger, should the lock not have held (some network
// file systems): the head on disk is the one that this keeper wrote.
static enum err keeper_check_head(struct keeper *k)
{
    struct bytes sealed;
    TRY(k->store->ops->get_head(k->store, &sealed));
    bool const same = bytes_equal(sealed, bytes_of(k->head_sealed, sizeof k->head_sealed));
    return same ? OK : ERR_FENCED;
}

static enum err keeper_put_turn(struct keeper *k, const struct ledger_turn *t)
{
    TRY(keeper_check_head(k));
    for (size_t i = 0; i < t->n_entries; i++) TRY(keeper_put_entry(k, &t->entries[i]));
    for (size_t i = 0; i < t->n_rows; i++) TRY(keeper_put_row(k, &t->rows[i]));
    TRY(keeper_put_rest(k));
    return keeper_put_head(k);
}

enum kept keeper_keep(struct keeper *k, uint64_t epoch, const struct ledger_turn *t)
{
    struct head const before = k->head;
    if (epoch != before.epoch || t->first_seq != before.seq + 1) return FENCED;
    k->turn++;
    k->erased = false;
    enum err e = k->store->ops->begin(k->store, true);
    if (e == OK && (e = keeper_put_turn(k, t)) != OK) k->store->ops->rollback(k->store);
    keeper_wipe_keys(k);
    if (e) k->head = before;
    return e == OK ? KEPT : e == ERR_FENCED ? FENCED : UNKNOWN;
}
