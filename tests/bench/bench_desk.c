// bench_desk - how long the loop is held, with so many open cases.
//
//   bench_desk CASES
//
// writes a ledger of CASES open cases, received over the last year, opens a desk on it, and asks of
// it what is dear: a queue's listing, all timers due at once, a report, the national return,
// searches, what somebody led to somebody else at once, a worker who leaves.  One JSON line a
// figure on stdout.  A turn is what the loop does between two looks at its sockets; its time is the
// thread's own, so that a busy machine does not count.
#include "load.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define LISTED      10000
#define PAGE        1000
#define TURNS_MAX   4000000u
#define QUIET_TURNS 500
#define ARENA_BYTES ((size_t)64 << 20)

struct probe {
    struct load load;
    struct principal desk_key;
    struct worker workers[4];
    struct desk *desk;
    struct ledger *ledger;
    struct peer peer;
    struct now now;
    unsigned answers, headlines, found, busy;
    int64_t turn_max_ns, turns_ns;
    bool bare; // turns alternate with bare arithmetic as long as their mean
    int64_t bare_max_ns, bare_sum;
    unsigned turns;
    struct arena arena;
};

static int64_t thread_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static void figure(const char *name, double value)
{
    printf("{\"figure\":\"%s\",\"value\":%.3f}\n", name, value);
    fflush(stdout);
}

// What the daemon answers is read back, so that an empty answer is no good time.
static enum err probe_send(void *ctx, const struct peer *to, struct bytes bytes)
{
    struct probe *p = ctx;
    Triage__V1__Reply *r = NULL;
    struct wire_limits const limits = {SIZE_MAX / 2, SIZE_MAX / 2, 16, SIZE_MAX / 2};
    struct wire_place place;
    (void)to;
    int64_t const began = thread_ns();
    arena_reset(&p->arena);
    if (wire_reply(bytes, &limits, &p->arena, &r, &place)) bench_die("an answer cannot be read");
    p->answers++;
    p->busy += r->status == TRIAGE__V1__STATUS__STATUS_BUSY;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_QUEUE)
        p->headlines += (unsigned)r->queue->n_headlines;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_FIND) p->found += (unsigned)r->find->n_found;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_REASSIGN)
        p->found += (unsigned)r->reassign->n_references;
    if (r->body_case == TRIAGE__V1__REPLY__BODY_TASKS) p->found += r->tasks->total;
    p->turns_ns -= thread_ns() - began; // Reading it is not the daemon's work.
    return OK;
}

static void probe_ask(struct probe *p, Triage__V1__Request *q)
{
    uint8_t bytes[1024];
    size_t const n = triage__v1__request__pack(q, bytes);
    desk_message(p->desk, &p->peer, bytes_of(bytes, n), p->now);
}

// As long as a turn is on average: the longest of these is what the machine itself adds.
static void probe_bare(struct probe *p)
{
    int64_t const mean_ns = p->turns_ns / p->turns, began = thread_ns();
    int64_t now = began;
    for (; now - began < mean_ns; now = thread_ns())
        for (int i = 0; i < 1000; i++) p->bare_sum += (p->bare_sum ^ now) % 7 + i;
    if (now - began > p->bare_max_ns) p->bare_max_ns = now - began;
}

// One turn of the loop; waits for the ledger when nothing else is to be done.
// Gives when it wants the next.
static int64_t probe_turn(struct probe *p, bool wait)
{
    struct pollfd fd = {p->load.woken, POLLIN, 0};
    uint64_t n;
    if (wait && poll(&fd, 1, 1) < 0) bench_die("cannot poll");
    int64_t const began = thread_ns(), before = p->turns_ns;
    if (read(p->load.woken, &n, sizeof n) > 0) desk_ledger(p->desk, p->now);
    int64_t const again_ms = desk_turn(p->desk, p->now);
    int64_t const took = thread_ns() - began + (p->turns_ns - before);
    p->turns_ns = before + took;
    if (took > p->turn_max_ns) p->turn_max_ns = took;
    p->turns++;
    if (p->bare) probe_bare(p);
    return again_ms;
}

static void probe_begin(struct probe *p)
{
    p->answers = p->headlines = p->found = p->turns = 0;
    p->turn_max_ns = p->turns_ns = 0;
}

static double probe_until(struct probe *p, unsigned answers)
{
    int64_t const began = bench_now_ns();
    while (p->answers < answers && p->turns < TURNS_MAX) {
        p->now.mono_ms++; // Nothing waits for the clock on the wall.
        p->now.utc_ms++;
        (void)probe_turn(p, true);
    }
    if (p->answers < answers || p->busy) bench_die("an answer did not come");
    return (double)(bench_now_ns() - began) / 1e6;
}

// --- What is dear. ---

static void measure_listing(struct probe *p)
{
    Triage__V1__QueueRequest queue = TRIAGE__V1__QUEUE_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_QUEUE;
    q.queue = &queue;
    queue.team = (char *)(uintptr_t) "mash";
    queue.limit = PAGE;
    double all = 0, longest = 0;
    unsigned headlines = 0;
    for (queue.skip = 0; queue.skip < LISTED; queue.skip += PAGE) {
        probe_begin(p);
        int64_t const before = thread_ns();
        probe_ask(p, &q);
        double const took = (double)(thread_ns() - before + p->turns_ns) / 1e6;
        (void)probe_until(p, 1);
        headlines += p->headlines;
        all += took;
        if (took > longest) longest = took;
    }
    figure("listing_ms", all);
    figure("listing_page_ms", longest);
    if (headlines != LISTED) bench_die("the queue is shorter than it should be");
}

// Milliseconds in which the loop does nothing but this one message.
static double probe_held(struct probe *p, Triage__V1__Request *q)
{
    probe_begin(p);
    int64_t const before = thread_ns();
    probe_ask(p, q);
    double const held = (double)(thread_ns() - before + p->turns_ns) / 1e6;
    (void)probe_until(p, 1);
    return held;
}

// What a team has to do, found among all open cases.  Gives how much that is.
static unsigned measure_tasks(struct probe *p, const char *name)
{
    Triage__V1__TasksRequest tasks = TRIAGE__V1__TASKS_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_TASKS;
    q.tasks = &tasks;
    tasks.team = (char *)(uintptr_t) "mash";
    figure(name, probe_held(p, &q));
    return p->found;
}

// All that one worker leads, found among all open cases, in one commit.
static void measure_reassign(struct probe *p)
{
    uint8_t id[16] = {1};
    Triage__V1__ReassignRequest reassign = TRIAGE__V1__REASSIGN_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.worker = (char *)(uintptr_t) "m-heron";
    q.command_id = (ProtobufCBinaryData){sizeof id, id};
    q.body_case = TRIAGE__V1__REQUEST__BODY_REASSIGN;
    q.reassign = &reassign;
    reassign.from = (char *)(uintptr_t)LOAD_MOVED;
    reassign.to = (char *)(uintptr_t) "w-new";
    reassign.team = (char *)(uintptr_t) "mash";
    reassign.reason = (char *)(uintptr_t) "bench";
    figure("reassign_ms", probe_held(p, &q));
    figure("reassign_turn_ms", (double)p->turn_max_ns / 1e6);
    figure("reassigned", p->found);
    if (p->found != p->load.cases / 1000) bench_die("not all of them were given to another");
    figure("reassign_again_ms", probe_held(p, &q)); // sent again: found by what they remember
    if (p->found != p->load.cases / 1000) bench_die("what was moved is not known again");
}

static void measure_report(struct probe *p)
{
    Triage__V1__ReportRequest report = TRIAGE__V1__REPORT_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_REPORT;
    q.report = &report;
    report.by = TRIAGE__V1__REPORT_BY__REPORT_BY_TEAM;
    probe_begin(p);
    probe_ask(p, &q);
    figure("report_ms", probe_until(p, 1));
    figure("report_turn_ms", (double)p->turn_max_ns / 1e6);
}

static void measure_returns(struct probe *p)
{
    Triage__V1__ReturnsRequest returns = TRIAGE__V1__RETURNS_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.body_case = TRIAGE__V1__REQUEST__BODY_RETURNS;
    q.returns = &returns;
    returns.year = 2025;
    probe_begin(p);
    probe_ask(p, &q);
    figure("returns_ms", probe_until(p, 1));
    figure("returns_turn_ms", (double)p->turn_max_ns / 1e6);
}

static void measure_find(struct probe *p, const char *name, const char *figure_ms,
                         const char *figure_turn)
{
    Triage__V1__FindRequest find = TRIAGE__V1__FIND_REQUEST__INIT;
    Triage__V1__Request q = TRIAGE__V1__REQUEST__INIT;
    q.worker = (char *)(uintptr_t) "m-heron";
    q.body_case = TRIAGE__V1__REQUEST__BODY_FIND;
    q.find = &find;
    find.name = (char *)(uintptr_t)name;
    find.reason = (char *)(uintptr_t) "bench";
    probe_begin(p);
    probe_ask(p, &q);
    figure(figure_ms, probe_until(p, 1));
    figure(figure_turn, (double)p->turn_max_ns / 1e6);
    if (p->found == 0) bench_die("nobody was found");
}

// Until time asks for nothing more; gives how long that took, in milliseconds.
static double probe_settle(struct probe *p)
{
    int64_t const began = bench_now_ns();
    for (int quiet = 0; quiet < QUIET_TURNS && p->turns < TURNS_MAX;) {
        p->now.mono_ms++;
        p->now.utc_ms++;
        int64_t const again_ms = probe_turn(p, true);
        // It also rests while a commit is on its way.
        quiet = again_ms <= p->now.mono_ms + 1 ? 0 : quiet + 1;
    }
    return (double)(bench_now_ns() - began) / 1e6;
}

// At the start every timer of every case is due: the worst there is.
static void measure_upkeep(struct probe *p)
{
    struct desk_figures figures;
    probe_begin(p);
    p->bare = true;
    double const took = probe_settle(p);
    p->bare = false;
    desk_figures(p->desk, &figures);
    figure("upkeep_turn_ms", (double)p->turn_max_ns / 1e6);
    figure("upkeep_bare_ms", (double)p->bare_max_ns / 1e6);
    figure("upkeep_mean_ms", (double)p->turns_ns / 1e6 / p->turns);
    figure("upkeep_turns", p->turns);
    figure("upkeep_ms", took);
    figure("upkeep_records", (double)figures.head_seq);
    probe_begin(p); // At rest: what a turn costs in which nothing is due.
    for (int i = 0; i < 1000; i++) {
        p->now.mono_ms += 10;
        p->now.utc_ms += 10;
        (void)probe_turn(p, false);
    }
    figure("rest_turn_us", (double)p->turns_ns / 1e3 / p->turns);
}

// A worker leaves who leads one case in two hundred: each waits for a lead again.
static void measure_leave(struct probe *p)
{
    static struct registry left;
    unsigned const before = measure_tasks(p, "tasks_ms");
    left = p->load.registry;
    left.generation++;
    for (size_t i = 0; i < sizeof p->workers / sizeof p->workers[0]; i++)
        p->workers[i].active = strcmp(p->workers[i].id, LOAD_LEAVER) != 0;
    probe_begin(p);
    int64_t const at = thread_ns();
    desk_set_registry(p->desk, &left, p->now);
    double const set = (double)(thread_ns() - at) / 1e6;
    figure("leave_ms", probe_settle(p));
    double const turn = (double)p->turn_max_ns / 1e6;
    figure("leave_turn_ms", turn > set ? turn : set);
    if (measure_tasks(p, "tasks_left_ms") - before != p->load.cases / 200)
        bench_die("not all that they led waits for a lead");
}

// --- The desk. ---

static void probe_open(struct probe *p)
{
    static struct port port;
    static struct desk_settings settings;
    char why[512] = "";
    port = load_port(p);
    port.send = probe_send;
    settings = load_settings();
    p->now = (struct now){.utc_ms = LOAD_NOW_MS, .mono_ms = 1000};
    if (ledger_open_sqlite(&p->ledger, &p->load.settings, why, sizeof why)) bench_die(why);
    if (desk_open(&p->desk, &settings, p->ledger, p->load.policy, &p->load.registry, &port, p->now,
                  why, sizeof why))
        bench_die(why);
    p->peer = (struct peer){.id = 1, .listener = LISTENER_DESK};
    id_copy(p->peer.principal, p->desk_key.id);
    void *memory = malloc(ARENA_BYTES);
    if (!memory) bench_die("no memory");
    arena_init(&p->arena, memory, ARENA_BYTES);
}

// A manager's key, sorted behind the referrers of the load.
static void probe_register(struct probe *p)
{
    static struct principal principals[LOAD_REFERRERS + 1];
    static uint32_t by_key[LOAD_REFERRERS + 1];
    struct registry *r = &p->load.registry;
    memcpy(principals, r->principals, LOAD_REFERRERS * sizeof principals[0]);
    memcpy(by_key, r->by_key, LOAD_REFERRERS * sizeof by_key[0]);
    p->desk_key = (struct principal){.role = ROLE_MANAGER, .active = true, .n_teams = 1};
    id_copy(p->desk_key.id, "zz-manager");
    id_copy(p->desk_key.teams[0], "mash");
    p->desk_key.key[0] = 0xff;
    principals[LOAD_REFERRERS] = p->desk_key;
    by_key[LOAD_REFERRERS] = LOAD_REFERRERS;
    static const char *const workers[] = {"m-heron", LOAD_LEAVER, LOAD_MOVED, "w-new"}; // by id
    for (size_t i = 0; i < sizeof workers / sizeof workers[0]; i++) {
        p->workers[i] = (struct worker){
            .grade = i == 0 ? GRADE_MASH_MANAGER : GRADE_MASH_WORKER, .active = true, .n_teams = 1};
        id_copy(p->workers[i].id, workers[i]);
        id_copy(p->workers[i].teams[0], "mash");
    }
    *r = (struct registry){.generation = 2,
                           .n_principals = LOAD_REFERRERS + 1,
                           .principals = principals,
                           .n_workers = sizeof workers / sizeof workers[0],
                           .workers = p->workers,
                           .by_key = by_key};
}

int main(int argc, char **argv)
{
    static const struct load_kind open = {"open", true, YEAR_MS};
    static struct probe p;
    char command[400];
    p.load.cases = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    if (p.load.cases < LISTED) {
        fprintf(stderr, "usage: bench_desk CASES (at least %d)\n", LISTED);
        return 2;
    }
    load_begin(&p.load);
    probe_register(&p);
    p.load.kind = &open;
    p.load.named = p.load.led = true;
    snprintf(p.load.ledger, sizeof p.load.ledger, "%s/open", p.load.directory);
    p.load.settings.path = p.load.ledger;
    load_write(&p.load);
    probe_open(&p);
    figure("cases", (double)p.load.cases);
    measure_upkeep(&p);
    measure_listing(&p);
    measure_reassign(&p);
    measure_leave(&p);
    measure_report(&p);
    measure_returns(&p);
    measure_find(&p, "Siobhan Fernsby", "find_ms", "find_turn_ms");
    measure_find(&p, "Smyth", "find_surname_ms", "find_surname_turn_ms");
    desk_close(p.desk);
    ledger_close(p.ledger);
    free(p.arena.base);
    snprintf(command, sizeof command, "rm -rf '%s'", p.load.ledger);
    if (system(command)) // NOLINT(cert-env33-c): a path of our own making
        bench_die("cannot tidy up");
    load_end(&p.load);
    return 0;
}
