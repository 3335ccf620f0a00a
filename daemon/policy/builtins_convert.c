// Functions that turn one kind of value into another (DMN 1.5, 10.3.4.1).
#include "feel_builtin.h"
#include "feel_print.h"

static struct value run_string(struct eval *ev, const struct value *args, size_t n)
{
    struct printer p = {NULL, 0, 0};
    (void)n;
    if (args[0].kind == VALUE_NULL || args[0].kind == VALUE_STRING) return args[0];
    print_value(&p, args[0], false);
    eval_cost(ev, p.len);
    if (p.len > VALUE_TEXT_MAX) eval_stop(ev, EVAL_MEMORY);
    struct printer out = {eval_alloc(ev, p.len + 1), p.len, 0};
    print_value(&out, args[0], false);
    out.buffer[p.len] = 0;
    return value_string(bytes_of(out.buffer, p.len));
}

static bool separator(struct value v, const char *allowed, char *out)
{
    if (v.kind == VALUE_NULL) return true;
    if (v.kind != VALUE_STRING || v.string.len != 1) return false;
    *out = (char)v.string.data[0];
    return *out && strchr(allowed, *out) != NULL;
}

// number("1 234,5", " ", ","): the grouping separator is left out, the decimal one made a point.
static struct value run_number(struct eval *ev, const struct value *args, size_t n)
{
    static const char error[] = "no number is written like this";
    char grouping = 0, point = '.', copy[128];
    size_t len = 0;
    struct number out;
    if (args[0].kind == VALUE_NUMBER && n == 1) return args[0];
    if (args[0].kind != VALUE_STRING || args[0].string.len >= sizeof(copy)) {
        return eval_error(ev, error);
    }
    if (n == 3 && (!separator(args[1], " ,.", &grouping) || !separator(args[2], ",.", &point) ||
                   grouping == point)) {
        return eval_error(ev, "separators are a space, a comma or a point, and not the same");
    }
    for (size_t i = 0; i < args[0].string.len; i++) {
        char const c = (char)args[0].string.data[i];
        if (grouping && c == grouping) continue;
        if (c == '.' && point != '.') return eval_error(ev, error);
        copy[len++] = c == point ? '.' : c;
    }
    if (!number_parse(bytes_of(copy, len), &out)) return eval_error(ev, error);
    return value_number(out);
}

const struct builtin builtins_convert[] = {
    BUILTIN("string", 1, 1, "from", run_string),
    BUILTIN("number", 1, 1, "from", run_number),
    BUILTIN("number", 3, 3, "from,grouping separator,decimal separator", run_number),
};
BUILTIN_COUNT(builtins_convert);
