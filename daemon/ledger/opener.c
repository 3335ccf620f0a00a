#include "opener.h"

#include "check.h"
#include "keeper.h"
#include "packing.h"

#include <sodium.h>
#include <stdlib.h>

enum err opener_open(struct opener *o, const struct vault *v, struct store *s)
{
    memset(o, 0, sizeof *o);
    o->vault = v;
    o->store = s;
    o->header = malloc(HEADER_PREFIX + LEDGER_HEADER_MAX);
    o->body = malloc(LEDGER_BODY_MAX);
    o->blob = malloc(LEDGER_ROW_MAX);
    o->packed = malloc(PACKED_MAX);
    return o->header && o->body && o->blob && o->packed ? OK : ERR_NO_MEMORY;
}

void opener_close(struct opener *o)
{
    if (o->header) sodium_memzero(o->header, HEADER_PREFIX + LEDGER_HEADER_MAX);
    if (o->body) sodium_memzero(o->body, LEDGER_BODY_MAX);
    if (o->blob) sodium_memzero(o->blob, LEDGER_ROW_MAX);
    if (o->packed) sodium_memzero(o->packed, PACKED_MAX);
    free(o->packed);
    free(o->header);
    free(o->body);
    free(o->blob);
    memset(o, 0, sizeof *o);
}

struct prefix {
    uint64_t fingerprint;
    uint32_t body_len; // as it is kept
    bool packed;
    struct bytes header;
};

static enum err opener_header(struct opener *o, uint8_t *plain, const struct store_record *r,
                              struct prefix *out)
{
    struct seal_label label;
    size_t const least = HEADER_PREFIX + SEAL_OVERHEAD;
    if (r->header.len < least || r->header.len > HEADER_SEALED) return ERR_CORRUPT;
    bool const erasing = r->header.data[0] == SEAL_ERASING;
    label_record(&label, o->vault, erasing ? SEAL_ERASING : SEAL_HEADER, r->seq, r->entity);
    if (!seal_open(plain, o->vault->area, &label, r->header)) return ERR_CORRUPT;
    out->fingerprint = seal_get_u64(plain);
    out->body_len = 0;
    for (unsigned i = 0; i < 4; i++) out->body_len |= (uint32_t)plain[8 + i] << (8 * i);
    out->packed = (out->body_len & BODY_PACKED) != 0;
    out->body_len &= ~BODY_PACKED;
    out->header = bytes_of(plain + HEADER_PREFIX, r->header.len - least);
    return OK;
}

// No key: the entity was forgotten by a record that says so, or somebody took the key away.  The
// record is opened into the body's buffer: the header of the one being read stays.
static enum err opener_erased(struct opener *o, uint64_t entity)
{
    struct store_record r;
    struct prefix prefix;
    uint64_t seq;
    enum err e = o->store->ops->get_erasure(o->store, entity, &seq);
    if (e) return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    e = o->store->ops->get_record(o->store, seq, false, &r);
    if (e) return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    if (r.entity != entity || r.header.len == 0 || r.header.data[0] != SEAL_ERASING)
        return ERR_CORRUPT;
    return opener_header(o, o->body, &r, &prefix);
}

static enum err opener_key(struct opener *o, uint64_t entity, uint8_t key[SEAL_KEY_BYTES],
                           bool *erased)
{
    struct store_row row;
    struct seal_label label;
    enum err const e = o->store->ops->get_row(o->store, entity, false, &row);
    if (e) return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
    *erased = row.key.len == 0;
    if (*erased) return opener_erased(o, entity);
    label_key(&label, o->vault, entity);
    if (row.key.len != VAULT_WRAP_BYTES) return ERR_CORRUPT;
    return seal_open(key, o->vault->wrap, &label, row.key) ? OK : ERR_CORRUPT;
}

static enum err opener_body(struct opener *o, const uint8_t nonce[SEAL_NONCE_BYTES],
                            struct bytes sealed, struct ledger_record *out)
{
    bool const packed = nonce[0] == SEAL_PACKED;
    size_t len = sealed.len - SEAL_TAG_BYTES;
    uint8_t key[SEAL_KEY_BYTES];
    struct seal_label label;
    enum err const e = opener_key(o, out->entity, key, &out->erased);
    if (e || out->erased) return e;
    label_record(&label, o->vault, (enum seal_kind)nonce[0], out->seq, out->entity);
    bool opens = seal_open_bare(packed ? o->packed : o->body, key, &label, nonce, sealed);
    sodium_memzero(key, sizeof key);
    if (opens && packed) opens = body_unpack(bytes_of(o->packed, len), o->body, &len);
    if (!opens) return ERR_CORRUPT;
    out->body = bytes_of(o->body, len);
    return OK;
}

enum err opener_record(struct opener *o, const struct store_record *r, bool with_body,
                       struct ledger_record *out, uint64_t *fingerprint)
{
    struct prefix prefix;
    uint8_t nonce[SEAL_NONCE_BYTES];
    *out = (struct ledger_record){.seq = r->seq, .entity = r->entity};
    enum err const e = opener_header(o, o->header, r, &prefix);
    if (e) return e;
    if (r->hash.len != CHAIN_BYTES) return ERR_CORRUPT;
    memcpy(out->hash, r->hash.data, CHAIN_BYTES);
    out->header = prefix.header;
    *fingerprint = prefix.fingerprint;
    if (!with_body) return OK;
    size_t const sealed_len = prefix.body_len ? prefix.body_len + (size_t)SEAL_TAG_BYTES : 0;
    if (r->body.len != sealed_len || prefix.body_len > LEDGER_BODY_MAX) return ERR_CORRUPT;
    if (prefix.body_len == 0) return OK;
    memcpy(nonce, r->header.data, sizeof nonce);
    nonce[0] = prefix.packed ? SEAL_PACKED : SEAL_BODY;
    return opener_body(o, nonce, r->body, out);
}

enum err opener_row(struct opener *o, const struct store_row *r, struct ledger_row *out)
{
    struct seal_label label;
    label_row(&label, o->vault, r);
    if (r->blob.len < SEAL_OVERHEAD || r->blob.len > BLOB_SEALED) return ERR_CORRUPT;
    if (!seal_open(o->blob, o->vault->area, &label, r->blob)) return ERR_CORRUPT;
    *out = (struct ledger_row){.entity = r->entity,
                               .last_seq = r->last_seq,
                               .fold_version = r->fold_version,
                               .open = r->open,
                               .blob = bytes_of(o->blob, r->blob.len - SEAL_OVERHEAD)};
    return OK;
}

enum err opener_get_record(struct opener *o, uint64_t seq, bool with_body,
                           struct ledger_record *out)
{
    struct store_record r;
    uint64_t fingerprint;
    enum err const e = o->store->ops->get_record(o->store, seq, with_body, &r);
    return e ? e : opener_record(o, &r, with_body, out, &fingerprint);
}

enum err opener_get_row(struct opener *o, uint64_t entity, struct ledger_row *out)
{
    struct store_row r;
    enum err const e = o->store->ops->get_row(o->store, entity, true, &r);
    return e ? e : opener_row(o, &r, out);
}
