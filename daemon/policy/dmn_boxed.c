// Boxed expressions (DMN 1.5, 7.3 and 10.2): what stands in XML becomes the same tree as text does.
#include "dmn_load.h"

static struct ast *boxed_node(struct loader *l, enum ast_kind kind)
{
    struct ast *const node = pool_alloc(l->pool, sizeof(*node));
    node->kind = kind;
    return node;
}

static void boxed_add(struct ast ***last, struct ast *node)
{
    **last = node;
    *last = &node->next;
}

static const char *boxed_name(struct loader *l, const xmlNode *n)
{
    const char *const name = xml_attribute(l, n, "name");
    return name_normal(l->pool, bytes_text(name ? name : ""));
}

static const struct symbol *boxed_scope(struct loader *l, const struct symbol *scope,
                                        const char *name)
{
    return symbol_push(l->pool, scope, name, SYMBOL_NAME, 0, NULL);
}

static struct ast *boxed_literal(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    const char *const language = xml_attribute(l, n, "expressionLanguage");
    if (xml_child(n, "importedValues")) {
        load_fail(l, n, FEEL_OUTSIDE, "imported values are not read");
        return NULL;
    }
    if (language && !strstr(language, "FEEL") && !strstr(language, "feel")) {
        load_fail(l, n, FEEL_OUTSIDE, "only FEEL is spoken here");
        return NULL;
    }
    return load_feel(l, n, xml_child_text(l, n), scope);
}

// Entries see those before them; the one without a variable is the result.
static struct ast *boxed_context(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_CONTEXT);
    struct ast **last = &node->b;
    node->flags = AST_BOXED;
    for (const xmlNode *e = xml_child(n, "contextEntry"); e; e = xml_next(e, "contextEntry")) {
        const xmlNode *const variable = xml_child(e, "variable");
        const xmlNode *value = xml_first(e);
        while (value && (value == variable || xml_is(value, "description"))) {
            value = xml_after(value);
        }
        struct ast *const expression = value ? load_boxed(l, value, scope) : NULL;
        if (!expression) {
            if (!value) load_fail(l, e, FEEL_INVALID, "a context entry without a value");
            return NULL;
        }
        if (!variable) {
            node->a = expression;
            continue;
        }
        struct ast *const entry = boxed_node(l, AST_ENTRY);
        entry->name = boxed_name(l, variable);
        entry->a = expression;
        entry->type = load_type(l, variable, xml_attribute(l, variable, "typeRef"));
        boxed_add(&last, entry);
        name_set_add(l->pool, &l->model->names, entry->name);
        scope = boxed_scope(l, scope, entry->name);
    }
    return node;
}

static struct ast *boxed_list(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_LIST);
    struct ast **last = &node->b;
    for (const xmlNode *e = xml_first(n); e; e = xml_after(e)) {
        if (xml_is(e, "description")) continue;
        struct ast *const item = load_boxed(l, e, scope);
        if (!item) return NULL;
        boxed_add(&last, item);
    }
    return node;
}

// A relation is a list of contexts with the columns as names.
static struct ast *boxed_relation(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_LIST);
    struct ast **last = &node->b;
    for (const xmlNode *row = xml_child(n, "row"); row; row = xml_next(row, "row")) {
        struct ast *const context = boxed_node(l, AST_CONTEXT);
        struct ast **last_entry = &context->b;
        const xmlNode *column = xml_child(n, "column");
        for (const xmlNode *e = xml_first(row); e && column; e = xml_after(e)) {
            struct ast *const entry = boxed_node(l, AST_ENTRY);
            entry->name = boxed_name(l, column);
            entry->a = load_boxed(l, e, scope);
            if (!entry->a) return NULL;
            name_set_add(l->pool, &l->model->names, entry->name);
            boxed_add(&last_entry, entry);
            column = xml_next(column, "column");
        }
        boxed_add(&last, context);
    }
    return node;
}

static struct ast *boxed_invocation(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_CALL);
    struct ast **last = &node->b;
    const xmlNode *const called = xml_first(n);
    node->a = called ? load_boxed(l, called, scope) : NULL;
    if (!node->a) return NULL;
    for (const xmlNode *b = xml_child(n, "binding"); b; b = xml_next(b, "binding")) {
        const xmlNode *const parameter = xml_child(b, "parameter");
        const xmlNode *const value = parameter ? xml_after(parameter) : NULL;
        if (!parameter || !value) {
            load_fail(l, b, FEEL_INVALID, "a binding needs a parameter and a value");
            return NULL;
        }
        struct ast *const argument = boxed_node(l, AST_PARAMETER);
        argument->name = boxed_name(l, parameter);
        argument->a = load_boxed(l, value, scope);
        if (!argument->a) return NULL;
        boxed_add(&last, argument);
    }
    return node;
}

static struct ast *boxed_function(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    const char *const kind = xml_attribute(l, n, "kind");
    struct ast *const node = boxed_node(l, AST_FUNCTION);
    struct ast **last = &node->b;
    const xmlNode *body = NULL;
    if (kind && strcmp(kind, "FEEL") != 0) {
        load_fail(l, n, FEEL_OUTSIDE, "functions of other languages are not run here");
        return NULL;
    }
    for (const xmlNode *e = xml_first(n); e; e = xml_after(e)) {
        if (xml_is(e, "formalParameter")) {
            struct ast *const p = boxed_node(l, AST_PARAMETER);
            p->name = boxed_name(l, e);
            p->type = load_type(l, e, xml_attribute(l, e, "typeRef"));
            scope = boxed_scope(l, scope, p->name);
            boxed_add(&last, p);
        } else if (!xml_is(e, "description")) {
            body = e;
        }
    }
    if (!body) {
        load_fail(l, n, FEEL_INVALID, "a function without a body");
        return NULL;
    }
    node->a = load_boxed(l, body, scope);
    return node->a ? node : NULL;
}

// The expression inside <if>, <then>, <in>, <match> and their like.
static struct ast *boxed_part(struct loader *l, const xmlNode *n, const char *name,
                              const struct symbol *scope)
{
    const xmlNode *const part = xml_child(n, name);
    const xmlNode *const inside = part ? xml_first(part) : NULL;
    if (inside) return load_boxed(l, inside, scope);
    load_fail(l, n, FEEL_INVALID, pool_format(l->pool, "<%s> is missing", name));
    return NULL;
}

static struct ast *boxed_if(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_IF);
    node->a = boxed_part(l, n, "if", scope);
    node->b = boxed_part(l, n, "then", scope);
    node->c = boxed_part(l, n, "else", scope);
    return node->a && node->b && node->c ? node : NULL;
}

static struct ast *boxed_filter(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_FILTER);
    node->a = boxed_part(l, n, "in", scope);
    node->b = boxed_part(l, n, "match", boxed_scope(l, scope, "item"));
    return node->a && node->b ? node : NULL;
}

static struct ast *boxed_loop(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    bool const is_for = xml_is(n, "for");
    enum ast_kind const kind = is_for ? AST_FOR : xml_is(n, "some") ? AST_SOME : AST_EVERY;
    struct ast *const node = boxed_node(l, kind);
    struct ast *const it = boxed_node(l, AST_ITERATOR);
    const char *const name = xml_attribute(l, n, "iteratorVariable");
    it->name = name_normal(l->pool, bytes_text(name ? name : ""));
    it->a = boxed_part(l, n, "in", scope);
    node->b = it;
    scope = boxed_scope(l, boxed_scope(l, scope, it->name), is_for ? "partial" : it->name);
    node->a = boxed_part(l, n, is_for ? "return" : "satisfies", scope);
    return it->a && node->a ? node : NULL;
}

static struct ast *boxed_table(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct ast *const node = boxed_node(l, AST_TABLE);
    node->table = load_table(l, n, scope);
    return node->table ? node : NULL;
}

static const struct {
    const char *name;
    struct ast *(*load)(struct loader *l, const xmlNode *n, const struct symbol *scope);
} BOXED[] = {
    {"literalExpression", boxed_literal},
    {"decisionTable", boxed_table},
    {"context", boxed_context},
    {"list", boxed_list},
    {"relation", boxed_relation},
    {"invocation", boxed_invocation},
    {"functionDefinition", boxed_function},
    {"encapsulatedLogic", boxed_function},
    {"conditional", boxed_if},
    {"filter", boxed_filter},
    {"for", boxed_loop},
    {"some", boxed_loop},
    {"every", boxed_loop},
};

// An expression with a type of its own is coerced to it; a table's is the decision's.
static struct ast *boxed_typed(struct loader *l, const xmlNode *n, struct ast *e)
{
    const struct type *const type = e && xml_is(n, "literalExpression")
                                        ? load_type(l, n, xml_attribute(l, n, "typeRef"))
                                        : NULL;
    if (!type) return e;
    struct ast *const typed = boxed_node(l, AST_TYPED);
    typed->a = e;
    typed->type = type;
    return typed;
}

struct ast *load_boxed(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    for (size_t i = 0; i < sizeof(BOXED) / sizeof(BOXED[0]); i++) {
        if (xml_is(n, BOXED[i].name)) return boxed_typed(l, n, BOXED[i].load(l, n, scope));
    }
    load_fail(l, n, FEEL_OUTSIDE,
              pool_format(l->pool, "<%.60s> is no expression that is known here", n->name));
    return NULL;
}
