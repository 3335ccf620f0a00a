// Opening, closing and asking a pack what it says of itself.
#include "policy.h"

#include "files.h"
#include "pack.h"

#include <stdlib.h>

static void policy_load(struct policy *p, const char *dir, struct policy_report *report)
{
    size_t const before = report_refusals(report);
    if (setjmp(p->pool.exit) != 0) {
        report_refuse(report, (struct place){.file = dir}, "the pack needs too much memory");
        return;
    }
    if (!folder_is_read(dir)) {
        report_refuse(report, (struct place){.file = dir},
                      "no folder that can be read: a pack is a folder of pack.yaml and its tables");
        return;
    }
    p->dir = pool_text(&p->pool, dir, strlen(dir));
    pack_yaml_load(p, dir, report);
    pack_holidays_load(p, report);
    pack_notices_load(p, report);
    pack_models_load(p, report);
    bool const whole = pack_digest(p, p->info.digest);
    if (!whole && report_refusals(report) == before) {
        report_refuse(report, (struct place){.file = dir}, "not every file of it can be read");
    }
}

static void policy_plan(struct policy *p, const char *dir, struct policy_report *report)
{
    if (setjmp(p->pool.exit) != 0) {
        report_refuse(report, (struct place){.file = dir}, "the pack needs too much memory");
        return;
    }
    pack_plans_make(p);
}

struct policy *policy_read(const char *dir, struct policy_report *report)
{
    struct policy *const p = calloc(1, sizeof(*p));
    if (p) policy_load(p, dir, report);
    return p;
}

enum err policy_open(struct policy **out, const char *dir, struct policy_report *report)
{
    struct policy_report *const own = report ? NULL : policy_report_open();
    struct policy_report *const told = report ? report : own;
    *out = NULL;
    if (!told) return ERR_NO_MEMORY;
    size_t const before = report_refusals(told);
    struct policy *const p = policy_read(dir, told);
    if (p && report_refusals(told) == before) policy_plan(p, dir, told);
    bool const refused = !p || report_refusals(told) > before;
    policy_report_close(own);
    if (!refused) {
        *out = p;
        return OK;
    }
    policy_close(p);
    return p ? ERR_POLICY : ERR_NO_MEMORY;
}

void policy_close(struct policy *p)
{
    if (!p) return;
    for (size_t i = 0; i < p->n_models; i++) model_close(p->models[i].model);
    pool_close(&p->pool);
    free(p);
}

const struct policy_info *policy_info(const struct policy *p)
{
    return &p->info;
}

int policy_team(const struct policy *p, const char *id)
{
    for (size_t i = 0; i < p->info.n_teams; i++) {
        if (strcmp(p->info.teams[i].id, id) == 0) return (int)i;
    }
    return -1;
}

// "b29 6xx" -> "B296XX"; what is neither letter nor digit is left out.
static size_t postcode_plain(const char *postcode, char *out, size_t size)
{
    size_t n = 0;
    for (const char *c = postcode; *c && n + 1 < size; c++) {
        char const upper = (char)(*c >= 'a' && *c <= 'z' ? *c - 32 : *c);
        if ((upper >= 'A' && upper <= 'Z') || (upper >= '0' && upper <= '9')) out[n++] = upper;
    }
    out[n] = 0;
    return n;
}

// A locality names an outward code ("B29"), a sector ("B29 6") or a whole postcode ("B29 6XX"). The
// inward code is always a digit and two letters, so "B1" is never taken for the start of "B12 9XX".
static bool locality_has(const struct locality *l, const char *plain, size_t n)
{
    size_t const len = strlen(l->prefix);
    if (n < 5 || len > n || memcmp(plain, l->prefix, len) != 0) return false;
    return len == n || l->outward == n - 3;
}

int policy_team_of_postcode(const struct policy *p, const char *postcode)
{
    char plain[16];
    size_t best = 0;
    int team = -1;
    size_t const n = postcode_plain(postcode, plain, sizeof(plain));
    for (size_t i = 0; i < p->n_localities; i++) {
        size_t const len = strlen(p->localities[i].prefix);
        if (len <= best || !locality_has(&p->localities[i], plain, n)) continue;
        best = len;
        team = p->localities[i].team;
    }
    return team;
}

const char *policy_notice_text(const struct policy *p, enum notice notice, enum kind kind)
{
    if (notice < NOTICE_NONE || notice >= NOTICES_MAX) return NULL;
    bool const own = kind > KIND_NONE && kind < KIND_COUNT && p->notices[kind][notice];
    return p->notices[own ? kind : KIND_NONE][notice];
}
