// What each question of a pack rests on: noted when it has been answered, while the rows that did
// so are still at hand.
#include "explain.h"

_Static_assert((int)EXPLAINED_COUNT == (int)DECISION_RERATING, "a question for each decision");

enum { EXPLAIN_DEPTH_MAX = 4 }; // tables without words of their own, behind one another

static const char *const NAMES[] = {
#define EXPLAINED_NAME(question, name) [question] = name,
    EXPLAINED_LIST(EXPLAINED_NAME)
#undef EXPLAINED_NAME
};

const char *explained_name(enum explained_question q)
{
    return NAMES[q];
}

static void fact_note(unsigned fact, uint16_t facts[EXPLAINED_FACTS_MAX], size_t *n)
{
    for (size_t i = 0; i < *n; i++) {
        if (facts[i] == fact) return;
    }
    if (*n < EXPLAINED_FACTS_MAX) facts[(*n)++] = (uint16_t)fact;
}

static bool rows_have_words(const struct table *t, const uint16_t *rows, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (*table_note(t, rows[i], "reason")) return true;
    }
    return false;
}

// The facts that the tests of a row read.  A table that it reads and that has no words to give is
// looked through; one that has, gives them as a row of its own.
static void row_facts(struct asking *a, const struct table *t, unsigned row,
                      struct explained_row *out, int depth)
{
    uint16_t rows[EXPLAINED_ROWS_MAX];
    for (unsigned c = 0; c < t->n_inputs; c++) {
        struct reads const reads = cell_reads(t, row, c);
        for (unsigned i = 0; i < reads.n; i++) {
            const struct binding *const b = &a->model->bindings[reads.elements[i]];
            const struct table *const behind = a->model->model->elements[reads.elements[i]].table;
            if (b->kind == BIND_FACT) fact_note(b->index, out->facts, &out->n_facts);
            if (b->kind != BIND_NOTHING || !behind || depth == EXPLAIN_DEPTH_MAX) continue;
            size_t const n = asking_matched(a, behind, rows, EXPLAINED_ROWS_MAX);
            if (rows_have_words(behind, rows, n)) continue;
            for (size_t k = 0; k < n; k++) row_facts(a, behind, rows[k], out, depth + 1);
        }
    }
}

// The table of that name in the part at hand, as reasons name it.
static const struct table *table_named(const struct asking *a, const char *name)
{
    const struct model *const m = a->model->model;
    for (unsigned i = 0; i < m->n_elements; i++) {
        const struct table *const t = m->elements[i].table;
        if (t && t->name == name) return t;
    }
    return NULL;
}

// What is open in the table of a decision, and in those behind it.
static void open_note(struct asking *a, unsigned element, struct explained *out, int depth)
{
    const struct element *const e = &a->model->model->elements[element];
    uint16_t facts[FACT_COUNT];
    if (!e->table || depth > EXPLAIN_DEPTH_MAX) return;
    size_t const n = asking_open(a, e->table, facts);
    for (size_t i = 0; i < n; i++) fact_note(facts[i], out->open, &out->n_open);
    for (unsigned i = 0; i < e->n_requires; i++) open_note(a, e->required[i], out, depth + 1);
}

void explain_note(struct asking *a, enum pack_decision d)
{
    struct policy_reason reasons[POLICY_REASONS_MAX];
    struct explained *const out = &a->explained->questions[d];
    size_t const n = asking_reasons(a, d, reasons, 0);
    asking_forget(a); // a verdict gathers them again, each table once
    *out = (struct explained){0};
    for (size_t i = 0; i < n && out->n_rows < EXPLAINED_ROWS_MAX; i++) {
        struct explained_row *const row = &out->rows[out->n_rows++];
        const struct table *const t = table_named(a, reasons[i].decision);
        *row = (struct explained_row){.reason = reasons[i]};
        if (t) row_facts(a, t, reasons[i].row - 1, row, 0);
    }
    open_note(a, a->p->decisions[d], out, 0);
}
