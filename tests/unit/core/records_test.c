// What records are folded into beside cases: the council's own row, errands, facts that follow
// from others, the words of each; and the stories that reports are made of, at their edges.
#include "calendar.h"
#include "event.h"
#include "kinds.h"
#include "org.h"
#include "story.h"
#include "world.h"

#include <stdio.h>
#include <stdlib.h>

static struct area area;

static void fold(enum event_kind kind, uint64_t number, const char *worker, int64_t at_ms)
{
    struct event e = {.kind = kind, .number = number, .at_ms = at_ms};
    id_copy(e.worker, worker);
    id_copy(e.principal, "mash-desk");
    area_fold(&area, &e);
}

static void a_pack_that_two_agreed_on_names_both_and_ends_its_proposal(void **state)
{
    (void)state;
    area = (struct area){0};
    assert_false(area_proposal_stands(&area, WORLD_NOW_MS));
    fold(EVENT_PACK_PROPOSED, 7, "mary", WORLD_NOW_MS);
    assert_true(area_proposal_stands(&area, WORLD_NOW_MS + AREA_PROPOSAL_MS - 1));
    assert_false(area_proposal_stands(&area, WORLD_NOW_MS + AREA_PROPOSAL_MS));
    assert_string_equal(area.proposed_by, "mary");
    assert_string_equal(area.proposed_key, "mash-desk");
    fold(EVENT_POLICY, 7, "max", WORLD_NOW_MS + 1);
    assert_int_equal(area.policy, 7);
    assert_int_equal(area.policy_ms, WORLD_NOW_MS + 1);
    assert_string_equal(area.policy_by, "max");
    assert_string_equal(area.policy_proposed_by, "mary");
    assert_false(area_proposal_stands(&area, WORLD_NOW_MS + 2));
    fold(EVENT_PACK_PROPOSED, 8, "mary", WORLD_NOW_MS);
    fold(EVENT_POLICY, 9, "max", WORLD_NOW_MS); // another than the proposed one
    assert_string_equal(area.policy_proposed_by, "");
    fold(EVENT_PACK_PROPOSED, 10, "mary", WORLD_NOW_MS);
    fold(EVENT_POLICY, 10, "", WORLD_NOW_MS); // an operator, from the files
    assert_string_equal(area.policy_by, "");
    assert_string_equal(area.policy_proposed_by, "");
    fold(EVENT_PACK_PROPOSED, 11, "mary", WORLD_NOW_MS);
    fold(EVENT_PACK_WITHDRAWN, 11, "mary", WORLD_NOW_MS);
    assert_false(area_proposal_stands(&area, WORLD_NOW_MS));
    assert_int_equal(area.policy, 10);
}

static void a_clock_is_suspected_until_somebody_confirms_it(void **state)
{
    (void)state;
    area = (struct area){0};
    fold(EVENT_CLOCK_SUSPECT, 1, "", WORLD_NOW_MS);
    assert_true(area.clock_suspect);
    fold(EVENT_REGISTRY, 44, "", WORLD_NOW_MS);
    assert_int_equal(area.registry, 44);
    assert_true(area.clock_suspect);
    fold(EVENT_CLOCK_CONFIRMED, 0, "max", WORLD_NOW_MS);
    assert_false(area.clock_suspect);
    fold(EVENT_STARTED, 1, "", WORLD_NOW_MS);
    assert_true(area.clock_suspect);
}

#define CHANGE_NUM(name)   changed.name++;
#define CHANGE_SMALL(name) changed.name++;
#define CHANGE_TEXT(name)  changed.name[0] = 'x';
#define DIFFERS(number, type, name)                                      \
    {                                                                    \
        struct errand changed = same;                                    \
        CHANGE_##type(name) assert_false(errand_equal(&same, &changed)); \
    }

static void two_errands_are_equal_in_every_field_or_not(void **state)
{
    struct errand const same = {.number = 1};
    (void)state;
    assert_true(errand_equal(&same, &same));
    ERRAND_FIELDS(DIFFERS)
}

static void two_cases_differ_in_their_number_steps_commands_and_errands(void **state)
{
    struct casefile const same = {.no = 1};
    struct casefile changed = same;
    (void)state;
    changed.no = 2;
    assert_string_equal(casefile_difference(&same, &changed), "no");
    changed = same;
    changed.version = 1;
    assert_string_equal(casefile_difference(&same, &changed), "version");
    changed = same;
    changed.last_seq = 1;
    assert_string_equal(casefile_difference(&same, &changed), "last_seq");
    changed = same;
    casefile_command_keep(&changed, 5, 6);
    assert_string_equal(casefile_difference(&same, &changed), "commands");
    struct errand its[1] = {{0}}, others[1] = {{0}};
    changed = same;
    changed.n_errands = 1;
    changed.errands = its;
    assert_string_equal(casefile_difference(&same, &changed), "errands");
    struct casefile other = changed;
    other.errands = others;
    assert_null(casefile_difference(&other, &changed));
    its[0].number = 1;
    assert_string_equal(casefile_difference(&other, &changed), "errands");
    assert_non_null(casefile_errand(&changed, 1));
    assert_null(casefile_errand(&changed, 2));
}

static void every_list_has_a_word_for_each_of_its_numbers_and_none_beyond(void **state)
{
    (void)state;
    assert_string_equal(errand_kind_word(ERRAND_QUESTION), "question");
    assert_string_equal(errand_kind_word((enum errand_kind)99), "?");
    assert_string_equal(errand_state_word(ERRAND_OPEN), "open");
    assert_string_equal(errand_state_word((enum errand_state)99), "?");
    assert_string_not_equal(org_key_word(ORG_KEY_PLACE), "?");
    assert_string_equal(org_key_word((enum org_key)99), "?");
    assert_string_not_equal(org_rule_word(ORG_RULE_REDS), "?");
    assert_string_equal(org_rule_word((enum org_rule)99), "?");
    assert_int_equal(fact_code_from(FACT_AGE_YEARS, "eighty"), -1); // a number has no codes
    assert_int_equal(fact_code_from(FACT_SOURCE_CATEGORY, "nobody"), -1);
    assert_int_equal(fact_from("no_such_fact"), -1);
    for (unsigned i = 0; i < FACT_COUNT; i++) assert_int_equal(fact_from(FACTS[i].name), i);
}

static void what_counts_for_a_pattern_is_a_concern_whatever_it_came_as(void **state)
{
    (void)state;
    assert_true(kind_counts(KIND_NONE)); // of before there were kinds
    assert_true(kind_counts(KIND_CONCERN));
    assert_false(kind_counts(KIND_DOLS));
    assert_false(kind_counts(9999));
    assert_int_equal(org_key_hash(ORG_KEY_PLACE, 0), 0); // nothing is known, and nothing counted
    assert_int_not_equal(org_key_hash(ORG_KEY_PLACE, 5), org_key_hash(ORG_KEY_SOURCE, 5));
}

static int32_t setting(const char *area_of_abuse, const char *source)
{
    struct facts f;
    facts_clear(&f);
    if (area_of_abuse)
        f.value[FACT_AREA_OF_ABUSE] = fact_code_from(FACT_AREA_OF_ABUSE, area_of_abuse);
    if (source) f.value[FACT_SOURCE_CATEGORY] = fact_code_from(FACT_SOURCE_CATEGORY, source);
    facts_follow(&f);
    return f.value[FACT_CARE_SETTING];
}

static void a_care_setting_is_known_by_place_or_by_who_may_have_caused_it(void **state)
{
    (void)state;
    assert_int_equal(setting("care_home_nursing", NULL), 1);
    assert_int_equal(setting("own_home", "paid_carer"), 1);
    assert_int_equal(setting(NULL, "professional"), 1);
    assert_int_equal(setting("own_home", "family"), 0);
    assert_int_equal(setting("own_home", NULL), FACT_UNKNOWN);
    assert_int_equal(setting(NULL, "family"), FACT_UNKNOWN);
    assert_int_equal(setting(NULL, NULL), FACT_UNKNOWN);
}

static void an_age_says_whether_it_is_a_child(void **state)
{
    struct facts f;
    (void)state;
    facts_clear(&f);
    facts_follow(&f);
    assert_int_equal(f.value[FACT_UNDER_18], FACT_UNKNOWN);
    f.value[FACT_AGE_YEARS] = 17;
    facts_follow(&f);
    assert_int_equal(f.value[FACT_UNDER_18], 1);
    f.value[FACT_AGE_YEARS] = 18;
    facts_follow(&f);
    assert_int_equal(f.value[FACT_UNDER_18], 0);
}

// --- Stories. ---

static struct stories stories;
static void *lent;

static int stories_setup(void **state)
{
    (void)state;
    lent = calloc(1, stories_bytes(3));
    assert_non_null(lent);
    stories_init(&stories, lent, 3, WORLD_NOW_MS + DAY_MS);
    return 0;
}

static int stories_teardown(void **state)
{
    (void)state;
    free(lent);
    return 0;
}

static struct casefile came(uint64_t no)
{
    struct casefile f = {.no = no,
                         .kind = KIND_CONCERN,
                         .state = STATE_QUEUED,
                         .colour = COLOUR_RED,
                         .received_ms = WORLD_NOW_MS,
                         .decide_by_ms = WORLD_NOW_MS + HOUR_MS};
    id_copy(f.team, "mash");
    return f;
}

static void tell(struct casefile *f, enum event_kind kind, enum state state, int64_t at_ms)
{
    struct event e = {.kind = kind, .at_ms = at_ms};
    id_copy(e.worker, "ana");
    id_copy(e.notices[0].recipient, "home-a");
    e.notices[0].cursor = 1;
    e.n_notices = kind == EVENT_DECIDED;
    f->state = (int32_t)state;
    stories_after(&stories, f->no, &e, f);
}

static void a_story_keeps_its_first_look_and_its_first_decision(void **state)
{
    struct casefile f = came(1);
    struct story const *t = &stories.cases[1];
    (void)state;
    id_copy(f.why_table, "rating");
    f.why_row = 0; // no row of it, but what it says of itself
    tell(&f, EVENT_RECEIVED, STATE_QUEUED, WORLD_NOW_MS);
    assert_string_equal(stories_name(&stories, t->rule), "rating");
    f.why_row = 1000000; // more rows than a table has
    tell(&f, EVENT_RECEIVED, STATE_QUEUED, WORLD_NOW_MS);
    assert_string_equal(stories_name(&stories, t->rule), "rating");
    tell(&f, EVENT_CLAIMED, STATE_IN_TRIAGE, WORLD_NOW_MS + MINUTE_MS);
    tell(&f, EVENT_RETURNED, STATE_QUEUED, WORLD_NOW_MS + 2 * MINUTE_MS);
    tell(&f, EVENT_CLAIMED, STATE_IN_TRIAGE, WORLD_NOW_MS + 3 * MINUTE_MS);
    assert_int_equal(t->taken_s, (WORLD_NOW_MS + MINUTE_MS) / SECOND_MS);
    f.outcome = OUTCOME_NOT_MET;
    f.not_met_reason = 99; // of a later release
    id_copy(f.decider, "ben");
    tell(&f, EVENT_DECIDED, STATE_DECIDED_NOT_MET, WORLD_NOW_MS + 4 * MINUTE_MS);
    assert_string_equal(stories_name(&stories, t->made), "not_met");
    assert_string_equal(stories_name(&stories, t->decider), "ben");
    f.decider[0] = '\0';
    tell(&f, EVENT_DECIDED, STATE_DECIDED_NOT_MET, WORLD_NOW_MS + 5 * MINUTE_MS);
    assert_int_equal(t->decided_s, (WORLD_NOW_MS + 4 * MINUTE_MS) / SECOND_MS);
    assert_false(t->flags & STORY_READ);
    tell(&f, EVENT_NOTICE_READ, STATE_DECIDED_NOT_MET, WORLD_NOW_MS + 6 * MINUTE_MS);
    tell(&f, EVENT_PHONE_CONFIRMED, STATE_DECIDED_NOT_MET, WORLD_NOW_MS + 7 * MINUTE_MS);
    assert_true(t->flags & STORY_READ);
    assert_int_equal(t->told_s, (WORLD_NOW_MS + 6 * MINUTE_MS) / SECOND_MS);
}

static void a_closed_story_keeps_the_day_until_it_is_open_again(void **state)
{
    struct casefile f = came(2);
    struct story const *t = &stories.cases[2];
    (void)state;
    tell(&f, EVENT_RECEIVED, STATE_QUEUED, WORLD_NOW_MS);
    tell(&f, EVENT_NOTICE_READ, STATE_QUEUED, WORLD_NOW_MS); // of its receipt, not of a decision
    assert_false(t->flags & STORY_READ);
    f.outcome = OUTCOME_MET;
    tell(&f, EVENT_SETTLED, STATE_DECIDED_MET, WORLD_NOW_MS + 1000); // whoever wrote it decided it
    assert_string_equal(stories_name(&stories, t->decider), "ana");
    assert_false(t->flags & STORY_OWED); // nobody was to be told
    tell(&f, EVENT_PHONE_CONFIRMED, STATE_DECIDED_MET, WORLD_NOW_MS + 1500);
    assert_int_equal(t->told_s, 0);
    id_copy(f.lead, "ben");
    tell(&f, EVENT_ALLOCATED, STATE_ENQUIRY, WORLD_NOW_MS + 2000);
    tell(&f, EVENT_SUPPLEMENTED, STATE_ENQUIRY, WORLD_NOW_MS + 3000);
    assert_int_equal(t->led_s, WORLD_NOW_MS / SECOND_MS + 2);
    tell(&f, EVENT_SIGNED_OFF, STATE_CLOSED, WORLD_NOW_MS + 4000);
    tell(&f, EVENT_SUPPLEMENTED, STATE_CLOSED, WORLD_NOW_MS + 5000);
    assert_int_equal(t->closed_s, WORLD_NOW_MS / SECOND_MS + 4);
    tell(&f, EVENT_REASSESSED, STATE_QUEUED, WORLD_NOW_MS + 6000);
    assert_int_equal(t->closed_s, 0);
    assert_true(t->flags & STORY_REOPENED);
    assert_false(t->flags & STORY_RISEN); // the same colour
    tell(&f, EVENT_SUPPLEMENTED, STATE_CLOSED,
         WORLD_NOW_MS + DAY_MS); // after the day of the report
    assert_int_equal(t->state, STATE_QUEUED);
    struct event late = {.kind = EVENT_RECEIPTED, .number = 9, .at_ms = WORLD_NOW_MS + DAY_MS};
    id_copy(late.principal, "home-a");
    stories_receipt(&stories, &late);
    assert_int_equal(t->told_s, 0);
}

static void instants_that_no_second_can_hold_are_the_last_or_none(void **state)
{
    struct casefile f = came(3);
    (void)state;
    f.received_ms = -5 * SECOND_MS;
    f.decide_by_ms = INT64_MAX;
    tell(&f, EVENT_RECEIVED, STATE_QUEUED, WORLD_NOW_MS);
    assert_int_equal(stories.cases[3].received_s, 0);
    assert_int_equal(stories.cases[3].decide_by_s, UINT32_MAX);
}

static void more_names_than_there_is_room_for_are_the_others(void **state)
{
    struct casefile f = came(1);
    (void)state;
    while (stories.n_names <= STORY_NAMES_MAX) {
        snprintf(f.team, sizeof f.team, "team-%u", stories.n_names);
        tell(&f, EVENT_SUPPLEMENTED, STATE_QUEUED, WORLD_NOW_MS);
    }
    uint16_t const last = stories.cases[1].team;
    id_copy(f.team, "one-more");
    tell(&f, EVENT_SUPPLEMENTED, STATE_QUEUED, WORLD_NOW_MS);
    assert_int_equal(stories.cases[1].team, 1);
    snprintf(f.team, sizeof f.team, "team-%u", STORY_NAMES_MAX); // and who has a name keeps it
    tell(&f, EVENT_SUPPLEMENTED, STATE_QUEUED, WORLD_NOW_MS);
    assert_int_equal(stories.cases[1].team, last);
}

#define S(name) cmocka_unit_test_setup_teardown(name, stories_setup, stories_teardown)

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(a_pack_that_two_agreed_on_names_both_and_ends_its_proposal),
        cmocka_unit_test(a_clock_is_suspected_until_somebody_confirms_it),
        cmocka_unit_test(two_errands_are_equal_in_every_field_or_not),
        cmocka_unit_test(two_cases_differ_in_their_number_steps_commands_and_errands),
        cmocka_unit_test(every_list_has_a_word_for_each_of_its_numbers_and_none_beyond),
        cmocka_unit_test(what_counts_for_a_pattern_is_a_concern_whatever_it_came_as),
        cmocka_unit_test(a_care_setting_is_known_by_place_or_by_who_may_have_caused_it),
        cmocka_unit_test(an_age_says_whether_it_is_a_child),
        S(a_story_keeps_its_first_look_and_its_first_decision),
        S(a_closed_story_keeps_the_day_until_it_is_open_again),
        S(instants_that_no_second_can_hold_are_the_last_or_none),
        S(more_names_than_there_is_room_for_are_the_others),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
