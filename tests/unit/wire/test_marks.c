// What searches need of a case: 32 bits that say which adults it cannot be about.
#include "sound.h"
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "record.h"

static void a_row_without_marks_may_be_anybodys(void **state)
{
    uint8_t out[1024];
    struct casefile f, got;
    (void)state;
    for (uint64_t marks = 0; marks <= UINT32_MAX; marks = marks * 3 + 1) {
        casefile_clear(&f);
        f.marks = (uint32_t)marks;
        size_t const n = wire_case_row_encode(&f, out, sizeof out);
        assert_int_equal(wire_case_row_decode(bytes_of(out, n), &got), OK);
        assert_int_equal(got.marks, f.marks);
    }
    assert_int_equal(wire_case_row_decode(BYTES_NONE, &got), OK);
    assert_int_equal(got.marks, UINT32_MAX);
}

static void an_adult_has_the_marks_of_each_of_its_names_and_of_its_number(void **state)
{
    struct wire_keys k;
    uint8_t const secret[32] = {7};
    Triage__V1__Adult a = TRIAGE__V1__ADULT__INIT;
    struct sound name;
    (void)state;
    wire_keys_init(&k, secret);
    assert_int_equal(wire_adult_marks(&k, &a), 0);
    a.name = (char *)(uintptr_t) "Anne-Marie O'Invented";
    a.nhs_number = (char *)(uintptr_t) "999 000 0018";
    uint32_t const marks = wire_adult_marks(&k, &a);
    assert_int_equal(marks & wire_nhs_marks(&k, "9990000018"), wire_nhs_marks(&k, "9990000018"));
    sound_of(bytes_text("Annemarie Oinvented"), &name);
    for (size_t i = 0; i < name.n; i++) {
        uint32_t const word = wire_sound_marks(&k, name.words[i].code[0]);
        assert_int_equal(marks & word, word);
    }
    a.name = (char *)(uintptr_t) "a b c d e f g h i j k";
    assert_int_equal(wire_adult_marks(&k, &a), UINT32_MAX); // more than are told apart
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_without_marks_may_be_anybodys),
        cmocka_unit_test(an_adult_has_the_marks_of_each_of_its_names_and_of_its_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
