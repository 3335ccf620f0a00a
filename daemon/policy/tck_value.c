#include "tck_value.h"

#include "feel_print.h"

static const char *tck_attribute(struct loader *l, const xmlNode *n, const char *name)
{
    const char *const text = xml_attribute(l, n, name);
    const char *const colon = text ? strchr(text, ':') : NULL;
    return colon ? colon + 1 : text;
}

static bool tck_duration(struct bytes text, struct value *out)
{
    out->kind = VALUE_DURATION;
    if (duration_parse(text, &out->duration)) return true;
    out->kind = VALUE_MONTHS;
    return months_parse(text, &out->months);
}

static bool tck_moment(struct loader *l, const char *type, struct bytes text, struct value *out)
{
    struct moment *const m = pool_alloc(l->pool, sizeof(*m));
    out->moment = m;
    if (strcmp(type, "date") == 0) {
        out->kind = VALUE_DATE;
        return feel_date_parse(text, m);
    }
    if (strcmp(type, "time") == 0) {
        out->kind = VALUE_TIME;
        return time_parse(text, m);
    }
    out->kind = VALUE_DATE_TIME;
    return date_time_parse(text, m);
}

// A <value> with an xsi:type; without one it is a string.
static bool tck_simple(struct loader *l, const xmlNode *n, struct value *out)
{
    const char *const type = tck_attribute(l, n, "type");
    const char *const nil = xml_attribute(l, n, "nil");
    size_t len = 0;
    for (const xmlNode *c = n->children; c; c = c->next) {
        if (c->content) len += strlen((const char *)c->content);
    }
    struct bytes const text = bytes_text(xml_text(l, n));
    *out = value_null();
    if (nil && strcmp(nil, "true") == 0) return true;
    if (!type || strcmp(type, "string") == 0) {
        // Strings keep their spaces.
        const xmlNode *const only = n->children;
        *out = value_string(text);
        if (only && !only->next && only->content) {
            *out = value_text(pool_text(l->pool, (const char *)only->content, len));
        }
        return true;
    }
    if (strcmp(type, "boolean") == 0) {
        *out = value_boolean(bytes_equal(text, bytes_text("true")));
        return true;
    }
    if (strcmp(type, "duration") == 0 || strstr(type, "Duration")) return tck_duration(text, out);
    if (strcmp(type, "date") == 0 || strcmp(type, "time") == 0 || strcmp(type, "dateTime") == 0) {
        return tck_moment(l, type, text, out);
    }
    out->kind = VALUE_NUMBER;
    return number_parse(text, &out->number);
}

static bool tck_list(struct loader *l, struct eval *ev, const xmlNode *n, struct value *out)
{
    unsigned const count = xml_count(n, "item");
    struct value *const at = pool_alloc(l->pool, (count + 1) * sizeof(*at));
    unsigned i = 0;
    for (const xmlNode *item = xml_child(n, "item"); item; item = xml_next(item, "item")) {
        if (!tck_value(l, ev, item, &at[i++])) return false;
    }
    struct items *const items = pool_alloc(l->pool, sizeof(*items));
    *items = (struct items){count, at};
    *out = (struct value){.kind = VALUE_ITEMS, .items = items};
    return true;
}

static bool tck_context(struct loader *l, struct eval *ev, const xmlNode *n, struct value *out)
{
    unsigned const count = xml_count(n, "component");
    struct entry *const at = pool_alloc(l->pool, (count + 1) * sizeof(*at));
    unsigned i = 0;
    for (const xmlNode *c = xml_child(n, "component"); c; c = xml_next(c, "component"), i++) {
        const char *const name = xml_attribute(l, c, "name");
        at[i].name = bytes_text(name_normal(l->pool, bytes_text(name ? name : "")));
        if (!tck_value(l, ev, c, &at[i].value)) return false;
    }
    struct context *const context = pool_alloc(l->pool, sizeof(*context));
    *context = (struct context){count, at};
    *out = (struct value){.kind = VALUE_CONTEXT, .context = context};
    return true;
}

bool tck_value(struct loader *l, struct eval *ev, const xmlNode *n, struct value *out)
{
    const xmlNode *const value = xml_child(n, "value");
    const xmlNode *const list = xml_child(n, "list");
    const char *const nil = xml_attribute(l, n, "nil");
    *out = value_null();
    if (nil && strcmp(nil, "true") == 0) return true;
    if (list) {
        const char *const none = xml_attribute(l, list, "nil");
        return (none && strcmp(none, "true") == 0) || tck_list(l, ev, list, out);
    }
    if (xml_child(n, "component")) return tck_context(l, ev, n, out);
    return !value || tck_simple(l, value, out);
}

bool tck_input(struct loader *l, struct eval *ev, const struct model *m, const xmlNode *n)
{
    const char *const name = xml_attribute(l, n, "name");
    int const i = model_find_any(m, name_normal(l->pool, bytes_text(name ? name : "")));
    struct value v;
    if (!tck_value(l, ev, n, &v)) return false;
    if (i < 0) return true; // an input that the model does not have is not read
    model_give(ev, (unsigned)i, v);
    return true;
}

static bool same_numbers(struct number a, struct number b)
{
    struct number apart, limit;
    if (number_compare(a, b) == 0) return true;
    if (!number_subtract(a, b, &apart) || !number_parse(bytes_text("0.00000001"), &limit)) {
        return false;
    }
    if (number_is_negative(apart)) apart = number_negate(apart);
    return number_compare(apart, limit) <= 0;
}

static bool same_items(const struct items *a, const struct items *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++) {
        if (!tck_same(a->at[i], b->at[i])) return false;
    }
    return true;
}

static bool same_contexts(const struct context *a, const struct context *b)
{
    if (a->n != b->n) return false;
    for (size_t i = 0; i < a->n; i++) {
        const struct value *const v = context_get(b, a->at[i].name);
        if (!v || !tck_same(a->at[i].value, *v)) return false;
    }
    return true;
}

bool tck_same(struct value a, struct value b)
{
    if (a.kind != b.kind) return false;
    switch (a.kind) {
    case VALUE_NUMBER: return same_numbers(a.number, b.number);
    case VALUE_ITEMS: return same_items(a.items, b.items);
    case VALUE_CONTEXT: return same_contexts(a.context, b.context);
    case VALUE_TIME:
    case VALUE_DATE_TIME:
        return moment_same_zone(a.moment, b.moment) && value_equal(a, b) == TERNARY_TRUE;
    default: return value_equal(a, b) == TERNARY_TRUE;
    }
}

const char *tck_difference(struct loader *l, struct value got, struct value want)
{
    char text[400];
    struct printer p = {text, sizeof(text) - 1, 0};
    print_text(&p, bytes_text("got "));
    print_value(&p, got, true);
    print_text(&p, bytes_text(", expected "));
    print_value(&p, want, true);
    return pool_text(l->pool, text, p.len < sizeof(text) - 1 ? p.len : sizeof(text) - 1);
}
