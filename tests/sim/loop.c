// The machine under the house: turns of its loop, the disk, crashes at the worst instants,
// restarts.
#include "office.h"
#include "scarce.h"
#include "sim.h"

#include <stdio.h>
#include <string.h>

static void loop_plan(struct sim *s, int64_t at_us);

static void loop_after(struct sim *s);

// --- The disk. ---

static int64_t disk_us(struct sim *s)
{
    int64_t const us = dice_between(&s->disk, 300, 4000);
    if (s->loop.slow_until_us > s->wheel.now_us) return us * 500;
    return dice_chance(&s->disk, 10) ? us * 50 : us;
}

// A crash is worth most while somebody waits for what is being written: a worker for a command, a
// referrer for a receipt.
static bool loop_aimed(const struct sim *s, enum fault_kind kind)
{
    if (kind == FAULT_CRASH_APPENDED) return office_waits(s->office);
    return kind != FAULT_CRASH_SYNCED || oracle_waits(s->oracle);
}

static bool loop_struck(struct sim *s, enum fault_kind kind)
{
    if (s->loop.armed != kind) return false;
    if (!loop_aimed(s, kind) && !dice_chance(&s->fate, 50)) return false;
    s->loop.armed = FAULT_KINDS;
    return true;
}

static void on_disk(void *ctx, uint64_t generation)
{
    struct sim *s = ctx;
    if (generation != s->loop.generation) return;
    s->loop.disk_asked = false;
    if (loop_struck(s, FAULT_CRASH_APPENDED)) {
        loop_crash(s, false);
        return;
    }
    if (loop_struck(s, FAULT_CRASH_SYNCED)) {
        loop_crash(s, true);
        return;
    }
    house_ledger(s->house, true, sim_now(s));
    if (!house_up(s->house)) {
        loop_crash(s, false); // It halted: nothing was in flight any more.
        return;
    }
    if (loop_struck(s, FAULT_CRASH_SAID)) {
        loop_crash(s, dice_chance(&s->fate, 500));
        return;
    }
    loop_after(s);
    loop_touch(s);
}

static void on_ledger(void *ctx, uint64_t generation)
{
    struct sim *s = ctx;
    if (generation != s->loop.generation) return;
    s->loop.ledger_asked = false;
    house_ledger(s->house, false, sim_now(s));
    loop_after(s);
    loop_touch(s);
}

// --- Turns. ---

// Whatever ran, the disk may have work now.
static void loop_after(struct sim *s)
{
    struct loop *l = &s->loop;
    if (!house_up(s->house)) return;
    if (house_flying(s->house) && !l->disk_asked) {
        l->disk_asked = true;
        wheel_in(&s->wheel, disk_us(s), on_disk, s, l->generation);
    }
    if (house_woken(s->house) && !l->ledger_asked) {
        l->ledger_asked = true;
        wheel_in(&s->wheel, dice_between(&s->disk, 50, 1500), on_ledger, s, l->generation);
    }
}

static void on_turn(void *ctx, uint64_t order)
{
    struct sim *s = ctx;
    if (order != s->loop.turn_order || !house_up(s->house)) return;
    s->loop.turn_at_us = INT64_MAX;
    struct house_time const now = sim_now(s);
    int64_t const next_ms = house_turn(s->house, now);
    loop_after(s);
    if (!house_up(s->house)) return;
    // Idle, it asks to be called each second; a machine that is asleep or busy comes late.
    int64_t const wait_ms = next_ms == INT64_MAX ? DAY / MS : next_ms - now.mono_ms;
    int64_t const wait_us = (wait_ms < 1 ? 1 : wait_ms) * MS;
    loop_plan(s, s->wheel.now_us + (wait_us > 900 * MS ? s->loop.idle_us : wait_us));
}

static void loop_plan(struct sim *s, int64_t at_us)
{
    if (s->loop.turn_at_us <= at_us) return;
    s->loop.turn_at_us = at_us;
    wheel_at(&s->wheel, at_us, on_turn, s, ++s->loop.turn_order);
}

void loop_touch(struct sim *s)
{
    if (!house_up(s->house)) return;
    loop_after(s);
    loop_plan(s, s->wheel.now_us + dice_between(&s->machine, 0, 2 * MS));
}

// --- Up and down. ---

static void on_restart(void *ctx, uint64_t generation)
{
    struct sim *s = ctx;
    char why[300] = "";
    unsigned const refused = scarce_failed();
    if (generation != s->loop.generation || house_up(s->house)) return;
    if (house_start(s->house, sim_now(s), why, sizeof why)) {
        oracle_up(s->oracle, true);
        loop_touch(s);
    } else if (scarce_failed() > refused) { // For want of memory: later, when there is some.
        scarce_end();
        loop_restart_in(s, 5 * SECOND);
    } else {
        char text[360];
        (void)snprintf(text, sizeof text, "it does not start again: %s", why);
        oracle_broken(s->oracle, text);
    }
}

void loop_restart_in(struct sim *s, int64_t us)
{
    wheel_in(&s->wheel, us, on_restart, s, s->loop.generation);
}

static void loop_down(struct sim *s)
{
    s->loop.generation++;
    s->loop.turn_order++;
    s->loop.turn_at_us = INT64_MAX;
    s->loop.disk_asked = s->loop.ledger_asked = false;
    s->loop.armed = FAULT_KINDS;
    oracle_up(s->oracle, false);
    net_house_gone(s);
    loop_restart_in(s, dice_wait(&s->fate, 20 * SECOND) + SECOND);
}

void loop_crash(struct sim *s, bool turn_on_disk)
{
    trace_add(&s->trace, 5, turn_on_disk, NULL, 0);
    house_crash(s->house, turn_on_disk);
    loop_down(s);
}

static void on_drained(void *ctx, uint64_t generation)
{
    struct sim *s = ctx;
    if (generation != s->loop.generation) return;
    if (!house_drained(s->house)) {
        wheel_in(&s->wheel, 10 * MS, on_drained, s, generation);
        return;
    }
    house_stop(s->house);
    loop_down(s);
}

void loop_stop(struct sim *s)
{
    if (!house_up(s->house)) return;
    house_drain(s->house);
    loop_touch(s);
    wheel_in(&s->wheel, 10 * MS, on_drained, s, s->loop.generation);
}

void loop_start(struct sim *s)
{
    s->loop = (struct loop){.turn_at_us = INT64_MAX,
                            .armed = FAULT_KINDS,
                            .idle_us = dice_between(&s->machine, 10, 120) * SECOND};
    loop_restart_in(s, 0);
}
