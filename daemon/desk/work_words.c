// From the wire to a command: which words were given, and which of them go where.  One function a
// request, one row of the table.
#include "work_words.h"

#include "words.h"

void hold_read(const Triage__V1__Hold *h, struct work *w)
{
    if (!h) return; // No reference: not found.
    w->reference = h->reference;
    w->command.token = h->token;
    w->command.has_version = h->expected_version != 0;
    w->command.expected_version = h->expected_version;
}

void reason_read(const char *reason, struct work *w)
{
    w->command.has_reason = said(reason);
    w->text = reason;
}

static void read_supplement(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__SupplementRequest const *q = r->supplement;
    w->reference = q->reference;
    w->key = bytes_pb(q->key);
    w->text = q->text;
    w->say.reason = "You told us something new.";
}

static void read_withdraw(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__WithdrawRequest const *q = r->withdraw;
    w->reference = q->reference;
    w->key = bytes_pb(q->key);
    w->command.has_reason =
        q->why != TRIAGE__V1__WITHDRAW_REQUEST__WHY__WHY_UNSPECIFIED || said(q->text);
    w->text = q->text;
}

static void read_extend(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->extend->hold, w);
    reason_read(r->extend->reason, w);
}

static void read_return(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->return_->hold, w);
    reason_read(r->return_->reason, w);
}

static void read_put_off(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->put_off->hold, w);
    reason_read(r->put_off->reason, w);
    w->command.review_ms = r->put_off->review_ms;
}

static void read_rate(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->rate->hold, w);
    reason_read(r->rate->reason, w);
    w->command.colour = (enum colour)r->rate->colour;
    w->say.reason = "A person looked at it again.";
}

static const char *const NOT_MET_WORDS[] = {
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_UNSPECIFIED] = "",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_NO_CARE_NEEDS] =
        "what we know does not show that the adult has needs for care and support.",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_NO_ABUSE_OR_RISK] =
        "what we know does not show abuse or neglect, or the risk of it.",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_CAN_PROTECT_SELF] =
        "what we know shows that the adult can protect themselves.",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_OUTSIDE_S42] =
        "the adult lives where section 42 does not reach; another route protects them there.",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_UNDER_18] =
        "the person is under 18: children's services protect them.",
    [TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_OTHER_AREA] =
        "it happened in another council's area, and that council has the duty.",
};

void work_read_decision(const Triage__V1__DecideRequest *q, struct notice_words *say)
{
    size_t const n = sizeof NOT_MET_WORDS / sizeof NOT_MET_WORDS[0];
    if ((size_t)q->not_met_reason < n) say->reason = NOT_MET_WORDS[q->not_met_reason];
    say->tell = q->tell;
    say->signpost = q->signpost;
    say->forward_name = q->forward_name;
    say->questions = q->questions;
}

static void questions_read(const Triage__V1__ThreeQuestions *q, struct command *c)
{
    if (!q) return;
    enum answer const limb[3] = {(enum answer)q->care_and_support_needs,
                                 (enum answer)q->abuse_or_risk,
                                 (enum answer)q->unable_to_protect_self};
    c->limbs = limbs_pack(limb);
    c->has_because[0] = said(q->care_and_support_needs_because);
    c->has_because[1] = said(q->abuse_or_risk_because);
    c->has_because[2] = said(q->unable_to_protect_self_because);
}

static void read_decide(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__DecideRequest const *q = r->decide;
    struct command *c = &w->command;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    questions_read(q->questions, c);
    c->outcome = (enum outcome)q->outcome;
    c->reasonable_suspicion = q->reasonable_suspicion;
    c->not_met_reason = (int)q->not_met_reason;
    c->has_tell = said(q->tell);
    c->has_safety = said(q->safety);
    c->has_wishes = said(q->wishes);
    c->capacity = (enum answer)q->has_capacity;
    c->forward_to = (int)q->forward_to;
    c->has_forward_name = said(q->forward_name);
    c->has_signpost = said(q->signpost);
    c->birth_date_confirmed = q->birth_date_confirmed;
    work_read_decision(q, &w->say);
}

static void read_second(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->second->hold, w);
    reason_read(r->second->reason, w);
    w->command.agree = r->second->agree;
    w->say.reason = "A person looked at it again.";
}

static void read_allocate(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__AllocateRequest const *q = r->allocate;
    hold_read(q->hold, w);
    w->command.lead = q->lead;
    w->command.substantial_difficulty = (enum answer)q->substantial_difficulty;
    w->command.has_advocate = said(q->advocate);
    w->command.has_tell_adult = said(q->tell_adult);
    w->text = q->tell_adult;
    w->say.lead = q->lead;
}

static void read_offer(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__OfferRequest const *q = r->offer;
    hold_read(q->hold, w);
    w->command.team = q->team;
    w->command.relationship = (int)q->relationship;
    w->command.has_relationship_source = said(q->relationship_source);
    w->command.relationship_ms = q->relationship_date_ms;
    w->command.source_in_team = (enum answer)q->source_in_team;
    w->command.who = q->agreed_by;
    w->command.has_safety_plan = said(q->safety_plan);
    w->text = q->relationship_source;
}

static void read_accept(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->accept_offer->hold, w);
    w->command.lead = r->accept_offer->lead;
    w->command.has_tell_adult = said(r->accept_offer->tell_adult);
    w->text = r->accept_offer->tell_adult;
    w->say.lead = r->accept_offer->lead;
}

static void read_reject(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->reject_offer->hold, w);
    reason_read(r->reject_offer->reason, w);
}

static void read_withdraw_offer(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->withdraw_offer->hold, w);
    reason_read(r->withdraw_offer->reason, w);
    if (r->withdraw_offer->take_back) w->command.kind = COMMAND_TAKE_BACK;
}

static const char *answer_text(Triage__V1__Answer v)
{
    return v == TRIAGE__V1__ANSWER__ANSWER_YES  ? "yes"
           : v == TRIAGE__V1__ANSWER__ANSWER_NO ? "no"
                                                : "not known";
}

// The findings, and what was checked where it ends before its time.
static const char *finish_text(struct arena *a, const Triage__V1__FinishRequest *q)
{
    struct words text;
    if (!q->coercion && !q->others_at_risk && !said(q->death_review)) return q->findings;
    words_init(&text, a, WORDS_MAX);
    words_add(&text, q->findings);
    if (q->coercion)
        words_line(&text, "Somebody may have made the adult ask: ", answer_text(q->coercion));
    if (q->others_at_risk)
        words_line(&text, "Others are at risk: ", answer_text(q->others_at_risk));
    if (q->has_capacity)
        words_line(&text, "Capacity to ask for it: ", answer_text(q->has_capacity));
    if (said(q->death_review)) words_line(&text, "Review of the death: ", q->death_review);
    return words_end(&text, a);
}

static void read_finish(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__FinishRequest const *q = r->finish;
    hold_read(q->hold, w);
    w->command.has_findings = said(q->findings);
    w->command.risk = (int)q->risk;
    w->command.achieved = (int)q->achieved;
    w->command.has_safety_plan = said(q->safety_plan);
    w->command.coercion = (enum answer)q->coercion;
    w->command.others_at_risk = (enum answer)q->others_at_risk;
    w->command.capacity = (enum answer)q->has_capacity;
    w->command.adult_died = q->adult_died;
    w->command.has_death_review = said(q->death_review);
    w->text = finish_text(w->arena, q);
}

static void read_sign_off(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->sign_off->hold, w);
    w->command.has_tell = said(r->sign_off->tell);
    w->command.has_adult_told = said(r->sign_off->adult_told);
    w->command.org_acknowledged = r->sign_off->org_acknowledged;
    w->text = r->sign_off->adult_told;
    w->say.tell = r->sign_off->tell;
}

static void read_return_enquiry(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->return_enquiry->hold, w);
    reason_read(r->return_enquiry->reason, w);
    w->say.reason = "More has to be found out before it can be closed.";
}

static void read_phone(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->confirm_by_phone->hold, w);
    w->command.has_spoke_to = said(r->confirm_by_phone->spoke_to);
    w->command.at_ms = r->confirm_by_phone->at_ms;
    w->text = r->confirm_by_phone->spoke_to;
}

static void read_forward_accepted(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->forward_accepted->hold, w);
    w->command.has_forward_name = said(r->forward_accepted->by);
    w->command.at_ms = r->forward_accepted->at_ms;
    w->text = r->forward_accepted->by;
    w->say.forward_name = r->forward_accepted->by;
    w->say.reason = "They have said that they have it.";
}

static void read_forward_bounced(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->forward_bounced->hold, w);
    reason_read(r->forward_bounced->reason, w);
    w->say.reason = "The service we passed it to sent it back, so we decide ourselves.";
}

static void read_reopen(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->reopen->hold, w);
    reason_read(r->reopen->reason, w);
    w->say.reason = "There is reason to look at it again.";
}

static void read_link(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->link->hold, w);
    reason_read(r->link->reason, w);
    if (r->link->suggest) w->command.kind = COMMAND_SUGGEST_LINK;
    w->say.tell = "";
}

static void read_unlink(const Triage__V1__Request *r, struct work *w)
{
    hold_read(r->unlink->hold, w);
    reason_read(r->unlink->reason, w);
    w->say.reason = "A person looks at it by itself again.";
}

// A bit for each value, bit 0 for number 1; values of a later release are left out.
static uint32_t bits_of(const int *values, size_t n)
{
    uint32_t bits = 0;
    for (size_t i = 0; i < n; i++)
        if (values[i] >= 1 && values[i] <= 31) bits |= 1U << (values[i] - 1);
    return bits;
}

static void read_complete(const Triage__V1__Request *r, struct work *w)
{
    Triage__V1__CompleteRequest const *q = r->complete;
    hold_read(q->hold, w);
    w->command.completion = (struct completion){
        .action_taken = (enum answer)q->action_taken,
        .supported = (enum answer)q->supported,
        .types = bits_of((const int *)q->types, q->n_types),
        .sources = bits_of((const int *)q->sources, q->n_sources),
        .locations = bits_of((const int *)q->locations, q->n_locations),
        .gender = (int)q->gender,
        .ethnicity = (int)q->ethnicity,
        .support_reason = (int)q->support_reason,
    };
}

static void read_night(const Triage__V1__Request *r, struct work *w)
{
    static const enum command_kind kinds[] = {
        [TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_SAFE_TONIGHT] = COMMAND_SAFE_TONIGHT,
        [TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_AGREED_BY_TELEPHONE] = COMMAND_SECOND_BY_PHONE,
        [TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_CONFIRM] = COMMAND_CONFIRM_SECOND,
        [TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_RESTRICT] = COMMAND_RESTRICT,
        [TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_UNRESTRICT] = COMMAND_RESTRICT,
    };
    Triage__V1__NightRequest const *q = r->night;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    if ((size_t)q->act < sizeof kinds / sizeof kinds[0]) w->command.kind = kinds[q->act];
    w->command.agree = q->act != TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_UNRESTRICT;
    w->command.has_safety = said(q->safety);
    w->command.lead = q->manager;
    if (said(q->safety)) w->text = q->safety;
    w->say.lead = "";
    w->say.reason =
        "Tonight it was seen to that nobody is in danger. We go on with it in the morning.";
}

static void read_org(const Triage__V1__Request *r, struct work *w)
{
    static const enum command_kind kinds[] = {
        [TRIAGE__V1__ORG_ACT__ORG_ACT_SCOPE] = COMMAND_ORG_SCOPE,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_LARGE_SCALE] = COMMAND_ORG_LARGE_SCALE,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_QUALITY_ROUTE] = COMMAND_ORG_QUALITY,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_REVIEW] = COMMAND_ORG_REVIEW,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_CLOSE] = COMMAND_ORG_CLOSE,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_ATTACH] = COMMAND_ORG_ATTACH,
        [TRIAGE__V1__ORG_ACT__ORG_ACT_DETACH] = COMMAND_ORG_DETACH,
    };
    Triage__V1__OrgRequest const *q = r->org;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    if ((size_t)q->act < sizeof kinds / sizeof kinds[0]) w->command.kind = kinds[q->act];
    w->command.lead = q->owner;
    w->command.review_ms = q->review_ms;
    w->say.reason = "What you told us about the service has been looked into.";
}

static void read_referral(const Triage__V1__Request *r, struct work *w)
{
    static const enum command_kind kinds[] = {
        [TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_SETTLE] = COMMAND_SETTLE,
        [TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_MAKE_CONCERN] = COMMAND_MAKE_CONCERN,
        [TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_AGENCY_ANSWERED] = COMMAND_AGENCY,
    };
    Triage__V1__ReferralRequest const *q = r->referral;
    struct command *c = &w->command;
    bool year_only;
    hold_read(q->hold, w);
    reason_read(q->reason, w);
    if ((size_t)q->act < sizeof kinds / sizeof kinds[0]) c->kind = kinds[q->act];
    c->settlement = (int)q->settlement;
    c->has_until = date_parse(bytes_text(q->until), &c->until_day, &year_only) && !year_only;
    c->has_representative = said(q->representative);
    c->has_tell = said(q->tell);
    c->agency = (int)q->agency;
    c->has_answer = said(q->answer);
    if (said(q->answer)) w->text = q->answer;
    w->say.reason = q->reason;
    w->say.tell = q->tell;
    if (c->kind == COMMAND_MAKE_CONCERN)
        w->say.reason = "We take it as a safeguarding concern now, and a person decides it.";
}

#define BODY(name) TRIAGE__V1__REQUEST__BODY_##name
static const struct {
    Triage__V1__Request__BodyCase body;
    enum command_kind kind;
    const char *area;
    void (*read)(const Triage__V1__Request *r, struct work *w);
} WORK_TABLE[] = {
    {BODY(SUPPLEMENT), COMMAND_SUPPLEMENT, "supplement", read_supplement},
    {BODY(WITHDRAW), COMMAND_WITHDRAW, "withdraw", read_withdraw},
    {BODY(EXTEND), COMMAND_EXTEND, "extend", read_extend},
    {BODY(RETURN_), COMMAND_RETURN, "return", read_return},
    {BODY(PUT_OFF), COMMAND_PUT_OFF, "put_off", read_put_off},
    {BODY(RATE), COMMAND_RATE, "rate", read_rate},
    {BODY(DECIDE), COMMAND_DECIDE, "decide", read_decide},
    {BODY(SECOND), COMMAND_SECOND, "second", read_second},
    {BODY(ALLOCATE), COMMAND_ALLOCATE, "allocate", read_allocate},
    {BODY(OFFER), COMMAND_OFFER, "offer", read_offer},
    {BODY(ACCEPT_OFFER), COMMAND_ACCEPT_OFFER, "accept_offer", read_accept},
    {BODY(REJECT_OFFER), COMMAND_REJECT_OFFER, "reject_offer", read_reject},
    {BODY(WITHDRAW_OFFER), COMMAND_WITHDRAW_OFFER, "withdraw_offer", read_withdraw_offer},
    {BODY(FINISH), COMMAND_FINISH, "finish", read_finish},
    {BODY(SIGN_OFF), COMMAND_SIGN_OFF, "sign_off", read_sign_off},
    {BODY(RETURN_ENQUIRY), COMMAND_RETURN_ENQUIRY, "return_enquiry", read_return_enquiry},
    {BODY(CONFIRM_BY_PHONE), COMMAND_CONFIRM_BY_PHONE, "confirm_by_phone", read_phone},
    {BODY(FORWARD_ACCEPTED), COMMAND_FORWARD_ACCEPTED, "forward_accepted", read_forward_accepted},
    {BODY(FORWARD_BOUNCED), COMMAND_FORWARD_BOUNCED, "forward_bounced", read_forward_bounced},
    {BODY(REOPEN), COMMAND_REOPEN, "reopen", read_reopen},
    {BODY(LINK), COMMAND_LINK, "link", read_link},
    {BODY(UNLINK), COMMAND_UNLINK, "unlink", read_unlink},
    {BODY(COMPLETE), COMMAND_COMPLETE, "complete", read_complete},
    {BODY(ASK), COMMAND_ASK, "ask", read_ask},
    {BODY(ANSWER), COMMAND_ANSWER, "answer", read_answer},
    {BODY(CLOSE_QUESTION), COMMAND_CLOSE_QUESTION, "close_question", read_close_question},
    {BODY(DELEGATE), COMMAND_DELEGATE, "delegate", read_delegate},
    {BODY(ENQUIRE), COMMAND_NONE, "enquire", read_enquire},
    {BODY(CHECK_REPORT), COMMAND_NONE, "check_report", read_check_report},
    {BODY(CHALLENGE), COMMAND_CHALLENGE, "challenge", read_challenge},
    {BODY(REVIEW_CHALLENGE), COMMAND_NONE, "review_challenge", read_review_challenge},
    {BODY(VOID_), COMMAND_VOID, "void", read_void},
    {BODY(MARK), COMMAND_MARK, "mark", read_mark},
    {BODY(LEGAL_HOLD), COMMAND_LEGAL_HOLD, "legal_hold", read_legal_hold},
    {BODY(CALL_DONE), COMMAND_CALL_DONE, "call_done", read_call_done},
    {BODY(ADULT_TOLD), COMMAND_ADULT_TOLD, "adult_told", read_adult_told},
    {BODY(REASSIGN), COMMAND_REASSIGN, "reassign", read_reassign},
    {BODY(REFERRAL), COMMAND_NONE, "referral", read_referral},
    {BODY(ORG), COMMAND_NONE, "org", read_org},
    {BODY(NIGHT), COMMAND_NONE, "night", read_night},
};
#undef BODY

bool work_read(struct desk *d, const struct message *m, struct work *w)
{
    *w = (struct work){.reference = "", .text = "", .arena = &d->request};
    w->command.lead = w->command.team = "";
    w->command.actor = m->actor;
    for (size_t i = 0; i < sizeof WORK_TABLE / sizeof WORK_TABLE[0]; i++) {
        if (WORK_TABLE[i].body != m->request->body_case) continue;
        w->command.kind = WORK_TABLE[i].kind;
        w->area = WORK_TABLE[i].area;
        WORK_TABLE[i].read(m->request, w);
        struct bytes const id = w->key.len ? w->key : bytes_pb(m->request->command_id);
        if (id.len) w->command.fingerprint = wire_fingerprint(&d->keys, m->principal->id, id);
        return true;
    }
    return false;
}
