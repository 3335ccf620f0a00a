// mine.h - the cases of one referrer, newest first: one number a case, chained.
#ifndef TRIAGED_MINE_H
#define TRIAGED_MINE_H

#include "inside.h"

enum err mine_init(struct desk *d);
void mine_add(struct desk *d, const struct casefile *f);
uint64_t mine_first(const struct desk *d, const struct caller *c); // 0: none
uint64_t mine_next(const struct desk *d, uint64_t no);

#endif
