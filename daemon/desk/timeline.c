// A case's story, read from its records, newest to oldest, told oldest first.
#include "inspect.h"

#include "body.h"
#include "pending.h"
#include "reply.h"

#define TIMELINE_MAX 256u // records told; older ones are in the ledger's export

static char **entry_notices(struct desk *d, const struct event *e, size_t *n)
{
    char **list = pb_list(&d->request, e->n_notices);
    for (*n = 0; *n < e->n_notices; (*n)++) list[*n] = pb_text(notice_word(e->notices[*n].code));
    return list;
}

static Triage__V1__TimelineEntry *entry_make(struct desk *d, const struct record *rec,
                                             const struct event *e, uint64_t seq)
{
    Triage__V1__TimelineEntry *t = pb_new(&d->request, &triage__v1__timeline_entry__descriptor);
    Triage__Ledger__V1__Body *body = NULL;
    t->at_ms = e->at_ms;
    t->event = pb_text(event_word(e->kind));
    t->actor = pb_copy(&d->request, e->principal);
    t->worker = pb_copy(&d->request, e->worker);
    t->seq = seq;
    t->notices = entry_notices(d, e, &t->n_notices);
    size_t const mark = arena_mark(&d->scratch); // A body is much larger than its text.
    if (!rec->erased && rec->body.len && body_read(rec->body, BODY_TEXT, &d->scratch, &body) == OK)
        t->text = pb_copy(&d->request, body->text);
    arena_release(&d->scratch, mark);
    return t;
}

// State and colour after each record: the differences, oldest first.
static void timeline_states(struct desk *d, struct message *m, Triage__V1__CaseReport *out)
{
    struct casefile f = {0};
    for (size_t i = 0; i < out->n_timeline; i++) {
        struct record rec = {0};
        struct event event;
        enum err e = OK;
        if (!pending_record(d, m, out->timeline[i]->seq, &rec, &e)) return;
        if (wire_header_decode(rec.header, &event, &f) != OK) return;
        out->timeline[i]->state = (Triage__V1__CaseState)f.state;
        out->timeline[i]->colour = (Triage__V1__Colour)f.colour;
    }
}

static void timeline_turn(Triage__V1__CaseReport *out)
{
    for (size_t i = 0; i < out->n_timeline / 2; i++) {
        Triage__V1__TimelineEntry *t = out->timeline[i];
        out->timeline[i] = out->timeline[out->n_timeline - 1 - i];
        out->timeline[out->n_timeline - 1 - i] = t;
    }
}

bool timeline_read(struct desk *d, struct message *m, const struct casefile *f,
                   Triage__V1__CaseReport *out, enum err *e)
{
    uint64_t seq = f->last_seq;
    out->timeline = pb_list(&d->request, TIMELINE_MAX);
    out->n_timeline = 0;
    while (seq && out->n_timeline < TIMELINE_MAX) {
        struct record rec = {0};
        struct event event;
        unsigned const left = TIMELINE_MAX - 1 - (unsigned)out->n_timeline;
        if (!pending_story(d, m, seq, left, &rec, e)) return false;
        if ((*e = wire_header_decode(rec.header, &event, NULL)) != OK) return false;
        out->timeline[out->n_timeline++] = entry_make(d, &rec, &event, seq);
        seq = event.prev_seq;
    }
    timeline_turn(out);
    if (seq == 0) timeline_states(d, m, out);
    return true;
}
