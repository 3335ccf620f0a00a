// Who and what belongs together: the cases of one adult, the threads of one incident, the concerns
// about one service, the cases that somebody leads.
#include "book.h"
#include "org.h"
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
                                          .orgs_max = 100,
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

static void threads_that_ended_or_stand_alone_again_follow_nothing(void **state)
{
    (void)state;
    for (uint64_t no = 2; no <= 900; no++) {
        struct casefile f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        f.follows = 1;
        assert_int_equal(book_put(book, &f), OK);
        if (no % 3 == 0) f.state = STATE_CLOSED;
        if (no % 3 == 1) f.follows = no % 2 ? 5000 : 0;
        assert_int_equal(book_put(book, &f), OK);
    }
    struct pages_at tie = {0};
    unsigned n = 0;
    for (struct casefile *f; (f = book_follower_next(book, 1, &tie)) != NULL; n++)
        assert_int_equal(f->no % 3, 2);
    assert_int_equal(n, 300); // each once
}

static struct casefile ended(struct casefile f, int64_t at_ms)
{
    f.state = STATE_CLOSED;
    f.closed_ms = at_ms;
    return f;
}

static void a_case_reopened_is_its_adults_open_case_again(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    f.adult_hash = 7;
    struct casefile const closed = ended(f, WORLD_NOW_MS + DAY_MS);
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_put(book, &closed), OK);
    assert_null(book_open_case_of_adult(book, 7, 0));
    f.reopened = 1;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_open_case_of_adult(book, 7, 0)->no, 1);
    assert_int_equal(counted(7, 28, WORLD_NOW_MS, 0), 1); // and is counted once
    assert_int_equal(counted(0, 28, WORLD_NOW_MS, 0), 0); // nobody named has no other concerns
    assert_int_equal(book_put(book, &closed), OK);
    book_kin_forget(book, &closed); // erased: nothing leads from the adult to it any longer
    assert_int_equal(counted(7, 28, WORLD_NOW_MS, 0), 0);
    book_kin_forget(book, &closed);
    f.reopened = 2; // what was forgotten is known anew
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_open_case_of_adult(book, 7, 0)->no, 1);
    struct casefile request = world_case(2, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    request.adult_hash = 8;
    request.kind = KIND_DOLS;
    for (request.score = 0; request.score < 2; request.score++) // changed, it is no concern yet
        assert_int_equal(book_put(book, &request), OK);
    assert_int_equal(counted(8, 28, WORLD_NOW_MS, 0), 0);
}

static void what_had_ended_before_a_start_is_counted_where_it_is_young_enough(void **state)
{
    (void)state;
    struct casefile f = world_case(2, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    book_area(book)->last_ms = WORLD_NOW_MS + DAY_MS;
    f = ended(f, WORLD_NOW_MS + DAY_MS);
    f.adult_hash = 7;
    assert_int_equal(book_kin_closed(book, &f), OK);
    struct casefile old = f;
    old.no = 1;
    old.received_ms = WORLD_NOW_MS - 800 * DAY_MS;
    assert_int_equal(book_kin_closed(book, &old), OK);
    assert_int_equal(counted(7, 365, WORLD_NOW_MS, 0), 1);
    assert_null(book_open_case_of_adult(book, 7, 0));
    for (f.no = 3; f.no < 3 + KIN_LOOK_MAX; f.no++) assert_int_equal(book_kin_closed(book, &f), OK);
    assert_null(book_open_case_of_adult(book, 7, 0)); // of so many, the last are looked at
    unsigned n = 1 + KIN_LOOK_MAX;
    for (enum err e = OK; e == OK; n++) {
        f.no++;
        f.adult_hash++;
        e = book_kin_closed(book, &f);
        if (e) assert_int_equal(e, ERR_NO_MEMORY);
        assert_true(n <= LIMITS.kin_max + LIMITS.cases_open_max * 2);
    }
    assert_true(n > LIMITS.kin_max); // as much as was said there is room for
}

static struct casefile service(uint64_t no, int64_t place, int64_t at_ms)
{
    struct casefile f = {.no = no, .place_hash = place};
    facts_kept_clear(&f.facts);
    org_open(&world_rules, &ORG_DEFAULTS, &f, ORG_KEY_PLACE, ORG_RULE_REDS, world_now(at_ms));
    return f;
}

static void one_record_about_a_service_is_open_at_a_time(void **state)
{
    uint64_t const key = org_key_hash(ORG_KEY_PLACE, 77);
    (void)state;
    book_area(book)->last_ms = WORLD_NOW_MS;
    struct casefile const old = ended(service(1, 77, WORLD_NOW_MS - 800 * DAY_MS), WORLD_NOW_MS);
    struct casefile const before = ended(service(2, 77, WORLD_NOW_MS - 9 * DAY_MS), WORLD_NOW_MS);
    assert_int_equal(book_org_closed(book, &old), OK);
    assert_int_equal(book_org_closed(book, &before), OK);
    assert_int_equal(book_orgs_fired(book, key, 28, WORLD_NOW_MS), 1);
    assert_false(book_orgs_open(book));
    assert_null(book_org(book, key));
    struct casefile const other = service(3, 78, WORLD_NOW_MS);
    assert_int_equal(book_put(book, &other), OK);
    assert_true(book_orgs_open(book));
    assert_null(book_org(book, key)); // the one that ended is none
    struct casefile const f = service(4, 77, WORLD_NOW_MS);
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_org(book, key)->no, 4);
    struct casefile const over = ended(f, WORLD_NOW_MS + DAY_MS);
    assert_int_equal(book_put(book, &over), OK);
    assert_null(book_org(book, key));
    assert_int_equal(book_orgs_fired(book, key, 28, WORLD_NOW_MS), 2);
}

static unsigned children_of(uint64_t org_no)
{
    struct pages_at tie = {0};
    unsigned n = 0;
    while (book_child_next(book, org_no, &tie) != 0) n++;
    return n;
}

static void a_service_has_its_concerns_until_they_are_detached(void **state)
{
    (void)state;
    struct casefile f[6];
    for (uint64_t no = 1; no <= 5; no++) {
        f[no] = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        f[no].org = no <= 3 ? 90 : 0;
        assert_int_equal(book_put(book, &f[no]), OK);
    }
    assert_int_equal(children_of(90), 3);
    f[4].org = 90;
    assert_int_equal(book_put(book, &f[4]), OK);
    assert_int_equal(children_of(90), 4);
    f[1].org = f[2].org = ORG_DETACHED;
    assert_int_equal(book_put(book, &f[1]), OK);
    assert_int_equal(book_put(book, &f[2]), OK);
    assert_int_equal(children_of(90), 2);
    f[3] = ended(f[3], WORLD_NOW_MS); // one that ended still belongs to it
    assert_int_equal(book_put(book, &f[3]), OK);
    assert_int_equal(children_of(90), 2);
    book_child_tie(book, 91, 4); // counted by another record too
    book_child_tie(book, 91, 4);
    assert_int_equal(children_of(91), 1);
    f[5] = ended(f[5], WORLD_NOW_MS); // of none, then of one that ended before the start
    assert_int_equal(book_child_closed(book, &f[5]), OK);
    f[5].org = 92;
    assert_int_equal(book_child_closed(book, &f[5]), OK);
    assert_int_equal(children_of(92), 1);
    f[4].org = 93; // from one that it was never tied to
    book_area(book)->last_ms = WORLD_NOW_MS;
    assert_int_equal(book_put(book, &f[4]), OK);
    f[4].org = 90;
    assert_int_equal(book_put(book, &f[4]), OK);
    assert_int_equal(children_of(93), 0);
}

static void a_walk_sees_what_somebody_has_to_do_and_what_somebody_leads(void **state)
{
    (void)state;
    unsigned tasks = 0, led = 0, changed = 0;
    for (uint64_t no = 1; no <= 40; no++) {
        struct casefile f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        struct errand call = {.number = 1, .kind = ERRAND_CALL, .state = ERRAND_OPEN};
        if (no % 4 == 0) f.state = STATE_ENQUIRY, id_copy(f.lead, no % 8 ? "ana" : "ben");
        if (no % 4 == 1) f.state = STATE_DECIDED_MET;
        if (no % 4 == 1 && no % 5 == 0) f.follows = 2; // worked with the one that it follows
        if (no % 4 == 2) f.errands = &call, f.n_errands = 1;
        if (no == 11) casefile_command_keep(&f, 0xabcdef0123456789U, 5);
        assert_int_equal(book_put(book, &f), OK);
        if (no != 37) continue;
        f.state = STATE_CLOSED;
        assert_int_equal(book_put(book, &f), OK);
    }
    struct casefile const over = ended(*book_case(book, 39), WORLD_NOW_MS);
    assert_int_equal(book_put(book, &over), OK); // leaves its place empty
    for (size_t slot = 1; slot <= book_slots(book); slot++) {
        struct casefile const *f = book_slot_tasks(book, slot);
        tasks += f != NULL;
        if (f) assert_true(f->n_errands > 0 || casefile_unled(f));
        f = book_slot_led(book, slot, "", 0xabcdef0123456789U);
        assert_true(f == NULL || (f->no != 0 && f->no != 39));
        f = book_slot_led(book, slot, "ana", 0xabcdef0123456789U);
        led += f != NULL && strcmp(f->lead, "ana") == 0;
        changed += f != NULL && casefile_command_seq(f, 0xabcdef0123456789U) == 5;
        assert_true(f == NULL || f->no != 37);
    }
    assert_int_equal(tasks, 10 + 7);
    assert_int_equal(led, 5);
    assert_int_equal(changed, 1);
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
        T(threads_that_ended_or_stand_alone_again_follow_nothing),
        T(a_case_reopened_is_its_adults_open_case_again),
        T(what_had_ended_before_a_start_is_counted_where_it_is_young_enough),
        T(one_record_about_a_service_is_open_at_a_time),
        T(a_service_has_its_concerns_until_they_are_detached),
        T(a_walk_sees_what_somebody_has_to_do_and_what_somebody_leads),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
