#include "operate.h"

#include "reply.h"
#include "turn.h"
#include "upkeep.h"
#include "verify.h"

// A live ledger is proved on the loop, between two commits, only while that takes a moment.
#define VERIFY_RECORDS_MAX ((uint64_t)200000)

static Triage__V1__TeamFigures *team_figures(struct desk *d, const struct desk_team_figures *t)
{
    Triage__V1__TeamFigures *f = pb_new(&d->request, &triage__v1__team_figures__descriptor);
    f->team = pb_text(t->team);
    f->by_colour = arena_alloc(&d->request, COLOUR_RED * sizeof *f->by_colour);
    f->oldest_received_ms = arena_alloc(&d->request, COLOUR_RED * sizeof *f->oldest_received_ms);
    CHECK(f->by_colour && f->oldest_received_ms);
    for (int c = COLOUR_GREEN; c <= COLOUR_RED; c++) {
        f->by_colour[f->n_by_colour++] = t->waiting[c];
        f->oldest_received_ms[f->n_oldest_received_ms++] = t->oldest_received_ms[c];
    }
    f->leased = t->leased;
    return f;
}

void operate_overview(struct desk *d, struct message *m)
{
    Triage__V1__OverviewReply body = TRIAGE__V1__OVERVIEW_REPLY__INIT;
    Triage__V1__Reply r;
    struct desk_figures *figures = arena_zalloc(&d->request, sizeof *figures);
    CHECK(figures);
    desk_figures(d, figures);
    reply_init(m, &r);
    body.teams = pb_list(&d->request, figures->n_teams);
    for (; body.n_teams < figures->n_teams; body.n_teams++)
        body.teams[body.n_teams] = team_figures(d, &figures->teams[body.n_teams]);
    body.open_cases = figures->cases_open;
    body.head_seq = figures->head_seq;
    body.notices_owed = figures->notices_owed;
    body.notice_oldest_ms = figures->notice_oldest_ms;
    body.connections = figures->sessions;
    body.clock_suspect = figures->clock_suspect;
    body.disk_low = figures->disk_low;
    r.body_case = TRIAGE__V1__REPLY__BODY_OVERVIEW;
    r.overview = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}

void operate_reload(struct desk *d, struct message *m)
{
    Triage__V1__ReloadReply body = TRIAGE__V1__RELOAD_REPLY__INIT;
    Triage__V1__Reply r;
    char problem[1024] = "";
    char *problems[1] = {problem};
    if (!d->hooks.reload) {
        reply_refuse(d, m, ERR_UNAVAILABLE, "This daemon was built without reload.");
        return;
    }
    enum err const e = d->hooks.reload(d->hooks.ctx, problem, sizeof problem);
    reply_init(m, &r);
    r.status = e ? TRIAGE__V1__STATUS__STATUS_INVALID : TRIAGE__V1__STATUS__STATUS_OK;
    r.text = pb_text(e ? "Nothing was changed: the running configuration stays." : "");
    if (problem[0]) {
        body.problems = problems;
        body.n_problems = 1;
    }
    r.body_case = TRIAGE__V1__REPLY__BODY_RELOAD;
    r.reload = &body;
    reply_say(d, m, &r, turn_last_seq(d));
}

static void operate_done(struct desk *d, struct message *m, const char *text)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.text = pb_text(text);
    reply_say(d, m, &r, turn_last_seq(d));
}

void operate_confirm_clock(struct desk *d, struct message *m)
{
    if (!d->clock_suspect) {
        operate_done(d, m, "The clock was not in doubt.");
        return;
    }
    if (!turn_room(d, 1, 0)) {
        reply_busy(d, m, NULL, 100);
        return;
    }
    upkeep_suspect(d, false, EVENT_CLOCK_CONFIRMED, m->principal->id);
    operate_done(d, m, "Upkeep goes on.");
}

void operate_verify(struct desk *d, struct message *m)
{
    Triage__V1__VerifyReply body = TRIAGE__V1__VERIFY_REPLY__INIT;
    Triage__V1__Reply r;
    struct desk_verify_report *report = arena_zalloc(&d->request, sizeof *report);
    CHECK(report);
    if (d->durable_seq > VERIFY_RECORDS_MAX) {
        reply_refuse(
            d, m, ERR_UNAVAILABLE,
            "This ledger is too long to be proved while it works: run triage ledger verify "
            "on a backup.");
        return;
    }
    if (d->flying) { // Rows and records are compared between two commits.
        reply_busy(d, m, "A commit is in flight; ask again.", 10);
        return;
    }
    enum err const e = desk_verify(d->ledger, report);
    reply_init(m, &r);
    r.status = e == OK || e == ERR_CORRUPT ? TRIAGE__V1__STATUS__STATUS_OK : reply_status(e);
    body.records = report->records;
    body.cases = report->cases;
    body.problem = report->problem;
    body.head_hash = pb_bytes(bytes_of(report->head_hash, sizeof report->head_hash));
    r.body_case = TRIAGE__V1__REPLY__BODY_VERIFY;
    r.verify = &body;
    reply_say(d, m, &r, 0);
}

#define CHECKPOINT_TEXT_BYTES 1024

void operate_checkpoint(struct desk *d, struct message *m)
{
    Triage__V1__CheckpointReply body = TRIAGE__V1__CHECKPOINT_REPLY__INIT;
    Triage__V1__Reply r;
    char text[CHECKPOINT_TEXT_BYTES] = "";
    enum err const e = d->hooks.checkpoint ? d->hooks.checkpoint(d->hooks.ctx, text, sizeof text)
                                           : ERR_UNAVAILABLE;
    if (e) {
        reply_refuse(d, m, ERR_UNAVAILABLE,
                     "This area has no key to sign with: run triaged --init DIR, which makes it, "
                     "and start the daemon again.");
        return;
    }
    reply_init(m, &r);
    body.text = text;
    r.body_case = TRIAGE__V1__REPLY__BODY_CHECKPOINT;
    r.checkpoint = &body;
    reply_say(d, m, &r, 0);
}

void operate_backup(struct desk *d, struct message *m)
{
    Triage__V1__BackupReply body = TRIAGE__V1__BACKUP_REPLY__INIT;
    Triage__V1__Reply r;
    struct desk_backup b = {.folder = "", .problem = ""};
    enum err const e = d->hooks.backup
                           ? d->hooks.backup(d->hooks.ctx, m->request->backup->start, &b)
                           : ERR_UNAVAILABLE;
    if (e && e != ERR_BUSY) {
        reply_refuse(d, m, e, b.problem[0] ? b.problem : "No folder is set: see backups_dir.");
        return;
    }
    reply_init(m, &r);
    body.folder = pb_text(b.folder);
    body.problem = pb_text(b.problem);
    body.running = b.running;
    body.records = b.running ? 0 : b.records;
    r.body_case = TRIAGE__V1__REPLY__BODY_BACKUP;
    r.backup = &body;
    reply_say(d, m, &r, 0);
}
