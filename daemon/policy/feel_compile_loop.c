// Tests, loops, filters and functions.
#include "feel_compile.h"

#include "feel_type.h"

bool ast_uses(const struct ast *e, const char *name)
{
    for (; e; e = e->next) {
        if (e->kind == AST_NAME && strcmp(e->name, name) == 0) return true;
        if (ast_uses(e->a, name) || ast_uses(e->b, name) || ast_uses(e->c, name)) return true;
    }
    return false;
}

static bool compile_uses_input(const struct ast *e)
{
    return e->kind == AST_NAME ? strcmp(e->name, "?") == 0
                               : ast_uses(e->a, "?") || ast_uses(e->b, "?") || ast_uses(e->c, "?");
}

// Is this the word null, or a list that holds it?
static bool compile_asks_null(const struct ast *e)
{
    if (e->kind == AST_LITERAL) return e->value.kind == VALUE_NULL;
    if (e->kind != AST_LIST) return false;
    for (const struct ast *item = e->b; item; item = item->next) {
        if (compile_asks_null(item)) return true;
    }
    return false;
}

// One test of the value in `slot` (rule 7): an operator and its operand; an expression that speaks
// of "?", which is then the answer itself; or an expression that the value is held against.
static bool compile_test(struct compiler *c, const struct ast *t, unsigned slot, unsigned kind)
{
    if (compile_asks_null(t->a)) kind |= TEST_LITERAL_NULL;
    if (t->op != AST_OP_NONE) {
        compile_emit(c, OP_LOCAL, slot, 0, NULL);
        if (!compile_expression(c, t->a)) return false;
        compile_emit(c, OP_COMPARE, t->op, kind, NULL);
        return true;
    }
    if (compile_uses_input(t->a)) {
        if (!compile_expression(c, t->a)) return false;
        compile_emit(c, OP_BOOLEAN, 0, 0, NULL);
        return true;
    }
    if (t->a->kind == AST_LITERAL) kind |= TEST_LITERAL;
    compile_emit(c, OP_LOCAL, slot, 0, NULL);
    if (!compile_expression(c, t->a)) return false;
    compile_emit(c, OP_TEST, kind, 0, NULL);
    return true;
}

// Tests are alternatives; "not" turns all of them.
bool compile_tests(struct compiler *c, const struct ast *tests, unsigned slot, unsigned kind)
{
    static const struct value yes = {.kind = VALUE_BOOLEAN, .boolean = true};
    int const was = c->test_slot;
    bool ok = true;
    if (!tests->b) compile_emit(c, OP_CONST, 0, 0, &yes);
    c->test_slot = (int)slot;
    for (const struct ast *t = tests->b; t && ok; t = t->next) {
        ok = compile_test(c, t, slot, kind);
        if (t != tests->b) compile_emit(c, OP_OR, 0, 0, NULL);
    }
    c->test_slot = was;
    if (ok && (tests->flags & AST_NOT)) compile_emit(c, OP_NOT, 0, 0, NULL);
    return ok;
}

// The domain of an iterator, then the start of its loop; answers where OP_NEXT stands.
static bool compile_iterator(struct compiler *c, const struct ast *it, uint32_t *next)
{
    if (!compile_expression(c, it->a)) return false;
    if (it->b) {
        if (!compile_expression(c, it->b)) return false;
        compile_emit(c, OP_SPREAD, 0, 0, NULL);
    }
    unsigned const each = compiler_slot(c), element = compiler_slot(c);
    compile_emit(c, OP_EACH, each, 0, NULL);
    *next = c->n;
    compile_emit(c, OP_NEXT, each, 0, NULL);
    compile_emit(c, OP_STORE, element, 0, NULL);
    c->scope = symbol_push(c->pool, c->scope, it->name, SYMBOL_LOCAL, element, NULL);
    return true;
}

#define COMPILE_ITERATORS_MAX 16

struct compile_loop {
    unsigned n;
    uint32_t next[COMPILE_ITERATORS_MAX];
};

static bool compile_iterators(struct compiler *c, const struct ast *e, struct compile_loop *loop)
{
    loop->n = 0;
    for (const struct ast *it = e->b; it; it = it->next) {
        if (loop->n == COMPILE_ITERATORS_MAX || c->n_slots + 8 > FEEL_SLOTS_MAX) {
            return compile_fail(c, e, FEEL_OUTSIDE, "too many variables in one loop");
        }
        if (!compile_iterator(c, it, &loop->next[loop->n++])) return false;
    }
    return true;
}

// Back to the innermost iterator; each that is done goes on with the one around it.  The result is
// pushed last, and a domain that is null jumps behind that with a null of its own.
static void compile_loop_end(struct compiler *c, const struct compile_loop *loop,
                             enum op_code result, unsigned slot)
{
    for (unsigned i = loop->n; i-- > 0;) {
        compile_emit(c, OP_JUMP, 0, loop->next[i], NULL);
        c->ops[loop->next[i]].b = c->n;
    }
    compile_emit(c, result, slot, 0, NULL);
    for (unsigned i = 0; i < loop->n; i++) c->ops[loop->next[i] - 1].b = c->n; // the OP_EACH
}

bool compile_for(struct compiler *c, const struct ast *e)
{
    const struct symbol *const scope = c->scope;
    struct compile_loop loop;
    unsigned const list = compiler_slot(c), partial = compiler_slot(c);
    compile_emit(c, OP_GATHER, list, 0, NULL);
    if (!compile_iterators(c, e, &loop)) return false;
    if (ast_uses(e->a, "partial")) {
        compile_emit(c, OP_GATHERED, list, 0, NULL);
        compile_emit(c, OP_STORE, partial, 0, NULL);
    }
    c->scope = symbol_push(c->pool, c->scope, "partial", SYMBOL_LOCAL, partial, NULL);
    if (!compile_expression(c, e->a)) return false;
    compile_emit(c, OP_KEEP, list, 0, NULL);
    compile_loop_end(c, &loop, OP_GATHERED, list);
    c->scope = scope;
    c->n_slots = list;
    return true;
}

// The answers so far are joined by "or" (some) or "and" (every) in a slot; what is unknown in one
// element keeps the whole from being false or true by itself.
bool compile_quantified(struct compiler *c, const struct ast *e)
{
    static const struct value start[] = {{.kind = VALUE_BOOLEAN, .boolean = false},
                                         {.kind = VALUE_BOOLEAN, .boolean = true}};
    const struct symbol *const scope = c->scope;
    struct compile_loop loop;
    unsigned const answer = compiler_slot(c);
    compile_emit(c, OP_CONST, 0, 0, &start[e->kind == AST_EVERY]);
    compile_emit(c, OP_STORE, answer, 0, NULL);
    if (!compile_iterators(c, e, &loop)) return false;
    compile_emit(c, OP_LOCAL, answer, 0, NULL);
    if (!compile_expression(c, e->a)) return false;
    compile_emit(c, e->kind == AST_EVERY ? OP_AND : OP_OR, 0, 0, NULL);
    compile_emit(c, OP_STORE, answer, 0, NULL);
    compile_loop_end(c, &loop, OP_LOCAL, answer);
    c->scope = scope;
    c->n_slots = answer;
    return true;
}

static bool compile_is_index(const struct ast *e)
{
    if (e->kind == AST_NEGATE) e = e->a;
    return e->kind == AST_LITERAL && e->value.kind == VALUE_NUMBER;
}

bool compile_filter(struct compiler *c, const struct ast *e)
{
    const struct symbol *const scope = c->scope;
    if (!compile_expression(c, e->a)) return false;
    if (compile_is_index(e->b)) {
        if (!compile_expression(c, e->b)) return false;
        compile_emit(c, OP_INDEX, 0, 0, NULL);
        return true;
    }
    // Three slots in a row, as OP_FILTER expects them.
    unsigned const each = compiler_slot(c), item = compiler_slot(c), list = compiler_slot(c);
    compile_emit(c, OP_GATHER, list, 0, NULL);
    uint32_t const start = c->n;
    compile_emit(c, OP_EACH, each, 0, NULL);
    uint32_t const next = c->n;
    compile_emit(c, OP_NEXT, each, 0, NULL);
    compile_emit(c, OP_STORE, item, 0, NULL);
    c->scope = symbol_push(c->pool, c->scope, "item", SYMBOL_LOCAL, item, NULL);
    c->scope = symbol_push(c->pool, c->scope, NULL, SYMBOL_FILTER, item, NULL);
    if (!compile_expression(c, e->b)) return false;
    uint32_t const filter = c->n;
    compile_emit(c, OP_FILTER, each, 0, NULL);
    compile_emit(c, OP_JUMP, 0, next, NULL);
    c->ops[next].b = c->n;
    compile_emit(c, OP_GATHERED, list, 0, NULL);
    c->ops[filter].b = c->n;
    c->ops[start].b = c->n;
    c->scope = scope;
    c->n_slots = each;
    return true;
}

// The function knows the slots that are in use where it is written; its parameters follow them.
bool compile_function(struct compiler *c, const struct ast *e)
{
    struct function *const f = pool_alloc(c->pool, sizeof(*f));
    struct compiler inner = *c;
    unsigned n = 0;
    for (const struct ast *i = e->b; i; i = i->next) n++;
    if (n > FEEL_PARAMETERS_MAX) return compile_fail(c, e, FEEL_OUTSIDE, "too many parameters");
    const char **const names = pool_alloc(c->pool, (n + 1) * sizeof(*names));
    const struct type **const types = pool_alloc(c->pool, (n + 1) * sizeof(*types));
    f->name = "function";
    f->names = names;
    f->types = types;
    f->n_captured = c->n_slots;
    for (const struct ast *i = e->b; i; i = i->next) {
        unsigned const slot = compiler_slot(&inner);
        inner.scope = symbol_push(c->pool, inner.scope, i->name, SYMBOL_LOCAL, slot, i->type);
        names[f->n_parameters] = i->name;
        types[f->n_parameters++] = i->type;
    }
    inner.test_slot = -1;
    f->body = compile_program(&inner, e->a);
    f->n_slots = inner.n_slots_max;
    if (!f->body) {
        c->error = inner.error;
        return false;
    }
    compile_emit(c, OP_CLOSURE, f->n_captured, 0, f);
    return true;
}
