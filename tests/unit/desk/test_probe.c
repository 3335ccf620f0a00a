// What a referrer can find out by asking: the shipped pack under the desk, and the same concern
// told twice, once where the council knows nothing else and once where it knows much.  All that the
// referrer is sent, and when, is the same to the byte.
#include "world.h"

#include "plain_policy.h"

#include <stdio.h>
#include <stdlib.h>

#define TEN_AT_NIGHT ((int64_t)12 * HOUR_MS) // after the world's beginning
#define STEP_MS      ((int64_t)6 * HOUR_MS)
#define STEPS        60 // fifteen days: every clock of the pack has rung
#define SEEN_MAX     ((size_t)4 << 20)

static struct policy *pack;

struct policy *plain_policy(void)
{
    return pack;
}

void plain_policy_reset(void)
{
    if (!pack) assert_int_equal(policy_open(&pack, DESK_TEST_PACK, NULL), OK);
}

// --- What was seen, in order. ---

struct seen_all {
    uint8_t *bytes;
    size_t n;
};

// Each case has a reference of its own: they alone may differ.
static void references_blank(uint8_t *at, size_t n)
{
    for (size_t i = 0; i + 12 <= n; i++)
        if (memcmp(at + i, "SC-", 3) == 0 && at[i + 7] == '-') memset(at + i, 'X', 12);
}

static void see(struct seen_all *all, Triage__V1__Reply *r)
{
    assert_non_null(r);
    uint64_t const id = r->id;
    r->id = 0;
    size_t const n = triage__v1__reply__get_packed_size(r);
    assert_true(all->n + n <= SEEN_MAX);
    (void)triage__v1__reply__pack(r, all->bytes + all->n);
    references_blank(all->bytes + all->n, n);
    all->n += n;
    r->id = id;
}

// The pushes since the last time, each with the step it came in.
static void see_notices(struct world *w, struct seen_all *all, unsigned step, uint64_t *cursor)
{
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply *r = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[HOME].id) continue;
        if (r->body_case != TRIAGE__V1__REPLY__BODY_NOTICES) continue;
        all->bytes[all->n++] = (uint8_t)step;
        for (size_t k = 0; k < r->notices->n_notices; k++) *cursor = r->notices->notices[k]->cursor;
        see(all, r);
    }
    world_forget_sent(w);
    (void)world_ask(w, HOME, ask_receipt_notices(*cursor, 100));
}

// --- What is told: a small matter, of which all is known; less known; and danger. ---

static Triage__V1__Request *ask_tell(enum danger danger, bool whole)
{
    static uint8_t bytes[4096];
    Triage__V1__SafeguardingConcern m = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Adult adult = TRIAGE__V1__ADULT__INIT, *adults[] = {&adult};
    Triage__V1__Limbs limbs = TRIAGE__V1__LIMBS__INIT;
    Triage__V1__Harm harm = TRIAGE__V1__HARM__INIT;
    Triage__V1__Pattern pattern = TRIAGE__V1__PATTERN__INIT;
    Triage__V1__Response done = TRIAGE__V1__RESPONSE__INIT;
    Triage__V1__SourceOfRisk source = TRIAGE__V1__SOURCE_OF_RISK__INIT;
    Triage__V1__Referrer referrer = TRIAGE__V1__REFERRER__INIT;
    Triage__V1__HarmType types[] = {TRIAGE__V1__HARM_TYPE__HARM_TYPE_NEGLECT};
    Triage__V1__Answer const yes = TRIAGE__V1__ANSWER__ANSWER_YES,
                             no = TRIAGE__V1__ANSWER__ANSWER_NO;
    static const Triage__V1__Answer said[] = {
        [DANGER_YES] = TRIAGE__V1__ANSWER__ANSWER_YES, [DANGER_NO] = TRIAGE__V1__ANSWER__ANSWER_NO};
    adult.name = TEXT("Ned Known");
    adult.date_of_birth = TEXT("1941-05-28");
    adult.postcode = TEXT("ZX1 1AA");
    limbs.care_and_support_needs = limbs.unable_to_protect_self = yes;
    limbs.abuse_or_risk = whole ? yes : TRIAGE__V1__ANSWER__ANSWER_UNSPECIFIED;
    adult.limbs = &limbs;
    harm.types = types;
    harm.n_types = 1;
    harm.actual = TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_NONE;
    harm.risked = TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_LOW;
    harm.immediate_danger = said[danger];
    harm.treatment_needed = harm.distress = harm.fear = no;
    pattern.recurrence = TRIAGE__V1__RECURRENCE__RECURRENCE_FIRST;
    pattern.other_adults_affected = no;
    done.care_plan_followed = done.mitigation_in_place = done.adult_safe_now = yes;
    source.category = TRIAGE__V1__SOURCE_CATEGORY__SOURCE_CATEGORY_PAID_CARER;
    source.still_has_access = no;
    referrer.management_may_be_involved = no;
    m.what_happened = TEXT("Supper was late again.");
    m.adults = adults;
    m.n_adults = 1;
    m.harm = &harm;
    m.pattern = &pattern;
    m.response = &done;
    m.source_of_risk = &source;
    m.referrer = &referrer;
    assert_true(triage__v1__safeguarding_concern__get_packed_size(&m) <= sizeof bytes);
    Triage__V1__Request *q = ask_submit(1, &(struct concern_of){.danger = danger});
    q->submit->submissions[0]->concern =
        (ProtobufCBinaryData){triage__v1__safeguarding_concern__pack(&m, bytes), bytes};
    return q;
}

// --- What the council may know. ---

enum known { KNOWS_NOTHING, KNOWS_THEM, KNOWS_THEM_RED, LEARNS_LATER, KNOWN_COUNT };
static const struct concern_of THEM = {.name = "Ned Known", .danger = DANGER_NO};
static const struct concern_of THEM_RED = {
    .name = "Ned Known", .danger = DANGER_YES, .harm = TRIAGE__V1__HARM_TYPE__HARM_TYPE_PHYSICAL};

static void others_tell(struct world *w, const struct concern_of *c, unsigned key)
{
    for (unsigned k = 0; k < 4; k++) {
        Triage__V1__Reply *r = world_ask(w, k % 2 ? POLICE : OTHER_HOME, ask_submit(key + k, c));
        assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    }
}

static enum colour council_colour(struct world *w, const char *reference)
{
    Triage__V1__Reply const *r = world_ask(w, MASH_DESK, ask_status(reference));
    return (enum colour)r->case_->case_->colour;
}

static void step(struct world *w, struct seen_all *all, unsigned n, const char *reference,
                 uint64_t *cursor)
{
    Triage__V1__Reply *mine = NULL, *actions = NULL;
    world_pass(w, STEP_MS);
    world_run(w);
    see_notices(w, all, n, cursor);
    see(all, world_ask(w, HOME, ask_status(reference)));
    ASK(mine, w, HOME, NULL, 0, MINE, mine, Mine, MINE, q.open_only = false);
    see(all, mine);
    ASK(actions, w, HOME, NULL, 0, ACTIONS, actions, Actions, ACTIONS,
        q.reference = TEXT(reference));
    see(all, actions);
}

// --- What befalls it. ---

enum deed { WAITS, ADDS, REFUSED_ADDS, DEED_COUNT };

// The referrer has seen danger now.
static void adds(struct world *w, struct seen_all *all, const char *reference)
{
    static uint8_t key[16], concern[4096];
    Triage__V1__Reply *r = NULL;
    struct concern_of const worse = {.name = "Ned Known", .danger = DANGER_YES};
    key_fill(key, 77);
    size_t const n = concern_pack(&worse, concern);
    ASK(r, w, HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.reference = TEXT(reference), q.text = TEXT("He came back."),
        q.key = ((ProtobufCBinaryData){16, key}), q.concern = ((ProtobufCBinaryData){n, concern}));
    assert_int_equal(r->status, STATUS(OK));
    see(all, r);
}

// By a worker, and by a manager where it takes two: who decides does not show.
static void refused(struct world *w, const char *reference)
{
    struct held h = {.reference = ""};
    Triage__V1__Reply const *r = world_ask(w, MASH_DESK, ask_claim(reference, "ada", 500));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(OK));
    (void)snprintf(h.reference, sizeof h.reference, "%s", reference);
    h.version = r->claim->claimed[0]->headline->version;
    h.token = r->claim->claimed[0]->token;
    r = world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET, "ada", 501));
    assert_int_equal(r->status, STATUS(OK));
    h.version = world_ask(w, MASH_DESK, ask_status(reference))->case_->case_->version;
    if (world_ask(w, MASH_DESK, ask_status(reference))->case_->case_->state == STATE(IN_TRIAGE))
        (void)world_ask(w, MANAGER_KEY, ask_second(&h, true, "mo", 502));
    r = world_ask(w, MASH_DESK, ask_status(reference));
    assert_int_equal(r->case_->case_->state, STATE(DECIDED_NOT_MET));
}

struct tale { // one concern, and what the referrer sees of it
    enum danger danger;
    bool whole; // all is known of it
    enum deed deed;
    int64_t from_ms;
};

static void tell(struct world *w, struct seen_all *all, const struct tale *t, char reference[16])
{
    Triage__V1__Reply *r = NULL;
    Triage__V1__Submission *sub = ask_tell(t->danger, t->whole)->submit->submissions[0];
    ASK(r, w, HOME, NULL, 0, DRY_RUN, dry_run, DryRun, DRY_RUN, q.submission = sub);
    see(all, r);
    r = world_ask(w, HOME, ask_tell(t->danger, t->whole));
    see(all, r);
    (void)snprintf(reference, 16, "%s", r->submit->receipts[0]->adults[0]->reference);
}

// Everything that HOME is sent, from asking first to fifteen days of waiting; as urgent as the
// council takes it on the second day.
static enum colour story(struct seen_all *all, const struct tale *t, enum known known)
{
    void *state = NULL;
    char reference[16] = "";
    uint64_t cursor = 0;
    enum colour colour = COLOUR_UNSET;
    assert_int_equal(world_setup(&state), 0);
    struct world *w = state;
    all->n = 0;
    if (known == KNOWS_THEM) others_tell(w, &THEM, 100);
    if (known == KNOWS_THEM_RED) others_tell(w, &THEM_RED, 100);
    world_pass(w, t->from_ms);
    world_run(w);
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    tell(w, all, t, reference);
    for (unsigned n = 0; n < STEPS; n++) {
        step(w, all, n, reference, &cursor);
        if (known == LEARNS_LATER && n == 2) others_tell(w, &THEM_RED, 200);
        if (n == 4) colour = council_colour(w, reference);
        if (n == 5 && t->deed == REFUSED_ADDS) refused(w, reference);
        if (n == 8 && t->deed != WAITS) adds(w, all, reference);
    }
    assert_int_equal(world_teardown(&state), 0);
    return colour;
}

static void nothing_that_the_council_knows_shows_in_anything_a_referrer_is_sent(void **state)
{
    static const enum danger dangers[] = {DANGER_NO, DANGER_UNSAID, DANGER_YES};
    struct seen_all plain = {.bytes = malloc(SEEN_MAX)}, other = {.bytes = malloc(SEEN_MAX)};
    unsigned raised = 0;
    (void)state;
    assert_true(plain.bytes && other.bytes);
    for (unsigned i = 0; i < 3 * DEED_COUNT; i++) {
        struct tale const t = {dangers[i % 3], i % 3 != 2, (enum deed)(i / 3),
                               i % 2 ? TEN_AT_NIGHT : HOUR_MS};
        enum colour const alone = story(&plain, &t, KNOWS_NOTHING);
        for (int known = KNOWS_THEM; known < KNOWN_COUNT; known++) {
            raised += story(&other, &t, (enum known)known) > alone;
            assert_int_equal(other.n, plain.n);
            assert_memory_equal(other.bytes, plain.bytes, plain.n);
        }
    }
    assert_true(raised >= 2 * DEED_COUNT); // or the comparison would be worth nothing
    free(plain.bytes);
    free(other.bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_that_the_council_knows_shows_in_anything_a_referrer_is_sent),
    };
    int const failed = cmocka_run_group_tests(tests, NULL, NULL);
    policy_close(pack);
    return failed;
}
