#include "feel_print.h"

#define PRINT_DEPTH_MAX 64

static void print_nested(struct printer *p, struct value v, bool quoted, int depth);

void print_text(struct printer *p, struct bytes text)
{
    for (size_t i = 0; i < text.len; i++, p->len++) {
        if (p->len < p->size) p->buffer[p->len] = (char)text.data[i];
    }
}

static void print_word(struct printer *p, const char *word)
{
    print_text(p, bytes_text(word));
}

static void print_quoted(struct printer *p, struct bytes text)
{
    print_word(p, "\"");
    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\') print_word(p, "\\");
        print_text(p, bytes_of(text.data + i, 1));
    }
    print_word(p, "\"");
}

static void print_items(struct printer *p, const struct items *items, int depth)
{
    print_word(p, "[");
    for (size_t i = 0; i < items->n; i++) {
        if (i) print_word(p, ", ");
        print_nested(p, items->at[i], true, depth + 1);
    }
    print_word(p, "]");
}

static bool print_is_plain(struct bytes name)
{
    for (size_t i = 0; i < name.len; i++) {
        uint8_t const c = name.data[i], low = c | 0x20;
        bool const ok = (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
                        c == ' ' || c >= 0x80;
        if (!ok) return false;
    }
    return name.len > 0;
}

static void print_context(struct printer *p, const struct context *c, int depth)
{
    print_word(p, "{");
    for (size_t i = 0; i < c->n; i++) {
        if (i) print_word(p, ", ");
        if (print_is_plain(c->at[i].name)) {
            print_text(p, c->at[i].name);
        } else {
            print_quoted(p, c->at[i].name);
        }
        print_word(p, ": ");
        print_nested(p, c->at[i].value, true, depth + 1);
    }
    print_word(p, "}");
}

static void print_range(struct printer *p, const struct range *r, int depth)
{
    print_word(p, r->low_closed ? "[" : "(");
    if (r->low.kind != VALUE_NULL) print_nested(p, r->low, true, depth + 1);
    print_word(p, "..");
    if (r->high.kind != VALUE_NULL) print_nested(p, r->high, true, depth + 1);
    print_word(p, r->high_closed ? "]" : ")");
}

static void print_nested(struct printer *p, struct value v, bool quoted, int depth)
{
    char text[MOMENT_TEXT_MAX > NUMBER_TEXT_MAX ? MOMENT_TEXT_MAX : NUMBER_TEXT_MAX];
    char number[NUMBER_SCALE_MAX + 64];
    text[0] = 0;
    if (depth > PRINT_DEPTH_MAX) return;
    switch (v.kind) {
    case VALUE_NULL: print_word(p, "null"); return;
    case VALUE_BOOLEAN: print_word(p, v.boolean ? "true" : "false"); return;
    case VALUE_NUMBER:
        if (number_text(v.number, number, sizeof(number))) print_word(p, number);
        return;
    case VALUE_STRING:
        if (quoted) {
            print_quoted(p, v.string);
        } else {
            print_text(p, v.string);
        }
        return;
    case VALUE_DATE: date_text(v.moment, text); break;
    case VALUE_TIME: time_text(v.moment, text); break;
    case VALUE_DATE_TIME: date_time_text(v.moment, text); break;
    case VALUE_MONTHS: months_text(v.months, text); break;
    case VALUE_DURATION: duration_text(v.duration, text); break;
    case VALUE_ITEMS: print_items(p, v.items, depth); return;
    case VALUE_CONTEXT: print_context(p, v.context, depth); return;
    case VALUE_RANGE: print_range(p, v.range, depth); return;
    case VALUE_FUNCTION: print_word(p, "function"); return;
    case VALUE_KINDS: return;
    }
    print_word(p, text);
}

void print_value(struct printer *p, struct value v, bool quoted)
{
    print_nested(p, v, quoted, 0);
}
