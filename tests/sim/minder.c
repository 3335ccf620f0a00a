// Who looks after it: an operator who confirms the clock once somebody has looked, an auditor who
// in the end asks for every case's story and, with the referrers, for every list, and a stranger
// with an enrolled key of its own who tries what it should not.
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATIENCE  (10 * SECOND)
#define AT_ONCE   16
#define QUEUE_ALL 1000
#define TEXT(s)   ((char *)(uintptr_t)(s))

struct asked { // by the auditor
    uint64_t id;
    size_t about;
    int64_t sent_us;
};
struct listing { // of a referrer's own cases
    uint64_t id;
    int64_t sent_us;
    bool done;
    char after[16];
    size_t n, size;
    char (*references)[16];
};
struct listed_queue {
    const char *team;
    enum who through;
    uint64_t id;
    int64_t sent_us;
    bool done;
};
struct minder {
    struct sim *sim;
    struct dice dice;
    uint64_t overview_id, auditor_hello, stranger_hello;
    int64_t hello_us; // when the auditor's was said
    bool auditing, greeted;
    size_t next, told; // cases asked about, and answered
    struct asked asked[AT_ONCE];
    struct listing listings[REFERRER_COUNT];
    struct listed_queue queues[3];
};

static uint64_t minder_say(struct minder *m, enum who who, Triage__V1__Request *q)
{
    q->id = ++m->sim->next_id;
    net_request(&m->sim->lines[who], q);
    return q->id;
}

static uint64_t minder_hello(struct minder *m, enum who who)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__Hello hello = TRIAGE__V1__HELLO__INIT;
    hello.version = 1;
    q.body_case = TRIAGE__V1__REQUEST__BODY_HELLO;
    q.hello = &hello;
    return minder_say(m, who, &q);
}

// --- The operator. ---

static void on_confirm(void *ctx, uint64_t number)
{
    struct minder *m = ctx;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__ConfirmClockRequest confirm = TRIAGE__V1__CONFIRM_CLOCK_REQUEST__INIT;
    (void)number;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CONFIRM_CLOCK;
    q.confirm_clock = &confirm;
    (void)minder_say(m, OPERATOR, &q);
}

static void on_watch(void *ctx, uint64_t number)
{
    struct minder *m = ctx;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__OverviewRequest overview = TRIAGE__V1__OVERVIEW_REQUEST__INIT;
    (void)number;
    if (net_dial(&m->sim->lines[OPERATOR])) {
        q.body_case = TRIAGE__V1__REQUEST__BODY_OVERVIEW;
        q.overview = &overview;
        m->overview_id = minder_say(m, OPERATOR, &q);
    }
    wheel_in(&m->sim->wheel, m->sim->quiet ? 5 * MINUTE : 2 * HOUR, on_watch, m, 0);
}

static void operator_heard(void *ctx, const Triage__V1__Reply *r, const uint8_t *bytes, size_t n)
{
    struct minder *m = ctx;
    (void)bytes;
    (void)n;
    if (r->body_case != TRIAGE__V1__REPLY__BODY_OVERVIEW) return;
    if (r->overview->clock_suspect) {
        oracle_excused(m->sim->oracle, true);
        wheel_in(&m->sim->wheel, dice_wait(&m->dice, 10 * MINUTE), on_confirm, m, 0);
    } else if (!r->overview->disk_low) {
        oracle_excused(m->sim->oracle, false);
    }
}

// --- The auditor. ---

static void auditor_look(struct minder *m, struct asked *a)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__LookRequest look = TRIAGE__V1__LOOK_REQUEST__INIT;
    look.reference = TEXT(oracle_case(m->sim->oracle, a->about));
    look.reason = TEXT("every case at the end");
    look.timeline = true;
    q.body_case = TRIAGE__V1__REQUEST__BODY_LOOK;
    q.look = &look;
    a->sent_us = m->sim->wheel.now_us;
    a->id = minder_say(m, AUDITOR, &q);
}

static void auditor_step(struct minder *m)
{
    int64_t const now = m->sim->wheel.now_us;
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct asked *a = &m->asked[i];
        if (a->id && now - a->sent_us < PATIENCE) continue;
        if (!a->id && m->next == oracle_cases(m->sim->oracle)) continue;
        if (!a->id) a->about = m->next++;
        auditor_look(m, a);
    }
}

static void on_audit(void *ctx, uint64_t number)
{
    struct minder *m = ctx;
    struct line *l = &m->sim->lines[AUDITOR];
    (void)number;
    bool const dialled = !l->peer && net_dial(l);
    // A greeting may be lost like anything else that is said.
    bool const unheard = l->peer && !m->greeted && m->sim->wheel.now_us - m->hello_us >= PATIENCE;
    if (dialled || unheard) {
        m->auditor_hello = minder_hello(m, AUDITOR);
        m->hello_us = m->sim->wheel.now_us;
    }
    if (l->peer && m->greeted) auditor_step(m);
    wheel_in(&m->sim->wheel, 2 * SECOND, on_audit, m, 0);
}

static void auditor_heard(void *ctx, const Triage__V1__Reply *r, const uint8_t *bytes, size_t n)
{
    struct minder *m = ctx;
    (void)bytes;
    (void)n;
    if (r->id == m->auditor_hello) m->greeted = true;
    if (r->status >= 300 && r->status < 400) return;
    for (size_t i = 0; i < AT_ONCE; i++) {
        struct asked *a = &m->asked[i];
        if (!a->id || a->id != r->id) continue;
        a->id = 0;
        m->told++;
        if (r->status == TRIAGE__V1__STATUS__STATUS_OK)
            oracle_story(m->sim->oracle, r->look, oracle_case(m->sim->oracle, a->about));
        else
            oracle_brokenf(m->sim->oracle, "the auditor may not look at %s: %s",
                           oracle_case(m->sim->oracle, a->about), r->text);
    }
    if (m->greeted && m->auditing) auditor_step(m);
}

// --- The referrers' lists, through their own connections. ---

static void listing_ask(struct minder *m, enum who who)
{
    struct listing *l = &m->listings[who];
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__MineRequest mine = TRIAGE__V1__MINE_REQUEST__INIT;
    mine.after_reference = l->after;
    mine.limit = 100;
    q.body_case = TRIAGE__V1__REQUEST__BODY_MINE;
    q.mine = &mine;
    l->sent_us = m->sim->wheel.now_us;
    l->id = minder_say(m, who, &q);
}

static void queue_ask(struct minder *m, struct listed_queue *l)
{
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    Triage__V1__QueueRequest queue = TRIAGE__V1__QUEUE_REQUEST__INIT;
    queue.team = TEXT(l->team);
    queue.limit = QUEUE_ALL;
    q.body_case = TRIAGE__V1__REQUEST__BODY_QUEUE;
    q.queue = &queue;
    l->sent_us = m->sim->wheel.now_us;
    l->id = minder_say(m, l->through, &q);
}

void minder_queue(struct minder *m, const Triage__V1__Reply *r)
{
    for (int i = 0; i < 3; i++) {
        struct listed_queue *l = &m->queues[i];
        if (l->done || l->id != r->id || r->body_case != TRIAGE__V1__REPLY__BODY_QUEUE) continue;
        l->done = true;
        oracle_queue(m->sim->oracle, l->team, r->queue->headlines, r->queue->n_headlines);
        if (r->queue->total != r->queue->n_headlines && r->queue->n_headlines < QUEUE_ALL)
            oracle_brokenf(m->sim->oracle, "the queue of %s counts %u and lists %zu", l->team,
                           r->queue->total, r->queue->n_headlines);
    }
}

static void on_listings(void *ctx, uint64_t number)
{
    struct minder *m = ctx;
    (void)number;
    for (int i = 0; i < REFERRER_COUNT; i++) {
        struct listing *l = &m->listings[i];
        if (l->done || !m->sim->lines[i].peer) continue;
        if (l->id && m->sim->wheel.now_us - l->sent_us < PATIENCE) continue;
        listing_ask(m, (enum who)i);
    }
    for (int i = 0; i < 3; i++) {
        struct listed_queue *l = &m->queues[i];
        if (l->done || !m->sim->lines[l->through].peer) continue;
        if (!l->id || m->sim->wheel.now_us - l->sent_us >= PATIENCE) queue_ask(m, l);
    }
    wheel_in(&m->sim->wheel, 2 * SECOND, on_listings, m, 0);
}

void minder_mine(struct minder *m, enum who who, const Triage__V1__Reply *r)
{
    struct listing *l = &m->listings[who];
    if (!m->auditing || l->id != r->id || l->done) return;
    l->id = 0;
    if (r->body_case != TRIAGE__V1__REPLY__BODY_MINE) return;
    for (size_t i = 0; i < r->mine->n_cases; i++) {
        if (l->n == l->size) {
            l->size = l->size ? 2 * l->size : 128;
            l->references = realloc(l->references, l->size * sizeof *l->references);
            if (!l->references) abort();
        }
        (void)snprintf(l->references[l->n++], 16, "%s", r->mine->cases[i]->reference);
        (void)snprintf(l->after, sizeof l->after, "%s", r->mine->cases[i]->reference);
    }
    l->done = !r->mine->more;
    if (l->done)
        oracle_mine(m->sim->oracle, who, l->references, l->n);
    else
        listing_ask(m, who);
}

// --- The stranger. ---

static void stranger_say(struct minder *m, Triage__V1__Request *q, const char *reference)
{
    static Triage__V1__StatusRequest status;
    static Triage__V1__SupplementRequest add;
    static Triage__V1__ReadNoticeRequest read;
    static Triage__V1__FollowNoticesRequest follow;
    static uint8_t key[16];
    dice_fill(&m->dice, key, sizeof key);
    switch (dice_roll(&m->dice, 4)) {
    case 0:
        triage__v1__status_request__init(&status);
        status.reference = TEXT(reference);
        q->body_case = TRIAGE__V1__REQUEST__BODY_STATUS;
        q->status = &status;
        break;
    case 1:
        triage__v1__supplement_request__init(&add);
        add.key = (ProtobufCBinaryData){16, key};
        add.reference = TEXT(reference);
        add.text = TEXT("I should not be able to say this.");
        q->body_case = TRIAGE__V1__REQUEST__BODY_SUPPLEMENT;
        q->supplement = &add;
        // What it overheard and said again is a concern of its own, to which it may add.
        if (strcmp(oracle_referrer(m->sim->oracle, reference), KEYS[STRANGER].id) == 0)
            oracle_supplement(m->sim->oracle, reference, false);
        break;
    case 2:
        triage__v1__read_notice_request__init(&read);
        read.cursor = 1 + dice_roll(&m->dice, 100);
        q->body_case = TRIAGE__V1__REQUEST__BODY_READ_NOTICE;
        q->read_notice = &read;
        break;
    default:
        triage__v1__follow_notices_request__init(&follow);
        follow.credit = 100;
        q->body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
        q->follow_notices = &follow;
    }
}

void stranger_act(struct sim *s, uint64_t n)
{
    struct minder *m = s->minder;
    size_t const cases = oracle_cases(s->oracle);
    if (!net_dial(&s->lines[STRANGER]) || cases == 0) return;
    m->stranger_hello = minder_hello(m, STRANGER);
    for (uint64_t i = 0; i < n; i++) {
        Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
        uint8_t noise[64];
        stranger_say(m, &q, oracle_case(s->oracle, dice_roll(&m->dice, cases)));
        (void)minder_say(m, STRANGER, &q);
        dice_fill(&m->dice, noise, sizeof noise);
        net_send(&s->lines[STRANGER], noise, dice_roll(&m->dice, sizeof noise));
    }
}

static void stranger_heard(void *ctx, const Triage__V1__Reply *r, const uint8_t *bytes, size_t n)
{
    struct minder *m = ctx;
    oracle_heard(m->sim->oracle, STRANGER, bytes, n);
    // Of its own it may have some: what it overheard and said again.
    if (r->body_case == TRIAGE__V1__REPLY__BODY_CASE_)
        oracle_brief(m->sim->oracle, STRANGER, r->case_->case_);
}

// --- Making them. ---

static void on_lost(void *ctx)
{
    struct minder *m = ctx;
    if (!m->sim->lines[AUDITOR].peer) m->greeted = false;
    if (m->greeted) return;
    for (size_t i = 0; i < AT_ONCE; i++) m->asked[i].sent_us = -DAY;
}

struct minder *minder_make(struct sim *s)
{
    static void (*const heard[])(void *, const Triage__V1__Reply *, const uint8_t *,
                                 size_t) = {operator_heard, auditor_heard, stranger_heard};
    static const enum who whose[] = {OPERATOR, AUDITOR, STRANGER};
    struct minder *m = calloc(1, sizeof *m);
    if (!m) abort();
    m->sim = s;
    m->queues[0] = (struct listed_queue){.team = "mash", .through = MANAGER_1};
    m->queues[1] = (struct listed_queue){.team = "night", .through = MANAGER_1};
    m->queues[2] = (struct listed_queue){.team = "north", .through = NORTH};
    dice_seed(&m->dice, s->seed, "minder", 0);
    for (int i = 0; i < 3; i++) {
        struct line *l = &s->lines[whose[i]];
        l->heard = heard[i];
        l->lost = on_lost;
        l->ctx = m;
    }
    wheel_in(&s->wheel, HOUR, on_watch, m, 0);
    return m;
}

void minder_free(struct minder *m)
{
    for (int i = 0; i < REFERRER_COUNT; i++) free(m->listings[i].references);
    free(m);
}

void minder_audit(struct minder *m)
{
    m->auditing = true;
    wheel_in(&m->sim->wheel, 0, on_audit, m, 0);
    wheel_in(&m->sim->wheel, 0, on_listings, m, 0);
}

bool minder_done(const struct minder *m, char *why, size_t size)
{
    for (int i = 0; i < REFERRER_COUNT; i++) {
        if (m->listings[i].done) continue;
        (void)snprintf(why, size, "%s has no list of its cases", KEYS[i].id);
        return false;
    }
    for (int i = 0; i < 3; i++) {
        if (m->queues[i].done) continue;
        (void)snprintf(why, size, "the queue of %s was not told", m->queues[i].team);
        return false;
    }
    (void)snprintf(why, size, "the auditor was told %zu of %zu stories", m->told,
                   oracle_cases(m->sim->oracle));
    return m->told == oracle_cases(m->sim->oracle);
}
