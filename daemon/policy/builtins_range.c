// How points and ranges stand to one another (DMN 1.5, 10.3.4.9): Allen's relations.  A point is
// the closed range of itself, which makes most of the rows of the standard's table one rule each.
#include "feel_builtin.h"

struct pair {
    struct range a, b;
    bool a_point, b_point;
};

static bool pair_side(struct value v, struct range *r, bool *point)
{
    *point = v.kind != VALUE_RANGE;
    *r = *point ? (struct range){v, v, true, true, false} : *v.range;
    return value_is_ordered(r->low.kind) && value_is_ordered(r->high.kind);
}

static int order(struct value a, struct value b, bool *ok)
{
    int o = 0;
    if (!value_compare(a, b, &o)) *ok = false;
    return o;
}

// All of a before all of b.
static bool is_before(const struct range *a, const struct range *b, bool *ok)
{
    int const o = order(a->high, b->low, ok);
    return o < 0 || (o == 0 && !(a->high_closed && b->low_closed));
}

static bool meets(const struct range *a, const struct range *b, bool *ok)
{
    return a->high_closed && b->low_closed && order(a->high, b->low, ok) == 0;
}

// Does a begin no later than b, and end no earlier?
static bool starts_no_later(const struct range *a, const struct range *b, bool *ok)
{
    int const o = order(a->low, b->low, ok);
    return o < 0 || (o == 0 && (a->low_closed || !b->low_closed));
}

static bool ends_no_earlier(const struct range *a, const struct range *b, bool *ok)
{
    int const o = order(a->high, b->high, ok);
    return o > 0 || (o == 0 && (a->high_closed || !b->high_closed));
}

static bool includes(const struct range *a, const struct range *b, bool *ok)
{
    return starts_no_later(a, b, ok) && ends_no_earlier(a, b, ok);
}

static bool same_low(const struct range *a, const struct range *b, bool *ok)
{
    return order(a->low, b->low, ok) == 0 && a->low_closed == b->low_closed;
}

static bool same_high(const struct range *a, const struct range *b, bool *ok)
{
    return order(a->high, b->high, ok) == 0 && a->high_closed == b->high_closed;
}

// a starts b: they begin alike, and a ends within b.
static bool starts(const struct range *a, const struct range *b, bool *ok)
{
    return same_low(a, b, ok) && ends_no_earlier(b, a, ok);
}

static bool finishes(const struct range *a, const struct range *b, bool *ok)
{
    return same_high(a, b, ok) && starts_no_later(b, a, ok);
}

static bool overlaps(const struct range *a, const struct range *b, bool *ok)
{
    return !is_before(a, b, ok) && !is_before(b, a, ok);
}

// a begins first and ends inside b, or with it.
static bool overlaps_before(const struct range *a, const struct range *b, bool *ok)
{
    int const low = order(a->low, b->low, ok);
    bool const first = low < 0 || (low == 0 && a->low_closed && !b->low_closed);
    return first && overlaps(a, b, ok) && ends_no_earlier(b, a, ok);
}

static bool coincides(const struct range *a, const struct range *b, bool *ok)
{
    return same_low(a, b, ok) && same_high(a, b, ok);
}

static struct value relate(struct eval *ev, const struct value *args, bool swap,
                           bool (*f)(const struct range *, const struct range *, bool *))
{
    struct pair p;
    bool ok = pair_side(args[0], &p.a, &p.a_point) && pair_side(args[1], &p.b, &p.b_point);
    bool const answer = ok && (swap ? f(&p.b, &p.a, &ok) : f(&p.a, &p.b, &ok));
    return ok ? value_boolean(answer) : eval_error(ev, "these points or ranges have no order");
}

#define RELATION(function, rule, swap)                                                \
    static struct value function(struct eval *ev, const struct value *args, size_t n) \
    {                                                                                 \
        (void)n;                                                                      \
        return relate(ev, args, swap, rule);                                          \
    }

RELATION(run_before, is_before, false)
RELATION(run_after, is_before, true)
RELATION(run_meets, meets, false)
RELATION(run_met_by, meets, true)
RELATION(run_overlaps, overlaps, false)
RELATION(run_overlaps_before, overlaps_before, false)
RELATION(run_overlaps_after, overlaps_before, true)
RELATION(run_finishes, finishes, false)
RELATION(run_finished_by, finishes, true)
RELATION(run_includes, includes, false)
RELATION(run_during, includes, true)
RELATION(run_starts, starts, false)
RELATION(run_started_by, starts, true)
RELATION(run_coincides, coincides, false)

const struct builtin builtins_range[] = {
    BUILTIN("before", 2, 2, "", run_before),
    BUILTIN("after", 2, 2, "", run_after),
    BUILTIN("meets", 2, 2, "range1,range2", run_meets),
    BUILTIN("met by", 2, 2, "range1,range2", run_met_by),
    BUILTIN("overlaps", 2, 2, "range1,range2", run_overlaps),
    BUILTIN("overlaps before", 2, 2, "range1,range2", run_overlaps_before),
    BUILTIN("overlaps after", 2, 2, "range1,range2", run_overlaps_after),
    BUILTIN("finishes", 2, 2, "", run_finishes),
    BUILTIN("finished by", 2, 2, "", run_finished_by),
    BUILTIN("includes", 2, 2, "", run_includes),
    BUILTIN("during", 2, 2, "", run_during),
    BUILTIN("starts", 2, 2, "", run_starts),
    BUILTIN("started by", 2, 2, "", run_started_by),
    BUILTIN("coincides", 2, 2, "", run_coincides),
};
BUILTIN_COUNT(builtins_range);
