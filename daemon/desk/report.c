#include "report.h"

#include "figures.h"
#include "pending.h"
#include "reply.h"
#include "session.h"

#include <stdlib.h>

#define REPORT_READS ((unsigned)256) // on their way at once
#define REPORT_STEPS 4               // counted in one turn of the loop

struct report {
    struct desk *desk;
    struct pending *slot; // who waits for it; NULL: nobody any more
    uint64_t peer;
    struct figures figures;
    uint64_t next, last; // records to ask for
    unsigned reading;
    bool counted, counts_only;
    enum err err;
};

static void report_free(struct desk *d)
{
    struct report *r = d->report;
    d->report = NULL;
    figures_end(&r->figures);
    free(r);
}

// --- Who may. ---

static bool grade_oversees(enum grade g)
{
    return g == GRADE_MASH_MANAGER || g == GRADE_COMMUNITY_MANAGER || g == GRADE_AUDITOR;
}

bool report_open_to(const struct message *m)
{
    struct actor const *a = &m->actor;
    if (a->worker) return grade_oversees(a->worker->grade);
    enum role const role = a->principal->role;
    return role == ROLE_MANAGER || role == ROLE_AUDITOR || role == ROLE_OPERATOR;
}

static bool report_refused(struct desk *d, struct message *m, const struct tally_ask *ask)
{
    bool const by_operator = m->principal->role == ROLE_OPERATOR;
    if (!report_open_to(m) || (by_operator && ask->by == TALLY_WORKER))
        reply_refuse(d, m, ERR_FORBIDDEN,
                     "Managers and auditors may read reports; operators counts by team.");
    else if (ask->from_ms < 0 || ask->from_ms >= ask->to_ms)
        reply_refuse_field(d, m, ERR_INVALID, "report.from_ms", "order",
                           "The period must begin before it ends, and not in the future.");
    else if (d->report || d->draining)
        reply_busy(d, m, "Another report is being made; ask again.", 500);
    else
        return false;
    return true;
}

// A community manager's figures are those of the own teams.
static void ask_teams(const struct message *m, struct tally_ask *ask)
{
    struct worker const *w = m->actor.worker;
    if (!w || w->grade != GRADE_COMMUNITY_MANAGER) return;
    memcpy(ask->only, w->teams, sizeof ask->only); // The registry may be replaced meanwhile.
    ask->n_only = w->n_teams;
}

static struct tally_ask ask_of(const struct desk *d, const struct message *m)
{
    Triage__V1__ReportRequest const *q = m->request->report;
    struct tally_ask ask = {.from_ms = q->from_ms, .to_ms = q->to_ms, .kind = (int)q->kind};
    if (q->by == TRIAGE__V1__REPORT_BY__REPORT_BY_TEAM) ask.by = TALLY_TEAM;
    if (q->by == TRIAGE__V1__REPORT_BY__REPORT_BY_WORKER) ask.by = TALLY_WORKER;
    if (ask.to_ms <= 0 || ask.to_ms > d->now.utc_ms) ask.to_ms = d->now.utc_ms + 1;
    ask_teams(m, &ask);
    return ask;
}

// --- Reading. ---

static void report_read(struct report *r);

static void report_record(void *ctx, enum err e, const struct ledger_record *record)
{
    struct report *r = ctx;
    r->reading--;
    if (e == OK && r->slot && r->err == OK) e = figures_record(&r->figures, record);
    if (e && r->err == OK) r->err = e;
    report_read(r);
}

static void report_read(struct report *r)
{
    while (r->slot && r->err == OK && r->next <= r->last && r->reading < REPORT_READS) {
        if (ledger_read(r->desk->ledger, r->next, false, report_record, r) != OK) return;
        r->next++;
        r->reading++;
    }
}

// --- Answering. ---

static void report_answer(struct desk *d, struct message *m)
{
    struct report *r = d->report;
    struct wire_place unused;
    Triage__V1__ReportReply body = TRIAGE__V1__REPORT_REPLY__INIT;
    Triage__V1__Reply reply;
    arena_reset(&d->decode);
    if (wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &unused) != OK)
        m->request = NULL;
    if (r->err == ERR_NO_MEMORY) {
        reply_refuse(d, m, ERR_TOO_LARGE, "That many groups fit no answer: ask by team.");
        return;
    }
    if (r->err) {
        reply_busy(d, m, "The record could not be read just now.", 1000);
        return;
    }
    reply_init(m, &reply);
    figures_reply(&r->figures, &d->request, &body);
    for (size_t i = 0; r->counts_only && i < body.n_rows; i++) body.rows[i]->n_waits = 0;
    reply.body_case = TRIAGE__V1__REPLY__BODY_REPORT;
    reply.report = &body;
    reply_say(d, m, &reply, 0);
}

void report_ask(struct desk *d, struct message *m)
{
    struct tally_ask const ask = ask_of(d, m);
    if (d->report && pending_same(d->report->slot, m)) return; // The answer to the first will do.
    if (report_refused(d, m, &ask)) return;
    struct report *r = calloc(1, sizeof *r);
    if (!r || figures_begin(&r->figures, &ask, book_area(d->book)->cases) != OK ||
        !(r->slot = pending_make(d, &m->from, report_answer, m->raw))) {
        if (r) figures_end(&r->figures);
        free(r);
        reply_busy(d, m, NULL, 1000);
        return;
    }
    r->desk = d;
    r->peer = m->from.id;
    r->next = 1;
    r->last = d->durable_seq;
    r->counts_only = m->principal->role == ROLE_OPERATOR;
    d->report = r;
    m->parked = true;
    report_read(r);
}

// --- A little in each turn. ---

static void report_say(struct desk *d)
{
    struct pending *slot = d->report->slot;
    d->report->slot = NULL;
    pending_resume(d, slot);
    report_free(d);
}

bool report_turn(struct desk *d)
{
    struct report *r = d->report;
    if (!r) return false;
    if (r->slot && !session_find(d, r->peer)) report_stop(d);
    report_read(r);
    if (r->reading) return false; // The ledger wakes us.
    if (!r->slot) {
        report_free(d);
        return false;
    }
    if (r->err == OK && r->next <= r->last) return true; // Its reader is full: once more.
    for (int i = 0; i < REPORT_STEPS && r->err == OK && !r->counted; i++)
        r->counted = figures_step(&r->figures, &r->err);
    if (!r->err && !r->counted) return true;
    report_say(d);
    return false;
}

void report_stop(struct desk *d)
{
    struct report *r = d->report;
    if (!r || !r->slot) return;
    struct pending *slot = r->slot;
    r->slot = NULL;
    pending_drop(d, slot);
}

void report_close(struct desk *d)
{
    if (d->report) report_free(d);
}
