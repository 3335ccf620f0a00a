#include "calendar.h"
#include "concern.h"
#include "world.h"

static struct concern_view view;
static struct problems found;

static int setup(void **state)
{
    (void)state;
    world_make();
    view = (struct concern_view){.n_adults = 1, .what_happened = bytes_text("A fall.")};
    view.adults[0] = (struct adult_view){.subject = SUBJECT_NAMED,
                                         .name = bytes_text("Test Person"),
                                         .date_of_birth = bytes_text("1941-05-28"),
                                         .nhs_number = bytes_text("999 000 0018"),
                                         .postcode = bytes_text("B29 6XX")};
    return 0;
}

static const struct problem *judge(const char *field, const char *code)
{
    concern_validate(&view, world_principal("home-a"), 16, world_now(WORLD_NOW_MS), &found);
    for (size_t i = 0; i < found.n; i++) {
        if (strcmp(found.at[i].field, field) == 0 && strcmp(found.at[i].code, code) == 0) {
            return &found.at[i];
        }
    }
    return NULL;
}

static void refused(const char *field, const char *code)
{
    const struct problem *p = judge(field, code);
    assert_non_null(p);
    assert_true(p->refused && problems_refused(&found));
}

static void asked(const char *field, const char *code)
{
    const struct problem *p = judge(field, code);
    assert_non_null(p);
    assert_false(p->refused || problems_refused(&found));
}

static void a_whole_concern_raises_no_question(void **state)
{
    (void)state;
    judge("", "");
    for (size_t i = 0; i < found.n; i++) print_message("%s\n", found.at[i].field);
    assert_int_equal(found.n, 0);
    assert_false(found.more);
}

static void what_cannot_be_is_refused_with_the_remedy(void **state)
{
    (void)state;
    view.adults[0].date_of_birth = bytes_text("2026-01-22"); // tomorrow
    refused("adults[0].date_of_birth", "future");
    view.adults[0].date_of_birth = bytes_text("1841-05-28");
    refused("adults[0].date_of_birth", "too_old");
    view.adults[0].date_of_birth = bytes_text("2027");
    refused("adults[0].date_of_birth", "future");
    view.adults[0].date_of_birth = BYTES_NONE;
    view.adults[0].nhs_number = bytes_text("9990000019");
    refused("adults[0].nhs_number", "check_digit");
    view.adults[0].nhs_number = bytes_text("999");
    refused("adults[0].nhs_number", "length");
    view.adults[0].nhs_number = bytes_text("9999999999");
    refused("adults[0].nhs_number", "one_digit");
}

static void times_that_have_not_come_are_refused_beyond_a_clocks_error(void **state)
{
    (void)state;
    view.incident_ms = WORLD_NOW_MS + 5 * MINUTE_MS;
    judge("", "");
    assert_int_equal(found.n, 0);
    view.incident_ms++;
    refused("incident_ms", "future");
    view.incident_ms = WORLD_NOW_MS - DAY_MS;
    view.incident_end_ms = WORLD_NOW_MS - 2 * DAY_MS;
    refused("incident_end_ms", "before_start");
    view.incident_end_ms = WORLD_NOW_MS + DAY_MS;
    refused("incident_end_ms", "future");
    view.incident_end_ms = 0;
    view.raised_ms = WORLD_NOW_MS + DAY_MS;
    refused("raised_ms", "future");
    view.raised_ms = WORLD_NOW_MS - 2 * DAY_MS;
    asked("raised_ms", "before_incident");
    view.raised_ms = view.incident_ms;
    assert_null(judge("raised_ms", "before_incident"));
    int64_t const incident_ms = view.incident_ms;
    view.incident_ms = 0; // when it happened is not said
    assert_null(judge("raised_ms", "before_incident"));
    view.incident_ms = incident_ms;
    view.raised_ms = 0;
    view.incident_ms = civil_day(1850, 1, 1) * DAY_MS;
    refused("incident_ms", "too_early");
}

static void someone_under_18_is_stored_and_put_to_a_person(void **state)
{
    (void)state;
    view.adults[0].date_of_birth = bytes_text("2013-06-01"); // twelve
    asked("adults[0].date_of_birth", "under_18");
    view.adults[0].date_of_birth = bytes_text("2008-01-22"); // eighteen tomorrow
    asked("adults[0].date_of_birth", "under_18");
    view.adults[0].date_of_birth = bytes_text("2008-01-21"); // eighteen today
    judge("", "");
    assert_int_equal(found.n, 0);
    view.adults[0].date_of_birth = bytes_text("2008"); // perhaps
    asked("adults[0].date_of_birth", "under_18");
}

static void gaps_and_spelling_are_asked_and_keep_nothing_out(void **state)
{
    (void)state;
    view.adults[0].postcode = bytes_text("B29 6X");
    asked("adults[0].postcode", "format");
    view.adults[0].uprn = bytes_text("1234567890123");
    asked("adults[0].uprn", "format");
    view.adults[0].date_of_birth = bytes_text("28/05/1941");
    asked("adults[0].date_of_birth", "format");
    view.adults[0] = (struct adult_view){0};
    view.what_happened = BYTES_NONE;
    asked("adults[0].name", "missing");
    asked("adults[0].date_of_birth", "missing");
    asked("adults[0].nhs_number", "missing");
    asked("adults[0].address", "missing");
    asked("what_happened", "missing");
    view.adults[0].nhs_number_missing_because = bytes_text("not registered");
    assert_null(judge("adults[0].nhs_number", "missing"));
}

static void nobody_asks_the_name_of_someone_unidentified(void **state)
{
    (void)state;
    view.adults[0] = (struct adult_view){.subject = SUBJECT_UNIDENTIFIED};
    judge("", "");
    assert_int_equal(found.n, 0);
    view.adults[0].subject = SUBJECT_NO_NAMED_ADULT;
    judge("", "");
    assert_int_equal(found.n, 0);
}

static void somebody_must_be_meant_and_not_too_many(void **state)
{
    (void)state;
    view.n_adults = 0;
    refused("adults", "missing");
    for (size_t i = 0; i < CONCERN_ADULTS_MAX; i++) view.adults[i] = view.adults[0];
    view.n_adults = 17;
    refused("adults", "too_many");
    view.n_adults = CONCERN_ADULTS_MAX; // and no index runs over
    for (size_t i = 0; i < view.n_adults; i++) view.adults[i].postcode = bytes_text("?");
    refused("adults", "too_many");
    assert_true(found.more);
    assert_int_equal(found.n, CONCERN_PROBLEMS_MAX);
    view.n_adults++; // more than this program holds, whatever the council takes
    concern_validate(&view, world_principal("home-a"), SIZE_MAX, world_now(WORLD_NOW_MS), &found);
    assert_string_equal(found.at[0].code, "too_many");
}

static void the_first_refusal_is_told_however_many_questions_there_are(void **state)
{
    (void)state;
    found.n = 0;
    found.more = false;
    for (int i = 0; i < CONCERN_PROBLEMS_MAX + 3; i++) problems_add(&found, "a", "b", "c", false);
    assert_false(problems_refused(&found));
    problems_add(&found, "first", "b", "c", true);
    problems_add(&found, "second", "b", "c", true);
    assert_true(problems_refused(&found));
    assert_string_equal(found.at[CONCERN_PROBLEMS_MAX - 1].field, "first");
}

static void the_same_number_for_two_people_is_asked(void **state)
{
    (void)state;
    view.adults[1] = view.adults[0];
    view.adults[1].nhs_number = bytes_text("9990000018");
    view.n_adults = 2;
    asked("adults[1].nhs_number", "repeated");
    view.adults[1].nhs_number = bytes_text("9990000026");
    assert_null(judge("adults[1].nhs_number", "repeated"));
    view.adults[0].nhs_number = bytes_text("999"); // refused, and nobody's
    view.adults[1].nhs_number = bytes_text("9990000018");
    assert_null(judge("adults[1].nhs_number", "repeated"));
}

static void a_provider_speaks_about_its_own_places_only(void **state)
{
    struct principal *p = world_principal("home-a");
    (void)state;
    view.location_id = bytes_text("1-101639192");
    refused("referrer.location_id", "not_enrolled");
    id_copy(p->places[p->n_places++], "1-101639192");
    judge("", "");
    assert_int_equal(found.n, 0);
    view.location_id = bytes_text("1-999999999");
    refused("referrer.location_id", "not_enrolled");
    id_copy(p->places[p->n_places++], "1-101639193");
    view.location_id = BYTES_NONE;
    asked("referrer.location_id", "missing");
    view.location_id = bytes_text("1-101639193");
    id_copy(p->provider_id, "1-200000001");
    view.provider_id = bytes_text("1-200000002");
    asked("referrer.provider_id", "differs");
    view.provider_id = bytes_text("1-200000001");
    assert_null(judge("referrer.provider_id", "differs"));
    p->provider_id[0] = '\0';
    assert_null(judge("referrer.provider_id", "differs"));
    p->n_places = 0;
    p->role = ROLE_POLICE; // about any place
    judge("", "");
    assert_false(problems_refused(&found));
    view.location_id = bytes_text("the house by the church");
    asked("referrer.location_id", "format");
}

static void what_other_kinds_need_is_asked_and_a_day_that_cannot_be_is_refused(void **state)
{
    (void)state;
    view.kind = KIND_TRANSITION;
    asked("transition", "missing");
    view.has_transition = true;
    assert_null(judge("transition", "missing"));
    view.adults[0].date_of_birth = bytes_text("2012-01-22"); // thirteen
    asked("adults[0].date_of_birth", "under_14");
    view.adults[0].date_of_birth = bytes_text("2012-01-21"); // fourteen today
    assert_null(judge("adults[0].date_of_birth", "under_14"));
    view.adults[0].date_of_birth = bytes_text("2010");
    asked("adults[0].date_of_birth", "year_only");
    view.kind = KIND_DOMESTIC_ABUSE;
    asked("police_notification.grade", "missing");
    view.graded = true;
    assert_null(judge("police_notification.grade", "missing"));
    view.kind = KIND_CARE_NEEDS;
    asked("care_needs.wanted", "missing");
    view.has_wanted = true;
    assert_null(judge("care_needs.wanted", "missing"));
}

static void the_days_of_an_authorisation_are_checked(void **state)
{
    (void)state;
    view.kind = KIND_DOLS;
    asked("dols.request", "missing");
    view.dols = (struct dols_view){.given = true};
    asked("dols.request", "missing");
    view.dols.request = 2; // with an urgent one
    asked("dols.urgent_from", "missing");
    view.dols.urgent_from = bytes_text("2026-01");
    asked("dols.urgent_from", "format");
    view.dols.urgent_from = bytes_text("2026");
    asked("dols.urgent_from", "format");
    view.dols.urgent_from = bytes_text("2026-01-22"); // tomorrow
    refused("dols.urgent_from", "future");
    view.dols.urgent_from = bytes_text("2026-01-08"); // fourteen days with the extension
    judge("", "");
    assert_int_equal(found.n, 0);
    view.dols.urgent_from = bytes_text("2026-01-07");
    asked("dols.urgent_from", "lapsed");
}

static void one_that_is_in_force_and_one_that_is_wanted_have_their_limits(void **state)
{
    (void)state;
    view.kind = KIND_DOLS;
    view.dols = (struct dols_view){.given = true, .request = 3}; // a further one
    asked("dols.current_until", "missing");
    view.dols.current_until = bytes_text("soon");
    asked("dols.current_until", "format");
    view.dols.current_until = bytes_text("2027-01-22"); // a year and a day
    refused("dols.current_until", "too_late");
    view.dols.current_until = bytes_text("2027-01-21");
    judge("", "");
    assert_int_equal(found.n, 0);
    view.dols.wanted_from = bytes_text("2026-02-19"); // in 29 days
    refused("dols.wanted_from", "too_early");
    view.dols.wanted_from = bytes_text("2026-02-18");
    judge("", "");
    assert_int_equal(found.n, 0);
    view.dols.request = 2;
    view.dols.urgent_from = bytes_text("2026-01-20");
    view.dols.current_until = bytes_text("2026-01-21"); // today still
    asked("dols.request", "still_authorised");
    view.dols.current_until = bytes_text("2026-01-20");
    judge("", "");
    assert_int_equal(found.n, 0);
}

static void what_happened_before_somebody_was_born_is_asked(void **state)
{
    (void)state;
    view.incident_ms = civil_day(1941, 5, 27) * DAY_MS + 12 * HOUR_MS;
    asked("adults[0].date_of_birth", "after_incident");
    view.incident_ms += DAY_MS;
    assert_null(judge("adults[0].date_of_birth", "after_incident"));
    view.adults[0].date_of_birth = bytes_text("1941");
    view.incident_ms = civil_day(1940, 5, 27) * DAY_MS;
    assert_null(judge("adults[0].date_of_birth", "after_incident"));
    view.adults[0].date_of_birth = bytes_text("2026-01-22"); // refused for itself, and no more said
    refused("adults[0].date_of_birth", "future");
    assert_null(judge("adults[0].date_of_birth", "after_incident"));
}

static void an_address_a_postcode_or_a_number_is_enough(void **state)
{
    (void)state;
    view.adults[0].postcode = BYTES_NONE;
    asked("adults[0].address", "missing");
    view.adults[0].address = bytes_text("The second caravan");
    judge("", "");
    assert_int_equal(found.n, 0);
    view.adults[0].address = BYTES_NONE;
    view.adults[0].uprn = bytes_text("100012345678");
    judge("", "");
    assert_int_equal(found.n, 0);
    view.adults[0].uprn = bytes_text("10001/345678");
    asked("adults[0].uprn", "format");
    view.adults[0].uprn = bytes_text("10001:345678");
    asked("adults[0].uprn", "format");
}

static void every_problem_has_a_sentence_that_says_what_to_do(void **state)
{
    (void)state;
    view.adults[0] = (struct adult_view){.postcode = bytes_text("?"),
                                         .uprn = bytes_text("x"),
                                         .nhs_number = bytes_text("1"),
                                         .date_of_birth = bytes_text("?")};
    view.incident_ms = WORLD_NOW_MS * 2;
    judge("", "");
    assert_true(found.n >= 5);
    for (size_t i = 0; i < found.n; i++) {
        size_t const n = strlen(found.at[i].text);
        char const end = found.at[i].text[n - 1];
        assert_true(n > 20 && (end == '.' || end == '?'));
    }
}

#define T(name) cmocka_unit_test_setup(name, setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_whole_concern_raises_no_question),
        T(what_cannot_be_is_refused_with_the_remedy),
        T(times_that_have_not_come_are_refused_beyond_a_clocks_error),
        T(someone_under_18_is_stored_and_put_to_a_person),
        T(gaps_and_spelling_are_asked_and_keep_nothing_out),
        T(nobody_asks_the_name_of_someone_unidentified),
        T(somebody_must_be_meant_and_not_too_many),
        T(the_first_refusal_is_told_however_many_questions_there_are),
        T(the_same_number_for_two_people_is_asked),
        T(a_provider_speaks_about_its_own_places_only),
        T(what_other_kinds_need_is_asked_and_a_day_that_cannot_be_is_refused),
        T(the_days_of_an_authorisation_are_checked),
        T(one_that_is_in_force_and_one_that_is_wanted_have_their_limits),
        T(what_happened_before_somebody_was_born_is_asked),
        T(an_address_a_postcode_or_a_number_is_enough),
        T(every_problem_has_a_sentence_that_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
