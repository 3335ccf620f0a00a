#include "metrics.h"
#include "check.h"

#include <stdarg.h>
#include <stdio.h>

struct metric_info {
    const char *name, *kind, *label, *help;
};
#define METRIC_INFO(id, name, help)                    [id] = {name, NULL, "status", help},
#define SHELL_METRIC_INFO(id, name, kind, label, help) [id] = {name, kind, label, help},
static const struct metric_info metric_infos[METRICS_ALL] = {
    METRIC_LIST(METRIC_INFO) SHELL_METRIC_LIST(SHELL_METRIC_INFO)};

// The desk's list has no kind column; Prometheus' own naming rule tells: counters end with _total.
static const char *metric_kind(const struct metric_info *info)
{
    if (info->kind) return info->kind;
    size_t const n = strlen(info->name);
    return n > 6 && strcmp(info->name + n - 6, "_total") == 0 ? "counter" : "gauge";
}

void metrics_init(struct metrics *m)
{
    memset(m, 0, sizeof *m);
}

static bool metric_labelled(const struct metric_cell *cell, const char *label)
{
    return strncmp(cell->label, label ? label : "", ID_MAX - 1) == 0;
}

static struct metric_cell *metric_cell_of(struct metrics *m, int metric, const char *label)
{
    CHECK(metric >= 0 && metric < METRICS_ALL);
    size_t const n = m->n[metric];
    for (size_t i = 0; i < n; i++)
        if (metric_labelled(&m->cells[metric][i], label)) return &m->cells[metric][i];
    if (n == METRIC_LABELS_MAX) return &m->cells[metric][n - 1];
    struct metric_cell *cell = &m->cells[metric][m->n[metric]++];
    char const *kept = n == METRIC_LABELS_MAX - 1 ? "other" : label ? label : "";
    memcpy(cell->label, kept, strnlen(kept, ID_MAX - 1));
    return cell;
}

void metrics_count(struct metrics *m, int metric, const char *label, int64_t delta)
{
    metric_cell_of(m, metric, label)->value += delta;
}

void metrics_gauge(struct metrics *m, int metric, const char *label, int64_t value)
{
    metric_cell_of(m, metric, label)->value = value;
}

int64_t metrics_value(const struct metrics *m, int metric, const char *label)
{
    for (size_t i = 0; i < m->n[metric]; i++)
        if (metric_labelled(&m->cells[metric][i], label)) return m->cells[metric][i].value;
    return 0;
}

void metric_text_add(struct metric_text *t, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int const n = vsnprintf(t->out + t->used, t->size - t->used, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= t->size - t->used) {
        t->out[t->used] = 0;
        t->full = true;
    } else {
        t->used += (size_t)n;
    }
}

void metric_text_head(struct metric_text *t, const char *name, const char *kind, const char *help)
{
    metric_text_add(t, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

void metrics_print(const struct metrics *m, struct metric_text *t)
{
    for (int i = 0; i < METRICS_ALL; i++) {
        const struct metric_info *info = &metric_infos[i];
        metric_text_head(t, info->name, metric_kind(info), info->help);
        if (m->n[i] == 0 && !info->label) metric_text_add(t, "%s 0\n", info->name);
        for (size_t k = 0; k < m->n[i]; k++) {
            const struct metric_cell *cell = &m->cells[i][k];
            if (cell->label[0])
                metric_text_add(t, "%s{%s=\"%s\"} %lld\n", info->name, info->label, cell->label,
                                (long long)cell->value);
            else
                metric_text_add(t, "%s %lld\n", info->name, (long long)cell->value);
        }
    }
}
