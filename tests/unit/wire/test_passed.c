// How often the oldest green was passed by, team by team: numbers of eight bytes in the area's row.
#include "wire.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "raw.h"
#include "record.h"

static struct raw row;
static struct area back;

static void counts_come_back_for_as_many_teams_as_are_counted(void **state)
{
    static const uint8_t more[8] = {1};
    (void)state;
    for (size_t n = 0; n <= AREA_PASSED_MAX; n++) {
        struct area a = {.cases = 3};
        for (size_t i = 0; i < n; i++) a.passed[i] = (i + 1) * UINT64_C(0x9e3779b97f4a7c15) | 1;
        row.len = wire_area_row_encode(&a, row.data, sizeof row.data);
        assert_int_equal(wire_area_row_decode(raw_all(&row), &back), OK);
        assert_memory_equal(a.passed, back.passed, sizeof a.passed);
        raw_bytes(&row, AREA_PASSED, more, sizeof more); // in two parts, as protobuf allows
        enum err const e = wire_area_row_decode(raw_all(&row), &back);
        assert_int_equal(e, n < AREA_PASSED_MAX ? OK : ERR_CORRUPT);
        if (n < AREA_PASSED_MAX) assert_int_equal(back.passed[n], 1);
    }
}

static void a_count_of_none_or_of_seven_bytes_is_no_count(void **state)
{
    static const uint8_t none[8] = {0}, seven[7] = {1};
    (void)state;
    row.len = 0;
    raw_bytes(&row, AREA_PASSED, none, sizeof none);
    assert_int_equal(wire_area_row_decode(raw_all(&row), &back), ERR_CORRUPT);
    row.len = 0;
    raw_bytes(&row, AREA_PASSED, seven, sizeof seven);
    assert_int_equal(wire_area_row_decode(raw_all(&row), &back), ERR_CORRUPT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_come_back_for_as_many_teams_as_are_counted),
        cmocka_unit_test(a_count_of_none_or_of_seven_bytes_is_no_count),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
