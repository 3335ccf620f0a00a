#include "turn.h"

#include "attach.h"
#include "board.h"
#include "erase.h"
#include "outbox.h"
#include "pending.h"
#include "session.h"

// Beyond the stated limit a batch has room for one whole message more, so that a limit reached in
// the middle of a message is not an error.
#define BATCH_SPARE     ((size_t)64 * 1024 * 1024)
#define RECORD_OVERHEAD ((size_t)8 * 1024) // header, row and replies of one record, generously

// A red that came in waits for so many records behind it at most.  Not for none: a storm of reds
// would be a commit each.
#define RED_COMPANY 16

static bool batch_init(struct desk *d, struct batch *b)
{
    size_t const bytes = (size_t)d->settings.limits.turn_bytes_max + BATCH_SPARE;
    void *memory = land_take(&d->land, bytes);
    b->entries = land_take(&d->land, BATCH_ENTRIES_MAX * sizeof *b->entries);
    b->rows = land_take(&d->land, BATCH_TOUCHES_MAX * sizeof *b->rows);
    b->touches = land_take(&d->land, BATCH_TOUCHES_MAX * sizeof *b->touches);
    b->hash = land_take(&d->land, BATCH_HASH * sizeof *b->hash);
    b->lanes = land_take(&d->land, BATCH_TOUCHES_MAX * sizeof *b->lanes);
    b->waits = land_take(&d->land, BATCH_WAITS_MAX * sizeof *b->waits);
    if (!memory || !b->entries || !b->rows || !b->touches || !b->hash || !b->lanes || !b->waits)
        return false;
    arena_init(&b->arena, memory, bytes);
    return true;
}

enum err turn_init(struct desk *d)
{
    if (!batch_init(d, &d->batches[0]) || !batch_init(d, &d->batches[1])) return ERR_NO_MEMORY;
    d->gathering = &d->batches[0];
    d->gathering->first_seq = d->next_seq;
    return OK;
}

void draft_init(struct desk *d, struct draft *draft, enum event_kind kind)
{
    memset(draft, 0, sizeof *draft);
    triage__ledger__v1__body__init(&draft->body);
    draft->event.kind = kind;
    draft->event.at_ms = d->now.utc_ms;
}

void draft_notice(struct desk *d, struct draft *draft, Triage__V1__Notice *n)
{
    if (!draft->body.notices)
        draft->body.notices = arena_alloc(&d->request, EVENT_NOTICES_MAX * sizeof n);
    CHECK(draft->body.notices && draft->body.n_notices < EVENT_NOTICES_MAX);
    draft->body.notices[draft->body.n_notices++] = n;
}

// --- Which entities a batch touches: their rows are written once, as they are at the end. ---

static struct touch *batch_touch_find(const struct batch *b, uint64_t entity, size_t *slot)
{
    size_t at = (size_t)((entity * 0x9e3779b97f4a7c15u) >> 40) & (BATCH_HASH - 1);
    while (b->hash[at] != 0) {
        struct touch *t = &b->touches[b->hash[at] - 1];
        if (t->entity == entity) return t;
        at = (at + 1) & (BATCH_HASH - 1);
    }
    *slot = at;
    return NULL;
}

static struct touch *batch_touch(struct batch *b, uint64_t entity)
{
    size_t slot = 0;
    struct touch *t = batch_touch_find(b, entity, &slot);
    if (t) return t;
    CHECK(b->n_touches < BATCH_TOUCHES_MAX);
    t = &b->touches[b->n_touches++];
    *t = (struct touch){.entity = entity};
    b->hash[slot] = (uint16_t)b->n_touches;
    return t;
}

static void batch_touch_case(struct batch *b, const struct casefile *f)
{
    struct touch *t = batch_touch(b, ENTITY_CASE(f->no));
    if (casefile_open(f)) {
        t->closed = NULL; // Reopened: the book has it again.
        return;
    }
    if (!t->closed) {
        t->closed = arena_alloc(&b->arena, sizeof *f);
        CHECK(t->closed);
        b->n_closed++;
    }
    *t->closed = *f;
    if (f->n_errands == 0) return;
    size_t const bytes = f->n_errands * sizeof *f->errands;
    t->closed->errands = arena_alloc(&b->arena, bytes);
    t->closed->errands_max = 0;
    CHECK(t->closed->errands);
    memcpy(t->closed->errands, f->errands, bytes);
}

void turn_touch_recipient(struct desk *d, struct recipient *r, uint64_t entity)
{
    batch_touch(d->gathering, entity)->recipient = r;
}

static const struct casefile *batch_closed(const struct batch *b, uint64_t no)
{
    size_t slot = 0;
    if (!b || b->n_closed == 0) return NULL;
    struct touch const *t = batch_touch_find(b, ENTITY_CASE(no), &slot);
    return t ? t->closed : NULL;
}

const struct casefile *turn_closed(const struct desk *d, uint64_t no)
{
    struct casefile const *f = batch_closed(d->gathering, no);
    return f ? f : batch_closed(d->flying, no);
}

// --- Records. ---

bool turn_room(const struct desk *d, size_t records, size_t bytes)
{
    struct batch const *b = d->gathering;
    size_t const need = bytes + records * RECORD_OVERHEAD + (size_t)1024 * 1024;
    return !d->halted && !d->disk_full && b->n_entries + records <= BATCH_ENTRIES_MAX &&
           b->arena.used + need <= b->arena.size && b->n_waits < BATCH_WAITS_MAX;
}

bool turn_full(const struct desk *d)
{
    struct batch const *b = d->gathering;
    return b->n_entries >= (size_t)d->settings.limits.turn_records_max ||
           b->arena.used >= (size_t)d->settings.limits.turn_bytes_max ||
           (b->close_at && b->n_entries >= b->close_at) || b->n_waits >= BATCH_WAITS_MAX / 2;
}

static void batch_lane(struct batch *b, struct lane *lane, uint64_t no)
{
    for (size_t i = b->n_lanes; i > 0 && b->lanes[i - 1].case_no == no; i--)
        if (b->lanes[i - 1].lane == lane) return;
    CHECK(b->n_lanes < BATCH_TOUCHES_MAX);
    b->lanes[b->n_lanes++] = (struct lane_touch){lane, no};
}

static void batch_lanes(struct desk *d, const struct casefile *f)
{
    struct lane *lanes[BOARD_LANES_MAX];
    size_t const n = f ? board_lanes_of(d, f, lanes) : 0;
    for (size_t i = 0; i < n; i++) batch_lane(d->gathering, lanes[i], f->no);
}

static void turn_add_case(struct desk *d, struct draft *draft, uint64_t seq)
{
    struct casefile *f = draft->after;
    struct event *e = &draft->event;
    e->entity = ENTITY_CASE(f->no);
    if (draft->body.n_files) f->files_seq = (int64_t)seq;
    e->version = f->version;
    if (e->kind == EVENT_FILE_PART) { // beside the story: no board shows it, no timeline reads it
        e->prev_seq = (uint64_t)draft->before->files_seq;
        return;
    }
    e->prev_seq = draft->before ? draft->before->last_seq : 0;
    f->last_seq = seq;
    if (f->first_seq == 0) f->first_seq = (int64_t)seq;
    if (e->kind == EVENT_PROPOSED && f->proposal != COMMAND_NONE) f->proposal_seq = (int64_t)seq;
    for (size_t i = 0; i < f->n_errands; i++)
        if (f->errands[i].seq == 0) f->errands[i].seq = (int64_t)seq; // new with this record
    if (e->command) casefile_command_keep(f, e->command, seq);
    batch_lanes(d, draft->before);
}

static void turn_book_case(struct desk *d, const struct casefile *f, enum event_kind kind)
{
    batch_touch_case(d->gathering, f); // before the book forgets the errands of one that closed
    CHECK(book_put(d->book, f) == OK);
    if (kind != EVENT_FILE_PART) batch_lanes(d, f);
}

static void turn_area(struct desk *d, const struct event *e, uint64_t seq)
{
    struct area *a = book_area(d->book);
    a->last_ms = e->at_ms;
    if (e->entity == ENTITY_AREA) {
        a->last_seq = seq;
        area_fold(a, e);
    }
    if (e->kind == EVENT_CLAIMED) area_fold(a, e);
    (void)batch_touch(d->gathering, ENTITY_AREA);
}

uint64_t turn_add(struct desk *d, struct draft *draft)
{
    struct batch *b = d->gathering;
    CHECK(b->n_entries < BATCH_ENTRIES_MAX);
    if (b->n_entries == 0) b->oldest_mono_ms = d->now.mono_ms;
    uint64_t const seq = d->next_seq++;
    if (draft->after)
        turn_add_case(d, draft, seq);
    else if (draft->event.entity == ENTITY_AREA)
        draft->event.prev_seq = book_area(d->book)->last_seq;
    uint8_t header[LEDGER_HEADER_MAX];
    size_t const len =
        wire_header_encode(&draft->event, draft->before, draft->after, header, sizeof header);
    CHECK(len > 0);
    struct ledger_entry *e = &b->entries[b->n_entries++];
    *e = (struct ledger_entry){.entity = draft->event.entity,
                               .header = arena_copy(&b->arena, bytes_of(header, len)),
                               .body = wire_pack(&draft->body.base, &b->arena),
                               .fingerprint = draft->fingerprint,
                               .erase = draft->erase};
    CHECK(!b->arena.exhausted && e->body.len <= LEDGER_BODY_MAX);
    bool const came = draft->event.kind == EVENT_RECEIVED;
    if (came && draft->after->colour == COLOUR_RED && !b->close_at)
        b->close_at = b->n_entries + RED_COMPANY;
    if (draft->after) turn_book_case(d, draft->after, draft->event.kind);
    turn_area(d, &draft->event, seq);
    if (draft->fingerprint) {
        CHECK(book_key_add(d->book, draft->fingerprint, seq) == OK);
        d->n_keys++;
    }
    return seq;
}

static const struct ledger_entry *batch_entry(const struct batch *b, uint64_t seq)
{
    if (!b || seq < b->first_seq || seq >= b->first_seq + b->n_entries) return NULL;
    return &b->entries[seq - b->first_seq];
}

bool turn_amend(struct desk *d, uint64_t seq, uint64_t number)
{
    struct ledger_entry const *old = batch_entry(d->gathering, seq);
    uint8_t header[LEDGER_HEADER_MAX];
    struct event e;
    if (!old || d->gathering->arena.used + sizeof header > d->gathering->arena.size) return false;
    CHECK(ENTITY_KIND(old->entity) != 1 && wire_header_decode(old->header, &e, NULL) == OK);
    e.number = number;
    size_t const len = wire_header_encode(&e, NULL, NULL, header, sizeof header);
    CHECK(len > 0);
    struct bytes const copy = arena_copy(&d->gathering->arena, bytes_of(header, len));
    d->gathering->entries[seq - d->gathering->first_seq].header = copy;
    return true;
}

static const struct ledger_entry *turn_entry(const struct desk *d, uint64_t seq)
{
    struct ledger_entry const *e = batch_entry(d->gathering, seq);
    return e ? e : batch_entry(d->flying, seq);
}

struct bytes turn_body(const struct desk *d, uint64_t seq)
{
    struct ledger_entry const *e = turn_entry(d, seq);
    return e ? e->body : recent_find(&d->recent, seq);
}

struct bytes turn_header(const struct desk *d, uint64_t seq)
{
    struct ledger_entry const *e = turn_entry(d, seq);
    return e ? e->header : BYTES_NONE;
}

uint64_t turn_entity(const struct desk *d, uint64_t seq)
{
    struct ledger_entry const *e = turn_entry(d, seq);
    return e ? e->entity : ENTITY_AREA;
}

// --- What waits. ---

static struct batch *turn_batch_of(struct desk *d, uint64_t seq)
{
    if (seq <= d->durable_seq) return NULL;
    if (d->flying && seq < d->flying->first_seq + d->flying->n_entries) return d->flying;
    return d->gathering;
}

static void batch_wait(struct desk *d, struct batch *b, struct waiting w)
{
    if (b->n_waits >= BATCH_WAITS_MAX) {
        // Only a flood of questions gets here: whoever asked asks again.
        if (w.resume) pending_drop(d, w.resume);
        return;
    }
    b->waits[b->n_waits++] = w;
}

void turn_say(struct desk *d, const struct peer *to, struct bytes reply, uint64_t seq)
{
    struct batch *b = turn_batch_of(d, seq);
    if (!b) {
        session_send(d, to, reply);
        return;
    }
    struct bytes const copy = arena_copy(&b->arena, reply);
    if (copy.data) batch_wait(d, b, (struct waiting){.peer_id = to->id, .reply = copy});
}

void turn_resume(struct desk *d, struct pending *p)
{
    struct batch *b = turn_batch_of(d, turn_last_seq(d));
    if (b)
        batch_wait(d, b, (struct waiting){.resume = p});
    else
        pending_resume(d, p);
}

// --- To the disk and back. ---

static struct ledger_row touch_row(struct desk *d, const struct touch *t, uint8_t *blob, size_t cap)
{
    struct ledger_row row = {.entity = t->entity, .fold_version = WIRE_FOLD_VERSION, .open = true};
    size_t len = 0;
    if (t->entity == ENTITY_AREA) {
        struct area const *a = book_area(d->book);
        row.last_seq = a->last_seq;
        len = wire_area_row_encode(a, blob, cap);
    } else if (t->recipient) {
        row.last_seq = t->recipient->last_seq;
        len = wire_recipient_row_encode(t->recipient, blob, cap);
    } else {
        struct casefile const *f =
            t->closed ? t->closed : book_case(d->book, ENTITY_CASE_NO(t->entity));
        CHECK(f);
        row.last_seq = casefile_kept_seq(f);
        row.open = casefile_open(f);
        len = wire_case_row_encode(f, blob, cap);
    }
    CHECK(len > 0);
    row.blob = bytes_of(blob, len);
    return row;
}

static void batch_rows(struct desk *d, struct batch *b)
{
    uint8_t blob[LEDGER_ROW_MAX];
    for (size_t i = 0; i < b->n_touches; i++) {
        struct ledger_row row = touch_row(d, &b->touches[i], blob, sizeof blob);
        row.blob = arena_copy(&b->arena, row.blob);
        CHECK(row.blob.data);
        b->rows[b->n_rows++] = row;
    }
}

static void batch_clear(struct batch *b)
{
    arena_reset(&b->arena);
    // The hash is emptied by what was put in, or wholly when that was much.
    if (b->n_touches > BATCH_HASH / 64) {
        memset(b->hash, 0, BATCH_HASH * sizeof *b->hash);
    } else {
        for (size_t i = 0; i < b->n_touches; i++) {
            size_t at = (size_t)((b->touches[i].entity * 0x9e3779b97f4a7c15u) >> 40);
            for (at &= BATCH_HASH - 1; b->hash[at]; at = (at + 1) & (BATCH_HASH - 1))
                b->hash[at] = 0;
        }
    }
    b->n_entries = b->n_rows = b->n_touches = b->n_lanes = b->n_waits = b->n_closed = 0;
    b->close_at = 0;
}

// Everything the batch kept may now be told: boards and outboxes first, then replies in order.
static void batch_release(struct desk *d, struct batch *b)
{
    for (size_t i = 0; i < b->n_entries; i++)
        recent_keep(&d->recent, b->first_seq + i, b->entries[i].body);
    for (size_t i = 0; i < b->n_lanes; i++) board_changed(b->lanes[i].lane, b->lanes[i].case_no);
    board_wake(d);
    for (size_t i = 0; i < b->n_touches; i++) {
        if (b->touches[i].recipient) outbox_durable(d, b->touches[i].recipient);
        if (!b->touches[i].closed) continue;
        pending_stale(d, b->touches[i].entity);
        attach_stale(d, ENTITY_CASE_NO(b->touches[i].entity));
        erase_stale(d, ENTITY_CASE_NO(b->touches[i].entity));
    }
    for (size_t i = 0; i < b->n_waits && !d->halted; i++) {
        struct waiting const *w = &b->waits[i];
        if (w->resume)
            pending_resume(d, w->resume);
        else
            session_send_id(d, w->peer_id, w->reply);
    }
    batch_clear(b);
}

static void turn_kept(void *ctx, enum kept kept, uint64_t head_seq)
{
    struct desk *d = ctx;
    struct batch *b = d->flying;
    CHECK(b);
    if (kept != KEPT) {
        desk_halt(d, kept == FENCED ? EXIT_FENCED : EXIT_LEDGER_FAILED,
                  kept == FENCED ? "ledger_fenced" : "ledger_failed");
        return;
    }
    CHECK(head_seq == b->first_seq + b->n_entries - 1);
    d->durable_seq = head_seq;
    d->flying = NULL;
    batch_release(d, b);
}

void turn_hand(struct desk *d)
{
    struct batch *b = d->gathering;
    if (d->halted || d->flying || b->n_entries == 0) return;
    batch_rows(d, b);
    d->flying = b;
    d->gathering = b == &d->batches[0] ? &d->batches[1] : &d->batches[0];
    d->gathering->first_seq = d->next_seq;
    struct ledger_turn const turn = {.first_seq = b->first_seq,
                                     .n_entries = b->n_entries,
                                     .n_rows = b->n_rows,
                                     .entries = b->entries,
                                     .rows = b->rows};
    ledger_append(d->ledger, d->epoch, &turn, turn_kept, d);
}
