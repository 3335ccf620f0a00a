#include "feel_type.h"

#include "feel_ast.h"
#include "feel_eval.h"

#define TYPE_DEPTH_MAX      64
#define TYPE_CONFORMS_DEPTH 12 // wide types of themselves cost their width to this power

const struct type TYPE_OF_ANY = {.kind = TYPE_ANY, .name = "Any"};

static const struct type TYPE_OF_LIST = {.kind = TYPE_LIST, .name = "list", .base = &TYPE_OF_ANY};
static const struct type TYPE_OF_CONTEXT = {.kind = TYPE_CONTEXT, .name = "context"};
static const struct type TYPE_OF_RANGE = {
    .kind = TYPE_RANGE, .name = "range", .base = &TYPE_OF_ANY};
static const struct type TYPE_OF_FUNCTION = {
    .kind = TYPE_FUNCTION, .name = "function", .base = &TYPE_OF_ANY, .any_function = true};
static const struct type TYPE_OF_NULL = {.kind = TYPE_NULL, .name = "Null"};

static const struct type TYPES_SIMPLE[] = {
    {.kind = TYPE_SIMPLE, .simple = VALUE_BOOLEAN, .name = "boolean"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_NUMBER, .name = "number"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_STRING, .name = "string"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_DATE, .name = "date"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_TIME, .name = "time"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_DATE_TIME, .name = "date and time"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_MONTHS, .name = "years and months duration"},
    {.kind = TYPE_SIMPLE, .simple = VALUE_DURATION, .name = "days and time duration"},
};

// Spellings of earlier versions of DMN.
static const struct {
    const char *word, *name;
} TYPE_ALIASES[] = {
    {"dateTime", "date and time"},
    {"yearMonthDuration", "years and months duration"},
    {"dayTimeDuration", "days and time duration"},
    {"integer", "number"},
    {"double", "number"},
    {"long", "number"},
    {"decimal", "number"},
};

const struct type *type_of_word(const char *word)
{
    static const struct type *const others[] = {&TYPE_OF_ANY,   &TYPE_OF_LIST,     &TYPE_OF_CONTEXT,
                                                &TYPE_OF_RANGE, &TYPE_OF_FUNCTION, &TYPE_OF_NULL};
    const char *const colon = strchr(word, ':');
    if (colon) word = colon + 1; // the prefix of a namespace
    for (size_t i = 0; i < sizeof(TYPE_ALIASES) / sizeof(TYPE_ALIASES[0]); i++) {
        if (strcmp(word, TYPE_ALIASES[i].word) == 0) word = TYPE_ALIASES[i].name;
    }
    for (size_t i = 0; i < sizeof(TYPES_SIMPLE) / sizeof(TYPES_SIMPLE[0]); i++) {
        if (strcmp(word, TYPES_SIMPLE[i].name) == 0) return &TYPES_SIMPLE[i];
    }
    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
        if (strcmp(word, others[i]->name) == 0) return others[i];
    }
    return NULL;
}

const struct type *type_list_of(struct pool *pool, const struct type *element)
{
    struct type *const t = pool_alloc(pool, sizeof(*t));
    *t = (struct type){.kind = TYPE_LIST, .base = element};
    return t;
}

const struct type *type_plain(const struct type *t)
{
    for (int i = 0; t->kind == TYPE_NAMED && t->base && i < TYPE_DEPTH_MAX; i++) t = t->base;
    return t;
}

static bool type_has_items(struct eval *ev, const struct type *t, struct value v)
{
    if (v.kind != VALUE_ITEMS) return false;
    eval_cost(ev, v.items->n);
    for (size_t i = 0; i < v.items->n; i++) {
        if (v.items->at[i].kind == VALUE_NULL) continue;
        if (!type_has(ev, t->base, v.items->at[i])) return false;
    }
    return true;
}

// Every component must be there, each null or of its type; more entries do no harm.
static bool type_has_components(struct eval *ev, const struct type *t, struct value v)
{
    if (v.kind != VALUE_CONTEXT) return false;
    eval_cost(ev, t->n_components * (1 + v.context->n / 8));
    for (size_t i = 0; i < t->n_components; i++) {
        const struct value *const c = context_get(v.context, bytes_text(t->components[i].name));
        if (!c) return false;
        if (c->kind != VALUE_NULL && !type_has(ev, t->components[i].type, *c)) return false;
    }
    return true;
}

static bool type_has_range(struct eval *ev, const struct type *t, struct value v)
{
    if (v.kind != VALUE_RANGE) return false;
    struct value const low = v.range->low, high = v.range->high;
    return (low.kind == VALUE_NULL || type_has(ev, t->base, low)) &&
           (high.kind == VALUE_NULL || type_has(ev, t->base, high));
}

// A function is of the type when it takes what the type gives and gives what the type promises.
static bool type_has_function(const struct type *t, struct value v)
{
    if (v.kind != VALUE_FUNCTION) return false;
    const struct function *const f = v.function;
    if (t->any_function && type_plain(t->base)->kind == TYPE_ANY) return true;
    if (f->n_parameters != t->n_components) return false;
    for (unsigned i = 0; i < f->n_parameters; i++) {
        const struct type *const given = f->types[i] ? f->types[i] : &TYPE_OF_ANY;
        if (!type_conforms(t->components[i].type, given)) return false;
    }
    // What a function gives is often not written down: then the call itself shows it.
    return !f->result || type_conforms(f->result, t->base);
}

// Most lists of allowed values are plain strings: unknown when these are not, or the value is not.
static enum ternary strings_allow(struct eval *ev, const struct type *t, struct value v)
{
    unsigned n = 0;
    if (v.kind != VALUE_STRING || !t->allowed_ast || (t->allowed_ast->flags & AST_NOT)) {
        return TERNARY_UNKNOWN;
    }
    for (const struct ast *test = t->allowed_ast->b; test; test = test->next) {
        if (++n % 8 == 0) eval_cost(ev, 1);
        if (test->op != AST_OP_NONE || test->a->kind != AST_LITERAL) return TERNARY_UNKNOWN;
        if (value_equal(v, test->a->value) == TERNARY_TRUE) return TERNARY_TRUE;
    }
    return TERNARY_FALSE;
}

// Allowed values are unary tests over a slot of a frame of its own.
static bool type_allows(struct eval *ev, const struct type *t, struct value v)
{
    enum ternary const quick = strings_allow(ev, t, v);
    if (quick != TERNARY_UNKNOWN) return quick == TERNARY_TRUE;
    struct value *const top = ev->top;
    struct value *const frame = eval_frame(ev, FEEL_SLOTS_ALLOWED);
    frame[0] = v;
    struct value const answer = eval_run(ev, t->allowed, frame);
    ev->top = top;
    return value_is_true(answer);
}

// The allowed values of a list may be meant of its elements (DMN 1.1 to 1.4).
static bool type_narrows(struct eval *ev, const struct type *t, struct value v)
{
    if (!t->allowed || ev->loose) return true;
    if (type_allows(ev, t, v)) return true;
    if (v.kind != VALUE_ITEMS) return false;
    for (size_t i = 0; i < v.items->n; i++) {
        if (!type_allows(ev, t, v.items->at[i])) return false;
    }
    return true;
}

bool type_is(struct eval *ev, const struct type *t, struct value v)
{
    bool const was = ev->loose;
    ev->loose = true;
    bool const is = type_has(ev, t, v);
    ev->loose = was;
    return is;
}

bool type_has(struct eval *ev, const struct type *t, struct value v)
{
    bool has = false;
    if (t->kind == TYPE_ANY) return v.kind != VALUE_NULL;
    if (v.kind == VALUE_NULL) return t->kind == TYPE_NULL;
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    eval_cost(ev, 1);
    switch (t->kind) {
    case TYPE_ANY:
    case TYPE_NULL: break;
    case TYPE_SIMPLE: has = v.kind == t->simple; break;
    case TYPE_LIST: has = type_has_items(ev, t, v); break;
    case TYPE_CONTEXT: has = type_has_components(ev, t, v); break;
    case TYPE_RANGE: has = type_has_range(ev, t, v); break;
    case TYPE_FUNCTION: has = type_has_function(t, v); break;
    case TYPE_NAMED: has = type_has(ev, t->base, v) && type_narrows(ev, t, v); break;
    }
    ev->depth--;
    return has;
}

struct value type_coerce(struct eval *ev, const struct type *t, struct value v)
{
    const struct type *const plain = type_plain(t);
    if (v.kind == VALUE_NULL || plain->kind == TYPE_ANY || type_has(ev, t, v)) return v;
    if (v.kind == VALUE_ITEMS && v.items->n == 1 && plain->kind != TYPE_LIST) {
        return type_coerce(ev, t, v.items->at[0]);
    }
    if (plain->kind == TYPE_LIST && v.kind != VALUE_ITEMS) {
        struct value const list = eval_items(ev, &v, 1);
        if (type_has(ev, t, list)) return list;
    }
    if (plain->kind == TYPE_SIMPLE && plain->simple == VALUE_DATE_TIME && v.kind == VALUE_DATE) {
        struct moment m = *v.moment;
        m.zone_kind = MOMENT_OFFSET;
        return eval_moment(ev, VALUE_DATE_TIME, &m);
    }
    return eval_error(ev, "the value is not of the type that is asked for");
}

static bool type_conforms_to(const struct type *t, const struct type *u, int depth);

static bool type_conforms_parts(const struct type *t, const struct type *u, int depth)
{
    for (size_t i = 0; i < u->n_components; i++) {
        bool found = false;
        for (size_t k = 0; k < t->n_components && !found; k++) {
            found = strcmp(t->components[k].name, u->components[i].name) == 0 &&
                    type_conforms_to(t->components[k].type, u->components[i].type, depth);
        }
        if (!found) return false;
    }
    return true;
}

static bool type_conforms_function(const struct type *t, const struct type *u, int depth)
{
    if (t->n_components != u->n_components) return false;
    for (size_t i = 0; i < t->n_components; i++) {
        if (!type_conforms_to(u->components[i].type, t->components[i].type, depth)) return false;
    }
    return type_conforms_to(t->base, u->base, depth);
}

// Types may be made of themselves; deeper than this they are taken not to conform.
static bool type_conforms_to(const struct type *t, const struct type *u, int depth)
{
    if (depth == 0) return false;
    depth--;
    if (t == u) return true;
    u = type_plain(u);
    t = type_plain(t);
    if (t == u || u->kind == TYPE_ANY || t->kind == TYPE_NULL) return true;
    if (t->kind != u->kind) return false;
    switch (t->kind) {
    case TYPE_SIMPLE: return t->simple == u->simple;
    case TYPE_LIST:
    case TYPE_RANGE: return type_conforms_to(t->base, u->base, depth);
    case TYPE_CONTEXT: return type_conforms_parts(t, u, depth);
    case TYPE_FUNCTION: return type_conforms_function(t, u, depth);
    default: return false;
    }
}

bool type_conforms(const struct type *t, const struct type *u)
{
    return type_conforms_to(t, u, TYPE_CONFORMS_DEPTH);
}
