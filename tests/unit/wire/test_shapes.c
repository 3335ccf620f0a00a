// Shapes that the scan knows and no message of today's schema has: numbers of fixed width, and
// lists of them in one field.  And memory that does not suffice for packing and unpacking.
#include "scan.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "raw.h"

#define FIELD(name, id, label, type)                                                              \
    {                                                                                             \
        name, id, PROTOBUF_C_LABEL_##label, PROTOBUF_C_TYPE_##type, 0, 0, NULL, NULL, 0, 0, NULL, \
            NULL                                                                                  \
    }
static const ProtobufCFieldDescriptor fields[] = {
    FIELD("narrow", 1, NONE, FIXED32),
    FIELD("wide", 2, NONE, DOUBLE),
    FIELD("narrows", 3, REPEATED, FIXED32),
    FIELD("numbers", 4, REPEATED, UINT32),
};
static const unsigned by_name[] = {0, 2, 3, 1};
static const ProtobufCIntRange ranges[] = {{1, 0}, {0, 4}};
static const ProtobufCMessageDescriptor shapes = {PROTOBUF_C__MESSAGE_DESCRIPTOR_MAGIC,
                                                  "shapes",
                                                  "Shapes",
                                                  "Shapes",
                                                  "",
                                                  sizeof(ProtobufCMessage),
                                                  4,
                                                  fields,
                                                  by_name,
                                                  1,
                                                  ranges,
                                                  NULL,
                                                  NULL,
                                                  NULL,
                                                  NULL};

static struct raw raw;
static struct wire_limits limits;
static struct wire_place place;

static int fresh(void **state)
{
    (void)state;
    limits = WIRE_LIMITS_DEFAULT;
    raw.len = 0;
    return 0;
}

static enum err scan(void)
{
    place = (struct wire_place){.field = "", .code = "", .text = ""};
    return scan_message(&shapes, raw_all(&raw), &limits, SCAN_STRICT, &place);
}

static void fixed(uint32_t number, unsigned type, size_t bytes)
{
    raw_tag(&raw, number, type);
    for (size_t i = 0; i < bytes; i++) raw_byte(&raw, 7);
}

static void numbers_of_fixed_width_are_taken_whole_or_refused(void **state)
{
    (void)state;
    fixed(1, 5, 4);
    fixed(2, 1, 8);
    assert_int_equal(scan(), OK);
    raw.len--;
    assert_int_equal(scan(), ERR_MALFORMED);
    assert_string_equal(place.field, "wide");
    raw.len = 0;
    fixed(1, 1, 8);
    assert_int_equal(scan(), ERR_MALFORMED);
}

static void lists_in_one_field_are_looked_at_number_by_number(void **state)
{
    static const uint8_t eight[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    (void)state;
    raw_bytes(&raw, 3, eight, 8);
    raw_bytes(&raw, 4, eight, 8);
    assert_int_equal(scan(), OK);
    raw.len = 0;
    raw_bytes(&raw, 3, eight, 7);
    assert_int_equal(scan(), ERR_MALFORMED);
    assert_string_equal(place.field, "narrows[1]");
    raw.len = 0;
    raw_bytes(&raw, 4, eight, 5);
    raw_bytes(&raw, 4, eight, 3); // a list may come in pieces, and counts as one
    limits.repeated_max = 8;
    assert_int_equal(scan(), OK);
    limits.repeated_max = 7;
    assert_int_not_equal(scan(), OK);
    assert_string_equal(place.field, "numbers");
    raw.len = 0;
    raw_tag(&raw, 4, 2);
    raw_varint(&raw, 9); // longer than what is there
    raw_byte(&raw, 1);
    assert_int_equal(scan(), ERR_MALFORMED);
}

static void without_memory_nothing_is_packed_or_unpacked(void **state)
{
    static uint8_t memory[4096], few[8];
    Triage__V1__SafeguardingConcern said = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Request *q;
    Triage__Ledger__V1__Body *body;
    struct arena a;
    (void)state;
    said.what_happened = (char *)(uintptr_t) "Somebody fell on the stairs.";
    arena_init(&a, few, sizeof few);
    assert_int_equal(wire_pack(&said.base, &a).len, 0);
    assert_true(a.exhausted);
    arena_init(&a, few, sizeof few);
    assert_int_not_equal(wire_request(BYTES_NONE, &limits, &a, &q, &place), OK);
    arena_init(&a, few, sizeof few);
    assert_int_equal(wire_body(BYTES_NONE, &a, &body), ERR_NO_MEMORY);
    arena_init(&a, memory, sizeof memory);
    assert_int_equal(wire_body(BYTES_NONE, &a, &body), OK);
    raw_tag(&raw, 1, 7); // no such type
    assert_int_equal(wire_body(raw_all(&raw), &a, &body), ERR_CORRUPT);
}

static void a_notification_of_the_police_is_graded_when_it_has_a_grade(void **state)
{
    Triage__V1__SafeguardingConcern said = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__PoliceNotification police = TRIAGE__V1__POLICE_NOTIFICATION__INIT;
    struct concern_view view = {0};
    (void)state;
    wire_concern_view(&said, KIND_CONCERN, &view);
    assert_false(view.graded);
    said.police_notification = &police;
    wire_concern_view(&said, KIND_CONCERN, &view);
    assert_false(view.graded);
    police.grade = 1;
    wire_concern_view(&said, KIND_CONCERN, &view);
    assert_true(view.graded);
}

static void care_is_wanted_when_it_is_said_what(void **state)
{
    Triage__V1__SafeguardingConcern said = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__CareNeeds needs = TRIAGE__V1__CARE_NEEDS__INIT;
    struct concern_view view = {0};
    (void)state;
    said.care_needs = &needs;
    wire_concern_view(&said, KIND_CONCERN, &view);
    assert_false(view.has_wanted);
    needs.wanted = (char *)(uintptr_t) "Help to wash.";
    wire_concern_view(&said, KIND_CONCERN, &view);
    assert_true(view.has_wanted);
}

static void the_id_of_a_broken_request_is_found_where_it_can_be(void **state)
{
    (void)state;
    assert_true(wire_request_id(BYTES_NONE) == 0);
    raw_text(&raw, 3, "w-marsh");
    raw_number(&raw, 1, 77);
    raw_byte(&raw, 0xff);
    assert_true(wire_request_id(raw_all(&raw)) == 77);
    raw.len = 0;
    raw_text(&raw, 1, "no number");
    raw_byte(&raw, 0xff); // and no tag
    assert_true(wire_request_id(raw_all(&raw)) == 0);
    raw.len = 0;
    raw_tag(&raw, 1, 0);
    raw_byte(&raw, 0x80); // a number that does not end
    assert_true(wire_request_id(raw_all(&raw)) == 0);
    raw.len = 0;
    raw_tag(&raw, 3, 2);
    raw_varint(&raw, 5); // longer than what is there
    assert_true(wire_request_id(raw_all(&raw)) == 0);
}

static void a_record_may_change_no_case_and_be_read_for_itself(void **state)
{
    struct event const said = {.kind = 1, .version = 3, .prev_seq = 2};
    struct event heard = {.entity = 1};
    uint8_t out[256];
    (void)state;
    size_t const n = wire_header_encode(&said, NULL, NULL, out, sizeof out);
    assert_int_equal(wire_header_decode(bytes_of(out, n), &heard, NULL), OK);
    assert_int_equal(heard.version, 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(numbers_of_fixed_width_are_taken_whole_or_refused, fresh),
        cmocka_unit_test_setup(lists_in_one_field_are_looked_at_number_by_number, fresh),
        cmocka_unit_test_setup(without_memory_nothing_is_packed_or_unpacked, fresh),
        cmocka_unit_test_setup(a_notification_of_the_police_is_graded_when_it_has_a_grade, fresh),
        cmocka_unit_test_setup(the_id_of_a_broken_request_is_found_where_it_can_be, fresh),
        cmocka_unit_test_setup(a_record_may_change_no_case_and_be_read_for_itself, fresh),
        cmocka_unit_test_setup(care_is_wanted_when_it_is_said_what, fresh),
    };
    return cmocka_run_group_tests_name("shapes", tests, NULL, NULL);
}
