// The ledger in memory can be hurt in the ways that tests need.
#include "fixture.h"

#include "ledger_memory.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int setup(void **state)
{
    struct fixture *f = malloc(sizeof *f);
    fixture_init(f, &backend_memory);
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

static const struct ledger_entry entry = {.entity = ENTITY_CASE_BASE};
static struct ledger_turn turn_at(uint64_t seq)
{
    return (struct ledger_turn){seq, 1, 0, &entry, NULL};
}

static void a_held_turn_ends_when_it_is_let_go(void **state)
{
    struct fixture *f = *state;
    struct ledger_turn const t = turn_at(1);
    ledger_memory_hold(f->ledger, true, false);
    fixture_start(f, &t);
    for (unsigned i = 0; i < 3; i++) ledger_reap(f->ledger);
    assert_false(f->done);
    ledger_memory_hold(f->ledger, false, false);
    fixture_reap(f);
    assert_true(f->done);
    assert_int_equal(f->kept, KEPT);
}

static void held_reads_are_answered_when_they_are_let_go(void **state)
{
    struct fixture *f = *state;
    struct copy c = {.told = false};
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    ledger_memory_hold(f->ledger, false, true);
    assert_int_equal(ledger_read(f->ledger, 1, true, copy_record, &c), OK);
    ledger_reap(f->ledger);
    assert_false(c.told);
    ledger_memory_hold(f->ledger, false, false);
    fixture_reap(f);
    assert_true(c.told);
}

static void the_nth_append_fails_as_asked_and_nothing_is_taken_after(void **state)
{
    static const struct {
        enum memory_fault fault;
        enum kept told;
        uint64_t on_disk;
    } cases[] = {
        {MEMORY_LOST, UNKNOWN, 2}, {MEMORY_UNTOLD, UNKNOWN, 3}, {MEMORY_FENCED, FENCED, 2}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct fixture f;
        struct copy c = {.told = false};
        fixture_init(&f, &backend_memory);
        assert_int_equal(fixture_open(&f), OK);
        ledger_memory_fault(f.ledger, cases[i].fault, 3);
        for (uint64_t seq = 1; seq <= 4; seq++) {
            struct ledger_turn const t = turn_at(seq);
            assert_int_equal(fixture_keep(&f, &t), seq < 3 ? KEPT : cases[i].told);
            assert_int_equal(ledger_head(f.ledger).seq, seq < 3 ? seq : 2);
        }
        enum err const asked = ledger_read(f.ledger, 1, true, copy_record, &c);
        assert_int_equal(asked, cases[i].told == UNKNOWN ? ERR_IO : OK);
        fixture_reopen(&f);
        assert_int_equal(ledger_head(f.ledger).seq, cases[i].on_disk);
        uint64_t digest;
        assert_int_equal(fixture_digest(f.ledger, &digest, f.why, sizeof f.why), OK);
        fixture_close(&f);
    }
    (void)state;
}

static void it_dies_on_the_nth_append(void **state)
{
    (void)state;
    pid_t const child = fork();
    if (child == 0) {
        struct fixture f;
        struct ledger_turn const t = turn_at(1);
        fixture_init(&f, &backend_memory);
        (void)rmdir(f.path);
        if (fixture_open(&f) != OK) _exit(1);
        ledger_memory_fault(f.ledger, MEMORY_DIES, 1);
        fixture_keep(&f, &t);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

static void the_nth_read_fails_as_asked(void **state)
{
    struct fixture *f = *state;
    fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
    ledger_memory_read_fault(f->ledger, ERR_IO, 2);
    assert_int_equal(fixture_read(f, 1, true).err, OK);
    assert_int_equal(fixture_read(f, 1, true).err, ERR_IO);
    assert_int_equal(fixture_read(f, 1, true).err, OK);
}

static void after_a_crash_the_turn_in_flight_is_there_or_not_as_asked(void **state)
{
    struct fixture *f = *state;
    for (unsigned survives = 0; survives < 2; survives++) {
        fixture_put(f, ENTITY_CASE(1), "h", "b", 0);
        uint64_t const before = ledger_head(f->ledger).seq;
        struct ledger_turn const t = turn_at(before + 1);
        fixture_start(f, &t);
        ledger_memory_crash(f->ledger, survives);
        f->ledger = NULL;
        assert_false(f->done);
        assert_int_equal(fixture_open(f), OK);
        assert_int_equal(ledger_head(f->ledger).seq, before + survives);
    }
}

static enum err scan_after(struct fixture *f)
{
    uint64_t digest;
    enum err e = fixture_open(f);
    if (e) return e;
    e = fixture_digest(f->ledger, &digest, f->why, sizeof f->why);
    ledger_close(f->ledger);
    f->ledger = NULL;
    return e;
}

static void every_flipped_bit_of_what_it_keeps_is_noticed(void **state)
{
    struct fixture *f = *state;
    static const enum memory_part parts[] = {MEMORY_HEADER, MEMORY_BODY, MEMORY_BLOB};
    for (unsigned i = 0; i < 3; i++) fixture_put(f, ENTITY_CASE(i + 1), "h", "b", i + 1);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(scan_after(f), OK);
    for (size_t p = 0; p < 3; p++) {
        for (size_t bit = 0; bit < 300; bit++) {
            uint64_t const number = parts[p] == MEMORY_BLOB ? ENTITY_CASE(2) : 2;
            assert_true(ledger_memory_flip(f->path, parts[p], number, bit));
            assert_int_equal(scan_after(f), ERR_CORRUPT);
            assert_true(ledger_memory_flip(f->path, parts[p], number, bit));
        }
    }
    assert_int_equal(scan_after(f), OK);
    assert_true(ledger_memory_truncate(f->path));
    assert_int_equal(scan_after(f), ERR_CORRUPT);
    assert_false(ledger_memory_flip(f->path, MEMORY_BODY, 99, 0));
    ledger_memory_forget(f->path);
    assert_int_equal(fixture_open(f), OK);
    assert_int_equal(ledger_head(f->ledger).seq, 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(a_held_turn_ends_when_it_is_let_go),
        TEST(held_reads_are_answered_when_they_are_let_go),
        TEST(the_nth_append_fails_as_asked_and_nothing_is_taken_after),
        TEST(it_dies_on_the_nth_append),
        TEST(the_nth_read_fails_as_asked),
        TEST(after_a_crash_the_turn_in_flight_is_there_or_not_as_asked),
        TEST(every_flipped_bit_of_what_it_keeps_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
