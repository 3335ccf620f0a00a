#include "world.h"

#include "check.h"
#include "plain_policy.h"

#include <stdio.h>
#include <stdlib.h>

#define LOW_WATER_BYTES ((int64_t)1 << 28)
#define PATH            "desk-test"
#define MONDAY_TEN      ((int64_t)1764583200000) // 2025-12-01T10:00Z

// --- The port. ---

static enum who who_of(const struct world *w, uint64_t peer)
{
    for (int i = 0; i < WHO_COUNT; i++)
        if (w->peers[i].id == peer) return (enum who)i;
    return WHO_COUNT;
}

static enum err port_send(void *ctx, const struct peer *to, struct bytes reply)
{
    struct world *w = ctx;
    enum who const who = who_of(w, to->id);
    if (who == WHO_COUNT) return ERR_NOT_FOUND;
    if (w->blocked[who]) return ERR_BUSY;
    assert_true(w->n_sent < SENT_MAX);
    assert_int_equal(w->halts, 0); // Nothing is said after the end.
    Triage__V1__Reply *r = triage__v1__reply__unpack(NULL, reply.len, reply.data);
    assert_non_null(r);
    w->sent[w->n_sent].peer = to->id;
    w->sent[w->n_sent++].reply = r;
    return OK;
}

static void port_cut(void *ctx, uint64_t peer_id)
{
    struct world *w = ctx;
    w->cut[w->n_cut++ % 64] = peer_id;
}

static void port_count(void *ctx, enum metric metric, const char *label, int64_t delta)
{
    struct world *w = ctx;
    (void)label;
    w->counts[metric] += delta;
}

static void port_gauge(void *ctx, enum metric metric, const char *label, int64_t value)
{
    struct world *w = ctx;
    if (label && w->gauge_team && strcmp(label, w->gauge_team) != 0) return;
    w->counts[metric] = value;
}

static void port_log(void *ctx, enum log_level level, const char *event, const char *id, int64_t n)
{
    (void)ctx;
    if (getenv("DESK_TEST_LOG"))
        (void)fprintf(stderr, "log %d %s %s %lld\n", (int)level, event, id, (long long)n);
}

static void port_random(void *ctx, uint8_t *out, size_t n)
{
    (void)ctx;
    memset(out, 7, n);
}

static void port_halt(void *ctx, int exit_code, const char *event)
{
    struct world *w = ctx;
    (void)event;
    w->halts++;
    w->exit_code = exit_code;
}

static enum err port_scan_begin(void *ctx)
{
    struct world *w = ctx;
    w->scan_len = 0;
    w->scans++;
    w->scan_wants = true;
    return OK;
}

static void port_scan_part(void *ctx, struct bytes part)
{
    struct world *w = ctx;
    CHECK(w->scan_len + part.len <= sizeof w->scan);
    if (part.len) memcpy(w->scan + w->scan_len, part.data, part.len);
    w->scan_len += part.len;
    w->scan_wants = part.len > 0;
    w->scan_ended = part.len == 0;
}

static enum err port_page(void *ctx, const char *reference, const char *colour, int attempt)
{
    struct world *w = ctx;
    assert_string_equal(colour, "red");
    (void)snprintf(w->paged, sizeof w->paged, "%s", reference);
    w->page_attempt = attempt;
    w->n_paged++;
    return OK;
}

static void wake(void *ctx)
{
    (void)ctx;
}

// --- Who there is. ---

static const struct {
    const char *id;
    enum role role;
    const char *team, *team_2, *worker;
    unsigned listener;
} PEOPLE[WHO_COUNT] = {
    [HOME] = {"home", ROLE_PROVIDER, "", "", "", LISTENER_INTAKE},
    [OTHER_HOME] = {"other-home", ROLE_PROVIDER, "", "", "", LISTENER_INTAKE},
    [POLICE] = {"police", ROLE_POLICE, "", "", "", LISTENER_INTAKE},
    [MASH_DESK] = {"mash-desk", ROLE_TEAM, "mash", "", "", LISTENER_DESK},
    [MASH_DESK_2] = {"mash-desk-2", ROLE_TEAM, "mash", "", "", LISTENER_DESK},
    [NORTH_DESK] = {"north-desk", ROLE_TEAM, "north", "", "", LISTENER_DESK},
    [MANAGER_KEY] = {"manager-key", ROLE_MANAGER, "mash", "", "mo", LISTENER_DESK},
    [MANAGER_2_KEY] = {"manager-two", ROLE_MANAGER, "mash", "", "max", LISTENER_DESK},
    [AUDITOR_KEY] = {"auditor-key", ROLE_AUDITOR, "mash", "", "", LISTENER_DESK},
    [NIGHT_DESK] = {"night-desk", ROLE_TEAM, "night", "", "", LISTENER_DESK},
    [OPERATOR_KEY] = {"operator", ROLE_OPERATOR, "", "", "", LISTENER_OPERATOR},
};

static int by_id(const void *a, const void *b)
{
    return strcmp(((const struct principal *)a)->id, ((const struct principal *)b)->id);
}

static void world_people(struct world *w)
{
    static const struct {
        const char *id;
        enum grade grade;
        const char *team;
    } workers[] = {{"ada", GRADE_MASH_WORKER, "mash"},    {"ben", GRADE_MASH_WORKER, "mash"},
                   {"max", GRADE_MASH_MANAGER, "mash"},   {"mo", GRADE_MASH_MANAGER, "mash"},
                   {"nell", GRADE_OUT_OF_HOURS, "night"}, {"nia", GRADE_COMMUNITY_WORKER, "north"}};
    size_t n = 0;
    for (int i = 0; i < WHO_COUNT; i++) {
        if (i == OPERATOR_KEY) continue;
        struct principal *p = &w->principals[n++];
        p->role = PEOPLE[i].role;
        p->active = true;
        id_copy(p->id, PEOPLE[i].id);
        id_copy(p->worker, PEOPLE[i].worker);
        if (PEOPLE[i].team[0]) id_copy(p->teams[p->n_teams++], PEOPLE[i].team);
        if (p->role == ROLE_PROVIDER)
            id_copy(p->places[p->n_places++], i == HOME ? "1-100" : "1-200");
    }
    qsort(w->principals, n, sizeof w->principals[0], by_id);
    for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++) {
        struct worker *k = &w->workers[i];
        k->grade = workers[i].grade;
        k->active = true;
        id_copy(k->id, workers[i].id);
        id_copy(k->teams[k->n_teams++], workers[i].team);
    }
    w->registry = (struct registry){.generation = 1,
                                    .n_principals = n,
                                    .n_workers = sizeof workers / sizeof workers[0],
                                    .principals = w->principals,
                                    .workers = w->workers};
}

// --- Opening and time. ---

#define DESK_DEFAULT(name, dflt, least, most, help) .name = (dflt),
static const struct desk_limits DEFAULTS = {DESK_LIMITS(DESK_DEFAULT)};

void world_open(struct world *w)
{
    char why[256] = "";
    struct ledger_settings const s = {
        .path = PATH, .wake = wake, .low_water_bytes = LOW_WATER_BYTES};
    assert_int_equal(ledger_open_memory(&w->ledger, &s, why, sizeof why), OK);
    enum err const e = desk_open(&w->desk, &w->settings, w->ledger, plain_policy(), &w->registry,
                                 &w->port, w->now, why, sizeof why);
    if (e) fail_msg("desk_open: %s %s", err_word(e), why);
    for (int i = 0; i < WHO_COUNT; i++) world_connect(w, (enum who)i);
}

uint64_t world_head(struct world *w)
{
    struct desk_figures f;
    world_run(w);
    desk_figures(w->desk, &f);
    return f.head_seq;
}

void world_connect(struct world *w, enum who who)
{
    w->peers[who] = (struct peer){.id = ++w->next_peer, .listener = PEOPLE[who].listener};
    id_copy(w->peers[who].principal, PEOPLE[who].id);
}

int world_setup(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    CHECK(w);
    plain_policy_reset();
    ledger_memory_forget(NULL);
    w->now = (struct now){MONDAY_TEN, 1000000};
    w->settings = (struct desk_settings){.limits = DEFAULTS, .area = "exampleshire", .server = "t"};
    w->settings.limits.cases_open_max = 20000;
    w->settings.limits.cases_total_max = 40000;
    w->settings.limits.notices_owed_max = 40000;
    w->settings.limits.errands_max = 40000;
    memset(w->settings.area_secret, 5, sizeof w->settings.area_secret);
    w->port =
        (struct port){w,           port_send, port_cut,  port_count,      port_gauge,    port_log,
                      port_random, port_halt, port_page, port_scan_begin, port_scan_part};
    world_people(w);
    world_open(w);
    *state = w;
    return 0;
}

void world_forget_sent(struct world *w)
{
    for (size_t i = 0; i < w->n_sent; i++) triage__v1__reply__free_unpacked(w->sent[i].reply, NULL);
    w->n_sent = 0;
}

void world_shut(struct world *w)
{
    ledger_close(w->ledger);
    desk_close(w->desk);
    w->desk = NULL;
    w->ledger = NULL;
}

void world_reopen(struct world *w)
{
    world_shut(w);
    world_open(w);
}

int world_teardown(void **state)
{
    struct world *w = *state;
    if (!w->broken) {
        struct desk_verify_report report;
        world_run(w);
        enum err const e = desk_verify(w->ledger, &report);
        if (e) fail_msg("verify: %s: %s", err_word(e), report.problem);
        assert_string_equal(report.problem, "");
    }
    world_forget_sent(w);
    if (w->desk) world_shut(w);
    free(w);
    return 0;
}

struct world *world_of(void **state)
{
    return *state;
}

// A walk along old notices takes a read a step and says nothing meanwhile.
#define QUIET_TURNS 130

void world_run(struct world *w)
{
    int quiet = 0;
    for (int i = 0; i < 5000 && quiet < QUIET_TURNS; i++) {
        size_t const sent = w->n_sent;
        (void)desk_turn(w->desk, w->now);
        desk_ledger(w->desk, w->now);
        bool const wants = w->scan_wants;
        w->scan_wants = false;
        if (wants) desk_scan_wants(w->desk, w->now);
        if (wants) quiet = -1;
        quiet = sent == w->n_sent ? quiet + 1 : 0;
    }
}

void world_pass(struct world *w, int64_t ms)
{
    w->now.utc_ms += ms;
    w->now.mono_ms += ms;
}

void world_set(struct world *w)
{
    w->registry.generation++;
    desk_set_registry(w->desk, &w->registry, w->now);
}

// --- Asking. ---

uint64_t world_send(struct world *w, enum who who, Triage__V1__Request *q)
{
    q->id = ++w->next_id;
    size_t const len = triage__v1__request__get_packed_size(q);
    uint8_t *bytes = malloc(len + 1);
    CHECK(bytes);
    (void)triage__v1__request__pack(q, bytes);
    desk_message(w->desk, &w->peers[who], bytes_of(bytes, len), w->now);
    free(bytes);
    return q->id;
}

Triage__V1__Reply *world_reply(struct world *w, enum who who, uint64_t id)
{
    for (size_t i = w->n_sent; i-- > 0;)
        if (w->sent[i].peer == w->peers[who].id && w->sent[i].reply->id == id)
            return w->sent[i].reply;
    return NULL;
}

size_t world_replies(struct world *w, enum who who, uint64_t id)
{
    size_t n = 0;
    for (size_t i = 0; i < w->n_sent; i++)
        n += w->sent[i].peer == w->peers[who].id && w->sent[i].reply->id == id;
    return n;
}

Triage__V1__Reply *world_ask(struct world *w, enum who who, Triage__V1__Request *q)
{
    uint64_t const id = world_send(w, who, q);
    world_run(w);
    return world_reply(w, who, id);
}
