#include "house.h"

#include "check.h"
#include "desk.h"
#include "ledger_memory.h"
#include "scarce.h"
#include "verify.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PATH                                        "sim"
#define LOW_WATER                                   ((int64_t)1 << 28)
#define KEYS_MAX                                    64
#define WORKERS_MAX                                 32
#define LIMIT_OPEN                                  20000
#define LIMIT_TOTAL                                 60000
#define LIMIT_OWED                                  100000
#define DESK_DEFAULT(name, dflt, least, most, help) .name = (dflt),

struct house {
    struct house_port out;
    struct port port;
    struct desk *desk;
    struct ledger *ledger;
    struct desk_settings settings;
    struct policy *packs[2];
    unsigned pack;
    struct registry registry[2]; // the one told, and the one to be told next
    struct principal principals[2][KEYS_MAX];
    struct worker workers[2][WORKERS_MAX];
    unsigned told;
    int64_t free_bytes;
    bool woken, halted;
};

// The sealing draws its keys and nonces here, so that the same seed makes the same ledger.
static struct house *rolling;
static void roll_bytes(void *out, size_t n)
{
    rolling->out.random(rolling->out.ctx, out, n);
}
static uint32_t roll_word(void)
{
    uint32_t v;
    roll_bytes(&v, sizeof v);
    return v;
}
static const char *roll_name(void)
{
    return "sim";
}
static struct randombytes_implementation ROLL = {
    .implementation_name = roll_name, .random = roll_word, .buf = roll_bytes};

// --- The port. ---

static enum err port_send(void *ctx, const struct peer *to, struct bytes reply)
{
    struct house *h = ctx;
    bool const inside = scarce_enter(false);
    enum house_sent const sent = h->out.send(h->out.ctx, to->id, reply.data, reply.len);
    (void)scarce_enter(inside);
    switch (sent) {
    case HOUSE_SENT: return OK;
    case HOUSE_STUCK: return ERR_BUSY;
    default: return ERR_NOT_FOUND;
    }
}

static void port_cut(void *ctx, uint64_t peer_id)
{
    struct house *h = ctx;
    bool const inside = scarce_enter(false);
    h->out.cut(h->out.ctx, peer_id);
    (void)scarce_enter(inside);
}

static void port_number(void *ctx, enum metric metric, const char *label, int64_t n)
{
    (void)ctx;
    (void)metric;
    (void)label;
    (void)n;
}

static void port_log(void *ctx, enum log_level level, const char *event, const char *id, int64_t n)
{
    (void)ctx;
    if (level >= LOG_WARNING && getenv("SIM_LOG"))
        (void)fprintf(stderr, "log: %s %s %lld\n", event, id, (long long)n);
}

static void port_random(void *ctx, uint8_t *out, size_t n)
{
    struct house *h = ctx;
    h->out.random(h->out.ctx, out, n);
}

static void port_halt(void *ctx, int exit_code, const char *event)
{
    struct house *h = ctx;
    (void)event;
    h->halted = true;
    h->out.halt(h->out.ctx, exit_code);
}

static void wake(void *ctx)
{
    ((struct house *)ctx)->woken = true;
}

// --- Building. ---

struct house *house_build(const struct house_port *port, const char *const packs[2])
{
    static const struct desk_limits defaults = {DESK_LIMITS(DESK_DEFAULT)};
    struct house *h = calloc(1, sizeof *h);
    CHECK(h && sodium_init() >= 0);
    h->out = *port;
    rolling = h;
    CHECK(randombytes_set_implementation(&ROLL) == 0);
    ledger_memory_forget(NULL);
    h->port = (struct port){h,           port_send, port_cut, port_number, port_number, port_log,
                            port_random, port_halt, NULL,     NULL,        NULL};
    h->settings = (struct desk_settings){.limits = defaults, .area = "exampleshire", .server = "s"};
    h->settings.limits.cases_open_max = LIMIT_OPEN;
    h->settings.limits.cases_total_max = LIMIT_TOTAL;
    h->settings.limits.notices_owed_max = LIMIT_OWED;
    h->settings.limits.quota_burst = 120;
    h->settings.limits.quota_per_minute = 60;
    h->settings.limits.danger_per_minute = 20;
    memset(h->settings.area_secret, 5, sizeof h->settings.area_secret);
    h->free_bytes = INT64_MAX;
    for (int i = 0; i < 2; i++) CHECK(policy_open(&h->packs[i], packs[i], NULL) == OK);
    return h;
}

void house_free(struct house *h)
{
    if (h->desk) house_stop(h);
    ledger_memory_forget(NULL);
    for (int i = 0; i < 2; i++) policy_close(h->packs[i]);
    free(h);
}

// Of principals and of workers: the id stands first in both.
static int by_id(const void *a, const void *b)
{
    return strcmp(a, b);
}

static void principal_fill(struct principal *p, const struct house_key *k)
{
    *p = (struct principal){.role = (enum role)role_from(k->role), .active = k->active};
    id_copy(p->id, k->id);
    id_copy(p->worker, k->worker);
    if (k->team[0]) id_copy(p->teams[p->n_teams++], k->team);
    if (k->team_2[0]) id_copy(p->teams[p->n_teams++], k->team_2);
    if (k->place[0]) id_copy(p->places[p->n_places++], k->place);
    if (k->acts_for[0]) id_copy(p->acts_for[p->n_acts_for++], k->acts_for);
}

void house_people(struct house *h, const struct house_key *keys, size_t n_keys,
                  const struct house_worker *workers, size_t n_workers, bool tell,
                  struct house_time now)
{
    unsigned const next = h->told ^ 1;
    struct registry *r = &h->registry[next];
    CHECK(n_keys <= KEYS_MAX && n_workers <= WORKERS_MAX);
    for (size_t i = 0; i < n_keys; i++) principal_fill(&h->principals[next][i], &keys[i]);
    qsort(h->principals[next], n_keys, sizeof h->principals[next][0], by_id);
    for (size_t i = 0; i < n_workers; i++) {
        struct worker *w = &h->workers[next][i];
        *w = (struct worker){.grade = (enum grade)grade_from(workers[i].grade),
                             .active = workers[i].active,
                             .n_teams = 1};
        id_copy(w->id, workers[i].id);
        id_copy(w->teams[0], workers[i].team);
    }
    qsort(h->workers[next], n_workers, sizeof h->workers[next][0], by_id);
    *r = (struct registry){.generation = h->registry[h->told].generation + 1,
                           .n_principals = n_keys,
                           .n_workers = n_workers,
                           .principals = h->principals[next],
                           .workers = h->workers[next]};
    h->told = next;
    if (tell && h->desk) desk_set_registry(h->desk, r, (struct now){now.utc_ms, now.mono_ms});
}

void house_policy(struct house *h, unsigned pack, struct house_time now)
{
    h->pack = pack;
    if (h->desk) desk_set_policy(h->desk, h->packs[pack], (struct now){now.utc_ms, now.mono_ms});
}

// --- Up and down. ---

static bool house_begin(struct house *h, struct house_time now, char *why, size_t size)
{
    struct ledger_settings const s = {
        .path = PATH, .wake = wake, .wake_ctx = h, .low_water_bytes = LOW_WATER};
    if (ledger_open_memory(&h->ledger, &s, why, size) != OK) return false;
    ledger_memory_hold(h->ledger, true, false);
    ledger_memory_space(h->ledger, h->free_bytes);
    h->halted = h->woken = false;
    enum err const e =
        desk_open(&h->desk, &h->settings, h->ledger, h->packs[h->pack], &h->registry[h->told],
                  &h->port, (struct now){now.utc_ms, now.mono_ms}, why, size);
    if (e == OK) return true;
    ledger_close(h->ledger);
    h->ledger = NULL;
    h->desk = NULL;
    return false;
}

bool house_start(struct house *h, struct house_time now, char *why, size_t size)
{
    (void)scarce_enter(true);
    bool const started = house_begin(h, now, why, size);
    (void)scarce_enter(false);
    return started;
}

bool house_up(const struct house *h)
{
    return h->desk && !h->halted;
}

void house_stop(struct house *h)
{
    ledger_close(h->ledger);
    desk_close(h->desk);
    h->desk = NULL;
    h->ledger = NULL;
}

void house_crash(struct house *h, bool turn_on_disk)
{
    ledger_memory_crash(h->ledger, turn_on_disk);
    desk_close(h->desk);
    h->desk = NULL;
    h->ledger = NULL;
}

// --- What comes in. ---

void house_message(struct house *h, uint64_t peer, enum house_listener at, const char *principal,
                   const uint8_t *bytes, size_t n, struct house_time now)
{
    struct peer p = {.id = peer, .listener = (unsigned)at};
    id_copy(p.principal, principal);
    (void)scarce_enter(true);
    desk_message(h->desk, &p, bytes_of(bytes, n), (struct now){now.utc_ms, now.mono_ms});
    (void)scarce_enter(false);
}

void house_peer_gone(struct house *h, uint64_t peer)
{
    desk_peer_gone(h->desk, peer);
}

void house_peer_writable(struct house *h, uint64_t peer)
{
    desk_peer_writable(h->desk, peer);
}

bool house_wants_more(const struct house *h)
{
    return desk_wants_more(h->desk);
}

void house_drain(struct house *h)
{
    desk_drain(h->desk);
}

bool house_drained(const struct house *h)
{
    return desk_drained(h->desk);
}

int64_t house_turn(struct house *h, struct house_time now)
{
    (void)scarce_enter(true);
    int64_t const next_ms = desk_turn(h->desk, (struct now){now.utc_ms, now.mono_ms});
    (void)scarce_enter(false);
    return next_ms;
}

bool house_flying(const struct house *h)
{
    return ledger_in_flight(h->ledger);
}

bool house_woken(struct house *h)
{
    bool const woken = h->woken;
    h->woken = false;
    return woken;
}

void house_ledger(struct house *h, bool disk, struct house_time now)
{
    if (disk) ledger_memory_hold(h->ledger, false, false);
    (void)scarce_enter(true);
    desk_ledger(h->desk, (struct now){now.utc_ms, now.mono_ms});
    (void)scarce_enter(false);
    ledger_memory_hold(h->ledger, true, false);
}

// --- Trouble. ---

void house_write_fault(struct house *h, enum house_fault fault, unsigned nth)
{
    static const enum memory_fault of[] = {
        [WRITE_LOST] = MEMORY_LOST, [WRITE_UNTOLD] = MEMORY_UNTOLD, [WRITE_FENCED] = MEMORY_FENCED};
    ledger_memory_fault(h->ledger, of[fault], nth);
}

void house_read_fault(struct house *h, unsigned nth)
{
    ledger_memory_read_fault(h->ledger, ERR_IO, nth);
}

void house_space(struct house *h, int64_t free_bytes)
{
    h->free_bytes = free_bytes;
    if (h->ledger) ledger_memory_space(h->ledger, free_bytes);
}

bool house_verify(struct house *h, uint64_t *records, char *problem, size_t size)
{
    static struct desk_verify_report report;
    enum err const e = desk_verify(h->ledger, &report);
    *records = report.records;
    if (e == OK && report.problem[0] == 0) return true;
    (void)snprintf(problem, size, "%s: %s", err_word(e), report.problem);
    return false;
}

void house_digest(const uint8_t *bytes, size_t n, uint8_t out[32])
{
    uint8_t whole[64];
    crypto_generichash(whole, sizeof whole, bytes, n, NULL, 0);
    memcpy(out, whole, 32);
}
