// A disk that fails, a disk that is full, a process that is killed: what was acknowledged is there.
#include "fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

// Our own system calls stand before the C library's, SQLite's calls included: the n-th that changes
// the disk fails.
static atomic_int calls_left; // 0: none fails
static atomic_int calls_seen;
static atomic_int fault_errno, fault_persists, fault_tears, failed_calls, syncs_after_failure;

static bool call_fails(bool sync)
{
    atomic_fetch_add(&calls_seen, 1);
    if (atomic_load(&failed_calls) && sync) atomic_fetch_add(&syncs_after_failure, 1);
    if (atomic_load(&failed_calls) && atomic_load(&fault_persists)) return true;
    if (atomic_load(&calls_left) == 0 || atomic_fetch_sub(&calls_left, 1) != 1) return false;
    atomic_fetch_add(&failed_calls, 1);
    return true;
}

static long call_failure(void)
{
    errno = atomic_load(&fault_errno);
    return -1;
}

ssize_t pwrite64(int fd, const void *data, size_t n, off64_t at)
{
    if (!call_fails(false)) return syscall(SYS_pwrite64, fd, data, n, at);
    if (atomic_load(&fault_tears)) (void)syscall(SYS_pwrite64, fd, data, n / 2, at);
    return call_failure();
}

ssize_t pwrite(int fd, const void *data, size_t n, off_t at)
{
    return pwrite64(fd, data, n, at);
}

int fdatasync(int fd)
{
    return (int)(call_fails(true) ? call_failure() : syscall(SYS_fdatasync, fd));
}

int fsync(int fd)
{
    return (int)(call_fails(true) ? call_failure() : syscall(SYS_fsync, fd));
}

int ftruncate64(int fd, off64_t size)
{
    return (int)(call_fails(false) ? call_failure() : syscall(SYS_ftruncate, fd, size));
}

int ftruncate(int fd, off_t size)
{
    return ftruncate64(fd, size);
}

static atomic_bool reads_fail;

ssize_t pread64(int fd, void *data, size_t n, off64_t at)
{
    return atomic_load(&reads_fail) ? (errno = EIO, -1) : syscall(SYS_pread64, fd, data, n, at);
}

ssize_t pread(int fd, void *data, size_t n, off_t at)
{
    return pread64(fd, data, n, at);
}

static void fault_arm(int nth, int error, bool persists, bool tears)
{
    atomic_store(&fault_errno, error);
    atomic_store(&fault_persists, persists);
    atomic_store(&fault_tears, tears);
    atomic_store(&failed_calls, 0);
    atomic_store(&syncs_after_failure, 0);
    atomic_store(&calls_seen, 0);
    atomic_store(&calls_left, nth);
}

static void fault_disarm(void)
{
    fault_arm(0, 0, false, false);
}

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

// One turn of a few records with bodies, large enough for several pages.
static enum kept keep_some(struct fixture *f, unsigned n, uint64_t *acked)
{
    static struct ledger_entry entries[64];
    static struct ledger_row rows[64];
    static uint8_t body[1500];
    uint64_t const first = ledger_head(f->ledger).seq + 1;
    for (unsigned i = 0; i < n; i++) {
        entries[i] = (struct ledger_entry){.entity = ENTITY_CASE((first + i) % 50),
                                           .header = bytes_text("header"),
                                           .body = bytes_of(body, sizeof body),
                                           .fingerprint = first + i};
        rows[i] = fixture_row(entries[i].entity, first + i, "row");
    }
    struct ledger_turn const t = {first, n, n, entries, rows};
    enum kept const kept = fixture_keep(f, &t);
    if (kept == KEPT) *acked = f->head;
    return kept;
}

static void check_all_is_there(struct fixture *f, uint64_t acked)
{
    uint64_t digest;
    enum err e = fixture_open(f);
    if (e) print_error("open: %s\n", f->why);
    assert_int_equal(e, OK);
    assert_true(ledger_head(f->ledger).seq >= acked);
    e = fixture_digest(f->ledger, &digest, f->why, sizeof f->why);
    if (e) print_error("verify: %s\n", f->why);
    assert_int_equal(e, OK);
}

static bool run_with_fault(struct fixture *f, int nth, int error, bool persists, bool tears)
{
    uint64_t acked = 0;
    file_remove_all(f->path);
    assert_int_equal(mkdir(f->path, 0700), 0);
    fault_arm(nth, error, persists, tears);
    enum kept last = KEPT;
    if (fixture_open(f) == OK) {
        for (unsigned turn = 0; turn < 4; turn++) {
            enum kept const kept = keep_some(f, 5, &acked);
            if (last != KEPT) assert_int_equal(kept, UNKNOWN); // Nothing after a failure.
            last = kept;
        }
        ledger_close(f->ledger); // Writes what is left, when it can.
        f->ledger = NULL;
    }
    bool const hit = atomic_load(&failed_calls) > 0;
    if (last == UNKNOWN) assert_true(hit);
    fault_disarm();
    check_all_is_there(f, acked);
    assert_int_equal(keep_some(f, 5, &acked), KEPT);
    ledger_close(f->ledger);
    f->ledger = NULL;
    return hit;
}

// Every write, sync and truncation of an open, four turns and a close, each failing in turn.
static void whatever_call_fails_the_acknowledged_is_there(void **state)
{
    struct fixture *f = *state;
    static const struct {
        int error;
        bool persists, tears;
    } kinds[] = {{EIO, false, false}, {EIO, true, true}, {ENOSPC, true, false}};
    for (size_t k = 0; k < sizeof kinds / sizeof kinds[0]; k++) {
        int nth = 1;
        while (run_with_fault(f, nth, kinds[k].error, kinds[k].persists, kinds[k].tears)) nth++;
        print_message("%d calls failed in turn with %s\n", nth - 1, strerror(kinds[k].error));
        assert_true(nth > 20);
    }
}

// The kernel may drop what it could not write, and say yes the next time: so there is no next time.
static void a_sync_that_failed_is_never_asked_again(void **state)
{
    struct fixture *f = *state;
    uint64_t acked = 0;
    assert_int_equal(fixture_open(f), OK);
    assert_int_equal(keep_some(f, 3, &acked), KEPT);
    struct ledger_entry const e = {.entity = ENTITY_AREA, .header = bytes_text("h")};
    struct ledger_turn const t = {acked + 1, 1, 0, &e, NULL};
    int nth = 1;
    for (;; nth++) { // The write of the log, then its sync: the last call of a small turn.
        fault_arm(nth, EIO, false, false);
        struct ledger_turn const again = {ledger_head(f->ledger).seq + 1, 1, 0, &e, NULL};
        if (fixture_keep(f, nth == 1 ? &t : &again) == UNKNOWN) break;
    }
    assert_int_equal(atomic_load(&failed_calls), 1);
    uint64_t ignored;
    assert_int_equal(keep_some(f, 3, &ignored), UNKNOWN);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(atomic_load(&syncs_after_failure), 0);
    fault_disarm();
    check_all_is_there(f, acked);
}

static void a_read_that_fails_is_told_and_the_next_is_answered(void **state)
{
    struct fixture *f = *state;
    uint64_t acked = 0, digest;
    assert_int_equal(fixture_open(f), OK);
    assert_int_equal(keep_some(f, 40, &acked), KEPT);
    fixture_reopen(f); // Nothing is in its memory.
    atomic_store(&reads_fail, true);
    struct copy const record = fixture_read(f, 20, true);
    struct copy const row = fixture_read_row(f, ENTITY_CASE(5));
    enum err const scan = fixture_digest(f->ledger, &digest, f->why, sizeof f->why);
    atomic_store(&reads_fail, false);
    assert_int_equal(record.err, ERR_CORRUPT); // SQLite's word for a sector that cannot be read.
    assert_int_equal(row.err, ERR_CORRUPT);
    assert_int_equal(scan, ERR_CORRUPT);
    assert_int_equal(fixture_read(f, 20, true).err, OK);
    assert_int_equal(fixture_digest(f->ledger, &digest, f->why, sizeof f->why), OK);
    assert_int_equal(keep_some(f, 1, &acked), KEPT);
}

// In a child, so that the limit and the signal are its own.
static void a_file_size_limit_is_survived(void **state)
{
    struct fixture *f = *state;
    uint64_t acked = 0;
    assert_int_equal(fixture_open(f), OK);
    ledger_close(f->ledger);
    f->ledger = NULL;
    int ends[2];
    assert_int_equal(pipe(ends), 0);
    pid_t const child = fork();
    if (child == 0) {
        struct rlimit const limit = {600000, 600000};
        signal(SIGXFSZ, SIG_IGN);
        setrlimit(RLIMIT_FSIZE, &limit);
        uint64_t mine = 0;
        if (fixture_open(f) != OK) _exit(1);
        while (keep_some(f, 8, &mine) == KEPT) continue;
        if (write(ends[1], &mine, sizeof mine) != sizeof mine) _exit(2);
        ledger_close(f->ledger);
        _exit(0);
    }
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    assert_int_equal(read(ends[0], &acked, sizeof acked), sizeof acked);
    close(ends[0]);
    close(ends[1]);
    assert_true(acked > 0);
    check_all_is_there(f, acked);
    assert_int_equal(keep_some(f, 8, &acked), KEPT);
}

static void fill(const char *dir)
{
    char path[300];
    static char block[4096];
    snprintf(path, sizeof path, "%s/filler", dir);
    int const fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (size_t size = sizeof block; size > 0; size /= 2)
        while (write(fd, block, size) > 0) continue;
    close(fd);
}

static void full_disk_run(struct fixture *f)
{
    uint64_t acked = 0;
    char filler[300], ballast[300];
    bool low = false;
    f->settings.low_water_bytes = 1 << 20;
    f->settings.ballast_bytes = 300000;
    snprintf(filler, sizeof filler, "%s/filler", f->path);
    snprintf(ballast, sizeof ballast, "%s/ballast", f->path);
    assert_int_equal(fixture_open(f), OK);
    assert_false(ledger_space(f->ledger).low);
    while (keep_some(f, 16, &acked) == KEPT) low = ledger_space(f->ledger).low;
    assert_true(low && acked > 0); // It was told before it was too late.
    ledger_close(f->ledger);
    f->ledger = NULL;
    fill(f->path);
    check_all_is_there(f, acked); // Not a byte is free, and it reads.
    assert_true(ledger_space(f->ledger).low);
    assert_int_equal(fixture_read(f, 1, true).err, OK);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(unlink(filler), 0);
    (void)unlink(ballast); // What the operator is told to do.
    check_all_is_there(f, acked);
    assert_int_equal(keep_some(f, 1, &acked), KEPT);
}

static void a_full_disk_is_told_before_survived_and_recovered_from(void **state)
{
    struct fixture *f = *state;
    if (mount("tmpfs", f->path, "tmpfs", MS_NOSUID | MS_NODEV, "size=4m,mode=0700") != 0) {
        print_message("no permission to mount a small file system: skipped\n");
        skip();
    }
    full_disk_run(f);
    ledger_close(f->ledger);
    f->ledger = NULL;
    assert_int_equal(umount(f->path), 0);
}

// A child that says too early what it keeps is the control: the harness must see its losses.
static void child_writes_until_killed(struct fixture *f, int out, unsigned seed, bool too_early)
{
    uint64_t acked = 0;
    if (fixture_open(f) != OK) _exit(1);
    for (unsigned i = seed;; i++) {
        unsigned const n = 1 + i * 7 % 40;
        uint64_t const early = ledger_head(f->ledger).seq + n;
        if (too_early && write(out, &early, sizeof early) != sizeof early) _exit(3);
        if (keep_some(f, n, &acked) != KEPT) _exit(2);
        if (!too_early && write(out, &acked, sizeof acked) != sizeof acked) _exit(3);
    }
}

// Kills a writing child after some acknowledgements; the last one that it had made.
static uint64_t kill_a_writer(struct fixture *f, unsigned cycle, bool too_early)
{
    int ends[2], status;
    uint64_t heard = 0, next;
    assert_int_equal(pipe(ends), 0);
    pid_t const child = fork();
    if (child == 0) child_writes_until_killed(f, ends[1], cycle, too_early);
    close(ends[1]);
    for (unsigned n = cycle * 5 % 23 + 1; n > 0; n--)
        assert_int_equal(read(ends[0], &heard, sizeof heard), sizeof heard);
    kill(child, SIGKILL);
    while (read(ends[0], &next, sizeof next) == sizeof next) heard = next;
    close(ends[0]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFSIGNALED(status));
    return heard;
}

static void killed_at_any_moment_the_acknowledged_is_there(void **state)
{
    struct fixture *f = *state;
    uint64_t acked = 0;
    for (unsigned cycle = 0; cycle < 30; cycle++) {
        acked = kill_a_writer(f, cycle, false);
        check_all_is_there(f, acked);
        ledger_close(f->ledger);
        f->ledger = NULL;
    }
    print_message("30 kills, %llu records acknowledged, none lost\n", (unsigned long long)acked);
}

static void a_writer_that_acknowledges_too_early_is_caught(void **state)
{
    struct fixture *f = *state;
    unsigned lost = 0;
    for (unsigned cycle = 0; cycle < 30 && lost == 0; cycle++) {
        uint64_t const acked = kill_a_writer(f, cycle, true);
        check_all_is_there(f, 0);
        lost += ledger_head(f->ledger).seq < acked;
        ledger_close(f->ledger);
        f->ledger = NULL;
    }
    assert_true(lost > 0);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        TEST(killed_at_any_moment_the_acknowledged_is_there),
        TEST(a_writer_that_acknowledges_too_early_is_caught),
        TEST(whatever_call_fails_the_acknowledged_is_there),
        TEST(a_sync_that_failed_is_never_asked_again),
        TEST(a_read_that_fails_is_told_and_the_next_is_answered),
        TEST(a_file_size_limit_is_survived),
        TEST(a_full_disk_is_told_before_survived_and_recovered_from),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
