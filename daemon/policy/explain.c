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

// One question being noted; each element is looked through once, however many lead to it.
struct noting {
    struct asking *a;
    struct explained *out;
    uint8_t *seen; // by element
};

static bool look(struct noting *n, unsigned element, int depth)
{
    if (depth > EXPLAIN_DEPTH_MAX || n->seen[element]) return false;
    n->seen[element] = 1;
    return true;
}

// The facts that the tests of a row read.  A table that it reads and that has no words to give is
// looked through; one that has, gives them as a row of its own.
static void row_facts(struct noting *n, const struct table *t, unsigned row,
                      struct explained_row *out, int depth)
{
    uint16_t rows[EXPLAINED_ROWS_MAX];
    for (unsigned c = 0; c < t->n_inputs; c++) {
        struct reads const reads = cell_reads(t, row, c);
        for (unsigned i = 0; i < reads.n; i++) {
            unsigned const element = reads.elements[i];
            const struct binding *const b = &n->a->model->bindings[element];
            const struct table *const behind = n->a->model->model->elements[element].table;
            if (b->kind == BIND_FACT) fact_note(b->index, out->facts, &out->n_facts);
            if (b->kind != BIND_NOTHING || !behind || !look(n, element, depth)) continue;
            size_t const k = asking_matched(n->a, behind, rows, EXPLAINED_ROWS_MAX);
            if (rows_have_words(behind, rows, k)) continue;
            for (size_t r = 0; r < k; r++) row_facts(n, behind, rows[r], out, depth + 1);
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
static void open_note(struct noting *n, unsigned element, int depth)
{
    const struct element *const e = &n->a->model->model->elements[element];
    uint16_t facts[FACT_COUNT];
    if (!e->table || n->out->n_open == EXPLAINED_FACTS_MAX || !look(n, element, depth)) return;
    size_t const k = asking_open(n->a, e->table, facts);
    for (size_t i = 0; i < k; i++) fact_note(facts[i], n->out->open, &n->out->n_open);
    for (unsigned i = 0; i < e->n_requires; i++) open_note(n, e->required[i], depth + 1);
}

static void question_note(struct noting *n, enum pack_decision d)
{
    struct policy_reason reasons[POLICY_REASONS_MAX];
    unsigned const elements = n->a->model->model->n_elements;
    size_t const k = asking_reasons(n->a, d, reasons, 0);
    asking_forget(n->a); // a verdict gathers them again, each table once
    for (size_t i = 0; i < k && n->out->n_rows < EXPLAINED_ROWS_MAX; i++) {
        struct explained_row *const row = &n->out->rows[n->out->n_rows++];
        const struct table *const t = table_named(n->a, reasons[i].decision);
        *row = (struct explained_row){.reason = reasons[i]};
        memset(n->seen, 0, elements);
        if (t) row_facts(n, t, reasons[i].row - 1, row, 1);
    }
    memset(n->seen, 0, elements);
    open_note(n, n->a->p->decisions[d], 1);
}

// A kind's own rating and score answer the same two questions as a concern's.
static enum explained_question question_of(enum pack_decision d)
{
    if (d < DECISION_RERATING) return (enum explained_question)d;
    return (d - DECISION_DOLS) % 2 == 0 ? EXPLAINED_RATING : EXPLAINED_SCORE;
}

void explain_note(struct asking *a, enum pack_decision d)
{
    size_t const before = arena_mark(a->arena);
    struct noting n = {.a = a, .out = &a->explained->questions[question_of(d)]};
    *n.out = (struct explained){0};
    n.seen = arena_alloc(a->arena, a->model->model->n_elements + 1);
    if (n.seen) question_note(&n, d);
    arena_release(a->arena, before);
}
