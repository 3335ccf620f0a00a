// Functions of numbers (DMN 1.5, 10.3.4.5).
#include "feel_builtin.h"

static const char ERROR_NUMBER[] = "a number is expected";

static struct value round_to(struct eval *ev, const struct value *args, size_t n,
                             enum number_rounding how)
{
    int64_t scale = 0;
    struct number out;
    if (args[0].kind != VALUE_NUMBER) return eval_error(ev, ERROR_NUMBER);
    if (n > 1) {
        struct number whole;
        if (args[1].kind != VALUE_NUMBER || !number_round(args[1].number, 0, NUMBER_DOWN, &whole) ||
            !number_to_int(whole, &scale)) {
            return eval_error(ev, "a scale is a whole number");
        }
    }
    if (!number_round(args[0].number, scale, how, &out)) {
        return eval_error(ev, "a scale is between -6111 and 6176");
    }
    return value_number(out);
}

#define ROUND(function, how)                                                          \
    static struct value function(struct eval *ev, const struct value *args, size_t n) \
    {                                                                                 \
        return round_to(ev, args, n, how);                                            \
    }

ROUND(run_decimal, NUMBER_HALF_EVEN)
ROUND(run_floor, NUMBER_FLOOR)
ROUND(run_ceiling, NUMBER_CEILING)
ROUND(run_round_up, NUMBER_UP)
ROUND(run_round_down, NUMBER_DOWN)
ROUND(run_round_half_up, NUMBER_HALF_UP)
ROUND(run_round_half_down, NUMBER_HALF_DOWN)

// abs() is also of durations.
static struct value run_abs(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    struct value v = args[0];
    if (v.kind == VALUE_NUMBER) {
        return number_is_negative(v.number) ? value_number(number_negate(v.number)) : v;
    }
    if (v.kind == VALUE_MONTHS) {
        v.months = v.months < 0 ? -v.months : v.months;
        return v;
    }
    if (v.kind == VALUE_DURATION) {
        if (v.duration.s < 0 || v.duration.ns < 0) v.duration = duration_negate(v.duration);
        return v;
    }
    return eval_error(ev, ERROR_NUMBER);
}

static struct value run_modulo(struct eval *ev, const struct value *args, size_t n)
{
    struct number out;
    (void)n;
    eval_cost(ev, NUMBER_MODULO_STEPS);
    if (args[0].kind != VALUE_NUMBER || args[1].kind != VALUE_NUMBER ||
        !number_modulo(args[0].number, args[1].number, &out)) {
        return eval_error(ev, "modulo needs two numbers, the second not 0");
    }
    return value_number(out);
}

static struct value unary(struct eval *ev, struct value v,
                          bool (*f)(struct number, struct number *))
{
    struct number out;
    eval_cost(ev, NUMBER_FUNCTION_STEPS);
    if (v.kind != VALUE_NUMBER) return eval_error(ev, ERROR_NUMBER);
    if (!f(v.number, &out)) return eval_error(ev, "the calculation has no finite result");
    return value_number(out);
}

static struct value run_sqrt(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return unary(ev, args[0], number_sqrt);
}

static struct value run_exp(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return unary(ev, args[0], number_exp);
}

static struct value run_log(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    if (args[0].kind == VALUE_NUMBER &&
        (number_is_zero(args[0].number) || number_is_negative(args[0].number))) {
        return eval_error(ev, "a logarithm is of a number greater than 0");
    }
    return unary(ev, args[0], number_log);
}

static struct value parity(struct eval *ev, struct value v, bool odd)
{
    struct number rest;
    eval_cost(ev, NUMBER_MODULO_STEPS);
    if (v.kind != VALUE_NUMBER || !number_modulo(v.number, number_from_int(2), &rest)) {
        return eval_error(ev, ERROR_NUMBER);
    }
    if (!number_is_integer(v.number)) return value_boolean(false);
    return value_boolean(number_is_zero(rest) != odd);
}

static struct value run_odd(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return parity(ev, args[0], true);
}

static struct value run_even(struct eval *ev, const struct value *args, size_t n)
{
    (void)n;
    return parity(ev, args[0], false);
}

const struct builtin builtins_number[] = {
    BUILTIN_SINGLES("decimal", 2, 2, "n,scale", run_decimal),
    BUILTIN_SINGLES("floor", 1, 2, "n,scale", run_floor),
    BUILTIN_SINGLES("ceiling", 1, 2, "n,scale", run_ceiling),
    BUILTIN_SINGLES("round up", 2, 2, "n,scale", run_round_up),
    BUILTIN_SINGLES("round down", 2, 2, "n,scale", run_round_down),
    BUILTIN_SINGLES("round half up", 2, 2, "n,scale", run_round_half_up),
    BUILTIN_SINGLES("round half down", 2, 2, "n,scale", run_round_half_down),
    BUILTIN_SINGLES("abs", 1, 1, "n", run_abs),
    BUILTIN_SINGLES("modulo", 2, 2, "dividend,divisor", run_modulo),
    BUILTIN_SINGLES("sqrt", 1, 1, "number", run_sqrt),
    BUILTIN_SINGLES("exp", 1, 1, "number", run_exp),
    BUILTIN_SINGLES("log", 1, 1, "number", run_log),
    BUILTIN_SINGLES("odd", 1, 1, "number", run_odd),
    BUILTIN_SINGLES("even", 1, 1, "number", run_even),
};
BUILTIN_COUNT(builtins_number);
