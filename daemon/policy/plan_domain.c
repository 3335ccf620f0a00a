// The values that facts, outcomes and decisions may have, as far as a plan needs to tell them
// apart.
#include "plan_make.h"

#include <stdlib.h>

#define AMOUNT_MAX 1000000 // of a row that is summed

static bool domain_take(struct maker *k, struct domain *d, const struct value *at, unsigned n)
{
    struct value *const kept = pool_alloc(&k->p->pool, (n + 1) * sizeof(*kept));
    if (n + 1 > PLAN_CODES_MAX) return false;
    if (n) memcpy(kept + 1, at, n * sizeof(*at)); // the first stays null
    d->at = kept;
    d->n = n + 1;
    return true;
}

// --- Numbers: the points at which some test changes its answer, and the gaps between them ---

static int point_order(const void *a, const void *b)
{
    int32_t const x = *(const int32_t *)a, y = *(const int32_t *)b;
    return (x > y) - (x < y);
}

// The whole number at or below a literal: what lies above 2 lies above 2.5.
static bool points_add(struct value literal, int32_t *points, unsigned *n)
{
    struct number whole;
    int64_t i = 0;
    if (literal.kind != VALUE_NUMBER) return true;
    if (!number_round(literal.number, 0, NUMBER_FLOOR, &whole) || !number_to_int(whole, &i) ||
        i <= INT32_MIN + 2 || i >= INT32_MAX - 2 || *n + 1 > PLAN_CODES_MAX) {
        return false;
    }
    points[(*n)++] = (int32_t)i;
    qsort(points, *n, sizeof(*points), point_order);
    unsigned kept = 0;
    for (unsigned k = 0; k < *n; k++) {
        if (k == 0 || points[k] != points[kept - 1]) points[kept++] = points[k];
    }
    *n = kept;
    return true;
}

static bool points_of_cell(const struct cell *c, int32_t *points, unsigned *n)
{
    for (unsigned i = 0; i < c->n_tests; i++) {
        struct value const v = c->tests[i].value;
        if (!points_add(v, points, n)) return false;
        if (v.kind != VALUE_RANGE) continue;
        if (!points_add(v.range->low, points, n) || !points_add(v.range->high, points, n)) {
            return false;
        }
    }
    return true;
}

static bool points_gather(const struct maker *k, unsigned element, int32_t *points, unsigned *n)
{
    uint16_t source;
    bool is_list;
    for (unsigned i = 0; i < k->plan->n_tables; i++) {
        const struct table *const t = k->tables[i].table;
        for (unsigned c = 0; c < t->n_inputs; c++) {
            if (column_sources(&t->inputs[c], &source, 1, &is_list) != 1 || source != element) {
                continue;
            }
            for (unsigned row = 0; row < t->n_rows; row++) {
                if (!points_of_cell(table_cell(t, row, c), points, n)) return false;
            }
        }
    }
    return true;
}

static bool domain_of_number(struct maker *k, struct domain *d, unsigned element)
{
    int32_t points[PLAN_CODES_MAX];
    struct value at[PLAN_CODES_MAX];
    unsigned n = 0, n_values = 0;
    if (!points_gather(k, element, points, &n) || 2 * n + 2 > PLAN_CODES_MAX) return false;
    for (unsigned i = 0; i < n; i++) {
        at[n_values++] = value_int((int64_t)points[i] - 1); // or nothing lies between
        at[n_values++] = value_int(points[i]);
    }
    at[n_values++] = value_int(n ? (int64_t)points[n - 1] + 1 : 0);
    int32_t *const kept = pool_alloc(&k->p->pool, (n + 1) * sizeof(*kept));
    memcpy(kept, points, n * sizeof(*kept));
    d->kind = DOMAIN_NUMBER;
    d->points = kept;
    d->n_points = n;
    return domain_take(k, d, at, n_values);
}

// --- Other inputs ---

static bool domain_of_codes(struct maker *k, struct domain *d, enum fact fact)
{
    const char *const *const codes = FACTS[fact].codes;
    unsigned n = 0;
    while (codes[n]) n++;
    d->n_points = n;
    if (FACTS[fact].type == FACT_CODE) return domain_take(k, d, k->p->codes[fact], n);
    struct items *const items = pool_alloc(&k->p->pool, (n + 1) * sizeof(*items));
    struct value at[PLAN_CODES_MAX];
    if (n > 31) return false;
    d->kind = DOMAIN_SET;
    for (unsigned i = 0; i <= n; i++) {
        items[i] = (struct items){i > 0, i > 0 ? &k->p->codes[fact][i - 1] : NULL};
        at[i] = (struct value){.kind = VALUE_ITEMS, .items = &items[i]};
    }
    return domain_take(k, d, at, n + 1);
}

static const char *outcome_word(enum outcome o, int code)
{
    switch (o) {
    case OUTCOME_LIMB_A:
    case OUTCOME_LIMB_B:
    case OUTCOME_LIMB_C: return answer_word((enum answer)code);
    case OUTCOME_TIER: return tier_word((enum tier)code);
    case OUTCOME_COLOUR: return colour_word((enum colour)code);
    default: return "?";
    }
}

static bool domain_of_outcome(struct maker *k, struct domain *d, enum outcome o, unsigned element)
{
    static const int greatest[OUTCOME_COUNT] = {[OUTCOME_LIMB_A] = ANSWER_NOT_KNOWN,
                                                [OUTCOME_LIMB_B] = ANSWER_NOT_KNOWN,
                                                [OUTCOME_LIMB_C] = ANSWER_NOT_KNOWN,
                                                [OUTCOME_TIER] = TIER_DUTY_MET,
                                                [OUTCOME_COLOUR] = COLOUR_RED};
    // What the part itself makes, or a later one, is not there yet.
    bool const rates = k->part == PART_RATING || k->part >= PARTS_NEEDED;
    if (k->part == PART_THRESHOLD || (rates && o > OUTCOME_TIER)) return false;
    if (o == OUTCOME_SCORE) return domain_of_number(k, d, element);
    struct value at[8];
    for (int i = 1; i <= greatest[o]; i++) at[i - 1] = value_text(outcome_word(o, i));
    return domain_take(k, d, at, (unsigned)greatest[o]);
}

bool domain_of_input(struct maker *k, unsigned element)
{
    const struct binding *const b = &k->pm->bindings[element];
    struct domain *const d = &k->domains[element];
    if (b->kind == BIND_OUTCOME) return domain_of_outcome(k, d, (enum outcome)b->index, element);
    if (b->kind != BIND_FACT) return false;
    switch (FACTS[b->index].type) {
    case FACT_NUMBER: return domain_of_number(k, d, element);
    case FACT_CODE:
    case FACT_CODES: return domain_of_codes(k, d, (enum fact)b->index);
    case FACT_BOOL: break;
    }
    struct value const at[] = {value_boolean(false), value_boolean(true)};
    return domain_take(k, d, at, 2);
}

// --- Decisions: what the rows of their tables answer ---

static bool value_is(struct value a, struct value b)
{
    bool const plain = a.kind == VALUE_NULL || a.kind == VALUE_BOOLEAN || a.kind == VALUE_STRING;
    return plain && a.kind == b.kind && value_equal(a, b) == TERNARY_TRUE;
}

// The same number for equal values, whatever table they come of.
static bool value_same(struct maker *k, struct value v, uint8_t *same)
{
    unsigned i = 0;
    while (i < k->n_same && value_equal(k->same[i], v) != TERNARY_TRUE) i++;
    *same = (uint8_t)i;
    if (i < k->n_same) return true;
    if (i == PLAN_SAME_MAX) return false;
    k->same[k->n_same++] = v;
    return true;
}

static const struct type *type_unnamed(const struct type *t)
{
    while (t && t->kind == TYPE_NAMED && !t->allowed && !t->allowed_ast) t = t->base;
    return t;
}

static bool type_is_open(const struct type *t)
{
    return !t || t->kind == TYPE_ANY;
}

static bool type_is_number(const struct type *t)
{
    return t->kind == TYPE_SIMPLE && t->simple == VALUE_NUMBER;
}

static bool domain_of_rows(struct maker *k, struct plan_table *pt, const struct value *rows)
{
    struct domain *const d = &k->domains[pt->element];
    unsigned const n_rows = pt->table->n_rows + 1;
    uint8_t *const codes = pool_alloc(&k->p->pool, n_rows);
    struct value at[PLAN_ROWS_MAX + 2] = {value_null()};
    unsigned n = 1;
    for (unsigned row = 0; row < n_rows; row++) {
        unsigned i = 0;
        while (i < n && !value_is(at[i], rows[row])) i++;
        if (i == n) at[n++] = rows[row];
        codes[row] = (uint8_t)i;
    }
    if (!domain_take(k, d, at + 1, n - 1)) return false;
    uint8_t *const same = pool_alloc(&k->p->pool, n);
    for (unsigned i = 0; i < n; i++) {
        if (!value_same(k, at[i], &same[i])) return false;
    }
    pt->codes = codes;
    pt->same = same;
    pt->values = d->at;
    return true;
}

static bool amounts_of_rows(struct maker *k, struct plan_table *pt, const struct value *rows)
{
    int32_t *const amounts = pool_alloc(&k->p->pool, pt->table->n_rows * sizeof(*amounts));
    pt->amounts = amounts;
    for (unsigned row = 0; row < pt->table->n_rows; row++) {
        int64_t i = 0;
        if (rows[row].kind != VALUE_NUMBER || !number_to_int(rows[row].number, &i)) return false;
        if (i > AMOUNT_MAX || i < -AMOUNT_MAX) return false;
        amounts[row] = (int32_t)i;
    }
    return true;
}

// A list as it is: of a type that says nothing, or whose elements all the rows' answers are.
static bool items_fit(struct maker *k, const struct type *type, struct value v)
{
    const struct type *const list = type_unnamed(type);
    struct value element;
    if (type_is_open(list) || v.kind == VALUE_NULL) return true;
    if (list->kind != TYPE_LIST) return false;
    return type_try(k->ev, list->base, v, &element) && value_is(element, v);
}

bool domain_of_table(struct maker *k, struct plan_table *pt)
{
    const struct table *const t = pt->table;
    const struct type *const type = k->m->elements[pt->element].type;
    bool const many = t->hit == HIT_COLLECT || t->hit == HIT_RULE_ORDER;
    struct value *const rows = pool_alloc(&k->p->pool, (t->n_rows + 1) * sizeof(*rows));
    pt->result = !many                            ? RESULT_CODE
                 : t->aggregate == AGGREGATE_NONE ? RESULT_ITEMS
                 : t->aggregate == AGGREGATE_SUM  ? RESULT_SUM
                                                  : RESULT_COUNT;
    bool ok = true;
    k->ev->arena = &k->kept;
    for (unsigned row = 0; row <= t->n_rows && ok; row++) {
        ok = table_result_try(k->ev, t, row, &rows[row]);
        bool const whole = !many || row == t->n_rows;
        if (ok && whole) ok = type_try(k->ev, type, rows[row], &rows[row]);
        if (ok && !whole && pt->result == RESULT_ITEMS) ok = items_fit(k, type, rows[row]);
    }
    k->ev->arena = &k->scratch;
    if (!ok) return false;
    if (!many) return domain_of_rows(k, pt, rows);
    pt->values = rows;
    if (pt->result == RESULT_ITEMS) return true;
    const struct type *const number = type_unnamed(type);
    bool const fits = type_is_open(number) || type_is_number(number);
    return fits && (pt->result == RESULT_COUNT || amounts_of_rows(k, pt, rows));
}

// --- Columns ---

// A list's tests look for codes, or for null: each code by itself then tells of all together.
static bool set_cell_fits(const struct cell *c)
{
    if (c->kind == CELL_ANY || c->n_held > 0) return true;
    for (unsigned i = 0; i < c->n_tests; i++) {
        if (c->tests[i].op != AST_OP_NONE || c->tests[i].value.kind != VALUE_NULL) return false;
    }
    return c->kind == CELL_QUICK;
}

static bool type_fits(const struct table_input *in, bool is_set)
{
    const struct type *const type = type_unnamed(in->type);
    if (is_set) return type_is_open(type) || type->kind == TYPE_LIST;
    return !in->allowed && (type_is_open(type) || type_is_number(type));
}

bool domain_allows(const struct table *t, unsigned column, const struct domain *d)
{
    bool const is_set = d->kind == DOMAIN_SET;
    if (d->kind == DOMAIN_EACH) return true; // every value was asked for
    if (!type_fits(&t->inputs[column], is_set)) return false;
    for (unsigned row = 0; row < t->n_rows; row++) {
        const struct cell *const c = table_cell(t, row, column);
        if (is_set ? !set_cell_fits(c) : c->kind == CELL_PROGRAM) return false;
    }
    return true;
}
