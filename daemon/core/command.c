// The engine of the table: who asks, which row, do its guards hold, what is the case afterwards.
#include "errand_moves.h"

#include "check.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const char *const command_words[] = {COMMAND_LIST(TERM_WORD)};

const char *command_word(enum command_kind v)
{
    unsigned const i = (unsigned)v;
    return i < COUNT(command_words) && command_words[i] ? command_words[i] : "?";
}

// Who asks.

static const unsigned grade_hats[] = {
    [GRADE_NONE] = 0,
    [GRADE_MASH_WORKER] = HAT_MASH_WORKER,
    [GRADE_MASH_MANAGER] = HAT_MASH_MANAGER,
    [GRADE_COMMUNITY_WORKER] = HAT_COMMUNITY_WORKER,
    [GRADE_COMMUNITY_MANAGER] = HAT_COMMUNITY_MANAGER,
    [GRADE_OUT_OF_HOURS] = HAT_OUT_OF_HOURS,
    [GRADE_AUDITOR] = HAT_AUDITOR,
    [GRADE_OPERATOR] = HAT_OPERATOR,
};

static bool role_is_desk(enum role role)
{
    return role == ROLE_TEAM || role == ROLE_MANAGER || role == ROLE_PORTAL;
}

static unsigned hats_beside(const struct actor *a, const struct casefile *f)
{
    unsigned hats = 0;
    for (size_t i = 0; i < f->n_errands; i++) {
        const struct errand *e = &f->errands[i];
        bool const theirs = e->kind == ERRAND_QUESTION || e->kind == ERRAND_DELEGATION;
        if (!theirs || !principal_speaks_for(a->principal, e->who)) continue;
        hats |= e->kind == ERRAND_QUESTION ? HAT_ASKED : HAT_ENQUIRER;
    }
    return hats;
}

// Auditors and operators wear nothing else, whatever their keys are also registered for: they can
// reach no command that changes what a case says.
unsigned hats_of(const struct actor *a, const struct casefile *f)
{
    unsigned hats = 0;
    if (a->principal == NULL) return HAT_CLOCK;
    if (a->principal->role == ROLE_AUDITOR) return HAT_AUDITOR;
    if (a->principal->role == ROLE_OPERATOR) return HAT_OPERATOR;
    if (a->principal->role == ROLE_NONE) return 0;
    if (principal_speaks_for(a->principal, f->referrer)) hats |= HAT_REFERRER;
    if (f->n_errands > 0) hats |= hats_beside(a, f);
    if (a->worker == NULL || !role_is_desk(a->principal->role)) return hats;
    CHECK((unsigned)a->worker->grade < COUNT(grade_hats));
    return hats | grade_hats[a->worker->grade];
}

bool actor_serves(const struct actor *a, const char *team)
{
    CHECK(a->principal != NULL);
    if (team == NULL) return false;
    return principal_in_team(a->principal, team) &&
           (a->worker == NULL || worker_in_team(a->worker, team));
}

// Who reviews a challenge may be of another team altogether.
static bool reviews(const struct worker *w, const struct casefile *f)
{
    for (size_t i = 0; i < f->n_errands; i++) {
        const struct errand *e = &f->errands[i];
        if (e->kind == ERRAND_CHALLENGE && errand_live(e) && strncmp(e->who, w->id, ID_MAX) == 0)
            return true;
    }
    return false;
}

// A case is nobody's business but its referrer's, its team's and, since all of them pass there, the
// MASH's; the duty team stands in for the MASH.
bool actor_sees(const struct actor *a, const struct casefile *f, const struct rules *r)
{
    unsigned const hats = hats_of(a, f);
    if (a->principal == NULL) return true; // time
    if (hats & (HAT_REFERRER | HAT_AUDITOR | HAT_OPERATOR)) return true;
    if (!role_is_desk(a->principal->role)) return false;
    if (a->worker != NULL && (hats & HATS_WORKER) == 0) return false;
    if (actor_serves(a, r->mash) || actor_serves(a, r->out_of_hours)) return true;
    if (actor_serves(a, f->team) || actor_serves(a, f->offered_team)) return true;
    if (a->worker == NULL) return false;
    if (f->lead[0] != '\0' && strncmp(f->lead, a->worker->id, ID_MAX) == 0) return true;
    return f->n_errands > 0 && reviews(a->worker, f);
}

bool actor_reads(const struct actor *a, const struct casefile *f, const struct rules *r)
{
    unsigned const hats = hats_of(a, f);
    if (!actor_sees(a, f, r)) return false;
    if (hats & (HAT_CLOCK | HAT_AUDITOR)) return true;
    if ((hats & HATS_WORKER) == 0) return false;
    if ((f->flags & CASE_RESTRICTED) == 0) return true;
    return (hats & (HATS_MANAGER | HAT_OUT_OF_HOURS)) ||
           strncmp(f->lead, a->worker->id, ID_MAX) == 0 ||
           strncmp(f->lease_worker, a->worker->id, ID_MAX) == 0;
}

bool actor_reaches(const struct actor *a, const struct casefile *f, const struct rules *r,
                   enum command_kind kind)
{
    if (actor_sees(a, f, r)) return true;
    unsigned const beside = hats_of(a, f) & HATS_BESIDE;
    for (size_t i = 0; beside != 0 && i < MOVES_COUNT; i++) {
        if (MOVES[i].command == kind && (MOVES[i].who->hats & beside)) return true;
    }
    return false;
}

// Refusals.

static enum err refuse(struct command_result *out, enum err e, const char *field,
                       const char *refusal, const char *who_may)
{
    out->field = field ? field : "";
    out->refusal = refusal;
    out->who_may = who_may;
    return e;
}

// May this actor speak about this case at all?
static enum err ask_admit(const struct ask *a, struct command_result *out)
{
    const struct actor *actor = &a->command->actor;
    if (actor->principal != NULL && !actor->principal->active) {
        return refuse(out, ERR_FORBIDDEN, NULL, "This key has been withdrawn. Ask the council.",
                      "");
    }
    if (!actor_reaches(actor, a->file, a->rules, a->command->kind)) {
        return refuse(out, ERR_NOT_FOUND, NULL, "There is no case of yours by that reference.", "");
    }
    if (actor->worker != NULL && !actor->worker->active) {
        return refuse(out, ERR_FORBIDDEN, NULL,
                      "This worker is not registered as active. Ask the operator.", "");
    }
    return OK;
}

static bool move_is(const struct move *m, const struct command *c)
{
    return m->command == c->kind && (m->outcome == OUTCOME_UNSET || m->outcome == c->outcome);
}

// The row for the state that the case is in; where there is none, any row of the command.
static const struct move *move_of(const struct ask *a)
{
    const struct move *any = NULL;
    for (size_t i = 0; i < MOVES_COUNT; i++) {
        const struct move *m = &MOVES[i];
        if (!move_is(m, a->command)) continue;
        if (m->from & STATE_BIT(a->file->state)) return m;
        if (any == NULL) any = m;
    }
    return any;
}

static enum err move_find(const struct ask *a, const struct move **out_move,
                          struct command_result *out)
{
    const struct move *m = move_of(a);
    *out_move = m;
    if (m == NULL) {
        return refuse(out, ERR_INVALID, "outcome",
                      "Say what is decided: met, not met, other enquiry or forward.", "");
    }
    if ((m->who->hats & a->hats) == 0) {
        const struct actor *actor = &a->command->actor;
        bool const unnamed = (m->who->hats & HATS_WORKER) && actor->worker == NULL &&
                             actor->principal != NULL && role_is_desk(actor->principal->role);
        return refuse(out, ERR_FORBIDDEN, NULL,
                      unnamed ? "Name the registered worker who does this."
                              : "This is for someone else to do.",
                      m->who->words);
    }
    return OK;
}

// Is the row for a case of this kind at all?
static bool move_meant(const struct ask *a, const struct move *m)
{
    static const struct guard *const kinds[] = {&guard_s42_kind, &guard_a_request,
                                                &guard_assessed_kind, &guard_a_notification};
    for (size_t i = 0; m->guards[i] != NULL; i++) {
        for (size_t k = 0; k < COUNT(kinds); k++)
            if (m->guards[i] == kinds[k] && !kinds[k]->holds(a)) return false;
    }
    return true;
}

// All those that any row of this command leaves from.
static unsigned states_of(const struct ask *a)
{
    unsigned states = 0;
    for (size_t i = 0; i < MOVES_COUNT; i++)
        if (move_is(&MOVES[i], a->command) && move_meant(a, &MOVES[i])) states |= MOVES[i].from;
    return states;
}

static enum err ask_current(const struct ask *a, const struct move *m, struct command_result *out)
{
    const struct command *c = a->command;
    if (c->has_version && c->expected_version != a->file->version) {
        return refuse(out, ERR_CONFLICT, NULL,
                      "The case changed meanwhile. Look at it as it is now, then try again.", "");
    }
    if ((m->from & STATE_BIT(a->file->state)) == 0) {
        out->from = states_of(a);
        return refuse(out, ERR_CONFLICT, NULL, "In its present state this cannot be done.", "");
    }
    return OK;
}

static const struct guard *guard_failing(const struct ask *a, const struct move *m,
                                         bool with_content)
{
    for (size_t i = 0; m->guards[i] != NULL; i++) {
        const struct guard *g = m->guards[i];
        if (g->field != NULL && !with_content) continue;
        if (!g->holds(a)) return g;
    }
    return NULL;
}

// Running a row.

// What lies in `errands` is nobody's before an effect fills it.
static void result_clear(struct command_result *out)
{
    memset(out, 0, offsetof(struct command_result, errands));
    out->field = out->refusal = out->who_may = "";
}

static void move_run(const struct ask *a, const struct move *m, struct casefile *after,
                     struct command_result *out)
{
    bool const single = m->to != 0 && (m->to & (m->to - 1)) == 0;
    result_clear(out);
    out->event = m->event;
    out->notice = m->notice;
    out->changes = true;
    *after = *a->file;
    if (m->needs_second != NULL && m->needs_second(a)) {
        effect_propose(a, after, out);
    } else {
        for (int state = 0; single && state <= STATE_LAST; state++) {
            if (m->to == STATE_BIT(state)) after->state = state;
        }
        m->effect(a, after, out);
        CHECK(after->state == a->file->state || (m->to & STATE_BIT(after->state)));
    }
    CHECK(after->received_ms == a->file->received_ms && after->no == a->file->no);
    if (after->state != a->file->state) after->state_since_ms = a->now.utc_ms;
    if (out->changes && out->notice > NOTICE_SCREENED && out->notice_to[0] == '\0')
        after->flags |= CASE_TOLD;
    if (out->changes) proposals_overtaken(a, after, out);
    if (out->changes) news_keep(a, after, out);
    if (out->changes) file_night_keep(a, after);
    if (out->changes) file_hold_keep(a, after);
    if (out->changes) file_direct_keep(a, after);
    file_page_keep(a, after);
    if (out->changes)
        after->version++;
    else
        out->notice = NOTICE_NONE;
}

enum err command_apply(const struct rules *r, const struct casefile *before,
                       const struct command *c, struct now now, struct casefile *after,
                       struct command_result *out)
{
    struct ask const a = {r, before, c, now, hats_of(&c->actor, before)};
    const struct move *m;
    enum err e;
    result_clear(out);
    CHECK(before->no != 0 && before->colour >= COLOUR_GREEN && before->colour <= COLOUR_RED);
    if ((e = ask_admit(&a, out))) return e;
    if ((e = move_find(&a, &m, out))) return e;
    if ((e = ask_current(&a, m, out))) return e;
    const struct guard *g = guard_failing(&a, m, true);
    if (g != NULL) return refuse(out, g->err, g->field, g->words, g->who_may);
    move_run(&a, m, after, out);
    return OK;
}

// What may be done now.

static bool actor_holds(const struct actor *a, const struct casefile *f)
{
    return a->worker != NULL && strncmp(f->lease_worker, a->worker->id, ID_MAX) == 0;
}

static const char *action_why_not(const struct ask *a)
{
    struct command_result result;
    const struct move *m;
    if (ask_admit(a, &result) || move_find(a, &m, &result) || ask_current(a, m, &result)) {
        return result.refusal;
    }
    const struct guard *g = guard_failing(a, m, false);
    return g != NULL ? g->words : "";
}

size_t command_actions(const struct rules *r, const struct casefile *f, const struct actor *actor,
                       struct now now, struct command_action out[COMMAND_ACTIONS_MAX])
{
    size_t n = 0;
    enum command_kind last = COMMAND_NONE;
    unsigned const hats = hats_of(actor, f);
    for (size_t i = 0; i < MOVES_COUNT; i++) {
        const struct move *m = &MOVES[i];
        if (m->who->hats == HAT_CLOCK) continue;
        // As if the token were at hand, for whoever holds the lease, and the best answers given.
        struct command const c = {.kind = m->command,
                                  .actor = *actor,
                                  .outcome = m->outcome,
                                  .token = actor_holds(actor, f) ? (uint64_t)f->lease_token : 0,
                                  .risk = RISK_CEASED,
                                  .agree = true};
        struct ask const a = {r, f, &c, now, hats};
        const char *why_not = action_why_not(&a);
        if (m->command == last) { // a decision has several rows: open when one is
            if (why_not[0] == '\0') out[n - 1] = (struct command_action){m->command, true, ""};
            continue;
        }
        CHECK(n < COMMAND_ACTIONS_MAX);
        out[n++] = (struct command_action){m->command, why_not[0] == '\0', why_not};
        last = m->command;
    }
    return n;
}

// Time.

enum command_kind command_due(const struct casefile *f, int64_t until_ms)
{
    bool const proposed = f->proposal != COMMAND_NONE;
    const struct errand *const errand = casefile_errand_due(f);
    struct {
        enum command_kind kind;
        unsigned states;
        int64_t at_ms;
    } const timed[] = {
        {COMMAND_PROPOSAL_EXPIRE, STATES_ALL, proposed ? f->proposal_until_ms : 0},
        {COMMAND_LEASE_EXPIRE, STATES_ALL, proposed ? 0 : f->lease_until_ms},
        {COMMAND_OFFER_EXPIRE, STATE_BIT(STATE_HANDOVER_OFFERED), f->deadline_ms},
        {COMMAND_WINDOW_PASSED, STATE_BIT(STATE_DECIDED_NOT_MET), casefile_deadline_ms(f)},
        {COMMAND_FORWARD_BOUNCED, STATE_BIT(STATE_FORWARDED), f->deadline_ms},
        {COMMAND_PAGE, STATE_BIT(STATE_QUEUED), paging_ms(f->paging)},
        {COMMAND_LAPSE, CASE_STATES_LAPSING, kind_is_dated(f->kind) ? f->deadline_ms : 0},
        {COMMAND_REASSESS, CASE_STATES_WAITING, f->reassess_ms},
        {COMMAND_HOLDING, CASE_STATES_WAITING, f->holding_ms},
        {errand ? errand_clock_command((enum errand_kind)errand->kind) : COMMAND_NONE, STATES_ALL,
         errand ? errand->next_ms : 0},
    };
    enum command_kind first = COMMAND_NONE;
    int64_t first_ms = INT64_MAX;
    for (size_t i = 0; i < COUNT(timed); i++) {
        if ((timed[i].states & STATE_BIT(f->state)) == 0 || timed[i].at_ms == 0) continue;
        if (timed[i].at_ms > until_ms || timed[i].at_ms >= first_ms) continue;
        first = timed[i].kind;
        first_ms = timed[i].at_ms;
    }
    CHECK(first == COMMAND_NONE || first_ms == casefile_due_ms(f));
    return first;
}
