// What changed between two packs or two models, in words.
#include "diff.h"

#include <stdarg.h>
#include <stdlib.h>

static void member_text(FILE *out, const char *name, const char *text)
{
    if (!text) return;
    fprintf(out, ", \"%s\": ", name);
    json_text(out, text);
}

static void tell_json(struct differing *d, const struct difference *x, const char *words)
{
    fputs(d->n ? ",\n  {\"part\": " : "\n  {\"part\": ", d->out);
    json_text(d->out, d->part);
    member_text(d->out, "kind", x->kind);
    member_text(d->out, "table", x->table);
    if (x->row) fprintf(d->out, ", \"row\": %u", x->row);
    if (x->was_row) fprintf(d->out, ", \"was_row\": %u", x->was_row);
    member_text(d->out, "column", x->column);
    member_text(d->out, "was", x->was);
    member_text(d->out, "is", x->is);
    member_text(d->out, "words", words);
    fputc('}', d->out);
}

// "threshold, table `harm`, row 3: words"; a row that is gone is named by the number it had.
static void tell_words(struct differing *d, const struct difference *x, const char *words)
{
    fputs(d->part, d->out);
    if (x->table) fprintf(d->out, ", table `%s`", x->table);
    if (x->row) fprintf(d->out, ", %s %u", x->table ? "row" : "line", x->row);
    if (x->row && x->was_row && x->row != x->was_row && x->column) {
        fprintf(d->out, " (row %u before)", x->was_row);
    }
    if (!x->row && x->was_row) {
        fprintf(d->out, ", %s %u before", x->table ? "row" : "line", x->was_row);
    }
    fputs(": ", d->out);
    for (const char *c = words; *c; c++) fputc(*c == '\n' || *c == '\r' ? ' ' : *c, d->out);
    fputc('\n', d->out);
}

// Without the beginning of a character that did not fit.
static void text_whole(char *text)
{
    size_t n = strlen(text), back = 0;
    while (back < 4 && back < n && ((uint8_t)text[n - 1 - back] & 0xc0) == 0x80) back++;
    if (back == n) return;
    uint8_t const lead = (uint8_t)text[n - 1 - back];
    size_t const wanted = lead >= 0xf0 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : 0;
    if (wanted > back) text[n - 1 - back] = 0;
}

void diff_tell(struct differing *d, struct difference x, const char *format, ...)
{
    char words[4096];
    va_list args;
    va_start(args, format);
    vsnprintf(words, sizeof(words), format, args);
    va_end(args);
    text_whole(words);
    if (d->json) {
        tell_json(d, &x, words);
    } else {
        tell_words(d, &x, words);
    }
    d->n++;
}

void diff_text(struct differing *d, const char *table, const char *what, const char *was,
               const char *is)
{
    struct difference const x = {
        .kind = "changed", .table = table, .column = what, .was = was, .is = is};
    if (diff_same(was, is)) return;
    diff_tell(d, x, "%s was %s, is %s", what, *was ? was : "nothing", *is ? is : "nothing");
}

static int diff_run(struct differing *d, const struct tool_source *a, const struct tool_source *b,
                    const char *old_path, const char *new_path, FILE *err)
{
    if (setjmp(d->pool.exit) != 0) {
        fprintf(err, "%s: needs more memory to compare than is given\n", new_path);
        return TOOL_FAILED;
    }
    if (d->json) fputs("{\"differences\": [", d->out);
    if (a->pack) {
        diff_packs(d, a->pack, b->pack);
        if (!diff_files(d, old_path, new_path)) {
            fprintf(err, "%s and %s: their tests cannot be read\n", old_path, new_path);
            return TOOL_FAILED;
        }
    } else {
        d->part = b->single.model->name;
        diff_models(d, a->single.model, b->single.model);
    }
    if (d->json) {
        fprintf(d->out, "],\n \"total\": %zu}\n", d->n);
    } else if (d->n == 0) {
        fputs("nothing changed\n", d->out);
    }
    return d->n ? TOOL_FOUND : TOOL_FINE;
}

int policy_diff(const char *old_path, const char *new_path, bool json, FILE *out, FILE *err)
{
    struct tool_source a, b;
    struct differing d = {.out = out, .json = json, .part = ""};
    bool const old_ok = tool_source_open(&a, old_path, false, err);
    bool const new_ok = tool_source_open(&b, new_path, false, err);
    int answer = TOOL_FAILED;
    if (old_ok && new_ok && !a.pack != !b.pack) {
        fprintf(err, "%s and %s: compare two packs, or two models\n", old_path, new_path);
    } else if (old_ok && new_ok) {
        answer = diff_run(&d, &a, &b, old_path, new_path, err);
    }
    file_names_free(&d.names[0]);
    file_names_free(&d.names[1]);
    pool_close(&d.pool);
    tool_source_close(&a);
    tool_source_close(&b);
    return answer;
}
