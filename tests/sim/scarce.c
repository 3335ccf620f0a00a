// Memory that is refused.  The linker sends every allocation of this program here (--wrap); those
// of the product, and only those, are counted and may fail.
#include "scarce.h"

#include <stddef.h>

static struct {
    bool inside, for_ever;
    unsigned nth, seen, failed;
} scarce;

bool scarce_enter(bool inside)
{
    bool const was = scarce.inside;
    scarce.inside = inside;
    return was;
}

void scarce_fail(unsigned nth, bool for_ever)
{
    scarce.nth = nth;
    scarce.for_ever = for_ever;
    scarce.seen = scarce.failed = 0;
}

void scarce_end(void)
{
    scarce.nth = 0;
}

unsigned scarce_seen(void)
{
    return scarce.seen;
}

unsigned scarce_failed(void)
{
    return scarce.failed;
}

static bool refused(void)
{
    if (!scarce.inside || scarce.nth == 0) return false;
    scarce.seen++;
    bool const fails = scarce.for_ever ? scarce.seen >= scarce.nth : scarce.seen == scarce.nth;
    scarce.failed += fails;
    return fails;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t n);

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t n)
{
    return refused() ? NULL : __real_realloc(at, n);
}
