#include "nights.h"

#include "board.h"
#include "reply.h"
#include "turn.h"

#define HANDOVER_MAX  500u
#define HANDOVER_STEP 100000u // cases looked at in one answer

void nights_alert(struct desk *d, const struct casefile *f, const char *event)
{
    char reference[REFERENCE_MAX];
    wire_reference(&d->keys, f->no, reference);
    d->port->count(d->port->ctx, METRIC_ALERTS, event, 1);
    d->port->log(d->port->ctx, LOG_WARNING, event, reference, paging_times(f->paging));
}

// Whether the command runs or not, the attempt is in the record and the log says that one was due.
void nights_ring(struct desk *d, const struct casefile *f)
{
    char reference[REFERENCE_MAX];
    wire_reference(&d->keys, f->no, reference);
    nights_alert(d, f, "red_unseen");
    if (!d->port->page) return;
    (void)d->port->page(d->port->ctx, reference, colour_word((enum colour)f->colour),
                        paging_times(f->paging));
}

// --- The list for the morning. ---

struct handover {
    int64_t since_ms; // the office closed then
    Triage__V1__HandoverReply body;
    uint32_t steps;
};

static const struct {
    int32_t flag;
    const char *word;
} TOUCHED[] = {
    {CASE_SAFE_TONIGHT, "safe_tonight"},
    {CASE_PHONE_SECOND, "agreed_by_telephone_to_be_confirmed"},
    {CASE_GLASS_BROKEN, "restricted_and_opened"},
    {CASE_NIGHT, "worked_on"},
};
#define TOUCHED_WORDS (sizeof TOUCHED / sizeof TOUCHED[0] + 2)

static void handover_look(struct desk *d, struct handover *h, const struct casefile *f)
{
    bool const waits = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    char **what = NULL;
    size_t n = 0;
    if (h->body.n_rows == HANDOVER_MAX) return;
    what = pb_list(&d->request, TOUCHED_WORDS);
    for (size_t i = 0; i < sizeof TOUCHED / sizeof TOUCHED[0]; i++)
        if (f->flags & TOUCHED[i].flag) what[n++] = pb_text(TOUCHED[i].word);
    if (paging_times(f->paging)) what[n++] = pb_text("somebody_was_rung");
    if (waits && f->received_ms >= h->since_ms) what[n++] = pb_text("came_in");
    if (n == 0) return;
    Triage__V1__HandoverRow *row = pb_new(&d->request, &triage__v1__handover_row__descriptor);
    row->headline = headline_make(d, f);
    row->what = what;
    row->n_what = n;
    row->pages = (uint32_t)paging_times(f->paging);
    row->second = pb_copy(&d->request, f->flags & CASE_PHONE_SECOND ? f->second : "");
    h->body.rows[h->body.n_rows++] = row;
}

static void handover_team(struct desk *d, struct handover *h, const char *team)
{
    for (int state = STATE_QUEUED; state <= STATE_LAST; state++) {
        if (state == STATE_CLOSED || state == STATE_VOID) continue;
        struct casefile const *f = book_board_first(d->book, team, (enum state)state);
        for (; f && h->steps < HANDOVER_STEP; f = book_board_next(d->book, f), h->steps++)
            handover_look(d, h, f);
    }
}

// The office closed last at the end of the last working day before now.
static int64_t night_began(const struct desk *d)
{
    struct calendar const *c = &d->info->calendar;
    int64_t at_ms = d->now.utc_ms;
    for (int hour = 0; hour < 24 && calendar_is_open(c, at_ms); hour++) at_ms -= HOUR_MS;
    for (int hour = 0; hour < 24 * 30 && !calendar_is_open(c, at_ms); hour++) at_ms -= HOUR_MS;
    return calendar_next_closed(c, at_ms);
}

void nights_handover(struct desk *d, struct message *m)
{
    struct handover h = {.since_ms = night_began(d)};
    struct policy_info const *i = d->info;
    Triage__V1__Reply r;
    triage__v1__handover_reply__init(&h.body);
    if (!board_open_to(d, m, i->teams[i->mash].id) &&
        (i->out_of_hours < 0 || !board_open_to(d, m, i->teams[i->out_of_hours].id))) {
        reply_refuse(d, m, ERR_FORBIDDEN,
                     "The list of the night is the MASH's and the duty desk's.");
        return;
    }
    h.body.rows = pb_list(&d->request, HANDOVER_MAX);
    handover_team(d, &h, i->teams[i->mash].id);
    if (i->out_of_hours >= 0) handover_team(d, &h, i->teams[i->out_of_hours].id);
    h.body.since_ms = h.since_ms;
    h.body.more = h.steps >= HANDOVER_STEP || h.body.n_rows == HANDOVER_MAX;
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_HANDOVER;
    r.handover = &h.body;
    reply_say(d, m, &r, turn_last_seq(d));
}
