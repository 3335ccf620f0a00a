// The tables of a pack: each .dmn file of the folder, its inputs bound to facts and outcomes, and
// the decisions that policy_decide asks for.
#include "files.h"
#include "pack.h"

#include <stdlib.h>

static const char *const PART_FILES[] = {"threshold.dmn", "rating.dmn", "routing.dmn",
                                         "rerating.dmn"};

static const struct {
    enum pack_part part;
    const char *name;
} DECISIONS[] = {
#define PACK_DECISION_ROW(decision, part, name) [decision] = {part, name},
    PACK_DECISION_LIST(PACK_DECISION_ROW)
#undef PACK_DECISION_ROW
};

static const char *const OUTCOMES[] = {"limb_a", "limb_b", "limb_c", "tier", "colour", "score"};

const char *pack_part_file(enum pack_part part)
{
    return PART_FILES[part];
}

const char *pack_decision_name(enum pack_decision d)
{
    return DECISIONS[d].name;
}

enum pack_part pack_decision_part(enum pack_decision d)
{
    return DECISIONS[d].part;
}

const char *outcome_name(enum outcome o)
{
    return OUTCOMES[o];
}

static bool outcome_from(const char *name, unsigned *out)
{
    for (unsigned i = 0; i < OUTCOME_COUNT; i++) {
        if (strcmp(name, OUTCOMES[i]) != 0) continue;
        *out = i;
        return true;
    }
    return false;
}

// An input of another name is refused: a misspelt fact would be unknown for ever.
static void model_bind(struct policy *p, struct pack_model *pm, struct policy_report *report)
{
    const struct model *const m = pm->model;
    pm->bindings = pool_alloc(&p->pool, (m->n_elements + 1) * sizeof(*pm->bindings));
    for (unsigned i = 0; i < m->n_elements; i++) {
        const struct element *const e = &m->elements[i];
        struct binding *const b = &pm->bindings[i];
        if (e->kind != ELEMENT_INPUT) continue;
        int const fact = fact_from(e->name);
        if (fact >= 0) {
            *b = (struct binding){BIND_FACT, (unsigned)fact};
        } else if (outcome_from(e->name, &b->index)) {
            b->kind = BIND_OUTCOME;
        } else {
            struct place const at = {.file = pm->file, .decision = e->name, .line = e->line};
            report_refuse(report, at, "no fact has this name: see `triage policy facts`");
        }
    }
}

static void part_find(struct policy *p, struct policy_report *report)
{
    for (int part = 0; part < PART_COUNT; part++) {
        p->parts[part] = -1;
        for (size_t i = 0; i < p->n_models; i++) {
            if (strcmp(p->models[i].file, PART_FILES[part]) == 0) p->parts[part] = (int)i;
        }
        if (p->parts[part] < 0) {
            report_refuse(report, (struct place){.file = PART_FILES[part]},
                          "every pack has this file");
        }
    }
}

static void decisions_find(struct policy *p, struct policy_report *report)
{
    for (unsigned d = 0; d < DECISION_COUNT; d++) {
        int const part = p->parts[DECISIONS[d].part];
        if (part < 0) continue;
        const struct pack_model *const m = &p->models[part];
        int const e = model_find(m->model, ELEMENT_DECISION, DECISIONS[d].name);
        if (e >= 0) {
            p->decisions[d] = (unsigned)e;
        } else {
            report_refuse(report, (struct place){.file = m->file, .decision = DECISIONS[d].name},
                          "every pack has this decision");
        }
    }
}

static void codes_make(struct policy *p)
{
    for (unsigned f = 0; f < FACT_COUNT; f++) {
        size_t n = 0;
        while (FACTS[f].codes && FACTS[f].codes[n]) n++;
        p->codes[f] = pool_alloc(&p->pool, (n + 1) * sizeof(*p->codes[f]));
        for (size_t i = 0; i < n; i++) p->codes[f][i] = value_text(FACTS[f].codes[i]);
    }
}

void pack_models_load(struct policy *p, const char *dir, struct policy_report *report)
{
    struct file_names names;
    codes_make(p);
    if (!file_names(dir, ".dmn", PACK_MODELS_MAX, &names)) {
        report_refuse(report, (struct place){.file = dir},
                      "the folder cannot be read, or holds more than %d models", PACK_MODELS_MAX);
        return;
    }
    for (size_t i = 0; i < names.n; i++) {
        struct pack_model *const m = &p->models[p->n_models];
        char *const path = file_path(dir, names.at[i]);
        m->file = pool_text(&p->pool, names.at[i], strlen(names.at[i]));
        m->model = path ? model_open(path, m->file, report) : NULL;
        free(path);
        if (!m->model) continue;
        p->n_models++;
        model_bind(p, m, report);
    }
    file_names_free(&names);
    part_find(p, report);
    decisions_find(p, report);
}

struct value fact_value(const struct policy *p, const struct facts *f, enum fact fact,
                        struct arena *arena)
{
    int32_t const v = f->value[fact];
    const struct fact_def *const def = &FACTS[fact];
    if (v == FACT_UNKNOWN) return value_null();
    switch (def->type) {
    case FACT_BOOL: return value_boolean(v != 0);
    case FACT_NUMBER: return value_int(v);
    case FACT_CODE: {
        for (int32_t i = 0; def->codes[i]; i++) {
            if (i == v) return p->codes[fact][i];
        }
        return value_null();
    }
    case FACT_CODES: break;
    }
    size_t n = 0;
    struct items *const items = arena_alloc(arena, sizeof(*items) + 32 * sizeof(struct value));
    if (!items) return value_null();
    struct value *const at = (struct value *)(items + 1);
    for (unsigned i = 0; i < 31 && def->codes[i]; i++) {
        if ((uint32_t)v & 1U << i) at[n++] = p->codes[fact][i];
    }
    *items = (struct items){n, at};
    return (struct value){.kind = VALUE_ITEMS, .items = items};
}

// Names that an expression reads, as elements of the model.
static void names_read(const struct model *m, const struct ast *e, uint16_t *out, size_t *n,
                       size_t max)
{
    for (; e; e = e->next) {
        int const i = e->kind == AST_NAME ? model_find_any(m, e->name) : -1;
        if (i >= 0 && *n < max) out[(*n)++] = (uint16_t)i;
        names_read(m, e->a, out, n, max);
        names_read(m, e->b, out, n, max);
        names_read(m, e->c, out, n, max);
    }
}

static size_t column_elements(const struct pack_model *pm, const struct table *t, unsigned row,
                              unsigned column, uint16_t *out, size_t max)
{
    size_t n = 0;
    names_read(pm->model, t->inputs[column].ast, out, &n, max);
    names_read(pm->model, table_cell(t, row, column)->ast->b, out, &n, max);
    return n;
}

size_t column_facts(const struct pack_model *pm, const struct table *t, unsigned row,
                    unsigned column, uint16_t *facts, size_t max)
{
    uint16_t elements[16];
    size_t n = 0;
    size_t const found = column_elements(pm, t, row, column, elements, 16);
    for (size_t i = 0; i < found && n < max; i++) {
        const struct binding *const b = &pm->bindings[elements[i]];
        if (b->kind == BIND_FACT) facts[n++] = (uint16_t)b->index;
    }
    return n;
}

static const struct trace *trace_of(const struct trace *traces, const struct table *t)
{
    while (traces && traces->table != t) traces = traces->next;
    return traces;
}

bool decision_is_council(const struct pack_model *m, const struct trace *traces,
                         const bool outcomes[OUTCOME_COUNT], unsigned element, int depth)
{
    const struct table *const t = m->model->elements[element].table;
    const struct trace *const trace = t ? trace_of(traces, t) : NULL;
    if (depth > 32) return true;
    for (unsigned i = 0; trace && i < trace->n_matched; i++) {
        if (row_is_council(m, traces, outcomes, t, trace->matched[i], depth + 1)) return true;
    }
    return false;
}

bool row_is_council(const struct pack_model *m, const struct trace *traces,
                    const bool outcomes[OUTCOME_COUNT], const struct table *t, unsigned row,
                    int depth)
{
    uint16_t elements[16];
    for (unsigned c = 0; c < t->n_inputs; c++) {
        if (table_cell(t, row, c)->kind == CELL_ANY) continue;
        size_t const n = column_elements(m, t, row, c, elements, 16);
        for (size_t i = 0; i < n; i++) {
            const struct binding *const b = &m->bindings[elements[i]];
            if (b->kind == BIND_FACT && FACTS[b->index].whose == FACT_COUNCIL) return true;
            if (b->kind == BIND_OUTCOME && outcomes[b->index]) return true;
            if (m->model->elements[elements[i]].kind == ELEMENT_DECISION &&
                decision_is_council(m, traces, outcomes, elements[i], depth)) {
                return true;
            }
        }
    }
    return false;
}
