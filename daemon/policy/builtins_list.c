// Functions of lists and booleans (DMN 1.5, 10.3.4.2 and 10.3.4.4).  Where a list is expected, a
// single value stands for a list of it; null does not.
#include "feel_ast.h"
#include "feel_builtin.h"

static const char ERROR_LIST[] = "a list is expected";

// min(1, 2) is min([1, 2]): one argument is the list, several are its elements.
static bool spread(struct eval *ev, const struct value *args, size_t n, struct items *out)
{
    if (n == 1 && args[0].kind == VALUE_NULL) return false;
    *out = n == 1 ? argument_items(&args[0]) : (struct items){n, args};
    eval_cost(ev, out->n);
    return true;
}

static bool list_of(struct eval *ev, const struct value *v, struct items *out)
{
    *out = argument_items(v);
    eval_cost(ev, out->n);
    return v->kind != VALUE_NULL;
}

static struct value run_not(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (args[0].kind == VALUE_BOOLEAN) return value_boolean(!args[0].boolean);
    return args[0].kind == VALUE_NULL ? value_null() : eval_error(ev, "not() is of a boolean");
}

static struct value run_list_contains(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    for (size_t i = 0; i < items.n; i++) {
        if (value_equal(items.at[i], args[1]) == TERNARY_TRUE) return value_boolean(true);
    }
    return value_boolean(false);
}

static struct value run_count(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    return value_int((int64_t)items.n);
}

static struct value extreme(struct eval *ev, const struct value *args, size_t n, int wanted)
{
    struct items items;
    int order;
    if (!spread(ev, args, n, &items)) return eval_error(ev, ERROR_LIST);
    if (items.n == 0) return value_null();
    struct value best = items.at[0];
    if (!value_is_ordered(best.kind)) return eval_error(ev, "the elements have no order");
    for (size_t i = 1; i < items.n; i++) {
        if (!value_compare(items.at[i], best, &order)) {
            return eval_error(ev, "the elements have no order");
        }
        if (order == wanted) best = items.at[i];
    }
    return best;
}

static struct value run_min(struct eval *ev, const struct value *args, size_t n)
{
    return extreme(ev, args, n, -1);
}

static struct value run_max(struct eval *ev, const struct value *args, size_t n)
{
    return extreme(ev, args, n, 1);
}

// Sums and products; of no numbers there is none.
static struct value fold(struct eval *ev, const struct value *args, size_t n, unsigned op)
{
    struct items items;
    if (!spread(ev, args, n, &items) || items.n == 0) return eval_error(ev, ERROR_LIST);
    struct value total = items.at[0];
    if (total.kind != VALUE_NUMBER && (op != AST_ADD || total.kind < VALUE_MONTHS)) {
        return eval_error(ev, "the elements are numbers");
    }
    for (size_t i = 1; i < items.n; i++) {
        if (items.at[i].kind != total.kind) return eval_error(ev, "the elements are numbers");
        total = op_arithmetic(ev, op, total, items.at[i]);
    }
    return total.kind >= VALUE_ITEMS ? eval_error(ev, "the elements are numbers") : total;
}

static struct value run_sum(struct eval *ev, const struct value *args, size_t n)
{
    return fold(ev, args, n, AST_ADD);
}

static struct value run_product(struct eval *ev, const struct value *args, size_t n)
{
    return fold(ev, args, n, AST_MULTIPLY);
}

static struct value run_mean(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    struct value const total = fold(ev, args, n, AST_ADD);
    if (total.kind == VALUE_NULL || !spread(ev, args, n, &items)) return value_null();
    return op_arithmetic(ev, AST_DIVIDE, total, value_int((int64_t)items.n));
}

// all() is the conjunction and any() the disjunction of the elements, in three values.
static struct value join(struct eval *ev, const struct value *args, size_t n, bool conjunction)
{
    struct items items;
    enum ternary t = conjunction ? TERNARY_TRUE : TERNARY_FALSE;
    if (!spread(ev, args, n, &items)) return eval_error(ev, ERROR_LIST);
    for (size_t i = 0; i < items.n; i++) {
        if (items.at[i].kind != VALUE_BOOLEAN && items.at[i].kind != VALUE_NULL) {
            return eval_error(ev, "the elements are booleans");
        }
        enum ternary const e = ternary_of(items.at[i]);
        t = conjunction ? ternary_and(t, e) : ternary_or(t, e);
    }
    return value_ternary(t);
}

static struct value run_all(struct eval *ev, const struct value *args, size_t n)
{
    return join(ev, args, n, true);
}

static struct value run_any(struct eval *ev, const struct value *args, size_t n)
{
    return join(ev, args, n, false);
}

// Position from 1, or from -1 at the end, as an index from 0.
static bool position(struct value v, size_t n, size_t *out)
{
    struct number whole;
    int64_t i;
    if (v.kind != VALUE_NUMBER || !number_round(v.number, 0, NUMBER_DOWN, &whole) ||
        !number_to_int(whole, &i)) {
        return false;
    }
    if (i < 0) i += (int64_t)n + 1;
    if (i < 1 || (uint64_t)i > n) return false;
    *out = (size_t)i - 1;
    return true;
}

static struct value run_sublist(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    size_t start;
    int64_t length;
    if (!list_of(ev, &args[0], &items) || !position(args[1], items.n, &start)) {
        return eval_error(ev, "sublist needs a list and a position in it");
    }
    size_t count = items.n - start;
    if (n > 2) {
        if (!argument_int(args[2], &length) || length < 1 || (uint64_t)length > count) {
            return eval_error(ev, "the list is not that long");
        }
        count = (size_t)length;
    }
    return eval_items(ev, items.at + start, count);
}

// One list of all that the arguments hold; each is a list or an element.
static struct value joined(struct eval *ev, const struct value *args, size_t n, size_t first_list)
{
    size_t total = 0;
    for (size_t i = 0; i < n; i++) {
        total += i < first_list || args[i].kind == VALUE_ITEMS ? argument_items(&args[i]).n : 1;
    }
    eval_cost(ev, total);
    struct value *const at = eval_alloc(ev, (total + 1) * sizeof(*at));
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        struct items const items = argument_items(&args[i]);
        if (items.n) memcpy(at + used, items.at, items.n * sizeof(*at));
        used += items.n;
    }
    return eval_items(ev, at, used);
}

// append adds its arguments as they are, lists among them too.
static struct value run_append(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    struct value *const at = eval_alloc(ev, (items.n + n) * sizeof(*at));
    if (items.n) memcpy(at, items.at, items.n * sizeof(*at));
    memcpy(at + items.n, args + 1, (n - 1) * sizeof(*at));
    return eval_items(ev, at, items.n + n - 1);
}

static struct value run_concatenate(struct eval *ev, const struct value *args, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        if (args[i].kind == VALUE_NULL) return eval_error(ev, ERROR_LIST);
    }
    return joined(ev, args, n, n);
}

static struct value run_insert_before(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    size_t at;
    (void)n;
    if (!list_of(ev, &args[0], &items) || !position(args[1], items.n, &at)) {
        return eval_error(ev, "insert before needs a list and a position in it");
    }
    struct value *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    memcpy(out, items.at, at * sizeof(*out));
    out[at] = args[2];
    memcpy(out + at + 1, items.at + at, (items.n - at) * sizeof(*out));
    return eval_items(ev, out, items.n + 1);
}

static struct value run_remove(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    size_t at;
    (void)n;
    if (!list_of(ev, &args[0], &items) || !position(args[1], items.n, &at)) {
        return eval_error(ev, "remove needs a list and a position in it");
    }
    struct value *const out = eval_alloc(ev, items.n * sizeof(*out));
    memcpy(out, items.at, at * sizeof(*out));
    memcpy(out + at, items.at + at + 1, (items.n - at - 1) * sizeof(*out));
    return eval_items(ev, out, items.n - 1);
}

static struct value run_reverse(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    struct value *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    for (size_t i = 0; i < items.n; i++) out[i] = items.at[items.n - 1 - i];
    return eval_items(ev, out, items.n);
}

static struct value run_index_of(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    size_t found = 0;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    struct value *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    for (size_t i = 0; i < items.n; i++) {
        if (value_equal(items.at[i], args[1]) == TERNARY_TRUE) {
            out[found++] = value_int((int64_t)i + 1);
        }
    }
    return eval_items(ev, out, found);
}

static struct value distinct(struct eval *ev, struct items items)
{
    size_t kept = 0;
    struct value *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    for (size_t i = 0; i < items.n; i++) {
        bool seen = false;
        eval_cost(ev, kept * value_weight(items.at[i], ev->steps + 1UL));
        for (size_t k = 0; k < kept && !seen; k++) {
            seen = value_equal(out[k], items.at[i]) == TERNARY_TRUE;
        }
        if (!seen) out[kept++] = items.at[i];
    }
    return eval_items(ev, out, kept);
}

static struct value run_distinct(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    return distinct(ev, items);
}

static struct value run_union(struct eval *ev, const struct value *args, size_t n)
{
    struct value const all = run_concatenate(ev, args, n);
    return all.kind == VALUE_ITEMS ? distinct(ev, *all.items) : all;
}

static size_t flat_count(struct eval *ev, const struct items *items)
{
    size_t n = 0;
    if (++ev->depth > EVAL_DEPTH_MAX) eval_stop(ev, EVAL_DEPTH);
    eval_cost(ev, items->n);
    for (size_t i = 0; i < items->n; i++) {
        n += items->at[i].kind == VALUE_ITEMS ? flat_count(ev, items->at[i].items) : 1;
    }
    ev->depth--;
    return n;
}

static size_t flat_copy(const struct items *items, struct value *out)
{
    size_t n = 0;
    for (size_t i = 0; i < items->n; i++) {
        if (items->at[i].kind == VALUE_ITEMS) {
            n += flat_copy(items->at[i].items, out + n);
        } else {
            out[n++] = items->at[i];
        }
    }
    return n;
}

static struct value run_flatten(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    size_t const count = flat_count(ev, &items);
    struct value *const out = eval_alloc(ev, (count + 1) * sizeof(*out));
    return eval_items(ev, out, flat_copy(&items, out));
}

static bool precedes(struct eval *ev, const struct value *by, struct value a, struct value b)
{
    int order;
    struct value const pair[] = {a, b};
    if (by) return value_is_true(eval_call(ev, by->function, pair, 2));
    return value_compare(a, b, &order) && order < 0;
}

// Merge sort: stable, and n log n calls at most.
static void sort_part(struct eval *ev, const struct value *by, struct value *at,
                      struct value *scratch, size_t n)
{
    size_t const half = n / 2;
    size_t i = 0, k = half;
    if (n < 2) return;
    sort_part(ev, by, at, scratch, half);
    sort_part(ev, by, at + half, scratch, n - half);
    eval_cost(ev, n);
    for (size_t out = 0; out < n; out++) {
        bool const right = i == half || (k < n && precedes(ev, by, at[k], at[i]));
        scratch[out] = right ? at[k++] : at[i++];
    }
    memcpy(at, scratch, n * sizeof(*at));
}

static struct value run_sort(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    bool const by = n > 1;
    if (!list_of(ev, &args[0], &items) || (by && args[1].kind != VALUE_FUNCTION)) {
        return eval_error(ev, "sort needs a list and a function that says which comes first");
    }
    struct value *const at = eval_alloc(ev, (items.n + 1) * sizeof(*at));
    struct value *const scratch = eval_alloc(ev, (items.n + 1) * sizeof(*scratch));
    if (items.n) memcpy(at, items.at, items.n * sizeof(*at));
    sort_part(ev, by ? &args[1] : NULL, at, scratch, items.n);
    return eval_items(ev, at, items.n);
}

// The element at a position, or each that a function(item, newItem) says, becomes the new one.
static struct value run_list_replace(struct eval *ev, const struct value *args, size_t n)
{
    struct items items;
    size_t at;
    (void)n;
    if (!list_of(ev, &args[0], &items)) return eval_error(ev, ERROR_LIST);
    struct value *const out = eval_alloc(ev, (items.n + 1) * sizeof(*out));
    if (items.n) memcpy(out, items.at, items.n * sizeof(*out));
    if (args[1].kind == VALUE_FUNCTION) {
        for (size_t i = 0; i < items.n; i++) {
            struct value const pair[] = {out[i], args[2]};
            struct value const answer = eval_call(ev, args[1].function, pair, 2);
            if (answer.kind != VALUE_BOOLEAN) return eval_error(ev, "a match is true or false");
            if (answer.boolean) out[i] = args[2];
        }
    } else if (position(args[1], items.n, &at)) {
        out[at] = args[2];
    } else {
        return eval_error(ev, "list replace needs a list and a position in it");
    }
    return eval_items(ev, out, items.n);
}

static const char STATISTICS[] = "statistics are outside this profile: use sum, count and mean";

const struct builtin builtins_list[] = {
    BUILTIN("not", 1, 1, "negand", run_not),
    BUILTIN("list contains", 2, 2, "list,element", run_list_contains),
    BUILTIN("count", 1, 1, "list", run_count),
    BUILTIN("min", 1, BUILTIN_MANY, "list", run_min),
    BUILTIN("max", 1, BUILTIN_MANY, "list", run_max),
    BUILTIN("sum", 1, BUILTIN_MANY, "list", run_sum),
    BUILTIN("product", 1, BUILTIN_MANY, "list", run_product),
    BUILTIN("mean", 1, BUILTIN_MANY, "list", run_mean),
    BUILTIN("all", 1, BUILTIN_MANY, "list", run_all),
    BUILTIN("any", 1, BUILTIN_MANY, "list", run_any),
    BUILTIN("sublist", 2, 3, "list,start position,length", run_sublist),
    BUILTIN("append", 2, BUILTIN_MANY, "list,item", run_append),
    BUILTIN("concatenate", 1, BUILTIN_MANY, "list", run_concatenate),
    BUILTIN("insert before", 3, 3, "list,position,newItem", run_insert_before),
    BUILTIN("remove", 2, 2, "list,position", run_remove),
    BUILTIN("reverse", 1, 1, "list", run_reverse),
    BUILTIN("index of", 2, 2, "list,match", run_index_of),
    BUILTIN("union", 1, BUILTIN_MANY, "list", run_union),
    BUILTIN("distinct values", 1, 1, "list", run_distinct),
    BUILTIN("flatten", 1, 1, "list", run_flatten),
    BUILTIN("sort", 1, 2, "list,precedes", run_sort),
    BUILTIN("list replace", 3, 3, "list,position,newItem", run_list_replace),
    BUILTIN("list replace", 3, 3, "list,match,newItem", run_list_replace),
    BUILTIN_REFUSED("median", STATISTICS),
    BUILTIN_REFUSED("mode", STATISTICS),
    BUILTIN_REFUSED("stddev", STATISTICS),
};
BUILTIN_COUNT(builtins_list);
