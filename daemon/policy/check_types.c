// Is what the cells of a table say of the type that its columns have?  A word that the type does
// not allow would be null when the table is evaluated: a test that never matches, an answer that
// nobody gave.
#include "check_values.h"

#include "feel_print.h"

struct typing {
    const struct pack_model *model;
    const struct table *table;
    struct eval *eval;
    struct policy_report *report;
};

static struct place cell_place(const struct typing *y, unsigned row, unsigned column, int line)
{
    return (struct place){y->model->file, y->table->name, line, (int)row + 1, (int)column + 1};
}

static void value_refuse(const struct typing *y, struct place at, struct value v, const char *what,
                         const char *name)
{
    char text[200];
    struct printer p = {text, sizeof(text) - 1, 0};
    print_value(&p, v, true);
    text[p.len < p.size ? p.len : p.size] = 0;
    report_refuse(y->report, at, "%s is no %s `%.80s`: it would count as unknown", text, what,
                  name);
}

static bool type_takes(const struct typing *y, const struct type *type, struct value v)
{
    struct value out;
    return v.kind == VALUE_NULL || (type_try(y->eval, type, v, &out) && out.kind != VALUE_NULL);
}

// Of a list, its elements: tests look for single words.
static const struct type *type_of_tests(const struct type *type)
{
    const struct type *const plain = type ? type_plain(type) : NULL;
    return plain && plain->kind == TYPE_LIST ? plain->base : type;
}

// Which fact a column reads, -1 when it reads something else.
static int column_fact(const struct typing *y, unsigned column)
{
    const struct ast *const ast = y->table->inputs[column].ast;
    int const i = ast->kind == AST_NAME ? model_find_any(y->model->model, ast->name) : -1;
    const struct binding *const b = i >= 0 && y->model->bindings ? &y->model->bindings[i] : NULL;
    return b && b->kind == BIND_FACT ? (int)b->index : -1;
}

static bool fact_takes(enum fact fact, struct value v)
{
    switch (FACTS[fact].type) {
    case FACT_BOOL: return v.kind == VALUE_BOOLEAN;
    case FACT_NUMBER: return v.kind == VALUE_NUMBER;
    case FACT_CODE:
    case FACT_CODES: break;
    }
    return v.kind == VALUE_STRING && fact_code_from(fact, (const char *)v.string.data) >= 0;
}

// A bound need not be a value that the type allows, but it has to be of its kind.
static bool column_takes(const struct typing *y, unsigned column, struct value v, bool bound)
{
    const struct type *const type = type_of_tests(check_column_type(y->model, y->table, column));
    const struct type *const plain = type ? type_plain(type) : &TYPE_OF_ANY;
    if (bound) return plain->kind != TYPE_SIMPLE || plain->simple == v.kind;
    return !type || type_takes(y, type, v);
}

static void literal_check(const struct typing *y, unsigned row, unsigned column, struct value v,
                          bool bound)
{
    struct place const at = cell_place(y, row, column, table_cell(y->table, row, column)->line);
    int const fact = column_fact(y, column);
    if (v.kind == VALUE_NULL) return;
    if (fact >= 0 && !fact_takes((enum fact)fact, v)) {
        value_refuse(y, at, v, "value of the fact", FACTS[fact].name);
    } else if (!column_takes(y, column, v, bound)) {
        value_refuse(y, at, v, "value of the column", y->table->inputs[column].text);
    }
}

static void tests_check(const struct typing *y, unsigned row, unsigned column)
{
    const struct cell *const c = table_cell(y->table, row, column);
    for (unsigned i = 0; i < c->n_held; i++) literal_check(y, row, column, c->held[i], false);
    for (unsigned i = 0; i < c->n_tests; i++) {
        struct value const v = c->tests[i].value;
        if (v.kind == VALUE_RANGE) {
            literal_check(y, row, column, v.range->low, true);
            literal_check(y, row, column, v.range->high, true);
        } else {
            literal_check(y, row, column, v, c->tests[i].op != AST_OP_NONE);
        }
    }
}

// The type of an output: its own, or, of the only one, that of the decision.
static const struct type *output_type(const struct typing *y, unsigned column)
{
    const struct table *const t = y->table;
    int const i = model_find(y->model->model, ELEMENT_DECISION, t->name);
    if (t->outputs[column].type || t->n_outputs > 1 || i < 0) return t->outputs[column].type;
    return type_of_tests(y->model->model->elements[i].type);
}

static void outputs_check(const struct typing *y, unsigned row)
{
    const struct table *const t = y->table;
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const struct output_cell *const c = &t->output_cells[row * t->n_outputs + i];
        const struct type *const type = output_type(y, i);
        if (!c->literal || !type || type_takes(y, type, *c->literal)) continue;
        value_refuse(y, cell_place(y, row, t->n_inputs + i, c->line), *c->literal,
                     "value of the output", *t->outputs[i].name ? t->outputs[i].name : t->name);
    }
}

void check_types(const struct pack_model *m, const struct table *t, struct eval *ev,
                 struct policy_report *report)
{
    struct typing const y = {m, t, ev, report};
    for (unsigned row = 0; row < t->n_rows; row++) {
        for (unsigned column = 0; column < t->n_inputs; column++) tests_check(&y, row, column);
        outputs_check(&y, row);
    }
}

// Every code that a fact may have must be one that the type of its input takes.
void check_fact_types(const struct pack_model *m, struct eval *ev, struct policy_report *report)
{
    for (unsigned i = 0; i < m->model->n_elements; i++) {
        const struct element *const e = &m->model->elements[i];
        const struct binding *const b = &m->bindings[i];
        const struct type *const type = type_of_tests(e->type);
        struct typing const y = {m, NULL, ev, report};
        if (e->kind != ELEMENT_INPUT || b->kind != BIND_FACT || !type) continue;
        const char *const *const codes = FACTS[b->index].codes;
        for (unsigned c = 0; codes && codes[c]; c++) {
            struct place const at = {.file = m->file, .decision = e->name, .line = e->line};
            if (type_takes(&y, type, value_text(codes[c]))) continue;
            report_refuse(report, at, "the type `%s` leaves out the fact's code \"%s\": add it",
                          e->type_text, codes[c]);
        }
    }
}
