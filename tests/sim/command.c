// Any command that the daemon offers, made from the schema: the request's fields are found by name
// and filled by type.  A new command needs nothing here unless its request has another name than
// its action, or its fields must agree with each other.
#include "days.h"
#include "office.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const struct {
    const char *word, *body;
} ALIASES[] = {{"take", "claim"},
               {"return", "return_"},
               {"accept", "accept_offer"},
               {"reject", "reject_offer"},
               {"phone", "confirm_by_phone"},
               {"suggest_link", "link"},
               {"org_scope", "org"},
               {"org_large_scale", "org"},
               {"org_quality_route", "org"},
               {"org_review", "org"},
               {"org_close", "org"},
               {"org_attach", "org"},
               {"org_detach", "org"},
               {"safe_tonight", "night"},
               {"second_by_phone", "night"},
               {"confirm_second", "night"},
               {"restrict", "night"},
               {"take_back", "withdraw_offer"},
               {"void", "void_"},
               {"accept_delegation", "enquire"},
               {"refuse_delegation", "enquire"},
               {"report_delegation", "enquire"},
               {"accept_report", "check_report"},
               {"return_report", "check_report"},
               {"extend_delegation", "check_report"},
               {"take_back_delegation", "check_report"},
               {"assign_challenge", "review_challenge"},
               {"decide_challenge", "review_challenge"},
               {"settle", "referral"},
               {"make_concern", "referral"},
               {"agency_answered", "referral"}};

static const char *const QUIET[] = {"phone", "extend", "withdraw", "rate", "mark"};

bool command_quiet(const char *word)
{
    for (size_t i = 0; i < sizeof QUIET / sizeof QUIET[0]; i++)
        if (strcmp(QUIET[i], word) == 0) return true;
    return false;
}

static const ProtobufCFieldDescriptor *command_field(const char *word)
{
    for (size_t i = 0; i < sizeof ALIASES / sizeof ALIASES[0]; i++)
        if (strcmp(ALIASES[i].word, word) == 0) word = ALIASES[i].body;
    return protobuf_c_message_descriptor_get_field_by_name(&triage__v1__request__descriptor, word);
}

bool command_speakable(const char *word)
{
    ProtobufCFieldDescriptor const *f = command_field(word);
    return f && f->type == PROTOBUF_C_TYPE_MESSAGE;
}

// --- Filling. ---

static uint8_t pool[65536]; // of the one request that is being made
static size_t pool_used;
static void *pool_take(size_t n)
{
    size_t const at = (pool_used + 15) & ~(size_t)15;
    if (at + n > sizeof pool) abort();
    pool_used = at + n;
    return memset(pool + at, 0, n);
}

static char *field_text(const char *name, const struct asking *a)
{
    char const *text = "said and written down";
    if (strcmp(name, "reference") == 0) text = a->reference;
    if (strcmp(name, "team") == 0) text = dice_chance(a->dice, 800) ? "north" : "mash";
    if (strcmp(name, "lead") == 0 || strcmp(name, "worker") == 0) text = a->lead;
    if (strcmp(name, "of") == 0) text = "";        // the referrer
    if (strcmp(name, "agreed_by") == 0) text = ""; // nobody: a desk is there
    if (strcmp(name, "advocate") == 0 && dice_chance(a->dice, 300)) text = "";
    return (char *)(uintptr_t)text;
}

static int64_t field_number(const ProtobufCFieldDescriptor *f, const struct asking *a)
{
    size_t const len = strlen(f->name);
    if (strcmp(f->name, "expected_version") == 0) return a->version;
    if (strcmp(f->name, "token") == 0) return (int64_t)a->token;
    if (strcmp(f->name, "review_ms") == 0) return a->utc_ms + 86400000;
    if (len > 3 && strcmp(f->name + len - 3, "_ms") == 0) return a->utc_ms;
    return 0;
}

static int field_enum(const ProtobufCFieldDescriptor *f, const struct asking *a)
{
    ProtobufCEnumDescriptor const *e = f->descriptor;
    return e->values[dice_roll(a->dice, e->n_values)].value;
}

static void message_fill(ProtobufCMessage *m, const struct asking *a);

static void field_fill(ProtobufCMessage *m, const ProtobufCFieldDescriptor *f,
                       const struct asking *a)
{
    void *at = (uint8_t *)m + f->offset;
    if (f->label == PROTOBUF_C_LABEL_REPEATED || (f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF)) return;
    switch (f->type) {
    case PROTOBUF_C_TYPE_STRING: *(char **)at = field_text(f->name, a); break;
    case PROTOBUF_C_TYPE_ENUM: *(int *)at = field_enum(f, a); break;
    case PROTOBUF_C_TYPE_BOOL: *(protobuf_c_boolean *)at = dice_chance(a->dice, 600); break;
    case PROTOBUF_C_TYPE_UINT32: *(uint32_t *)at = (uint32_t)field_number(f, a); break;
    case PROTOBUF_C_TYPE_INT64:
    case PROTOBUF_C_TYPE_UINT64: *(int64_t *)at = field_number(f, a); break;
    case PROTOBUF_C_TYPE_BYTES: {
        uint8_t *key = pool_take(16);
        dice_fill(a->dice, key, 16);
        *(ProtobufCBinaryData *)at = (ProtobufCBinaryData){16, key};
        break;
    }
    case PROTOBUF_C_TYPE_MESSAGE: {
        ProtobufCMessageDescriptor const *d = f->descriptor;
        ProtobufCMessage *part = pool_take(d->sizeof_message);
        protobuf_c_message_init(d, part);
        message_fill(part, a);
        *(ProtobufCMessage **)at = part;
        break;
    }
    default: break;
    }
}

static void message_fill(ProtobufCMessage *m, const struct asking *a)
{
    for (unsigned i = 0; i < m->descriptor->n_fields; i++)
        field_fill(m, &m->descriptor->fields[i], a);
}

// --- Where fields must agree with one another. ---

static bool kind_is_request(Triage__V1__Kind kind)
{
    return kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST ||
           kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL ||
           kind == TRIAGE__V1__KIND__KIND_CARE_NEEDS_REFERRAL ||
           kind == TRIAGE__V1__KIND__KIND_ADVICE;
}

static void decide_agree(Triage__V1__DecideRequest *d, Triage__V1__Kind kind, struct dice *dice)
{
    Triage__V1__ThreeQuestions *q = d->questions;
    if (dice_chance(dice, 100)) return; // Someone who did not think.
    d->outcome = (Triage__V1__Outcome)(1 + dice_roll(dice, 4));
    if (dice_chance(dice, 500)) d->outcome = TRIAGE__V1__OUTCOME__OUTCOME_MET;
    d->birth_date_confirmed = false;
    d->forward_to = TRIAGE__V1__FORWARD_TO__FORWARD_TO_HEALTH;
    d->not_met_reason = (Triage__V1__NotMetReason)(1 + dice_roll(dice, 3));
    q->care_and_support_needs = q->abuse_or_risk = q->unable_to_protect_self =
        TRIAGE__V1__ANSWER__ANSWER_YES;
    if (kind_is_request(kind)) { // passed on, and the three questions are not asked
        d->outcome = TRIAGE__V1__OUTCOME__OUTCOME_FORWARD;
        d->not_met_reason = TRIAGE__V1__NOT_MET_REASON__NOT_MET_REASON_UNSPECIFIED;
    }
    if (d->outcome == TRIAGE__V1__OUTCOME__OUTCOME_MET) return;
    if (d->not_met_reason == 1) q->care_and_support_needs = TRIAGE__V1__ANSWER__ANSWER_NO;
    if (d->not_met_reason == 2) q->abuse_or_risk = TRIAGE__V1__ANSWER__ANSWER_NO;
    if (d->not_met_reason == 3) q->unable_to_protect_self = TRIAGE__V1__ANSWER__ANSWER_NO;
}

static void claim_agree(Triage__V1__ClaimRequest *c, const struct asking *a)
{
    Triage__V1__ClaimOne *one = pool_take(sizeof *one), **list = pool_take(sizeof(void *));
    triage__v1__claim_one__init(one);
    one->reference = (char *)(uintptr_t)a->reference;
    one->expected_version = a->version;
    list[0] = one;
    c->n_cases = 1;
    c->cases = list;
}

static void link_agree(Triage__V1__LinkRequest *l, const char *word, const struct asking *a)
{
    l->primary = (char *)(uintptr_t)a->other;
    l->suggest = strcmp(word, "suggest_link") == 0;
}

// "org_large_scale" is ORG_ACT_LARGE_SCALE.
static void org_agree(Triage__V1__OrgRequest *o, const char *word, const struct asking *a)
{
    ProtobufCEnumDescriptor const *e = &triage__v1__org_act__descriptor;
    for (unsigned i = 0; i < e->n_values; i++)
        if (strcasecmp(e->values[i].name + strlen("ORG_ACT_"), word + strlen("org_")) == 0)
            o->act = (Triage__V1__OrgAct)e->values[i].value;
    o->owner = (char *)(uintptr_t)a->worker;
    o->review_ms = a->utc_ms + INT64_C(86400000) * 20;
    o->org = (char *)(uintptr_t)a->other;
}

// Mostly as it ends for its kind.
static Triage__V1__Settlement settlement_of(const struct asking *a)
{
    unsigned const other = (unsigned)dice_roll(a->dice, 2);
    if (dice_chance(a->dice, 100)) return TRIAGE__V1__SETTLEMENT__SETTLEMENT_WITHDRAWN;
    switch (a->kind) {
    case TRIAGE__V1__KIND__KIND_DOLS_REQUEST:
        return (Triage__V1__Settlement)(TRIAGE__V1__SETTLEMENT__SETTLEMENT_GRANTED + other);
    case TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL:
        return (Triage__V1__Settlement)(TRIAGE__V1__SETTLEMENT__SETTLEMENT_PLANNED + other);
    default: return TRIAGE__V1__SETTLEMENT__SETTLEMENT_ANSWERED;
    }
}

static void referral_agree(Triage__V1__ReferralRequest *q, const char *word, const struct asking *a)
{
    static char until[11];
    q->act = TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_AGENCY_ANSWERED;
    if (strcmp(word, "settle") == 0) q->act = TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_SETTLE;
    if (strcmp(word, "make_concern") == 0)
        q->act = TRIAGE__V1__REFERRAL_ACT__REFERRAL_ACT_MAKE_CONCERN;
    q->settlement = settlement_of(a);
    day_text(london_day(a->utc_ms) + 1 + (int32_t)dice_roll(a->dice, 300), until);
    q->until = until;
    q->agency = (Triage__V1__Agency)(1 + dice_roll(a->dice, 3));
}

static void night_agree(Triage__V1__NightRequest *q, const char *word, const struct asking *a)
{
    static const struct {
        const char *word;
        Triage__V1__NightAct act;
    } acts[] = {{"safe_tonight", TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_SAFE_TONIGHT},
                {"second_by_phone", TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_AGREED_BY_TELEPHONE},
                {"confirm_second", TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_CONFIRM},
                {"restrict", TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_RESTRICT}};
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++)
        if (strcmp(acts[i].word, word) == 0) q->act = acts[i].act;
    bool const restricts = q->act == TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_RESTRICT;
    if (restricts && dice_chance(a->dice, 500))
        q->act = TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_UNRESTRICT;
    q->manager = (char *)(uintptr_t)a->manager;
}

// "take_back_delegation" is WHAT_TAKE_BACK: the value whose name the word begins with.
static int what_of(const ProtobufCEnumDescriptor *e, const char *word)
{
    for (unsigned i = 0; i < e->n_values; i++) {
        char const *name = e->values[i].name;
        char const *what = strstr(name, "WHAT_") + strlen("WHAT_");
        if (strncasecmp(what, word, strlen(what)) == 0) return e->values[i].value;
    }
    return 0;
}

// Everything is asked of the referrer: what others are asked and told is for the desk's own tests.
static void errand_agree(Triage__V1__Request *q, const char *word, const struct asking *a)
{
    static char *questions[2];
    int64_t const later_ms = a->utc_ms + INT64_C(86400000) * (1 + (int64_t)dice_roll(a->dice, 9));
    char *const referrer = (char *)(uintptr_t)a->referrer;
    questions[0] = questions[1] = (char *)(uintptr_t) "Who else was there?";
    if (q->body_case == TRIAGE__V1__REQUEST__BODY_ASK) {
        q->ask->n_questions = 1 + dice_roll(a->dice, 2);
        q->ask->questions = questions;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_PUT_OFF) {
        // Hours: no later than the rules look at it again.
        q->put_off->review_ms = a->utc_ms + (later_ms - a->utc_ms) / 24;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_DELEGATE) {
        q->delegate->to = referrer;
        q->delegate->due_ms = later_ms;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_ENQUIRE) {
        q->enquire->what = (Triage__V1__EnquireRequest__What)what_of(
            &triage__v1__enquire_request__what__descriptor, word);
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_CHECK_REPORT) {
        q->check_report->what = (Triage__V1__CheckReportRequest__What)what_of(
            &triage__v1__check_report_request__what__descriptor, word);
        q->check_report->due_ms = later_ms;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_REVIEW_CHALLENGE) {
        bool const assigns = strcmp(word, "assign_challenge") == 0;
        q->review_challenge->reviewer = (char *)(uintptr_t)(assigns ? a->lead : "");
        if (assigns) q->review_challenge->result = 0;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_REASSIGN) {
        q->reassign->from = (char *)(uintptr_t) "";
        q->reassign->to = (char *)(uintptr_t)a->lead;
    } else if (q->body_case == TRIAGE__V1__REQUEST__BODY_WITHDRAW_OFFER) {
        q->withdraw_offer->take_back = strcmp(word, "take_back") == 0;
    }
}

size_t command_pack(const char *word, uint64_t id, const struct asking *a, uint8_t *out,
                    size_t size)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    ProtobufCFieldDescriptor const *f = command_field(word);
    uint8_t command[16];
    if (!f || f->type != PROTOBUF_C_TYPE_MESSAGE) return 0;
    ProtobufCMessageDescriptor const *d = f->descriptor;
    pool_used = 0;
    ProtobufCMessage *body = pool_take(d->sizeof_message);
    protobuf_c_message_init(d, body);
    message_fill(body, a);
    q.id = id;
    q.worker = (char *)(uintptr_t)a->worker;
    dice_fill(a->dice, command, sizeof command);
    q.command_id = (ProtobufCBinaryData){sizeof command, command};
    q.body_case = (Triage__V1__Request__BodyCase)f->id;
    *(ProtobufCMessage **)((uint8_t *)&q + f->offset) = body;
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_DECIDE) decide_agree(q.decide, a->kind, a->dice);
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_CLAIM) claim_agree(q.claim, a);
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_LINK) link_agree(q.link, word, a);
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_REFERRAL) referral_agree(q.referral, word, a);
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_NIGHT) night_agree(q.night, word, a);
    if (q.body_case == TRIAGE__V1__REQUEST__BODY_ORG) org_agree(q.org, word, a);
    errand_agree(&q, word, a);
    if (triage__v1__request__get_packed_size(&q) > size) abort();
    return triage__v1__request__pack(&q, out);
}
