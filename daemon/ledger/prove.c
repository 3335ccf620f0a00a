// A copy against a signed checkpoint: the chain is over what is on disk, so no key opens anything
// here, and whoever proves a ledger learns nothing of what people wrote.
#include "chain.h"
#include "checkpoint.h"
#include "ledger_internal.h"
#include "sqlite_files.h"
#include "sqlite_store.h"

#include <stdlib.h>

struct proving {
    const struct checkpoint *point;
    struct ledger_proof *proof;
    uint8_t hash[CHAIN_BYTES];
    bool met; // the chain went through the checkpoint
    char *why;
    size_t size;
};

static enum err proof_broken(struct proving *p, uint64_t seq, const char *how)
{
    ledger_why(p->why, p->size, "record %llu %s", (unsigned long long)seq, how);
    return ERR_CORRUPT;
}

static enum err prove_record(void *ctx, const struct store_record *r)
{
    struct proving *p = ctx;
    uint64_t const expected = p->proof->records + 1;
    if (r->seq != expected) return proof_broken(p, expected, "is missing");
    chain_next(p->hash, p->hash, r->seq, r->entity, r->header, r->body);
    if (!bytes_equal(r->hash, bytes_of(p->hash, CHAIN_BYTES)))
        return proof_broken(p, r->seq, "is not what was written: its hash differs");
    p->proof->records = r->seq;
    if (r->seq > p->point->head.seq) p->proof->after++;
    if (r->seq != p->point->head.seq) return OK;
    p->met = memcmp(p->hash, p->point->head.hash, CHAIN_BYTES) == 0;
    return p->met ? OK
                  : proof_broken(p, r->seq,
                                 "does not end in the hash that was signed: it, or one before it, "
                                 "was written anew");
}

static enum err prove_chain(struct proving *p, struct store *s)
{
    struct ledger_head const *signed_head = &p->point->head;
    chain_start(p->hash, signed_head->id, sizeof signed_head->id);
    if (signed_head->seq == 0) p->met = memcmp(p->hash, signed_head->hash, CHAIN_BYTES) == 0;
    enum err e = s->ops->begin(s, false);
    if (e) return e;
    e = s->ops->each_record(s, 1, prove_record, p);
    s->ops->rollback(s);
    if (e || p->met) return e;
    ledger_why(p->why, p->size, "the ledger ends at record %llu, and %llu were signed for: cut",
               (unsigned long long)p->proof->records, (unsigned long long)signed_head->seq);
    return ERR_CORRUPT;
}

static enum err prove_store(struct proving *p, struct sqlite_store *s, enum sqlite_role role)
{
    struct vault_kept kept;
    enum err e = sqlite_schema_load(s, &kept, p->why, p->size);
    if (e) return e;
    if (memcmp(kept.id, p->point->head.id, sizeof kept.id) != 0) {
        ledger_why(p->why, p->size, "the checkpoint is of another ledger");
        return ERR_NOT_FOUND;
    }
    e = sqlite_store_prepare(s, role);
    return e ? e : prove_chain(p, &s->base);
}

static enum err prove_files(struct proving *p, struct ledger_files *f)
{
    struct sqlite_store s = {.db = NULL};
    enum err e = files_share(f, p->why, p->size);
    if (e) return e;
    bool const log = files_size(f->log) > 0;
    enum sqlite_role const role = log ? ROLE_INSPECTS_LOG : ROLE_INSPECTS;
    char *uri = files_uri(f);
    if (!uri) return ERR_NO_MEMORY;
    e = sqlite_store_open(&s, log ? f->db : uri, role);
    free(uri);
    if (e == OK) e = prove_store(p, &s, role);
    if (e && p->why[0] == '\0')
        ledger_why(p->why, p->size, "%s: %s", f->db,
                   s.failed ? sqlite3_errstr(s.failed) : err_text(e));
    sqlite_store_close(&s);
    return e;
}

enum err ledger_prove(const char *path, const struct checkpoint *c, struct ledger_proof *out,
                      char *why, size_t size)
{
    struct ledger_files files;
    struct proving p = {.point = c, .proof = out, .why = why, .size = size};
    *out = (struct ledger_proof){.records = 0};
    why[0] = '\0';
    enum err e = files_open(&files, path);
    if (e == OK) e = prove_files(&p, &files);
    files_close(&files);
    return e;
}
