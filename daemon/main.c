// main.c - arguments, configuration, keys, policy, registry, ledger, desk; then the loop runs until
// it is told to stop.  The exit codes are in desk/port.h and deploy/README.md.
#include "config.h"
#include "init.h"
#include "loop.h"
#include "packdir.h"
#include "process.h"
#include "secret.h"

#include <getopt.h>
#include <sodium.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#define ASSIGNMENTS_MAX 64
#define EXIT_USAGE      64

static const char help_text[] =
    "triaged - takes in safeguarding concerns for one council and routes them to a person\n"
    "\n"
    "usage: triaged --config FILE [--set NAME=VALUE]...   serve\n"
    "       triaged --config FILE --check                 read everything, tell every problem, "
    "exit 0 or 78\n"
    "       triaged [--config FILE] --print-config        every setting: meaning, default, limits, "
    "value\n"
    "       triaged --init DIR --set area=ID              make the folder of a new area\n"
    "       triaged --help | --version\n"
    "\n"
    "A new area, from nothing:\n"
    "    triaged --init /var/lib/triaged/exampleshire --set area=exampleshire\n"
    "    cp -r deploy/policy/default /var/lib/triaged/exampleshire/policy\n"
    "    triaged --config /var/lib/triaged/exampleshire/triaged.yaml --check\n"
    "    triaged --config /var/lib/triaged/exampleshire/triaged.yaml\n"
    "\n"
    "Signals: SIGTERM and SIGINT finish what is in hand and end; a second one ends at once.\n"
    "SIGHUP reads settings, principals and workers again, all or nothing; rules change by two\n"
    "managers (triage policy propose, activate).\n"
    "\n"
    "Exit codes: 0 ended as told, 64 wrong arguments, 70 a commit failed, 71 another daemon owns "
    "this\n"
    "area, 77 the self-test found the door open, 78 configuration, keys, files or policy cannot be "
    "used.\n";

struct arguments {
    enum { RUN_SERVE, RUN_CHECK, RUN_PRINT, RUN_INIT } run;
    const char *config, *dir;
    size_t n;
    const char *assignments[ASSIGNMENTS_MAX];
};

// Everything that is read before the first socket.
struct material {
    struct config config;
    uint8_t server_secret[SECRET_BYTES], master_key[SECRET_BYTES], area_secret[SECRET_BYTES];
    uint8_t checkpoint_seed[SECRET_BYTES];
    bool signs; // there is a key for checkpoints
    struct policy *policy;
    struct roster *roster;
    struct faults faults;
};

static void faults_print(const struct faults *p)
{
    char line[FAULT_FILE_MAX + FAULT_TEXT_MAX + 32];
    for (size_t i = 0; i < p->n; i++) {
        fault_print(&p->at[i], line, sizeof line);
        fprintf(stderr, "%s\n", line);
    }
    if (p->lost) fprintf(stderr, "and %zu more\n", p->lost);
}

static enum err material_config(struct material *m, const struct arguments *a)
{
    enum err e = config_read(&m->config, a->config, &m->faults);
    for (size_t i = 0; i < a->n; i++)
        if (config_set(&m->config, a->assignments[i], &m->faults)) e = ERR_CONFIG;
    return config_finish(&m->config, &m->faults) ? ERR_CONFIG : e;
}

static enum err material_keys(struct material *m)
{
    enum err e = OK;
    if (secret_read(m->server_secret, m->config.server_key_file, &m->faults)) e = ERR_CONFIG;
    if (secret_read(m->master_key, m->config.master_key_file, &m->faults)) e = ERR_CONFIG;
    if (secret_read(m->area_secret, m->config.area_secret_file, &m->faults)) e = ERR_CONFIG;
    m->signs = secret_there(m->config.checkpoint_key_file); // Areas of earlier releases have none.
    if (m->signs && secret_read(m->checkpoint_seed, m->config.checkpoint_key_file, &m->faults))
        e = ERR_CONFIG;
    return e;
}

static enum err material_policy(struct material *m)
{
    struct policy_report *report = policy_report_open();
    if (!report) return ERR_NO_MEMORY;
    enum err const e = policy_open(&m->policy, m->config.policy_dir, report);
    for (size_t i = 0; i < policy_report_count(report); i++) {
        struct policy_problem const one = policy_report_at(report, i);
        if (one.severity == POLICY_REFUSED && one.row)
            faults_add(&m->faults, one.file, one.line, one.column, "table %s, row %d: %s",
                       one.decision, one.row, one.text);
        else if (one.severity == POLICY_REFUSED)
            faults_add(&m->faults, one.file, one.line, one.column, "%s", one.text);
    }
    policy_report_close(report);
    return e;
}

// Goes on after a problem, so that all are told at once.
static enum err material_read(struct material *m, const struct arguments *a)
{
    enum err const config = material_config(m, a);
    if (config) return config;
    enum err const keys = material_keys(m);
    enum err const policy = material_policy(m);
    // Which rules are in force, and so which teams there are, only the ledger knows.
    struct policy const *const teams = a->run == RUN_CHECK ? m->policy : NULL;
    enum err const roster = roster_open(&m->roster, m->config.principals_dir, m->config.workers_dir,
                                        teams, 1, &m->faults);
    return keys ? keys : policy ? policy : roster;
}

static void material_close(struct material *m)
{
    if (m->policy) policy_close(m->policy);
    roster_close(m->roster);
    sodium_memzero(m, sizeof *m);
}

static int fail(int code, const char *text)
{
    fprintf(stderr, "triaged: %s\n", text);
    return code;
}

// The ledger names other rules than those in policy_dir: managers put them in force.
static const struct policy *material_find(void *ctx, uint64_t digest)
{
    struct material *m = ctx;
    struct policy *found = NULL;
    if (packdir_digest(&m->config, digest, &found) != OK) return NULL;
    policy_close(m->policy);
    m->policy = found;
    return found;
}

// People and keys are registered for teams that the rules in force know.
static enum err material_teams(struct material *m)
{
    struct roster *same = NULL;
    enum err const e = roster_open(&same, m->config.principals_dir, m->config.workers_dir,
                                   m->policy, 1, &m->faults);
    roster_close(same);
    if (e) faults_print(&m->faults);
    return e;
}

static void desk_settings_fill(struct desk_settings *out, struct material *m)
{
    *out = (struct desk_settings){.limits = m->config.limits,
                                  .area = m->config.area,
                                  .server = "triaged " TRIAGED_VERSION,
                                  .scanner = m->config.clamd[0] != 0};
    if (!m->config.policy_by_reload) {
        out->policy_find = material_find;
        out->policy_find_ctx = m;
    }
    memcpy(out->area_secret, m->area_secret, SECRET_BYTES);
}

// With a ledger open: the desk, and the loop until it ends.  The caller closes the ledger, then
// what `out` got.
static int serve_desk(struct shell *s, struct material *m, struct ledger *ledger, struct desk **out)
{
    static struct desk_settings settings; // outlives the desk
    char why[400] = "";
    desk_settings_fill(&settings, m);
    enum err const e = desk_open(out, &settings, ledger, m->policy, &m->roster->registry, &s->port,
                                 shell_clock(), why, sizeof why);
    if (e) return fail(e == ERR_CORRUPT || e == ERR_IO ? EXIT_LEDGER_FAILED : EXIT_CONFIG_BAD, why);
    if (material_teams(m)) return EXIT_CONFIG_BAD;
    int64_t const spare = m->config.low_water_bytes;
    if (!process_ballast(m->config.ballast_file, m->config.ballast_bytes, spare))
        log_event(&s->log, LOG_WARNING, "no_ballast", NULL, m->config.ballast_bytes);
    struct policy *policy = m->policy;
    struct roster *roster = m->roster;
    m->policy = NULL;
    m->roster = NULL;
    int const code = shell_run(s, *out, ledger, policy, roster);
    sodium_memzero(&settings, sizeof settings);
    return code;
}

static int serve_ledger(struct shell *s, struct material *m)
{
    struct ledger_settings settings = {.path = m->config.ledger_dir,
                                       .wake = shell_ledger_wake,
                                       .wake_ctx = s,
                                       .low_water_bytes = m->config.low_water_bytes};
    struct ledger *ledger = NULL;
    char why[400] = "";
    memcpy(settings.master_key, m->master_key, SECRET_BYTES);
    enum err const e = ledger_open_sqlite(&ledger, &settings, why, sizeof why);
    sodium_memzero(&settings, sizeof settings);
    if (e)
        return fail(e == ERR_LOCKED   ? EXIT_FENCED
                    : e == ERR_CONFIG ? EXIT_CONFIG_BAD
                                      : EXIT_LEDGER_FAILED,
                    why);
    struct desk *desk = NULL;
    int const code = serve_desk(s, m, ledger, &desk);
    ledger_close(ledger); // Waits for a turn in flight, which lies in the desk's memory.
    desk_close(desk);
    return code;
}

static int serve(struct material *m)
{
    static struct shell shell; // large, and there is one
    char why[400] = "";
    process_harden(m->config.core_dumps != 0);
    if (process_drop_privilege(m->config.user, why, sizeof why)) return fail(EXIT_CONFIG_BAD, why);
    if (shell_open(&shell, &m->config, m->server_secret, why, sizeof why))
        return fail(EXIT_CONFIG_BAD, why);
    witness_open(&shell.witness, &shell.config, &shell.log, m->signs ? m->checkpoint_seed : NULL);
    int const code = serve_ledger(&shell, m);
    shell_close(&shell);
    return code;
}

static int run_read(const struct arguments *a)
{
    static struct material m;
    enum err const e = material_read(&m, a);
    faults_print(&m.faults);
    int code = e ? EXIT_CONFIG_BAD : 0;
    if (!e && a->run == RUN_SERVE)
        code = serve(&m);
    else if (!e)
        printf("everything can be used: %s\n", m.config.path);
    material_close(&m);
    return code;
}

static int run_print(const struct arguments *a)
{
    static struct material m;
    config_defaults(&m.config);
    enum err e = a->config ? config_read(&m.config, a->config, &m.faults) : OK;
    for (size_t i = 0; i < a->n; i++)
        if (config_set(&m.config, a->assignments[i], &m.faults)) e = ERR_CONFIG;
    faults_print(&m.faults);
    config_print(&m.config, stdout, false);
    return e ? EXIT_CONFIG_BAD : 0;
}

static int run_init(const struct arguments *a)
{
    static struct faults faults;
    uint8_t server_public[32];
    char text[SECRET_CHARS + 1];
    process_harden(false);
    enum err const e = init_area(a->dir, a->assignments, a->n, server_public, &faults);
    faults_print(&faults);
    if (e) return EXIT_CONFIG_BAD;
    printf("%s\n", zmq_z85_encode(text, server_public, 32));
    fprintf(stderr, "%s is whole; above is the daemon's public key, which clients need\n", a->dir);
    return 0;
}

static const struct option options[] = {
    {"config", required_argument, NULL, 'c'}, {"set", required_argument, NULL, 's'},
    {"check", no_argument, NULL, 'k'},        {"print-config", no_argument, NULL, 'p'},
    {"init", required_argument, NULL, 'i'},   {"help", no_argument, NULL, 'h'},
    {"version", no_argument, NULL, 'v'},      {NULL, 0, NULL, 0},
};

// -1: go on and run; otherwise the exit code.
static int arguments_read(struct arguments *a, int argc, char **argv)
{
    int c;
    while ((c = getopt_long(argc, argv, "c:h", options, NULL)) >= 0) {
        if (c == 'c')
            a->config = optarg;
        else if (c == 'k')
            a->run = RUN_CHECK;
        else if (c == 'p')
            a->run = RUN_PRINT;
        else if (c == 's' && a->n < ASSIGNMENTS_MAX)
            a->assignments[a->n++] = optarg;
        else if (c == 'i') {
            a->run = RUN_INIT;
            a->dir = optarg;
        } else if (c == 'h' || c == 'v') {
            fputs(c == 'h' ? help_text : "triaged " TRIAGED_VERSION "\n", stdout);
            return 0;
        } else {
            return fail(EXIT_USAGE, "see triaged --help");
        }
    }
    bool const needs_config = a->run == RUN_SERVE || a->run == RUN_CHECK;
    if (optind == argc && (a->config || !needs_config)) return -1;
    return fail(EXIT_USAGE, optind < argc ? "one word too many; see triaged --help"
                                          : "--config FILE is needed; see triaged --help");
}

int main(int argc, char **argv)
{
    static struct arguments a;
    int const code = arguments_read(&a, argc, argv);
    if (code >= 0) return code;
    if (sodium_init() < 0) return fail(EXIT_CONFIG_BAD, "libsodium cannot be used on this machine");
    static int (*const runs[])(const struct arguments *) = {[RUN_SERVE] = run_read,
                                                            [RUN_CHECK] = run_read,
                                                            [RUN_PRINT] = run_print,
                                                            [RUN_INIT] = run_init};
    return runs[a.run](&a);
}
