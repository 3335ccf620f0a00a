// Requests of the desk's tests, made in static memory, one at a time.
#include "world.h"

#include <stdio.h>

void key_fill(uint8_t key[16], unsigned n)
{
    memset(key, 0, 16);
    memcpy(key, &n, sizeof n);
    key[15] = 0x7f;
}

size_t concern_pack(const struct concern_of *c, uint8_t *out)
{
    Triage__V1__SafeguardingConcern m = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Adult adults[16];
    Triage__V1__Adult *list[16];
    Triage__V1__Harm harm = TRIAGE__V1__HARM__INIT;
    Triage__V1__Referrer referrer = TRIAGE__V1__REFERRER__INIT;
    m.n_adults = c->adults ? c->adults : 1;
    m.adults = list;
    for (size_t i = 0; i < m.n_adults; i++) {
        triage__v1__adult__init(&adults[i]);
        adults[i].name = (char *)(uintptr_t)(c->name ? c->name : "Invented Person");
        adults[i].date_of_birth = (char *)(uintptr_t) "1941-05-28";
        adults[i].nhs_number = (char *)(uintptr_t)(c->nhs_number ? c->nhs_number : "");
        adults[i].postcode = (char *)(uintptr_t) "ZX1 1AA";
        list[i] = &adults[i];
    }
    m.what_happened = (char *)(uintptr_t)(c->story ? c->story : "A carer was seen to push them.");
    harm.immediate_danger = c->danger == DANGER_YES  ? TRIAGE__V1__ANSWER__ANSWER_YES
                            : c->danger == DANGER_NO ? TRIAGE__V1__ANSWER__ANSWER_NO
                                                     : TRIAGE__V1__ANSWER__ANSWER_UNSPECIFIED;
    Triage__V1__Limbs limbs = TRIAGE__V1__LIMBS__INIT;
    limbs.abuse_or_risk = TRIAGE__V1__ANSWER__ANSWER_NO;
    if (c->harmless) adults[0].limbs = &limbs;
    Triage__V1__HarmType types[1] = {c->harm};
    harm.n_types = c->harm ? 1 : 0;
    harm.types = types;
    m.harm = &harm;
    m.incident_ms = c->incident_ms;
    Triage__V1__SourceOfRisk source = TRIAGE__V1__SOURCE_OF_RISK__INIT;
    source.category = c->source;
    source.person_name = (char *)(uintptr_t)(c->source_name ? c->source_name : "");
    if (c->source) m.source_of_risk = &source;
    Triage__V1__Falls falls = TRIAGE__V1__FALLS__INIT;
    falls.witnessed = TRIAGE__V1__ANSWER__ANSWER_NO;
    if (c->fall) m.falls = &falls;
    if (c->nobody) {
        triage__v1__adult__init(&adults[0]);
        adults[0].subject = TRIAGE__V1__SUBJECT__SUBJECT_NO_NAMED_ADULT;
    }
    if (c->management_involved)
        referrer.management_may_be_involved = TRIAGE__V1__ANSWER__ANSWER_YES;
    m.referrer = &referrer;
    return triage__v1__safeguarding_concern__pack(&m, out);
}

static Triage__V1__Request request;
static uint8_t command_id[16];

Triage__V1__Request *ask_blank(const char *worker, unsigned id)
{
    triage__v1__request__init(&request);
    request.worker = (char *)(uintptr_t)(worker ? worker : "");
    if (id) {
        key_fill(command_id, id);
        request.command_id = (ProtobufCBinaryData){16, command_id};
    }
    return &request;
}

#define SET(field, CASE, value)                               \
    do {                                                      \
        request.body_case = TRIAGE__V1__REQUEST__BODY_##CASE; \
        request.field = (value);                              \
    } while (0)

Triage__V1__Request *ask_submit(unsigned key, const struct concern_of *c)
{
    static Triage__V1__SubmitRequest submit;
    static Triage__V1__Submission sub, *subs[1] = {&sub};
    static uint8_t key_bytes[16], concern[65536];
    triage__v1__submit_request__init(&submit);
    triage__v1__submission__init(&sub);
    key_fill(key_bytes, key);
    sub.key = (ProtobufCBinaryData){16, key_bytes};
    sub.kind = c->kind ? c->kind : TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    sub.concern = (ProtobufCBinaryData){concern_pack(c, concern), concern};
    if (c->danger == DANGER_YES) sub.danger_now = TRIAGE__V1__ANSWER__ANSWER_YES;
    submit.n_submissions = 1;
    submit.submissions = subs;
    (void)ask_blank(NULL, 0);
    SET(submit, SUBMIT, &submit);
    return &request;
}

Triage__V1__Reply *world_submit(struct world *w, enum who who, unsigned key, enum danger danger)
{
    char name[32], story[48];
    (void)snprintf(name, sizeof name, "Invented Person %u", key);
    (void)snprintf(story, sizeof story, "It happened at breakfast, number %u.", key);
    return world_ask(
        w, who,
        ask_submit(key, &(struct concern_of){.name = name, .story = story, .danger = danger}));
}

static Triage__V1__ClaimRequest claim;

Triage__V1__Request *ask_claim_next(const char *team, uint32_t n, const char *worker, unsigned id)
{
    (void)ask_blank(worker, id);
    triage__v1__claim_request__init(&claim);
    claim.team = (char *)(uintptr_t)team;
    claim.next = n;
    SET(claim, CLAIM, &claim);
    return &request;
}

Triage__V1__Request *ask_claim(const char *reference, const char *worker, unsigned id)
{
    static Triage__V1__ClaimOne one, *ones[1] = {&one};
    (void)ask_blank(worker, id);
    triage__v1__claim_request__init(&claim);
    triage__v1__claim_one__init(&one);
    one.reference = (char *)(uintptr_t)reference;
    claim.n_cases = 1;
    claim.cases = ones;
    SET(claim, CLAIM, &claim);
    return &request;
}

Triage__V1__Request *ask_status(const char *reference)
{
    static Triage__V1__StatusRequest status;
    (void)ask_blank(NULL, 0);
    triage__v1__status_request__init(&status);
    status.reference = (char *)(uintptr_t)reference;
    SET(status, STATUS, &status);
    return &request;
}

Triage__V1__Request *ask_follow_notices(uint64_t after, uint32_t credit)
{
    static Triage__V1__FollowNoticesRequest follow;
    (void)ask_blank(NULL, 0);
    triage__v1__follow_notices_request__init(&follow);
    follow.after = after;
    follow.credit = credit;
    SET(follow_notices, FOLLOW_NOTICES, &follow);
    return &request;
}

Triage__V1__Request *ask_receipt_notices(uint64_t up_to, uint32_t credit)
{
    static Triage__V1__ReceiptNoticesRequest receipt;
    (void)ask_blank(NULL, 0);
    triage__v1__receipt_notices_request__init(&receipt);
    receipt.up_to = up_to;
    receipt.credit = credit;
    SET(receipt_notices, RECEIPT_NOTICES, &receipt);
    return &request;
}

Triage__V1__Request *ask_follow_queue(const char *team, uint32_t credit)
{
    static Triage__V1__FollowQueueRequest follow;
    (void)ask_blank(NULL, 0);
    triage__v1__follow_queue_request__init(&follow);
    follow.team = (char *)(uintptr_t)team;
    follow.credit = credit;
    SET(follow_queue, FOLLOW_QUEUE, &follow);
    return &request;
}

struct held world_claim(struct world *w, enum who who, const char *worker, unsigned id)
{
    struct held h = {0};
    Triage__V1__Reply *r = world_ask(w, who, ask_claim_next("mash", 1, worker, id));
    assert_non_null(r);
    assert_int_equal(r->status, TRIAGE__V1__STATUS__STATUS_OK);
    assert_int_equal(r->claim->n_claimed, 1);
    (void)snprintf(h.reference, sizeof h.reference, "%s",
                   r->claim->claimed[0]->headline->reference);
    h.version = r->claim->claimed[0]->headline->version;
    h.token = r->claim->claimed[0]->token;
    return h;
}

static Triage__V1__Hold hold;
Triage__V1__Hold *hold_of(const struct held *h)
{
    triage__v1__hold__init(&hold);
    hold.reference = (char *)(uintptr_t)h->reference;
    hold.expected_version = h->version;
    hold.token = h->token;
    return &hold;
}

static Triage__V1__ThreeQuestions *questions_of(Triage__V1__Outcome outcome)
{
    static Triage__V1__ThreeQuestions q;
    bool const met = outcome == TRIAGE__V1__OUTCOME__OUTCOME_MET;
    triage__v1__three_questions__init(&q);
    q.care_and_support_needs = TRIAGE__V1__ANSWER__ANSWER_YES;
    q.abuse_or_risk = met ? TRIAGE__V1__ANSWER__ANSWER_YES : TRIAGE__V1__ANSWER__ANSWER_NO;
    q.unable_to_protect_self = TRIAGE__V1__ANSWER__ANSWER_YES;
    q.care_and_support_needs_because = (char *)(uintptr_t) "you wrote that they live with dementia";
    q.abuse_or_risk_because = (char *)(uintptr_t) "you wrote that nobody was hurt";
    q.unable_to_protect_self_because = (char *)(uintptr_t) "you wrote that they cannot speak up";
    return &q;
}

Triage__V1__Request *ask_decide(const struct held *h, Triage__V1__Outcome outcome,
                                const char *worker, unsigned id)
{
    static Triage__V1__DecideRequest decide;
    (void)ask_blank(worker, id);
    triage__v1__decide_request__init(&decide);
    decide.hold = hold_of(h);
    decide.outcome = outcome;
    decide.questions = questions_of(outcome);
    if (outcome != TRIAGE__V1__OUTCOME__OUTCOME_MET)
        decide.not_met_reason = TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_NO_ABUSE_OR_RISK;
    decide.reason = (char *)(uintptr_t) "looked at with the home";
    decide.tell = (char *)(uintptr_t) "Please keep the new care plan.";
    decide.safety = (char *)(uintptr_t) "the adult is safe at home";
    decide.wishes = (char *)(uintptr_t) "wants to stay";
    decide.signpost = (char *)(uintptr_t) "the community nurse";
    decide.has_capacity = TRIAGE__V1__ANSWER__ANSWER_NOT_KNOWN;
    if (outcome == TRIAGE__V1__OUTCOME__OUTCOME_FORWARD) {
        decide.forward_to = TRIAGE__V1__FORWARD_TO__FORWARD_TO_HEALTH;
        decide.forward_name = (char *)(uintptr_t) "the surgery, 01632 960200";
    }
    SET(decide, DECIDE, &decide);
    return &request;
}

Triage__V1__Request *ask_second(const struct held *h, bool agree, const char *worker, unsigned id)
{
    static Triage__V1__SecondRequest second;
    (void)ask_blank(worker, id);
    triage__v1__second_request__init(&second);
    second.hold = hold_of(h);
    second.agree = agree;
    second.reason = (char *)(uintptr_t) "read it again";
    SET(second, SECOND, &second);
    return &request;
}

void world_receipt(struct world *w, enum who who)
{
    uint64_t up_to = 1;
    while (world_ask(w, who, ask_receipt_notices(up_to, 0))->status == STATUS(OK)) up_to++;
}

struct held world_close(struct world *w, unsigned id)
{
    Triage__V1__Reply *r;
    struct held h = world_claim(w, MASH_DESK, "ada", id);
    (void)world_ask(w, MASH_DESK,
                    ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_FORWARD, "ada", id + 1));
    h.version = 0;
    ASK(r, w, MASH_DESK, "ada", id + 2, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&h), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_int_equal(r->status, STATUS(OK));
    return h;
}

Triage__V1__Status world_erase(struct world *w, const char *reference)
{
    Triage__V1__Reply *r;
    world_receipt(w, HOME);
    world_receipt(w, OTHER_HOME);
    ASK(r, w, MANAGER_KEY, NULL, 0, ERASE, erase, Erase, ERASE, q.reference = TEXT(reference),
        q.reason = TEXT("she asked for it"), q.on_request = true);
    if (r->status != STATUS(OK)) return r->status;
    uint64_t const number = r->erasure->order->number;
    ASK(r, w, MANAGER_2_KEY, NULL, 0, ANSWER_ERASURE, answer_erasure, AnswerErasure, ANSWER_ERASURE,
        q.number = number, q.agree = TRIAGE__V1__ANSWER__ANSWER_YES);
    world_run(w);
    return r->status;
}

void held_refresh(struct world *w, struct held *h)
{
    h->version = world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->version;
}

Triage__V1__CaseState held_state(struct world *w, const struct held *h)
{
    return world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->state;
}

Triage__V1__CaseReport *held_look(struct world *w, const struct held *h)
{
    static unsigned id = 7000;
    Triage__V1__Reply *r;
    ASK(r, w, AUDITOR_KEY, NULL, id++, LOOK, look, Look, LOOK, q.reference = TEXT(h->reference),
        q.reason = TEXT("a test"), q.timeline = true);
    assert_int_equal(r->status, STATUS(OK));
    return r->look;
}
