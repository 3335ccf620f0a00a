// The list of facts keeps its own promises, and its codes stand where the protocol's enums stand.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <protobuf-c/protobuf-c.h>
#include <string.h>

#include "facts.h"
#include "triage/v1/common.pb-c.h"
#include "triage/v1/concern.pb-c.h"

static void every_fact_has_one_lower_case_name(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        const char *const name = FACTS[i].name;
        assert_non_null(name);
        assert_true(islower((unsigned char)name[0]));
        for (const char *c = name; *c; c++) {
            assert_true(islower((unsigned char)*c) || isdigit((unsigned char)*c) || *c == '_');
        }
        assert_int_equal(fact_from(name), i); // the first of its name, so the only one
    }
}

static void a_name_outside_the_list_is_no_fact(void **state)
{
    (void)state;
    assert_int_equal(fact_from(""), -1);
    assert_int_equal(fact_from("HARM_TYPES"), -1);
    assert_int_equal(fact_from("harm_types "), -1);
    assert_int_equal(fact_from("harm_type"), -1);
}

static void only_codes_have_codes_and_only_numbers_a_unit(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        const struct fact_def *const f = &FACTS[i];
        bool const coded = f->type == FACT_CODE || f->type == FACT_CODES;
        assert_int_equal(f->codes != NULL, coded);
        assert_int_equal(f->unit[0] != '\0', f->type == FACT_NUMBER);
    }
}

static void several_codes_fit_beside_the_mark_of_the_unknown(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        if (!FACTS[i].codes) continue;
        int n = 0;
        while (FACTS[i].codes[n]) n++;
        assert_in_range(n, 1, 31);
    }
}

static void every_question_is_one_a_person_can_answer(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        const char *const q = FACTS[i].question;
        assert_true(isupper((unsigned char)q[0]));
        assert_int_equal(q[strlen(q) - 1], '?');
        assert_null(strchr(q, '_'));
    }
}

static void what_the_council_knows_is_never_asked_of_a_referrer(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        assert_false(FACTS[i].whose == FACT_COUNCIL && FACTS[i].correctable);
    }
}

static void codes_are_found_at_their_place_and_strangers_are_not(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        for (int k = 0; FACTS[i].codes && FACTS[i].codes[k]; k++) {
            assert_int_equal(fact_code_from((enum fact)i, FACTS[i].codes[k]), k);
        }
        assert_int_equal(fact_code_from((enum fact)i, "no such code"), -1);
        assert_int_equal(fact_code_from((enum fact)i, ""), -1);
    }
}

static void cleared_facts_are_all_unknown(void **state)
{
    (void)state;
    struct facts f;
    memset(&f, 0, sizeof f);
    facts_clear(&f);
    for (int i = 0; i < FACT_COUNT; i++) assert_int_equal(f.value[i], FACT_UNKNOWN);
}

// "HARM_TYPE_SELF_NEGLECT" of an enum whose values begin with "HARM_TYPE_" is "self_neglect".
static void assert_code_is(const char *code, const char *value_name, const char *prefix)
{
    assert_int_equal(strncmp(value_name, prefix, strlen(prefix)), 0);
    const char *const rest = value_name + strlen(prefix);
    assert_int_equal(strlen(code), strlen(rest));
    for (size_t i = 0; rest[i]; i++) assert_int_equal(code[i], tolower((unsigned char)rest[i]));
}

static void codes_stand_at_the_number_of_the_protocols_enum_less_one(void **state)
{
    (void)state;
    static const struct {
        enum fact fact;
        const char *prefix;
        const ProtobufCEnumDescriptor *proto;
        int n_beyond; // values that mean "not known"
    } pairs[] = {
        {FACT_SOURCE_TYPE, "SOURCE_TYPE_", &triage__v1__source_type__descriptor, 0},
        {FACT_SUBJECT, "SUBJECT_", &triage__v1__subject__descriptor, 0},
        {FACT_AREA_OF_ABUSE, "AREA_OF_ABUSE_", &triage__v1__area_of_abuse__descriptor, 0},
        {FACT_SUPPORT_REASON, "SUPPORT_REASON_", &triage__v1__support_reason__descriptor, 1},
        {FACT_HARM_TYPES, "HARM_TYPE_", &triage__v1__harm_type__descriptor, 0},
        {FACT_HARM_ACTUAL, "HARM_LEVEL_", &triage__v1__harm_level__descriptor, 1},
        {FACT_HARM_RISKED, "HARM_LEVEL_", &triage__v1__harm_level__descriptor, 1},
        {FACT_HARM_SIGNS, "HARM_SIGN_", &triage__v1__harm_sign__descriptor, 0},
        {FACT_RECURRENCE, "RECURRENCE_", &triage__v1__recurrence__descriptor, 1},
        {FACT_SOURCE_CATEGORY, "SOURCE_CATEGORY_", &triage__v1__source_category__descriptor, 1},
        {FACT_CARE_SIGNS, "CARE_SIGN_", &triage__v1__care_sign__descriptor, 0},
        {FACT_MEDICATION_ERROR, "ERROR_", &triage__v1__medication__error__descriptor, 0},
        {FACT_SELF_NEGLECT_SIGNS, "SELF_NEGLECT_SIGN_", &triage__v1__self_neglect_sign__descriptor,
         0},
        {FACT_SLAVERY_SIGNS, "SLAVERY_SIGN_", &triage__v1__slavery_sign__descriptor, 0},
        {FACT_WAS_COLOUR, "COLOUR_", &triage__v1__colour__descriptor, 0},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        const char *const *const codes = FACTS[pairs[i].fact].codes;
        const ProtobufCEnumDescriptor *const d = pairs[i].proto;
        int n = 0;
        for (; codes[n]; n++) {
            const ProtobufCEnumValue *const v = protobuf_c_enum_descriptor_get_value(d, n + 1);
            assert_non_null(v);
            assert_code_is(codes[n], v->name, pairs[i].prefix);
        }
        assert_int_equal(d->n_values, 1 + n + pairs[i].n_beyond);
    }
}

static void themes_stand_in_the_order_of_the_concerns_blocks(void **state)
{
    (void)state;
    const ProtobufCMessageDescriptor *const d = &triage__v1__safeguarding_concern__descriptor;
    const char *const *const codes = FACTS[FACT_THEMES].codes;
    unsigned n = 0;
    for (; codes[n]; n++) {
        const ProtobufCFieldDescriptor *const f =
            protobuf_c_message_descriptor_get_field(d, 30 + n);
        assert_non_null(f);
        assert_string_equal(codes[n], f->name);
    }
    assert_null(protobuf_c_message_descriptor_get_field(d, 30 + n));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fact_has_one_lower_case_name),
        cmocka_unit_test(a_name_outside_the_list_is_no_fact),
        cmocka_unit_test(only_codes_have_codes_and_only_numbers_a_unit),
        cmocka_unit_test(several_codes_fit_beside_the_mark_of_the_unknown),
        cmocka_unit_test(every_question_is_one_a_person_can_answer),
        cmocka_unit_test(what_the_council_knows_is_never_asked_of_a_referrer),
        cmocka_unit_test(codes_are_found_at_their_place_and_strangers_are_not),
        cmocka_unit_test(cleared_facts_are_all_unknown),
        cmocka_unit_test(codes_stand_at_the_number_of_the_protocols_enum_less_one),
        cmocka_unit_test(themes_stand_in_the_order_of_the_concerns_blocks),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
