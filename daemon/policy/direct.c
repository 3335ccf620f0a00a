#include "direct.h"

#include <stdio.h>

static const char DIRECT[] = "open_case_direct";

// By hand: the library that reads the file takes every word that it does not know for yes.
void direct_read(struct policy *p, const char *word, int line, struct policy_report *report)
{
    struct place const at = {.file = "pack.yaml", .line = line};
    struct policy_info *const info = &p->info;
    bool community = false;
    if (!word || strcmp(word, "no") == 0 || strcmp(word, "false") == 0) return;
    info->open_case_direct = strcmp(word, "yes") == 0 || strcmp(word, "true") == 0;
    if (!info->open_case_direct)
        report_refuse(report, at,
                      "open_case_direct: write yes to send what comes in about an adult to the "
                      "community team that has their open case, or no: '%.100s'",
                      word);
    for (size_t i = 0; i < info->n_teams; i++)
        community = community || info->teams[i].kind == TEAM_COMMUNITY;
    if (!community)
        report_warn(report, at,
                    "open_case_direct: no team here is of kind community, so nothing goes "
                    "directly: add one, or leave this out");
}

static bool source_is(const struct facts *f, const char *code)
{
    int32_t const v = f->value[FACT_SOURCE_CATEGORY];
    return v != FACT_UNKNOWN && strcmp(FACT_CODES_SOURCE_CATEGORY[v], code) == 0;
}

// The bars of a handover, as far as they can be seen before a person has read it: it must not reach
// whoever may be alleged, nor leave what a manager keeps together.
static bool direct_barred(const struct facts *f)
{
    return f->value[FACT_UNDER_18] == 1 || f->value[FACT_ORGANISATION_UNDER_REVIEW] == 1 ||
           source_is(f, "professional");
}

static const struct policy_team *direct_team(const struct asking *a, const struct verdict *v)
{
    const struct policy_info *const info = &a->p->info;
    int32_t const team = a->facts->value[FACT_OPEN_CASE_TEAM];
    if (!info->open_case_direct || a->failed || v->kind != KIND_CONCERN) return NULL;
    if (v->colour == COLOUR_RED || v->team != info->mash) return NULL;
    if (team < 0 || (size_t)team >= info->n_teams || direct_barred(a->facts)) return NULL;
    return info->teams[team].kind == TEAM_COMMUNITY ? &info->teams[team] : NULL;
}

static const char *direct_words(struct asking *a, const struct policy_team *t)
{
    static const char format[] =
        "%s has an open case of this adult, and here such concerns go to that team directly: it "
        "answers the three questions, and the MASH sees what it does.";
    size_t const size = sizeof(format) + strlen(t->name);
    char *const words = arena_alloc(a->arena, size);
    if (!words)
        return "A community team has an open case of this adult, so it goes there directly.";
    snprintf(words, size, format, t->name);
    return words;
}

static void direct_explain(struct asking *a, const struct policy_reason *reason)
{
    struct explained *const e = &a->explained->questions[EXPLAINED_ROUTE];
    e->n_rows = 1;
    e->rows[0] = (struct explained_row){.reason = *reason, .n_facts = 1, .facts = {FACT_OPEN_CASE}};
}

bool direct_route(struct asking *a, struct verdict *v)
{
    const struct policy_team *const t = direct_team(a, v);
    if (!t) return false;
    v->team = (int)(t - a->p->info.teams);
    v->direct = v->council = true;
    struct policy_reason const reason = {.decision = DIRECT,
                                         .words = direct_words(a, t),
                                         .guidance = "pack.yaml",
                                         .council_only = true};
    if (v->n_reasons < POLICY_REASONS_MAX) v->reasons[v->n_reasons++] = reason;
    if (a->explained) direct_explain(a, &reason);
    return true;
}
