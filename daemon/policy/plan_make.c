// Making a plan: the tables in the order in which they are evaluated, and their columns as bitmaps.
// Whatever a bitmap says, the evaluator was asked; what it cannot be asked beforehand has no plan.
#include "plan_make.h"

enum { SOURCES_MAX = 128, PLAN_DEPTH_MAX = 32, KEPT_BYTES = 32 << 10 };

unsigned column_sources(const struct table_input *in, uint16_t *out, unsigned max, bool *is_list)
{
    const struct program *const p = in->program;
    *is_list = p->n > 1 && p->ops[p->n - 1].code == OP_ITEMS && p->ops[p->n - 1].a == p->n - 1;
    unsigned const n = *is_list ? p->n - 1 : p->n;
    if (n > max || (!*is_list && n != 1)) return 0;
    for (unsigned i = 0; i < n; i++) {
        if (p->ops[i].code != OP_INPUT && p->ops[i].code != OP_DECISION) return 0;
        out[i] = p->ops[i].a;
    }
    return n;
}

static bool table_fits(const struct element *e)
{
    const struct table *const t = e->table;
    if (e->kind != ELEMENT_DECISION || e->why != FEEL_FINE || !e->program || !t) return false;
    if (e->program->n != 1 || e->program->ops[0].code != OP_TABLE) return false;
    if (t->n_rows == 0 || t->n_rows > PLAN_ROWS_MAX) return false;
    if (t->hit == HIT_ANY || t->hit == HIT_PRIORITY || t->hit == HIT_OUTPUT_ORDER) return false;
    if (t->aggregate != AGGREGATE_NONE && t->hit != HIT_COLLECT) return false;
    if (t->aggregate == AGGREGATE_MIN || t->aggregate == AGGREGATE_MAX) return false;
    for (unsigned i = 0; i < t->n_rows * t->n_outputs; i++) {
        if (!t->output_cells[i].literal) return false;
    }
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const struct ast *const otherwise = t->outputs[i].otherwise_ast;
        if (otherwise && otherwise->kind != AST_LITERAL) return false;
    }
    return true;
}

// A test may read what its column reads and no more.
static bool column_reads_only(const struct table *t, unsigned column, const uint16_t *sources,
                              unsigned n)
{
    for (unsigned row = 0; row < t->n_rows; row++) {
        const struct reads *const r = &t->reads[row * t->n_inputs + column];
        if (table_cell(t, row, column)->kind == CELL_ANY) continue;
        if (r->n != n || memcmp(r->elements, sources, n * sizeof(*sources)) != 0) return false;
    }
    return true;
}

static bool element_place(struct maker *k, unsigned element, int depth);

static bool columns_place(struct maker *k, const struct table *t, int depth)
{
    uint16_t sources[SOURCES_MAX];
    bool is_list;
    for (unsigned c = 0; c < t->n_inputs; c++) {
        unsigned const n = column_sources(&t->inputs[c], sources, SOURCES_MAX, &is_list);
        if (n == 0 || !column_reads_only(t, c, sources, n)) return false;
        for (unsigned i = 0; i < n; i++) {
            if (!element_place(k, sources[i], depth + 1)) return false;
        }
    }
    return true;
}

// Puts an element after all that it reads, as the evaluator would come to it.
static bool element_place(struct maker *k, unsigned element, int depth)
{
    const struct element *const e = &k->m->elements[element];
    if (k->domains[element].used) return k->index[element] || e->kind == ELEMENT_INPUT;
    k->domains[element].used = true; // a decision without its table yet: a circle
    if (e->kind == ELEMENT_INPUT) return true;
    if (depth > PLAN_DEPTH_MAX || !table_fits(e) || !columns_place(k, e->table, depth)) {
        return false;
    }
    if (k->plan->n_tables == PLAN_TABLES_MAX) return false;
    k->tables[k->plan->n_tables] =
        (struct plan_table){.table = e->table, .element = (uint16_t)element};
    k->index[element] = (uint16_t)++k->plan->n_tables;
    return true;
}

static bool decisions_place(struct maker *k)
{
    for (unsigned d = 0; d < DECISION_COUNT; d++) {
        unsigned const element = k->p->decisions[d];
        if (pack_decision_part((enum pack_decision)d) != k->part) continue;
        if (!element_place(k, element, 0)) return false;
        k->plan->ends[d] = k->plan->n_tables;
        k->plan->deciders[d] = k->index[element] - 1;
    }
    return true;
}

// What the value does to each row of the column.
static bool rows_of_value(struct maker *k, const struct table *t, unsigned column, struct value v,
                          struct plan_rows *out)
{
    struct value input;
    *out = (struct plan_rows){0, 0};
    k->scratch.used = k->mark;
    if (!table_input_try(k->ev, t, column, v, &input) || input.kind != v.kind) return false;
    for (unsigned row = 0; row < t->n_rows; row++) {
        enum ternary answer;
        if (!table_try(k->ev, t, row, column, input, &answer)) return false;
        if (answer == TERNARY_TRUE) {
            out->met |= 1ULL << row;
        } else if (answer == TERNARY_UNKNOWN || input.kind == VALUE_NULL) {
            out->unknown |= 1ULL << row; // as row_matches has it
        }
    }
    return true;
}

static bool column_of_codes(struct maker *k, const struct table *t, unsigned column,
                            struct plan_column *out)
{
    const struct domain *const d = &k->domains[out->element];
    struct plan_rows *const rows = pool_alloc(&k->p->pool, d->n * sizeof(*rows));
    out->rows = rows;
    out->kind = d->kind == DOMAIN_SET ? COLUMN_SET : COLUMN_CODE;
    for (unsigned i = 0; i < d->n; i++) {
        if (!rows_of_value(k, t, column, d->at[i], &rows[i])) return false;
    }
    return domain_allows(t, column, d);
}

static bool column_of_list(struct maker *k, const struct table *t, unsigned column,
                           const uint16_t *sources, struct plan_column *out)
{
    static const struct items none = {0, NULL};
    struct plan_rows *const rows = pool_alloc(&k->p->pool, sizeof(*rows));
    struct plan_part *const parts = pool_alloc(&k->p->pool, out->n_parts * sizeof(*parts));
    struct domain const list = {.kind = DOMAIN_SET};
    out->kind = COLUMN_LIST;
    out->rows = rows;
    out->parts = parts;
    struct value const empty = {.kind = VALUE_ITEMS, .items = &none};
    if (!domain_allows(t, column, &list) || !rows_of_value(k, t, column, empty, rows)) {
        return false;
    }
    for (unsigned i = 0; i < out->n_parts; i++) {
        const struct domain *const d = &k->domains[sources[i]];
        uint64_t *const met = pool_alloc(&k->p->pool, d->n * sizeof(*met));
        parts[i] = (struct plan_part){sources[i], met};
        for (unsigned code = 0; code < d->n; code++) {
            struct items const one = {1, &d->at[code]};
            struct value const v = {.kind = VALUE_ITEMS, .items = &one};
            struct plan_rows of_one;
            if (d->kind == DOMAIN_SET || !rows_of_value(k, t, column, v, &of_one)) return false;
            met[code] = of_one.met;
        }
    }
    return true;
}

static void column_note(struct maker *k, struct plan_table *pt, const struct plan_column *c,
                        const uint16_t *sources, unsigned n, uint64_t tested)
{
    struct plan_ask *const asks = (struct plan_ask *)(uintptr_t)pt->asks;
    struct plan_link *const links = (struct plan_link *)(uintptr_t)pt->links;
    for (unsigned i = 0; i < n; i++) {
        const struct binding *const b = &k->pm->bindings[sources[i]];
        if (b->kind != BIND_FACT) {
            links[pt->n_links++] = (struct plan_link){sources[i], tested};
            continue;
        }
        if (FACTS[b->index].whose == FACT_COUNCIL) pt->council |= tested;
        // Points only order work: nobody needs to be asked for them.
        if (!FACTS[b->index].correctable || pt->table->aggregate != AGGREGATE_NONE) continue;
        if (c->kind == COLUMN_LIST) continue; // a list is never unknown
        asks[pt->n_asks++] = (struct plan_ask){(uint16_t)b->index, pt->rows & ~c->rows[0].met};
    }
}

static uint64_t column_tested(const struct table *t, unsigned column)
{
    uint64_t rows = 0;
    for (unsigned row = 0; row < t->n_rows; row++) {
        if (table_cell(t, row, column)->kind != CELL_ANY) rows |= 1ULL << row;
    }
    return rows;
}

static void reads_make(struct maker *k, struct plan_table *pt)
{
    const struct table *const t = pt->table;
    uint16_t sources[SOURCES_MAX];
    bool is_list;
    size_t n = 1;
    for (unsigned c = 0; c < t->n_inputs; c++) {
        n += 1 + column_sources(&t->inputs[c], sources, SOURCES_MAX, &is_list);
    }
    uint16_t *reads = pool_alloc(&k->p->pool, n * sizeof(*reads));
    pt->reads = reads;
    for (unsigned c = 0; c < t->n_inputs; c++) {
        unsigned const each = column_sources(&t->inputs[c], sources, SOURCES_MAX, &is_list);
        if (is_list) *reads++ = (uint16_t)(PLAN_READ_LIST | each);
        memcpy(reads, sources, each * sizeof(*reads));
        reads += each;
    }
}

static bool columns_make(struct maker *k, struct plan_table *pt)
{
    const struct table *const t = pt->table;
    struct pool *const pool = &k->p->pool;
    struct plan_column *const columns = pool_alloc(pool, (t->n_inputs + 1) * sizeof(*columns));
    uint16_t sources[SOURCES_MAX];
    unsigned n_sources = 1;
    bool is_list;
    for (unsigned c = 0; c < t->n_inputs; c++) {
        n_sources += column_sources(&t->inputs[c], sources, SOURCES_MAX, &is_list);
    }
    pt->columns = columns;
    pt->asks = pool_alloc(pool, n_sources * sizeof(*pt->asks));
    pt->links = pool_alloc(pool, n_sources * sizeof(*pt->links));
    for (unsigned c = 0; c < t->n_inputs; c++) {
        struct plan_column *const out = &columns[pt->n_columns];
        unsigned const n = column_sources(&t->inputs[c], sources, SOURCES_MAX, &is_list);
        uint64_t const tested = column_tested(t, c);
        *out = (struct plan_column){
            .element = sources[0], .n_parts = (uint16_t)n, .column = (uint16_t)c};
        k->n_columns += n;
        if (k->n_columns > PLAN_COLUMNS_MAX) return false;
        if (!(is_list ? column_of_list(k, t, c, sources, out) : column_of_codes(k, t, c, out))) {
            return false;
        }
        if (!tested) continue; // "-" in every row
        column_note(k, pt, out, sources, n, tested);
        pt->n_columns++;
    }
    return true;
}

static void reasons_make(struct maker *k, struct plan_table *pt)
{
    const struct table *const t = pt->table;
    struct policy_reason *const reasons = pool_alloc(&k->p->pool, t->n_rows * sizeof(*reasons));
    pt->reasons = reasons;
    for (unsigned row = 0; row < t->n_rows; row++) {
        reasons[row] = (struct policy_reason){.decision = t->name,
                                              .row = row + 1,
                                              .words = table_note(t, row, "reason"),
                                              .guidance = table_note(t, row, "guidance")};
        if (*reasons[row].words) pt->reasoned |= 1ULL << row;
    }
}

// The tables behind one that have reasons to give, themselves or further behind.
static bool behind_make(struct maker *k, struct plan_table *pt)
{
    const struct element *const e = &k->m->elements[pt->element];
    uint16_t *const behind = pool_alloc(&k->p->pool, (e->n_requires + 1) * sizeof(*behind));
    pt->behind = behind;
    for (unsigned i = 0; i < e->n_requires; i++) {
        unsigned const table = k->index[e->required[i]];
        if (table == 0) continue; // an input, or asked for by nobody
        const struct plan_table *const other = &k->tables[table - 1];
        if (other->result != RESULT_CODE || other >= pt) return false;
        if (other->reasoned || other->n_behind) behind[pt->n_behind++] = (uint16_t)(table - 1);
    }
    return true;
}

static bool table_make(struct maker *k, struct plan_table *pt)
{
    const struct table *const t = pt->table;
    pt->rows = t->n_rows == 64 ? UINT64_MAX : (1ULL << t->n_rows) - 1;
    pt->first = t->hit == HIT_FIRST;
    pt->unique = t->hit == HIT_UNIQUE;
    if (!columns_make(k, pt) || !domain_of_table(k, pt)) return false;
    reads_make(k, pt);
    reasons_make(k, pt);
    return behind_make(k, pt);
}

static bool plan_fill(struct maker *k)
{
    unsigned const n = k->m->n_elements;
    struct plan *const plan = k->plan;
    if (!decisions_place(k)) return false;
    struct plan_input *const inputs = pool_alloc(&k->p->pool, (n + 1) * sizeof(*inputs));
    plan->inputs = inputs;
    for (unsigned i = 0; i < n; i++) {
        struct domain *const d = &k->domains[i];
        if (!d->used || k->m->elements[i].kind != ELEMENT_INPUT) continue;
        if (!domain_of_input(k, i)) return false;
        const struct binding *const b = &k->pm->bindings[i];
        bool const is_fact = b->kind == BIND_FACT;
        inputs[plan->n_inputs++] =
            (struct plan_input){.element = (uint16_t)i,
                                .type = is_fact ? FACTS[b->index].type : FACT_BOOL,
                                .binding = *b,
                                .n_points = d->n_points,
                                .points = d->points};
    }
    for (unsigned i = 0; i < plan->n_tables; i++) {
        if (!table_make(k, &k->tables[i])) return false;
    }
    return true;
}

const struct plan *plan_make(struct policy *p, enum pack_part part, void *memory, size_t size)
{
    const struct pack_model *const pm = &p->models[p->parts[part]];
    unsigned const n = pm->model->n_elements;
    struct maker k = {.p = p, .pm = pm, .m = pm->model, .part = part};
    if (n > PLAN_ELEMENTS_MAX) return NULL;
    k.plan = pool_alloc(&p->pool, sizeof(*k.plan));
    k.tables = pool_alloc(&p->pool, (n + 1) * sizeof(*k.tables));
    k.domains = pool_alloc(&p->pool, (n + 1) * sizeof(*k.domains));
    k.index = pool_alloc(&p->pool, (n + 1) * sizeof(*k.index));
    k.plan->tables = k.tables;
    k.plan->n_elements = n;
    arena_init(&k.kept, pool_alloc(&p->pool, KEPT_BYTES), KEPT_BYTES);
    arena_init(&k.scratch, memory, size);
    struct question const q = {.model = k.m,
                               .inputs = pool_alloc(&p->pool, (n + 1) * sizeof(struct value))};
    k.ev = model_begin(&q, &k.scratch);
    k.mark = k.scratch.used;
    return k.ev && plan_fill(&k) ? k.plan : NULL;
}
