// bench_growth - what a concern's whole way takes on a ledger that has so many already.
//
//   bench_growth OPEN CLOSED CONCERNS
//
// writes a ledger of OPEN open and CLOSED closed cases of the last year, opens it, and sends
// CONCERNS by lots of 64 (way.h).  One JSON line a figure on stdout.
#include "floor.h"
#include "way.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

static void figure(const char *name, double value)
{
    printf("{\"figure\":\"%s\",\"value\":%.3f}\n", name, value);
    fflush(stdout);
}

static int64_t process_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double ledger_bytes(const struct load *l)
{
    char path[400];
    struct stat s;
    snprintf(path, sizeof path, "%s/ledger.db", l->ledger);
    return stat(path, &s) ? 0 : (double)s.st_size;
}

static void measure(struct way *w, size_t concerns)
{
    size_t const lots = concerns / WAY_LOT;
    int64_t *ns = calloc(lots, sizeof *ns);
    if (!ns) bench_die("no memory");
    int64_t const began = bench_now_ns(), used = process_ns();
    for (size_t i = 0; i < lots; i++) {
        int64_t const before = bench_now_ns();
        way_lot(w);
        ns[i] = bench_now_ns() - before;
    }
    double const seconds = (double)(bench_now_ns() - began) / 1e9;
    figure("concerns_per_second", (double)(lots * WAY_LOT) / seconds);
    figure("cpu_us", (double)(process_ns() - used) / 1e3 / (double)(lots * WAY_LOT));
    figure("lot_p50_ms", (double)floor_percentile(ns, lots, 0.50) / 1e6);
    figure("lot_p99_ms", (double)floor_percentile(ns, lots, 0.99) / 1e6);
    free(ns);
}

static void write_cases(struct load *l, size_t open, size_t closed)
{
    static const struct load_kind kinds[] = {{"closed", false, YEAR_MS}, {"open", true, YEAR_MS}};
    size_t const counts[] = {closed, open};
    for (size_t i = 0; i < 2; i++) {
        l->kind = &kinds[i];
        l->cases = counts[i];
        if (l->cases) load_write(l);
        l->before += l->cases;
    }
}

int main(int argc, char **argv)
{
    static struct way w;
    char command[400];
    size_t const concerns = argc == 4 ? (size_t)strtoul(argv[3], NULL, 10) : 0;
    if (concerns == 0 || concerns % WAY_LOT) {
        fprintf(stderr, "usage: bench_growth OPEN CLOSED CONCERNS (a multiple of %u)\n", WAY_LOT);
        return 2;
    }
    load_begin(&w.load);
    snprintf(w.load.ledger, sizeof w.load.ledger, "%s/growth", w.load.directory);
    w.load.settings.path = w.load.ledger;
    w.load.named = w.next = true;
    way_register(&w);
    write_cases(&w.load, (size_t)strtoul(argv[1], NULL, 10), (size_t)strtoul(argv[2], NULL, 10));
    int64_t const began = bench_now_ns();
    way_open(&w);
    figure("open_seconds", (double)(bench_now_ns() - began) / 1e9);
    way_rest(&w);
    double const before = ledger_bytes(&w.load);
    measure(&w, concerns);
    way_close(&w);
    figure("bytes_a_concern", (ledger_bytes(&w.load) - before) / (double)concerns);
    snprintf(command, sizeof command, "rm -rf '%s'", w.load.ledger);
    if (system(command)) // NOLINT(cert-env33-c): a path of our own making
        bench_die("cannot tidy up");
    load_end(&w.load);
    return 0;
}
