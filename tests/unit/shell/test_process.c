// What the process may do: its ballast, its descriptors, the account that it becomes.
#include "process.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define MIB (INT64_C(1) << 20)

static void a_ballast_is_made_once_and_only_where_it_costs_nothing(void **state)
{
    char folder[] = "/tmp/ballast-XXXXXX", path[64];
    struct stat seen;
    (void)state;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/ballast", folder);
    assert_true(process_ballast("", MIB, 0)); // none is wanted
    assert_true(process_ballast(path, 0, 0));
    assert_int_not_equal(access(path, F_OK), 0);
    assert_false(process_ballast(path, MIB, INT64_MAX / 2)); // the disk is needed for more
    assert_int_not_equal(access(path, F_OK), 0);             // and nothing is left behind
    assert_true(process_ballast(path, MIB, 0));
    assert_int_equal(stat(path, &seen), 0);
    assert_int_equal(seen.st_size, MIB);
    assert_int_equal(seen.st_mode & 077, 0);
    assert_true(process_ballast(path, 2 * MIB, 0)); // there already
    assert_int_equal(stat(path, &seen), 0);
    assert_int_equal(seen.st_size, MIB);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0);
    assert_false(process_ballast(path, MIB, 0)); // no such folder
}

// In a process of its own, for it is not to be undone: 0 when all of it holds.
static int in_a_child(int (*what)(void))
{
    int status;
    pid_t const child = fork();
    if (child == 0) exit(what());
    assert_int_equal(waitpid(child, &status, 0), child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int descriptors(void)
{
    struct rlimit limit = {100, 100};
    if (process_descriptors(64) != 64) return 1;
    if (setrlimit(RLIMIT_NOFILE, &limit)) return 2;
    if (process_descriptors(4000) != 100) return 3; // no more than may be had
    return process_descriptors(100) == 100 ? 0 : 4;
}

static int harden(void)
{
    struct rlimit limit;
    process_harden(true);
    process_harden(false);
    if (getrlimit(RLIMIT_CORE, &limit) || limit.rlim_cur != 0) return 1;
    if (signal(SIGPIPE, SIG_DFL) != SIG_IGN) return 2;
    return umask(0) == 077 ? 0 : 3;
}

static int become_nobody(void)
{
    char why[200];
    if (process_drop_privilege("nobody", why, sizeof(why)) != OK) return 1;
    return geteuid() != 0 && setuid(0) != 0 ? 0 : 2;
}

static void limits_are_as_asked_or_as_they_may_be(void **state)
{
    (void)state;
    assert_int_equal(in_a_child(descriptors), 0);
    assert_int_equal(in_a_child(harden), 0);
}

static void root_becomes_the_account_that_is_named_or_nothing(void **state)
{
    char why[200] = "";
    (void)state;
    assert_int_equal(process_drop_privilege("", why, sizeof(why)), OK);
    if (geteuid() != 0) return; // whoever is somebody already stays that
    assert_int_equal(process_drop_privilege("nobody-of-that-name", why, sizeof(why)), ERR_CONFIG);
    assert_non_null(strstr(why, "no account"));
    assert_int_equal(geteuid(), 0);
    assert_int_equal(in_a_child(become_nobody), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ballast_is_made_once_and_only_where_it_costs_nothing),
        cmocka_unit_test(limits_are_as_asked_or_as_they_may_be),
        cmocka_unit_test(root_becomes_the_account_that_is_named_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
