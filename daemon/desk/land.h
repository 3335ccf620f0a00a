// land.h - address space taken at open and never after: big tables whose pages cost nothing until
// they are touched.
#ifndef TRIAGED_LAND_H
#define TRIAGED_LAND_H

#include <stddef.h>

#define LAND_PLOTS_MAX 40
struct land {
    size_t n;
    struct {
        void *at;
        size_t size;
    } plots[LAND_PLOTS_MAX];
};

// Zeroed memory, given back by land_close; NULL when the address space is refused.
void *land_take(struct land *l, size_t size);
void land_close(struct land *l);

#endif
