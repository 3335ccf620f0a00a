#include "errands.h"

#include "board.h"
#include "outbox.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "work.h"

#define TASKS_MAX    200u
#define REASSIGN_MAX 256u // cases in one commit

static unsigned bits_in(int32_t bits)
{
    unsigned n = 0;
    for (uint32_t left = (uint32_t)bits; left; left &= left - 1) n++;
    return n;
}

static const char *errand_why(const struct errand *e)
{
    static const char *const news[] = {
        [NEWS_ADDED] = "added",
        [NEWS_ANSWERED] = "answered",
        [NEWS_WITHDRAWAL_ASKED] = "withdrawal_asked",
        [NEWS_ENQUIRY_REFUSED] = "enquiry_refused",
    };
    if (e->kind == ERRAND_PROPOSAL) return command_word((enum command_kind)e->about);
    if (e->kind == ERRAND_NEWS)
        return (unsigned)e->about <= NEWS_ENQUIRY_REFUSED && e->about ? news[e->about] : "";
    if (e->kind != ERRAND_CALL) return "";
    return e->about == CALL_DECISION_UNREAD ? "decision_unread" : "question_expired";
}

// Has the second address stored what it was sent?
static bool second_address_reached(struct desk *d, const struct errand *e)
{
    struct recipient const *r = book_recipient(d->book, e->who);
    return r && e->answered > 0 && r->receipted >= (uint64_t)e->answered;
}

static Triage__V1__Errand *errand_make(struct desk *d, const struct errand *e)
{
    Triage__V1__Errand *out = pb_new(&d->request, &triage__v1__errand__descriptor);
    out->number = (uint32_t)e->number;
    out->kind = pb_text(errand_kind_word((enum errand_kind)e->kind));
    out->state = pb_text(errand_state_word((enum errand_state)e->state));
    out->who = pb_copy(&d->request, e->who);
    out->by = pb_copy(&d->request, e->by);
    out->made_ms = e->made_ms;
    out->due_ms = e->due_ms;
    out->ended_ms = e->ended_ms;
    out->overdue = errand_live(e) && e->due_ms && e->due_ms < d->now.utc_ms;
    if (e->kind == ERRAND_QUESTION) {
        out->asked = bits_in(e->asked);
        out->answered = bits_in(e->answered & e->asked);
    }
    out->why = pb_text(errand_why(e));
    out->other = (uint32_t)e->other;
    out->step = (uint32_t)e->step;
    if (e->kind == ERRAND_CALL && e->who[0]) out->reached = second_address_reached(d, e);
    return out;
}

Triage__V1__Errand **errands_make(struct desk *d, const struct casefile *f, size_t *n)
{
    Triage__V1__Errand **list = pb_list(&d->request, f->n_errands);
    *n = 0;
    for (size_t i = 0; i < f->n_errands; i++)
        if (f->errands[i].state != ERRAND_WAITING || f->errands[i].who[0]) // else nobody's yet
            list[(*n)++] = errand_make(d, &f->errands[i]);
    return list;
}

const char *errands_told(struct desk *d, const struct casefile *f)
{
    struct recipient const *r = book_recipient(d->book, f->referrer);
    if (f->outcome == OUTCOME_UNSET || f->decision_cursor == 0) return "";
    if (f->read_ms) return "read";
    return r && r->receipted >= (uint64_t)f->decision_cursor ? "delivered" : "queued";
}

void errands_second_sent(struct casefile *after, const char *to, uint64_t cursor)
{
    for (size_t i = 0; i < after->n_errands; i++) {
        struct errand *e = &after->errands[i];
        bool const its = e->kind == ERRAND_CALL && e->state == ERRAND_WAITING;
        if (its && strcmp(e->who, to) == 0) e->answered = cursor < INT32_MAX ? (int32_t)cursor : 0;
    }
}

// --- What a team has to do. ---

struct task {
    const struct casefile *file;
    const struct errand *errand; // NULL: it is met, and nobody leads it
};
struct task_list {
    struct task tasks[TASKS_MAX];
    size_t n, max, total;
};

// First what is due first; what has no date comes last.
static int64_t task_due(const struct task *t)
{
    int64_t const due_ms = t->errand ? t->errand->due_ms : t->file->deadline_ms;
    return due_ms ? due_ms : INT64_MAX;
}

static void task_add(struct task_list *l, struct task t)
{
    size_t at = l->n;
    l->total++;
    if (l->n == l->max && (l->n == 0 || task_due(&t) >= task_due(&l->tasks[l->n - 1]))) return;
    if (l->n < l->max)
        l->n++;
    else
        at--;
    for (; at > 0 && task_due(&l->tasks[at - 1]) > task_due(&t); at--)
        l->tasks[at] = l->tasks[at - 1];
    l->tasks[at] = t;
}

static bool task_kind(int32_t errand, const char *kind)
{
    return !kind[0] || strcmp(errand_kind_word((enum errand_kind)errand), kind) == 0;
}

static bool task_kind_known(const char *kind)
{
    for (int32_t e = ERRAND_QUESTION; e <= ERRAND_NEWS; e++)
        if (task_kind(e, kind)) return true;
    return false;
}

// A case that waits for its lead keeps no errand of it: its state says so, and its deadline by
// when.
static struct errand errand_unled(const struct casefile *f)
{
    struct errand e = {.kind = ERRAND_LEAD,
                       .state = ERRAND_OPEN,
                       .made_ms = f->decided_ms,
                       .due_ms = f->deadline_ms};
    if (f->state != STATE_HANDOVER_OFFERED) return e;
    e.state = ERRAND_OFFERED;
    id_copy(e.who, f->offered_team);
    return e;
}

static void tasks_find(struct desk *d, const char *team, const char *kind, struct task_list *l)
{
    size_t const slots = book_slots(d->book);
    for (size_t i = 1; i <= slots; i++) {
        struct casefile const *f = book_slot_tasks(d->book, i);
        if (!f || strcmp(f->team, team) != 0) continue;
        if (casefile_unled(f) && task_kind(ERRAND_LEAD, kind)) task_add(l, (struct task){f, NULL});
        for (size_t k = 0; k < f->n_errands; k++) {
            struct errand const *e = &f->errands[k];
            if (errand_live(e) && task_kind(e->kind, kind)) task_add(l, (struct task){f, e});
        }
    }
}

void errands_tasks(struct desk *d, struct message *m)
{
    Triage__V1__TasksRequest const *q = m->request->tasks;
    Triage__V1__TasksReply body = TRIAGE__V1__TASKS_REPLY__INIT;
    Triage__V1__Reply r;
    struct task_list *l = arena_zalloc(&d->scratch, sizeof *l);
    CHECK(l);
    if (!board_open_to(d, m, q->team)) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "tasks.team", "not_yours",
                           "That is no team of yours: name one of the teams in the hello.");
        return;
    }
    if (q->kind[0] && !task_kind_known(q->kind)) {
        reply_refuse_field(d, m, ERR_INVALID, "tasks.kind", "unknown",
                           "Nothing of that kind can be out. A look at a case shows their kinds.");
        return;
    }
    l->max = q->limit && q->limit < TASKS_MAX ? q->limit : TASKS_MAX;
    tasks_find(d, q->team, q->kind, l);
    reply_init(m, &r);
    body.team = q->team;
    body.total = (uint32_t)l->total;
    body.tasks = pb_list(&d->request, l->n);
    for (; body.n_tasks < l->n; body.n_tasks++) {
        struct task const *t = &l->tasks[body.n_tasks];
        struct errand const unled = errand_unled(t->file);
        Triage__V1__Task *out = pb_new(&d->request, &triage__v1__task__descriptor);
        out->case_ = headline_make(d, t->file);
        out->errand = errand_make(d, t->errand ? t->errand : &unled);
        out->lead = pb_copy(&d->request, t->file->lead);
        body.tasks[body.n_tasks] = out;
    }
    r.body_case = TRIAGE__V1__REPLY__BODY_TASKS;
    r.tasks = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}

// --- All that somebody leads, to somebody else. ---

static bool reassign_wants(const struct casefile *f, const Triage__V1__ReassignRequest *q)
{
    bool const led = f->state == STATE_ENQUIRY || f->state == STATE_OTHER_ENQUIRY;
    return led && !casefile_follows(f) && strcmp(f->lead, q->from) == 0 &&
           strcmp(f->team, q->team) == 0;
}

// The cases that it is about; those that this very command moved before, when it is sent again.
static size_t reassign_find(struct desk *d, const struct work *w, uint64_t *list, bool *again)
{
    Triage__V1__ReassignRequest const *q = w->m->request->reassign;
    size_t const slots = book_slots(d->book);
    size_t n = 0, before = 0;
    for (size_t i = 1; i <= slots && n <= REASSIGN_MAX; i++) {
        struct casefile const *f = book_slot_led(d->book, i, q->from, w->command.fingerprint);
        if (!f) continue;
        bool const moved = casefile_command_seq(f, w->command.fingerprint) != 0;
        if (moved && !before++) n = 0;
        if (moved || (!before && reassign_wants(f, q))) list[n < REASSIGN_MAX ? n : 0] = f->no;
        if (moved || (!before && reassign_wants(f, q))) n++;
    }
    *again = before > 0;
    return n;
}

static bool reassign_room(struct desk *d, const uint64_t *list, size_t n, size_t bytes)
{
    for (size_t i = 0; i < n; i++)
        if (!room_for_work(d, book_case(d->book, list[i]), n * bytes)) return false;
    return turn_room(d, 2 * n, n * (bytes + 4 * (size_t)d->settings.limits.text_bytes_max)) &&
           outbox_room(d, "", 2 * n);
}

// Judged whole before anything is kept: all of them, or the first refusal.
static bool reassign_allowed(struct desk *d, struct work *w, const uint64_t *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct casefile after;
        struct command_result result;
        struct casefile const *f = book_case(d->book, list[i]);
        enum err const e = command_apply(&d->rules, f, &w->command, d->now, &after, &result);
        if (!e) continue;
        work_refused(d, w, f, e, &result);
        return false;
    }
    return true;
}

static void reassign_say(struct desk *d, struct message *m, const uint64_t *list, size_t n,
                         bool again)
{
    Triage__V1__ReassignReply body = TRIAGE__V1__REASSIGN_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    if (again) r.status = TRIAGE__V1__STATUS__STATUS_DUPLICATE;
    body.references = pb_list(&d->request, n);
    for (; body.n_references < n; body.n_references++)
        body.references[body.n_references] = pb_reference(d, &d->request, list[body.n_references]);
    r.body_case = TRIAGE__V1__REPLY__BODY_REASSIGN;
    r.reassign = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}

void errands_reassign(struct desk *d, struct message *m)
{
    Triage__V1__ReassignRequest const *q = m->request->reassign;
    struct work w;
    bool again = false;
    if (q->hold && q->hold->reference[0]) { // one case is a command like others
        work_command(d, m);
        return;
    }
    CHECK(work_read(d, m, &w));
    w.m = m;
    if (m->request->command_id.len != 16) {
        reply_refuse_field(d, m, ERR_INVALID, "command_id", "length",
                           "Send 16 bytes that stay the same when this is sent again.");
        return;
    }
    if (policy_team(d->policy, q->team) < 0) {
        reply_refuse_field(d, m, ERR_INVALID, "reassign.team", "team",
                           "There is no team of that name.");
        return;
    }
    uint64_t *list = arena_alloc(&d->scratch, REASSIGN_MAX * sizeof *list);
    CHECK(list);
    size_t const n = reassign_find(d, &w, list, &again);
    if (n == 0)
        reply_refuse_field(d, m, ERR_NOT_FOUND, "reassign.from", "none",
                           "They lead nothing in that team.");
    else if (n > REASSIGN_MAX)
        reply_refuse(d, m, ERR_TOO_LARGE,
                     "They lead more than can be moved at once: move some by "
                     "their references first.");
    else if (!again && !reassign_room(d, list, n, m->raw.len))
        reply_busy(d, m, NULL, 100);
    else if (again || reassign_allowed(d, &w, list, n)) {
        for (size_t i = 0; i < n && !again; i++) {
            struct casefile after;
            struct command_result result;
            enum err e = OK;
            struct work each = w;
            (void)work_apply(d, &each, book_case(d->book, list[i]), &after, &result, &e);
            CHECK(e == OK);
        }
        reassign_say(d, m, list, n, again);
    }
}
