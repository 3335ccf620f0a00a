// test_text.c - times, keys, cursors and profiles as text.
#include "follow.h"
#include "profile.h"
#include "rfc3339.h"
#include "safefile.h"
#include "uuid7.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <triage/triage.h>
#include <unistd.h>

#include <cmocka.h>

static void times_are_read_as_everyone_reads_them(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t ms;
    } good[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1969-12-31T23:59:59.999Z", -1},
        {"2026-07-01T09:30:00Z", 1782898200000},
        {"2026-07-01T10:30:00+01:00", 1782898200000},
        {"2026-07-01T09:30:00.25Z", 1782898200250},
        {"2000-02-29t00:00:00z", 951782400000},
        {"9999-12-31T23:59:59Z", 253402300799000},
    };
    static const char *const bad[] = {"",
                                      "2026-07-01",
                                      "2026-07-01T09:30:00",
                                      "2026-13-01T00:00:00Z",
                                      "2026-02-29T00:00:00Z",
                                      "2026-07-01T24:00:00Z",
                                      "2026-07-01T09:30:00+0100",
                                      "2026-07-01T09:30:00Zx",
                                      "2026-07-01T09:30:00.Z",
                                      "26-07-01T09:30:00Z",
                                      "2026-07-01T09:60:00Z",
                                      " 2026-07-01T09:30:00Z",
                                      "2026-07-01T09:30:00+24:00",
                                      "0000-01-01T00:00:00Z",
                                      "0001-01-01T00:00:00+00:01",
                                      "9999-12-31T23:59:59-00:01"};
    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        int64_t ms = 1;
        assert_true(rfc3339_parse(good[i].text, &ms));
        assert_int_equal(ms, good[i].ms);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        int64_t ms;
        if (rfc3339_parse(bad[i], &ms)) fail_msg("%s was read", bad[i]);
    }
}

static void every_time_is_written_so_that_it_is_read_again(void **state)
{
    (void)state;
    for (int64_t ms = -62135596800000; ms < 253402300800000; ms += 12345678901) {
        char text[RFC3339_BYTES];
        int64_t back;
        rfc3339_write(ms, text);
        assert_true(rfc3339_parse(text, &back));
        assert_int_equal(back, ms);
    }
}

static void only_four_digits_of_year_are_written(void **state)
{
    (void)state;
    assert_true(rfc3339_has(-62135596800000) && rfc3339_has(253402300799999));
    assert_false(rfc3339_has(-62135596800001) || rfc3339_has(253402300800000));
    assert_false(rfc3339_has(INT64_MIN) || rfc3339_has(INT64_MAX));
}

static void keys_rise_and_say_their_version(void **state)
{
    (void)state;
    uint8_t last[UUID_BYTES] = {0};
    for (int i = 0; i < 200000; i++) {
        uint8_t key[UUID_BYTES];
        uuid7_make(key);
        assert_true(memcmp(key, last, sizeof key) > 0);
        assert_int_equal(key[6] >> 4, 7);
        assert_int_equal(key[8] >> 6, 2);
        memcpy(last, key, sizeof key);
    }
}

static void only_whole_keys_are_read(void **state)
{
    (void)state;
    uint8_t key[UUID_BYTES];
    char text[UUID_TEXT_BYTES];
    assert_true(uuid_parse("0190A1B2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", key));
    uuid_write(key, text);
    assert_string_equal(text, "0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b");
    assert_false(uuid_parse("0190a1b2c3d47e5f8a9b0c1d2e3f4a5b", key));
    assert_false(uuid_parse("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5", key));
    assert_false(uuid_parse("0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g", key));
    assert_false(uuid_parse("0190a1b-2c3d4-7e5f-8a9b-0c1d2e3f4a5b", key));
}

static void a_cursor_names_its_ledger_and_only_then_moves_with_a_restore(void **state)
{
    (void)state;
    struct follow_place p;
    uint8_t const ledger[8] = {1, 2, 3, 4, 5, 6, 7, 8};
    assert_true(follow_place_parse(&p, "0102030405060708.2.117"));
    assert_int_equal(follow_place_settle(&p, ledger, 2, 50), 117);
    assert_int_equal(follow_place_settle(&p, ledger, 3, 50), 50); // restored: it remembers 50
    assert_int_equal(follow_place_settle(&p, ledger, 4, 90), 50); // never forward by itself
    assert_true(follow_place_parse(&p, "17"));
    assert_int_equal(follow_place_settle(&p, ledger, 9, 0), 17);
    static const char *const bad[] = {"",
                                      "x",
                                      "-1",
                                      "1.2",
                                      "01.2.3",
                                      "0102030405060708..3",
                                      "0102030405060708.2.",
                                      "99999999999999999999999"};
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        if (follow_place_parse(&p, bad[i])) fail_msg("%s was read", bad[i]);
    }
}

// ---- Profiles ----

static bool parse(const char *text, char *why)
{
    struct profile p;
    char *copy = strdup(text);
    bool const ok = profile_parse(&p, copy, "a.yaml", why, 256);
    free(copy);
    profile_wipe(&p);
    return ok;
}

static void a_profile_that_cannot_be_used_says_what_and_where(void **state)
{
    (void)state;
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "a.yaml: endpoint is missing"},
        {"endpoint tcp", "a.yaml:1: expected key: value"},
        {"# c\n\nendpont: x", "a.yaml:3: no such setting: endpont"},
        {"endpoint: ipc://a\nendpoint: ipc://b", "a.yaml:2: given twice: endpoint"},
        {"endpoint: host:1\n", "a.yaml: endpoint: expected tcp://HOST:PORT"},
        {"endpoint: tcp://h:1\n", "a.yaml: server_key: expected the council's 40 characters"},
        {"endpoint: tcp://h:1\nserver_key: rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n",
         "a.yaml: public_key, secret_key: expected 40 characters; run triage enrol"},
        {"endpoint: tcp://h:1\nserver_key: rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n"
         "public_key: rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n"
         "secret_key: rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7\n",
         "a.yaml: public_key does not belong to secret_key"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char why[256] = "";
        assert_false(parse(cases[i].text, why));
        assert_string_equal(why, cases[i].why);
    }
    char why[256] = "";
    assert_true(parse("endpoint: \"ipc:///run/x\"\r\n# no keys needed\n", why));
}

static void a_profile_is_made_once_and_for_its_owner_alone(void **state)
{
    (void)state;
    char folder[] = "/tmp/triage-test-XXXXXX";
    char path[64];
    char key[41];
    char server[41];
    char secret[41];
    char why[256] = "";
    struct stat st;
    struct triage_client *c = NULL;
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/new/a.yaml", folder);
    triage_keypair(server, secret);
    struct triage_enrolment const e = {.endpoint = "tcp://h:1", .server_key = server};
    assert_int_equal(triage_open(&c, path, why, sizeof why), TRIAGE_E_PROFILE);
    assert_non_null(strstr(why, "triage enrol"));
    assert_int_equal(triage_enrol(path, &e, key, why, sizeof why), TRIAGE_OK);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    assert_int_equal(triage_enrol(path, &e, key, why, sizeof why), TRIAGE_E_PROFILE);
    assert_non_null(strstr(why, "there is a profile already"));
    chmod(path, 0644);
    assert_int_equal(triage_open(&c, path, why, sizeof why), TRIAGE_E_PROFILE);
    assert_non_null(strstr(why, "chmod 600"));
    struct triage_enrolment const wrong = {.endpoint = "tcp://h:1", .server_key = "short"};
    snprintf(path, sizeof path, "%s/b.yaml", folder);
    assert_int_equal(triage_enrol(path, &wrong, key, why, sizeof why), TRIAGE_E_PROFILE);
    assert_int_not_equal(access(path, F_OK), 0);
    char command[64];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    assert_int_equal(system(command), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(times_are_read_as_everyone_reads_them),
        cmocka_unit_test(every_time_is_written_so_that_it_is_read_again),
        cmocka_unit_test(only_four_digits_of_year_are_written),
        cmocka_unit_test(keys_rise_and_say_their_version),
        cmocka_unit_test(only_whole_keys_are_read),
        cmocka_unit_test(a_cursor_names_its_ledger_and_only_then_moves_with_a_restore),
        cmocka_unit_test(a_profile_that_cannot_be_used_says_what_and_where),
        cmocka_unit_test(a_profile_is_made_once_and_for_its_owner_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
