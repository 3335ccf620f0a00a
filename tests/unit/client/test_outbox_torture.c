// test_outbox_torture.c - each call of the outbox that changes the disk fails in its turn, once and
// from then on: what was said to be kept is there, in a folder that was synced after it came there.
#include "outbox.h"
#include "uuid7.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cmocka.h>

#define ITEMS 3
#define TRIES 2 // each is kept again when it was refused, as a sender does

// Our own system calls stand before the C library's.
static unsigned calls_left, calls_seen; // 0: none fails
static bool persists, tears, failed;
static int fault;
static unsigned long clock_now, linked_at, synced_at;

static bool call_fails(void)
{
    calls_seen++;
    if (failed && persists) return true;
    if (calls_left == 0 || --calls_left > 0) return false;
    return failed = true;
}

static int call_failure(void)
{
    errno = fault;
    return -1;
}

ssize_t write(int fd, const void *data, size_t n)
{
    if (fd <= 2 || !call_fails()) return syscall(SYS_write, fd, data, n);
    if (tears && n > 1) return syscall(SYS_write, fd, data, n / 2); // short, which is no error
    return call_failure();
}

int fsync(int fd)
{
    struct stat st;
    if (call_fails()) return call_failure();
    int const rc = (int)syscall(SYS_fsync, fd);
    if (rc == 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) synced_at = ++clock_now;
    return rc;
}

int link(const char *from, const char *to)
{
    if (call_fails()) return call_failure();
    int const rc = (int)syscall(SYS_linkat, AT_FDCWD, from, AT_FDCWD, to, 0);
    if (rc == 0) linked_at = ++clock_now;
    return rc;
}

int rename(const char *from, const char *to)
{
    return call_fails() ? call_failure() : (int)syscall(SYS_rename, from, to);
}

struct story {
    uint8_t keys[ITEMS][OUTBOX_KEY_BYTES];
    bool kept[ITEMS], ended[ITEMS];
};

static void story_tell(struct story *s, const char *folder)
{
    static uint8_t const secret[32] = "thirty-two bytes of a secret key";
    struct outbox o;
    if (!outbox_open(&o, folder, secret)) return;
    for (int i = 0; i < ITEMS; i++) {
        for (int n = 0; n < TRIES && !s->kept[i]; n++)
            s->kept[i] = outbox_keep(&o, s->keys[i], "she fell", 8, 1000 + i);
        if (s->kept[i]) assert_true(synced_at > linked_at);
    }
    if (s->kept[0]) s->ended[0] = outbox_end(&o, s->keys[0], OUTBOX_RECEIPTED);
    outbox_close(&o);
}

struct found {
    const struct story *story;
    bool there[ITEMS];
};

static void found_one(void *ctx, const uint8_t key[OUTBOX_KEY_BYTES], const uint8_t *data,
                      size_t len, int64_t made_ms)
{
    struct found *f = ctx;
    assert_int_equal(len, 8);
    assert_memory_equal(data, "she fell", 8);
    for (int i = 0; i < ITEMS; i++) {
        if (memcmp(key, f->story->keys[i], OUTBOX_KEY_BYTES) != 0) continue;
        assert_int_equal(made_ms, 1000 + i);
        f->there[i] = true;
    }
}

static void story_check(const struct story *s, const char *folder)
{
    static uint8_t const secret[32] = "thirty-two bytes of a secret key";
    struct outbox o;
    struct found f = {.story = s};
    size_t damaged = 0;
    assert_true(outbox_open(&o, folder, secret));
    assert_true(outbox_each(&o, found_one, &f, &damaged));
    assert_int_equal(damaged, 0);
    for (int i = 0; i < ITEMS; i++) {
        if (s->kept[i] && !s->ended[i]) assert_true(f.there[i]);
        if (s->ended[i]) assert_false(f.there[i]);
    }
    outbox_close(&o);
}

// How many calls the story makes when its nth fails.
static unsigned story_run(unsigned nth, bool goes_on, bool short_write, int error)
{
    char folder[] = "/tmp/triage-torture-XXXXXX", command[64];
    struct story s = {0};
    assert_non_null(mkdtemp(folder));
    for (int i = 0; i < ITEMS; i++) uuid7_make(s.keys[i]);
    calls_left = nth;
    calls_seen = 0;
    persists = goes_on;
    tears = short_write;
    fault = error;
    failed = false;
    linked_at = synced_at = 0;
    story_tell(&s, folder);
    unsigned const calls = calls_seen;
    calls_left = 0;
    failed = persists = false;
    story_check(&s, folder);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
    return calls;
}

static void every_call_that_fails_once_or_for_good_breaks_no_promise(void **state)
{
    (void)state;
    static const struct {
        int error;
        bool persists, tears;
    } kinds[] = {
        {EIO, false, false}, {EIO, true, false}, {ENOSPC, false, true}, {ENOSPC, true, false}};
    unsigned const calls = story_run(0, false, false, 0);
    unsigned points = 0;
    assert_true(calls > 4 * ITEMS);
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
        for (unsigned nth = 1; nth <= calls; nth++, points++)
            story_run(nth, kinds[k].persists, kinds[k].tears, kinds[k].error);
    print_message("%u calls, %u failures tried\n", calls, points);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_call_that_fails_once_or_for_good_breaks_no_promise),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
