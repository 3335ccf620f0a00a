#include "report.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

// Problems are kept in the order found and sorted when they are read.
struct policy_report {
    size_t n, size, n_refused;
    struct policy_problem *problems;
    bool lost, lost_refusal; // for want of memory: told without what it was
};

struct policy_report *policy_report_open(void)
{
    return calloc(1, sizeof(struct policy_report));
}

static void problem_free(struct policy_problem *p)
{
    free((void *)(uintptr_t)p->file);
    free((void *)(uintptr_t)p->decision);
    free((void *)(uintptr_t)p->text);
}

void policy_report_close(struct policy_report *r)
{
    if (!r) return;
    for (size_t i = 0; i < r->n; i++) problem_free(&r->problems[i]);
    free(r->problems);
    free(r);
}

size_t policy_report_count(const struct policy_report *r)
{
    return r->n + r->lost;
}

// Nothing that is refused is refused in silence.
struct policy_problem policy_report_at(const struct policy_report *r, size_t i)
{
    struct policy_problem const none = {
        .severity = r->lost_refusal ? POLICY_REFUSED : POLICY_WARNING,
        .file = "",
        .decision = "",
        .text = "there was not enough memory to look at all of it: try again where there is more"};
    return i < r->n ? r->problems[i] : none;
}

size_t report_refusals(const struct policy_report *r)
{
    return r->n_refused;
}

bool report_names(const struct policy_report *r, const char *file)
{
    for (size_t i = 0; i < r->n; i++) {
        if (strcmp(r->problems[i].file, file) == 0) return true;
    }
    return false;
}

static int problem_order(const struct policy_problem *a, const struct policy_problem *b)
{
    int const file = strcmp(a->file, b->file);
    return file ? file : (a->line > b->line) - (a->line < b->line);
}

// Keeps the list sorted by file, then line; equal places stay in the order found.
static void report_insert(struct policy_report *r, const struct policy_problem *p)
{
    size_t at = r->n++;
    for (; at > 0 && problem_order(&r->problems[at - 1], p) > 0; at--) {
        r->problems[at] = r->problems[at - 1];
    }
    r->problems[at] = *p;
}

static void report_lose(struct policy_report *r, bool refused)
{
    r->lost = true;
    r->lost_refusal |= refused;
}

static void report_add(struct policy_report *r, struct place at, bool refused, const char *format,
                       va_list args)
{
    char text[1024];
    if (!r) return;
    r->n_refused += refused;
    if (r->n == REPORT_PROBLEMS_MAX) return;
    if (r->n == r->size) {
        size_t const size = r->size ? r->size * 2 : 16;
        struct policy_problem *const grown = realloc(r->problems, size * sizeof(*grown));
        if (!grown) {
            report_lose(r, refused);
            return;
        }
        r->problems = grown;
        r->size = size;
    }
    vsnprintf(text, sizeof(text), format, args);
    struct policy_problem p = {.line = at.line, .row = at.row, .column = at.column};
    p.severity = refused ? POLICY_REFUSED : POLICY_WARNING;
    p.file = strdup(at.file ? at.file : "");
    p.decision = strdup(at.decision ? at.decision : "");
    p.text = strdup(text);
    if (p.file && p.decision && p.text) {
        report_insert(r, &p);
    } else {
        problem_free(&p);
        report_lose(r, refused);
    }
}

void report_refuse(struct policy_report *r, struct place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report_add(r, at, true, format, args);
    va_end(args);
}

void report_warn(struct policy_report *r, struct place at, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    report_add(r, at, false, format, args);
    va_end(args);
}

void policy_report_add(struct policy_report *r, const char *file, int line, const char *text)
{
    report_refuse(r, (struct place){.file = file, .line = line}, "%s", text);
}
