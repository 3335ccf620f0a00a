// Cells to tests.  Most cells hold literals: those become quick tests that need no program.
#include "dmn_load.h"

// A literal, also a negative number; NULL for other expressions.
enum { HELD_MAX = 32 };

static bool quick_literal(const struct ast *e, struct value *out)
{
    if (e->kind == AST_NEGATE && e->a->kind == AST_LITERAL && e->a->value.kind == VALUE_NUMBER) {
        *out = value_number(number_negate(e->a->value.number));
        return true;
    }
    if (e->kind != AST_LITERAL) return false;
    *out = e->value;
    return true;
}

static bool quick_range(struct pool *pool, const struct ast *e, struct value *out)
{
    struct range r = {.unbound = false};
    if (e->kind != AST_RANGE || !quick_literal(e->a, &r.low) || !quick_literal(e->b, &r.high)) {
        return false;
    }
    // null ends and ends of two kinds are for the evaluator to complain of
    if (r.low.kind != r.high.kind || !value_is_ordered(r.low.kind)) return false;
    r.low_closed = (e->flags & AST_LOW_CLOSED) != 0;
    r.high_closed = (e->flags & AST_HIGH_CLOSED) != 0;
    struct range *const kept = pool_alloc(pool, sizeof(*kept));
    *kept = r;
    *out = (struct value){.kind = VALUE_RANGE, .range = kept};
    return true;
}

static bool quick_test(struct pool *pool, const struct ast *t, struct quick_test *out)
{
    *out = (struct quick_test){.op = t->op, .kind = TEST_CELL};
    if (quick_literal(t->a, &out->value)) {
        out->kind |= TEST_LITERAL;
        if (out->value.kind == VALUE_NULL) out->kind |= TEST_LITERAL_NULL;
        return true;
    }
    return t->op == AST_OP_NONE && quick_range(pool, t->a, &out->value);
}

static bool quick_cell(struct pool *pool, struct cell *cell)
{
    unsigned n = 0;
    for (const struct ast *t = cell->ast->b; t; t = t->next) n++;
    if (n == 0) {
        cell->kind = CELL_ANY;
        return true;
    }
    struct quick_test *const tests = pool_alloc(pool, n * sizeof(*tests));
    for (const struct ast *t = cell->ast->b; t; t = t->next) {
        if (!quick_test(pool, t, &tests[cell->n_tests++])) {
            cell->n_tests = 0;
            return false;
        }
    }
    cell->kind = CELL_QUICK;
    cell->tests = tests;
    cell->negated = (cell->ast->flags & AST_NOT) != 0;
    return true;
}

static bool is_name(const struct ast *e, const char *name)
{
    return e && e->kind == AST_NAME && strcmp(e->name, name) == 0;
}

// list contains(?, literal), or several joined by or.
static bool held_gather(const struct ast *e, struct value *out, unsigned *n)
{
    if (e->kind == AST_OR) return held_gather(e->a, out, n) && held_gather(e->b, out, n);
    if (e->kind != AST_CALL || !is_name(e->a, "list contains") || *n == HELD_MAX) return false;
    const struct ast *const list = e->b, *const sought = list ? list->next : NULL;
    if (!sought || sought->next || list->name || sought->name) return false; // not by position
    if (!is_name(list->a, "?") || sought->a->kind != AST_LITERAL) return false;
    if (sought->a->value.kind != VALUE_STRING) return false;
    out[(*n)++] = sought->a->value;
    return true;
}

// Tables about people ask of lists of ticks more than of anything else.
static void held_cell(struct pool *pool, struct cell *cell)
{
    struct value found[HELD_MAX];
    unsigned n = 0;
    const struct ast *const test = cell->ast->b;
    if (!test || test->next || (cell->ast->flags & AST_NOT) || test->op != AST_OP_NONE) return;
    const struct ast *const both = test->a, *const guard = both->kind == AST_AND ? both->a : NULL;
    if (!guard || guard->kind != AST_COMPARE || guard->op != AST_UNEQUAL) return;
    if (!is_name(guard->a, "?") || guard->b->kind != AST_LITERAL) return;
    if (guard->b->value.kind != VALUE_NULL || !held_gather(both->b, found, &n)) return;
    struct value *const kept = pool_alloc(pool, n * sizeof(*kept));
    memcpy(kept, found, n * sizeof(*kept));
    cell->held = kept;
    cell->n_held = n;
}

static bool compile_cells(struct compiler *c, struct table *t)
{
    for (unsigned row = 0; row < t->n_rows; row++) {
        for (unsigned i = 0; i < t->n_inputs; i++) {
            struct cell *const cell = &t->cells[row * t->n_inputs + i];
            if (quick_cell(c->pool, cell)) continue;
            cell->kind = CELL_PROGRAM;
            cell->program = compile_test_program(c, cell->ast, t->inputs[i].slot);
            held_cell(c->pool, cell);
            if (!cell->program) {
                c->error_row = (int)row + 1;
                c->error_column = (int)i + 1;
                return false;
            }
        }
    }
    return true;
}

static bool compile_outputs(struct compiler *c, struct table *t)
{
    for (unsigned i = 0; i < t->n_rows * t->n_outputs; i++) {
        struct output_cell *const cell = &t->output_cells[i];
        struct value literal;
        if (quick_literal(cell->ast, &literal)) {
            struct value *const kept = pool_alloc(c->pool, sizeof(*kept));
            *kept = literal;
            cell->literal = kept;
        }
        cell->program = compile_program(c, cell->ast);
        if (!cell->program) {
            c->error_row = (int)(i / t->n_outputs) + 1;
            c->error_column = (int)(t->n_inputs + i % t->n_outputs) + 1;
            return false;
        }
    }
    for (unsigned i = 0; i < t->n_outputs; i++) {
        struct table_output *const out = &t->outputs[i];
        if (!out->otherwise_ast) continue;
        out->otherwise = compile_program(c, out->otherwise_ast);
        if (!out->otherwise) return false;
    }
    return true;
}

// Each column has a slot for its value, so that cells of one column may not see another's.
bool load_table_compile(struct compiler *c, struct table *t)
{
    if (c->n_slots + t->n_inputs + 8 > FEEL_SLOTS_MAX) {
        return compile_fail(c, NULL, FEEL_OUTSIDE, "the table needs more variables than there are");
    }
    for (unsigned i = 0; i < t->n_inputs; i++) {
        struct table_input *const in = &t->inputs[i];
        in->program = compile_program(c, in->ast);
        if (!in->program) {
            c->error_column = (int)i + 1;
            return false;
        }
    }
    unsigned const slots = c->n_slots;
    for (unsigned i = 0; i < t->n_inputs; i++) t->inputs[i].slot = compiler_slot(c);
    for (unsigned i = 0; i < t->n_inputs; i++) {
        struct table_input *const in = &t->inputs[i];
        if (!in->allowed_ast) continue;
        in->allowed = compile_test_program(c, in->allowed_ast, in->slot);
        if (!in->allowed) return false;
    }
    bool const ok = compile_cells(c, t) && compile_outputs(c, t);
    c->n_slots = slots;
    return ok;
}
