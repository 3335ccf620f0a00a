// The operators of FEEL, loosest first (DMN 1.5, 10.3.1.2).
#include "feel_parse_in.h"

struct ast *parser_fail(struct parser *p, const char *text)
{
    if (p->error.why == FEEL_FINE) {
        p->error = (struct feel_error){FEEL_INVALID, p->lexer.token.at, text};
    }
    return NULL;
}

bool parser_failed(const struct parser *p)
{
    return p->error.why != FEEL_FINE;
}

struct ast *parser_node(struct parser *p, enum ast_kind kind, struct ast *a, struct ast *b)
{
    struct ast *const node = pool_alloc(p->pool, sizeof(*node));
    node->kind = kind;
    node->at = (unsigned)p->lexer.token.at;
    node->a = a;
    node->b = b;
    return node;
}

bool parser_take(struct parser *p, unsigned sign)
{
    if (!lexer_is_sign(&p->lexer, sign)) return false;
    lexer_next(&p->lexer);
    return true;
}

bool parser_take_word(struct parser *p, const char *word)
{
    if (!lexer_is_word(&p->lexer, word)) return false;
    lexer_next(&p->lexer);
    return true;
}

bool parser_expect(struct parser *p, unsigned sign)
{
    if (parser_take(p, sign)) return true;
    parser_fail(p, pool_format(p->pool, "expected '%c' here", (int)(sign & 0xff)));
    return false;
}

bool parser_is_keyword(const struct parser *p)
{
    static const char *const words[] = {"if",   "then",  "else",    "for",       "in",  "return",
                                        "some", "every", "between", "satisfies", "and", "or"};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (lexer_is_word(&p->lexer, words[i])) return true;
    }
    return false;
}

void ast_list_init(struct ast_list *l)
{
    l->first = NULL;
    l->last = &l->first;
}

void ast_list_add(struct ast_list *l, struct ast *node)
{
    *l->last = node;
    l->last = &node->next;
}

static enum ast_op parser_operator(const struct parser *p)
{
    static const struct {
        unsigned sign;
        enum ast_op op;
    } signs[] = {
        {SIGN('=', 0), AST_EQUAL},    {SIGN('!', '='), AST_UNEQUAL},
        {SIGN('<', 0), AST_LESS},     {SIGN('<', '='), AST_LESS_EQUAL},
        {SIGN('>', 0), AST_GREATER},  {SIGN('>', '='), AST_GREATER_EQUAL},
        {SIGN('+', 0), AST_ADD},      {SIGN('-', 0), AST_SUBTRACT},
        {SIGN('*', 0), AST_MULTIPLY}, {SIGN('/', 0), AST_DIVIDE},
        {SIGN('*', '*'), AST_POWER},
    };
    if (p->lexer.token.kind != TOKEN_SIGN) return AST_OP_NONE;
    for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
        if (p->lexer.token.sign == signs[i].sign) return signs[i].op;
    }
    return AST_OP_NONE;
}

static struct ast *parser_operation(struct parser *p, enum ast_kind kind, enum ast_op op,
                                    struct ast *a, struct ast *b)
{
    struct ast *const node = parser_node(p, kind, a, b);
    node->op = op;
    return node;
}

// Arithmetic negation (rule 26); it binds tighter than '**'.
static struct ast *parse_negation(struct parser *p)
{
    if (!lexer_is_sign(&p->lexer, SIGN('-', 0))) return parse_primary(p);
    if (++p->depth > FEEL_DEPTH_MAX) return parser_fail(p, "nested too deeply");
    lexer_next(&p->lexer);
    struct ast *const a = parse_negation(p);
    p->depth--;
    return a ? parser_node(p, AST_NEGATE, a, NULL) : NULL;
}

// Exponentiation (rule 25), multiplication and division (23, 24), addition and subtraction (21,
// 22): each level is operands of the tighter one, joined from the left.
static struct ast *parse_level(struct parser *p, int level)
{
    static const enum ast_op levels[][2] = {
        {AST_ADD, AST_SUBTRACT}, {AST_MULTIPLY, AST_DIVIDE}, {AST_POWER, AST_POWER}};
    if (level == 3) return parse_negation(p);
    struct ast *a = parse_level(p, level + 1);
    for (int n = 0; a; n++) {
        enum ast_op const op = parser_operator(p);
        if (op == AST_OP_NONE || (op != levels[level][0] && op != levels[level][1])) return a;
        if (n >= 1000) return parser_fail(p, "too many operators in a row");
        lexer_next(&p->lexer);
        struct ast *const b = parse_level(p, level + 1);
        if (!b) return NULL;
        a = parser_operation(p, AST_BINARY, op, a, b);
    }
    return NULL;
}

struct ast *parse_arithmetic(struct parser *p)
{
    return parse_level(p, 0);
}

// "e between a and b" (rule 49.b)
static struct ast *parse_between(struct parser *p, struct ast *a)
{
    struct ast *const low = parse_arithmetic(p);
    if (!low) return NULL;
    if (!parser_take_word(p, "and")) return parser_fail(p, "'between' needs 'and' here");
    struct ast *const high = parse_arithmetic(p);
    if (!high) return NULL;
    struct ast *const node = parser_node(p, AST_BETWEEN, a, low);
    node->c = high;
    return node;
}

// "(" and then a comparison: tests, not one expression.
static bool parser_opens_tests(const struct parser *p)
{
    struct parser probe = *p;
    return parser_take(&probe, SIGN('(', 0)) && parser_operator(&probe) >= AST_EQUAL;
}

// "e in test" and "e in (test, test)" (rules 49.c and 49.d).  A bracket may open a list of tests,
// a range or an expression: tried as a list first.
static struct ast *parse_in(struct parser *p, struct ast *a)
{
    struct ast *tests = parser_node(p, AST_TESTS, NULL, NULL);
    struct ast_list list;
    size_t const start = p->lexer.token.at;
    ast_list_init(&list);
    struct ast *const single = parser_opens_tests(p) ? NULL : parse_positive_test(p);
    if (single) {
        ast_list_add(&list, single);
    } else {
        p->error.why = FEEL_FINE;
        lexer_seek(&p->lexer, start);
        if (!parser_expect(p, SIGN('(', 0))) return NULL;
        do {
            struct ast *const test = parse_positive_test(p);
            if (!test) return NULL;
            ast_list_add(&list, test);
        } while (parser_take(p, SIGN(',', 0)));
        if (!parser_expect(p, SIGN(')', 0))) return NULL;
    }
    tests->b = list.first;
    return parser_node(p, AST_IN, a, tests);
}

// Comparison (rule 49)
static struct ast *parse_comparison(struct parser *p)
{
    struct ast *a = parse_arithmetic(p);
    for (int n = 0; a; n++) {
        enum ast_op const op = parser_operator(p);
        if (n >= 100) return parser_fail(p, "too many comparisons in a row");
        if (op >= AST_EQUAL) {
            lexer_next(&p->lexer);
            struct ast *const b = parse_arithmetic(p);
            if (!b) return NULL;
            a = parser_operation(p, AST_COMPARE, op, a, b);
        } else if (parser_take_word(p, "between")) {
            a = parse_between(p, a);
        } else if (parser_take_word(p, "in")) {
            a = parse_in(p, a);
        } else {
            return a;
        }
    }
    return NULL;
}

// Conjunction (rule 48) and disjunction (rule 47)
static struct ast *parse_joined(struct parser *p, const char *word, enum ast_kind kind)
{
    bool const is_or = kind == AST_OR;
    struct ast *a = is_or ? parse_joined(p, "and", AST_AND) : parse_comparison(p);
    for (int n = 0; a && parser_take_word(p, word); n++) {
        if (n >= 1000) return parser_fail(p, "too many operators in a row");
        struct ast *const b = is_or ? parse_joined(p, "and", AST_AND) : parse_comparison(p);
        if (!b) return NULL;
        a = parser_node(p, kind, a, b);
    }
    return a;
}

// Expression (rule 1)
struct ast *parse_expression(struct parser *p)
{
    struct ast *e;
    if (++p->depth > FEEL_DEPTH_MAX) return parser_fail(p, "nested too deeply");
    if (parser_take_word(p, "if")) {
        e = parse_if(p);
    } else if (parser_take_word(p, "for")) {
        e = parse_for(p);
    } else if (parser_take_word(p, "some")) {
        e = parse_quantified(p, AST_SOME);
    } else if (parser_take_word(p, "every")) {
        e = parse_quantified(p, AST_EVERY);
    } else {
        e = parse_joined(p, "or", AST_OR);
    }
    p->depth--;
    return e;
}

static struct parser parser_of(struct pool *pool, struct bytes text, const struct symbol *scope,
                               struct name_set *names, const struct type_table *types)
{
    struct parser p = {.pool = pool, .scope = scope, .names = names, .types = types};
    lexer_init(&p.lexer, text);
    return p;
}

// All of the text must have been read.
static struct ast *parser_finish(struct parser *p, struct ast *e, struct feel_error *error)
{
    if (e && !parser_failed(p) && p->lexer.token.kind != TOKEN_END) {
        const struct token *const t = &p->lexer.token;
        parser_fail(p, t->kind == TOKEN_BAD
                           ? "a character that starts nothing, or an unfinished string or comment"
                           : pool_format(p->pool, "'%.*s' cannot follow here",
                                         t->text.len > 40 ? 40 : (int)t->text.len,
                                         (const char *)t->text.data));
    }
    if (!e && !parser_failed(p)) parser_fail(p, "no expression");
    *error = p->error;
    return parser_failed(p) ? NULL : e;
}

struct ast *feel_parse(struct pool *pool, struct bytes text, const struct symbol *scope,
                       struct name_set *names, const struct type_table *types,
                       struct feel_error *error)
{
    struct parser p = parser_of(pool, text, scope, names, types);
    return parser_finish(&p, parse_expression(&p), error);
}

struct ast *feel_parse_tests(struct pool *pool, struct bytes text, const struct symbol *scope,
                             struct name_set *names, const struct type_table *types,
                             struct feel_error *error)
{
    struct parser p = parser_of(pool, text, scope, names, types);
    return parser_finish(&p, parse_tests(&p), error);
}

const struct type *feel_parse_type(struct pool *pool, struct bytes text,
                                   const struct type_table *types, struct feel_error *error)
{
    struct name_set names = {0};
    struct parser p = parser_of(pool, text, NULL, &names, types);
    const struct type *const t = parse_type(&p);
    struct ast *const whole = parser_node(&p, AST_LITERAL, NULL, NULL);
    return parser_finish(&p, t ? whole : NULL, error) ? t : NULL;
}
