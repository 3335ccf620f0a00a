// People leave, managers move work: nothing stays with whoever is not there.
#include "errand_moves.h"

#include "check.h"

// Without a lead an enquiry waits for one again; another enquiry stays what it is and says so.
static void lead_return(const struct ask *a, struct casefile *f, struct command_result *out)
{
    const struct clocks *k = a->rules->clocks;
    id_copy(f->lead, "");
    if (kind_is_dated(f->kind)) { // back among those that wait to be assessed
        if (f->state != STATE_ENQUIRY) return;
        f->state = STATE_QUEUED;
        file_waiting_start(a, f);
    } else if (f->state == STATE_ENQUIRY) {
        f->state = STATE_DECIDED_MET;
        f->deadline_ms = deadline_after(a, k->allocate, f->colour, a->now.utc_ms);
        file_waiting_start(a, f);
    } else if (f->state == STATE_OTHER_ENQUIRY) {
        lead_wanted(a, f, out);
    }
}

static void errand_return(const struct ask *a, struct casefile *after, struct command_result *out,
                          struct errand *e)
{
    bool const by_gone = worker_gone(a->rules, e->by);
    bool const person = e->kind == ERRAND_CHALLENGE;
    bool const gone = person ? worker_gone(a->rules, e->who) : principal_gone(a->rules, e->who);
    if (by_gone && e->kind == ERRAND_PROPOSAL)
        errand_end(a, e, ERRAND_CANCELLED);
    else if (by_gone)
        id_copy(e->by, "");
    if (!gone || !errand_live(e)) return;
    if (e->kind == ERRAND_DELEGATION) {
        errand_end(a, e, ERRAND_TAKEN_BACK);
    } else if (e->kind == ERRAND_CHALLENGE) {
        e->state = ERRAND_RAISED;
        id_copy(e->who, "");
    } else if (e->kind == ERRAND_QUESTION && e->state != ERRAND_EXPIRED) {
        e->state = ERRAND_EXPIRED;
        e->next_ms = 0;
        call_add(a, after, out, CALL_QUESTION_EXPIRED, e->number);
    } else if (e->kind == ERRAND_PROPOSAL) {
        errand_end(a, e, ERRAND_CANCELLED);
    }
}

void effect_leave(const struct ask *a, struct casefile *after, struct command_result *out)
{
    int32_t numbers[ERRANDS_MAX];
    size_t const n = after->n_errands;
    bool const silent = principal_gone(a->rules, after->referrer) && after->read_ms == 0;
    if (worker_gone(a->rules, after->lead)) lead_return(a, after, out);
    for (size_t i = 0; i < n; i++) numbers[i] = a->file->errands[i].number;
    for (size_t i = 0; i < n; i++) {
        struct errand *e = errand_edit(after, out, numbers[i]);
        if (e == NULL) continue; // what ended made room for a call
        if (e->state == ERRAND_WAITING && silent) call_wake(a, after, e);
        if (errand_live(e)) errand_return(a, after, out, e);
    }
    out->errand = 0;
}

void effect_reassign(const struct ask *a, struct casefile *after, struct command_result *out)
{
    char team[ID_MAX];
    (void)out;
    id_copy(team, allocate_team(a));
    id_copy(after->team, team);
    id_copy(after->lead, a->command->lead);
}

// The MASH takes an accepted handover back: the work and its dates stay what they are.
void effect_take_back(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    id_copy(after->team, a->rules->mash);
    id_copy(after->lead, "");
    after->relationship = 0;
    after->deadline_ms =
        deadline_after(a, a->rules->clocks->allocate, after->colour, a->now.utc_ms);
    file_waiting_start(a, after);
}

// From a team that the rules sent it to, before anybody leads it: whoever has it there has it no
// longer, and every date stays.
void effect_take_in(const struct ask *a, struct casefile *after, struct command_result *out)
{
    if (after->state == STATE_IN_TRIAGE) {
        effect_unlease(a, after, out);
        after->state = STATE_QUEUED;
    }
    id_copy(after->team, a->rules->mash);
}

// The rules send no red past the MASH, so what becomes one goes there as soon as nobody has it.
void file_direct_keep(const struct ask *a, struct casefile *f)
{
    bool const risen = f->colour == COLOUR_RED && f->colour_first != COLOUR_RED;
    if ((f->flags & CASE_DIRECT) == 0) return;
    if (f->state == STATE_QUEUED && risen) id_copy(f->team, a->rules->mash);
    if (strncmp(f->team, a->rules->mash, ID_MAX) == 0) f->flags &= ~(int32_t)CASE_DIRECT;
}

// The police ask for silence, or no longer do.
void effect_mark(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct command *c = a->command;
    int32_t const was = after->flags;
    after->flags &= ~(int32_t)CASE_POLICE_HOLD;
    if (c->police_hold) after->flags |= CASE_POLICE_HOLD;
    out->changes = after->flags != was;
}

// What could not be said while it was open is said now.
void effect_mark_closed(const struct ask *a, struct casefile *after, struct command_result *out)
{
    effect_mark(a, after, out);
    if (after->flags & CASE_POLICE_HOLD) out->notice = NOTICE_NONE;
}
