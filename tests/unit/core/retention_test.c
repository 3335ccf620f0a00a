// How long what has ended is kept, what bars it from being erased, and what is left of it.
#include "judge.h"
#include "retention.h"

#include "calendar.h"
#include "org.h"

#include <string.h>

static int64_t at(int year, int month, int day, int hour)
{
    return civil_to_utc((struct civil){.year = year, .month = month, .day = day, .hour = hour});
}

static struct retention times(enum retention_class c, int32_t amount, enum retention_unit unit)
{
    struct retention r = {0};
    r.rules[c] = (struct retention_rule){amount, unit, "row 12"};
    return r;
}

static void each_end_has_its_class_and_nothing_open_has_one(void **state)
{
    (void)state;
    static const enum retention_class by_outcome[] = {
        RETENTION_NONE, RETENTION_ENQUIRY, RETENTION_NOT_MET, RETENTION_OTHER, RETENTION_FORWARDED};
    static const enum retention_class by_kind[] = {
        [KIND_CONCERN] = RETENTION_NOT_MET,       [KIND_LOG] = RETENTION_LOG,
        [KIND_DOLS] = RETENTION_REQUEST,          [KIND_TRANSITION] = RETENTION_REQUEST,
        [KIND_CARE_NEEDS] = RETENTION_REQUEST,    [KIND_ADVICE] = RETENTION_REQUEST,
        [KIND_DOMESTIC_ABUSE] = RETENTION_NOT_MET};
    for (int s = STATE_QUEUED; s <= STATE_LAST; s++) {
        for (int kind = KIND_CONCERN; kind < KIND_COUNT; kind++) {
            struct casefile const f = {.state = s, .kind = kind, .outcome = OUTCOME_NOT_MET};
            assert_int_equal(retention_class(&f), s == STATE_VOID     ? RETENTION_VOID
                                                  : s == STATE_CLOSED ? by_kind[kind]
                                                                      : RETENTION_NONE);
        }
    }
    for (int outcome = OUTCOME_UNSET; outcome <= OUTCOME_FORWARD; outcome++) {
        struct casefile const f = {.state = STATE_CLOSED, .kind = KIND_CONCERN, .outcome = outcome};
        assert_int_equal(retention_class(&f), by_outcome[outcome]);
    }
    struct casefile const undated = {.state = STATE_CLOSED, .state_since_ms = 5};
    assert_int_equal(retention_ended_ms(&undated), 5);
    struct casefile const org = {.state = STATE_CLOSED, .kind = KIND_ORGANISATION};
    assert_int_equal(retention_class(&org), RETENTION_ORGANISATION);
    for (int c = RETENTION_NONE + 1; c < RETENTION_COUNT; c++)
        assert_true(strlen(retention_word((enum retention_class)c)) > 0);
}

static void time_runs_to_the_end_of_the_same_date_in_london(void **state)
{
    static const struct {
        int32_t amount;
        enum retention_unit unit;
        int from[3], to[3];
    } rows[] = {
        {6, RETENTION_YEARS, {2026, 5, 28}, {2032, 5, 29}},
        {1, RETENTION_YEARS, {2024, 2, 29}, {2025, 3, 1}}, // no such day: the month's last
        {4, RETENTION_YEARS, {2024, 2, 29}, {2028, 3, 1}},
        {1, RETENTION_MONTHS, {2026, 1, 31}, {2026, 3, 1}},
        {18, RETENTION_MONTHS, {2026, 8, 31}, {2028, 3, 1}},
        {13, RETENTION_MONTHS, {2026, 12, 1}, {2028, 1, 2}},
        {1, RETENTION_DAYS, {2026, 3, 28}, {2026, 3, 30}}, // over the change of clocks
        {366, RETENTION_DAYS, {2026, 1, 1}, {2027, 1, 3}},
        {RETENTION_YEARS_MAX, RETENTION_YEARS, {2026, 1, 1}, {2226, 1, 2}},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct retention const r = times(RETENTION_NOT_MET, rows[i].amount, rows[i].unit);
        for (int hour = 0; hour < 24; hour += 23) {
            int64_t const ended = at(rows[i].from[0], rows[i].from[1], rows[i].from[2], hour);
            struct casefile f = {.state = STATE_CLOSED,
                                 .kind = KIND_CONCERN,
                                 .outcome = OUTCOME_NOT_MET,
                                 .closed_ms = ended,
                                 .state_since_ms = ended + DAY_MS};
            assert_int_equal(retention_due_ms(&r, &f),
                             at(rows[i].to[0], rows[i].to[1], rows[i].to[2], 0));
            f.outcome = OUTCOME_MET; // another class, for which no time is set
            assert_int_equal(retention_due_ms(&r, &f), 0);
        }
    }
    struct retention const v = times(RETENTION_VOID, 1, RETENTION_DAYS);
    struct casefile const f = {.state = STATE_VOID, .state_since_ms = at(2026, 1, 5, 9)};
    assert_int_equal(retention_due_ms(&v, &f), at(2026, 1, 7, 0));
}

static struct casefile ended(void)
{
    return world_case_in(STATE_CLOSED, now);
}

static struct command erasing(const struct casefile *f)
{
    struct command c = world_command(COMMAND_ERASE, THE_CLOCK, f);
    c.on_request = false;
    return c;
}

static void it_is_erased_by_an_order_when_its_time_is_over(void **state)
{
    struct retention const r = times(RETENTION_ENQUIRY, 1, RETENTION_DAYS);
    (void)state;
    struct casefile const f = ended();
    refused(&f, erasing(&f), ERR_CONFLICT, NULL); // no time is set
    assert_non_null(strstr(result.refusal, "pack.yaml"));
    world_rules.retention = &r;
    refused(&f, erasing(&f), ERR_CONFLICT, NULL);
    int64_t const due = retention_due_ms(&r, &f);
    now.utc_ms = due - 1;
    refused(&f, erasing(&f), ERR_CONFLICT, NULL);
    assert_non_null(strstr(result.refusal, "not over"));
    now.utc_ms = due;
    struct command c = erasing(&f);
    c.order = 0;
    refused(&f, c, ERR_FORBIDDEN, NULL);
    struct casefile const gone = must(&f, erasing(&f));
    assert_int_equal(result.event, EVENT_ERASED);
    assert_int_equal(gone.flags & CASE_ERASED, CASE_ERASED);
    assert_int_equal(gone.proposal_seq, 7); // the order
    assert_int_equal(gone.proposed_reason, RETENTION_ENQUIRY);
    assert_int_equal(gone.proposal_until_ms, due);
    assert_int_equal(gone.proposal, COMMAND_NONE);
    assert_int_equal(casefile_due_ms(&gone), INT64_MAX);
    assert_int_equal(gone.adult_hash, 0);
    refused(&gone, erasing(&gone), ERR_CONFLICT, NULL);
}

static void whom_it_is_about_may_ask_for_it_before_that(void **state)
{
    (void)state;
    struct casefile f = ended();
    struct command c = erasing(&f);
    c.on_request = true;
    assert_int_equal(must(&f, c).proposal_until_ms, 0); // by no schedule
    f.flags |= CASE_LEGAL_HOLD;
    refused(&f, c, ERR_CONFLICT, NULL);
}

static bool yes_open(const void *ctx, uint64_t no)
{
    (void)ctx;
    return no == 9;
}

static bool yes_owed(const void *ctx, const struct casefile *f)
{
    (void)ctx;
    (void)f;
    return true;
}

static struct followers two(const void *ctx, uint64_t no)
{
    (void)ctx;
    (void)no;
    return (struct followers){.n = 2};
}

static unsigned open_children = 1;
static unsigned some_open(const void *ctx, uint64_t no)
{
    (void)ctx;
    (void)no;
    return open_children;
}

static void barred(const struct casefile *f, const char *word)
{
    struct command c = erasing(f);
    c.on_request = true;
    assert_string_equal(retention_bar(&world_rules, f).word, word);
    if (word[0])
        refused(f, c, ERR_CONFLICT, NULL);
    else
        (void)must(f, c);
    assert_string_equal(word[0] ? result.refusal : "", retention_bar(&world_rules, f).words);
}

static void what_bars_it_is_told_by_a_word_and_a_sentence(void **state)
{
    (void)state;
    struct casefile f = ended();
    barred(&f, "");
    f.flags |= CASE_LEGAL_HOLD;
    barred(&f, "legal_hold");
    f = ended();
    f.flags |= CASE_POLICE_HOLD;
    barred(&f, "police_hold");
    f = ended();
    world_rules.case_open = yes_open;
    f.follows = 8;
    barred(&f, "");
    f.follows = 9;
    barred(&f, "open_link");
    f.follows = 0;
    f.org = ORG_DETACHED;
    barred(&f, "");
    f.org = 9;
    barred(&f, "open_link");
    f.org = 0;
    world_rules.followers = two;
    barred(&f, "open_link");
    world_rules.followers = NULL;
    world_rules.children_open = some_open;
    barred(&f, "open_link");
    open_children = 0;
    barred(&f, "");
    world_rules.children_open = NULL;
    world_rules.notice_owed = yes_owed;
    barred(&f, "notice_owed");
    world_rules.notice_owed = NULL;
    struct errand challenge = {.kind = ERRAND_CHALLENGE, .state = ERRAND_RAISED};
    f.errands = &challenge;
    f.n_errands = 1;
    barred(&f, "challenge");
}

static void a_manager_holds_any_case_and_lifts_it_each_with_a_reason(void **state)
{
    (void)state;
    for (int s = STATE_QUEUED; s <= STATE_LAST; s++) {
        struct casefile const f = world_case_in((enum state)s, now);
        if (state_is_org(s)) continue;
        struct command c = world_command(COMMAND_LEGAL_HOLD, MARY, &f);
        c.has_reason = false;
        refused(&f, c, ERR_INVALID, "reason");
        refused(&f, world_command(COMMAND_LEGAL_HOLD, ANA, &f), ERR_FORBIDDEN, NULL);
        struct casefile const held = done(&f, COMMAND_LEGAL_HOLD, MARY);
        assert_int_equal(result.event, EVENT_LEGAL_HELD);
        assert_int_equal(held.state, f.state);
        assert_int_equal(held.flags ^ f.flags, CASE_LEGAL_HOLD);
        c = world_command(COMMAND_LEGAL_HOLD, MARY, &held);
        c.legal_hold = true; // it is held already
        refused(&held, c, ERR_INVALID, "held");
        c.hold_answer = false;
        refused(&held, c, ERR_INVALID, "held");
        struct casefile const free = done(&held, COMMAND_LEGAL_HOLD, MAX);
        assert_int_equal(result.event, EVENT_LEGAL_RELEASED);
        assert_int_equal(free.flags, f.flags);
    }
}

static struct event spoken(enum event_kind kind, uint64_t number)
{
    struct event e = {.kind = kind, .at_ms = now.utc_ms, .number = number};
    id_copy(e.worker, "mary");
    id_copy(e.principal, "mary-key");
    return e;
}

static void fold(struct area *a, enum event_kind kind, uint64_t number)
{
    struct event const e = spoken(kind, number);
    a->last_seq++;
    area_fold(a, &e);
}

static void an_order_is_proposed_agreed_done_and_ended_by_other_rules(void **state)
{
    (void)state;
    struct area a = {.last_seq = 40};
    fold(&a, EVENT_ERASURE_PROPOSED, 5);
    assert_int_equal(a.erasure.seq, 41);
    assert_int_equal(a.erasure.case_no, 5);
    assert_false(a.erasure.on_request);
    assert_string_equal(a.erasure.by, "mary");
    assert_string_equal(a.erasure.key, "mary-key");
    assert_true(area_erasure_waits(&a, now.utc_ms));
    assert_true(area_erasure_waits(&a, now.utc_ms + AREA_PROPOSAL_MS - 1));
    assert_false(area_erasure_waits(&a, now.utc_ms + AREA_PROPOSAL_MS));
    fold(&a, EVENT_ERASURE_AGREED, 0);
    assert_false(area_erasure_waits(&a, now.utc_ms));
    assert_int_equal(a.erasure.order, 42);
    assert_int_equal(a.agreed_seq, 42);
    fold(&a, EVENT_ERASURE_DONE, 1);
    assert_int_equal(a.erasure.seq, 0);
    assert_int_equal(a.erasure.order, 0);
    assert_int_equal(a.agreed_seq, 42);
    fold(&a, EVENT_ERASURE_REQUESTED, 6);
    assert_true(a.erasure.on_request);
    fold(&a, EVENT_ERASURE_RESTORED, 42); // says only why others are gone
    assert_int_equal(a.erasure.order, 0);
    assert_int_equal(a.agreed_seq, 45);
    fold(&a, EVENT_POLICY, 3);
    assert_int_equal(a.erasure.seq, 0);
    fold(&a, EVENT_ERASURE_PROPOSED, 0);
    fold(&a, EVENT_ERASURE_WITHDRAWN, 47);
    assert_false(area_erasure_waits(&a, now.utc_ms));
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(each_end_has_its_class_and_nothing_open_has_one),
        T(time_runs_to_the_end_of_the_same_date_in_london),
        T(it_is_erased_by_an_order_when_its_time_is_over),
        T(whom_it_is_about_may_ask_for_it_before_that),
        T(what_bars_it_is_told_by_a_word_and_a_sentence),
        T(a_manager_holds_any_case_and_lifts_it_each_with_a_reason),
        T(an_order_is_proposed_agreed_done_and_ended_by_other_rules),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
