// What becomes of questions, delegated enquiries, challenges and calls.
#include "errand_moves.h"

#include "check.h"

static void recheck_now(const struct ask *a, struct casefile *f)
{
    if (f->reassess_ms != 0) f->reassess_ms = a->now.utc_ms; // the rules look again at once
}

// Questions.

// Reminded once, half-way.
static int64_t half_of(const struct ask *a, const struct span by_colour[], int64_t colour)
{
    struct span half = by_colour[colour];
    half.amount = half.kind == SPAN_WORKING_DAYS ? (half.amount + 1) / 2 : half.amount / 2;
    return span_end(&half, a->rules->calendar, a->now.utc_ms);
}

void effect_ask(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct span *information = a->rules->clocks->information;
    const char *who = a->command->who;
    struct errand *e = errand_add(a, after, out, ERRAND_QUESTION, ERRAND_OPEN);
    CHECK(e != NULL); // errand_room
    id_copy(e->who, who != NULL && who[0] != '\0' ? who : after->referrer);
    e->asked = (int32_t)a->command->asked;
    e->due_ms = deadline_after(a, information, after->colour, a->now.utc_ms);
    int64_t const chase = half_of(a, information, after->colour);
    e->next_ms = chase < e->due_ms ? chase : e->due_ms;
    e->step = e->next_ms == e->due_ms; // too short to remind anybody
    file_asked_refresh(after);
    id_copy(out->notice_to, e->who);
}

void effect_answer(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    bool const theirs = strncmp(e->who, after->referrer, ID_MAX) == 0;
    e->answered |= (int32_t)a->command->answered;
    if (a->command->answered == 0) e->answered = e->asked; // said in words, for all of them
    if (e->answered == e->asked)
        errand_end(a, e, ERRAND_ANSWERED);
    else
        e->state = ERRAND_PART_ANSWERED;
    if (e->ended_ms != 0) {
        for (size_t i = 0; i < after->n_errands; i++) { // nobody need ring about it any longer
            struct errand *call = &after->errands[i];
            if (call->kind == ERRAND_CALL && call->other == e->number && errand_live(call))
                errand_end(a, call, ERRAND_DONE);
        }
    }
    after->flags |= theirs ? CASE_SUPPLEMENT_UNREAD : CASE_ANSWER_UNREAD;
    file_asked_refresh(after);
    recheck_now(a, after);
}

void effect_answer_not_met(const struct ask *a, struct casefile *after, struct command_result *out)
{
    effect_answer(a, after, out);
    decision_reopen(a, after, out);
}

void effect_close_question(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    id_copy(out->notice_to, e->who);
    file_asked_refresh(after);
}

// Unanswered, it stays a question: somebody rings, and the rules look again.  It decides nothing.
void effect_question_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    id_copy(out->notice_to, e->who);
    if (e->step++ == 0) {
        e->next_ms = e->due_ms;
        return;
    }
    out->event = EVENT_QUESTION_EXPIRED;
    out->notice = NOTICE_INFO_EXPIRED;
    e->state = ERRAND_EXPIRED;
    e->next_ms = 0;
    call_add(a, after, out, CALL_QUESTION_EXPIRED, e->number);
    recheck_now(a, after);
}

// Calls.

// A second address is tried first; then it wakes; then it is late by now, which is said once.
void effect_call_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    if (e->state == ERRAND_WAITING) {
        if (!second_address_tell(a, e, out)) call_wake(a, after, e);
        return;
    }
    e->step++;
    e->next_ms = 0;
}

void effect_call_done(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    if (e->about == CALL_DECISION_UNREAD) decision_known(a, after, out);
    out->changes = true;
}

// Delegated enquiries.

static int64_t days_from(const struct ask *a, int64_t from_ms, int64_t days)
{
    struct span const s = {SPAN_WORKING_DAYS, days};
    return span_end(&s, a->rules->calendar, from_ms);
}

// The last instant from which two working days do not reach past the date.
static int64_t reminder_of(const struct ask *a, int64_t due_ms)
{
    int64_t at = due_ms - 2 * DAY_MS;
    while (at > a->now.utc_ms && days_from(a, at, 2) > due_ms) at -= DAY_MS;
    return at;
}

// From the reminder on, what is still to come.
static void ladder_start(const struct ask *a, struct errand *e)
{
    int64_t const remind = reminder_of(a, e->due_ms);
    e->step = remind <= a->now.utc_ms;
    e->next_ms = e->step ? e->due_ms : remind;
}

void effect_delegate(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_add(a, after, out, ERRAND_DELEGATION, ERRAND_OFFERED);
    CHECK(e != NULL); // errand_room
    id_copy(e->who, a->command->who);
    e->due_ms = a->command->due_ms;
    ladder_start(a, e);
    id_copy(out->notice_to, e->who);
}

void effect_accept_delegation(const struct ask *a, struct casefile *after,
                              struct command_result *out)
{
    (void)errand_step(a, after, out);
}

void effect_refuse_delegation(const struct ask *a, struct casefile *after,
                              struct command_result *out)
{
    (void)errand_step(a, after, out);
    after->flags |= CASE_ANSWER_UNREAD; // the lead finds somebody else
}

// Now it is the council's turn, with the time that a finished enquiry has.
void effect_report_delegation(const struct ask *a, struct casefile *after,
                              struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    e->next_ms = deadline_after(a, a->rules->clocks->review, after->colour, a->now.utc_ms);
    after->flags |= CASE_ANSWER_UNREAD;
}

static void report_taken(const struct ask *a, struct casefile *after, struct command_result *out,
                         struct errand *e, enum answer seen)
{
    errand_end(a, e, ERRAND_ACCEPTED_BY_COUNCIL);
    e->answered = (int32_t)seen;
    after->flags &= ~(int32_t)CASE_ANSWER_UNREAD;
    out->errand = e->number;
    out->event = EVENT_REPORT_ACCEPTED;
    out->notice = NOTICE_DELEGATION_ACCEPTED;
    id_copy(out->notice_to, e->who);
}

void effect_accept_report(const struct ask *a, struct casefile *after, struct command_result *out)
{
    report_taken(a, after, out, errand_step(a, after, out), a->command->adult_seen);
}

static void due_again(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    e->due_ms = a->command->due_ms;
    ladder_start(a, e);
    id_copy(out->notice_to, e->who);
}

void effect_return_report(const struct ask *a, struct casefile *after, struct command_result *out)
{
    due_again(a, after, out);
    after->flags &= ~(int32_t)CASE_ANSWER_UNREAD;
}

void effect_extend_delegation(const struct ask *a, struct casefile *after,
                              struct command_result *out)
{
    due_again(a, after, out);
}

void effect_take_back_delegation(const struct ask *a, struct casefile *after,
                                 struct command_result *out)
{
    id_copy(out->notice_to, errand_step(a, after, out)->who);
}

// Reminded two working days before, overdue on the day, the manager's two days after, and from the
// fifth on there is a choice to make: more time, or taken back.
void effect_delegation_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    static const enum event_kind rungs[] = {EVENT_DELEGATION_REMINDED, EVENT_DELEGATION_OVERDUE,
                                            EVENT_DELEGATION_ESCALATED, EVENT_DELEGATION_TO_SETTLE};
    struct errand *e = errand_step(a, after, out);
    if (e->state == ERRAND_REPORTED) { // the council's own turn
        out->event = EVENT_DELEGATION_ESCALATED;
        out->notice = NOTICE_NONE;
        e->next_ms = 0;
        return;
    }
    out->event = rungs[e->step < 3 ? e->step : 3];
    if (e->step >= 2) out->notice = NOTICE_NONE;
    if (out->notice != NOTICE_NONE) id_copy(out->notice_to, e->who);
    e->step++;
    e->next_ms = e->step == 1   ? e->due_ms
                 : e->step == 2 ? days_from(a, e->due_ms, 2)
                 : e->step == 3 ? days_from(a, e->due_ms, 5)
                                : 0;
    if (e->next_ms != 0 && e->next_ms <= a->now.utc_ms) e->next_ms = a->now.utc_ms + 1;
}

// Challenges.

void effect_challenge(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_add(a, after, out, ERRAND_CHALLENGE, ERRAND_RAISED);
    CHECK(e != NULL); // errand_room
    e->due_ms =
        deadline_after(a, a->rules->clocks->challenge_review, after->colour_first, a->now.utc_ms);
    e->next_ms = e->due_ms;
    after->flags |= CASE_CHALLENGED;
    after->flags |= CASE_SUPPLEMENT_UNREAD;
}

void effect_assign_challenge(const struct ask *a, struct casefile *after,
                             struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    id_copy(e->who, a->command->who);
}

void effect_decide_challenge(const struct ask *a, struct casefile *after,
                             struct command_result *out)
{
    static const enum errand_state ends[] = {ERRAND_UNSET, ERRAND_UPHELD, ERRAND_PART_UPHELD,
                                             ERRAND_NOT_UPHELD, ERRAND_OUT_OF_SCOPE};
    struct errand *e = errand_step(a, after, out);
    errand_end(a, e, ends[a->command->verdict]);
    after->flags &= ~(int32_t)CASE_SUPPLEMENT_UNREAD;
    if (e->state == ERRAND_UPHELD || e->state == ERRAND_PART_UPHELD) decision_reopen(a, after, out);
}

// To the head of service, once each further span.
void effect_challenge_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    e->step++;
    e->next_ms = days_from(a, a->now.utc_ms, 5);
}

// The second person beside a lease.

void effect_second_errand(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *proposal = NULL;
    for (size_t i = 0; i < after->n_errands; i++) {
        const struct errand *e = &after->errands[i];
        if (e->kind == ERRAND_PROPOSAL && e->state == ERRAND_OPEN)
            proposal = errand_edit(after, out, e->number);
    }
    CHECK(proposal != NULL);
    errand_end(a, proposal, a->command->agree ? ERRAND_DONE : ERRAND_REFUSED);
    out->errand = proposal->number;
    out->event = EVENT_PROPOSAL_REFUSED;
    if (!a->command->agree) return;
    if (proposal->about == COMMAND_VOID) {
        effect_void(a, after, out);
        out->event = EVENT_VOIDED;
        out->notice = NOTICE_VOIDED;
        return;
    }
    struct errand *e = errand_edit(after, out, proposal->other);
    if (e != NULL && e->state == ERRAND_REPORTED)
        report_taken(a, after, out, e, (enum answer)proposal->answered);
}

void effect_proposal_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    e->step++;
    e->next_ms = deadline_after(a, a->rules->clocks->second_person, after->colour, a->now.utc_ms);
}

void effect_void(const struct ask *a, struct casefile *after, struct command_result *out)
{
    errands_end(a, after, out, ERRANDS_ALL);
    after->state = STATE_VOID;
    after->deadline_ms = 0;
    file_waiting_end(after);
}

// The adult.

void effect_adult_told(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)errand_step(a, after, out);
    after->flags |= CASE_ADULT_TOLD;
}

void effect_tell_due(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_step(a, after, out);
    e->step++;
    e->next_ms = 0;
}
