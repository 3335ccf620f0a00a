// Why a decision reads as it does, to each who may see it.
#include "plain_policy.h"
#include "world.h"

static Triage__V1__Reason *reason_of(Triage__V1__Reason **list, size_t n, const char *decision)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->decision, decision) == 0) return list[i];
    return NULL;
}

static Triage__V1__Notice *not_met_notice(struct world *w)
{
    (void)world_submit(w, HOME, 1, DANGER_NO);
    (void)world_ask(w, HOME, ask_follow_notices(0, 10));
    struct held const h = world_claim(w, MASH_DESK, "ada", 100);
    Triage__V1__Reply *r =
        world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET, "ada", 101));
    assert_int_equal(r->status, STATUS(OK));
    Triage__V1__Notice *n = world_reply(w, HOME, 0)->notices->notices[0];
    assert_string_equal(n->code, "not_met");
    return n;
}

static void what_was_missing_is_told_as_questions_and_is_whole_after_a_restart(void **state)
{
    struct world *w = world_of(state);
    (void)not_met_notice(w);
    for (int restart = 0; restart < 2; restart++) {
        world_forget_sent(w);
        (void)world_ask(w, HOME, ask_follow_notices(1, 10));
        Triage__V1__Notice const *n = world_reply(w, HOME, 0)->notices->notices[0];
        assert_int_equal(n->n_what_was_missing, 1);
        Triage__V1__MissingSet const *set = n->what_was_missing[0];
        assert_int_equal(set->n_facts, 3);
        assert_int_equal(set->n_questions, 3);
        assert_string_equal(set->facts[0], "care_and_support_needs");
        for (size_t i = 0; i < set->n_questions; i++)
            assert_non_null(strchr(set->questions[i], '?'));
        world_reopen(w);
    }
}

static void a_decision_for_an_enquiry_says_nothing_was_missing(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    (void)world_ask(w, HOME, ask_follow_notices(0, 10));
    struct held const h = world_claim(w, MASH_DESK, "ada", 100);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_MET, "ada", 101));
    Triage__V1__Notice const *n = world_reply(w, HOME, 0)->notices->notices[0];
    assert_string_equal(n->code, "met");
    assert_int_equal(n->n_what_was_missing, 0);
}

static Triage__V1__CaseReport *look(struct world *w, const char *reference, unsigned id)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", id, LOOK, look, Look, LOOK, q.reference = TEXT(reference),
        q.reason = TEXT("to read it"));
    assert_int_equal(r->status, STATUS(OK));
    return r->look;
}

static void a_desk_sees_what_the_council_knows_and_a_sender_does_not(void **state)
{
    struct world *w = world_of(state);
    char reference[16] = "";
    for (unsigned k = 1; k <= 4; k++) {
        struct concern_of const same = {.name = "Invented Person", .danger = DANGER_NO};
        Triage__V1__Reply const *r = world_ask(w, HOME, ask_submit(k, &same));
        (void)strncpy(reference, r->submit->receipts[0]->adults[0]->reference, 15);
    }
    Triage__V1__CaseReport const *seen = look(w, reference, 10);
    Triage__V1__Reason const *council = NULL;
    for (size_t i = 0; i < seen->n_explanation; i++)
        if (seen->explanation[i]->council_only) council = seen->explanation[i];
    assert_non_null(council);
    assert_string_equal(council->rests_on[0]->fact, "adult_concerns_28_days");
    assert_string_equal(council->rests_on[0]->said, "3 concerns");

    Triage__V1__Submission *sub =
        ask_submit(9, &(struct concern_of){.danger = DANGER_NO})->submit->submissions[0];
    Triage__V1__Reply *r = NULL;
    ASK(r, w, HOME, NULL, 0, DRY_RUN, dry_run, DryRun, DRY_RUN, q.submission = sub);
    Triage__V1__AdultView const *view = r->dry_run->adults[0];
    assert_true(view->n_reasons > 0);
    for (size_t i = 0; i < view->n_reasons; i++) assert_false(view->reasons[i]->council_only);
    Triage__V1__Reason const *rating = reason_of(view->reasons, view->n_reasons, "rating");
    assert_string_equal(rating->rests_on[0]->said, "no");
}

static void rows_of_another_pack_explain_nothing(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply const *r = world_submit(w, HOME, 1, DANGER_NO);
    char reference[16] = "";
    (void)strncpy(reference, r->submit->receipts[0]->adults[0]->reference, 15);
    assert_true(look(w, reference, 10)->n_explanation > 0);
    plain_policy_version("2");
    desk_set_policy(w->desk, plain_policy(), w->now);
    assert_int_equal(look(w, reference, 11)->n_explanation, 0);
}

static void a_referrer_is_told_no_version(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply const *r = world_submit(w, HOME, 1, DANGER_NO);
    char reference[16] = "";
    (void)strncpy(reference, r->submit->receipts[0]->adults[0]->reference, 15);
    assert_int_equal(world_ask(w, HOME, ask_status(reference))->case_->case_->version, 0);
    assert_true(world_ask(w, MASH_DESK, ask_status(reference))->case_->case_->version > 0);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(what_was_missing_is_told_as_questions_and_is_whole_after_a_restart),
        T(a_decision_for_an_enquiry_says_nothing_was_missing),
        T(a_desk_sees_what_the_council_knows_and_a_sender_does_not),
        T(rows_of_another_pack_explain_nothing),
        T(a_referrer_is_told_no_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
