#include "clocks.h"

#include <limits.h>

int64_t span_end(const struct span *s, const struct calendar *c, int64_t from_ms)
{
    if (s->kind == SPAN_CALENDAR_MS)
        return from_ms > INT64_MAX - s->amount ? INT64_MAX : from_ms + s->amount;
    if (s->kind == SPAN_WORKING_DAYS)
        return calendar_add_working_days(c, from_ms,
                                         s->amount > INT_MAX ? INT_MAX : (int)s->amount);
    return INT64_MAX;
}
