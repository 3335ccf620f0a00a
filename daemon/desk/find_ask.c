// find_ask.c - what was asked, and what is shown: no more than who asks may see, and kept.
#include "board.h"
#include "find.h"
#include "pending.h"
#include "reply.h"
#include "turn.h"
#include "words.h"

#include <stdlib.h>

#define LIMIT_DEFAULT 20u
#define FIND_TEXT_MAX ((size_t)64 + FIND_LIMIT_MAX * REFERENCE_MAX) // beside the reason

static const char *const MATCH_WORDS[] = {
    [FIND_REFERENCE] = "reference",
    [FIND_NHS] = "nhs_number",
    [FIND_SAME] = "same_name",
    [FIND_ALIKE] = "sounds_alike",
};

// --- The question. ---

static bool find_refuse(struct desk *d, struct message *m, const char *field, const char *code,
                        const char *text)
{
    reply_refuse_field(d, m, ERR_INVALID, field, code, text);
    return false;
}

static bool find_who(struct desk *d, struct message *m)
{
    if (m->actor.worker || m->principal->role == ROLE_AUDITOR) return true;
    reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "missing",
                       "A search is kept with who searched: name a worker of this desk.");
    return false;
}

static bool find_wording(struct desk *d, struct message *m)
{
    Triage__V1__FindRequest const *q = m->request->find;
    int const given = (q->name[0] != 0) + (q->nhs_number[0] != 0) + (q->reference[0] != 0);
    if (!q->reason[0])
        return find_refuse(d, m, "find.reason", "missing",
                           "Say why you search: it is kept with the search.");
    if (given != 1)
        return find_refuse(d, m, given ? "find" : "find.name", given ? "one_of" : "missing",
                           "Ask by name, by NHS number or by reference: one of them.");
    return true;
}

static void words_masks(const struct wire_keys *k, struct find_words *w)
{
    for (size_t i = 0; i < w->sound.n; i++) {
        for (size_t v = 0; v < SOUND_CODES; v++) {
            w->alone[i][v] = wire_sound_marks(k, w->sound.words[i].code[v]);
            if (i + 1 < w->sound.n)
                w->joined[i][v] = wire_sound_marks(k, w->sound.words[i].joined[v]);
        }
    }
}

static bool find_name(struct desk *d, struct message *m, struct find *f)
{
    Triage__V1__FindRequest const *q = m->request->find;
    bool year_only = false;
    sound_of(bytes_text(q->name), &f->name.sound);
    sound_fold(bytes_text(q->name), f->name.folded);
    words_masks(&d->keys, &f->name);
    if (f->name.sound.n == 0 || f->name.sound.cut)
        return find_refuse(d, m, "find.name", "name", "A name has one to eight words of letters.");
    if (!q->date_of_birth[0]) return true;
    f->has_born = date_parse(bytes_text(q->date_of_birth), &f->born, &year_only) && !year_only;
    return f->has_born ||
           find_refuse(d, m, "find.date_of_birth", "date", "A date of birth as 1941-05-28.");
}

static bool find_nhs(struct desk *d, struct message *m, struct find *f)
{
    if (nhs_number_judge(bytes_text(m->request->find->nhs_number), f->nhs) != NHS_OK)
        return find_refuse(d, m, "find.nhs_number", "nhs_number",
                           "An NHS number has ten digits, the last of which checks the others.");
    f->by_nhs = true;
    f->nhs_marks = wire_nhs_marks(&d->keys, f->nhs);
    return true;
}

static bool find_begin(struct desk *d, struct message *m, struct find *f)
{
    Triage__V1__FindRequest const *q = m->request->find;
    if (!(q->name[0] ? find_name(d, m, f) : find_nhs(d, m, f))) return false;
    f->limit = q->limit ? q->limit : LIMIT_DEFAULT;
    if (f->limit > FIND_LIMIT_MAX) f->limit = FIND_LIMIT_MAX;
    f->open_only = q->open_only;
    f->next = book_area(d->book)->cases;
    f->peer = m->from.id;
    id_copy(f->principal, m->principal->id);
    id_copy(f->worker, m->actor.worker ? m->actor.worker->id : "");
    f->hits = calloc(f->limit, sizeof *f->hits);
    f->slot = f->hits ? pending_make(d, &m->from, NULL, m->raw) : NULL;
    if (!f->slot) reply_busy(d, m, NULL, 1000);
    return f->slot != NULL;
}

// --- The answer. ---

static Triage__V1__Found *found_make(struct desk *d, const struct message *m,
                                     const struct find_hit *hit)
{
    struct casefile const *c = book_case(d->book, hit->file.no);
    Triage__V1__Found *out = pb_new(&d->request, &triage__v1__found__descriptor);
    if (!c) c = &hit->file;
    out->match = pb_text(MATCH_WORDS[hit->match]);
    out->restricted = c->flags & CASE_RESTRICTED;
    if (!actor_reads(&m->actor, c, &d->rules) && out->restricted) { // That it exists, no more.
        out->headline = pb_new(&d->request, &triage__v1__headline__descriptor);
        out->headline->reference = pb_reference(d, &d->request, c->no);
        return out;
    }
    out->headline = headline_make(d, c);
    out->name = pb_copy(&d->request, hit->name);
    out->date_of_birth = pb_copy(&d->request, hit->born);
    return out;
}

// Who searched, why, and what they were shown; whom they looked for only as a keyed number, which
// tells an auditor with a name in mind whether it was that.
static uint64_t find_record(struct desk *d, const struct message *m, const char *by, uint64_t whom,
                            const Triage__V1__FindReply *shown)
{
    struct draft draft;
    struct words w;
    words_init(&w, &d->request, strlen(m->request->find->reason) + FIND_TEXT_MAX);
    words_add(&w, "by ");
    words_add(&w, by);
    words_add(&w, ": ");
    words_add(&w, m->request->find->reason);
    words_add(&w, shown->n_found ? " | shown:" : " | nothing was found");
    for (size_t i = 0; i < shown->n_found; i++) {
        words_add(&w, " ");
        words_add(&w, shown->found[i]->headline->reference);
    }
    draft_init(d, &draft, EVENT_SEARCHED);
    draft.event.number = whom;
    id_copy(draft.event.principal, m->principal->id);
    if (m->actor.worker) id_copy(draft.event.worker, m->actor.worker->id);
    draft.body.text = pb_text(words_end(&w, &d->request));
    return turn_add(d, &draft);
}

static void find_say(struct desk *d, struct message *m, Triage__V1__FindReply *body, const char *by,
                     const char *whom)
{
    Triage__V1__Reply r;
    if (!turn_room(d, 1, m->raw.len + FIND_TEXT_MAX)) {
        reply_busy(d, m, NULL, 100);
        return;
    }
    uint64_t const number = wire_identity_hash(&d->keys, "searched", bytes_text(whom));
    uint64_t const seq = find_record(d, m, by, number, body);
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_FIND;
    r.find = body;
    reply_say(d, m, &r, seq);
}

static void find_answer(struct desk *d, struct message *m, const struct find *f)
{
    Triage__V1__FindReply body = TRIAGE__V1__FIND_REPLY__INIT;
    body.found = pb_list(&d->request, f->n_hits);
    for (; body.n_found < f->n_hits; body.n_found++)
        body.found[body.n_found] = found_make(d, m, &f->hits[body.n_found]);
    body.more = f->n_found > f->n_hits;
    if (f->unread) {
        reply_busy(d, m, "Some of the record could not be read just now.", 1000);
        return;
    }
    if (f->by_nhs)
        find_say(d, m, &body, "NHS number", f->nhs);
    else
        find_say(d, m, &body, "name", f->name.folded);
}

static void find_reference(struct desk *d, struct message *m)
{
    char const *reference = m->request->find->reference;
    struct find_hit hit = {.match = FIND_REFERENCE};
    Triage__V1__FindReply body = TRIAGE__V1__FIND_REPLY__INIT;
    enum err e = OK;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(reference));
    struct casefile const *c = pending_case(d, m, no, &e);
    if (m->parked) return;
    if (e == ERR_BUSY) {
        reply_busy(d, m, NULL, 1000);
        return;
    }
    body.found = pb_list(&d->request, 1);
    if (c && actor_sees(&m->actor, c, &d->rules)) {
        hit.file = *c;
        body.found[body.n_found++] = found_make(d, m, &hit);
    }
    find_say(d, m, &body, "reference", reference);
}

void find_ask(struct desk *d, struct message *m)
{
    struct find *f = find_of(d, m);
    if (f) { // Over: it was asked before.
        find_answer(d, m, f);
        return;
    }
    if (!find_who(d, m) || !find_wording(d, m)) return;
    if (find_again(d, m)) return; // The answer to the first will do.
    if (m->request->find->reference[0]) {
        find_reference(d, m);
        return;
    }
    f = d->draining ? NULL : find_new(d);
    if (!f) {
        reply_busy(d, m, "As many searches are made as may be; ask again.", 500);
        return;
    }
    if (find_begin(d, m, f))
        m->parked = true;
    else
        find_end(d, f);
}
