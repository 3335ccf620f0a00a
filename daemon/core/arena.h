// arena.h - memory for one message or one turn: taken from a borrowed block, given back at once.
// No allocation can fail silently: an exhausted arena answers NULL and remembers it.
#ifndef TRIAGED_ARENA_H
#define TRIAGED_ARENA_H

#include "bytes.h"

struct arena {
    uint8_t *base;
    size_t size, used, peak;
    bool exhausted; // an allocation was refused since the last reset
};

// Borrows `size` bytes at `memory`; the caller keeps owning them.
void arena_init(struct arena *a, void *memory, size_t size);

// Forgets everything and wipes what was used (what was written may be about a person).
void arena_reset(struct arena *a);

// `size` bytes aligned for any type, not zeroed; NULL when the budget is spent.
void *arena_alloc(struct arena *a, size_t size);
void *arena_zalloc(struct arena *a, size_t size);

// A copy that ends with NUL (not counted in len); data is NULL when the budget is spent.
struct bytes arena_copy(struct arena *a, struct bytes b);
const char *arena_text(struct arena *a, struct bytes b);

// For scratch work inside a message: remember the place, go back to it.
size_t arena_mark(const struct arena *a);
void arena_release(struct arena *a, size_t mark);
// The same for the end of the last allocation, of which nothing was ever written: a reset spares
// it.
void arena_unwritten(struct arena *a, size_t mark);

#endif
