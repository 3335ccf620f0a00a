// What every ledger promises, asked of each of them.
#include "fixture.h"

#include "ledger_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct backend *tested;

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fixture_init(f, tested);
    assert_int_equal(fixture_open(f), OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

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

static void what_was_kept_is_read_back(void **state)
{
    struct fixture *f = *state;
    uint64_t const seq = fixture_put(f, ENTITY_CASE(7), "header", "what a person wrote", 99);
    struct copy c = fixture_read(f, seq, true);
    assert_int_equal(c.err, OK);
    assert_int_equal(c.entity, ENTITY_CASE(7));
    assert_string_equal(c.header, "header");
    assert_string_equal(c.body, "what a person wrote");
    assert_false(c.erased);
    c = fixture_read(f, seq, false);
    assert_int_equal(c.body_len, 0);
    assert_string_equal(c.header, "header");
    c = fixture_read_row(f, ENTITY_CASE(7));
    assert_int_equal(c.err, OK);
    assert_int_equal(c.seq, seq);
    assert_true(c.open);
    assert_string_equal(c.body, "header");
}

static void what_is_not_there_is_not_found(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    assert_int_equal(fixture_read(f, 2, true).err, ERR_NOT_FOUND);
    assert_int_equal(fixture_read(f, 0, true).err, ERR_NOT_FOUND);
    assert_int_equal(fixture_read(f, UINT64_MAX, true).err, ERR_NOT_FOUND);
    assert_int_equal(fixture_read_row(f, ENTITY_CASE(2)).err, ERR_NOT_FOUND);
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
    fixture_init(&other, tested);
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

static void reads_are_answered_in_the_order_they_were_asked(void **state)
{
    struct fixture *f = *state;
    struct copy c[50];
    memset(c, 0, sizeof c);
    for (unsigned i = 0; i < 10; i++) fixture_put(f, ENTITY_CASE(i), "h", "b", 0);
    for (unsigned i = 0; i < 50; i++) {
        enum err const e = i % 2 ? ledger_read(f->ledger, i % 10 + 1, true, copy_record, &c[i])
                                 : ledger_read_row(f->ledger, ENTITY_CASE(i % 10), copy_row, &c[i]);
        assert_int_equal(e, OK);
    }
    while (!c[49].told) {
        fixture_reap(f);
        for (unsigned i = 1; i < 50; i++) assert_true(c[i - 1].told || !c[i].told);
    }
}

static void too_many_reads_are_busy_and_the_others_are_answered(void **state)
{
    struct fixture *f = *state;
    static struct copy c[LEDGER_READS_MAX];
    memset(c, 0, sizeof c);
    struct copy more = {.told = false};
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    for (size_t i = 0; i < LEDGER_READS_MAX; i++)
        assert_int_equal(ledger_read(f->ledger, 1, true, copy_record, &c[i]), OK);
    assert_int_equal(ledger_read(f->ledger, 1, true, copy_record, &more), ERR_BUSY);
    while (!c[LEDGER_READS_MAX - 1].told) fixture_reap(f);
    for (size_t i = 0; i < LEDGER_READS_MAX; i++) assert_int_equal(c[i].err, OK);
    assert_false(more.told);
    assert_string_equal(fixture_read(f, 1, true).body, "b");
}

struct again {
    struct fixture *fixture;
    struct copy copy;
};

static void ask_again(void *ctx, enum err err, const struct ledger_record *r)
{
    struct again *a = ctx;
    assert_int_equal(err, OK);
    assert_int_equal(ledger_read(a->fixture->ledger, r->seq + 1, true, copy_record, &a->copy), OK);
}

static void a_callback_may_ask_again(void **state)
{
    struct again a = {.fixture = *state};
    fixture_put(a.fixture, ENTITY_CASE(1), "h", "first", 0);
    fixture_put(a.fixture, ENTITY_CASE(1), "h", "second", 0);
    assert_int_equal(ledger_read(a.fixture->ledger, 1, true, ask_again, &a), OK);
    while (!a.copy.told) fixture_reap(a.fixture);
    assert_string_equal(a.copy.body, "second");
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

struct keys {
    unsigned n;
    uint64_t sum;
};

static enum err on_key(void *ctx, uint64_t fingerprint, uint64_t seq)
{
    struct keys *k = ctx;
    k->n++;
    k->sum += fingerprint * 1000 + seq;
    return OK;
}

static void every_fingerprint_comes_back_with_its_sequence(void **state)
{
    struct fixture *f = *state;
    struct keys k = {0, 0};
    uint64_t const big = UINT64_MAX - 5; // All 64 bits.
    fixture_put(f, ENTITY_CASE(1), "h", "b", 11);
    fixture_put(f, ENTITY_CASE(1), "h", "b", 12);
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    fixture_put(f, ENTITY_CASE(2), "h", "b", 0);
    fixture_put(f, ENTITY_CASE(2), "h", "b", big);
    assert_int_equal(ledger_scan_keys(f->ledger, on_key, &k), OK);
    assert_int_equal(k.n, 3);
    assert_int_equal(k.sum, 11 * 1000 + 1 + 12 * 1000 + 2 + big * 1000 + 5);
    fixture_erase(f, ENTITY_CASE(1));
    k = (struct keys){0, 0};
    assert_int_equal(ledger_scan_keys(f->ledger, on_key, &k), OK);
    assert_int_equal(k.n, 3); // A key is remembered as long as the record.
}

static enum err count_row(void *ctx, const struct ledger_row *row)
{
    (void)row;
    ++*(unsigned *)ctx;
    return OK;
}

static void open_rows_alone_are_scanned_when_asked(void **state)
{
    struct fixture *f = *state;
    unsigned all = 0, open = 0;
    for (unsigned i = 0; i < 10; i++) {
        fixture_put(f, ENTITY_CASE(i), "h", "b", 0);
        if (i % 3) continue;
        struct ledger_row row = fixture_row(ENTITY_CASE(i), i + 1, "closed");
        row.open = false;
        struct ledger_turn const t = {i + 2, 0, 1, NULL, &row};
        assert_int_equal(fixture_keep(f, &t), KEPT);
    }
    assert_int_equal(ledger_scan_rows(f->ledger, false, count_row, &all), OK);
    assert_int_equal(ledger_scan_rows(f->ledger, true, count_row, &open), OK);
    assert_int_equal(all, 10);
    assert_int_equal(open, 6);
}

static void an_erased_entity_has_no_bodies_and_the_chain_holds(void **state)
{
    struct fixture *f = *state;
    uint64_t digest;
    struct keys k = {0, 0};
    fixture_put(f, ENTITY_CASE(1), "one", "secret", 1);
    fixture_put(f, ENTITY_CASE(2), "two", "kept", 2);
    fixture_put(f, ENTITY_CASE(1), "three", "", 3);
    fixture_erase(f, ENTITY_CASE(1));
    for (unsigned round = 0; round < 2; round++) {
        struct copy c = fixture_read(f, 1, true);
        assert_int_equal(c.err, OK);
        assert_true(c.erased);
        assert_int_equal(c.body_len, 0);
        assert_string_equal(c.header, "one");
        assert_false(fixture_read(f, 3, true).erased); // It had none.
        assert_string_equal(fixture_read(f, 2, true).body, "kept");
        assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
        fixture_reopen(f);
    }
    assert_int_equal(ledger_scan_erasures(f->ledger, on_key, &k), OK);
    assert_int_equal(k.n, 1);
    assert_int_equal(k.sum, ENTITY_CASE(1) * 1000 + 4);
    fixture_erase(f, ENTITY_CASE(1)); // Again is harmless.
    fixture_put(f, ENTITY_CASE(1), "headers go on", "", 0);
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
}

static void a_body_and_its_erasure_may_share_a_turn(void **state)
{
    struct fixture *f = *state;
    uint64_t digest;
    struct ledger_entry const entries[] = {
        {.entity = ENTITY_CASE(1), .header = bytes_text("h"), .body = bytes_text("b")},
        {.entity = ENTITY_CASE(1), .header = bytes_text("h"), .erase = true}};
    struct ledger_turn const t = {1, 2, 0, entries, NULL};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    assert_true(fixture_read(f, 1, true).erased);
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
}

static void the_largest_header_body_and_row_are_kept(void **state)
{
    struct fixture *f = *state;
    uint8_t *big = malloc(LEDGER_BODY_MAX);
    uint64_t digest;
    for (size_t i = 0; i < LEDGER_BODY_MAX; i++) big[i] = (uint8_t)(i * 7);
    struct ledger_entry const e = {.entity = ENTITY_CASE(1),
                                   .header = bytes_of(big, LEDGER_HEADER_MAX),
                                   .body = bytes_of(big, LEDGER_BODY_MAX)};
    struct ledger_row row = fixture_row(ENTITY_CASE(1), 1, "");
    row.blob = bytes_of(big, LEDGER_ROW_MAX);
    struct ledger_turn const t = {1, 1, 1, &e, &row};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    struct copy c = fixture_read(f, 1, true);
    assert_int_equal(c.header_len, LEDGER_HEADER_MAX);
    assert_int_equal(c.body_len, LEDGER_BODY_MAX);
    assert_memory_equal(c.body, big, sizeof c.body - 1);
    c = fixture_read_row(f, ENTITY_CASE(1));
    assert_int_equal(c.body_len, LEDGER_ROW_MAX);
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
    free(big);
}

static void nothing_at_all_may_be_kept(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "", "", 0);
    struct copy const c = fixture_read(f, 1, true);
    assert_int_equal(c.err, OK);
    assert_int_equal(c.header_len + c.body_len, 0);
    assert_false(c.erased);
    struct ledger_turn const t = {2, 0, 0, NULL, NULL};
    assert_int_equal(fixture_keep(f, &t), KEPT);
    assert_int_equal(f->head, 1);
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

struct stop {
    unsigned left;
    uint64_t first;
};

static enum err stop_record(void *ctx, const struct ledger_record *r)
{
    struct stop *s = ctx;
    if (s->first == 0) s->first = r->seq;
    return s->left-- > 0 ? OK : ERR_CONFLICT;
}

static enum err stop_row(void *ctx, const struct ledger_row *r)
{
    (void)r;
    return ((struct stop *)ctx)->left-- > 0 ? OK : ERR_CONFLICT;
}

static enum err stop_key(void *ctx, uint64_t a, uint64_t b)
{
    (void)a, (void)b;
    return ((struct stop *)ctx)->left-- > 0 ? OK : ERR_CONFLICT;
}

static void a_scan_ends_with_what_its_callback_says(void **state)
{
    struct fixture *f = *state;
    uint64_t digest;
    for (unsigned i = 0; i < 5; i++) fixture_put(f, ENTITY_CASE(i), "h", "b", i + 1);
    for (unsigned n = 0; n < 5; n++) {
        struct stop s = {n, 0};
        assert_int_equal(ledger_scan_rows(f->ledger, false, stop_row, &s), ERR_CONFLICT);
        s.left = n;
        assert_int_equal(ledger_scan_keys(f->ledger, stop_key, &s), ERR_CONFLICT);
        s.left = n;
        assert_int_equal(
            ledger_scan_records(f->ledger, 1, true, stop_record, &s, f->why, sizeof f->why),
            ERR_CONFLICT);
    }
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0); // The snapshot was let go.
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
}

static void a_scan_may_begin_anywhere(void **state)
{
    struct fixture *f = *state;
    for (unsigned i = 0; i < 6; i++) fixture_put(f, ENTITY_CASE(i), "h", "b", i + 1);
    for (uint64_t from = 0; from <= 9; from++) {
        struct stop s = {100, 0};
        assert_int_equal(
            ledger_scan_records(f->ledger, from, false, stop_record, &s, f->why, sizeof f->why),
            OK);
        assert_int_equal(s.first, from > 6 ? 0 : from ? from : 1);
        assert_int_equal(100 - s.left, from > 6 ? 0 : 7 - (from ? from : 1));
    }
}

static void an_open_ledger_is_locked(void **state)
{
    struct fixture *f = *state;
    struct ledger *second = NULL;
    assert_int_equal(tested->open(&second, &f->settings, f->why, sizeof f->why), ERR_LOCKED);
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
    if (!tested->on_disk) ledger_memory_space(f->ledger, 5);
    assert_true(ledger_space(f->ledger).low);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_new_ledger_is_empty_and_has_an_id),
        TEST(what_was_kept_is_read_back),
        TEST(what_is_not_there_is_not_found),
        TEST(the_head_moves_only_when_the_end_is_reaped),
        TEST(a_second_turn_in_flight_is_our_own_bug),
        TEST(two_ledgers_have_different_ids_and_index_keys),
        TEST(everything_is_there_after_a_reopen),
        TEST(a_turn_is_kept_whole_and_in_order),
        TEST(reads_are_answered_in_the_order_they_were_asked),
        TEST(too_many_reads_are_busy_and_the_others_are_answered),
        TEST(a_callback_may_ask_again),
        TEST(a_callback_may_append_the_next_turn),
        TEST(another_epoch_or_place_is_fenced_and_so_is_all_after),
        TEST(a_restored_ledger_has_the_next_epoch),
        TEST(a_row_that_went_backwards_is_fenced_and_nothing_is_kept),
        TEST(a_turn_of_rows_alone_rewrites_them),
        TEST(an_entity_without_a_row_gets_one_to_be_rebuilt),
        TEST(every_fingerprint_comes_back_with_its_sequence),
        TEST(open_rows_alone_are_scanned_when_asked),
        TEST(an_erased_entity_has_no_bodies_and_the_chain_holds),
        TEST(a_body_and_its_erasure_may_share_a_turn),
        TEST(the_largest_header_body_and_row_are_kept),
        TEST(nothing_at_all_may_be_kept),
        TEST(full_turns_of_thousands_verify),
        TEST(a_scan_ends_with_what_its_callback_says),
        TEST(a_scan_may_begin_anywhere),
        TEST(an_open_ledger_is_locked),
        TEST(another_master_key_is_told_in_words),
        TEST(closing_keeps_the_turn_in_flight),
        TEST(space_below_the_low_water_mark_is_low),
    };
    static const struct backend *const backends[] = {&backend_sqlite, &backend_memory};
    int failed = 0;
    for (size_t i = 0; i < sizeof backends / sizeof backends[0]; i++) {
        tested = backends[i];
        failed += cmocka_run_group_tests_name(tested->name, tests, NULL, NULL);
    }
    return failed;
}
