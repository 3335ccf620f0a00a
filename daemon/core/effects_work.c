// What the moves after a decision do: leads, offers, enquiries, endings.
#include "errand_moves.h"

#include "check.h"

// Nobody waits for a place any longer: someone leads it, with a date.
static void enquiry_begin(const struct ask *a, struct casefile *f)
{
    f->state = STATE_ENQUIRY;
    f->deadline_ms = deadline_after(a, a->rules->clocks->enquiry, f->colour, a->now.utc_ms);
    file_waiting_end(f);
}

void effect_allocate(const struct ask *a, struct casefile *after, struct command_result *out)
{
    char team[ID_MAX];
    id_copy(team, allocate_team(a));
    id_copy(after->team, team);
    id_copy(after->lead, a->command->lead);
    errands_end(a, after, out, 1U << ERRAND_LEAD);
    if (a->command->has_advocate) after->flags |= CASE_ADVOCATE;
    if (after->state != STATE_DECIDED_MET) return; // another lead gets no new date
    enquiry_begin(a, after);
    tell_adult_start(a, after, out);
}

void effect_offer(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    id_copy(after->offered_team, a->command->team);
    after->relationship = a->command->relationship;
    after->deadline_ms = deadline_after(a, a->rules->clocks->offer, after->colour, a->now.utc_ms);
    if (a->command->has_safety_plan) after->flags |= CASE_SAFETY_PLAN;
    if (a->file->state == STATE_ENQUIRY) file_waiting_start(a, after); // whoever leads it goes on
}

void effect_accept(const struct ask *a, struct casefile *after, struct command_result *out)
{
    memcpy(after->team, after->offered_team, ID_MAX);
    id_copy(after->offered_team, "");
    id_copy(after->lead, a->command->lead);
    enquiry_begin(a, after);
    tell_adult_start(a, after, out);
}

// Back where it was, as old as it is: the date is counted from the decision.
void effect_withdraw_offer(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct clocks *k = a->rules->clocks;
    bool const led = after->lead[0] != '\0';
    (void)out;
    after->state = led ? STATE_ENQUIRY : STATE_DECIDED_MET;
    after->relationship = 0;
    id_copy(after->offered_team, "");
    if (led) file_waiting_end(after);
    after->deadline_ms =
        deadline_after(a, led ? k->enquiry : k->allocate, after->colour, after->decided_ms);
}

// Silence counts as a refusal, or an unanswered offer could be made for ever.
void effect_refuse(const struct ask *a, struct casefile *after, struct command_result *out)
{
    effect_withdraw_offer(a, after, out);
    after->refusals++;
}

// A manager who ends it leads it from then on, so that another checks it.
static void finish_early(const struct ask *a, struct casefile *f)
{
    if (a->command->risk == RISK_CEASED) f->capacity = (int32_t)a->command->capacity;
    if (a->command->adult_died) f->flags |= CASE_SUBJECT_DECEASED;
    id_copy(f->lead, a->command->actor.worker->id);
}

void effect_finish(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->risk = a->command->risk;
    after->achieved = a->command->achieved;
    finish_early(a, after);
    if (!kind_is_dated(after->kind))
        after->deadline_ms =
            deadline_after(a, a->rules->clocks->review, after->colour, a->now.utc_ms);
    after->flags &= ~(int32_t)(CASE_SUPPLEMENT_UNREAD | CASE_ANSWER_UNREAD);
    if (a->command->has_safety_plan) after->flags |= CASE_SAFETY_PLAN;
}

void effect_return_enquiry(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct clocks *k = a->rules->clocks;
    bool const led = after->lead[0] != '\0';
    if (kind_is_dated(after->kind)) { // and its date stands
        after->state = led ? STATE_ENQUIRY : STATE_QUEUED;
        if (!led) file_waiting_start(a, after);
        return;
    }
    after->state = after->outcome == OUTCOME_OTHER ? STATE_OTHER_ENQUIRY
                   : led                           ? STATE_ENQUIRY
                                                   : STATE_DECIDED_MET; // its lead left meanwhile
    after->deadline_ms =
        deadline_after(a, led ? k->enquiry : k->allocate, after->colour, a->now.utc_ms);
    if (after->state == STATE_DECIDED_MET) file_waiting_start(a, after);
    if (after->state == STATE_OTHER_ENQUIRY && !led) lead_wanted(a, after, out);
}

void effect_close(const struct ask *a, struct casefile *after, struct command_result *out)
{
    told_end(a, after, out);
    errands_end(a, after, out, ERRANDS_ALL);
    after->closed_ms = a->now.utc_ms;
    after->deadline_ms = 0;
    file_waiting_end(after);
}

// What was said is gone with its key; what could lead to the person goes too.
void effect_complete(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    completion_add(&a->command->completion, after);
}
