// The people at a referrer: what they report, add, withdraw and read.
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
    char nhs[ADULTS_MAX][11], name[ADULTS_MAX][40], story[80];
};

static Triage__V1__Answer answer_any(struct referrer *r)
{
    return (Triage__V1__Answer)dice_roll(&r->dice, 4);
}

static void writing_adult(struct referrer *r, struct writing *w, size_t i, unsigned person)
{
    Triage__V1__Adult *a = &w->adults[i];
    triage__v1__adult__init(a);
    triage__v1__limbs__init(&w->limbs[i]);
    person_nhs_number(person, w->nhs[i]);
    (void)snprintf(w->name[i], sizeof w->name[i], "Invented Person %u", person);
    a->name = w->name[i];
    a->nhs_number = w->nhs[i];
    a->date_of_birth = TEXT("1941-05-28");
    a->postcode = TEXT("ZX1 1AA");
    w->limbs[i].care_and_support_needs = answer_any(r);
    w->limbs[i].abuse_or_risk = answer_any(r);
    w->limbs[i].unable_to_protect_self = answer_any(r);
    a->limbs = &w->limbs[i];
    w->list[i] = a;
}

static void writing_make(struct referrer *r, struct writing *w, const struct truth *t, uint64_t no)
{
    triage__v1__safeguarding_concern__init(&w->m);
    triage__v1__harm__init(&w->harm);
    triage__v1__source_of_risk__init(&w->source);
    triage__v1__referrer__init(&w->referrer);
    for (unsigned i = 0; i < t->adults; i++) writing_adult(r, w, i, t->person[i]);
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
}

static struct truth truth_any(struct referrer *r)
{
    struct truth t = {.sender = r->who,
                      .referrer = r->who == VENDOR ? HOME_C : r->who,
                      .danger = answer_any(r),
                      .access = answer_any(r),
                      .harm = (Triage__V1__HarmLevel)dice_roll(&r->dice, 7),
                      .adults = dice_chance(&r->dice, 850) ? 1 : 2,
                      .neutral = dice_chance(&r->dice, 60)};
    if (dice_chance(&r->dice, 600)) t.danger = TRIAGE__V1__ANSWER__ANSWER_NO;
    for (unsigned i = 0; i < t.adults; i++) // Some are spoken of more often.
        t.person[i] = (unsigned)dice_roll(&r->dice, dice_chance(&r->dice, 500) ? 8 : PERSONS);
    if (t.adults == 2 && t.person[0] == t.person[1]) t.person[1] = (t.person[1] + 1) % PERSONS;
    key_make(r, t.key);
    return t;
}

static void submission_pack(struct item *i, const struct truth *t, uint8_t *concern, size_t n)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__SubmitRequest submit = TRIAGE__V1__SUBMIT_REQUEST__INIT;
    Triage__V1__Submission sub = TRIAGE__V1__SUBMISSION__INIT, *subs[1] = {&sub};
    sub.key = (ProtobufCBinaryData){16, (uint8_t *)(uintptr_t)t->key};
    sub.kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    sub.concern = (ProtobufCBinaryData){n, concern};
    sub.danger_now = t->danger;
    if (t->sender != t->referrer) sub.on_behalf_of = TEXT(KEYS[t->referrer].id);
    submit.n_submissions = 1;
    submit.submissions = subs;
    q.body_case = TRIAGE__V1__REQUEST__BODY_SUBMIT;
    q.submit = &submit;
    item_pack(i, &q);
}

static void referrer_concern(struct referrer *r)
{
    static uint8_t bytes[8192];
    static struct writing w;
    struct truth t = truth_any(r);
    struct item *i = referrer_item(r, ITEM_CONCERN);
    writing_make(r, &w, &t, oracle_next(r->sim->oracle));
    size_t const n = triage__v1__safeguarding_concern__pack(&w.m, bytes);
    house_digest(bytes, n, t.digest);
    i->concern = oracle_sent(r->sim->oracle, &t);
    submission_pack(i, &t, bytes, n);
    if (dice_chance(&r->dice, 15)) { // A bug at the sender: the key again, other words.
        struct item *again = referrer_item(r, ITEM_REUSED_KEY);
        again->concern = r->items[r->n_items - 2].concern;
        writing_make(r, &w, &t, again->concern);
        w.m.what_happened = TEXT("Something else.");
        again->next_us += HOUR; // once the first is receipted; checked before it is sent
        submission_pack(again, &t, bytes, triage__v1__safeguarding_concern__pack(&w.m, bytes));
    }
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

void referrer_plan(struct referrer *r, const struct item *i)
{
    struct wheel *w = &r->sim->wheel;
    if (r->who == VENDOR) return; // What follows is the sender's own.
    if (dice_chance(&r->dice, 150))
        wheel_in(w, dice_wait(&r->dice, 3 * DAY), on_supplement, r, i->concern);
    if (dice_chance(&r->dice, 40))
        wheel_in(w, dice_wait(&r->dice, 2 * DAY), on_withdraw, r, i->concern);
    if (dice_chance(&r->dice, 300))
        wheel_in(w, dice_wait(&r->dice, 5 * DAY), on_status, r, i->concern);
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
