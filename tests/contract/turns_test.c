// What every ledger promises of turns, asked of each of them.
#include "contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

static void a_new_ledger_is_empty_and_has_an_id(void **state)
{
    struct fixture *f = *state;
    struct ledger_head const h = ledger_head(f->ledger);
    uint8_t const none[LEDGER_ID_BYTES] = {0};
    assert_int_equal(h.seq, 0);
    assert_int_equal(h.epoch, 1);
    assert_memory_not_equal(h.id, none, sizeof none);
    uint64_t digest;
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
}

static void the_head_moves_only_when_the_end_is_reaped(void **state)
{
    struct fixture *f = *state;
    struct ledger_entry const e = {.entity = ENTITY_AREA, .header = bytes_text("h")};
    struct ledger_turn const t = {1, 1, 0, &e, NULL};
    assert_false(ledger_in_flight(f->ledger));
    fixture_start(f, &t);
    assert_true(ledger_in_flight(f->ledger));
    assert_int_equal(ledger_head(f->ledger).seq, 0);
    assert_false(f->done);
    while (!f->done) fixture_reap(f);
    assert_false(ledger_in_flight(f->ledger));
    assert_int_equal(ledger_head(f->ledger).seq, 1);
}

static void a_second_turn_in_flight_is_our_own_bug(void **state)
{
    struct fixture *f = *state;
    (void)f;
    pid_t const child = fork();
    if (child == 0) {
        struct fixture own;
        struct ledger_entry const e = {.entity = ENTITY_AREA, .header = bytes_text("h")};
        struct ledger_turn const t = {1, 1, 0, &e, NULL};
        fixture_init(&own,
                     &backend_memory); // The front is the same; threads do not survive a fork.
        if (fixture_open(&own) != OK) _exit(1);
        (void)!freopen("/dev/null", "w", stderr);
        signal(SIGABRT, SIG_DFL);
        fixture_start(&own, &t);
        rmdir(own.path);
        fixture_start(&own, &t);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
}

static void two_ledgers_have_different_ids_and_index_keys(void **state)
{
    struct fixture *f = *state, other;
    uint8_t a[LEDGER_KEY_BYTES], b[LEDGER_KEY_BYTES];
    fixture_init(&other, contract_backend);
    assert_int_equal(fixture_open(&other), OK);
    ledger_index_key(f->ledger, a);
    ledger_index_key(other.ledger, b);
    assert_memory_not_equal(a, b, sizeof a);
    assert_memory_not_equal(ledger_head(f->ledger).id, ledger_head(other.ledger).id,
                            LEDGER_ID_BYTES);
    fixture_reopen(f);
    ledger_index_key(f->ledger, b);
    assert_memory_equal(a, b, sizeof a);
    fixture_close(&other);
}

static void everything_is_there_after_a_reopen(void **state)
{
    struct fixture *f = *state;
    uint64_t before, after;
    for (unsigned i = 0; i < 20; i++) fixture_put(f, ENTITY_CASE(i % 7), "header", "body", i + 1);
    fixture_erase(f, ENTITY_CASE(3));
    struct ledger_head const head = ledger_head(f->ledger);
    assert_int_equal(fixture_digest(f->ledger, &before, f->why, sizeof f->why), OK);
    fixture_reopen(f);
    struct ledger_head const again = ledger_head(f->ledger);
    assert_memory_equal(&head, &again, sizeof head);
    assert_int_equal(fixture_digest(f->ledger, &after, f->why, sizeof f->why), OK);
    assert_int_equal(before, after);
    assert_int_equal(fixture_put(f, ENTITY_CASE(1), "after", "body", 0), head.seq + 1);
}

// A turn with every kind of entity, several records of one, and one row each.
static void a_turn_is_kept_whole_and_in_order(void **state)
{
    struct fixture *f = *state;
    struct ledger_entry entries[9];
    uint64_t const entities[] = {ENTITY_AREA, ENTITY_CASE(1), ENTITY_RECIPIENT | 5};
    char text[9][16];
    for (unsigned i = 0; i < 9; i++) {
        snprintf(text[i], sizeof text[i], "record %u", i + 1);
        entries[i] = (struct ledger_entry){.entity = entities[i % 3],
                                           .header = bytes_text(text[i]),
                                           .body = bytes_text(i % 2 ? text[i] : ""),
                                           .fingerprint = i};
    }
    struct ledger_row const rows[] = {fixture_row(entities[0], 7, "area"),
                                      fixture_row(entities[1], 8, "case"),
                                      fixture_row(entities[2], 9, "")};
    struct ledger_turn const t = {1, 9, 3, entries, rows};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    for (unsigned i = 0; i < 9; i++) {
        struct copy const c = fixture_read(f, i + 1, true);
        assert_int_equal(c.err, OK);
        assert_int_equal(c.entity, entities[i % 3]);
        assert_string_equal(c.header, text[i]);
        assert_string_equal(c.body, i % 2 ? text[i] : "");
    }
    assert_int_equal(fixture_read_row(f, entities[2]).err, OK);
    assert_int_equal(fixture_read_row(f, entities[2]).body_len, 0);
}

struct chain {
    struct fixture *fixture;
    unsigned left;
};

static void append_again(void *ctx, enum kept kept, uint64_t head_seq)
{
    struct chain *c = ctx;
    static const struct ledger_entry e = {.entity = ENTITY_AREA};
    static struct ledger_turn t;
    assert_int_equal(kept, KEPT);
    t = (struct ledger_turn){head_seq + 1, 1, 0, &e, NULL};
    if (c->left-- > 0) ledger_append(c->fixture->ledger, 1, &t, append_again, c);
}

static void a_callback_may_append_the_next_turn(void **state)
{
    struct chain c = {*state, 30};
    static const struct ledger_entry e = {.entity = ENTITY_AREA};
    struct ledger_turn const t = {1, 1, 0, &e, NULL};
    ledger_append(c.fixture->ledger, 1, &t, append_again, &c);
    while (ledger_in_flight(c.fixture->ledger)) fixture_reap(c.fixture);
    assert_int_equal(ledger_head(c.fixture->ledger).seq, 31);
}

static void on_kept(void *ctx, enum kept kept, uint64_t head_seq)
{
    struct fixture *f = ctx;
    f->done = true;
    f->kept = kept;
    f->head = head_seq;
}

static enum kept keep_as(struct fixture *f, uint64_t epoch, uint64_t first_seq)
{
    struct ledger_entry const e = {.entity = ENTITY_CASE(1), .header = bytes_text("no")};
    struct ledger_turn const t = {first_seq, 1, 0, &e, NULL};
    f->done = false;
    ledger_append(f->ledger, epoch, &t, on_kept, f);
    while (!f->done) fixture_reap(f);
    return f->kept;
}

static void another_epoch_or_place_is_fenced_and_so_is_all_after(void **state)
{
    struct fixture *f = *state;
    static const uint64_t wrong[][2] = {{0, 2}, {2, 2}, {1, 1}, {1, 3}, {1, 0}};
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        assert_int_equal(keep_as(f, wrong[i][0], wrong[i][1]), FENCED);
        assert_int_equal(keep_as(f, 1, 2), FENCED); // Right, but too late.
        assert_int_equal(f->head, 1);
        fixture_reopen(f);
        assert_int_equal(ledger_head(f->ledger).seq, 1);
    }
    assert_int_equal(keep_as(f, 1, 2), KEPT);
}

static void a_restored_ledger_has_the_next_epoch(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    f->settings.restored = true;
    fixture_reopen(f);
    assert_int_equal(ledger_head(f->ledger).epoch, 2);
    f->settings.restored = false;
    fixture_reopen(f);
    assert_int_equal(ledger_head(f->ledger).epoch, 2);
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    assert_int_equal(keep_as(f, 1, 3), FENCED);
}

static void a_row_that_went_backwards_is_fenced_and_nothing_is_kept(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    fixture_put(f, ENTITY_CASE(1), "newer", "b", 0);
    struct ledger_entry const e = {.entity = ENTITY_CASE(2), .header = bytes_text("h")};
    struct ledger_row const rows[] = {fixture_row(ENTITY_CASE(2), 3, "x"),
                                      fixture_row(ENTITY_CASE(1), 1, "older")};
    struct ledger_turn const t = {3, 1, 2, &e, rows};
    assert_int_equal(fixture_keep(f, &t), FENCED);
    fixture_reopen(f);
    assert_int_equal(ledger_head(f->ledger).seq, 2);
    assert_int_equal(fixture_read_row(f, ENTITY_CASE(2)).err, ERR_NOT_FOUND);
    assert_string_equal(fixture_read_row(f, ENTITY_CASE(1)).body, "newer");
}

static void a_turn_of_rows_alone_rewrites_them(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    struct ledger_row row = fixture_row(ENTITY_CASE(1), 1, "refolded");
    row.fold_version = 2;
    row.open = false;
    struct ledger_turn const t = {2, 0, 1, NULL, &row};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    assert_int_equal(ledger_head(f->ledger).seq, 1);
    struct copy const c = fixture_read_row(f, ENTITY_CASE(1));
    assert_string_equal(c.body, "refolded");
    assert_int_equal(c.fold_version, 2);
    assert_false(c.open);
    assert_string_equal(fixture_read(f, 1, true).body, "b");
}

static void an_entity_without_a_row_gets_one_to_be_rebuilt(void **state)
{
    struct fixture *f = *state;
    struct ledger_entry const e = {
        .entity = ENTITY_CASE(1), .header = bytes_text("h"), .body = bytes_text("b")};
    struct ledger_turn t = {1, 1, 0, &e, NULL};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    t.first_seq = 2;
    assert_int_equal(fixture_keep(f, &t), KEPT);
    struct copy const c = fixture_read_row(f, ENTITY_CASE(1));
    assert_int_equal(c.err, OK);
    assert_int_equal(c.fold_version, 0);
    assert_int_equal(c.body_len, 0);
    assert_true(c.open);
    assert_string_equal(fixture_read(f, 2, true).body, "b");
}

static void full_turns_of_thousands_verify(void **state)
{
    struct fixture *f = *state;
    static struct ledger_entry entries[LEDGER_TURN_MAX];
    static struct ledger_row rows[LEDGER_TURN_MAX];
    uint64_t digest, first = 1;
    for (unsigned turn = 0; turn < 3; turn++, first += LEDGER_TURN_MAX) {
        for (unsigned i = 0; i < LEDGER_TURN_MAX; i++) {
            entries[i] = (struct ledger_entry){.entity = ENTITY_CASE(i + turn * 1000),
                                               .header = bytes_text("some header"),
                                               .body = bytes_text("some body"),
                                               .fingerprint = first + i};
            rows[i] = fixture_row(entries[i].entity, first + i, "row");
        }
        struct ledger_turn const t = {first, LEDGER_TURN_MAX, LEDGER_TURN_MAX, entries, rows};
        assert_int_equal(fixture_keep(f, &t), KEPT);
    }
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
    struct ledger_stats const s = ledger_stats(f->ledger);
    assert_int_equal(s.commits, 3);
    assert_int_equal(s.records, 3 * LEDGER_TURN_MAX);
}

static void an_open_ledger_is_locked(void **state)
{
    struct fixture *f = *state;
    struct ledger *second = NULL;
    assert_int_equal(contract_backend->open(&second, &f->settings, f->why, sizeof f->why),
                     ERR_LOCKED);
    assert_null(second);
    assert_true(strlen(f->why) > 10);
}

static void another_master_key_is_told_in_words(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    ledger_close(f->ledger);
    f->ledger = NULL;
    f->settings.master_key[0] ^= 1;
    assert_int_equal(fixture_open(f), ERR_CONFIG);
    assert_non_null(strstr(f->why, "master key"));
    f->settings.master_key[0] ^= 1;
    assert_int_equal(fixture_open(f), OK);
    assert_string_equal(fixture_read(f, 1, true).body, "b");
}

static void closing_keeps_the_turn_in_flight(void **state)
{
    struct fixture *f = *state;
    struct ledger_entry const e = {.entity = ENTITY_CASE(1), .header = bytes_text("h")};
    struct ledger_turn const t = {1, 1, 0, &e, NULL};
    fixture_start(f, &t);
    fixture_reopen(f);
    assert_false(f->done);                           // Nobody is told any more,
    assert_int_equal(ledger_head(f->ledger).seq, 1); // but it is there.
}

static void space_below_the_low_water_mark_is_low(void **state)
{
    struct fixture *f = *state;
    assert_false(ledger_space(f->ledger).low);
    assert_true(ledger_space(f->ledger).free_bytes > 0);
    f->settings.low_water_bytes = INT64_MAX;
    fixture_reopen(f);
    if (!contract_backend->on_disk) ledger_memory_space(f->ledger, 5);
    assert_true(ledger_space(f->ledger).low);
}

// Parts of a file: as many and as large as join one turn, of one entity with one row.
static void large_bodies_come_back_whole_and_go_with_their_entity(void **state)
{
    enum { PARTS = 16, PART = 48 * 1024 };
    static uint8_t bytes[PARTS * PART];
    struct fixture *f = *state;
    struct ledger_entry entries[PARTS];
    for (size_t i = 0; i < sizeof bytes; i++) bytes[i] = (uint8_t)(i * 2654435761u >> 13);
    for (size_t i = 0; i < PARTS; i++) {
        entries[i] = (struct ledger_entry){.entity = ENTITY_CASE(9), .header = bytes_text("part")};
        entries[i].body = bytes_of(bytes + i * PART, PART);
    }
    struct ledger_row const row = fixture_row(ENTITY_CASE(9), PARTS, "row");
    struct ledger_turn const t = {1, PARTS, 1, entries, &row};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    fixture_reopen(f);
    for (size_t i = 0; i < PARTS; i++) {
        struct copy const c = fixture_read(f, i + 1, true);
        assert_int_equal(c.body_len, PART);
        assert_memory_equal(c.body, bytes + i * PART, sizeof c.body - 1);
    }
    fixture_erase(f, ENTITY_CASE(9));
    for (size_t i = 0; i < PARTS; i++) assert_true(fixture_read(f, i + 1, true).erased);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CONTRACT(a_new_ledger_is_empty_and_has_an_id),
        CONTRACT(the_head_moves_only_when_the_end_is_reaped),
        CONTRACT(a_second_turn_in_flight_is_our_own_bug),
        CONTRACT(two_ledgers_have_different_ids_and_index_keys),
        CONTRACT(everything_is_there_after_a_reopen),
        CONTRACT(a_turn_is_kept_whole_and_in_order),
        CONTRACT(a_callback_may_append_the_next_turn),
        CONTRACT(another_epoch_or_place_is_fenced_and_so_is_all_after),
        CONTRACT(a_restored_ledger_has_the_next_epoch),
        CONTRACT(a_row_that_went_backwards_is_fenced_and_nothing_is_kept),
        CONTRACT(a_turn_of_rows_alone_rewrites_them),
        CONTRACT(an_entity_without_a_row_gets_one_to_be_rebuilt),
        CONTRACT(full_turns_of_thousands_verify),
        CONTRACT(an_open_ledger_is_locked),
        CONTRACT(another_master_key_is_told_in_words),
        CONTRACT(closing_keeps_the_turn_in_flight),
        CONTRACT(large_bodies_come_back_whole_and_go_with_their_entity),
        CONTRACT(space_below_the_low_water_mark_is_low),
    };
    return contract_run(tests, sizeof tests / sizeof tests[0]);
}
