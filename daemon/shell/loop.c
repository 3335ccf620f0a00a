#include "loop.h"

#include "check.h"
#include "packdir.h"
#include "process.h"
#include "selftest.h"

#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

#define LOOP_LONGEST_WAIT_MS ((int64_t)10 * SECOND_MS) // also notices when the machine had slept
#define LOOP_HARD_STOP_TURNS 64

static int64_t clock_ms(clockid_t id)
{
    struct timespec t;
    clock_gettime(id, &t);
    return (int64_t)t.tv_sec * SECOND_MS + t.tv_nsec / 1000000;
}

struct now shell_clock(void)
{
    // BOOTTIME counts sleep as well, so that a sleeping machine does not look like a jump of UTC.
    return (struct now){clock_ms(CLOCK_REALTIME), clock_ms(CLOCK_BOOTTIME)};
}

static enum err shell_send(void *ctx, const struct peer *to, struct bytes reply)
{
    struct shell *s = ctx;
    return s->halted ? ERR_UNAVAILABLE : door_send(&s->door, to, reply);
}

static void shell_cut(void *ctx, uint64_t peer_id)
{
    door_cut(&((struct shell *)ctx)->door, peer_id, "desk");
}

static void shell_count(void *ctx, enum metric metric, const char *label, int64_t delta)
{
    metrics_count(&((struct shell *)ctx)->metrics, (int)metric, label, delta);
}

static void shell_gauge(void *ctx, enum metric metric, const char *label, int64_t value)
{
    metrics_gauge(&((struct shell *)ctx)->metrics, (int)metric, label, value);
}

static void shell_log(void *ctx, enum log_level level, const char *event, const char *id,
                      int64_t number)
{
    log_event(&((struct shell *)ctx)->log, level, event, id, number);
}

static void shell_random(void *ctx, uint8_t *out, size_t n)
{
    (void)ctx;
    randombytes_buf(out, n);
}

static void shell_halt(void *ctx, int exit_code, const char *event)
{
    struct shell *s = ctx;
    if (s->halted) return; // The first trouble is the one to tell.
    s->halted = true;
    s->exit_code = exit_code;
    log_event(&s->log, LOG_ERROR, event, NULL, exit_code);
}

static void loop_woke(uv_async_t *handle)
{
    ((struct shell *)handle->data)->ledger_woke = true;
}

void shell_ledger_wake(void *shell)
{
    uv_async_send(&((struct shell *)shell)->ledger_news);
}

static void loop_timer(uv_timer_t *handle)
{
    // Timers run before the poll, and this one is spent now: without this the loop would sleep with
    // nothing to wake it, and the turn that does what is due would not come.
    ((struct shell *)handle->data)->due = true;
}

static void loop_idle(uv_idle_t *handle)
{
    (void)handle; // Being active is what keeps the loop from sleeping.
}

// Before sleeping: is there really nothing to read?  Never sends anything.
static void loop_prepare(uv_prepare_t *handle)
{
    struct shell *s = handle->data;
    bool const waiting = door_waiting(&s->door, desk_wants_more(s->desk));
    if (waiting || s->due)
        uv_idle_start(&s->awake, loop_idle);
    else
        uv_idle_stop(&s->awake);
}

static void shell_drain(struct shell *s)
{
    // A second signal means: now.
    s->drain_until_ms =
        s->draining ? s->now.mono_ms : s->now.mono_ms + s->config.drain_seconds * SECOND_MS;
    if (s->draining) return;
    s->draining = s->ops.stopping = true;
    log_event(&s->log, LOG_INFO, "draining", NULL, s->config.drain_seconds);
    service_stopping(&s->service);
    desk_drain(s->desk);
}

static void loop_signal(uv_signal_t *handle, int number)
{
    struct shell *s = handle->data;
    s->now = shell_clock();
    if (number == SIGHUP)
        s->reload_asked = true;
    else
        shell_drain(s);
}

static int64_t loop_least(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t loop_files(struct shell *s)
{
    char problem[FAULT_TEXT_MAX];
    int64_t next_ms;
    if (watch_due(&s->watch, s->now, &next_ms)) shell_reload_registry(s, problem, sizeof problem);
    if (s->reload_asked) shell_reload(s, problem, sizeof problem);
    s->reload_asked = false;
    return next_ms;
}

static void loop_stop_when_done(struct shell *s)
{
    bool const late = s->draining && s->now.mono_ms >= s->drain_until_ms;
    bool const drained = s->draining && desk_drained(s->desk);
    if (late && !drained) log_event(&s->log, LOG_WARNING, "drain_cut_short", NULL, 0);
    if (late || drained || s->halted) uv_stop(&s->uv);
}

// One turn: what the disk finished, what peers sent, what is due, what is to be kept.
static void loop_turn(uv_check_t *handle)
{
    struct shell *s = handle->data;
    s->now = s->log.now = shell_clock();
    s->due = false;
    metrics_count(&s->metrics, METRIC_TURNS, NULL, 1);
    if (s->ledger_woke) {
        s->ledger_woke = false;
        desk_ledger(s->desk, s->now);
    }
    int64_t next_ms = loop_files(s);
    if (!s->halted) door_receive(&s->door, s->now);
    if (!s->halted) next_ms = loop_least(next_ms, desk_turn(s->desk, s->now));
    if (!s->halted) next_ms = loop_least(next_ms, door_upkeep(&s->door, s->now));
    next_ms = loop_least(next_ms, service_alive(&s->service, s->now));
    if (!s->halted) next_ms = loop_least(next_ms, witness_turn(&s->witness, s->now));
    int64_t const ops_ms = ops_turn(&s->ops, s->now.utc_ms);
    if (s->draining) next_ms = loop_least(next_ms, s->drain_until_ms);
    loop_stop_when_done(s);
    int64_t wait_ms = next_ms - s->now.mono_ms;
    wait_ms = loop_least(loop_least(wait_ms, ops_ms), LOOP_LONGEST_WAIT_MS);
    uv_timer_start(&s->timer, loop_timer, wait_ms < 1 ? 1 : (uint64_t)wait_ms, 0);
}

static void loop_handles(struct shell *s)
{
    uv_prepare_init(&s->uv, &s->prepare);
    uv_check_init(&s->uv, &s->check);
    uv_idle_init(&s->uv, &s->awake);
    uv_timer_init(&s->uv, &s->timer);
    uv_async_init(&s->uv, &s->ledger_news, loop_woke);
    s->prepare.data = s->check.data = s->awake.data = s->timer.data = s->ledger_news.data = s;
    for (int i = 0; i < SHELL_SIGNALS; i++) {
        uv_signal_init(&s->uv, &s->signals[i]);
        s->signals[i].data = s;
    }
}

static enum err shell_open_tables(struct shell *s, char *why, size_t size)
{
    uint32_t const most = (uint32_t)s->config.connections_max;
    uint32_t const reserve = (uint32_t)s->config.descriptors_reserve;
    uint32_t const limit = process_descriptors(most + reserve);
    if (limit <= reserve) {
        snprintf(why, size, "only %u file descriptors are allowed, and %u are kept back", limit,
                 reserve);
        return ERR_CONFIG;
    }
    s->door.connections_max = limit - reserve;
    // One place more than connections: the one that is being replaced.
    return links_open(&s->door.links, s->door.connections_max + reserve, limit);
}

static enum err shell_page(void *ctx, const char *reference, const char *colour, int attempt)
{
    return pager_ring(&((struct shell *)ctx)->pager, reference, colour, attempt);
}

static enum err shell_scan_begin(void *ctx)
{
    return clamd_begin(&((struct shell *)ctx)->clamd);
}

static void shell_scan_part(void *ctx, struct bytes part)
{
    clamd_part(&((struct shell *)ctx)->clamd, part);
}

enum err shell_open(struct shell *s, const struct config *config,
                    const uint8_t server_secret[KEY_BYTES], char *why, size_t size)
{
    memset(s, 0, sizeof *s);
    s->config = *config;
    s->now = shell_clock();
    log_init(&s->log, STDERR_FILENO, (enum log_level)log_level_from(config->log_level));
    s->log.now = s->now;
    metrics_init(&s->metrics);
    s->port = (struct port){s,           shell_send,       shell_cut,      shell_count,
                            shell_gauge, shell_log,        shell_random,   shell_halt,
                            shell_page,  shell_scan_begin, shell_scan_part};
    s->door.config = &s->config;
    s->door.log = &s->log;
    s->door.metrics = &s->metrics;
    memcpy(s->door.server_secret, server_secret, KEY_BYTES);
    snprintf(why, size, "not enough memory for the connections");
    enum err e = shell_open_tables(s, why, size);
    if (e) return e;
    s->door.context = zmq_ctx_new();
    if (!s->door.context || uv_loop_init(&s->uv)) return ERR_NO_MEMORY;
    zmq_ctx_set(s->door.context, ZMQ_IO_THREADS, (int)s->config.io_threads);
    loop_handles(s);
    pager_init(&s->pager, &s->uv, &s->log, s->config.paging_command);
    clamd_init(&s->clamd, &s->uv, &s->log, s->config.clamd, &s->desk, shell_clock);
    service_open(&s->service);
    return OK;
}

static void shell_pump(void *ctx)
{
    // As many as wait: after a restart every client asks at once, and the probe stands in line.
    doorman_serve(&((struct shell *)ctx)->door.doorman, 256);
}

// Exit code 0: the door is shut to strangers.
static int shell_try_door(struct shell *s)
{
    uint8_t server_public[KEY_BYTES];
    char why[400];
    crypto_scalarmult_curve25519_base(server_public, s->door.server_secret);
    for (int i = LISTENER_INTAKE; i <= LISTENER_DESK; i++) {
        if (!selftest_door(s->door.context, s->door.listeners[i].endpoint, server_public,
                           shell_pump, s, why, sizeof why))
            continue;
        log_event(&s->log, LOG_ERROR, "open_door", doorman_domain(i), EXIT_OPEN_DOOR);
        fprintf(stderr, "triaged: refusing to serve: %s\n", why);
        return EXIT_OPEN_DOOR;
    }
    return 0;
}

static int shell_bind(struct shell *s)
{
    char why[400];
    enum err e = door_open(&s->door, why, sizeof why);
    // Before anybody else stands at the door: thousands who come back at once would drown the test.
    int const code = e ? EXIT_CONFIG_BAD : shell_try_door(s);
    if (!code) e = door_publish(&s->door, why, sizeof why);
    if (e) fprintf(stderr, "triaged: %s\n", why);
    if (e || code) return e ? EXIT_CONFIG_BAD : code;
    e = door_start(&s->door, &s->uv);
    uint16_t const port = (uint16_t)s->config.ops_port;
    if (!e && port) e = ops_start(&s->ops, &s->uv, s->config.ops_address, port);
    if (!e) return 0;
    fprintf(stderr, "triaged: ops_address %s, ops_port %u cannot be bound\n", s->config.ops_address,
            port);
    return EXIT_CONFIG_BAD;
}

static void shell_start_handles(struct shell *s)
{
    static const int numbers[SHELL_SIGNALS] = {SIGTERM, SIGINT, SIGHUP};
    for (int i = 0; i < SHELL_SIGNALS; i++)
        uv_signal_start(&s->signals[i], loop_signal, numbers[i]);
    uv_prepare_start(&s->prepare, loop_prepare);
    uv_check_start(&s->check, loop_turn);
    uv_timer_start(&s->timer, loop_timer, 1, 0);
    if (watch_start(&s->watch, &s->uv, s->config.principals_dir, s->config.workers_dir))
        log_event(&s->log, LOG_WARNING, "files_not_watched", NULL, 0);
}

static enum err shell_hook_reload(void *ctx, char *problem, size_t size)
{
    return shell_reload(ctx, problem, size);
}

// The teams that people and keys are registered for must be there in the new pack, too.
static enum err shell_roster_fits(struct shell *s, const struct policy *policy,
                                  struct policy_report *report)
{
    static struct faults faults;
    struct roster *roster = NULL;
    faults = (struct faults){.n = 0};
    enum err const e = roster_open(&roster, s->config.principals_dir, s->config.workers_dir, policy,
                                   s->roster->registry.generation, &faults);
    roster_close(roster);
    for (size_t i = 0; e && report && i < faults.n; i++)
        policy_report_add(report, faults.at[i].file, faults.at[i].line, faults.at[i].text);
    return e ? ERR_POLICY : OK;
}

static enum err shell_hook_pack_open(void *ctx, const char *name, uint64_t digest,
                                     struct policy **out, struct policy_report *report)
{
    struct shell *s = ctx;
    enum err e = name ? packdir_named(&s->config, name, out, report)
                      : packdir_digest(&s->config, digest, out);
    if (!e && (e = shell_roster_fits(s, *out, report))) {
        policy_close(*out);
        *out = NULL;
    }
    return e;
}

static void shell_hook_pack_take(void *ctx, struct policy *policy)
{
    struct shell *s = ctx;
    shell_take_policy(s, policy);
    log_event(&s->log, LOG_WARNING, "policy_in_force", policy_info(policy)->name, 0);
}

static enum err shell_hook_checkpoint(void *ctx, char *out, size_t size)
{
    struct shell *s = ctx;
    CHECK(size >= CHECKPOINT_TEXT_MAX);
    return witness_sign(&s->witness, s->now, out);
}

static enum err shell_hook_backup(void *ctx, bool start, struct desk_backup *out)
{
    struct shell *s = ctx;
    enum err const e = start ? witness_backup(&s->witness, s->now) : OK;
    *out = (struct desk_backup){.folder = s->witness.folder,
                                .problem = s->witness.problem,
                                .running = s->witness.running,
                                .records = s->witness.copied.seq};
    return e;
}

int shell_run(struct shell *s, struct desk *desk, struct ledger *ledger, struct policy *policy,
              struct roster *roster)
{
    s->desk = s->door.desk = desk;
    s->ops.desk = desk;
    s->ops.metrics = &s->metrics;
    s->ops.ledger = s->ledger = s->witness.ledger = ledger;
    s->policy = policy;
    s->roster = roster;
    s->hooks = (struct desk_hooks){s,
                                   shell_hook_reload,
                                   shell_hook_pack_open,
                                   shell_hook_pack_take,
                                   shell_hook_checkpoint,
                                   shell_hook_backup};
    metrics_gauge(&s->metrics, METRIC_POLICY_BY_RELOAD, NULL, s->config.policy_by_reload);
    if (s->config.policy_by_reload) log_event(&s->log, LOG_WARNING, "policy_by_reload", NULL, 1);
    door_set_registry(&s->door, &roster->registry, roster_operator(roster));
    shell_gauge_registry(s);
    desk_set_hooks(desk, &s->hooks);
    s->exit_code = shell_bind(s);
    if (s->exit_code) return s->exit_code;
    shell_start_handles(s);
    service_ready(&s->service);
    log_event(&s->log, LOG_INFO, "serving", s->config.area, (int64_t)roster->registry.n_principals);
    uv_run(&s->uv, UV_RUN_DEFAULT);
    if (!s->halted) witness_last(&s->witness, shell_clock());
    log_event(&s->log, LOG_INFO, "stopped", s->config.area, s->exit_code);
    return s->exit_code;
}

static void shell_close_handle(uv_handle_t *handle, void *ctx)
{
    (void)ctx;
    if (!uv_is_closing(handle)) uv_close(handle, NULL);
}

void shell_close(struct shell *s)
{
    door_stop(&s->door);
    ops_stop(&s->ops);
    watch_stop(&s->watch);
    uv_walk(&s->uv, shell_close_handle, NULL);
    for (int i = 0; i < LOOP_HARD_STOP_TURNS && uv_run(&s->uv, UV_RUN_NOWAIT); i++) continue;
    CHECK(uv_loop_close(&s->uv) == 0);
    door_close(&s->door);
    zmq_ctx_term(s->door.context);
    service_close(&s->service);
    roster_close(s->roster);
    policy_close(s->policy);
    witness_close(&s->witness);
    sodium_memzero(s->door.server_secret, sizeof s->door.server_secret);
}
