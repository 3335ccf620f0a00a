// The conversation with a virus scanner, held by a scanner of the test's own that hangs up when it
// likes.
#include "clamd.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[] = "/tmp/triaged-clamd-XXXXXX", path[64];
static int listening;
static uv_loop_t loop;
static struct clamd clamd;
static struct log quiet = {.fd = -1, .least = LOG_ERROR};
static struct desk *desk;
static const char *said; // by the scanner, before it hangs up
static int told;
static char told_what[64];

static struct now clock_of_the_test(void)
{
    return (struct now){.utc_ms = 1, .mono_ms = 1};
}

// The first time that it can be given a part: by then the scanner has said what it says and is
// gone.
void desk_scan_wants(struct desk *d, struct now now)
{
    static const uint8_t part[4096] = {0};
    char hello[10];
    (void)d;
    (void)now;
    int const with = accept(listening, NULL, NULL);
    assert_true(with >= 0);
    assert_int_equal(read(with, hello, sizeof hello), sizeof hello);
    assert_string_equal(hello, "zINSTREAM");
    if (said) assert_true(write(with, said, strlen(said) + 1) > 0);
    close(with);
    clamd_part(&clamd, bytes_of(part, sizeof part));
}

void desk_scanned(struct desk *d, enum scan verdict, const char *what, struct now now)
{
    (void)d;
    (void)now;
    told = (int)verdict;
    snprintf(told_what, sizeof told_what, "%s", what);
}

static int setup(void **state)
{
    struct sockaddr_un at = {.sun_family = AF_UNIX};
    (void)state;
    signal(SIGPIPE, SIG_IGN); // as the daemon does
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/ctl", folder);
    snprintf(at.sun_path, sizeof at.sun_path, "%s", path);
    listening = socket(AF_UNIX, SOCK_STREAM, 0);
    assert_int_equal(bind(listening, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(listening, 4), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    clamd_init(&clamd, &loop, &quiet, path, &desk, clock_of_the_test);
    uv_unref((uv_handle_t *)&clamd.patience);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    uv_close((uv_handle_t *)&clamd.patience, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(uv_loop_close(&loop), 0);
    close(listening);
    unlink(path);
    return rmdir(folder);
}

static void ask(const char *answer)
{
    said = answer;
    told = -1;
    assert_int_equal(clamd_begin(&clamd), OK);
    uv_run(&loop, UV_RUN_DEFAULT); // until it is closed
}

static void what_a_scanner_said_before_it_hung_up_is_heard(void **state)
{
    (void)state;
    ask("INSTREAM size limit exceeded. ERROR");
    assert_int_equal(told, SCAN_NOT_DONE);
    assert_string_equal(told_what, "it is larger than the virus scanner looks at");
    ask("stream: Invented.Test FOUND");
    assert_int_equal(told, SCAN_INFECTED);
    assert_string_equal(told_what, "Invented.Test");
}

static void one_that_hangs_up_without_a_word_has_failed_and_may_be_asked_again(void **state)
{
    (void)state;
    ask(NULL);
    assert_int_equal(told, SCAN_FAILED);
    ask("Something else");
    assert_int_equal(told, SCAN_FAILED);
    ask("stream: OK");
    assert_int_equal(told, SCAN_CLEAN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_a_scanner_said_before_it_hung_up_is_heard),
        cmocka_unit_test(one_that_hangs_up_without_a_word_has_failed_and_may_be_asked_again),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
