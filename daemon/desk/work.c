#include "work.h"

#include "assess.h"
#include "attach.h"
#include "body.h"
#include "brief.h"
#include "council_facts.h"
#include "errands.h"
#include "explain.h"
#include "links.h"
#include "nights.h"
#include "orgs.h"
#include "outbox.h"
#include "pending.h"
#include "reply.h"
#include "room.h"
#include "told.h"
#include "upkeep.h"
#include "words.h"

#define COMMAND_ID_LEN ((size_t)16)
#define CHANCES_MAX    8u
// A command is kept as it was sent, beside its notice and its answer, in one body.
#define COMMAND_BYTES_MAX (LEDGER_BODY_MAX * 5 / 8)

// --- Answers. ---

static void work_answer(struct desk *d, const struct message *m, const struct casefile *f,
                        enum err e, const char *text, uint64_t seq)
{
    Triage__V1__CaseReply body = TRIAGE__V1__CASE_REPLY__INIT;
    Triage__V1__Reply r;
    reply_init(m, &r);
    r.status = reply_status(e);
    r.text = pb_text(text);
    body.case_ = brief_make(d, m, f);
    r.body_case = TRIAGE__V1__REPLY__BODY_CASE_;
    r.case_ = &body;
    reply_say(d, m, &r, seq);
}

static const char *work_field(struct desk *d, const struct work *w, const char *field)
{
    struct words text;
    if (w->command.kind == COMMAND_REASSIGN && !strcmp(field, "lead")) field = "to"; // on the wire
    words_init(&text, &d->request, 128);
    words_add(&text, w->area);
    if (field[0]) words_add(&text, ".");
    words_add(&text, field);
    return words_end(&text, &d->request);
}

// "It is queued. This is done when it is in triage, or other enquiry."
static void work_states(struct words *text, const struct casefile *f, unsigned from)
{
    char const *before = " This is done when it is ";
    words_add(text, " It is ");
    words_spaced(text, state_word((enum state)f->state));
    words_add(text, ".");
    for (int s = 0; from >> s; s++) {
        if ((from >> s & 1) == 0) continue;
        words_add(text, before);
        words_spaced(text, state_word((enum state)s));
        before = ", or ";
    }
    words_add(text, ".");
}

// To those outside no more is said of its state than a brief does.
static const char *work_refusal(struct desk *d, const struct message *m, const struct casefile *f,
                                const struct command_result *result)
{
    struct words text;
    words_init(&text, &d->request, 1024);
    words_add(&text, result->refusal);
    if (result->from && !brief_outside(m)) work_states(&text, f, result->from);
    if (result->who_may[0]) {
        words_add(&text, " Who may: ");
        words_add(&text, result->who_may);
        words_add(&text, ".");
    }
    return words_end(&text, &d->request);
}

void work_refused(struct desk *d, const struct work *w, const struct casefile *f, enum err e,
                  const struct command_result *result)
{
    Triage__V1__Reply r;
    if (e == ERR_NOT_FOUND) {
        reply_refuse(d, w->m, e, result->refusal);
        return;
    }
    reply_init(w->m, &r);
    r.status = reply_status(e);
    r.text = pb_text(work_refusal(d, w->m, f, result));
    if (e == ERR_INVALID)
        reply_problem(d, &r, work_field(d, w, result->field), "missing", result->refusal);
    if (e == ERR_CONFLICT || e == ERR_FORBIDDEN) r.now = brief_make(d, w->m, f);
    d->port->count(d->port->ctx, METRIC_REFUSED, err_word(e), 1);
    reply_say(d, w->m, &r, f->last_seq);
}

// --- What is kept. ---

static bool notice_decides(enum notice n)
{
    return n == NOTICE_MET || n == NOTICE_NOT_MET || n == NOTICE_OTHER || n == NOTICE_FORWARDED;
}

static const char *const SETTLED_WORDS[] = {
    [SETTLED_UNSET] = "",
    [SETTLED_GRANTED] = "It is granted.",
    [SETTLED_NOT_GRANTED] = "It is not granted.",
    [SETTLED_PLANNED] = "Adult services have a plan from the 18th birthday on.",
    [SETTLED_NOT_NEEDED] = "Adult services are not needed as things are.",
    [SETTLED_ANSWERED] = "It has been dealt with here.",
    [SETTLED_WITHDRAWN] = "It is withdrawn, as you asked.",
};

static const char *const RISK_WORDS[] = {
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_UNSPECIFIED] = "The enquiry is closed.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REMOVED] = "The risk was removed.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REDUCED] = "The risk was reduced.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REMAINED] = "The risk remains; a plan is in place.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_NONE_IDENTIFIED] = "No risk was found.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_INCONCLUSIVE] =
        "The enquiry could not establish what happened.",
    [TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_CEASED_AT_REQUEST] =
        "The enquiry ended at the adult's request.",
};

// A person may answer otherwise than the rules: what the rules said against the decision is no
// reason for it.  (The record keeps all of it.)
static unsigned work_agrees(const struct verdict *v, int32_t limbs)
{
    unsigned questions = 0;
    for (unsigned i = 0; i < 3; i++)
        if (v->limb[i] == limb_of(limbs, (int)i)) questions |= 1u << (EXPLAINED_LIMB_A + i);
    return questions;
}

// Which notices show what the decision relied on, and what was missing.
static void work_rely(struct desk *d, const struct casefile *f, enum notice code,
                      struct notice_words *say)
{
    struct arena *a = &d->scratch;
    if (!notice_decides(code) || !kind_is_s42(f->kind)) return; // no question was asked of it
    struct facts const facts = facts_recall(&f->facts);
    struct explanation const *x = explain_facts(d, &facts, false, a);
    say->reasons =
        explain_reasons(x, &facts, work_agrees(&x->verdict, f->limbs), false, a, &say->n_reasons);
    say->missing = assess_missing(&x->verdict, a, &say->n_missing);
    say->missing_names = assess_missing_names(&x->verdict, a, &say->n_missing);
    if (code != NOTICE_MET) say->sets = explain_missing(d, &facts, a, &say->n_sets);
}

// A decision that is told to several: what each answer rests on is said from this referrer's own
// message, never from another's.
static void work_own_questions(struct desk *d, const struct casefile *f, struct notice_words *say)
{
    struct verdict *v = arena_alloc(&d->scratch, sizeof *v);
    CHECK(v);
    if (!say->questions) return;
    struct facts const facts = facts_recall(&f->facts);
    assess_sender(d, &facts, &d->scratch, v);
    Triage__V1__ThreeQuestions *own = assess_questions(v, &d->scratch);
    Triage__V1__ThreeQuestions const *q = say->questions;
    if (own->care_and_support_needs != q->care_and_support_needs)
        own->care_and_support_needs_because = pb_text("");
    if (own->abuse_or_risk != q->abuse_or_risk) own->abuse_or_risk_because = pb_text("");
    if (own->unable_to_protect_self != q->unable_to_protect_self)
        own->unable_to_protect_self_because = pb_text("");
    own->care_and_support_needs = q->care_and_support_needs;
    own->abuse_or_risk = q->abuse_or_risk;
    own->unable_to_protect_self = q->unable_to_protect_self;
    say->questions = own;
}

void work_notice(struct desk *d, struct work *w, enum notice code, struct casefile *after,
                 struct draft *draft)
{
    if (w->to && w->to[0]) { // who is asked hears of that, and of nothing else
        bool const second = code == NOTICE_DECISION_UNREAD;
        if (second && !outbox_room(d, w->to, 1))
            return; // then somebody rings when its time is over
        w->say.beside = strcmp(w->to, after->referrer) != 0;
        Triage__V1__Notice *beside = notify_make(d, &d->scratch, code, after, &w->say);
        uint64_t const at = outbox_owe(d, draft, code, w->to, beside);
        if (second) errands_second_sent(after, w->to, at);
        return;
    }
    struct told const told = told_of(after);
    w->say.colour = told.colour;
    w->say.decide_by_ms = told.decide_by_ms;
    if (!w->say.lead) w->say.lead = after->lead;
    if (code == NOTICE_OUTCOME && (size_t)after->risk < sizeof RISK_WORDS / sizeof RISK_WORDS[0])
        w->say.outcome = RISK_WORDS[after->risk];
    if (after->settled) w->say.outcome = SETTLED_WORDS[after->settled];
    if (w->say.own_words) work_own_questions(d, after, &w->say);
    work_rely(d, after, code, &w->say);
    Triage__V1__Notice *n = notify_make(d, &d->scratch, code, after, &w->say);
    uint64_t const cursor = outbox_owe(d, draft, code, after->referrer, n);
    if (notice_decides(code) && after->read_ms == 0 && after->decision_cursor == 0)
        after->decision_cursor = (int64_t)cursor;
}

static struct bytes work_reply_kept(struct desk *d, const struct work *w, const struct casefile *f)
{
    Triage__V1__CaseReply body = TRIAGE__V1__CASE_REPLY__INIT;
    Triage__V1__Reply r = TRIAGE__V1__REPLY__INIT;
    body.case_ = brief_make(d, w->m, f);
    r.body_case = TRIAGE__V1__REPLY__BODY_CASE_;
    r.case_ = &body;
    return wire_pack(&r.base, &d->request);
}

static void work_actor(const struct actor *a, struct event *e)
{
    if (a->principal) id_copy(e->principal, a->principal->id);
    if (a->worker) id_copy(e->worker, a->worker->id);
}

// Nothing more is written about what was erased.
static void work_body(struct desk *d, struct work *w, struct casefile *after, struct draft *draft)
{
    draft->body.text = pb_text(w->text);
    draft->body.files = w->files;
    draft->body.n_files = w->n_files;
    if (w->m) {
        draft->body.request = pb_bytes(w->m->raw);
        draft->body.reply = pb_bytes(work_reply_kept(d, w, after));
    }
    if (!w->key.len) return;
    uint8_t *digest = arena_alloc(&d->request, DIGEST_BYTES);
    CHECK(digest);
    wire_digest(w->content, digest);
    draft->body.key = pb_bytes(w->key);
    draft->body.digest = pb_bytes(bytes_of(digest, DIGEST_BYTES));
    draft->fingerprint = w->command.fingerprint;
}

static uint64_t work_keep(struct desk *d, struct work *w, const struct casefile *before,
                          struct casefile *after, const struct command_result *result)
{
    struct draft draft;
    draft_init(d, &draft, result->event);
    draft.before = before;
    draft.after = after;
    draft.event.command = w->command.fingerprint;
    work_actor(w->by ? w->by : &w->command.actor, &draft.event);
    draft.erase = result->event == EVENT_ERASED;
    draft.event.number = w->number;
    if (draft.erase) draft.event.number = w->command.order;
    if (result->event == EVENT_CHALLENGE_DECIDED) draft.event.number = (uint64_t)w->command.verdict;
    if ((after->flags & CASE_ERASED) == 0) work_body(d, w, after, &draft);
    struct errand const *errand = casefile_errand(after, result->errand);
    w->to = result->notice_to;
    bool const answered = errand && w->to[0] && errand->kind != ERRAND_CALL;
    w->say.number = answered ? errand->number : 0; // goes with the answer, where one is asked
    w->say.due_ms = answered ? errand->due_ms : 0;
    if (result->notice != NOTICE_NONE) work_notice(d, w, result->notice, after, &draft);
    return turn_add(d, &draft);
}

// An authorisation that turns out to end sooner, a birthday that was unknown: the date comes
// forward, never back.
static void work_date(struct desk *d, struct casefile *after)
{
    struct facts const facts = facts_recall(&after->facts);
    int64_t const due_ms =
        kind_due_ms((enum kind)after->kind, &facts, &d->info->kinds, after->received_ms);
    bool const undecided = after->state == STATE_QUEUED || after->state == STATE_IN_TRIAGE;
    if (!undecided || due_ms == 0 || due_ms >= after->decide_by_ms) return;
    after->decide_by_ms = due_ms;
    if (after->deadline_ms == 0 || due_ms < after->deadline_ms) after->deadline_ms = due_ms;
}

// New facts take the place of what was not known; what the council knows is looked up again later.
static void work_merge_facts(struct desk *d, const struct work *w, struct casefile *after)
{
    struct facts fresh;
    size_t const n = w->concern->n_adults;
    size_t const adult = (size_t)after->adult < n ? (size_t)after->adult : 0;
    if (n == 0) return;
    wire_concern_facts(w->concern, adult, after->received_ms, &fresh);
    for (int i = 0; i < FACT_COUNT; i++)
        if (FACTS[i].whose == FACT_SENDER && fresh.value[i] != FACT_UNKNOWN)
            CHECK(fact_keep(&after->facts, (enum fact)i, fresh.value[i]));
    work_date(d, after);
}

uint64_t work_apply(struct desk *d, struct work *w, const struct casefile *f,
                    struct casefile *after, struct command_result *result, enum err *e)
{
    *e = command_apply(&d->rules, f, &w->command, d->now, after, result);
    if (*e) return 0;
    bool const quiet = work_quiet(w, result);
    if (!result->changes && !quiet) return 0;
    if (!book_errands_room(d->book, f->n_errands, after)) {
        result->refusal = "So much is out on cases that there is room for no more just now.";
        *e = ERR_BUSY;
        return 0;
    }
    if (w->concern) work_merge_facts(d, w, after);
    struct casefile const before = *f; // The book's own copy moves when the record is added.
    told_next(d, &w->command, w->concern != NULL, &before, after, result);
    uint64_t const seq = work_keep(d, w, &before, after, result);
    if (result->changes) links_spread(d, w, &before, after, result);
    if (after->flags & ~before.flags & CASE_GLASS_BROKEN) nights_alert(d, after, "glass_broken");
    if (state_is_org(after->state) && before.state != after->state) orgs_changed(d);
    return result->changes ? turn_last_seq(d) : seq;
}

// --- A command from the wire. ---

// A key or command id is there in the right length: what changes something can be sent again.
static bool work_identified(struct desk *d, const struct work *w)
{
    bool const referrer = w->m->from.listener == LISTENER_INTAKE;
    size_t const len = referrer ? w->key.len : w->m->request->command_id.len;
    if (len == COMMAND_ID_LEN) return true;
    reply_refuse_field(d, w->m, ERR_INVALID, referrer ? work_field(d, w, "key") : "command_id",
                       "length", "Send 16 bytes that stay the same when this is sent again.");
    return false;
}

static bool work_bounded(struct desk *d, struct work *w)
{
    if (w->m->raw.len > COMMAND_BYTES_MAX) {
        reply_refuse(d, w->m, ERR_TOO_LARGE, NULL);
        return false;
    }
    if (w->command.kind != COMMAND_SUPPLEMENT) return true;
    Triage__V1__SupplementRequest const *q = w->m->request->supplement;
    struct wire_place place = {.field = ""};
    if (q->concern.len == 0 && !q->text[0]) {
        reply_refuse_field(d, w->m, ERR_INVALID, "supplement.text", "missing",
                           "Say what is new, in words or as a concern.");
        return false;
    }
    if (q->concern.len == 0) return true;
    if (q->concern.len > (size_t)d->settings.limits.concern_bytes_max) {
        reply_refuse(d, w->m, ERR_TOO_LARGE, NULL);
        return false;
    }
    enum err const e =
        wire_concern(bytes_pb(q->concern), &d->wire_limits, &d->scratch, &w->concern, &place);
    if (e) reply_refuse_field(d, w->m, e, "supplement.concern", place.code, place.text);
    return e == OK;
}

static void work_content(struct desk *d, struct work *w)
{
    Triage__V1__Request const *r = w->m->request;
    if (!w->key.len) return;
    w->content = wire_pack(&r->supplement->base, &d->request); // whichever it is, it begins so
}

// The record that first answered this command on this case; 0 for none.  Old ones of a referrer are
// found by the key's fingerprint.
static uint64_t work_earlier(struct desk *d, const struct work *w, const struct casefile *f,
                             unsigned nth)
{
    uint64_t const fingerprint = w->command.fingerprint;
    uint64_t const seq = nth == 0 ? casefile_command_seq(f, fingerprint) : 0;
    if (seq || !w->key.len) return seq;
    return book_key_find(d->book, fingerprint, nth);
}

static void work_say_again(struct desk *d, struct work *w, const struct casefile *f,
                           const Triage__Ledger__V1__Body *body, uint64_t seq)
{
    Triage__V1__Reply *r = NULL;
    struct wire_limits const limits = OWN_LIMITS;
    struct wire_place place;
    if (!body || wire_reply(bytes_pb(body->reply), &limits, &d->request, &r, &place) != OK ||
        body->reply.len == 0) {
        work_answer(d, w->m, f, OK, "This was done before; the case is shown as it is now.", seq);
        return;
    }
    r->id = w->m->request->id;
    r->status = TRIAGE__V1__STATUS__STATUS_DUPLICATE;
    reply_say(d, w->m, r, seq);
}

static bool work_key_reused(const struct work *w, const Triage__Ledger__V1__Body *body)
{
    uint8_t digest[DIGEST_BYTES];
    if (!w->key.len || !body) return false;
    wire_digest(w->content, digest);
    return !bytes_equal(bytes_pb(body->digest), bytes_of(digest, sizeof digest));
}

// True when it was answered (or parked) because it came before.
static bool work_again(struct desk *d, struct work *w, const struct casefile *f)
{
    for (unsigned nth = 0; nth < CHANCES_MAX; nth++) {
        struct record rec = {0};
        Triage__Ledger__V1__Body *body = NULL;
        enum err e = OK;
        uint64_t const seq = work_earlier(d, w, f, nth);
        if (seq == 0) return false;
        if (!pending_record(d, w->m, seq, &rec, &e)) {
            if (!w->m->parked) reply_busy(d, w->m, NULL, 1000);
            return true;
        }
        if (!rec.erased &&
            body_read(rec.body, BODY_REPLY | BODY_KEY | BODY_DIGEST, &d->request, &body) != OK)
            body = NULL;
        bool const ours = !w->key.len || !body || bytes_equal(bytes_pb(body->key), w->key);
        if (!ours) continue; // Another key with the same fingerprint, by chance.
        if (work_key_reused(w, body))
            reply_refuse(d, w->m, ERR_KEY_REUSED, NULL);
        else
            work_say_again(d, w, f, body, seq);
        return true;
    }
    return false;
}

bool work_proposed(struct desk *d, struct message *m, const struct casefile *f,
                   Triage__V1__DecideRequest **out)
{
    struct record rec = {0};
    Triage__Ledger__V1__Body *body = NULL;
    Triage__V1__Request *proposal = NULL;
    struct wire_limits const limits = OWN_LIMITS;
    struct wire_place place;
    enum err e = OK;
    *out = NULL;
    if (f->proposal != COMMAND_DECIDE) return true;
    if (!pending_record(d, m, (uint64_t)f->proposal_seq, &rec, &e)) {
        if (!m->parked) reply_busy(d, m, NULL, 1000);
        return false;
    }
    if (!rec.erased && body_read(rec.body, BODY_REQUEST, &d->request, &body) == OK &&
        wire_request(bytes_pb(body->request), &limits, &d->request, &proposal, &place) == OK &&
        proposal->body_case == TRIAGE__V1__REQUEST__BODY_DECIDE)
        *out = proposal->decide;
    return true;
}

// Who agrees sends the words of whoever proposed it; who names files, all files of the case.
static bool work_needs(struct desk *d, struct work *w, const struct casefile *f)
{
    Triage__V1__DecideRequest *proposed = NULL;
    bool const seconds =
        w->command.kind == COMMAND_SECOND || w->command.kind == COMMAND_SECOND_BY_PHONE;
    if (!seconds) return attach_name_more(d, w, f);
    if (!work_proposed(d, w->m, f, &proposed)) return false;
    if (proposed) work_read_decision(proposed, &w->say);
    return true;
}

static const struct casefile *work_case(struct desk *d, struct work *w)
{
    enum err e = OK;
    uint64_t const no = wire_reference_no(&d->keys, bytes_text(w->reference));
    struct casefile const *f = pending_case(d, w->m, no, &e);
    if (f && actor_reaches(&w->command.actor, f, &d->rules, w->command.kind)) return f;
    if (w->m->parked) return NULL;
    if (e == ERR_BUSY)
        reply_busy(d, w->m, NULL, 1000);
    else
        reply_refuse(d, w->m, f ? ERR_NOT_FOUND : e, NULL);
    return NULL;
}

void work_command(struct desk *d, struct message *m)
{
    struct work w;
    struct casefile after;
    struct command_result result;
    enum err e = OK;
    CHECK(work_read(d, m, &w));
    w.m = m;
    if (w.command.kind == COMMAND_NONE) {
        reply_refuse_field(d, m, ERR_INVALID, work_field(d, &w, "what"), "missing",
                           "Say what is done with it.");
        return;
    }
    if (!work_identified(d, &w) || !work_bounded(d, &w)) return;
    work_content(d, &w);
    struct casefile const *f = work_case(d, &w);
    if (!f || work_again(d, &w, f) || !work_needs(d, &w, f) || !links_other(d, &w)) return;
    bool const answered = w.command.kind == COMMAND_ANSWER || w.command.kind == COMMAND_CHALLENGE;
    char const *whom = w.command.who ? w.command.who : "";
    if (!room_for_work(d, f, m->raw.len) || (whom[0] && !outbox_room(d, whom, 1))) {
        reply_busy(d, m, NULL, 100);
        return;
    }
    uint64_t const seq = work_apply(d, &w, f, &after, &result, &e);
    if (e) {
        work_refused(d, &w, f, e, &result);
        return;
    }
    if (seq && (w.concern || answered)) upkeep_reassess(d, after.no);
    struct casefile const *now = seq ? &after : f;
    work_answer(d, m, now, OK, "", seq ? seq : now->last_seq);
}
