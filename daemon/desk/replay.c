#include "replay.h"

#include "compare.h"
#include "packs.h"
#include "pending.h"
#include "reply.h"
#include "report.h"
#include "session.h"

#include <stdlib.h>

#define REPLAY_READS     ((unsigned)256)  // on their way at once; compared within two milliseconds
#define REPLAY_CASES_MAX ((uint64_t)4096) // of one answer

struct replay {
    struct desk *desk;
    struct pending *slot; // who waits; NULL: nobody any more
    uint64_t peer;
    const struct policy *was; // in force when it began
    uint64_t next, last, looked_at;
    int64_t since_ms;
    unsigned reading;
    bool counts_only, broken;
    struct {
        char name[ID_MAX];
        struct policy *policy;
    } pack; // kept from one question to the next
    size_t n_changes;
    Triage__V1__ReplayChange changes[REPLAY_CASES_MAX];
    uint64_t numbers[REPLAY_CASES_MAX];
    uint8_t scratch[POLICY_SCRATCH_BYTES];
};

// --- Reading. ---

static void replay_read(struct replay *r);

static void replay_row(void *ctx, enum err e, const struct ledger_row *row)
{
    struct replay *r = ctx;
    struct casefile f = {.no = 0};
    struct arena scratch;
    r->reading--;
    if (e == OK && r->slot && !r->broken) e = wire_case_row_decode(row->blob, &f);
    if (e) r->broken = true;
    if (e == OK && r->slot && !r->broken && f.received_ms >= r->since_ms) {
        arena_init(&scratch, r->scratch, sizeof r->scratch);
        r->looked_at++;
        r->numbers[r->n_changes] = ENTITY_CASE_NO(row->entity);
        if (compare_case(r->was, r->pack.policy, &f, &scratch, &r->changes[r->n_changes]))
            r->n_changes++;
    }
    replay_read(r);
}

static void replay_read(struct replay *r)
{
    while (r->slot && !r->broken && r->next <= r->last && r->reading < REPLAY_READS) {
        if (ledger_read_row(r->desk->ledger, ENTITY_CASE(r->next), replay_row, r) != OK) return;
        r->next++;
        r->reading++;
    }
}

// --- Answering. ---

static Triage__V1__PolicyStamp *replay_stamp(struct desk *d, const struct policy *p)
{
    struct policy_info const *i = policy_info(p);
    Triage__V1__PolicyStamp *s = pb_new(&d->request, &triage__v1__policy_stamp__descriptor);
    s->name = pb_text(i->name);
    s->version = pb_text(i->version);
    s->digest = pb_bytes(bytes_of(i->digest, POLICY_DIGEST_BYTES));
    return s;
}

static void replay_fill(struct desk *d, struct replay *r, Triage__V1__ReplayReply *body)
{
    body->in_force = replay_stamp(d, r->was);
    body->pack = replay_stamp(d, r->pack.policy);
    body->looked_at = (uint32_t)r->looked_at;
    body->cases = (uint32_t)book_area(d->book)->cases;
    body->next = r->next <= body->cases ? (uint32_t)r->next : 0;
    body->changes = pb_list(&d->request, r->n_changes);
    for (; body->n_changes < r->n_changes; body->n_changes++) {
        Triage__V1__ReplayChange *c = &r->changes[body->n_changes];
        if (!r->counts_only)
            c->reference = pb_reference(d, &d->request, r->numbers[body->n_changes]);
        body->changes[body->n_changes] = c;
    }
}

static void replay_answer(struct desk *d, struct message *m)
{
    struct replay *r = d->replay;
    struct wire_place unused;
    Triage__V1__ReplayReply body = TRIAGE__V1__REPLAY_REPLY__INIT;
    Triage__V1__Reply reply;
    arena_reset(&d->decode);
    if (wire_request(m->raw, &d->wire_limits, &d->decode, &m->request, &unused) != OK)
        m->request = NULL;
    if (r->broken) {
        reply_busy(d, m, "The record could not be read just now.", 1000);
        return;
    }
    reply_init(m, &reply);
    replay_fill(d, r, &body);
    reply.body_case = TRIAGE__V1__REPLY__BODY_REPLAY;
    reply.replay = &body;
    reply_say(d, m, &reply, 0);
}

static bool replay_refused(struct desk *d, struct message *m)
{
    Triage__V1__ReplayRequest const *q = m->request->replay;
    if (!report_open_to(m))
        reply_refuse(d, m, ERR_FORBIDDEN,
                     "Managers and auditors may try rules on the record; operators get counts.");
    else if (!d->hooks.pack_open)
        reply_refuse(d, m, ERR_UNAVAILABLE, "This daemon reads no packs while it runs.");
    else if (!id_valid(q->pack))
        reply_refuse_field(d, m, ERR_INVALID, "replay.pack", "name",
                           "Name a folder of packs_dir: small letters, digits, - and _.");
    else if (q->since_ms < 0)
        reply_refuse_field(d, m, ERR_INVALID, "replay.since_ms", "range",
                           "A time since 1970, or 0 for all.");
    else if ((d->replay && d->replay->slot) || d->draining)
        reply_busy(d, m, "Other rules are being tried; ask again.", 200);
    else
        return false;
    return true;
}

// The pack as it was at the first question: a replay in several answers is of one pack.
static bool replay_pack(struct desk *d, struct message *m, struct replay *r, bool first)
{
    char const *name = m->request->replay->pack;
    if (!first && r->pack.policy && strcmp(r->pack.name, name) == 0) return true;
    policy_close(r->pack.policy);
    r->pack.policy = packs_open(d, m, name, 0, "replay.pack");
    id_copy(r->pack.name, name);
    return r->pack.policy != NULL;
}

void replay_ask(struct desk *d, struct message *m)
{
    Triage__V1__ReplayRequest const *q = m->request->replay;
    if (replay_refused(d, m)) return;
    if (!d->replay && !(d->replay = calloc(1, sizeof *d->replay))) {
        reply_busy(d, m, NULL, 1000);
        return;
    }
    struct replay *r = d->replay;
    uint64_t const cases = book_area(d->book)->cases;
    if (!replay_pack(d, m, r, q->from == 0)) return;
    if (!(r->slot = pending_make(d, &m->from, replay_answer, m->raw))) {
        reply_busy(d, m, NULL, 1000);
        return;
    }
    r->desk = d;
    r->peer = m->from.id;
    r->was = d->policy;
    r->since_ms = q->since_ms;
    r->next = q->from ? q->from : 1;
    r->last = r->next + REPLAY_CASES_MAX - 1 < cases ? r->next + REPLAY_CASES_MAX - 1 : cases;
    r->looked_at = r->n_changes = 0;
    r->broken = false;
    r->counts_only = m->principal->role == ROLE_OPERATOR;
    m->parked = true;
    replay_read(r);
}

bool replay_turn(struct desk *d)
{
    struct replay *r = d->replay;
    if (!r || !r->slot) return false;
    if (!session_find(d, r->peer)) {
        replay_stop(d);
        return false;
    }
    replay_read(r);
    if (r->reading) return false; // The ledger wakes us.
    if (!r->broken && r->next <= r->last) return true;
    struct pending *slot = r->slot;
    pending_resume(d, slot);
    r->slot = NULL;
    return false;
}

void replay_stop(struct desk *d)
{
    struct replay *r = d->replay;
    if (!r || !r->slot) return;
    struct pending *slot = r->slot;
    r->slot = NULL;
    pending_drop(d, slot);
}

void replay_close(struct desk *d)
{
    if (!d->replay) return;
    policy_close(d->replay->pack.policy);
    free(d->replay);
}
