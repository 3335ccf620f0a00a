#include "feel_compile.h"

#include "feel_builtin.h"
#include "feel_eval.h"
#include "feel_type.h"

void compiler_init(struct compiler *c, struct pool *pool, const struct symbol *scope)
{
    *c = (struct compiler){.pool = pool, .scope = scope, .test_slot = -1};
}

unsigned compiler_slot(struct compiler *c)
{
    unsigned const slot = c->n_slots++;
    if (c->n_slots > c->n_slots_max) c->n_slots_max = c->n_slots;
    return slot;
}

bool compile_fail(struct compiler *c, const struct ast *at, enum feel_refusal why, const char *text)
{
    if (c->error.why == FEEL_FINE) c->error = (struct feel_error){why, at ? at->at : 0, text};
    return false;
}

void compile_emit(struct compiler *c, enum op_code code, unsigned a, uint32_t b, const void *p)
{
    if (c->n == c->size) {
        uint32_t const size = c->size ? c->size * 2 : 16;
        struct op *const ops = pool_alloc(c->pool, size * sizeof(*ops));
        if (c->n) memcpy(ops, c->ops, c->n * sizeof(*ops));
        c->ops = ops;
        c->size = size;
    }
    c->ops[c->n++] = (struct op){(uint16_t)code, (uint16_t)a, b, p};
}

static void compile_constant(struct compiler *c, struct value v)
{
    struct value *const kept = pool_alloc(c->pool, sizeof(*kept));
    *kept = v;
    compile_emit(c, OP_CONST, 0, 0, kept);
}

static bool compile_symbol(struct compiler *c, const struct ast *e, const struct symbol *s)
{
    switch (s->kind) {
    case SYMBOL_LOCAL: compile_emit(c, OP_LOCAL, s->index, 0, NULL); return true;
    case SYMBOL_INPUT: compile_emit(c, OP_INPUT, s->index, 0, NULL); return true;
    case SYMBOL_DECISION: compile_emit(c, OP_DECISION, s->index, 0, NULL); return true;
    case SYMBOL_FUNCTION: compile_emit(c, OP_KNOWLEDGE, s->index, 0, NULL); return true;
    case SYMBOL_FILTER:
    case SYMBOL_NAME: break;
    }
    return compile_fail(c, e, FEEL_INVALID, "this name cannot be used here");
}

static bool compile_unnamed(struct compiler *c, const struct ast *e)
{
    const char *name;
    if (builtin_match(bytes_text(e->name), &name) == strlen(e->name)) {
        return compile_fail(c, e, FEEL_OUTSIDE,
                            pool_format(c->pool,
                                        "%s is called, not passed on: write function(x) "
                                        "%s(x)",
                                        e->name, e->name));
    }
    return compile_fail(c, e, FEEL_INVALID,
                        pool_format(c->pool, "nothing in scope is named '%s'", e->name));
}

// Inside a filter an entry of the item hides a variable of the same name that is further out: each
// filter between here and the variable is asked first, and answers by jumping behind all of this.
static bool compile_name(struct compiler *c, const struct ast *e)
{
    uint32_t const start = c->n;
    const struct symbol *s = c->scope;
    if (strcmp(e->name, "?") == 0 && c->test_slot >= 0) {
        compile_emit(c, OP_LOCAL, (unsigned)c->test_slot, 0, NULL);
        return true;
    }
    for (; s; s = s->next) {
        if (s->kind == SYMBOL_FILTER) {
            compile_emit(c, OP_ENTRY, s->index, 0, e->name);
        } else if (strcmp(s->name, e->name) == 0) {
            break;
        }
    }
    uint32_t const entries = c->n - start;
    if (s) {
        if (!compile_symbol(c, e, s)) return false;
    } else if (entries) {
        compile_emit(c, OP_FAIL, 0, 0, "the item has no entry of this name");
    } else {
        return compile_unnamed(c, e);
    }
    for (uint32_t i = start; i < start + entries; i++) c->ops[i].b = c->n;
    return true;
}

static bool compile_pair(struct compiler *c, const struct ast *e)
{
    return compile_expression(c, e->a) && compile_expression(c, e->b);
}

// "a and b" needs no b once a is false; "a or b" none once a is true.
static bool compile_logic(struct compiler *c, const struct ast *e)
{
    bool const is_and = e->kind == AST_AND;
    if (!compile_expression(c, e->a)) return false;
    uint32_t const jump = c->n;
    compile_emit(c, is_and ? OP_JUMP_FALSE : OP_JUMP_TRUE, 0, 0, NULL);
    if (!compile_expression(c, e->b)) return false;
    compile_emit(c, is_and ? OP_AND : OP_OR, 0, 0, NULL);
    c->ops[jump].b = c->n;
    return true;
}

static bool compile_if(struct compiler *c, const struct ast *e)
{
    if (!compile_expression(c, e->a)) return false;
    uint32_t const refuse = c->n;
    compile_emit(c, OP_CONDITION, 0, 0, NULL);
    uint32_t const to_else = c->n;
    compile_emit(c, OP_JUMP_UNLESS, 0, 0, NULL);
    if (!compile_expression(c, e->b)) return false;
    uint32_t const to_end = c->n;
    compile_emit(c, OP_JUMP, 0, 0, NULL);
    c->ops[to_else].b = c->n;
    if (!compile_expression(c, e->c)) return false;
    c->ops[to_end].b = c->n;
    c->ops[refuse].b = c->n;
    return true;
}

static bool compile_items(struct compiler *c, const struct ast *e)
{
    unsigned n = 0;
    for (const struct ast *i = e->b; i; i = i->next, n++) {
        if (n == EVAL_STACK_MAX / 2) {
            return compile_fail(c, e, FEEL_OUTSIDE, "a list this long belongs in a table");
        }
        if (!compile_expression(c, i)) return false;
    }
    compile_emit(c, OP_ITEMS, n, 0, NULL);
    return true;
}

// An entry sees those before it: each is kept in a slot that its name stands for.
static bool compile_context(struct compiler *c, const struct ast *e)
{
    const struct symbol *const scope = c->scope;
    unsigned const slots = c->n_slots;
    unsigned n = 0;
    for (const struct ast *i = e->b; i; i = i->next) n++;
    if (slots + n > FEEL_SLOTS_MAX) {
        return compile_fail(c, e, FEEL_OUTSIDE, "more entries than a frame has room for");
    }
    struct bytes *const names = pool_alloc(c->pool, (n ? n : 1) * sizeof(*names));
    n = 0;
    for (const struct ast *i = e->b; i; i = i->next) {
        if (!compile_expression(c, i->a)) return false;
        if (i->type) compile_emit(c, OP_COERCE, 0, 0, i->type);
        unsigned const slot = compiler_slot(c);
        compile_emit(c, OP_STORE, slot, 0, NULL);
        c->scope = symbol_push(c->pool, c->scope, i->name, SYMBOL_LOCAL, slot, i->type);
        names[n++] = bytes_text(i->name);
    }
    bool ok = true;
    if (e->a) {
        ok = compile_expression(c, e->a);
    } else {
        for (unsigned i = 0; i < n; i++) compile_emit(c, OP_LOCAL, slots + i, 0, NULL);
        compile_emit(c, OP_CONTEXT, n, 0, names);
    }
    c->scope = scope;
    c->n_slots = slots;
    return ok;
}

static bool compile_between(struct compiler *c, const struct ast *e)
{
    if (!compile_pair(c, e) || !compile_expression(c, e->c)) return false;
    compile_emit(c, OP_BETWEEN, 0, 0, NULL);
    return true;
}

// "a in tests": the value waits in a slot that "?" means inside the tests.
static bool compile_in(struct compiler *c, const struct ast *e)
{
    unsigned const slot = compiler_slot(c);
    if (!compile_expression(c, e->a)) return false;
    compile_emit(c, OP_STORE, slot, 0, NULL);
    bool const ok = compile_tests(c, e->b, slot, 0);
    c->n_slots = slot;
    return ok;
}

static unsigned compile_arguments(struct compiler *c, const struct ast *e, const char ***names)
{
    unsigned n = 0;
    for (const struct ast *i = e->b; i; i = i->next) n++;
    *names = NULL;
    if (n > FEEL_PARAMETERS_MAX && !e->b->name) return n;
    const char **const list = pool_alloc(c->pool, (n + 1) * sizeof(*list));
    n = 0;
    for (const struct ast *i = e->b; i; i = i->next) list[n++] = i->name;
    if (n && list[0]) *names = list;
    return n;
}

// A built-in function, chosen by its name and by how many or which arguments are given.
static bool compile_builtin(struct compiler *c, const struct ast *e)
{
    const char **names;
    const struct builtin *builtin = NULL;
    unsigned const n = compile_arguments(c, e, &names);
    unsigned places[FEEL_PARAMETERS_MAX];
    struct feel_error why = {FEEL_FINE, 0, NULL};
    unsigned n_given = n;
    if (!builtin_find(c->pool, e->a->name, n, names, &builtin, places, &n_given, &why)) {
        return compile_fail(c, e->a, why.why, why.text);
    }
    for (unsigned place = 0; place < n_given; place++) {
        const struct ast *arg = e->b;
        unsigned i = 0;
        for (; arg && names && places[i] != place; arg = arg->next) i++;
        for (; arg && !names && i < place; arg = arg->next) i++;
        if (!arg) {
            compile_constant(c, value_null());
        } else if (!compile_expression(c, arg->a)) {
            return false;
        }
    }
    compile_emit(c, OP_BUILTIN, n_given, 0, builtin);
    return true;
}

static bool compile_call(struct compiler *c, const struct ast *e)
{
    const char **names;
    bool const is_name = e->a->kind == AST_NAME;
    if (is_name && !symbol_find(c->scope, e->a->name)) return compile_builtin(c, e);
    if (!compile_expression(c, e->a)) return false;
    unsigned const n = compile_arguments(c, e, &names);
    if (n > FEEL_PARAMETERS_MAX) return compile_fail(c, e, FEEL_OUTSIDE, "too many arguments");
    for (const struct ast *i = e->b; i; i = i->next) {
        if (!compile_expression(c, i->a)) return false;
    }
    compile_emit(c, OP_CALL, n, 0, names);
    return true;
}

static bool compile_table(struct compiler *c, const struct ast *e)
{
    if (!c->table(c, e->table)) return false;
    compile_emit(c, OP_TABLE, 0, 0, e->table);
    return true;
}

static bool compile_after(struct compiler *c, bool ok, enum op_code code, unsigned a, const void *p)
{
    if (ok) compile_emit(c, code, a, 0, p);
    return ok;
}

bool compile_expression(struct compiler *c, const struct ast *e)
{
    if (c->n_slots + 8 > FEEL_SLOTS_MAX) {
        return compile_fail(c, e, FEEL_OUTSIDE, "more variables than a frame has room for");
    }
    switch (e->kind) {
    case AST_LITERAL: compile_constant(c, e->value); return true;
    case AST_NAME: return compile_name(c, e);
    case AST_NEGATE: return compile_after(c, compile_expression(c, e->a), OP_NEGATE, 0, NULL);
    case AST_BINARY: return compile_after(c, compile_pair(c, e), OP_ARITHMETIC, e->op, NULL);
    case AST_COMPARE: return compile_after(c, compile_pair(c, e), OP_COMPARE, e->op, NULL);
    case AST_RANGE: return compile_after(c, compile_pair(c, e), OP_RANGE, e->flags, NULL);
    case AST_INSTANCE:
        return compile_after(c, compile_expression(c, e->a), OP_INSTANCE, 0, e->type);
    case AST_PATH: return compile_after(c, compile_expression(c, e->a), OP_PATH, 0, e->name);
    case AST_AND:
    case AST_OR: return compile_logic(c, e);
    case AST_BETWEEN: return compile_between(c, e);
    case AST_IN: return compile_in(c, e);
    case AST_FILTER: return compile_filter(c, e);
    case AST_CALL: return compile_call(c, e);
    case AST_LIST: return compile_items(c, e);
    case AST_CONTEXT: return compile_context(c, e);
    case AST_IF: return compile_if(c, e);
    case AST_FOR: return compile_for(c, e);
    case AST_SOME:
    case AST_EVERY: return compile_quantified(c, e);
    case AST_FUNCTION: return compile_function(c, e);
    case AST_TABLE: return compile_table(c, e);
    case AST_TYPED: return compile_after(c, compile_expression(c, e->a), OP_COERCE, 0, e->type);
    case AST_ENTRY:
    case AST_ITERATOR:
    case AST_PARAMETER:
    case AST_TESTS:
    case AST_TEST: break;
    }
    return compile_fail(c, e, FEEL_INVALID, "a test stands where an expression should");
}

// Each program has its own operations; slots are shared with the frame it is part of.
static const struct program *compile_finish(struct compiler *c, bool ok)
{
    struct program *const p = pool_alloc(c->pool, sizeof(*p));
    *p = (struct program){c->ops, c->n};
    return ok ? p : NULL;
}

const struct program *compile_program(struct compiler *c, const struct ast *e)
{
    struct op *const ops = c->ops;
    uint32_t const n = c->n, size = c->size;
    c->ops = NULL;
    c->n = c->size = 0;
    const struct program *const p = compile_finish(c, compile_expression(c, e));
    c->ops = ops;
    c->n = n;
    c->size = size;
    return p;
}

const struct program *compile_test_program(struct compiler *c, const struct ast *tests,
                                           unsigned slot)
{
    struct op *const ops = c->ops;
    uint32_t const n = c->n, size = c->size;
    c->ops = NULL;
    c->n = c->size = 0;
    const struct program *const p = compile_finish(c, compile_tests(c, tests, slot, TEST_CELL));
    c->ops = ops;
    c->n = n;
    c->size = size;
    return p;
}
