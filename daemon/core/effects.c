// What each move does to the case.  A guard has judged; nothing here refuses.
//
// Clocks: what was received stays received, and no clock pauses or starts again when work is
// claimed, handed over or returned.  A deadline that a refused offer gives back is counted from the
// decision.
#include "errand_moves.h"

#include "check.h"

int64_t span_end_after(const struct ask *a, const struct span by_colour[], int64_t colour,
                       int64_t from_ms)
{
    CHECK(colour >= COLOUR_GREEN && colour <= COLOUR_RED);
    return span_end(&by_colour[colour], a->rules->calendar, from_ms);
}

int64_t deadline_after(const struct ask *a, const struct span by_colour[], int64_t colour,
                       int64_t from_ms)
{
    int64_t const end = span_end_after(a, by_colour, colour, from_ms);
    return end == INT64_MAX ? 0 : end;
}

// Days count where a day ends it, so it is looked at daily; and nobody wants to hear daily that it
// still waits for a date that was told.
static int64_t reassess_after(const struct ask *a, const struct casefile *f)
{
    if (kind_is_dated(f->kind)) return a->now.utc_ms + DAY_MS;
    return deadline_after(a, a->rules->clocks->reassess, f->colour, a->now.utc_ms);
}

static int64_t holding_after(const struct ask *a, const struct casefile *f)
{
    int64_t const colour = kind_is_dated(f->kind) ? COLOUR_GREEN : f->colour;
    return deadline_after(a, a->rules->clocks->holding, colour, a->now.utc_ms);
}

void file_waiting_start(const struct ask *a, struct casefile *f)
{
    f->reassess_ms = reassess_after(a, f);
    f->holding_ms = holding_after(a, f);
}

void file_waiting_end(struct casefile *f)
{
    f->reassess_ms = 0;
    f->holding_ms = 0;
}

void file_lease_end(struct casefile *f)
{
    f->lease_until_ms = 0;
    id_copy(f->lease_worker, "");
    id_copy(f->lease_principal, "");
}

void file_proposal_end(struct casefile *f)
{
    f->proposal = COMMAND_NONE;
    f->proposal_until_ms = 0;
    f->proposal_seq = 0;
    f->proposed_outcome = 0;
    f->proposed_limbs = 0;
    f->proposed_reason = 0;
    f->proposed_forward = 0;
    f->proposed_capacity = 0;
    id_copy(f->proposal_by, "");
}

void file_why_set(struct casefile *f, const char *table, unsigned row)
{
    size_t const n = table != NULL ? strnlen(table, ID_MAX - 1) : 0;
    CHECK(row <= INT32_MAX);
    memset(f->why_table, 0, ID_MAX);
    if (n > 0) memcpy(f->why_table, table, n); // a longer name is cut
    f->why_row = (int32_t)row;
}

// Greater urgency can bring the decision forward; the promise once given never moves back by
// itself.
bool file_colour_raise(const struct ask *a, struct casefile *f, int32_t colour)
{
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    int64_t const decide_by = deadline_after(a, a->rules->clocks->decide, colour, a->now.utc_ms);
    CHECK(colour > f->colour);
    f->colour = colour;
    file_waiting_start(a, f);
    if (!undecided || decide_by == 0 || kind_is_dated(f->kind)) return false;
    if (f->decide_by_ms != 0 && decide_by >= f->decide_by_ms) return false;
    f->decide_by_ms = decide_by;
    return true;
}

// A person lowered it: the date is the one it would have had from the beginning.
static bool colour_lower(const struct ask *a, struct casefile *f, int32_t colour)
{
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    int64_t const decide_by = deadline_after(a, a->rules->clocks->decide, colour, f->received_ms);
    CHECK(colour < f->colour && colour >= COLOUR_GREEN);
    f->colour = colour;
    file_waiting_start(a, f);
    if (!undecided || decide_by == 0 || decide_by == f->decide_by_ms) return false;
    if (kind_is_dated(f->kind)) return false;
    f->decide_by_ms = decide_by;
    return true;
}

// The decision is to be taken again; the one that was taken stays in the record.
static void decision_forget(struct casefile *f)
{
    f->outcome = OUTCOME_UNSET;
    f->limbs = 0;
    f->not_met_reason = 0;
    f->forward_to = 0;
    f->settled = SETTLED_UNSET;
    f->capacity = ANSWER_UNSET;
    f->risk = 0;
    f->achieved = 0;
    f->decided_ms = 0;
    f->decision_cursor = 0;
    f->read_ms = 0;
    f->closed_ms = 0;
    f->deadline_ms = 0;
    f->flags &= ~(int32_t)(CASE_CHALLENGED | CASE_ADVOCATE | CASE_ADULT_TOLD);
    f->hold = 0;
    id_copy(f->hold_by, "");
    id_copy(f->decider, "");
    id_copy(f->second, "");
    id_copy(f->lead, "");
    id_copy(f->offered_team, "");
}

// A question that is out is still to be answered; all else was about the decision.
void file_queue_again(const struct ask *a, struct casefile *f, struct command_result *out)
{
    told_end(a, f, out);
    errands_end(a, f, out, ERRANDS_ALL & ~(1U << ERRAND_QUESTION));
    decision_forget(f);
    file_lease_end(f);
    file_proposal_end(f);
    f->state = STATE_QUEUED;
    f->follows = 0;
    f->refusals = 0;
    if (!kind_is_dated(f->kind)) id_copy(f->team, a->rules->mash); // others have one team
    file_waiting_start(a, f);
    file_alarm_start(a, f);
    // Its day passed while it was elsewhere, where nobody here was alarmed: so that is due now.
    if (kind_is_dated(f->kind) && f->deadline_ms == 0) f->deadline_ms = a->now.utc_ms;
}

void file_decide_by_restart(const struct ask *a, struct casefile *f)
{
    if (kind_is_dated(f->kind)) return; // what the law or a birthday says, stays
    f->decide_by_ms = deadline_after(a, a->rules->clocks->decide, f->colour, a->now.utc_ms);
}

// Not met, and then there is more to know: at least amber, decided again by a person.
void decision_reopen(const struct ask *a, struct casefile *f, struct command_result *out)
{
    if (f->colour < COLOUR_AMBER) f->colour = COLOUR_AMBER;
    file_queue_again(a, f, out);
    file_decide_by_restart(a, f);
    f->reopened++;
}

// What the referrer does.

void effect_supplement(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)a;
    (void)out;
    after->flags |= CASE_SUPPLEMENT_UNREAD;
}

void effect_supplement_not_met(const struct ask *a, struct casefile *after,
                               struct command_result *out)
{
    effect_supplement(a, after, out);
    decision_reopen(a, after, out);
}

void effect_withdraw(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)a;
    if (after->flags & CASE_WITHDRAWAL_ASKED) {
        out->changes = false;
        out->notice = NOTICE_NONE;
        return;
    }
    // A prompt to a person: it ends nothing.
    after->flags |= CASE_WITHDRAWAL_ASKED | CASE_ANSWER_UNREAD;
}

void decision_known(const struct ask *a, struct casefile *after, struct command_result *out)
{
    out->changes = after->read_ms == 0;
    if (!out->changes) return;
    after->read_ms = a->now.utc_ms;
    told_end(a, after, out);
    if (after->state != STATE_DECIDED_NOT_MET) return;
    // By the colour that the referrer was told: the window would tell another.
    int32_t const colour = after->told ? (int32_t)told_of(after).colour : after->colour;
    after->deadline_ms = deadline_after(a, a->rules->clocks->challenge, colour, a->now.utc_ms);
    if (after->deadline_ms == 0) after->deadline_ms = a->now.utc_ms; // a pack without a window
}

void effect_read(const struct ask *a, struct casefile *after, struct command_result *out)
{
    out->changes = false;
    if (after->outcome == OUTCOME_UNSET || after->decision_cursor == 0) return;
    if (a->command->cursor == (uint64_t)after->decision_cursor) decision_known(a, after, out);
}

void effect_phone(const struct ask *a, struct casefile *after, struct command_result *out)
{
    decision_known(a, after, out);
}

// Out of hours the duty worker opens what is restricted: with a reason, and a manager is told to
// look who did.
void effect_look(const struct ask *a, struct casefile *after, struct command_result *out)
{
    bool const duty = (a->hats & HAT_OUT_OF_HOURS) != 0;
    bool const glass = duty && (after->flags & CASE_RESTRICTED) != 0;
    bool const seen = (a->hats & HATS_MANAGER) && (after->flags & CASE_GLASS_BROKEN) != 0;
    out->changes = glass || seen;
    if (glass) {
        out->event = EVENT_BROKE_GLASS;
        after->flags |= CASE_GLASS_BROKEN;
    } else if (seen) {
        after->flags &= ~(int32_t)CASE_GLASS_BROKEN;
    }
}

// Another front door did not take it: back at its own age, with the date it always had.
void effect_bounce(const struct ask *a, struct casefile *after, struct command_result *out)
{
    file_queue_again(a, after, out);
}

void effect_reopen(const struct ask *a, struct casefile *after, struct command_result *out)
{
    // Somebody wants a log looked at: then it is a concern.
    if (after->kind == KIND_LOG)
        file_concern_become(a, after, out);
    else
        file_queue_again(a, after, out);
    file_decide_by_restart(a, after);
    after->reopened++;
}

// Leases.

// A duty worker keeps what they took until the office opens.
static int64_t lease_end_ms(const struct ask *a, const struct casefile *f)
{
    const struct calendar *c = a->rules->calendar;
    if ((a->hats & HAT_OUT_OF_HOURS) && !calendar_is_open(c, a->now.utc_ms)) {
        return calendar_next_open(c, a->now.utc_ms);
    }
    return span_end_after(a, a->rules->clocks->lease, f->colour, a->now.utc_ms);
}

void effect_claim(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct actor *actor = &a->command->actor;
    (void)out;
    bool const duty = (a->hats & HAT_OUT_OF_HOURS) != 0;
    if (duty && (after->flags & CASE_RESTRICTED)) after->flags |= CASE_GLASS_BROKEN;
    after->lease_token++;
    after->claims++;
    after->lease_until_ms = lease_end_ms(a, after);
    id_copy(after->lease_worker, actor->worker->id);
    id_copy(after->lease_principal, actor->principal->id);
}

void effect_extend(const struct ask *a, struct casefile *after, struct command_result *out)
{
    int64_t const until = lease_end_ms(a, after);
    (void)out;
    if (until > after->lease_until_ms) after->lease_until_ms = until;
}

void effect_unlease(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)a;
    (void)out;
    file_lease_end(after);
    file_proposal_end(after);
}

void effect_lapse(const struct ask *a, struct casefile *after, struct command_result *out)
{
    effect_unlease(a, after, out);
    after->lapses++;
}

// Rating by a person.

void file_colour_set(const struct ask *a, struct casefile *f, int32_t colour,
                     struct command_result *out)
{
    bool moved = false;
    if (colour > f->colour)
        moved = file_colour_raise(a, f, colour);
    else if (colour < f->colour)
        moved = colour_lower(a, f, colour);
    file_why_set(f, WHY_PERSON, 0);
    if (moved) out->notice = NOTICE_UPDATE;
    if (f->flags & CASE_SUPPLEMENT_UNREAD) out->notice = NOTICE_INFO_CONSIDERED;
    f->flags &= ~(int32_t)(CASE_SUPPLEMENT_UNREAD | CASE_ANSWER_UNREAD);
}

void effect_rate(const struct ask *a, struct casefile *after, struct command_result *out)
{
    file_colour_set(a, after, (int32_t)a->command->colour, out);
}

// The rules' view after some waiting or something new.  It may only raise; where it raises nothing,
// nothing is written.
void effect_reassess(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct command *c = a->command;
    bool const raised = (int32_t)c->colour > after->colour;
    bool const pushed = (int32_t)c->colour == after->colour && c->score > after->score;
    out->changes = raised || pushed;
    after->reassess_ms = reassess_after(a, after);
    if (!out->changes) return;
    after->reassessed++;
    after->score = c->score;
    if (!raised) return;
    file_why_set(after, c->why_table, c->why_row);
    if (file_colour_raise(a, after, (int32_t)c->colour)) out->notice = NOTICE_UPDATE;
}

void effect_reassess_not_met(const struct ask *a, struct casefile *after,
                             struct command_result *out)
{
    out->changes = (int32_t)a->command->colour > after->colour;
    if (!out->changes) return;
    after->colour = (int32_t)a->command->colour;
    after->score = a->command->score;
    file_why_set(after, a->command->why_table, a->command->why_row);
    after->reassessed++;
    decision_reopen(a, after, out);
}

void effect_holding(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->holding_ms = holding_after(a, after);
}
