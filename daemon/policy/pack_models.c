// The tables of a pack: each .dmn file of the folder, its inputs bound to facts and outcomes, and
// the decisions that policy_decide asks for.
#include "files.h"
#include "pack.h"
#include "plan.h"

#include <stdlib.h>

static const char *const PART_FILES[] = {"threshold.dmn",      "rating.dmn",    "routing.dmn",
                                         "rerating.dmn",       "dols.dmn",      "transition.dmn",
                                         "domestic_abuse.dmn", "front_door.dmn"};

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

void names_read(const struct model *m, const struct ast *e, uint16_t *out, unsigned *n)
{
    for (; e; e = e->next) {
        int const i = e->kind == AST_NAME ? model_find_any(m, e->name) : -1;
        if (i >= 0 && *n < PACK_READS_MAX) out[(*n)++] = (uint16_t)i;
        names_read(m, e->a, out, n);
        names_read(m, e->b, out, n);
        names_read(m, e->c, out, n);
    }
}

// Looked up once here: a decision asks for them again and again, to know what rests on the
// council's facts and what a sender could still find out.
static void table_reads(struct policy *p, const struct pack_model *pm, struct table *t)
{
    uint16_t found[PACK_READS_MAX];
    t->reads = pool_alloc(&p->pool, ((size_t)t->n_rows * t->n_inputs + 1) * sizeof(*t->reads));
    for (unsigned i = 0; i < t->n_rows * t->n_inputs; i++) {
        unsigned n = 0;
        if (t->cells[i].kind == CELL_ANY) continue;
        names_read(pm->model, t->inputs[i % t->n_inputs].ast, found, &n);
        names_read(pm->model, t->cells[i].ast->b, found, &n);
        uint16_t *const kept = pool_alloc(&p->pool, n * sizeof(*kept) + 1);
        memcpy(kept, found, n * sizeof(*kept));
        t->reads[i] = (struct reads){n, kept};
    }
}

static void model_reads(struct policy *p, const struct pack_model *pm)
{
    for (unsigned i = 0; i < pm->model->n_elements; i++) {
        struct table *const t = pm->model->elements[i].table;
        if (t) table_reads(p, pm, t);
    }
}

static void part_find(struct policy *p, struct policy_report *report)
{
    for (int part = 0; part < PART_COUNT; part++) {
        p->parts[part] = -1;
        for (size_t i = 0; i < p->n_models; i++) {
            if (strcmp(p->models[i].file, PART_FILES[part]) == 0) p->parts[part] = (int)i;
        }
        if (p->parts[part] < 0 && part < PARTS_NEEDED) {
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

void pack_models_load(struct policy *p, struct policy_report *report)
{
    struct file_names names;
    codes_make(p);
    if (!pack_names(p, "", ".dmn", PACK_MODELS_MAX, &names)) {
        report_refuse(report, (struct place){.file = p->dir},
                      "the folder cannot be read, or holds more than %d models", PACK_MODELS_MAX);
        return;
    }
    for (size_t i = 0; i < names.n; i++) {
        struct pack_model *const m = &p->models[p->n_models];
        char *const path = pack_path(p, names.at[i]);
        m->file = pool_text(&p->pool, names.at[i], strlen(names.at[i]));
        m->model = path ? model_open(path, pack_label(p, names.at[i]), report) : NULL;
        free(path);
        if (!m->model) continue;
        p->n_models++;
        model_bind(p, m, report);
        model_reads(p, m);
    }
    file_names_free(&names);
    part_find(p, report);
    decisions_find(p, report);
}

void pack_plans_make(struct policy *p)
{
    void *const memory = pool_alloc(&p->pool, PLAN_SCRATCH_BYTES);
    for (unsigned part = 0; part < PART_COUNT; part++) {
        if (p->parts[part] < 0) continue;
        p->plans[part] = plan_make(p, (enum pack_part)part, memory, PLAN_SCRATCH_BYTES);
    }
    p->council_null = pack_council_null(p, memory, PLAN_SCRATCH_BYTES);
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
