#include "tools.h"

#include <limits.h>
#include <stdlib.h>

bool path_is_model(const char *path)
{
    size_t const n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".dmn") == 0;
}

void json_text(FILE *out, const char *text)
{
    fputc('"', out);
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c == '"' || *c == '\\') {
            fprintf(out, "\\%c", *c);
        } else if (*c < 0x20) {
            fprintf(out, "\\u%04x", *c);
        } else {
            fputc(*c, out);
        }
    }
    fputc('"', out);
}

static void problem_print_json(const struct policy_problem *p, FILE *out)
{
    fprintf(out, "{\"severity\": \"%s\", \"file\": ",
            p->severity == POLICY_REFUSED ? "refused" : "warning");
    json_text(out, p->file);
    fprintf(out, ", \"line\": %d, \"decision\": ", p->line);
    json_text(out, p->decision);
    fprintf(out, ", \"row\": %d, \"column\": %d, \"text\": ", p->row, p->column);
    json_text(out, p->text);
    fputc('}', out);
}

static void problem_print(const struct policy_problem *p, FILE *out)
{
    fputs(p->file, out);
    if (p->line) fprintf(out, ":%d", p->line);
    if (p->line && p->column && !*p->decision) fprintf(out, ":%d", p->column);
    fprintf(out, ": %s", p->severity == POLICY_REFUSED ? "" : "warning: ");
    if (*p->decision) fputs(p->decision, out);
    if (*p->decision && p->row) fprintf(out, ", row %d", p->row);
    if (*p->decision && p->column) fprintf(out, ", column %d", p->column);
    fprintf(out, "%s%s\n", *p->decision ? ": " : "", p->text);
}

void report_print(const struct policy_report *r, bool json, FILE *out)
{
    if (json) fputs("{\"problems\": [", out);
    for (size_t i = 0; i < policy_report_count(r); i++) {
        struct policy_problem const p = policy_report_at(r, i);
        if (json) {
            fputs(i ? ",\n  " : "\n  ", out);
            problem_print_json(&p, out);
        } else {
            problem_print(&p, out);
        }
    }
    if (json) fprintf(out, "], \"refused\": %zu}\n", report_refusals(r));
}

// Problems that stop, or all of them when nothing is left to use.
static void problems_print(const struct policy_report *r, FILE *err)
{
    for (size_t i = 0; i < policy_report_count(r); i++) {
        struct policy_problem const p = policy_report_at(r, i);
        if (p.severity == POLICY_REFUSED) problem_print(&p, err);
    }
}

struct policy *tool_policy(const char *path, FILE *err)
{
    struct policy *p = NULL;
    struct policy_report *const report = policy_report_open();
    if (report && policy_open(&p, path, report) != OK) problems_print(report, err);
    policy_report_close(report);
    return p;
}

bool tool_source_open(struct tool_source *s, const char *path, bool some, FILE *err)
{
    *s = (struct tool_source){.n_models = 1, .models = &s->single};
    if (!path_is_model(path)) {
        s->pack = tool_policy(path, err);
        s->n_models = s->pack ? s->pack->n_models : 0;
        s->models = s->pack ? s->pack->models : NULL;
        return s->pack != NULL;
    }
    struct policy_report *const report = policy_report_open();
    const char *const slash = strrchr(path, '/');
    s->single.file = slash ? slash + 1 : path;
    s->single.model = report ? model_open(path, s->single.file, report) : NULL;
    bool const ok = s->single.model && (some || report_refusals(report) == 0);
    if (report && !ok) problems_print(report, err);
    policy_report_close(report);
    return ok;
}

void tool_source_close(struct tool_source *s)
{
    policy_close(s->pack);
    model_close(s->single.model);
}

const char *tool_suggested(const struct policy *p, const struct verdict *v)
{
    static const char *const words[] = {"none", "", "locality", "open_case"};
    return v->suggested == SUGGESTED_TEAM ? p->info.teams[v->suggested_team].id
                                          : words[v->suggested];
}

static bool fact_parse_number(const char *text, int32_t *out)
{
    char *end;
    long const n = strtol(text, &end, 10);
    if (end == text || *end || n <= INT32_MIN || n > INT32_MAX) return false;
    *out = (int32_t)n;
    return true;
}

static bool fact_parse_codes(enum fact fact, const char *text, int32_t *out)
{
    char word[POLICY_WORD_MAX];
    *out = 0;
    if (strcmp(text, "none") == 0 && fact_code_from(fact, "none") < 0) return true;
    while (*text) {
        size_t const n = strcspn(text, "|");
        if (n == 0 || n >= sizeof(word)) return false;
        memcpy(word, text, n);
        word[n] = 0;
        int const code = fact_code_from(fact, word);
        if (code < 0 || code > 30) return false;
        *out |= (int32_t)(1U << code);
        text += n;
        if (*text) text++;
    }
    return true;
}

bool fact_parse(enum fact fact, const char *text, int32_t *out)
{
    *out = FACT_UNKNOWN;
    if (!*text) return true;
    switch (FACTS[fact].type) {
    case FACT_BOOL: *out = strcmp(text, "yes") == 0; return *out || strcmp(text, "no") == 0;
    case FACT_NUMBER: return fact_parse_number(text, out);
    case FACT_CODE: *out = fact_code_from(fact, text); return *out >= 0;
    case FACT_CODES: return fact_parse_codes(fact, text, out);
    }
    return false;
}
