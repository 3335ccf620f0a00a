// Errands of cases in the book: they are there, they are that case's alone, and room is used again.
#include "book.h"
#include "pockets.h"
#include "world.h"

#include <stdlib.h>

#define PLACES 64
#define OWNERS 12

static struct errand errand_of(int owner, int number)
{
    return (struct errand){.number = number, .kind = ERRAND_CALL, .about = owner};
}

static void whatever_comes_and_goes_each_keeps_its_own(void **state)
{
    static struct pockets p;
    void *memory = calloc(1, pockets_bytes(PLACES));
    struct errand *at[OWNERS] = {NULL};
    size_t n[OWNERS] = {0};
    uint64_t seed = 5;
    unsigned full = 0;
    (void)state;
    assert_non_null(memory);
    pockets_init(&p, memory, PLACES);
    for (int round = 0; round < 20000; round++) {
        struct errand list[ERRANDS_MAX];
        int const owner = (int)(world_random(&seed) % OWNERS);
        size_t const want = world_random(&seed) % 3 ? world_random(&seed) % (ERRANDS_MAX + 1) : 0;
        for (size_t i = 0; i < want; i++) list[i] = errand_of(owner, (int)i + 1);
        bool const room = want <= n[owner] || want == 0 || pockets_room(&p, want);
        struct errand *const block = pockets_put(&p, at[owner], n[owner], list, want);
        full += !room;
        if (room || block) {
            assert_int_equal(block != NULL, want > 0);
            at[owner] = block;
            n[owner] = want;
        }
        for (int o = 0; o < OWNERS; o++) {
            for (size_t i = 0; i < n[o]; i++) assert_int_equal(at[o][i].about, o);
        }
    }
    for (int o = 0; o < OWNERS; o++) at[o] = pockets_put(&p, at[o], n[o], NULL, 0);
    assert_int_equal(p.live, 0);
    assert_true(full > 100);
    free(memory);
}

static void a_case_in_the_book_brings_its_errands_and_wakes_for_them(void **state)
{
    struct book_limits const limits = {.cases_open_max = 20,
                                       .keys_max = 100,
                                       .recipients_max = 4,
                                       .teams_max = 4,
                                       .owed_max = 100,
                                       .sightings_max = 100,
                                       .kin_max = 100,
                                       .errands_max = 8};
    struct now const now = world_now(WORLD_NOW_MS);
    struct errand list[ERRANDS_MAX] = {{0}};
    void *memory = calloc(1, book_size(&limits));
    (void)state;
    world_make();
    assert_non_null(memory);
    struct book *book = book_init(memory, book_size(&limits), &limits);
    struct casefile f = world_case(1, COLOUR_GREEN, now);
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_errands(book), 0);
    for (int i = 0; i < 3; i++) list[i] = errand_of(1, i + 1);
    list[1].next_ms = now.utc_ms + MINUTE_MS;
    f.errands = list;
    f.n_errands = 3;
    assert_true(book_errands_room(book, 0, &f));
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_next_due_ms(book), now.utc_ms + MINUTE_MS);
    struct casefile const *kept = book_case(book, 1);
    assert_ptr_not_equal(kept->errands, list);
    assert_true(casefile_equal(kept, &f));
    assert_int_equal(kept->errands_max, 0);
    struct casefile other = world_case(2, COLOUR_GREEN, now);
    other.errands = list;
    other.n_errands = 5; // a block of eight is not left
    assert_false(book_errands_room(book, 0, &other));
    assert_int_equal(book_put(book, &other), ERR_NO_MEMORY);
    assert_null(book_case(book, 2));
    f.state = STATE_CLOSED;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_errands(book), 0);
    free(memory);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whatever_comes_and_goes_each_keeps_its_own),
        cmocka_unit_test(a_case_in_the_book_brings_its_errands_and_wakes_for_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
