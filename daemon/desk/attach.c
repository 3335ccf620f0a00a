// Parts of files come in: each is on disk before it is said to be here, and where the next one
// begins is asked of what is on disk.
#include "attach.h"

#include "body.h"
#include "inspect.h"
#include "outbox.h"
#include "pending.h"
#include "quota.h"
#include "reply.h"

#define PARTS_A_TURN  16u // of all senders together: a concern waits for no more than these
#define PART_OVERHEAD ((size_t)64 * 1024) // what the record says of all files of the case
#define NOT_YOURS     "There is no case of yours by that reference."

// --- What is kept. ---

struct attach_files attach_of_body(struct bytes packed, struct arena *a, enum err *e)
{
    Triage__Ledger__V1__Body *body = NULL;
    *e = body_read(packed, BODY_FILES, a, &body);
    return *e ? (struct attach_files){.n = 0} : (struct attach_files){body->n_files, body->files};
}

bool attach_read(struct desk *d, struct message *m, const struct casefile *f, struct arena *a,
                 struct attach_files *out, enum err *e)
{
    struct record rec = {.erased = false};
    uint64_t const seq = (uint64_t)f->files_seq;
    *out = (struct attach_files){.n = 0};
    *e = OK;
    if (seq == 0) return true;
    rec.body = turn_body(d, seq);
    if (!rec.body.data && !pending_record(d, m, seq, &rec, e)) return false;
    if (rec.erased) return true;
    *out = attach_of_body(rec.body, a, e);
    return *e == OK;
}

kept_file *attach_find(const struct attach_files *files, struct bytes digest)
{
    for (size_t i = 0; i < files->n; i++)
        if (bytes_equal(bytes_pb(files->at[i]->digest), digest)) return files->at[i];
    return NULL;
}

static int32_t attach_open(const struct attach_files *files)
{
    int32_t n = 0;
    for (size_t i = 0; i < files->n; i++)
        n += files->at[i]->state == FILE_CHECKING || files->at[i]->state == FILE_PENDING;
    return n;
}

uint64_t attach_keep(struct desk *d, const struct attach_kept *k)
{
    struct casefile const before = *k->f; // The book's own copy moves when the record is added.
    struct casefile after = before;
    struct draft draft;
    draft_init(d, &draft, k->kind);
    draft.before = &before;
    draft.after = &after;
    if (k->actor) id_copy(draft.event.principal, k->actor->principal->id);
    if (k->actor && k->actor->worker) id_copy(draft.event.worker, k->actor->worker->id);
    draft.body.files = k->files->at;
    draft.body.n_files = k->files->n;
    draft.body.part = pb_bytes(k->part);
    draft.body.text = pb_text(k->text);
    after.files_open = attach_open(k->files);
    if (k->tell) {
        struct work w = {.say = {.reason = k->tell}};
        work_notice(d, &w, NOTICE_UPDATE, &after, &draft);
    }
    return turn_add(d, &draft);
}

size_t attach_parts(const kept_file *k, uint64_t *out, size_t most)
{
    uint64_t seq = 0;
    size_t n = 0;
    for (; n < k->n_parts && n < most; n++) {
        seq += k->parts[n];
        out[n] = seq;
    }
    return n;
}

static uint64_t attach_received(const kept_file *k)
{
    uint64_t const bytes = (uint64_t)k->n_parts * ATTACHMENT_PART_BYTES;
    return bytes < k->size_bytes ? bytes : k->size_bytes;
}

// --- What is said of it. ---

Triage__V1__CaseFile *attach_view(struct desk *d, const kept_file *k, size_t index)
{
    Triage__V1__CaseFile *v = pb_new(&d->request, &triage__v1__case_file__descriptor);
    v->number = (uint32_t)index + 1;
    v->name = k->name;
    v->media_type = k->media_type;
    v->size_bytes = k->size_bytes;
    v->digest = k->digest;
    v->state = (Triage__V1__FileState)k->state;
    v->received_bytes = attach_received(k);
    v->why = k->why;
    return v;
}

bool attach_list(struct desk *d, struct message *m, const struct casefile *f,
                 const struct attach_list *out, enum err *e)
{
    struct attach_files files;
    if (!attach_read(d, m, f, &d->request, &files, e)) return false;
    *out->files = pb_list(&d->request, files.n);
    for (*out->n = 0; *out->n < files.n; ++*out->n)
        (*out->files)[*out->n] = attach_view(d, files.at[*out->n], *out->n);
    return true;
}

// Whoever sent it, or may speak for them; to all others it is not there.
static const struct casefile *attach_case(struct desk *d, struct message *m, const char *reference)
{
    struct casefile const *f = inspect_case(d, m, reference);
    if (!f || principal_speaks_for(m->principal, f->referrer)) return f;
    reply_refuse(d, m, ERR_NOT_FOUND, NOT_YOURS);
    return NULL;
}

void attach_files(struct desk *d, struct message *m)
{
    struct casefile const *f = attach_case(d, m, m->request->files->reference);
    Triage__V1__FilesReply body = TRIAGE__V1__FILES_REPLY__INIT;
    Triage__V1__Reply r;
    enum err e = OK;
    if (!f) return;
    if (!attach_list(d, m, f, &(struct attach_list){&body.files, &body.n_files}, &e)) {
        if (!m->parked) reply_busy(d, m, "It could not be read just now.", 1000);
        return;
    }
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_FILES;
    r.files = &body;
    reply_say(d, m, &r, casefile_kept_seq(f));
}

struct attaching { // one part on its way
    struct message *m;
    const struct casefile *f;
    struct attach_files files;
    kept_file *k;
};

static void attach_say(struct desk *d, const struct attaching *a, enum err e, uint64_t seq)
{
    Triage__V1__AttachReply body = TRIAGE__V1__ATTACH_REPLY__INIT;
    Triage__V1__Reply r;
    size_t index = 0;
    while (a->files.at[index] != a->k) index++;
    reply_init(a->m, &r);
    r.status = reply_status(e);
    r.text = pb_text(e ? "There is a gap: go on where received_bytes says." : "");
    body.file = attach_view(d, a->k, index);
    r.body_case = TRIAGE__V1__REPLY__BODY_ATTACH;
    r.attach = &body;
    reply_say(d, a->m, &r, seq);
}

static void attach_refuse(struct desk *d, const struct attaching *a, const char *field,
                          const char *code, const char *text)
{
    reply_refuse_field(d, a->m, ERR_INVALID, field, code, text);
}

// --- Taking a part. ---

static bool part_fits(struct desk *d, const struct attaching *a)
{
    struct bytes const part = bytes_pb(a->m->request->attach->part);
    uint64_t const left = a->k->size_bytes - attach_received(a->k);
    uint64_t const due = left < ATTACHMENT_PART_BYTES ? left : ATTACHMENT_PART_BYTES;
    struct bytes const type = bytes_text(a->k->media_type);
    if (part.len != due) {
        attach_refuse(d, a, "attach.part", "length",
                      "Every part but the last has limits.part_bytes bytes, and the last ends the "
                      "file.");
        return false;
    }
    if (a->k->n_parts ? attachment_goes_on(type, part) : attachment_is(type, part)) return true;
    attach_refuse(d, a, "attach.part", "type",
                  "What is in the file is not what its media type says. Send the file itself, not "
                  "another one under its name.");
    return false;
}

// How many parts the turn that gathers has already is told by its entries' bodies.
static unsigned parts_gathered(const struct desk *d)
{
    struct batch const *b = d->gathering;
    unsigned n = 0;
    for (size_t i = b->n_entries; i-- > 0 && n < PARTS_A_TURN;)
        n += b->entries[i].body.len >= ATTACHMENT_PART_BYTES;
    return n;
}

static bool part_room(struct desk *d, const struct attaching *a)
{
    uint32_t retry_ms = 0;
    if (d->draining) {
        reply_refuse(d, a->m, ERR_UNAVAILABLE, NULL);
        return false;
    }
    if (d->disk_low)
        retry_ms = 30000;
    else if (parts_gathered(d) == PARTS_A_TURN)
        retry_ms = 5;
    else if (!turn_room(d, 1, ATTACHMENT_PART_BYTES + PART_OVERHEAD) || !attach_wants_room(d))
        retry_ms = 100;
    else
        retry_ms = quota_take_part(d, a->m->caller);
    if (retry_ms) reply_busy(d, a->m, NULL, retry_ms);
    return retry_ms == 0;
}

static void part_append(struct desk *d, kept_file *k)
{
    uint64_t *parts = arena_alloc(&d->request, (k->n_parts + 1) * sizeof *parts);
    uint64_t last = 0;
    CHECK(parts);
    for (size_t i = 0; i < k->n_parts; i++) last += parts[i] = k->parts[i];
    parts[k->n_parts] = turn_last_seq(d) + 1 - last; // the record that is about to be kept
    k->parts = parts;
    k->n_parts++;
    k->why = pb_text("");
    if (attach_received(k) == k->size_bytes) k->state = FILE_CHECKING;
}

void attach_answer(struct desk *d, const struct message *m, const kept_file *k, size_t index,
                   uint64_t seq)
{
    Triage__V1__AttachReply body = TRIAGE__V1__ATTACH_REPLY__INIT;
    Triage__V1__Reply r;
    bool const whole = file_state_whole((enum file_state)k->state);
    reply_init(m, &r);
    body.file = attach_view(d, k, index);
    r.body_case = TRIAGE__V1__REPLY__BODY_ATTACH;
    r.attach = &body;
    r.status = reply_status(whole ? OK : ERR_INVALID);
    r.text = pb_text(whole ? "" : k->why);
    if (!whole) reply_problem(d, &r, "attach.digest", "digest", k->why);
    reply_say(d, m, &r, seq);
}

static void attach_hold(struct desk *d, const struct attaching *a, uint64_t no)
{
    if (!attach_wait(d, a->m, no, a->k)) reply_busy(d, a->m, NULL, 1000);
}

static void part_take(struct desk *d, struct attaching *a)
{
    uint64_t const no = a->f->no;
    if (!part_fits(d, a) || !part_room(d, a)) return;
    part_append(d, a->k);
    uint64_t const seq =
        attach_keep(d, &(struct attach_kept){.f = a->f,
                                             .kind = EVENT_FILE_PART,
                                             .files = &a->files,
                                             .actor = &a->m->actor,
                                             .part = bytes_pb(a->m->request->attach->part)});
    if (a->k->state == FILE_CHECKING)
        attach_hold(d, a, no);
    else
        attach_say(d, a, OK, seq);
}

static void part_consider(struct desk *d, struct attaching *a)
{
    Triage__V1__AttachRequest const *q = a->m->request->attach;
    uint64_t const received = attach_received(a->k), seq = casefile_kept_seq(a->f);
    if (a->k->state == FILE_REFUSED)
        attach_refuse(d, a, "attach.digest", "digest", a->k->why);
    else if (a->k->state == FILE_CHECKING)
        attach_hold(d, a, a->f->no);
    else if (a->k->state != FILE_AWAITED || q->part.len == 0 || q->offset < received)
        attach_say(d, a, OK, seq);
    else if (q->offset > received)
        attach_say(d, a, ERR_CONFLICT, seq);
    else
        part_take(d, a);
}

void attach_part(struct desk *d, struct message *m)
{
    struct attaching a = {.m = m, .f = attach_case(d, m, m->request->attach->reference)};
    enum err e = OK;
    if (!a.f) return;
    if (!attach_read(d, m, a.f, &d->request, &a.files, &e)) {
        if (!m->parked) reply_busy(d, m, "It could not be read just now.", 1000);
        return;
    }
    a.k = attach_find(&a.files, bytes_pb(m->request->attach->digest));
    if (a.k)
        part_consider(d, &a);
    else
        attach_refuse(d, &a, "attach.digest", "not_named",
                      "Name the file in the concern, or in what you add to it, before its bytes.");
}
