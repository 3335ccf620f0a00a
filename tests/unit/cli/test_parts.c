// test_parts.c - the command's parts that need no server.
#include "holds.h"
#include "registry.h"
#include "say.h"

#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <cmocka.h>

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

// ---- Text ----

static char *shown(void (*show)(FILE *out, const char *text), const char *text)
{
    char *out = NULL;
    size_t len = 0;
    FILE *f = open_memstream(&out, &len);
    show(f, text);
    fclose(f);
    return out;
}

static void as_text(FILE *out, const char *text)
{
    say_text(out, text, 2);
}

static void as_cell(FILE *out, const char *text)
{
    say_cell(out, text, 4);
}

static void what_others_wrote_cannot_steer_the_terminal(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"plain", "plain"},
        {"a\nb", "a\n  b"},
        {"\033[2Jgone\007", "?[2Jgone?"},
        {"\xc2\x9b"
         "31m",
         "?31m"}, // a control of one character
        {"\xe2\x80\xae"
         "txt.exe",
         "?txt.exe"}, // right to left
        {"caf\xc3\xa9", "caf\xc3\xa9"},
        {"bad\xff", "bad?"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = shown(as_text, cases[i].text);
        assert_string_equal(out, cases[i].shown);
        free(out);
    }
}

static void a_cell_has_its_width_whatever_is_in_it(void **state)
{
    (void)state;
    static const struct {
        const char *text, *shown;
    } cases[] = {
        {"", "    "},       {"abc", "abc "},
        {"abcdef", "abcd"}, {"\xc3\xa9", "\xc3\xa9   "},
        {"\033[1", "?[1 "}, {"\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", "\xe6\xbc\xa2\xe6\xbc\xa2"}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char *out = shown(as_cell, cases[i].text);
        assert_string_equal(out, cases[i].shown);
        free(out);
    }
}

static void words_lose_their_enums_name(void **state)
{
    (void)state;
    char out[40];
    say_word("NOT_MET_REASON_NO_CARE_NEEDS", out, sizeof out);
    assert_string_equal(out, "no care needs");
    say_word("Mrs COLOUR_RED", out, sizeof out);
    assert_string_equal(out, "Mrs COLOUR_RED");
}

// ---- Commands ----

static void every_command_has_help_an_example_and_something_to_do(void **state)
{
    (void)state;
    const struct command *c = NULL;
    for (size_t i = 0; (c = command_at(i)); i++) {
        char begins[64];
        assert_non_null(c->run);
        assert_true(c->help && *c->help);
        snprintf(begins, sizeof begins, "triage %s", c->name);
        if (!strstr(c->example, begins)) fail_msg("%s: its example is of something else", c->name);
        assert_true(c->positional_min <= c->positional_max);
        int options = 0;
        for (const struct option_row *o = c->options; o && o->name; o++) options++;
        assert_true(options + 8 < OPTIONS_MAX);
        assert_ptr_equal(command_find(c->name), c);
    }
}

static void exit_codes_are_the_promised_ones(void **state)
{
    (void)state;
    static const struct {
        enum triage_status status;
        int code;
    } cases[] = {{TRIAGE_OK, 0},           {TRIAGE_DUPLICATE, 0},     {TRIAGE_E_NO_MEMORY, 1},
                 {TRIAGE_E_ARGUMENT, 2},   {TRIAGE_E_INVALID, 3},     {TRIAGE_E_KEY_REUSED, 3},
                 {TRIAGE_E_FORBIDDEN, 3},  {TRIAGE_E_CONFLICT, 3},    {TRIAGE_E_TIMEOUT, 4},
                 {TRIAGE_E_BUSY, 4},       {TRIAGE_E_UNREACHABLE, 4}, {TRIAGE_E_KEY_UNKNOWN, 5},
                 {TRIAGE_E_SERVER_KEY, 5}, {TRIAGE_E_PROFILE, 5},     {TRIAGE_E_NOT_FOUND, 6}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        assert_int_equal(status_exit(cases[i].status), cases[i].code);
    }
}

// ---- Holds ----

static void a_hold_is_remembered_until_it_is_forgotten(void **state)
{
    char profile[96];
    snprintf(profile, sizeof profile, "%s/desk.yaml", (char *)*state);
    struct run r = {.profile_path = profile};
    assert_null(hold_find(&r, "SC-7K2M-9QX4"));
    hold_note(&r, "SC-7K2M-9QX4", 3, "18446744073709551615");
    hold_note(&r, "SC-0000-0000", 1, NULL);
    hold_note(&r, "SC-7K2M-9QX4", 4, NULL); // a newer version under the same lease
    json_t *hold = hold_find(&r, "sc-7k2m-9qx4");
    assert_int_equal(json_integer_value(json_object_get(hold, "version")), 4);
    assert_string_equal(say_member(hold, "token"), "18446744073709551615");
    json_decref(hold);
    hold_forget(&r, "SC-7K2M-9QX4");
    assert_null(hold_find(&r, "SC-7K2M-9QX4"));
    hold = hold_find(&r, "SC-0000-0000");
    assert_non_null(hold);
    json_decref(hold);
}

// ---- Registry ----

static void what_is_stored_is_loaded_whatever_its_letters(void **state)
{
    char why[REGISTRY_WHY_BYTES];
    // Keys may hold every sign that means something in YAML.
    char key[] = "*y.U3N9IAk(fBF[GJ#@6*lsjZRQ=8jQU4rv4JVw[";
    char id[] = "rose-court", role[] = "provider", active[] = "active", name[] = "a: 'b' \"c\" #d";
    char place[] = "1-123", other[] = "no";
    char *places[] = {place, other};
    struct principal const p = {.id = id,
                                .role = role,
                                .public_key = key,
                                .status = active,
                                .name = name,
                                .locations = places,
                                .locations_count = 2};
    assert_true(principal_store(*state, &p, true, why));
    assert_false(principal_store(*state, &p, true, why));
    assert_non_null(strstr(why, "is there already"));
    struct principal *back = principal_load(*state, "rose-court", why);
    assert_non_null(back);
    assert_string_equal(back->public_key, key);
    assert_string_equal(back->name, name);
    assert_int_equal(back->locations_count, 2);
    assert_string_equal(back->locations[1], "no");
    assert_null(back->worker);
    principal_free(back);
}

static void a_file_that_is_not_a_principal_is_refused_with_its_place(void **state)
{
    static const char *const bad[] = {"id: [a]\n", "id: a\nrole: team\nstatus: active\ncolour: x\n",
                                      "- a\n", "id: a\n", "id: {\n"};
    char why[REGISTRY_WHY_BYTES];
    char folder[96];
    char path[128];
    snprintf(folder, sizeof folder, "%s/principals", (char *)*state);
    snprintf(path, sizeof path, "%s/bad.yaml", folder);
    assert_int_equal(mkdir(folder, 0700), 0);
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        FILE *f = fopen(path, "w");
        fputs(bad[i], f);
        fclose(f);
        assert_null(principal_load(*state, "bad", why));
        if (!strstr(why, "bad.yaml")) fail_msg("%s", why);
    }
}

static void ids_words_and_keys_are_checked(void **state)
{
    (void)state;
    assert_true(registry_id_ok("a"));
    assert_true(registry_id_ok("0-rose-court"));
    assert_false(registry_id_ok(""));
    assert_false(registry_id_ok("-a"));
    assert_false(registry_id_ok("../a"));
    assert_false(registry_id_ok("Rose"));
    assert_false(registry_id_ok("a23456789012345678901234567890123"));
    assert_true(registry_role_ok("portal"));
    assert_false(registry_role_ok("none"));
    assert_true(registry_grade_ok("out_of_hours"));
    assert_false(registry_grade_ok("boss"));
    assert_true(registry_key_ok("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"));
    assert_false(registry_key_ok("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf"));
    assert_false(registry_key_ok("rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf~"));
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_make, folder_remove)

int main(void)
{
    setlocale(LC_CTYPE, "C.UTF-8");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_others_wrote_cannot_steer_the_terminal),
        cmocka_unit_test(a_cell_has_its_width_whatever_is_in_it),
        cmocka_unit_test(words_lose_their_enums_name),
        cmocka_unit_test(every_command_has_help_an_example_and_something_to_do),
        cmocka_unit_test(exit_codes_are_the_promised_ones),
        IN_FOLDER(a_hold_is_remembered_until_it_is_forgotten),
        IN_FOLDER(what_is_stored_is_loaded_whatever_its_letters),
        IN_FOLDER(a_file_that_is_not_a_principal_is_refused_with_its_place),
        cmocka_unit_test(ids_words_and_keys_are_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
