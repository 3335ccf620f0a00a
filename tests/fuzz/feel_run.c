#include "feel_run.h"

#include "check.h"
#include "feel_compile.h"

static struct pool pool;
static uint8_t memory[FEEL_RUN_ARENA];
static struct model *model; // the inputs alone; lives as long as the process
static struct value inputs[8];

static void model_make(void)
{
    static const char xml[] =
        "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" name=\"m\">"
        "<inputData id=\"a\" name=\"a\"/><inputData id=\"b\" name=\"b\"/>"
        "<inputData id=\"c\" name=\"c\"/><inputData id=\"d\" name=\"d\"/>"
        "<inputData id=\"e\" name=\"e\"/></definitions>";
    static struct value list[3];
    static struct entry entries[2];
    static struct items items = {3, list};
    static struct context context = {2, entries};
    model = model_of_text(xml, sizeof(xml) - 1, "fuzz.dmn", NULL);
    CHECK(model && model->n_elements == 5);
    for (int i = 0; i < 3; i++) list[i] = value_int(i + 1);
    entries[0] = (struct entry){bytes_text("x"), value_int(1)};
    entries[1] = (struct entry){bytes_text("y z"), value_int(2)};
    inputs[0] = value_int(5);
    inputs[1] = value_text("text");
    inputs[3] = (struct value){.kind = VALUE_ITEMS, .items = &items};
    inputs[4] = (struct value){.kind = VALUE_CONTEXT, .context = &context};
}

static const struct symbol *scope_make(void)
{
    const struct symbol *scope = NULL;
    if (!model) model_make();
    for (unsigned i = 0; i < model->n_elements; i++) {
        scope = symbol_push(&pool, scope, model->elements[i].name, SYMBOL_INPUT, i, NULL);
    }
    return scope;
}

void feel_run_close(void)
{
    pool_close(&pool);
    pool = (struct pool){0};
}

// What stopped it is one of the limits, and none was passed.
static enum feel_run_end run_end(const struct eval *ev, bool ok)
{
    CHECK(ev->steps <= FEEL_RUN_STEPS && ev->depth <= EVAL_DEPTH_MAX);
    CHECK(ok == (ev->stop == EVAL_DONE));
    return ok ? FEEL_RUN_DONE : FEEL_RUN_STOPPED;
}

static enum feel_run_end run(const struct program *p, unsigned n_slots, const struct value *slot,
                             struct value *out)
{
    struct arena arena;
    arena_init(&arena, memory, sizeof(memory));
    struct question const q = {.model = model, .inputs = inputs, .steps = FEEL_RUN_STEPS};
    struct eval *const ev = model_begin(&q, &arena);
    CHECK(ev);
    for (unsigned i = 0; i < model->n_elements; i++) model_give(ev, i, inputs[i]);
    if (setjmp(ev->exit) != 0) return run_end(ev, false);
    struct value *const frame = eval_frame(ev, n_slots);
    if (slot) frame[0] = *slot;
    *out = eval_run(ev, p, frame);
    return run_end(ev, true);
}

enum feel_run_end feel_run(struct bytes text, struct value *out)
{
    struct name_set names = {0};
    struct feel_error error = {FEEL_FINE, 0, NULL};
    struct compiler c;
    feel_run_close();
    if (setjmp(pool.exit) != 0) return FEEL_RUN_REFUSED;
    const struct symbol *const scope = scope_make();
    struct ast *const ast = feel_parse(&pool, text, scope, &names, NULL, &error);
    if (!ast) {
        CHECK(error.why != FEEL_FINE && error.text && error.at <= text.len);
        return FEEL_RUN_REFUSED;
    }
    compiler_init(&c, &pool, scope);
    const struct program *const p = compile_program(&c, ast);
    CHECK(p || (c.error.why != FEEL_FINE && c.error.text));
    return p ? run(p, c.n_slots_max, NULL, out) : FEEL_RUN_REFUSED;
}

enum feel_run_end feel_run_tests(struct bytes text, const struct value *in, size_t n,
                                 struct value *out)
{
    struct name_set names = {0};
    struct feel_error error = {FEEL_FINE, 0, NULL};
    struct compiler c;
    feel_run_close();
    if (setjmp(pool.exit) != 0) return FEEL_RUN_REFUSED;
    const struct symbol *const scope = scope_make();
    struct ast *const ast = feel_parse_tests(&pool, text, scope, &names, NULL, &error);
    if (!ast) {
        CHECK(error.why != FEEL_FINE && error.text && error.at <= text.len);
        return FEEL_RUN_REFUSED;
    }
    compiler_init(&c, &pool, scope);
    unsigned const slot = compiler_slot(&c);
    CHECK(slot == 0);
    const struct program *const p = compile_test_program(&c, ast, slot);
    CHECK(p || (c.error.why != FEEL_FINE && c.error.text));
    if (!p) return FEEL_RUN_REFUSED;
    for (size_t i = 0; i < n; i++) {
        if (run(p, c.n_slots_max, &in[i], &out[i]) != FEEL_RUN_DONE) out[i] = value_null();
        CHECK(out[i].kind == VALUE_BOOLEAN || out[i].kind == VALUE_NULL);
    }
    return FEEL_RUN_DONE;
}
