// A DMN model: loaded within the limit of its pool, every decision of it asked with nothing known.
#include "dmn.h"
#include "fuzz.h"

#define STEPS 5000

static void ask(const struct model *m)
{
    static uint8_t memory[1 << 20];
    static struct value inputs[DMN_ELEMENTS_MAX + 1];
    struct value v;
    for (unsigned i = 0; i < m->n_elements && i < 16; i++) {
        struct arena arena;
        arena_init(&arena, memory, sizeof(memory));
        struct question const q = {.model = m, .inputs = inputs, .trace = true, .steps = STEPS};
        struct eval *const ev = model_begin(&q, &arena);
        if (!ev) return;
        bool const ok = model_decide(ev, i, &v);
        CHECK(ok == (ev->stop == EVAL_DONE) && ev->steps <= STEPS);
        CHECK(m->elements[i].why == FEEL_FINE || !ok || m->elements[i].kind == ELEMENT_INPUT);
    }
}

// Whatever cannot be used is told in words, with a place in the file.
static void check_report(const struct policy_report *r)
{
    CHECK(policy_report_count(r) <= REPORT_PROBLEMS_MAX + 1);
    for (size_t i = 0; i < policy_report_count(r); i++) {
        struct policy_problem const p = policy_report_at(r, i);
        CHECK(p.text && p.text[0] && p.file && p.line >= 0 && p.row >= 0 && p.column >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct policy_report *const r = policy_report_open();
    struct model *const m = model_of_text((const char *)data, len, "fuzz.dmn", r);
    check_report(r);
    CHECK(m || policy_report_count(r) > 0);
    if (m) {
        CHECK(m->pool.bytes <= POOL_BYTES_MAX);
        ask(m);
    }
    model_close(m);
    policy_report_close(r);
    return 0;
}
