// pool.h - memory of one model: grows while it is loaded, is read-only afterwards, freed at once.
// An allocation never returns NULL: at the limit the load leaves through `exit` (see setjmp), so
// that no step of loading has to ask.
#ifndef TRIAGED_POOL_H
#define TRIAGED_POOL_H

#include "bytes.h"

#include <setjmp.h>

#define POOL_BYTES_MAX ((size_t)256 << 20) // of one model
#define POOL_WORK_MAX  ((size_t)20000000)  // comparisons of names while it is loaded

struct pool_block;
struct pool {
    struct pool_block *blocks;
    size_t bytes; // taken from the machine so far
    size_t work;  // done so far
    jmp_buf exit; // set before the first allocation
};

void pool_close(struct pool *p);
void *pool_alloc(struct pool *p, size_t size); // zeroed, aligned for any type
// Counts what loading does once a name for each of many; at the limit it ends as for want of
// memory.
void pool_work(struct pool *p, size_t n);
char *pool_text(struct pool *p, const char *text, size_t len); // a copy that ends with NUL
char *pool_format(struct pool *p, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
