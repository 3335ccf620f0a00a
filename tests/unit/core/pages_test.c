// Many small things in little memory: pairs of numbers, and what is counted by day.
#include "book.h"
#include "pages.h"
#include "world.h"

#include <stdlib.h>

static uint64_t seed = 7;

static uint64_t nth_value(const struct pages *p, uint64_t key, unsigned nth)
{
    struct pages_at at = {0};
    while (pages_next(p, key, &at)) {
        if (nth-- == 0) return pages_value(p, at);
    }
    return 0;
}

static bool is_even(void *ctx, uint64_t value)
{
    (void)ctx;
    return value % 2 == 0;
}

static void an_entry_costs_about_seventeen_bytes_however_many_there_are(void **state)
{
    size_t const most = 300000;
    struct pages p;
    void *lent = calloc(1, pages_bytes(most));
    (void)state;
    assert_non_null(lent);
    pages_init(&p, lent, most);
    for (size_t i = 1; i <= most; i++) {
        assert_int_equal(pages_add(&p, world_random(&seed), i), OK);
        if (i < 10000 || i % 1000 != 0) continue;
        assert_true(p.used * sizeof(struct page) + p.n * sizeof(uint32_t) <= 18 * i);
    }
    assert_int_equal(pages_add(&p, 1, 1), ERR_NO_MEMORY);
    for (size_t bucket = 0; bucket < p.n; bucket++) pages_sift(&p, bucket, is_even, NULL);
    assert_int_equal(p.count, most / 2);
    size_t const used = p.used;
    while (p.count < most) assert_int_equal(pages_add(&p, world_random(&seed), 2), OK);
    assert_true(p.used <= used + used / 100); // what was given back is used again
    free(lent);
}

static void one_key_may_have_all_the_entries_there_is_room_for(void **state)
{
    size_t const most = 5000;
    struct pages p;
    void *lent = calloc(1, pages_bytes(most));
    (void)state;
    assert_non_null(lent);
    pages_init(&p, lent, most);
    for (size_t i = 1; i <= most; i++) assert_int_equal(pages_add(&p, 5, i), OK);
    for (unsigned nth = 0; nth < most; nth++) { // the last first, through every split
        if (nth % 7 == 0) assert_int_equal(nth_value(&p, 5, nth), most - nth);
    }
    assert_int_equal(nth_value(&p, 13, 0), 0);
    for (size_t bucket = 0; bucket < p.n; bucket++) pages_sift(&p, bucket, is_even, NULL);
    assert_int_equal(p.count, most / 2);
    for (unsigned nth = 0; nth < most / 2; nth += 11) {
        assert_int_equal(nth_value(&p, 5, nth), most - 2 * nth);
    }
    free(lent);
}

static void what_is_older_than_any_count_costs_nothing(void **state)
{
    struct book_limits const few = {.cases_open_max = 1,
                                    .keys_max = 1,
                                    .recipients_max = 1,
                                    .teams_max = 1,
                                    .owed_max = 1,
                                    .sightings_max = 10,
                                    .kin_max = 10};
    void *lent = calloc(1, book_size(&few));
    (void)state;
    assert_non_null(lent);
    struct book *small = book_init(lent, book_size(&few), &few);
    book_area(small)->last_ms = WORLD_NOW_MS;
    for (uint64_t n = 1; n <= 10000; n++) { // ten years of history, as a start reads it
        int64_t const at_ms = WORLD_NOW_MS - 3650 * DAY_MS + (int64_t)n * 300 * (DAY_MS / 1000);
        if (at_ms >= WORLD_NOW_MS - 367 * DAY_MS) break;
        assert_int_equal(book_sighting_add(small, SIGHTING_PLACE, n, n, at_ms), OK);
    }
    assert_int_equal(book_sighting_add(small, SIGHTING_PLACE, 1, 1, WORLD_NOW_MS - 366 * DAY_MS),
                     OK);
    for (uint64_t n = 2; n <= 10; n++) {
        assert_int_equal(book_sighting_add(small, SIGHTING_PLACE, n, n, WORLD_NOW_MS), OK);
    }
    assert_int_equal(book_sighting_add(small, SIGHTING_PLACE, 11, 1, WORLD_NOW_MS), ERR_NO_MEMORY);
    free(lent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_entry_costs_about_seventeen_bytes_however_many_there_are),
        cmocka_unit_test(one_key_may_have_all_the_entries_there_is_room_for),
        cmocka_unit_test(what_is_older_than_any_count_costs_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
