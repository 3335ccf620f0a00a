// What operators stand between: literals, names, calls, paths, filters, lists, contexts, ranges.
#include "feel_parse_in.h"

#include "feel_builtin.h"

static struct ast *parse_literal(struct parser *p, struct value v)
{
    struct ast *const node = parser_node(p, AST_LITERAL, NULL, NULL);
    node->value = v;
    lexer_next(&p->lexer);
    return node;
}

static struct ast *parse_number(struct parser *p)
{
    struct number n;
    if (!number_parse(p->lexer.token.text, &n)) return parser_fail(p, "no such number");
    return parse_literal(p, value_number(n));
}

static struct ast *parse_string(struct parser *p)
{
    struct bytes text;
    if (!lexer_unescape(p->pool, p->lexer.token.text, &text)) {
        return parser_fail(p, "an escape in this string has no meaning");
    }
    return parse_literal(p, value_string(text));
}

// At literal (rule 66): @"2021-01-02" is a date, time, date and time or duration by its form.
static struct ast *parse_at(struct parser *p)
{
    struct bytes text;
    struct value v;
    if (p->lexer.token.kind != TOKEN_STRING) return parser_fail(p, "'@' needs a string here");
    if (!lexer_unescape(p->pool, p->lexer.token.text, &text)) text = BYTES_NONE;
    struct moment *const m = pool_alloc(p->pool, sizeof(*m));
    if (value_parse_at(text, m, &v)) return parse_literal(p, v);
    return parser_fail(p, "no date, time or duration is written like this");
}

static bool parse_range_end(struct parser *p, struct ast *range)
{
    if (parser_take(p, SIGN(']', 0))) {
        range->flags |= AST_HIGH_CLOSED;
        return true;
    }
    if (parser_take(p, SIGN(')', 0)) || parser_take(p, SIGN('[', 0))) return true;
    parser_fail(p, "a range ends with ')', '[' or ']'");
    return false;
}

// "low .. high" after its opening bracket, of which `a` is already read.
static struct ast *parse_range(struct parser *p, struct ast *a, bool closed)
{
    struct ast *const range = parser_node(p, AST_RANGE, a, NULL);
    if (!(range->b = parse_expression(p))) return NULL;
    range->flags = closed ? AST_LOW_CLOSED : 0;
    return parse_range_end(p, range) ? range : NULL;
}

// "(< 10)" is the range of all that is less than 10 (rule 7.c)
static struct ast *parse_unary_range(struct parser *p)
{
    struct ast *const test = parse_positive_test(p);
    if (!test || !parser_expect(p, SIGN(')', 0))) return NULL;
    struct ast *const none = parser_node(p, AST_LITERAL, NULL, NULL);
    struct ast *const range = parser_node(p, AST_RANGE, none, none);
    if (test->op == AST_LESS || test->op == AST_LESS_EQUAL) {
        range->b = test->a;
    } else if (test->op == AST_GREATER || test->op == AST_GREATER_EQUAL) {
        range->a = test->a;
    } else if (test->op == AST_EQUAL) {
        range->a = range->b = test->a;
        range->flags = AST_LOW_CLOSED | AST_HIGH_CLOSED;
    } else {
        return parser_fail(p, "'!=' is no range");
    }
    if (test->op == AST_LESS_EQUAL) range->flags = AST_HIGH_CLOSED;
    if (test->op == AST_GREATER_EQUAL) range->flags = AST_LOW_CLOSED;
    if (test->op != AST_EQUAL) range->flags |= AST_UNBOUND;
    return range;
}

// "( e )" or "( low .. high ]"
static struct ast *parse_bracket(struct parser *p)
{
    static const unsigned tests[] = {SIGN('<', 0),   SIGN('<', '='), SIGN('>', 0),
                                     SIGN('>', '='), SIGN('=', 0),   SIGN('!', '=')};
    lexer_next(&p->lexer);
    for (size_t i = 0; i < sizeof(tests) / sizeof(tests[0]); i++) {
        if (lexer_is_sign(&p->lexer, tests[i])) return parse_unary_range(p);
    }
    struct ast *const e = parse_expression(p);
    if (!e) return NULL;
    if (parser_take(p, SIGN('.', '.'))) return parse_range(p, e, false);
    return parser_expect(p, SIGN(')', 0)) ? e : NULL;
}

// "[ a, b ]" (rule 56) or "[ low .. high )"
static struct ast *parse_list(struct parser *p)
{
    struct ast *const node = parser_node(p, AST_LIST, NULL, NULL);
    struct ast_list list;
    ast_list_init(&list);
    lexer_next(&p->lexer);
    while (!parser_take(p, SIGN(']', 0))) {
        if (list.first && !parser_expect(p, SIGN(',', 0))) return NULL;
        struct ast *const e = parse_expression(p);
        if (!e) return NULL;
        if (!list.first && parser_take(p, SIGN('.', '.'))) return parse_range(p, e, true);
        ast_list_add(&list, e);
    }
    node->b = list.first;
    return node;
}

// "]low .. high[" : the other way to write an open start
static struct ast *parse_open_range(struct parser *p)
{
    lexer_next(&p->lexer);
    struct ast *const low = parse_expression(p);
    if (!low) return NULL;
    return parser_expect(p, SIGN('.', '.')) ? parse_range(p, low, false) : NULL;
}

static const char *parse_key(struct parser *p)
{
    struct bytes text;
    if (p->lexer.token.kind != TOKEN_STRING) return parse_new_name(p, ":", NULL);
    if (!lexer_unescape(p->pool, p->lexer.token.text, &text)) {
        parser_fail(p, "an escape in this key has no meaning");
        return NULL;
    }
    lexer_next(&p->lexer);
    return (const char *)text.data;
}

// "{ key: e, ... }" (rules 57 to 59); a key is in scope for the entries after it.
static struct ast *parse_context(struct parser *p)
{
    const struct symbol *const scope = p->scope;
    struct ast *const node = parser_node(p, AST_CONTEXT, NULL, NULL);
    struct ast_list list;
    ast_list_init(&list);
    lexer_next(&p->lexer);
    while (!parser_take(p, SIGN('}', 0))) {
        if (list.first && !parser_expect(p, SIGN(',', 0))) return NULL;
        struct ast *const entry = parser_node(p, AST_ENTRY, NULL, NULL);
        if (!(entry->name = parse_key(p)) || !parser_expect(p, SIGN(':', 0))) return NULL;
        for (const struct ast *e = list.first; e; e = e->next) {
            if (strcmp(e->name, entry->name) == 0) {
                return parser_fail(p, "this key is in the context already");
            }
        }
        if (!(entry->a = parse_expression(p))) return NULL;
        ast_list_add(&list, entry);
        p->scope = symbol_push(p->pool, p->scope, entry->name, SYMBOL_NAME, 0, NULL);
        name_set_add(p->pool, p->names, entry->name);
    }
    p->scope = scope;
    node->b = list.first;
    return node;
}

static struct bytes parser_rest(const struct parser *p)
{
    const struct lexer *const l = &p->lexer;
    return bytes_of(l->source.data + l->token.at, l->source.len - l->token.at);
}

static size_t parser_longest(const struct parser *p, const char **name)
{
    size_t best = 0;
    struct bytes const rest = parser_rest(p);
    pool_work(p->pool, p->names->n);
    for (size_t i = 0; i < p->names->n; i++) {
        size_t const len = name_match(rest, p->names->names[i]);
        if (len <= best) continue;
        best = len;
        *name = p->names->names[i];
    }
    return best;
}

// The longest name in scope that the text starts with; a single word when there is none.
static struct ast *parse_name(struct parser *p)
{
    struct ast *const node = parser_node(p, AST_NAME, NULL, NULL);
    struct bytes const rest = parser_rest(p);
    size_t best = 0;
    for (const struct symbol *s = p->scope; s; s = s->next) {
        size_t const len = s->name ? name_match(rest, s->name) : 0;
        if (len <= best) continue;
        best = len;
        node->name = s->name;
    }
    const char *other = NULL;
    size_t const function = builtin_match(rest, &other);
    if (function > best) {
        best = function;
        node->name = other;
    }
    size_t const entry = p->filter ? parser_longest(p, &other) : 0;
    if (entry > best) {
        best = entry;
        node->name = other;
    }
    if (!best) {
        best = p->lexer.token.end - p->lexer.token.at;
        node->name = name_normal(p->pool, p->lexer.token.text);
    }
    lexer_seek(&p->lexer, p->lexer.token.at + best);
    return node;
}

// The name after a dot (rule 20): of a component, of a context's key, or of a property.
static struct ast *parse_path(struct parser *p, struct ast *a)
{
    static const char *const properties[] = {"time offset", "start included", "end included"};
    struct ast *const node = parser_node(p, AST_PATH, a, NULL);
    if (p->lexer.token.kind != TOKEN_WORD) return parser_fail(p, "a name is expected after '.'");
    size_t best = parser_longest(p, &node->name);
    for (size_t i = 0; i < sizeof(properties) / sizeof(properties[0]); i++) {
        size_t const len = name_match(parser_rest(p), properties[i]);
        if (len <= best) continue;
        best = len;
        node->name = properties[i];
    }
    if (!best) {
        best = p->lexer.token.end - p->lexer.token.at;
        node->name = name_normal(p->pool, p->lexer.token.text);
    }
    lexer_seek(&p->lexer, p->lexer.token.at + best);
    return node;
}

// Is this argument named ("from: e")?  Its name then, else NULL and nothing is read.
static const char *parse_argument_name(struct parser *p)
{
    struct lexer probe = p->lexer;
    while (probe.token.kind == TOKEN_WORD) lexer_next(&probe);
    if (probe.token.at == p->lexer.token.at || !lexer_is_sign(&probe, SIGN(':', 0))) return NULL;
    return parse_new_name(p, ":", NULL);
}

// "( arguments )" (rules 38 to 41)
static struct ast *parse_call(struct parser *p, struct ast *function)
{
    struct ast *const node = parser_node(p, AST_CALL, function, NULL);
    struct ast_list list;
    size_t n_named = 0, n = 0;
    ast_list_init(&list);
    lexer_next(&p->lexer);
    while (!parser_take(p, SIGN(')', 0))) {
        if (n && !parser_expect(p, SIGN(',', 0))) return NULL;
        const char *const name = parse_argument_name(p);
        if (name) {
            lexer_next(&p->lexer);
            n_named++;
        }
        struct ast *const wrap = parser_node(p, AST_PARAMETER, parse_expression(p), NULL);
        if (!wrap->a) return NULL;
        wrap->name = name;
        ast_list_add(&list, wrap);
        n++;
    }
    if (n_named && n_named != n) return parser_fail(p, "either all arguments are named or none");
    node->b = list.first;
    return node;
}

// "e[ condition or index ]" (rule 52): inside, the item and its entries are in scope.
static struct ast *parse_filter(struct parser *p, struct ast *a)
{
    const struct symbol *const scope = p->scope;
    bool const was = p->filter;
    lexer_next(&p->lexer);
    p->filter = true;
    p->scope = symbol_push(p->pool, p->scope, "item", SYMBOL_NAME, 0, NULL);
    struct ast *const b = parse_expression(p);
    p->scope = scope;
    p->filter = was;
    if (!b || !parser_expect(p, SIGN(']', 0))) return NULL;
    return parser_node(p, AST_FILTER, a, b);
}

static struct ast *parse_atom(struct parser *p)
{
    switch (p->lexer.token.kind) {
    case TOKEN_NUMBER: return parse_number(p);
    case TOKEN_STRING: return parse_string(p);
    case TOKEN_SIGN:
        if (lexer_is_sign(&p->lexer, SIGN('(', 0))) return parse_bracket(p);
        if (lexer_is_sign(&p->lexer, SIGN('[', 0))) return parse_list(p);
        if (lexer_is_sign(&p->lexer, SIGN(']', 0))) return parse_open_range(p);
        if (lexer_is_sign(&p->lexer, SIGN('{', 0))) return parse_context(p);
        if (parser_take(p, SIGN('@', 0))) return parse_at(p);
        return parser_fail(p, "an expression is expected here");
    case TOKEN_WORD: break;
    case TOKEN_END: return parser_fail(p, "the expression ends too early");
    case TOKEN_BAD: return parser_fail(p, "a character that starts nothing");
    }
    if (lexer_is_word(&p->lexer, "null")) return parse_literal(p, value_null());
    if (lexer_is_word(&p->lexer, "true")) return parse_literal(p, value_boolean(true));
    if (lexer_is_word(&p->lexer, "false")) return parse_literal(p, value_boolean(false));
    if (parser_take_word(p, "function")) return parse_function(p);
    if (lexer_is_word(&p->lexer, "if") || lexer_is_word(&p->lexer, "for") ||
        lexer_is_word(&p->lexer, "some") || lexer_is_word(&p->lexer, "every")) {
        return parse_expression(p);
    }
    if (parser_is_keyword(p)) return parser_fail(p, "an expression is expected here");
    return parse_name(p);
}

// "[" opens a filter when an expression can follow it; otherwise it closes a range: "[1..10[".
static bool parser_opens_filter(const struct parser *p)
{
    static const unsigned starts[] = {SIGN('(', 0), SIGN('[', 0), SIGN('-', 0), SIGN('@', 0),
                                      SIGN('{', 0)};
    struct parser probe = *p;
    if (!parser_take(&probe, SIGN('[', 0))) return false;
    switch (probe.lexer.token.kind) {
    case TOKEN_NUMBER:
    case TOKEN_STRING: return true;
    case TOKEN_WORD:
        return !parser_is_keyword(&probe) || lexer_is_word(&probe.lexer, "if") ||
               lexer_is_word(&probe.lexer, "some") || lexer_is_word(&probe.lexer, "every");
    default: break;
    }
    for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
        if (lexer_is_sign(&probe.lexer, starts[i])) return true;
    }
    return false;
}

// A primary and what is written behind it: paths, calls, filters, "instance of" (rules 19, 20, 38,
// 51, 52).
struct ast *parse_primary(struct parser *p)
{
    if (++p->depth > FEEL_DEPTH_MAX) return parser_fail(p, "nested too deeply");
    struct ast *e = parse_atom(p);
    for (int n = 0; e; n++) {
        if (n >= 1000) return parser_fail(p, "too long a path");
        if (parser_take(p, SIGN('.', 0))) {
            e = parse_path(p, e);
        } else if (lexer_is_sign(&p->lexer, SIGN('(', 0))) {
            e = parse_call(p, e);
        } else if (parser_opens_filter(p)) {
            e = parse_filter(p, e);
        } else if (parser_take_word(p, "instance")) {
            if (!parser_take_word(p, "of")) return parser_fail(p, "'instance' needs 'of' here");
            e = parser_node(p, AST_INSTANCE, e, NULL);
            e->type = parse_type(p);
            if (!e->type) return NULL;
        } else {
            break;
        }
    }
    p->depth--;
    return e;
}
