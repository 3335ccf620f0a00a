#include "arena.h"
#include "world.h"

#include <stdalign.h>

static alignas(64) uint8_t block[4096];

static void what_is_taken_is_aligned_apart_and_within_the_block(void **state)
{
    struct arena a;
    uint8_t *last_end = block;
    (void)state;
    arena_init(&a, block + 3, 1000); // whatever the block's own alignment
    for (size_t size = 0; size < 40; size++) {
        uint8_t *p = arena_alloc(&a, size);
        if (p == NULL) break;
        assert_int_equal((uintptr_t)p % alignof(max_align_t), 0);
        assert_true(p >= last_end && p + size <= block + 3 + 1000);
        last_end = p + size;
    }
}

static void a_spent_arena_says_so_until_it_is_reset(void **state)
{
    struct arena a;
    (void)state;
    arena_init(&a, block, 256);
    assert_non_null(arena_alloc(&a, 256));
    assert_false(a.exhausted);
    assert_null(arena_alloc(&a, 1));
    assert_true(a.exhausted);
    arena_reset(&a);
    assert_false(a.exhausted);
    assert_null(arena_alloc(&a, SIZE_MAX));
    assert_null(arena_zalloc(&a, SIZE_MAX - 15));
    assert_null(arena_copy(&a, bytes_of(block, SIZE_MAX)).data);
    assert_non_null(arena_alloc(&a, 256)); // nothing was taken by what was refused
}

static void a_reset_wipes_all_that_was_ever_written(void **state)
{
    struct arena a;
    (void)state;
    memset(block, 0, sizeof(block));
    arena_init(&a, block, sizeof(block));
    size_t const mark = arena_mark(&a);
    memset(arena_alloc(&a, 2000), 0xee, 2000);
    arena_release(&a, mark);
    const char *kept = arena_text(&a, bytes_text("about a person"));
    assert_string_equal(kept, "about a person");
    arena_reset(&a);
    for (size_t i = 0; i < sizeof(block); i++) assert_int_equal(block[i], 0);
}

static void what_was_never_written_is_given_back_and_not_wiped(void **state)
{
    struct arena a;
    (void)state;
    memset(block, 0, sizeof(block));
    arena_init(&a, block, sizeof(block));
    memset(arena_alloc(&a, 1000), 0xee, 100);
    arena_unwritten(&a, 100);
    assert_int_equal(a.peak, 100);
    memset(arena_alloc(&a, 500), 0xee, 500);
    arena_release(&a, 100); // written, so it is wiped though it was given back
    memset(arena_alloc(&a, 300), 0xee, 10);
    arena_unwritten(&a, 130);
    assert_int_equal(a.used, 130);
    arena_reset(&a);
    for (size_t i = 0; i < sizeof(block); i++) assert_int_equal(block[i], 0);
}

static void a_copy_ends_with_nul_and_is_its_own(void **state)
{
    struct arena a;
    char text[] = "abc";
    (void)state;
    memset(block, 0xff, sizeof(block));
    arena_init(&a, block, sizeof(block));
    struct bytes const copy = arena_copy(&a, bytes_text(text));
    text[0] = 'x';
    assert_true(bytes_equal(copy, bytes_text("abc")));
    assert_int_equal(copy.data[3], 0);
    assert_int_equal(arena_copy(&a, BYTES_NONE).len, 0);
    const uint8_t *zeroed = arena_zalloc(&a, 100);
    for (size_t i = 0; i < 100; i++) assert_int_equal(zeroed[i], 0);
}

static void every_colour_tier_and_notice_has_a_word_of_its_own(void **state)
{
    (void)state;
    for (int v = 0; v <= COLOUR_RED; v++) {
        assert_int_equal(colour_from(colour_word((enum colour)v)), v);
    }
    for (int v = 0; v <= TIER_DUTY_MET; v++) {
        assert_int_equal(tier_from(tier_word((enum tier)v)), v);
    }
    for (int v = 0; v <= NOTICE_HOLDING; v++) {
        assert_int_equal(notice_from(notice_word((enum notice)v)), v);
    }
    for (int v = 0; v <= ROLE_PORTAL; v++) assert_int_equal(role_from(role_word((enum role)v)), v);
    for (int v = 0; v <= GRADE_OPERATOR; v++) {
        assert_int_equal(grade_from(grade_word((enum grade)v)), v);
    }
    for (int v = 0; v <= ANSWER_NOT_KNOWN; v++) {
        assert_int_equal(answer_from(answer_word((enum answer)v)), v);
    }
    for (int v = 0; v <= PARALLEL_CLINICAL; v++) {
        assert_int_equal(parallel_from(parallel_word((enum parallel)v)), v);
    }
    assert_string_equal(colour_word((enum colour)77), "?");
    assert_string_equal(err_text(ERR_BUSY), "full for now, send the same again later");
    assert_string_equal(err_text((enum err) - 99), "an error this build does not know");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken_is_aligned_apart_and_within_the_block),
        cmocka_unit_test(a_spent_arena_says_so_until_it_is_reset),
        cmocka_unit_test(a_reset_wipes_all_that_was_ever_written),
        cmocka_unit_test(what_was_never_written_is_given_back_and_not_wiped),
        cmocka_unit_test(a_copy_ends_with_nul_and_is_its_own),
        cmocka_unit_test(every_colour_tier_and_notice_has_a_word_of_its_own),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
