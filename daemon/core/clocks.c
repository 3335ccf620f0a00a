#include "clocks.h"

#include <limits.h>

int64_t span_end(const struct span *s, const struct calendar *c, int64_t from_ms)
{
    switch (s->kind) {
    case SPAN_NONE: break;
    case SPAN_CALENDAR_MS: return from_ms > INT64_MAX - s->amount ? INT64_MAX : from_ms + s->amount;
    case SPAN_WORKING_DAYS:
        return calendar_add_working_days(c, from_ms,
                                         s->amount > INT_MAX ? INT_MAX : (int)s->amount);
    }
    return INT64_MAX;
}
