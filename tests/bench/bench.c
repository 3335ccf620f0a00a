// bench - measures the machine's floor and, given a running daemon, the product on top of it.
//   bench floor DIR
//   bench drive DIR ENDPOINT_INTAKE ENDPOINT_DESK SERVER_KEY PROVIDER_PUB PROVIDER_SEC DESK_PUB
//   DESK_SEC
//               WORKER TEAM CONCERNS
// One JSON line a figure on stdout.  DIR is where the ledger's disk is probed.
#include "drive.h"
#include "floor.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

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

int main(int argc, char **argv)
{
    if (sodium_init() < 0) bench_die("no libsodium");
    void *context = zmq_ctx_new();
    if (argc == 3 && strcmp(argv[1], "floor") == 0) {
        measure_floor(context, argv[2]);
    } else if (argc == 13 && strcmp(argv[1], "drive") == 0) {
        measure_floor(context, argv[2]);
        measure_daemon(context, argv);
    } else {
        fprintf(stderr, "usage: bench floor DIR | bench drive DIR ... (see tests/bench/run)\n");
        return 2;
    }
    zmq_ctx_term(context);
    return 0;
}
