// What every ledger promises of reads, scans and erasures, asked of each of them.
#include "contract.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdlib.h>

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

static void the_body_of_the_erasing_record_is_forgotten_too(void **state)
{
    struct fixture *f = *state;
    uint64_t digest;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 1);
    for (uint64_t seq = 2; seq <= 3; seq++) { // Once, and again.
        struct ledger_entry const e = {.entity = ENTITY_CASE(1),
                                       .header = bytes_text("forget"),
                                       .body = bytes_text("because"),
                                       .fingerprint = seq,
                                       .erase = true};
        struct ledger_row const row = fixture_row(ENTITY_CASE(1), seq, "row");
        struct ledger_turn const t = {seq, 1, 1, &e, &row};
        assert_int_equal(fixture_keep(f, &t), KEPT);
    }
    for (uint64_t seq = 1; seq <= 3; seq++) {
        struct copy const c = fixture_read(f, seq, true);
        assert_int_equal(c.err, OK);
        assert_true(c.erased);
    }
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

int main(void)
{
    static const struct CMUnitTest tests[] = {
        CONTRACT(what_was_kept_is_read_back),
        CONTRACT(what_is_not_there_is_not_found),
        CONTRACT(reads_are_answered_in_the_order_they_were_asked),
        CONTRACT(too_many_reads_are_busy_and_the_others_are_answered),
        CONTRACT(a_callback_may_ask_again),
        CONTRACT(every_fingerprint_comes_back_with_its_sequence),
        CONTRACT(open_rows_alone_are_scanned_when_asked),
        CONTRACT(an_erased_entity_has_no_bodies_and_the_chain_holds),
        CONTRACT(a_body_and_its_erasure_may_share_a_turn),
        CONTRACT(the_body_of_the_erasing_record_is_forgotten_too),
        CONTRACT(the_largest_header_body_and_row_are_kept),
        CONTRACT(nothing_at_all_may_be_kept),
        CONTRACT(a_scan_ends_with_what_its_callback_says),
        CONTRACT(a_scan_may_begin_anywhere),
    };
    return contract_run(tests, sizeof tests / sizeof tests[0]);
}
