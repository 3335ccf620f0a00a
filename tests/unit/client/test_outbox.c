// test_outbox.c - what was kept is there after any crash, and nobody else can read it.
#include "outbox.h"
#include "safefile.h"
#include "uuid7.h"

#include <dirent.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

static uint8_t const secret[32] = "thirty-two bytes of a secret key";
static uint8_t const stranger[32] = "thirty-two bytes of another key!";
static int64_t const week_ms = 7 * INT64_C(86400000);

static int folder_make(void **state)
{
    char *folder = strdup("/tmp/triage-test-XXXXXX");
    *state = mkdtemp(folder);
    return *state == NULL;
}

static int folder_remove(void **state)
{
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", (char *)*state);
    free(*state);
    return system(command);
}

struct seen {
    size_t count;
    uint8_t key[OUTBOX_KEY_BYTES];
    char data[64];
    int64_t made_ms;
};

static void see(void *ctx, const uint8_t key[OUTBOX_KEY_BYTES], const uint8_t *data, size_t len,
                int64_t made_ms)
{
    struct seen *s = ctx;
    s->count++;
    memcpy(s->key, key, OUTBOX_KEY_BYTES);
    snprintf(s->data, sizeof s->data, "%.*s", (int)len, (const char *)data);
    s->made_ms = made_ms;
}

static struct seen seen_in(struct outbox *o, size_t damaged_expected)
{
    struct seen s = {0};
    size_t damaged = 99;
    assert_true(outbox_each(o, see, &s, &damaged));
    assert_int_equal(damaged, damaged_expected);
    return s;
}

static void kept(struct outbox *o, uint8_t key[OUTBOX_KEY_BYTES], const char *text)
{
    uuid7_make(key);
    if (!outbox_keep(o, key, text, strlen(text), 1234567890123)) fail_msg("%s", o->why);
}

static void what_is_kept_comes_back_as_it_was(void **state)
{
    struct outbox o;
    uint8_t key[OUTBOX_KEY_BYTES];
    assert_true(outbox_open(&o, *state, secret));
    kept(&o, key, "she fell");
    outbox_close(&o);
    assert_true(outbox_open(&o, *state, secret));
    struct seen const s = seen_in(&o, 0);
    assert_int_equal(s.count, 1);
    assert_memory_equal(s.key, key, sizeof key);
    assert_string_equal(s.data, "she fell");
    assert_int_equal(s.made_ms, 1234567890123);
    outbox_close(&o);
}

static void a_receipt_takes_it_out_and_a_refusal_too(void **state)
{
    struct outbox o;
    uint8_t key[OUTBOX_KEY_BYTES];
    assert_true(outbox_open(&o, *state, secret));
    kept(&o, key, "a");
    assert_true(outbox_end(&o, key, OUTBOX_RECEIPTED));
    assert_true(outbox_end(&o, key, OUTBOX_RECEIPTED)); // told twice
    kept(&o, key, "b");
    assert_true(outbox_end(&o, key, OUTBOX_REFUSED));
    assert_int_equal(seen_in(&o, 0).count, 0);
    outbox_close(&o);
}

static void another_ledger_gets_the_receipted_ones_again_for_a_week(void **state)
{
    struct outbox o;
    uint8_t key[OUTBOX_KEY_BYTES];
    size_t again = 9;
    int64_t const now_ms = (int64_t)time(NULL) * 1000;
    assert_true(outbox_open(&o, *state, secret));
    assert_true(outbox_meet_ledger(&o, "aa.1", now_ms, &again));
    assert_int_equal(again, 0);
    kept(&o, key, "a");
    assert_true(outbox_end(&o, key, OUTBOX_RECEIPTED));
    assert_true(outbox_meet_ledger(&o, "aa.1", now_ms, &again));
    assert_int_equal(again, 0);
    assert_true(outbox_meet_ledger(&o, "aa.2", now_ms, &again)); // restored from a backup
    assert_int_equal(again, 1);
    assert_int_equal(seen_in(&o, 0).count, 1);
    assert_true(outbox_end(&o, key, OUTBOX_RECEIPTED));
    assert_true(outbox_meet_ledger(&o, "aa.3", now_ms + week_ms + 60000, &again));
    assert_int_equal(again, 0); // a week is over
    outbox_close(&o);
}

static void only_the_profiles_own_key_opens_it(void **state)
{
    struct outbox o;
    uint8_t key[OUTBOX_KEY_BYTES];
    assert_true(outbox_open(&o, *state, secret));
    kept(&o, key, "Mrs Invented of Nowhere Street");
    outbox_close(&o);
    assert_true(outbox_open(&o, *state, stranger));
    assert_int_equal(seen_in(&o, 1).count, 0);
    outbox_close(&o);
    char command[96];
    snprintf(command, sizeof command, "grep -rqa Invented %s", (char *)*state);
    assert_int_not_equal(system(command), 0);
}

static void a_damaged_or_misnamed_file_is_counted_and_left(void **state)
{
    struct outbox o;
    uint8_t key[OUTBOX_KEY_BYTES];
    uint8_t other[OUTBOX_KEY_BYTES];
    char name[UUID_TEXT_BYTES];
    char from[128];
    char to[128];
    assert_true(outbox_open(&o, *state, secret));
    kept(&o, key, "first");
    uuid_write(key, name);
    snprintf(from, sizeof from, "%s/%s.box", (char *)*state, name);
    uuid7_make(other);
    uuid_write(other, name);
    snprintf(to, sizeof to, "%s/%s.box", (char *)*state, name);
    assert_int_equal(rename(from, to), 0); // its name is sealed with it
    assert_int_equal(seen_in(&o, 1).count, 0);
    assert_int_equal(rename(to, from), 0);
    assert_int_equal(seen_in(&o, 0).count, 1);
    assert_int_equal(truncate(from, 20), 0);
    assert_int_equal(seen_in(&o, 1).count, 0);
    assert_int_equal(access(from, F_OK), 0);
    outbox_close(&o);
}

static void two_processes_do_not_share_one(void **state)
{
    struct outbox o;
    struct outbox second;
    assert_true(outbox_open(&o, *state, secret));
    assert_false(outbox_open(&second, *state, secret));
    assert_non_null(strstr(second.why, "another process uses it"));
    outbox_close(&o);
    assert_true(outbox_open(&second, *state, secret));
    outbox_close(&second);
}

static void a_folder_that_cannot_be_written_is_told(void **state)
{
    struct outbox o;
    char path[128];
    snprintf(path, sizeof path, "%s/file", (char *)*state);
    assert_true(safefile_write(path, "x", 1, 0600));
    assert_false(outbox_open(&o, path, secret));
    assert_non_null(strstr(o.why, path));
}

// The child keeps and ends items as fast as it can, and tells each key only once it is safe.
static void keep_until_killed(const char *folder, int out)
{
    struct outbox o;
    if (!outbox_open(&o, folder, secret)) _exit(1);
    for (;;) {
        uint8_t key[OUTBOX_KEY_BYTES];
        uuid7_make(key);
        if (!outbox_keep(&o, key, "kept", 4, 1)) _exit(2);
        if (write(out, key, sizeof key) != sizeof key) _exit(3);
    }
}

static void what_was_said_to_be_kept_survives_kill_9(void **state)
{
    size_t told = 0;
    for (int round = 0; round < 12; round++) {
        int ends[2];
        uint8_t key[OUTBOX_KEY_BYTES];
        assert_int_equal(pipe(ends), 0);
        pid_t const child = fork();
        if (child == 0) keep_until_killed(*state, ends[1]);
        close(ends[1]);
        // Some rounds die at once, some after a few items.
        for (int i = 0; i < round * 2; i++) {
            assert_int_equal(read(ends[0], key, sizeof key), sizeof key);
            told++;
        }
        kill(child, SIGKILL);
        while (read(ends[0], key, sizeof key) == sizeof key) told++;
        close(ends[0]);
        waitpid(child, NULL, 0);
    }
    struct outbox o;
    assert_true(outbox_open(&o, *state, secret)); // the lock died with its process
    assert_true(seen_in(&o, 0).count >= told);
    outbox_close(&o);
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_FOLDER(what_is_kept_comes_back_as_it_was),
        IN_FOLDER(a_receipt_takes_it_out_and_a_refusal_too),
        IN_FOLDER(another_ledger_gets_the_receipted_ones_again_for_a_week),
        IN_FOLDER(only_the_profiles_own_key_opens_it),
        IN_FOLDER(a_damaged_or_misnamed_file_is_counted_and_left),
        IN_FOLDER(two_processes_do_not_share_one),
        IN_FOLDER(a_folder_that_cannot_be_written_is_told),
        IN_FOLDER(what_was_said_to_be_kept_survives_kill_9),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
