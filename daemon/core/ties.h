// ties.h - which cases belong to which other case: the threads of one incident to their primary,
// concerns to the record about a service.  One that no longer holds goes when its bucket is next
// looked at.
#ifndef TRIAGED_TIES_H
#define TRIAGED_TIES_H

#include "pages.h"

struct ties {
    struct pages by_parent;
    size_t sweep;
};
size_t ties_bytes(size_t ties_max);
void ties_init(struct ties *t, void *memory, size_t ties_max);
// Ties a child that was never tied, in the same time however many its parent has.  `holds` says of
// a child whether it is tied to anything still.
void ties_first(struct ties *t, uint64_t parent, uint64_t child,
                bool (*holds)(void *ctx, uint64_t child), void *ctx);
// Nothing when it is there already, for which all of its parent's are looked at.
void ties_add(struct ties *t, uint64_t parent, uint64_t child,
              bool (*holds)(void *ctx, uint64_t child), void *ctx);
void ties_remove(struct ties *t, uint64_t parent, uint64_t child);
// The next child, 0 after the last; {0} before the first.
uint64_t ties_next(const struct ties *t, uint64_t parent, struct pages_at *at);

#endif
