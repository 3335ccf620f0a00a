// bench_load - what open and closed cases cost in memory, and how long a start takes with them.
//
//   bench_load CASES
//
// writes a ledger of CASES open cases, received over the last year, and opens a desk on it; then
// the same with closed ones of the last ten years, and with closed ones of the last year alone.
//
// An area of 2,000 places and 500 referrers; every case has an adult of its own, and of three one
// is red.  Memory is what nine tenths of the cases add to the first tenth: what a desk takes
// anyway, as the ledger's caches, is left out.  Each is read in a process of its own, so that
// nothing left in memory flatters or burdens the next.
//
// One JSON line a figure on stdout.  Needs about 1 GB of disk for a million, in TMPDIR or /tmp.
#include "load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct load_kind load_kinds[] = {
    {"open", true, YEAR_MS},
    {"closed", false, 10 * YEAR_MS},
    {"closed_this_year", false, YEAR_MS},
};

static double load_resident(void)
{
    long pages = 0;
    FILE *f = fopen("/proc/self/statm", "r");
    if (!f || fscanf(f, "%*s %ld", &pages) != 1) bench_die("no /proc/self/statm");
    fclose(f);
    return (double)pages * (double)sysconf(_SC_PAGESIZE);
}

struct load_took {
    double seconds, resident;
};

// Opens a desk on the ledger, as a start does, and says what that took.
static struct load_took load_open(struct load *l)
{
    char why[512] = "";
    struct ledger *ledger;
    struct desk *desk;
    struct port const port = load_port(l);
    struct desk_settings const settings = load_settings();
    struct now const now = {.utc_ms = LOAD_NOW_MS, .mono_ms = 1000};
    double const resident = load_resident();
    int64_t const began = bench_now_ns();
    if (ledger_open_sqlite(&ledger, &l->settings, why, sizeof why)) bench_die(why);
    if (desk_open(&desk, &settings, ledger, l->policy, &l->registry, &port, now, why, sizeof why))
        bench_die(why);
    struct load_took const took = {(double)(bench_now_ns() - began) / 1e9,
                                   load_resident() - resident};
    desk_close(desk);
    ledger_close(ledger);
    return took;
}

// Runs one half in a child: writing, or opening.
static struct load_took load_child(struct load *l, bool write_it)
{
    struct load_took took = {0, 0};
    int status = 0, said[2];
    if (pipe(said)) bench_die("no pipe");
    pid_t const child = fork();
    if (child == 0) {
        if (write_it)
            load_write(l);
        else
            took = load_open(l);
        _exit(write(said[1], &took, sizeof took) != sizeof took);
    }
    close(said[1]);
    if (child < 0 || read(said[0], &took, sizeof took) != sizeof took ||
        waitpid(child, &status, 0) < 0 || status != 0)
        bench_die(write_it ? "the ledger could not be written" : "the desk could not be opened");
    close(said[0]);
    return took;
}

static struct load_took load_run(struct load *l, const struct load_kind *kind, size_t cases)
{
    char command[400];
    snprintf(l->ledger, sizeof l->ledger, "%s/%s", l->directory, kind->name);
    l->settings.path = l->ledger;
    l->kind = kind;
    l->cases = cases;
    (void)load_child(l, true);
    struct load_took const took = load_child(l, false);
    snprintf(command, sizeof command, "rm -rf '%s'", l->ledger);
    if (system(command)) // NOLINT(cert-env33-c): a path of our own making
        bench_die("cannot tidy up");
    return took;
}

static void load_all(struct load *l, size_t cases)
{
    for (size_t i = 0; i < sizeof load_kinds / sizeof load_kinds[0]; i++) {
        const struct load_kind *k = &load_kinds[i];
        size_t const tenth = cases / 10;
        double const before = load_run(l, k, tenth).resident;
        struct load_took const took = load_run(l, k, cases);
        double const each = (took.resident - before) / (double)(cases - tenth);
        if (k->open) {
            printf("{\"figure\":\"open_cases\",\"value\":%zu}\n", cases);
            printf("{\"figure\":\"load_seconds\",\"value\":%.2f}\n", took.seconds);
        }
        printf("{\"figure\":\"bytes_per_%s_case%s\",\"value\":%.1f}\n", k->open ? "open" : "closed",
               k->open || k->span_ms > YEAR_MS ? "" : "_this_year", each);
        fflush(stdout);
    }
}

int main(int argc, char **argv)
{
    static struct load l;
    size_t const cases = argc == 2 ? (size_t)strtoul(argv[1], NULL, 10) : 0;
    if (cases < 10) {
        fprintf(stderr, "usage: bench_load CASES\n");
        return 2;
    }
    load_begin(&l);
    load_all(&l, cases);
    load_end(&l);
    return 0;
}
