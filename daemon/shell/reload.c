// Reading files again while serving: everything is read before anything changes.
#include "loop.h"
#include "packdir.h"

#include <stdio.h>
#include <stdlib.h>

struct reloading {
    struct config config;
    struct policy *policy;
    struct roster *roster;
    struct faults faults;
};

static void reload_policy_faults(struct shell *s, const struct policy_report *report,
                                 struct faults *p)
{
    for (size_t i = 0; i < policy_report_count(report); i++) {
        struct policy_problem const one = policy_report_at(report, i);
        if (one.severity != POLICY_REFUSED) continue;
        faults_add(p, one.file, one.line, one.column, "%s", one.text);
        log_place(&s->log, LOG_ERROR, "policy_problem", one.file, one.line, one.column, one.row);
    }
}

// Rules change by two managers, so a reload leaves them; but it says so when the files of those in
// force are gone, for the next start would stop for want of them.
static enum err reload_policy_kept(struct shell *s, struct reloading *r)
{
    struct policy *found = NULL;
    uint64_t digest;
    memcpy(&digest, policy_info(s->policy)->digest, sizeof digest);
    if (packdir_digest(&r->config, digest, &found) == OK) {
        policy_close(found);
        return OK;
    }
    faults_add(&r->faults, r->config.policy_dir, 0, 0,
               "the files here are not the rules in force any more, nor are any in packs_dir: put "
               "them back, and the changed ones into packs_dir, for two managers to put in force "
               "(triage policy propose)");
    return ERR_POLICY;
}

static enum err reload_policy(struct shell *s, struct reloading *r)
{
    if (!r->config.policy_by_reload) return reload_policy_kept(s, r);
    struct policy_report *report = policy_report_open();
    if (!report) return ERR_NO_MEMORY;
    enum err const e = policy_open(&r->policy, r->config.policy_dir, report);
    if (e) reload_policy_faults(s, report, &r->faults);
    policy_report_close(report);
    return e;
}

// The file again, and of it only what may change while running.
static enum err reload_config(struct shell *s, struct reloading *r)
{
    enum err e = config_read(&r->config, s->config.path, &r->faults);
    if (!e) e = config_finish(&r->config, &r->faults);
    if (e) return e;
    const char *frozen = config_frozen_difference(&s->config, &r->config);
    if (!frozen) return OK;
    faults_add(&r->faults, s->config.path, 0, 0, "%s: changes only by a restart", frozen);
    return ERR_CONFIG;
}

static enum err reload_roster(struct shell *s, struct reloading *r, const struct policy *policy)
{
    uint64_t const generation = s->roster->registry.generation + 1;
    return roster_open(&r->roster, s->config.principals_dir, s->config.workers_dir, policy,
                       generation, &r->faults);
}

void shell_gauge_registry(struct shell *s)
{
    const struct registry *g = &s->roster->registry;
    int64_t principals = 0, workers = 0;
    for (size_t i = 0; i < g->n_principals; i++) principals += g->principals[i].active;
    for (size_t i = 0; i < g->n_workers; i++) workers += g->workers[i].active;
    metrics_gauge(&s->metrics, METRIC_PRINCIPALS, NULL, principals);
    metrics_gauge(&s->metrics, METRIC_WORKERS, NULL, workers);
}

static void reload_take_roster(struct shell *s, struct roster *roster)
{
    struct roster *old = s->roster;
    s->roster = roster;
    door_set_registry(&s->door, &roster->registry, roster_operator(roster));
    desk_set_registry(s->desk, &roster->registry, s->now);
    roster_close(old);
    shell_gauge_registry(s);
}

void shell_take_policy(struct shell *s, struct policy *policy)
{
    struct policy *old = s->policy;
    s->policy = policy;
    desk_set_policy(s->desk, policy, s->now);
    policy_close(old);
}

static enum err reload_fail(struct shell *s, struct reloading *r, enum err e, char *problem,
                            size_t size)
{
    snprintf(problem, size, "%s", err_text(e));
    if (r->faults.n) fault_print(&r->faults.at[0], problem, size);
    for (size_t i = 0; i < r->faults.n; i++) {
        const struct fault *one = &r->faults.at[i];
        log_place(&s->log, LOG_ERROR, "reload_problem", one->file, one->line, one->column, 0);
    }
    log_event(&s->log, LOG_ERROR, "reload_refused", err_word(e), (int64_t)r->faults.n);
    metrics_count(&s->metrics, METRIC_RELOADS, "refused", 1);
    if (r->policy) policy_close(r->policy);
    roster_close(r->roster);
    free(r);
    return e;
}

static enum err reload_done(struct shell *s, struct reloading *r)
{
    free(r);
    metrics_count(&s->metrics, METRIC_RELOADS, "done", 1);
    log_event(&s->log, LOG_INFO, "reloaded", NULL, (int64_t)s->roster->registry.generation);
    return OK;
}

enum err shell_reload(struct shell *s, char *problem, size_t size)
{
    struct reloading *r = calloc(1, sizeof *r);
    if (!r) return ERR_NO_MEMORY;
    enum err e;
    if ((e = reload_config(s, r)) || (e = reload_policy(s, r)) ||
        (e = reload_roster(s, r, r->policy ? r->policy : s->policy)))
        return reload_fail(s, r, e, problem, size);
    s->config = r->config;
    s->log.least = (enum log_level)log_level_from(s->config.log_level);
    if (r->policy) shell_take_policy(s, r->policy);
    reload_take_roster(s, r->roster);
    return reload_done(s, r);
}

enum err shell_reload_registry(struct shell *s, char *problem, size_t size)
{
    struct reloading *r = calloc(1, sizeof *r);
    if (!r) return ERR_NO_MEMORY;
    enum err const e = reload_roster(s, r, s->policy);
    if (e) return reload_fail(s, r, e, problem, size);
    reload_take_roster(s, r->roster);
    return reload_done(s, r);
}
