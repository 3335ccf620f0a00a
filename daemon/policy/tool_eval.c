// One evaluation from JSON facts, with its trace as JSON.
#include "tools.h"

#include "feel_print.h"

#include <stdlib.h>

#define EVAL_JSON_DEPTH 16

struct evaluating {
    const struct policy *pack; // or NULL: a single model
    const struct pack_model *model;
    const json_t *given;
    struct facts facts; // of a pack, and the outcomes that it comes to with them
    struct value outcomes[OUTCOME_COUNT];
    struct arena arena;
    FILE *out;
};

// --- JSON to values ---

// A date, time or duration is a string in JSON; the type says so.
static struct value value_of_text(struct arena *arena, struct bytes text, const struct type *type)
{
    struct value v = value_string(text);
    if (type->kind != TYPE_SIMPLE || type->simple == VALUE_STRING) return v;
    struct moment *const m = arena_alloc(arena, sizeof(*m));
    if (!m) return value_null();
    switch (type->simple) {
    case VALUE_DATE: v.kind = feel_date_parse(text, m) ? VALUE_DATE : VALUE_NULL; break;
    case VALUE_TIME: v.kind = time_parse(text, m) ? VALUE_TIME : VALUE_NULL; break;
    case VALUE_DATE_TIME: v.kind = date_time_parse(text, m) ? VALUE_DATE_TIME : VALUE_NULL; break;
    case VALUE_DURATION:
        return duration_parse(text, &v.duration)
                   ? (struct value){.kind = VALUE_DURATION, .duration = v.duration}
                   : value_null();
    case VALUE_MONTHS:
        return months_parse(text, &v.months)
                   ? (struct value){.kind = VALUE_MONTHS, .months = v.months}
                   : value_null();
    default: return v;
    }
    v.moment = m;
    return v;
}

static const struct type *component_type(const struct type *type, const char *name)
{
    for (size_t i = 0; i < type->n_components; i++) {
        if (strcmp(type->components[i].name, name) == 0) return type->components[i].type;
    }
    return &TYPE_OF_ANY;
}

static struct value value_of_json(struct arena *arena, const json_t *j, const struct type *type,
                                  int depth);

static struct value items_of_json(struct arena *arena, const json_t *j, const struct type *type,
                                  int depth)
{
    size_t const n = json_array_size(j);
    const struct type *const element = type->kind == TYPE_LIST ? type->base : &TYPE_OF_ANY;
    struct items *const items = arena_alloc(arena, sizeof(*items) + (n + 1) * sizeof(struct value));
    if (!items) return value_null();
    struct value *const at = (struct value *)(items + 1);
    for (size_t i = 0; i < n; i++) {
        at[i] = value_of_json(arena, json_array_get(j, i), element, depth + 1);
    }
    *items = (struct items){n, at};
    return (struct value){.kind = VALUE_ITEMS, .items = items};
}

static struct value context_of_json(struct arena *arena, const json_t *j, const struct type *type,
                                    int depth)
{
    struct context *const c =
        arena_alloc(arena, sizeof(*c) + (json_object_size(j) + 1) * sizeof(struct entry));
    if (!c) return value_null();
    struct entry *const entries = (struct entry *)(c + 1);
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)j, key, value)
    {
        const struct type *const of = component_type(type, key);
        entries[n++] = (struct entry){bytes_text(key), value_of_json(arena, value, of, depth + 1)};
    }
    *c = (struct context){n, entries};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

static struct value value_of_json(struct arena *arena, const json_t *j, const struct type *type,
                                  int depth)
{
    struct value v = value_null();
    const struct type *const plain = type ? type_plain(type) : &TYPE_OF_ANY;
    if (depth > EVAL_JSON_DEPTH) return v;
    switch (json_typeof(j)) {
    case JSON_TRUE: return value_boolean(true);
    case JSON_FALSE: return value_boolean(false);
    case JSON_NULL: return v;
    case JSON_INTEGER: return value_int(json_integer_value(j));
    case JSON_ARRAY: return items_of_json(arena, j, plain, depth);
    case JSON_OBJECT: return context_of_json(arena, j, plain, depth);
    case JSON_STRING:
        return value_of_text(arena, bytes_of(json_string_value(j), json_string_length(j)), plain);
    case JSON_REAL: break;
    }
    char text[64];
    snprintf(text, sizeof(text), "%.15g", json_real_value(j));
    if (number_parse(bytes_text(text), &v.number)) v.kind = VALUE_NUMBER;
    return v;
}

// --- Results and traces as JSON ---

static void json_value(FILE *out, struct value v)
{
    char text[NUMBER_SCALE_MAX + 64];
    struct printer p = {text, sizeof(text) - 1, 0};
    switch (v.kind) {
    case VALUE_ITEMS:
        fputc('[', out);
        for (size_t i = 0; i < v.items->n; i++) {
            if (i) fputs(", ", out);
            json_value(out, v.items->at[i]);
        }
        fputc(']', out);
        return;
    case VALUE_CONTEXT:
        fputc('{', out);
        for (size_t i = 0; i < v.context->n; i++) {
            if (i) fputs(", ", out);
            json_value(out, value_string(v.context->at[i].name));
            fputs(": ", out);
            json_value(out, v.context->at[i].value);
        }
        fputc('}', out);
        return;
    default: print_value(&p, v, false); break;
    }
    text[p.len < p.size ? p.len : p.size] = 0;
    if (v.kind == VALUE_NULL || v.kind == VALUE_BOOLEAN || v.kind == VALUE_NUMBER) {
        fputs(text, out);
    } else {
        json_text(out, text);
    }
}

static void trace_rows(FILE *out, const struct trace *t)
{
    fputs("\"rows\": [", out);
    for (unsigned i = 0; i < t->n_matched; i++) {
        fprintf(out, "%s{\"row\": %u", i ? ", " : "", t->matched[i] + 1U);
        for (unsigned n = 0; n < t->table->n_notes; n++) {
            fputs(", ", out);
            json_text(out, t->table->note_names[n]);
            fputs(": ", out);
            json_text(out, t->table->notes[t->matched[i] * t->table->n_notes + n]);
        }
        fputc('}', out);
    }
    fputs("], \"but_for\": [", out);
    for (unsigned i = 0; i < t->n_near; i++) {
        fprintf(out, "%s{\"row\": %u, \"unknown\": ", i ? ", " : "", t->near[i].row + 1U);
        json_text(out, t->table->inputs[t->near[i].column].text);
        fputc('}', out);
    }
    fputc(']', out);
}

void tool_trace_print(FILE *out, const struct trace *t)
{
    if (t->next) tool_trace_print(out, t->next); // the first evaluated is the last of the list
    fputs(t->next ? ",\n    {\"table\": " : "\n    {\"table\": ", out);
    json_text(out, t->table->name);
    fputs(", \"inputs\": {", out);
    for (unsigned i = 0; i < t->table->n_inputs; i++) {
        if (i) fputs(", ", out);
        json_text(out, t->table->inputs[i].text);
        fputs(": ", out);
        json_value(out, t->inputs[i]);
    }
    fputs("}, ", out);
    trace_rows(out, t);
    fputc('}', out);
}

// --- Evaluating ---

static struct value input_value(struct evaluating *e, unsigned element)
{
    const struct element *const el = &e->model->model->elements[element];
    const json_t *const given = json_object_get(e->given, el->name);
    if (!e->pack) return given ? value_of_json(&e->arena, given, el->type, 0) : value_null();
    const struct binding *const b = &e->model->bindings[element];
    if (b->kind == BIND_FACT) {
        return fact_value(e->pack, &e->facts, (enum fact)b->index, &e->arena);
    }
    if (given) return value_of_json(&e->arena, given, el->type, 0);
    return b->kind == BIND_OUTCOME ? e->outcomes[b->index] : value_null();
}

// An evaluation of the model with what is given; NULL without memory.
static struct eval *eval_begin(struct evaluating *e)
{
    const struct model *const m = e->model->model;
    arena_reset(&e->arena);
    struct value *const inputs = arena_zalloc(&e->arena, (m->n_elements + 1) * sizeof(*inputs));
    struct question const q = {.model = m, .inputs = inputs, .trace = true};
    struct eval *const ev = inputs ? model_begin(&q, &e->arena) : NULL;
    for (unsigned i = 0; ev && i < m->n_elements; i++) {
        if (m->elements[i].kind == ELEMENT_INPUT) model_give(ev, i, input_value(e, i));
    }
    return ev;
}

static bool eval_element(struct evaluating *e, unsigned index, bool first)
{
    const struct model *const m = e->model->model;
    struct value result = value_null();
    struct eval *const ev = eval_begin(e);
    if (!ev) return false;
    bool const ok = model_decide(ev, index, &result);
    fprintf(e->out, "%s\n  {\"file\": ", first ? "" : ",");
    json_text(e->out, e->model->file);
    fputs(", \"decision\": ", e->out);
    json_text(e->out, m->elements[index].name);
    fputs(", \"result\": ", e->out);
    json_value(e->out, result);
    const char *const error = ok            ? ev->error
                              : ev->refused ? ev->refused->text
                                            : eval_stop_text(ev->stop);
    if (error) fputs(", \"error\": ", e->out);
    if (error) json_text(e->out, error);
    fputs(", \"trace\": [", e->out);
    if (ok && ev->trace) tool_trace_print(e->out, ev->trace);
    fputs("]}", e->out);
    return ok;
}

static bool is_asked(const struct element *el, const char *decision)
{
    return el->kind == ELEMENT_DECISION && (!decision || strcmp(el->name, decision) == 0);
}

static unsigned eval_count(const struct pack_model *models, size_t n, const char *decision)
{
    unsigned asked = 0;
    for (size_t i = 0; i < n; i++) {
        for (unsigned k = 0; k < models[i].model->n_elements; k++) {
            asked += is_asked(&models[i].model->elements[k], decision);
        }
    }
    return asked;
}

// Every decision asked for; false when one could not be evaluated.
static bool eval_models(struct evaluating *e, const struct pack_model *models, size_t n,
                        const char *decision)
{
    bool ok = true, first = true;
    fputs("{\"results\": [", e->out);
    for (size_t i = 0; i < n; i++) {
        e->model = &models[i];
        for (unsigned k = 0; k < models[i].model->n_elements; k++) {
            if (!is_asked(&models[i].model->elements[k], decision)) continue;
            ok = eval_element(e, k, first) && ok;
            first = false;
        }
    }
    fputs("]}\n", e->out);
    return ok;
}

// --- What is given ---

// A single model takes whatever its inputs' types hold.
static bool inputs_fit(struct evaluating *e, const char *path, FILE *err)
{
    const struct model *const m = e->model->model;
    const struct eval *const ev = eval_begin(e);
    const char *key;
    json_t *value;
    bool all = ev != NULL;
    json_object_foreach((json_t *)(uintptr_t)e->given, key, value)
    {
        int const i = model_find(m, ELEMENT_INPUT, key);
        if (i >= 0 && ev && (json_is_null(value) || ev->elements[i].kind != VALUE_NULL)) continue;
        fprintf(err, "%s: \"%.60s\": ", path, key);
        if (i < 0) {
            fprintf(err, "no input of %s has this name\n", m->file);
        } else {
            fprintf(err, "not of the type that %s:%d gives this input\n", m->file,
                    m->elements[i].line);
        }
        all = false;
    }
    return all;
}

// Outcomes that the file gives by itself, in place of those that the pack comes to.
static bool outcome_other(const char *key, const json_t *value)
{
    const char *const word = json_string_value(value);
    unsigned o = 0;
    while (o < OUTCOME_COUNT && strcmp(key, outcome_name((enum outcome)o)) != 0) o++;
    if (o == OUTCOME_SCORE) return json_is_integer(value);
    if (!word) return o < OUTCOME_COUNT && json_is_null(value);
    if (o <= OUTCOME_LIMB_C) return answer_from(word) > ANSWER_UNSET;
    if (o == OUTCOME_TIER) return tier_from(word) > TIER_UNSET;
    return o == OUTCOME_COLOUR && colour_from(word) > COLOUR_UNSET;
}

static bool pack_facts(struct evaluating *e, const char *path, FILE *err)
{
    struct verdict v;
    if (!tool_facts_take(path, e->given, outcome_other, &e->facts, err)) return false;
    policy_decide(e->pack, &e->facts, &e->arena, &v);
    if (v.unscreened) return true; // then there are no outcomes
    for (unsigned i = 0; i < 3; i++) {
        e->outcomes[OUTCOME_LIMB_A + i] = value_text(answer_word(v.limb[i]));
    }
    e->outcomes[OUTCOME_TIER] = value_text(tier_word(v.tier));
    e->outcomes[OUTCOME_COLOUR] = value_text(colour_word(v.colour));
    e->outcomes[OUTCOME_SCORE] = value_int(v.score);
    return true;
}

static int eval_with(struct evaluating *e, const struct pack_model *models, size_t n,
                     const char *decision, const char *path, FILE *err)
{
    int answer = TOOL_FAILED;
    json_t *const given = tool_facts_json(path, err);
    void *const memory = malloc(TOOL_ARENA_BYTES);
    e->given = given;
    e->model = models;
    if (given && memory) {
        arena_init(&e->arena, memory, TOOL_ARENA_BYTES);
        if (eval_count(models, n, decision) == 0) {
            fprintf(err, "no decision is named '%.60s': see `triage policy show`\n",
                    decision ? decision : "");
        } else if (e->pack ? pack_facts(e, path, err) : inputs_fit(e, path, err)) {
            answer = eval_models(e, models, n, decision) ? TOOL_FINE : TOOL_FOUND;
        }
    }
    json_decref(given);
    free(memory);
    return answer;
}

int policy_eval(const char *path, const char *decision, const char *facts, FILE *out, FILE *err)
{
    struct evaluating e = {.out = out};
    struct tool_source source;
    int answer = TOOL_FAILED;
    if (tool_source_open(&source, path, true, err)) {
        e.pack = source.pack;
        answer = eval_with(&e, source.models, source.n_models, decision, facts, err);
    }
    tool_source_close(&source);
    return answer;
}
