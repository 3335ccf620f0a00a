#include "feel_value.h"

static const char *const VALUE_WORDS[] = {
#define VALUE_WORD(kind, word) [kind] = word,
    VALUE_LIST(VALUE_WORD)
#undef VALUE_WORD
};

const char *value_kind_word(enum value_kind kind)
{
    return kind < VALUE_KINDS ? VALUE_WORDS[kind] : "?";
}

enum ternary ternary_and(enum ternary a, enum ternary b)
{
    if (a == TERNARY_FALSE || b == TERNARY_FALSE) return TERNARY_FALSE;
    return a == TERNARY_TRUE && b == TERNARY_TRUE ? TERNARY_TRUE : TERNARY_UNKNOWN;
}

enum ternary ternary_or(enum ternary a, enum ternary b)
{
    if (a == TERNARY_TRUE || b == TERNARY_TRUE) return TERNARY_TRUE;
    return a == TERNARY_FALSE && b == TERNARY_FALSE ? TERNARY_FALSE : TERNARY_UNKNOWN;
}

enum ternary ternary_not(enum ternary a)
{
    if (a == TERNARY_UNKNOWN) return TERNARY_UNKNOWN;
    return a == TERNARY_TRUE ? TERNARY_FALSE : TERNARY_TRUE;
}

enum ternary ternary_of(struct value v)
{
    if (v.kind != VALUE_BOOLEAN) return TERNARY_UNKNOWN;
    return v.boolean ? TERNARY_TRUE : TERNARY_FALSE;
}

struct value value_ternary(enum ternary t)
{
    return t == TERNARY_UNKNOWN ? value_null() : value_boolean(t == TERNARY_TRUE);
}

static enum ternary ternary_from(bool b)
{
    return b ? TERNARY_TRUE : TERNARY_FALSE;
}

static enum ternary items_equal(const struct items *a, const struct items *b)
{
    enum ternary all = TERNARY_TRUE;
    if (a->n != b->n) return TERNARY_FALSE;
    for (size_t i = 0; i < a->n; i++) all = ternary_and(all, value_equal(a->at[i], b->at[i]));
    return all;
}

// Contexts are equal when they have the same names with equal values, in any order.
static enum ternary contexts_equal(const struct context *a, const struct context *b)
{
    enum ternary all = TERNARY_TRUE;
    if (a->n != b->n) return TERNARY_FALSE;
    for (size_t i = 0; i < a->n; i++) {
        const struct value *const other = context_get(b, a->at[i].name);
        if (!other) return TERNARY_FALSE;
        all = ternary_and(all, value_equal(a->at[i].value, *other));
    }
    return all;
}

static enum ternary ranges_equal(const struct range *a, const struct range *b)
{
    if (a->low_closed != b->low_closed || a->high_closed != b->high_closed) return TERNARY_FALSE;
    return ternary_and(value_equal(a->low, b->low), value_equal(a->high, b->high));
}

enum ternary value_equal(struct value a, struct value b)
{
    int order;
    if (a.kind == VALUE_NULL || b.kind == VALUE_NULL) return ternary_from(a.kind == b.kind);
    if (a.kind != b.kind) return TERNARY_UNKNOWN;
    switch (a.kind) {
    case VALUE_BOOLEAN: return ternary_from(a.boolean == b.boolean);
    case VALUE_STRING: return ternary_from(bytes_equal(a.string, b.string));
    case VALUE_ITEMS: return items_equal(a.items, b.items);
    case VALUE_CONTEXT: return contexts_equal(a.context, b.context);
    case VALUE_RANGE: return ranges_equal(a.range, b.range);
    case VALUE_FUNCTION: return a.function == b.function ? TERNARY_TRUE : TERNARY_UNKNOWN;
    // A reading with a zone and one without are different things, not unequal instants.
    default: return value_compare(a, b, &order) ? ternary_from(order == 0) : TERNARY_FALSE;
    }
}

static size_t entries_weight(const struct context *c, size_t most)
{
    size_t n = 1 + c->n * c->n / 8; // names are looked for one after the other
    for (size_t i = 0; i < c->n && n < most; i++) n += value_weight(c->at[i].value, most - n);
    return n;
}

size_t value_weight(struct value v, size_t most)
{
    size_t n = 1;
    switch (v.kind) {
    case VALUE_STRING: return 1 + v.string.len / 64;
    case VALUE_ITEMS:
        for (size_t i = 0; i < v.items->n && n < most; i++) {
            n += value_weight(v.items->at[i], most - n);
        }
        return n;
    case VALUE_CONTEXT: return entries_weight(v.context, most);
    case VALUE_RANGE: return value_weight(v.range->low, most) + value_weight(v.range->high, most);
    default: return 1;
    }
}

bool value_is_ordered(enum value_kind kind)
{
    return kind >= VALUE_NUMBER && kind <= VALUE_DURATION;
}

static int string_compare(struct bytes a, struct bytes b)
{
    size_t const n = a.len < b.len ? a.len : b.len;
    int const order = n ? memcmp(a.data, b.data, n) : 0; // UTF-8 sorts by code point
    if (order) return order < 0 ? -1 : 1;
    return (a.len > b.len) - (a.len < b.len);
}

bool value_compare(struct value a, struct value b, int *order)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_NUMBER: *order = number_compare(a.number, b.number); return true;
    case VALUE_STRING: *order = string_compare(a.string, b.string); return true;
    case VALUE_DATE: {
        int64_t const x = date_days(a.moment), y = date_days(b.moment);
        *order = (x > y) - (x < y);
        return true;
    }
    case VALUE_TIME: return time_compare(a.moment, b.moment, order);
    case VALUE_DATE_TIME: return moment_compare(a.moment, b.moment, order);
    case VALUE_MONTHS: *order = (a.months > b.months) - (a.months < b.months); return true;
    case VALUE_DURATION: *order = duration_compare(a.duration, b.duration); return true;
    default: return false;
    }
}

enum ternary value_less(struct value a, struct value b, bool or_equal)
{
    int order;
    if (!value_compare(a, b, &order)) return TERNARY_UNKNOWN;
    return ternary_from(order < 0 || (or_equal && order == 0));
}

enum ternary value_in_range(struct value point, const struct range *r)
{
    if (point.kind == VALUE_NULL) return TERNARY_UNKNOWN;
    enum ternary const above = r->low.kind == VALUE_NULL && r->unbound
                                   ? TERNARY_TRUE
                                   : value_less(r->low, point, r->low_closed);
    enum ternary const below = r->high.kind == VALUE_NULL && r->unbound
                                   ? TERNARY_TRUE
                                   : value_less(point, r->high, r->high_closed);
    // A known "no" would do, but an end that is not known makes the range itself doubtful.
    if (above == TERNARY_UNKNOWN || below == TERNARY_UNKNOWN) return TERNARY_UNKNOWN;
    return ternary_and(above, below);
}

const struct value *context_get(const struct context *c, struct bytes name)
{
    for (size_t i = 0; i < c->n; i++) {
        if (bytes_equal(c->at[i].name, name)) return &c->at[i].value;
    }
    return NULL;
}

bool value_parse_at(struct bytes text, struct moment *m, struct value *out)
{
    *out = (struct value){.kind = VALUE_DURATION};
    if (duration_parse(text, &out->duration)) return true;
    out->kind = VALUE_MONTHS;
    if (months_parse(text, &out->months)) return true;
    out->moment = m;
    out->kind = VALUE_DATE;
    if (feel_date_parse(text, m)) return true;
    out->kind = VALUE_TIME;
    if (time_parse(text, m)) return true;
    out->kind = VALUE_DATE_TIME;
    return date_time_parse(text, m);
}
