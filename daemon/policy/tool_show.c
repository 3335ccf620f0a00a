// The tables of a pack as a person reads them, on one page: Markdown, or HTML that prints and needs
// no script.
#include "tools.h"

#include "feel_print.h"

struct page {
    FILE *out;
    bool html;
    char id[48]; // of the next heading, for the contents; "" for none
};

// Text with what the format would misread made harmless.
static void page_text(const struct page *p, const char *text)
{
    for (const char *c = text; *c; c++) {
        if (p->html && *c == '<') {
            fputs("&lt;", p->out);
        } else if (p->html && *c == '>') {
            fputs("&gt;", p->out);
        } else if (p->html && *c == '&') {
            fputs("&amp;", p->out);
        } else if (p->html && *c == '"') {
            fputs("&quot;", p->out);
        } else if (!p->html && *c == '|') {
            fputs("\\|", p->out);
        } else if (*c == '\n' || *c == '\r') {
            fputc(' ', p->out);
        } else {
            fputc(*c, p->out);
        }
    }
}

static void page_heading(const struct page *p, int level, const char *text)
{
    static const char marks[] = "####";
    if (p->html) {
        fprintf(p->out, "<h%d%s%s%s>", level, *p->id ? " id=\"" : "", p->id, *p->id ? "\"" : "");
        page_text(p, text);
        fprintf(p->out, "</h%d>\n", level);
    } else {
        fprintf(p->out, "\n%.*s ", level, marks);
        page_text(p, text);
        fputs("\n\n", p->out);
    }
}

static void page_line(const struct page *p, const char *what, const char *text)
{
    fputs(p->html ? "<p>" : "", p->out);
    page_text(p, what);
    page_text(p, text);
    fputs(p->html ? "</p>\n" : "\n\n", p->out);
}

// --- Cells in words ---

static void literal_words(struct printer *p, struct value v)
{
    switch (v.kind) {
    case VALUE_NULL: print_text(p, bytes_text("not said")); return;
    case VALUE_BOOLEAN: print_text(p, bytes_text(v.boolean ? "yes" : "no")); return;
    default: print_value(p, v, false);
    }
}

static void test_words(struct printer *p, const struct quick_test *t)
{
    static const struct {
        const char *before, *after;
    } words[] = {[AST_LESS] = {"less than ", ""},
                 [AST_LESS_EQUAL] = {"", " or less"},
                 [AST_GREATER] = {"more than ", ""},
                 [AST_GREATER_EQUAL] = {"", " or more"},
                 [AST_EQUAL] = {"", ""},
                 [AST_UNEQUAL] = {"anything but ", ""}};
    if (t->value.kind == VALUE_RANGE) {
        const struct range *const r = t->value.range;
        print_text(p, bytes_text(r->low_closed ? "from " : "above "));
        literal_words(p, r->low);
        print_text(p, bytes_text(r->high_closed ? " to " : " to below "));
        literal_words(p, r->high);
        return;
    }
    if (t->op != AST_OP_NONE) print_text(p, bytes_text(words[t->op].before));
    literal_words(p, t->value);
    if (t->op != AST_OP_NONE) print_text(p, bytes_text(words[t->op].after));
}

// What a test asks, as one would say it; an expression stays as it is written.
static const char *cell_words(const struct cell *c, char *out, size_t size)
{
    struct printer p = {out, size - 1, 0};
    if (c->kind == CELL_ANY) return "-";
    if (c->n_held == 0 && c->n_tests == 0) return c->text;
    if (c->negated) print_text(&p, bytes_text("anything but "));
    for (unsigned i = 0; i < c->n_held; i++) {
        print_text(&p, bytes_text(i ? " or " : "has "));
        literal_words(&p, c->held[i]);
    }
    for (unsigned i = 0; i < c->n_tests; i++) {
        if (i) print_text(&p, bytes_text(" or "));
        test_words(&p, &c->tests[i]);
    }
    out[p.len < p.size ? p.len : p.size] = 0;
    return p.len < p.size ? out : c->text;
}

static const char *output_words(const struct output_cell *c, char *out, size_t size)
{
    struct printer p = {out, size - 1, 0};
    if (!c->literal || c->literal->kind == VALUE_NULL) return c->text;
    literal_words(&p, *c->literal);
    out[p.len < p.size ? p.len : p.size] = 0;
    return p.len < p.size ? out : c->text;
}

// A cell of a row; the first is the row's header.
static void page_cell(const struct page *p, const char *tag, const char *text)
{
    if (p->html) {
        fprintf(p->out, "<%s>", tag);
        page_text(p, text);
        fprintf(p->out, "</%.2s>", tag);
    } else {
        fputs(" ", p->out);
        page_text(p, *text ? text : " ");
        fputs(" |", p->out);
    }
}

static void page_row_begin(const struct page *p)
{
    fputs(p->html ? "<tr>" : "|", p->out);
}

static void page_row_end(const struct page *p)
{
    fputs(p->html ? "</tr>\n" : "\n", p->out);
}

static void show_header(const struct page *p, const struct table *t)
{
    page_row_begin(p);
    page_cell(p, "th scope=\"col\"", "Row");
    for (unsigned i = 0; i < t->n_inputs; i++) {
        page_cell(p, "th scope=\"col\"", t->inputs[i].label);
    }
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const char *const name = *t->outputs[i].label ? t->outputs[i].label : t->name;
        page_cell(p, "th scope=\"col\"", name);
    }
    for (unsigned i = 0; i < t->n_notes; i++) page_cell(p, "th scope=\"col\"", t->note_names[i]);
    page_row_end(p);
    if (p->html) return;
    fputs("|", p->out);
    for (unsigned i = 0; i < 1 + t->n_inputs + t->n_outputs + t->n_notes; i++) {
        fputs("---|", p->out);
    }
    fputs("\n", p->out);
}

static void show_rows(const struct page *p, const struct table *t)
{
    char number[16], words[1024];
    for (unsigned row = 0; row < t->n_rows; row++) {
        page_row_begin(p);
        snprintf(number, sizeof(number), "%u", row + 1);
        page_cell(p, "th scope=\"row\"", number);
        for (unsigned i = 0; i < t->n_inputs; i++) {
            page_cell(p, "td", cell_words(table_cell(t, row, i), words, sizeof(words)));
        }
        for (unsigned i = 0; i < t->n_outputs; i++) {
            const struct output_cell *const c = &t->output_cells[row * t->n_outputs + i];
            page_cell(p, "td", output_words(c, words, sizeof(words)));
        }
        for (unsigned i = 0; i < t->n_notes; i++) {
            page_cell(p, "td", t->notes[row * t->n_notes + i]);
        }
        page_row_end(p);
    }
}

static const char *hit_sentence(const struct table *t)
{
    static const char *const sentences[] = {
        [HIT_UNIQUE] = "One row matches.",
        [HIT_ANY] = "Rows that match say the same.",
        [HIT_PRIORITY] = "Of the rows that match, the highest output counts.",
        [HIT_FIRST] = "The first row that matches counts.",
        [HIT_RULE_ORDER] = "Every row that matches counts, in the order of the rows.",
        [HIT_OUTPUT_ORDER] = "Every row that matches counts, the highest output first.",
        [HIT_COLLECT] = "Every row that matches counts.",
    };
    static const char *const folds[] = {
        [AGGREGATE_SUM] = "The outputs of all rows that match are added up.",
        [AGGREGATE_MIN] = "The smallest output of the rows that match counts.",
        [AGGREGATE_MAX] = "The largest output of the rows that match counts.",
        [AGGREGATE_COUNT] = "The rows that match are counted.",
    };
    return t->aggregate == AGGREGATE_NONE ? sentences[t->hit] : folds[t->aggregate];
}

// What the table answers where no row matches.
static void show_default(const struct page *p, const struct table *t)
{
    for (unsigned i = 0; i < t->n_outputs; i++) {
        const char *const text = t->outputs[i].otherwise_text;
        if (text && *text) page_line(p, "Where no row matches: ", text);
    }
}

static void show_table(const struct page *p, const struct table *t)
{
    page_heading(p, 3, t->name);
    if (p->html) {
        fputs("<table>\n<caption>", p->out);
        page_text(p, t->name);
        fputs(": ", p->out);
        page_text(p, hit_sentence(t));
        fputs("</caption>\n<thead>\n", p->out);
    } else {
        page_line(p, "", hit_sentence(t));
    }
    show_header(p, t);
    fputs(p->html ? "</thead>\n<tbody>\n" : "", p->out);
    show_rows(p, t);
    fputs(p->html ? "</tbody>\n</table>\n" : "\n", p->out);
    show_default(p, t);
}

// What is decided without a table: its expression as it is written.
static void show_expression(const struct page *p, const struct element *e)
{
    page_heading(p, 3, e->name);
    page_line(p, "", e->logic);
}

static bool is_shown(const struct element *e)
{
    return e->table || *e->logic;
}

static void show_model(struct page *p, const struct model *m, size_t number)
{
    snprintf(p->id, sizeof(p->id), "file%zu", number);
    page_heading(p, 2, m->file);
    for (unsigned i = 0; i < m->n_elements; i++) {
        const struct element *const e = &m->elements[i];
        snprintf(p->id, sizeof(p->id), "file%zu-%u", number, i);
        if (e->table) {
            show_table(p, e->table);
        } else if (is_shown(e)) {
            show_expression(p, e);
        }
    }
}

static void show_link(const struct page *p, const char *text)
{
    fprintf(p->out, "<a href=\"#%s\">", p->id);
    page_text(p, text);
    fputs("</a>", p->out);
}

static void show_contents(struct page *p, const struct pack_model *models, size_t n)
{
    if (!p->html) return;
    fputs("<nav aria-label=\"Contents\">\n<ul>\n", p->out);
    for (size_t i = 0; i < n; i++) {
        const struct model *const m = models[i].model;
        snprintf(p->id, sizeof(p->id), "file%zu", i + 1);
        fputs("<li>", p->out);
        show_link(p, m->file);
        fputs("<ul>\n", p->out);
        for (unsigned k = 0; k < m->n_elements; k++) {
            if (!is_shown(&m->elements[k])) continue;
            snprintf(p->id, sizeof(p->id), "file%zu-%u", i + 1, k);
            fputs("<li>", p->out);
            show_link(p, m->elements[k].name);
            fputs("</li>\n", p->out);
        }
        fputs("</ul></li>\n", p->out);
    }
    fputs("</ul>\n</nav>\n", p->out);
}

static void show_how(const struct page *p)
{
    page_line(p, "",
              "A row matches when all its cells do. A dash matches whatever comes, even what "
              "nobody said; any other cell matches nothing that was not said, unless it "
              "reads \"not said\".");
}

static void show_begin(const struct page *p, const char *title)
{
    if (!p->html) {
        page_heading(p, 1, title);
        show_how(p);
        return;
    }
    fputs("<!DOCTYPE html>\n<html lang=\"en-GB\">\n<head>\n<meta charset=\"utf-8\">\n"
          "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<title>",
          p->out);
    page_text(p, title);
    fputs("</title>\n<style>\n"
          "body{font:1rem/1.5 sans-serif;margin:2rem;color:#111;background:#fff}\n"
          "table{border-collapse:collapse;margin:1rem 0;width:100%}\n"
          "th,td{border:1px solid #666;padding:.3rem .5rem;text-align:left;vertical-align:top}\n"
          "th{background:#eee}a{color:#00408a}nav ul{columns:16rem}nav ul ul{columns:auto}"
          "caption{text-align:left;padding:.3rem 0}\n"
          "@page{size:A4 landscape;margin:12mm}\n"
          "@media print{body{margin:0;font-size:8pt}h2,h3,caption{break-after:avoid}"
          "thead{display:table-header-group}tr{break-inside:avoid}}\n</style>\n</"
          "head>\n<body>\n<main>\n",
          p->out);
    page_heading(p, 1, title);
    show_how(p);
}

static void show_end(const struct page *p)
{
    if (p->html) fputs("</main>\n</body>\n</html>\n", p->out);
}

int policy_show(const char *path, enum policy_format format, FILE *out, FILE *err)
{
    struct page page = {out, format == POLICY_HTML, ""};
    struct tool_source source;
    char title[256];
    bool const ok = tool_source_open(&source, path, false, err);
    if (ok && source.pack) {
        const struct policy_info *const info = &source.pack->info;
        snprintf(title, sizeof(title), "%s, version %s", info->name, info->version);
        show_begin(&page, title);
        page_line(&page, "Council: ", info->council);
        page_line(&page, "Owner: ", info->owner);
    } else if (ok) {
        show_begin(&page, source.single.model->name);
    }
    if (ok) show_contents(&page, source.models, source.n_models);
    for (size_t i = 0; i < source.n_models && ok; i++) {
        show_model(&page, source.models[i].model, i + 1);
    }
    if (ok) show_end(&page);
    tool_source_close(&source);
    return ok ? TOOL_FINE : TOOL_FAILED;
}
