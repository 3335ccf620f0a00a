#include "inspect.h"

#include "assess.h"
#include "attach.h"
#include "board.h"
#include "body.h"
#include "brief.h"
#include "erase.h"
#include "errands.h"
#include "explain.h"
#include "mine.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "words.h"
#include "work.h"

#define MINE_MAX  100u
#define MINE_STEP 100000u // cases looked at in one answer
#define VERSION   1u

const struct casefile *inspect_case(struct desk *d, struct message *m, const char *reference)
{
    enum err e = OK;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(reference));
    struct casefile const *f = pending_case(d, m, no, &e);
    if (f && actor_sees(&m->actor, f, &d->rules)) return f;
    if (m->parked) return NULL;
    if (e == ERR_BUSY)
        reply_busy(d, m, NULL, 1000);
    else
        reply_refuse(d, m, f ? ERR_NOT_FOUND : e, "There is no case of yours by that reference.");
    return NULL;
}

void inspect_status(struct desk *d, struct message *m)
{
    struct casefile const *f = inspect_case(d, m, m->request->status->reference);
    if (!f) return;
    Triage__V1__CaseReply body = TRIAGE__V1__CASE_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    body.case_ = brief_make(d, m, f);
    r.body_case = TRIAGE__V1__REPLY__BODY_CASE_;
    r.case_ = &body;
    reply_say(d, m, &r, f->last_seq);
}

// --- Mine: newest first. ---

static uint64_t mine_begin(struct desk *d, struct message *m)
{
    Triage__V1__MineRequest const *q = m->request->mine;
    if (!q->after_reference[0]) return mine_first(d, m->caller);
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(q->after_reference));
    if (no == 0 || no > book_area(d->book)->cases) return 0;
    struct casefile const *f = book_case(d->book, no);
    // Another's reference leads nowhere: its chain is not ours.
    if (f && !principal_speaks_for(m->principal, f->referrer)) return 0;
    return mine_next(d, no);
}

static const struct casefile *mine_case(struct desk *d, struct message *m, uint64_t no, enum err *e)
{
    struct casefile const *f = book_case(d->book, no);
    enum err now = OK;
    if (f || m->request->mine->open_only) return f;
    f = pending_case(d, m, no, &now);
    if (now) *e = now;
    return f;
}

void inspect_mine(struct desk *d, struct message *m)
{
    Triage__V1__MineRequest const *q = m->request->mine;
    uint32_t const limit = q->limit && q->limit < MINE_MAX ? q->limit : MINE_MAX;
    Triage__V1__MineReply body = TRIAGE__V1__MINE_REPLY__INIT;
    Triage__V1__Reply r;
    uint64_t no = mine_begin(d, m);
    uint32_t steps = 0, wanted = 0;
    enum err e = OK;
    reply_init(m, &r);
    body.cases = pb_list(&d->request, limit);
    for (; no && wanted < limit && steps < MINE_STEP; no = mine_next(d, no), steps++) {
        struct casefile const *f = mine_case(d, m, no, &e);
        if (f || !q->open_only) wanted++; // One that is being read takes its place too.
        if (f && strcmp(f->referrer, m->caller->id) == 0)
            body.cases[body.n_cases++] = brief_make(d, m, f);
    }
    if (m->parked) return;
    if (e) { // A list that leaves something out without saying so would be worse.
        reply_busy(d, m, "It could not be read just now.", 1000);
        return;
    }
    body.more = no != 0;
    r.body_case = TRIAGE__V1__REPLY__BODY_MINE;
    r.mine = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}

// --- What may be done now. ---

static Triage__V1__Action **actions_make(struct desk *d, const struct message *m,
                                         const struct casefile *f, size_t *n)
{
    struct command_action open[COMMAND_ACTIONS_MAX];
    *n = command_actions(&d->rules, f, &m->actor, d->now, open);
    Triage__V1__Action **list = pb_list(&d->request, *n);
    for (size_t i = 0; i < *n; i++) {
        list[i] = pb_new(&d->request, &triage__v1__action__descriptor);
        list[i]->command = pb_text(command_word(open[i].kind));
        list[i]->open = open[i].open;
        list[i]->why_not = pb_text(open[i].why_not);
    }
    return list;
}

void inspect_actions(struct desk *d, struct message *m)
{
    struct casefile const *f = inspect_case(d, m, m->request->actions->reference);
    if (!f) return;
    Triage__V1__ActionsReply body = TRIAGE__V1__ACTIONS_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    body.actions = actions_make(d, m, f, &body.n_actions);
    body.version = brief_outside(m) ? 0 : f->version;
    r.body_case = TRIAGE__V1__REPLY__BODY_ACTIONS;
    r.actions = &body;
    reply_say(d, m, &r, f->last_seq);
}

// --- A look without taking. ---

static bool look_content(struct desk *d, struct message *m, const struct casefile *f,
                         Triage__V1__CaseReport *report, enum err *e)
{
    struct record rec = {0};
    Triage__Ledger__V1__Body *body = NULL;
    rec.body = turn_body(d, (uint64_t)f->first_seq);
    *e = OK;
    if (!rec.body.data && !pending_record(d, m, (uint64_t)f->first_seq, &rec, e)) return false;
    report->erased = rec.erased;
    if (!rec.erased &&
        (*e = body_read(rec.body, BODY_CONCERN | BODY_ASSESSMENT, &d->request, &body)) != OK)
        return false;
    if (!body) return true;
    report->concern = body->concern;
    report->assessment = body->assessment;
    if (body->assessment)
        assess_missing_ask(body->assessment->missing, body->assessment->n_missing);
    return true;
}

// Only by the tables that rated it: others would explain something else.
static void look_explain(struct desk *d, const struct casefile *f, Triage__V1__CaseReport *report)
{
    if (report->erased || (f->flags & CASE_UNSCREENED) || f->policy != assess_policy(d)) return;
    struct facts const facts = facts_recall(&f->facts);
    struct explanation const *x = explain_facts(d, &facts, true, &d->scratch);
    report->explanation =
        explain_reasons(x, &facts, EXPLAIN_ALL, true, &d->request, &report->n_explanation);
    report->what_was_missing = explain_missing(d, &facts, &d->request, &report->n_what_was_missing);
}

// What is particular to its kind.
static void look_kind(struct desk *d, const struct casefile *f, Triage__V1__CaseReport *report)
{
    int32_t const sent = fact_kept(&f->facts, FACT_KIND);
    if (sent != FACT_UNKNOWN && sent + 1 != f->kind) report->sent_as = (Triage__V1__Kind)(sent + 1);
    report->settled = (Triage__V1__Settlement)f->settled;
    report->answered = arena_zalloc(&d->request, AGENCIES * sizeof *report->answered);
    CHECK(report->answered);
    for (int i = 0; i < AGENCIES; i++)
        if (f->panel >> i & 1) report->answered[report->n_answered++] = (Triage__V1__Agency)(i + 1);
}

static const struct errand *errand_proposed(const struct casefile *f)
{
    for (size_t i = 0; i < f->n_errands; i++)
        if (f->errands[i].kind == ERRAND_PROPOSAL && errand_live(&f->errands[i]))
            return &f->errands[i];
    return NULL;
}

// Of whoever holds the case, it is kept with it; else it is out as an errand.
static void look_proposal(struct desk *d, const struct casefile *f, Triage__V1__CaseReport *report)
{
    struct words w;
    struct errand const *e = errand_proposed(f);
    int32_t kind = f->proposal;
    char const *by = f->proposal_by;
    if (kind == COMMAND_NONE) {
        if (!e) return;
        kind = e->about;
        by = e->by;
    }
    report->proposed_command = pb_text(command_word((enum command_kind)kind));
    report->proposed_by = pb_copy(&d->request, by);
    words_init(&w, &d->request, 256);
    words_add(&w, report->proposed_command);
    if (f->proposal == COMMAND_RATE) {
        report->proposed_colour = (Triage__V1__Colour)f->proposed_reason;
        words_add(&w, " to ");
        words_add(&w, colour_word((enum colour)f->proposed_reason));
    }
    words_add(&w, " proposed by ");
    words_add(&w, report->proposed_by);
    report->proposal = pb_text(words_end(&w, &d->request));
}

static bool look_gather(struct desk *d, struct message *m, const struct casefile *f,
                        Triage__V1__CaseReport *report)
{
    enum err e = OK;
    bool const content = look_content(d, m, f, report, &e);
    bool const timeline =
        !m->request->look->timeline || (e == OK && timeline_read(d, m, f, report, &e));
    bool const files =
        e == OK &&
        attach_list(d, m, f, &(struct attach_list){&report->files, &report->n_files}, &e);
    bool const why = e == OK && erase_why(d, m, f, report, &e);
    if (content && timeline && files && why) {
        if (!work_proposed(d, m, f, &report->proposed)) return false;
        if (report->proposed) report->proposed->hold = NULL; // the token is the proposer's alone
        return true;
    }
    if (!m->parked) reply_busy(d, m, "It could not be read just now.", 1000);
    return false;
}

void inspect_look(struct desk *d, struct message *m)
{
    Triage__V1__CaseReport report = TRIAGE__V1__CASE_REPORT__INIT;
    Triage__V1__Reply r;
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    struct work w = {.m = m, .area = "look", .text = m->request->look->reason};
    w.command = (struct command){.kind = COMMAND_LOOK,
                                 .actor = m->actor,
                                 .has_reason = m->request->look->reason[0] != 0,
                                 .lead = "",
                                 .team = ""};
    struct casefile const *f = inspect_case(d, m, m->request->look->reference);
    if (!f) return;
    e = command_apply(&d->rules, f, &w.command, d->now, &after, &result);
    if (e) { // Judged before anything is read for it.
        work_refused(d, &w, f, e, &result);
        return;
    }
    if (!look_gather(d, m, f, &report)) return;
    if (!room_for_work(d, f, m->raw.len)) {
        reply_busy(d, m, NULL, 100);
        return;
    }
    look_explain(d, f, &report);
    report.headline = headline_whole(d, f);
    report.adult = (uint32_t)f->adult;
    report.lead = pb_copy(&d->request, f->lead);
    report.actions = actions_make(d, m, f, &report.n_actions);
    look_proposal(d, f, &report);
    report.errands = errands_make(d, f, &report.n_errands);
    report.told = pb_text(errands_told(d, f));
    look_kind(d, f, &report);
    uint64_t const seq = work_apply(d, &w, f, &after, &result, &e);
    CHECK(seq);
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_LOOK;
    r.look = &report;
    reply_say(d, m, &r, seq);
}

// --- Hello. ---

static Triage__V1__Limits *hello_limits(struct desk *d)
{
    struct desk_limits const *l = &d->settings.limits;
    Triage__V1__Limits *out = pb_new(&d->request, &triage__v1__limits__descriptor);
    out->message_bytes_max = (uint32_t)l->message_bytes_max;
    out->submissions_max = (uint32_t)l->submissions_max;
    out->concern_bytes_max = (uint32_t)l->concern_bytes_max;
    out->adults_max = (uint32_t)l->adults_max;
    out->claims_max = (uint32_t)l->claims_max;
    out->credit_max = (uint32_t)l->credit_max;
    out->text_bytes_max = (uint32_t)l->text_bytes_max;
    out->file_bytes_max = (uint64_t)l->file_bytes_max;
    out->files_max = (uint32_t)l->files_max;
    out->part_bytes = (uint32_t)ATTACHMENT_PART_BYTES;
    return out;
}

static char **hello_teams(struct desk *d, const struct message *m, size_t *n)
{
    char **list = pb_list(&d->request, d->info->n_teams);
    *n = 0;
    for (size_t i = 0; i < d->info->n_teams; i++)
        if (board_open_to(d, m, d->info->teams[i].id)) list[(*n)++] = pb_text(d->info->teams[i].id);
    return list;
}

void inspect_hello(struct desk *d, struct message *m)
{
    struct recipient const *recipient = book_recipient(d->book, m->caller->id);
    Triage__V1__HelloReply body = TRIAGE__V1__HELLO_REPLY__INIT;
    Triage__V1__Reply r;
    if (m->request->hello->version != VERSION) {
        reply_refuse_field(d, m, ERR_VERSION, "hello.version", "version",
                           "This daemon speaks version 1 of the protocol.");
        return;
    }
    reply_init(m, &r);
    body.version = VERSION;
    body.server = pb_text(d->settings.server);
    body.principal = pb_text(m->principal->id);
    body.role = pb_text(role_word(m->principal->role));
    body.area = pb_text(d->settings.area);
    body.council = pb_text(d->info->council);
    body.council_telephone = pb_text(d->info->council_telephone);
    body.now_ms = d->now.utc_ms;
    body.ledger_id = pb_bytes(bytes_of(d->ledger_id, LEDGER_ID_BYTES));
    body.epoch = d->epoch;
    body.notices_receipted = recipient ? recipient->receipted : 0;
    body.limits = hello_limits(d);
    body.policy = assess_stamp(d, &d->request);
    if (!brief_outside(m)) body.teams = hello_teams(d, m, &body.n_teams);
    r.body_case = TRIAGE__V1__REPLY__BODY_HELLO;
    r.hello = &body;
    reply_say(d, m, &r, recipient ? turn_last_seq(d) : 0);
}
