// What becomes of a thread that follows another, and of the one that leads.
#include "errand_moves.h"

#include "check.h"

#define FLAGS_SHARED \
    (CASE_SAFETY_RECORDED | CASE_SAFETY_PLAN | CASE_SIGNPOSTED | CASE_POLICE_HOLD | CASE_UNDER_18)

// While nobody has decided, a thread is simply not in the queue: who holds the primary holds it.
static int32_t state_beside(const struct casefile *lead)
{
    return lead->state == STATE_IN_TRIAGE ? STATE_QUEUED : lead->state;
}

// The decision is one; who is told of it, when they have read it and how long they may disagree is
// each thread's own.
static void decision_share(const struct casefile *lead, struct casefile *f)
{
    if (f->decided_ms != lead->decided_ms || f->outcome != lead->outcome) {
        f->read_ms = 0;
        f->decision_cursor = 0;
    }
    f->outcome = lead->outcome;
    f->limbs = lead->limbs;
    f->not_met_reason = lead->not_met_reason;
    f->forward_to = lead->forward_to;
    f->capacity = lead->capacity;
    f->risk = lead->risk;
    f->achieved = lead->achieved;
    f->decided_ms = lead->decided_ms;
    f->closed_ms = lead->closed_ms;
    f->relationship = lead->relationship;
    f->flags |= lead->flags & FLAGS_SHARED;
    memcpy(f->decider, lead->decider, ID_MAX);
    memcpy(f->second, lead->second, ID_MAX);
    memcpy(f->team, lead->team, ID_MAX);
    memcpy(f->offered_team, lead->offered_team, ID_MAX);
    memcpy(f->lead, lead->lead, ID_MAX);
}

static void stand_beside(const struct ask *a, const struct casefile *lead, struct casefile *f,
                         struct command_result *out)
{
    bool const waited = (CASE_STATES_WAITING >> f->state) & 1;
    bool const fresh = f->decided_ms != lead->decided_ms || f->outcome != lead->outcome;
    decision_share(lead, f);
    if (fresh) told_start(a, f, out);
    f->state = state_beside(lead);
    f->deadline_ms = 0; // its primary keeps the dates; a window opens when it is read
    bool const waits = (CASE_STATES_WAITING >> f->state) & 1;
    if (waits && !waited) file_waiting_start(a, f);
    if (!waits) file_waiting_end(f);
}

void effect_link(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct casefile *lead = a->command->other;
    file_lease_end(after);
    after->follows = (int32_t)lead->no;
    after->twin = after->follows;
    stand_beside(a, lead, after, out);
    if (lead->outcome == OUTCOME_MET) out->notice = NOTICE_MET;
}

void effect_suggest_link(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->twin = (int32_t)a->command->other->no;
    after->twin_why = TWIN_SUGGESTED << 8;
}

// It stands by itself again: what was decided for both is decided for it anew.
void effect_unlink(const struct ask *a, struct casefile *after, struct command_result *out)
{
    bool const decided = after->outcome != OUTCOME_UNSET;
    after->follows = 0;
    if (!decided) return;
    file_queue_again(a, after, out);
    file_decide_by_restart(a, after);
    after->reopened++;
    out->notice = NOTICE_REOPENED;
}

// The one that leads is as urgent as the most urgent of them, and its date is the earliest that any
// referrer was promised.
void effect_join(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct casefile *f = a->command->other;
    bool const undecided = after->outcome == OUTCOME_UNSET;
    (void)out;
    if (f->colour > after->colour) (void)file_colour_raise(a, after, f->colour);
    if (f->colour == after->colour && f->score > after->score) after->score = f->score;
    if (undecided && f->decide_by_ms != 0 && f->decide_by_ms < after->decide_by_ms)
        after->decide_by_ms = f->decide_by_ms;
    after->flags |= f->flags & (CASE_SUPPLEMENT_UNREAD | CASE_DANGER | CASE_RESTRICTED);
}

void effect_follow(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct casefile *lead = a->command->other;
    bool const was_decided = after->outcome != OUTCOME_UNSET;
    bool const added = (after->flags & CASE_SUPPLEMENT_UNREAD) != 0;
    stand_beside(a, lead, after, out);
    out->notice = a->command->notice;
    if (out->notice == NOTICE_INFO_CONSIDERED && !added) out->notice = NOTICE_NONE;
    if (out->notice != NOTICE_NONE) after->flags &= ~(int32_t)CASE_SUPPLEMENT_UNREAD;
    if (!was_decided || after->outcome != OUTCOME_UNSET) return;
    file_decide_by_restart(a, after);
    after->reopened++;
}
