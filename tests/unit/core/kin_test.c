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
                                          .sightings_max = 20000,
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

static unsigned counted(uint64_t hash, int days, int64_t at_ms, uint64_t but)
{
    return book_kin_count(book, hash, &(struct windows){1, {days}}, at_ms, but).in[0];
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
    assert_int_equal(counted(9, 28, now_ms, 0), 28);
    // A flood about one adult is counted so far and no further.
    assert_int_equal(counted(9, 365, now_ms, 800), KIN_COUNT_MAX - 1);
    assert_int_equal(counted(1, 28, now_ms, 0), 14);
    assert_int_equal(counted(1, 28, now_ms + 400 * DAY_MS, 0), 0);
    assert_int_equal(counted(0, 28, now_ms, 0), 0);
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

static void a_request_is_counted_once_it_has_become_a_concern(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 3; no++) {
        struct casefile f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        f.adult_hash = 5;
        f.kind = no == 1 ? KIND_CONCERN : KIND_DOLS;
        assert_int_equal(book_put(book, &f), OK);
    }
    assert_int_equal(counted(5, 28, WORLD_NOW_MS, 0), 1);
    struct casefile f = *book_case(book, 2);
    f.kind = KIND_CONCERN;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(counted(5, 28, WORLD_NOW_MS, 0), 2);
    f.state = STATE_CLOSED;
    f.closed_ms = WORLD_NOW_MS;
    assert_int_equal(book_put(book, &f), OK); // and stays one
    assert_int_equal(counted(5, 28, WORLD_NOW_MS, 0), 2);
    assert_int_equal(book_open_case_of_adult(book, 5, 1)->no, 3);
}

// What the facts count, told from the whole history one by one: the plain definition.
#define HISTORY_DAYS  900
#define HISTORY_CASES 2400
static struct came {
    uint64_t adult, person, place;
    int64_t received_ms, day;
    bool red;
} told[HISTORY_CASES + 1]; // by number
static uint64_t n_told;
static const struct windows COUNTED = {3, {28, 90, 365}};

// The day is that of the least number that came on it or later: where clocks went back, an earlier
// day may have greater ones.
static unsigned kin_told(uint64_t hash, bool person, int days, int64_t today, uint64_t but)
{
    uint64_t oldest = n_told + 1;
    unsigned among = 0, n = 0;
    for (uint64_t no = n_told; no > 0; no--)
        if (told[no].day > today - days) oldest = no;
    for (uint64_t no = n_told; no > 0 && among < KIN_COUNT_MAX; no--) {
        if ((person ? told[no].person : told[no].adult) != hash) continue;
        among++;
        n += no >= oldest && no != but;
    }
    return hash ? n : 0;
}

static unsigned place_told(uint64_t place, bool reds, int days, int64_t today, uint64_t but)
{
    unsigned n = 0;
    for (uint64_t no = 1; no <= n_told; no++)
        n += told[no].place == place && (!reds || told[no].red) && told[no].day <= today &&
             told[no].day > today - days && no != but;
    return place ? n : 0;
}

static void told_hold(int64_t now_ms, uint64_t no)
{
    struct came const *t = &told[no];
    int64_t const today = now_ms / DAY_MS;
    uint64_t const but =
        book_case(book, no) ? no : 0; // of a closed one it is not known which it was
    struct window_counts const a = book_kin_count(book, t->adult, &COUNTED, now_ms, no);
    struct window_counts const p = book_kin_count(book, t->person, &COUNTED, now_ms, no);
    struct window_counts const s =
        book_sightings(book, SIGHTING_PLACE, t->place, &COUNTED, now_ms, no);
    struct window_counts const r =
        book_sightings(book, SIGHTING_PLACE_RED, t->place, &COUNTED, now_ms, no);
    for (unsigned w = 0; w < COUNTED.n; w++) {
        int const days = COUNTED.days[w];
        assert_int_equal(a.in[w], kin_told(t->adult, false, days, today, no));
        assert_int_equal(p.in[w], kin_told(t->person, true, days, today, no));
        assert_int_equal(s.in[w], place_told(t->place, false, days, today, but));
        assert_int_equal(r.in[w], place_told(t->place, true, days, today, but));
    }
}

static void history_receive(uint64_t *seed, int64_t now_ms)
{
    struct came *t = &told[++n_told];
    *t = (struct came){.adult = world_random(seed) % 40,
                       .person = 1000 + world_random(seed) % 60,
                       .place = world_random(seed) % 5,
                       .received_ms = now_ms,
                       .day = now_ms / DAY_MS,
                       .red = world_random(seed) % 4 == 0};
    struct casefile f =
        world_case(n_told, t->red ? COLOUR_RED : COLOUR_GREEN, world_now(t->received_ms));
    f.colour_first = f.colour;
    f.adult_hash = (int64_t)t->adult;
    f.person_hash = (int64_t)t->person;
    f.place_hash = (int64_t)t->place;
    if (book_area(book)->last_ms < now_ms) book_area(book)->last_ms = now_ms;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_sighting_add(book, SIGHTING_PLACE, t->place, n_told, now_ms), OK);
    if (t->red)
        assert_int_equal(book_sighting_add(book, SIGHTING_PLACE_RED, t->place, n_told, now_ms), OK);
}

static void history_close(uint64_t no, int64_t now_ms)
{
    if (!book_case(book, no)) return;
    struct casefile f = *book_case(book, no);
    f.state = STATE_CLOSED;
    f.closed_ms = now_ms;
    assert_int_equal(book_put(book, &f), OK);
}

static void every_window_is_counted_as_one_by_one_over_random_histories(void **state)
{
    (void)state;
    for (uint64_t run = 1; run <= 4; run++) {
        uint64_t seed = run;
        int64_t now_ms = WORLD_NOW_MS;
        memset(memory, 0, lent);
        book = book_init(memory, lent, &LIMITS);
        for (n_told = 0; n_told < HISTORY_CASES && now_ms < WORLD_NOW_MS + HISTORY_DAYS * DAY_MS;) {
            int64_t const step_ms = (int64_t)(world_random(&seed) % (uint64_t)DAY_MS);
            bool const back = world_random(&seed) % 50 == 0, away = world_random(&seed) % 300 == 0;
            now_ms += back ? -3 * step_ms : away ? 60 * step_ms : step_ms;
            if (now_ms < WORLD_NOW_MS) now_ms = WORLD_NOW_MS;
            history_receive(&seed, now_ms);
            if (world_random(&seed) % 3) history_close(1 + world_random(&seed) % n_told, now_ms);
            // Where the clock went back further, what is a year and a day old is gone already.
            if (book_area(book)->last_ms - now_ms < DAY_MS && world_random(&seed) % 4 == 0)
                told_hold(now_ms, 1 + world_random(&seed) % n_told);
        }
    }
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
        T(a_request_is_counted_once_it_has_become_a_concern),
        T(every_window_is_counted_as_one_by_one_over_random_histories),
        T(what_follows_a_case_is_found_and_stands_in_no_queue),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
