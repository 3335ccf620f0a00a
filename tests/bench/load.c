// load.c - an area of 2,000 places and 500 referrers; every case has an adult of its own, and of
// three one is red.
#include "load.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#define LOAD_TURN   2048
#define LOAD_PLACES 2000

static void load_wake(void *ctx)
{
    uint64_t const one = 1;
    if (write(((struct load *)ctx)->woken, &one, sizeof one) < 0) bench_die("cannot wake");
}

static void load_done(void *ctx, enum kept kept, uint64_t head_seq)
{
    (void)head_seq;
    if (kept != KEPT) bench_die("the ledger could not keep a turn");
    ((struct load *)ctx)->kept = true;
}

static void load_wait(struct load *l, struct ledger *ledger)
{
    while (!l->kept) {
        struct pollfd p = {l->woken, POLLIN, 0};
        uint64_t n;
        if (poll(&p, 1, 20000) <= 0) bench_die("the ledger does not answer");
        if (read(l->woken, &n, sizeof n) < 0 && errno != EAGAIN) bench_die("cannot read the wake");
        ledger_reap(ledger);
    }
}

static bool load_team_known(const void *ctx, const char *team)
{
    return policy_team(ctx, team) >= 0;
}

// As evenly spread as keyed hashes are, and no more.
static uint64_t load_hash(uint64_t x)
{
    x += 0x9e3779b97f4a7c15U;
    x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9U;
    x = (x ^ x >> 27) * 0x94d049bb133111ebU;
    return x ^ x >> 31;
}

static int64_t load_received_ms(const struct load *l, uint64_t no)
{
    return LOAD_NOW_MS -
           l->kind->span_ms / (int64_t)l->cases * (int64_t)(l->before + l->cases - no);
}

static void load_referrer(uint64_t i, char out[ID_MAX])
{
    memset(out, 0, ID_MAX);
    snprintf(out, ID_MAX, "provider-%03u", (unsigned)(i % LOAD_REFERRERS));
}

// A case as intake makes it: half of the facts known, an adult, a place.
static void load_lead(struct casefile *f, const char *lead)
{
    f->state = STATE_ENQUIRY;
    f->outcome = OUTCOME_MET;
    f->decided_ms = f->read_ms = f->received_ms + HOUR_MS;
    f->deadline_ms = LOAD_NOW_MS + 28 * DAY_MS;
    f->reassess_ms = f->holding_ms = 0;
    id_copy(f->team, "mash");
    id_copy(f->lead, lead);
}

static void load_case(const struct load *l, uint64_t no, struct casefile *f)
{
    static struct facts facts;
    const struct policy_info *info = policy_info(l->policy);
    struct rules const rules = {.clocks = &info->clocks,
                                .calendar = &info->calendar,
                                .mash = info->teams[info->mash].id,
                                .team_known = load_team_known,
                                .ctx = l->policy};
    struct now const now = {.utc_ms = load_received_ms(l, no), .mono_ms = 1};
    uint64_t const place = load_hash(no) % LOAD_PLACES;
    char referrer[ID_MAX];
    load_referrer(place, referrer);
    facts_clear(&facts);
    for (int i = 0; i < FACT_COUNT; i += 2) facts.value[i] = i % 3 == 0;
    struct reception const in = {.no = no,
                                 .kind = 1,
                                 .colour = 1 + (enum colour)(no % 3),
                                 .score = (int)(no % 50),
                                 .tier = TIER_DUTY_MET,
                                 .team = rules.mash,
                                 .referrer = referrer,
                                 .place = "1-999000001",
                                 .submission_key = load_hash(no ^ 1ULL << 60),
                                 .adult_hash = load_hash(no ^ 1ULL << 61),
                                 .place_hash = load_hash(place ^ 1ULL << 62),
                                 .why_table = "rating",
                                 .why_row = 3,
                                 .facts = &facts};
    casefile_receive(&rules, &in, now, f);
    f->first_seq = (int64_t)no;
    f->last_seq = no;
    f->incident = (int64_t)no;
    if (l->led && (no % 200 == 0 || no % 1000 == 1))
        load_lead(f, no % 200 == 0 ? LOAD_LEAVER : LOAD_MOVED);
    if (l->kind->open) return;
    f->state = STATE_CLOSED;
    f->closed_ms = f->received_ms + 1;
    f->deadline_ms = f->reassess_ms = f->holding_ms = 0;
}

const char *load_name(uint64_t no)
{
    static const char *const first[] = {"Olive",   "Edith", "Arthur", "Mohammed", "Ewa",
                                        "Siobhan", "Rhys",  "Amina",  "George",   "Joan"};
    static const char *const last[] = {
        "Turnstile", "Smith",   "Pennywhistle", "Hussain",  "Nowak", "Fernsby", "Thompson", "Patel",
        "Okoro",     "Marlowe", "Wright",       "Kowalski", "Begum", "Singh",   "Walsh"};
    static char name[64];
    uint64_t const h = load_hash(no ^ 1ULL << 59);
    snprintf(name, sizeof name, "%s %s", first[h % 10], last[h / 10 % 15]);
    return name;
}

// A body as intake makes it, as far as a search reads it; the marks of its adult.
static size_t load_body(uint64_t no, uint8_t *out, uint32_t *marks)
{
    static struct wire_keys keys;
    static bool keyed;
    uint8_t concern[256];
    struct desk_settings const settings = load_settings();
    Triage__Ledger__V1__Body body = TRIAGE__LEDGER__V1__BODY__INIT;
    Triage__V1__SafeguardingConcern c = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Adult a = TRIAGE__V1__ADULT__INIT, *adults[1] = {&a};
    if (!keyed) wire_keys_init(&keys, settings.area_secret);
    keyed = true;
    a.name = (char *)(uintptr_t)load_name(no);
    a.date_of_birth = (char *)(uintptr_t) "1941-05-28";
    c.n_adults = 1;
    c.adults = adults;
    c.what_happened = (char *)(uintptr_t) "A carer was seen to push them.";
    *marks = wire_adult_marks(&keys, &a);
    body.concern.len = triage__v1__safeguarding_concern__pack(&c, concern);
    body.concern.data = concern;
    return triage__ledger__v1__body__pack(&body, out);
}

struct load_turn {
    struct ledger_entry entries[LOAD_TURN];
    struct ledger_row rows[LOAD_TURN + 1];
    uint8_t headers[LOAD_TURN][2048], blobs[LOAD_TURN][2048], area[256];
    uint8_t bodies[LOAD_TURN][512];
};

static void load_turn_fill(const struct load *l, struct load_turn *t, uint64_t from, size_t n)
{
    static struct casefile f;
    for (size_t i = 0; i < n; i++) {
        uint64_t const no = from + i;
        load_case(l, no, &f);
        struct event const e = {.kind = EVENT_RECEIVED,
                                .entity = ENTITY_CASE(no),
                                .version = 1,
                                .at_ms = f.received_ms};
        size_t const body = l->named ? load_body(no, t->bodies[i], &f.marks) : 0;
        size_t const header = wire_header_encode(&e, NULL, &f, t->headers[i], sizeof t->headers[i]);
        size_t const blob = wire_case_row_encode(&f, t->blobs[i], sizeof t->blobs[i]);
        if (!header || !blob) bench_die("a case does not fit");
        t->entries[i] = (struct ledger_entry){.entity = ENTITY_CASE(no),
                                              .header = bytes_of(t->headers[i], header),
                                              .body = l->named ? bytes_of(t->bodies[i], body)
                                                               : bytes_text("short"),
                                              .fingerprint = (uint64_t)f.submission_key};
        t->rows[i] = (struct ledger_row){.entity = ENTITY_CASE(no),
                                         .last_seq = no,
                                         .fold_version = WIRE_FOLD_VERSION,
                                         .open = l->kind->open,
                                         .blob = bytes_of(t->blobs[i], blob)};
    }
}

void load_write(struct load *l)
{
    char why[512];
    struct ledger *ledger;
    struct load_turn *t = calloc(1, sizeof *t);
    if (!t || ledger_open_sqlite(&ledger, &l->settings, why, sizeof why))
        bench_die("cannot make the ledger");
    uint64_t const last = l->before + l->cases;
    for (uint64_t no = l->before + 1; no <= last; no += LOAD_TURN) {
        size_t const n = last - no + 1 < LOAD_TURN ? (size_t)(last - no + 1) : LOAD_TURN;
        load_turn_fill(l, t, no, n);
        struct area const a = {.cases = no + n - 1, .last_ms = LOAD_NOW_MS};
        size_t const area = wire_area_row_encode(&a, t->area, sizeof t->area);
        t->rows[n] = (struct ledger_row){.entity = ENTITY_AREA,
                                         .fold_version = WIRE_FOLD_VERSION,
                                         .open = true,
                                         .blob = bytes_of(t->area, area)};
        struct ledger_turn const turn = {no, n, n + 1, t->entries, t->rows};
        l->kept = false;
        ledger_append(ledger, ledger_head(ledger).epoch, &turn, load_done, l);
        load_wait(l, ledger);
    }
    ledger_close(ledger);
    free(t);
}

static enum err port_send(void *ctx, const struct peer *to, struct bytes reply)
{
    (void)ctx, (void)to, (void)reply;
    return ERR_NOT_FOUND;
}
static void port_cut(void *ctx, uint64_t peer_id)
{
    (void)ctx, (void)peer_id;
}
static void port_number(void *ctx, enum metric metric, const char *label, int64_t value)
{
    (void)ctx, (void)metric, (void)label, (void)value;
}
static void port_log(void *ctx, enum log_level level, const char *event, const char *id,
                     int64_t number)
{
    (void)ctx, (void)level, (void)event, (void)id, (void)number;
}
static void port_random(void *ctx, uint8_t *out, size_t n)
{
    (void)ctx;
    randombytes_buf(out, n);
}
static void port_halt(void *ctx, int exit_code, const char *event)
{
    (void)ctx, (void)exit_code;
    bench_die(event);
}

struct port load_port(void *ctx)
{
    return (struct port){.ctx = ctx,
                         .send = port_send,
                         .cut = port_cut,
                         .count = port_number,
                         .gauge = port_number,
                         .log = port_log,
                         .random = port_random,
                         .halt = port_halt};
}

#define LOAD_DEFAULT(name, dflt, least, most, help) .name = dflt,

struct desk_settings load_settings(void)
{
    return (struct desk_settings){
        .limits = {DESK_LIMITS(LOAD_DEFAULT)}, .area = "bench", .server = "bench"};
}

static void load_register(struct load *l)
{
    static struct principal principals[LOAD_REFERRERS];
    static uint32_t by_key[LOAD_REFERRERS];
    for (uint32_t i = 0; i < LOAD_REFERRERS; i++) {
        principals[i] = (struct principal){.role = ROLE_PROVIDER, .active = true};
        load_referrer(i, principals[i].id);
        principals[i].key[0] = (uint8_t)(i >> 8);
        principals[i].key[1] = (uint8_t)i;
        by_key[i] = i;
    }
    l->registry = (struct registry){.generation = 1,
                                    .n_principals = LOAD_REFERRERS,
                                    .principals = principals,
                                    .by_key = by_key};
}

void load_begin(struct load *l)
{
    struct policy *policy;
    const char *temporary = getenv("TMPDIR");
    if (sodium_init() < 0) bench_die("no sodium");
    snprintf(l->directory, sizeof l->directory, "%s/triaged-bench-XXXXXX",
             temporary ? temporary : "/tmp");
    if (!mkdtemp(l->directory)) bench_die("no temporary folder");
    if (policy_open(&policy, BENCH_PACK, NULL)) bench_die("the default pack does not open");
    l->policy = policy;
    l->woken = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    l->settings.wake = load_wake;
    l->settings.wake_ctx = l;
    randombytes_buf(l->settings.master_key, sizeof l->settings.master_key);
    load_register(l);
}

void load_end(struct load *l)
{
    policy_close((struct policy *)(uintptr_t)l->policy);
    if (rmdir(l->directory)) bench_die("cannot tidy up");
}
