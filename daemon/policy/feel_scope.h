// feel_scope.h - the names an expression may use.  FEEL names hold spaces and operators ("date of
// birth", "a+b"), so what is one name depends on what is in scope: the longest match wins (DMN 1.5,
// 10.3.1.3 and the note to grammar rule 25).
#ifndef TRIAGED_FEEL_SCOPE_H
#define TRIAGED_FEEL_SCOPE_H

#include "feel_value.h"
#include "pool.h"

struct type;
struct bkm;

enum symbol_kind {
    SYMBOL_LOCAL, // slot of the frame
    SYMBOL_INPUT, // input data: index of the model's elements
    SYMBOL_DECISION,
    SYMBOL_FUNCTION, // business knowledge model or decision service: index of its elements
    SYMBOL_FILTER,   // no name: from here outward, entries of the filtered item at slot come first
    SYMBOL_NAME      // known to the parser alone
};

// Newest first; the outer scopes follow.
struct symbol {
    const char *name; // normalised; NULL for SYMBOL_FILTER
    enum symbol_kind kind;
    unsigned index;
    const struct type *type;
    const struct symbol *next;
};

// The newest symbol of that name, or NULL.
const struct symbol *symbol_find(const struct symbol *scope, const char *name);
struct symbol *symbol_push(struct pool *pool, const struct symbol *scope, const char *name,
                           enum symbol_kind kind, unsigned index, const struct type *type);

// Bytes of `text` that spell the name, whatever the spaces between its parts; 0 when they do not.
size_t name_match(struct bytes text, const char *name);
// One space between words, none at the ends or around operators.
const char *name_normal(struct pool *pool, struct bytes text);
bool name_is_start(uint32_t c);                   // grammar rule 28
bool name_is_part(uint32_t c);                    // grammar rule 29
size_t name_spaces(struct bytes text, size_t at); // bytes of white space from `at`
// The code point at the start of `text` and its length; an invalid byte stands for itself.
uint32_t utf8_next(struct bytes text, size_t *len);

// Names that may follow a dot or stand inside a filter: components of types, keys of contexts.
struct name_set {
    const char **names;
    size_t n, size;
};
void name_set_add(struct pool *pool, struct name_set *set, const char *name);

#endif
