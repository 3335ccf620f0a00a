// What a decision does, alone or with the second person.
#include "errand_moves.h"

#include "check.h"

static const char *asker_id(const struct ask *a)
{
    CHECK(a->command->actor.worker != NULL);
    return a->command->actor.worker->id;
}

struct decision {
    enum outcome outcome;
    int32_t limbs, not_met_reason, forward_to, capacity;
};

static void flags_recorded(const struct ask *a, struct casefile *f)
{
    if (a->command->has_safety) f->flags |= CASE_SAFETY_RECORDED;
    if (a->command->has_signpost) f->flags |= CASE_SIGNPOSTED;
    if (a->command->police_hold) f->flags |= CASE_POLICE_HOLD;
}

static void decision_enter(const struct ask *a, struct casefile *f, const struct decision *d,
                           struct command_result *out)
{
    static const struct {
        enum state state;
        enum notice notice;
    } to[] = {
        [OUTCOME_MET] = {STATE_DECIDED_MET, NOTICE_MET},
        [OUTCOME_NOT_MET] = {STATE_DECIDED_NOT_MET, NOTICE_NOT_MET},
        [OUTCOME_OTHER] = {STATE_OTHER_ENQUIRY, NOTICE_OTHER},
        [OUTCOME_FORWARD] = {STATE_FORWARDED, NOTICE_FORWARDED},
    };
    const struct clocks *k = a->rules->clocks;
    CHECK(d->outcome >= OUTCOME_MET && d->outcome <= OUTCOME_FORWARD);
    f->outcome = (int32_t)d->outcome;
    f->limbs = d->limbs;
    f->not_met_reason = d->not_met_reason;
    f->forward_to = d->forward_to;
    f->capacity = d->capacity;
    f->decided_ms = a->now.utc_ms;
    f->decision_cursor = 0;
    f->read_ms = 0;
    f->deadline_ms = 0; // not met: the window opens when the referrer has read why
    f->state = (int32_t)to[d->outcome].state;
    f->flags &= ~(int32_t)(CASE_SUPPLEMENT_UNREAD | CASE_ANSWER_UNREAD | CASE_CHALLENGED);
    out->notice = to[d->outcome].notice;
    if (d->outcome == OUTCOME_MET) {
        f->deadline_ms = deadline_after(a, k->allocate, f->colour, a->now.utc_ms);
        file_waiting_start(a, f);
    } else {
        file_waiting_end(f);
    }
    if (d->outcome == OUTCOME_OTHER) {
        f->deadline_ms = deadline_after(a, k->enquiry, f->colour, a->now.utc_ms);
    }
    if (d->outcome == OUTCOME_FORWARD) {
        f->deadline_ms = deadline_after(a, k->accept, f->colour, a->now.utc_ms);
    }
    // Whoever decided on another enquiry leads it until a manager names someone.
    id_copy(f->lead, d->outcome == OUTCOME_OTHER ? f->decider : "");
    errands_end(a, f, out, 1U << ERRAND_CHALLENGE); // decided anew
    told_start(a, f, out);
    if (d->outcome == OUTCOME_OTHER) tell_adult_start(a, f, out);
}

void effect_decide(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct command *c = a->command;
    struct decision const d = {c->outcome, c->limbs, c->not_met_reason, c->forward_to,
                               (int32_t)c->capacity};
    flags_recorded(a, after);
    if (c->outcome == OUTCOME_FORWARD && c->birth_date_confirmed) after->flags |= CASE_UNDER_18;
    if (c->outcome == OUTCOME_MET) after->flags &= ~(int32_t)CASE_UNDER_18;
    id_copy(after->decider, asker_id(a));
    id_copy(after->second, "");
    file_lease_end(after);
    decision_enter(a, after, &d, out);
}

// The proposer keeps the case until the second person has answered.
void effect_propose(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct command *c = a->command;
    bool const rating = c->kind == COMMAND_RATE;
    if (after->state != STATE_IN_TRIAGE) { // nobody holds it: the proposal stands by itself
        errand_propose(a, after, out);
        return;
    }
    after->proposal = (int32_t)c->kind;
    after->proposal_until_ms =
        span_end_after(a, a->rules->clocks->second_person, after->colour, a->now.utc_ms);
    after->lease_until_ms = after->proposal_until_ms;
    after->proposal_seq = 0;
    after->proposed_outcome = rating ? 0 : (int32_t)c->outcome;
    after->proposed_limbs = rating ? 0 : c->limbs;
    after->proposed_reason = rating ? (int32_t)c->colour : c->not_met_reason;
    after->proposed_forward = rating ? 0 : c->forward_to;
    after->proposed_capacity = rating ? 0 : (int32_t)c->capacity;
    id_copy(after->proposal_by, asker_id(a));
    if (!rating) flags_recorded(a, after);
    out->event = EVENT_PROPOSED;
    out->notice = NOTICE_NONE;
}

void file_proposal_agree(const struct ask *a, struct casefile *f, struct command_result *out)
{
    struct decision const d = {(enum outcome)f->proposed_outcome, f->proposed_limbs,
                               f->proposed_reason, f->proposed_forward, f->proposed_capacity};
    id_copy(f->decider, f->proposal_by);
    id_copy(f->second, asker_id(a));
    file_proposal_end(f);
    file_lease_end(f);
    decision_enter(a, f, &d, out);
}

// Whoever proposed goes on with it, with the time of a new lease and the old token.
static void proposal_leave(const struct ask *a, struct casefile *f)
{
    file_proposal_end(f);
    f->lease_until_ms = span_end_after(a, a->rules->clocks->lease, f->colour, a->now.utc_ms);
}

void effect_second(const struct ask *a, struct casefile *after, struct command_result *out)
{
    int32_t const colour = after->proposed_reason;
    bool const rating = after->proposal == COMMAND_RATE;
    if (a->command->agree && !rating) {
        file_proposal_agree(a, after, out);
        return;
    }
    proposal_leave(a, after);
    out->event = rating && a->command->agree ? EVENT_RERATED : EVENT_PROPOSAL_REFUSED;
    if (out->event == EVENT_RERATED) file_colour_set(a, after, colour, out);
}

void effect_proposal_expire(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->proposal_until_ms =
        span_end_after(a, a->rules->clocks->second_person, after->colour, a->now.utc_ms);
    after->lease_until_ms = after->proposal_until_ms;
}
