// range(): a range from a string (DMN 1.5, 10.3.4.1).  Its ends are literals only.
#include "feel_ast.h"
#include "feel_builtin.h"

static const struct {
    const char *name;
    enum value_kind kind;
} END_FUNCTIONS[] = {{"date and time", VALUE_DATE_TIME},
                     {"date", VALUE_DATE},
                     {"time", VALUE_TIME},
                     {"duration", VALUE_DURATION}};

static bool end_number(struct lexer *l, struct value *out)
{
    bool const negative = lexer_is_sign(l, SIGN('-', 0));
    if (negative) lexer_next(l);
    if (l->token.kind != TOKEN_NUMBER || !number_parse(l->token.text, &out->number)) return false;
    if (negative) out->number = number_negate(out->number);
    out->kind = VALUE_NUMBER;
    lexer_next(l);
    return true;
}

static bool end_string(struct lexer *l, struct bytes *out)
{
    if (l->token.kind != TOKEN_STRING) return false;
    *out = l->token.text;
    lexer_next(l);
    return !out->len || !memchr(out->data, '\\', out->len);
}

// date("...") and its like
static bool end_call(struct lexer *l, struct moment *m, struct value *out)
{
    enum value_kind wanted = VALUE_NULL;
    struct bytes text;
    for (size_t i = 0; wanted == VALUE_NULL && i < 4; i++) {
        struct bytes const rest =
            bytes_of(l->source.data + l->token.at, l->source.len - l->token.at);
        size_t const len = name_match(rest, END_FUNCTIONS[i].name);
        if (!len) continue;
        wanted = END_FUNCTIONS[i].kind;
        lexer_seek(l, l->token.at + len);
    }
    if (wanted == VALUE_NULL || !lexer_is_sign(l, SIGN('(', 0))) return false;
    lexer_next(l);
    if (!end_string(l, &text) || !value_parse_at(text, m, out)) return false;
    if (!lexer_is_sign(l, SIGN(')', 0))) return false;
    lexer_next(l);
    return out->kind == wanted || (wanted == VALUE_DURATION && out->kind == VALUE_MONTHS);
}

static bool range_end(struct eval *ev, struct lexer *l, struct value *out)
{
    struct moment *const m = eval_alloc(ev, sizeof(*m));
    struct bytes text;
    if (l->token.kind == TOKEN_WORD) return end_call(l, m, out);
    if (lexer_is_sign(l, SIGN('@', 0))) {
        lexer_next(l);
        return end_string(l, &text) && value_parse_at(text, m, out);
    }
    if (l->token.kind != TOKEN_STRING) return end_number(l, out);
    if (!end_string(l, &text)) return false;
    *out = value_string(text);
    return true;
}

static bool range_parse(struct eval *ev, struct lexer *l, struct range *r)
{
    r->unbound = false;
    r->low_closed = lexer_is_sign(l, SIGN('[', 0));
    if (!r->low_closed && !lexer_is_sign(l, SIGN('(', 0)) && !lexer_is_sign(l, SIGN(']', 0))) {
        return false;
    }
    lexer_next(l);
    if (!range_end(ev, l, &r->low) || !lexer_is_sign(l, SIGN('.', '.'))) return false;
    lexer_next(l);
    if (!range_end(ev, l, &r->high)) return false;
    r->high_closed = lexer_is_sign(l, SIGN(']', 0));
    if (!r->high_closed && !lexer_is_sign(l, SIGN(')', 0)) && !lexer_is_sign(l, SIGN('[', 0))) {
        return false;
    }
    lexer_next(l);
    return l->token.kind == TOKEN_END && value_less(r->low, r->high, true) == TERNARY_TRUE;
}

static struct value run_range(struct eval *ev, const struct value *args, size_t n)
{
    struct range *const r = eval_alloc(ev, sizeof(*r));
    struct lexer l;
    (void)n;
    if (args[0].kind != VALUE_STRING) return eval_error(ev, "a string is expected");
    eval_cost(ev, args[0].string.len);
    lexer_init(&l, args[0].string);
    if (!range_parse(ev, &l, r)) return eval_error(ev, "no range is written like this");
    return (struct value){.kind = VALUE_RANGE, .range = r};
}

const struct builtin builtins_parse[] = {
    BUILTIN("range", 1, 1, "from", run_range),
};
BUILTIN_COUNT(builtins_parse);
