#include "judge.h"

#include <string.h>

static void every_state_command_and_actor_is_done_or_refused_in_words(void **state)
{
    (void)state;
    for (int s = STATE_QUEUED; s <= STATE_LAST; s++) {
        struct casefile const f = world_case_in((enum state)s, now);
        for (int kind = 1; kind <= COMMAND_LEGAL_HOLD; kind++) {
            for (int outcome = OUTCOME_MET; outcome <= OUTCOME_FORWARD; outcome++) {
                for (int who = 0; who < WHO_ASKS_COUNT; who++) {
                    struct casefile after;
                    struct command c =
                        world_command((enum command_kind)kind, (enum who_asks)who, &f);
                    c.outcome = (enum outcome)outcome;
                    enum err const e = apply(&f, &c, &after);
                    if (e == OK) {
                        assert_int_equal(after.version, f.version + (result.changes ? 1 : 0));
                        assert_true(result.event != EVENT_NONE);
                    } else {
                        assert_non_null(result.refusal);
                        assert_true(strlen(result.refusal) > 10);
                        assert_int_equal(result.refusal[strlen(result.refusal) - 1], '.');
                    }
                }
            }
        }
    }
}

static void every_guard_speaks_in_sentences_of_plain_words(void **state)
{
    static const char *const never[] = {"limb", "refused by", "PiPoT", "conversion", "ERR_"};
    (void)state;
    for (size_t i = 0; i < MOVES_COUNT; i++) {
        for (size_t j = 0; MOVES[i].guards[j]; j++) {
            const struct guard *g = MOVES[i].guards[j];
            assert_true(g->words[strlen(g->words) - 1] == '.');
            for (size_t k = 0; k < sizeof(never) / sizeof(never[0]); k++) {
                assert_null(strstr(g->words, never[k]));
            }
        }
    }
}

static void nobody_else_learns_that_a_case_exists(void **state)
{
    static const enum who_asks strangers[] = {OTHER_PROVIDER, CORA, CARL, SUE};
    (void)state;
    struct casefile const f = world_case(1, COLOUR_RED, now);
    for (size_t i = 0; i < sizeof(strangers) / sizeof(strangers[0]); i++) {
        struct actor const a = world_actor(strangers[i]);
        assert_false(actor_sees(&a, &f, &world_rules));
        for (int kind = 1; kind <= COMMAND_LEGAL_HOLD; kind++) {
            refused(&f, world_command((enum command_kind)kind, strangers[i], &f), ERR_NOT_FOUND,
                    NULL);
        }
    }
}

static void a_vendor_speaks_for_those_who_enrolled_it_and_no_others(void **state)
{
    (void)state;
    struct casefile const f = world_case(1, COLOUR_RED, now);
    struct principal *b = world_principal("home-b");
    struct command c = world_command(COMMAND_SUPPLEMENT, OTHER_PROVIDER, &f);
    refused(&f, c, ERR_NOT_FOUND, NULL);
    id_copy(b->acts_for[b->n_acts_for++], "home-a");
    assert_int_equal(must(&f, c).flags & CASE_SUPPLEMENT_UNREAD, CASE_SUPPLEMENT_UNREAD);
}

static void a_withdrawn_key_and_a_worker_who_left_do_nothing(void **state)
{
    (void)state;
    struct casefile const f = world_case(1, COLOUR_RED, now);
    refused(&f, world_command(COMMAND_CLAIM, GONE, &f), ERR_FORBIDDEN, NULL);
    world_principal("desk-mash")->active = false;
    refused(&f, world_command(COMMAND_CLAIM, ANA, &f), ERR_FORBIDDEN, NULL);
    refused(&f, world_command(COMMAND_CLAIM, NOBODY, &f), ERR_FORBIDDEN, NULL);
}

static void auditors_and_operators_change_nothing_that_a_case_says(void **state)
{
    (void)state;
    for (int s = STATE_QUEUED; s < STATE_CLOSED; s++) {
        struct casefile const f = world_case_in((enum state)s, now);
        for (int kind = 1; kind <= COMMAND_LEGAL_HOLD; kind++) {
            struct casefile after;
            struct command c = world_command((enum command_kind)kind, AUDITOR, &f);
            if (apply(&f, &c, &after) == OK) assert_false(result.changes);
            c.actor = world_actor(OPERATOR);
            assert_int_not_equal(apply(&f, &c, &after), OK);
        }
    }
}

static void a_stale_version_or_an_old_token_is_a_conflict(void **state)
{
    (void)state;
    struct casefile const f = triaged(COLOUR_GREEN);
    struct command c = world_command(COMMAND_EXTEND, ANA, &f);
    c.has_version = true;
    c.expected_version = f.version - 1;
    refused(&f, c, ERR_CONFLICT, NULL);
    c.expected_version = f.version;
    assert_int_equal(must(&f, c).version, f.version + 1);
    c.token--;
    refused(&f, c, ERR_CONFLICT, NULL);
}

static void one_of_two_desks_gets_the_case(void **state)
{
    (void)state;
    struct casefile const f = world_case(1, COLOUR_RED, now);
    struct casefile const held = done(&f, COMMAND_CLAIM, ANA);
    refused(&held, world_command(COMMAND_CLAIM, BEN, &held), ERR_CONFLICT, NULL);
    assert_string_equal(held.lease_worker, "ana");
    assert_int_equal(held.lease_until_ms, now.utc_ms + HOUR_MS);
}

static void what_comes_back_keeps_colour_score_and_age(void **state)
{
    (void)state;
    struct casefile const f = world_case(1, COLOUR_RED, now);
    struct casefile const held = done(&f, COMMAND_CLAIM, ANA);
    now.utc_ms += HOUR_MS;
    struct casefile const lapsed = done(&held, COMMAND_LEASE_EXPIRE, THE_CLOCK);
    assert_int_equal(lapsed.state, STATE_QUEUED);
    assert_int_equal(lapsed.colour, f.colour);
    assert_int_equal(lapsed.score, f.score);
    assert_int_equal(lapsed.received_ms, f.received_ms);
    assert_int_equal(lapsed.decide_by_ms, f.decide_by_ms);
    assert_int_equal(lapsed.lapses, 1);
    struct casefile const again = done(&lapsed, COMMAND_CLAIM, BEN);
    assert_int_equal(again.lease_token, held.lease_token + 1);
    struct command late = world_command(COMMAND_RETURN, ANA, &again);
    late.token = (uint64_t)held.lease_token;
    refused(&again, late, ERR_CONFLICT, NULL);
}

static void a_lease_runs_until_its_time_or_until_its_holder_is_gone(void **state)
{
    (void)state;
    struct casefile const held = triaged(COLOUR_RED);
    refused(&held, world_command(COMMAND_LEASE_EXPIRE, THE_CLOCK, &held), ERR_CONFLICT, NULL);
    world_worker("ana")->active = false;
    assert_int_equal(done(&held, COMMAND_LEASE_EXPIRE, THE_CLOCK).state, STATE_QUEUED);
    world_worker("ana")->active = true;
    world_principal("desk-mash")->active = false;
    assert_int_equal(done(&held, COMMAND_LEASE_EXPIRE, THE_CLOCK).state, STATE_QUEUED);
}

static void at_night_the_duty_worker_stands_in_and_keeps_it_until_morning(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    refused(&f, world_command(COMMAND_CLAIM, NORA, &f), ERR_FORBIDDEN, NULL); // 10:00
    now.utc_ms += 10 * HOUR_MS;                                               // 20:00
    struct casefile const held = done(&f, COMMAND_CLAIM, NORA);
    assert_int_equal(held.lease_until_ms, calendar_next_open(&world_calendar, now.utc_ms));
    id_copy(f.team, "night"); // and in the morning the MASH takes over what the night left
    assert_int_equal(done(&f, COMMAND_CLAIM, ANA).state, STATE_IN_TRIAGE);
    assert_int_equal(done(&f, COMMAND_CLAIM, NORA).state, STATE_IN_TRIAGE);
}

static void a_restricted_case_is_taken_and_read_by_managers_only(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    f.flags |= CASE_RESTRICTED;
    refused(&f, world_command(COMMAND_CLAIM, ANA, &f), ERR_FORBIDDEN, NULL);
    refused(&f, world_command(COMMAND_LOOK, ANA, &f), ERR_FORBIDDEN, NULL);
    assert_int_equal(done(&f, COMMAND_CLAIM, MARY).state, STATE_IN_TRIAGE);
    done(&f, COMMAND_LOOK, MARY);
    assert_false(result.changes);
}

static void what_may_be_done_is_what_can_be_done(void **state)
{
    (void)state;
    struct command_action actions[COMMAND_ACTIONS_MAX];
    for (int s = STATE_QUEUED; s <= STATE_CLOSED; s++) {
        struct casefile const f = world_case_in((enum state)s, now);
        for (int who = 1; who < WHO_ASKS_COUNT; who++) {
            struct actor const a = world_actor((enum who_asks)who);
            size_t const n = command_actions(&world_rules, &f, &a, now, actions);
            assert_true(n > 20 && n <= COMMAND_ACTIONS_MAX);
            for (size_t i = 0; i < n; i++) {
                assert_int_equal(actions[i].open, actions[i].why_not[0] == '\0');
                bool any = false;
                for (int o = OUTCOME_MET; o <= OUTCOME_FORWARD; o++) {
                    struct casefile after;
                    struct command c = world_command(actions[i].kind, (enum who_asks)who, &f);
                    c.outcome = (enum outcome)o;
                    if (apply(&f, &c, &after) == OK) any = true;
                }
                if (any) assert_true(actions[i].open);
            }
        }
    }
}

static void a_case_begins_queued_with_its_clocks_and_what_cannot_be_rated_is_red(void **state)
{
    (void)state;
    struct reception in = {.no = 9,
                           .colour = COLOUR_GREEN,
                           .unscreened = true,
                           .incident = 8,
                           .incident_cases = 2,
                           .submission_key = 4,
                           .referrer = "home-a",
                           .team = "no-such-team"};
    struct casefile f;
    casefile_receive(&world_rules, &in, now, &f);
    assert_int_equal(f.colour, COLOUR_RED);
    assert_int_equal(f.flags & CASE_UNSCREENED, CASE_UNSCREENED);
    assert_string_equal(f.team, "mash");
    assert_int_equal(f.decide_by_ms, now.utc_ms + 4 * HOUR_MS);
    assert_int_equal(f.reassess_ms, now.utc_ms + 4 * HOUR_MS);
    assert_int_equal(f.holding_ms, now.utc_ms + DAY_MS);
    assert_int_equal(f.submission_key, 0); // on the first case of the submission alone
    assert_int_equal(fact_kept(&f.facts, FACT_SOURCE_TYPE), FACT_UNKNOWN);
    assert_int_equal(f.version, 1);
}

static bool sees(const char *principal, const char *worker, const struct casefile *f)
{
    struct actor const a = {.principal = world_principal(principal),
                            .worker = worker ? world_worker(worker) : NULL};
    return actor_sees(&a, f, &world_rules);
}

static void a_case_is_seen_by_the_key_and_the_person_of_its_team_together(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_RED, now);
    assert_true(sees("home-a", NULL, &f));
    struct actor const referrer = world_actor(THE_REFERRER);
    assert_false(actor_reads(&referrer, &f, &world_rules)); // what the council writes is its own
    assert_false(sees("surgery", "ana", &f)); // a person of the MASH at somebody else's key
    assert_false(sees("desk-north", NULL, &f));
    id_copy(f.team, "north");
    assert_true(sees("desk-north", NULL, &f));
    assert_true(sees("desk-north", "cora", &f));
    assert_false(sees("desk-north", "sue", &f)); // a person of another team at that desk
    id_copy(f.lead, "sue");
    assert_true(sees("desk-south", "sue", &f)); // who leads it, wherever
    world_worker("cora")->grade = GRADE_NONE;
    assert_false(sees("desk-north", "cora", &f));
    world_principal("desk-north")->role = ROLE_NONE;
    assert_false(sees("desk-north", "carl", &f));
    world_rules.out_of_hours = NULL; // a council without a duty team
    assert_false(sees("desk-night", "nora", &f));
}

static void who_reviews_a_challenge_sees_that_case_and_no_colleague_does(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_NOT_MET, now);
    world_errand(&f, COMMAND_DECIDE_CHALLENGE, now);
    id_copy(f.errands[0].who, "carl");
    assert_true(sees("desk-north", "carl", &f));
    assert_false(sees("desk-north", "cora", &f));
    f.errands[0].state = ERRAND_UPHELD; // answered
    assert_false(sees("desk-north", "carl", &f));
}

static void what_has_no_word_says_so(void **state)
{
    (void)state;
    assert_string_equal(command_word((enum command_kind)23), "?"); // a number never given
    assert_string_equal(command_word((enum command_kind)9999), "?");
    assert_string_equal(command_word(COMMAND_LEGAL_HOLD), "hold");
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_state_command_and_actor_is_done_or_refused_in_words),
        T(every_guard_speaks_in_sentences_of_plain_words),
        T(nobody_else_learns_that_a_case_exists),
        T(a_vendor_speaks_for_those_who_enrolled_it_and_no_others),
        T(a_withdrawn_key_and_a_worker_who_left_do_nothing),
        T(auditors_and_operators_change_nothing_that_a_case_says),
        T(a_stale_version_or_an_old_token_is_a_conflict),
        T(one_of_two_desks_gets_the_case),
        T(what_comes_back_keeps_colour_score_and_age),
        T(a_lease_runs_until_its_time_or_until_its_holder_is_gone),
        T(at_night_the_duty_worker_stands_in_and_keeps_it_until_morning),
        T(a_restricted_case_is_taken_and_read_by_managers_only),
        T(what_may_be_done_is_what_can_be_done),
        T(a_case_begins_queued_with_its_clocks_and_what_cannot_be_rated_is_red),
        T(a_case_is_seen_by_the_key_and_the_person_of_its_team_together),
        T(who_reviews_a_challenge_sees_that_case_and_no_colleague_does),
        T(what_has_no_word_says_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
