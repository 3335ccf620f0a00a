#include "twin.h"

#include "kinds.h"
#include "world.h"

static struct casefile one, other;

static int setup(void **state)
{
    (void)state;
    world_make();
    one = world_case(1, COLOUR_AMBER, world_now(WORLD_NOW_MS));
    other = world_case(2, COLOUR_AMBER, world_now(WORLD_NOW_MS + 3 * HOUR_MS));
    facts_kept_clear(&one.facts);
    facts_kept_clear(&other.facts);
    one.adult_hash = other.adult_hash = 7;
    one.person_hash = other.person_hash = 0;
    one.place_hash = other.place_hash = 0;
    return 0;
}

static void said(struct casefile *f, int32_t days_ago, int32_t harm)
{
    assert_true(fact_keep(&f->facts, FACT_INCIDENT_AGE_DAYS, days_ago));
    if (harm) assert_true(fact_keep(&f->facts, FACT_HARM_TYPES, harm));
}

static void judged(int32_t score, int32_t reasons)
{
    int32_t const why = twin_judge(&one, &other);
    assert_int_equal(why, twin_judge(&other, &one)); // whichever came first
    assert_int_equal(TWIN_SCORE(why), score);
    assert_int_equal(TWIN_REASONS(why), reasons);
}

static void the_same_adult_on_the_same_day_is_alike_and_more_so_by_harm_and_place(void **state)
{
    (void)state;
    said(&one, 0, 0);
    said(&other, 0, 0);
    judged(80, TWIN_ADULT | TWIN_DAY);
    said(&one, 1, 2);
    judged(80, TWIN_ADULT | TWIN_DAY); // one alone names the harm
    said(&other, 0, 3);
    judged(95, TWIN_ADULT | TWIN_DAY | TWIN_TYPE);
    one.place_hash = 5;
    judged(95, TWIN_ADULT | TWIN_DAY | TWIN_TYPE);
    other.place_hash = 5;
    judged(100, TWIN_ADULT | TWIN_DAY | TWIN_TYPE | TWIN_PLACE);
    other.place_hash = 6;
    judged(95, TWIN_ADULT | TWIN_DAY | TWIN_TYPE);
    said(&other, 0, 4);
    judged(0, 0); // another harm
    said(&other, 2, 3);
    judged(95, TWIN_ADULT | TWIN_DAY | TWIN_TYPE);
    said(&other, 3, 3);
    judged(0, 0); // another day
}

static void without_a_day_two_that_came_within_a_day_need_more_than_the_adult(void **state)
{
    (void)state;
    judged(0, 0); // 65
    one.place_hash = other.place_hash = 5;
    judged(70, TWIN_ADULT | TWIN_SOON | TWIN_PLACE);
    said(&one, 0, 0); // and one day alone is none
    judged(70, TWIN_ADULT | TWIN_SOON | TWIN_PLACE);
    other.received_ms = one.received_ms - DAY_MS - 1;
    judged(0, 0);
}

static void a_number_that_one_knows_is_found_by_name_and_two_numbers_are_two_people(void **state)
{
    (void)state;
    said(&one, 0, 0);
    said(&other, 0, 0);
    one.adult_hash = 8;
    judged(0, 0); // two people without a number
    one.person_hash = 7;
    judged(70, TWIN_PERSON | TWIN_DAY);
    other.person_hash = 9;
    judged(0, 0);
    one.adult_hash = 0;
    judged(0, 0);
    one.adult_hash = 8;
    other.adult_hash = 0;
    judged(0, 0);
}

static void other_kinds_are_no_twin_of_a_concern_unless_they_may_become_one(void **state)
{
    (void)state;
    said(&one, 0, 0);
    said(&other, 0, 0);
    one.kind = other.kind = KIND_LOG;
    judged(80, TWIN_ADULT | TWIN_DAY);
    other.kind = KIND_CONCERN;
    judged(0, 0);
    one.kind = KIND_DOMESTIC_ABUSE;
    judged(kind_is_s42(KIND_DOMESTIC_ABUSE) ? 80 : 0,
           kind_is_s42(KIND_DOMESTIC_ABUSE) ? TWIN_ADULT | TWIN_DAY : 0);
}

static void a_case_that_was_closed_lately_is_worth_a_look(void **state)
{
    int64_t const now_ms = WORLD_NOW_MS, least_ms = now_ms - TWIN_CLOSED_DAYS * DAY_MS;
    (void)state;
    assert_int_equal(twin_judge_closed(true, least_ms, now_ms), 50 | (TWIN_ADULT | TWIN_CLOSED)
                                                                         << 8);
    assert_int_equal(twin_judge_closed(false, now_ms, now_ms), 40 | (TWIN_PERSON | TWIN_CLOSED)
                                                                        << 8);
    assert_int_equal(twin_judge_closed(true, least_ms - 1, now_ms), 0);
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(the_same_adult_on_the_same_day_is_alike_and_more_so_by_harm_and_place),
        T(without_a_day_two_that_came_within_a_day_need_more_than_the_adult),
        T(a_number_that_one_knows_is_found_by_name_and_two_numbers_are_two_people),
        T(other_kinds_are_no_twin_of_a_concern_unless_they_may_become_one),
        T(a_case_that_was_closed_lately_is_worth_a_look),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
