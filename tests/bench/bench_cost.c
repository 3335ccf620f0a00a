// bench_cost - the whole way of so many concerns through desk and ledger, without a network.
//
//   bench_cost CONCERNS
//
// Concerns come in by lots of 64; each is kept, rated and routed, its headline goes to a desk that
// claims it, its notice to the referrer who receipts it.  cost.py runs this under callgrind and
// counts instructions by stage: nothing here depends on the time that anything takes.
#include "load.h"
#include "sample.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOT         64u
#define TURNS_MAX   4000000u
#define ARENA_BYTES ((size_t)64 << 20)
#define TEXT(s)     ((char *)(uintptr_t)(s))

enum who { REFERRER, DESK, WHO };

struct way {
    struct load load;
    struct desk *desk;
    struct ledger *ledger;
    struct peer peers[WHO];
    struct now now;
    struct arena arena;
    size_t receipts, notices, claimed, n_waiting;
    uint64_t cursor, next_id;
    struct {
        char reference[24];
        uint32_t version;
    } waiting[2 * LOT];
};

static void heard_headlines(struct way *w, const Triage__V1__QueuePush *push)
{
    for (size_t i = 0; i < push->n_headlines; i++) {
        const Triage__V1__Headline *h = push->headlines[i];
        if (h->state != TRIAGE__V1__CASE_STATE__CASE_STATE_QUEUED || h->held_by[0]) continue;
        if (w->n_waiting == 2 * LOT) bench_die("more headlines than concerns");
        snprintf(w->waiting[w->n_waiting].reference, sizeof w->waiting[0].reference, "%s",
                 h->reference);
        w->waiting[w->n_waiting++].version = h->version;
    }
}

static void heard_claims(struct way *w, const Triage__V1__ClaimReply *claim)
{
    for (size_t i = 0; i < claim->n_claimed; i++) {
        if (claim->claimed[i]->status != TRIAGE__V1__STATUS__STATUS_OK ||
            claim->claimed[i]->concern.len != CONCERN_BYTES)
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
    static uint8_t bytes[64 * LOT + 2048];
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

static void way_turn(struct way *w)
{
    struct pollfd fd = {w->load.woken, POLLIN, 0};
    uint64_t n;
    w->now.mono_ms++;
    w->now.utc_ms++;
    (void)desk_turn(w->desk, w->now);
    if (poll(&fd, 1, 0) > 0 && read(w->load.woken, &n, sizeof n) > 0) desk_ledger(w->desk, w->now);
}

// Until `*count` is `until`: a turn, then the disk, then the next turn.
static void way_until(struct way *w, const size_t *count, size_t until)
{
    struct pollfd fd = {w->load.woken, POLLIN, 0};
    for (unsigned n = 0; *count < until; n++) {
        if (n == TURNS_MAX) bench_die("an answer did not come");
        way_turn(w);
        if (*count < until && ledger_in_flight(w->ledger)) (void)poll(&fd, 1, 1000);
    }
}

static void way_claim(struct way *w)
{
    Triage__V1__ClaimOne ones[LOT], *list[LOT];
    Triage__V1__ClaimRequest claim = TRIAGE__V1__CLAIM_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    claim.team = TEXT("mash");
    claim.cases = list;
    for (size_t i = 0; i < w->n_waiting && i < LOT; i++) {
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
    receipt.credit = LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_RECEIPT_NOTICES;
    q.receipt_notices = &receipt;
    way_say(w, REFERRER, &q);
    triage__v1__request__init(&q);
    credit.team = TEXT("mash");
    credit.credit = LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_CREDIT;
    q.credit = &credit;
    way_say(w, DESK, &q);
}

static void way_lot(struct way *w, const struct sample *t, size_t at)
{
    for (size_t i = at; i < at + LOT; i++) {
        uint8_t key[16] = {(uint8_t)i, (uint8_t)(i >> 8), (uint8_t)(i >> 16), 7};
        struct sample_submit s;
        sample_submit(&s, t, key);
        way_say(w, REFERRER, &s.request);
    }
    way_until(w, &w->receipts, at + LOT);
    way_until(w, &w->notices, at + LOT);
    way_until(w, &w->n_waiting, LOT);
    way_claim(w);
    way_until(w, &w->claimed, at + LOT);
    way_receipt(w);
    while (ledger_in_flight(w->ledger)) way_turn(w);
}

static void way_follow(struct way *w)
{
    Triage__V1__FollowQueueRequest queue = TRIAGE__V1__FOLLOW_QUEUE_REQUEST__INIT;
    Triage__V1__FollowNoticesRequest notices = TRIAGE__V1__FOLLOW_NOTICES_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    queue.team = TEXT("mash");
    queue.credit = notices.credit = LOT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_QUEUE;
    q.follow_queue = &queue;
    way_say(w, DESK, &q);
    triage__v1__request__init(&q);
    q.body_case = TRIAGE__V1__REQUEST__BODY_FOLLOW_NOTICES;
    q.follow_notices = &notices;
    way_say(w, REFERRER, &q);
}

// A desk's key, sorted behind the referrers of the load.
static void way_register(struct way *w)
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

static void way_open(struct way *w)
{
    static struct port port;
    static struct desk_settings settings;
    char why[512] = "";
    void *memory = malloc(ARENA_BYTES);
    if (!memory) bench_die("no memory");
    arena_init(&w->arena, memory, ARENA_BYTES);
    snprintf(w->load.ledger, sizeof w->load.ledger, "%s/cost", w->load.directory);
    w->load.settings.path = w->load.ledger;
    port = load_port(w);
    port.send = way_send;
    settings = load_settings();
    settings.limits.quota_burst = settings.limits.quota_per_minute = 100000000;
    w->now = (struct now){.utc_ms = LOAD_NOW_MS, .mono_ms = 1000};
    if (ledger_open_sqlite(&w->ledger, &w->load.settings, why, sizeof why)) bench_die(why);
    if (desk_open(&w->desk, &settings, w->ledger, w->load.policy, &w->load.registry, &port, w->now,
                  why, sizeof why))
        bench_die(why);
}

int main(int argc, char **argv)
{
    static struct way w;
    struct sample t;
    char command[400];
    size_t const concerns = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    if (concerns == 0 || concerns % LOT) {
        fprintf(stderr, "usage: bench_cost CONCERNS (a multiple of %u)\n", LOT);
        return 2;
    }
    sample_make(&t);
    load_begin(&w.load);
    way_register(&w);
    way_open(&w);
    way_follow(&w);
    for (size_t at = 0; at < concerns; at += LOT) way_lot(&w, &t, at);
    desk_close(w.desk);
    ledger_close(w.ledger);
    free(w.arena.base);
    printf("{\"figure\":\"concerns\",\"value\":%zu}\n", concerns);
    snprintf(command, sizeof command, "rm -rf '%s'", w.load.ledger);
    if (system(command)) // NOLINT(cert-env33-c): a path of our own making
        bench_die("cannot tidy up");
    load_end(&w.load);
    return 0;
}
