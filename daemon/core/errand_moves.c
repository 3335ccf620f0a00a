// The small machines: questions, delegated enquiries, challenges, calls, as rows.
#include "errand_moves.h"

#include "check.h"
#include "org.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define E(state) ERRAND_BIT(ERRAND_##state)

#define QUESTION_OUT    (E(OPEN) | E(PART_ANSWERED) | E(EXPIRED))
#define DELEGATION_OUT  (E(OFFERED) | E(ACCEPTED) | E(REPORTED) | E(RETURNED))
#define DELEGATION_WITH (E(ACCEPTED) | E(RETURNED))

const struct errand_move ERRAND_MOVES[] = {
    {COMMAND_ANSWER, ERRAND_QUESTION, QUESTION_OUT, ERRAND_UNSET},
    {COMMAND_CLOSE_QUESTION, ERRAND_QUESTION, QUESTION_OUT, ERRAND_CANCELLED},
    {COMMAND_QUESTION_DUE, ERRAND_QUESTION, E(OPEN) | E(PART_ANSWERED), ERRAND_UNSET},

    {COMMAND_ACCEPT_DELEGATION, ERRAND_DELEGATION, E(OFFERED), ERRAND_ACCEPTED},
    {COMMAND_REFUSE_DELEGATION, ERRAND_DELEGATION, E(OFFERED), ERRAND_REFUSED},
    {COMMAND_REPORT_DELEGATION, ERRAND_DELEGATION, DELEGATION_WITH, ERRAND_REPORTED},
    {COMMAND_ACCEPT_REPORT, ERRAND_DELEGATION, E(REPORTED), ERRAND_ACCEPTED_BY_COUNCIL},
    {COMMAND_RETURN_REPORT, ERRAND_DELEGATION, E(REPORTED), ERRAND_RETURNED},
    {COMMAND_EXTEND_DELEGATION, ERRAND_DELEGATION, DELEGATION_WITH | E(OFFERED), ERRAND_UNSET},
    {COMMAND_TAKE_BACK_DELEGATION, ERRAND_DELEGATION, DELEGATION_OUT, ERRAND_TAKEN_BACK},
    {COMMAND_DELEGATION_DUE, ERRAND_DELEGATION, DELEGATION_OUT, ERRAND_UNSET},

    {COMMAND_ASSIGN_CHALLENGE, ERRAND_CHALLENGE, E(RAISED) | E(ASSIGNED), ERRAND_ASSIGNED},
    {COMMAND_DECIDE_CHALLENGE, ERRAND_CHALLENGE, E(ASSIGNED), ERRAND_UNSET},
    {COMMAND_CHALLENGE_DUE, ERRAND_CHALLENGE, E(RAISED) | E(ASSIGNED), ERRAND_UNSET},

    {COMMAND_CALL_DONE, ERRAND_CALL, E(OPEN), ERRAND_DONE},
    {COMMAND_CALL_DUE, ERRAND_CALL, E(WAITING) | E(OPEN), ERRAND_UNSET},
    {COMMAND_ADULT_TOLD, ERRAND_TELL_ADULT, E(OPEN), ERRAND_DONE},
    {COMMAND_TELL_DUE, ERRAND_TELL_ADULT, E(OPEN), ERRAND_UNSET},
    {COMMAND_PROPOSAL_DUE, ERRAND_PROPOSAL, E(OPEN), ERRAND_UNSET},
};
const size_t ERRAND_MOVES_COUNT = COUNT(ERRAND_MOVES);

const struct errand_move *errand_move_of(enum command_kind command)
{
    for (size_t i = 0; i < COUNT(ERRAND_MOVES); i++) {
        if (ERRAND_MOVES[i].command == command) return &ERRAND_MOVES[i];
    }
    return NULL;
}

enum command_kind errand_clock_command(enum errand_kind kind)
{
    static const enum command_kind due[] = {
        [ERRAND_NONE] = COMMAND_NONE,
        [ERRAND_QUESTION] = COMMAND_QUESTION_DUE,
        [ERRAND_DELEGATION] = COMMAND_DELEGATION_DUE,
        [ERRAND_CHALLENGE] = COMMAND_CHALLENGE_DUE,
        [ERRAND_CALL] = COMMAND_CALL_DUE,
        [ERRAND_TELL_ADULT] = COMMAND_TELL_DUE,
        [ERRAND_PROPOSAL] = COMMAND_PROPOSAL_DUE,
        [ERRAND_LEAD] = COMMAND_CALL_DUE,
        [ERRAND_CONFIRM] = COMMAND_CALL_DUE,
        [ERRAND_NEWS] = COMMAND_CALL_DUE,
    };
    CHECK((unsigned)kind < COUNT(due));
    return due[kind];
}

// Whoever was asked knows of what they were asked, and of nothing else.
static bool errand_theirs(const struct ask *a, const struct errand *e)
{
    const struct principal *p = a->command->actor.principal;
    return (a->hats & HATS_WORKER) || principal_speaks_for(p, e->who);
}

const struct errand *ask_errand(const struct ask *a, bool any)
{
    const struct errand_move *m = errand_move_of(a->command->kind);
    const struct errand *found = NULL;
    if (m == NULL) return NULL;
    if (a->hats & HAT_CLOCK) {
        found = casefile_errand_due(a->file);
        bool const its = found != NULL &&
                         errand_clock_command((enum errand_kind)found->kind) == a->command->kind;
        return its ? found : NULL;
    }
    for (size_t i = 0; i < a->file->n_errands; i++) {
        const struct errand *e = &a->file->errands[i];
        if (e->kind != (int32_t)m->kind || ((m->from >> e->state) & 1) == 0) continue;
        if (!errand_theirs(a, e)) continue;
        if (a->command->errand == e->number || (any && a->command->errand == 0)) return e;
        if (a->command->errand != 0) continue;
        if (found != NULL) return NULL;
        found = e;
    }
    return found;
}

struct errand *errand_edit(struct casefile *after, struct command_result *out, int32_t number)
{
    CHECK(after->n_errands <= ERRANDS_MAX);
    if (after->errands != out->errands) {
        if (after->n_errands > 0)
            memcpy(out->errands, after->errands, after->n_errands * sizeof(out->errands[0]));
        after->errands = out->errands;
    }
    for (size_t i = 0; i < after->n_errands; i++) {
        if (out->errands[i].number == number) return &out->errands[i];
    }
    return NULL;
}

static void errand_drop(struct casefile *after, size_t at)
{
    after->n_errands--;
    memmove(after->errands + at, after->errands + at + 1,
            (after->n_errands - at) * sizeof(after->errands[0]));
}

static int32_t number_last(const struct casefile *f)
{
    int32_t last = 0;
    for (size_t i = 0; i < f->n_errands; i++) {
        if (f->errands[i].number > last) last = f->errands[i].number;
    }
    return last;
}

// What ended longest ago, but not the last number: the next one is counted from it.  Where nothing
// ended, a call about a question goes for what nothing else would show: the question still says
// that nobody answered.
static bool room_make(struct casefile *after, enum errand_kind kind)
{
    int32_t const last = number_last(after);
    size_t oldest = ERRANDS_MAX;
    if (after->n_errands < ERRANDS_MAX) return true;
    for (size_t i = 0; i < after->n_errands; i++) {
        const struct errand *e = &after->errands[i];
        if (e->ended_ms == 0 || e->number == last) continue;
        if (oldest == ERRANDS_MAX || e->ended_ms < after->errands[oldest].ended_ms) oldest = i;
    }
    for (size_t i = 0; kind != ERRAND_CALL && oldest == ERRANDS_MAX && i < after->n_errands; i++) {
        const struct errand *e = &after->errands[i];
        bool const about_question = e->kind == ERRAND_CALL && e->about == CALL_QUESTION_EXPIRED;
        if (about_question && e->number != last) oldest = i;
    }
    if (oldest >= after->n_errands) return false;
    errand_drop(after, oldest);
    return true;
}

struct errand *errand_add(const struct ask *a, struct casefile *after, struct command_result *out,
                          enum errand_kind kind, enum errand_state state)
{
    const struct worker *w = a->command->actor.worker;
    (void)errand_edit(after, out, 0);
    if (!room_make(after, kind)) return NULL;
    int32_t const number = number_last(after) + 1;
    struct errand *e = &after->errands[after->n_errands++];
    memset(e, 0, sizeof(*e));
    e->number = number;
    e->kind = (int32_t)kind;
    e->state = (int32_t)state;
    e->made_ms = a->now.utc_ms;
    id_copy(e->by, w != NULL ? w->id : "");
    out->errand = number;
    return e;
}

void errand_end(const struct ask *a, struct errand *e, enum errand_state state)
{
    e->state = (int32_t)state;
    e->ended_ms = a->now.utc_ms;
    e->next_ms = 0;
}

struct errand *errand_step(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct errand_move *m = errand_move_of(a->command->kind);
    const struct errand *about = ask_errand(a, false);
    CHECK(m != NULL && about != NULL);
    struct errand *e = errand_edit(after, out, about->number);
    CHECK(e != NULL);
    out->errand = e->number;
    if (m->to == ERRAND_UNSET) return e;
    e->state = (int32_t)m->to;
    if (!errand_live(e)) errand_end(a, e, m->to);
    return e;
}

size_t errands_live(const struct casefile *f, unsigned kinds)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_errands; i++) {
        n += ((kinds >> f->errands[i].kind) & 1) && errand_live(&f->errands[i]);
    }
    return n;
}

static enum errand_state end_state(const struct errand *e)
{
    return e->kind == ERRAND_DELEGATION ? ERRAND_TAKEN_BACK
           : e->kind == ERRAND_CONFIRM  ? ERRAND_DONE
           : e->kind == ERRAND_NEWS     ? ERRAND_DONE
                                        : ERRAND_CANCELLED;
}

void errands_end(const struct ask *a, struct casefile *after, struct command_result *out,
                 unsigned kinds)
{
    for (size_t i = 0; i < after->n_errands; i++) {
        const struct errand *e = &after->errands[i];
        bool const over = e->ended_ms != 0;
        if (((kinds >> e->kind) & 1) == 0 || over) continue;
        struct errand *mine = errand_edit(after, out, e->number);
        errand_end(a, mine, end_state(mine));
    }
    file_asked_refresh(after);
}

void file_asked_refresh(struct casefile *f)
{
    f->flags &= ~(int32_t)CASE_INFORMATION_ASKED;
    if (errands_live(f, 1U << ERRAND_QUESTION) > 0) f->flags |= CASE_INFORMATION_ASKED;
}

// Calls.

// Nobody's yet: it wakes when the decision is still unread by then.
void told_start(const struct ask *a, struct casefile *after, struct command_result *out)
{
    told_end(a, after, out);
    CHECK(after->read_ms == 0);
    if (after->outcome == 0 || after->referrer[0] == '\0') return;
    int64_t const due = deadline_after(a, a->rules->clocks->told, after->colour, a->now.utc_ms);
    struct errand *e = due ? errand_add(a, after, out, ERRAND_CALL, ERRAND_WAITING) : NULL;
    out->errand = 0;
    if (e == NULL) return;
    e->about = CALL_DECISION_UNREAD;
    e->next_ms = due;
}

// Whom to send beside the referrer: the key that theirs names in the registry (never one found by
// its provider: a person's own key keeps a thread from colleagues), and only where nobody there may
// be the source, nothing was said of another way being safe, and the police asked for no
// silence.  What is not known counts as if it were so.
static const struct principal *second_address(const struct ask *a)
{
    const struct casefile *f = a->file;
    const struct registry *r = a->rules->registry;
    struct facts const facts = facts_recall(&f->facts);
    const struct principal *own = registry_principal(r, f->referrer);
    if (own == NULL || (f->flags & (CASE_NEUTRAL | CASE_POLICE_HOLD | CASE_SAFE_CONTACT)) != 0)
        return NULL;
    if (facts.value[FACT_MANAGEMENT_MAY_BE_INVOLVED] != 0 || org_about_service(&facts)) return NULL;
    return registry_second_address(r, own, f->place);
}

bool second_address_tell(const struct ask *a, struct errand *call, struct command_result *out)
{
    const struct principal *p = call->who[0] == '\0' ? second_address(a) : NULL;
    int64_t const until_ms =
        deadline_after(a, a->rules->clocks->second_address, a->file->colour, a->now.utc_ms);
    if (p == NULL || until_ms <= a->now.utc_ms) return false;
    id_copy(call->who, p->id);
    call->next_ms = until_ms;
    out->event = EVENT_SECOND_ADDRESS_TOLD;
    out->notice = NOTICE_DECISION_UNREAD;
    id_copy(out->notice_to, p->id);
    return true;
}

// One that nobody was told of leaves nothing behind.
void told_end(const struct ask *a, struct casefile *after, struct command_result *out)
{
    for (size_t i = after->n_errands; i-- > 0;) {
        const struct errand *e = &after->errands[i];
        if (e->kind != ERRAND_CALL || e->about != CALL_DECISION_UNREAD || e->ended_ms != 0)
            continue;
        struct errand *mine = errand_edit(after, out, e->number);
        if (mine->state == ERRAND_WAITING && mine->who[0] == '\0')
            errand_drop(after, i);
        else
            errand_end(a, mine, ERRAND_DONE);
    }
}

void call_add(const struct ask *a, struct casefile *after, struct command_result *out,
              enum call_why why, int32_t other)
{
    int32_t const about = out->errand;
    struct errand *e = errand_add(a, after, out, ERRAND_CALL, ERRAND_OPEN);
    out->errand = about;
    if (e == NULL) return; // the question itself still shows that nobody answered
    e->about = (int32_t)why;
    e->other = other;
    e->due_ms = deadline_after(a, a->rules->clocks->first_look, after->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
}

// One that slept until now is somebody's.
void call_wake(const struct ask *a, const struct casefile *f, struct errand *e)
{
    e->state = ERRAND_OPEN;
    e->due_ms = deadline_after(a, a->rules->clocks->first_look, f->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
}

void tell_adult_start(const struct ask *a, struct casefile *after, struct command_result *out)
{
    errands_end(a, after, out, 1U << ERRAND_LEAD);
    if (errands_live(after, 1U << ERRAND_TELL_ADULT) > 0) return;
    struct errand *e = errand_add(a, after, out, ERRAND_TELL_ADULT, ERRAND_OPEN);
    out->errand = 0;
    if (e == NULL) return;
    e->due_ms = deadline_after(a, a->rules->clocks->tell_adult, after->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
}

void lead_wanted(const struct ask *a, struct casefile *after, struct command_result *out)
{
    struct errand *e = errand_add(a, after, out, ERRAND_LEAD, ERRAND_OPEN);
    out->errand = 0;
    if (e == NULL) return;
    e->due_ms = deadline_after(a, a->rules->clocks->allocate, after->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
}

// A challenge and a report are errands themselves, and answered as what they are.
static int32_t news_why(enum command_kind kind)
{
    switch (kind) {
    case COMMAND_SUPPLEMENT:
    case COMMAND_JOIN: return NEWS_ADDED;
    case COMMAND_ANSWER: return NEWS_ANSWERED;
    case COMMAND_WITHDRAW: return NEWS_WITHDRAWAL_ASKED;
    case COMMAND_REFUSE_DELEGATION: return NEWS_ENQUIRY_REFUSED;
    default: return 0;
    }
}

// Once it stands in no queue, nobody takes it up to find what came in: that is somebody's to do.
void news_keep(const struct ask *a, struct casefile *after, struct command_result *out)
{
    int32_t const about = out->errand, why = news_why(a->command->kind);
    bool const news =
        casefile_news(after) && (CASE_STATES_NEWS >> after->state & 1) != 0 && after->follows == 0;
    size_t const live = errands_live(after, 1U << ERRAND_NEWS);
    if (!news && live > 0) errands_end(a, after, out, 1U << ERRAND_NEWS);
    if (!news || live > 0 || why == 0) return;
    struct errand *e = errand_add(a, after, out, ERRAND_NEWS, ERRAND_OPEN);
    out->errand = about;
    if (e == NULL) return; // its headline says so
    id_copy(e->by, "");
    e->about = why;
    e->due_ms = deadline_after(a, a->rules->clocks->first_look, after->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
}

void errand_propose(const struct ask *a, struct casefile *after, struct command_result *out)
{
    const struct errand *about = ask_errand(a, false);
    int32_t const other = about != NULL ? about->number : 0;
    struct errand *e = errand_add(a, after, out, ERRAND_PROPOSAL, ERRAND_OPEN);
    CHECK(e != NULL); // errand_room was asked
    e->about = (int32_t)a->command->kind;
    e->other = other;
    e->answered = (int32_t)a->command->adult_seen;
    id_copy(e->who, a->command->actor.principal->id);
    e->due_ms = deadline_after(a, a->rules->clocks->second_person, after->colour, a->now.utc_ms);
    e->next_ms = e->due_ms;
    out->event = EVENT_PROPOSED;
    out->notice = NOTICE_NONE;
}

// Decided, linked or joined, or its referrer told: what is on record stays.  Taken alone, it may
// come back.
static bool void_stands(const struct ask *a, const struct casefile *after)
{
    bool const undecided = after->state == STATE_QUEUED || after->state == STATE_IN_TRIAGE;
    return undecided && after->follows == 0 && a->command->kind != COMMAND_JOIN &&
           ask_followers(a).n == 0 && (after->flags & CASE_TOLD) == 0;
}

static bool proposal_stands(const struct ask *a, const struct casefile *after,
                            const struct errand *e)
{
    if (e->about == COMMAND_VOID) return void_stands(a, after);
    const struct errand *report = casefile_errand(after, e->other);
    return report != NULL && report->state == ERRAND_REPORTED;
}

void proposals_overtaken(const struct ask *a, struct casefile *after, struct command_result *out)
{
    for (size_t i = 0; i < after->n_errands; i++) {
        const struct errand *e = &after->errands[i];
        if (e->kind != ERRAND_PROPOSAL || e->state != ERRAND_OPEN) continue;
        if (proposal_stands(a, after, e)) continue;
        errand_end(a, errand_edit(after, out, e->number), ERRAND_OVERTAKEN);
    }
}
