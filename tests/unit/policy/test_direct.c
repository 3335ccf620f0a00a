// Where a concern goes that the routing table alone does not send there: to the team of an open
// case, and where what is as urgent as its sender's words goes.
#include "cmocka_all.h"
#include "pack_case.h"
#include "policy.h"

#include <string.h>

static uint8_t scratch[POLICY_SCRATCH_BYTES];

static struct verdict decided_with(struct policy *p, int32_t team, int32_t danger)
{
    struct arena arena;
    struct facts facts;
    struct verdict v;
    facts_clear(&facts);
    facts.value[FACT_OPEN_CASE] = team != FACT_UNKNOWN;
    facts.value[FACT_OPEN_CASE_TEAM] = team;
    facts.value[FACT_IMMEDIATE_DANGER] = danger;
    facts.value[FACT_TREATMENT_NEEDED] = 0;
    facts.value[FACT_SOURCE_STILL_HAS_ACCESS] = 0;
    arena_init(&arena, scratch, sizeof(scratch));
    policy_decide(p, &facts, &arena, &v);
    assert_false(v.unscreened);
    return v;
}

static size_t reasons_of(const struct verdict *v, const char *decision)
{
    size_t n = 0;
    for (size_t i = 0; i < v->n_reasons; i++) n += strcmp(v->reasons[i].decision, decision) == 0;
    return n;
}

static void an_open_case_takes_the_next_concern_along_where_the_council_chose_so(void **state)
{
    (void)state;
    struct policy *p = pack_opened();
    int const east = policy_team(p, "community_east"), quality = policy_team(p, "quality");
    struct verdict v = decided_with(p, east, 0);
    assert_int_equal(v.team, policy_info(p)->mash); // it did not
    assert_false(v.direct);
    policy_close(p);
    pack_edit("pack.yaml", "mash: mash\n", "mash: mash\nopen_case_direct: yes\n");
    p = pack_opened();
    v = decided_with(p, east, 0);
    assert_int_not_equal(v.colour, COLOUR_RED);
    assert_int_equal(v.team, east);
    assert_true(v.direct && v.council);
    assert_int_equal(reasons_of(&v, "route"), 0); // "The MASH sees every concern first" is not so
    assert_int_equal(reasons_of(&v, "open_case_direct"), 1);
    for (size_t i = 0; i < v.n_reasons; i++) {
        if (strcmp(v.reasons[i].decision, "open_case_direct") != 0) continue;
        assert_true(v.reasons[i].council_only); // a sender would learn of the open case
        assert_non_null(strstr(v.reasons[i].words, "Eastfield community team"));
    }
    v = decided_with(p, east, 1); // red
    assert_int_equal(v.team, policy_info(p)->mash);
    v = decided_with(p, quality, 0); // no community team
    assert_int_equal(v.team, policy_info(p)->mash);
    v = decided_with(p, FACT_UNKNOWN, 0);
    assert_int_equal(v.team, policy_info(p)->mash);
    assert_int_equal(reasons_of(&v, "route"), 1);
    policy_close(p);
}

// A council's own row that what it knows makes calmer.
static void calmer_where_others_told_of_it(void)
{
    static const char input[] = "<informationRequirement id=\"r_worst_colour_council_colour\">";
    static const char known[] =
        "<informationRequirement id=\"r_worst_colour_known\"><requiredInput "
        "href=\"#in_adult_concerns_28_days\"/></informationRequirement>"
        "<informationRequirement id=\"r_worst_colour_council_colour\">";
    pack_edit("rating.dmn", input, known);
    pack_edit("rating.dmn",
              "<text>[danger_colour, treatment_colour, access_colour, matter_colour, "
              "council_colour]</text>",
              "<text>if adult_concerns_28_days = null then [danger_colour, treatment_colour, "
              "access_colour, matter_colour, council_colour] else [\"green\"]</text>");
}

static void what_is_no_less_urgent_than_its_senders_words_goes_where_that_goes(void **state)
{
    struct arena arena;
    struct facts facts;
    struct verdict sender, council, v;
    (void)state;
    calmer_where_others_told_of_it();
    pack_edit("pack.yaml", "mash: mash\n", "mash: mash\nopen_case_direct: yes\n");
    struct policy *const p = pack_opened();
    arena_init(&arena, scratch, sizeof(scratch));
    facts_clear(&facts);
    facts.value[FACT_IMMEDIATE_DANGER] = 1;
    policy_decide(p, &facts, &arena, &sender);
    assert_int_equal(sender.colour, COLOUR_RED);
    facts.value[FACT_ADULT_CONCERNS_28_DAYS] = 1;
    facts.value[FACT_OPEN_CASE] = 1;
    facts.value[FACT_OPEN_CASE_TEAM] = policy_team(p, "community_east");
    for (int night = 0; night <= 1; night++) {
        facts.value[FACT_OUT_OF_HOURS] = night;
        policy_decide(p, &facts, &arena, &council);
        assert_false(council.unscreened);
        assert_int_equal(council.colour, COLOUR_GREEN);
        assert_true(council.direct);
        policy_decide_least(p, &facts, &sender, &arena, &v);
        assert_false(v.unscreened);
        assert_int_equal(v.colour, COLOUR_RED);
        assert_int_equal(v.score, sender.score);
        assert_string_equal(v.colour_table, sender.colour_table);
        assert_int_equal(v.colour_row, sender.colour_row);
        assert_false(v.direct);
        assert_int_equal(v.team, night ? policy_info(p)->out_of_hours : policy_info(p)->mash);
        assert_int_equal(reasons_of(&v, "open_case_direct"), 0);
        assert_int_equal(reasons_of(&v, "route"), 1);
        policy_decide_least(p, &facts, &council, &arena, &v); // no more urgent: as it was
        assert_int_equal(v.colour, COLOUR_GREEN);
        assert_int_equal(v.team, council.team);
        assert_int_equal(v.colour_row, council.colour_row);
    }
    policy_close(p);
}

static void a_handovers_bars_keep_it_with_the_mash(void **state)
{
    static const struct {
        enum fact fact;
        int32_t value;
    } bars[] = {{FACT_UNDER_18, 1},
                {FACT_ORGANISATION_UNDER_REVIEW, 1},
                {FACT_SOURCE_CATEGORY, 6}, // professional
                {FACT_KIND, KIND_DOMESTIC_ABUSE - 1}};
    struct arena arena;
    struct verdict v;
    (void)state;
    pack_edit("pack.yaml", "mash: mash\n", "mash: mash\nopen_case_direct: yes\n");
    struct policy *const p = pack_opened();
    assert_string_equal(FACT_CODES_SOURCE_CATEGORY[6], "professional");
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
        struct facts facts;
        facts_clear(&facts);
        facts.value[FACT_OPEN_CASE] = 1;
        facts.value[FACT_OPEN_CASE_TEAM] = policy_team(p, "community_east");
        facts.value[FACT_IMMEDIATE_DANGER] = 0;
        facts.value[bars[i].fact] = bars[i].value;
        arena_init(&arena, scratch, sizeof(scratch));
        policy_decide(p, &facts, &arena, &v);
        assert_int_equal(v.team, policy_info(p)->mash);
        assert_false(v.direct);
    }
    policy_close(p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_A_COPY(an_open_case_takes_the_next_concern_along_where_the_council_chose_so),
        ON_A_COPY(what_is_no_less_urgent_than_its_senders_words_goes_where_that_goes),
        ON_A_COPY(a_handovers_bars_keep_it_with_the_mash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
