// What came is looked at: first whether it is what its digest says, then by the virus scanner.  A
// file is read back part by part, a little in each turn, so that nothing else waits for it.
#include "attach.h"

#include "body.h"
#include "outbox.h"
#include "reply.h"
#include "session.h"
#include "words.h"

#define WANTED_MAX   ((size_t)65536) // a power of two
#define WAITERS_MAX  256u
#define PARTS_MAX    ((size_t)2048) // of one file: more than file_bytes_max may ever give
#define STEPS_A_TURN 4u
#define UNREAD_MS    SECOND_MS
#define AGAIN_MS     (30 * SECOND_MS) // after the scanner failed

enum job_kind { JOB_CHECK, JOB_SCAN, JOB_COUNT };
enum job_stage {
    STAGE_IDLE,
    STAGE_CASE,    // its row, or the record of its files, is being read
    STAGE_READY,   // the next part is due
    STAGE_PART,    // it is being read
    STAGE_SCANNER, // the scanner has it
    STAGE_DONE,    // what came of it is to be kept
};
struct job {
    struct desk *desk;
    enum job_kind kind;
    enum job_stage stage;
    uint64_t no;
    uint8_t digest[DIGEST_BYTES];
    size_t n, next;
    uint64_t parts[PARTS_MAX];
    struct wire_digesting sum;
    struct casefile file; // of a closed case, and what is out for it
    struct errand errands[ERRANDS_MAX];
    bool stale;  // that is older than what gathered meanwhile
    bool judged; // the case is read once more, to keep what came of it
    bool right;  // JOB_CHECK
    enum scan verdict;
    char what[128];
    int64_t again_mono_ms; // not before
    size_t first, end;     // of `wanted`, which is a ring
    uint32_t *wanted;      // case numbers
};
struct waiter { // who sent the last part of a file
    struct peer peer;
    uint64_t id, no;
    uint8_t digest[DIGEST_BYTES];
};
struct attach {
    struct job jobs[JOB_COUNT];
    size_t n_waiters;
    struct waiter waiters[WAITERS_MAX];
};

enum err attach_init(struct desk *d)
{
    struct attach *a = land_take(&d->land, sizeof *a);
    if (!a) return ERR_NO_MEMORY;
    for (int i = 0; i < JOB_COUNT; i++) {
        a->jobs[i].desk = d;
        a->jobs[i].kind = (enum job_kind)i;
        a->jobs[i].wanted = land_take(&d->land, WANTED_MAX * sizeof *a->jobs[i].wanted);
        if (!a->jobs[i].wanted) return ERR_NO_MEMORY;
    }
    d->attach = a;
    return OK;
}

// --- What waits. ---

static void job_want(struct job *j, uint64_t no)
{
    if (j->end - j->first == WANTED_MAX) return; // Looked at after the next start.
    j->wanted[j->end++ % WANTED_MAX] = (uint32_t)no;
}

void attach_wants(struct desk *d, uint64_t no)
{
    for (int i = 0; i < JOB_COUNT; i++) job_want(&d->attach->jobs[i], no);
}

bool attach_wants_room(const struct desk *d)
{
    struct job const *j = &d->attach->jobs[JOB_SCAN];
    return j->end - j->first < WANTED_MAX / 2;
}

bool attach_wait(struct desk *d, const struct message *m, uint64_t no, const kept_file *k)
{
    struct attach *a = d->attach;
    CHECK(k->digest.len == DIGEST_BYTES);
    job_want(&a->jobs[JOB_CHECK], no);
    if (a->n_waiters == WAITERS_MAX) return false;
    struct waiter *w = &a->waiters[a->n_waiters++];
    *w = (struct waiter){.peer = m->from, .id = m->request->id, .no = no};
    memcpy(w->digest, k->digest.data, DIGEST_BYTES);
    return true;
}

// `k` NULL: it could not be looked at; whoever sent it asks again.
static void waiter_answer(struct desk *d, const struct waiter *w, const kept_file *k, size_t index,
                          uint64_t seq)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    struct message const m = {.from = w->peer, .request = &q};
    q.id = w->id;
    if (k)
        attach_answer(d, &m, k, index, seq);
    else
        reply_busy(d, &m, NULL, UNREAD_MS);
}

static void attach_wake(struct desk *d, uint64_t no, const struct attach_files *files, uint64_t seq)
{
    struct attach *a = d->attach;
    for (size_t i = a->n_waiters; i-- > 0;) {
        struct waiter const w = a->waiters[i];
        size_t index = 0;
        if (w.no != no) continue;
        kept_file const *k = files ? attach_find(files, bytes_of(w.digest, DIGEST_BYTES)) : NULL;
        if (k && k->state == FILE_CHECKING) continue; // its turn comes
        while (k && files->at[index] != k) index++;
        a->waiters[i] = a->waiters[--a->n_waiters];
        waiter_answer(d, &w, k, index, seq);
    }
}

// --- What came of it. ---

static void check_result(struct job *j, kept_file *k, struct attach_kept *kept)
{
    kept->kind = EVENT_FILE_CAME;
    kept->text = k->name;
    if (j->right) {
        k->state = j->desk->settings.scanner ? FILE_PENDING : FILE_NOT_SCANNED;
        if (!j->desk->settings.scanner) k->why = pb_text("There is no virus scanner here.");
        return;
    }
    kept->kind = EVENT_FILE_PART; // beside the story: nothing came
    k->n_parts = 0;
    k->tries++;
    k->state = k->tries < ATTACHMENT_TRIES_MAX ? FILE_AWAITED : FILE_REFUSED;
    k->why = pb_text("What came is not the file that the digest was made of. It was thrown away: "
                     "send the file again from its beginning.");
    if (k->state == FILE_REFUSED)
        k->why = pb_text("What came was never the file that the digest was made of. Name it anew, "
                         "with its right digest.");
}

static void scan_result(struct job *j, kept_file *k, struct attach_kept *kept)
{
    struct arena *a = &j->desk->request;
    struct words text, tell;
    k->state = j->verdict == SCAN_CLEAN      ? FILE_CLEAN
               : j->verdict == SCAN_INFECTED ? FILE_INFECTED
                                             : FILE_NOT_SCANNED;
    kept->kind = EVENT_FILE_SCANNED;
    words_init(&text, a, 512);
    words_add(&text, k->name);
    words_add(&text, j->verdict == SCAN_CLEAN ? ": nothing found" : ": ");
    words_add(&text, j->what);
    kept->text = words_end(&text, a);
    k->why = pb_copy(a, j->what);
    if (k->state != FILE_INFECTED) return;
    words_init(&tell, a, 512);
    words_add(&tell, "The virus scanner found something in the file ");
    words_add(&tell, k->name);
    words_add(&tell, ", so nobody here opens it. Your concern goes on without it. Send the file "
                     "again from a clean computer, or tell us in words what is in it.");
    if (kept->f->referrer[0] && !(kept->f->flags & CASE_POLICE_HOLD))
        kept->tell = words_end(&tell, a);
}

static const char *state_label(enum file_state s)
{
    static const char *const labels[] = {[FILE_PENDING] = "pending",
                                         [FILE_CLEAN] = "clean",
                                         [FILE_INFECTED] = "infected",
                                         [FILE_NOT_SCANNED] = "not_scanned"};
    return s < sizeof labels / sizeof labels[0] && labels[s] ? labels[s] : "thrown_away";
}

static void job_idle(struct job *j)
{
    j->stage = STAGE_IDLE;
    j->judged = false;
    explicit_bzero(j->what, sizeof j->what);
}

static enum file_state job_from(const struct job *j)
{
    return j->kind == JOB_CHECK ? FILE_CHECKING : FILE_PENDING;
}

static void job_keep(struct job *j, const struct casefile *f, const struct attach_files *files)
{
    struct desk *d = j->desk;
    struct attach_kept kept = {.f = f, .files = files, .text = ""};
    uint64_t const no = f->no;
    kept_file *k = attach_find(files, bytes_of(j->digest, sizeof j->digest));
    bool const same = k && k->state == job_from(j);
    if (same && j->kind == JOB_CHECK) check_result(j, k, &kept);
    if (same && j->kind == JOB_SCAN) scan_result(j, k, &kept);
    job_idle(j);
    if (!same) return;
    enum file_state const state = (enum file_state)k->state;
    uint64_t const seq = attach_keep(d, &kept);
    d->port->count(d->port->ctx, METRIC_FILES, state_label(state), 1);
    if (state == FILE_INFECTED) d->port->log(d->port->ctx, LOG_WARNING, "file_infected", "", 0);
    if (state == FILE_PENDING) job_want(&d->attach->jobs[JOB_SCAN], no);
    if (j->kind == JOB_CHECK) attach_wake(d, no, files, seq);
}

// --- The case, and how its files are now. ---

static bool job_choose(struct job *j, const struct attach_files *files)
{
    for (size_t i = 0; i < files->n; i++) {
        kept_file const *k = files->at[i];
        if (k->state != job_from(j) || k->digest.len != sizeof j->digest) continue;
        memcpy(j->digest, k->digest.data, sizeof j->digest);
        j->n = attach_parts(k, j->parts, PARTS_MAX);
        j->next = 0;
        return true;
    }
    return false;
}

static void job_begin(struct job *j, const struct attach_files *files)
{
    struct desk *d = j->desk;
    if (!job_choose(j, files)) { // What waited for it is there, or will never be.
        job_idle(j);
        if (j->kind == JOB_CHECK) attach_wake(d, j->no, files, turn_last_seq(d));
        return;
    }
    j->stage = STAGE_READY;
    if (j->kind == JOB_CHECK) {
        wire_digest_begin(&j->sum);
    } else if (d->settings.scanner && d->port->scan_begin &&
               d->port->scan_begin(d->port->ctx) == OK) {
        j->stage = STAGE_SCANNER;
    } else {
        j->verdict = SCAN_NOT_DONE;
        memcpy(j->what, "no virus scanner", sizeof "no virus scanner");
        j->stage = STAGE_DONE;
    }
}

static void job_files(struct job *j, const struct casefile *f, struct bytes body)
{
    enum err e = OK;
    struct attach_files const files = attach_of_body(body, &j->desk->request, &e);
    if (e)
        job_idle(j);
    else if (j->judged)
        job_keep(j, f, &files);
    else
        job_begin(j, &files);
}

// As it is by now: the row on disk was read a moment ago, and may be older than what gathers.
static const struct casefile *job_case(struct desk *d, uint64_t no)
{
    struct casefile const *f = book_case(d->book, no);
    return f ? f : turn_closed(d, no);
}

static void job_open(struct job *j);

static void job_unread(struct job *j)
{
    if (j->judged) {
        j->stage = STAGE_DONE; // once more, later
        return;
    }
    job_idle(j);
    j->again_mono_ms = j->desk->now.mono_ms + UNREAD_MS;
    if (j->kind == JOB_CHECK)
        attach_wake(j->desk, j->no, NULL, 0); // They ask for it again.
    else
        job_want(j, j->no);
}

static void job_record(void *ctx, enum err e, const struct ledger_record *r)
{
    struct job *j = ctx;
    struct casefile const *f = job_case(j->desk, j->no);
    if (j->stale && !f) {
        job_open(j);
        return;
    }
    arena_reset(&j->desk->request);
    arena_release(&j->desk->scratch, 0);
    if (e || r->erased)
        job_unread(j);
    else
        job_files(j, f ? f : &j->file, r->body);
}

// With the case at hand: its files' record.
static void job_look(struct job *j, const struct casefile *f)
{
    struct desk *d = j->desk;
    uint64_t const seq = (uint64_t)f->files_seq;
    struct bytes const body = turn_body(d, seq);
    j->stage = STAGE_CASE;
    j->stale = false;
    if (seq == 0) { // Erased meanwhile.
        job_idle(j);
        if (j->kind == JOB_CHECK) attach_wake(d, j->no, NULL, 0);
    } else if (body.data) {
        job_files(j, f, body);
    } else if (ledger_read(d->ledger, seq, true, job_record, j) != OK) {
        job_unread(j);
    }
}

static void job_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct job *j = ctx;
    struct casefile const *f = job_case(j->desk, j->no);
    arena_reset(&j->desk->request);
    arena_release(&j->desk->scratch, 0);
    if (!f && e == OK) {
        j->file = (struct casefile){.errands = j->errands, .errands_max = ERRANDS_MAX};
        e = wire_case_row_decode(row->blob, &j->file);
        j->file.no = j->no;
        f = &j->file;
    }
    if (f && e == OK)
        job_look(j, f);
    else
        job_unread(j);
}

static void job_open(struct job *j)
{
    struct casefile const *f = job_case(j->desk, j->no);
    arena_reset(&j->desk->request);
    arena_release(&j->desk->scratch, 0);
    if (f) {
        job_look(j, f);
        return;
    }
    j->stage = STAGE_CASE;
    if (ledger_read_row(j->desk->ledger, ENTITY_CASE(j->no), job_row, j) != OK) job_unread(j);
}

void attach_stale(struct desk *d, uint64_t no)
{
    for (int i = 0; i < JOB_COUNT; i++)
        if (d->attach->jobs[i].no == no) d->attach->jobs[i].stale = true;
}

// --- Its parts. ---

static void job_wrong(struct job *j)
{
    j->right = false;
    j->verdict = SCAN_NOT_DONE;
    memcpy(j->what, "it could not be read", sizeof "it could not be read");
    j->stage = STAGE_DONE;
}

static void job_consume(struct job *j, struct bytes packed)
{
    struct desk *d = j->desk;
    Triage__Ledger__V1__Body *body = NULL;
    size_t const mark = arena_mark(&d->scratch);
    j->stage = j->kind == JOB_CHECK ? STAGE_READY : STAGE_SCANNER;
    j->next++;
    if (body_read(packed, BODY_PART, &d->scratch, &body) != OK)
        job_wrong(j);
    else if (j->kind == JOB_CHECK)
        wire_digest_add(&j->sum, bytes_pb(body->part));
    else
        d->port->scan_part(d->port->ctx, bytes_pb(body->part));
    arena_release(&d->scratch, mark);
}

static void job_part(void *ctx, enum err e, const struct ledger_record *r)
{
    struct job *j = ctx;
    if (j->stage != STAGE_PART) return; // The scanner failed meanwhile.
    if (e || r->erased)
        job_wrong(j);
    else
        job_consume(j, r->body);
}

static void job_end(struct job *j)
{
    uint8_t sum[DIGEST_BYTES];
    if (j->kind == JOB_SCAN) {
        j->stage = STAGE_SCANNER;
        j->desk->port->scan_part(j->desk->port->ctx, BYTES_NONE);
        return;
    }
    wire_digest_end(&j->sum, sum);
    j->right = memcmp(sum, j->digest, sizeof sum) == 0;
    j->stage = STAGE_DONE;
}

static void job_step(struct job *j)
{
    struct desk *d = j->desk;
    if (j->next == j->n) {
        job_end(j);
        return;
    }
    uint64_t const seq = j->parts[j->next];
    struct bytes const body = turn_body(d, seq);
    if (body.data) {
        job_consume(j, body);
        return;
    }
    j->stage = STAGE_PART;
    if (ledger_read(d->ledger, seq, true, job_part, j) != OK) j->stage = STAGE_READY;
}

// --- The turn. ---

static bool job_room(struct desk *d, const struct job *j)
{
    struct casefile const *f = job_case(d, j->no);
    return turn_room(d, 1, LEDGER_ROW_MAX) &&
           (j->verdict != SCAN_INFECTED || !f || !f->referrer[0] || outbox_room(d, f->referrer, 1));
}

static bool job_turn(struct desk *d, struct job *j)
{
    bool const due = d->now.mono_ms >= j->again_mono_ms;
    if (j->stage == STAGE_IDLE && due && j->first != j->end) {
        j->no = j->wanted[j->first++ % WANTED_MAX];
        job_open(j);
    }
    for (unsigned n = 0; n < STEPS_A_TURN && j->stage == STAGE_READY; n++) job_step(j);
    if (j->stage == STAGE_DONE && job_room(d, j)) {
        j->judged = true;
        job_open(j);
    }
    return j->stage == STAGE_READY || (j->stage == STAGE_IDLE && due && j->first != j->end);
}

bool attach_turn(struct desk *d)
{
    bool more = false;
    if (d->disk_full) return false;
    for (int i = 0; i < JOB_COUNT; i++) more = job_turn(d, &d->attach->jobs[i]) || more;
    return more;
}

void desk_scan_wants(struct desk *d, struct now now)
{
    struct job *j = &d->attach->jobs[JOB_SCAN];
    d->now = now;
    if (j->stage == STAGE_SCANNER && !d->halted) j->stage = STAGE_READY;
}

void desk_scanned(struct desk *d, enum scan verdict, const char *what, struct now now)
{
    struct job *j = &d->attach->jobs[JOB_SCAN];
    bool const busy =
        j->stage == STAGE_SCANNER || j->stage == STAGE_READY || j->stage == STAGE_PART;
    d->now = now;
    if (!busy || d->halted) return;
    if (verdict == SCAN_FAILED) { // The concern goes on meanwhile; the file says that it waits.
        job_want(j, j->no);
        j->again_mono_ms = now.mono_ms + AGAIN_MS;
        job_idle(j);
        return;
    }
    j->verdict = verdict;
    size_t const len = strnlen(what, sizeof j->what - 1);
    memcpy(j->what, what, len);
    j->what[len] = '\0';
    j->stage = STAGE_DONE;
}
