// A handover: the evidence that a team knows the adult, what bars it, and that somebody is there.
#include "judge.h"

#include <string.h>

static bool there, room;
static const char *asked_of;

static bool team_there(const void *ctx, const char *team)
{
    (void)ctx;
    asked_of = team;
    return there;
}

static bool team_room(const void *ctx, const char *team)
{
    (void)ctx;
    asked_of = team;
    return room;
}

static struct command offer(const struct casefile *f)
{
    struct command c = world_command(COMMAND_OFFER, ANA, f);
    c.team = "north";
    return c;
}

static void evidence_has_its_kind_its_source_and_a_date_that_fits(void **state)
{
    static const struct {
        int kind;
        int64_t days;
        bool fits;
    } rows[] = {
        {1, -2000, true}, {1, 0, true},   {1, 1, false},   {2, -90, true},
        {2, -91, false},  {2, 1, false},  {3, 0, true},    {3, 60, true},
        {3, 61, false},   {3, -1, false}, {4, -300, true}, {4, 1, false},
    };
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_MET, now);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct command c = offer(&f);
        c.relationship = rows[i].kind;
        c.relationship_ms = now.utc_ms + rows[i].days * DAY_MS;
        if (rows[i].fits)
            assert_int_equal(must(&f, c).relationship, rows[i].kind);
        else
            refused(&f, c, ERR_INVALID, "relationship_date_ms");
    }
    struct command c = offer(&f);
    c.relationship_ms = 0;
    refused(&f, c, ERR_INVALID, "relationship_date_ms");
    c = offer(&f);
    c.has_relationship_source = false;
    refused(&f, c, ERR_INVALID, "relationship_source");
    c.relationship = RELATIONSHIP_LAST + 1;
    refused(&f, c, ERR_INVALID, "relationship");
}

static void a_team_that_may_be_the_source_is_offered_nothing(void **state)
{
    static const enum answer not [] = {ANSWER_UNSET, ANSWER_YES, ANSWER_NOT_KNOWN};
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_MET, now);
    for (size_t i = 0; i < sizeof(not ) / sizeof(not [0]); i++) {
        struct command c = offer(&f);
        c.source_in_team = not [i];
        refused(&f, c, ERR_INVALID, "source_in_team");
    }
}

static void a_red_of_domestic_abuse_with_unsafe_contact_stays_with_the_mash(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    f.colour = COLOUR_RED;
    f.flags |= CASE_SAFE_CONTACT;
    must(&f, offer(&f)); // of another harm
    assert_true(fact_keep(&f.facts, FACT_HARM_TYPES, 1 << 7));
    assert_string_equal(FACT_CODES_HARM_TYPE[7], "domestic_abuse");
    refused(&f, offer(&f), ERR_CONFLICT, NULL);
    assert_non_null(strstr(result.refusal, "domestic abuse"));
    f.flags &= ~(int32_t)CASE_SAFE_CONTACT;
    must(&f, offer(&f));
    f.flags |= CASE_SAFE_CONTACT;
    f.colour = COLOUR_AMBER;
    must(&f, offer(&f));
    facts_kept_clear(&f.facts);
    f.colour = COLOUR_RED;
    f.kind = KIND_DOMESTIC_ABUSE;
    refused(&f, offer(&f), ERR_CONFLICT, NULL);
}

static void what_is_restricted_needs_a_manager_there_who_names_who_is_cleared(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    f.flags |= CASE_RESTRICTED;
    struct command c = offer(&f);
    c.team = "south"; // has a worker and no manager
    refused(&f, c, ERR_INVALID, "team");
    assert_non_null(strstr(result.refusal, "clear a worker"));
    f = must(&f, offer(&f));
    c = world_command(COMMAND_ACCEPT_OFFER, CORA, &f);
    c.lead = "cora";
    refused(&f, c, ERR_FORBIDDEN, NULL);
    assert_non_null(strstr(result.refusal, "A manager of the team accepts it"));
    struct actor cora = world_actor(CORA);
    assert_false(actor_reads(&cora, &f, &world_rules));
    c.actor = world_actor(CARL);
    f = must(&f, c);
    assert_true(actor_reads(&cora, &f, &world_rules)); // cleared: she leads it
}

static void somebody_is_there_and_has_room_or_their_manager_agreed(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_MET, now);
    world_rules.team_there = team_there;
    world_rules.team_room = team_room;
    for (int i = 0; i < 4; i++) {
        struct command c = offer(&f);
        there = i & 1;
        room = i >> 1;
        if (there && room) {
            must(&f, c);
            assert_string_equal(asked_of, "north");
            continue;
        }
        refused(&f, c, ERR_INVALID, "team");
        assert_non_null(strstr(result.refusal, there ? "as many enquiries" : "No desk of that"));
        c.who = "carl"; // manager there
        must(&f, c);
        c.who = "cora"; // works there and manages nobody
        refused(&f, c, ERR_INVALID, "agreed_by");
        c.who = "mary"; // manages elsewhere
        refused(&f, c, ERR_INVALID, "agreed_by");
        c.who = "nobody-here";
        refused(&f, c, ERR_INVALID, "agreed_by");
    }
}

static void a_team_at_its_cap_gets_another_lead_by_a_manager_alone(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_DECIDED_MET, now);
    world_rules.team_room = team_room;
    room = true;
    must(&f, world_command(COMMAND_ALLOCATE, ANA, &f));
    assert_string_equal(asked_of, "mash");
    room = false;
    refused(&f, world_command(COMMAND_ALLOCATE, ANA, &f), ERR_FORBIDDEN, "lead");
    assert_string_equal(must(&f, world_command(COMMAND_ALLOCATE, MARY, &f)).lead, "ana");
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(evidence_has_its_kind_its_source_and_a_date_that_fits),
        T(a_team_that_may_be_the_source_is_offered_nothing),
        T(a_red_of_domestic_abuse_with_unsafe_contact_stays_with_the_mash),
        T(what_is_restricted_needs_a_manager_there_who_names_who_is_cleared),
        T(somebody_is_there_and_has_room_or_their_manager_agreed),
        T(a_team_at_its_cap_gets_another_lead_by_a_manager_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
