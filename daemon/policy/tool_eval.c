// One evaluation from JSON facts, with its trace as JSON.
#include "tools.h"

#include "feel_print.h"

#include <jansson.h>
#include <stdlib.h>

#define EVAL_JSON_DEPTH 16

struct evaluating {
    const struct pack_model *model;
    struct arena arena;
    FILE *out;
};

// JSON to a value; strings that FEEL would write with "@" stay strings.
static struct value value_of_json(struct arena *arena, const json_t *j, int depth)
{
    struct value v = value_null();
    if (depth > EVAL_JSON_DEPTH) return v;
    if (json_is_boolean(j)) return value_boolean(json_is_true(j));
    if (json_is_string(j)) {
        return value_string(bytes_of(json_string_value(j), json_string_length(j)));
    }
    if (json_is_integer(j)) return value_int(json_integer_value(j));
    if (json_is_real(j)) {
        char text[64];
        snprintf(text, sizeof(text), "%.15g", json_real_value(j));
        if (number_parse(bytes_text(text), &v.number)) v.kind = VALUE_NUMBER;
        return v;
    }
    if (json_is_array(j)) {
        size_t const n = json_array_size(j);
        struct items *const items = arena_alloc(arena, sizeof(*items) + (n + 1) * sizeof(v));
        if (!items) return v;
        struct value *const at = (struct value *)(items + 1);
        for (size_t i = 0; i < n; i++) {
            at[i] = value_of_json(arena, json_array_get(j, i), depth + 1);
        }
        *items = (struct items){n, at};
        return (struct value){.kind = VALUE_ITEMS, .items = items};
    }
    if (!json_is_object(j)) return v;
    struct context *const c =
        arena_alloc(arena, sizeof(*c) + (json_object_size(j) + 1) * sizeof(struct entry));
    if (!c) return v;
    struct entry *const entries = (struct entry *)(c + 1);
    size_t n = 0;
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)j, key, value)
    {
        entries[n++] = (struct entry){bytes_text(key), value_of_json(arena, value, depth + 1)};
    }
    *c = (struct context){n, entries};
    return (struct value){.kind = VALUE_CONTEXT, .context = c};
}

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

static void trace_print(FILE *out, const struct trace *t)
{
    if (t->next) trace_print(out, t->next); // the first evaluated is the last of the list
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

static bool eval_element(struct evaluating *e, const json_t *facts, unsigned index, bool first)
{
    const struct model *const m = e->model->model;
    struct value result = value_null();
    arena_reset(&e->arena);
    struct value *const inputs = arena_zalloc(&e->arena, (m->n_elements + 1) * sizeof(*inputs));
    struct question const q = {.model = m, .inputs = inputs, .trace = true};
    struct eval *const ev = inputs ? model_begin(&q, &e->arena) : NULL;
    if (!ev) return false;
    for (unsigned i = 0; i < m->n_elements; i++) {
        if (m->elements[i].kind != ELEMENT_INPUT) continue;
        const json_t *const fact = json_object_get(facts, m->elements[i].name);
        model_give(ev, i, fact ? value_of_json(&e->arena, fact, 0) : value_null());
    }
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
    if (ok && ev->trace) trace_print(e->out, ev->trace);
    fputs("]}", e->out);
    return ok;
}

// Every decision asked for, of one model; false when one could not be evaluated.
static bool eval_model(struct evaluating *e, const json_t *facts, const char *decision,
                       unsigned *n_done)
{
    bool ok = true;
    for (unsigned i = 0; i < e->model->model->n_elements; i++) {
        const struct element *const el = &e->model->model->elements[i];
        if (el->kind != ELEMENT_DECISION) continue;
        if (decision && strcmp(el->name, decision) != 0) continue;
        ok = eval_element(e, facts, i, (*n_done)++ == 0) && ok;
    }
    return ok;
}

static bool eval_models(struct evaluating *e, const struct pack_model *models, size_t n,
                        const json_t *facts, const char *decision, unsigned *n_done)
{
    bool ok = true;
    fputs("{\"results\": [", e->out);
    for (size_t i = 0; i < n; i++) {
        e->model = &models[i];
        ok = eval_model(e, facts, decision, n_done) && ok;
    }
    fputs("]}\n", e->out);
    return ok;
}

static json_t *facts_read(const char *path, FILE *out)
{
    json_error_t error;
    json_t *const j = strcmp(path, "-") == 0 ? json_loadf(stdin, JSON_REJECT_DUPLICATES, &error)
                                             : json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    if (!j && error.line < 0) {
        fprintf(out, "%s\n", error.text);
    } else if (!j) {
        fprintf(out, "%s:%d:%d: %s\n", path, error.line, error.column, error.text);
    } else if (!json_is_object(j)) {
        fprintf(out, "%s: the facts are one object, {\"name\": value}\n", path);
        json_decref(j);
        return NULL;
    }
    return j;
}

// Facts that no table reads are a slip of the pen, not an input.
static bool facts_known(const json_t *facts, const struct pack_model *models, size_t n, FILE *out)
{
    const char *key;
    json_t *value;
    bool all = true;
    json_object_foreach((json_t *)(uintptr_t)facts, key, value)
    {
        bool known = fact_from(key) >= 0;
        for (size_t i = 0; i < n; i++) {
            known = known || model_find(models[i].model, ELEMENT_INPUT, key) >= 0;
        }
        if (!known) fprintf(out, "no table reads '%s'\n", key);
        all = all && known;
    }
    return all;
}

static int eval_with(const struct pack_model *models, size_t n, const char *decision,
                     const char *path, FILE *out)
{
    struct evaluating e = {.out = out};
    unsigned n_done = 0;
    int answer = TOOL_FAILED;
    json_t *const facts = facts_read(path, out);
    void *const memory = malloc(TOOL_ARENA_BYTES);
    if (facts && memory && facts_known(facts, models, n, out)) {
        arena_init(&e.arena, memory, TOOL_ARENA_BYTES);
        bool const ok = eval_models(&e, models, n, facts, decision, &n_done);
        answer = n_done == 0 ? TOOL_FAILED : ok ? TOOL_FINE : TOOL_FOUND;
        if (n_done == 0) fprintf(out, "no decision is named '%s'\n", decision ? decision : "");
    }
    json_decref(facts);
    free(memory);
    return answer;
}

static int eval_file(const char *path, const char *decision, const char *facts, FILE *out)
{
    struct policy_report *const report = policy_report_open();
    const char *const slash = strrchr(path, '/');
    struct pack_model m = {.file = slash ? slash + 1 : path};
    m.model = report ? model_open(path, m.file, report) : NULL;
    if (!m.model && report) report_print(report, false, out);
    int const answer = m.model ? eval_with(&m, 1, decision, facts, out) : TOOL_FAILED;
    model_close(m.model);
    policy_report_close(report);
    return answer;
}

int policy_eval(const char *path, const char *decision, const char *facts, FILE *out)
{
    if (path_is_model(path)) return eval_file(path, decision, facts, out);
    struct policy *const p = tool_policy(path, out);
    if (!p) return TOOL_FAILED;
    int const answer = eval_with(p->models, p->n_models, decision, facts, out);
    policy_close(p);
    return answer;
}
