// The way of one concern, top to bottom: who sends it, what it says, whether it can be stored,
// whether it was here before; then admit.c decides and keeps it.
#include "intake.h"

#include "assess.h"
#include "attach.h"
#include "explain.h"
#include "quota.h"
#include "receipt.h"
#include "reply.h"
#include "turn.h"

#define KEY_LEN       ((size_t)16)
#define SCRATCH_SPARE ((size_t)16 * 1024 * 1024) // for judging what was decoded

static bool consider_refuse(struct consideration *c, enum err e, const char *field,
                            const char *code, const char *text)
{
    c->err = e;
    c->field = field;
    c->code = code;
    c->text = text;
    return false;
}

static bool consider_sender(struct desk *d, struct consideration *c)
{
    char const *other = c->sub->on_behalf_of;
    c->sender = c->m->principal;
    if (!other[0] || strcmp(other, c->sender->id) == 0) return true;
    struct principal const *p = registry_principal(d->registry, other);
    if (!p || !p->active || !principal_speaks_for(c->m->principal, other))
        return consider_refuse(c, ERR_FORBIDDEN, "on_behalf_of", "not_enrolled",
                               "This key may not act for that sender: the sender enrols it first.");
    c->sender = p;
    return true;
}

static bool consider_shape(const struct desk *d, struct consideration *c)
{
    if (c->sub->key.len != KEY_LEN)
        return consider_refuse(c, ERR_INVALID, "key", "length",
                               "A key is 16 bytes, made and stored before the first send.");
    if (!policy_takes(d->policy, (enum kind)c->sub->kind))
        return consider_refuse(c, ERR_INVALID, "kind", "unknown",
                               "This council takes no referrals of this kind here. Ring it, or "
                               "send a safeguarding concern if somebody may be harmed.");
    if (c->sub->concern.len > (size_t)d->settings.limits.concern_bytes_max)
        return consider_refuse(c, ERR_TOO_LARGE, "concern", "too_large",
                               "Larger than limits.concern_bytes_max: send attachments apart.");
    return true;
}

static bool consider_decode(struct desk *d, struct consideration *c)
{
    struct wire_place place = {.field = ""};
    enum err const e =
        wire_concern(bytes_pb(c->sub->concern), &d->wire_limits, &d->scratch, &c->concern, &place);
    if (!e && d->scratch.size - d->scratch.used >= SCRATCH_SPARE) return true;
    if (!e)
        return consider_refuse(c, ERR_TOO_LARGE, "concern", "too_large", err_text(ERR_TOO_LARGE));
    char const *field = arena_text(&d->request, bytes_text(place.field));
    return consider_refuse(c, e, field, place.code, place.text);
}

static bool consider_content(struct desk *d, struct consideration *c)
{
    struct concern_view *view = arena_zalloc(&d->scratch, sizeof *view);
    CHECK(view);
    wire_concern_view(c->concern, (enum kind)c->sub->kind, view);
    concern_validate(view, c->sender, (size_t)d->settings.limits.adults_max, d->now, &c->problems);
    attach_judge(d, c->concern, &c->problems);
    if (!problems_refused(&c->problems)) return true;
    return consider_refuse(c, ERR_INVALID, NULL, NULL, NULL);
}

void intake_facts(const struct desk *d, const struct consideration *c, size_t adult,
                  struct facts *out)
{
    wire_concern_facts(c->concern, adult, d->now.utc_ms, out);
    out->value[FACT_KIND] = (int32_t)c->sub->kind - 1;
}

bool intake_judge(struct desk *d, struct consideration *c)
{
    return consider_sender(d, c) && consider_shape(d, c) && consider_decode(d, c) &&
           consider_content(d, c);
}

// --- Submissions. ---

static bool sub_danger(const Triage__V1__Submission *sub)
{
    return sub->danger_now == TRIAGE__V1__ANSWER__ANSWER_YES;
}

static void receipt_of_refusal(struct desk *d, const struct consideration *c,
                               Triage__V1__Receipt *r)
{
    if (c->code) {
        receipt_refuse(d, r, c->err, c->field, c->code, c->text);
        return;
    }
    r->status = reply_status(c->err);
    receipt_problems(&d->request, &c->problems, &r->problems, &r->n_problems);
    d->port->count(d->port->ctx, METRIC_RECEIPTS, err_word(c->err), 1);
}

// Answers what was here before; false when it is new.
static bool intake_earlier(struct desk *d, struct message *m, const Triage__V1__Submission *sub,
                           Triage__V1__Receipt *r, uint64_t *seq)
{
    struct earlier const e = earlier_find(d, m, sub);
    *seq = e.seq;
    switch (e.kind) {
    case EARLIER_NONE: return false;
    case EARLIER_SAME:
        *r = *e.receipt;
        r->status = TRIAGE__V1__STATUS__STATUS_DUPLICATE;
        d->port->count(d->port->ctx, METRIC_RECEIPTS, "duplicate", 1);
        return true;
    case EARLIER_OTHER:
        receipt_refuse(d, r, ERR_KEY_REUSED, "key", "key_reused",
                       "This key came before with other content: send a supplement instead.");
        return true;
    case EARLIER_UNREADABLE: break;
    }
    r->status = TRIAGE__V1__STATUS__STATUS_UNAVAILABLE;
    r->retry_after_ms = 1000;
    return true;
}

// Room on the disk, in the quota and in the turn: what is refused here is sent again, never lost.
static bool intake_room(struct desk *d, struct message *m, const struct consideration *c,
                        Triage__V1__Receipt *r)
{
    uint32_t retry_ms = 0;
    if (d->draining) {
        r->status = TRIAGE__V1__STATUS__STATUS_UNAVAILABLE;
        r->retry_after_ms = 5000;
        return false;
    }
    if (d->disk_low) {
        receipt_busy(r, 30000);
    } else if (!admit_room(d, c)) {
        receipt_busy(r, 100);
    } else if ((retry_ms = quota_take(d, m->caller, sub_danger(c->sub)))) {
        receipt_busy(r, retry_ms);
    } else {
        return true;
    }
    d->port->count(d->port->ctx, METRIC_RECEIPTS, "busy", 1);
    return false;
}

// Returns the sequence that its receipt waits for.
static uint64_t intake_consider(struct desk *d, struct message *m,
                                const Triage__V1__Submission *sub, Triage__V1__Receipt *r)
{
    uint64_t seq = 0;
    struct consideration *c = arena_zalloc(&d->scratch, sizeof *c);
    CHECK(c);
    *c = (struct consideration){.m = m, .sub = sub};
    r->key = sub->key;
    if (sub->key.len == KEY_LEN && intake_earlier(d, m, sub, r, &seq)) return seq;
    if (!intake_judge(d, c)) {
        receipt_of_refusal(d, c, r);
        return 0;
    }
    if (!intake_room(d, m, c, r)) return 0;
    return admit(d, c, r);
}

void intake_submit(struct desk *d, struct message *m)
{
    Triage__V1__SubmitRequest const *q = m->request->submit;
    size_t const n = q->n_submissions;
    if (n == 0 || n > (size_t)d->settings.limits.submissions_max) {
        reply_refuse_field(d, m, n ? ERR_TOO_LARGE : ERR_INVALID, "submit.submissions", "count",
                           "Send at least one submission, at most limits.submissions_max.");
        return;
    }
    if (!earlier_fetch(d, m)) return;
    Triage__V1__SubmitReply body = TRIAGE__V1__SUBMIT_REPLY__INIT;
    Triage__V1__Reply reply;
    uint64_t wait_seq = 0;
    reply_init(m, &reply);
    body.receipts = pb_list(&d->request, n);
    for (size_t i = 0; i < n; i++) {
        Triage__V1__Receipt *r = pb_new(&d->request, &triage__v1__receipt__descriptor);
        body.receipts[body.n_receipts++] = r;
        arena_release(&d->scratch, 0);
        uint64_t const seq = intake_consider(d, m, q->submissions[i], r);
        if (seq > wait_seq) wait_seq = seq;
    }
    reply.body_case = TRIAGE__V1__REPLY__BODY_SUBMIT;
    reply.submit = &body;
    reply_say(d, m, &reply, wait_seq);
}

// --- Dry runs: the same rules on the sender's own words; nothing is kept but a count. ---

static Triage__V1__AdultView *dry_run_adult(struct desk *d, const struct consideration *c, size_t i,
                                            Triage__V1__DryRunReply *body)
{
    struct facts facts;
    intake_facts(d, c, i, &facts);
    struct explanation const *x = explain_facts(d, &facts, false, &d->scratch);
    struct verdict const *v = &x->verdict;
    Triage__V1__AdultView *view = pb_new(&d->request, &triage__v1__adult_view__descriptor);
    view->adult = (uint32_t)i;
    view->colour = (Triage__V1__Colour)v->colour;
    bool const asked = kind_is_s42((int32_t)v->kind) || v->tier >= TIER_OTHER_ENQUIRY;
    view->reasons = explain_reasons(x, &facts, asked ? EXPLAIN_ALL : EXPLAIN_RATED, false,
                                    &d->request, &view->n_reasons);
    view->missing = assess_missing(v, &d->request, &view->n_missing);
    if (asked) { // of what is no concern and tells of no harm the three questions are not asked
        view->questions = assess_questions(v, &d->request);
        view->what_was_missing = explain_missing(d, &facts, &d->request, &view->n_what_was_missing);
    }
    receipt_missing(&d->request, v, &body->problems, &body->n_problems);
    return view;
}

static void dry_run_refuse(struct desk *d, struct message *m, const struct consideration *c)
{
    Triage__V1__DryRunReply body = TRIAGE__V1__DRY_RUN_REPLY__INIT;
    Triage__V1__Reply reply;
    if (c->code) {
        reply_refuse_field(d, m, c->err, c->field, c->code, c->text);
        return;
    }
    reply_init(m, &reply);
    reply.status = reply_status(c->err);
    reply.text = pb_text(err_text(c->err));
    receipt_problems(&d->request, &c->problems, &body.problems, &body.n_problems);
    reply.body_case = TRIAGE__V1__REPLY__BODY_DRY_RUN;
    reply.dry_run = &body;
    reply_say(d, m, &reply, 0);
}

void intake_dry_run(struct desk *d, struct message *m)
{
    Triage__V1__DryRunRequest const *q = m->request->dry_run;
    if (!q->submission) {
        reply_refuse_field(d, m, ERR_INVALID, "dry_run.submission", "missing",
                           "Send the submission that you mean to ask about.");
        return;
    }
    uint32_t const retry_ms = quota_take(d, m->caller, sub_danger(q->submission));
    if (retry_ms) {
        reply_busy(d, m, NULL, retry_ms);
        return;
    }
    arena_release(&d->scratch, 0);
    struct consideration *c = arena_zalloc(&d->scratch, sizeof *c);
    CHECK(c);
    *c = (struct consideration){.m = m, .sub = q->submission};
    d->port->count(d->port->ctx, METRIC_DRY_RUNS, NULL, 1);
    if (!intake_judge(d, c)) {
        dry_run_refuse(d, m, c);
        return;
    }
    Triage__V1__DryRunReply body = TRIAGE__V1__DRY_RUN_REPLY__INIT;
    Triage__V1__Reply reply;
    reply_init(m, &reply);
    receipt_problems(&d->request, &c->problems, &body.problems, &body.n_problems);
    body.adults = pb_list(&d->request, c->concern->n_adults);
    for (; body.n_adults < c->concern->n_adults; body.n_adults++)
        body.adults[body.n_adults] = dry_run_adult(d, c, body.n_adults, &body);
    body.policy = assess_stamp(d, &d->request);
    body.advice = pb_text(receipt_advice(d, &d->request));
    reply.body_case = TRIAGE__V1__REPLY__BODY_DRY_RUN;
    reply.dry_run = &body;
    reply_say(d, m, &reply, 0);
}
