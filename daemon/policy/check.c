// What can be said of a pack without running it: see policy_check.
#include "check_values.h"
#include "files.h"

#include <stdlib.h>
#include <time.h>

static void check_model(const struct pack_model *m, struct policy_report *report)
{
    for (unsigned i = 0; i < m->model->n_elements; i++) {
        const struct element *const e = &m->model->elements[i];
        if (e->why == FEEL_FINE && e->table) check_table(m, e->table, report);
    }
}

static void check_facts(const struct pack_model *m, struct policy_report *report)
{
    void *const memory = malloc(TOOL_ARENA_BYTES);
    struct value *const inputs = calloc(m->model->n_elements + 1, sizeof(*inputs));
    if (memory && inputs) {
        struct arena arena;
        struct question const q = {.model = m->model, .inputs = inputs};
        arena_init(&arena, memory, TOOL_ARENA_BYTES);
        struct eval *const ev = model_begin(&q, &arena);
        if (ev) check_fact_types(m, ev, report);
    }
    free(inputs);
    free(memory);
}

// --- Words that the daemon has to know ---

static bool is_answer(const char *word)
{
    return answer_from(word) > ANSWER_UNSET;
}

static bool is_tier(const char *word)
{
    return tier_from(word) > TIER_UNSET;
}

static bool is_route(const char *word)
{
    return parallel_from(word) >= 0;
}

static bool is_colour(const char *word)
{
    return colour_from(word) > COLOUR_UNSET;
}

static const struct {
    enum pack_decision decision;
    const char *output, *what;
    bool (*is)(const char *word);
} WORDS[] = {
    {DECISION_LIMB_A, "answer", "no answer is", is_answer},
    {DECISION_LIMB_B, "answer", "no answer is", is_answer},
    {DECISION_LIMB_C, "answer", "no answer is", is_answer},
    {DECISION_TIER, "tier", "no tier is", is_tier},
    {DECISION_PARALLEL, "route", "no other service is", is_route},
    {DECISION_RATING, "colour", "no colour is", is_colour},
    {DECISION_RERATING, "colour", "no colour is", is_colour},
    {DECISION_DOLS, "colour", "no colour is", is_colour},
    {DECISION_TRANSITION, "colour", "no colour is", is_colour},
    {DECISION_DOMESTIC_ABUSE, "colour", "no colour is", is_colour},
    {DECISION_FRONT_DOOR, "colour", "no colour is", is_colour},
};

static unsigned output_column(const struct table *t, const char *name)
{
    unsigned i = 0;
    while (i < t->n_outputs && strcmp(t->outputs[i].name, name) != 0) i++;
    return i < t->n_outputs ? i : 0; // the only one may have any name
}

static void check_words(const struct policy *p, size_t w, struct policy_report *report)
{
    enum pack_decision const d = WORDS[w].decision;
    if (p->parts[pack_decision_part(d)] < 0) return; // a kind that the council does not take
    const struct pack_model *const m = &p->models[p->parts[pack_decision_part(d)]];
    const struct table *const t = m->model->elements[p->decisions[d]].table;
    unsigned const column = t ? output_column(t, WORDS[w].output) : 0;
    for (unsigned row = 0; t && row < t->n_rows; row++) {
        const struct output_cell *const c = &t->output_cells[row * t->n_outputs + column];
        if (!c->literal || c->literal->kind == VALUE_NULL) continue;
        bool const known =
            c->literal->kind == VALUE_STRING && WORDS[w].is((const char *)c->literal->string.data);
        struct place const at = {m->file, t->name, c->line, (int)row + 1,
                                 (int)(t->n_inputs + column) + 1};
        if (!known) report_refuse(report, at, "%s named %.80s", WORDS[w].what, c->text);
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
    if (c->n_holidays == 0 && report_names(report, at.file)) return; // it could not be read
    report_refuse(report, at, "the last holiday is less than %d days away: add the next year's",
                  PACK_HOLIDAY_DAYS_LEFT);
}

static void check_pack(const char *path, int32_t today, struct policy_report *report)
{
    struct policy *const p = policy_read(path, report);
    if (!p) return;
    bool const loaded = report_refusals(report) == 0;
    for (size_t i = 0; i < p->n_models; i++) check_facts(&p->models[i], report);
    for (size_t i = 0; i < p->n_models; i++) check_model(&p->models[i], report);
    for (size_t w = 0; loaded && w < sizeof(WORDS) / sizeof(WORDS[0]); w++) {
        check_words(p, w, report);
    }
    if (loaded) check_teams(p, report);
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
