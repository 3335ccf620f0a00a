// Who belongs together: the cases of one adult, and the threads of one incident.
#include "book.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static const struct book_limits LIMITS = {.cases_open_max = 3000,
                                          .keys_max = 10,
                                          .recipients_max = 10,
                                          .teams_max = 4,
                                          .owed_max = 10,
                                          .sightings_max = 10,
                                          .kin_max = 20000,
                                          .errands_max = 64};
static struct book *book;
static size_t lent;
static void *memory;

static int setup(void **state)
{
    (void)state;
    world_make();
    lent = book_size(&LIMITS);
    memory = mmap(NULL, lent, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE,
                  -1, 0);
    assert_ptr_not_equal(memory, MAP_FAILED);
    book = book_init(memory, lent, &LIMITS);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    return munmap(memory, lent);
}

static void an_open_case_of_the_same_adult_is_found(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 300; no++) {
        struct casefile f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        f.adult_hash = (int64_t)(no % 100);
        assert_int_equal(book_put(book, &f), OK);
    }
    for (uint64_t no = 1; no <= 300; no++) {
        struct casefile *other = book_open_case_of_adult(book, no % 100, no);
        if (no % 100 == 0) {
            assert_null(other); // nobody named
            continue;
        }
        assert_non_null(other);
        assert_int_equal(other->no % 100, no % 100);
        assert_int_not_equal(other->no, no);
    }
    struct casefile f = *book_case(book, 7);
    f.state = STATE_CLOSED;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_not_equal(book_open_case_of_adult(book, 7, 107)->no, 7);
    assert_null(book_open_case_of_adult(book, 100001, 0));
}

static void kin_are_counted_by_day_whether_open_or_closed_and_old_closed_ones_go(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 800; no++) { // one a day, each about one of two adults
        struct casefile f =
            world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS + (int64_t)no * DAY_MS));
        f.adult_hash = (int64_t)(1 + no % 2);
        f.person_hash = 9;
        book_area(book)->last_ms = f.received_ms;
        assert_int_equal(book_put(book, &f), OK);
        if (no == 3) continue; // stays open for years
        f.state = STATE_CLOSED;
        f.closed_ms = f.received_ms + DAY_MS;
        assert_int_equal(book_put(book, &f), OK);
    }
    int64_t const now_ms = WORLD_NOW_MS + 800 * DAY_MS;
    assert_int_equal(book_kin_count(book, 9, 28, now_ms, 0), 28);
    // A flood about one adult is counted so far and no further.
    assert_int_equal(book_kin_count(book, 9, 365, now_ms, 800), KIN_COUNT_MAX - 1);
    assert_int_equal(book_kin_count(book, 1, 28, now_ms, 0), 14);
    assert_int_equal(book_kin_count(book, 1, 28, now_ms + 400 * DAY_MS, 0), 0);
    assert_int_equal(book_kin_count(book, 0, 28, now_ms, 0), 0);
    assert_int_equal(book_open_case_of_adult(book, 9, 0)->no, 3);
    struct kin_one one = {0};
    unsigned seen = 0;
    while (book_kin_next(book, 9, &one)) {
        seen++;
        assert_int_equal(one.open, one.no == 3);
        if (one.no > 798) continue; // the last ones close on a day that nothing has come yet
        int64_t const day = (WORLD_NOW_MS + (int64_t)(one.no + 1) * DAY_MS) / DAY_MS;
        if (!one.open) assert_int_equal(one.closed_ms / DAY_MS, day);
    }
    assert_in_range(seen, 366, 500); // the sweep comes round
    struct casefile f = *book_case(book, 3);
    book_kin_forget(book, &f);
    assert_null(book_open_case_of_adult(book, 9, 0));
}

static void what_follows_a_case_is_found_and_stands_in_no_queue(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 40; no++) {
        struct casefile f = world_case(no, COLOUR_AMBER, world_now(WORLD_NOW_MS));
        if (no > 20) f.follows = (int32_t)(1 + no % 4);
        assert_int_equal(book_put(book, &f), OK);
    }
    unsigned queued = 0;
    struct casefile *at = book_queue_first(book, "mash");
    for (; at; at = book_queue_next(book, "mash", at), queued++) assert_int_equal(at->follows, 0);
    assert_int_equal(queued, 20);
    assert_int_equal(book_depth(book, "mash").by_colour[COLOUR_AMBER], 20);
    for (int again = 0; again < 100; again++) { // back and forth leaves one tie
        struct casefile f = *book_case(book, 21);
        f.follows = again % 2 ? 2 : 0;
        assert_int_equal(book_put(book, &f), OK);
    }
    for (uint64_t primary = 1; primary <= 4; primary++) {
        struct pages_at tie = {0};
        unsigned n = 0;
        while ((at = book_follower_next(book, primary, &tie)) != NULL) {
            assert_int_equal(at->follows, primary);
            n++;
        }
        assert_int_equal(n, 5);
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(an_open_case_of_the_same_adult_is_found),
        T(kin_are_counted_by_day_whether_open_or_closed_and_old_closed_ones_go),
        T(what_follows_a_case_is_found_and_stands_in_no_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
