#include "land.h"

#include "check.h"

#include <sys/mman.h>

void *land_take(struct land *l, size_t size)
{
    CHECK(l->n < LAND_PLOTS_MAX);
    CHECK(size > 0);
    void *at = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                    -1, 0);
    if (at == MAP_FAILED) return NULL;
    // Tables are sparse at first: a huge page would cost 2 MiB for one entry.
    (void)madvise(at, size, MADV_NOHUGEPAGE);
    l->plots[l->n].at = at;
    l->plots[l->n].size = size;
    l->n++;
    return at;
}

void land_close(struct land *l)
{
    for (size_t i = 0; i < l->n; i++) (void)munmap(l->plots[i].at, l->plots[i].size);
    l->n = 0;
}
