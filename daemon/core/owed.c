#include "owed.h"

#include "check.h"

#define OWED_ALIGN  64U
#define CURSOR_BITS 40 // of cursor / OWED_CHUNK, below the recipient's number
#define MIX         0x9e3779b97f4a7c15U

static size_t aligned(size_t n)
{
    return (n + OWED_ALIGN - 1) / OWED_ALIGN * OWED_ALIGN;
}

// Each recipient may leave its first and its last chunk half used.
static size_t chunks_max(size_t recipients, size_t owed)
{
    return owed / OWED_CHUNK + 2 * recipients + 1;
}

size_t owed_bytes(size_t recipients, size_t owed)
{
    size_t const chunks = chunks_max(recipients, owed);
    return aligned(recipients * sizeof(struct recipient)) +
           aligned((recipients + 1) * sizeof(uint32_t)) +
           aligned((chunks + 1) * sizeof(struct owed_chunk)) + aligned(index_bytes(recipients)) +
           aligned(index_bytes(chunks));
}

static uint64_t id_hash(const char *id)
{
    uint64_t h = 0xcbf29ce484222325U; // FNV-1a
    for (; *id != '\0'; id++) h = (h ^ (uint8_t)*id) * 0x100000001b3U;
    return h ^ (h >> 32);
}

static uint64_t key_hash(uint64_t key)
{
    uint64_t const h = key * MIX;
    return h ^ (h >> 32);
}

static uint64_t recipient_hash(const void *ctx, uint32_t item)
{
    const struct owed *o = ctx;
    return id_hash(o->recipients[item - 1].id);
}

static uint32_t *recipient_next(void *ctx, uint32_t item)
{
    struct owed *o = ctx;
    return &o->recipient_next[item];
}

static uint64_t chunk_hash(const void *ctx, uint32_t item)
{
    const struct owed *o = ctx;
    return key_hash(o->chunks[item].key);
}

static uint32_t *chunk_next(void *ctx, uint32_t item)
{
    struct owed *o = ctx;
    return &o->chunks[item].next;
}

void owed_init(struct owed *o, void *memory, size_t recipients, size_t owed)
{
    size_t const chunks = chunks_max(recipients, owed);
    uint8_t *at = memory;
    *o = (struct owed){.recipients_max = recipients, .chunks_max = chunks, .total_max = owed};
    o->recipients = (struct recipient *)(void *)at;
    at += aligned(recipients * sizeof(struct recipient));
    o->recipient_next = (uint32_t *)(void *)at;
    at += aligned((recipients + 1) * sizeof(uint32_t));
    o->chunks = (struct owed_chunk *)(void *)at;
    at += aligned((chunks + 1) * sizeof(struct owed_chunk));
    index_init(&o->by_id, at, recipients, (struct index_items){o, recipient_hash, recipient_next});
    at += aligned(index_bytes(recipients));
    index_init(&o->by_key, at, chunks, (struct index_items){o, chunk_hash, chunk_next});
}

struct recipient *owed_recipient(struct owed *o, const char *id)
{
    uint32_t item = index_first(&o->by_id, id_hash(id));
    while (item != 0 && strncmp(o->recipients[item - 1].id, id, ID_MAX) != 0) {
        item = o->recipient_next[item];
    }
    return item != 0 ? &o->recipients[item - 1] : NULL;
}

enum err owed_recipient_add(struct owed *o, const struct recipient *r, struct recipient **out)
{
    CHECK(owed_recipient(o, r->id) == NULL && r->receipted <= r->cursor);
    if (o->n_recipients == o->recipients_max) return ERR_NO_MEMORY;
    *out = &o->recipients[o->n_recipients++];
    **out = *r;
    index_add(&o->by_id, (uint32_t)o->n_recipients);
    o->total += r->cursor - r->receipted;
    return OK;
}

static uint64_t chunk_key(const struct owed *o, const struct recipient *r, uint64_t cursor)
{
    uint64_t const number = (uint64_t)(r - o->recipients);
    CHECK(number < o->n_recipients && cursor / OWED_CHUNK >> CURSOR_BITS == 0);
    return number << CURSOR_BITS | cursor / OWED_CHUNK;
}

static uint32_t chunk_find(const struct owed *o, uint64_t key)
{
    uint32_t item = index_first(&o->by_key, key_hash(key));
    while (item != 0 && o->chunks[item].key != key) item = o->chunks[item].next;
    return item;
}

static uint32_t chunk_take(struct owed *o, uint64_t key)
{
    uint32_t item = o->chunk_free;
    if (item != 0)
        o->chunk_free = o->chunks[item].next;
    else if (o->chunks_used < o->chunks_max)
        item = (uint32_t)++o->chunks_used;
    else
        return 0;
    memset(&o->chunks[item], 0, sizeof(o->chunks[item]));
    o->chunks[item].key = key;
    index_add(&o->by_key, item);
    return item;
}

static enum err owed_set(struct owed *o, const struct recipient *r, uint64_t cursor, uint64_t seq,
                         int64_t at_ms)
{
    uint64_t const key = chunk_key(o, r, cursor);
    uint32_t item = chunk_find(o, key);
    CHECK(seq != 0);
    if (item == 0) item = chunk_take(o, key);
    if (item == 0) return ERR_NO_MEMORY;
    o->chunks[item].seq[cursor % OWED_CHUNK] = seq;
    o->chunks[item].at_ms[cursor % OWED_CHUNK] = at_ms;
    return OK;
}

enum err owed_append(struct owed *o, struct recipient *r, uint64_t seq, int64_t at_ms)
{
    if (o->total >= o->total_max) return ERR_NO_MEMORY;
    enum err const e = owed_set(o, r, r->cursor + 1, seq, at_ms);
    if (e) return e;
    r->cursor++;
    r->head_seq = seq;
    r->last_seq = seq;
    o->total++;
    return OK;
}

static bool owed_is(const struct recipient *r, uint64_t cursor)
{
    return cursor > r->receipted && cursor <= r->cursor;
}

enum err owed_older(struct owed *o, const struct recipient *r, uint64_t cursor, uint64_t seq,
                    int64_t at_ms)
{
    return owed_is(r, cursor) ? owed_set(o, r, cursor, seq, at_ms) : OK;
}

uint64_t owed_seq(const struct owed *o, const struct recipient *r, uint64_t cursor)
{
    uint32_t const item = owed_is(r, cursor) ? chunk_find(o, chunk_key(o, r, cursor)) : 0;
    return item != 0 ? o->chunks[item].seq[cursor % OWED_CHUNK] : 0;
}

void owed_receipt(struct owed *o, struct recipient *r, uint64_t up_to)
{
    uint64_t const end = up_to < r->cursor ? up_to : r->cursor;
    if (end <= r->receipted) return;
    uint64_t const first = (r->receipted + 1) / OWED_CHUNK;
    // A chunk goes when nothing in it is owed any longer.
    uint64_t const stop = end == r->cursor ? end / OWED_CHUNK + 1 : (end + 1) / OWED_CHUNK;
    for (uint64_t chunk = first; chunk < stop; chunk++) {
        uint32_t const item = chunk_find(o, chunk_key(o, r, chunk * OWED_CHUNK));
        if (item == 0) continue;
        index_remove(&o->by_key, item);
        o->chunks[item].next = o->chunk_free;
        o->chunk_free = item;
    }
    o->total -= end - r->receipted;
    r->receipted = end;
}

int64_t owed_oldest_ms(const struct owed *o)
{
    int64_t oldest = 0;
    for (size_t i = 0; i < o->n_recipients; i++) {
        const struct recipient *r = &o->recipients[i];
        uint64_t const cursor = r->receipted + 1;
        if (!owed_is(r, cursor)) continue;
        uint32_t const item = chunk_find(o, chunk_key(o, r, cursor));
        int64_t const at_ms = item != 0 ? o->chunks[item].at_ms[cursor % OWED_CHUNK] : 0;
        if (at_ms != 0 && (oldest == 0 || at_ms < oldest)) oldest = at_ms;
    }
    return oldest;
}
