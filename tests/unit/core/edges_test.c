// Where the book's structures end: scores out of all measure, what is put off for ever, gaps in
// what is owed, days that no calendar of ours has.
#include "book.h"
#include "kin.h"
#include "owed.h"
#include "sightings.h"
#include "ties.h"
#include "world.h"

#include <stdlib.h>
#include <string.h>

static void *lent_for(size_t size)
{
    void *memory = aligned_alloc(64, (size + 63) / 64 * 64);
    assert_non_null(memory);
    memset(memory, 0, size);
    return memory;
}

static struct book *book_of(const struct book_limits *l)
{
    struct book *b = book_init(lent_for(book_size(l)), book_size(l), l);
    assert_non_null(b);
    return b;
}

static struct book *small_book(void)
{
    world_make();
    return book_of(&(struct book_limits){.cases_open_max = 40,
                                         .keys_max = 10,
                                         .recipients_max = 4,
                                         .teams_max = 4,
                                         .owed_max = 10,
                                         .sightings_max = 100,
                                         .kin_max = 100,
                                         .orgs_max = 4,
                                         .errands_max = 8});
}

static void no_score_lifts_a_case_over_a_graver_colour(void **state)
{
    struct book *b = small_book();
    (void)state;
    for (uint64_t no = 1; no <= 3; no++) {
        struct casefile f = world_case(no, (enum colour)no, world_now(WORLD_NOW_MS));
        f.score = no == 1 ? INT32_MAX : no == 3 ? INT32_MIN : 0; // the gravest has the least
        assert_int_equal(book_put(b, &f), OK);
    }
    struct casefile *f = book_queue_first(b, "mash");
    for (uint64_t no = 3; no >= 1; no--, f = book_queue_next(b, "mash", f))
        assert_int_equal(f->no, no);
    free(b);
}

static void a_book_that_waits_for_nothing_says_never(void **state)
{
    struct book *b = small_book();
    (void)state;
    assert_int_equal(book_next_due_ms(b), INT64_MAX);
    assert_null(book_due(b, INT64_MAX - 1));
    struct casefile f = world_case(1, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    f.holding_ms = 0;
    assert_int_equal(book_put(b, &f), OK);
    book_defer(b, 1, WORLD_NOW_MS + DAY_MS);
    assert_int_equal(book_next_due_ms(b), WORLD_NOW_MS + DAY_MS);
    book_defer(b, 1, f.received_ms - DAY_MS); // before it came: as soon as may be
    assert_int_equal(book_next_due_ms(b), f.received_ms + SECOND_MS);
    int64_t const never_ms = f.received_ms + (int64_t)UINT32_MAX * SECOND_MS;
    book_defer(b, 1, 0);
    assert_int_equal(book_next_due_ms(b), never_ms);
    book_defer(b, 1, INT64_MAX / 2);
    assert_int_equal(book_next_due_ms(b), never_ms);
    struct errand errands[9] = {{.number = 1}};
    f.errands = errands;
    f.n_errands = 9; // more than there is room for in all
    assert_false(book_errands_room(b, 0, &f));
    f.state = STATE_CLOSED; // it takes none with it
    assert_true(book_errands_room(b, 0, &f));
    free(b);
}

static void a_case_between_two_teams_needs_room_for_both(void **state)
{
    static const char *const teams[] = {"mash", "north", "south", "west"};
    struct book *b = small_book();
    enum err e = OK;
    (void)state;
    for (uint64_t no = 1; no <= 4 && e == OK; no++) {
        struct casefile f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        id_copy(f.team, teams[no - 1]);
        e = book_put(b, &f);
    }
    struct casefile offered = world_case(9, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    offered.state = STATE_HANDOVER_OFFERED;
    id_copy(offered.offered_team, "mash");
    id_copy(offered.team, "east"); // one team too many
    assert_int_equal(book_put(b, &offered), ERR_NO_MEMORY);
    assert_null(book_case(b, 9));
    id_copy(offered.team, "north");
    assert_int_equal(book_put(b, &offered), OK);
    free(b);
}

static void a_red_counts_for_its_own_place_alone(void **state)
{
    struct book *b = small_book();
    struct windows const month = {1, {28}};
    (void)state;
    book_area(b)->last_ms = WORLD_NOW_MS;
    struct casefile f = world_case(1, COLOUR_RED, world_now(WORLD_NOW_MS));
    assert_int_equal(book_put(b, &f), OK);
    assert_int_equal(book_sighting_add(b, SIGHTING_PLACE_RED, 78, 2, WORLD_NOW_MS), OK);
    assert_int_equal(book_sighting_add(b, SIGHTING_PLACE_RED, 77, 1, WORLD_NOW_MS), OK);
    assert_int_equal(book_sightings(b, SIGHTING_PLACE_RED, 78, &month, WORLD_NOW_MS, 1).in[0], 1);
    assert_int_equal(book_sightings(b, SIGHTING_PLACE_RED, 77, &month, WORLD_NOW_MS, 1).in[0], 0);
    free(b);
}

static void days_beyond_those_that_are_kept_are_counted_as_the_last_of_them(void **state)
{
    struct sightings s;
    struct kin k;
    struct windows const month = {1, {28}};
    int64_t const far_ms = INT64_C(70000) * DAY_MS; // in the year 2161
    (void)state;
    void *const seen = lent_for(sightings_bytes(50)), *const related = lent_for(kin_bytes(50));
    sightings_init(&s, seen, 50);
    assert_int_equal(sightings_add(&s, 1, far_ms), OK);
    assert_int_equal(sightings_add(&s, 1, far_ms + DAY_MS), OK);
    assert_int_equal(sightings_add(&s, 1, WORLD_NOW_MS), OK); // over a year before: no more kept
    assert_int_equal(sightings_count(&s, 1, &month, far_ms, -1).in[0], 2);
    assert_int_equal(sightings_count(&s, 1, &month, WORLD_NOW_MS, -1).in[0], 0);
    kin_init(&k, related, 50);
    assert_int_equal(kin_add(&k, 1, 1, -5 * DAY_MS, 0, true), OK); // before all counting
    assert_int_equal(kin_count(&k, 1, &month, -DAY_MS, 0).in[0], 1);
    assert_int_equal(kin_add(&k, 1, 2, far_ms, 0, true), OK);
    assert_int_equal(kin_count(&k, 1, &month, far_ms + DAY_MS, 0).in[0], 1);
    assert_int_equal(kin_count(&k, 1, &(struct windows){1, {2 * KIN_DAYS}}, far_ms, 0).in[0], 2);
    free(seen);
    free(related);
}

static void of_very_many_cases_of_one_adult_only_the_last_are_looked_at(void **state)
{
    struct kin k;
    void *const related = lent_for(kin_bytes(2 * KIN_LOOK_MAX));
    (void)state;
    kin_init(&k, related, 2 * KIN_LOOK_MAX);
    for (uint64_t no = 1; no <= KIN_LOOK_MAX + 1; no++)
        assert_int_equal(kin_add(&k, 1, no, WORLD_NOW_MS, 0, true), OK);
    assert_false(kin_close(&k, 1, 1, WORLD_NOW_MS)); // however long the list is
    assert_true(kin_close(&k, 1, 2, WORLD_NOW_MS));
    assert_false(kin_close(&k, 0, 2, WORLD_NOW_MS));
    free(related);
}

static void what_is_owed_may_have_gaps_and_ends_where_room_does(void **state)
{
    struct owed o;
    struct recipient const of = {.id = "home-a", .cursor = 1000000};
    struct recipient *r;
    void *const lent = lent_for(owed_bytes(2, 100));
    (void)state;
    owed_init(&o, lent, 2, 100);
    assert_int_equal(owed_recipient_add(&o, &of, &r), OK);
    assert_int_equal(owed_oldest_ms(&o), 0); // nothing of it is in memory
    owed_receipt(&o, r, 100);
    assert_int_equal(r->receipted, 100);
    assert_int_equal(owed_older(&o, r, 101, 5, 0), OK); // kept before dates were
    assert_int_equal(owed_oldest_ms(&o), 0);
    assert_int_equal(owed_older(&o, r, 101, 5, WORLD_NOW_MS), OK);
    assert_int_equal(owed_oldest_ms(&o), WORLD_NOW_MS);
    enum err e = OK;
    unsigned n = 0;
    for (; e == OK && n < 100; n++)
        e = owed_older(&o, r, 1000 + (uint64_t)n * OWED_CHUNK, 7, WORLD_NOW_MS);
    assert_int_equal(e, ERR_NO_MEMORY); // each in a place of its own
    struct recipient const another = {.id = "home-b"};
    assert_int_equal(owed_recipient_add(&o, &another, &r), OK);
    o.total_max = UINT64_MAX; // the count would let it
    assert_int_equal(owed_append(&o, r, 9, WORLD_NOW_MS), ERR_NO_MEMORY);
    assert_int_equal(r->cursor, 0); // not appended, not counted
    free(lent);
}

static bool none_ends(void *ctx, uint64_t child)
{
    (void)ctx;
    (void)child;
    return true;
}

static void what_was_never_tied_is_not_untied(void **state)
{
    struct ties t;
    void *const lent = lent_for(ties_bytes(100));
    struct pages_at at = {0};
    (void)state;
    ties_init(&t, lent, 100);
    ties_add(&t, 1, 10, none_ends, NULL);
    ties_add(&t, 1, 11, none_ends, NULL);
    ties_remove(&t, 1, 12);
    ties_remove(&t, 2, 10);
    assert_int_not_equal(ties_next(&t, 1, &at), 0);
    assert_int_not_equal(ties_next(&t, 1, &at), 0);
    assert_int_equal(ties_next(&t, 1, &at), 0);
    ties_remove(&t, 1, 10);
    ties_remove(&t, 1, 11);
    at = (struct pages_at){0};
    assert_int_equal(ties_next(&t, 1, &at), 0);
    free(lent);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_score_lifts_a_case_over_a_graver_colour),
        cmocka_unit_test(a_book_that_waits_for_nothing_says_never),
        cmocka_unit_test(a_case_between_two_teams_needs_room_for_both),
        cmocka_unit_test(a_red_counts_for_its_own_place_alone),
        cmocka_unit_test(days_beyond_those_that_are_kept_are_counted_as_the_last_of_them),
        cmocka_unit_test(of_very_many_cases_of_one_adult_only_the_last_are_looked_at),
        cmocka_unit_test(what_is_owed_may_have_gaps_and_ends_where_room_does),
        cmocka_unit_test(what_was_never_tied_is_not_untied),
    };
    return cmocka_run_group_tests_name("edges", tests, NULL, NULL);
}
