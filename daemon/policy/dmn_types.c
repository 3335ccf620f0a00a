// Item definitions (DMN 1.5, 7.3.3): the types that a model names itself.
#include "dmn_load.h"

struct type_table {
    size_t n;
    struct type *types; // each TYPE_NAMED, with its name
};

const struct type *type_table_find(const struct type_table *t, const char *name)
{
    for (size_t i = 0; i < t->n; i++) {
        if (t->types[i].name && strcmp(t->types[i].name, name) == 0) return &t->types[i];
    }
    return NULL;
}

size_t type_table_match(const struct type_table *t, struct bytes text, const struct type **out)
{
    size_t best = 0;
    for (size_t i = 0; i < t->n; i++) {
        size_t const len = t->types[i].name ? name_match(text, t->types[i].name) : 0;
        if (len <= best) continue;
        best = len;
        *out = &t->types[i];
    }
    return best;
}

// A name of FEEL, of the model, or a written-out type ("list<number>").
const struct type *load_type(struct loader *l, const xmlNode *at, const char *name)
{
    struct feel_error error;
    if (!name || !*name) return NULL;
    const struct type *t = type_table_find(l->model->types, name);
    if (!t) t = type_of_word(name);
    if (!t && strchr(name, ':') && !strchr(name, '<')) {
        t = type_table_find(l->model->types, strchr(name, ':') + 1);
    }
    if (!t) t = feel_parse_type(l->pool, bytes_text(name), l->model->types, &error);
    if (!t) {
        load_fail(l, at, FEEL_INVALID, pool_format(l->pool, "no type is named '%.100s'", name));
    }
    return t;
}

// Allowed values: unary tests over a slot of their own, with no names in scope.
static void load_allowed(struct loader *l, struct type *t, const xmlNode *n)
{
    const xmlNode *allowed = xml_child(n, "allowedValues");
    if (!allowed) allowed = xml_child(n, "typeConstraint");
    if (!allowed) return;
    const char *const text = xml_child_text(l, allowed);
    if (!*text) return;
    struct ast *const tests = load_tests(l, allowed, text, NULL);
    if (!tests) return;
    struct compiler c;
    compiler_init(&c, l->pool, NULL);
    unsigned const slot = compiler_slot(&c);
    t->allowed = compile_test_program(&c, tests, slot);
    t->allowed_ast = tests;
    if (!t->allowed) load_fail(l, allowed, c.error.why, c.error.text);
    if (c.n_slots_max > FEEL_SLOTS_ALLOWED) {
        load_fail(l, allowed, FEEL_OUTSIDE, "these allowed values need too many variables");
    }
}

static const struct type *load_definition(struct loader *l, const xmlNode *n, int depth);

static const struct type *load_components(struct loader *l, const xmlNode *n, int depth)
{
    struct type *const t = pool_alloc(l->pool, sizeof(*t));
    unsigned const count = xml_count(n, "itemComponent");
    struct component *const parts = pool_alloc(l->pool, (count + 1) * sizeof(*parts));
    *t = (struct type){.kind = TYPE_CONTEXT, .components = parts};
    for (const xmlNode *c = xml_child(n, "itemComponent"); c; c = xml_next(c, "itemComponent")) {
        const char *const name = xml_attribute(l, c, "name");
        struct component *const part = &parts[t->n_components++];
        part->name = name_normal(l->pool, bytes_text(name ? name : ""));
        part->type = load_definition(l, c, depth + 1);
        name_set_add(l->pool, &l->model->names, part->name);
    }
    return t;
}

static const struct type *load_function_item(struct loader *l, const xmlNode *n)
{
    struct type *const t = pool_alloc(l->pool, sizeof(*t));
    unsigned const count = xml_count(n, "parameters");
    struct component *const parts = pool_alloc(l->pool, (count + 1) * sizeof(*parts));
    *t = (struct type){.kind = TYPE_FUNCTION, .components = parts};
    for (const xmlNode *c = xml_child(n, "parameters"); c; c = xml_next(c, "parameters")) {
        const struct type *const type = load_type(l, c, xml_attribute(l, c, "typeRef"));
        parts[t->n_components++].type = type ? type : &TYPE_OF_ANY;
    }
    const struct type *const result = load_type(l, n, xml_attribute(l, n, "outputTypeRef"));
    t->base = result ? result : &TYPE_OF_ANY;
    return t;
}

// What an item definition or a component says: a base, narrowed, and perhaps a list of that.
static const struct type *load_definition(struct loader *l, const xmlNode *n, int depth)
{
    struct type *const t = pool_alloc(l->pool, sizeof(*t));
    const char *const collection = xml_attribute(l, n, "isCollection");
    const xmlNode *const ref = xml_child(n, "typeRef");
    const xmlNode *const function = xml_child(n, "functionItem");
    *t = (struct type){.kind = TYPE_NAMED, .base = &TYPE_OF_ANY};
    if (depth > 32) {
        load_fail(l, n, FEEL_OUTSIDE, "item components are nested too deeply");
    } else if (xml_child(n, "itemComponent")) {
        t->base = load_components(l, n, depth);
    } else if (function) {
        t->base = load_function_item(l, function);
    } else if (ref) {
        const struct type *const base = load_type(l, ref, xml_text(l, ref));
        if (base) t->base = base;
    }
    if (collection && strcmp(collection, "true") == 0) {
        const xmlNode *const whole = xml_child(n, "typeConstraint");
        if (!whole) load_allowed(l, t, n);
        struct type *const list = pool_alloc(l->pool, sizeof(*list));
        *list = (struct type){.kind = TYPE_NAMED, .base = type_list_of(l->pool, t)};
        if (whole) load_allowed(l, list, n);
        return list;
    }
    load_allowed(l, t, n);
    return t;
}

// Following bases from a definition must end: one that leads to itself has no values.
static bool type_ends(const struct type *t)
{
    for (int i = 0; i < 64; i++) {
        if (t->kind != TYPE_NAMED) return true;
        t = t->base;
    }
    return false;
}

void load_types(struct loader *l, const xmlNode *root)
{
    struct type_table *const t = pool_alloc(l->pool, sizeof(*t));
    unsigned const n = xml_count(root, "itemDefinition");
    l->model->types = t;
    if (n > DMN_TYPES_MAX) {
        load_fail(l, root, FEEL_OUTSIDE, "more item definitions than are read");
        return;
    }
    t->types = pool_alloc(l->pool, (n + 1) * sizeof(*t->types));
    for (const xmlNode *d = xml_child(root, "itemDefinition"); d;
         d = xml_next(d, "itemDefinition")) {
        const char *const name = xml_attribute(l, d, "name");
        struct type *const type = &t->types[t->n++];
        *type = (struct type){.kind = TYPE_NAMED, .base = &TYPE_OF_ANY};
        type->name = name ? name_normal(l->pool, bytes_text(name)) : NULL;
    }
    size_t i = 0;
    l->model->definitions = pool_alloc(l->pool, (n + 1) * sizeof(*l->model->definitions));
    for (const xmlNode *d = xml_child(root, "itemDefinition"); d;
         d = xml_next(d, "itemDefinition"), i++) {
        l->model->definitions[l->model->n_definitions++] =
            (struct definition){t->types[i].name ? t->types[i].name : "", xml_flat(l, d)};
        t->types[i].base = load_definition(l, d, 0);
        t->types[i].allowed_ast = t->types[i].base->allowed_ast;
        if (!type_ends(&t->types[i])) {
            load_fail(l, d, FEEL_INVALID, "this item definition is made of itself");
            t->types[i].base = &TYPE_OF_ANY;
        }
    }
}
