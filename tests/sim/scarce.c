// Memory that is refused.  The linker sends every allocation of this program here (--wrap); those
// of the product, and only those, are counted and may fail.
#include "scarce.h"

#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct {
    bool inside, for_ever;
    unsigned nth, seen, failed;
    unsigned next, step; // of the branches, 0 none
    struct scarce_branch here;
    struct scarce_tally tally;
} scarce;

bool scarce_enter(bool inside)
{
    bool const was = scarce.inside;
    scarce.inside = inside;
    return was;
}

void scarce_fail(unsigned nth, bool for_ever)
{
    scarce.nth = nth;
    scarce.for_ever = for_ever;
    scarce.seen = scarce.failed = 0;
}

void scarce_end(void)
{
    scarce.nth = scarce.step = 0;
}

unsigned scarce_failed(void)
{
    return scarce.failed;
}

// --- Branches. ---

void scarce_branch(unsigned first, unsigned step)
{
    scarce.nth = scarce.seen = scarce.failed = 0;
    scarce.next = first;
    scarce.step = step;
    scarce.tally = (struct scarce_tally){0};
}

struct scarce_branch scarce_branch_here(void)
{
    return scarce.here;
}

struct scarce_tally scarce_tally(void)
{
    return scarce.tally;
}

void scarce_branch_end(bool sound)
{
    exit(sound ? EXIT_SUCCESS : EXIT_FAILURE); // not _exit: its leaks are looked for
}

static bool branch_is_sound(pid_t pid)
{
    int status = 0;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR) return false;
    if (WIFSIGNALED(status))
        printf("allocation %u refused: killed by signal %d\n", scarce.seen, WTERMSIG(status));
    return WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS;
}

// True in a branch: it is refused there.
static bool branch_begins(bool for_ever)
{
    (void)fflush(stdout);
    pid_t const pid = fork();
    if (pid < 0) {
        perror("fork");
        abort();
    }
    if (pid > 0) {
        scarce.tally.broken += !branch_is_sound(pid);
        return false;
    }
    scarce.step = 0;
    scarce.nth = scarce.seen;
    scarce.for_ever = for_ever;
    scarce.failed = 1;
    scarce.here = (struct scarce_branch){scarce.seen, for_ever};
    return true;
}

static bool branches(void)
{
    if (++scarce.seen != scarce.next) return false;
    scarce.next += scarce.step;
    scarce.tally.points++;
    return branch_begins(false) || branch_begins(true);
}

static bool refused(void)
{
    if (scarce.inside && scarce.step) return branches();
    if (!scarce.inside || scarce.nth == 0) return false;
    scarce.seen++;
    bool const fails = scarce.for_ever ? scarce.seen >= scarce.nth : scarce.seen == scarce.nth;
    scarce.failed += fails;
    return fails;
}

void *__real_malloc(size_t n);
void *__real_calloc(size_t n, size_t size);
void *__real_realloc(void *at, size_t n);
void *__wrap_malloc(size_t n);
void *__wrap_calloc(size_t n, size_t size);
void *__wrap_realloc(void *at, size_t n);

void *__wrap_malloc(size_t n)
{
    return refused() ? NULL : __real_malloc(n);
}

void *__wrap_calloc(size_t n, size_t size)
{
    return refused() ? NULL : __real_calloc(n, size);
}

void *__wrap_realloc(void *at, size_t n)
{
    return refused() ? NULL : __real_realloc(at, n);
}
