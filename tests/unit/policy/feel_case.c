#include "feel_case.h"

#include "feel_print.h"

#include <stdio.h>
#include <stdlib.h>

static char answer[8192];

static const char HEAD[] = "<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" "
                           "name=\"m\" namespace=\"m\">";

static void append(char *text, size_t size, const char *more)
{
    size_t const n = strlen(text);
    snprintf(text + n, size - n, "%s", more);
}

static void append_escaped(char *text, size_t size, const char *more)
{
    for (const char *c = more; *c; c++) {
        char const one[2] = {*c, 0};
        append(text, size, *c == '<' ? "&lt;" : *c == '>' ? "&gt;" : *c == '&' ? "&amp;" : one);
    }
}

static void append_input(char *xml, size_t size, const char *name, const char *value)
{
    append(xml, size, "<decision id=\"_");
    append(xml, size, name);
    append(xml, size, "\" name=\"");
    append(xml, size, name);
    append(xml, size, "\"><variable name=\"");
    append(xml, size, name);
    append(xml, size, "\"/><literalExpression><text>");
    append_escaped(xml, size, value ? value : "null");
    append(xml, size, "</text></literalExpression></decision>");
}

static void tell(const struct model *m, const struct eval *ev, bool ok, struct value v)
{
    struct printer p = {answer, sizeof(answer) - 1, 0};
    if (ok) {
        print_value(&p, v, true);
        answer[p.len < p.size ? p.len : p.size] = 0;
        return;
    }
    const struct element *const e = &m->elements[m->n_elements - 1];
    const struct element *const refused = ev->refused ? ev->refused : e;
    if (ev->stop == EVAL_REFUSED) {
        snprintf(answer, sizeof(answer), "%s: %s",
                 refused->why == FEEL_OUTSIDE ? "outside" : "refused", refused->text);
    } else {
        snprintf(answer, sizeof(answer), "stopped: %s", eval_stop_text(ev->stop));
    }
}

static void keep_trace(struct case_run *run, const struct trace *t)
{
    if (!t) return;
    run->n_matched = t->n_matched;
    run->n_near = t->n_near;
    for (unsigned i = 0; i < t->n_matched && i < 16; i++) run->matched[i] = t->matched[i];
    for (unsigned i = 0; i < t->n_near && i < 16; i++) run->near[i] = t->near[i];
}

const char *decide_within(const char *logic, const char *a, const char *b, const char *c,
                          struct case_run *run)
{
    size_t const size = strlen(logic) + 16384;
    char *const xml = calloc(1, size);
    struct arena arena;
    append(xml, size, HEAD);
    append_input(xml, size, "a", a);
    append_input(xml, size, "b", b);
    append_input(xml, size, "c", c);
    append(xml, size, "<decision id=\"_d\" name=\"d\"><variable name=\"d\"/>");
    for (const char *r = "abc"; *r; r++) {
        char requirement[128];
        snprintf(
            requirement, sizeof(requirement),
            "<informationRequirement><requiredDecision href=\"#_%c\"/></informationRequirement>",
            *r);
        append(xml, size, requirement);
    }
    append(xml, size, logic);
    append(xml, size, "</decision></definitions>");
    struct model *const m = model_of_text(xml, strlen(xml), "case.dmn", NULL);
    free(xml);
    if (!m) return "no model";
    void *const memory = malloc(run->arena_bytes);
    struct value *const inputs = calloc(m->n_elements + 1, sizeof(*inputs));
    struct value v = value_null();
    arena_init(&arena, memory, run->arena_bytes);
    struct question const q = {.model = m, .inputs = inputs, .trace = true, .steps = run->steps};
    struct eval *const ev = model_begin(&q, &arena);
    snprintf(answer, sizeof(answer), "stopped: no room");
    if (ev) {
        bool const ok = model_decide(ev, m->n_elements - 1, &v);
        tell(m, ev, ok, v);
        run->stop = ev->stop;
        if (ok) keep_trace(run, ev->trace);
    }
    free(inputs);
    free(memory);
    model_close(m);
    return answer;
}

const char *decide(const char *logic, const char *a, const char *b, const char *c)
{
    struct case_run run = {.arena_bytes = (size_t)8 << 20};
    return decide_within(logic, a, b, c, &run);
}

const char *feel(const char *expression)
{
    size_t const size = strlen(expression) * 6 + 128;
    char *const logic = calloc(1, size);
    append(logic, size, "<literalExpression><text>");
    append_escaped(logic, size, expression);
    append(logic, size, "</text></literalExpression>");
    const char *const value = decide(logic, NULL, NULL, NULL);
    free(logic);
    return value;
}

static void append_cell(char *xml, size_t size, const char *tag, const char *from, size_t len)
{
    char cell[256] = "";
    while (len && *from == ' ') from++, len--;
    while (len && from[len - 1] == ' ') len--;
    snprintf(cell, sizeof(cell), "%.*s", (int)len, from);
    append(xml, size, "<");
    append(xml, size, tag);
    append(xml, size, "><text>");
    append_escaped(xml, size, cell);
    append(xml, size, "</text></");
    append(xml, size, tag);
    append(xml, size, ">");
}

const char *table(const char *attributes, const char *outputs, const char *rows, const char *a,
                  const char *b)
{
    char xml[16384] = "<decisionTable ";
    size_t const size = sizeof(xml);
    append(xml, size, attributes);
    append(xml, size,
           "><input><inputExpression><text>a</text></inputExpression></input>"
           "<input><inputExpression><text>b</text></inputExpression></input>");
    append(xml, size, outputs);
    for (const char *p = rows; *p;) {
        int column = 0;
        append(xml, size, "<rule>");
        for (bool last = false; !last; column++) {
            size_t const n = strcspn(p, "|;");
            append_cell(xml, size, column < 2 ? "inputEntry" : "outputEntry", p, n);
            last = p[n] != '|';
            p += n + (p[n] != 0);
        }
        append(xml, size, "</rule>");
        while (*p == ' ') p++;
    }
    append(xml, size, "</decisionTable>");
    return decide(xml, a, b, NULL);
}
