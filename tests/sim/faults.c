// What befalls the council.  A history's list is drawn before it begins, so that one that broke a
// promise can be run again with fewer.
#include "scarce.h"
#include "sim.h"

// X(kind, word, times a year, least and most of its argument)
#define FAULT_LIST(X)                                    \
    X(FAULT_CRASH, "crash", 20, 0, 1)                    \
    X(FAULT_CRASH_APPENDED, "crash_appended", 100, 0, 0) \
    X(FAULT_CRASH_SYNCED, "crash_synced", 80, 0, 0)      \
    X(FAULT_CRASH_SAID, "crash_said", 40, 0, 0)          \
    X(FAULT_CRASH_AT_SWAP, "crash_at_swap", 10, 0, 1)    \
    X(FAULT_STOP, "stop", 12, 0, 0)                      \
    X(FAULT_WRITE_LOST, "write_lost", 6, 1, 20)          \
    X(FAULT_WRITE_UNTOLD, "write_untold", 6, 1, 20)      \
    X(FAULT_WRITE_FENCED, "write_fenced", 2, 1, 20)      \
    X(FAULT_READ, "read_fails", 40, 1, 4)                \
    X(FAULT_MALLOC, "malloc_fails", 60, 1, 40)           \
    X(FAULT_NO_MEMORY, "no_memory", 12, 1, 40)           \
    X(FAULT_DISK_SLOW, "disk_slow", 12, 60, 1800)        \
    X(FAULT_DISK_LOW, "disk_low", 4, 60, 7200)           \
    X(FAULT_DISK_FULL, "disk_full", 2, 60, 3600)         \
    X(FAULT_UTC_STEP, "utc_step", 4, -7200, 7200)        \
    X(FAULT_STORM, "storm", 30, 600, 14400)              \
    X(FAULT_AWAY, "away", 60, 10, 40000)                 \
    X(FAULT_STUCK, "stuck", 60, 10, 7200)                \
    X(FAULT_RESET, "reset", 120, 0, 0)                   \
    X(FAULT_CLIENT, "client_dies", 60, 0, 0)             \
    X(FAULT_FLOOD, "flood", 4, 20, 200)                  \
    X(FAULT_POLICY, "policy", 12, 0, 1)                  \
    X(FAULT_KEY, "key_revoked", 40, 600, 200000)         \
    X(FAULT_WORKER, "worker_leaves", 12, 3600, 400000)   \
    X(FAULT_STRANGER, "stranger", 30, 1, 40)
#define FAULT_WORD(kind, word, yearly, least, most) [kind] = (word),
#define FAULT_ROW(kind, word, yearly, least, most)  {(kind), (yearly), (least), (most)},

const char *const FAULT_WORDS[FAULT_KINDS] = {FAULT_LIST(FAULT_WORD)};
static const struct {
    enum fault_kind kind;
    unsigned yearly;
    int64_t least, most;
} RATES[] = {FAULT_LIST(FAULT_ROW)};

size_t faults_draw(struct sim *s, struct fault out[FAULTS_MAX])
{
    struct dice d;
    size_t n = 0;
    dice_seed(&d, s->seed, "faults", 0);
    for (size_t i = 0; i < FAULT_KINDS; i++) {
        uint64_t const many = (uint64_t)RATES[i].yearly * (uint64_t)(s->end_us / HOUR);
        uint64_t count = many / 8760 + (dice_roll(&d, 8760) < many % 8760);
        if (dice_chance(&d, 200)) count = 0; // Some histories know nothing of some trouble.
        for (; count > 0 && n < FAULTS_MAX; count--)
            out[n++] = (struct fault){.at_us = (int64_t)dice_roll(&d, (uint64_t)s->end_us),
                                      .arg = dice_between(&d, RATES[i].least, RATES[i].most),
                                      .kind = RATES[i].kind,
                                      .who = (enum who)dice_roll(&d, WHO_COUNT)};
    }
    return n;
}

// --- Changes of rules and people, alone or with a crash on their heels. ---

static void policy_swap(struct sim *s)
{
    if (!house_up(s->house)) return;
    s->pack ^= 1;
    oracle_policy(s->oracle, s->pack);
    house_policy(s->house, s->pack, sim_now(s));
    loop_touch(s);
}

static void on_key_back(void *ctx, uint64_t who)
{
    struct sim *s = ctx;
    s->keys[who].active = true;
    oracle_key(s->oracle, (enum who)who, true);
    sim_tell_people(s);
}

static void on_revoke(void *ctx, uint64_t seconds)
{
    struct sim *s = ctx;
    enum who const who = s->revoke;
    if (!s->keys[who].active || s->quiet) return;
    s->keys[who].active = false;
    oracle_key(s->oracle, who, false);
    sim_tell_people(s);
    wheel_in(&s->wheel, (int64_t)seconds * SECOND, on_key_back, s, who);
}

void key_revoke_now(struct sim *s)
{
    wheel_in(&s->wheel, dice_between(&s->fate, 0, 5 * MS), on_revoke, s,
             (uint64_t)(s->revoke_us / SECOND));
    s->revoke_us = 0;
}

static void key_revoke(struct sim *s, enum who who, int64_t seconds)
{
    if (who == OPERATOR || who == AUDITOR) return;
    s->revoke = who;
    s->revoke_us = seconds * SECOND;
    if (dice_chance(&s->fate, 300)) key_revoke_now(s);
}

static void on_worker_back(void *ctx, uint64_t worker)
{
    struct sim *s = ctx;
    s->workers[worker].active = true;
    sim_tell_people(s);
}

static void worker_leave(struct sim *s, unsigned worker, int64_t seconds)
{
    s->workers[worker].active = false;
    sim_tell_people(s);
    wheel_in(&s->wheel, seconds * SECOND, on_worker_back, s, worker);
}

static void on_disk_free(void *ctx, uint64_t number)
{
    struct sim *s = ctx;
    (void)number;
    house_space(s->house, INT64_MAX);
    loop_touch(s);
}

static void disk_fill(struct sim *s, int64_t free_bytes, int64_t seconds)
{
    oracle_excused(s->oracle, true); // until the operator sees that it is over
    house_space(s->house, free_bytes);
    wheel_in(&s->wheel, seconds * SECOND, on_disk_free, s, 0);
}

// --- Striking. ---

static void strike_house(struct sim *s, const struct fault *f)
{
    switch (f->kind) {
    case FAULT_CRASH: loop_crash(s, f->arg != 0); break;
    case FAULT_CRASH_APPENDED:
    case FAULT_CRASH_SYNCED:
    case FAULT_CRASH_SAID: s->loop.armed = f->kind; break;
    case FAULT_CRASH_AT_SWAP:
        if (f->arg)
            policy_swap(s);
        else
            key_revoke(s, f->who, 3600);
        if (s->revoke_us) key_revoke_now(s);
        s->loop.armed = dice_chance(&s->fate, 500) ? FAULT_CRASH_APPENDED : FAULT_CRASH_SYNCED;
        break;
    case FAULT_STOP: loop_stop(s); break;
    case FAULT_WRITE_LOST: house_write_fault(s->house, WRITE_LOST, (unsigned)f->arg); break;
    case FAULT_WRITE_UNTOLD: house_write_fault(s->house, WRITE_UNTOLD, (unsigned)f->arg); break;
    case FAULT_WRITE_FENCED: house_write_fault(s->house, WRITE_FENCED, (unsigned)f->arg); break;
    case FAULT_READ: house_read_fault(s->house, (unsigned)f->arg); break;
    case FAULT_POLICY: policy_swap(s); break;
    default: break;
    }
}

static void on_memory(void *ctx, uint64_t number)
{
    (void)ctx;
    (void)number;
    scarce_end();
}

static void strike_world(struct sim *s, const struct fault *f)
{
    enum who const referrer = (enum who)(f->who % REFERRER_COUNT);
    struct line *l = &s->lines[f->who];
    switch (f->kind) {
    case FAULT_MALLOC: scarce_fail((unsigned)f->arg, false); break;
    case FAULT_NO_MEMORY:
        scarce_fail((unsigned)f->arg, true);
        wheel_in(&s->wheel, f->arg * MINUTE, on_memory, s, 0);
        break;
    case FAULT_DISK_SLOW: s->loop.slow_until_us = s->wheel.now_us + f->arg * SECOND; break;
    case FAULT_DISK_LOW: disk_fill(s, 1 << 27, f->arg); break;
    case FAULT_DISK_FULL: disk_fill(s, 1 << 10, f->arg); break;
    case FAULT_UTC_STEP: sim_step_clock(s, f->arg * 1000); break;
    case FAULT_STORM: net_storm(s, f->arg * SECOND); break;
    case FAULT_AWAY: net_away(l, f->arg * SECOND); break;
    case FAULT_STUCK: net_stuck(l, f->arg * SECOND); break;
    case FAULT_RESET: net_lose(l); break;
    case FAULT_CLIENT: referrer_crash(s->referrers[referrer]); break;
    case FAULT_FLOOD: referrer_flood(s->referrers[referrer], (unsigned)f->arg); break;
    case FAULT_KEY: key_revoke(s, f->who, f->arg); break;
    case FAULT_WORKER: worker_leave(s, (unsigned)f->arg % WORKER_COUNT, f->arg); break;
    case FAULT_STRANGER: stranger_act(s, (uint64_t)f->arg); break;
    default: break;
    }
}

void fault_strike(void *ctx, uint64_t number)
{
    struct sim *s = ctx;
    struct fault const *f = &s->faults[number];
    if (s->quiet) return;
    trace_add(&s->trace, 6, f->kind, NULL, 0);
    if (house_up(s->house)) strike_house(s, f);
    strike_world(s, f);
}
