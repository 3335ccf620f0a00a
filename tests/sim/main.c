// The simulator's command line: histories by their seeds, their hashes, and of one that broke a
// promise the shortest list of faults that still does.
#include "scarce.h"
#include "sim.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define YEAR (365 * DAY)

struct options {
    double years;
    uint64_t seeds, from;
    bool twice, expect_broken, verbose, calm;
    unsigned torture; // every so many-th allocation is refused, in a history of its own
    const char *only; // faults by number
    const char *packs[2];
};

static const char USAGE[] =
    "usage: sim --packs DIR [--years N] [--seeds N] [--from SEED] [--twice] [--only 3,17 | "
    "--calm]\n"
    "           [--expect-broken] [--verbose]\n"
    "  --years N         council-years in all, spread over the seeds (default 1)\n"
    "  --seeds N         histories (default 1)\n"
    "  --from SEED       the first one's seed, the others follow (default 1)\n"
    "  --twice           each history is run again, and must leave the same trace\n"
    "  --only LIST       these of its faults strike, by number\n"
    "  --calm            none does\n"
    "  --torture STEP    every STEP-th allocation of each history is refused, alone and with all "
    "that\n"
    "                    follow, each in a run of its own without other faults\n"
    "  --expect-broken   succeed when some history breaks a promise, and stop there\n";

static double now_s(void)
{
    struct timespec t;
    (void)clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

// --- Shortening: chunks of faults are left out while the history still breaks. ---

enum { SHORTEN_S = 180 };

static bool still_broken(const struct options *o, uint64_t seed, const bool *keep)
{
    static struct sim_result r;
    sim_run(seed, (int64_t)(o->years / (double)o->seeds * (double)YEAR), keep, o->packs, &r, NULL);
    return r.broken[0] != 0;
}

static void faults_shorten(const struct options *o, uint64_t seed, bool *keep, size_t n)
{
    double const until = now_s() + SHORTEN_S;
    for (size_t chunk = (n + 1) / 2; chunk > 0; chunk /= 2) {
        for (size_t at = 0; at < n; at += chunk) {
            if (now_s() > until) return;
            bool kept[FAULTS_MAX], any = false;
            memcpy(kept, keep, sizeof kept);
            for (size_t i = at; i < at + chunk && i < n; i++) {
                any = any || keep[i];
                keep[i] = false;
            }
            if (!any) continue;
            if (!still_broken(o, seed, keep)) memcpy(keep, kept, sizeof kept);
        }
    }
}

static void faults_print(const struct options *o, uint64_t seed, const struct fault *faults,
                         size_t n)
{
    static bool keep[FAULTS_MAX];
    char const *comma = "";
    for (size_t i = 0; i < n; i++) keep[i] = true;
    faults_shorten(o, seed, keep, n);
    printf("  again: sim --packs %s --years %g --from %llu --only ", o->packs[0],
           o->years / (double)o->seeds, (unsigned long long)seed);
    for (size_t i = 0; i < n; i++) {
        if (!keep[i]) continue;
        printf("%s%zu", comma, i);
        comma = ",";
    }
    printf("%s\n", comma[0] ? "" : "none");
    for (size_t i = 0; i < n; i++)
        if (keep[i])
            printf("  fault %zu: day %lld, %s, argument %lld, key %s\n", i,
                   (long long)(faults[i].at_us / DAY), FAULT_WORDS[faults[i].kind],
                   (long long)faults[i].arg, KEYS[faults[i].who].id);
}

// --- One seed. ---

static const bool *options_keep(const struct options *o, bool keep[FAULTS_MAX])
{
    if (!o->only && !o->calm) return NULL;
    memset(keep, 0, FAULTS_MAX * sizeof *keep);
    for (char const *at = o->only ? o->only : ""; *at; at += strspn(at, ",")) {
        char *end;
        unsigned long const i = strtoul(at, &end, 10);
        if (end == at) break;
        if (i < FAULTS_MAX) keep[i] = true;
        at = end;
    }
    return keep;
}

static bool seed_run(const struct options *o, uint64_t seed, struct sim_result *r)
{
    static struct fault faults[FAULTS_MAX];
    static struct sim_result again;
    static bool mask[FAULTS_MAX];
    bool const *keep = options_keep(o, mask);
    int64_t const length = (int64_t)(o->years / (double)o->seeds * (double)YEAR);
    sim_run(seed, length, keep, o->packs, r, faults);
    printf("seed %llu, version " TRIAGED_VERSION ", %.3f years, trace %016llx\n",
           (unsigned long long)seed, (double)length / (double)YEAR, (unsigned long long)r->hash);
    if (o->verbose)
        printf("  %llu events, %llu messages, %llu records, %llu concerns, %llu notices, %zu faults"
               "\n  done: %s\n",
               (unsigned long long)r->events, (unsigned long long)r->messages,
               (unsigned long long)r->records, (unsigned long long)r->concerns,
               (unsigned long long)r->notices, r->n_faults, r->coverage);
    for (unsigned i = 1; o->verbose && i < 32; i++)
        if (r->states[i]) printf("  %u cases end in state %u\n", r->states[i], i);
    if (r->broken[0]) {
        printf("BROKEN by day %lld: %s\n", (long long)r->broken_day, r->broken);
        (void)fflush(stdout); // before what takes minutes
        if (!o->expect_broken && !keep) faults_print(o, seed, faults, r->n_faults);
        return false;
    }
    if (!o->twice) return true;
    sim_run(seed, length, keep, o->packs, &again, NULL);
    if (again.hash == r->hash && again.events == r->events) return true;
    printf("BROKEN: the same seed left another trace, %016llx\n", (unsigned long long)again.hash);
    return false;
}

// --- Torture: each allocation of a history, refused in its turn. ---

static void torture_seed(const struct options *o, uint64_t seed, struct sim_result *r)
{
    static bool none[FAULTS_MAX];
    // Another beginning for each seed, so that a step skips other points each time.
    scarce_branch(1 + (unsigned)(seed % o->torture), o->torture);
    sim_run(seed, (int64_t)(o->years / (double)o->seeds * (double)YEAR), none, o->packs, r, NULL);
    struct scarce_branch const b = scarce_branch_here();
    if (r->broken[0])
        printf("BROKEN: seed %llu, allocation %u refused%s: %s\n", (unsigned long long)seed, b.nth,
               b.for_ever ? " and all after it" : "", r->broken);
    if (b.nth) scarce_branch_end(r->broken[0] == 0);
}

static uint64_t torture_run(const struct options *o, struct sim_result *r)
{
    uint64_t broken = 0, points = 0;
    for (uint64_t seed = o->from; seed < o->from + o->seeds; seed++) {
        torture_seed(o, seed, r);
        struct scarce_tally const t = scarce_tally();
        broken += t.broken + (r->broken[0] != 0);
        points += t.points;
    }
    printf("%llu scenarios, %llu allocations refused, once and for ever: %llu broken\n",
           (unsigned long long)o->seeds, (unsigned long long)points, (unsigned long long)broken);
    return broken;
}

static int options_read(struct options *o, int argc, char **argv)
{
    static const struct option list[] = {{"packs", required_argument, NULL, 'p'},
                                         {"years", required_argument, NULL, 'y'},
                                         {"seeds", required_argument, NULL, 's'},
                                         {"from", required_argument, NULL, 'f'},
                                         {"twice", no_argument, NULL, 't'},
                                         {"only", required_argument, NULL, 'o'},
                                         {"expect-broken", no_argument, NULL, 'b'},
                                         {"verbose", no_argument, NULL, 'v'},
                                         {"torture", required_argument, NULL, 'm'},
                                         {"calm", no_argument, NULL, 'c'},
                                         {NULL, 0, NULL, 0}};
    static char packs[2][512];
    for (int c; (c = getopt_long(argc, argv, "", list, NULL)) != -1;) {
        switch (c) {
        case 'p':
            for (int i = 0; i < 2; i++)
                (void)snprintf(packs[i], sizeof packs[i], "%s/%d", optarg, i + 1);
            o->packs[0] = packs[0];
            o->packs[1] = packs[1];
            break;
        case 'y': o->years = strtod(optarg, NULL); break;
        case 's': o->seeds = strtoull(optarg, NULL, 10); break;
        case 'f': o->from = strtoull(optarg, NULL, 10); break;
        case 't': o->twice = true; break;
        case 'o': o->only = optarg; break;
        case 'b': o->expect_broken = true; break;
        case 'v': o->verbose = true; break;
        case 'c': o->calm = true; break;
        case 'm': o->torture = (unsigned)strtoul(optarg, NULL, 10); break;
        default: return 2;
        }
    }
    return o->packs[0] && o->seeds > 0 && o->years > 0 ? 0 : 2;
}

int main(int argc, char **argv)
{
    struct options o = {.years = 1, .seeds = 1, .from = 1};
    static struct sim_result r;
    uint64_t events = 0, messages = 0, broken = 0, run = 0;
    if (options_read(&o, argc, argv)) {
        (void)fputs(USAGE, stderr);
        return 2;
    }
    if (o.torture) return torture_run(&o, &r) != 0;
    double const began = now_s();
    for (; run < o.seeds && !(o.expect_broken && broken); run++) {
        broken += !seed_run(&o, o.from + run, &r);
        events += r.events;
        messages += r.messages;
        (void)fflush(stdout);
    }
    double const took = now_s() - began;
    printf("%llu seeds, %.2f council-years%s, %llu broken; %.1f s: %.0f events/s, %.0f messages/s, "
           "%.2f council-years/s\n",
           (unsigned long long)run, o.years * (double)run / (double)o.seeds,
           o.twice ? " twice" : "", (unsigned long long)broken, took, (double)events / took,
           (double)messages / took, o.years * (double)run / (double)o.seeds / took);
    return o.expect_broken ? broken == 0 : broken != 0;
}
