// test_json.c - messages and JSON say the same, both ways; what is wrong is told with its place.
#include "json_map.h"
#include "random_message.h"

#include "triage/v1/concern.pb-c.h"
#include "triage/v1/envelope.pb-c.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static const ProtobufCMessageDescriptor *const kinds[] = {
    &triage__v1__safeguarding_concern__descriptor,
    &triage__v1__reply__descriptor,
    &triage__v1__request__descriptor,
    &triage__v1__receipt__descriptor,
    &triage__v1__notice__descriptor,
    &triage__v1__decide_request__descriptor};

static uint8_t *packed(const ProtobufCMessage *m, size_t *len)
{
    *len = protobuf_c_message_get_packed_size(m);
    uint8_t *out = malloc(*len + 1);
    protobuf_c_message_pack(m, out);
    return out;
}

static void there_and_back(const ProtobufCMessage *m, enum json_style style)
{
    struct json_fault fault;
    size_t len;
    size_t back_len;
    json_t *j = json_from_message(m, style);
    assert_non_null(j);
    char *text = json_dumps(j, 0);
    json_decref(j);
    j = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    ProtobufCMessage *back = json_to_message(m->descriptor, j, &fault);
    if (!back) fail_msg("%s: %s in %s", fault.path, fault.text, text);
    uint8_t *was = packed(m, &len);
    uint8_t *is = packed(back, &back_len);
    assert_int_equal(len, back_len);
    assert_memory_equal(was, is, len);
    protobuf_c_message_free_unpacked(back, NULL);
    json_decref(j);
    free(text);
    free(was);
    free(is);
}

static void any_message_comes_back_byte_for_byte(void **state)
{
    (void)state;
    uint64_t seed = 1;
    for (int i = 0; i < 1200; i++) {
        ProtobufCMessage *m = random_message(kinds[i % 6], &seed);
        there_and_back(m, i % 2 ? JSON_STYLE_OPEN : JSON_STYLE_STRICT);
        protobuf_c_message_free_unpacked(m, NULL);
    }
}

static void a_time_that_has_no_words_is_written_as_a_number(void **state)
{
    (void)state;
    int64_t const times[] = {INT64_MIN, -62135596800001, 253402300800000, INT64_MAX};
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        Triage__V1__Notice notice = TRIAGE__V1__NOTICE__INIT;
        notice.at_ms = times[i];
        there_and_back(&notice.base, JSON_STYLE_OPEN);
    }
}

static bool read_as(const ProtobufCMessageDescriptor *d, const char *text, char *words)
{
    struct json_fault fault;
    json_t *j = json_loads(text, JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_ANY, NULL);
    assert_non_null(j);
    ProtobufCMessage *m = json_to_message(d, j, &fault);
    json_decref(j);
    if (m)
        protobuf_c_message_free_unpacked(m, NULL);
    else
        json_fault_words(&fault, words, 320);
    return m != NULL;
}

static void what_is_wrong_is_told_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *json, *words;
    } cases[] = {
        {"{\"adults\":[{\"nhs_number\":5}]}", "adults[0].nhs_number: expected a string"},
        {"{\"adults\":[{},{\"name\":\"a\\u0000b\"}]}",
         "adults[1].name: text may not hold a NUL character"},
        {"{\"harm\":{\"types\":[\"neglect\",\"purple\"]}}",
         "harm.types[1]: unknown value \"purple\"; one of: physical, sexual, psychological, "
         "financial"},
        {"{\"harm\":{\"types\":\"neglect\"}}", "harm.types: expected a list"},
        {"{\"harm\":{\"types\":[99]}}", "harm.types[0]: unknown value \"99\"; one of: physical"},
        {"{\"colour\":\"red\"}", "colour: no such field"},
        {"{\"what_happened\":\"a\",\"whatHappened\":\"b\"}", "whatHappened: given twice"},
        {"{\"adults\":{}}", "adults: expected a list"},
        {"{\"adults\":[7]}", "adults[0]: expected an object, { ... }"},
        {"{\"adults\":[null]}", "adults[0]: expected an object, { ... }"},
        {"{\"incident_ms\":\"yesterday\"}",
         "incident_ms: expected a time such as \"2026-07-01T09:30:00Z\""},
        {"{\"incident_ms\":\"2026-02-30T00:00:00Z\"}",
         "incident_ms: expected a time such as \"2026-07-01T09:30:00Z\""},
        {"{\"pattern\":{\"count\":-1}}", "pattern.count: expected a number from 0 to 4294967295"},
        {"{\"pattern\":{\"count\":\"1x\"}}", "pattern.count: expected a whole number"},
        {"{\"pattern\":{\"count\":1.5}}", "pattern.count: expected a whole number"},
        {"{\"attachments\":[{\"digest\":\"***\"}]}",
         "attachments[0].digest: expected bytes as base64"},
        {"[]", "expected an object, { ... }"},
        {"\"text\"", "expected an object, { ... }"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char words[320] = "";
        assert_false(read_as(&triage__v1__safeguarding_concern__descriptor, cases[i].json, words));
        if (strncmp(words, cases[i].words, strlen(cases[i].words)) != 0) {
            fail_msg("%s\n  said %s\n  not %s", cases[i].json, words, cases[i].words);
        }
    }
}

static void people_may_write_words_times_and_either_spelling(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "{\"harm\":{\"types\":[\"neglect\",\"HARM_TYPE_FINANCIAL\",4],"
        "\"immediateDanger\":\"not_known\"}}",
        "{\"incident_ms\":\"2026-07-01T10:30:00+01:00\",\"raised_ms\":1782000000000,"
        "\"incidentEndMs\":\"1782000000000\"}",
        "{\"medication\":{\"error\":\"missed_dose\"},\"referrer\":null,\"adults\":[]}",
        "{\"pattern\":{\"count\":0}}",
    };
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        char words[320] = "";
        if (!read_as(&triage__v1__safeguarding_concern__descriptor, texts[i], words)) {
            fail_msg("%s: %s", texts[i], words);
        }
    }
}

static void a_zero_that_was_given_is_not_the_same_as_none(void **state)
{
    (void)state;
    struct json_fault fault;
    json_t *j = json_loads("{\"count\": 0}", 0, NULL);
    Triage__V1__Pattern *p =
        (Triage__V1__Pattern *)json_to_message(&triage__v1__pattern__descriptor, j, &fault);
    assert_int_equal(p->count__case, TRIAGE__V1__PATTERN__COUNT__COUNT);
    assert_int_equal(protobuf_c_message_get_packed_size(&p->base), 2);
    json_decref(j);
    protobuf_c_message_free_unpacked(&p->base, NULL);
}

static void a_request_may_carry_its_concern_as_an_object(void **state)
{
    (void)state;
    struct json_fault fault;
    json_t *j = json_loads("{\"key\":\"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b\","
                           "\"concern\":{\"what_happened\":\"x\"}}",
                           0, NULL);
    Triage__V1__Submission *s =
        (Triage__V1__Submission *)json_to_message(&triage__v1__submission__descriptor, j, &fault);
    assert_non_null(s);
    assert_int_equal(s->key.len, 16);
    assert_int_equal(s->key.data[0], 0x01);
    assert_int_equal(s->key.data[15], 0x5b);
    assert_int_equal(s->concern.len, 3);
    there_and_back(&s->base, JSON_STYLE_OPEN);
    json_t *open = json_from_message(&s->base, JSON_STYLE_OPEN);
    assert_true(json_equal(j, open));
    json_decref(open);
    json_decref(j);
    protobuf_c_message_free_unpacked(&s->base, NULL);
}

// The reader keeps one bit for each field of a message, to tell a name that is given twice.
static void messages_that_are_read_have_at_most_128_fields(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        assert_true(kinds[i]->n_fields <= 128);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_message_comes_back_byte_for_byte),
        cmocka_unit_test(a_time_that_has_no_words_is_written_as_a_number),
        cmocka_unit_test(what_is_wrong_is_told_with_its_place),
        cmocka_unit_test(people_may_write_words_times_and_either_spelling),
        cmocka_unit_test(a_zero_that_was_given_is_not_the_same_as_none),
        cmocka_unit_test(a_request_may_carry_its_concern_as_an_object),
        cmocka_unit_test(messages_that_are_read_have_at_most_128_fields),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
