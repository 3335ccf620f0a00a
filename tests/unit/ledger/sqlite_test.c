// What only the ledger on disk has: files, a lock, a log, a ballast, copies to be read.
#include "fixture.h"

#include "sqlite_writer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fixture_init(f, &backend_sqlite);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture_close(*state);
    free(*state);
    return 0;
}

static const char *in(const struct fixture *f, const char *name)
{
    static char path[4][300];
    static unsigned next;
    char *p = path[next++ % 4];
    snprintf(p, sizeof path[0], "%s/%s", f->path, name);
    return p;
}

static long long size_of(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 ? (long long)st.st_size : -1;
}

static unsigned mode_of(const char *path)
{
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    return st.st_mode & 07777U;
}

static void run_sql(const char *path, const char *sql)
{
    sqlite3 *db;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void nobody_else_may_read_its_files(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"ledger.db", "ledger.db-wal", "ledger.db-shm", "lock",
                                        "ballast"};
    char dir[200];
    snprintf(dir, sizeof dir, "%s/made", f->path);
    umask(0);
    f->settings.path = dir;
    f->settings.ballast_bytes = 10000;
    assert_int_equal(fixture_open(f), OK);
    fixture_put(f, ENTITY_CASE(1), "h", "b", 1);
    assert_int_equal(mode_of(dir), 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[300];
        snprintf(path, sizeof path, "%s/%s", dir, names[i]);
        assert_int_equal(mode_of(path), 0600);
    }
    assert_int_equal(chmod(in(f, "made/ledger.db"), 0644), 0);
    fixture_reopen(f);
    assert_int_equal(mode_of(in(f, "made/ledger.db")), 0600);
}

static void a_directory_that_cannot_be_made_is_told(void **state)
{
    struct fixture *f = *state;
    f->settings.path = "/nonexistent/ledger";
    assert_int_equal(fixture_open(f), ERR_IO);
    assert_non_null(strstr(f->why, "/nonexistent/ledger"));
}

static void a_file_of_somebody_else_is_left_alone(void **state)
{
    struct fixture *f = *state;
    int const fd = open(in(f, "ledger.db"), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_int_equal(write(fd, "this is a letter to my aunt, not a database", 43), 43);
    close(fd);
    assert_int_equal(fixture_open(f), ERR_CORRUPT);
    assert_int_equal(size_of(in(f, "ledger.db")), 43);
}

static void an_empty_database_is_filled_and_another_is_not(void **state)
{
    struct fixture *f = *state;
    run_sql(in(f, "ledger.db"), "CREATE TABLE letters(words)");
    assert_int_equal(fixture_open(f), ERR_CORRUPT);
    run_sql(in(f, "ledger.db"), "DROP TABLE letters");
    assert_int_equal(fixture_open(f), ERR_CORRUPT); // Not ours, though no table is left.
    run_sql(in(f, "ledger.db"), "VACUUM");
    assert_int_equal(fixture_open(f), OK); // As when the making of a ledger was cut short.
}

static void a_log_without_its_database_is_no_new_ledger(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fixture_open(f), OK);
    fixture_put(f, ENTITY_CASE(1), "h", "b", 1);
    file_copy(in(f, "ledger.db-wal"), in(f, "kept"));
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(unlink(in(f, "ledger.db")), 0);
    file_copy(in(f, "kept"), in(f, "ledger.db-wal"));
    assert_int_equal(fixture_open(f), ERR_CORRUPT);
    assert_non_null(strstr(f->why, "is missing"));
}

static void a_later_schema_is_refused_in_words(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fixture_open(f), OK);
    ledger_close(f->ledger);
    f->ledger = NULL;
    run_sql(in(f, "ledger.db"), "UPDATE meta SET value=x'0900000000000000' WHERE name='schema'");
    assert_int_equal(fixture_open(f), ERR_CONFIG);
    assert_non_null(strstr(f->why, "later release"));
}

static void a_closed_ledger_is_whole_in_one_file(void **state)
{
    struct fixture *f = *state;
    struct ledger *copy;
    struct ledger_settings s = f->settings;
    uint64_t before, after;
    assert_int_equal(fixture_open(f), OK);
    for (unsigned i = 0; i < 30; i++) fixture_put(f, ENTITY_CASE(i), "h", "b", i);
    assert_int_equal(fixture_digest(f->ledger, &before, f->why, sizeof f->why), OK);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(size_of(in(f, "ledger.db-wal")), 0);
    s.path = in(f, "odd ?#% name");
    assert_int_equal(mkdir(s.path, 0700), 0);
    file_copy(in(f, "ledger.db"), in(f, "odd ?#% name/ledger.db"));
    assert_int_equal(ledger_open_reader(&copy, &s, f->why, sizeof f->why), OK);
    assert_int_equal(fixture_digest(copy, &after, f->why, sizeof f->why), OK);
    assert_int_equal(before, after);
    assert_int_equal(ledger_head(copy).seq, 30);
    struct copy c = {.told = false};
    assert_int_equal(ledger_read(copy, 7, true, copy_record, &c), OK);
    ledger_reap(copy);
    assert_string_equal(c.body, "b");
    ledger_close(copy);
    assert_int_equal(size_of(in(f, "odd ?#% name/lock")), -1); // It left nothing behind.
}

static void a_reader_does_not_open_a_live_ledger_nor_nothing(void **state)
{
    struct fixture *f = *state;
    struct ledger *reader = NULL;
    assert_int_equal(ledger_open_reader(&reader, &f->settings, f->why, sizeof f->why), ERR_IO);
    assert_int_equal(fixture_open(f), OK);
    assert_int_equal(ledger_open_reader(&reader, &f->settings, f->why, sizeof f->why), ERR_LOCKED);
    assert_null(reader);
}

static void the_key_of_an_erased_case_is_nowhere_on_the_disk(void **state)
{
    struct fixture *f = *state;
    sqlite3 *db;
    sqlite3_stmt *q;
    uint8_t key[72];
    assert_int_equal(fixture_open(f), OK);
    for (unsigned i = 1; i < 9; i++) fixture_put(f, ENTITY_CASE(i), "h", "b", i);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(sqlite3_open(in(f, "ledger.db"), &db), SQLITE_OK);
    assert_int_equal(
        sqlite3_prepare_v2(db, "SELECT key FROM state WHERE entity & 255 = 3", -1, &q, NULL), 0);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_bytes(q, 0), sizeof key);
    memcpy(key, sqlite3_column_blob(q, 0), sizeof key);
    sqlite3_finalize(q);
    sqlite3_close(db);
    assert_int_equal(fixture_open(f), OK);
    fixture_put(f, ENTITY_CASE(3), "h", "more", 0);
    fixture_erase(f, ENTITY_CASE(3));
    fixture_reopen(f); // Or the first quiet moment.
    static const char *const names[] = {"ledger.db", "ledger.db-wal"};
    for (size_t i = 0; i < 2; i++) {
        long long const size = size_of(in(f, names[i]));
        uint8_t *bytes = malloc((size_t)size + 1);
        int const fd = open(in(f, names[i]), O_RDONLY | O_CLOEXEC);
        assert_int_equal(read(fd, bytes, (size_t)size), size);
        assert_null(memmem(bytes, (size_t)size, key, sizeof key));
        close(fd);
        free(bytes);
    }
}

static void nothing_that_was_written_is_in_the_clear(void **state)
{
    struct fixture *f = *state;
    static const char *const names[] = {"ledger.db", "ledger.db-wal"};
    assert_int_equal(fixture_open(f), OK);
    for (unsigned i = 0; i < 5; i++)
        fixture_put(f, ENTITY_CASE(i), "canary-header", "canary-body", 1);
    for (size_t i = 0; i < 2; i++) {
        long long const size = size_of(in(f, names[i]));
        uint8_t *bytes = malloc((size_t)size + 1);
        int const fd = open(in(f, names[i]), O_RDONLY | O_CLOEXEC);
        assert_int_equal(read(fd, bytes, (size_t)size), size);
        assert_null(memmem(bytes, (size_t)size, "canary", 6));
        assert_null(memmem(bytes, (size_t)size, f->settings.master_key, LEDGER_KEY_BYTES));
        close(fd);
        free(bytes);
    }
}

static void the_log_stays_bounded_under_load(void **state)
{
    struct fixture *f = *state;
    static struct ledger_entry entries[1000];
    static struct ledger_row rows[1000];
    static uint8_t body[2000];
    long long const bound = 3LL * WRITER_LOG_PAGES * 8192;
    assert_int_equal(fixture_open(f), OK);
    for (uint64_t first = 1; first < 40000; first += 1000) {
        for (unsigned i = 0; i < 1000; i++) {
            entries[i] = (struct ledger_entry){.entity = ENTITY_CASE(first + i),
                                               .body = bytes_of(body, sizeof body)};
            rows[i] = fixture_row(ENTITY_CASE(first + i), first + i, "row");
        }
        struct ledger_turn const t = {first, 1000, 1000, entries, rows};
        assert_int_equal(fixture_keep(f, &t), KEPT);
        assert_true(size_of(in(f, "ledger.db-wal")) < bound);
    }
}

static void a_ballast_is_made_when_there_is_space_and_comes_back(void **state)
{
    struct fixture *f = *state;
    f->settings.ballast_bytes = 100000;
    f->settings.low_water_bytes = INT64_MAX / 2;
    assert_int_equal(fixture_open(f), OK);
    assert_int_equal(size_of(in(f, "ballast")), -1);
    f->settings.low_water_bytes = 1000;
    fixture_reopen(f);
    assert_int_equal(size_of(in(f, "ballast")), 100000);
    assert_int_equal(unlink(in(f, "ballast")), 0);
    fixture_reopen(f);
    assert_int_equal(size_of(in(f, "ballast")), 100000);
}

static enum err nothing(void *ctx, const struct ledger_row *row)
{
    (void)row;
    ++*(unsigned *)ctx;
    return OK;
}

// A scan on the loop thread while a turn is written: it sees one state, and the head agrees with
// it.
static void scans_and_reads_agree_with_themselves_while_turns_are_written(void **state)
{
    struct fixture *f = *state;
    assert_int_equal(fixture_open(f), OK);
    for (unsigned i = 1; i <= 300; i++) {
        struct ledger_entry const e = {
            .entity = ENTITY_CASE(i), .header = bytes_text("h"), .body = bytes_text("b")};
        struct ledger_row const row = fixture_row(ENTITY_CASE(i), i, "row");
        struct ledger_turn const t = {i, 1, 1, &e, &row};
        unsigned rows = 0;
        struct copy c = {.told = false};
        fixture_start(f, &t);
        assert_int_equal(ledger_read(f->ledger, i, true, copy_record, &c), OK);
        assert_int_equal(ledger_scan_rows(f->ledger, false, nothing, &rows), OK);
        assert_true(rows == i - 1 || rows == i);
        while (!f->done || !c.told) fixture_reap(f);
        assert_true(c.err == OK || c.err == ERR_NOT_FOUND);
    }
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(nobody_else_may_read_its_files),
        TEST(a_directory_that_cannot_be_made_is_told),
        TEST(a_file_of_somebody_else_is_left_alone),
        TEST(an_empty_database_is_filled_and_another_is_not),
        TEST(a_log_without_its_database_is_no_new_ledger),
        TEST(a_later_schema_is_refused_in_words),
        TEST(a_closed_ledger_is_whole_in_one_file),
        TEST(a_reader_does_not_open_a_live_ledger_nor_nothing),
        TEST(the_key_of_an_erased_case_is_nowhere_on_the_disk),
        TEST(nothing_that_was_written_is_in_the_clear),
        TEST(the_log_stays_bounded_under_load),
        TEST(a_ballast_is_made_when_there_is_space_and_comes_back),
        TEST(scans_and_reads_agree_with_themselves_while_turns_are_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
