// Whatever is changed behind the ledger's back is noticed, or changes nothing that it says.
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define RECORDS 40

// A whole ledger to be copied, an earlier one of the same to take stale rows from, one with a log.
static struct fixture base;
static char original[200], earlier[200], logged_db[200], logged_wal[200], target[200],
    target_wal[200];
static uint64_t base_digest, prefixes[RECORDS + 1];
static uint64_t seed = 20260101;

static uint64_t roll(uint64_t below)
{
    seed ^= seed << 13; // xorshift64
    seed ^= seed >> 7;
    seed ^= seed << 17;
    return seed % below;
}

static void base_step(unsigned i)
{
    uint64_t const seq = ledger_head(base.ledger).seq + 1;
    struct ledger_entry const e = {.entity = ENTITY_CASE(i % 11),
                                   .header = bytes_text("header"),
                                   .body = i == 30 ? BYTES_NONE : bytes_text(i % 4 ? "body" : ""),
                                   .fingerprint = i % 5 ? i + 1000 : 0,
                                   .erase = i == 30};
    struct ledger_row row = fixture_row(e.entity, seq, i % 2 ? "one row" : "another row");
    row.open = i % 3 != 0;
    struct ledger_entry const quiet = {.entity = e.entity, .header = bytes_text("header")};
    bool const gone = e.entity == ENTITY_CASE(30 % 11) && i > 30;
    struct ledger_turn const t = {seq, 1, 1, gone ? &quiet : &e, &row};
    assert_int_equal(fixture_keep(&base, &t), KEPT);
}

static int setup(void **state)
{
    (void)state;
    char db[200], wal[200];
    fixture_init(&base, &backend_sqlite);
    assert_int_equal(fixture_open(&base), OK);
    snprintf(db, sizeof db, "%s/ledger.db", base.path);
    snprintf(wal, sizeof wal, "%s/ledger.db-wal", base.path);
    snprintf(original, sizeof original, "%s/original", base.path);
    snprintf(earlier, sizeof earlier, "%s/earlier", base.path);
    snprintf(logged_db, sizeof logged_db, "%s/logged.db", base.path);
    snprintf(logged_wal, sizeof logged_wal, "%s/logged.wal", base.path);
    snprintf(target, sizeof target, "%s/copy/ledger.db", base.path);
    snprintf(target_wal, sizeof target_wal, "%s/copy/ledger.db-wal", base.path);
    for (unsigned i = 0; i < RECORDS; i++) {
        assert_int_equal(fixture_digest(base.ledger, &prefixes[i], base.why, sizeof base.why), OK);
        if (i == RECORDS / 2) {
            fixture_reopen(&base);
            file_copy(db, earlier);
        }
        base_step(i);
    }
    assert_int_equal(fixture_digest(base.ledger, &base_digest, base.why, sizeof base.why), OK);
    prefixes[RECORDS] = base_digest;
    file_copy(db, logged_db);
    file_copy(wal, logged_wal);
    ledger_close(base.ledger);
    base.ledger = NULL;
    file_copy(db, original);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fixture_close(&base);
    return 0;
}

// What a reader of the copy finds.
static enum err inspect(uint64_t *digest)
{
    char dir[200];
    struct ledger *l = NULL;
    struct ledger_settings s = base.settings;
    snprintf(dir, sizeof dir, "%s/copy", base.path);
    s.path = dir;
    enum err e = ledger_open_reader(&l, &s, base.why, sizeof base.why);
    if (e) return e;
    e = fixture_digest(l, digest, base.why, sizeof base.why);
    ledger_close(l);
    return e;
}

static void copy_fresh(const char *db, const char *wal)
{
    char dir[200];
    snprintf(dir, sizeof dir, "%s/copy", base.path);
    file_remove_all(dir);
    (void)mkdir(dir, 0700);
    file_copy(db, target);
    if (wal) file_copy(wal, target_wal);
}

static void flip_file(const char *path)
{
    uint8_t byte;
    int const fd = open(path, O_RDWR | O_CLOEXEC);
    assert_true(fd >= 0);
    off_t const at = (off_t)roll((uint64_t)lseek(fd, 0, SEEK_END));
    assert_int_equal(pread(fd, &byte, 1, at), 1);
    byte ^= (uint8_t)(1U << roll(8));
    assert_int_equal(pwrite(fd, &byte, 1, at), 1);
    close(fd);
}

static void an_untouched_copy_is_read(void **state)
{
    (void)state;
    uint64_t digest;
    copy_fresh(original, NULL);
    assert_int_equal(inspect(&digest), OK);
    assert_int_equal(digest, base_digest);
    copy_fresh(logged_db, logged_wal);
    assert_int_equal(inspect(&digest), OK);
    assert_int_equal(digest, base_digest);
}

// A blob with one bit flipped.
static void sql_flip(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    (void)n;
    uint8_t copy[1024];
    const void *blob = sqlite3_value_blob(args[0]);
    int const len = sqlite3_value_bytes(args[0]);
    if (len <= 0 || len > (int)sizeof copy) {
        sqlite3_result_value(ctx, args[0]);
        return;
    }
    memcpy(copy, blob, (size_t)len);
    size_t const bit = (size_t)roll((uint64_t)len * 8);
    copy[bit / 8] ^= (uint8_t)(1U << bit % 8);
    sqlite3_result_blob(ctx, copy, len, SQLITE_TRANSIENT);
}

// a() and b() are two different sequences.
#define ROW  "(SELECT entity FROM state ORDER BY entity LIMIT 1 OFFSET a()%11)"
#define ROW2 "(SELECT entity FROM state ORDER BY entity LIMIT 1 OFFSET b()%11)"
#define KEY  "(SELECT seq FROM fingerprint LIMIT 1 OFFSET a()%10)"
static const char *const mutations[] = {
    "UPDATE record SET hash=flip(hash) WHERE seq=a()",
    "UPDATE record SET header=flip(header) WHERE seq=a()",
    "UPDATE record SET body=flip(body) WHERE seq=a()",
    "UPDATE record SET entity=entity+1 WHERE seq=a()",
    "UPDATE record SET seq=seq+1000 WHERE seq=a()",
    "UPDATE record SET body=NULL WHERE seq=a()",
    "UPDATE record SET body=x'00' WHERE seq=a()",
    "UPDATE record SET header=x'' WHERE seq=a()",
    "UPDATE record SET seq=-1 WHERE seq=a();UPDATE record SET seq=a() WHERE seq=b();"
    "UPDATE record SET seq=b() WHERE seq=-1",
    "UPDATE record SET body=(SELECT body FROM record WHERE seq=b()) WHERE seq=a()",
    "DELETE FROM record WHERE seq=a()",
    "DELETE FROM record WHERE seq>=a()",
    "INSERT INTO record SELECT seq+1,entity,hash,header,body FROM record ORDER BY seq DESC LIMIT 1",
    "UPDATE state SET blob=flip(blob) WHERE entity=" ROW,
    "UPDATE state SET key=flip(key) WHERE entity=" ROW,
    "UPDATE state SET key=NULL WHERE entity=" ROW,
    "UPDATE state SET first_seq=first_seq+a() WHERE entity=" ROW,
    "UPDATE state SET last_seq=last_seq+a() WHERE entity=" ROW,
    "UPDATE state SET fold_version=fold_version+a() WHERE entity=" ROW,
    "UPDATE state SET open=1-open WHERE entity=" ROW,
    "UPDATE state SET fingerprint=fingerprint+a() WHERE entity=" ROW,
    "UPDATE state SET entity=entity+1000 WHERE entity=" ROW,
    "UPDATE state SET blob=(SELECT blob FROM state WHERE entity=" ROW2 ") WHERE entity=" ROW,
    "UPDATE state SET key=(SELECT key FROM state WHERE entity=" ROW2 ") WHERE entity=" ROW,
    "DELETE FROM state WHERE entity=" ROW,
    "INSERT INTO state SELECT entity+5000,first_seq,last_seq,fold_version,open,fingerprint,key,blob"
    " FROM state WHERE entity=" ROW,
    "INSERT OR REPLACE INTO state SELECT * FROM old.state WHERE entity=" ROW,
    "UPDATE fingerprint SET fingerprint=fingerprint+1 WHERE seq=" KEY,
    "UPDATE fingerprint SET seq=seq+1000 WHERE seq=" KEY,
    "DELETE FROM fingerprint WHERE seq=" KEY,
    "INSERT INTO fingerprint VALUES(a()+1000,5)",
    "UPDATE erasure SET seq=seq+a()",
    "UPDATE erasure SET entity=entity+a()",
    "DELETE FROM erasure",
    "INSERT INTO erasure SELECT entity,a() FROM state WHERE entity=" ROW
    " AND entity NOT IN (SELECT entity FROM erasure)",
    "UPDATE head SET sealed=flip(sealed)",
    "UPDATE head SET sealed=(SELECT sealed FROM old.head)",
    "DELETE FROM head",
    "UPDATE meta SET value=flip(value) WHERE name='id'",
    "UPDATE meta SET value=flip(value) WHERE name='key_id'",
    "UPDATE meta SET value=flip(value) WHERE name='root'",
    "UPDATE meta SET value=flip(value) WHERE name='schema'",
    "DELETE FROM meta WHERE name='root'",
    "DROP TABLE fingerprint",
};

static void sql_number(sqlite3_context *ctx, int n, sqlite3_value **args)
{
    (void)n, (void)args;
    sqlite3_result_int(ctx, *(int *)sqlite3_user_data(ctx));
}

// True when the database is another one after it.
static bool mutate(const char *sql)
{
    char attach[300];
    sqlite3 *db;
    int a = 1 + (int)roll(RECORDS), b = 1 + (a + (int)roll(RECORDS - 1)) % RECORDS;
    snprintf(attach, sizeof attach,
             "PRAGMA journal_mode=DELETE;PRAGMA synchronous=OFF;ATTACH '%s' AS old", earlier);
    assert_int_equal(sqlite3_open(target, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, attach, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_create_function(db, "flip", 1, SQLITE_UTF8, NULL, sql_flip, NULL, NULL);
    sqlite3_create_function(db, "a", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, &a, sql_number, NULL,
                            NULL);
    sqlite3_create_function(db, "b", 0, SQLITE_UTF8 | SQLITE_DETERMINISTIC, &b, sql_number, NULL,
                            NULL);
    int const before = sqlite3_total_changes(db);
    int const rc = sqlite3_exec(db, sql, NULL, NULL, NULL);
    bool const changed = sqlite3_total_changes(db) > before || strncmp(sql, "DROP", 4) == 0;
    if (rc != SQLITE_OK) print_error("%s: %s\n", sql, sqlite3_errmsg(db));
    assert_int_equal(rc, SQLITE_OK);
    sqlite3_close(db);
    return changed;
}

static void every_change_of_a_column_or_row_is_noticed_or_harmless(void **state)
{
    (void)state;
    size_t const kinds = sizeof mutations / sizeof mutations[0];
    unsigned noticed[sizeof mutations / sizeof mutations[0]] = {0}, harmless = 0;
    for (size_t i = 0; i < kinds * 25; i++) {
        uint64_t digest = 0;
        copy_fresh(original, NULL);
        if (!mutate(mutations[i % kinds])) continue;
        enum err const e = inspect(&digest);
        noticed[i % kinds] += e != OK;
        harmless += e == OK;
        if (e == OK && digest != base_digest) print_error("unnoticed: %s\n", mutations[i % kinds]);
        assert_true(e != OK || digest == base_digest);
    }
    for (size_t k = 0; k < kinds; k++) {
        if (!noticed[k]) print_error("never noticed: %s\n", mutations[k]);
        assert_true(noticed[k] > 0);
    }
    print_message("%zu changes, %u harmless\n", kinds * 25, harmless);
}

static void every_flipped_bit_of_the_file_is_noticed_or_harmless(void **state)
{
    (void)state;
    unsigned noticed = 0;
    for (unsigned i = 0; i < 1000; i++) {
        uint64_t digest = 0;
        copy_fresh(original, NULL);
        flip_file(target);
        enum err const e = inspect(&digest);
        noticed += e != OK;
        assert_true(e != OK || digest == base_digest);
    }
    print_message("%u of 1000 flips noticed, the others harmless\n", noticed);
    assert_true(noticed > 100);
}

// SQLite ends a log at the first page that does not add up, as after a power cut: what is left is
// an earlier state, whole and true.  (That it is not the last one only an outside witness can say.)
static void a_flipped_bit_of_the_log_leaves_a_whole_earlier_state(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 300; i++) {
        uint64_t digest = 0;
        copy_fresh(logged_db, logged_wal);
        flip_file(target_wal);
        if (inspect(&digest) != OK) continue;
        bool prefix = false;
        for (size_t k = 0; k <= RECORDS; k++) prefix = prefix || digest == prefixes[k];
        assert_true(prefix);
    }
}

static void the_sequence_of_a_broken_record_is_named(void **state)
{
    (void)state;
    uint64_t digest;
    for (unsigned seq = 1; seq <= RECORDS; seq += 13) {
        char sql[100], expected[40];
        sqlite3 *db;
        copy_fresh(original, NULL);
        assert_int_equal(sqlite3_open(target, &db), SQLITE_OK);
        snprintf(sql, sizeof sql, "UPDATE record SET entity=77 WHERE seq=%u", seq);
        snprintf(expected, sizeof expected, "record %u ", seq);
        assert_int_equal(sqlite3_exec(db, "PRAGMA journal_mode=DELETE", NULL, NULL, NULL),
                         SQLITE_OK);
        assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
        sqlite3_close(db);
        assert_int_equal(inspect(&digest), ERR_CORRUPT);
        assert_memory_equal(base.why, expected, strlen(expected));
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_untouched_copy_is_read),
        cmocka_unit_test(every_change_of_a_column_or_row_is_noticed_or_harmless),
        cmocka_unit_test(every_flipped_bit_of_the_file_is_noticed_or_harmless),
        cmocka_unit_test(a_flipped_bit_of_the_log_leaves_a_whole_earlier_state),
        cmocka_unit_test(the_sequence_of_a_broken_record_is_named),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
