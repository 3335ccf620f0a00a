// A judged submission becomes cases: decided by the rules, routed, kept with its first notice, one
// record a case, all in one turn.
#include "intake.h"

#include "assess.h"
#include "attach.h"
#include "council_facts.h"
#include "find.h"
#include "links.h"
#include "mine.h"
#include "notify.h"
#include "orgs.h"
#include "outbox.h"
#include "receipt.h"
#include "receive.h"
#include "reply.h"
#include "session.h"
#include "told.h"

struct admission { // one adult
    struct assessed assessed;
    struct casefile file;
};

static size_t admit_adults(const struct consideration *c)
{
    return c->concern->n_adults;
}

bool admit_room(struct desk *d, const struct consideration *c)
{
    struct desk_limits const *l = &d->settings.limits;
    size_t const n = admit_adults(c);
    // A record carries the concern, its notice and assessment, generously.
    size_t const bytes = n * (c->sub->concern.len + 2 * (size_t)l->text_bytes_max);
    return turn_room(d, n + ORG_OPENED_MAX, bytes) && outbox_room(d, c->sender->id, n) &&
           caller_of(d, c->sender->id) != NULL && d->n_keys < desk_keys_max(d) &&
           book_cases(d->book) + n <= (size_t)l->cases_open_max &&
           book_area(d->book)->cases + n <= (uint64_t)l->cases_total_max;
}

static unsigned admit_flags(const struct consideration *c, const Triage__V1__Adult *adult,
                            const struct facts *facts)
{
    Triage__V1__Referrer const *r = c->concern->referrer;
    Triage__V1__Answer const involved =
        r ? r->management_may_be_involved : TRIAGE__V1__ANSWER__ANSWER_UNSPECIFIED;
    unsigned flags = 0;
    // Someone there may be the source, or nobody can say that they are not: no notice may warn
    // them.
    if (involved == TRIAGE__V1__ANSWER__ANSWER_YES ||
        involved == TRIAGE__V1__ANSWER__ANSWER_NOT_KNOWN)
        flags |= CASE_NEUTRAL;
    if (r && r->safe_contact[0]) flags |= CASE_SAFE_CONTACT;
    if (facts->value[FACT_UNDER_18] == 1) flags |= CASE_UNDER_18;
    if (facts->value[FACT_IMMEDIATE_DANGER] == 1 ||
        c->sub->danger_now == TRIAGE__V1__ANSWER__ANSWER_YES)
        flags |= CASE_DANGER;
    if (adult->subject == TRIAGE__V1__SUBJECT__SUBJECT_DECEASED) flags |= CASE_SUBJECT_DECEASED;
    if (adult->subject == TRIAGE__V1__SUBJECT__SUBJECT_UNIDENTIFIED ||
        adult->subject == TRIAGE__V1__SUBJECT__SUBJECT_NO_NAMED_ADULT)
        flags |= CASE_SUBJECT_UNKNOWN;
    return flags;
}

// Past the MASH, by the routing table or for an open case: that team decides, and the MASH sees it.
static unsigned admit_direct(const struct desk *d, const struct verdict *v)
{
    bool const community = v->team >= 0 && d->info->teams[v->team].kind == TEAM_COMMUNITY;
    return community && kind_is_s42((int32_t)v->kind) ? CASE_DIRECT : 0;
}

static const char *admit_place(const struct consideration *c)
{
    Triage__V1__Referrer const *r = c->concern->referrer;
    if (r && r->location_id[0] && strlen(r->location_id) < ID_MAX) return r->location_id;
    return c->sender->n_places ? c->sender->places[0] : "";
}

static void admit_assess(struct desk *d, const struct consideration *c, size_t i, uint64_t first_no,
                         struct admission *out)
{
    Triage__V1__Adult const *adult = c->concern->adults[i];
    char const *place = admit_place(c);
    struct facts facts;
    struct casefile seen = {.no = first_no + i}; // what the council's facts are about
    seen.adult_hash = (int64_t)wire_adult_hash(&d->keys, adult);
    seen.person_hash = (int64_t)wire_person_hash(&d->keys, adult);
    seen.place_hash =
        place[0] ? (int64_t)wire_identity_hash(&d->keys, "place", bytes_text(place)) : 0;
    id_copy(seen.referrer, c->sender->id);
    intake_facts(d, c, i, &facts);
    assess(d, &facts, &seen, adult->postcode, &d->scratch, &out->assessed);
    struct verdict const *v = &out->assessed.council;
    struct reception const in = {
        .no = first_no + i,
        .kind = v->kind,
        .colour = v->colour,
        .score = v->score,
        .tier = v->tier,
        .limb = {v->limb[0], v->limb[1], v->limb[2]},
        .parallel = v->parallel,
        .unscreened = v->unscreened,
        .flags = admit_flags(c, adult, &facts) | admit_direct(d, v),
        .team = v->team >= 0 ? d->info->teams[v->team].id : "",
        .suggested_team = assess_suggested(d, v, &out->assessed.facts),
        .referrer = c->sender->id,
        .place = place,
        .incident = first_no,
        .incident_cases = (unsigned)admit_adults(c),
        .adult = (unsigned)i,
        .submission_key = wire_fingerprint(&d->keys, c->m->principal->id, bytes_pb(c->sub->key)),
        .adult_hash = (uint64_t)seen.adult_hash,
        .person_hash = (uint64_t)seen.person_hash,
        .place_hash = (uint64_t)seen.place_hash,
        .source_hash = wire_source_hash(&d->keys, c->concern->source_of_risk, place),
        .policy = (uint64_t)assess_policy(d),
        .why_table = v->colour_table,
        .why_row = v->colour_row,
        .facts = &out->assessed.facts,
    };
    casefile_receive(&d->rules, &in, d->now, &out->file);
    out->file.marks = wire_adult_marks(&d->keys, adult);
    out->file.person = wire_adult_person(adult, d->now.utc_ms);
}

static enum colour admit_colour(const struct admission *a)
{
    enum colour const colour = a->assessed.sender.colour;
    return a->assessed.sender.unscreened || colour == COLOUR_UNSET ? COLOUR_RED : colour;
}

static void admit_receipt(struct desk *d, const struct consideration *c,
                          const struct admission *cases, const uint8_t digest[DIGEST_BYTES],
                          Triage__V1__Receipt *r)
{
    size_t const n = admit_adults(c);
    struct arena *a = &d->request; // It outlives the submission: the reply is made of it.
    r->received_ms = d->now.utc_ms;
    r->digest = pb_bytes(arena_copy(a, bytes_of(digest, DIGEST_BYTES)));
    r->adults = pb_list(a, n);
    receipt_problems(a, &c->problems, &r->problems, &r->n_problems);
    for (size_t i = 0; i < n; i++) {
        struct told const told = told_of(&cases[i].file);
        Triage__V1__AdultReceipt *adult = pb_new(a, &triage__v1__adult_receipt__descriptor);
        adult->adult = (uint32_t)i;
        adult->reference = pb_reference(d, a, cases[i].file.no);
        adult->colour = (Triage__V1__Colour)told.colour;
        adult->decide_by_ms = told.decide_by_ms;
        r->adults[r->n_adults++] = adult;
        receipt_missing(a, &cases[i].assessed.sender, &r->problems, &r->n_problems);
    }
    r->policy = assess_stamp(d, a);
    r->advice = pb_text(receipt_advice(d, a));
}

static Triage__V1__Notice *admit_notice(struct desk *d, const struct admission *a)
{
    struct verdict const *v = &a->assessed.sender;
    struct told const told = told_of(&a->file);
    struct notice_words w = {.colour = told.colour, .decide_by_ms = told.decide_by_ms};
    if (kind_is_s42(a->file.kind)) w.questions = assess_questions(v, &d->scratch);
    w.reasons = assess_reasons(v->reasons, v->n_reasons, false, &d->scratch, &w.n_reasons);
    w.missing = assess_missing(v, &d->scratch, &w.n_missing);
    w.missing_names = assess_missing_names(v, &d->scratch, &w.n_missing);
    Triage__V1__Notice *n = notify_make(d, &d->scratch, NOTICE_SCREENED, &a->file, &w);
    n->policy = assess_stamp(d, &d->scratch);
    return n;
}

static uint64_t admit_keep(struct desk *d, const struct consideration *c, struct admission *a,
                           Triage__V1__Receipt *receipt, struct bytes digest)
{
    struct draft draft;
    draft_init(d, &draft, EVENT_RECEIVED);
    draft.after = &a->file;
    id_copy(draft.event.principal, c->m->principal->id);
    if (c->m->actor.worker) id_copy(draft.event.worker, c->m->actor.worker->id); // took it down
    draft.body.concern = c->sub->concern;
    draft.body.files = attach_name(d, c->concern, &draft.body.n_files);
    draft.body.assessment = assess_record(d, &a->assessed.council, &a->assessed.facts, &d->scratch);
    if (receipt) { // The first case of the submission answers for all.
        draft.body.receipt = receipt_kept(&d->scratch, receipt);
        draft.body.key = c->sub->key;
        draft.body.digest = pb_bytes(digest);
        draft.fingerprint = (uint64_t)a->file.submission_key;
    }
    (void)outbox_owe(d, &draft, NOTICE_SCREENED, a->file.referrer, admit_notice(d, a));
    return turn_add(d, &draft);
}

uint64_t admit(struct desk *d, const struct consideration *c, Triage__V1__Receipt *receipt)
{
    size_t const n = admit_adults(c);
    struct area *area = book_area(d->book);
    struct admission *cases = arena_zalloc(&d->scratch, n * sizeof *cases);
    uint8_t digest[DIGEST_BYTES];
    uint64_t seq = 0;
    unsigned orgs_left = ORG_OPENED_MAX;
    CHECK(cases && n > 0);
    wire_digest(bytes_pb(c->sub->concern), digest);
    for (size_t i = 0; i < n; i++) {
        admit_assess(d, c, i, area->cases + 1, &cases[i]);
        told_first(d, admit_colour(&cases[i]), &cases[i].file);
    }
    admit_receipt(d, c, cases, digest, receipt);
    area->cases += n;
    for (size_t i = 0; i < n; i++) {
        links_find(d, &cases[i].file);
        orgs_told(d, &cases[i].file);
        orgs_join(d, &cases[i].file);
        seq = admit_keep(d, c, &cases[i], i == 0 ? receipt : NULL, bytes_of(digest, sizeof digest));
    }
    // Counted only now: the adults of one submission are not each other's history.
    for (size_t i = 0; i < n; i++) {
        (void)council_facts_sight(d, &cases[i].file);
        mine_add(d, &cases[i].file);
        find_note(d, &cases[i].file);
        links_stir(d, &cases[i].file);
        orgs_fire(d, &cases[i].file, &orgs_left);
    }
    d->port->count(d->port->ctx, METRIC_RECEIPTS, "ok", 1);
    d->port->gauge(d->port->ctx, METRIC_CASES_OPEN, NULL, (int64_t)book_cases(d->book));
    return seq;
}
