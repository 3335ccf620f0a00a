#include "erase.h"

#include "body.h"
#include "pending.h"
#include "reply.h"
#include "retention.h"
#include "second.h"
#include "turn.h"
#include "words.h"
#include "work.h"

#define TRIAL_ORDER 1    // a number for judging what an order could do
#define ORDER_BYTES 8192 // beside its words

// --- What is told. ---

static void erase_say(struct desk *d, struct message *m, const char *reason, const char *text)
{
    struct area const *a = book_area(d->book);
    struct erasure const *x = &a->erasure;
    Triage__V1__ErasureReply body = TRIAGE__V1__ERASURE_REPLY__INIT;
    Triage__V1__ErasureOrder order = TRIAGE__V1__ERASURE_ORDER__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.text = pb_text(text);
    if (x->order || area_erasure_waits(a, d->now.utc_ms)) {
        order.number = x->seq;
        if (x->case_no) order.reference = pb_reference(d, &d->request, x->case_no);
        order.on_request = x->on_request;
        order.reason = pb_text(reason);
        order.by = pb_copy(&d->request, x->by);
        order.at_ms = x->at_ms;
        order.agreed = x->order != 0;
        order.until_ms = order.agreed ? 0 : x->at_ms + AREA_PROPOSAL_MS;
        body.order = &order;
    }
    r.body_case = TRIAGE__V1__REPLY__BODY_ERASURE;
    r.erasure = &body;
    reply_say(d, m, &r, a->last_seq);
}

// The words of the proposal.  False: parked, or answered.
static bool erase_words(struct desk *d, struct message *m, uint64_t seq,
                        Triage__Ledger__V1__Body **body)
{
    struct record rec = {0};
    enum err e = OK;
    if (pending_record(d, m, seq, &rec, &e))
        (void)body_read(rec.body, BODY_TEXT, &d->request, body);
    if (m->parked) return false;
    if (*body) return true;
    reply_busy(d, m, "It could not be read just now.", 1000);
    return false;
}

bool erase_open_to(const struct message *m)
{
    struct worker const *w = m->actor.worker;
    if (m->principal->role == ROLE_AUDITOR) return true;
    return w && (w->grade == GRADE_MASH_MANAGER || w->grade == GRADE_AUDITOR);
}

void erase_status(struct desk *d, struct message *m)
{
    struct area const *a = book_area(d->book);
    Triage__Ledger__V1__Body *body = NULL;
    bool const any = a->erasure.order || area_erasure_waits(a, d->now.utc_ms);
    if (!erase_open_to(m)) {
        reply_refuse(d, m, ERR_FORBIDDEN, "MASH managers and auditors may see what is erased.");
        return;
    }
    if (any && !erase_words(d, m, a->erasure.seq, &body)) return;
    erase_say(d, m, body ? body->text : "", "");
}

// --- Proposed. ---

static bool erase_may(struct desk *d, struct message *m)
{
    if (!second_proven(m, GRADE_BIT(GRADE_MASH_MANAGER))) {
        reply_refuse(
            d, m, ERR_FORBIDDEN,
            "Only a MASH manager may, with a key of their own or signed in at the portal.");
        return false;
    }
    if (turn_room(d, 1, ORDER_BYTES + m->raw.len)) return true;
    reply_busy(d, m, NULL, 100);
    return false;
}

static bool erase_reason(struct desk *d, struct message *m, const char *reason, const char *field)
{
    if (reason[strspn(reason, " \t\r\n")]) return true;
    reply_refuse_field(d, m, ERR_INVALID, field, "missing",
                       "Say why: it is kept, and told to whoever asks why the case is gone.");
    return false;
}

// True when it was answered: something waits, or this is the same again.
static bool erase_waits(struct desk *d, struct message *m, uint64_t no, bool on_request)
{
    struct area const *a = book_area(d->book);
    struct erasure const *x = &a->erasure;
    if (!x->order && !area_erasure_waits(a, d->now.utc_ms)) return false;
    bool const same = !x->order && x->case_no == no && x->on_request == on_request &&
                      strcmp(x->by, m->actor.worker->id) == 0;
    if (same)
        erase_say(d, m, "", "This was proposed before, and waits for another manager.");
    else
        reply_refuse(d, m, ERR_CONFLICT,
                     x->order ? "What was agreed before is being erased. Try again when it is done."
                              : "Another proposal waits for a second manager. It is answered or "
                                "withdrawn first: triage retention status.");
    return true;
}

static void erase_propose(struct desk *d, struct message *m, uint64_t no, bool on_request,
                          const char *reason)
{
    struct draft draft;
    draft_init(d, &draft, on_request ? EVENT_ERASURE_REQUESTED : EVENT_ERASURE_PROPOSED);
    draft.event.number = no;
    id_copy(draft.event.principal, m->principal->id);
    id_copy(draft.event.worker, m->actor.worker->id);
    draft.body.text = pb_text(reason);
    (void)turn_add(d, &draft);
    erase_say(d, m, reason, "Nothing is erased yet: another MASH manager agrees first.");
}

// Which setting is missing is said by its name.
static void erase_unset(struct desk *d, struct message *m, const struct casefile *f,
                        const char *refusal)
{
    struct words field;
    words_init(&field, &d->request, 64);
    words_add(&field, "retention.");
    words_add(&field, retention_word(retention_class(f)));
    words_add(&field, ".keep");
    reply_refuse_field(d, m, ERR_CONFLICT, words_end(&field, &d->request), "unset", refusal);
}

// Could an order erase it now?  Answered when not.
static bool erase_allowed(struct desk *d, struct message *m, const struct casefile *f,
                          bool on_request)
{
    struct casefile after;
    struct command_result result;
    struct work w = {.m = m, .reference = "", .area = "erase", .text = ""};
    w.command = (struct command){.kind = COMMAND_ERASE,
                                 .order = TRIAL_ORDER,
                                 .on_request = on_request,
                                 .lead = "",
                                 .team = ""};
    enum err const e = command_apply(&d->rules, f, &w.command, d->now, &after, &result);
    bool const unset = retention_class(f) && !d->info->retention.rules[retention_class(f)].amount;
    if (e == ERR_CONFLICT && unset && !on_request && !retention_bar(&d->rules, f).word[0] &&
        !(f->flags & CASE_ERASED))
        erase_unset(d, m, f, result.refusal);
    else if (e)
        work_refused(d, &w, f, e, &result);
    return !e;
}

static const struct casefile *erase_find(struct desk *d, struct message *m, uint64_t no)
{
    enum err e = OK;
    struct casefile const *f = pending_case(d, m, no, &e);
    if (f && actor_sees(&m->actor, f, &d->rules)) return f;
    if (!m->parked) reply_refuse(d, m, f ? ERR_NOT_FOUND : e, NULL);
    return NULL;
}

void erase_case(struct desk *d, struct message *m)
{
    Triage__V1__EraseRequest const *q = m->request->erase;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(q->reference));
    if (!erase_may(d, m) || !erase_reason(d, m, q->reason, "erase.reason")) return;
    struct casefile const *f = erase_find(d, m, no);
    if (!f || erase_waits(d, m, no, q->on_request)) return;
    if (erase_allowed(d, m, f, q->on_request)) erase_propose(d, m, no, q->on_request, q->reason);
}

void erase_all_due(struct desk *d, struct message *m)
{
    char const *reason = m->request->sweep->reason;
    bool any = false;
    if (!erase_may(d, m) || !erase_reason(d, m, reason, "sweep.reason")) return;
    for (int c = RETENTION_NONE + 1; c < RETENTION_COUNT; c++)
        any = any || d->info->retention.rules[c].amount;
    if (!any)
        reply_refuse_field(d, m, ERR_CONFLICT, "retention", "unset",
                           "The rules in force say for no class of case how long it is kept, so "
                           "none is ever due. The council says so in its pack: section retention "
                           "of pack.yaml.");
    else if (!erase_waits(d, m, 0, false))
        erase_propose(d, m, 0, false, reason);
}

// --- Agreed, or not. ---

// As they are now: what is erased by them is told by them for ever.
static void order_schedule(struct desk *d, Triage__Ledger__V1__KeptErasure *k)
{
    struct retention const *r = &d->info->retention;
    k->schedule = pb_list(&d->request, RETENTION_COUNT);
    for (uint32_t c = RETENTION_NONE + 1; c < RETENTION_COUNT; c++) {
        if (r->rules[c].amount == 0) continue;
        Triage__Ledger__V1__KeptPeriod *p =
            pb_new(&d->request, &triage__ledger__v1__kept_period__descriptor);
        p->what = c;
        p->amount = (uint32_t)r->rules[c].amount;
        p->unit = r->rules[c].unit;
        p->basis = pb_text(r->rules[c].basis);
        k->schedule[k->n_schedule++] = p;
    }
}

static void erase_agree(struct desk *d, struct message *m, char *proposed, const char *agreed)
{
    struct area const *a = book_area(d->book);
    Triage__Ledger__V1__KeptErasure kept = TRIAGE__LEDGER__V1__KEPT_ERASURE__INIT;
    struct draft draft;
    draft_init(d, &draft, EVENT_ERASURE_AGREED);
    draft.event.number = a->agreed_seq;
    id_copy(draft.event.principal, m->principal->id);
    id_copy(draft.event.worker, m->actor.worker->id);
    kept.reason = proposed;
    kept.proposed_by = pb_copy(&d->request, a->erasure.by);
    kept.proposed_key = pb_copy(&d->request, a->erasure.key);
    kept.proposed_ms = a->erasure.at_ms;
    kept.agreed_by = pb_text(m->actor.worker->id);
    kept.agreed_key = pb_text(m->principal->id);
    kept.agreed_ms = d->now.utc_ms;
    kept.agreed_reason = pb_text(agreed);
    kept.case_no = a->erasure.case_no;
    kept.on_request = a->erasure.on_request;
    kept.policy = a->policy;
    order_schedule(d, &kept);
    draft.body.erasure = &kept;
    (void)turn_add(d, &draft);
    erase_say(d, m, proposed, "Agreed: it is erased now.");
}

static void erase_withdraw(struct desk *d, struct message *m, const char *reason)
{
    struct area const *a = book_area(d->book);
    struct draft draft;
    draft_init(d, &draft, EVENT_ERASURE_WITHDRAWN);
    draft.event.number = a->erasure.seq;
    id_copy(draft.event.principal, m->principal->id);
    id_copy(draft.event.worker, m->actor.worker->id);
    draft.body.text = pb_text(reason);
    (void)turn_add(d, &draft);
    erase_say(d, m, "", "Withdrawn: nothing more is erased by it.");
}

static bool answer_may(struct desk *d, struct message *m, const struct area *a)
{
    struct erasure const *x = &a->erasure;
    if (x->seq == 0 || x->seq != m->request->answer_erasure->number ||
        (!x->order && !area_erasure_waits(a, d->now.utc_ms))) {
        reply_refuse_field(d, m, ERR_CONFLICT, "answer_erasure.number", "other",
                           "Nothing waits under that number: triage retention status. A proposal "
                           "stands for seven days, and while the rules are the same.");
        return false;
    }
    return true;
}

void erase_answer(struct desk *d, struct message *m)
{
    Triage__V1__AnswerErasureRequest const *q = m->request->answer_erasure;
    struct area const *a = book_area(d->book);
    struct erasure const *x = &a->erasure;
    Triage__Ledger__V1__Body *body = NULL;
    if (!erase_may(d, m) || !answer_may(d, m, a)) return;
    if (q->agree == TRIAGE__V1__ANSWER__ANSWER_NO) {
        if (erase_reason(d, m, q->reason, "answer_erasure.reason")) erase_withdraw(d, m, q->reason);
        return;
    }
    if (q->agree != TRIAGE__V1__ANSWER__ANSWER_YES) {
        reply_refuse_field(d, m, ERR_INVALID, "answer_erasure.agree", "missing",
                           "Say yes to agree, no to withdraw it.");
        return;
    }
    char const *refusal = second_refusal(m, x->by, x->key);
    if (refusal) {
        reply_refuse(d, m, ERR_FORBIDDEN, refusal);
        return;
    }
    struct casefile const *f = x->case_no ? erase_find(d, m, x->case_no) : NULL;
    if ((x->case_no && !f) || !erase_words(d, m, x->seq, &body)) return;
    if (x->order) // No answer came: the same is sent again.
        erase_say(d, m, body->text, "It was agreed before, and is erased now.");
    else if (!f || erase_allowed(d, m, f, x->on_request))
        erase_agree(d, m, body->text, q->reason);
}

// --- Afterwards. ---

bool erase_why(struct desk *d, struct message *m, const struct casefile *f,
               Triage__V1__CaseReport *report, enum err *e)
{
    struct record rec = {0};
    Triage__Ledger__V1__Body *body = NULL;
    *e = OK;
    report->legal_hold = (f->flags & CASE_LEGAL_HOLD) != 0;
    if (!(f->flags & CASE_ERASED) || f->proposal_seq == 0) return true;
    if (!pending_record(d, m, (uint64_t)f->proposal_seq, &rec, e)) return false;
    if ((*e = body_read(rec.body, BODY_ERASURE, &d->request, &body)) != OK) return false;
    Triage__Ledger__V1__KeptErasure const *k = body->erasure;
    if (!k) return true;
    Triage__V1__Erasure *x = pb_new(&d->request, &triage__v1__erasure__descriptor);
    *x = (Triage__V1__Erasure){.base = x->base,
                               .reason = k->reason,
                               .proposed_by = k->proposed_by,
                               .proposed_ms = k->proposed_ms,
                               .agreed_by = k->agreed_by,
                               .agreed_ms = k->agreed_ms,
                               .agreed_reason = k->agreed_reason,
                               .on_request = k->on_request,
                               .what = pb_text(""),
                               .due_ms = f->proposal_until_ms,
                               .keep = pb_text(""),
                               .basis = pb_text("")};
    int32_t const what = f->proposed_reason;
    if (what > RETENTION_NONE && what < RETENTION_COUNT)
        x->what = pb_text(retention_word((enum retention_class)what));
    for (size_t i = 0; i < k->n_schedule; i++) {
        Triage__Ledger__V1__KeptPeriod const *p = k->schedule[i];
        if ((int32_t)p->what != what || p->unit > RETENTION_YEARS) continue;
        struct retention_rule const rule = {.amount = (int32_t)p->amount,
                                            .unit = (enum retention_unit)p->unit};
        x->keep = arena_alloc(&d->request, POLICY_KEEP_MAX);
        CHECK(x->keep);
        policy_keep_text(&rule, x->keep, POLICY_KEEP_MAX);
        x->basis = p->basis;
    }
    report->erasure = x;
    return true;
}
