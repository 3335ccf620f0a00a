// Every release opens the ledgers of all earlier ones, and finds in them what was put there.
#include "fixture.h"
#include "golden.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

static const char *const releases[] = {"0.1.0"};

static void fixture_take(struct fixture *f, const char *release)
{
    char from[4096], to[300];
    fixture_init(f, &backend_sqlite);
    memset(f->settings.master_key, GOLDEN_KEY_BYTE, sizeof f->settings.master_key);
    snprintf(from, sizeof from, "%s/%s/ledger.db", GOLDEN_DIRECTORY, release);
    snprintf(to, sizeof to, "%s/ledger.db", f->path);
    file_copy(from, to);
}

static void check_record(struct fixture *f, uint64_t seq)
{
    struct golden_record const *g = &golden_records[seq - 1];
    bool const forgotten = g->entity == ENTITY_CASE(3) && g->body[0];
    struct copy const c = fixture_read(f, seq, true);
    assert_int_equal(c.err, OK);
    assert_int_equal(c.entity, g->entity);
    assert_string_equal(c.header, g->header);
    assert_string_equal(c.body, forgotten ? "" : g->body);
    assert_int_equal(c.erased, forgotten);
}

static enum err on_pair(void *ctx, uint64_t fingerprint, uint64_t seq)
{
    assert_int_equal(golden_records[seq - 1].fingerprint, fingerprint);
    ++*(unsigned *)ctx;
    return OK;
}

static enum err on_erasure(void *ctx, uint64_t entity, uint64_t seq)
{
    assert_int_equal(entity, ENTITY_CASE(3));
    assert_true(golden_records[seq - 1].erase);
    ++*(unsigned *)ctx;
    return OK;
}

static enum err on_row(void *ctx, const struct ledger_row *row)
{
    struct golden_record const *g = &golden_records[row->last_seq - 1];
    assert_int_equal(row->entity, g->entity);
    assert_int_equal(row->open, g->open);
    assert_int_equal(row->fold_version, 1);
    assert_true(bytes_equal(row->blob, bytes_text(g->header)));
    ++*(unsigned *)ctx;
    return OK;
}

static void check_ledger(struct fixture *f)
{
    unsigned keys = 0, erasures = 0, rows = 0, open = 0;
    uint64_t digest;
    assert_int_equal(ledger_head(f->ledger).seq, GOLDEN_RECORDS);
    for (uint64_t seq = 1; seq <= GOLDEN_RECORDS; seq++) check_record(f, seq);
    assert_int_equal(ledger_scan_keys(f->ledger, on_pair, &keys), OK);
    assert_int_equal(ledger_scan_erasures(f->ledger, on_erasure, &erasures), OK);
    assert_int_equal(ledger_scan_rows(f->ledger, false, on_row, &rows), OK);
    assert_int_equal(ledger_scan_rows(f->ledger, true, on_row, &open), OK);
    assert_int_equal(keys, 6);
    assert_int_equal(erasures, 1);
    assert_int_equal(rows, 5);
    assert_int_equal(open, 3);
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
}

static void the_ledger_of_every_release_opens_and_goes_on(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        struct fixture f;
        uint64_t digest;
        fixture_take(&f, releases[i]);
        enum err const e = fixture_open(&f);
        if (e) print_error("%s: %s\n", releases[i], f.why);
        assert_int_equal(e, OK);
        check_ledger(&f);
        fixture_put(&f, ENTITY_CASE(1), "goes on", "with a body", 200);
        fixture_put(&f, ENTITY_CASE(4), "a new one", "with a body", 201);
        fixture_reopen(&f);
        assert_string_equal(fixture_read(&f, GOLDEN_RECORDS + 1, true).body, "with a body");
        assert_int_equal(fixture_digest(f.ledger, &digest, f.why, sizeof f.why), OK);
        fixture_close(&f);
    }
}

static void the_ledger_of_every_release_is_read_without_being_touched(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof releases / sizeof releases[0]; i++) {
        struct fixture f;
        uint64_t digest;
        fixture_take(&f, releases[i]);
        assert_int_equal(ledger_open_reader(&f.ledger, &f.settings, f.why, sizeof f.why), OK);
        check_ledger(&f);
        assert_int_equal(fixture_digest(f.ledger, &digest, f.why, sizeof f.why), OK);
        fixture_close(&f);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_ledger_of_every_release_opens_and_goes_on),
        cmocka_unit_test(the_ledger_of_every_release_is_read_without_being_touched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
