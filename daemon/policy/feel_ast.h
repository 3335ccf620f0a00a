// feel_ast.h - what the parser makes of an expression: a tree in the model's pool.
#ifndef TRIAGED_FEEL_AST_H
#define TRIAGED_FEEL_AST_H

#include "feel_value.h"
#include "pool.h"

struct type;
struct table;

enum ast_kind {
    AST_LITERAL,  // value
    AST_NAME,     // name
    AST_NEGATE,   // a
    AST_BINARY,   // a op b: + - * / **
    AST_COMPARE,  // a op b: = != < <= > >=
    AST_AND,      // a b
    AST_OR,       // a b
    AST_BETWEEN,  // a between b and c
    AST_IN,       // a in tests (list b)
    AST_INSTANCE, // a instance of type
    AST_PATH,     // a.name
    AST_FILTER,   // a[b]
    AST_CALL,     // a(list b); an argument's `name` is set when it was named
    AST_LIST,     // list b
    AST_CONTEXT,  // list b, each AST_ENTRY; `a` is the result of a boxed context, if any
    AST_ENTRY,    // name: a, with the type of a boxed entry
    AST_RANGE,    // a .. b, closed by flags
    AST_IF,       // if a then b else c
    AST_FOR,      // list b of AST_ITERATOR return a
    AST_SOME,     // list b of AST_ITERATOR satisfies a
    AST_EVERY,
    AST_ITERATOR,  // name in a, or name in a..b
    AST_FUNCTION,  // function(list b of AST_PARAMETER) a
    AST_PARAMETER, // name: type
    AST_TESTS,     // unary tests (list b), negated by flags; "-" is an empty list
    AST_TEST,      // op a, or a alone when op is AST_OP_NONE
    AST_TABLE,     // table
    AST_TYPED      // a, coerced to the type of its boxed expression
};

enum ast_op {
    AST_OP_NONE,
    AST_ADD,
    AST_SUBTRACT,
    AST_MULTIPLY,
    AST_DIVIDE,
    AST_POWER,
    AST_EQUAL,
    AST_UNEQUAL,
    AST_LESS,
    AST_LESS_EQUAL,
    AST_GREATER,
    AST_GREATER_EQUAL
};

enum { AST_LOW_CLOSED = 1, AST_HIGH_CLOSED = 2, AST_NOT = 4, AST_BOXED = 8, AST_UNBOUND = 16 };

struct ast {
    enum ast_kind kind;
    enum ast_op op;
    unsigned flags;
    unsigned at;      // byte of the expression's text, for messages
    const char *name; // normalised: words separated by one space
    struct value value;
    const struct type *type;
    struct table *table;
    struct ast *a, *b, *c;
    struct ast *next; // in the list it is part of
};

#endif
