// feel_lex.h - the tokens of FEEL (DMN 1.5, 10.3.1.2, grammar rules 25 to 41 and 61).  A name is
// read one word at a time: which words are one name, the parser knows from what is in scope.
#ifndef TRIAGED_FEEL_LEX_H
#define TRIAGED_FEEL_LEX_H

#include "bytes.h"
#include "pool.h"

enum token_kind {
    TOKEN_END,
    TOKEN_NUMBER,
    TOKEN_STRING, // `text` is what is between the quotes, not yet unescaped
    TOKEN_WORD,   // one word of a name, or a keyword
    TOKEN_SIGN,   // an operator or bracket: one or two bytes, also in `sign`
    TOKEN_BAD     // a byte that starts nothing, or a string or comment that does not end
};

// A sign's bytes as one number: SIGN('*', '*') is "**".
#define SIGN(a, b) ((unsigned)(a) | (unsigned)(b) << 8)

struct token {
    enum token_kind kind;
    unsigned sign;
    size_t at, end; // bytes of the source
    struct bytes text;
};

struct lexer {
    struct bytes source;
    struct token token; // the one being looked at
};

void lexer_init(struct lexer *l, struct bytes source);
void lexer_next(struct lexer *l);
void lexer_seek(struct lexer *l, size_t at); // looks at the token that starts at `at` or after it
bool lexer_is_word(const struct lexer *l, const char *word);
bool lexer_is_sign(const struct lexer *l, unsigned sign);

// The text of a string literal with its escapes resolved; false for an escape that FEEL has not.
bool lexer_unescape(struct pool *pool, struct bytes quoted, struct bytes *out);

#endif
