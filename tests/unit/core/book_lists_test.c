// Queues, boards and what stands beside them, held against sorting everything.
#include "lent.h"

#include <stdlib.h>
#include <string.h>

// What the book is held against: plain arrays, sorted anew each time.
#define NAIVE_MAX 800
static struct casefile naive[NAIVE_MAX];
static size_t n_naive;

static void naive_put(const struct casefile *f)
{
    size_t i = 0;
    while (i < n_naive && naive[i].no != f->no) i++;
    if (!casefile_open(f)) {
        if (i < n_naive) naive[i] = naive[--n_naive];
        return;
    }
    if (i == n_naive) n_naive++;
    naive[i] = *f;
}

static int by_queue(const void *a, const void *b)
{
    const struct casefile *p = *(const struct casefile *const *)a;
    const struct casefile *q = *(const struct casefile *const *)b;
    if (p->colour != q->colour) return p->colour > q->colour ? -1 : 1;
    if (p->score != q->score) return p->score > q->score ? -1 : 1;
    if (p->received_ms != q->received_ms) return p->received_ms < q->received_ms ? -1 : 1;
    return p->no < q->no ? -1 : 1;
}

static bool in_queue(const struct casefile *f, const char *team)
{
    if (f->follows != 0) return false;
    return (f->state == STATE_QUEUED && strcmp(f->team, team) == 0) ||
           (f->state == STATE_HANDOVER_OFFERED && strcmp(f->offered_team, team) == 0);
}

static void queue_check(const char *team)
{
    const struct casefile *sorted[NAIVE_MAX];
    struct book_depth want = {0};
    size_t n = 0;
    for (size_t i = 0; i < n_naive; i++) {
        const struct casefile *f = &naive[i];
        bool const held = f->follows == 0 && strcmp(f->team, team) == 0;
        if (held && f->state == STATE_IN_TRIAGE) want.leased++;
        if (held && f->state == STATE_DECIDED_MET) want.met++;
        if (!in_queue(f, team)) continue;
        int64_t *oldest = &want.oldest_received_ms[f->colour];
        sorted[n++] = f;
        want.by_colour[f->colour]++;
        if (*oldest == 0 || f->received_ms < *oldest) *oldest = f->received_ms;
    }
    qsort(sorted, n, sizeof(sorted[0]), by_queue);
    struct casefile *at = book_queue_first(book, team);
    for (size_t i = 0; i < n; i++, at = book_queue_next(book, team, at)) {
        assert_non_null(at);
        assert_int_equal(at->no, sorted[i]->no);
    }
    assert_null(at);
    struct book_depth const have = book_depth(book, team);
    assert_memory_equal(&have, &want, sizeof(want));
}

static bool is_beside(const struct casefile *f, enum book_beside list, const char *team)
{
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    bool const own = strcmp(f->team, team) == 0;
    if (f->follows != 0) return false;
    if (list == BESIDE_DIRECT) return undecided && (f->flags & CASE_DIRECT) != 0;
    return own && f->state == (list == BESIDE_MET ? STATE_DECIDED_MET : STATE_HANDOVER_OFFERED);
}

static int by_lead(const void *a, const void *b)
{
    int64_t const p_ms = (*(const struct casefile *const *)a)->deadline_ms;
    int64_t const q_ms = (*(const struct casefile *const *)b)->deadline_ms;
    if (p_ms == q_ms) return by_queue(a, b);
    return q_ms == 0 || (p_ms != 0 && p_ms < q_ms) ? -1 : 1;
}

static void beside_check(enum book_beside list, const char *team)
{
    const struct casefile *sorted[NAIVE_MAX];
    size_t n = 0;
    for (size_t i = 0; i < n_naive; i++)
        if (is_beside(&naive[i], list, team)) sorted[n++] = &naive[i];
    qsort(sorted, n, sizeof(sorted[0]), list == BESIDE_MET ? by_lead : by_queue);
    struct casefile *at = book_beside_first(book, list, team);
    for (size_t i = 0; i < n; i++, at = book_beside_next(book, at)) {
        assert_non_null(at);
        assert_int_equal(at->no, sorted[i]->no);
    }
    assert_null(at);
}

static void due_check(void)
{
    int64_t least = INT64_MAX;
    for (size_t i = 0; i < n_naive; i++) {
        int64_t const due = casefile_due_ms(&naive[i]);
        if (due < least) least = due;
    }
    assert_int_equal(book_next_due_ms(book), least);
    assert_null(book_due(book, least - 1));
    if (least == INT64_MAX) return;
    assert_int_equal(casefile_due_ms(book_due(book, least)), least);
}

static void queues_boards_and_alarms_are_what_sorting_everything_gives(void **state)
{
    (void)state;
    n_naive = 0;
    for (int round = 0; round < 4000; round++) {
        struct casefile f = case_any(1 + roll(600));
        if (roll(5) == 0) f.state = STATE_CLOSED;
        assert_int_equal(book_put(book, &f), OK);
        naive_put(&f);
        if (round % 50) continue;
        assert_int_equal(book_cases(book), n_naive);
        queue_check("mash");
        queue_check("north");
        queue_check("nobody");
        beside_check(BESIDE_DIRECT, "");
        beside_check(BESIDE_OFFERED, "mash");
        beside_check(BESIDE_MET, "north");
        beside_check(BESIDE_MET, "nobody");
        due_check();
    }
    for (size_t i = 0; i < n_naive; i++) {
        assert_true(casefile_equal(book_case(book, naive[i].no), &naive[i]));
    }
    assert_null(book_case(book, 999999));
}

static void what_comes_next_is_found_also_when_the_last_one_has_left(void **state)
{
    struct book_list const queue = {.team = "mash", .state = STATE_QUEUED};
    struct book_list const direct = {.team = "", .beside = BESIDE_DIRECT};
    struct book_spot at[2] = {{0}, {0}};
    (void)state;
    for (uint64_t no = 1; no <= 200; no++) {
        struct casefile f = world_case(no, (enum colour)(1 + roll(3)), world_now(WORLD_NOW_MS));
        f.score = (int32_t)roll(3);
        f.flags |= CASE_DIRECT;
        assert_int_equal(book_put(book, &f), OK);
    }
    for (unsigned told = 0; told < 200; told++) {
        struct casefile *next = book_list_after(book, queue, &at[0]);
        assert_ptr_equal(book_list_after(book, direct, &at[1]), next);
        assert_non_null(next);
        at[0] = at[1] = book_spot(next);
        if (told % 3 == 0) { // it leaves
            struct casefile gone = *next;
            gone.state = STATE_CLOSED;
            assert_int_equal(book_put(book, &gone), OK);
        } else if (told % 3 == 1) { // it goes to the head
            next->colour = COLOUR_RED;
            next->score = 1000 + (int32_t)told;
            assert_int_equal(book_put(book, next), OK);
        } else {
            assert_ptr_equal(book_queue_next(book, "mash", next),
                             book_list_after(book, queue, &at[0]));
        }
    }
    assert_null(book_list_after(book, queue, &at[0]));
    assert_null(book_list_after(book, direct, &at[1]));
}

static void a_case_changed_in_place_moves_to_its_new_place(void **state)
{
    (void)state;
    for (uint64_t no = 1; no <= 3; no++) {
        struct casefile const f = world_case(no, COLOUR_GREEN, world_now(WORLD_NOW_MS));
        assert_int_equal(book_put(book, &f), OK);
    }
    struct casefile *mine = book_case(book, 3);
    mine->colour = COLOUR_RED;
    assert_int_equal(book_put(book, mine), OK);
    assert_ptr_equal(book_queue_first(book, "mash"), mine);
    struct casefile *next = book_queue_next(book, "mash", mine);
    assert_int_equal(next->no, 1);
    next->state = STATE_CLOSED;
    assert_int_equal(book_put(book, next), OK);
    assert_int_equal(book_cases(book), 2);
}

static void what_stands_beside_a_queue_moves_with_a_case_changed_in_place(void **state)
{
    struct casefile f = world_case(1, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    (void)state;
    f.flags |= CASE_DIRECT;
    assert_int_equal(book_put(book, &f), OK);
    struct casefile *mine = book_beside_first(book, BESIDE_DIRECT, "");
    assert_int_equal(mine->no, 1);
    mine->state = STATE_DECIDED_MET;
    mine->deadline_ms = WORLD_NOW_MS + HOUR_MS;
    assert_int_equal(book_put(book, mine), OK);
    assert_null(book_beside_first(book, BESIDE_DIRECT, ""));
    f = *mine;
    f.no = 2;
    f.deadline_ms -= 1;
    assert_int_equal(book_put(book, &f), OK);
    assert_int_equal(book_beside_first(book, BESIDE_MET, "mash")->no, 2);
    mine->deadline_ms -= 2; // only its date: it stands in the same lists
    assert_int_equal(book_put(book, mine), OK);
    assert_int_equal(book_beside_first(book, BESIDE_MET, "mash")->no, 1);
    mine->state = STATE_HANDOVER_OFFERED;
    id_copy(mine->offered_team, "north");
    assert_int_equal(book_put(book, mine), OK);
    assert_ptr_equal(book_beside_first(book, BESIDE_OFFERED, "mash"), mine);
    assert_ptr_equal(book_queue_first(book, "north"), mine);
    id_copy(mine->team, "south"); // whoever it is offered to, it is theirs
    assert_int_equal(book_put(book, mine), OK);
    assert_null(book_beside_first(book, BESIDE_OFFERED, "mash"));
    assert_ptr_equal(book_beside_first(book, BESIDE_OFFERED, "south"), mine);
    mine->state = STATE_CLOSED;
    assert_int_equal(book_put(book, mine), OK);
    assert_null(book_beside_first(book, BESIDE_OFFERED, "south"));
}

static void a_board_shows_what_a_team_holds_in_one_state(void **state)
{
    struct casefile f = world_case(1, COLOUR_GREEN, world_now(WORLD_NOW_MS));
    (void)state;
    for (uint64_t no = 1; no <= 5; no++) {
        f.no = no;
        f.state = no % 2 ? STATE_DECIDED_MET : STATE_ENQUIRY;
        f.score = (int32_t)no;
        assert_int_equal(book_put(book, &f), OK);
    }
    struct casefile *at = book_board_first(book, "mash", STATE_DECIDED_MET);
    for (uint64_t no = 5; no <= 5; no -= 2, at = book_board_next(book, at)) {
        if (no == (uint64_t)-1) break;
        assert_int_equal(at->no, no);
    }
    assert_null(at);
    assert_null(book_queue_first(book, "mash"));
    assert_null(book_board_first(book, "north", STATE_ENQUIRY));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(queues_boards_and_alarms_are_what_sorting_everything_gives),
        T(what_comes_next_is_found_also_when_the_last_one_has_left),
        T(a_case_changed_in_place_moves_to_its_new_place),
        T(what_stands_beside_a_queue_moves_with_a_case_changed_in_place),
        T(a_board_shows_what_a_team_holds_in_one_state),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
