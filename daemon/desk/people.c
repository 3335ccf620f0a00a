#include "people.h"

#include "board.h"
#include "reply.h"

#define WORKERS_MAX 200u // in one answer

void people_teams(struct desk *d, struct message *m)
{
    Triage__V1__TeamsReply body = TRIAGE__V1__TEAMS_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    body.teams = pb_list(&d->request, d->info->n_teams);
    for (; body.n_teams < d->info->n_teams; body.n_teams++) {
        struct policy_team const *t = &d->info->teams[body.n_teams];
        Triage__V1__Team *out = pb_new(&d->request, &triage__v1__team__descriptor);
        out->id = pb_text(t->id);
        out->name = pb_text(t->name);
        out->kind = (Triage__V1__TeamKind)(t->kind + 1);
        out->telephone = pb_text(t->telephone);
        body.teams[body.n_teams] = out;
    }
    r.body_case = TRIAGE__V1__REPLY__BODY_TEAMS;
    r.teams = &body;
    reply_say(d, m, &r, 0);
}

// --- Who is in them. ---

// A key asks about the teams that it works for.  Who speaks through it asks about their own, and a
// manager about the others too: work goes to other teams by a manager's hand.
static bool may_ask(const struct desk *d, const struct message *m, const char *team)
{
    struct worker const *w = m->actor.worker;
    bool const manages =
        w && (w->grade == GRADE_MASH_MANAGER || w->grade == GRADE_COMMUNITY_MANAGER);
    return board_open_to(d, m, team) && (!w || manages || worker_in_team(w, team));
}

static bool is_listed(const struct desk *d, const struct message *m, const struct worker *w)
{
    char const *team = m->request->workers->team;
    if (team[0]) return worker_in_team(w, team);
    for (size_t i = 0; i < w->n_teams; i++)
        if (may_ask(d, m, w->teams[i])) return true;
    return false;
}

static Triage__V1__Worker *worker_make(struct desk *d, const struct worker *w)
{
    Triage__V1__Worker *out = pb_new(&d->request, &triage__v1__worker__descriptor);
    out->id = pb_text(w->id);
    out->name = pb_text(w->name);
    out->grade = pb_text(grade_word(w->grade));
    out->active = w->active;
    out->teams = pb_list(&d->request, w->n_teams);
    for (; out->n_teams < w->n_teams; out->n_teams++)
        out->teams[out->n_teams] = pb_text(w->teams[out->n_teams]);
    return out;
}

static void workers_list(struct desk *d, const struct message *m, Triage__V1__WorkersReply *body)
{
    Triage__V1__WorkersRequest const *q = m->request->workers;
    size_t const limit = q->limit && q->limit < WORKERS_MAX ? q->limit : WORKERS_MAX;
    body->workers = pb_list(&d->request, limit);
    for (size_t i = 0; i < d->registry->n_workers; i++) {
        struct worker const *w = &d->registry->workers[i];
        if (strcmp(w->id, q->after) <= 0 || !is_listed(d, m, w)) continue;
        body->more = body->n_workers == limit;
        if (body->more) return;
        body->workers[body->n_workers++] = worker_make(d, w);
    }
}

void people_workers(struct desk *d, struct message *m)
{
    Triage__V1__WorkersRequest const *q = m->request->workers;
    Triage__V1__WorkersReply body = TRIAGE__V1__WORKERS_REPLY__INIT;
    Triage__V1__Reply r;
    if (q->team[0] && !may_ask(d, m, q->team)) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "workers.team", "not_yours",
                           "That is no team of yours: name one of the teams in the hello.");
        return;
    }
    reply_init(m, &r);
    workers_list(d, m, &body);
    r.body_case = TRIAGE__V1__REPLY__BODY_WORKERS;
    r.workers = &body;
    reply_say(d, m, &r, 0);
}
