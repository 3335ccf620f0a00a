// pending.h - messages that wait for a read.  A handler asks for what it needs; what is not in
// memory is read, and the message is dispatched again from its first line once everything asked for
// is there. So a handler changes nothing before it has all it needs.
#ifndef TRIAGED_PENDING_H
#define TRIAGED_PENDING_H

#include "inside.h"

enum err pending_init(struct desk *d);
void pending_close(struct desk *d);

// What a handler gets.  NULL: parked (say nothing) or refused (answered already).
const struct casefile *pending_case(struct desk *d, struct message *m, uint64_t no, enum err *e);
struct record {
    struct bytes header, body;
    uint64_t entity;
    bool erased;
};
// ERR_NOT_FOUND, ERR_IO ... when it cannot be read; ERR_BUSY when too much waits already.
bool pending_record(struct desk *d, struct message *m, uint64_t seq, struct record *out,
                    enum err *e);
// The same, and if it must be read, up to `follow` records of the same entity before it with it.
bool pending_story(struct desk *d, struct message *m, uint64_t seq, unsigned follow,
                   struct record *out, enum err *e);

// A message of ours that goes on in `resume` with `raw` once turn_resume lets it; NULL when full.
struct pending *pending_make(struct desk *d, const struct peer *to, pending_fn *resume,
                             struct bytes raw);
// Is this the same request of the same connection, sent again?
bool pending_same(const struct pending *p, const struct message *m);
void pending_resume(struct desk *d, struct pending *p);
void pending_drop(struct desk *d, struct pending *p);

// The row of this closed case on disk is newer than one that was read before.
void pending_stale(struct desk *d, uint64_t entity);

#endif
