// What reports are made of: how long things took with those still waiting counted, and the stories
// of cases as their events tell them.
#include "tally.h"
#include "world.h"

#include <stdlib.h>

// --- Waits. ---

#define MOST 4000

static uint64_t samples[MOST], spare[MOST];

static void sort_all(size_t n, size_t budget)
{
    struct wait_sort s = {.samples = samples, .spare = spare, .n = n};
    while (!wait_sort_step(&s, budget)) {
    }
    assert_ptr_equal(s.samples, samples);
}

static struct wait_figures figures_of(size_t n, size_t budget)
{
    struct wait_fold f = {.samples = samples, .n = n};
    uint64_t run = 0;
    enum wait_fold_state state;
    while ((state = wait_fold_step(&f, budget, &run)) == WAIT_FOLD_MORE) {
    }
    assert_int_equal(state, WAIT_FOLD_RUN);
    return f.figures;
}

static void a_sort_in_any_steps_is_a_sort(void **state)
{
    uint64_t seed = 11;
    (void)state;
    for (size_t budget = 1; budget < 3000; budget = budget * 3 + 1) {
        size_t const n = 257;
        for (size_t i = 0; i < n; i++)
            samples[i] =
                wait_sample((unsigned)(world_random(&seed) & 0xffff), (unsigned)i % 5,
                            (unsigned)i % 4, (int64_t)(world_random(&seed) % 100000), i % 3 == 0);
        sort_all(n, budget);
        for (size_t i = 1; i < n; i++) assert_true(samples[i - 1] <= samples[i]);
    }
}

static void with_nobody_waiting_half_and_nine_in_ten_are_plain_counts(void **state)
{
    (void)state;
    for (size_t n = 1; n <= 100; n++) {
        for (size_t i = 0; i < n; i++) samples[i] = wait_sample(0, 0, 0, (int64_t)(i + 1), false);
        struct wait_figures const f = figures_of(n, 7);
        assert_int_equal(f.begun, n);
        assert_int_equal(f.over, n);
        assert_int_equal(f.half.minutes, (n + 1) / 2); // the least by which half were over
        assert_true(f.half.reached && f.most.reached);
        assert_int_equal(f.most.minutes, (9 * n + 9) / 10);
    }
}

// Ten cases; three quick ones decided, seven still waiting.  The mean of what was decided is two
// minutes; half of all were not over by the longest wait seen.
static void a_backlog_cannot_flatter(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++) samples[i] = wait_sample(0, 0, 0, (int64_t)(i + 1), false);
    for (size_t i = 3; i < 10; i++) samples[i] = wait_sample(0, 0, 0, 5000, true);
    struct wait_figures const f = figures_of(10, 100);
    assert_false(f.half.reached);
    assert_int_equal(f.half.minutes, 5000);
    assert_int_equal(f.waiting, 7);
    assert_int_equal(f.longest_waiting, 5000);
}

// Kaplan and Meier's own way, over distinct minutes: at each, the share left is cut by those over
// of those who had not left before.
static uint32_t estimate(size_t n, double wanted, bool *reached)
{
    double left = 1;
    for (size_t i = 0; i < n;) {
        uint64_t const minute = samples[i] >> 1;
        size_t over = 0, all = 0;
        for (size_t k = i; k < n && samples[k] >> 1 == minute; k++, all++)
            over += !(samples[k] & 1);
        left *= 1 - (double)over / (double)(n - i);
        if (left <= wanted + 1e-9) {
            *reached = true;
            return (uint32_t)(minute & WAIT_MINUTES_MAX);
        }
        i += all;
    }
    *reached = false;
    return (uint32_t)(samples[n - 1] >> 1 & WAIT_MINUTES_MAX);
}

static void those_still_waiting_count_as_kaplan_and_meier_count_them(void **state)
{
    uint64_t seed = 5;
    (void)state;
    for (int round = 0; round < 300; round++) {
        size_t const n = 1 + world_random(&seed) % 200;
        for (size_t i = 0; i < n; i++)
            samples[i] = wait_sample(3, 1, 2, (int64_t)(world_random(&seed) % 50),
                                     world_random(&seed) % 3 == 0);
        sort_all(n, 64);
        struct wait_figures const f = figures_of(n, 9);
        bool reached = false;
        assert_int_equal(f.half.minutes, estimate(n, 0.5, &reached));
        assert_int_equal(f.half.reached, reached);
        assert_int_equal(f.most.minutes, estimate(n, 0.1, &reached));
        assert_int_equal(f.most.reached, reached);
        assert_int_equal(f.over + f.waiting, n);
    }
}

// --- Stories. ---

#define CASES 8
static const int64_t T0 = WORLD_NOW_MS;

static struct stories stories;
static void *lent;

static void stories_new(int64_t until_ms)
{
    free(lent);
    lent = calloc(1, stories_bytes(CASES));
    assert_non_null(lent);
    stories_init(&stories, lent, CASES, until_ms);
}

// An event of case `no` after which it is in that state.
static struct event tell(uint64_t no, enum event_kind kind, enum state state, int64_t minute,
                         const char *worker)
{
    struct casefile f;
    struct event e = {.kind = kind, .at_ms = T0 + minute * MINUTE_MS};
    stories_before(&stories, no, &f);
    id_copy(e.worker, worker);
    f.state = (int32_t)state;
    f.kind = 1;
    f.colour = COLOUR_AMBER;
    id_copy(f.team, no % 2 ? "mash" : "north");
    id_copy(f.referrer, "home-a");
    if (kind == EVENT_RECEIVED) f.received_ms = e.at_ms;
    if (kind == EVENT_RECEIVED) f.decide_by_ms = e.at_ms + HOUR_MS;
    if (kind == EVENT_DECIDED) id_copy(f.decider, worker);
    if (kind == EVENT_DECIDED) {
        id_copy(e.notices[0].recipient, "home-a");
        e.notices[0].cursor = no;
        e.n_notices = 1;
    }
    if (kind == EVENT_ALLOCATED) id_copy(f.lead, worker);
    stories_after(&stories, no, &e, &f);
    return e;
}

static void receipt(uint64_t up_to, int64_t minute)
{
    struct event e = {.kind = EVENT_RECEIPTED, .at_ms = T0 + minute * MINUTE_MS, .number = up_to};
    id_copy(e.principal, "home-a");
    stories_receipt(&stories, &e);
}

// Case 1 goes the whole way; 2 is decided late and nobody hears of it; 3 waits; 4 was a mistake.
static void a_morning(int64_t until_ms)
{
    stories_new(until_ms);
    for (uint64_t no = 1; no <= 4; no++) tell(no, EVENT_RECEIVED, STATE_QUEUED, 0, "");
    tell(4, EVENT_CLOSED, STATE_VOID, 1, "");
    tell(1, EVENT_CLAIMED, STATE_IN_TRIAGE, 10, "ana");
    tell(1, EVENT_DECIDED, STATE_DECIDED_MET, 30, "ana");
    receipt(1, 40);
    tell(1, EVENT_ALLOCATED, STATE_ENQUIRY, 50, "ben");
    tell(2, EVENT_CLAIMED, STATE_IN_TRIAGE, 60, "ana");
    tell(2, EVENT_DECIDED, STATE_DECIDED_NOT_MET, 90, "ana");
    tell(1, EVENT_SIGNED_OFF, STATE_CLOSED, 110, "mary");
}

static struct tally tally;
static void *lent_too;

static void count(enum tally_by by, int64_t from_minute, int64_t to_minute)
{
    struct tally_ask const ask = {
        .by = by, .from_ms = T0 + from_minute * MINUTE_MS, .to_ms = T0 + to_minute * MINUTE_MS};
    free(lent_too);
    lent_too = calloc(1, tally_bytes(&stories));
    assert_non_null(lent_too);
    tally_init(&tally, lent_too, &stories, &ask);
    while (!tally_step(&tally, 17)) {
    }
    assert_false(tally.too_many);
}

static struct wait_figures wait_of(unsigned group, enum tally_wait wait)
{
    for (size_t i = 0; i < tally.n_rows; i++)
        if (tally.rows[i].group == group && tally.rows[i].wait == wait && tally.rows[i].colour == 0)
            return tally.rows[i].figures;
    return (struct wait_figures){0};
}

static unsigned name_of(const char *id)
{
    for (unsigned i = 0; i < stories.n_names; i++)
        if (strcmp(stories_name(&stories, i), id) == 0) return i;
    fail_msg("nobody is called %s", id);
    return 0;
}

static void a_story_has_its_dates_and_a_void_one_counts_nowhere(void **state)
{
    (void)state;
    a_morning(INT64_MAX);
    count(TALLY_AREA, 0, 120);
    struct tally_cell const *all = &tally.cells[0][0];
    assert_int_equal(all->arrived, 3);
    assert_int_equal(all->decided, 2);
    assert_int_equal(all->late, 1);
    assert_int_equal(all->waiting, 1);
    assert_int_equal(all->overdue, 1);
    assert_int_equal(all->bands[0], 1);
    assert_int_equal(all->owed, 2);
    assert_int_equal(all->told, 1);
    assert_int_equal(all->unread, 1);
    assert_int_equal(wait_of(0, WAIT_FIRST_LOOK).half.minutes, 60);
    assert_int_equal(wait_of(0, WAIT_DECISION).half.minutes, 90);
    assert_int_equal(wait_of(0, WAIT_TOLD).waiting, 1);
    assert_int_equal(wait_of(0, WAIT_TOLD).half.minutes, 10);
    assert_int_equal(wait_of(0, WAIT_LEAD).half.minutes, 20);
    assert_int_equal(wait_of(0, WAIT_ENQUIRY).half.minutes, 60);
    assert_int_equal(tally.cells[0][COLOUR_AMBER].arrived, 3);
    assert_int_equal(tally.cells[0][COLOUR_RED].arrived, 0);
}

static void figures_are_as_the_day_had_them(void **state)
{
    (void)state;
    a_morning(T0 + 45 * MINUTE_MS);
    count(TALLY_AREA, 0, 45);
    assert_int_equal(tally.cells[0][0].waiting, 2);
    assert_int_equal(tally.cells[0][0].unled, 1);
    assert_int_equal(tally.cells[0][0].unled_s, (T0 + 30 * MINUTE_MS) / SECOND_MS);
    assert_int_equal(tally.cells[0][COLOUR_RED].unled_s, 0);
    assert_int_equal(tally.cells[0][0].led, 0);
    assert_int_equal(wait_of(0, WAIT_DECISION).waiting, 2);
}

static void what_began_before_the_period_is_told_apart(void **state)
{
    (void)state;
    a_morning(INT64_MAX);
    count(TALLY_AREA, 80, 120);
    assert_int_equal(tally.cells[0][0].arrived, 0);
    assert_int_equal(tally.cells[0][0].before[WAIT_DECISION], 1);
    assert_int_equal(wait_of(0, WAIT_DECISION).begun, 0);
    assert_int_equal(tally.cells[0][0].decided, 1);
    assert_int_equal(tally.cells[0][0].waiting, 1); // what stands is of any age
}

static void teams_and_people_have_their_own_figures(void **state)
{
    (void)state;
    a_morning(INT64_MAX);
    count(TALLY_TEAM, 0, 120);
    assert_int_equal(tally.cells[name_of("mash")][0].arrived, 2);
    assert_int_equal(tally.cells[name_of("north")][0].arrived, 1);
    count(TALLY_WORKER, 0, 120);
    assert_int_equal(wait_of(name_of("ana"), WAIT_DECISION).over, 2);
    assert_int_equal(wait_of(0, WAIT_DECISION).waiting, 1); // nobody has it
    assert_int_equal(wait_of(name_of("ben"), WAIT_ENQUIRY).over, 1);
}

static void a_receipt_tells_all_that_came_before_it_and_no_more(void **state)
{
    (void)state;
    stories_new(INT64_MAX);
    for (uint64_t no = 1; no <= CASES; no++) {
        tell(no, EVENT_RECEIVED, STATE_QUEUED, 0, "");
        tell(no, EVENT_DECIDED, STATE_DECIDED_NOT_MET, 1, "ana");
    }
    receipt(3, 2);
    receipt(3, 5); // the same again
    receipt(CASES - 1, 7);
    for (uint64_t no = 1; no <= CASES; no++) {
        uint32_t const told_s = stories.cases[no].told_s;
        int64_t const minute = told_s ? ((int64_t)told_s * SECOND_MS - T0) / MINUTE_MS : 0;
        assert_int_equal(minute, no <= 3 ? 2 : no < CASES ? 7 : 0);
    }
}

// Of case `no`, by its header: what changed, and in which state it is then.
static void tell_more(uint64_t no, enum event_kind kind, enum state state, int64_t minute,
                      enum colour colour, int outcome, int achieved)
{
    struct casefile f;
    struct event e = {.kind = kind, .at_ms = T0 + minute * MINUTE_MS};
    stories_before(&stories, no, &f);
    f.state = (int32_t)state;
    f.colour = (int32_t)colour;
    f.outcome = outcome;
    f.achieved = achieved;
    if (kind == EVENT_RECEIVED) {
        f.kind = 1;
        f.received_ms = e.at_ms;
        id_copy(f.team, "mash");
        id_copy(f.referrer, no % 2 ? "home-a" : "home-b");
        id_copy(f.why_table, no % 2 ? "rating" : "");
        f.why_row = 12;
    }
    if (kind == EVENT_DECIDED) id_copy(f.decider, "ana");
    if (kind == EVENT_DECIDED && outcome == OUTCOME_NOT_MET) f.not_met_reason = 2;
    if (kind == EVENT_CHALLENGE_DECIDED) e.number = VERDICT_UPHELD;
    stories_after(&stories, no, &e, &f);
}

// 1 is raised, refused, challenged with success and met in the end; 2 is lowered and refused, and
// its challenge waits; 3 is met and ends; 4 is raised by the rules alone and waits.
static void an_afternoon(void)
{
    stories_new(INT64_MAX);
    for (uint64_t no = 1; no <= 4; no++)
        tell_more(no, EVENT_RECEIVED, STATE_QUEUED, (int64_t)no, COLOUR_AMBER, 0, 0);
    tell_more(1, EVENT_RERATED, STATE_IN_TRIAGE, 10, COLOUR_RED, 0, 0);
    tell_more(2, EVENT_RERATED, STATE_IN_TRIAGE, 10, COLOUR_GREEN, 0, 0);
    tell_more(4, EVENT_REASSESSED, STATE_QUEUED, 10, COLOUR_RED, 0, 0);
    tell_more(1, EVENT_DECIDED, STATE_DECIDED_NOT_MET, 20, COLOUR_RED, OUTCOME_NOT_MET, 0);
    tell_more(2, EVENT_DECIDED, STATE_DECIDED_NOT_MET, 20, COLOUR_GREEN, OUTCOME_NOT_MET, 0);
    tell_more(3, EVENT_DECIDED, STATE_DECIDED_MET, 20, COLOUR_AMBER, OUTCOME_MET, 0);
    for (uint64_t no = 1; no <= 2; no++)
        tell_more(no, EVENT_CHALLENGED, STATE_DECIDED_NOT_MET, 30, COLOUR_RED, OUTCOME_NOT_MET, 0);
    tell_more(1, EVENT_CHALLENGE_DECIDED, STATE_QUEUED, 40, COLOUR_RED, 0, 0);
    tell_more(1, EVENT_DECIDED, STATE_DECIDED_MET, 50, COLOUR_RED, OUTCOME_MET, 0);
    tell_more(3, EVENT_SIGNED_OFF, STATE_CLOSED, 60, COLOUR_AMBER, OUTCOME_MET, ACHIEVED_PARTLY);
}

static void what_was_put_right_is_counted_beside_what_it_is_of(void **state)
{
    (void)state;
    an_afternoon();
    count(TALLY_AREA, 0, 120);
    struct tally_quality const *q = &tally.cells[0][0].quality;
    assert_int_equal(q->received, 4);
    assert_int_equal(q->raised, 1);
    assert_int_equal(q->lowered, 1);
    assert_int_equal(q->rerated, 2);
    assert_int_equal(q->risen, 1);
    assert_int_equal(q->met, 2);
    assert_int_equal(q->not_met, 1);
    assert_int_equal(q->undecided, 1);
    assert_int_equal(q->reopened, 1);
    assert_int_equal(q->challenged, 2);
    assert_int_equal(q->upheld, 1);
    assert_int_equal(q->part_upheld + q->not_upheld + q->out_of_scope, 0);
    assert_int_equal(q->ended, 1);
    assert_int_equal(q->partly, 1);
    assert_int_equal(q->fully + q->not_achieved + q->none_expressed + q->not_asked, 0);
}

// A record that says nothing of the flags leaves them as they were.
static void what_was_done_for_the_adult_is_counted_of_enquiries_that_ended(void **state)
{
    struct event const e = {.kind = EVENT_ADULT_TOLD, .at_ms = T0 + 61 * MINUTE_MS};
    struct casefile f;
    (void)state;
    an_afternoon();
    stories_before(&stories, 3, &f);
    f.flags |= CASE_ADULT_TOLD | CASE_SAFETY_PLAN | CASE_NIGHT;
    f.risk = STORY_RISK_REMAINED;
    stories_after(&stories, 3, &e, &f);
    tell_more(3, EVENT_LOOKED, STATE_CLOSED, 62, COLOUR_AMBER, OUTCOME_MET, ACHIEVED_PARTLY);
    count(TALLY_AREA, 0, 120);
    struct tally_quality const *q = &tally.cells[0][0].quality;
    assert_int_equal(q->ended, 1);
    assert_int_equal(q->adult_told, 1);
    assert_int_equal(q->advocate, 0);
    assert_int_equal(q->remained, 1);
    assert_int_equal(q->planned, 1);
    stories_before(&stories, 3, &f);
    assert_int_equal(f.flags, CASE_ADULT_TOLD | CASE_SAFETY_PLAN); // no others are kept
}

static void quality_is_told_by_who_sent_it_by_rule_and_by_decision(void **state)
{
    (void)state;
    an_afternoon();
    count(TALLY_PROVIDER, 0, 120);
    assert_int_equal(tally.cells[name_of("home-a")][0].quality.met, 2);
    assert_int_equal(tally.cells[name_of("home-b")][0].quality.undecided, 1);
    assert_int_equal(tally.n_rows, 0); // counts alone
    count(TALLY_RULE, 0, 120);
    assert_int_equal(tally.cells[name_of("rating 12")][0].quality.raised, 1);
    assert_int_equal(tally.cells[0][0].quality.lowered, 1); // no row set its colour
    count(TALLY_DECISION, 0, 120);
    unsigned const refused = name_of("not_met_no_abuse_or_risk");
    assert_int_equal(tally.cells[refused][0].quality.challenged, 2);
    assert_int_equal(tally.cells[refused][0].quality.upheld, 1);
    assert_int_equal(tally.cells[name_of("met")][0].quality.ended, 1);
    count(TALLY_WORKER, 0, 120);
    assert_int_equal(tally.cells[name_of("ana")][0].quality.challenged, 2);
}

static void quality_is_of_the_period_in_which_each_began(void **state)
{
    (void)state;
    an_afternoon();
    count(TALLY_AREA, 15, 120);
    assert_int_equal(tally.cells[0][0].quality.received, 0);
    assert_int_equal(tally.cells[0][0].quality.met, 0);
    assert_int_equal(tally.cells[0][0].quality.challenged, 2);
    count(TALLY_AREA, 55, 120);
    assert_int_equal(tally.cells[0][0].quality.challenged, 0);
    assert_int_equal(tally.cells[0][0].quality.ended, 1);
}

static int the_end(void **state)
{
    (void)state;
    free(lent);
    free(lent_too);
    return 0;
}

static void decided_again_counts_as_reopened_and_a_lead_from_the_enquiry_on(void **state)
{
    (void)state;
    a_morning(INT64_MAX);
    tell(2, EVENT_REOPENED, STATE_QUEUED, 120, "mary");
    assert_true(stories.cases[2].flags & STORY_REOPENED);
    stories.cases[2].flags &= (uint8_t)~STORY_REOPENED;
    tell(2, EVENT_SUPPLEMENTED, STATE_QUEUED, 130, "");
    assert_false(stories.cases[2].flags & STORY_REOPENED); // it was waiting already
    tell(3, EVENT_ALLOCATED, STATE_QUEUED, 140, "ben");
    assert_int_equal(stories.cases[3].led_s, 0);
}

static void a_report_over_all_time_counts_what_a_day_counts(void **state)
{
    (void)state;
    a_morning(INT64_MAX);
    count(TALLY_AREA, 0, 200);
    struct wait_figures const day = wait_of(0, WAIT_DECISION);
    assert_true(day.begun > 0);
    struct tally_ask const ask = {.by = TALLY_AREA, .from_ms = INT64_MIN, .to_ms = INT64_MAX};
    tally_init(&tally, lent_too, &stories, &ask);
    while (!tally_step(&tally, 17)) {
    }
    assert_int_equal(wait_of(0, WAIT_DECISION).begun, day.begun);
    struct tally_ask const before = {.by = TALLY_AREA, .from_ms = INT64_MIN, .to_ms = 0};
    tally_init(&tally, lent_too, &stories, &before);
    while (!tally_step(&tally, 17)) {
    }
    assert_int_equal(wait_of(0, WAIT_DECISION).begun, 0); // nothing was before 1970
    // A wait longer than is kept is as long as may be.
    assert_int_equal(wait_sample(1, 2, 3, INT64_MAX, true),
                     wait_sample(1, 2, 3, WAIT_MINUTES_MAX, true));
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(a_sort_in_any_steps_is_a_sort),
        cmocka_unit_test(with_nobody_waiting_half_and_nine_in_ten_are_plain_counts),
        cmocka_unit_test(a_backlog_cannot_flatter),
        cmocka_unit_test(those_still_waiting_count_as_kaplan_and_meier_count_them),
        cmocka_unit_test(a_story_has_its_dates_and_a_void_one_counts_nowhere),
        cmocka_unit_test(figures_are_as_the_day_had_them),
        cmocka_unit_test(what_began_before_the_period_is_told_apart),
        cmocka_unit_test(teams_and_people_have_their_own_figures),
        cmocka_unit_test(a_receipt_tells_all_that_came_before_it_and_no_more),
        cmocka_unit_test(what_was_put_right_is_counted_beside_what_it_is_of),
        cmocka_unit_test(what_was_done_for_the_adult_is_counted_of_enquiries_that_ended),
        cmocka_unit_test(quality_is_told_by_who_sent_it_by_rule_and_by_decision),
        cmocka_unit_test(quality_is_of_the_period_in_which_each_began),
        cmocka_unit_test(decided_again_counts_as_reopened_and_a_lead_from_the_enquiry_on),
        cmocka_unit_test(a_report_over_all_time_counts_what_a_day_counts),
    };
    return cmocka_run_group_tests(tests, NULL, the_end);
}
