// bench - measures the machine's floor and, given a running daemon, the product on top of it.
//   bench floor DIR
//   bench drive DIR ENDPOINT_INTAKE ENDPOINT_DESK SERVER_KEY PROVIDER_PUB PROVIDER_SEC DESK_PUB
//   DESK_SEC WORKER TEAM CONCERNS
//   bench pace ..., bench crowd ..., bench hold ... (see below)
// One JSON line a figure on stdout.  DIR is where the ledger's disk is probed.
#include "drive.h"
#include "floor.h"
#include "pace.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#define SOCKETS_MAX 12000

static void figure(const char *name, double value, const char *unit)
{
    printf("{\"figure\":\"%s\",\"value\":%.1f,\"unit\":\"%s\"}\n", name, value, unit);
    fflush(stdout);
}

static void measure_floor(void *context, const char *directory)
{
    struct floor_sync const sync = floor_fdatasync(directory, 500);
    figure("fdatasync_p50", (double)sync.p50_ns / 1e3, "us");
    figure("fdatasync_p99", (double)sync.p99_ns / 1e3, "us");
    figure("sqlite_append", floor_sqlite(directory, 64 * 1024, 256), "rows/s");
    figure("curve_echo", floor_curve_echo(context, 200000), "messages/s");
}

static void measure_daemon(void *context, char **argv)
{
    struct link_keys const provider_keys = {argv[3], argv[5], argv[6], argv[7]};
    struct link_keys const desk_keys = {argv[4], argv[5], argv[8], argv[9]};
    size_t const concerns = (size_t)strtoul(argv[12], NULL, 10);
    static struct link provider, desk;
    link_open(&provider, context, &provider_keys, NULL);
    link_open(&desk, context, &desk_keys, argv[10]);
    // The full way first, on an empty queue: intake alone leaves what it sent on it.
    figure("full_way", drive_full(&provider, &desk, argv[11], concerns, 1000), "concerns/s");
    struct drive_rest const rest = drive_at_rest(&provider, 300);
    figure("at_rest_p50", (double)rest.p50_ns / 1e3, "us");
    figure("at_rest_p99", (double)rest.p99_ns / 1e3, "us");
    figure("intake", drive_intake(&provider, concerns, 1000), "concerns/s");
    link_close(&provider);
    link_close(&desk);
}

static void figure_pace(const char *name, const char *of, struct pace p)
{
    struct {
        const char *what;
        double us;
    } const all[] = {{"p50", p.p50_us},
                     {"p90", p.p90_us},
                     {"p99", p.p99_us},
                     {"p999", p.p999_us},
                     {"max", p.max_us}};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        char text[80];
        snprintf(text, sizeof text, "%s_%s_%s", name, of, all[i].what);
        figure(text, all[i].us, "us");
    }
}

// bench pace DIR ENDPOINT_INTAKE ENDPOINT_DESK SERVER_KEY GREENS_PUB GREENS_SEC, REDS_PUB
// REDS_SEC DESK_PUB DESK_SEC WORKER TEAM TEAM SECONDS
static void measure_pace(void *context, char **argv)
{
    struct link_keys const keys[] = {{argv[3], argv[5], argv[6], argv[7]},
                                     {argv[3], argv[5], argv[8], argv[9]},
                                     {argv[4], argv[5], argv[10], argv[11]}};
    double const seconds = strtod(argv[15], NULL);
    const char *const teams[2] = {argv[13], argv[14]};
    static const struct {
        const char *name;
        double share;
    } loads[] = {{"at_10", 0.1}, {"at_50", 0.5}, {"at_80", 0.8}};
    static struct link greens, reds, desk;
    link_open(&greens, context, &keys[0], NULL);
    link_open(&reds, context, &keys[1], NULL);
    link_open(&desk, context, &keys[2], argv[12]);
    // Reds first: what the rest sends is left on the queue, and the desk would hear of it all.
    size_t const n = (size_t)(seconds * 20);
    struct pace_reds const alone = pace_reds(&reds, &desk, teams, NULL, n, 50);
    figure_pace("red_alone", "receipt", alone.receipt);
    figure_pace("red_alone", "headline", alone.headline);
    struct pace_reds const flood = pace_reds(&reds, &desk, teams, &greens, n, 50);
    figure_pace("red_in_flood", "receipt", flood.receipt);
    figure_pace("red_in_flood", "headline", flood.headline);
    double const capacity = drive_intake(&greens, 20000, 1000);
    figure("capacity", capacity, "concerns/s");
    for (size_t i = 0; i < sizeof loads / sizeof loads[0]; i++) {
        double const rate = capacity * loads[i].share;
        size_t const concerns = (size_t)(rate * seconds);
        figure_pace(loads[i].name, "bare", pace_floor(context, argv[2], rate, concerns));
        figure_pace(loads[i].name, "receipt", pace_intake(&greens, rate, concerns));
    }
    link_close(&greens);
    link_close(&reds);
    link_close(&desk);
}

// bench hold ENDPOINT SERVER_KEY PUB SEC N: says hello on so many connections, and keeps them until
// stdin ends.
static void hold(void *context, char **argv)
{
    struct link_keys const keys = {argv[2], argv[3], argv[4], argv[5]};
    size_t const n = (size_t)strtoul(argv[6], NULL, 10);
    struct link first, *all = calloc(n, sizeof *all);
    if (!all) bench_die("no memory");
    link_open(&first, context, &keys, NULL);
    for (size_t i = 1; i < n; i++) link_open_beside(&all[i], &first, context, &keys);
    figure("held", (double)n, "connections");
    while (getchar() != EOF) continue;
    for (size_t i = 1; i < n; i++) zmq_close(all[i].socket);
    free(all);
    link_close(&first);
}

// bench crowd DIR ENDPOINT SERVER_KEY PUB SEC SECONDS: one who sends among others who are there.
static void measure_crowd(void *context, char **argv)
{
    struct link_keys const keys = {argv[3], argv[4], argv[5], argv[6]};
    double const seconds = strtod(argv[7], NULL);
    static struct link provider;
    link_open(&provider, context, &keys, NULL);
    double const capacity = drive_intake(&provider, 20000, 1000);
    figure("intake", capacity, "concerns/s");
    double const rate = capacity / 2;
    figure_pace("at_50", "receipt", pace_intake(&provider, rate, (size_t)(rate * seconds)));
    link_close(&provider);
}

int main(int argc, char **argv)
{
    if (sodium_init() < 0) bench_die("no libsodium");
    void *context = zmq_ctx_new();
    zmq_ctx_set(context, ZMQ_MAX_SOCKETS, SOCKETS_MAX);
    if (argc == 3 && strcmp(argv[1], "floor") == 0) {
        measure_floor(context, argv[2]);
    } else if (argc == 13 && strcmp(argv[1], "drive") == 0) {
        measure_floor(context, argv[2]);
        measure_daemon(context, argv);
    } else if (argc == 16 && strcmp(argv[1], "pace") == 0) {
        measure_floor(context, argv[2]);
        measure_pace(context, argv);
    } else if (argc == 7 && strcmp(argv[1], "hold") == 0) {
        hold(context, argv);
    } else if (argc == 8 && strcmp(argv[1], "crowd") == 0) {
        measure_floor(context, argv[2]);
        measure_crowd(context, argv);
    } else {
        fprintf(stderr,
                "usage: bench floor DIR | bench drive|pace|crowd DIR ... | bench hold ... (see "
                "tests/bench/run, growth.py)\n");
        return 2;
    }
    zmq_ctx_term(context);
    return 0;
}
