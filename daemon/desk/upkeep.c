#include "upkeep.h"

#include "alarms.h"
#include "assess.h"
#include "council_facts.h"
#include "links.h"
#include "nights.h"
#include "orgs.h"
#include "outbox.h"
#include "room.h"
#include "told.h"
#include "work.h"

#define UPKEEP_MAX      16u   // cases in one call, about 0.1 ms each, so that messages do not wait
#define UPKEEP_RECORDS  128u  // in one commit: encoding what one changed must not hold the loop
#define SWEEP_MAX       4096u // case numbers looked at in one call
#define SWEEP_RECORDS   16u   // and changed
#define SPACE_EVERY_MS  SECOND_MS
#define REFUSED_WAIT_MS MINUTE_MS
#define REFUSED_REST_MS 100

// --- Clocks. ---

void upkeep_suspect(struct desk *d, bool suspect, enum event_kind why, const char *principal)
{
    struct draft draft;
    draft_init(d, &draft, why);
    draft.event.number = suspect;
    id_copy(draft.event.principal, principal);
    book_area(d->book)->clock_suspect = suspect;
    d->clock_suspect = suspect;
    (void)turn_add(d, &draft);
    d->port->gauge(d->port->ctx, METRIC_CLOCK_SUSPECT, NULL, suspect);
    d->port->log(d->port->ctx, suspect ? LOG_ERROR : LOG_INFO,
                 suspect ? "clock_suspect" : "clock_confirmed", principal, d->now.utc_ms);
}

void upkeep_judge_start(struct desk *d, int64_t last_ms)
{
    struct desk_limits const *l = &d->settings.limits;
    int64_t const away_ms = d->now.utc_ms - last_ms;
    if (last_ms == 0) return; // A new ledger.
    if (away_ms > l->clock_gap_hours * HOUR_MS || away_ms < -l->clock_jump_seconds * SECOND_MS)
        d->clock_suspect = true;
}

static void upkeep_judge_clock(struct desk *d)
{
    int64_t const offset_ms = d->now.utc_ms - d->now.mono_ms;
    int64_t const jump_ms = d->settings.limits.clock_jump_seconds * SECOND_MS;
    int64_t const moved_ms = offset_ms - d->upkeep.offset_ms;
    bool const jumped = d->upkeep.offset_known && (moved_ms > jump_ms || moved_ms < -jump_ms);
    d->upkeep.offset_ms = offset_ms; // A slow correction is followed; a step is seen once.
    d->upkeep.offset_known = true;
    if (jumped && !d->clock_suspect && turn_room(d, 1, 0))
        upkeep_suspect(d, true, EVENT_CLOCK_SUSPECT, "");
}

void upkeep_judge_space(struct desk *d)
{
    d->upkeep.space_asked_mono_ms = d->now.mono_ms;
    outbox_try_again(d);
    struct ledger_space const space = ledger_space(d->ledger);
    if (space.low != d->disk_low)
        d->port->log(d->port->ctx, LOG_WARNING, space.low ? "disk_low" : "disk_recovered", "",
                     space.free_bytes);
    d->disk_low = space.low;
    d->disk_full = space.free_bytes < d->settings.limits.turn_bytes_max;
    d->port->gauge(d->port->ctx, METRIC_DISK_LOW, NULL, space.low);
    d->port->gauge(d->port->ctx, METRIC_NOTICES_OWED, NULL, (int64_t)book_owed_total(d->book));
    d->port->gauge(d->port->ctx, METRIC_CASES_OPEN, NULL, (int64_t)book_cases(d->book));
    int64_t leases = 0;
    for (size_t i = 0; i < d->info->n_teams; i++)
        leases += book_depth(d->book, d->info->teams[i].id).leased;
    d->port->gauge(d->port->ctx, METRIC_LEASES, NULL, leases);
}

// --- The clock's own commands. ---

static bool upkeep_apply(struct desk *d, struct work *w, const struct casefile *f)
{
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    w->reference = w->area = "";
    w->command.lead = w->command.team = "";
    if (!room_for_work(d, f, 0)) return false;
    uint64_t const no = f->no;
    if (work_apply(d, w, f, &after, &result, &e)) return true;
    if (e == OK) return true;
    d->port->log(d->port->ctx, LOG_ERROR, "upkeep_refused", command_word(w->command.kind),
                 (int64_t)no);
    book_put_off(d->book, no, d->now.utc_ms + REFUSED_WAIT_MS);
    d->upkeep.hold_until_mono_ms = d->now.mono_ms + REFUSED_REST_MS; // the log is no flood
    return false;
}

// Waiting never colours a queue by itself, but what is known now may: a linked concern, an
// unanswered question about safety.  It moves the case; the referrer hears of it only
// where a decision is taken again.
static bool reassess_keep(struct desk *d, const struct casefile *f, struct work *w,
                          const struct facts *facts, const struct rerating *r)
{
    struct casefile after, before = *f;
    struct command_result result;
    enum err const e = command_apply(&d->rules, f, &w->command, d->now, &after, &result);
    if (e) return false;
    if (!result.changes) {
        book_defer(d->book, f->no, after.reassess_ms);
        return true;
    }
    struct draft draft;
    facts_keep(facts, &after.facts);
    after.policy = assess_policy(d);
    told_next(d, &w->command, false, &before, &after, &result);
    draft_init(d, &draft, result.event);
    draft.before = &before;
    draft.after = &after;
    Triage__V1__Assessment body = TRIAGE__V1__ASSESSMENT__INIT;
    body.tier = (Triage__V1__Tier)after.tier;
    body.colour = (Triage__V1__Colour)after.colour;
    body.score = (int32_t)after.score;
    body.reasons = assess_reasons(r->reasons, r->n_reasons, true, &d->scratch, &body.n_reasons);
    body.policy = assess_stamp(d, &d->scratch);
    draft.body.assessment = &body;
    if (result.notice != NOTICE_NONE) {
        w->say.reason = "There is reason to look at it again."; // as when a person found it
        work_notice(d, w, result.notice, &after, &draft);
    }
    (void)turn_add(d, &draft);
    links_spread(d, w, &before, &after, &result);
    d->port->count(d->port->ctx, METRIC_RERATED, NULL, 1);
    return true;
}

static bool reassess(struct desk *d, const struct casefile *f)
{
    struct facts facts = facts_recall(&f->facts);
    struct rerating r;
    struct work w = {.reference = "", .area = "", .text = ""};
    council_facts_fill(d, f, &facts);
    policy_rerate(d->policy, &facts, (enum colour)f->colour, (int)f->score, &d->scratch, &r);
    w.command = (struct command){.kind = COMMAND_REASSESS,
                                 .colour = r.colour,
                                 .score = r.score,
                                 .why_table = r.colour_table,
                                 .why_row = r.colour_row,
                                 .lead = "",
                                 .team = ""};
    return room_for_work(d, f, 0) && reassess_keep(d, f, &w, &facts, &r);
}

void upkeep_reassess(struct desk *d, uint64_t no)
{
    struct casefile const *f = book_case(d->book, no);
    size_t const mark = arena_mark(&d->scratch);
    if (f) (void)reassess(d, f);
    arena_release(&d->scratch, mark);
}

// What is late now and ought to be seen by whoever runs it; NULL: a step that everybody expects.
static const char *upkeep_late(const struct desk *d, const struct casefile *f,
                               enum command_kind kind)
{
    static const struct {
        enum command_kind command;
        const char *word;
    } late[] = {[ERRAND_QUESTION] = {COMMAND_NONE, NULL}, // a call comes of it
                [ERRAND_CALL] = {COMMAND_CALL_DUE, "call_late"},
                [ERRAND_TELL_ADULT] = {COMMAND_TELL_DUE, "adult_untold"},
                [ERRAND_CHALLENGE] = {COMMAND_CHALLENGE_DUE, "challenge_late"},
                [ERRAND_PROPOSAL] = {COMMAND_PROPOSAL_DUE, "second_person_late"},
                [ERRAND_LEAD] = {COMMAND_CALL_DUE, "nobody_leads"},
                [ERRAND_CONFIRM] = {COMMAND_CALL_DUE, "second_unconfirmed"},
                [ERRAND_NEWS] = {COMMAND_CALL_DUE, "news_unread"},
                [ERRAND_DELEGATION] = {COMMAND_DELEGATION_DUE, "delegation_late"}};
    struct errand const *e = casefile_errand_due(f);
    // A day that the law or a birthday sets has passed, or a transition has waited too long.
    if (kind == COMMAND_LAPSE)
        return f->decide_by_ms > d->now.utc_ms ? "referral_waits_long" : "referral_lapsed";
    if (!e || late[e->kind].command != kind || e->state == ERRAND_WAITING) return NULL;
    bool const reminder = e->kind == ERRAND_DELEGATION && e->step == 0;
    return reminder ? NULL : late[e->kind].word;
}

static bool upkeep_case(struct desk *d, const struct casefile *f)
{
    struct work w = {.text = ""};
    w.command.kind = book_due_command(d->book, f, d->now.utc_ms);
    if (w.command.kind == COMMAND_REASSESS) return reassess(d, f);
    if (w.command.kind == COMMAND_LEASE_EXPIRE)
        d->port->count(d->port->ctx, METRIC_LEASES_EXPIRED, NULL, 1);
    if (w.command.kind == COMMAND_WINDOW_PASSED)
        w.say.reason = "The time to disagree with the decision has passed.";
    if (w.command.kind == COMMAND_QUESTION_DUE)
        w.say.reason = "We still wait for an answer to what we asked.";
    if (w.command.kind == COMMAND_DELEGATION_DUE) w.say.reason = "We still wait for your report.";
    if (w.command.kind == COMMAND_FORWARD_BOUNCED)
        w.say.reason = "The service we passed it to did not answer, so we decide ourselves.";
    uint64_t const no = f->no;
    bool const page = w.command.kind == COMMAND_PAGE;
    char const *late = upkeep_late(d, f, w.command.kind);
    bool const done = upkeep_apply(d, &w, f);
    f = done ? book_case(d->book, no) : NULL;
    if (page && f) nights_ring(d, f);
    if (late && f) nights_alert(d, f, late);
    return done;
}

// While the commit before is on its way, time waits: the ledger wakes it.
static bool upkeep_room(const struct desk *d)
{
    return !turn_full(d) && d->gathering->n_entries < UPKEEP_RECORDS;
}

static void upkeep_due(struct desk *d)
{
    if (d->clock_suspect || d->now.mono_ms < d->upkeep.hold_until_mono_ms) return;
    for (unsigned n = 0; n < UPKEEP_MAX && upkeep_room(d); n++) {
        struct casefile const *f = book_due(d->book, d->now.utc_ms);
        if (!f) return;
        arena_reset(&d->request);
        arena_release(&d->scratch, 0);
        if (!upkeep_case(d, f)) return;
    }
}

// --- What those have who have left: leases, leads, questions, reviews. ---

void upkeep_sweep(struct desk *d)
{
    d->upkeep.sweep_no = 1;
}

static bool holder_gone(const struct desk *d, const struct casefile *f)
{
    struct worker const *w = registry_worker(d->registry, f->lease_worker);
    struct principal const *p = registry_principal(d->registry, f->lease_principal);
    return !w || !w->active || !p || !p->active;
}

// A record about a service whose owner left is the managers' together again.
static bool upkeep_unown(struct desk *d, const struct casefile *f)
{
    struct worker const *owner = registry_worker(d->registry, f->lead);
    struct work w = {.text = "", .command.kind = COMMAND_ORG_UNOWNED};
    if (owner && owner->active) return true;
    return upkeep_apply(d, &w, f);
}

static bool upkeep_sweep_one(struct desk *d, const struct casefile *f, enum command_kind kind)
{
    struct work w = {.text = "", .command.kind = kind};
    arena_reset(&d->request);
    arena_release(&d->scratch, 0);
    return upkeep_apply(d, &w, f);
}

static void upkeep_sweep_some(struct desk *d)
{
    uint64_t const last = book_area(d->book)->cases;
    size_t const records = d->gathering->n_entries + SWEEP_RECORDS;
    for (unsigned n = 0; n < SWEEP_MAX && d->upkeep.sweep_no; n++) {
        if (!upkeep_room(d) || d->gathering->n_entries >= records) return;
        struct casefile const *f = book_case(d->book, d->upkeep.sweep_no);
        if (f && state_is_org(f->state) && f->lead[0] && !upkeep_unown(d, f)) return;
        if (f && f->lease_until_ms && holder_gone(d, f) &&
            !upkeep_sweep_one(d, f, COMMAND_LEASE_EXPIRE))
            return;
        f = book_case(d->book, d->upkeep.sweep_no);
        if (f && casefile_orphaned(&d->rules, f) && !upkeep_sweep_one(d, f, COMMAND_LEAVE)) return;
        d->upkeep.sweep_no = d->upkeep.sweep_no < last ? d->upkeep.sweep_no + 1 : 0;
    }
}

int64_t upkeep_run(struct desk *d)
{
    d->upkeep.no_room = false;
    upkeep_judge_clock(d);
    int64_t const soon_ms = d->now.mono_ms + SPACE_EVERY_MS;
    if (d->now.mono_ms >= d->upkeep.space_asked_mono_ms + SPACE_EVERY_MS) {
        upkeep_judge_space(d);
        alarms_judge(d);
    }
    if (d->disk_full) return soon_ms;
    upkeep_sweep_some(d);
    bool const stirring = links_stirred(d);
    bool const more = orgs_sweep(d) || stirring;
    upkeep_due(d);
    int64_t const due_ms = book_next_due_ms(d->book);
    if (d->upkeep.no_room) return soon_ms; // asked again at once, it would have none either
    bool const sweeps = d->upkeep.sweep_no && upkeep_room(d);
    if (sweeps || (more && !turn_full(d))) return d->now.mono_ms;
    if (d->clock_suspect || due_ms >= d->now.utc_ms + SPACE_EVERY_MS) return soon_ms;
    if (d->now.mono_ms < d->upkeep.hold_until_mono_ms || !upkeep_room(d)) return soon_ms;
    int64_t const wait_ms = due_ms - d->now.utc_ms;
    return d->now.mono_ms + (wait_ms > 0 ? wait_ms : 0);
}
