// owed.h - the recipients of notices, and where each notice that is still owed stands in the
// ledger.
#ifndef TRIAGED_OWED_H
#define TRIAGED_OWED_H

#include "err.h"
#include "event.h"
#include "index.h"

#define OWED_CHUNK 16 // cursors that share a chunk

struct owed_chunk {
    uint64_t seq[OWED_CHUNK]; // 0: not in memory
    int64_t at_ms[OWED_CHUNK];
    uint64_t key; // recipient << 40 | cursor / OWED_CHUNK
    uint32_t next;
};
struct owed {
    struct recipient *recipients;
    uint32_t *recipient_next;
    struct owed_chunk *chunks; // from 1
    size_t n_recipients, recipients_max, chunks_used, chunks_max;
    uint32_t chunk_free;
    uint64_t total, total_max;
    struct index by_id, by_key;
};

size_t owed_bytes(size_t recipients_max, size_t owed_max);
void owed_init(struct owed *o, void *memory, size_t recipients_max, size_t owed_max);
struct recipient *owed_recipient(struct owed *o, const char *id);
enum err owed_recipient_add(struct owed *o, const struct recipient *r, struct recipient **out);
enum err owed_append(struct owed *o, struct recipient *r, uint64_t seq, int64_t at_ms);
enum err owed_older(struct owed *o, const struct recipient *r, uint64_t cursor, uint64_t seq,
                    int64_t at_ms);
uint64_t owed_seq(const struct owed *o, const struct recipient *r, uint64_t cursor);
void owed_receipt(struct owed *o, struct recipient *r, uint64_t up_to);
int64_t owed_oldest_ms(const struct owed *o);

#endif
