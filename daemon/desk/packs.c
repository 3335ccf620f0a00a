#include "packs.h"

#include "assess.h"
#include "reply.h"
#include "second.h"
#include "turn.h"
#include "words.h"

#include <stdio.h>

#define DIGEST_SHOWN      ((size_t)8) // what the ledger keeps of a digest
#define DIGEST_NAMED_MIN  ((size_t)4)
#define PROBLEMS_TOLD_MAX ((size_t)32)

static uint64_t pack_number(const struct policy_info *i)
{
    uint64_t v;
    memcpy(&v, i->digest, sizeof v);
    return v;
}

// --- What is told. ---

static Triage__V1__PackProposal *proposal_make(struct desk *d, const struct area *a,
                                               const struct policy_info *known)
{
    Triage__V1__PackProposal *p = pb_new(&d->request, &triage__v1__pack_proposal__descriptor);
    p->pack = pb_new(&d->request, &triage__v1__policy_stamp__descriptor);
    if (known) {
        p->pack->name = pb_text(known->name);
        p->pack->version = pb_text(known->version);
    }
    p->pack->digest = pb_bytes(bytes_of((const uint8_t *)&a->proposed, DIGEST_SHOWN));
    p->by = pb_text(a->proposed_by);
    p->at_ms = a->proposed_ms;
    p->until_ms = a->proposed_ms + AREA_PROPOSAL_MS;
    return p;
}

// `known`: the proposed pack, where its files were read just now; NULL otherwise.
static void packs_say(struct desk *d, struct message *m, const struct policy_info *known)
{
    struct area const *a = book_area(d->book);
    Triage__V1__PackReply body = TRIAGE__V1__PACK_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    body.in_force = assess_stamp(d, &d->request);
    body.since_ms = a->policy_ms;
    body.proposed_by = pb_text(a->policy_proposed_by);
    body.activated_by = pb_text(a->policy_by);
    if (area_proposal_stands(a, d->now.utc_ms)) body.proposal = proposal_make(d, a, known);
    r.body_case = TRIAGE__V1__REPLY__BODY_PACK;
    r.pack = &body;
    reply_say(d, m, &r, a->last_seq);
}

// Reads the pack's files again: only to say its name beside its digest.
void packs_status(struct desk *d, struct message *m)
{
    struct area const *a = book_area(d->book);
    struct policy *p = NULL;
    if (area_proposal_stands(a, d->now.utc_ms) && d->hooks.pack_open)
        (void)d->hooks.pack_open(d->hooks.ctx, NULL, a->proposed, &p, NULL);
    packs_say(d, m, p ? policy_info(p) : NULL);
    policy_close(p);
}

// --- Who may. ---

// The rules decide about people: two managers.
static bool packs_manager(struct desk *d, struct message *m, const char *reason, const char *field)
{
    unsigned const managers = GRADE_BIT(GRADE_MASH_MANAGER) | GRADE_BIT(GRADE_COMMUNITY_MANAGER);
    if (!second_proven(m, managers)) {
        reply_refuse(d, m, ERR_FORBIDDEN,
                     "Only a manager may, with a key of their own or signed in at the portal.");
        return false;
    }
    if (!d->hooks.pack_open) {
        reply_refuse(d, m, ERR_UNAVAILABLE, "This daemon reads no packs while it runs.");
        return false;
    }
    if (!reason[0]) {
        reply_refuse_field(d, m, ERR_INVALID, field, "missing", "Say why, for the record.");
        return false;
    }
    if (turn_room(d, 1, 4096)) return true;
    reply_busy(d, m, NULL, 100);
    return false;
}

static void packs_record(struct desk *d, const struct message *m, enum event_kind kind,
                         uint64_t number, const char *text)
{
    struct draft draft;
    draft_init(d, &draft, kind);
    draft.event.number = number;
    id_copy(draft.event.principal, m->principal->id);
    id_copy(draft.event.worker, m->actor.worker->id);
    draft.body.text = pb_text(text);
    (void)turn_add(d, &draft);
}

// --- What cannot be used, each with its place. ---

static char *problem_place(struct desk *d, const struct policy_problem *p)
{
    char text[160];
    struct words w;
    words_init(&w, &d->request, 1024);
    (void)snprintf(text, sizeof text, "%s:%d: ", p->file, p->line);
    words_add(&w, text);
    if (p->decision[0]) {
        (void)snprintf(text, sizeof text, "table %s, row %d, column %d: ", p->decision, p->row,
                       p->column);
        words_add(&w, text);
    }
    words_add(&w, p->text);
    return pb_text(words_end(&w, &d->request));
}

static void packs_refuse(struct desk *d, struct message *m, enum err e, const char *field,
                         const struct policy_report *report)
{
    Triage__V1__Reply r;
    size_t const n = policy_report_count(report);
    reply_init(m, &r);
    r.status = reply_status(e == ERR_NOT_FOUND ? ERR_NOT_FOUND : ERR_INVALID);
    r.text = pb_text(e == ERR_NOT_FOUND
                         ? "No such pack is installed. Operators put its folder into packs_dir."
                         : "This pack cannot be used; the rules in force stay.");
    r.problems = pb_list(&d->request, PROBLEMS_TOLD_MAX);
    for (size_t i = 0; i < n && r.n_problems < PROBLEMS_TOLD_MAX; i++) {
        struct policy_problem const p = policy_report_at(report, i);
        if (p.severity != POLICY_REFUSED) continue;
        Triage__V1__Problem *one = pb_new(&d->request, &triage__v1__problem__descriptor);
        one->field = pb_text(field);
        one->code = pb_text("pack");
        one->text = problem_place(d, &p);
        one->refused = true;
        r.problems[r.n_problems++] = one;
    }
    d->port->count(d->port->ctx, METRIC_REFUSED, err_word(e), 1);
    reply_say(d, m, &r, 0);
}

struct policy *packs_open(struct desk *d, struct message *m, const char *name, uint64_t digest,
                          const char *field)
{
    struct policy_report *report = policy_report_open();
    struct policy *p = NULL;
    CHECK(report);
    enum err const e = d->hooks.pack_open(d->hooks.ctx, name, digest, &p, report);
    if (e) packs_refuse(d, m, e, field, report);
    policy_report_close(report);
    return e ? NULL : p;
}

// --- Proposed, withdrawn, in force. ---

static const char *pack_words(struct desk *d, const struct policy_info *i, const char *reason)
{
    struct words w;
    words_init(&w, &d->request, 1024);
    words_add(&w, i->name);
    words_add(&w, ", version ");
    words_add(&w, i->version);
    words_add(&w, ": ");
    words_add(&w, reason);
    return words_end(&w, &d->request);
}

void packs_propose(struct desk *d, struct message *m)
{
    Triage__V1__ProposePackRequest const *q = m->request->propose_pack;
    struct area const *a = book_area(d->book);
    if (!packs_manager(d, m, q->reason, "propose_pack.reason")) return;
    if (!id_valid(q->pack)) {
        reply_refuse_field(d, m, ERR_INVALID, "propose_pack.pack", "name",
                           "Name a folder of packs_dir: small letters, digits, - and _.");
        return;
    }
    struct policy *p = packs_open(d, m, q->pack, 0, "propose_pack.pack");
    if (!p) return;
    struct policy_info const *i = policy_info(p);
    uint64_t const number = pack_number(i);
    bool const again = number == a->proposed && strcmp(a->proposed_by, m->actor.worker->id) == 0 &&
                       area_proposal_stands(a, d->now.utc_ms);
    if (number == a->policy)
        reply_refuse_field(d, m, ERR_CONFLICT, "propose_pack.pack", "in_force",
                           "These rules are in force already.");
    else {
        if (!again) packs_record(d, m, EVENT_PACK_PROPOSED, number, pack_words(d, i, q->reason));
        packs_say(d, m, i);
    }
    policy_close(p);
}

void packs_withdraw(struct desk *d, struct message *m)
{
    Triage__V1__WithdrawPackRequest const *q = m->request->withdraw_pack;
    struct area const *a = book_area(d->book);
    if (!packs_manager(d, m, q->reason, "withdraw_pack.reason")) return;
    if (a->proposed) packs_record(d, m, EVENT_PACK_WITHDRAWN, a->proposed, q->reason);
    packs_say(d, m, NULL);
}

// True when it may; otherwise it was answered why not.
static bool activate_may(struct desk *d, struct message *m, const struct area *a)
{
    struct bytes const named = bytes_pb(m->request->activate_pack->digest);
    if (!area_proposal_stands(a, d->now.utc_ms)) {
        reply_refuse(d, m, ERR_CONFLICT,
                     "No pack waits for a second manager. Propose one first; a proposal stands for "
                     "seven days.");
        return false;
    }
    size_t const len = named.len < DIGEST_SHOWN ? named.len : DIGEST_SHOWN;
    if (len < DIGEST_NAMED_MIN || memcmp(named.data, &a->proposed, len) != 0) {
        reply_refuse_field(d, m, ERR_CONFLICT, "activate_pack.digest", "other",
                           "Another pack was proposed. Look at the status and name its digest.");
        return false;
    }
    char const *refusal = second_refusal(m, a->proposed_by, a->proposed_key);
    if (refusal) reply_refuse(d, m, ERR_FORBIDDEN, refusal);
    return !refusal;
}

static bool activate_again(const struct message *m, const struct area *a)
{
    struct bytes const named = bytes_pb(m->request->activate_pack->digest);
    return named.len >= DIGEST_NAMED_MIN && strcmp(a->policy_by, m->actor.worker->id) == 0 &&
           memcmp(named.data, &a->policy, named.len < DIGEST_SHOWN ? named.len : DIGEST_SHOWN) == 0;
}

void packs_activate(struct desk *d, struct message *m)
{
    Triage__V1__ActivatePackRequest const *q = m->request->activate_pack;
    struct area *a = book_area(d->book);
    if (!packs_manager(d, m, q->reason, "activate_pack.reason")) return;
    if (activate_again(m, a)) { // No answer came: the same is sent again.
        packs_say(d, m, NULL);
        return;
    }
    if (!activate_may(d, m, a)) return;
    struct policy *p = packs_open(d, m, NULL, a->proposed, "activate_pack.digest");
    if (!p) return;
    packs_record(d, m, EVENT_POLICY, a->proposed, pack_words(d, policy_info(p), q->reason));
    d->hooks.pack_take(d->hooks.ctx, p);
    packs_say(d, m, NULL);
}

enum err packs_settle(struct desk *d, char *why, size_t size)
{
    uint64_t const kept = book_area(d->book)->policy;
    if (!d->settings.policy_find || kept == 0 || kept == pack_number(d->info)) return OK;
    struct policy const *p = d->settings.policy_find(d->settings.policy_find_ctx, kept);
    if (p) {
        d->policy = p;
        d->info = policy_info(p);
        return OK;
    }
    uint8_t const *digest = (const uint8_t *)&kept;
    (void)snprintf(why, size,
                   "the rules in force (digest %02x%02x%02x%02x%02x%02x%02x%02x) are neither in "
                   "policy_dir nor in packs_dir, or can no longer be used: put their files back as "
                   "they were. Other rules come into force by two managers: triage policy propose",
                   digest[0], digest[1], digest[2], digest[3], digest[4], digest[5], digest[6],
                   digest[7]);
    return ERR_POLICY;
}
