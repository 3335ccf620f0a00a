// What binds a sealed thing, or a tally, to its place.  Changing a line here changes the format.
#include "keeper.h"

void label_record(struct seal_label *l, const struct vault *v, enum seal_kind kind, uint64_t seq,
                  uint64_t entity)
{
    uint64_t const numbers[] = {seq, entity};
    seal_label(l, v->id, kind, 2, numbers);
}

void label_key(struct seal_label *l, const struct vault *v, uint64_t entity)
{
    seal_label(l, v->id, SEAL_KEY, 1, &entity);
}

// Every column but the key, which erasing must be able to take away by itself: the tally counts it.
void label_row(struct seal_label *l, const struct vault *v, const struct store_row *r)
{
    uint64_t const numbers[] = {r->entity,       r->first_seq,    r->last_seq,
                                r->fold_version, r->open ? 1 : 0, r->fingerprint};
    seal_label(l, v->id, SEAL_ROW, 6, numbers);
}

uint64_t tally_row(const struct vault *v, const struct store_row *r)
{
    uint64_t const flags = (r->open ? 1U : 0U) | (r->key.len ? 2U : 0U) | (uint64_t)SEAL_ROW << 8;
    return tally_of(v->tally, r->entity, r->last_seq, flags | (uint64_t)r->fold_version << 32);
}

uint64_t tally_key(const struct vault *v, uint64_t fingerprint, uint64_t seq)
{
    return tally_of(v->tally, fingerprint, seq, SEAL_HEADER);
}

uint64_t tally_erasure(const struct vault *v, uint64_t entity, uint64_t seq)
{
    return tally_of(v->tally, entity, seq, SEAL_ERASING);
}
