// Whether what the council holds could show through where it is unknown.  A verdict in which no row
// rests on the council's facts is also the sender's verdict, as long as every test of such a fact
// fails on an unknown one.  Looked at once, when the pack is loaded.
#include "pack.h"

struct looking {
    const struct pack_model *pm;
    struct eval *ev;
};

static bool element_is_council_fact(const struct looking *l, unsigned element)
{
    const struct binding *const b = &l->pm->bindings[element];
    return b->kind == BIND_FACT && FACTS[b->index].whose == FACT_COUNCIL;
}

static bool names_council(const struct looking *l, const struct ast *e)
{
    uint16_t found[PACK_READS_MAX];
    unsigned n = 0;
    names_read(l->pm->model, e, found, &n);
    for (unsigned i = 0; i < n; i++) {
        if (element_is_council_fact(l, found[i])) return true;
    }
    return n == PACK_READS_MAX;
}

static bool column_meets_null(const struct looking *l, const struct table *t, unsigned column)
{
    const struct table_input *const in = &t->inputs[column];
    const struct op *const first = in->program->ops;
    bool const plain = in->program->n == 1 && first->code == OP_INPUT;
    bool const council = plain ? element_is_council_fact(l, first->a) : names_council(l, in->ast);
    if (council && !plain) return true; // who knows
    for (unsigned row = 0; row < t->n_rows; row++) {
        const struct cell *const c = table_cell(t, row, column);
        enum ternary answer;
        if (c->kind == CELL_ANY) continue;
        if (names_council(l, c->ast->b)) return true;
        if (!council) continue;
        if (!table_try(l->ev, t, row, column, value_null(), &answer)) return true;
        if (answer == TERNARY_TRUE) return true;
    }
    return false;
}

static bool table_meets_null(const struct looking *l, const struct table *t)
{
    for (unsigned c = 0; c < t->n_inputs; c++) {
        if (column_meets_null(l, t, c)) return true;
    }
    for (unsigned i = 0; i < t->n_rows * t->n_outputs; i++) {
        if (!t->output_cells[i].literal && names_council(l, t->output_cells[i].ast)) return true;
    }
    for (unsigned i = 0; i < t->n_outputs; i++) {
        if (names_council(l, t->outputs[i].otherwise_ast)) return true;
    }
    return false;
}

static bool element_meets_null(const struct looking *l, const struct element *e)
{
    if (e->kind == ELEMENT_INPUT) return false;
    if (e->kind == ELEMENT_SERVICE) return true; // its inputs may be given anew
    for (unsigned i = 0; i < e->n_requires; i++) {
        bool const is_table = e->kind == ELEMENT_DECISION && e->table && e->program &&
                              e->program->n == 1 && e->program->ops[0].code == OP_TABLE;
        if (!is_table && element_is_council_fact(l, e->required[i])) return true;
    }
    return e->kind == ELEMENT_DECISION && e->table && table_meets_null(l, e->table);
}

bool pack_council_null(const struct policy *p, void *memory, size_t size)
{
    for (unsigned i = 0; i < PART_COUNT; i++) {
        if (i == PART_RERATING || p->parts[i] < 0) continue; // a sender is shown no re-rating
        struct arena arena;
        struct looking l = {.pm = &p->models[p->parts[i]]};
        const struct model *const m = l.pm->model;
        arena_init(&arena, memory, size);
        struct value *const inputs = arena_zalloc(&arena, (m->n_elements + 1) * sizeof(*inputs));
        struct question const q = {.model = m, .inputs = inputs};
        l.ev = inputs ? model_begin(&q, &arena) : NULL;
        if (!l.ev) return true;
        for (unsigned e = 0; e < m->n_elements; e++) {
            if (element_meets_null(&l, &m->elements[e])) return true;
        }
    }
    return false;
}
