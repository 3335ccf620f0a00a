// feel_parse_in.h - what the files of the parser share.
#ifndef TRIAGED_FEEL_PARSE_IN_H
#define TRIAGED_FEEL_PARSE_IN_H

#include "feel_parse.h"

// A list of nodes that grows at its end.
struct ast_list {
    struct ast *first, **last;
};

struct ast *parser_fail(struct parser *p, const char *text); // NULL; the first failure is kept
bool parser_failed(const struct parser *p);
struct ast *parser_node(struct parser *p, enum ast_kind kind, struct ast *a, struct ast *b);
bool parser_take(struct parser *p, unsigned sign);   // skips the sign if it is next
bool parser_expect(struct parser *p, unsigned sign); // fails if it is not
bool parser_take_word(struct parser *p, const char *word);
bool parser_is_keyword(const struct parser *p);
void ast_list_init(struct ast_list *l);
void ast_list_add(struct ast_list *l, struct ast *node);

struct ast *parse_expression(struct parser *p);
struct ast *parse_arithmetic(struct parser *p);
struct ast *parse_tests(struct parser *p);
struct ast *parse_positive_test(struct parser *p);
const struct type *parse_type(struct parser *p);
// A name that is being made, not looked up: everything up to a sign of `ends` or the word `end`.
const char *parse_new_name(struct parser *p, const char *ends, const char *end);
struct ast *parse_primary(struct parser *p);
struct ast *parse_for(struct parser *p);
struct ast *parse_quantified(struct parser *p, enum ast_kind kind);
struct ast *parse_if(struct parser *p);
struct ast *parse_function(struct parser *p);

#endif
