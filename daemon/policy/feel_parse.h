// feel_parse.h - text of FEEL to a tree.  Recursive descent, the grammar rule above the code that
// parses it; deeper nesting than FEEL_DEPTH_MAX is refused.
#ifndef TRIAGED_FEEL_PARSE_H
#define TRIAGED_FEEL_PARSE_H

#include "feel_ast.h"
#include "feel_lex.h"
#include "feel_scope.h"

#define FEEL_DEPTH_MAX 100

// Why an expression cannot be used.  INVALID: it is no FEEL, or means nothing; OUTSIDE: it is FEEL
// that this engine does not speak.
enum feel_refusal { FEEL_FINE, FEEL_INVALID, FEEL_OUTSIDE };

struct feel_error {
    enum feel_refusal why;
    size_t at; // byte of the expression
    const char *text;
};

struct type_table; // item definitions, by name: dmn_types.c
const struct type *type_table_find(const struct type_table *t, const char *name);
// The longest item definition's name that `text` starts with; 0 bytes when none.
size_t type_table_match(const struct type_table *t, struct bytes text, const struct type **out);

struct parser {
    struct pool *pool;
    struct lexer lexer;
    const struct symbol *scope;
    struct name_set *names;
    const struct type_table *types;
    struct feel_error error;
    int depth;
    bool filter; // inside a filter, where names of the item's entries are in scope
};

// A whole expression (textual expressions, rule 1); NULL with `error` set when it is none.
struct ast *feel_parse(struct pool *pool, struct bytes text, const struct symbol *scope,
                       struct name_set *names, const struct type_table *types,
                       struct feel_error *error);
// Unary tests (rule 15), as an AST_TESTS.
struct ast *feel_parse_tests(struct pool *pool, struct bytes text, const struct symbol *scope,
                             struct name_set *names, const struct type_table *types,
                             struct feel_error *error);
// A type as `instance of` names it (rule 54).
const struct type *feel_parse_type(struct pool *pool, struct bytes text,
                                   const struct type_table *types, struct feel_error *error);

#endif
