#include "judge.h"

#include <string.h>

struct now now;

int judge_setup(void **state)
{
    (void)state;
    world_make();
    now = world_now(WORLD_NOW_MS);
    return 0;
}

struct command_result result;

enum err apply(const struct casefile *f, const struct command *c, struct casefile *after)
{
    enum err const e = command_apply(&world_rules, f, c, now, after, &result);
    if (e == OK) world_keep(after);
    return e;
}

struct casefile must(const struct casefile *f, struct command c)
{
    struct casefile after;
    enum err const e = apply(f, &c, &after);
    if (e) print_message("%s: %s\n", command_word(c.kind), result.refusal);
    assert_int_equal(e, OK);
    return after;
}

struct casefile done(const struct casefile *f, enum command_kind kind, enum who_asks who)
{
    return must(f, world_command(kind, who, f));
}

void refused(const struct casefile *f, struct command c, enum err e, const char *field)
{
    struct casefile after;
    memset(&after, 0x5a, sizeof(after));
    struct casefile const untouched = after;
    assert_int_equal(apply(f, &c, &after), e);
    assert_memory_equal(&after, &untouched, sizeof(after));
    assert_true(strlen(result.refusal) > 10);
    if (field) assert_string_equal(result.field, field);
}

struct command not_met(enum who_asks who, const struct casefile *f)
{
    struct command c = world_command(COMMAND_DECIDE, who, f);
    c.outcome = OUTCOME_NOT_MET;
    c.limbs = world_limbs(ANSWER_YES, ANSWER_YES, ANSWER_NO);
    c.not_met_reason = NOT_MET_CAN_PROTECT_SELF;
    return c;
}

struct casefile triaged(enum colour colour)
{
    struct casefile const f = world_case(1, colour, now);
    return done(&f, COMMAND_CLAIM, ANA);
}
