// The desks and who works at them: they follow their queues, take what is next, ask what may be
// done with a case and do one of it.  What has no answer is sent again with the same command id.
#include "office.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE (10 * SECOND)
#define CREDIT   64

static void line_watch(struct desk_line *l, const char *reference);

// --- A worker asks. ---

static void clerk_send(struct clerk *c)
{
    c->ask_us = c->sim->wheel.now_us;
    c->tries++;
    net_send(c->line, c->bytes, c->n);
}

static void clerk_ask(struct clerk *c, uint64_t id, const uint8_t *bytes, size_t n)
{
    free(c->bytes);
    c->bytes = malloc(n + 1);
    if (!c->bytes) abort();
    memcpy(c->bytes, bytes, n);
    c->n = n;
    c->ask_id = id;
    c->tries = 0;
    clerk_send(c);
}

static void clerk_ask_request(struct clerk *c, Triage__V1__Request *q)
{
    static uint8_t bytes[4096];
    q->id = ++c->sim->next_id;
    clerk_ask(c, q->id, bytes, triage__v1__request__pack(q, bytes));
}

static void clerk_claim_next(struct clerk *c)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__ClaimRequest claim = TRIAGE__V1__CLAIM_REQUEST__INIT;
    struct house_worker const *w = &WORKERS[c->worker];
    uint8_t command[16];
    bool const night = strcmp(w->team, "night") == 0;
    dice_fill(&c->dice, command, sizeof command);
    claim.team = (char *)(uintptr_t)(night && dice_chance(&c->dice, 300) ? "mash" : w->team);
    claim.next = 1 + (uint32_t)dice_roll(&c->dice, 2);
    q.worker = (char *)(uintptr_t)w->id;
    q.command_id = (ProtobufCBinaryData){sizeof command, command};
    q.body_case = TRIAGE__V1__REQUEST__BODY_CLAIM;
    q.claim = &claim;
    c->word = -1;
    c->ask_actions = false;
    c->about[0] = 0;
    clerk_ask_request(c, &q);
}

static void clerk_ask_actions(struct clerk *c, const char *reference)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__ActionsRequest actions = TRIAGE__V1__ACTIONS_REQUEST__INIT;
    (void)snprintf(c->about, sizeof c->about, "%s", reference);
    actions.reference = c->about;
    q.worker = (char *)(uintptr_t)WORKERS[c->worker].id;
    q.body_case = TRIAGE__V1__REQUEST__BODY_ACTIONS;
    q.actions = &actions;
    c->ask_actions = true;
    clerk_ask_request(c, &q);
}

static struct hand *clerk_hand(struct clerk *c, const char *reference)
{
    for (size_t i = 0; i < c->n_hands; i++)
        if (strcmp(c->hands[i].reference, reference) == 0) return &c->hands[i];
    return NULL;
}

static void clerk_drop(struct clerk *c, const char *reference)
{
    struct hand *h = clerk_hand(c, reference);
    if (h) *h = c->hands[--c->n_hands];
}

static bool clerk_manages(const struct clerk *c)
{
    return strstr(WORKERS[c->worker].grade, "manager") != NULL;
}

// What each kind of worker looks for first; anybody looks at anything now and then.
static unsigned clerk_states(struct clerk *c)
{
    bool const north = strcmp(WORKERS[c->worker].team, "north") == 0;
    if (dice_chance(&c->dice, 250)) return ~0u;
    if (north) return 1u << OFFERED | (clerk_manages(c) ? 1u << REVIEW : 0);
    if (clerk_manages(c)) return 1u << REVIEW | 1u << MET | 1u << OTHER;
    return 1u << MET | 1u << OTHER | 1u << FORWARDED;
}

static const char *clerk_pick(struct clerk *c)
{
    struct office *o = c->sim->office;
    unsigned const states = clerk_states(c);
    if (o->n_proposed && clerk_manages(c) && dice_chance(&c->dice, 400))
        return o->proposed[dice_roll(&c->dice, o->n_proposed < 16 ? o->n_proposed : 16)];
    for (unsigned i = 0; i < 16 && clerk_manages(c) && dice_chance(&c->dice, 300); i++)
        if (o->rung[i].reference[0] && o->rung[i].manager == (int)c->worker)
            return o->rung[i].reference;
    if (o->n_closed && clerk_manages(c) && dice_chance(&c->dice, 20))
        return o->closed[dice_roll(&c->dice, o->n_closed < 64 ? o->n_closed : 64)];
    bool const own = dice_chance(&c->dice, 500); // what this worker leads
    size_t const from = dice_roll(&c->dice, o->n_known);
    for (size_t n = 0; n < o->n_known; n++) {
        struct known const *k = &o->known[(from + n) % o->n_known];
        if (own && k->lead == (int)c->worker && k->state == ENQUIRY) return k->reference;
    }
    for (size_t n = 0; n < o->n_known; n++) {
        struct known const *k = &o->known[(from + n) % o->n_known];
        if (states >> k->state & 1) return k->reference;
    }
    return NULL;
}

static bool clerk_on_shift(const struct clerk *c)
{
    int64_t const utc_ms = sim_utc_ms(c->sim);
    int64_t const day = utc_ms / 86400000, hour = utc_ms / 3600000 % 24;
    bool const office = (day + 3) % 7 < 5 && hour >= 8 && hour < 17; // 1970 began on a Thursday
    return strcmp(WORKERS[c->worker].team, "night") == 0 ? !office : office;
}

static void clerk_act(struct clerk *c)
{
    if (c->n_hands < 2 && dice_chance(&c->dice, 400)) {
        clerk_claim_next(c);
        return;
    }
    char const *reference = c->n_hands && dice_chance(&c->dice, 700)
                                ? c->hands[dice_roll(&c->dice, c->n_hands)].reference
                                : clerk_pick(c);
    if (reference) clerk_ask_actions(c, reference);
}

static void on_clerk(void *ctx, uint64_t number)
{
    struct clerk *c = ctx;
    struct desk_line const *l = &c->sim->office->lines[c->line->who];
    int64_t const now = c->sim->wheel.now_us;
    (void)number;
    if (c->ask_id && l->greeted && now - c->ask_us >= PATIENCE) clerk_send(c);
    if (!c->ask_id && l->greeted && now >= c->act_us && !c->sim->quiet && clerk_on_shift(c)) {
        clerk_act(c);
        // What is in hand comes first.
        c->act_us = now + dice_wait(&c->dice, (c->n_hands ? 8 : 60) * MINUTE) + SECOND;
    }
    int64_t wait = c->act_us > now ? c->act_us - now : 30 * MINUTE;
    if (c->ask_id)
        wait = PATIENCE + dice_between(&c->dice, 0, (c->tries < 6 ? c->tries : 6) * PATIENCE);
    wheel_in(&c->sim->wheel, wait, on_clerk, c, 0);
}

// --- A worker hears. ---

// Mostly somebody of the same team.
static int clerk_names(struct clerk *c)
{
    unsigned w = (unsigned)dice_roll(&c->dice, WORKER_COUNT);
    for (unsigned n = 0; n < 8 && strcmp(WORKERS[w].team, WORKERS[c->worker].team) != 0; n++)
        w = (unsigned)dice_roll(&c->dice, WORKER_COUNT);
    return (int)w;
}

// One of the managers, at home.
static int clerk_rings(struct clerk *c)
{
    unsigned w = (unsigned)dice_roll(&c->dice, WORKER_COUNT);
    for (unsigned n = 0; n < WORKER_COUNT && !strstr(WORKERS[w].grade, "manager"); n++)
        w = (w + 1) % WORKER_COUNT;
    return (int)w;
}

static int clerk_choose(struct clerk *c, const Triage__V1__ActionsReply *r)
{
    struct office *o = c->sim->office;
    unsigned total = 0, at = 0;
    int chosen = -1;
    for (int pass = 0; pass < 2; pass++) {
        unsigned const pick = pass && total ? (unsigned)dice_roll(&c->dice, total + 8) : 0;
        at = 0;
        for (size_t i = 0; i < r->n_actions && chosen < 0; i++) {
            int const word = office_word(o, r->actions[i]->command);
            if (!r->actions[i]->open || word < 0) continue;
            if (pass == 0) o->words[word].offered++;
            if (!o->words[word].speakable) continue;
            at += o->words[word].weight;
            if (pass && pick < at) chosen = word;
        }
        total = at;
        if (total == 0) return -1;
    }
    return chosen;
}

static void clerk_actions(struct clerk *c, const Triage__V1__ActionsReply *r)
{
    static uint8_t bytes[16384];
    struct office *o = c->sim->office;
    struct hand const *h = clerk_hand(c, c->about);
    int const word = clerk_choose(c, r);
    c->ask_id = 0;
    if (word < 0) return;
    c->lead = clerk_names(c);
    c->rung = clerk_rings(c);
    struct asking const a = {
        .worker = WORKERS[c->worker].id,
        .lead = WORKERS[c->lead].id,
        .referrer = oracle_referrer(c->sim->oracle, c->about),
        .manager = WORKERS[c->rung].id,
        .kind = oracle_kind(c->sim->oracle, c->about),
        .reference = c->about,
        .other = o->n_known ? o->known[dice_roll(&c->dice, o->n_known)].reference : c->about,
        .version = r->version,
        .token = h ? h->token : 0,
        .utc_ms = sim_utc_ms(c->sim),
        .dice = &c->dice};
    uint64_t const id = ++c->sim->next_id;
    if (strcmp(o->words[word].word, "make_concern") == 0) oracle_harm(c->sim->oracle, c->about);
    c->word = word;
    c->ask_actions = false;
    clerk_ask(c, id, bytes, command_pack(o->words[word].word, id, &a, bytes, sizeof bytes));
    bool const doomed = c->sim->loop.armed == FAULT_CRASH_APPENDED;
    if (doomed || dice_chance(&c->dice, 150)) line_watch(&o->lines[c->line->who], c->about);
}

static void clerk_claimed(struct clerk *c, const Triage__V1__ClaimReply *r)
{
    for (size_t i = 0; i < r->n_claimed; i++) {
        Triage__V1__Claimed const *one = r->claimed[i];
        bool const mine = one->status <= TRIAGE__V1__STATUS__STATUS_DUPLICATE && one->headline;
        if (!mine) continue;
        oracle_claimed(c->sim->oracle, c->worker, one);
        office_state(c->sim->office, one->headline->reference, IN_TRIAGE);
        clerk_drop(c, one->headline->reference);
        if (c->n_hands == HANDS_MAX) c->n_hands--;
        struct hand *h = &c->hands[c->n_hands++];
        h->token = one->token;
        (void)snprintf(h->reference, sizeof h->reference, "%s", one->headline->reference);
    }
}

static void clerk_rang(struct clerk *c)
{
    struct office *o = c->sim->office;
    unsigned const i = o->n_rung++ % 16;
    oracle_rung(c->sim->oracle, c->about, (unsigned)c->rung);
    (void)snprintf(o->rung[i].reference, sizeof o->rung[i].reference, "%s", c->about);
    o->rung[i].manager = c->rung;
}

static void clerk_confirmed(struct clerk *c)
{
    struct office *o = c->sim->office;
    for (unsigned i = 0; i < 16; i++)
        if (strcmp(o->rung[i].reference, c->about) == 0) o->rung[i].reference[0] = 0;
}

static void clerk_done(struct clerk *c, const Triage__V1__Reply *r)
{
    struct office *o = c->sim->office;
    char const *word = c->word >= 0 ? o->words[c->word].word : "claim";
    bool const fine = r->status <= TRIAGE__V1__STATUS__STATUS_DUPLICATE;
    if (fine && c->word >= 0) o->words[c->word].done++;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_CLAIM) {
        clerk_claimed(c, r->claim);
        return;
    }
    Triage__V1__CaseBrief const *b =
        r->body_case == TRIAGE__V1__REPLY__BODY_CASE_ ? r->case_->case_ : r->now;
    if (b && r->status != TRIAGE__V1__STATUS__STATUS_DUPLICATE)
        oracle_version(c->sim->oracle, b->reference, b->version, c->ask_us);
    if (b) office_state(o, b->reference, b->state);
    if (fine && r->body_case == TRIAGE__V1__REPLY__BODY_CASE_)
        oracle_done(c->sim->oracle, c->worker, c->about, command_quiet(word));
    if (b && b->state != TRIAGE__V1__CASE_STATE__CASE_STATE_IN_TRIAGE) clerk_drop(c, c->about);
    struct known *k = office_find(o, c->about);
    if (fine && k && k->state == ENQUIRY &&
        (strcmp(word, "allocate") == 0 || strcmp(word, "accept") == 0))
        k->lead = c->lead;
    if (fine && strcmp(word, "second_by_phone") == 0) clerk_rang(c);
    if (fine && strcmp(word, "confirm_second") == 0) clerk_confirmed(c);
    bool const proposes = strcmp(word, "decide") == 0 || strcmp(word, "rate") == 0;
    if (fine && proposes && b && b->state == TRIAGE__V1__CASE_STATE__CASE_STATE_IN_TRIAGE)
        (void)snprintf(o->proposed[o->n_proposed++ % 16], 16, "%s", c->about);
}

static void clerk_heard(struct clerk *c, const Triage__V1__Reply *r)
{
    if (r->status >= 300 && r->status < 400) return; // Later the same again, by the timer.
    if (c->ask_actions && r->body_case == TRIAGE__V1__REPLY__BODY_ACTIONS) {
        clerk_actions(c, r->actions);
        return;
    }
    c->ask_id = 0;
    if (c->ask_actions)
        clerk_drop(c, c->about);
    else
        clerk_done(c, r);
}

// --- A desk's connection. ---

static void line_say(struct desk_line *l, Triage__V1__Request *q)
{
    q->id = ++l->sim->next_id;
    net_request(l->line, q);
}

// --- A screen: it asks again and again how a case stands, beside whoever changes it. ---

static void on_watch(void *ctx, uint64_t number)
{
    struct desk_line *l = ctx;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__StatusRequest status = TRIAGE__V1__STATUS_REQUEST__INIT;
    (void)number;
    if (!l->greeted || !l->watched[0]) return;
    status.reference = l->watched;
    q.body_case = TRIAGE__V1__REQUEST__BODY_STATUS;
    q.status = &status;
    line_say(l, &q);
    l->watch_id = q.id;
    l->watch_us = l->sim->wheel.now_us;
}

static void line_watch(struct desk_line *l, const char *reference)
{
    (void)snprintf(l->watched, sizeof l->watched, "%s", reference);
    // It looks hardest when the next commit is to be lost.
    bool const doomed = l->sim->loop.armed == FAULT_CRASH_APPENDED;
    for (int64_t at = MS; at < 20 * MS; at += doomed ? MS : 6 * MS)
        wheel_in(&l->sim->wheel, at, on_watch, l, 0);
    wheel_in(&l->sim->wheel, 8 * SECOND, on_watch, l, 0);
}

static void line_follow(struct desk_line *l)
{
    struct house_key const *k = &KEYS[l->line->who];
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__FollowQueueRequest follow = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    follow.team = (char *)(uintptr_t)k->team;
    follow.credit = CREDIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    q.follow_queue = &follow;
    l->pushed = 0;
    line_say(l, &q);
}

static void line_pushed(struct desk_line *l, const Triage__V1__QueuePush *p)
{
    for (size_t i = 0; i < p->n_headlines; i++)
        office_state(l->sim->office, p->headlines[i]->reference, p->headlines[i]->state);
    l->pushed += (uint32_t)p->n_headlines;
    if (l->pushed < CREDIT / 2) return;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__CreditRequest credit = TRIAGE__V1__CREDIT_REQUEST__INIT;
    credit.team = p->team;
    credit.credit = l->pushed;
    l->pushed = 0;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    q.credit = &credit;
    line_say(l, &q);
}

static void on_line(void *ctx, uint64_t order)
{
    struct desk_line *l = ctx;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    if (order != l->order || l->greeted) return;
    if (l->hello_id) net_lose(l->line); // No hello, no connection.
    if (net_dial(l->line)) {
        hello.version = 1;
        q.body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
        q.hello = &hello;
        line_say(l, &q);
        l->hello_id = q.id;
    }
    wheel_in(&l->sim->wheel, PATIENCE, on_line, l, ++l->order);
}

static void on_lost(void *ctx)
{
    struct desk_line *l = ctx;
    l->greeted = false;
    l->hello_id = 0;
    wheel_in(&l->sim->wheel, 2 * SECOND, on_line, l, ++l->order);
}

static void on_heard(void *ctx, const Triage__V1__Reply *r, const uint8_t *bytes, size_t n)
{
    struct desk_line *l = ctx;
    struct office *o = l->sim->office;
    (void)bytes;
    (void)n;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) {
        line_pushed(l, r->queue_push);
        return;
    }
    minder_queue(l->sim->minder, r);
    if (r->id && r->id == l->watch_id && r->body_case == TRIAGE__V1__REPLY__BODY_CASE_)
        oracle_version(l->sim->oracle, r->case_->case_->reference, r->case_->case_->version,
                       l->watch_us);
    if (r->id && r->id == l->hello_id) {
        l->hello_id = 0;
        l->greeted = r->status == TRIAGE__V1__STATUS__STATUS_OK;
        if (l->greeted) line_follow(l);
        on_watch(l, 0);
        return;
    }
    for (unsigned i = 0; i < WORKER_COUNT; i++)
        if (r->id && o->clerks[i].ask_id == r->id) clerk_heard(&o->clerks[i], r);
}

// --- Making it. ---

struct office *office_make(struct sim *s)
{
    struct office *o = calloc(1, sizeof *o);
    if (!o) abort();
    o->sim = s;
    for (int who = MASH_1; who <= MANAGER_2; who++) {
        struct desk_line *l = &o->lines[who];
        *l = (struct desk_line){.sim = s, .line = &s->lines[who]};
        l->line->heard = on_heard;
        l->line->lost = on_lost;
        l->line->ctx = l;
        wheel_in(&s->wheel, SECOND, on_line, l, 0);
    }
    for (unsigned i = 0; i < WORKER_COUNT; i++) {
        struct clerk *c = &o->clerks[i];
        *c = (struct clerk){.sim = s, .worker = i, .line = &s->lines[DESK_OF[i]]};
        dice_seed(&c->dice, s->seed, "clerk", i);
        wheel_in(&s->wheel, dice_wait(&c->dice, HOUR), on_clerk, c, 0);
    }
    return o;
}

void office_free(struct office *o)
{
    for (unsigned i = 0; i < WORKER_COUNT; i++) free(o->clerks[i].bytes);
    free(o->known);
    free(o);
}

bool office_waits(const struct office *o)
{
    for (unsigned i = 0; i < WORKER_COUNT; i++)
        if (o->clerks[i].ask_id && !o->clerks[i].ask_actions && o->clerks[i].word >= 0) return true;
    return false;
}

bool office_settled(const struct office *o, char *why, size_t size)
{
    for (unsigned i = 0; i < WORKER_COUNT; i++) {
        if (!o->clerks[i].ask_id) continue;
        (void)snprintf(why, size, "%s has no answer", WORKERS[i].id);
        return false;
    }
    return true;
}
