// Functions of contexts (DMN 1.5, 10.3.4.10).
#include "feel_builtin.h"

static struct value run_get_value(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (args[0].kind != VALUE_CONTEXT || args[1].kind != VALUE_STRING) {
        return eval_error(ev, "get value needs a context and a key");
    }
    const struct value *const v = context_get(args[0].context, args[1].string);
    return v ? *v : eval_error(ev, "the context has no entry of this name");
}

static struct value run_get_entries(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (args[0].kind != VALUE_CONTEXT) return eval_error(ev, "a context is expected");
    const struct context *const c = args[0].context;
    struct value *const out = eval_alloc(ev, (c->n + 1) * sizeof(*out));
    for (size_t i = 0; i < c->n; i++) {
        struct entry const pair[] = {{bytes_text("key"), value_string(c->at[i].name)},
                                     {bytes_text("value"), c->at[i].value}};
        out[i] = eval_context(ev, pair, 2);
    }
    return eval_items(ev, out, c->n);
}

// context([{key: k, value: v}]); keys are strings, each once.
static struct value run_context(struct eval *ev, const struct value *args, size_t n)
{
    struct items const items = argument_items(&args[0]);
    (void)n;
    if (args[0].kind == VALUE_NULL) return eval_error(ev, "a list of entries is expected");
    struct entry *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    for (size_t i = 0; i < items.n; i++) {
        if (items.at[i].kind != VALUE_CONTEXT) return eval_error(ev, "an entry is a context");
        const struct value *const k = context_get(items.at[i].context, bytes_text("key"));
        const struct value *const v = context_get(items.at[i].context, bytes_text("value"));
        if (!k || !v || k->kind != VALUE_STRING) {
            return eval_error(ev, "an entry has a key, which is a string, and a value");
        }
        eval_cost(ev, i);
        for (size_t seen = 0; seen < i; seen++) {
            if (bytes_equal(out[seen].name, k->string))
                return eval_error(ev, "a key is there twice");
        }
        out[i] = (struct entry){k->string, *v};
    }
    return eval_context(ev, out, items.n);
}

static struct value put(struct eval *ev, const struct context *c, struct bytes key, struct value v)
{
    size_t n = 0;
    struct entry *const out = eval_alloc(ev, (c->n + 1) * sizeof(*out));
    bool found = false;
    for (size_t i = 0; i < c->n; i++) {
        out[n] = c->at[i];
        if (bytes_equal(out[n].name, key)) {
            out[n].value = v;
            found = true;
        }
        n++;
    }
    if (!found) out[n++] = (struct entry){key, v};
    return eval_context(ev, out, n);
}

// Along a list of keys, contexts are made anew from the inside out.
static struct value put_path(struct eval *ev, struct value c, struct items keys, struct value v)
{
    static const char error[] = "context put needs a context and keys that lead into it";
    if (c.kind != VALUE_CONTEXT || keys.n == 0 || keys.at[0].kind != VALUE_STRING) {
        return eval_error(ev, error);
    }
    struct bytes const key = keys.at[0].string;
    if (keys.n == 1) return put(ev, c.context, key, v);
    const struct value *const inner = context_get(c.context, key);
    if (!inner) return eval_error(ev, error);
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    struct value const changed = put_path(ev, *inner, (struct items){keys.n - 1, keys.at + 1}, v);
    ev->depth--;
    return changed.kind == VALUE_NULL ? changed : put(ev, c.context, key, changed);
}

static struct value run_context_put(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return put_path(ev, args[0], argument_items(&args[1]), args[2]);
}

static struct value run_context_merge(struct eval *ev, const struct value *args, size_t n)
{
    struct items const items = argument_items(&args[0]);
    struct value out = eval_context(ev, NULL, 0);
    (void)n;
    if (args[0].kind == VALUE_NULL) return eval_error(ev, "a list of contexts is expected");
    for (size_t i = 0; i < items.n; i++) {
        if (items.at[i].kind != VALUE_CONTEXT) return eval_error(ev, "a context is expected");
        const struct context *const c = items.at[i].context;
        for (size_t k = 0; k < c->n; k++) {
            eval_cost(ev, out.context->n);
            out = put(ev, out.context, c->at[k].name, c->at[k].value);
        }
    }
    return out;
}

const struct builtin builtins_context[] = {
    BUILTIN("get value", 2, 2, "m,key", run_get_value),
    BUILTIN("get entries", 1, 1, "m", run_get_entries),
    BUILTIN("context", 1, 1, "entries", run_context),
    BUILTIN("context put", 3, 3, "context,key,value", run_context_put),
    BUILTIN("context put", 3, 3, "context,keys,value", run_context_put),
    BUILTIN("context merge", 1, 1, "contexts", run_context_merge),
};
BUILTIN_COUNT(builtins_context);
