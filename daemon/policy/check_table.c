// Is a table complete and unambiguous?  Each column's values are put into classes that leave the
// same rows in.  Two rows overlap when every column has a class that leaves both in.  For gaps, and
// for rows of a FIRST table that others shadow, a search narrows the rows column by column: where
// none is left there is a gap, and a row that never comes first is never used.
#include "check_values.h"

#include "feel_print.h"

#include <stdlib.h>

#define CHECK_NODES_MAX 2000000
#define CHECK_WORDS     (TABLE_ROWS_MAX / 64)

// Values of a column that leave the same rows in are one class.
struct check_class {
    struct value sample;
    uint64_t rows[CHECK_WORDS];
};

struct check_column {
    size_t n;
    struct check_class *classes;
};

struct check {
    const struct pack_model *model;
    const struct table *table;
    struct policy_report *report;
    struct pool pool;
    struct eval *eval;
    struct check_column *columns;
    const struct value *chosen[TABLE_COLUMNS_MAX];
    uint64_t used[CHECK_WORDS]; // rows that some input reaches
    size_t words, nodes;
    bool exact, gap, gap_unknown, exhausted;
};

static struct place check_place(const struct check *c, unsigned row, unsigned column)
{
    const struct table *const t = c->table;
    int const line = row && column ? table_cell(t, row - 1, column - 1)->line
                     : row         ? t->output_cells[(row - 1) * t->n_outputs].line
                                   : t->line;
    return (struct place){c->model->file, t->name, line, (int)row, (int)column};
}

// "age = 17, risk = \"high\"": the columns chosen so far.
static const char *check_input(struct check *c, unsigned depth)
{
    char text[900];
    struct printer p = {text, sizeof(text) - 1, 0};
    for (unsigned i = 0; i < depth; i++) {
        if (c->columns[i].n < 2) continue; // the column does not matter
        if (p.len) print_text(&p, bytes_text(", "));
        print_text(&p, bytes_text(c->table->inputs[i].text));
        print_text(&p, bytes_text(" = "));
        print_value(&p, *c->chosen[i], true);
    }
    if (!p.len) print_text(&p, bytes_text("any input"));
    return pool_text(&c->pool, text, p.len < sizeof(text) - 1 ? p.len : sizeof(text) - 1);
}

static bool check_has_default(const struct table *t)
{
    for (unsigned i = 0; i < t->n_outputs; i++) {
        if (t->outputs[i].otherwise) return true;
    }
    return false;
}

// A single result is wanted, so no input may be without one.
static bool check_wants_result(const struct table *t)
{
    return t->hit <= HIT_FIRST && !check_has_default(t);
}

static void check_found_gap(struct check *c, unsigned depth)
{
    bool unknown = false;
    for (unsigned i = 0; i < depth; i++) unknown = unknown || c->chosen[i]->kind == VALUE_NULL;
    bool *const told = unknown ? &c->gap_unknown : &c->gap;
    if (*told || !check_wants_result(c->table)) return;
    *told = true;
    report_refuse(c->report, check_place(c, 0, 0),
                  "no row matches when %s: add a row or a default output", check_input(c, depth));
}

static bool check_same_outputs(const struct table *t, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const struct output_cell *const x = &t->output_cells[a * t->n_outputs + i];
        const struct output_cell *const y = &t->output_cells[b * t->n_outputs + i];
        if (strcmp(x->text, y->text) != 0) return false;
    }
    return true;
}

static bool check_may_overlap(const struct table *t, unsigned a, unsigned b)
{
    if (t->hit == HIT_UNIQUE) return false;
    return t->hit != HIT_ANY || check_same_outputs(t, a, b);
}

static bool row_in(const uint64_t *rows, unsigned row)
{
    return rows[row / 64] >> (row % 64) & 1;
}

// Nothing but "-" from this column on.
static bool row_is_decided(const struct table *t, unsigned row, unsigned column)
{
    for (; column < t->n_inputs; column++) {
        if (table_cell(t, row, column)->kind != CELL_ANY) return false;
    }
    return true;
}

static void check_leaf(struct check *c, const uint64_t *rows, unsigned depth)
{
    unsigned first = 0;
    while (first < c->table->n_rows && !row_in(rows, first)) first++;
    if (first == c->table->n_rows) {
        check_found_gap(c, depth);
    } else {
        c->used[first / 64] |= 1ULL << (first % 64);
    }
}

static bool rows_any(const uint64_t *rows, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        if (rows[i]) return true;
    }
    return false;
}

static unsigned rows_first(const uint64_t *rows, size_t words)
{
    for (size_t i = 0; i < words; i++) {
        if (rows[i]) return (unsigned)(i * 64) + (unsigned)__builtin_ctzll(rows[i]);
    }
    return 0;
}

static void check_search(struct check *c, const uint64_t *rows, unsigned depth)
{
    const struct table *const t = c->table;
    uint64_t left[CHECK_WORDS];
    if (++c->nodes > CHECK_NODES_MAX) {
        c->exhausted = true;
        return;
    }
    bool const over = depth == t->n_inputs || !rows_any(rows, c->words);
    if (over || (t->hit == HIT_FIRST && row_is_decided(t, rows_first(rows, c->words), depth))) {
        check_leaf(c, rows, depth);
        return;
    }
    for (size_t i = 0; i < c->columns[depth].n && !c->exhausted; i++) {
        const struct check_class *const class = &c->columns[depth].classes[i];
        for (size_t w = 0; w < c->words; w++) left[w] = rows[w] & class->rows[w];
        c->chosen[depth] = &class->sample;
        check_search(c, left, depth + 1);
    }
}

// The rows whose cell is met by the value; a cell that cannot be evaluated makes all inexact.
static void class_rows(struct check *c, unsigned column, struct check_class *class)
{
    enum ternary answer;
    for (unsigned row = 0; row < c->table->n_rows; row++) {
        if (!table_try(c->eval, c->table, row, column, class->sample, &answer))
            c->exact = false;
        else if (answer == TERNARY_TRUE)
            class->rows[row / 64] |= 1ULL << (row % 64);
    }
}

static void check_column(struct check *c, unsigned column)
{
    struct check_column *const out = &c->columns[column];
    struct check_values *const values = pool_alloc(&c->pool, sizeof(*values));
    check_values_gather(&c->pool, c->model, c->table, column, values);
    c->exact = c->exact && values->exact;
    out->classes = pool_alloc(&c->pool, values->n * sizeof(*out->classes));
    for (size_t i = 0; i < values->n; i++) {
        struct check_class *const class = &out->classes[out->n];
        *class = (struct check_class){.sample = values->at[i]};
        class_rows(c, column, class);
        bool seen = false;
        for (size_t k = 0; k < out->n && !seen; k++) {
            seen = memcmp(out->classes[k].rows, class->rows, sizeof(class->rows)) == 0;
        }
        out->n += !seen;
    }
}

// A test that speaks of "?" must say what it means when the input is unknown.
static void check_guards(struct check *c)
{
    const struct table *const t = c->table;
    enum ternary answer;
    for (unsigned row = 0; row < t->n_rows; row++) {
        for (unsigned column = 0; column < t->n_inputs; column++) {
            const struct cell *const cell = table_cell(t, row, column);
            if (cell->kind != CELL_PROGRAM || !ast_uses(cell->ast->b, "?")) continue;
            if (table_try(c->eval, t, row, column, value_null(), &answer) &&
                answer != TERNARY_UNKNOWN) {
                continue;
            }
            report_refuse(c->report, check_place(c, row + 1, column + 1),
                          "says nothing when the input is unknown: write \"? != null and ...\"");
        }
    }
}

// A class of the column that leaves both rows in, or NULL.
static const struct check_class *class_of_both(const struct check_column *column, unsigned a,
                                               unsigned b)
{
    for (size_t i = 0; i < column->n; i++) {
        const struct check_class *const class = &column->classes[i];
        if (row_in(class->rows, a) && row_in(class->rows, b)) return class;
    }
    return NULL;
}

// Does some input meet both rows?  Columns are independent, so one class in each is enough.
static bool check_both(struct check *c, unsigned a, unsigned b)
{
    for (unsigned i = 0; i < c->table->n_inputs; i++) {
        const struct check_class *const class = class_of_both(&c->columns[i], a, b);
        if (!class) return false;
        c->chosen[i] = &class->sample;
    }
    return true;
}

static void check_overlaps(struct check *c)
{
    const struct table *const t = c->table;
    if (t->hit != HIT_UNIQUE && t->hit != HIT_ANY) return;
    for (unsigned b = 1; b < t->n_rows; b++) {
        for (unsigned a = 0; a < b; a++) {
            if (check_may_overlap(t, a, b) || !check_both(c, a, b)) continue;
            report_refuse(c->report, check_place(c, b + 1, 0),
                          "rows %u and %u both match when %s, and the hit policy is %s", a + 1,
                          b + 1, check_input(c, t->n_inputs), hit_word(t->hit));
            return;
        }
    }
}

static void check_unused_row(struct check *c, unsigned row)
{
    report_warn(c->report, check_place(c, row + 1, 0), "%s",
                c->exact ? "no input reaches this row"
                         : "no input that was tried reaches this row");
}

static void check_unused(struct check *c)
{
    const struct table *const t = c->table;
    bool const searched = t->hit == HIT_FIRST && !c->exhausted;
    for (unsigned row = 0; row < t->n_rows; row++) {
        bool const met = check_both(c, row, row);
        if (!met || (searched && !row_in(c->used, row))) check_unused_row(c, row);
    }
}

// A row of "-" alone matches whatever comes.
static bool check_has_catch_all(const struct table *t)
{
    for (unsigned row = 0; row < t->n_rows; row++) {
        if (row_is_decided(t, row, 0)) return true;
    }
    return false;
}

static void check_gaps(struct check *c)
{
    const struct table *const t = c->table;
    uint64_t rows[CHECK_WORDS] = {0};
    bool const may_gap = check_wants_result(t) && !check_has_catch_all(t);
    if (!may_gap && t->hit != HIT_FIRST) return;
    for (unsigned row = 0; row < t->n_rows; row++) rows[row / 64] |= 1ULL << (row % 64);
    check_search(c, rows, 0);
    if (!c->exhausted || !may_gap) return;
    report_warn(c->report, check_place(c, 0, 0),
                "too many combinations to prove it complete: add a last row of \"-\", or split it");
}

// Cells that read more than their own column cannot be held against its values alone.
static bool check_is_closed(const struct check *c)
{
    const struct table *const t = c->table;
    for (unsigned i = 0; i < t->n_rows * t->n_inputs; i++) {
        for (unsigned e = 0; e < c->model->model->n_elements; e++) {
            if (t->cells[i].kind == CELL_PROGRAM &&
                ast_uses(t->cells[i].ast->b, c->model->model->elements[e].name)) {
                return false;
            }
        }
    }
    return true;
}

static void check_run(struct check *c)
{
    const struct table *const t = c->table;
    c->words = (t->n_rows + 63) / 64;
    c->columns = pool_alloc(&c->pool, (t->n_inputs + 1) * sizeof(*c->columns));
    check_types(c->model, t, c->eval, c->report);
    check_guards(c);
    if (!check_is_closed(c)) {
        report_warn(c->report, check_place(c, 0, 0),
                    "cells read other inputs than their own: gaps and overlaps are not looked for");
        return;
    }
    for (unsigned i = 0; i < t->n_inputs; i++) check_column(c, i);
    check_overlaps(c);
    check_gaps(c);
    check_unused(c);
}

void check_table(const struct pack_model *m, const struct table *t, struct policy_report *report)
{
    struct check *const c = calloc(1, sizeof(*c));
    void *const memory = malloc(TOOL_ARENA_BYTES);
    struct value *const inputs = calloc(m->model->n_elements + 1, sizeof(*inputs));
    struct arena arena;
    if (c && memory && inputs) {
        arena_init(&arena, memory, TOOL_ARENA_BYTES);
        struct question const q = {.model = m->model, .inputs = inputs};
        *c = (struct check){.model = m, .table = t, .report = report, .exact = true};
        c->eval = model_begin(&q, &arena);
        if (c->eval && setjmp(c->pool.exit) == 0) check_run(c);
        pool_close(&c->pool);
    }
    free(inputs);
    free(memory);
    free(c);
}
