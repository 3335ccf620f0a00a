#include "mine.h"

#include "session.h"

enum err mine_init(struct desk *d)
{
    size_t const n = (size_t)d->settings.limits.cases_total_max + 1;
    d->mine = land_take(&d->land, n * sizeof *d->mine);
    return d->mine ? OK : ERR_NO_MEMORY;
}

void mine_add(struct desk *d, const struct casefile *f)
{
    struct caller *c = caller_of(d, f->referrer);
    if (!c || f->no > (uint64_t)d->settings.limits.cases_total_max) return;
    d->mine[f->no] = c->last_case;
    c->last_case = (uint32_t)f->no;
}

uint64_t mine_first(const struct desk *d, const struct caller *c)
{
    (void)d;
    return c->last_case;
}

uint64_t mine_next(const struct desk *d, uint64_t no)
{
    return d->mine[no];
}
