// Two models of one file: inputs, decisions, functions and types, by their names.
#include "diff.h"

static const char *element_word(enum element_kind kind)
{
    static const char *const words[] = {[ELEMENT_INPUT] = "input",
                                        [ELEMENT_DECISION] = "decision",
                                        [ELEMENT_KNOWLEDGE] = "function",
                                        [ELEMENT_SERVICE] = "service"};
    return words[kind];
}

// Which elements an element reads, as names; the order says nothing.
static const char *requires_text(struct differing *d, const struct model *m,
                                 const struct element *e, const struct model *other,
                                 const struct element *of)
{
    const char *text = "";
    for (unsigned i = 0; i < e->n_requires; i++) {
        const char *const name = m->elements[e->required[i]].name;
        bool both = false;
        for (unsigned k = 0; k < of->n_requires && !both; k++) {
            both = strcmp(other->elements[of->required[k]].name, name) == 0;
        }
        if (!both) text = pool_format(&d->pool, "%s%s`%s`", text, *text ? ", " : "", name);
    }
    return text;
}

static void requires_tell(struct differing *d, const struct model *a, const struct element *x,
                          const struct model *b, const struct element *y)
{
    const char *const lost = requires_text(d, a, x, b, y);
    const char *const got = requires_text(d, b, y, a, x);
    struct difference at = {.kind = "reads", .table = y->name, .was = lost, .is = got};
    if (*lost) diff_tell(d, at, "no longer reads %s", lost);
    if (*got) diff_tell(d, at, "now reads %s", got);
}

static void element_tell(struct differing *d, const struct model *a, const struct element *x,
                         const struct model *b, const struct element *y)
{
    diff_text(d, y->name, "its type", x->type_text, y->type_text);
    requires_tell(d, a, x, b, y);
    if (x->table && y->table) {
        diff_table(d, x->table, y->table);
    } else if (x->table || y->table) {
        struct difference const at = {.kind = "logic", .table = y->name};
        diff_tell(d, at,
                  x->table ? "was a table, is an expression: %s"
                           : "was an expression, is a table: %s",
                  x->table ? y->logic : x->logic);
    }
    if (!y->table || y->kind == ELEMENT_KNOWLEDGE) {
        diff_text(d, y->name, "its expression", x->logic, y->logic);
    }
}

static const struct element *element_named(const struct model *m, const struct element *e)
{
    int const i = model_find(m, e->kind, e->name);
    return i >= 0 ? &m->elements[i] : NULL;
}

// Its rows are told with a table that is new: they are all rules that were not there.
static void element_added(struct differing *d, const struct element *e)
{
    char text[2000];
    struct difference x = {.kind = "added", .table = e->name};
    const char *const word = element_word(e->kind);
    diff_tell(d, x, "%s added%s%s", word, *e->logic ? ": " : "", e->logic);
    for (unsigned row = 0; e->table && row < e->table->n_rows; row++) {
        x = (struct difference){.kind = "row_added", .table = e->name, .row = row + 1};
        diff_row_words(e->table, row, text, sizeof(text));
        diff_tell(d, x, "added: %s", text);
    }
}

static void definitions_tell(struct differing *d, const struct model *a, const struct model *b,
                             bool added)
{
    for (unsigned i = 0; i < b->n_definitions; i++) {
        const struct definition *const one = &b->definitions[i];
        unsigned k = 0;
        while (k < a->n_definitions && strcmp(a->definitions[k].name, one->name) != 0) k++;
        if (k == a->n_definitions) {
            struct difference const x = {.kind = added ? "type_added" : "type_removed",
                                         .column = one->name};
            diff_tell(d, x, "type `%s` %s: %s", one->name, added ? "added" : "removed", one->text);
        } else if (added) {
            diff_text(d, NULL, pool_format(&d->pool, "the type `%s`", one->name),
                      a->definitions[k].text, one->text);
        }
    }
}

void diff_models(struct differing *d, const struct model *a, const struct model *b)
{
    definitions_tell(d, b, a, false);
    definitions_tell(d, a, b, true);
    for (unsigned i = 0; i < a->n_elements; i++) {
        const struct element *const e = &a->elements[i];
        struct difference const x = {.kind = "removed", .table = e->name};
        if (!element_named(b, e)) diff_tell(d, x, "%s removed", element_word(e->kind));
    }
    for (unsigned i = 0; i < b->n_elements; i++) {
        const struct element *const e = &b->elements[i];
        const struct element *const was = element_named(a, e);
        if (was) {
            element_tell(d, a, was, b, e);
        } else {
            element_added(d, e);
        }
    }
}
