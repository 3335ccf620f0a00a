// Files that an operator writes: settings, registry, keys; and what may be logged and counted.
#include "config.h"
#include "house.h"
#include "log.h"
#include "metrics.h"
#include "roster.h"
#include "secret.h"
#include "yaml_file.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static struct house house;
static struct faults faults;

static int make_house(void **state)
{
    (void)state;
    house_make(&house, NULL, 0);
    return 0;
}

static int remove_house(void **state)
{
    (void)state;
    house_remove(&house);
    return 0;
}

static enum err yaml_of(const char *text)
{
    static struct yaml_file file;
    static char path[300];
    house_write(&house, "some.yaml", text);
    snprintf(path, sizeof path, "%s/some.yaml", house.dir);
    faults.n = 0;
    return yaml_file_read(&file, path, &faults);
}

static void expect_fault(int line, int column, const char *text)
{
    assert_true(faults.n > 0);
    assert_non_null(strstr(faults.at[0].text, text));
    assert_int_equal(faults.at[0].line, line);
    assert_int_equal(faults.at[0].column, column);
}

static void yaml_that_is_not_flat_is_refused_with_its_place(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int line, column;
        const char *says;
    } bad[] = {
        {"a: 1\na: 2\n", 2, 1, "given twice"},
        {"a: {b: 1}\n", 1, 4, "nothing nested"},
        {"a: [[b]]\n", 1, 5, "nothing nested"},
        {"a: &x 1\n", 1, 4, "anchors"},
        {"a: !!int 1\n", 1, 4, "tags"},
        {"a: &x [b]\n", 1, 4, "anchors"},
        {"a: *x\n", 1, 4, "aliases"},
        {"- a\n", 1, 1, "key: value"},
        {"a: 1\n---\nb: 2\n", 2, 1, "one document"},
        {"a: 1\n b: 2\n", 2, 3, "mapping"},
    };
    assert_int_equal(yaml_of("# nothing\n"), OK);
    assert_int_equal(yaml_of("a: no\nb: [x, 'y: z']\n"), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(yaml_of(bad[i].text), ERR_CONFIG);
        expect_fault(bad[i].line, bad[i].column, bad[i].says);
    }
}

static void yaml_beyond_its_limits_is_refused(void **state)
{
    (void)state;
    char *text = calloc(1, 200000);
    for (int i = 0; i < 129; i++) sprintf(text + strlen(text), "k%d: v\n", i);
    assert_int_equal(yaml_of(text), ERR_CONFIG);
    memset(text, '#', YAML_BYTES_MAX + 1);
    assert_int_equal(yaml_of(text), ERR_CONFIG);
    strcpy(text, "a: [");
    for (int i = 0; i < 1025; i++) strcat(text, "v, ");
    strcat(text, "]\n");
    assert_int_equal(yaml_of(text), ERR_CONFIG);
    free(text);
}

static enum err config_of(const char *text, struct config *c)
{
    char path[300];
    house_write(&house, "test.yaml", text);
    snprintf(path, sizeof path, "%s/test.yaml", house.dir);
    faults.n = 0;
    enum err const e = config_read(c, path, &faults);
    return config_finish(c, &faults) ? ERR_CONFIG : e;
}

static void settings_out_of_their_limits_are_refused_with_file_line_and_column(void **state)
{
    (void)state;
    static struct config c;
    const struct {
        const char *text;
        int line, column;
    } bad[] = {
        {"area: x\ndrain_seconds: 0\n", 2, 16},
        {"area: x\ndrain_seconds: ten\n", 2, 16},
        {"area: x\ndrain_seconds: 99999999999999999999\n", 2, 16},
        {"area: x\nledger_dir: \"a\\nb\"\n", 2, 13}, // two lines
        {"area: x\nledger_dir: \"a\\x7fb\"\n", 2, 13},
        {"area: x\nledger_dir: \"a\\u2028b\"\n", 2, 13}, // YAML's line separator
        {"area: x\nno_such: 1\n", 2, 1},
        {"area: x\nlog_level: [info]\n", 2, 1},
        {"area: Not An Id\n", 0, 0},
        {"area: x\nops_address: 0.0.0.0\n", 0, 0},
        {"area: x\nops_address: 10.0.0.1\n", 0, 0},
        {"area: x\nintake_endpoint: ipc://x\n", 0, 0},
        {"area: x\ndesk_endpoint: pgm://x\n", 0, 0},
        {"area: x\noperator_endpoint: tcp://127.0.0.1:1\n", 0, 0},
        {"area: x\nsilence_seconds: 5\n", 0, 0},
    };
    assert_int_equal(config_of("area: x\n", &c), OK);
    assert_int_equal(c.drain_seconds, 30);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(config_of(bad[i].text, &c), ERR_CONFIG);
        assert_int_equal(faults.at[0].line, bad[i].line);
        assert_int_equal(faults.at[0].column, bad[i].column);
    }
}

static void relative_paths_start_at_the_folder_of_the_file(void **state)
{
    (void)state;
    static struct config c;
    char want[300];
    assert_int_equal(config_of("area: x\nledger_dir: some/where\npolicy_dir: /abs\n", &c), OK);
    snprintf(want, sizeof want, "%s/some/where", house.dir);
    assert_string_equal(c.ledger_dir, want);
    assert_string_equal(c.policy_dir, "/abs");
    snprintf(want, sizeof want, "ipc://%s/run/operator.sock", house.dir);
    assert_string_equal(c.operator_endpoint, want);
}

static void what_print_config_prints_is_read_back_the_same(void **state)
{
    (void)state;
    static struct config a, b;
    assert_int_equal(config_of("area: x\nbacklog: 77\nuser: \"it's\"\n", &a), OK);
    for (int comments = 0; comments < 2; comments++) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        config_print(&a, out, comments);
        fclose(out);
        assert_int_equal(config_of(text, &b), OK);
        assert_null(config_frozen_difference(&a, &b));
        free(text);
    }
    b.backlog = 78;
    assert_string_equal(config_frozen_difference(&a, &b), "backlog");
}

static enum err roster_of(const char *name, const char *text)
{
    struct roster *r = NULL;
    char a[300], b[300], path[300];
    snprintf(a, sizeof a, "%s/principals", house.dir);
    snprintf(b, sizeof b, "%s/workers", house.dir);
    house_write(&house, name, text);
    faults.n = 0;
    struct policy *policy;
    assert_int_equal(policy_open(&policy, "x", NULL), OK);
    enum err const e = roster_open(&r, a, b, policy, 1, &faults);
    policy_close(policy);
    roster_close(r);
    snprintf(path, sizeof path, "%s/%s", house.dir, name);
    unlink(path);
    return e;
}

#define KEY "public_key: 'rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7'\n"

static void a_principal_that_makes_no_sense_is_refused_with_its_place(void **state)
{
    (void)state;
    const struct {
        const char *text;
        int line, column;
        const char *says;
    } bad[] = {
        {"id: b\nrole: team\nstatus: active\n" KEY, 1, 1, "file's name"},
        {"id: a\nrole: wizard\nstatus: active\n" KEY, 2, 7, "provider"},
        {"id: a\nrole: none\nstatus: active\n" KEY, 2, 7, "provider"},
        {"id: a\nrole: team\nstatus: no\n" KEY, 3, 9, "revoked"},
        {"id: a\nrole: team\nstatus: active\npublic_key: short\n", 4, 13, "Z85"},
        {"id: a\nrole: team\nstatus: active\n", 0, 0, "missing"},
        {"id: a\nrole: team\nstatus: active\n" KEY "teams: [mash, moon]\n", 5, 1, "no such team"},
        {"id: a\nrole: team\nstatus: active\n" KEY "teams: [mash, mash]\n", 5, 15, "twice"},
        {"id: a\nrole: team\nstatus: active\n" KEY "teams: mash\n", 5, 1, "list"},
        {"id: a\nrole: team\nstatus: active\n" KEY "colour: red\n", 5, 1, "no key"},
        {"id: a\nrole: team\nstatus: active\n" KEY "worker: nobody\n", 0, 0, "does not exist"},
        {"id: a\nrole: team\nstatus: active\n" KEY "acts_for: [nobody]\n", 0, 0, "does not exist"},
        {"id: A\nrole: team\nstatus: active\n" KEY, 1, 5, "small letters"},
        {"role: team\nstatus: active\n" KEY, 0, 0, "missing"},
    };
    assert_int_equal(roster_of("principals/a.yaml", "id: a\nrole: team\nstatus: active\n" KEY), OK);
    assert_int_equal(roster_of("principals/a.yaml", "id: a\nrole: operator\nstatus: active\n"), OK);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        assert_int_equal(roster_of("principals/a.yaml", bad[i].text), ERR_CONFIG);
        expect_fault(bad[i].line, bad[i].column, bad[i].says);
    }
}

static void two_principals_never_share_a_key(void **state)
{
    (void)state;
    char path[300];
    house_write(&house, "principals/z.yaml", "id: z\nrole: team\nstatus: active\n" KEY);
    assert_int_equal(roster_of("principals/a.yaml", "id: a\nrole: team\nstatus: active\n" KEY),
                     ERR_CONFIG);
    expect_fault(0, 0, "same public key");
    snprintf(path, sizeof path, "%s/principals/z.yaml", house.dir);
    unlink(path);
}

static void a_worker_needs_a_grade_and_a_known_team(void **state)
{
    (void)state;
    assert_int_equal(roster_of("workers/w.yaml", "id: w\nname: Invented\ngrade: mash_worker\n"
                                                 "teams: [mash]\nstatus: active\n"),
                     OK);
    assert_int_equal(roster_of("workers/w.yaml", "id: w\ngrade: boss\nstatus: left\n"), ERR_CONFIG);
    expect_fault(2, 8, "mash_worker");
    assert_int_equal(
        roster_of("workers/w.yaml", "id: w\ngrade: auditor\nteams: [x]\nstatus: left\n"),
        ERR_CONFIG);
    expect_fault(3, 1, "no such team");
}

static void a_key_that_others_may_read_is_refused(void **state)
{
    (void)state;
    char path[300];
    uint8_t key[32];
    snprintf(path, sizeof path, "%s/keys/server.key", house.dir);
    faults.n = 0;
    assert_int_equal(secret_read(key, path, &faults), OK);
    chmod(path, 0640);
    assert_int_equal(secret_read(key, path, &faults), ERR_CONFIG);
    chmod(path, 0600);
    assert_int_equal(secret_text_read(key, "short"), ERR_MALFORMED);
    assert_int_equal(secret_text_read(key, "\xff\xff\xff\xff\xff"
                                           "abcdefghijabcdefghijabcdefghijabcde"),
                     ERR_MALFORMED);
}

static void a_credential_of_the_same_name_comes_before_the_file(void **state)
{
    (void)state;
    char path[300];
    uint8_t a[32], b[32];
    snprintf(path, sizeof path, "%s/keys", house.dir);
    setenv("CREDENTIALS_DIRECTORY", path, 1);
    faults.n = 0;
    assert_int_equal(secret_read(a, "/nowhere/master.key", &faults), OK);
    unsetenv("CREDENTIALS_DIRECTORY");
    assert_int_equal(secret_read(b, "/nowhere/master.key", &faults), ERR_CONFIG);
}

static void the_log_has_no_way_for_free_text(void **state)
{
    (void)state;
    int ends[2];
    char line[600] = "";
    struct log l;
    assert_int_equal(pipe(ends), 0);
    log_init(&l, ends[1], LOG_INFO);
    log_event(&l, LOG_DEBUG, "not_written", NULL, 1);
    log_event(&l, LOG_INFO, "claimed", "Mrs \"Invented\" fell", 7);
    assert_true(read(ends[0], line, sizeof line - 1) > 0);
    assert_non_null(strstr(line, "\"event\":\"claimed\",\"id\":\"?\",\"number\":7}\n"));
    assert_null(strstr(line, "Invented"));
    assert_null(strstr(line, "not_written"));
    close(ends[0]);
    close(ends[1]);
}

static void labels_beyond_the_table_are_counted_together(void **state)
{
    (void)state;
    static struct metrics m;
    static char words[40][16];
    metrics_init(&m);
    for (int i = 0; i < 40; i++) {
        snprintf(words[i], sizeof words[i], "w%d", i);
        metrics_count(&m, METRIC_REFUSED, words[i], 1);
    }
    assert_int_equal(metrics_value(&m, METRIC_REFUSED, "w0"), 1);
    assert_int_equal(metrics_value(&m, METRIC_REFUSED, "other"), 40 - (METRIC_LABELS_MAX - 1));
}

static void a_label_is_there_after_the_pack_that_named_it_is_gone(void **state)
{
    static struct metrics m;
    char team[64] = "mash", text[65536];
    struct metric_text t = {text, sizeof text, 0, false};
    (void)state;
    metrics_init(&m);
    metrics_gauge(&m, METRIC_RED_SHARE, team, 40);
    memset(team, '?', sizeof team - 1);
    metrics_gauge(&m, METRIC_RED_SHARE, team, 7); // longer than a label may be: cut, one cell
    metrics_gauge(&m, METRIC_RED_SHARE, team, 8);
    assert_int_equal(metrics_value(&m, METRIC_RED_SHARE, "mash"), 40);
    assert_int_equal(metrics_value(&m, METRIC_RED_SHARE, team), 8);
    assert_int_equal(m.n[METRIC_RED_SHARE], 2);
    metrics_print(&m, &t);
    assert_non_null(strstr(text, "=\"mash\"} 40\n"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(yaml_that_is_not_flat_is_refused_with_its_place),
        cmocka_unit_test(yaml_beyond_its_limits_is_refused),
        cmocka_unit_test(settings_out_of_their_limits_are_refused_with_file_line_and_column),
        cmocka_unit_test(relative_paths_start_at_the_folder_of_the_file),
        cmocka_unit_test(what_print_config_prints_is_read_back_the_same),
        cmocka_unit_test(a_principal_that_makes_no_sense_is_refused_with_its_place),
        cmocka_unit_test(two_principals_never_share_a_key),
        cmocka_unit_test(a_worker_needs_a_grade_and_a_known_team),
        cmocka_unit_test(a_key_that_others_may_read_is_refused),
        cmocka_unit_test(a_credential_of_the_same_name_comes_before_the_file),
        cmocka_unit_test(the_log_has_no_way_for_free_text),
        cmocka_unit_test(labels_beyond_the_table_are_counted_together),
        cmocka_unit_test(a_label_is_there_after_the_pack_that_named_it_is_gone),
    };
    return cmocka_run_group_tests(tests, make_house, remove_house);
}
