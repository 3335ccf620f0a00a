// What stands behind a dot (DMN 1.5, 10.3.2.5 and table 65): entries of contexts, and the
// properties of dates, times, durations and ranges.
#include "feel_eval.h"

static int64_t duration_whole(struct duration d, int64_t unit, int64_t modulus)
{
    int64_t const n = d.s / unit;
    return modulus ? n % modulus : n;
}

static bool property_date(const struct moment *m, const char *name, struct value *out)
{
    if (strcmp(name, "year") == 0) {
        *out = value_int(m->year);
    } else if (strcmp(name, "month") == 0) {
        *out = value_int(m->month);
    } else if (strcmp(name, "day") == 0) {
        *out = value_int(m->day);
    } else if (strcmp(name, "weekday") == 0) {
        *out = value_int(date_weekday(m));
    } else {
        return false;
    }
    return true;
}

static struct value property_offset(const struct moment *m, bool is_time)
{
    int64_t s;
    bool const zoned = is_time ? time_offset_s(m, &s) : moment_offset_s(m, &s);
    if (!zoned) return value_null();
    return (struct value){.kind = VALUE_DURATION, .duration = {s, 0}};
}

static struct value property_second(const struct moment *m)
{
    struct number ns, s;
    if (!m->nanosecond) return value_int(m->second);
    if (!number_divide(number_from_int(m->nanosecond), number_from_int(1000000000), &ns) ||
        !number_add(number_from_int(m->second), ns, &s)) {
        return value_null();
    }
    return value_number(s);
}

static bool property_time(const struct moment *m, bool is_time, const char *name, struct value *out)
{
    if (strcmp(name, "hour") == 0) {
        *out = value_int(m->hour);
    } else if (strcmp(name, "minute") == 0) {
        *out = value_int(m->minute);
    } else if (strcmp(name, "second") == 0) {
        *out = property_second(m);
    } else if (strcmp(name, "time offset") == 0) {
        *out = property_offset(m, is_time);
    } else if (strcmp(name, "timezone") == 0) {
        *out = m->zone_kind == MOMENT_ZONE ? value_text(zone_name(m->zone)) : value_null();
    } else {
        return false;
    }
    return true;
}

static bool property_span(struct value v, const char *name, struct value *out)
{
    static const struct {
        const char *name;
        enum value_kind kind;
        int64_t unit, modulus;
    } parts[] = {
        {"years", VALUE_MONTHS, 12, 0},      {"months", VALUE_MONTHS, 1, 12},
        {"days", VALUE_DURATION, 86400, 0},  {"hours", VALUE_DURATION, 3600, 24},
        {"minutes", VALUE_DURATION, 60, 60}, {"seconds", VALUE_DURATION, 1, 60},
    };
    for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
        if (v.kind != parts[i].kind || strcmp(name, parts[i].name) != 0) continue;
        struct duration const d =
            v.kind == VALUE_MONTHS ? (struct duration){v.months, 0} : v.duration;
        *out = value_int(duration_whole(d, parts[i].unit, parts[i].modulus));
        return true;
    }
    return false;
}

static bool property_range(const struct range *r, const char *name, struct value *out)
{
    if (strcmp(name, "start") == 0) {
        *out = r->low;
    } else if (strcmp(name, "end") == 0) {
        *out = r->high;
    } else if (strcmp(name, "start included") == 0) {
        *out = value_boolean(r->low_closed);
    } else if (strcmp(name, "end included") == 0) {
        *out = value_boolean(r->high_closed);
    } else {
        return false;
    }
    return true;
}

// A path over a list is the list of the paths of its elements.
static struct value property_items(struct eval *ev, const struct items *items, const char *name)
{
    eval_cost(ev, items->n);
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    struct value *const at = eval_alloc(ev, (items->n + 1) * sizeof(*at));
    for (size_t i = 0; i < items->n; i++) at[i] = op_path(ev, items->at[i], name);
    ev->depth--;
    return eval_items(ev, at, items->n);
}

struct value op_path(struct eval *ev, struct value a, const char *name)
{
    struct value out;
    bool found = false;
    switch (a.kind) {
    case VALUE_CONTEXT: {
        eval_cost(ev, a.context->n / 8);
        const struct value *const v = context_get(a.context, bytes_text(name));
        return v ? *v : eval_error(ev, "the context has no entry of this name");
    }
    case VALUE_ITEMS: return property_items(ev, a.items, name);
    case VALUE_DATE: found = property_date(a.moment, name, &out); break;
    case VALUE_TIME: found = property_time(a.moment, true, name, &out); break;
    case VALUE_DATE_TIME:
        found = property_date(a.moment, name, &out) || property_time(a.moment, false, name, &out);
        break;
    case VALUE_MONTHS:
    case VALUE_DURATION: found = property_span(a, name, &out); break;
    case VALUE_RANGE: found = property_range(a.range, name, &out); break;
    default: break;
    }
    return found ? out : eval_error(ev, "this kind of value has no such property");
}
