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
    p->n_places = 0;
    p->role = ROLE_POLICE; // about any place
    judge("", "");
    assert_false(problems_refused(&found));
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
        T(every_problem_has_a_sentence_that_says_what_to_do),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
