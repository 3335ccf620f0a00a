// Dates, times and durations.
#include "cmocka_all.h"
#include "feel_case.h"

static void days_and_dates_turn_into_each_other_over_four_centuries(void **state)
{
    struct moment last = {.year = 1899, .month = 12, .day = 31};
    int64_t const first = date_days(&last) + 1;
    (void)state;
    for (int64_t day = first; day < first + 146097; day++) {
        struct moment m = {0};
        assert_true(date_of_days(day, &m));
        assert_true(date_is_valid(m.year, m.month, m.day));
        assert_int_equal(date_days(&m), day);
        bool const next = m.day == last.day + 1 ||
                          (m.day == 1 && (m.month == last.month + 1 || m.year == last.year + 1));
        assert_true(next);
        last = m;
    }
}

static void what_is_no_date_is_refused(void **state)
{
    static const char *const texts[] = {
        "2021-02-29",  "2100-02-29",  "2021-1-01", "21-01-01",   "+2021-01-01",     "2021-13-01",
        "02021-01-01", "2021-01-01Z", "",          "2021-01-32", "9999999999-01-01"};
    struct moment m;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(feel_date_parse(bytes_text(texts[i]), &m));
    }
    assert_true(feel_date_parse(bytes_text("2000-02-29"), &m));
    assert_true(feel_date_parse(bytes_text("-99999-12-31"), &m));
}

static void what_is_no_time_is_refused(void **state)
{
    static const char *const texts[] = {"24:00:01",
                                        "7:00:00",
                                        "10:60:00",
                                        "10:00:60",
                                        "10:00",
                                        "10:00:00+19:00",
                                        "10:00:00@Nowhere/City",
                                        "10:00:00z"};
    struct moment m;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(time_parse(bytes_text(texts[i]), &m));
    }
}

static void arithmetic_of_dates_keeps_to_the_calendar(void **state)
{
    (void)state;
    FEEL("@\"2021-01-31\" + @\"P1M\"", "2021-02-28");
    FEEL("@\"2020-02-29\" - @\"P1Y\"", "2019-02-28");
    FEEL("@\"2021-03-01\" - @\"2021-02-01\"", "P28D");
    FEEL("@\"2021-01-01T23:30:00\" + @\"PT1H\"", "2021-01-02T00:30:00");
    FEEL("@\"23:30:00\" + @\"PT1H\"", "00:30:00");
    FEEL("@\"2021-01-01T24:00:00\"", "2021-01-02T00:00:00");
    FEEL("years and months duration(date(\"2011-12-22\"), date(\"2013-08-24\"))", "P1Y8M");
    FEEL("@\"PT36H\".days", "1");
    FEEL("@\"PT36H\" / 2", "PT18H");
    FEEL("@\"PT36H\" / @\"PT12H\"", "3");
    FEEL("@\"P1Y6M\" * 2", "P3Y");
    FEEL("day of week(@\"2026-11-22\")", "\"Sunday\"");
    FEEL("week of year(@\"2010-01-01\")", "53");
    FEEL("date(2021, 2, 30)", "null");
}

static void instants_are_compared_across_zones(void **state)
{
    (void)state;
    FEEL("@\"2021-07-01T12:00:00@Europe/London\" = @\"2021-07-01T11:00:00Z\"", "true");
    FEEL("@\"2021-01-01T12:00:00@Europe/London\" = @\"2021-01-01T12:00:00Z\"", "true");
    FEEL("@\"2021-03-28T00:59:59@Europe/London\".time offset", "PT0S");
    FEEL("@\"2021-03-28T02:00:00@Europe/London\".time offset", "PT1H");
    FEEL("is(@\"10:00:00Z\", @\"11:00:00+01:00\")", "false");
    FEEL("@\"2021-01-01T00:00:00\" < @\"2021-01-01T00:00:00Z\"", "null");
}

static void durations_are_read_within_limits(void **state)
{
    static const char *const texts[] = {
        "P", "PT", "-P", "P1H", "PT1D", "P1Y1D", "1D", "P-1D", "P99999999999999999999D", "PT1S1M"};
    struct duration d;
    (void)state;
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        assert_false(duration_parse(bytes_text(texts[i]), &d));
    }
    assert_true(duration_parse(bytes_text("-P1DT2H3M4.5S"), &d));
    assert_int_equal(d.s, -(86400 + 7200 + 180 + 4));
    assert_int_equal(d.ns, -500000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(days_and_dates_turn_into_each_other_over_four_centuries),
        cmocka_unit_test(what_is_no_date_is_refused),
        cmocka_unit_test(what_is_no_time_is_refused),
        cmocka_unit_test(arithmetic_of_dates_keeps_to_the_calendar),
        cmocka_unit_test(instants_are_compared_across_zones),
        cmocka_unit_test(durations_are_read_within_limits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
