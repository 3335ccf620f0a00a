// feel_pipe - models in, answers out, a line each, for tests that are written in other languages.
//   in:  a DMN model in one line; its last element is asked for
//   out: {"value": V}, {"refused": TEXT} or {"stopped": TEXT}
// V is JSON; what JSON has no word for is {"@": "2026-07-01"} or {"range": [LOW, HIGH, "[)"]}.
#include "dmn.h"
#include "feel_print.h"
#include "tools.h"

#include <stdlib.h>

#define ARENA_BYTES ((size_t)4 << 20)
#define TEXT_MAX    8192

static void put_value(struct value v);

static void put_text(struct bytes text)
{
    static char copy[TEXT_MAX];
    size_t const n = text.len < sizeof(copy) - 1 ? text.len : sizeof(copy) - 1;
    if (n) memcpy(copy, text.data, n);
    copy[n] = 0;
    json_text(stdout, copy);
}

static void put_plain(struct value v)
{
    static char text[TEXT_MAX];
    struct printer p = {text, sizeof(text) - 1, 0};
    print_value(&p, v, false);
    text[p.len < p.size ? p.len : p.size] = 0;
    bool const word = v.kind == VALUE_NULL || v.kind == VALUE_BOOLEAN || v.kind == VALUE_NUMBER;
    if (word) {
        fputs(text, stdout);
    } else {
        fputs("{\"@\": ", stdout);
        json_text(stdout, text);
        putchar('}');
    }
}

static void put_items(const struct items *items)
{
    putchar('[');
    for (size_t i = 0; i < items->n; i++) {
        if (i) putchar(',');
        put_value(items->at[i]);
    }
    putchar(']');
}

static void put_context(const struct context *c)
{
    putchar('{');
    for (size_t i = 0; i < c->n; i++) {
        if (i) putchar(',');
        put_text(c->at[i].name);
        putchar(':');
        put_value(c->at[i].value);
    }
    putchar('}');
}

static void put_range(const struct range *r)
{
    fputs("{\"range\":[", stdout);
    put_value(r->low);
    putchar(',');
    put_value(r->high);
    printf(",\"%c%c\"]}", r->low_closed ? '[' : '(', r->high_closed ? ']' : ')');
}

static void put_value(struct value v)
{
    switch (v.kind) {
    case VALUE_STRING: put_text(v.string); break;
    case VALUE_ITEMS: put_items(v.items); break;
    case VALUE_CONTEXT: put_context(v.context); break;
    case VALUE_RANGE: put_range(v.range); break;
    default: put_plain(v); break;
    }
}

static void put_end(const char *how, const char *text)
{
    printf("{\"%s\":", how);
    json_text(stdout, text);
    puts("}");
}

static void answer(const struct model *m, void *memory, const struct value *inputs)
{
    struct arena arena;
    struct value v;
    arena_init(&arena, memory, ARENA_BYTES);
    struct question const q = {.model = m, .inputs = inputs};
    struct eval *const ev = model_begin(&q, &arena);
    if (!ev) {
        put_end("stopped", "no room");
    } else if (model_decide(ev, m->n_elements - 1, &v)) {
        fputs("{\"value\":", stdout);
        put_value(v);
        puts("}");
    } else if (ev->stop == EVAL_REFUSED) {
        put_end("refused", ev->refused->text);
    } else {
        put_end("stopped", eval_stop_text(ev->stop));
    }
}

int main(void)
{
    char *line = NULL;
    size_t size = 0;
    void *const memory = malloc(ARENA_BYTES);
    struct value *const inputs = calloc(DMN_ELEMENTS_MAX, sizeof(*inputs));
    if (!memory || !inputs) return 1;
    for (ssize_t n; (n = getline(&line, &size, stdin)) > 0;) {
        struct model *const m = model_of_text(line, (size_t)n - 1, "line.dmn", NULL);
        if (m && m->n_elements) {
            answer(m, memory, inputs);
        } else {
            put_end("refused", "no model");
        }
        model_close(m);
    }
    free(line);
    free(memory);
    free(inputs);
    return 0;
}
