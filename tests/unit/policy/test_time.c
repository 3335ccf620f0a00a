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

static const char *const ASKED[][2] = {
    {"string(@\"P1Y2M\")", "\"P1Y2M\""},
    {"string(@\"-P1Y2M\")", "\"-P1Y2M\""},
    {"string(@\"P0M\")", "\"P0M\""},
    {"string(@\"P14M\")", "\"P1Y2M\""},
    {"string(@\"-P1D\")", "\"-P1D\""},
    {"string(@\"PT0S\")", "\"PT0S\""},
    {"string(@\"PT0.5S\")", "\"PT0.5S\""},
    {"string(@\"-PT0.5S\")", "\"-PT0.5S\""},
    {"string(@\"P1DT2H3M4.56S\")", "\"P1DT2H3M4.56S\""},
    {"string(@\"PT36H\")", "\"P1DT12H\""},
    {"string(@\"PT90M\")", "\"PT1H30M\""},
    {"string(@\"10:00:00Z\")", "\"10:00:00Z\""},
    {"string(@\"10:00:00+01:00\")", "\"10:00:00+01:00\""},
    {"string(@\"10:00:00-00:30\")", "\"10:00:00-00:30\""},
    {"string(@\"10:00:00.250\")", "\"10:00:00.25\""},
    {"string(@\"10:00:00@Europe/London\")", "\"10:00:00@Europe/London\""},
    {"string(@\"2026-07-01T10:00:00@Europe/London\")", "\"2026-07-01T10:00:00@Europe/London\""},
    {"string(@\"2026-07-01T10:00:00+14:00\")", "\"2026-07-01T10:00:00+14:00\""},
    {"string(@\"-0044-03-15\")", "\"-0044-03-15\""},
    {"duration(\"P1Y1D\")", "null"},
    {"duration(\"P\")", "null"},
    {"duration(\"PT\")", "null"},
    {"duration(\"P1DT\")", "null"},
    {"duration(\"1D\")", "null"},
    {"duration(\"-P\")", "null"},
    {"duration(\"P1.5D\")", "null"},
    {"duration(\"PT1.5S\")", "PT1.5S"},
    {"duration(\"P1M1Y\")", "null"},
    {"duration(\"PT1M1H\")", "null"},
    {"duration(\"P1YT1H\")", "null"},
    {"duration(\"p1d\")", "null"},
    {"duration(\"\")", "null"},
    {"duration(null)", "null"},
    {"duration(5)", "null"},
    {"date(\"2026-02-30\")", "null"},
    {"date(2026, 2, 28)", "2026-02-28"},
    {"date(2026, 2, 30)", "null"},
    {"date(2026.5, 2, 28)", "null"},
    {"date(null, 2, 28)", "null"},
    {"date(\"a\", 2, 28)", "null"},
    {"date(@\"2026-01-21T10:00:00\")", "2026-01-21"},
    {"date(@\"10:00:00\")", "null"},
    {"time(\"10:00:00\")", "10:00:00"},
    {"time(\"25:00:00\")", "null"},
    {"time(10, 0, 0)", "10:00:00"},
    {"time(10, 0, 0.5)", "10:00:00.5"},
    {"time(24, 0, 0)", "null"},
    {"time(10, 60, 0)", "null"},
    {"time(10, 0, 60)", "null"},
    {"time(10, 0, 0, @\"PT1H\")", "10:00:00+01:00"},
    {"time(10, 0, 0, @\"PT19H\")", "null"},
    {"time(10, 0, 0, null)", "10:00:00"},
    {"time(10, 0, 0, 5)", "null"},
    {"time(@\"2026-01-21T10:00:00Z\")", "10:00:00Z"},
    {"time(@\"2026-01-21\")", "00:00:00Z"},
    {"time(null)", "null"},
    {"date and time(\"2026-01-21T10:00:00\")", "2026-01-21T10:00:00"},
    {"date and time(\"2026-01-21\")", "2026-01-21T00:00:00"},
    {"date and time(\"2026-01-21T25:00:00\")", "null"},
    {"date and time(\"2026-01-21 10:00:00\")", "null"},
    {"date and time(@\"2026-01-21\", @\"10:00:00\")", "2026-01-21T10:00:00"},
    {"date and time(@\"2026-01-21T09:00:00\", @\"10:00:00Z\")", "2026-01-21T10:00:00Z"},
    {"date and time(\"x\", @\"10:00:00\")", "null"},
    {"date and time(@\"2026-01-21\", \"x\")", "null"},
    {"date and time(null)", "null"},
    {"years and months duration(@\"2024-01-31\", @\"2026-01-21\")", "P1Y11M"},
    {"years and months duration(@\"2026-01-21\", @\"2024-01-31\")", "-P1Y11M"},
    {"years and months duration(@\"2026-01-21\", null)", "null"},
    {"years and months duration(@\"2026-01-21T10:00:00\", @\"2026-03-21\")", "P2M"},
    {"day of week(@\"2026-01-21\")", "\"Wednesday\""},
    {"day of week(\"x\")", "null"},
    {"day of year(@\"2026-01-21\")", "21"},
    {"day of year(@\"2024-12-31\")", "366"},
    {"week of year(@\"2026-01-01\")", "1"},
    {"week of year(@\"2027-01-01\")", "53"},
    {"week of year(@\"2021-01-01\")", "53"},
    {"month of year(@\"2026-01-21\")", "\"January\""},
    {"month of year(null)", "null"},
    {"@\"2026-01-21\".weekday", "3"},
    {"@\"2026-01-21\".hour", "null"},
    {"@\"10:20:30\".minute", "20"},
    {"@\"10:20:30+01:00\".time offset", "PT1H"},
    {"@\"10:20:30@Europe/London\".timezone", "\"Europe/London\""},
    {"@\"10:20:30\".timezone", "null"},
    {"@\"2026-01-21T10:20:30\".year", "2026"},
    {"@\"P1Y2M\".months", "2"},
    {"@\"P1Y2M\".days", "null"},
    {"@\"P1DT2H\".hours", "2"},
    {"@\"-P1DT2H\".days", "-1"},
    {"@\"2026-01-31\" + @\"P1M\"", "2026-02-28"},
    {"@\"2026-01-31\" - @\"P1M\"", "2025-12-31"},
    {"@\"2026-01-31\" + @\"PT36H\"", "2026-02-01"},
    {"@\"2026-01-31T23:00:00\" + @\"PT2H\"", "2026-02-01T01:00:00"},
    {"@\"23:00:00\" + @\"PT2H\"", "01:00:00"},
    {"@\"01:00:00\" - @\"PT2H\"", "23:00:00"},
    {"@\"2026-01-31\" - @\"2026-01-01\"", "P30D"},
    {"@\"2026-01-31T10:00:00Z\" - @\"2026-01-31T10:00:00+01:00\"", "PT1H"},
    {"@\"2026-01-31T10:00:00\" - @\"2026-01-31T10:00:00Z\"", "null"},
    {"@\"10:00:00\" - @\"09:00:00\"", "PT1H"},
    {"@\"10:00:00Z\" - @\"09:00:00\"", "null"},
    {"@\"P1Y\" * 2", "P2Y"},
    {"@\"P1Y\" / @\"P6M\"", "2"},
    {"@\"P1D\" / 2", "PT12H"},
    {"@\"P1D\" / 0", "null"},
    {"@\"P1D\" / @\"PT6H\"", "4"},
    {"@\"P1D\" / @\"PT0S\"", "null"},
    {"2 * @\"P1D\"", "P2D"},
    {"-@\"P1D\"", "-P1D"},
    {"abs(@\"-P1D\")", "P1D"},
    {"abs(@\"-P1Y\")", "P1Y"},
    {"@\"2026-01-21\" < @\"2026-01-22\"", "true"},
    {"@\"10:00:00Z\" = @\"11:00:00+01:00\"", "true"},
    {"@\"10:00:00\" < @\"10:00:00Z\"", "null"},
    {"@\"2026-01-21T10:00:00Z\" = @\"2026-01-21T11:00:00+01:00\"", "true"},
    {"@\"9999999-12-31\" + @\"P999999999Y\"", "null"},
};

static void what_is_written_and_what_is_asked_of_a_time(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(ASKED) / sizeof(ASKED[0]); i++) FEEL(ASKED[i][0], ASKED[i][1]);
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
        cmocka_unit_test(what_is_written_and_what_is_asked_of_a_time),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
