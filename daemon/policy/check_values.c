#include "check_values.h"

#include <stdlib.h>

static void values_add(struct check_values *v, struct value value)
{
    for (size_t i = 0; i < v->n; i++) {
        if (value_equal(v->at[i], value) == TERNARY_TRUE) return;
    }
    if (v->n == CHECK_VALUES_MAX - 1) { // one place is kept for null
        v->full = true;
        return;
    }
    v->at[v->n++] = value;
}

// Every literal of an expression or test.
static void values_literals(struct check_values *v, const struct ast *e)
{
    for (; e; e = e->next) {
        if (e->kind == AST_NEGATE && e->a->kind == AST_LITERAL &&
            e->a->value.kind == VALUE_NUMBER) {
            values_add(v, value_number(number_negate(e->a->value.number)));
            continue;
        }
        if (e->kind == AST_LITERAL && e->value.kind != VALUE_NULL) values_add(v, e->value);
        values_literals(v, e->a);
        values_literals(v, e->b);
        values_literals(v, e->c);
    }
}

static int values_order(const void *a, const void *b)
{
    int order = 0;
    (void)value_compare(*(const struct value *)a, *(const struct value *)b, &order);
    return order;
}

// Boundaries become points, the gaps between them, and what is beyond both ends.
static void values_numbers(struct check_values *v)
{
    size_t const n = v->n;
    struct number x, two = number_from_int(2), one = number_from_int(1);
    qsort(v->at, n, sizeof(v->at[0]), values_order);
    for (size_t i = 0; i + 1 < n; i++) {
        if (number_add(v->at[i].number, v->at[i + 1].number, &x) && number_divide(x, two, &x)) {
            values_add(v, value_number(x));
        }
    }
    if (n == 0) values_add(v, value_number(one));
    if (n && number_subtract(v->at[0].number, one, &x)) values_add(v, value_number(x));
    if (n && number_add(v->at[n - 1].number, one, &x)) values_add(v, value_number(x));
}

// A day, a second or a month to either side of each boundary.
static void values_moments(struct check_values *v, struct pool *pool)
{
    size_t const n = v->n;
    for (size_t i = 0; i < n; i++) {
        for (int step = -1; step <= 1; step += 2) {
            struct value near = v->at[i];
            struct moment *const m = pool_alloc(pool, sizeof(*m));
            struct duration const d = {near.kind == VALUE_DATE ? step * 86400 : step, 0};
            if (near.kind == VALUE_MONTHS) {
                near.months += step;
            } else if (near.kind == VALUE_DURATION) {
                near.duration.s += step;
            } else if (near.kind == VALUE_TIME) {
                time_add(near.moment, d, m);
                near.moment = m;
            } else if (moment_add(near.moment, d, m)) {
                near.moment = m;
            }
            values_add(v, near);
        }
    }
}

// Lists: empty, of each word alone, and of all words.
static void values_lists(struct check_values *v, struct pool *pool)
{
    struct value words[CHECK_VALUES_MAX];
    size_t const n = v->n;
    memcpy(words, v->at, n * sizeof(words[0]));
    v->n = 0;
    for (size_t i = 0; i <= n + 1; i++) {
        struct items *const items = pool_alloc(pool, sizeof(*items));
        struct value *const at = pool_alloc(pool, (n + 1) * sizeof(*at));
        items->at = at;
        if (i >= 1 && i <= n) {
            at[0] = words[i - 1];
            items->n = 1;
        } else if (i > n) {
            memcpy(at, words, n * sizeof(*at));
            items->n = n;
        }
        values_add(v, (struct value){.kind = VALUE_ITEMS, .items = items});
    }
    v->exact = false; // two words together are not tried
}

const struct type *check_column_type(const struct pack_model *m, const struct table *t,
                                     unsigned column)
{
    const struct table_input *const in = &t->inputs[column];
    if (in->type) return in->type;
    int const i = in->ast->kind == AST_NAME ? model_find_any(m->model, in->ast->name) : -1;
    return i >= 0 ? m->model->elements[i].type : NULL;
}

static const struct ast *type_values(const struct type *t)
{
    for (int i = 0; t && i < 64; i++) {
        if (t->allowed_ast) return t->allowed_ast;
        t = t->kind == TYPE_NAMED || t->kind == TYPE_LIST ? t->base : NULL;
    }
    return NULL;
}

// What a column of one kind of value may hold beside what its cells name.
static void values_complete(struct check_values *v, struct pool *pool, enum value_kind kind,
                            bool closed)
{
    static const struct value both[] = {{.kind = VALUE_BOOLEAN, .boolean = true},
                                        {.kind = VALUE_BOOLEAN, .boolean = false}};
    if (kind == VALUE_BOOLEAN) {
        v->n = 0;
        values_add(v, both[0]);
        values_add(v, both[1]);
    } else if (kind == VALUE_STRING && !closed) {
        values_add(v, value_text("(another word)"));
    } else if (kind == VALUE_NUMBER) {
        values_numbers(v);
    } else if (kind >= VALUE_DATE && kind <= VALUE_DURATION) {
        values_moments(v, pool);
    }
}

static void values_keep_kind(struct check_values *v, enum value_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n; i++) {
        if (v->at[i].kind == kind) v->at[n++] = v->at[i];
    }
    v->n = n;
}

void check_values_gather(struct pool *pool, const struct pack_model *m, const struct table *t,
                         unsigned column, struct check_values *out)
{
    const struct type *const type = check_column_type(m, t, column);
    const struct type *const plain = type ? type_plain(type) : &TYPE_OF_ANY;
    const struct ast *allowed = t->inputs[column].allowed_ast;
    bool const is_list = plain->kind == TYPE_LIST;
    const struct type *const element = is_list ? type_plain(plain->base) : plain;
    *out = (struct check_values){.exact = true};
    if (!allowed) allowed = type_values(type);
    if (allowed) values_literals(out, allowed->b);
    // An output with its values listed, of a decision this column reads.
    bool const closed = allowed != NULL && out->n > 0;
    if (!closed || element->simple == VALUE_NUMBER) {
        for (unsigned row = 0; row < t->n_rows; row++) {
            values_literals(out, table_cell(t, row, column)->ast->b);
        }
    }
    enum value_kind kind = element->kind == TYPE_SIMPLE ? element->simple : VALUE_NULL;
    if (kind == VALUE_NULL && out->n) kind = out->at[0].kind;
    if (kind == VALUE_NULL) out->exact = false;
    values_keep_kind(out, kind);
    values_complete(out, pool, kind, closed);
    if (is_list) values_lists(out, pool);
    if (out->full) out->exact = false;
    out->at[out->n++] = value_null();
}
