#include "way.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define TURNS_MAX   4000000u
#define QUIET_TURNS 500
#define ARENA_BYTES ((size_t)64 << 20)
#define TEXT(s)     ((char *)(uintptr_t)(s))

static void heard_headlines(struct way *w, const Triage__V1__QueuePush *push)
{
    for (size_t i = 0; i < push->n_headlines; i++) {
        const Triage__V1__Headline *h = push->headlines[i];
        if (h->state != TRIAGE__V1__CASE_STATE__CASE_STATE_QUEUED || h->held_by[0]) continue;
        if (w->n_waiting == 2 * WAY_LOT) bench_die("more headlines than concerns");
        snprintf(w->waiting[w->n_waiting].reference, sizeof w->waiting[0].reference, "%s",
                 h->reference);
        w->waiting[w->n_waiting++].version = h->version;
    }
}

static void heard_claims(struct way *w, const Triage__V1__ClaimReply *claim)
{
    for (size_t i = 0; i < claim->n_claimed; i++) {
        bool const whole = w->next || claim->claimed[i]->concern.len == CONCERN_BYTES;
        if (claim->claimed[i]->status != TRIAGE__V1__STATUS__STATUS_OK || !whole)
            bench_die("a claim failed or came without its body");
        w->claimed++;
    }
}

static void heard_receipts(struct way *w, const Triage__V1__SubmitReply *submit)
{
    for (size_t i = 0; i < submit->n_receipts; i++) {
        if (submit->receipts[i]->status != TRIAGE__V1__STATUS__STATUS_OK)
            bench_die("a submission was not taken");
        w->receipts++;
    }
}

static enum err way_send(void *ctx, const struct peer *to, struct bytes bytes)
{
    struct way *w = ctx;
    Triage__V1__Reply *r = NULL;
    struct wire_limits const limits = {SIZE_MAX / 2, SIZE_MAX / 2, 16, SIZE_MAX / 2};
    struct wire_place place;
    (void)to;
    arena_reset(&w->arena);
    if (wire_reply(bytes, &limits, &w->arena, &r, &place)) bench_die("an answer cannot be read");
    if (r->status != TRIAGE__V1__STATUS__STATUS_OK) bench_die(r->text);
    if (r->body_case == TRIAGE__V1__REPLY__BODY_SUBMIT) heard_receipts(w, r->submit);
    if (r->body_case == TRIAGE__V1__REPLY__BODY_CLAIM) heard_claims(w, r->claim);
    if (r->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH) heard_headlines(w, r->queue_push);
    if (r->body_case != TRIAGE__V1__REPLY__BODY_NOTICES) return OK;
    w->notices += r->notices->n_notices;
    w->cursor = r->notices->notices[r->notices->n_notices - 1]->cursor;
    return OK;
}

static void way_say(struct way *w, enum who who, Triage__V1__Request *q)
{
    static uint8_t bytes[64 * WAY_LOT + 2048];
    uint8_t command[16] = {(uint8_t)w->next_id, (uint8_t)(w->next_id >> 8),
                           (uint8_t)(w->next_id >> 16), 1};
    q->id = ++w->next_id;
    if (who == DESK) {
        q->worker = TEXT("m-heron");
        q->command_id = (ProtobufCBinaryData){sizeof command, command};
    }
    size_t const n = triage__v1__request__get_packed_size(q);
    if (n > sizeof bytes) bench_die("a request is too long");
    triage__v1__request__pack(q, bytes);
    desk_message(w->desk, &w->peers[who], bytes_of(bytes, n), w->now);
}

// Gives when the desk wants the next.
static int64_t way_turn(struct way *w)
{
    struct pollfd fd = {w->load.woken, POLLIN, 0};
    uint64_t n;
    w->now.mono_ms++;
    w->now.utc_ms++;
    int64_t const again_ms = desk_turn(w->desk, w->now);
    if (poll(&fd, 1, 0) > 0 && read(w->load.woken, &n, sizeof n) > 0) desk_ledger(w->desk, w->now);
    return again_ms;
}

void way_rest(struct way *w)
{
    struct pollfd fd = {w->load.woken, POLLIN, 0};
    unsigned quiet = 0;
    for (unsigned n = 0; quiet < QUIET_TURNS; n++) {
        if (n == TURNS_MAX) bench_die("there is always something due");
        quiet = way_turn(w) <= w->now.mono_ms + 1 ? 0 : quiet + 1;
        if (ledger_in_flight(w->ledger)) (void)poll(&fd, 1, 1000);
    }
}

// Until `*count` is `until`: a turn, then the disk, then the next turn.
static void way_until(struct way *w, const size_t *count, size_t until)
{
    struct pollfd fd = {w->load.woken, POLLIN, 0};
    for (unsigned n = 0; *count < until; n++) {
        if (n == TURNS_MAX) bench_die("an answer did not come");
        (void)way_turn(w);
        if (*count < until && ledger_in_flight(w->ledger)) (void)poll(&fd, 1, 1000);
    }
}

static void way_claim(struct way *w)
{
    Triage__V1__ClaimOne ones[WAY_LOT], *list[WAY_LOT];
    Triage__V1__ClaimRequest claim = TRIAGE__V1__CLAIM_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    claim.team = TEXT("mash");
    claim.cases = list;
    if (w->next) claim.next = WAY_LOT;
    for (size_t i = 0; i < w->n_waiting && i < WAY_LOT; i++) {
        triage__v1__claim_one__init(&ones[i]);
        ones[i].reference = w->waiting[i].reference;
        ones[i].expected_version = w->waiting[i].version;
        list[claim.n_cases++] = &ones[i];
    }
    w->n_waiting = 0;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CLAIM;
    q.claim = &claim;
    way_say(w, DESK, &q);
}

static void way_receipt(struct way *w)
{
    Triage__V1__ReceiptNoticesRequest receipt = TRIAGE__V1__RECEIPT_NOTICES_REQUEST__INIT;
    Triage__V1__CreditRequest credit = TRIAGE__V1__CREDIT_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    receipt.up_to = w->cursor;
    receipt.credit = WAY_LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES;
    q.receipt_notices = &receipt;
    way_say(w, REFERRER, &q);
    triage__v1__request__init(&q);
    if (w->next) return;
    credit.team = TEXT("mash");
    credit.credit = WAY_LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    q.credit = &credit;
    way_say(w, DESK, &q);
}

void way_lot(struct way *w)
{
    size_t const at = w->receipts;
    for (size_t i = at; i < at + WAY_LOT; i++) {
        uint8_t key[16] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16), 7};
        struct sample_submit s;
        sample_submit(&s, &w->sample, key);
        way_say(w, REFERRER, &s.request);
    }
    way_until(w, &w->receipts, at + WAY_LOT);
    way_until(w, &w->notices, at + WAY_LOT);
    if (!w->next) way_until(w, &w->n_waiting, WAY_LOT);
    way_claim(w);
    way_until(w, &w->claimed, at + WAY_LOT);
    way_receipt(w);
    while (ledger_in_flight(w->ledger)) (void)way_turn(w);
}

static void way_follow(struct way *w)
{
    Triage__V1__FollowQueueRequest queue = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    Triage__V1__FollowNoticesRequest notices = TRIAGE__V1__FOLLOW_NOTICES_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    queue.team = TEXT("mash");
    queue.credit = notices.credit = WAY_LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    q.follow_queue = &queue;
    if (!w->next) way_say(w, DESK, &q);
    triage__v1__request__init(&q);
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
    q.follow_notices = &notices;
    way_say(w, REFERRER, &q);
}

// A desk's key, sorted behind the referrers of the load.
void way_register(struct way *w)
{
    static struct principal principals[LOAD_REFERRERS + 1];
    static struct worker worker;
    static uint32_t by_key[LOAD_REFERRERS + 1];
    struct registry *r = &w->load.registry;
    struct principal *desk = &principals[LOAD_REFERRERS];
    memcpy(principals, r->principals, LOAD_REFERRERS * sizeof principals[0]);
    memcpy(by_key, r->by_key, LOAD_REFERRERS * sizeof by_key[0]);
    *desk = (struct principal){.role = ROLE_TEAM, .active = true, .n_teams = 1};
    id_copy(desk->id, "zz-desk");
    id_copy(desk->teams[0], "mash");
    desk->key[0] = 0xff;
    by_key[LOAD_REFERRERS] = LOAD_REFERRERS;
    worker = (struct worker){.grade = GRADE_MASH_MANAGER, .active = true, .n_teams = 1};
    id_copy(worker.id, "m-heron");
    id_copy(worker.teams[0], "mash");
    *r = (struct registry){.generation = 2,
                           .n_principals = LOAD_REFERRERS + 1,
                           .principals = principals,
                           .n_workers = 1,
                           .workers = &worker,
                           .by_key = by_key};
    w->peers[REFERRER] = (struct peer){.id = 1, .listener = LISTENER_INTAKE};
    id_copy(w->peers[REFERRER].principal, principals[0].id);
    w->peers[DESK] = (struct peer){.id = 2, .listener = LISTENER_DESK};
    id_copy(w->peers[DESK].principal, desk->id);
}

void way_open(struct way *w)
{
    static struct port port;
    static struct desk_settings settings;
    char why[512] = "";
    void *memory = malloc(ARENA_BYTES);
    if (!memory) bench_die("no memory");
    arena_init(&w->arena, memory, ARENA_BYTES);
    w->load.settings.path = w->load.ledger;
    sample_make(&w->sample);
    port = load_port(w);
    port.send = way_send;
    settings = load_settings();
    settings.limits.quota_burst = settings.limits.quota_per_minute = 100000000;
    // A council of a million open cases has told its daemon so.
    settings.limits.cases_open_max = 2000000;
    settings.limits.notices_owed_max = 20000000;
    w->now = (struct now){.utc_ms = LOAD_NOW_MS, .mono_ms = 1000};
    if (ledger_open_sqlite(&w->ledger, &w->load.settings, why, sizeof why)) bench_die(why);
    if (desk_open(&w->desk, &settings, w->ledger, w->load.policy, &w->load.registry, &port, w->now,
                  why, sizeof why))
        bench_die(why);
    way_follow(w);
}

void way_close(struct way *w)
{
    ledger_close(w->ledger);
    desk_close(w->desk);
    free(w->arena.base);
}
