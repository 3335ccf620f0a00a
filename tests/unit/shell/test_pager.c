// Ringing somebody: what the council's command is told, and what becomes of one that fails.
#include "pager.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static char folder[64], command[96], told[96];
static uv_loop_t loop;
static struct log lines;
static struct pager pager;

static int setup(void **state)
{
    (void)state;
    snprintf(folder, sizeof folder, "/tmp/triage-pager-XXXXXX");
    assert_non_null(mkdtemp(folder));
    snprintf(command, sizeof command, "%s/ring", folder);
    snprintf(told, sizeof told, "%s/told", folder);
    FILE *f = fopen(command, "w");
    assert_non_null(f);
    fprintf(f, "#!/bin/sh\necho \"$@\" >>'%s'\n", told);
    fclose(f);
    assert_int_equal(chmod(command, 0700), 0);
    assert_int_equal(uv_loop_init(&loop), 0);
    log_init(&lines, -1, LOG_ERROR);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    assert_int_equal(uv_loop_close(&loop), 0);
    (void)unlink(command);
    (void)unlink(told);
    return rmdir(folder);
}

static void the_command_hears_reference_colour_and_attempt_and_no_more(void **state)
{
    char text[128] = "";
    (void)state;
    pager_init(&pager, &loop, &lines, command);
    assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", 2), OK);
    uv_run(&loop, UV_RUN_DEFAULT);
    FILE *f = fopen(told, "r");
    assert_non_null(f);
    assert_non_null(fgets(text, sizeof text, f));
    fclose(f);
    assert_string_equal(text, "SC-7K2M-9QX4 red 2\n");
    for (int i = 0; i < PAGER_RUNNING_MAX; i++) assert_false(pager.running[i].used);
}

static void one_that_cannot_be_started_says_so_and_leaves_its_place(void **state)
{
    (void)state;
    pager_init(&pager, &loop, &lines, "");
    assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", 1), ERR_UNAVAILABLE);
    pager_init(&pager, &loop, &lines, "/nonexistent/ring");
    for (int i = 0; i < 3 * PAGER_RUNNING_MAX; i++) {
        assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", 1), ERR_IO);
        uv_run(&loop, UV_RUN_DEFAULT);
    }
}

static void no_more_run_at_once_than_there_are_places(void **state)
{
    (void)state;
    pager_init(&pager, &loop, &lines, command);
    for (int i = 0; i < PAGER_RUNNING_MAX; i++)
        assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", i), OK);
    assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", 9), ERR_BUSY);
    uv_run(&loop, UV_RUN_DEFAULT);
    assert_int_equal(pager_ring(&pager, "SC-7K2M-9QX4", "red", 9), OK);
    uv_run(&loop, UV_RUN_DEFAULT);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(the_command_hears_reference_colour_and_attempt_and_no_more),
        T(one_that_cannot_be_started_says_so_and_leaves_its_place),
        T(no_more_run_at_once_than_there_are_places),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
