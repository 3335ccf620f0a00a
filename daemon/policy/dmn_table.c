// Decision tables, from XML to columns and cells, and their compilation.
#include "dmn_load.h"

static const char *const HIT_WORDS[] = {
#define HIT_WORD(policy, letter, word) [policy] = word,
    HIT_LIST(HIT_WORD)
#undef HIT_WORD
};

static const char *const AGGREGATE_WORDS[] = {
#define AGGREGATE_WORD(aggregate, word) [aggregate] = word,
    AGGREGATE_LIST(AGGREGATE_WORD)
#undef AGGREGATE_WORD
};

const char *hit_word(enum hit hit)
{
    return HIT_WORDS[hit];
}

const char *aggregate_word(enum aggregate aggregate)
{
    return AGGREGATE_WORDS[aggregate];
}

const char *table_note(const struct table *t, unsigned row, const char *name)
{
    for (unsigned i = 0; i < t->n_notes; i++) {
        if (strcmp(t->note_names[i], name) == 0) return t->notes[row * t->n_notes + i];
    }
    return "";
}

static bool load_hit(struct loader *l, const xmlNode *n, struct table *t)
{
    const char *const hit = xml_attribute(l, n, "hitPolicy");
    const char *const aggregate = xml_attribute(l, n, "aggregation");
    t->hit = HIT_POLICIES;
    t->aggregate = AGGREGATES;
    for (unsigned i = 0; i < HIT_POLICIES; i++) {
        if (strcmp(hit ? hit : "UNIQUE", HIT_WORDS[i]) == 0) t->hit = (enum hit)i;
    }
    for (unsigned i = 0; i < AGGREGATES; i++) {
        if (strcmp(aggregate ? aggregate : "", AGGREGATE_WORDS[i]) == 0) {
            t->aggregate = (enum aggregate)i;
        }
    }
    if (t->hit == HIT_POLICIES) return load_fail(l, n, FEEL_INVALID, "no such hit policy");
    if (t->aggregate == AGGREGATES) return load_fail(l, n, FEEL_INVALID, "no such aggregation");
    return true;
}

static bool load_input(struct loader *l, const xmlNode *n, const struct symbol *scope,
                       struct table_input *in)
{
    const xmlNode *const e = xml_child(n, "inputExpression");
    const xmlNode *const values = xml_child(n, "inputValues");
    const char *const label = xml_attribute(l, n, "label");
    if (!e) return load_fail(l, n, FEEL_INVALID, "an input column without an expression");
    in->text = xml_child_text(l, e);
    in->label = label ? label : in->text;
    const char *const type = xml_attribute(l, e, "typeRef");
    in->type_text = type ? type : "";
    in->type = load_type(l, e, type);
    in->allowed_text = values ? xml_child_text(l, values) : "";
    in->ast = load_feel(l, e, in->text, scope);
    if (*in->allowed_text) {
        in->allowed_ast = load_tests(l, values, in->allowed_text, scope);
        if (!in->allowed_ast) return false;
    }
    return in->ast != NULL;
}

static void load_order(struct loader *l, struct table_output *out)
{
    unsigned n = 0;
    for (const struct ast *t = out->values_ast->b; t; t = t->next) n++;
    struct value *const order = pool_alloc(l->pool, (n + 1) * sizeof(*order));
    for (const struct ast *t = out->values_ast->b; t; t = t->next) {
        if (t->op == AST_OP_NONE && t->a->kind == AST_LITERAL) order[out->n_order++] = t->a->value;
    }
    out->order = order;
}

static bool load_output(struct loader *l, const xmlNode *n, const struct symbol *scope,
                        struct table_output *out)
{
    const xmlNode *const values = xml_child(n, "outputValues");
    const xmlNode *const otherwise = xml_child(n, "defaultOutputEntry");
    const char *const name = xml_attribute(l, n, "name");
    const char *const label = xml_attribute(l, n, "label");
    out->name = name_normal(l->pool, bytes_text(name ? name : ""));
    out->label = label ? label : out->name;
    const char *const type = xml_attribute(l, n, "typeRef");
    out->type_text = type ? type : "";
    out->type = load_type(l, n, type);
    out->values_text = values ? xml_child_text(l, values) : "";
    name_set_add(l->pool, &l->model->names, out->name);
    if (*out->values_text) {
        out->values_ast = load_tests(l, values, out->values_text, scope);
        if (!out->values_ast) return false;
        load_order(l, out);
    } else if (out->type && out->type->allowed_ast) {
        out->values_ast = (struct ast *)(uintptr_t)out->type->allowed_ast;
        load_order(l, out);
    }
    if (otherwise) out->otherwise_text = xml_child_text(l, otherwise);
    return true;
}

static const struct symbol *load_test_scope(struct loader *l, const struct symbol *scope)
{
    return symbol_push(l->pool, scope, "?", SYMBOL_NAME, 0, NULL);
}

static bool load_row_fail(struct loader *l, const xmlNode *n, unsigned row, unsigned column,
                          const char *text)
{
    load_fail(l, n, FEEL_INVALID, text);
    l->error_row = (int)row;
    l->error_column = (int)column;
    return false;
}

// Where in the table an error of FEEL is, for the report.
static void load_place(struct loader *l, bool ok, unsigned row, unsigned column)
{
    if (ok || l->error_row) return;
    l->error_row = (int)row + 1;
    l->error_column = (int)column + 1;
}

static bool load_row(struct loader *l, const xmlNode *rule, struct table *t, unsigned row,
                     const struct symbol *scope)
{
    unsigned column = 0;
    const struct symbol *const tests = load_test_scope(l, scope);
    for (const xmlNode *e = xml_child(rule, "inputEntry"); e; e = xml_next(e, "inputEntry")) {
        if (column == t->n_inputs) {
            return load_row_fail(l, rule, row + 1, 0, "the row has too many input cells");
        }
        struct cell *const c = &t->cells[row * t->n_inputs + column];
        c->text = xml_child_text(l, e);
        c->line = xml_line(e);
        c->ast = load_tests(l, e, c->text, tests);
        load_place(l, c->ast != NULL, row, column);
        if (!c->ast) return false;
        column++;
    }
    if (column != t->n_inputs) {
        return load_row_fail(l, rule, row + 1, column + 1, "the row has too few input cells");
    }
    column = 0;
    for (const xmlNode *e = xml_child(rule, "outputEntry"); e; e = xml_next(e, "outputEntry")) {
        if (column == t->n_outputs) {
            return load_row_fail(l, rule, row + 1, 0, "the row has too many output cells");
        }
        struct output_cell *const c = &t->output_cells[row * t->n_outputs + column];
        c->text = xml_child_text(l, e);
        c->line = xml_line(e);
        c->ast = load_feel(l, e, *c->text ? c->text : "null", scope);
        load_place(l, c->ast != NULL, row, t->n_inputs + column);
        if (!c->ast) return false;
        column++;
    }
    if (column != t->n_outputs) {
        return load_row_fail(l, rule, row + 1, t->n_inputs + column + 1,
                             "the row has too few output cells");
    }
    column = 0;
    for (const xmlNode *e = xml_child(rule, "annotationEntry"); e && column < t->n_notes;
         e = xml_next(e, "annotationEntry")) {
        t->notes[row * t->n_notes + column++] = xml_child_text(l, e);
    }
    return true;
}

static void load_notes(struct loader *l, const xmlNode *n, struct table *t)
{
    t->n_notes = xml_count(n, "annotation");
    t->note_names = pool_alloc(l->pool, (t->n_notes + 1) * sizeof(*t->note_names));
    t->notes = pool_alloc(l->pool, (t->n_rows * t->n_notes + 1) * sizeof(*t->notes));
    unsigned i = 0;
    for (const xmlNode *a = xml_child(n, "annotation"); a; a = xml_next(a, "annotation")) {
        const char *const name = xml_attribute(l, a, "name");
        t->note_names[i++] = name ? name : "";
    }
    for (i = 0; i < t->n_rows * t->n_notes; i++) t->notes[i] = "";
}

static bool load_columns(struct loader *l, const xmlNode *n, struct table *t,
                         const struct symbol *scope)
{
    unsigned i = 0;
    t->inputs = pool_alloc(l->pool, (t->n_inputs + 1) * sizeof(*t->inputs));
    t->outputs = pool_alloc(l->pool, (t->n_outputs + 1) * sizeof(*t->outputs));
    for (const xmlNode *c = xml_child(n, "input"); c; c = xml_next(c, "input"), i++) {
        bool const ok = load_input(l, c, scope, &t->inputs[i]);
        if (!ok && !l->error_column) l->error_column = (int)i + 1;
        if (!ok) return false;
    }
    i = 0;
    for (const xmlNode *c = xml_child(n, "output"); c; c = xml_next(c, "output"), i++) {
        if (!load_output(l, c, scope, &t->outputs[i])) return false;
        if (t->n_outputs > 1 && !*t->outputs[i].name) {
            return load_fail(l, c, FEEL_INVALID, "each of several outputs needs a name");
        }
    }
    return true;
}

struct table *load_table(struct loader *l, const xmlNode *n, const struct symbol *scope)
{
    struct table *const t = pool_alloc(l->pool, sizeof(*t));
    unsigned row = 0;
    t->name = l->element->name;
    t->line = xml_line(n);
    t->n_inputs = xml_count(n, "input");
    t->n_outputs = xml_count(n, "output");
    t->n_rows = xml_count(n, "rule");
    if (t->n_rows > TABLE_ROWS_MAX || t->n_inputs + t->n_outputs > TABLE_COLUMNS_MAX) {
        load_fail(l, n, FEEL_OUTSIDE, "the table has more rows or columns than are read");
        return NULL;
    }
    if (t->n_outputs == 0) {
        load_fail(l, n, FEEL_INVALID, "the table has no output column");
        return NULL;
    }
    if (!load_hit(l, n, t) || !load_columns(l, n, t, scope)) return NULL;
    if (t->aggregate != AGGREGATE_NONE && t->n_outputs > 1) {
        load_fail(l, n, FEEL_OUTSIDE, "an aggregation needs a single output");
        return NULL;
    }
    t->cells = pool_alloc(l->pool, (t->n_rows * t->n_inputs + 1) * sizeof(*t->cells));
    t->output_cells =
        pool_alloc(l->pool, (t->n_rows * t->n_outputs + 1) * sizeof(*t->output_cells));
    load_notes(l, n, t);
    for (const xmlNode *r = xml_child(n, "rule"); r; r = xml_next(r, "rule"), row++) {
        if (!load_row(l, r, t, row, scope)) return NULL;
    }
    unsigned column = 0;
    for (const xmlNode *o = xml_child(n, "output"); o; o = xml_next(o, "output"), column++) {
        struct table_output *const out = &t->outputs[column];
        if (!out->otherwise_text || !*out->otherwise_text) continue;
        out->otherwise_ast = load_feel(l, o, out->otherwise_text, scope);
        if (!out->otherwise_ast) return NULL;
    }
    return t;
}
