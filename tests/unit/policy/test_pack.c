// Packs: opened, decided with, and refused with the place of each problem.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy.h"
#include "policy_tools.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

// Opening the spoilt pack fails, and some problem names the file and says the words.
static struct policy_problem assert_problem(struct policy_report *r, const char *file,
                                            const char *words)
{
    struct policy *p = NULL;
    assert_int_equal(policy_open(&p, pack, r), ERR_POLICY);
    assert_null(p);
    for (size_t i = 0; i < policy_report_count(r); i++) {
        struct policy_problem const one = policy_report_at(r, i);
        if (strcmp(one.file, file) == 0 && strstr(one.text, words)) return one;
    }
    for (size_t i = 0; i < policy_report_count(r); i++) {
        struct policy_problem const one = policy_report_at(r, i);
        print_message("%s:%d: %s: %s\n", one.file, one.line, one.decision, one.text);
    }
    fail_msg("no problem of %s says: %s", file, words);
    return (struct policy_problem){0};
}

static void a_pack_says_who_it_is(void **state)
{
    (void)state;
    struct policy *const p = pack_opened();
    const struct policy_info *const i = policy_info(p);
    assert_string_equal(i->name, "default");
    assert_true(i->n_teams > 0);
    assert_true(i->mash >= 0);
    assert_int_equal(i->teams[i->mash].kind, TEAM_MASH);
    assert_int_equal(i->calendar.open_minute, 9 * 60);
    assert_true(i->calendar.n_holidays > 0);
    assert_int_equal(i->clocks.decide[COLOUR_RED].kind, SPAN_CALENDAR_MS);
    assert_int_equal(i->clocks.decide[COLOUR_GREEN].kind, SPAN_WORKING_DAYS);
    assert_non_null(policy_notice_text(p, NOTICE_ACK, KIND_CONCERN));
    assert_null(policy_notice_text(p, NOTICE_NONE, KIND_CONCERN));
    assert_ptr_equal(policy_notice_text(p, NOTICE_SCREENED, KIND_CONCERN),
                     policy_notice_text(p, NOTICE_SCREENED, KIND_NONE));
    assert_ptr_not_equal(policy_notice_text(p, NOTICE_SCREENED, KIND_DOLS),
                         policy_notice_text(p, NOTICE_SCREENED, KIND_NONE));
    policy_close(p);
}

static void a_postcode_finds_its_team_whatever_its_spacing(void **state)
{
    (void)state;
    struct policy *const p = pack_opened();
    int const north = policy_team(p, "community_north"), west = policy_team(p, "community_west");
    assert_int_equal(policy_team_of_postcode(p, "ZX1 1AA"), north);
    assert_int_equal(policy_team_of_postcode(p, "zx11aa"), north);
    assert_int_equal(policy_team_of_postcode(p, " zx 10 1aa"), west); // not ZX1
    assert_int_equal(policy_team_of_postcode(p, "ZX99 1AA"), -1);
    assert_int_equal(policy_team_of_postcode(p, ""), -1);
    policy_close(p);
}

static void the_digest_knows_every_byte(void **state)
{
    uint8_t before[POLICY_DIGEST_BYTES];
    (void)state;
    struct policy *p = pack_opened();
    memcpy(before, policy_info(p)->digest, sizeof(before));
    policy_close(p);
    pack_edit("notices/ack.txt", "We", "we");
    p = pack_opened();
    assert_memory_not_equal(before, policy_info(p)->digest, sizeof(before));
    policy_close(p);
}

static uint8_t scratch[POLICY_SCRATCH_BYTES];

static void danger_now_is_red_and_says_why(void **state)
{
    struct arena arena;
    struct facts facts;
    struct verdict v;
    (void)state;
    struct policy *const p = pack_opened();
    facts_clear(&facts);
    facts.value[FACT_IMMEDIATE_DANGER] = 1;
    arena_init(&arena, scratch, sizeof(scratch));
    policy_decide(p, &facts, &arena, &v);
    assert_false(v.unscreened);
    assert_int_equal(v.colour, COLOUR_RED);
    assert_true(v.n_reasons > 0);
    assert_true(v.tier != TIER_BELOW);
    bool found = false; // the row that made it red is one of the reasons
    assert_non_null(v.colour_table);
    for (size_t i = 0; i < v.n_reasons; i++) {
        found = found || (strcmp(v.reasons[i].decision, v.colour_table) == 0 &&
                          v.reasons[i].row == v.colour_row);
    }
    assert_true(found);
    policy_close(p);
}

static void neither_yes_nor_no_is_refused_with_its_line(void **state)
{
    (void)state;
    struct policy_report *const r = policy_report_open();
    pack_edit("pack.yaml", "mash: mash\n", "mash: mash\nopen_case_direct: sometimes\n");
    struct policy_problem const p = assert_problem(r, "pack.yaml", "open_case_direct: write yes");
    assert_true(p.line > 1);
    assert_non_null(strstr(p.text, "'sometimes'"));
    policy_report_close(r);
}

static void nothing_known_is_never_below_the_threshold(void **state)
{
    struct arena arena;
    struct facts facts;
    struct verdict v;
    (void)state;
    struct policy *const p = pack_opened();
    facts_clear(&facts);
    arena_init(&arena, scratch, sizeof(scratch));
    policy_decide(p, &facts, &arena, &v);
    assert_false(v.unscreened);
    assert_true(v.tier != TIER_BELOW && v.tier != TIER_UNSET);
    assert_true(v.n_missing > 0);
    for (size_t i = 0; i < v.n_missing; i++) assert_true(FACTS[v.missing[i]].correctable);
    policy_close(p);
}

static void without_memory_the_verdict_is_red_unscreened_to_the_mash(void **state)
{
    struct arena arena;
    struct facts facts;
    struct verdict v;
    (void)state;
    struct policy *const p = pack_opened();
    facts_clear(&facts);
    for (size_t bytes = 1; bytes < sizeof(scratch); bytes = bytes * 3 / 2 + 1) {
        arena_init(&arena, scratch, bytes);
        policy_decide(p, &facts, &arena, &v);
        if (!v.unscreened) continue;
        assert_int_equal(v.colour, COLOUR_RED);
        assert_int_equal(v.team, policy_info(p)->mash);
        assert_true(v.tier >= TIER_MORE_INFORMATION);
        assert_true(v.n_reasons > 0);
    }
    arena_init(&arena, scratch, 64);
    policy_decide(p, &facts, &arena, &v);
    assert_true(v.unscreened);
    policy_close(p);
}

static void a_rating_is_never_lowered(void **state)
{
    struct arena arena;
    struct facts facts;
    struct rerating r;
    uint32_t seed = 1;
    (void)state;
    struct policy *const p = pack_opened();
    for (int i = 0; i < 300; i++) {
        facts_clear(&facts);
        for (unsigned f = 0; f < FACT_COUNT; f++) {
            seed = seed * 1664525 + 1013904223;
            if (seed >> 24 & 1) continue;
            facts.value[f] = (int32_t)(seed >> (FACTS[f].type == FACT_NUMBER ? 20 : 31));
        }
        for (int was = COLOUR_GREEN; was <= COLOUR_RED; was++) {
            arena_init(&arena, scratch, sizeof(scratch));
            policy_rerate(p, &facts, (enum colour)was, 7, &arena, &r);
            assert_true(r.colour >= (enum colour)was);
            if (r.colour == (enum colour)was) assert_true(r.score >= 7);
        }
    }
    policy_close(p);
}

#define PROBLEM(file, words)                              \
    struct policy_report *const r = policy_report_open(); \
    struct policy_problem const one = assert_problem(r, file, words);

static void a_misspelt_key_is_refused_with_its_line(void **state)
{
    (void)state;
    pack_edit("pack.yaml", "\nowner:", "\nowners:");
    PROBLEM("pack.yaml", "owners");
    assert_true(one.line > 1);
    policy_report_close(r);
}

static void a_span_nobody_knows_is_refused(void **state)
{
    (void)state;
    pack_edit("pack.yaml", "red: 1h", "red: 1fortnight");
    PROBLEM("pack.yaml", "1fortnight");
    (void)one;
    policy_report_close(r);
}

#define KEPT(text) pack_edit("pack.yaml", "mash: mash", "mash: mash\nretention:\n  void: " text)

static void how_long_a_class_is_kept_is_the_councils_to_say_and_nothing_is_by_default(void **state)
{
    static const char *const bad[] = {"0 years",       "six years", "6",       "6 yrs",
                                      "6 years or so", "201 years", "-1 days", "1000000 days"};
    char text[POLICY_KEEP_MAX];
    (void)state;
    struct policy *p = pack_opened();
    for (int c = 0; c < RETENTION_COUNT; c++)
        assert_int_equal(policy_info(p)->retention.rules[c].amount, 0);
    policy_close(p);
    KEPT("{keep: 18 months, basis: \"row 12\"}");
    p = pack_opened();
    struct retention_rule const *rule = &policy_info(p)->retention.rules[RETENTION_VOID];
    policy_keep_text(rule, text, sizeof(text));
    assert_string_equal(text, "18 months");
    assert_string_equal(rule->basis, "row 12");
    policy_close(p);
    char now[64], next[64];
    snprintf(now, sizeof(now), "keep: 18 months");
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        snprintf(next, sizeof(next), "keep: %s", bad[i]);
        pack_edit("pack.yaml", now, next);
        PROBLEM("pack.yaml", "retention.void.keep");
        assert_true(one.line > 1);
        policy_report_close(r);
        memcpy(now, next, sizeof(now));
    }
}

static void a_basis_is_needed_and_a_class_that_is_none_is_refused(void **state)
{
    (void)state;
    KEPT("{keep: 1 day, basis: \" \"}");
    PROBLEM("pack.yaml", "retention.void.basis");
    (void)one;
    policy_report_close(r);
    pack_edit("pack.yaml", "  void: {keep", "  voids: {keep");
    assert_int_equal(policy_open(&(struct policy *){NULL}, pack, NULL), ERR_POLICY);
}

static void an_input_that_is_no_fact_is_refused(void **state)
{
    (void)state;
    pack_edit("rating.dmn", "name=\"immediate_danger\"", "name=\"imediate_danger\"");
    PROBLEM("rating.dmn", "no fact has this name");
    assert_true(one.line > 1);
    policy_report_close(r);
}

static void a_team_id_that_no_case_can_hold_is_refused_with_its_line(void **state)
{
    static const char *const ids[] = {"Contact", "_contact", "a contact", "k\xc3\xb6ln",
                                      "a_team_whose_name_has_32_letters"};
    (void)state;
    for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++) {
        char to[80];
        snprintf(to, sizeof(to), "{id: %s, name: Adult care", ids[i]);
        pack_edit("pack.yaml", "{id: contact, name: Adult care", to);
        PROBLEM("pack.yaml", "a team's id is at most 31");
        assert_int_equal(one.line, 24);
        policy_report_close(r);
        pack_edit("pack.yaml", to, "{id: contact, name: Adult care");
    }
}

static void a_broken_cell_names_table_row_and_column(void **state)
{
    (void)state;
    pack_edit("routing.dmn", "<text>-</text>", "<text>&lt; &lt;</text>");
    PROBLEM("routing.dmn", "expression is expected");
    assert_true(one.line > 1);
    assert_true(one.row >= 1);
    assert_true(one.column >= 1);
    assert_true(*one.decision);
    policy_report_close(r);
}

static void a_missing_part_is_refused(void **state)
{
    (void)state;
    assert_int_equal(remove(pack_file("rerating.dmn")), 0);
    PROBLEM("rerating.dmn", "every pack has this file");
    (void)one;
    policy_report_close(r);
}

static void a_holiday_that_is_no_date_is_refused_with_its_line(void **state)
{
    (void)state;
    pack_edit("holidays.csv", "2025-04-18", "18/04/2025");
    PROBLEM("holidays.csv", "18/04/2025");
    assert_int_equal(one.line, 3);
    policy_report_close(r);
}

static void a_folder_that_is_not_there_is_refused(void **state)
{
    struct policy *p;
    (void)state;
    assert_int_equal(policy_open(&p, "/nonexistent/pack", NULL), ERR_POLICY);
}

static void a_team_of_no_list_is_found_by_check(void **state)
{
    char *text = NULL;
    size_t size;
    (void)state;
    pack_edit("routing.dmn", "<text>\"out_of_hours\"</text>", "<text>\"nobody\"</text>");
    FILE *const out = open_memstream(&text, &size);
    assert_int_equal(policy_check(pack, NULL, false, out, out), TOOL_FOUND);
    fclose(out);
    assert_non_null(strstr(text, "'nobody'"));
    free(text);
}

static void the_pack_passes_its_own_examples(void **state)
{
    char *text = NULL;
    size_t size;
    (void)state;
    FILE *const out = open_memstream(&text, &size);
    int const answer = policy_test(pack, false, out, out);
    fclose(out);
    if (answer != TOOL_FINE) print_message("%s", text);
    assert_int_equal(answer, TOOL_FINE);
    free(text);
}

static void the_tables_are_shown_as_a_person_would_say_them(void **state)
{
    static const char *const says[] = {
        "| 1 | has sexual or sexual_exploitation | - | yes |", // about_sex
        "| 2 | - | serious or critical | - |",                 // harm_weight
        "not said or moderate or serious or critical",         // falls_weight
        "more than 15",
        "2 or less",
        "anything but none or low", // ulcers, signs
    };
    char *text = NULL;
    size_t size;
    (void)state;
    FILE *out = open_memstream(&text, &size);
    assert_int_equal(policy_show(pack, POLICY_MARKDOWN, out, out), TOOL_FINE);
    fclose(out);
    for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++) {
        if (!strstr(text, says[i])) fail_msg("the page does not say: %s", says[i]);
    }
    free(text);
    pack_edit("threshold.dmn", "<text>You say that the adult is in danger now.</text>",
              "<text>&lt;script&gt;alert(1)&lt;/script&gt; &amp; more</text>");
    out = open_memstream(&text, &size);
    assert_int_equal(policy_show(pack, POLICY_HTML, out, out), TOOL_FINE);
    fclose(out);
    assert_null(strstr(text, "<script"));
    assert_non_null(strstr(text, "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_COPY(a_pack_says_who_it_is),
        ON_A_COPY(a_postcode_finds_its_team_whatever_its_spacing),
        ON_A_COPY(the_digest_knows_every_byte),
        ON_A_COPY(danger_now_is_red_and_says_why),
        ON_A_COPY(nothing_known_is_never_below_the_threshold),
        ON_A_COPY(without_memory_the_verdict_is_red_unscreened_to_the_mash),
        ON_A_COPY(a_rating_is_never_lowered),
        ON_A_COPY(a_misspelt_key_is_refused_with_its_line),
        ON_A_COPY(a_span_nobody_knows_is_refused),
        ON_A_COPY(how_long_a_class_is_kept_is_the_councils_to_say_and_nothing_is_by_default),
        ON_A_COPY(a_basis_is_needed_and_a_class_that_is_none_is_refused),
        ON_A_COPY(a_team_id_that_no_case_can_hold_is_refused_with_its_line),
        ON_A_COPY(an_input_that_is_no_fact_is_refused),
        ON_A_COPY(a_broken_cell_names_table_row_and_column),
        ON_A_COPY(a_missing_part_is_refused),
        ON_A_COPY(neither_yes_nor_no_is_refused_with_its_line),
        ON_A_COPY(a_holiday_that_is_no_date_is_refused_with_its_line),
        cmocka_unit_test(a_folder_that_is_not_there_is_refused),
        ON_A_COPY(a_team_of_no_list_is_found_by_check),
        ON_A_COPY(the_pack_passes_its_own_examples),
        ON_A_COPY(the_tables_are_shown_as_a_person_would_say_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
