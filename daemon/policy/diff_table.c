// Two tables of one name: how they answer, their columns, and their rows cell by cell.
#include "diff.h"

#include <stdlib.h>

enum column_kind { COLUMN_INPUT, COLUMN_OUTPUT, COLUMN_NOTE };

// A column of either table or of both.
struct diff_column {
    enum column_kind kind;
    const char *name;
    int a, b; // its place, -1 when the table has none
};

struct tables {
    struct differing *d;
    const struct table *a, *b;
    size_t n;
    struct diff_column *columns;
    struct pool pool; // of this table alone
};

static const char *output_name(const struct table *t, unsigned i)
{
    if (*t->outputs[i].name) return t->outputs[i].name;
    return *t->outputs[i].label ? t->outputs[i].label : t->name;
}

static const char *column_name(const struct table *t, enum column_kind kind, unsigned i)
{
    if (kind == COLUMN_INPUT) return t->inputs[i].text;
    return kind == COLUMN_OUTPUT ? output_name(t, i) : t->note_names[i];
}

static unsigned column_count(const struct table *t, enum column_kind kind)
{
    return kind == COLUMN_INPUT ? t->n_inputs : kind == COLUMN_OUTPUT ? t->n_outputs : t->n_notes;
}

// Columns are the same by what they read or by their name; the only output is itself.
static void columns_match(struct tables *t, enum column_kind kind)
{
    unsigned const n_a = column_count(t->a, kind), n_b = column_count(t->b, kind);
    size_t const first = t->n;
    for (unsigned i = 0; i < n_a; i++) {
        t->columns[t->n++] = (struct diff_column){
            .kind = kind, .a = (int)i, .b = -1, .name = column_name(t->a, kind, i)};
    }
    for (unsigned i = 0; i < n_b; i++) {
        const char *const name = column_name(t->b, kind, i);
        bool const only = kind == COLUMN_OUTPUT && n_a == 1 && n_b == 1;
        size_t at = first;
        while (at < t->n &&
               (t->columns[at].b >= 0 || (!only && !diff_same(t->columns[at].name, name)))) {
            at++;
        }
        if (at == t->n) {
            t->columns[t->n++] = (struct diff_column){.kind = kind, .name = name, .a = -1};
        }
        t->columns[at].b = (int)i;
    }
}

// "-" and nothing at all say the same; a column that a table does not have says nothing.
static const char *cell_of(const struct table *t, const struct diff_column *c, int column,
                           unsigned row)
{
    const char *text = "";
    if (column < 0) return "-";
    if (c->kind == COLUMN_INPUT) text = table_cell(t, row, (unsigned)column)->text;
    if (c->kind == COLUMN_OUTPUT) {
        text = t->output_cells[row * t->n_outputs + (unsigned)column].text;
    }
    if (c->kind == COLUMN_NOTE) text = t->notes[row * t->n_notes + (unsigned)column];
    return *text ? text : "-";
}

static void columns_tell(struct tables *t)
{
    static const char *const kinds[] = {"input", "output", "annotation"};
    for (size_t i = 0; i < t->n; i++) {
        const struct diff_column *const c = &t->columns[i];
        struct difference x = {.table = t->b->name, .column = c->name};
        if (c->a >= 0 && c->b >= 0) continue;
        x.kind = c->a < 0 ? "column_added" : "column_removed";
        diff_tell(t->d, x, "%s column `%s` %s", kinds[c->kind], c->name,
                  c->a < 0 ? "added" : "removed");
    }
}

// What a column allows, how it is typed, what it answers by default.
static void columns_say(struct tables *t)
{
    char what[200];
    for (size_t i = 0; i < t->n; i++) {
        const struct diff_column *const c = &t->columns[i];
        if (c->a < 0 || c->b < 0 || c->kind == COLUMN_NOTE) continue;
        bool const in = c->kind == COLUMN_INPUT;
        const struct table_input *const p = &t->a->inputs[in ? c->a : 0];
        const struct table_input *const q = &t->b->inputs[in ? c->b : 0];
        const struct table_output *const o = &t->a->outputs[in ? 0 : c->a];
        const struct table_output *const r = &t->b->outputs[in ? 0 : c->b];
        snprintf(what, sizeof(what), "the type of `%.120s`", c->name);
        diff_text(t->d, t->b->name, what, in ? p->type_text : o->type_text,
                  in ? q->type_text : r->type_text);
        snprintf(what, sizeof(what), "the values of `%.120s`", c->name);
        diff_text(t->d, t->b->name, what, in ? p->allowed_text : o->values_text,
                  in ? q->allowed_text : r->values_text);
        if (in) continue;
        snprintf(what, sizeof(what), "the default of `%.120s`", c->name);
        diff_text(t->d, t->b->name, what, o->otherwise_text ? o->otherwise_text : "",
                  r->otherwise_text ? r->otherwise_text : "");
        if (strcmp(output_name(t->a, (unsigned)c->a), output_name(t->b, (unsigned)c->b)) != 0) {
            diff_text(t->d, t->b->name, "the name of the output", output_name(t->a, (unsigned)c->a),
                      output_name(t->b, (unsigned)c->b));
        }
    }
}

// --- Rows ---

static struct row_list rows_number(struct tables *t, struct diff_numbers *k, bool old)
{
    const struct table *const of = old ? t->a : t->b;
    struct pool *const pool = &t->pool;
    uint32_t *const cells = pool_alloc(pool, ((size_t)of->n_rows * t->n + 1) * sizeof(*cells));
    uint32_t *const weights = pool_alloc(pool, (t->n + 1) * sizeof(*weights));
    for (size_t i = 0; i < t->n; i++) {
        const struct diff_column *const c = &t->columns[i];
        weights[i] = c->kind == COLUMN_INPUT ? 2 : 1; // what a row asks makes it the row it is
        for (unsigned row = 0; row < of->n_rows; row++) {
            cells[row * t->n + i] = diff_number(k, cell_of(of, c, old ? c->a : c->b, row));
        }
    }
    return (struct row_list){of->n_rows, t->n, cells, weights};
}

static void cell_tell(struct tables *t, const struct diff_column *c, unsigned row, unsigned was)
{
    struct difference const x = {.kind = "cell",
                                 .table = t->b->name,
                                 .column = c->name,
                                 .was = cell_of(t->a, c, c->a, was),
                                 .is = cell_of(t->b, c, c->b, row),
                                 .row = row + 1,
                                 .was_row = was + 1};
    if (diff_same(x.was, x.is)) return;
    diff_tell(t->d, x, "`%s` was %s, is %s", c->name, x.was, x.is);
}

static void row_tell(struct tables *t, const struct table *of, unsigned row, bool added)
{
    char text[2000];
    struct difference const x = {.kind = added ? "row_added" : "row_removed",
                                 .table = of->name,
                                 .row = added ? row + 1 : 0,
                                 .was_row = added ? 0 : row + 1};
    diff_row_words(of, row, text, sizeof(text));
    diff_tell(t->d, x, "%s: %s", added ? "added" : "removed", text);
}

static size_t word_put(char *text, size_t size, size_t at, const char *lead, const char *name,
                       const char *value)
{
    int const n = at < size ? snprintf(text + at, size - at, "%s`%s` %s", lead, name, value) : 0;
    return at + (n > 0 ? (size_t)n : 0);
}

void diff_row_words(const struct table *t, unsigned row, char *text, size_t size)
{
    size_t at = 0;
    for (unsigned i = 0; i < t->n_inputs; i++) {
        const struct cell *const c = table_cell(t, row, i);
        if (c->kind == CELL_ANY) continue;
        at = word_put(text, size, at, at ? ", " : "when ", t->inputs[i].text, c->text);
    }
    if (at == 0) at = (size_t)snprintf(text, size, "whatever comes");
    for (unsigned i = 0; i < t->n_outputs; i++) {
        at = word_put(text, size, at, i ? ", " : ": ", output_name(t, i),
                      t->output_cells[row * t->n_outputs + i].text);
    }
    for (unsigned i = 0; i < t->n_notes; i++) {
        const char *const note = t->notes[row * t->n_notes + i];
        if (*note) at = word_put(text, size, at, "; ", t->note_names[i], note);
    }
}

// Of rows that stay in the order of the new table: did this one pass another that stayed?  The
// longest run of rows in their old order has not moved; the others have.
static bool *rows_moved(struct pool *pool, const size_t *was, size_t n)
{
    bool *const moved = pool_alloc(pool, n + 1);
    size_t *const length = pool_alloc(pool, (n + 1) * sizeof(*length));
    size_t *const before = pool_alloc(pool, (n + 1) * sizeof(*before));
    size_t best = SIZE_MAX;
    for (size_t i = 0; i < n; i++) {
        moved[i] = was[i] != SIZE_MAX;
        before[i] = SIZE_MAX;
        for (size_t k = 0; k < i && moved[i]; k++) {
            if (was[k] == SIZE_MAX || was[k] > was[i] || length[k] < length[i]) continue;
            length[i] = length[k] + 1;
            before[i] = k;
        }
        if (moved[i] && (best == SIZE_MAX || length[i] > length[best])) best = i;
    }
    for (; best != SIZE_MAX; best = before[best]) moved[best] = false;
    return moved;
}

static void rows_tell(struct tables *t, const size_t *was)
{
    bool *const kept = pool_alloc(&t->pool, t->a->n_rows + 1U);
    const bool *const moved = rows_moved(&t->pool, was, t->b->n_rows);
    for (unsigned row = 0; row < t->b->n_rows; row++) {
        if (was[row] != SIZE_MAX) kept[was[row]] = true;
    }
    for (unsigned row = 0; row < t->a->n_rows; row++) {
        if (!kept[row]) row_tell(t, t->a, row, false);
    }
    for (unsigned row = 0; row < t->b->n_rows; row++) {
        unsigned const old = (unsigned)was[row];
        if (was[row] == SIZE_MAX) {
            row_tell(t, t->b, row, true);
            continue;
        }
        struct difference const x = {
            .kind = "row_moved", .table = t->b->name, .row = row + 1, .was_row = old + 1};
        if (moved[row]) diff_tell(t->d, x, "moved: it was row %u", old + 1);
        for (size_t i = 0; i < t->n; i++) cell_tell(t, &t->columns[i], row, old);
    }
}

static void tables_tell(struct tables *t)
{
    const struct table *const a = t->a, *const b = t->b;
    size_t const most =
        a->n_inputs + a->n_outputs + a->n_notes + b->n_inputs + b->n_outputs + b->n_notes + 1UL;
    struct diff_numbers k;
    t->columns = pool_alloc(&t->pool, most * sizeof(*t->columns));
    diff_numbers_make(&k, &t->pool, ((size_t)a->n_rows + b->n_rows + 1) * most);
    size_t *const was = pool_alloc(&t->pool, (b->n_rows + 1U) * sizeof(*was));
    for (int kind = COLUMN_INPUT; kind <= COLUMN_NOTE; kind++) {
        columns_match(t, (enum column_kind)kind);
    }
    diff_text(t->d, b->name, "the hit policy", hit_word(a->hit), hit_word(b->hit));
    diff_text(t->d, b->name, "the aggregation", aggregate_word(a->aggregate),
              aggregate_word(b->aggregate));
    columns_tell(t);
    columns_say(t);
    struct row_list const old = rows_number(t, &k, true), now = rows_number(t, &k, false);
    diff_rows(&t->pool, &old, &now, was);
    rows_tell(t, was);
}

void diff_table(struct differing *d, const struct table *a, const struct table *b)
{
    struct tables t = {.d = d, .a = a, .b = b};
    if (setjmp(t.pool.exit) != 0) {
        pool_close(&t.pool);
        longjmp(d->pool.exit, 1);
    }
    tables_tell(&t);
    pool_close(&t.pool);
}
