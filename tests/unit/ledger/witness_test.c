// A signed checkpoint, kept elsewhere, proves a copy of a ledger to whoever has the public key:
// what was altered, reordered or cut is told, also when the chain was made anew after it.
#include "chain.h"
#include "checkpoint.h"
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <sodium.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define RECORDS 60
#define SIGNED  50 // records under the checkpoint; the others came after it

struct row {
    uint64_t entity;
    size_t header_len, body_len;
    uint8_t hash[CHAIN_BYTES], header[512], body[512];
};
static struct fixture base;
static struct checkpoint point, empty;
static char original[200], copy_dir[200], target[220];
static struct row rows[RECORDS + 1]; // by sequence
static uint8_t seed[CHECKPOINT_KEY_BYTES], public_key[CHECKPOINT_KEY_BYTES];
static uint64_t dice = 20260101;

static size_t roll(size_t below)
{
    dice ^= dice << 13; // xorshift64
    dice ^= dice >> 7;
    dice ^= dice << 17;
    return (size_t)(dice % below);
}

static size_t column_take(sqlite3_stmt *q, int column, uint8_t *out, size_t size)
{
    const void *data = sqlite3_column_blob(q, column);
    size_t const len = (size_t)sqlite3_column_bytes(q, column);
    assert_true(len <= size);
    if (len) memcpy(out, data, len);
    return len;
}

static sqlite3 *database(const char *path)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_exec(db, "PRAGMA synchronous=OFF;PRAGMA journal_mode=DELETE", NULL, NULL, NULL),
        SQLITE_OK);
    return db;
}

static void rows_read(void)
{
    sqlite3_stmt *q;
    sqlite3 *db = database(original);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT seq,entity,hash,header,body FROM record", -1, &q, NULL),
        SQLITE_OK);
    while (sqlite3_step(q) == SQLITE_ROW) {
        struct row *r = &rows[sqlite3_column_int(q, 0)];
        r->entity = (uint64_t)sqlite3_column_int64(q, 1);
        (void)column_take(q, 2, r->hash, sizeof r->hash);
        r->header_len = column_take(q, 3, r->header, sizeof r->header);
        r->body_len = column_take(q, 4, r->body, sizeof r->body);
    }
    sqlite3_finalize(q);
    sqlite3_close(db);
}

static int setup(void **state)
{
    (void)state;
    char db[200], body[32];
    fixture_init(&base, &backend_sqlite);
    assert_int_equal(fixture_open(&base), OK);
    randombytes_buf(seed, sizeof seed);
    checkpoint_public(public_key, seed);
    empty = (struct checkpoint){"testshire", ledger_head(base.ledger), 1767225600000};
    for (unsigned i = 1; i <= RECORDS; i++) {
        snprintf(body, sizeof body, "what was said %u", i);
        fixture_put(&base, ENTITY_CASE(i % 7), "header", body, i);
        if (i == SIGNED) point = (struct checkpoint){"testshire", ledger_head(base.ledger), 1};
    }
    ledger_close(base.ledger);
    base.ledger = NULL;
    snprintf(db, sizeof db, "%s/ledger.db", base.path);
    snprintf(original, sizeof original, "%s/original", base.path);
    snprintf(copy_dir, sizeof copy_dir, "%s/copy", base.path);
    snprintf(target, sizeof target, "%s/ledger.db", copy_dir);
    (void)mkdir(copy_dir, 0700);
    file_copy(db, original);
    rows_read();
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&base);
    return 0;
}

static void copy_write(const struct row *r, size_t n)
{
    sqlite3_stmt *q;
    file_copy(original, target);
    sqlite3 *db = database(target);
    assert_int_equal(sqlite3_exec(db, "BEGIN;DELETE FROM record", NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "INSERT INTO record VALUES(?1,?2,?3,?4,?5)", -1, &q, NULL),
        SQLITE_OK);
    for (size_t i = 1; i <= n; i++) {
        sqlite3_bind_int64(q, 1, (sqlite3_int64)i);
        sqlite3_bind_int64(q, 2, (sqlite3_int64)r[i].entity);
        sqlite3_bind_blob(q, 3, r[i].hash, CHAIN_BYTES, SQLITE_STATIC);
        sqlite3_bind_blob(q, 4, r[i].header, (int)r[i].header_len, SQLITE_STATIC);
        sqlite3_bind_blob(q, 5, r[i].body, (int)r[i].body_len, SQLITE_STATIC);
        assert_int_equal(sqlite3_step(q), SQLITE_DONE);
        sqlite3_reset(q);
    }
    sqlite3_finalize(q);
    assert_int_equal(sqlite3_exec(db, "COMMIT", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static enum err prove(const struct checkpoint *c, struct ledger_proof *proof)
{
    return ledger_prove(copy_dir, c, proof, base.why, sizeof base.why);
}

// --- What somebody with the file, and without a key, can do to one signed record. ---

static size_t alter_header(struct row *r, size_t at, size_t n)
{
    r[at].header[roll(r[at].header_len)] ^= (uint8_t)(1U << roll(8));
    return n;
}

static size_t alter_body(struct row *r, size_t at, size_t n)
{
    r[at].body[roll(r[at].body_len)] ^= (uint8_t)(1U << roll(8));
    return n;
}

static size_t alter_entity(struct row *r, size_t at, size_t n)
{
    r[at].entity ^= UINT64_C(1) << roll(60);
    return n;
}

static size_t alter_hash(struct row *r, size_t at, size_t n)
{
    r[at].hash[roll(CHAIN_BYTES)] ^= (uint8_t)(1U << roll(8));
    return n;
}

static size_t empty_body(struct row *r, size_t at, size_t n)
{
    r[at].body_len = 0;
    return n;
}

static size_t swap_rows(struct row *r, size_t at, size_t n)
{
    size_t const other = at == 1 ? 2 : at - 1;
    struct row const kept = r[at];
    r[at] = r[other];
    r[other] = kept;
    return n;
}

static size_t swap_bodies(struct row *r, size_t at, size_t n)
{
    size_t const other = at == 1 ? 2 : at - 1;
    struct row const kept = r[at];
    memcpy(r[at].body, r[other].body, sizeof r[at].body);
    r[at].body_len = r[other].body_len;
    memcpy(r[other].body, kept.body, sizeof kept.body);
    r[other].body_len = kept.body_len;
    return n;
}

static size_t leave_out(struct row *r, size_t at, size_t n)
{
    memmove(&r[at], &r[at + 1], (n - at) * sizeof *r);
    return n - 1;
}

static size_t put_twice(struct row *r, size_t at, size_t n)
{
    memmove(&r[at + 1], &r[at], (n - at) * sizeof *r); // The last one falls off.
    return n;
}

static size_t cut(struct row *r, size_t at, size_t n)
{
    (void)r, (void)n;
    return at - 1;
}

// Makes the chain anew, so that only somebody who knows how it was can tell.
static void chain_again(struct row *r, size_t n)
{
    uint8_t hash[CHAIN_BYTES];
    chain_start(hash, point.head.id, sizeof point.head.id);
    for (size_t i = 1; i <= n; i++) {
        chain_next(hash, hash, i, r[i].entity, bytes_of(r[i].header, r[i].header_len),
                   bytes_of(r[i].body, r[i].body_len));
        memcpy(r[i].hash, hash, CHAIN_BYTES);
    }
}

static const struct {
    const char *name;
    size_t (*run)(struct row *r, size_t at, size_t n);
    bool hash_only; // a chain made anew undoes it
} tamperings[] = {
    {"header", alter_header, false},        {"body", alter_body, false},
    {"entity", alter_entity, false},        {"hash", alter_hash, true},
    {"emptied", empty_body, false},         {"rows swapped", swap_rows, false},
    {"bodies swapped", swap_bodies, false}, {"left out", leave_out, false},
    {"put twice", put_twice, false},        {"cut", cut, false},
};
#define TAMPERINGS (sizeof tamperings / sizeof *tamperings)

static void an_untouched_copy_is_proven_up_to_its_end(void **state)
{
    (void)state;
    struct ledger_proof proof;
    copy_write(rows, RECORDS);
    assert_int_equal(prove(&point, &proof), OK);
    assert_int_equal(proof.records, RECORDS);
    assert_int_equal(proof.after, RECORDS - SIGNED);
    assert_int_equal(prove(&empty, &proof), OK);
    assert_int_equal(proof.after, RECORDS);
}

// TRIAGED_TAMPERED=20000 for more.
static void every_tampered_record_is_detected_also_under_a_chain_made_anew(void **state)
{
    (void)state;
    const char *asked = getenv("TRIAGED_TAMPERED");
    size_t const runs = asked ? strtoul(asked, NULL, 10) : 1000;
    size_t detected = 0, fooled = 0, anew = 0;
    for (size_t i = 0; i < runs; i++) {
        static struct row changed[RECORDS + 2];
        struct ledger_proof proof;
        size_t const kind = i % TAMPERINGS, at = 1 + roll(SIGNED - 1);
        bool const again = i / TAMPERINGS % 2 && !tamperings[kind].hash_only;
        memcpy(changed, rows, sizeof rows);
        size_t const n = tamperings[kind].run(changed, at, RECORDS);
        if (again) chain_again(changed, n);
        copy_write(changed, n);
        enum err const e = prove(&point, &proof);
        if (e != ERR_CORRUPT)
            print_error("%s of record %zu: %s\n", tamperings[kind].name, at, err_word(e));
        detected += e == ERR_CORRUPT;
        // The control: without the witness, a chain that was made anew is as good as the first.
        if (again) anew++;
        if (again) fooled += prove(&empty, &proof) == OK;
    }
    print_message("%zu of %zu tampered records detected; of %zu under a chain made anew, the chain "
                  "alone detects %zu\n",
                  detected, runs, anew, anew - fooled);
    assert_int_equal(detected, runs);
    assert_int_equal(fooled, anew);
}

static void a_ledger_that_was_put_back_to_an_earlier_day_is_named(void **state)
{
    (void)state;
    struct ledger_proof proof;
    copy_write(rows, SIGNED - 10);
    assert_int_equal(prove(&point, &proof), ERR_CORRUPT);
    assert_non_null(strstr(base.why, "ends at record 40, and 50 were signed for"));
}

static void another_ledgers_checkpoint_proves_nothing(void **state)
{
    (void)state;
    struct ledger_proof proof;
    struct checkpoint other = point;
    other.head.id[3] ^= 1;
    copy_write(rows, RECORDS);
    assert_int_equal(prove(&other, &proof), ERR_NOT_FOUND);
}

static void a_checkpoint_reads_back_as_it_was_written(void **state)
{
    (void)state;
    char text[CHECKPOINT_TEXT_MAX];
    struct checkpoint back;
    size_t const len = checkpoint_write(&point, seed, text);
    assert_int_equal(strlen(text), len);
    assert_int_equal(checkpoint_read(&back, bytes_of(text, len), public_key), OK);
    assert_string_equal(back.area, "testshire");
    assert_int_equal(back.head.seq, SIGNED);
    assert_int_equal(back.at_ms, 1);
    assert_memory_equal(back.head.hash, point.head.hash, CHAIN_BYTES);
}

static void every_changed_byte_of_a_checkpoint_is_refused(void **state)
{
    (void)state;
    char text[CHECKPOINT_TEXT_MAX], changed[CHECKPOINT_TEXT_MAX];
    struct checkpoint back;
    size_t const len = checkpoint_write(&point, seed, text);
    for (size_t i = 0; i < len; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            // A hexadecimal signature may be written in capitals: the same bytes.
            if (i > len - 130 && bit == 5) continue;
            memcpy(changed, text, len);
            changed[i] = (char)(changed[i] ^ (1 << bit));
            assert_true(checkpoint_read(&back, bytes_of(changed, len), public_key) != OK);
        }
        assert_true(checkpoint_read(&back, bytes_of(text, i), public_key) == ERR_MALFORMED);
    }
}

static void another_key_has_not_signed_it(void **state)
{
    (void)state;
    char text[CHECKPOINT_TEXT_MAX];
    uint8_t other[CHECKPOINT_KEY_BYTES], other_public[CHECKPOINT_KEY_BYTES];
    struct checkpoint back;
    randombytes_buf(other, sizeof other);
    checkpoint_public(other_public, other);
    size_t const len = checkpoint_write(&point, seed, text);
    assert_int_equal(checkpoint_read(&back, bytes_of(text, len), other_public), ERR_CORRUPT);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_copy_is_proven_up_to_its_end),
        cmocka_unit_test(every_tampered_record_is_detected_also_under_a_chain_made_anew),
        cmocka_unit_test(a_ledger_that_was_put_back_to_an_earlier_day_is_named),
        cmocka_unit_test(another_ledgers_checkpoint_proves_nothing),
        cmocka_unit_test(a_checkpoint_reads_back_as_it_was_written),
        cmocka_unit_test(every_changed_byte_of_a_checkpoint_is_refused),
        cmocka_unit_test(another_key_has_not_signed_it),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
