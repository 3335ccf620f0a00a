// One history, from its seed.
#include "sim.h"
#include "office.h"
#include "scarce.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MONDAY_MS  INT64_C(1767605400000) // 2026-01-05T09:30Z
#define SETTLE_MAX (4 * DAY)
#define WEEK       (7 * DAY)

int64_t sim_utc_ms(const struct sim *s)
{
    return s->base_utc_ms + s->wheel.now_us / 1000 + s->step_ms;
}

struct house_time sim_now(const struct sim *s)
{
    return (struct house_time){sim_utc_ms(s), 1000000 + s->wheel.now_us / 1000};
}

void sim_tell_people(struct sim *s)
{
    house_people(s->house, s->keys, WHO_COUNT, s->workers, WORKER_COUNT, house_up(s->house),
                 sim_now(s));
    loop_touch(s);
}

void sim_step_clock(struct sim *s, int64_t ms)
{
    oracle_excused(s->oracle, true); // until the operator has looked
    oracle_stepped(s->oracle);
    s->step_ms += ms;
    loop_touch(s);
}

// --- The parts of a history. ---

static void sim_begin(struct sim *s, const char *const packs[2])
{
    dice_seed(&s->net, s->seed, "net", 0);
    dice_seed(&s->disk, s->seed, "disk", 0);
    dice_seed(&s->machine, s->seed, "machine", 0);
    dice_seed(&s->fate, s->seed, "fate", 0);
    s->base_utc_ms = MONDAY_MS + dice_between(&s->fate, 0, 300) * (DAY / 1000);
    memcpy(s->keys, KEYS, sizeof s->keys);
    memcpy(s->workers, WORKERS, sizeof s->workers);
    s->oracle = oracle_make(s);
    net_init(s, packs);
    sim_tell_people(s);
    oracle_up(s->oracle, false);
    loop_start(s);
    for (int i = 0; i < REFERRER_COUNT; i++) s->referrers[i] = referrer_make(s, (enum who)i);
    s->office = office_make(s);
    s->minder = minder_make(s);
}

static void sim_until(struct sim *s, int64_t until_us)
{
    while (!oracle_verdict(s->oracle)[0] && wheel_step(&s->wheel, until_us)) {
    }
    if (!oracle_verdict(s->oracle)[0] && s->wheel.now_us < until_us) s->wheel.now_us = until_us;
}

static bool sim_settled(struct sim *s, char *why, size_t size)
{
    for (int i = 0; i < REFERRER_COUNT; i++)
        if (!referrer_settled(s->referrers[i], why, size)) return false;
    return office_settled(s->office, why, size);
}

// Faults are over: everything that was begun comes to its end.
static void sim_settle(struct sim *s)
{
    char why[200] = "";
    int64_t const until_us = s->wheel.now_us + SETTLE_MAX;
    while (!oracle_verdict(s->oracle)[0] && s->wheel.now_us < until_us) {
        sim_until(s, s->wheel.now_us + 10 * MINUTE);
        if (sim_settled(s, why, sizeof why)) return;
    }
    oracle_brokenf(s->oracle, "four days after the last fault %s", why);
}

static void sim_audit(struct sim *s)
{
    char why[100] = "";
    int64_t const until_us = s->wheel.now_us + DAY;
    minder_audit(s->minder);
    while (!oracle_verdict(s->oracle)[0] && !minder_done(s->minder, why, sizeof why) &&
           s->wheel.now_us < until_us)
        sim_until(s, s->wheel.now_us + MINUTE);
    if (!minder_done(s->minder, why, sizeof why)) oracle_broken(s->oracle, why);
    sim_settle(s);
    if (!oracle_verdict(s->oracle)[0]) oracle_finish(s->oracle);
}

static void sim_prove(struct sim *s, uint64_t *records)
{
    char problem[300] = "";
    while (house_flying(s->house) && !oracle_verdict(s->oracle)[0])
        sim_until(s, s->wheel.now_us + SECOND);
    if (oracle_verdict(s->oracle)[0]) return;
    if (!house_verify(s->house, records, problem, sizeof problem))
        oracle_brokenf(s->oracle, "the ledger does not hold: %s", problem);
}

static void sim_faults(struct sim *s, const bool *keep)
{
    s->n_faults = faults_draw(s, s->faults);
    for (size_t i = 0; i < s->n_faults; i++)
        if (!keep || keep[i]) wheel_at(&s->wheel, s->faults[i].at_us, fault_strike, s, i);
}

static void sim_report(const struct sim *s, struct sim_result *out)
{
    size_t at = 0;
    (void)snprintf(out->broken, sizeof out->broken, "%s", oracle_verdict(s->oracle));
    out->hash = s->trace.hash;
    out->events = s->wheel.order;
    out->messages = s->messages;
    out->broken_day = s->wheel.now_us / DAY;
    out->n_faults = s->n_faults;
    oracle_figures(s->oracle, &out->concerns, &out->notices);
    out->coverage[0] = 0;
    oracle_states(s->oracle, out->states);
    for (unsigned i = 0; i < s->office->n_words && at + 48 < sizeof out->coverage; i++)
        at += (size_t)snprintf(out->coverage + at, sizeof out->coverage - at, "%s %u%s, ",
                               s->office->words[i].word, s->office->words[i].done,
                               s->office->words[i].speakable ? "" : " (no request)");
}

void sim_run(uint64_t seed, int64_t length_us, const bool *keep, const char *const packs[2],
             struct sim_result *out, struct fault *faults)
{
    struct sim *s = calloc(1, sizeof *s);
    if (!s) abort();
    *out = (struct sim_result){0};
    s->seed = seed;
    s->end_us = length_us;
    sim_begin(s, packs);
    sim_faults(s, keep);
    sim_until(s, s->end_us);
    s->quiet = true;
    scarce_end();
    referrers_quiet(s);
    // Windows that are still open close by themselves, the longest within five days; a history of a
    // day has none.
    sim_until(s, s->end_us + (s->end_us < WEEK ? DAY : 5 * DAY));
    sim_settle(s);
    if (!oracle_verdict(s->oracle)[0]) sim_audit(s);
    if (!oracle_verdict(s->oracle)[0]) sim_prove(s, &out->records);
    sim_report(s, out);
    if (faults) memcpy(faults, s->faults, s->n_faults * sizeof *faults);
    for (int i = 0; i < REFERRER_COUNT; i++) referrer_free(s->referrers[i]);
    office_free(s->office);
    minder_free(s->minder);
    house_free(s->house);
    oracle_free(s->oracle);
    wheel_free(&s->wheel);
    free(s);
}
