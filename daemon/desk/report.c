#include "report.h"

#include "figures.h"
#include "pending.h"
#include "reply.h"
#include "session.h"

#include <stdlib.h>

#define REPORT_READS ((unsigned)256) // on their way at once
#define REPORT_STEPS 4               // counted in one turn of the loop

#define REPORT_KEPT_MAX ((uint64_t)1000000) // cases; of more, each report reads the whole record

// What the last report read is kept, and the next one goes on from there.
struct report {
    struct desk *desk;
    struct pending *slot; // who waits for it; NULL: nobody any more
    uint64_t peer;
    struct figures figures;
    uint64_t next, last; // records to ask for
    unsigned reading;
    bool begun, as_of_now; // `figures` has memory, and leaves out nothing
    bool counted, counts_only;
    enum err err;
};

static void report_forget(struct report *r)
{
    if (r->begun) figures_end(&r->figures);
    r->begun = false;
}

bool report_made(const struct desk *d)
{
    return d->report && (d->report->slot || d->report->reading);
}

// Nobody waits any more: what was read so far may serve the next.
static void report_rest(struct report *r)
{
    bool const keep = r->as_of_now && !r->err && r->figures.stories.n <= REPORT_KEPT_MAX;
    if (!keep) report_forget(r);
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
    if (!report_open_to(m) || (by_operator && ask->by > TALLY_TEAM))
        reply_refuse(d, m, ERR_FORBIDDEN,
                     "Managers and auditors may read reports; operators counts by team.");
    else if (ask->from_ms < 0 || ask->from_ms >= ask->to_ms)
        reply_refuse_field(d, m, ERR_INVALID, "report.from_ms", "order",
                           "The period must begin before it ends, and not in the future.");
    else if (report_made(d) || d->draining)
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
    if (q->by > TRIAGE__V1__REPORT_BY__REPORT_BY_AREA &&
        q->by <= TRIAGE__V1__REPORT_BY__REPORT_BY_DECISION)
        ask.by = (enum tally_by)(q->by - 1);
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
    if (e == OK && r->err == OK) e = figures_record(&r->figures, record);
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

// Memory for cases yet to come costs nothing until they do.
static bool report_begin(struct desk *d, struct report *r, const struct tally_ask *ask)
{
    uint64_t const cases = book_area(d->book)->cases;
    bool const as_of_now = ask->to_ms > d->now.utc_ms;
    bool const goes_on =
        r->begun && r->as_of_now && as_of_now && !r->err && cases <= r->figures.stories.cases_max;
    if (!goes_on) {
        report_forget(r);
        int64_t const until_ms = as_of_now ? INT64_MAX : ask->to_ms;
        if (figures_begin(&r->figures, until_ms, cases + cases / 2 + REPORT_READS) != OK)
            return false;
        r->begun = true;
        r->as_of_now = as_of_now;
        r->next = 1;
        r->err = OK;
    }
    figures_ask(&r->figures, ask);
    r->counted = false;
    r->last = d->durable_seq;
    return true;
}

void report_ask(struct desk *d, struct message *m)
{
    struct tally_ask const ask = ask_of(d, m);
    struct report *r = d->report;
    if (r && pending_same(r->slot, m)) return; // The answer to the first will do.
    if (report_refused(d, m, &ask)) return;
    if (!r && !(r = d->report = calloc(1, sizeof *r))) {
        reply_busy(d, m, NULL, 1000);
        return;
    }
    if (!report_begin(d, r, &ask) ||
        !(r->slot = pending_make(d, &m->from, report_answer, m->raw))) {
        reply_busy(d, m, NULL, 1000);
        return;
    }
    r->desk = d;
    r->peer = m->from.id;
    r->counts_only = m->principal->role == ROLE_OPERATOR;
    m->parked = true;
    report_read(r);
}

// --- A little in each turn. ---

static void report_say(struct desk *d)
{
    struct pending *slot = d->report->slot;
    pending_resume(d, slot);
    d->report->slot = NULL;
    report_rest(d->report);
}

bool report_turn(struct desk *d)
{
    struct report *r = d->report;
    if (!r) return false;
    if (r->slot && !session_find(d, r->peer)) report_stop(d);
    report_read(r);
    if (r->reading) return false; // The ledger wakes us.
    if (!r->slot) {
        report_rest(r);
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
    if (!d->report) return;
    report_forget(d->report);
    free(d->report);
    d->report = NULL;
}
