// Single values: NHS numbers, postcodes, dates, text, places, ids, words, keys, and CHECK itself.
#include "arena.h"
#include "calendar.h"
#include "check.h"
#include "concern.h"
#include "event.h"
#include "world.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static struct bytes text(const char *s)
{
    return bytes_text(s);
}

static enum nhs_number nhs(const char *s)
{
    char digits[11];
    return nhs_number_judge(text(s), digits);
}

static void an_nhs_number_has_at_most_one_right_check_digit(void **state)
{
    unsigned none = 0;
    (void)state;
    for (unsigned stem = 999000000; stem < 999100000; stem++) {
        unsigned right = 0;
        unsigned sum = 0;
        unsigned rest = stem;
        for (unsigned weight = 2; weight <= 10; weight++, rest /= 10) sum += rest % 10 * weight;
        unsigned const check = (11 - sum % 11) % 11; // 10: never issued
        for (unsigned digit = 0; digit < 10; digit++) {
            char number[16];
            snprintf(number, sizeof(number), "%09u%u", stem, digit);
            enum nhs_number const judged = nhs(number);
            if (judged == NHS_ONE_DIGIT) continue;
            assert_int_equal(judged == NHS_OK, digit == check);
            right += judged == NHS_OK;
        }
        none += right == 0;
    }
    assert_in_range(none, 8900, 9300); // one stem in eleven has no check digit
}

static void an_nhs_number_of_one_digit_is_nobodys(void **state)
{
    (void)state;
    for (char c = '0'; c <= '9'; c++) {
        char number[11] = {c, c, c, c, c, c, c, c, c, c, 0};
        assert_int_equal(nhs(number), NHS_ONE_DIGIT);
    }
}

static void an_nhs_number_forgives_spaces_and_hyphens_and_nothing_else(void **state)
{
    char digits[11];
    (void)state;
    assert_int_equal(nhs_number_judge(text(" 943 476-5919 "), digits), NHS_OK);
    assert_string_equal(digits, "9434765919");
    assert_int_equal(nhs("6541003238"), NHS_OK);
    assert_int_equal(nhs("9434765918"), NHS_CHECK_DIGIT);
    assert_int_equal(nhs("943476591"), NHS_LENGTH);
    assert_int_equal(nhs("94347659190"), NHS_LENGTH);
    assert_int_equal(nhs("9434765919x"), NHS_LENGTH);
    assert_int_equal(nhs(""), NHS_LENGTH);
}

static void every_shape_of_postcode_is_known_and_written_one_way(void **state)
{
    static const char *const good[][2] = {
        {"b296xx", "B29 6XX"},   {"M1 1AE", "M1 1AE"},    {" m60  1nw ", "M60 1NW"},
        {"CR26XH", "CR2 6XH"},   {"dn551pt", "DN55 1PT"}, {"W1A1HQ", "W1A 1HQ"},
        {"ec1a1bb", "EC1A 1BB"}, {"gir0aa", "GIR 0AA"},
    };
    static const char *const bad[] = {"",        "B29",      "B29 6X",  "B29 XX6", "1B2 6XX",
                                      "B2966XX", "BBB2 6XX", "B29 6CX", "B29-6XX", "B29 6XX9",
                                      "GIR0AB",  "É1 1AA",   "B 6XX"};
    char out[9];
    (void)state;
    for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
        assert_true(postcode_normal(text(good[i][0]), out));
        assert_string_equal(out, good[i][1]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(postcode_normal(text(bad[i]), out));
    }
}

static void a_place_is_a_cqc_location_or_an_ods_code(void **state)
{
    (void)state;
    assert_true(place_id_valid(text("1-101639192")));
    assert_true(place_id_valid(text("1-1428643301")));
    assert_true(place_id_valid(text("RXX01")));
    assert_false(place_id_valid(text("1-")));
    assert_false(place_id_valid(text("1-10163919x")));
    assert_false(place_id_valid(text("rxx01")));
    assert_false(place_id_valid(text("")));
    assert_false(place_id_valid(text("RX")));
}

static void a_date_is_a_day_or_a_year(void **state)
{
    static const char *const bad[] = {
        "",           "41",   "1941-5-28", "28/05/1941",  "1941-02-29", "1941-13-01", "1941-00-10",
        "1941-05-32", "0000", "194x",      "1941-05-28T", "1941-0x-28", "10000-1-01", "1941-05-00"};
    int32_t day;
    bool year_only;
    (void)state;
    assert_true(date_parse(text("1941-05-28"), &day, &year_only));
    assert_int_equal(day, civil_day(1941, 5, 28));
    assert_false(year_only);
    assert_true(date_parse(text("1941"), &day, &year_only));
    assert_int_equal(day, civil_day(1941, 7, 1));
    assert_true(year_only);
    assert_true(date_parse(text("2024-02-29"), &day, &year_only));
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        assert_false(date_parse(text(bad[i]), &day, &year_only));
    }
}

// The encoder that the judgement is held against: every code point, written the one right way.
static size_t utf8_write(uint32_t c, uint8_t out[4])
{
    if (c < 0x80) return out[0] = (uint8_t)c, (size_t)1;
    size_t const n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = n - 1; i > 0; i--, c >>= 6) out[i] = (uint8_t)(0x80 | (c & 0x3f));
    out[0] = (uint8_t)((0xf00 >> n & 0xff) | c);
    return n;
}

static void every_code_point_but_nul_and_surrogates_is_text(void **state)
{
    uint8_t b[4];
    (void)state;
    for (uint32_t c = 0; c < 0x110000; c++) {
        bool const fine = c != 0 && (c < 0xd800 || c > 0xdfff);
        assert_int_equal(text_utf8_valid(bytes_of(b, utf8_write(c, b))), fine);
    }
}

static void two_and_three_bytes_are_text_only_when_they_encode_something(void **state)
{
    unsigned fine = 0;
    (void)state;
    for (unsigned v = 0; v < 0x10000; v++) {
        uint8_t const b[2] = {(uint8_t)(v >> 8), (uint8_t)v};
        fine += text_utf8_valid(bytes_of(b, 2));
    }
    assert_int_equal(fine, 127 * 127 + (0x800 - 0x80)); // two of ASCII, or one of two bytes
    fine = 0;
    for (unsigned v = 0x800000; v < 0x1000000; v++) {
        uint8_t const b[3] = {(uint8_t)(v >> 16), (uint8_t)(v >> 8), (uint8_t)v};
        fine += text_utf8_valid(bytes_of(b, 3));
    }
    // three bytes, or two and one of ASCII, with the high bit in front
    assert_int_equal(fine, 0x10000 - 0x800 - 0x800 + (0x800 - 0x80) * 127);
    assert_true(text_utf8_valid(BYTES_NONE));
}

static void no_bytes_whatever_lead_a_judgement_out_of_them(void **state)
{
    static const char likely[] = "0123456789-- ABWX19abé";
    uint64_t seed = 3;
    (void)state;
    for (int round = 0; round < 200000; round++) {
        size_t const n = world_random(&seed) % 14;
        uint8_t *exact = malloc(n ? n : 1); // the sanitizer stands at both ends
        char digits[11];
        char postcode[9];
        int32_t day;
        bool year_only;
        assert_non_null(exact);
        for (size_t i = 0; i < n; i++) {
            uint64_t const r = world_random(&seed);
            exact[i] = r % 8 ? (uint8_t)likely[r / 8 % (sizeof(likely) - 1)] : (uint8_t)(r >> 32);
        }
        struct bytes const b = bytes_of(exact, n);
        text_utf8_valid(b);
        place_id_valid(b);
        if (nhs_number_judge(b, digits) == NHS_OK) assert_int_equal(strlen(digits), 10);
        if (postcode_normal(b, postcode)) assert_in_range(strlen(postcode), 6, 8);
        if (date_parse(b, &day, &year_only)) assert_in_range(day + 1000000, 200000, 4000000);
        free(exact);
    }
}

static void an_id_is_short_and_plain(void **state)
{
    (void)state;
    assert_true(id_valid("home-a"));
    assert_true(id_valid("0123456789012345678901234567890"));
    assert_false(id_valid("01234567890123456789012345678901"));
    assert_false(id_valid(""));
    assert_false(id_valid(NULL));
    assert_false(id_valid("-home"));
    assert_false(id_valid("Home"));
    assert_false(id_valid("home a"));
    assert_false(id_valid("höme"));
}

static void everyone_is_found_by_name_and_by_key(void **state)
{
    (void)state;
    world_make();
    const struct registry *r = world_rules.registry;
    for (size_t i = 0; i < r->n_principals; i++) {
        const struct principal *p = &r->principals[i];
        assert_ptr_equal(registry_principal(r, p->id), p);
        assert_ptr_equal(registry_principal_of_key(r, p->key), p);
    }
    for (size_t i = 0; i < r->n_workers; i++) {
        assert_ptr_equal(registry_worker(r, r->workers[i].id), &r->workers[i]);
    }
    uint8_t const stranger[KEY_BYTES] = {1};
    assert_null(registry_principal_of_key(r, stranger));
    assert_null(registry_principal(r, "home"));
    assert_null(registry_principal(r, "home-aa"));
    assert_null(registry_worker(r, ""));
    assert_false(registry_worker(r, "gone")->active);
}

static void every_word_leads_back_to_its_value(void **state)
{
    (void)state;
    for (int v = 0; v <= STATE_LAST; v++) {
        assert_int_equal(state_from(state_word((enum state)v)), v);
    }
    assert_int_equal(colour_from("purple"), -1);
    assert_string_equal(event_word(EVENT_RECEIPTED), "receipted");
    assert_string_equal(event_word((enum event_kind)33), "?");
    assert_string_equal(event_word((enum event_kind)9999), "?");
    assert_string_equal(command_word(COMMAND_CLAIM), "take");
    assert_string_equal(command_word((enum command_kind)29), "?");
    assert_string_equal(err_word(ERR_KEY_REUSED), "key_reused");
    assert_string_equal(err_word(OK), "ok");
    assert_string_equal(err_word((enum err) - 99), "unknown");
}

static void a_case_remembers_its_last_commands_and_forgets_the_oldest(void **state)
{
    struct casefile f = {0};
    (void)state;
    for (uint64_t i = 1; i <= CASE_COMMANDS_MAX + 2; i++) {
        casefile_command_keep(&f, i * 100, i);
        casefile_command_keep(&f, 0, 999); // time's own commands are not resent
    }
    assert_int_equal(casefile_command_seq(&f, 100), 0);
    assert_int_equal(casefile_command_seq(&f, 200), 0);
    for (uint64_t i = 3; i <= CASE_COMMANDS_MAX + 2; i++) {
        assert_int_equal(casefile_command_seq(&f, i * 100), i);
    }
    assert_int_equal(casefile_command_seq(&f, 0), 0);
}

#define CHANGE_NUM(name)   changed.name++;
#define CHANGE_SMALL(name) changed.name++;
#define CHANGE_TEXT(name)  changed.name[0] = 'x';
#define DIFFERS(number, type, name)                                                           \
    {                                                                                         \
        struct casefile changed = {.no = 1};                                                  \
        CHANGE_##type(name) assert_string_equal(casefile_difference(&same, &changed), #name); \
    }

static void two_records_differ_in_the_field_that_was_changed(void **state)
{
    struct casefile const same = {.no = 1};
    (void)state;
    assert_true(casefile_equal(&same, &same));
    CASE_FIELDS(DIFFERS)
    struct casefile changed = {.no = 1};
    assert_true(fact_keep(&changed.facts, FACT_AGE_YEARS, 1));
    assert_string_equal(casefile_difference(&same, &changed), "facts");
}

static void a_failed_check_dies_and_says_where(void **state)
{
    int out[2];
    char said[512] = "";
    int status = 0;
    (void)state;
    assert_int_equal(pipe(out), 0);
    pid_t const child = fork();
    if (child == 0) {
        dup2(out[1], STDERR_FILENO);
        signal(SIGABRT, SIG_DFL);
        CHECK(1 + 1 == 2 || 0); // holds, with an operator in it
        CHECK(1 + 1 == 3);
        _exit(0);
    }
    close(out[1]);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(read(out[0], said, sizeof(said) - 1) > 0);
    close(out[0]);
    assert_true(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
    assert_non_null(strstr(said, "1 + 1 == 3"));
    assert_non_null(strstr(said, "values_test.c"));
}

static void a_kept_fact_is_every_value_that_it_can_have(void **state)
{
    struct facts_kept kept;
    (void)state;
    facts_kept_clear(&kept);
    for (unsigned i = 0; i < FACT_COUNT; i++) {
        enum fact const fact = (enum fact)i;
        bool const narrow = FACTS[i].type == FACT_BOOL || FACTS[i].type == FACT_CODE;
        int32_t const most = narrow ? 31 : INT32_MAX;
        assert_int_equal(fact_kept(&kept, fact), FACT_UNKNOWN);
        for (int32_t v = most; v >= 0; v = v > 31 ? 31 : v - 1) {
            struct facts f;
            assert_true(fact_keep(&kept, fact, v));
            f = facts_recall(&kept);
            assert_int_equal(f.value[i], v);
        }
        assert_int_equal(fact_keep(&kept, fact, 1 << 20), !narrow);
        assert_int_equal(fact_keep(&kept, fact, -(1 << 20)), !narrow);
        assert_true(fact_keep(&kept, fact, FACT_UNKNOWN));
    }
}

static void claim(struct area *a, const char *team, unsigned count)
{
    struct event const e = {.kind = EVENT_CLAIMED, .number = area_passing(team, count)};
    area_fold(a, &e);
}

static void the_turns_of_greens_are_counted_by_queue_and_folded_from_claims(void **state)
{
    struct area a = {0}, empty = {0};
    char team[ID_MAX];
    (void)state;
    claim(&a, "mash", 3);
    claim(&a, "north", 1);
    claim(&a, "mash", 300);
    assert_int_equal(area_passed(&a, "mash"), 255);
    assert_int_equal(area_passed(&a, "north"), 1);
    assert_int_equal(area_passed(&a, "south"), 0);
    claim(&a, "mash", 0);
    claim(&a, "north", 0);
    claim(&a, "south", 0);
    assert_memory_equal(&a, &empty, sizeof a);
    for (unsigned i = 0; i <= AREA_PASSED_MAX; i++) { // one queue more than there is room for
        (void)snprintf(team, sizeof team, "team-%u", i);
        claim(&a, team, i + 1);
    }
    assert_int_equal(area_passed(&a, "team-0"), 0); // changed longest ago
    for (unsigned i = 1; i <= AREA_PASSED_MAX; i++) {
        (void)snprintf(team, sizeof team, "team-%u", i);
        assert_int_equal(area_passed(&a, team), i + 1);
    }
    claim(&a, "mash", 0); // frees no place of another's
    assert_int_equal(area_passed(&a, "team-1"), 2);
    struct event const whole = {.kind = EVENT_CLAIMED};
    struct area const before = a;
    area_fold(&a, &whole);
    assert_memory_equal(&a, &before, sizeof a);
}

static void what_is_not_there_is_nothing_in_particular(void **state)
{
    struct casefile f = {.no = 1};
    uint8_t room[32] __attribute__((aligned(16)));
    char postcode[9];
    struct arena a;
    (void)state;
    assert_int_equal(bytes_text(NULL).len, 0);
    assert_true(bytes_equal(bytes_text(NULL), bytes_text("")));
    assert_false(bytes_equal(bytes_text("ab"), bytes_text("ac")));
    assert_false(casefile_open(&f)); // a place in which no case is
    f.state = STATE_VOID;
    assert_false(casefile_open(&f));
    arena_init(&a, room, 17);
    assert_non_null(arena_alloc(&a, 17));
    assert_null(arena_alloc(&a, 0));                   // not even a place where nothing could begin
    assert_string_equal(kind_word((enum kind)8), "?"); // a number never given
    assert_int_equal(kind_from("organisation"), KIND_ORGANISATION);
    assert_false(postcode_normal(text("A 6XX"), postcode));
}

static void a_thread_that_follows_is_in_nobodys_list_of_its_own(void **state)
{
    struct casefile f = {.no = 1, .state = STATE_QUEUED, .flags = CASE_DIRECT};
    (void)state;
    assert_true(casefile_shadowed(&f));
    f.follows = 2;
    assert_false(casefile_shadowed(&f));
    f.state = STATE_DECIDED_MET;
    assert_false(casefile_unled(&f));
    f.follows = 0;
    assert_true(casefile_unled(&f));
    f.state = STATE_DECIDED_NOT_MET;
    f.deadline_ms = 5;
    assert_int_equal(casefile_deadline_ms(&f), 5);
    f.flags = CASE_PHONE_SECOND; // a manager's word is still to come
    assert_int_equal(casefile_deadline_ms(&f), 0);
}

static void what_befalls_a_case_alone_leaves_the_area_as_it_was(void **state)
{
    struct area a = {.last_seq = 4}, before = a;
    struct event const e = {.kind = EVENT_LOOKED, .number = 7};
    (void)state;
    area_fold(&a, &e);
    assert_memory_equal(&a, &before, sizeof(a));
}

static void a_second_address_is_another_active_provider_of_the_place(void **state)
{
    (void)state;
    world_make();
    struct principal *const own = world_principal("home-a");
    struct principal *const other = world_principal("home-a-office");
    const struct registry *const r = world_rules.registry;
    assert_ptr_equal(registry_second_address(r, own, ""), other);
    assert_null(registry_second_address(r, own, "place-a"));
    other->n_places = 1;
    id_copy(other->places[0], "place-a");
    assert_ptr_equal(registry_second_address(r, own, "place-a"), other);
    assert_false(principal_at_place(other, ""));
    other->active = false;
    assert_null(registry_second_address(r, own, "place-a"));
    other->active = true;
    id_copy(own->second_address, "home-a"); // itself
    assert_null(registry_second_address(r, own, ""));
    assert_false(id_valid("-a"));
    assert_false(id_valid("_a"));
    assert_true(id_valid("a-_z09"));
    assert_false(id_valid("a~"));
    assert_false(id_valid("a:"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_kept_fact_is_every_value_that_it_can_have),
        cmocka_unit_test(an_nhs_number_has_at_most_one_right_check_digit),
        cmocka_unit_test(an_nhs_number_of_one_digit_is_nobodys),
        cmocka_unit_test(an_nhs_number_forgives_spaces_and_hyphens_and_nothing_else),
        cmocka_unit_test(every_shape_of_postcode_is_known_and_written_one_way),
        cmocka_unit_test(a_place_is_a_cqc_location_or_an_ods_code),
        cmocka_unit_test(a_date_is_a_day_or_a_year),
        cmocka_unit_test(every_code_point_but_nul_and_surrogates_is_text),
        cmocka_unit_test(two_and_three_bytes_are_text_only_when_they_encode_something),
        cmocka_unit_test(no_bytes_whatever_lead_a_judgement_out_of_them),
        cmocka_unit_test(an_id_is_short_and_plain),
        cmocka_unit_test(everyone_is_found_by_name_and_by_key),
        cmocka_unit_test(every_word_leads_back_to_its_value),
        cmocka_unit_test(a_case_remembers_its_last_commands_and_forgets_the_oldest),
        cmocka_unit_test(two_records_differ_in_the_field_that_was_changed),
        cmocka_unit_test(the_turns_of_greens_are_counted_by_queue_and_folded_from_claims),
        cmocka_unit_test(a_failed_check_dies_and_says_where),
        cmocka_unit_test(what_is_not_there_is_nothing_in_particular),
        cmocka_unit_test(a_thread_that_follows_is_in_nobodys_list_of_its_own),
        cmocka_unit_test(what_befalls_a_case_alone_leaves_the_area_as_it_was),
        cmocka_unit_test(a_second_address_is_another_active_provider_of_the_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
