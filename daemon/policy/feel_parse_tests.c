// Unary tests, ranges, types and the expressions with words of their own (if, for, some, every).
#include "feel_parse_in.h"

#include "feel_type.h"

static struct ast *parse_test_operand(struct parser *p, enum ast_op op)
{
    lexer_next(&p->lexer);
    struct ast *const e = parse_arithmetic(p);
    if (!e) return NULL;
    struct ast *const test = parser_node(p, AST_TEST, e, NULL);
    test->op = op;
    return test;
}

// Positive unary test (rules 7 and 14): "< e" and its like, or an expression.
struct ast *parse_positive_test(struct parser *p)
{
    static const struct {
        unsigned sign;
        enum ast_op op;
    } signs[] = {{SIGN('<', 0), AST_LESS},    {SIGN('<', '='), AST_LESS_EQUAL},
                 {SIGN('>', 0), AST_GREATER}, {SIGN('>', '='), AST_GREATER_EQUAL},
                 {SIGN('=', 0), AST_EQUAL},   {SIGN('!', '='), AST_UNEQUAL}};
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (lexer_is_sign(&p->lexer, signs[i].sign)) return parse_test_operand(p, signs[i].op);
    }
    struct ast *const e = parse_expression(p);
    return e ? parser_node(p, AST_TEST, e, NULL) : NULL;
}

static struct ast *parse_test_list(struct parser *p)
{
    struct ast_list list;
    ast_list_init(&list);
    do {
        struct ast *const test = parse_positive_test(p);
        if (!test) return NULL;
        ast_list_add(&list, test);
    } while (parser_take(p, SIGN(',', 0)));
    return list.first;
}

// "not(tests)" as the whole of a cell; "not(x)" as a part of an expression is the function.
static bool parse_negated_tests(struct parser *p, struct ast *tests)
{
    size_t const start = p->lexer.token.at;
    if (!parser_take_word(p, "not")) return false;
    if (parser_take(p, SIGN('(', 0))) {
        tests->b = parse_test_list(p);
        if (tests->b && parser_take(p, SIGN(')', 0)) && p->lexer.token.kind == TOKEN_END) {
            tests->flags = AST_NOT;
            return true;
        }
    }
    p->error.why = FEEL_FINE;
    lexer_seek(&p->lexer, start);
    return false;
}

// Unary tests (rules 13 to 16)
struct ast *parse_tests(struct parser *p)
{
    struct ast *const tests = parser_node(p, AST_TESTS, NULL, NULL);
    size_t const start = p->lexer.token.at;
    if (p->lexer.token.kind == TOKEN_END) return tests; // an empty cell tests nothing
    if (parser_take(p, SIGN('-', 0)) && p->lexer.token.kind == TOKEN_END) return tests;
    lexer_seek(&p->lexer, start);
    if (parse_negated_tests(p, tests)) return tests;
    tests->b = parse_test_list(p);
    return tests->b ? tests : NULL;
}

// Everything up to the sign or word that ends it is the name.
const char *parse_new_name(struct parser *p, const char *ends, const char *end)
{
    struct lexer *const l = &p->lexer;
    size_t const start = l->token.at;
    size_t last = start;
    if (l->token.kind != TOKEN_WORD) {
        parser_fail(p, "a name is expected here");
        return NULL;
    }
    while (l->token.kind != TOKEN_END && l->token.kind != TOKEN_BAD &&
           l->token.kind != TOKEN_STRING) {
        if (l->token.kind == TOKEN_SIGN && l->token.sign < 0x100 &&
            strchr(ends, (int)l->token.sign)) {
            break;
        }
        if (end && lexer_is_word(l, end)) break;
        last = l->token.end;
        lexer_next(l);
    }
    return name_normal(p->pool, bytes_of(l->source.data + start, last - start));
}

static const struct type *parse_type_failed(struct parser *p, const char *text)
{
    parser_fail(p, text);
    return NULL;
}

// "<T>" after list and range
static const struct type *parse_type_of(struct parser *p, enum type_kind kind)
{
    struct type *const t = pool_alloc(p->pool, sizeof(*t));
    if (!parser_expect(p, SIGN('<', 0))) return NULL;
    *t = (struct type){.kind = kind, .base = parse_type(p)};
    return t->base && parser_expect(p, SIGN('>', 0)) ? t : NULL;
}

// "<a: T, b: U>" after context; "<T, U> -> V" after function
static const struct type *parse_type_parts(struct parser *p, enum type_kind kind)
{
    struct type *const t = pool_alloc(p->pool, sizeof(*t));
    struct component *const parts = pool_alloc(p->pool, 64 * sizeof(*parts));
    *t = (struct type){.kind = kind, .components = parts};
    if (!parser_expect(p, SIGN('<', 0))) return NULL;
    while (!parser_take(p, SIGN('>', 0))) {
        struct component *const c = &parts[t->n_components];
        if (t->n_components == 64) return parse_type_failed(p, "more than 64 parts in a type");
        if (t->n_components && !parser_expect(p, SIGN(',', 0))) return NULL;
        if (kind == TYPE_CONTEXT) {
            if (!(c->name = parse_new_name(p, ":", NULL))) return NULL;
            if (!parser_expect(p, SIGN(':', 0))) return NULL;
        }
        if (!(c->type = parse_type(p))) return NULL;
        t->n_components++;
    }
    if (kind == TYPE_CONTEXT) return t;
    if (!parser_expect(p, SIGN('-', '>'))) return NULL;
    t->base = parse_type(p);
    t->any_function = t->n_components == 0;
    return t->base ? t : NULL;
}

// Types of FEEL whose names have several words, longest first.
static const struct type *parse_type_words(struct parser *p)
{
    static const char *const words[] = {"years and months duration", "days and time duration",
                                        "date and time"};
    struct lexer *const l = &p->lexer;
    struct bytes const rest = bytes_of(l->source.data + l->token.at, l->source.len - l->token.at);
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        size_t const len = name_match(rest, words[i]);
        if (!len) continue;
        lexer_seek(l, l->token.at + len);
        return type_of_word(words[i]);
    }
    return NULL;
}

// Type (rule 54)
const struct type *parse_type(struct parser *p)
{
    struct lexer *const l = &p->lexer;
    const struct type *t = NULL;
    if (l->token.kind != TOKEN_WORD) return parse_type_failed(p, "a type is expected here");
    if (++p->depth > FEEL_DEPTH_MAX) return parse_type_failed(p, "nested too deeply");
    struct bytes const rest = bytes_of(l->source.data + l->token.at, l->source.len - l->token.at);
    size_t const len = p->types ? type_table_match(p->types, rest, &t) : 0;
    if (len) {
        lexer_seek(l, l->token.at + len);
    } else if ((t = parse_type_words(p)) == NULL) {
        if (parser_take_word(p, "list")) {
            t = parse_type_of(p, TYPE_LIST);
        } else if (parser_take_word(p, "range")) {
            t = parse_type_of(p, TYPE_RANGE);
        } else if (parser_take_word(p, "context")) {
            t = parse_type_parts(p, TYPE_CONTEXT);
        } else if (parser_take_word(p, "function")) {
            t = parse_type_parts(p, TYPE_FUNCTION);
        } else {
            t = type_of_word(name_normal(p->pool, l->token.text));
            if (!t) return parse_type_failed(p, "no type of that name");
            lexer_next(l);
        }
    }
    p->depth--;
    return t;
}

// "if c then a else b" (rule 43)
struct ast *parse_if(struct parser *p)
{
    struct ast *const node = parser_node(p, AST_IF, NULL, NULL);
    if (!(node->a = parse_expression(p))) return NULL;
    if (!parser_take_word(p, "then")) return parser_fail(p, "'if' needs 'then' here");
    if (!(node->b = parse_expression(p))) return NULL;
    if (!parser_take_word(p, "else")) return parser_fail(p, "'if' needs 'else' here");
    return (node->c = parse_expression(p)) ? node : NULL;
}

// "name in e" or "name in e..e" (rules 42 and 44); the name is in scope from here on.
static struct ast *parse_iterator(struct parser *p)
{
    struct ast *const node = parser_node(p, AST_ITERATOR, NULL, NULL);
    if (!(node->name = parse_new_name(p, ",", "in"))) return NULL;
    if (!parser_take_word(p, "in")) return parser_fail(p, "'in' is expected after the name");
    if (!(node->a = parse_expression(p))) return NULL;
    if (parser_take(p, SIGN('.', '.')) && !(node->b = parse_expression(p))) return NULL;
    p->scope = symbol_push(p->pool, p->scope, node->name, SYMBOL_NAME, 0, NULL);
    return node;
}

static struct ast *parse_iterators(struct parser *p)
{
    struct ast_list list;
    ast_list_init(&list);
    do {
        struct ast *const it = parse_iterator(p);
        if (!it) return NULL;
        ast_list_add(&list, it);
    } while (parser_take(p, SIGN(',', 0)));
    return list.first;
}

// "for x in a, y in b return e" (rule 42)
struct ast *parse_for(struct parser *p)
{
    const struct symbol *const scope = p->scope;
    struct ast *const node = parser_node(p, AST_FOR, NULL, NULL);
    if (!(node->b = parse_iterators(p))) return NULL;
    if (!parser_take_word(p, "return")) return parser_fail(p, "'for' needs 'return' here");
    p->scope = symbol_push(p->pool, p->scope, "partial", SYMBOL_NAME, 0, NULL);
    node->a = parse_expression(p);
    p->scope = scope;
    return node->a ? node : NULL;
}

// "some x in a satisfies e", "every ..." (rule 45)
struct ast *parse_quantified(struct parser *p, enum ast_kind kind)
{
    const struct symbol *const scope = p->scope;
    struct ast *const node = parser_node(p, kind, NULL, NULL);
    if (!(node->b = parse_iterators(p))) return NULL;
    if (!parser_take_word(p, "satisfies")) return parser_fail(p, "'satisfies' is expected here");
    node->a = parse_expression(p);
    p->scope = scope;
    return node->a ? node : NULL;
}

static struct ast *parse_parameter(struct parser *p)
{
    struct ast *const node = parser_node(p, AST_PARAMETER, NULL, NULL);
    if (!(node->name = parse_new_name(p, ",):", NULL))) return NULL;
    if (parser_take(p, SIGN(':', 0)) && !(node->type = parse_type(p))) return NULL;
    p->scope = symbol_push(p->pool, p->scope, node->name, SYMBOL_NAME, 0, NULL);
    return node;
}

// "function(a, b: T) e" (rule 55)
struct ast *parse_function(struct parser *p)
{
    const struct symbol *const scope = p->scope;
    struct ast *const node = parser_node(p, AST_FUNCTION, NULL, NULL);
    struct ast_list list;
    ast_list_init(&list);
    if (!parser_expect(p, SIGN('(', 0))) return NULL;
    while (!parser_take(p, SIGN(')', 0))) {
        if (list.first && !parser_expect(p, SIGN(',', 0))) return NULL;
        struct ast *const parameter = parse_parameter(p);
        if (!parameter) return NULL;
        ast_list_add(&list, parameter);
    }
    node->b = list.first;
    if (lexer_is_word(&p->lexer, "external")) {
        parser_fail(p, "external functions are not run here: write the rule as a table");
        p->error.why = FEEL_OUTSIDE;
        return NULL;
    }
    node->a = parse_expression(p);
    p->scope = scope;
    return node->a ? node : NULL;
}
