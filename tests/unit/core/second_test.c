// A decision that nobody opens: the second address of that key is tried, where nobody there
// may be the source; then somebody rings.
#include "judge.h"

#include <string.h>

// Of a kind whose decision may be told to another desk of the provider.
static struct casefile case_open(enum colour colour)
{
    struct casefile f = world_case(1, colour, now);
    (void)fact_keep(&f.facts, FACT_MANAGEMENT_MAY_BE_INVOLVED, 0);
    (void)fact_keep(&f.facts, FACT_SOURCE_CATEGORY, fact_code_from(FACT_SOURCE_CATEGORY, "family"));
    return f;
}

static struct casefile decided(struct casefile f)
{
    f = done(&f, COMMAND_CLAIM, ANA);
    f = done(&f, COMMAND_DECIDE, ANA);
    f.decision_cursor = 2;
    return f;
}

static const struct errand *call_of(const struct casefile *f)
{
    for (size_t i = 0; i < f->n_errands; i++)
        if (f->errands[i].kind == ERRAND_CALL) return &f->errands[i];
    return NULL;
}

// What time does next about the call.
static struct casefile time_does(const struct casefile *f)
{
    struct command c = {.kind = COMMAND_CALL_DUE};
    now.utc_ms = call_of(f)->next_ms;
    return must(f, c);
}

static void it_has_its_own_time_and_then_somebody_rings(void **state)
{
    (void)state;
    struct casefile f = decided(case_open(COLOUR_RED));
    assert_int_equal(call_of(&f)->state, ERRAND_WAITING);
    f = time_does(&f);
    assert_int_equal(result.event, EVENT_SECOND_ADDRESS_TOLD);
    assert_int_equal(result.notice, NOTICE_DECISION_UNREAD);
    assert_string_equal(result.notice_to, "home-a-office");
    assert_int_equal(call_of(&f)->state, ERRAND_WAITING); // nobody's task yet
    assert_int_equal(call_of(&f)->next_ms, now.utc_ms + 2 * HOUR_MS);
    f = time_does(&f);
    assert_int_equal(result.event, EVENT_CALL_DUE);
    assert_int_equal(result.notice, NOTICE_NONE);
    assert_int_equal(call_of(&f)->state, ERRAND_OPEN);
    assert_string_equal(call_of(&f)->who, "home-a-office"); // whoever rings sees what was tried
    f = done(&f, COMMAND_CALL_DONE, ANA);
    assert_int_not_equal(f.read_ms, 0);
}

static void read_meanwhile_nobody_rings_and_the_record_says_what_was_tried(void **state)
{
    (void)state;
    struct casefile f = decided(case_open(COLOUR_AMBER));
    f = time_does(&f);
    f = done(&f, COMMAND_READ_NOTICE, THE_REFERRER);
    assert_int_not_equal(f.read_ms, 0);
    assert_non_null(call_of(&f));
    assert_int_equal(call_of(&f)->state, ERRAND_DONE);
    assert_int_equal(call_of(&f)->next_ms, 0);
    assert_string_equal(call_of(&f)->who, "home-a-office");
    f = decided(case_open(COLOUR_AMBER));
    f = done(&f, COMMAND_READ_NOTICE, THE_REFERRER); // in time: nothing was tried
    assert_null(call_of(&f));
}

static void nobody_is_told_where_somebody_there_may_be_the_source(void **state)
{
    static const struct {
        enum fact fact;
        int32_t value;
        int32_t flags;
    } bars[] = {
        {FACT_MANAGEMENT_MAY_BE_INVOLVED, 1, 0},
        {FACT_MANAGEMENT_MAY_BE_INVOLVED, FACT_UNKNOWN, 0},
        {FACT_SOURCE_CATEGORY, FACT_UNKNOWN, 0},
        {FACT_SOURCE_CATEGORY, 0, 0}, // paid_carer
        {FACT_SOURCE_CATEGORY, 1, 0}, // service
        {FACT_SOURCE_CATEGORY, 6, 0}, // professional
        {FACT_COUNT, 0, CASE_NEUTRAL},
        {FACT_COUNT, 0, CASE_POLICE_HOLD},
        {FACT_COUNT, 0, CASE_SAFE_CONTACT},
    };
    (void)state;
    int64_t const start_ms = now.utc_ms;
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
        now.utc_ms = start_ms;
        struct casefile f = decided(case_open(COLOUR_RED));
        if (bars[i].fact < FACT_COUNT) (void)fact_keep(&f.facts, bars[i].fact, bars[i].value);
        f.flags |= bars[i].flags;
        f = time_does(&f);
        assert_int_equal(result.event, EVENT_CALL_DUE);
        assert_int_equal(result.notice, NOTICE_NONE);
        assert_int_equal(call_of(&f)->state, ERRAND_OPEN);
        assert_string_equal(call_of(&f)->who, "");
    }
}

static void only_an_active_key_that_was_named_for_that_place_is_one(void **state)
{
    (void)state;
    const struct registry *r = world_rules.registry;
    struct principal *own = world_principal("home-a"), *other = world_principal("home-a-office");
    assert_ptr_equal(registry_second_address(r, own, ""), other);
    assert_null(registry_second_address(r, other, "")); // it names none
    assert_null(registry_second_address(r, own, "1-999000001"));
    id_copy(other->places[other->n_places++], "1-999000001");
    assert_ptr_equal(registry_second_address(r, own, "1-999000001"), other);
    other->active = false;
    assert_null(registry_second_address(r, own, ""));
    other->active = true;
    other->role = ROLE_TEAM;
    assert_null(registry_second_address(r, own, ""));
}

static void without_a_key_or_a_time_for_it_somebody_rings_at_once(void **state)
{
    (void)state;
    struct casefile const f = decided(case_open(COLOUR_RED));
    struct casefile gone = f;
    id_copy(gone.referrer, "a-key-that-went");
    (void)time_does(&gone);
    assert_int_equal(result.event, EVENT_CALL_DUE);
    for (int i = COLOUR_GREEN; i <= COLOUR_RED; i++)
        world_clocks.second_address[i] = (struct span){SPAN_NONE, 0};
    (void)time_does(&f);
    assert_int_equal(result.event, EVENT_CALL_DUE);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(it_has_its_own_time_and_then_somebody_rings, judge_setup),
        cmocka_unit_test_setup(read_meanwhile_nobody_rings_and_the_record_says_what_was_tried,
                               judge_setup),
        cmocka_unit_test_setup(nobody_is_told_where_somebody_there_may_be_the_source, judge_setup),
        cmocka_unit_test_setup(only_an_active_key_that_was_named_for_that_place_is_one,
                               judge_setup),
        cmocka_unit_test_setup(without_a_key_or_a_time_for_it_somebody_rings_at_once, judge_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
