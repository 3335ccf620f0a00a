// What the operators do (DMN 1.5, 10.3.2.13 to 10.3.2.15 and table 50 and on).
#include "feel_ast.h"
#include "feel_eval.h"

static const char ERROR_ARITHMETIC[] = "these two kinds of value cannot be calculated together";

static struct value value_duration(struct duration d)
{
    return (struct value){.kind = VALUE_DURATION, .duration = d};
}

static struct value value_months(int64_t months)
{
    return (struct value){.kind = VALUE_MONTHS, .months = months};
}

struct value op_negate(struct eval *ev, struct value a)
{
    switch (a.kind) {
    case VALUE_NUMBER: return value_number(number_negate(a.number));
    case VALUE_DURATION: return value_duration(duration_negate(a.duration));
    case VALUE_MONTHS: return value_months(-a.months);
    default: return eval_error(ev, "only numbers and durations can be negated");
    }
}

static struct value op_numbers(struct eval *ev, unsigned op, struct number a, struct number b)
{
    static bool (*const functions[])(struct number, struct number, struct number *) = {
        [AST_ADD] = number_add,           [AST_SUBTRACT] = number_subtract,
        [AST_MULTIPLY] = number_multiply, [AST_DIVIDE] = number_divide,
        [AST_POWER] = number_power,
    };
    struct number out;
    if (op == AST_POWER) eval_cost(ev, NUMBER_POWER_STEPS);
    if (functions[op](a, b, &out)) return value_number(out);
    return eval_error(ev, "the calculation has no finite result");
}

static struct value op_join(struct eval *ev, struct bytes a, struct bytes b)
{
    if (a.len + b.len > VALUE_TEXT_MAX) eval_stop(ev, EVAL_MEMORY);
    uint8_t *const text = eval_alloc(ev, a.len + b.len + 1);
    if (a.len) memcpy(text, a.data, a.len);
    if (b.len) memcpy(text + a.len, b.data, b.len);
    text[a.len + b.len] = 0;
    return value_string(bytes_of(text, a.len + b.len));
}

static struct value op_shift_months(struct eval *ev, struct value a, int64_t months)
{
    struct moment m;
    if (a.kind != VALUE_DATE && a.kind != VALUE_DATE_TIME) return eval_error(ev, ERROR_ARITHMETIC);
    if (!date_add_months(a.moment, months, &m)) return eval_error(ev, "no such date");
    return eval_moment(ev, a.kind, &m);
}

// A date counts as its midnight; what is added in hours is cut off again.
static struct value op_shift(struct eval *ev, struct value a, struct duration d)
{
    struct moment m;
    if (a.kind == VALUE_TIME) {
        time_add(a.moment, d, &m);
    } else if (!moment_add(a.moment, d, &m)) {
        return eval_error(ev, "no such date");
    }
    if (a.kind == VALUE_DATE) {
        m.hour = m.minute = m.second = 0;
        m.nanosecond = 0;
    }
    return eval_moment(ev, a.kind, &m);
}

static struct value op_add_spans(struct eval *ev, struct value a, struct value b, bool minus)
{
    struct duration d;
    if (a.kind == VALUE_MONTHS) {
        int64_t months;
        if (__builtin_add_overflow(a.months, minus ? -b.months : b.months, &months)) {
            return eval_error(ev, "no such duration");
        }
        return value_months(months);
    }
    if (!duration_add(a.duration, minus ? duration_negate(b.duration) : b.duration, &d)) {
        return eval_error(ev, "no such duration");
    }
    return value_duration(d);
}

static bool op_is_moment(struct value v)
{
    return v.kind == VALUE_DATE || v.kind == VALUE_TIME || v.kind == VALUE_DATE_TIME;
}

// A date that meets a date and time is its midnight in UTC (10.3.2.3.6).
static struct moment op_dated(struct value v)
{
    struct moment m = *v.moment;
    if (v.kind == VALUE_DATE) m.zone_kind = MOMENT_OFFSET;
    return m;
}

static struct value op_moments_apart(struct eval *ev, struct value a, struct value b)
{
    struct duration d;
    bool ok;
    if ((a.kind == VALUE_TIME) != (b.kind == VALUE_TIME)) return eval_error(ev, ERROR_ARITHMETIC);
    if (a.kind == VALUE_TIME) {
        ok = time_subtract(a.moment, b.moment, &d);
    } else {
        struct moment const x = op_dated(a), y = op_dated(b);
        ok = moment_subtract(&x, &y, &d);
    }
    return ok ? value_duration(d) : eval_error(ev, "one has a time zone and the other has none");
}

static struct value op_add(struct eval *ev, struct value a, struct value b)
{
    if (a.kind == VALUE_STRING && b.kind == VALUE_STRING) return op_join(ev, a.string, b.string);
    if (a.kind == b.kind && (a.kind == VALUE_MONTHS || a.kind == VALUE_DURATION)) {
        return op_add_spans(ev, a, b, false);
    }
    if (op_is_moment(a) && b.kind == VALUE_MONTHS) return op_shift_months(ev, a, b.months);
    if (op_is_moment(a) && b.kind == VALUE_DURATION) return op_shift(ev, a, b.duration);
    if (op_is_moment(b) && a.kind == VALUE_MONTHS) return op_shift_months(ev, b, a.months);
    if (op_is_moment(b) && a.kind == VALUE_DURATION) return op_shift(ev, b, a.duration);
    return eval_error(ev, ERROR_ARITHMETIC);
}

static struct value op_subtract(struct eval *ev, struct value a, struct value b)
{
    if (a.kind == b.kind && (a.kind == VALUE_MONTHS || a.kind == VALUE_DURATION)) {
        return op_add_spans(ev, a, b, true);
    }
    if (op_is_moment(a) && b.kind == VALUE_MONTHS) return op_shift_months(ev, a, -b.months);
    if (op_is_moment(a) && b.kind == VALUE_DURATION) {
        return op_shift(ev, a, duration_negate(b.duration));
    }
    if (op_is_moment(a) && op_is_moment(b)) return op_moments_apart(ev, a, b);
    return eval_error(ev, ERROR_ARITHMETIC);
}

static bool op_span_number(struct value span, struct number *out)
{
    struct number ns;
    if (span.kind == VALUE_MONTHS) {
        *out = number_from_int(span.months);
        return true;
    }
    return number_divide(number_from_int(span.duration.ns), number_from_int(1000000000), &ns) &&
           number_add(number_from_int(span.duration.s), ns, out);
}

static struct value op_number_span(struct eval *ev, enum value_kind kind, struct number n)
{
    struct number whole, rest;
    int64_t s, ns;
    if (!number_round(n, 0, NUMBER_DOWN, &whole) || !number_to_int(whole, &s)) {
        return eval_error(ev, "no such duration");
    }
    if (kind == VALUE_MONTHS) return value_months(s);
    if (!number_subtract(n, whole, &rest) ||
        !number_multiply(rest, number_from_int(1000000000), &rest) ||
        !number_round(rest, 0, NUMBER_DOWN, &rest) || !number_to_int(rest, &ns)) {
        return eval_error(ev, "no such duration");
    }
    return value_duration((struct duration){s, (int32_t)ns});
}

static bool op_is_span(struct value v)
{
    return v.kind == VALUE_MONTHS || v.kind == VALUE_DURATION;
}

// A duration times or by a number, or two of one kind divided.
static struct value op_scale(struct eval *ev, unsigned op, struct value a, struct value b)
{
    struct number x, y, out;
    if (op == AST_MULTIPLY && op_is_span(b) && a.kind == VALUE_NUMBER) {
        return op_scale(ev, op, b, a);
    }
    if (!op_is_span(a) || !op_span_number(a, &x)) return eval_error(ev, ERROR_ARITHMETIC);
    if (b.kind == VALUE_NUMBER) {
        bool const ok = op == AST_MULTIPLY ? number_multiply(x, b.number, &out)
                                           : number_divide(x, b.number, &out);
        return ok ? op_number_span(ev, a.kind, out) : eval_error(ev, "no such duration");
    }
    if (op != AST_DIVIDE || b.kind != a.kind || !op_span_number(b, &y) ||
        !number_divide(x, y, &out)) {
        return eval_error(ev, ERROR_ARITHMETIC);
    }
    return value_number(out);
}

struct value op_arithmetic(struct eval *ev, unsigned op, struct value a, struct value b)
{
    if (a.kind == VALUE_NUMBER && b.kind == VALUE_NUMBER) {
        return op_numbers(ev, op, a.number, b.number);
    }
    switch (op) {
    case AST_ADD: return op_add(ev, a, b);
    case AST_SUBTRACT: return op_subtract(ev, a, b);
    case AST_MULTIPLY:
    case AST_DIVIDE: return op_scale(ev, op, a, b);
    default: return eval_error(ev, ERROR_ARITHMETIC);
    }
}

enum ternary op_order(unsigned op, struct value a, struct value b)
{
    switch (op) {
    case AST_EQUAL: return value_equal(a, b);
    case AST_UNEQUAL: return ternary_not(value_equal(a, b));
    case AST_LESS: return value_less(a, b, false);
    case AST_LESS_EQUAL: return value_less(a, b, true);
    case AST_GREATER: return value_less(b, a, false);
    default: return value_less(b, a, true);
    }
}

struct value op_compare(struct eval *ev, unsigned op, struct value a, struct value b)
{
    enum ternary const t = op_order(op, a, b);
    if (t == TERNARY_UNKNOWN) return eval_error(ev, "these two values cannot be compared");
    return value_ternary(t);
}

struct value op_range(struct eval *ev, struct value low, struct value high, unsigned flags)
{
    bool const open = low.kind == VALUE_NULL || high.kind == VALUE_NULL;
    if (!open && (low.kind != high.kind || !value_is_ordered(low.kind))) {
        return eval_error(ev, "the ends of a range are of one kind that has an order");
    }
    struct range *const r = eval_alloc(ev, sizeof(*r));
    *r = (struct range){low, high, (flags & AST_LOW_CLOSED) != 0, (flags & AST_HIGH_CLOSED) != 0,
                        (flags & AST_UNBOUND) != 0};
    return (struct value){.kind = VALUE_RANGE, .range = r};
}

struct value op_index(struct eval *ev, struct value list, struct value index)
{
    int64_t i;
    struct items const items =
        list.kind == VALUE_ITEMS ? *list.items : (struct items){list.kind != VALUE_NULL, &list};
    if (index.kind != VALUE_NUMBER || !number_to_int(index.number, &i)) {
        return eval_error(ev, "an index is a whole number");
    }
    if (i < 0) i += (int64_t)items.n + 1;
    if (i < 1 || (uint64_t)i > items.n) return eval_error(ev, "the list has no such element");
    return items.at[i - 1];
}

// low .. high as a list, upwards or downwards, of whole numbers or of dates.
struct value eval_spread(struct eval *ev, struct value low, struct value high)
{
    int64_t from, to;
    bool const dates = low.kind == VALUE_DATE && high.kind == VALUE_DATE;
    if (dates) {
        from = date_days(low.moment);
        to = date_days(high.moment);
    } else if (low.kind != VALUE_NUMBER || high.kind != VALUE_NUMBER ||
               !number_to_int(low.number, &from) || !number_to_int(high.number, &to)) {
        return eval_error(ev, "a loop goes from one whole number or date to another");
    }
    uint64_t const n = (uint64_t)(from < to ? to - from : from - to) + 1;
    eval_cost(ev, n);
    struct value *const at = eval_alloc(ev, n * sizeof(*at));
    for (uint64_t i = 0; i < n; i++) {
        int64_t const x = from < to ? from + (int64_t)i : from - (int64_t)i;
        struct moment m = {0};
        if (dates) (void)date_of_days(x, &m); // between two valid dates
        at[i] = dates ? eval_moment(ev, VALUE_DATE, &m) : value_int(x);
    }
    return eval_items(ev, at, n);
}

// Does any of the list equal the input, or hold it?
static enum ternary test_items(struct value input, const struct items *items, unsigned kind)
{
    enum ternary any = TERNARY_FALSE;
    for (size_t i = 0; i < items->n && any != TERNARY_TRUE; i++) {
        // In a cell an element that came out as null says nothing, unless the word was written.
        unsigned const asked = kind & TEST_CELL ? 0 : TEST_LITERAL_NULL;
        any = ternary_or(any, op_test(input, items->at[i], kind | asked));
    }
    return any;
}

static enum ternary ternary_known(enum ternary t)
{
    return t == TERNARY_UNKNOWN ? TERNARY_FALSE : t;
}

// The input against an expression that does not speak of it (rule 7, 10.3.2.8).
enum ternary op_test(struct value input, struct value e, unsigned kind)
{
    if (e.kind == VALUE_NULL) {
        // An expression that came out as null says nothing; the word null asks for null.
        if (!(kind & TEST_LITERAL_NULL)) return TERNARY_UNKNOWN;
        return input.kind == VALUE_NULL ? TERNARY_TRUE : TERNARY_FALSE;
    }
    if (e.kind == VALUE_ITEMS) {
        enum ternary const held = test_items(input, e.items, kind);
        if (input.kind != VALUE_ITEMS || held == TERNARY_TRUE) return held;
        return ternary_or(held, ternary_known(value_equal(input, e)));
    }
    if (e.kind == VALUE_RANGE && input.kind != VALUE_RANGE) return value_in_range(input, e.range);
    if (e.kind == VALUE_BOOLEAN && input.kind != VALUE_BOOLEAN && !(kind & TEST_LITERAL)) {
        return ternary_of(e);
    }
    if (input.kind == VALUE_NULL) return kind & TEST_CELL ? TERNARY_UNKNOWN : TERNARY_FALSE;
    enum ternary const equal = value_equal(input, e);
    return kind & TEST_CELL ? equal : ternary_known(equal);
}
