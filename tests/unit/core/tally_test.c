// The counts of a report over random stories, each against a plain question asked of every story.
#include "tally.h"
#include "world.h"

#include <stdlib.h>

#define CASES 600
#define NAMES 7 // "", the others, two teams, three people or senders

static struct stories stories;
static struct tally tally;
static struct tally_ask ask;
static void *lent, *lent_too;
static uint64_t seed = 20260121;

static const int64_t FROM_MS = WORLD_NOW_MS, TO_MS = WORLD_NOW_MS + 200 * DAY_MS;

static uint32_t of(uint32_t n)
{
    return (uint32_t)(world_random(&seed) % n);
}

// An instant some days before, within or, at times, not at all.
static uint32_t some_time(uint32_t after_s)
{
    uint32_t const from_s = after_s ? after_s : (uint32_t)(FROM_MS / SECOND_MS) - 50 * 86400;
    return of(4) == 0 ? 0 : from_s + of(240 * 86400);
}

static void story_make(struct story *c)
{
    static const uint8_t kinds[] = {1, 1, KIND_LOG, KIND_ORGANISATION, KIND_DOMESTIC_ABUSE};
    static const uint8_t outcomes[] = {OUTCOME_UNSET, OUTCOME_MET, OUTCOME_MET, OUTCOME_NOT_MET,
                                       OUTCOME_OTHER};
    static const uint8_t states[] = {
        STATE_QUEUED,   STATE_IN_TRIAGE,   STATE_DECIDED_MET,    STATE_ENQUIRY,
        STATE_CLOSED,   STATE_CLOSED,      STATE_VOID,           STATE_HANDOVER_OFFERED,
        STATE_SCREENED, STATE_DECIDED_MET, STATE_ENQUIRY_REVIEW, STATE_OTHER_ENQUIRY};
    *c = (struct story){.kind = kinds[of(5)],
                        .state = states[of(12)],
                        .colour = (uint8_t)of(COLOUR_RED + 1),
                        .outcome = outcomes[of(5)],
                        .flags = (uint8_t)world_random(&seed),
                        .achieved = (uint8_t)of(7),
                        .risk = (uint8_t)of(7),
                        .cared = (uint8_t)of(8),
                        .verdict = (uint8_t)(1 + of(5)),
                        .verdicts = (uint8_t)of(3)};
    c->received_s = some_time(0);
    c->decide_by_s = some_time(c->received_s);
    c->taken_s = some_time(c->received_s);
    c->decided_s = some_time(c->received_s);
    c->told_s = c->decided_s ? some_time(c->decided_s) : 0;
    c->led_s = c->decided_s ? some_time(c->decided_s) : 0;
    c->closed_s = c->state == STATE_CLOSED ? some_time(c->decided_s) : 0;
    c->team = (uint16_t)(2 + of(2));
    uint16_t *const names[] = {&c->referrer, &c->taker, &c->holder, &c->decider,
                               &c->lead,     &c->rule,  &c->made};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) *names[i] = (uint16_t)of(NAMES);
}

static int setup(void **state)
{
    static const char *const ids[NAMES] = {"", "", "mash", "north", "ana", "ben", "cora"};
    (void)state;
    world_make();
    lent = calloc(1, stories_bytes(CASES));
    assert_non_null(lent);
    stories_init(&stories, lent, CASES, INT64_MAX);
    for (unsigned i = 2; i < NAMES; i++) id_copy(stories.names[i], ids[i]);
    stories.n_names = NAMES;
    stories.n = CASES;
    for (size_t no = 1; no <= CASES; no++) story_make(&stories.cases[no]);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    free(lent);
    free(lent_too);
    lent = lent_too = NULL;
    return 0;
}

static void count(size_t budget)
{
    free(lent_too);
    lent_too = calloc(1, tally_bytes(&stories));
    assert_non_null(lent_too);
    tally_init(&tally, lent_too, &stories, &ask);
    while (!tally_step(&tally, budget)) {
    }
    assert_true(tally_step(&tally, budget)); // and stays done
}

static bool counts(const struct story *c)
{
    bool const team = ask.n_only == 0 ||
                      strcmp(stories_name(&stories, c->team), ask.only[0]) == 0 ||
                      (ask.n_only > 1 && strcmp(stories_name(&stories, c->team), ask.only[1]) == 0);
    bool const log = c->kind == KIND_LOG && ask.kind != KIND_LOG;
    return c->received_s && c->state != STATE_VOID && c->kind != KIND_ORGANISATION && !log &&
           team && (ask.kind == 0 || c->kind == ask.kind);
}

static bool in_period(uint32_t s)
{
    return s && s * SECOND_MS >= ask.from_ms && s * SECOND_MS < ask.to_ms;
}

static bool undecided(const struct story *c)
{
    return c->state == STATE_QUEUED || c->state == STATE_IN_TRIAGE || c->state == STATE_SCREENED;
}

// Whoever has a case that waits, else nobody.
static unsigned with(const struct story *c)
{
    return c->state == STATE_IN_TRIAGE ? c->holder : 0;
}

static unsigned group(const struct story *c, unsigned worker)
{
    unsigned const by[] = {[TALLY_AREA] = 0,        [TALLY_TEAM] = c->team,
                           [TALLY_WORKER] = worker, [TALLY_PROVIDER] = c->referrer,
                           [TALLY_RULE] = c->rule,  [TALLY_DECISION] = c->made};
    return by[ask.by];
}

// The field of every cell is the number of the stories of its group and colour of which `yes`
// holds.
#define EACH(field, worker, yes)                                       \
    do {                                                               \
        uint32_t sums[NAMES][COLOUR_RED + 1] = {{0}};                  \
        for (size_t no = 1; no <= CASES; no++) {                       \
            struct story const *const c = &stories.cases[no];          \
            if (!counts(c) || !(yes)) continue;                        \
            sums[group(c, worker)][0]++;                               \
            if (c->colour)                                             \
                sums[group(c, worker)][c->colour]++;                   \
            else                                                       \
                sums[group(c, worker)][0] += COLOURLESS;               \
        }                                                              \
        for (unsigned g = 0; g < NAMES; g++)                           \
            for (unsigned k = 0; k <= COLOUR_RED; k++)                 \
                assert_int_equal(tally.cells[g][k].field, sums[g][k]); \
    } while (0)
#define COLOURLESS 1 // a colour of 0 is counted in its own cell and in that of all, which are one

static void all_counts_agree(void)
{
    uint32_t const to_s = (uint32_t)(ask.to_ms / SECOND_MS);
    EACH(arrived, 0, in_period(c->received_s));
    EACH(decided, c->decider, in_period(c->decided_s));
    EACH(late, c->decider, in_period(c->decided_s) && (c->flags & STORY_LATE));
    EACH(waiting, with(c), undecided(c));
    EACH(overdue, with(c), undecided(c) && c->decide_by_s && c->decide_by_s < to_s);
    EACH(bands[0], with(c), undecided(c) && (c->received_s > to_s || to_s - c->received_s < 86400));
    EACH(bands[3], with(c),
         undecided(c) && c->received_s <= to_s && to_s - c->received_s >= 8 * 86400 &&
             to_s - c->received_s < 29 * 86400);
    EACH(bands[5], with(c),
         undecided(c) && c->received_s <= to_s && to_s - c->received_s >= 91 * 86400);
    EACH(unled, 0, c->state == STATE_DECIDED_MET || c->state == STATE_HANDOVER_OFFERED);
    EACH(led, c->lead,
         c->state == STATE_ENQUIRY || c->state == STATE_ENQUIRY_REVIEW ||
             c->state == STATE_OTHER_ENQUIRY);
    EACH(owed, c->decider, in_period(c->decided_s) && (c->flags & STORY_OWED));
    EACH(told, c->decider, in_period(c->decided_s) && (c->flags & STORY_OWED) && c->told_s);
    EACH(unread, c->decider,
         in_period(c->decided_s) && (c->flags & STORY_OWED) && c->told_s &&
             !(c->flags & STORY_READ));
}

static void all_quality_agrees(void)
{
    uint8_t const changed = STORY_RAISED | STORY_LOWERED;
    EACH(quality.received, c->decided_s ? c->decider : with(c), in_period(c->received_s));
    EACH(quality.rerated, c->decided_s ? c->decider : with(c),
         in_period(c->received_s) && (c->flags & changed));
    EACH(quality.undecided, c->decided_s ? c->decider : with(c),
         in_period(c->received_s) && undecided(c));
    EACH(quality.met, c->decided_s ? c->decider : with(c),
         in_period(c->received_s) && !undecided(c) && c->outcome == OUTCOME_MET);
    EACH(quality.other, c->decided_s ? c->decider : with(c),
         in_period(c->received_s) && !undecided(c) && c->outcome == OUTCOME_OTHER);
    EACH(quality.reopened, c->decider, in_period(c->decided_s) && (c->flags & STORY_REOPENED));
    EACH(quality.challenged, c->decider, in_period(c->decided_s) && (c->flags & STORY_CHALLENGED));
#define ANSWERED(v) (in_period(c->decided_s) && (c->flags & STORY_CHALLENGED) && c->verdicts && (v))
    EACH(quality.upheld, c->decider, ANSWERED(c->verdict == VERDICT_UPHELD));
    EACH(quality.part_upheld, c->decider, ANSWERED(c->verdict == VERDICT_PART_UPHELD));
    EACH(quality.not_upheld, c->decider, ANSWERED(c->verdict == VERDICT_NOT_UPHELD));
    EACH(quality.out_of_scope, c->decider, ANSWERED(c->verdict >= VERDICT_OUT_OF_SCOPE));
#define ENDED (c->outcome == OUTCOME_MET && c->state == STATE_CLOSED && in_period(c->closed_s))
    EACH(quality.ended, c->lead, ENDED);
    EACH(quality.fully, c->lead, ENDED && c->achieved == ACHIEVED_FULLY);
    EACH(quality.partly, c->lead, ENDED && c->achieved == ACHIEVED_PARTLY);
    EACH(quality.not_achieved, c->lead, ENDED && c->achieved == ACHIEVED_NOT);
    EACH(quality.none_expressed, c->lead, ENDED && c->achieved == ACHIEVED_NONE_EXPRESSED);
    EACH(quality.not_asked, c->lead, ENDED && c->achieved == ACHIEVED_NOT_ASKED);
    EACH(quality.adult_told, c->lead, ENDED && (c->cared & CARED_TOLD));
    EACH(quality.advocate, c->lead, ENDED && (c->cared & CARED_ADVOCATE));
    EACH(quality.remained, c->lead, ENDED && c->risk == 3);
    EACH(quality.planned, c->lead, ENDED && c->risk == 3 && (c->cared & CARED_PLAN));
}

static void every_count_is_what_a_plain_question_counts(void **state)
{
    static const int of_kind[] = {0, 1, KIND_LOG, KIND_DOMESTIC_ABUSE};
    (void)state;
    for (unsigned round = 0; round < 60; round++) {
        ask = (struct tally_ask){.by = (enum tally_by)(round % 6),
                                 .from_ms = FROM_MS,
                                 .to_ms = round % 5 ? TO_MS : TO_MS - 150 * DAY_MS,
                                 .kind = of_kind[round / 6 % 4],
                                 .n_only = round % 3};
        id_copy(ask.only[0], "north");
        id_copy(ask.only[1], "mash");
        count(1 + of(5000) + 8);
        all_counts_agree();
        all_quality_agrees();
    }
}

static void the_oldest_that_waits_is_named(void **state)
{
    uint32_t oldest_s = UINT32_MAX;
    (void)state;
    ask = (struct tally_ask){.from_ms = FROM_MS, .to_ms = TO_MS};
    count(100);
    for (size_t no = 1; no <= CASES; no++) {
        struct story const *const c = &stories.cases[no];
        if (counts(c) && undecided(c) && c->received_s < oldest_s) oldest_s = c->received_s;
    }
    assert_int_equal(tally.cells[0][0].oldest_s, oldest_s);
}

static void each_wait_has_its_word(void **state)
{
    (void)state;
    assert_string_equal(tally_wait_word(WAIT_TOLD), "told");
    assert_string_equal(tally_wait_word(WAIT_COUNT), "?");
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    struct CMUnitTest const tests[] = {
        T(every_count_is_what_a_plain_question_counts),
        T(the_oldest_that_waits_is_named),
        T(each_wait_has_its_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
