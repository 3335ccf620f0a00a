// loop.h - the machine turns: one libuv loop, one clock, one function that does everything in
// order. Handles only wake it.  It owns every part of the shell; the desk is borrowed.
#ifndef TRIAGED_LOOP_H
#define TRIAGED_LOOP_H

#include "clamd.h"
#include "config.h"
#include "door.h"
#include "log.h"
#include "metrics.h"
#include "ops.h"
#include "pager.h"
#include "roster.h"
#include "service.h"
#include "watch.h"
#include "witness.h"

#include <uv.h>

#define SHELL_SIGNALS 3

struct shell {
    struct config config;
    struct log log;
    struct metrics metrics;
    struct port port; // what the desk speaks through
    struct door door;
    struct ops ops;
    struct watch watch;
    struct pager pager;
    struct clamd clamd;
    struct service service;
    struct witness witness; // opened by the caller before shell_run
    struct desk *desk;
    struct ledger *ledger;
    struct policy *policy; // in force; owned here once shell_run began, replaced by a reload
    struct roster *roster; // likewise
    struct desk_hooks hooks;

    uv_loop_t uv;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t awake;
    uv_timer_t timer;
    uv_async_t ledger_news;
    uv_signal_t signals[SHELL_SIGNALS];

    struct now now;
    bool due; // the timer ran out
    bool ledger_woke, reload_asked, draining, halted;
    int64_t drain_until_ms;
    int exit_code;
};

struct now shell_clock(void); // the only place that reads one

// Makes the loop and the context, fills s->port; binds nothing.  `config` is copied.  On failure
// `why` gets a sentence and nothing is left open.
enum err shell_open(struct shell *s, const struct config *config,
                    const uint8_t server_secret[KEY_BYTES], char *why, size_t size);
void shell_ledger_wake(void *shell); // struct ledger_settings.wake: from any thread
// Binds, tests the door, serves until a signal or a halt; returns the exit code.  Takes `policy`
// and `roster` over.
int shell_run(struct shell *s, struct desk *desk, struct ledger *ledger, struct policy *policy,
              struct roster *roster);
void shell_close(struct shell *s);

// reload.c.  Files are read whole, or nothing changes; `problem` gets the first trouble as a
// sentence.
enum err shell_reload(struct shell *s, char *problem, size_t size); // everything
enum err shell_reload_registry(struct shell *s, char *problem,
                               size_t size); // principals and workers
void shell_gauge_registry(struct shell *s);
// Puts it in force, and closes the one before.
void shell_take_policy(struct shell *s, struct policy *policy);

#endif
