// pockets.h - where the errands of open cases lie: beside the cases, in blocks of 1, 2, 4, 8 or 16,
// so that a case without any costs nothing.  A block that is given back is used again for as many.
#ifndef TRIAGED_POCKETS_H
#define TRIAGED_POCKETS_H

#include "errand.h"

#define POCKETS_SIZES 5
_Static_assert(1 << (POCKETS_SIZES - 1) == ERRANDS_MAX, "the largest block holds what a case may");

struct pockets {
    struct errand *all;
    uint32_t used, max;           // places; the first is never used
    uint32_t free[POCKETS_SIZES]; // first free block of each size, 0 none
    uint32_t live;                // places in blocks that are in use
};

size_t pockets_bytes(size_t errands_max);
void pockets_init(struct pockets *p, void *memory, size_t errands_max);
// Is there room for one more block of `n`?
bool pockets_room(const struct pockets *p, size_t n);
// Keeps `list` in the place of what was kept at `old` (NULL: nothing).  `list` may lie anywhere, in
// `old` too.  NULL: nothing is kept, as n is 0 or there was no room.
struct errand *pockets_put(struct pockets *p, struct errand *old, size_t n_old,
                           const struct errand *list, size_t n);

#endif
