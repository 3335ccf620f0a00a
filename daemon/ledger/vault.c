#include "vault.h"

#include "check.h"

#include <sodium.h>

#define KDF_CONTEXT "triagedL"
enum { KDF_AREA = 1, KDF_WRAP, KDF_HEAD, KDF_INDEX, KDF_TALLY };

struct vault *vault_new(void)
{
    struct vault *v = sodium_malloc(sizeof *v);
    if (v) sodium_memzero(v, sizeof *v);
    return v;
}

void vault_free(struct vault *v)
{
    sodium_free(v);
}

static void vault_key_id(uint8_t out[VAULT_KEY_ID_BYTES], const uint8_t *master)
{
    static const uint8_t purpose[] = "master key id";
    CHECK(crypto_generichash(out, VAULT_KEY_ID_BYTES, purpose, sizeof purpose, master,
                             SEAL_KEY_BYTES) == 0);
}

static void vault_derive(struct vault *v, const uint8_t root[SEAL_KEY_BYTES])
{
    crypto_kdf_derive_from_key(v->area, sizeof v->area, KDF_AREA, KDF_CONTEXT, root);
    crypto_kdf_derive_from_key(v->wrap, sizeof v->wrap, KDF_WRAP, KDF_CONTEXT, root);
    crypto_kdf_derive_from_key(v->head, sizeof v->head, KDF_HEAD, KDF_CONTEXT, root);
    crypto_kdf_derive_from_key(v->index, sizeof v->index, KDF_INDEX, KDF_CONTEXT, root);
    crypto_kdf_derive_from_key(v->tally, sizeof v->tally, KDF_TALLY, KDF_CONTEXT, root);
}

void vault_make(struct vault *v, struct vault_kept *out, const uint8_t master[SEAL_KEY_BYTES])
{
    struct seal_label label;
    uint8_t root[SEAL_KEY_BYTES], nonce[SEAL_NONCE_BYTES];
    randombytes_buf(root, sizeof root);
    randombytes_buf(nonce, sizeof nonce);
    nonce[0] = SEAL_ROOT;
    randombytes_buf(out->id, sizeof out->id);
    vault_key_id(out->key_id, master);
    seal_label(&label, out->id, SEAL_ROOT, 0, NULL);
    seal_close(out->root, master, &label, nonce, bytes_of(root, sizeof root));
    memcpy(v->id, out->id, sizeof v->id);
    vault_derive(v, root);
    sodium_memzero(root, sizeof root);
}

enum err vault_open(struct vault *v, const struct vault_kept *kept,
                    const uint8_t master[SEAL_KEY_BYTES])
{
    struct seal_label label;
    uint8_t root[SEAL_KEY_BYTES], key_id[VAULT_KEY_ID_BYTES];
    vault_key_id(key_id, master);
    bool const known = sodium_memcmp(key_id, kept->key_id, sizeof key_id) == 0;
    seal_label(&label, kept->id, SEAL_ROOT, 0, NULL);
    bool const opens = seal_open(root, master, &label, bytes_of(kept->root, sizeof kept->root));
    if (!opens && !known) return ERR_CONFIG;
    if (!opens || !known) return ERR_CORRUPT;
    memcpy(v->id, kept->id, sizeof v->id);
    vault_derive(v, root);
    sodium_memzero(root, sizeof root);
    return OK;
}

void head_first(struct head *h, const struct vault *v)
{
    *h = (struct head){.epoch = 1};
    chain_start(h->hash, v->id, sizeof v->id);
}

void head_seal(uint8_t out[HEAD_SEALED_BYTES], const struct head *h, const struct vault *v,
               struct dice *d)
{
    uint64_t const numbers[] = {h->epoch, h->seq, h->rows_all, h->rows_open, h->keys, h->erasures};
    uint8_t plain[HEAD_BYTES], nonce[SEAL_NONCE_BYTES];
    struct seal_label label;
    for (size_t i = 0; i < 6; i++) seal_put_u64(plain + 8 * i, numbers[i]);
    memcpy(plain + 48, h->hash, CHAIN_BYTES);
    seal_nonce(nonce, SEAL_HEAD, d);
    seal_label(&label, v->id, SEAL_HEAD, 0, NULL);
    seal_close(out, v->head, &label, nonce, bytes_of(plain, sizeof plain));
}

enum err head_open(struct head *h, const struct vault *v, struct bytes sealed)
{
    uint8_t plain[HEAD_BYTES];
    struct seal_label label;
    seal_label(&label, v->id, SEAL_HEAD, 0, NULL);
    if (sealed.len != HEAD_SEALED_BYTES) return ERR_CORRUPT;
    if (!seal_open(plain, v->head, &label, sealed)) return ERR_CORRUPT;
    *h = (struct head){.epoch = seal_get_u64(plain),
                       .seq = seal_get_u64(plain + 8),
                       .rows_all = seal_get_u64(plain + 16),
                       .rows_open = seal_get_u64(plain + 24),
                       .keys = seal_get_u64(plain + 32),
                       .erasures = seal_get_u64(plain + 40)};
    memcpy(h->hash, plain + 48, CHAIN_BYTES);
    return OK;
}
