// feel_compile.h - trees to programs.  Names are resolved here, once: to a slot, an input, a
// decision or a function; a name that nothing in scope has is refused.
#ifndef TRIAGED_FEEL_COMPILE_H
#define TRIAGED_FEEL_COMPILE_H

#include "feel_ast.h"
#include "feel_parse.h"
#include "feel_program.h"
#include "feel_scope.h"

// One frame: a decision's logic or a function's body, and all that is inside it.
struct compiler {
    struct pool *pool;
    const struct symbol *scope;
    unsigned n_slots, n_slots_max; // in use now, and at most
    struct op *ops;
    uint32_t n, size;
    int test_slot; // where "?" is, -1 outside a test
    struct feel_error error;
    int error_row, error_column; // of a table, 1-based
    // Compiles a table that stands inside an expression; set by whoever has tables.
    bool (*table)(struct compiler *c, struct table *t);
};

void compiler_init(struct compiler *c, struct pool *pool, const struct symbol *scope);
unsigned compiler_slot(struct compiler *c); // a new slot
// The program of an expression, NULL with c->error set when it cannot be compiled.
const struct program *compile_program(struct compiler *c, const struct ast *e);
// The program of unary tests over the value in `slot`: true, false or null.
const struct program *compile_test_program(struct compiler *c, const struct ast *tests,
                                           unsigned slot);
bool ast_uses(const struct ast *e, const char *name); // does the expression name it
bool compile_fail(struct compiler *c, const struct ast *at, enum feel_refusal why,
                  const char *text); // false
bool compile_expression(struct compiler *c, const struct ast *e);
void compile_emit(struct compiler *c, enum op_code code, unsigned a, uint32_t b, const void *p);
// feel_compile_loop.c
bool compile_for(struct compiler *c, const struct ast *e);
bool compile_quantified(struct compiler *c, const struct ast *e);
bool compile_filter(struct compiler *c, const struct ast *e);
bool compile_function(struct compiler *c, const struct ast *e);
bool compile_tests(struct compiler *c, const struct ast *tests, unsigned slot, unsigned kind);

#endif
