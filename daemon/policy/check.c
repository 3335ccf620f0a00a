// What can be said of a pack without running it: see policy_check.
#include "files.h"
#include "tools.h"

#include <stdlib.h>
#include <time.h>

static void check_model(const struct pack_model *m, struct policy_report *report)
{
    for (unsigned i = 0; i < m->model->n_elements; i++) {
        const struct element *const e = &m->model->elements[i];
        if (e->why == FEEL_FINE && e->table) check_table(m, e->table, report);
    }
}

// Teams that routing names must be teams of pack.yaml, or words that stand for one.
static void check_teams(const struct policy *p, struct policy_report *report)
{
    static const char *const words[] = {"mash", "none", "locality", "open_case"};
    if (p->parts[PART_ROUTING] < 0) return;
    const struct pack_model *const m = &p->models[p->parts[PART_ROUTING]];
    for (unsigned d = DECISION_ROUTE; d <= DECISION_SUGGESTED; d++) {
        const struct table *const t = m->model->elements[p->decisions[d]].table;
        for (unsigned row = 0; t && row < t->n_rows; row++) {
            const struct output_cell *const c = &t->output_cells[row * t->n_outputs];
            if (!c->literal || c->literal->kind != VALUE_STRING) continue;
            const char *const id = (const char *)c->literal->string.data;
            bool known = policy_team(p, id) >= 0;
            for (size_t w = 0; w < sizeof(words) / sizeof(words[0]); w++) {
                known = known || strcmp(id, words[w]) == 0;
            }
            if (known) continue;
            report_refuse(
                report,
                (struct place){m->file, t->name, c->line, (int)row + 1, (int)t->n_inputs + 1},
                "no team of pack.yaml has the id '%.63s'", id);
        }
    }
}

static void check_holidays(const struct policy *p, int32_t today, struct policy_report *report)
{
    const struct calendar *const c = &p->info.calendar;
    struct place const at = {.file = "holidays.csv"};
    int32_t const last = c->n_holidays ? c->holidays[c->n_holidays - 1] : 0;
    if (c->n_holidays && last - today >= PACK_HOLIDAY_DAYS_LEFT) return;
    report_refuse(report, at, "the last holiday is less than %d days away: add the next year's",
                  PACK_HOLIDAY_DAYS_LEFT);
}

static void check_pack(const char *path, int32_t today, struct policy_report *report)
{
    struct policy *const p = policy_read(path, report);
    if (!p) return;
    for (size_t i = 0; i < p->n_models; i++) check_model(&p->models[i], report);
    if (report_refusals(report) == 0) check_teams(p, report);
    check_holidays(p, today, report);
    policy_close(p);
}

static void check_file(const char *path, struct policy_report *report)
{
    const char *const slash = strrchr(path, '/');
    struct pack_model m = {.file = slash ? slash + 1 : path};
    m.model = model_open(path, m.file, report);
    if (m.model) check_model(&m, report);
    model_close(m.model);
}

// The day that is checked for; false when it is no date.
static bool check_day(const char *date, int32_t *day)
{
    struct moment m;
    *day = (int32_t)(time(NULL) / 86400);
    if (!date) return true;
    if (!feel_date_parse(bytes_text(date), &m) || m.year < 1900 || m.year > 2999) return false;
    *day = (int32_t)date_days(&m);
    return true;
}

static bool check_path(const char *path, bool model, FILE *err)
{
    if (model ? file_is_read(path) : folder_is_read(path)) return true;
    fprintf(err, "%s: %s\n", path,
            model ? "no file that can be read"
                  : "no folder that can be read: a pack is a folder of pack.yaml and its tables");
    return false;
}

int policy_check(const char *path, const char *date, bool json, FILE *out, FILE *err)
{
    int32_t day;
    bool const model = path_is_model(path);
    if (!check_day(date, &day)) {
        fprintf(err, "--date: no date is written '%.40s': write 2026-12-25\n", date);
        return TOOL_FAILED;
    }
    struct policy_report *const report = check_path(path, model, err) ? policy_report_open() : NULL;
    if (!report) return TOOL_FAILED;
    if (model) {
        check_file(path, report);
    } else {
        check_pack(path, day, report);
    }
    report_print(report, json, out);
    size_t const n = policy_report_count(report), refused = report_refusals(report);
    if (!json) {
        fprintf(out, "%s: %zu refused, %zu warnings\n", path, refused,
                n > refused ? n - refused : 0);
    }
    policy_report_close(report);
    return refused ? TOOL_FOUND : TOOL_FINE;
}
