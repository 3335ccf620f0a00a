// Packs that take what they do not have from the pack beside them.
#include "cmocka_all.h"
#include "policy.h"
#include "policy_tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char packs[64]; // a copy of all shipped packs, which a test may spoil

static void run(const char *format, const char *a)
{
    char command[512];
    snprintf(command, sizeof command, format, a, packs, packs);
    assert_int_equal(system(command), 0);
}

static int packs_copy(void **state)
{
    (void)state;
    snprintf(packs, sizeof packs, "/tmp/triage-packs-XXXXXX");
    assert_non_null(mkdtemp(packs));
    run("cp -r %s/. %s", PACKS_DIR);
    return 0;
}

static int packs_drop(void **state)
{
    (void)state;
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", packs);
    return system(command);
}

static const char *folder(const char *name)
{
    static char path[128];
    snprintf(path, sizeof path, "%s/%s", packs, name);
    return path;
}

static void digest(const char *name, uint8_t out[POLICY_DIGEST_BYTES])
{
    struct policy *p = NULL;
    assert_int_equal(policy_open(&p, folder(name), NULL), OK);
    memcpy(out, policy_info(p)->digest, POLICY_DIGEST_BYTES);
    policy_close(p);
}

static void append(const char *file, const char *text)
{
    FILE *f = fopen(folder(file), "a");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static void what_is_not_here_is_the_other_packs(void **state)
{
    (void)state;
    struct policy *own = NULL, *base = NULL;
    assert_int_equal(policy_open(&own, folder("derby"), NULL), OK);
    assert_int_equal(policy_open(&base, folder("default"), NULL), OK);
    assert_string_equal(policy_notice_text(own, NOTICE_NOT_MET, KIND_CONCERN),
                        policy_notice_text(base, NOTICE_NOT_MET, KIND_NONE));
    assert_int_equal(policy_info(own)->calendar.n_holidays, policy_info(base)->calendar.n_holidays);
    assert_true(policy_team(own, "customer_contact") >= 0);
    assert_int_equal(policy_team(base, "customer_contact"), -1);
    policy_close(own);
    policy_close(base);
}

static void the_digest_covers_what_was_read_of_the_other_pack_and_nothing_else(void **state)
{
    (void)state;
    uint8_t before[POLICY_DIGEST_BYTES], after[POLICY_DIGEST_BYTES];
    digest("derby", before);
    append("default/pack.yaml", "# nothing of Derby's\n");
    append("default/tests/colour.csv", "\n");
    append("default/routing.dmn", "<!-- Derby has its own -->\n");
    digest("derby", after);
    assert_memory_equal(before, after, sizeof before);
    append("default/rating.dmn", "<!-- Derby reads this one -->\n");
    digest("derby", after);
    assert_memory_not_equal(before, after, sizeof before);
    digest("derby", before);
    append("default/notices/ack.txt", "More words.\n");
    digest("derby", after);
    assert_memory_not_equal(before, after, sizeof before);
}

// What `policy check` prints of a pack.
static int check(const char *name, char *said, size_t size)
{
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);
    assert_non_null(out);
    int const code = policy_check(folder(name), NULL, false, out, out);
    fclose(out);
    snprintf(said, size, "%s", text);
    free(text);
    return code;
}

static void a_problem_names_the_file_that_has_it(void **state)
{
    (void)state;
    char said[4096];
    append("default/rating.dmn", "</nothing>\n");
    assert_int_equal(check("derby", said, sizeof said), TOOL_FOUND);
    assert_non_null(strstr(said, "../default/rating.dmn:"));
}

static void a_pack_that_is_not_there_cannot_be_extended(void **state)
{
    (void)state;
    char said[4096];
    run("sed -i 's/^extends: default/extends: %s/' %s/derby/pack.yaml", "nowhere");
    assert_int_equal(check("derby", said, sizeof said), TOOL_FOUND);
    assert_non_null(strstr(said, "no pack of this name lies beside this one: 'nowhere'"));
    run("sed -i 's,^extends: nowhere,extends: %s,' %s/derby/pack.yaml", "../default");
    assert_int_equal(check("derby", said, sizeof said), TOOL_FOUND);
    assert_non_null(strstr(said, "no pack of this name"));
}

static void every_shipped_pack_is_clean_and_passes_its_own_examples(void **state)
{
    (void)state;
    static const char *const names[] = {"default", "birmingham", "derby"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        char said[4096];
        if (check(names[i], said, sizeof said) != TOOL_FINE) fail_msg("%s: %s", names[i], said);
        assert_int_equal(policy_test(folder(names[i]), false, stdout, stderr), TOOL_FINE);
    }
}

#define ON_COPIES(test) cmocka_unit_test_setup_teardown(test, packs_copy, packs_drop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_COPIES(what_is_not_here_is_the_other_packs),
        ON_COPIES(the_digest_covers_what_was_read_of_the_other_pack_and_nothing_else),
        ON_COPIES(a_problem_names_the_file_that_has_it),
        ON_COPIES(a_pack_that_is_not_there_cannot_be_extended),
        ON_COPIES(every_shipped_pack_is_clean_and_passes_its_own_examples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
