#include "lent.h"
#include "shelf.h"

#include <stdlib.h>
#include <string.h>

static void a_full_book_says_so_and_loses_nothing(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= LENT.cases_open_max; no++) {
        struct casefile const f = case_any(no);
        assert_int_equal(book_put(book, &f), OK);
    }
    struct casefile extra = case_any(9999);
    assert_int_equal(book_put(book, &extra), ERR_NO_MEMORY);
    assert_null(book_case(book, 9999));
    assert_int_equal(book_cases(book), LENT.cases_open_max);
    struct casefile gone = *book_case(book, 17);
    gone.state = STATE_CLOSED;
    assert_int_equal(book_put(book, &gone), OK);
    assert_int_equal(book_put(book, &extra), OK);
    id_copy(extra.team, "fourth");
    extra.state = STATE_QUEUED;
    assert_int_equal(book_put(book, &extra), OK);
    id_copy(extra.team, "fifth");
    assert_int_equal(book_put(book, &extra), ERR_NO_MEMORY);
    assert_string_equal(book_case(book, 9999)->team, "fourth");
}

static void what_was_put_off_is_not_asked_for_again_until_then(void **state)
{
    struct casefile f = world_case(1, COLOUR_RED, world_now(WORLD_NOW_MS));
    (void)state;
    f.paging = 0; // nobody is rung
    assert_int_equal(book_put(book, &f), OK);
    struct casefile *mine = book_due(book, f.reassess_ms);
    assert_non_null(mine);
    assert_int_equal(book_due_command(book, mine, f.reassess_ms), COMMAND_REASSESS);
    book_defer(book, 1, f.reassess_ms + 4 * HOUR_MS);
    assert_null(book_due(book, f.reassess_ms + 4 * HOUR_MS - 1));
    assert_int_equal(book_due_command(book, mine, f.reassess_ms + HOUR_MS), COMMAND_NONE);
    assert_int_equal(book_due_command(book, mine, f.reassess_ms + 4 * HOUR_MS), COMMAND_REASSESS);
    assert_int_equal(mine->reassess_ms, f.reassess_ms); // the record itself says what is on disk
    book_defer(book, 1, 0);
    assert_int_equal(book_next_due_ms(book), f.holding_ms); // other clocks go on
    assert_int_equal(book_due_command(book, mine, f.holding_ms), COMMAND_HOLDING);
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_next_due_ms(book), f.reassess_ms);
    book_defer(book, 777, 1);
}

static void what_time_could_not_do_does_not_keep_it_from_the_others(void **state)
{
    struct casefile a = world_case(1, COLOUR_RED, world_now(WORLD_NOW_MS));
    struct casefile b = world_case(2, COLOUR_RED, world_now(WORLD_NOW_MS + MINUTE_MS));
    (void)state;
    a.paging = b.paging = 0;
    assert_int_equal(book_put(book, &a), OK);
    assert_int_equal(book_put(book, &b), OK);
    assert_int_equal(book_due(book, b.reassess_ms)->no, 1);
    book_put_off(book, 1, b.reassess_ms + MINUTE_MS);
    assert_int_equal(book_due(book, b.reassess_ms)->no, 2);
    book_put_off(book, 2, b.reassess_ms + HOUR_MS);
    assert_null(book_due(book, b.reassess_ms));
    assert_int_equal(book_due(book, b.reassess_ms + MINUTE_MS)->no, 1); // asked for again
    assert_int_equal(book_put(book, &b), OK);
    assert_int_equal(book_due(book, b.reassess_ms)->no, 2);
    book_put_off(book, 777, 1);
}

static void a_million_fingerprints_are_found_and_no_other(void **state)
{
    uint64_t again = 11;
    (void)state;
    seed = 11;
    for (uint64_t seq = 1; seq <= 1000000; seq++) {
        assert_int_equal(book_key_add(book, world_random(&seed), seq), OK);
    }
    for (uint64_t seq = 1; seq <= 1000000; seq++) {
        uint64_t const fingerprint = world_random(&again);
        if (book_key_find(book, fingerprint, 0) != seq) fail();
        if (seq % 1000 == 0) assert_int_equal(book_key_find(book, fingerprint, 1), 0);
    }
    for (int i = 0; i < 1000; i++)
        assert_int_equal(book_key_find(book, world_random(&again), 0), 0);
}

static void equal_fingerprints_are_told_one_after_the_other(void **state)
{
    (void)state;
    for (uint64_t seq = 1; seq <= 100; seq++) {
        assert_int_equal(book_key_add(book, 0xabcdef, seq), OK);
        assert_int_equal(book_key_add(book, world_random(&seed), 1000 + seq), OK);
    }
    bool seen[101] = {false};
    for (unsigned nth = 0; nth < 100; nth++) {
        uint64_t const seq = book_key_find(book, 0xabcdef, nth);
        assert_true(seq >= 1 && seq <= 100 && !seen[seq]);
        seen[seq] = true;
    }
    assert_int_equal(book_key_find(book, 0xabcdef, 100), 0);
    assert_int_equal(book_key_add(book, 1, UINT64_C(1) << 39), OK);
    assert_int_equal(book_key_find(book, 1, 0), UINT64_C(1) << 39);
}

static void full_keys_say_so(void **state)
{
    (void)state;
    for (uint64_t i = 1; i <= LENT.keys_max; i++) {
        assert_int_equal(book_key_add(book, 5 * i, i), OK);
    }
    assert_int_equal(book_key_add(book, 1, 1), ERR_NO_MEMORY);
    assert_int_equal(book_key_find(book, 500, 0), 100);
}

static void what_is_owed_is_found_by_cursor_until_it_is_receipted(void **state)
{
    struct recipient *r[8];
    (void)state;
    for (int i = 0; i < 8; i++) {
        struct recipient fresh = {.id = "home-0"};
        fresh.id[5] = (char)('0' + i);
        assert_int_equal(book_recipient_add(book, &fresh, &r[i]), OK);
        assert_ptr_equal(book_recipient(book, fresh.id), r[i]);
    }
    assert_null(book_recipient(book, "home"));
    uint64_t seq = 0;
    uint64_t total = 0;
    uint64_t at[8][2001] = {{0}};
    for (int round = 0; round < 8000; round++) {
        size_t const i = roll(8);
        if (roll(6) == 0) {
            uint64_t const before = r[i]->receipted;
            book_receipt(book, r[i], before + roll(40));
            total -= r[i]->receipted - before;
            assert_true(r[i]->receipted <= r[i]->cursor);
        } else if (r[i]->cursor < 2000) {
            seq++;
            assert_int_equal(book_owe(book, r[i], seq, (int64_t)seq), OK);
            assert_int_equal(r[i]->head_seq, seq);
            at[i][r[i]->cursor] = seq;
            total++;
        }
        assert_int_equal(book_owed_total(book), total);
        uint64_t const cursor = 1 + roll(r[i]->cursor + 2);
        bool const owed = cursor > r[i]->receipted && cursor <= r[i]->cursor;
        assert_int_equal(book_owed_seq(book, r[i], cursor), owed ? at[i][cursor] : 0);
    }
    uint64_t oldest = UINT64_MAX;
    for (size_t i = 0; i < 8; i++) {
        uint64_t const first = r[i]->receipted + 1;
        if (first <= r[i]->cursor && at[i][first] < oldest) oldest = at[i][first];
    }
    assert_int_equal(book_owed_oldest_ms(book), oldest);
    for (size_t i = 0; i < 8; i++) book_receipt(book, r[i], UINT64_MAX);
    assert_int_equal(book_owed_total(book), 0);
    assert_int_equal(book_owed_oldest_ms(book), 0);
}

static void what_was_owed_before_a_restart_is_taken_up_newest_first(void **state)
{
    struct recipient const kept = {.id = "home-a", .cursor = 100, .receipted = 40, .head_seq = 900};
    struct recipient *r;
    (void)state;
    assert_int_equal(book_recipient_add(book, &kept, &r), OK);
    assert_int_equal(book_owed_total(book), 60);
    for (uint64_t cursor = 100; cursor > 30; cursor--) {
        assert_int_equal(book_owe_older(book, r, cursor, cursor * 9, (int64_t)cursor), OK);
    }
    assert_int_equal(book_owed_seq(book, r, 41), 41 * 9);
    assert_int_equal(book_owed_seq(book, r, 40), 0);
    assert_int_equal(book_owed_oldest_ms(book), 41);
    assert_int_equal(book_owe(book, r, 1000, 1000), OK);
    assert_int_equal(r->cursor, 101);
    assert_int_equal(book_owed_seq(book, r, 101), 1000);
}

static void too_much_owed_is_refused_until_something_is_receipted(void **state)
{
    struct recipient const fresh = {.id = "home-a"};
    struct recipient *r;
    (void)state;
    assert_int_equal(book_recipient_add(book, &fresh, &r), OK);
    for (size_t i = 1; i <= LENT.owed_max; i++) assert_int_equal(book_owe(book, r, i, 1), OK);
    assert_int_equal(book_owe(book, r, 1, 1), ERR_NO_MEMORY);
    assert_int_equal(r->cursor, LENT.owed_max);
    book_receipt(book, r, 500);
    for (size_t i = 1; i <= 500; i++) assert_int_equal(book_owe(book, r, i, 1), OK);
    for (size_t i = 1; i < LENT.recipients_max; i++) {
        struct recipient other = {.id = "other-00"};
        other.id[6] = (char)('0' + i / 10);
        other.id[7] = (char)('0' + i % 10);
        assert_int_equal(book_recipient_add(book, &other, &r), OK);
    }
    assert_int_equal(book_recipient_add(book, &(struct recipient){.id = "one-more"}, &r),
                     ERR_NO_MEMORY);
}

static unsigned sighted(enum sighting kind, uint64_t key, int days, int64_t at_ms, uint64_t but)
{
    return book_sightings(book, kind, key, &(struct windows){1, {days}}, at_ms, but).in[0];
}

static void sightings_are_counted_by_day_within_their_window(void **state)
{
    static uint16_t seen[3][800];
    int64_t const start = WORLD_NOW_MS - WORLD_NOW_MS % DAY_MS;
    (void)state;
    memset(seen, 0, sizeof(seen));
    for (int day = 0; day < 800; day++) {
        int64_t const now_ms = start + day * DAY_MS + (int64_t)roll((uint64_t)DAY_MS);
        for (uint64_t n = roll(6); n > 0; n--) {
            size_t const key = roll(3);
            int const late = roll(4) ? 0 : (int)roll(5); // not always in order
            if (day < late) continue;
            seen[key][day - late]++;
            assert_int_equal(
                book_sighting_add(book, SIGHTING_PLACE, key + 1, 1, now_ms - late * DAY_MS), OK);
        }
        for (size_t key = 0; key < 3; key++) {
            static const struct windows windows = {4, {1, 28, 90, 365}};
            struct window_counts const c =
                book_sightings(book, SIGHTING_PLACE, key + 1, &windows, now_ms, 0);
            for (int w = 0; w < 4; w++) {
                unsigned want = 0;
                for (int d = day; d > day - windows.days[w] && d >= 0; d--) want += seen[key][d];
                assert_int_equal(c.in[w], want);
            }
        }
    }
    assert_int_equal(sighted(SIGHTING_REFERRER, 1, 365, start + 700 * DAY_MS, 0), 0);
}

static void a_concern_does_not_count_itself(void **state)
{
    struct casefile f = world_case(5, COLOUR_RED, world_now(WORLD_NOW_MS));
    (void)state;
    assert_int_equal(book_put(book, &f), OK);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(book_sighting_add(book, SIGHTING_REFERRER, 70, 5, WORLD_NOW_MS), OK);
        assert_int_equal(book_sighting_add(book, SIGHTING_PLACE_RED, 77, 5, WORLD_NOW_MS), OK);
    }
    int64_t const later = WORLD_NOW_MS + 10 * DAY_MS;
    assert_int_equal(sighted(SIGHTING_REFERRER, 70, 28, later, 0), 3);
    assert_int_equal(sighted(SIGHTING_REFERRER, 70, 28, later, 5), 2);
    assert_int_equal(sighted(SIGHTING_REFERRER, 70, 28, later, 6), 3);
    assert_int_equal(sighted(SIGHTING_REFERRER, 70, 5, later, 5), 0);
    assert_int_equal(sighted(SIGHTING_PLACE_RED, 77, 28, later, 5), 2);
    assert_int_equal(sighted(SIGHTING_REFERRER, 0, 28, later, 5), 0);
}

static void what_was_sighted_over_a_year_ago_makes_room(void **state)
{
    (void)state;
    for (uint64_t day = 0; day < 3000; day++) { // twenty new adults a day
        for (uint64_t n = 1; n <= 20; n++) {
            assert_int_equal(book_sighting_add(book, SIGHTING_PLACE, day * 100 + n, 1,
                                               WORLD_NOW_MS + (int64_t)day * DAY_MS),
                             OK);
        }
    }
    for (uint64_t n = 0; n < 30000; n++) {
        if (book_sighting_add(book, SIGHTING_PLACE, 10000000 + n, 1,
                              WORLD_NOW_MS + 3000 * DAY_MS)) {
            return; // full at last, and it says so
        }
    }
    fail();
}

static void an_open_case_costs_no_more_than_a_kilobyte_and_a_half(void **state)
{
    (void)state;
    // its record, its place, its alarm, a bucket of the index and, by two hashes, its kin
    size_t const kin = 2 * sizeof(struct page) / PAGE_ENTRIES + 6;
    assert_true(sizeof(struct casefile) + sizeof(struct place) + 2 * sizeof(uint32_t) + kin <=
                1536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_full_book_says_so_and_loses_nothing),
        T(what_was_put_off_is_not_asked_for_again_until_then),
        T(what_time_could_not_do_does_not_keep_it_from_the_others),
        T(a_million_fingerprints_are_found_and_no_other),
        T(equal_fingerprints_are_told_one_after_the_other),
        T(full_keys_say_so),
        T(what_is_owed_is_found_by_cursor_until_it_is_receipted),
        T(what_was_owed_before_a_restart_is_taken_up_newest_first),
        T(too_much_owed_is_refused_until_something_is_receipted),
        T(sightings_are_counted_by_day_within_their_window),
        T(a_concern_does_not_count_itself),
        T(what_was_sighted_over_a_year_ago_makes_room),
        T(an_open_case_costs_no_more_than_a_kilobyte_and_a_half),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
