// A desk reads a file, part by part.  Who reads it and why is kept before the first part is handed
// out.
#include "attach.h"

#include "body.h"
#include "inspect.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "words.h"

#define FETCH_MS (15 * MINUTE_MS) // without another event, on one connection

struct fetching {
    struct message *m;
    const Triage__V1__FetchRequest *q;
    const struct casefile *f;
    struct attach_files files;
    kept_file *k;
};

static bool fetch_open(struct desk *d, const struct fetching *x)
{
    switch (x->k->state) {
    case FILE_CLEAN:
    case FILE_NOT_SCANNED: return true;
    case FILE_PENDING:
        if (x->q->before_scan) return true;
        reply_busy(d, x->m,
                   "The virus scanner has not seen this file yet. Ask again, or for it as it is "
                   "(before_scan).",
                   2000);
        return false;
    case FILE_INFECTED:
        reply_refuse_field(d, x->m, ERR_FORBIDDEN, "fetch.number", "infected",
                           "The virus scanner found something in this file. It is kept, and "
                           "handed out to nobody.");
        return false;
    default:
        reply_refuse_field(d, x->m, ERR_CONFLICT, "fetch.number", "not_here",
                           "This file was named, and is not here.");
        return false;
    }
}

static bool fetch_find(struct desk *d, struct fetching *x)
{
    enum err e = OK;
    if (!attach_read(d, x->m, x->f, &d->request, &x->files, &e)) {
        if (!x->m->parked) reply_busy(d, x->m, "It could not be read just now.", 1000);
        return false;
    }
    if (x->q->number == 0 || x->q->number > x->files.n) {
        reply_refuse_field(d, x->m, ERR_NOT_FOUND, "fetch.number", "number",
                           "The case has no file of that number.");
        return false;
    }
    x->k = x->files.at[x->q->number - 1];
    if (!fetch_open(d, x)) return false;
    if (x->q->offset % ATTACHMENT_PART_BYTES == 0 && x->q->offset < x->k->size_bytes) return true;
    reply_refuse_field(d, x->m, ERR_INVALID, "fetch.offset", "offset",
                       "Parts begin at multiples of limits.part_bytes, before the file's end.");
    return false;
}

static bool fetch_bytes(struct desk *d, const struct fetching *x, ProtobufCBinaryData *out)
{
    size_t const i = (size_t)(x->q->offset / ATTACHMENT_PART_BYTES);
    struct record rec = {.erased = false};
    Triage__Ledger__V1__Body *body = NULL;
    uint64_t seq = 0;
    enum err e = OK;
    for (size_t at = 0; at <= i && at < x->k->n_parts; at++) seq += x->k->parts[at];
    rec.body = turn_body(d, seq);
    if ((rec.body.data || pending_record(d, x->m, seq, &rec, &e)) && !rec.erased &&
        body_read(rec.body, BODY_PART, &d->request, &body) == OK) {
        *out = body->part;
        return true;
    }
    if (!x->m->parked) reply_busy(d, x->m, "It could not be read just now.", 1000);
    return false;
}

static bool fetch_granted(const struct desk *d, const struct fetching *x)
{
    struct session const *s = x->m->session;
    return s->fetching.no == x->f->no && s->fetching.number == x->q->number &&
           strcmp(s->fetching.worker, x->m->actor.worker ? x->m->actor.worker->id : "") == 0 &&
           d->now.mono_ms < s->fetching.until_mono_ms;
}

static const char *fetch_words(struct desk *d, const struct fetching *x)
{
    struct words w;
    words_init(&w, &d->request, 512);
    words_add(&w, x->k->name);
    words_add(&w, ": ");
    words_add(&w, x->q->reason);
    return words_end(&w, &d->request);
}

// Kept like a look.  0: answered.
static uint64_t fetch_keep(struct desk *d, const struct fetching *x, struct work *w)
{
    struct session *s = x->m->session;
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    uint64_t const no = x->f->no;
    w->text = fetch_words(d, x);
    if (!room_for_work(d, x->f, x->m->raw.len)) {
        reply_busy(d, x->m, NULL, 100);
        return 0;
    }
    uint64_t const seq = work_apply(d, w, x->f, &after, &result, &e);
    CHECK(seq);
    s->fetching.no = no;
    s->fetching.number = x->q->number;
    s->fetching.until_mono_ms = d->now.mono_ms + FETCH_MS;
    id_copy(s->fetching.worker, x->m->actor.worker ? x->m->actor.worker->id : "");
    return seq;
}

void attach_fetch(struct desk *d, struct message *m)
{
    struct fetching x = {.m = m, .q = m->request->fetch};
    struct casefile after;
    struct command_result result;
    Triage__V1__FetchReply body = TRIAGE__V1__FETCH_REPLY__INIT;
    Triage__V1__Reply r;
    struct work w = {.m = m, .area = "fetch", .text = "", .event = EVENT_FILE_READ};
    w.command = (struct command){.kind = COMMAND_LOOK,
                                 .actor = m->actor,
                                 .has_reason = x.q->reason[0] != 0,
                                 .lead = "",
                                 .team = ""};
    x.f = inspect_case(d, m, x.q->reference);
    if (!x.f) return;
    enum err const e = command_apply(&d->rules, x.f, &w.command, d->now, &after, &result);
    if (e) { // Judged before anything is read for it.
        work_refused(d, &w, x.f, e, &result);
        return;
    }
    if (!fetch_find(d, &x) || !fetch_bytes(d, &x, &body.part)) return;
    uint64_t seq = casefile_kept_seq(x.f);
    if (!fetch_granted(d, &x) && (seq = fetch_keep(d, &x, &w)) == 0) return;
    reply_init(m, &r);
    body.file = attach_view(d, x.k, x.q->number - 1);
    body.offset = x.q->offset;
    r.body_case = TRIAGE__V1__REPLY__BODY_FETCH;
    r.fetch = &body;
    reply_say(d, m, &r, seq);
}
