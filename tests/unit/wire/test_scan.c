#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

#include "raw.h"

// Field numbers of the schema that the tests need; lint keeps them for ever.
enum { ID = 1, COMMAND_ID = 2, WORKER = 3, HELLO = 10, SUBMIT = 11, STATUS = 15, QUEUE = 32 };
enum { SUBMISSIONS = 1, KEY = 1, KIND = 2, CONCERN = 3, DANGER = 4, ON_BEHALF = 5 };
enum {
    INCIDENT_MS = 4,
    ADULTS = 11,
    WHAT_HAPPENED = 12,
    HARM = 20,
    PATTERN = 21,
    ADULT_NAME = 2,
    LIMBS = 20
};

static uint8_t memory[4 << 20];
static struct arena arena;
static struct wire_limits limits;
static struct raw raw;

static int fresh(void **state)
{
    (void)state;
    limits = WIRE_LIMITS_DEFAULT;
    arena_init(&arena, memory, sizeof memory);
    raw.len = 0;
    return 0;
}

static void refused(enum err got, enum err wanted, const struct wire_place *place, const char *code,
                    const char *field)
{
    assert_int_equal(got, wanted);
    assert_string_equal(place->code, code);
    assert_string_equal(place->field, field);
    assert_true(strlen(place->text) > 10);
    assert_int_equal(arena.used, 0); // refused before anything was unpacked
}
static void request_refused(enum err wanted, const char *code, const char *field)
{
    arena_reset(&arena);
    Triage__V1__Request *m;
    struct wire_place place;
    refused(wire_request(raw_all(&raw), &limits, &arena, &m, &place), wanted, &place, code, field);
}
static void concern_refused(enum err wanted, const char *code, const char *field)
{
    Triage__V1__SafeguardingConcern *m;
    struct wire_place place;
    refused(wire_concern(raw_all(&raw), &limits, &arena, &m, &place), wanted, &place, code, field);
}
static Triage__V1__Request *request_taken(void)
{
    Triage__V1__Request *m = NULL;
    struct wire_place place = {.field = "", .code = "", .text = ""};
    enum err const e = wire_request(raw_all(&raw), &limits, &arena, &m, &place);
    if (e) fail_msg("%s at %s", place.code, place.field);
    return m;
}

static void an_empty_frame_is_a_request_without_a_body(void **state)
{
    (void)state;
    assert_int_equal(request_taken()->body_case, TRIAGE__V1__REQUEST__BODY__NOT_SET);
}

static void what_is_right_is_taken(void **state)
{
    (void)state;
    raw_bytes(&raw, KEY, "0123456789abcdef", 16);
    raw_number(&raw, KIND, 1);
    raw_text(&raw, ON_BEHALF, "Zoë’s home 🏠");
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    raw_number(&raw, ID, UINT64_MAX); // order does not matter
    const Triage__V1__Request *const m = request_taken();
    assert_true(m->id == UINT64_MAX);
    assert_int_equal(m->submit->n_submissions, 1);
    assert_string_equal(m->submit->submissions[0]->on_behalf_of, "Zoë’s home 🏠");
}

static void bytes_that_end_too_early_are_refused_at_the_field(void **state)
{
    (void)state;
    raw_tag(&raw, WORKER, 2);
    raw_varint(&raw, 5);
    raw_byte(&raw, 'x');
    request_refused(ERR_MALFORMED, "truncated", "worker");
    fresh(NULL);
    raw_tag(&raw, WORKER, 2);
    raw_varint(&raw, 2); // one byte too many
    raw_byte(&raw, 'x');
    request_refused(ERR_MALFORMED, "truncated", "worker");
    fresh(NULL);
    raw_tag(&raw, ID, 0);
    raw_byte(&raw, 0x80);
    request_refused(ERR_MALFORMED, "truncated", "id");
    fresh(NULL);
    raw_tag(&raw, 1, 2); // a submission that says it is longer than its submit
    raw_varint(&raw, 100);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_MALFORMED, "truncated", "submit.submissions[0]");
}

static void every_cut_of_a_right_message_is_refused_or_right(void **state)
{
    (void)state;
    Triage__V1__Request *m;
    struct wire_place place;
    raw_bytes(&raw, KEY, "0123456789abcdef", 16);
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    for (size_t len = 1; len < raw.len; len++) {
        enum err const e = wire_request(bytes_of(raw.data, len), &limits, &arena, &m, &place);
        assert_int_equal(e, ERR_MALFORMED);
    }
}

static void what_is_no_field_at_all_is_refused(void **state)
{
    (void)state;
    static const unsigned odd[] = {0x00, 0x03, 0x0B,
                                   0x0C, 0x07, 0x0E}; // number 0, groups, types 6 and 7
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        fresh(NULL);
        raw_byte(&raw, odd[i]);
        raw_wrap(&raw, HELLO);
        request_refused(ERR_MALFORMED, "tag", "hello");
    }
    fresh(NULL);
    for (int i = 0; i < 6; i++) raw_byte(&raw, 0xFF);
    request_refused(ERR_MALFORMED, "tag", "");
    fresh(NULL);
    raw_varint(&raw, UINT64_C(1) << 32 | 8); // field 1, if the number were cut
    raw_byte(&raw, 1);
    request_refused(ERR_MALFORMED, "tag", "");
}

static void a_field_that_the_schema_does_not_have_is_refused_by_its_number(void **state)
{
    (void)state;
    raw_number(&raw, 77, 1);
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_MALFORMED, "unknown_field", "submit.submissions[0].#77");
    raw.len = 0;
    raw_number(&raw, 77, 1); // in a message that has no fields at all
    raw_wrap(&raw, 80);
    request_refused(ERR_MALFORMED, "unknown_field", "overview.#77");
}

static void a_reply_may_hold_what_a_later_release_added(void **state)
{
    (void)state;
    Triage__V1__Reply *m;
    struct wire_place place;
    raw_number(&raw, ID, 4);
    raw_number(&raw, 2, 999); // a status of a later release
    raw_text(&raw, 500, "a field of a later release");
    assert_int_equal(wire_reply(raw_all(&raw), &limits, &arena, &m, &place), OK);
    assert_true(m->id == 4);
    raw_tag(&raw, 501, 2);
    raw_varint(&raw, 9);
    assert_int_equal(wire_reply(raw_all(&raw), &limits, &arena, &m, &place), ERR_MALFORMED);
    assert_string_equal(place.field, "#501");
}

static void another_wire_type_is_refused(void **state)
{
    (void)state;
    raw_text(&raw, ID, "7");
    request_refused(ERR_MALFORMED, "wire_type", "id");
    fresh(NULL);
    raw_number(&raw, WORKER, 7);
    request_refused(ERR_MALFORMED, "wire_type", "worker");
    fresh(NULL);
    raw_number(&raw, SUBMIT, 7);
    request_refused(ERR_MALFORMED, "wire_type", "submit");
    fresh(NULL);
    raw_tag(&raw, 1, 1);
    for (int i = 0; i < 8; i++) raw_byte(&raw, 0);
    raw_wrap(&raw, HARM);
    concern_refused(ERR_MALFORMED, "wire_type", "harm.types[0]");
}

static void a_single_field_given_twice_is_refused(void **state)
{
    (void)state;
    raw_number(&raw, ID, 1);
    raw_number(&raw, ID, 1);
    request_refused(ERR_MALFORMED, "duplicate", "id");
    fresh(NULL);
    raw_text(&raw, HELLO, "");
    raw_text(&raw, HELLO, "");
    request_refused(ERR_MALFORMED, "duplicate", "hello");
}

static void two_members_of_a_oneof_are_refused(void **state)
{
    (void)state;
    raw_text(&raw, HELLO, "");
    raw_text(&raw, QUEUE, "");
    request_refused(ERR_MALFORMED, "oneof", "queue");
}

static void a_number_that_does_not_end_is_refused(void **state)
{
    (void)state;
    raw_tag(&raw, ID, 0);
    for (int i = 0; i < 10; i++) raw_byte(&raw, 0xFF);
    raw_byte(&raw, 0x01);
    request_refused(ERR_MALFORMED, "varint", "id");
    fresh(NULL);
    raw_tag(&raw, ID, 0);
    for (int i = 0; i < 9; i++) raw_byte(&raw, 0xFF);
    raw_byte(&raw, 0x02); // a 65th bit
    request_refused(ERR_MALFORMED, "varint", "id");
}

static void text_that_is_not_utf8_is_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"\xFF",         "\xC0\xAF",         "\xE2\x82",
                                      "\xED\xA0\x80", "\xF5\x80\x80\x80", "eight so\x80"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fresh(NULL);
        raw_text(&raw, ADULT_NAME, bad[i]);
        raw_wrap(&raw, ADULTS);
        concern_refused(ERR_INVALID, "utf8", "adults[0].name");
    }
}

static void text_with_a_nul_is_refused_wherever_it_stands(void **state)
{
    (void)state;
    for (size_t at = 0; at < 20; at++) {
        char text[20];
        memset(text, 'a', sizeof text);
        text[at] = 0;
        fresh(NULL);
        raw_bytes(&raw, WHAT_HAPPENED, text, sizeof text);
        concern_refused(ERR_INVALID, "nul", "what_happened");
    }
}

static void bytes_may_hold_anything(void **state)
{
    (void)state;
    raw_bytes(&raw, COMMAND_ID, "\0\xFF\0", 3);
    assert_int_equal(request_taken()->command_id.len, 3);
}

static void a_choice_that_is_not_offered_is_refused(void **state)
{
    (void)state;
    raw_number(&raw, KIND, 99); // no kind has it
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_INVALID, "enum", "submit.submissions[0].kind");
    fresh(NULL);
    raw_number(&raw, KIND, (uint64_t)-1);
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_INVALID, "enum", "submit.submissions[0].kind");
    fresh(NULL);
    raw_bytes(&raw, 1, "\x01\x02\x63", 3); // packed harm types
    raw_wrap(&raw, HARM);
    concern_refused(ERR_INVALID, "enum", "harm.types[2]");
}

static void a_number_too_large_for_its_field_is_refused(void **state)
{
    (void)state;
    raw_number(&raw, 2, UINT64_C(1) << 32); // protobuf-c would make 0 of it
    raw_wrap(&raw, PATTERN);
    concern_refused(ERR_INVALID, "range", "pattern.count");
    fresh(NULL);
    raw_number(&raw, 3, 2); // a bool
    raw_wrap(&raw, 16);
    request_refused(ERR_INVALID, "range", "mine.open_only");
    fresh(NULL);
    raw_number(&raw, KIND, UINT64_C(1) << 33);
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_INVALID, "range", "submit.submissions[0].kind");
}

static void a_time_outside_the_years_1_to_9999_is_refused(void **state)
{
    (void)state;
    static const int64_t bad[] = {INT64_MIN, INT64_MAX, -62135596800001, 253402300800000};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        fresh(NULL);
        raw_number(&raw, INCIDENT_MS, (uint64_t)bad[i]);
        concern_refused(ERR_INVALID, "time", "incident_ms");
    }
}

static void text_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    static char text[16385];
    (void)state;
    memset(text, 'x', sizeof text);
    raw_bytes(&raw, WORKER, text, sizeof text - 1);
    assert_non_null(request_taken());
    fresh(NULL);
    raw_bytes(&raw, WORKER, text, sizeof text);
    request_refused(ERR_TOO_LARGE, "too_long", "worker");
}

static void a_list_may_be_as_long_as_the_limit_and_no_longer(void **state)
{
    (void)state;
    limits.repeated_max = 3;
    for (int i = 0; i < 3; i++) raw_text(&raw, SUBMISSIONS, "");
    raw_wrap(&raw, SUBMIT);
    assert_non_null(request_taken());
    fresh(NULL);
    limits.repeated_max = 3;
    for (int i = 0; i < 4; i++) raw_text(&raw, SUBMISSIONS, "");
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_TOO_LARGE, "too_many_items", "submit.submissions");
    fresh(NULL);
    limits.repeated_max = 3;
    raw_bytes(&raw, 1, "\x01\x02", 2); // two packed, then two single
    raw_number(&raw, 1, 3);
    raw_number(&raw, 1, 4);
    raw_wrap(&raw, HARM);
    concern_refused(ERR_TOO_LARGE, "too_many_items", "harm.types");
}

static void ten_thousand_fields_may_be_and_one_more_not(void **state)
{
    (void)state;
    limits.fields_max = 10000;
    limits.repeated_max = 20000;
    for (int i = 0; i < 9999; i++) raw_text(&raw, SUBMISSIONS, "");
    raw_wrap(&raw, SUBMIT); // the ten thousandth
    assert_non_null(request_taken());
    raw_number(&raw, ID, 1);
    request_refused(ERR_TOO_LARGE, "too_many_fields", "");
    raw.len = 0;
    for (int i = 0; i < 10000; i++) raw_text(&raw, SUBMISSIONS, "");
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_TOO_LARGE, "too_many_fields", "submit");
}

static void nesting_beyond_the_limit_is_refused(void **state)
{
    (void)state;
    limits.depth_max = 2;
    raw_number(&raw, KIND, 1);
    raw_wrap(&raw, SUBMISSIONS);
    raw_wrap(&raw, SUBMIT);
    request_refused(ERR_TOO_LARGE, "too_deep", "submit.submissions[0]");
}

static void a_thousand_nested_fields_are_refused_at_the_first_unknown_one(void **state)
{
    (void)state;
    for (int i = 0; i < 1000; i++) raw_wrap(&raw, LIMBS);
    raw_wrap(&raw, ADULTS);
    concern_refused(ERR_MALFORMED, "unknown_field", "adults[0].limbs.#20");
}

static void more_adults_than_there_is_room_for_are_refused(void **state)
{
    (void)state;
    Triage__V1__SafeguardingConcern *m;
    struct wire_place place;
    for (int i = 0; i < CONCERN_ADULTS_MAX; i++) raw_text(&raw, ADULTS, "");
    assert_int_equal(wire_concern(raw_all(&raw), &limits, &arena, &m, &place), OK);
    raw_text(&raw, ADULTS, "");
    assert_int_equal(wire_concern(raw_all(&raw), &limits, &arena, &m, &place), ERR_TOO_LARGE);
    assert_string_equal(place.field, "adults");
}

static void a_list_in_a_concern_is_shorter_still(void **state)
{
    (void)state;
    Triage__V1__SafeguardingConcern *m;
    struct wire_place place;
    for (int i = 0; i < WIRE_CONCERN_ITEMS_MAX; i++) raw_text(&raw, 50, "");
    assert_int_equal(wire_concern(raw_all(&raw), &limits, &arena, &m, &place), OK);
    arena_reset(&arena);
    raw_text(&raw, 50, "");
    concern_refused(ERR_TOO_LARGE, "too_many_items", "attachments");
}

static void a_mebibyte_of_empty_messages_stays_in_the_budget(void **state)
{
    static uint8_t small[256 * 1024];
    (void)state;
    Triage__V1__Request *m;
    struct wire_place place;
    limits.fields_max = limits.repeated_max = SIZE_MAX; // nothing but the budget stands in the way
    for (int i = 0; i < 512 * 1024; i++) raw_text(&raw, SUBMISSIONS, "");
    raw_wrap(&raw, SUBMIT);
    arena_init(&arena, small, sizeof small);
    assert_int_equal(wire_request(raw_all(&raw), &limits, &arena, &m, &place), ERR_NO_MEMORY);
    assert_string_equal(place.code, "too_costly");
    assert_true(arena.used <= sizeof small);
}

// The dearest a message of so many bytes can be: empty messages, which take the most memory for
// their bytes, and then one long run of bytes.
static void the_dearest_request_of_a_mebibyte_fits_eight(void **state)
{
    static uint8_t large[8 << 20], filling[1 << 20];
    (void)state;
    size_t const full = 1 << 20;
    for (size_t i = 0; i < limits.repeated_max - 1; i++)
        raw_bytes(&raw, SUBMISSIONS, "\x10\x01", 2);
    size_t const left = full - raw.len - 64;
    raw_tag(&raw, SUBMISSIONS, 2); // the last submission has a concern that fills the rest
    raw_varint(&raw, left + 4);
    raw_bytes(&raw, CONCERN, filling, left);
    raw_wrap(&raw, SUBMIT);
    arena_init(&arena, large, sizeof large);
    assert_non_null(request_taken());
    print_message("a request of %zu bytes took %zu\n", raw.len, arena.peak);
}

static void the_dearest_concern_of_64_kibibytes_fits_one_mebibyte(void **state)
{
    static uint8_t filling[65536];
    static uint8_t large[1 << 20];
    static const uint8_t adult[] = {0xA2, 0x01, 0x02, 0x08, 0x01, 0xAA, 0x01, 0x02, 0x08, 0x01};
    (void)state;
    Triage__V1__SafeguardingConcern *m;
    struct wire_place place;
    for (int i = 0; i < CONCERN_ADULTS_MAX; i++) raw_bytes(&raw, ADULTS, adult, sizeof adult);
    for (uint32_t block = 20; block <= 23; block++) raw_text(&raw, block, "");
    for (uint32_t block = 30; block <= 40; block++) raw_text(&raw, block, "");
    for (int i = 0; i < WIRE_CONCERN_ITEMS_MAX; i++) raw_text(&raw, 50, "");
    raw.len -= 3; // the last of them, made anew below
    size_t const left = 65536 - raw.len - 8;
    raw_tag(&raw, 50, 2); // the last attachment has a digest that fills the rest
    raw_varint(&raw, left + 4);
    raw_bytes(&raw, 3, filling, left);
    arena_init(&arena, large, sizeof large);
    enum err const e = wire_concern(raw_all(&raw), &limits, &arena, &m, &place);
    if (e) fail_msg("%s at %s", place.code, place.field);
    print_message("a concern of %zu bytes took %zu\n", raw.len, arena.peak);
}

#define T(name) cmocka_unit_test_setup(name, fresh)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_empty_frame_is_a_request_without_a_body),
        T(what_is_right_is_taken),
        T(bytes_that_end_too_early_are_refused_at_the_field),
        T(every_cut_of_a_right_message_is_refused_or_right),
        T(what_is_no_field_at_all_is_refused),
        T(a_field_that_the_schema_does_not_have_is_refused_by_its_number),
        T(a_reply_may_hold_what_a_later_release_added),
        T(another_wire_type_is_refused),
        T(a_single_field_given_twice_is_refused),
        T(two_members_of_a_oneof_are_refused),
        T(a_number_that_does_not_end_is_refused),
        T(text_that_is_not_utf8_is_refused),
        T(text_with_a_nul_is_refused_wherever_it_stands),
        T(bytes_may_hold_anything),
        T(a_choice_that_is_not_offered_is_refused),
        T(a_number_too_large_for_its_field_is_refused),
        T(a_time_outside_the_years_1_to_9999_is_refused),
        T(text_may_be_as_long_as_the_limit_and_no_longer),
        T(a_list_may_be_as_long_as_the_limit_and_no_longer),
        T(ten_thousand_fields_may_be_and_one_more_not),
        T(nesting_beyond_the_limit_is_refused),
        T(a_thousand_nested_fields_are_refused_at_the_first_unknown_one),
        T(more_adults_than_there_is_room_for_are_refused),
        T(a_list_in_a_concern_is_shorter_still),
        T(a_mebibyte_of_empty_messages_stays_in_the_budget),
        T(the_dearest_request_of_a_mebibyte_fits_eight),
        T(the_dearest_concern_of_64_kibibytes_fits_one_mebibyte),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
