// The people at a referrer: what they report, add, withdraw and read.
#include "days.h"
#include "referrer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT(s) ((char *)(uintptr_t)(s))

static void key_make(struct referrer *r, uint8_t key[16])
{
    dice_fill(&r->dice, key, 16);
    key[6] = (uint8_t)(0x70 | (key[6] & 15)); // a UUIDv7 in form
    key[8] = (uint8_t)(0x80 | (key[8] & 63));
}

// --- A concern. ---

#define ADULTS_MAX 3
struct writing { // the message and what it points to
    Triage__V1__SafeguardingConcern m;
    Triage__V1__Adult adults[ADULTS_MAX], *list[ADULTS_MAX];
    Triage__V1__Limbs limbs[ADULTS_MAX];
    Triage__V1__Harm harm;
    Triage__V1__SourceOfRisk source;
    Triage__V1__Referrer referrer;
    Triage__V1__Dols dols;
    Triage__V1__Transition transition;
    Triage__V1__PoliceNotification police;
    Triage__V1__CareNeeds care;
    char nhs[ADULTS_MAX][11], born[ADULTS_MAX][11], name[ADULTS_MAX][40], story[80], day[11];
};

static Triage__V1__Answer answer_any(struct referrer *r)
{
    return (Triage__V1__Answer)dice_roll(&r->dice, 4);
}

static void writing_adult(struct referrer *r, struct writing *w, const struct truth *t, size_t i)
{
    unsigned const person = t->person[i];
    int32_t adult_from;
    Triage__V1__Adult *a = &w->adults[i];
    triage__v1__adult__init(a);
    triage__v1__limbs__init(&w->limbs[i]);
    person_nhs_number(person, w->nhs[i]);
    (void)snprintf(w->name[i], sizeof w->name[i], "Invented Person %u", person);
    a->name = w->name[i];
    a->nhs_number = w->nhs[i];
    person_born(person, w->born[i], &adult_from);
    a->date_of_birth = w->born[i];
    a->postcode = TEXT("ZX1 1AA");
    w->limbs[i].care_and_support_needs = t->needs[i];
    w->limbs[i].abuse_or_risk = t->abuse[i];
    w->limbs[i].unable_to_protect_self = answer_any(r);
    a->limbs = &w->limbs[i];
    w->list[i] = a;
}

// What its kind's own tables read.
static void writing_kind(struct writing *w, const struct truth *t)
{
    if (t->kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST) {
        triage__v1__dols__init(&w->dols);
        w->dols.request = (Triage__V1__Dols__Request)t->grade;
        bool const urgent = w->dols.request == TRIAGE__V1__DOLS__REQUEST__REQUEST_URGENT;
        day_text(urgent ? t->runs_out - 6 : t->runs_out, w->day); // the day it is given counts
        if (urgent) w->dols.urgent_from = w->day;
        if (t->runs_out && !urgent) w->dols.current_until = w->day;
        w->m.dols = &w->dols;
    } else if (t->kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL) {
        triage__v1__transition__init(&w->transition);
        w->transition.care_stops = (Triage__V1__Answer)t->grade;
        w->m.transition = &w->transition;
    } else if (t->kind == TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION) {
        triage__v1__police_notification__init(&w->police);
        w->police.grade = (Triage__V1__PoliceNotification__Grade)t->grade;
        w->m.police_notification = &w->police;
    } else if (t->kind == TRIAGE__V1__KIND__KIND_CARE_NEEDS_REFERRAL) {
        triage__v1__care_needs__init(&w->care);
        w->care.support_stopped = (Triage__V1__Answer)t->grade;
        w->m.care_needs = &w->care;
    }
}

static void writing_make(struct referrer *r, struct writing *w, const struct truth *t, uint64_t no)
{
    triage__v1__safeguarding_concern__init(&w->m);
    triage__v1__harm__init(&w->harm);
    triage__v1__source_of_risk__init(&w->source);
    triage__v1__referrer__init(&w->referrer);
    for (unsigned i = 0; i < t->adults; i++) writing_adult(r, w, t, i);
    w->m.n_adults = t->adults;
    w->m.adults = w->list;
    // Who hears this number hears of this concern: the oracle listens for it.
    (void)snprintf(w->story, sizeof w->story, "A carer pushed them. (canary-%08u)", (unsigned)no);
    w->m.what_happened = w->story;
    w->harm.immediate_danger = t->danger;
    w->harm.actual = t->harm;
    w->m.harm = &w->harm;
    w->source.still_has_access = t->access;
    w->m.source_of_risk = &w->source;
    if (t->neutral) w->referrer.management_may_be_involved = TRIAGE__V1__ANSWER__ANSWER_YES;
    w->m.referrer = &w->referrer;
    writing_kind(w, t);
}

// What else than concerns they send, of a thousand.
static const struct {
    enum who who;
    Triage__V1__Kind kind;
    unsigned per_mille;
} OTHERS[] = {
    {HOME_A, TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG, 200},
    {HOME_A, TRIAGE__V1__KIND__KIND_DOLS_REQUEST, 60},
    {HOME_B, TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG, 100},
    {HOME_B, TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL, 80},
    {HOME_C, TRIAGE__V1__KIND__KIND_ADVICE, 80},
    {POLICE, TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION, 150},
    {HOSPITAL, TRIAGE__V1__KIND__KIND_DOLS_REQUEST, 80},
    {HOSPITAL, TRIAGE__V1__KIND__KIND_CARE_NEEDS_REFERRAL, 100},
    {VENDOR, TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG, 100},
};

static Triage__V1__Kind kind_any(struct referrer *r)
{
    unsigned roll = (unsigned)dice_roll(&r->dice, 1000);
    for (size_t i = 0; i < sizeof OTHERS / sizeof OTHERS[0]; i++) {
        if (OTHERS[i].who != r->who) continue;
        if (roll < OTHERS[i].per_mille) return OTHERS[i].kind;
        roll -= OTHERS[i].per_mille;
    }
    return TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
}

// Of an urgent authorisation the day on which it was given lies behind them all, whatever the
// clocks do meanwhile.
static void truth_dols(struct referrer *r, struct truth *t)
{
    int32_t const today = london_day(sim_utc_ms(r->sim));
    t->grade = 1 + (int)dice_roll(&r->dice, 3);
    if (t->grade == TRIAGE__V1__DOLS__REQUEST__REQUEST_URGENT)
        t->runs_out = today - 1 - (int32_t)dice_roll(&r->dice, 3) + 6;
    if (t->grade == TRIAGE__V1__DOLS__REQUEST__REQUEST_FURTHER)
        t->runs_out = today + 1 + (int32_t)dice_roll(&r->dice, 60);
}

static void truth_transition(struct referrer *r, struct truth *t)
{
    char born[11];
    t->person[0] = PERSONS + (unsigned)dice_roll(&r->dice, YOUNG);
    person_born(t->person[0], born, &t->runs_out);
    t->runs_out--; // the last day before
}

static void truth_kind(struct referrer *r, struct truth *t)
{
    bool const log = t->kind == TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG;
    if (t->kind == TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN) return;
    if (log && dice_chance(&r->dice, 600))
        t->needs[0] = t->needs[1] = TRIAGE__V1__ANSWER__ANSWER_NO;
    if (log) return;
    t->adults = 1;
    t->grade = (int)dice_roll(&r->dice, 4);
    if (t->kind == TRIAGE__V1__KIND__KIND_ADVICE)
        t->grade = 0; // it has no tables' words of its own
    if (t->kind == TRIAGE__V1__KIND__KIND_DOLS_REQUEST) truth_dols(r, t);
    if (t->kind == TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL) truth_transition(r, t);
}

static struct truth truth_any(struct referrer *r)
{
    struct truth t = {.sender = r->who,
                      .referrer = r->who == VENDOR ? HOME_C : r->who,
                      .danger = answer_any(r),
                      .access = answer_any(r),
                      .harm = (Triage__V1__HarmLevel)dice_roll(&r->dice, 7),
                      .adults = dice_chance(&r->dice, 850) ? 1 : 2,
                      .neutral = dice_chance(&r->dice, 60),
                      .kind = kind_any(r)};
    if (dice_chance(&r->dice, 600)) t.danger = TRIAGE__V1__ANSWER__ANSWER_NO;
    for (unsigned i = 0; i < t.adults; i++) // Some are spoken of more often.
        t.person[i] = (unsigned)dice_roll(&r->dice, dice_chance(&r->dice, 500) ? 8 : PERSONS);
    if (t.adults == 2 && t.person[0] == t.person[1]) t.person[1] = (t.person[1] + 1) % PERSONS;
    for (unsigned i = 0; i < t.adults; i++) {
        t.needs[i] = answer_any(r);
        t.abuse[i] = answer_any(r);
    }
    truth_kind(r, &t);
    key_make(r, t.key);
    return t;
}

#define BATCH_MAX 4
struct batch { // what goes in one request
    unsigned n;
    int bad; // one with nothing in it, -1 none
    struct truth truth[BATCH_MAX];
    size_t size[BATCH_MAX];
    uint8_t bytes[BATCH_MAX][4096];
};

static void batch_pack(struct item *i, const struct batch *b)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__SubmitRequest submit = TRIAGE__V1__SUBMIT_REQUEST__INIT;
    Triage__V1__Submission subs[BATCH_MAX], *list[BATCH_MAX];
    for (unsigned n = 0; n < b->n; n++) {
        struct truth const *t = &b->truth[n];
        triage__v1__submission__init(&subs[n]);
        subs[n].key = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)t->key};
        subs[n].kind = t->kind;
        subs[n].concern = (ProtobufCBinaryData){b->size[n], (uint8_t *)(uintptr_t)b->bytes[n]};
        subs[n].danger_now = t->danger;
        if (t->sender != t->referrer) subs[n].on_behalf_of = TEXT(KEYS[t->referrer].id);
        list[n] = &subs[n];
    }
    submit.n_submissions = b->n;
    submit.submissions = list;
    q.body_case = TRIAGE__V1__REQUEST__BODY_SUBMIT;
    q.submit = &submit;
    i->n_concerns = b->n - (b->bad >= 0);
    i->bad = b->bad;
    item_pack(i, &q);
}

// The police send what a night brought together, and now and then something with nothing in it.
static unsigned batch_size(struct referrer *r, struct batch *b)
{
    b->bad = -1;
    if (b->truth[0].kind != TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION) return 1;
    unsigned const n = 1 + (unsigned)dice_roll(&r->dice, BATCH_MAX);
    if (n > 1 && dice_chance(&r->dice, 250)) b->bad = (int)dice_roll(&r->dice, n);
    return n;
}

static void batch_write(struct referrer *r, struct batch *b, unsigned n, struct item *i)
{
    static struct writing w;
    struct truth *t = &b->truth[n];
    if (n > 0) {
        *t = truth_any(r);
        t->kind = b->truth[0].kind;
        t->adults = 1;
        t->grade = (int)dice_roll(&r->dice, 4);
    }
    b->size[n] = 0;
    if ((int)n == b->bad) return;
    writing_make(r, &w, t, oracle_next(r->sim->oracle));
    b->size[n] = triage__v1__safeguarding_concern__pack(&w.m, b->bytes[n]);
    house_digest(b->bytes[n], b->size[n], t->digest);
    unsigned const concern = oracle_sent(r->sim->oracle, t);
    if (n == 0 || (n == 1 && b->bad == 0)) i->concern = concern;
}

// A bug at the sender: the key again, other words.
static void referrer_reuse(struct referrer *r, const struct batch *first, unsigned concern)
{
    static struct writing w;
    static struct batch b;
    struct item *again = referrer_item(r, ITEM_REUSED_KEY);
    again->concern = concern;
    b.n = 1;
    b.bad = -1;
    b.truth[0] = first->truth[0];
    writing_make(r, &w, &b.truth[0], concern);
    w.m.what_happened = TEXT("Something else.");
    b.size[0] = triage__v1__safeguarding_concern__pack(&w.m, b.bytes[0]);
    again->next_us += HOUR; // once the first is receipted; checked before it is sent
    batch_pack(again, &b);
}

static void referrer_concern(struct referrer *r)
{
    static struct batch b;
    struct item *i = referrer_item(r, ITEM_CONCERN);
    b.truth[0] = truth_any(r);
    b.n = batch_size(r, &b);
    for (unsigned n = 0; n < b.n; n++) batch_write(r, &b, n, i);
    batch_pack(i, &b);
    if (b.n == 1 && dice_chance(&r->dice, 15)) referrer_reuse(r, &b, i->concern);
}

void referrer_flood(struct referrer *r, unsigned n)
{
    if (r->quiet) return;
    for (unsigned i = 0; i < n; i++) referrer_concern(r);
    referrer_wake(r);
}

static void on_concern(void *ctx, uint64_t number)
{
    struct referrer *r = ctx;
    (void)number;
    if (r->quiet) return;
    referrer_concern(r);
    referrer_wake(r);
    wheel_in(&r->sim->wheel, dice_wait(&r->dice, r->mean_us) + SECOND, on_concern, r, 0);
}

// --- Afterwards. ---

static void on_supplement(void *ctx, uint64_t concern)
{
    struct referrer *r = ctx;
    uint8_t key[16];
    char const *reference = oracle_reference(r->sim->oracle, (unsigned)concern, 0);
    if (r->quiet || !reference) return;
    struct item *i = referrer_item(r, ITEM_SUPPLEMENT);
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__SupplementRequest add = TRIAGE__V1__SUPPLEMENT_REQUEST__INIT;
    key_make(r, key);
    add.key = (ProtobufCBinaryData){16, key};
    add.reference = TEXT(reference);
    add.text = TEXT("They were seen again today, and it was better.");
    (void)snprintf(i->reference, sizeof i->reference, "%s", reference);
    q.body_case = TRIAGE__V1__REQUEST__BODY_SUPPLEMENT;
    q.supplement = &add;
    item_pack(i, &q);
    oracle_supplement(r->sim->oracle, reference, false);
    referrer_wake(r);
}

static void on_withdraw(void *ctx, uint64_t concern)
{
    struct referrer *r = ctx;
    uint8_t key[16];
    char const *reference = oracle_reference(r->sim->oracle, (unsigned)concern, 0);
    if (r->quiet || !reference) return;
    struct item *i = referrer_item(r, ITEM_WITHDRAW);
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__WithdrawRequest out = TRIAGE__V1__WITHDRAW_REQUEST__INIT;
    key_make(r, key);
    out.key = (ProtobufCBinaryData){16, key};
    out.reference = TEXT(reference);
    out.why = TRIAGE__V1__WITHDRAW_REQUEST__WHY__WHY_RESOLVED;
    out.text = TEXT("It was a misunderstanding.");
    q.body_case = TRIAGE__V1__REQUEST__BODY_WITHDRAW;
    q.withdraw = &out;
    item_pack(i, &q);
    referrer_wake(r);
}

static void on_status(void *ctx, uint64_t concern)
{
    struct referrer *r = ctx;
    char const *reference = oracle_reference(r->sim->oracle, (unsigned)concern, 0);
    if (!reference) return;
    struct item *i = referrer_item(r, ITEM_STATUS);
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__StatusRequest status = TRIAGE__V1__STATUS_REQUEST__INIT;
    status.reference = TEXT(reference);
    q.body_case = TRIAGE__V1__REQUEST__BODY_STATUS;
    q.status = &status;
    item_pack(i, &q);
    referrer_wake(r);
}

void referrer_plan(struct referrer *r, unsigned concern)
{
    struct wheel *w = &r->sim->wheel;
    if (r->who == VENDOR) return; // What follows is the sender's own.
    if (dice_chance(&r->dice, 150))
        wheel_in(w, dice_wait(&r->dice, 3 * DAY), on_supplement, r, concern);
    if (dice_chance(&r->dice, 40))
        wheel_in(w, dice_wait(&r->dice, 2 * DAY), on_withdraw, r, concern);
    if (dice_chance(&r->dice, 300))
        wheel_in(w, dice_wait(&r->dice, 5 * DAY), on_status, r, concern);
}

static void on_read(void *ctx, uint64_t cursor)
{
    struct referrer *r = ctx;
    if (cursor > r->stored) return; // It was never stored: another time.
    struct item *i = referrer_item(r, ITEM_READ);
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__ReadNoticeRequest read = TRIAGE__V1__READ_NOTICE_REQUEST__INIT;
    read.cursor = cursor;
    read.reader = TEXT("the manager on duty");
    q.body_case = TRIAGE__V1__REQUEST__BODY_READ_NOTICE;
    q.read_notice = &read;
    item_pack(i, &q);
    referrer_wake(r);
}

void referrer_read(struct referrer *r, const Triage__V1__Notice *n)
{
    if (!dice_chance(&r->dice, 700)) return;
    wheel_in(&r->sim->wheel, HOUR + dice_wait(&r->dice, DAY), on_read, r, n->cursor);
}

void referrer_begin(struct referrer *r)
{
    static const int64_t mean_hours[REFERRER_COUNT] = {
        [HOME_A] = 60, [HOME_B] = 80,   [HOME_C] = 120,
        [POLICE] = 48, [HOSPITAL] = 60, [VENDOR] = 120};
    r->mean_us = mean_hours[r->who] * HOUR;
    wheel_in(&r->sim->wheel, dice_wait(&r->dice, r->mean_us / 8), on_concern, r, 0);
}

void referrers_quiet(struct sim *s)
{
    for (int i = 0; i < REFERRER_COUNT; i++) s->referrers[i]->quiet = true;
}
