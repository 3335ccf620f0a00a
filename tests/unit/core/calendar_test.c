#include "clocks.h"
#include "world.h"

static int64_t at(int year, int month, int day, int hour, int minute)
{
    return civil_to_utc(
        (struct civil){.year = year, .month = month, .day = day, .hour = hour, .minute = minute});
}

static int64_t utc(int year, int month, int day, int hour, int minute)
{
    return civil_day(year, month, day) * DAY_MS + hour * HOUR_MS + minute * MINUTE_MS;
}

static struct calendar office(void)
{
    struct calendar c = {.open_minute = 540,
                         .close_minute = 1020,
                         .cutoff_minute = 780,
                         .working_days = 0x1f,
                         .n_holidays = 4};
    c.holidays[0] = civil_day(2026, 4, 3); // Good Friday and Easter Monday: a chain of four days
    c.holidays[1] = civil_day(2026, 4, 6);
    c.holidays[2] = civil_day(2026, 12, 25);
    c.holidays[3] = civil_day(2026, 12, 28);
    return c;
}

static void days_and_dates_agree_over_a_century(void **state)
{
    int32_t day = civil_day(1960, 1, 1);
    (void)state;
    assert_int_equal(civil_day(1970, 1, 1), 0);
    assert_int_equal(civil_day(2000, 3, 1), 11017);
    for (int year = 1960; year < 2060; year++) {
        for (int month = 1; month <= 12; month++) {
            for (int d = 1; d <= 31; d++) {
                if (!civil_valid(year, month, d)) continue;
                assert_int_equal(civil_day(year, month, d), day);
                struct civil const c = civil_local(day * DAY_MS + 12 * HOUR_MS);
                assert_int_equal(c.year, year);
                assert_int_equal(c.month, month);
                assert_int_equal(c.day, d);
                assert_int_equal(c.weekday, ((day % 7) + 10) % 7);
                day++;
            }
        }
    }
    assert_int_equal(civil_local(0).weekday, 3); // a Thursday
}

static void leap_days_follow_the_rule_of_centuries(void **state)
{
    (void)state;
    assert_true(civil_valid(2024, 2, 29));
    assert_true(civil_valid(2000, 2, 29));
    assert_false(civil_valid(1900, 2, 29));
    assert_false(civil_valid(2025, 2, 29));
    assert_false(civil_valid(2025, 4, 31));
    assert_false(civil_valid(0, 1, 1));
}

static void the_clock_goes_forward_and_back_on_the_last_sundays(void **state)
{
    (void)state;
    assert_int_equal(civil_local(utc(2026, 3, 29, 0, 59)).hour, 0);
    assert_int_equal(civil_local(utc(2026, 3, 29, 1, 0)).hour, 2);
    assert_int_equal(civil_local(utc(2026, 10, 25, 0, 59)).hour, 1);
    assert_int_equal(civil_local(utc(2026, 10, 25, 1, 0)).hour, 1);
    assert_int_equal(civil_local(utc(2026, 10, 25, 2, 0)).hour, 2);
    assert_int_equal(civil_local(utc(2027, 3, 28, 1, 0)).hour, 2);
    assert_int_equal(at(2026, 7, 1, 12, 0), utc(2026, 7, 1, 11, 0));
    assert_int_equal(at(2026, 10, 25, 1, 30), utc(2026, 10, 25, 0, 30)); // twice: the earlier
    assert_int_equal(at(2026, 3, 29, 1, 30), utc(2026, 3, 29, 1, 30));   // never: the hour after
}

static void every_instant_of_two_years_comes_back_from_its_wall_clock(void **state)
{
    (void)state;
    for (int64_t t = utc(2026, 1, 1, 0, 0); t < utc(2028, 1, 1, 0, 0); t += 17 * MINUTE_MS) {
        int64_t const back = civil_to_utc(civil_local(t));
        assert_true(back == t || back == t - HOUR_MS); // the hour that comes twice
        if (back != t) assert_int_equal(civil_local(t).month, 10);
    }
}

static void who_was_born_on_a_leap_day_comes_of_age_in_march(void **state)
{
    int32_t const born = civil_day(2008, 2, 29);
    (void)state;
    assert_int_equal(years_between(born, civil_day(2026, 2, 28)), 17);
    assert_int_equal(years_between(born, civil_day(2026, 3, 1)), 18);
    assert_int_equal(years_between(born, civil_day(2024, 2, 29)), 16);
    assert_int_equal(years_between(born, born), 0);
    assert_int_equal(years_between(born, born - 1), -1);
}

static void what_comes_after_the_cut_off_counts_from_the_next_working_day(void **state)
{
    struct calendar const c = office();
    (void)state;
    int64_t const thursday = at(2026, 3, 26, 17, 0);
    int64_t const friday = at(2026, 3, 27, 17, 0);
    int64_t const monday = at(2026, 3, 30, 17, 0); // the clock changed in between
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 26, 13, 0), 0), thursday);
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 26, 13, 0) + 1, 0), friday);
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 26, 6, 0), 1), friday);
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 27, 14, 0), 0), monday);
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 28, 9, 0), 0), monday);
    assert_int_equal(calendar_add_working_days(&c, at(2026, 3, 27, 9, 0), 1), monday);
}

static void chains_of_holidays_are_walked_over(void **state)
{
    struct calendar const c = office();
    (void)state;
    assert_int_equal(calendar_add_working_days(&c, at(2026, 4, 2, 12, 0), 1),
                     at(2026, 4, 7, 17, 0));
    assert_int_equal(calendar_add_working_days(&c, at(2026, 4, 2, 14, 0), 0),
                     at(2026, 4, 7, 17, 0));
    assert_int_equal(calendar_next_open(&c, at(2026, 12, 24, 17, 0)), at(2026, 12, 29, 9, 0));
    assert_false(calendar_is_working_day(&c, civil_day(2026, 12, 25)));
    assert_false(calendar_is_open(&c, at(2026, 12, 25, 12, 0)));
    assert_true(calendar_is_open(&c, at(2026, 12, 24, 9, 0)));
    assert_false(calendar_is_open(&c, at(2026, 12, 24, 17, 0)));
    assert_false(calendar_is_open(&c, at(2026, 12, 24, 9, 0) - 1));
}

static void working_time_is_what_counting_minute_by_minute_finds(void **state)
{
    struct calendar c = office();
    uint64_t seed = 42;
    (void)state;
    c.working_days = 0x7f; // Sundays too, so that office hours lie on the days the clock changes
    for (int round = 0; round < 300; round++) {
        int64_t const start =
            utc(2026, 3, 20, 0, 0) + (int64_t)(world_random(&seed) % (280 * 24 * 60)) * MINUTE_MS;
        int64_t const length = (int64_t)(world_random(&seed) % (12 * 24 * 60)) * MINUTE_MS;
        int64_t counted = 0;
        c.working_days = round % 2 ? 0x1f : 0x7f;
        c.open_minute = round % 3 ? 540 : 0;
        c.close_minute = round % 3 ? 1020 : 1440;
        for (int64_t t = start; t < start + length; t += MINUTE_MS) {
            if (calendar_is_open(&c, t)) counted += MINUTE_MS;
        }
        assert_int_equal(calendar_working_ms(&c, start, start + length), counted);
        if (counted > 0) {
            int64_t const end = calendar_add_working_ms(&c, start, counted);
            assert_int_equal(calendar_working_ms(&c, start, end), counted);
            assert_true(end <= start + length);
            assert_true(calendar_is_open(&c, end - 1));
        }
    }
    assert_int_equal(calendar_working_ms(&c, 1000, 1000), 0);
    assert_int_equal(calendar_working_ms(&c, 1000, 1), 0);
}

static void a_later_start_never_gives_an_earlier_end(void **state)
{
    struct calendar const c = office();
    (void)state;
    for (int n = 0; n < 4; n++) {
        int64_t last = 0;
        for (int64_t t = utc(2026, 3, 1, 0, 0); t < utc(2027, 1, 5, 0, 0); t += 41 * MINUTE_MS) {
            int64_t const end = calendar_add_working_days(&c, t, n);
            assert_true(end >= last && end > t);
            last = end;
        }
    }
}

static void a_calendar_without_a_working_day_never_ends_a_span(void **state)
{
    struct calendar const c = {.close_minute = 1020};
    (void)state;
    assert_int_equal(calendar_add_working_days(&c, 0, 1), INT64_MAX);
    assert_int_equal(calendar_next_open(&c, 0), INT64_MAX);
    assert_int_equal(calendar_add_working_ms(&c, 0, 1), INT64_MAX);
    assert_int_equal(calendar_working_ms(&c, 0, DAY_MS), 0);
}

static void spans_end_by_calendar_or_by_working_days_or_never(void **state)
{
    struct calendar const c = office();
    int64_t const from = at(2026, 3, 26, 10, 0);
    (void)state;
    assert_int_equal(span_end(&(struct span){SPAN_CALENDAR_MS, HOUR_MS}, &c, from), from + HOUR_MS);
    assert_int_equal(span_end(&(struct span){SPAN_WORKING_DAYS, 1}, &c, from),
                     at(2026, 3, 27, 17, 0));
    assert_int_equal(span_end(&(struct span){SPAN_NONE, 5}, &c, from), INT64_MAX);
    assert_int_equal(span_end(&(struct span){SPAN_CALENDAR_MS, INT64_MAX}, &c, from), INT64_MAX);
}

static void what_no_calendar_holds_never_comes(void **state)
{
    struct calendar const none = {.open_minute = 540, .close_minute = 1020};
    struct calendar const c = office();
    int64_t const from = civil_midnight(civil_day(2026, 3, 4));
    (void)state;
    assert_int_equal(calendar_morning(&none, from, 600), INT64_MAX);
    assert_int_equal(calendar_add_working_ms(&none, from, 1), INT64_MAX);
    assert_int_equal(calendar_add_working_ms(&c, from, 0), from); // no time at all is over at once
    assert_int_equal(span_end(&(struct span){SPAN_WORKING_DAYS, INT64_MAX}, &none, from),
                     INT64_MAX);
    assert_false(civil_valid(10000, 1, 1));
    assert_false(civil_valid(2025, 1, 0));
    assert_int_equal(civil_day(0, 3, 1) - civil_day(0, 2, 1), 29); // by the rule, a leap year
    assert_int_equal(civil_day(0, 2, 1) - civil_day(-1, 12, 31), 32);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_agree_over_a_century),
        cmocka_unit_test(leap_days_follow_the_rule_of_centuries),
        cmocka_unit_test(the_clock_goes_forward_and_back_on_the_last_sundays),
        cmocka_unit_test(every_instant_of_two_years_comes_back_from_its_wall_clock),
        cmocka_unit_test(who_was_born_on_a_leap_day_comes_of_age_in_march),
        cmocka_unit_test(what_comes_after_the_cut_off_counts_from_the_next_working_day),
        cmocka_unit_test(chains_of_holidays_are_walked_over),
        cmocka_unit_test(working_time_is_what_counting_minute_by_minute_finds),
        cmocka_unit_test(a_later_start_never_gives_an_earlier_end),
        cmocka_unit_test(a_calendar_without_a_working_day_never_ends_a_span),
        cmocka_unit_test(spans_end_by_calendar_or_by_working_days_or_never),
        cmocka_unit_test(what_no_calendar_holds_never_comes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
