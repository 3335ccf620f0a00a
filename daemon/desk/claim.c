#include "claim.h"

#include "alarms.h"
#include "assess.h"
#include "attach.h"
#include "board.h"
#include "body.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "session.h"
#include "work.h"

#define COMMAND_ID_LEN ((size_t)16)
#define CLAIM_SKIP_MAX 256u // cases this worker may not take, before `next` gives up

// --- Which cases a command id took: a ring, oldest forgotten first. ---

enum err claim_init(struct desk *d)
{
    d->claims = land_take(&d->land, CLAIMS_REMEMBERED * sizeof *d->claims);
    d->claims_hash = land_take(&d->land, CLAIMS_REMEMBERED * sizeof *d->claims_hash);
    d->claims_older = land_take(&d->land, CLAIMS_REMEMBERED * sizeof *d->claims_older);
    return d->claims && d->claims_hash && d->claims_older ? OK : ERR_NO_MEMORY;
}

static uint32_t *claim_bucket(const struct desk *d, uint64_t fingerprint)
{
    return &d->claims_hash[(fingerprint >> 16) & (CLAIMS_REMEMBERED - 1)];
}

static void claim_remember(struct desk *d, uint64_t fingerprint, uint64_t no)
{
    size_t const at = (size_t)(d->n_claims++ & (CLAIMS_REMEMBERED - 1));
    struct claim_memory *c = &d->claims[at];
    if (c->fingerprint) { // The oldest gives its place; it is the last of its bucket.
        uint32_t *link = claim_bucket(d, c->fingerprint);
        while (*link && *link - 1 != at) link = &d->claims_older[*link - 1];
        *link = 0;
    }
    uint32_t *bucket = claim_bucket(d, fingerprint);
    *c = (struct claim_memory){fingerprint, no};
    d->claims_older[at] = *bucket;
    *bucket = (uint32_t)at + 1;
}

void claim_remember_case(struct desk *d, const struct casefile *f)
{
    if (f->lease_until_ms == 0) return;
    for (size_t i = CASE_COMMANDS_MAX; i-- > 0;)
        if (f->commands[i].fingerprint) claim_remember(d, f->commands[i].fingerprint, f->no);
}

static bool claim_remembered(const struct desk *d, uint64_t fingerprint)
{
    for (uint32_t at = *claim_bucket(d, fingerprint); at; at = d->claims_older[at - 1])
        if (d->claims[at - 1].fingerprint == fingerprint) return true;
    return false;
}

// --- The answer, once the leases are on disk: what was said goes with it. ---

static bool claim_body(struct desk *d, struct message *m, uint64_t no,
                       Triage__Ledger__V1__Body **out, enum err *e)
{
    struct casefile const *f = book_case(d->book, no);
    struct record rec = {0};
    *out = NULL;
    *e = ERR_NOT_FOUND;
    if (!f) return true; // Closed in the meantime: there is nothing to work on.
    *e = OK;
    rec.body = turn_body(d, (uint64_t)f->first_seq);
    if (!rec.body.data && !pending_record(d, m, (uint64_t)f->first_seq, &rec, e)) return *e != OK;
    if (!rec.erased) *e = body_read(rec.body, BODY_CONCERN | BODY_ASSESSMENT, &d->request, out);
    return true;
}

static void claimed_fill(struct desk *d, struct message *m, Triage__V1__Claimed *c)
{
    Triage__Ledger__V1__Body *body = NULL;
    enum err e = OK;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(c->headline->reference));
    if (!claim_body(d, m, no, &body, &e) || !body) {
        if (e == OK || m->parked) return;
        c->problems = pb_list(&d->request, 1);
        c->problems[0] = pb_new(&d->request, &triage__v1__problem__descriptor);
        c->problems[0]->code = pb_text(err_word(e));
        c->problems[0]->text =
            pb_text("What was said could not be read just now: send the same claim again.");
        c->n_problems = 1;
        return;
    }
    struct casefile const *f = book_case(d->book, no);
    if (f) (void)attach_list(d, m, f, &(struct attach_list){&c->files, &c->n_files}, &e);
    c->concern = body->concern;
    c->assessment = body->assessment;
    if (c->assessment) assess_missing_ask(c->assessment->missing, c->assessment->n_missing);
}

static bool claimed_held(const Triage__V1__Claimed *c)
{
    return c->headline && c->token &&
           (c->status == TRIAGE__V1__STATUS__STATUS_OK ||
            c->status == TRIAGE__V1__STATUS__STATUS_DUPLICATE);
}

static void claim_finish(struct desk *d, struct message *m)
{
    Triage__V1__Reply *r = NULL;
    struct wire_place place;
    struct wire_limits const limits = OWN_LIMITS;
    if (wire_reply(m->raw, &limits, &d->request, &r, &place) != OK) return;
    for (size_t i = 0; i < r->claim->n_claimed; i++)
        if (claimed_held(r->claim->claimed[i])) claimed_fill(d, m, r->claim->claimed[i]);
    if (m->parked) return;
    struct bytes const packed = wire_pack(&r->base, &d->request);
    CHECK(packed.data);
    session_send(d, &m->from, packed);
}

static void claim_say(struct desk *d, struct message *m, Triage__V1__ClaimReply *body)
{
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.body_case = TRIAGE__V1__REPLY__BODY_CLAIM;
    r.claim = body;
    struct pending *p = pending_make(d, &m->from, claim_finish, wire_pack(&r.base, &d->request));
    if (p)
        turn_resume(d, p);
    else // The leases stand: the same claim, sent again, gets them.
        reply_busy(d, m, NULL, 1000);
}

// --- Taking. ---

static void claimed_counted(struct desk *d, Triage__V1__Claimed *c, enum err e)
{
    c->status = reply_status(e);
    d->port->count(d->port->ctx, METRIC_CLAIMS, err_word(e), 1);
}

static void claimed_lease(struct desk *d, const struct casefile *f, Triage__V1__Claimed *c)
{
    c->headline = headline_make(d, f);
    c->token = (uint64_t)f->lease_token;
    c->until_ms = f->lease_until_ms;
    c->adult = (uint32_t)f->adult;
}

// `passing`: what becomes of its queue's count with it, 0 nothing.
static enum err claim_one(struct desk *d, struct message *m, const struct casefile *f,
                          uint32_t expected_version, uint64_t passing, Triage__V1__Claimed *c)
{
    struct work w = {.m = NULL, .reference = "", .area = "claim", .text = "", .number = passing};
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    w.command = (struct command){.kind = COMMAND_CLAIM,
                                 .actor = m->actor,
                                 .lead = "",
                                 .team = "",
                                 .has_version = expected_version != 0,
                                 .expected_version = expected_version};
    w.command.fingerprint =
        wire_fingerprint(&d->keys, m->principal->id, bytes_pb(m->request->command_id));
    if (!room_for_work(d, f, 0)) {
        e = ERR_BUSY;
    } else if (work_apply(d, &w, f, &after, &result, &e)) {
        claim_remember(d, w.command.fingerprint, after.no);
        claimed_lease(d, &after, c);
    } else if (e == ERR_CONFLICT || e == ERR_FORBIDDEN) {
        c->headline = headline_make(d, f); // As it is now.
        c->problems = pb_list(&d->request, 1);
        c->problems[0] = pb_new(&d->request, &triage__v1__problem__descriptor);
        c->problems[0]->code = pb_text(err_word(e));
        c->problems[0]->text = pb_text(result.refusal);
        c->problems[0]->refused = true;
        c->n_problems = 1;
    }
    claimed_counted(d, c, e);
    return e;
}

static Triage__V1__Claimed *claimed_new(struct desk *d, Triage__V1__ClaimReply *body)
{
    Triage__V1__Claimed *c = pb_new(&d->request, &triage__v1__claimed__descriptor);
    body->claimed[body->n_claimed++] = c;
    return c;
}

// --- The next of a queue.  Reds first, always.  Beside them greens get their promised share, and
// what has waited longer than its colour may comes before the rest of that colour, whatever they
// score.  How many were handed out before a green goes with the claims into the ledger, so that no
// restart begins to count anew. ---

// In the place of the head of the queue; itself where nothing is owed to another.
static struct casefile *claim_fair(struct desk *d, const char *team, struct casefile *head)
{
    int64_t const share = d->settings.limits.green_share_percent;
    struct casefile *green = book_queue_oldest(d->book, team, COLOUR_GREEN);
    int64_t const passed = area_passed(book_area(d->book), team);
    if (head->colour == COLOUR_AMBER && green && share && (passed + 1) * share >= 100) return green;
    struct casefile *oldest = book_queue_oldest(d->book, team, (enum colour)head->colour);
    return oldest && alarms_waits_long(d, oldest) ? oldest : head;
}

// What taking one of this colour off the queue makes of its count; 0: it stays.
static uint64_t claim_passing(struct desk *d, const char *team, int32_t colour)
{
    unsigned const passed = area_passed(book_area(d->book), team);
    bool const green = book_queue_oldest(d->book, team, COLOUR_GREEN) != NULL;
    if (colour == COLOUR_GREEN || !green) return passed ? area_passing(team, 0) : 0;
    return colour == COLOUR_AMBER ? area_passing(team, passed + 1) : 0;
}

static enum err claim_offer(struct desk *d, struct message *m, struct casefile *f,
                            Triage__V1__ClaimReply *body)
{
    Triage__V1__Claimed *c = claimed_new(d, body);
    uint64_t const passing = claim_passing(d, m->request->claim->team, f->colour);
    enum err const e = claim_one(d, m, f, 0, passing, c);
    if (e != OK) body->n_claimed--;
    return e;
}

// The most urgent of a team's queue that this worker may take.
static void claim_next(struct desk *d, struct message *m, Triage__V1__ClaimReply *body)
{
    Triage__V1__ClaimRequest const *q = m->request->claim;
    uint32_t left = q->next, skipped = 0;
    struct casefile *f = left ? book_queue_first(d->book, q->team) : NULL;
    uint64_t refused = 0; // one that was owed its turn and is not theirs to take
    while (f && left > 0 && skipped < CLAIM_SKIP_MAX) {
        if (casefile_put_off(f, d->now.utc_ms)) { // `next` leaves it to whoever put it off
            f = book_queue_next(d->book, q->team, f);
            continue;
        }
        struct casefile *turn = claim_fair(d, q->team, f);
        if (turn->no == refused) turn = f;
        struct casefile *next = book_queue_next(d->book, q->team, f); // Before f leaves the queue.
        uint64_t const no = turn->no;
        bool const head = turn == f;
        enum err const e = claim_offer(d, m, turn, body);
        if (e == ERR_BUSY) return;
        if (e == OK)
            left--;
        else
            skipped++;
        if (head)
            f = next;
        else if (e != OK)
            refused = no;
    }
}

static const struct casefile *claim_case(struct desk *d, struct message *m, const char *reference,
                                         enum err *e)
{
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(reference));
    struct casefile const *f = pending_case(d, m, no, e);
    if (f && !actor_sees(&m->actor, f, &d->rules)) {
        *e = ERR_NOT_FOUND;
        return NULL;
    }
    return f;
}

static void claim_named(struct desk *d, struct message *m, Triage__V1__ClaimReply *body)
{
    Triage__V1__ClaimRequest const *q = m->request->claim;
    for (size_t i = 0; i < q->n_cases; i++) {
        Triage__V1__Claimed *c = claimed_new(d, body);
        enum err e = OK;
        struct casefile const *f = claim_case(d, m, q->cases[i]->reference, &e);
        if (f)
            (void)claim_one(d, m, f, q->cases[i]->expected_version, 0, c);
        else
            claimed_counted(d, c, e);
    }
}

// --- Sent again. ---

static bool claim_again_one(struct desk *d, struct message *m, uint64_t no, uint64_t fingerprint,
                            Triage__V1__ClaimReply *body)
{
    struct casefile const *f = book_case(d->book, no);
    uint64_t const seq = f ? casefile_command_seq(f, fingerprint) : 0;
    struct record rec = {0};
    struct event event;
    enum err e = OK;
    if (seq == 0) return true;
    if (!pending_record(d, m, seq, &rec, &e)) return false;
    struct casefile then = *f;
    if (wire_header_decode(rec.header, &event, &then) != OK) return true;
    Triage__V1__Claimed *c = claimed_new(d, body);
    claimed_lease(d, f, c);
    c->token = (uint64_t)then.lease_token; // As it was first answered.
    c->until_ms = then.lease_until_ms;
    c->status = TRIAGE__V1__STATUS__STATUS_DUPLICATE;
    return true;
}

static void claim_again(struct desk *d, struct message *m, uint64_t fingerprint)
{
    Triage__V1__ClaimReply body = TRIAGE__V1__CLAIM_REPLY__INIT;
    size_t const max = (size_t)d->settings.limits.claims_max;
    body.claimed = pb_list(&d->request, max);
    for (uint32_t at = *claim_bucket(d, fingerprint); at && body.n_claimed < max;
         at = d->claims_older[at - 1]) {
        struct claim_memory const *c = &d->claims[at - 1];
        if (c->fingerprint == fingerprint)
            (void)claim_again_one(d, m, c->case_no, fingerprint, &body);
    }
    if (!m->parked) claim_say(d, m, &body);
}

static bool claim_sound(struct desk *d, struct message *m)
{
    Triage__V1__ClaimRequest const *q = m->request->claim;
    size_t const max = (size_t)d->settings.limits.claims_max;
    if (m->request->command_id.len != COMMAND_ID_LEN) {
        reply_refuse_field(d, m, ERR_INVALID, "command_id", "length",
                           "Send 16 bytes that stay the same when this is sent again.");
        return false;
    }
    if (q->n_cases > max || q->next > max - q->n_cases) {
        reply_refuse_field(d, m, ERR_TOO_LARGE, "claim", "count",
                           "Take at most limits.claims_max at once.");
        return false;
    }
    if (q->next && !board_open_to(d, m, q->team)) {
        reply_refuse_field(d, m, ERR_NOT_FOUND, "claim.team", "team",
                           "This key works no queue of that name.");
        return false;
    }
    if (!m->actor.worker) {
        reply_refuse_field(d, m, ERR_FORBIDDEN, "worker", "missing",
                           "Name the registered worker who takes it.");
        return false;
    }
    return true;
}

void claim_cases(struct desk *d, struct message *m)
{
    Triage__V1__ClaimRequest const *q = m->request->claim;
    Triage__V1__ClaimReply body = TRIAGE__V1__CLAIM_REPLY__INIT;
    if (!claim_sound(d, m)) return;
    uint64_t const fingerprint =
        wire_fingerprint(&d->keys, m->principal->id, bytes_pb(m->request->command_id));
    if (claim_remembered(d, fingerprint)) {
        claim_again(d, m, fingerprint);
        return;
    }
    for (size_t i = 0; i < q->n_cases; i++) { // All are looked at before any is taken.
        enum err e = OK;
        (void)claim_case(d, m, q->cases[i]->reference, &e);
    }
    if (m->parked) return;
    body.claimed = pb_list(&d->request, q->n_cases + q->next + 1);
    claim_named(d, m, &body);
    claim_next(d, m, &body);
    claim_say(d, m, &body);
}
