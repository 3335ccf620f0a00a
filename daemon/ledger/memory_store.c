#include "memory_store.h"

#include "check.h"

#include <stdlib.h>

static struct memory_store *memory_of(struct store *s)
{
    return (struct memory_store *)s; // `base` is its first member.
}

static enum err table_reserve(struct memory_table *t, size_t more)
{
    size_t cap = t->cap ? t->cap : 64;
    if (t->n + more <= t->cap) return OK;
    while (cap < t->n + more) cap *= 2;
    void **grown = realloc(t->items, cap * sizeof *grown);
    if (!grown) return ERR_IO;
    t->items = grown;
    t->cap = cap;
    return OK;
}

static enum err table_insert(struct memory_table *t, size_t at, void *item)
{
    if (!item) return ERR_IO;
    if (table_reserve(t, 1) != OK) {
        free(item);
        return ERR_IO;
    }
    memmove(t->items + at + 1, t->items + at, (t->n - at) * sizeof *t->items);
    t->items[at] = item;
    t->n++;
    return OK;
}

static void table_clear(struct memory_table *t)
{
    for (size_t i = 0; i < t->n; i++) free(t->items[i]);
    t->n = 0;
}

static void table_free(struct memory_table *t)
{
    table_clear(t);
    free(t->items);
    *t = (struct memory_table){0};
}

// The place of an entity's row, or where it would be.
static size_t rows_place(const struct memory_table *t, uint64_t entity)
{
    size_t low = 0, high = t->n;
    while (low < high) {
        size_t const mid = low + (high - low) / 2;
        struct memory_row const *r = t->items[mid];
        if (r->row.entity < entity) {
            low = mid + 1;
        } else {
            high = mid;
        }
    }
    return low;
}

struct memory_row *memory_store_row(struct memory_store *m, uint64_t entity)
{
    size_t const at = rows_place(&m->disk.rows, entity);
    struct memory_row *r = at < m->disk.rows.n ? m->disk.rows.items[at] : NULL;
    return r && r->row.entity == entity ? r : NULL;
}

struct memory_record *memory_store_record(struct memory_store *m, uint64_t seq)
{
    return seq && seq <= m->disk.records.n ? m->disk.records.items[seq - 1] : NULL;
}

bool memory_store_drop_last(struct memory_store *m)
{
    if (m->disk.records.n == 0) return false;
    free(m->disk.records.items[--m->disk.records.n]);
    return true;
}

static void tables_clear(struct memory_tables *t)
{
    table_clear(&t->records);
    table_clear(&t->rows);
    table_clear(&t->keys);
    table_clear(&t->erasures);
    t->has_head = false;
}

static void tables_free(struct memory_tables *t)
{
    table_free(&t->records);
    table_free(&t->rows);
    table_free(&t->keys);
    table_free(&t->erasures);
}

static enum err memory_begin(struct store *s, bool write)
{
    if (write) tables_clear(&memory_of(s)->pending);
    return OK;
}

// Moves what a transaction put to the end of a table that only grows.
static enum err table_append_all(struct memory_table *to, struct memory_table *from)
{
    enum err e = OK;
    for (size_t i = 0; i < from->n && e == OK; i++) {
        e = table_insert(to, to->n, from->items[i]);
        from->items[i] = NULL;
    }
    from->n = 0;
    return e;
}

static enum err rows_replace_all(struct memory_table *to, struct memory_table *from)
{
    enum err e = OK;
    for (size_t i = 0; i < from->n && e == OK; i++) {
        struct memory_row *fresh = from->items[i];
        size_t const at = rows_place(to, fresh->row.entity);
        struct memory_row *old = at < to->n ? to->items[at] : NULL;
        from->items[i] = NULL;
        if (old && old->row.entity == fresh->row.entity) {
            free(old);
            to->items[at] = fresh;
        } else {
            e = table_insert(to, at, fresh);
        }
    }
    from->n = 0;
    return e;
}

// All of it or nothing: there is room for everything before anything moves.
static enum err commit_room(struct memory_tables *disk, const struct memory_tables *pending)
{
    enum err e = table_reserve(&disk->records, pending->records.n);
    if (e == OK) e = table_reserve(&disk->keys, pending->keys.n);
    if (e == OK) e = table_reserve(&disk->erasures, pending->erasures.n);
    return e ? e : table_reserve(&disk->rows, pending->rows.n);
}

static enum err memory_commit(struct store *s)
{
    struct memory_store *m = memory_of(s);
    enum err e = commit_room(&m->disk, &m->pending);
    if (e == OK) e = table_append_all(&m->disk.records, &m->pending.records);
    if (e == OK) e = table_append_all(&m->disk.keys, &m->pending.keys);
    if (e == OK) e = table_append_all(&m->disk.erasures, &m->pending.erasures);
    if (e == OK) e = rows_replace_all(&m->disk.rows, &m->pending.rows);
    if (e == OK && m->pending.has_head) {
        memcpy(m->disk.head, m->pending.head, sizeof m->disk.head);
        m->disk.has_head = true;
    }
    tables_clear(&m->pending);
    return e;
}

static void memory_rollback(struct store *s)
{
    tables_clear(&memory_of(s)->pending);
}

static enum err memory_get_head(struct store *s, struct bytes *sealed)
{
    struct memory_store *m = memory_of(s);
    *sealed = bytes_of(m->disk.head, sizeof m->disk.head);
    return m->disk.has_head ? OK : ERR_NOT_FOUND;
}

static struct store_record record_view(const struct memory_record *r, bool with_body)
{
    return (struct store_record){.seq = r->seq,
                                 .entity = r->entity,
                                 .hash = bytes_of(r->hash, sizeof r->hash),
                                 .header = bytes_of(r->bytes, r->header_len),
                                 .body = with_body ? bytes_of(r->bytes + r->header_len, r->body_len)
                                                   : BYTES_NONE};
}

static enum err memory_get_record(struct store *s, uint64_t seq, bool with_body,
                                  struct store_record *out)
{
    struct memory_record const *r = memory_store_record(memory_of(s), seq);
    if (!r) return ERR_NOT_FOUND;
    *out = record_view(r, with_body);
    return OK;
}

static enum err memory_get_row(struct store *s, uint64_t entity, bool with_blob,
                               struct store_row *out)
{
    struct memory_row const *r = memory_store_row(memory_of(s), entity);
    if (!r) return ERR_NOT_FOUND;
    *out = r->row;
    if (!with_blob) out->blob = BYTES_NONE;
    return OK;
}

static enum err memory_get_erasure(struct store *s, uint64_t entity, uint64_t *seq)
{
    struct memory_tables const *sides[] = {&memory_of(s)->disk, &memory_of(s)->pending};
    for (size_t side = 0; side < 2; side++) {
        for (size_t i = 0; i < sides[side]->erasures.n; i++) {
            struct memory_pair const *p = sides[side]->erasures.items[i];
            if (p->a == entity) return *seq = p->b, OK;
        }
    }
    return ERR_NOT_FOUND;
}

static enum err memory_put_head(struct store *s, struct bytes sealed)
{
    struct memory_tables *t = &memory_of(s)->pending;
    CHECK(sealed.len == sizeof t->head);
    memcpy(t->head, sealed.data, sealed.len);
    t->has_head = true;
    return OK;
}

static enum err memory_put_record(struct store *s, const struct store_record *r)
{
    struct memory_table *t = &memory_of(s)->pending.records;
    struct memory_record *kept = malloc(sizeof *kept + r->header.len + r->body.len);
    if (!kept) return ERR_IO;
    kept->seq = r->seq;
    kept->entity = r->entity;
    kept->header_len = r->header.len;
    kept->body_len = r->body.len;
    memcpy(kept->hash, r->hash.data, sizeof kept->hash);
    memcpy(kept->bytes, r->header.data, r->header.len);
    if (r->body.len) memcpy(kept->bytes + r->header.len, r->body.data, r->body.len);
    return table_insert(t, t->n, kept);
}

static enum err memory_put_row(struct store *s, const struct store_row *r)
{
    struct memory_table *t = &memory_of(s)->pending.rows;
    struct memory_row *kept = malloc(sizeof *kept + r->key.len + r->blob.len);
    if (!kept) return ERR_IO;
    kept->row = *r;
    kept->row.key = bytes_of(kept->bytes, r->key.len);
    kept->row.blob = bytes_of(kept->bytes + r->key.len, r->blob.len);
    if (r->key.len) memcpy(kept->bytes, r->key.data, r->key.len);
    if (r->blob.len) memcpy(kept->bytes + r->key.len, r->blob.data, r->blob.len);
    return table_insert(t, t->n, kept);
}

static enum err memory_put_row_key(struct store *s, uint64_t entity, struct bytes key)
{
    struct memory_row const *r = memory_store_row(memory_of(s), entity);
    if (!r) return ERR_IO;
    struct store_row changed = r->row;
    changed.key = key;
    return memory_put_row(s, &changed);
}

static enum err pair_put(struct memory_table *t, uint64_t a, uint64_t b)
{
    struct memory_pair *p = malloc(sizeof *p);
    if (!p) return ERR_IO;
    *p = (struct memory_pair){a, b};
    return table_insert(t, t->n, p);
}

static enum err memory_put_key(struct store *s, uint64_t fingerprint, uint64_t seq)
{
    return pair_put(&memory_of(s)->pending.keys, fingerprint, seq);
}

static enum err memory_put_erasure(struct store *s, uint64_t entity, uint64_t seq)
{
    return pair_put(&memory_of(s)->pending.erasures, entity, seq);
}

static enum err memory_each_record(struct store *s, uint64_t from_seq, store_record_fn *fn,
                                   void *ctx)
{
    struct memory_table const *t = &memory_of(s)->disk.records;
    enum err e = OK;
    for (size_t i = (size_t)from_seq - 1; i < t->n && e == OK; i++) {
        struct store_record const r = record_view(t->items[i], true);
        e = fn(ctx, &r);
    }
    return e;
}

static enum err memory_each_row(struct store *s, bool open_only, store_row_fn *fn, void *ctx)
{
    struct memory_table const *t = &memory_of(s)->disk.rows;
    enum err e = OK;
    for (size_t i = 0; i < t->n && e == OK; i++) {
        struct memory_row const *r = t->items[i];
        if (r->row.open || !open_only) e = fn(ctx, &r->row);
    }
    return e;
}

static enum err pairs_each(const struct memory_table *t, store_pair_fn *fn, void *ctx)
{
    enum err e = OK;
    for (size_t i = 0; i < t->n && e == OK; i++) {
        struct memory_pair const *p = t->items[i];
        e = fn(ctx, p->a, p->b);
    }
    return e;
}

static enum err memory_each_key(struct store *s, store_pair_fn *fn, void *ctx)
{
    struct memory_table const *t = &memory_of(s)->disk.rows;
    enum err e = OK;
    for (size_t i = 0; i < t->n && e == OK; i++) {
        struct memory_row const *r = t->items[i];
        if (r->row.fingerprint) e = fn(ctx, r->row.fingerprint, r->row.first_seq);
    }
    return e ? e : pairs_each(&memory_of(s)->disk.keys, fn, ctx);
}

static enum err memory_each_erasure(struct store *s, store_pair_fn *fn, void *ctx)
{
    return pairs_each(&memory_of(s)->disk.erasures, fn, ctx);
}

static const struct store_ops memory_ops = {
    .begin = memory_begin,
    .commit = memory_commit,
    .rollback = memory_rollback,
    .get_head = memory_get_head,
    .get_record = memory_get_record,
    .get_row = memory_get_row,
    .get_erasure = memory_get_erasure,
    .put_head = memory_put_head,
    .put_record = memory_put_record,
    .put_row = memory_put_row,
    .put_row_key = memory_put_row_key,
    .put_key = memory_put_key,
    .put_erasure = memory_put_erasure,
    .each_record = memory_each_record,
    .each_row = memory_each_row,
    .each_key = memory_each_key,
    .each_erasure = memory_each_erasure,
};

void memory_store_init(struct memory_store *m)
{
    *m = (struct memory_store){.base.ops = &memory_ops};
}

void memory_store_free(struct memory_store *m)
{
    tables_free(&m->disk);
    tables_free(&m->pending);
}
