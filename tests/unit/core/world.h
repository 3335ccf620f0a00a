// world.h - a small made-up council for the tests of the rules: its teams, people, keys and clocks.
#ifndef TRIAGED_TEST_WORLD_H
#define TRIAGED_TEST_WORLD_H

#include "receive.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

// A Wednesday, 10:00 in London, in winter.
#define WORLD_NOW_MS INT64_C(1768989600000)

// Everyone who can ask for something, by the name that the tables of the tests use.
enum who_asks {
    THE_CLOCK,
    THE_REFERRER,
    OTHER_PROVIDER,
    ANA,    // MASH worker at the first MASH desk
    BEN,    // MASH worker at the second
    MARY,   // MASH manager with her own key
    MAX,    // MASH manager at the first MASH desk
    NORA,   // duty worker for nights and weekends
    CORA,   // community worker, north
    CARL,   // community manager, north
    SUE,    // community worker, south
    GONE,   // MASH worker who left
    NOBODY, // the MASH desk without a named worker
    AUDITOR,
    OPERATOR,
    PARTNER, // a surgery: asked, or enquiring
    WHO_ASKS_COUNT
};
extern const char *const WHO_ASKS_NAMES[WHO_ASKS_COUNT];

extern struct calendar world_calendar; // Monday to Friday, 9 to 5, cut-off 13:00
extern struct clocks world_clocks;     // as the design's defaults
extern struct rules world_rules;
void world_make(void); // before each use; gives everyone their right roles again
struct principal *world_principal(const char *id);
struct worker *world_worker(const char *id);
struct actor world_actor(enum who_asks who);

// A case of home-a's, just received.
struct casefile world_case(uint64_t no, enum colour colour, struct now now);
// A case in this state as it would be, held or led by Ana where someone must.
struct casefile world_case_in(enum state state, struct now now);
// Gives the case an errand as it would be, of the partner, a manager or nobody; for its commands.
void world_errand(struct casefile *f, enum command_kind command, struct now now);
// What an outcome left in its result outlives it from now on.
void world_keep(struct casefile *after);
// A command with everything in it that any guard asks for.
struct command world_command(enum command_kind kind, enum who_asks who, const struct casefile *f);
int32_t world_limbs(enum answer a, enum answer b, enum answer c);

struct now world_now(int64_t utc_ms);
uint64_t world_random(uint64_t *seed);

#endif
