// Work on a case: leases and their tokens, decisions alone and with a second person, to the end.
#include "world.h"

#define MET     TRIAGE__V1__OUTCOME__OUTCOME_MET
#define NOT_MET TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET
#define OTHER   TRIAGE__V1__OUTCOME__OUTCOME_OTHER_ENQUIRY
#define FORWARD TRIAGE__V1__OUTCOME__OUTCOME_FORWARD

static const char *last_notice(struct world *w, enum who who)
{
    char const *code = "";
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer == w->peers[who].id && r->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            code = r->notices->notices[r->notices->n_notices - 1]->code;
    }
    return code;
}

static void assert_state(struct world *w, const char *reference, Triage__V1__CaseState state)
{
    Triage__V1__Reply *r = world_ask(w, AUDITOR_KEY, ask_status(reference));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->case_->case_->state, state);
}

static struct held taken(struct world *w, enum danger danger)
{
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    (void)world_submit(w, HOME, 1, danger);
    return world_claim(w, MASH_DESK, "ada", 500);
}

static void refresh(struct world *w, struct held *h)
{
    h->version = world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->version;
}

// --- Leases. ---

static void of_two_desks_that_claim_at_once_one_wins_and_the_other_is_told(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *s = world_submit(w, HOME, 1, DANGER_NO);
    char const *reference = s->submit->receipts[0]->adults[0]->reference;
    uint64_t const a = world_send(w, MASH_DESK, ask_claim(reference, "ada", 1));
    uint64_t const b = world_send(w, MASH_DESK_2, ask_claim(reference, "ben", 2));
    world_run(w);
    Triage__V1__Claimed *first = world_reply(w, MASH_DESK, a)->claim->claimed[0];
    Triage__V1__Claimed *second = world_reply(w, MASH_DESK_2, b)->claim->claimed[0];
    assert_int_equal(first->status, STATUS(OK));
    assert_int_equal(second->status, STATUS(CONFLICT));
    assert_string_equal(second->headline->held_by, "ada");
    assert_int_equal(second->concern.len, 0);
    assert_int_equal(second->token, 0);
}

static void a_claim_sent_again_gets_the_same_lease(void **state)
{
    struct world *w = world_of(state);
    for (unsigned k = 1; k <= 4; k++) (void)world_submit(w, HOME, k, DANGER_NO);
    Triage__V1__Reply *a = world_ask(w, MASH_DESK, ask_claim_next("mash", 2, "ada", 9));
    assert_int_equal(a->claim->n_claimed, 2);
    for (int restart = 0; restart < 2; restart++) {
        Triage__V1__Reply *b = world_ask(w, MASH_DESK, ask_claim_next("mash", 2, "ada", 9));
        assert_int_equal(b->claim->n_claimed, 2);
        for (size_t i = 0; i < 2; i++) {
            Triage__V1__Claimed *c = b->claim->claimed[i];
            assert_int_equal(c->status, STATUS(DUPLICATE));
            assert_int_equal(c->token, 1);
            assert_true(c->concern.len > 0);
            assert_int_equal(c->until_ms, a->claim->claimed[0]->until_ms);
        }
        world_reopen(w);
    }
    Triage__V1__Reply *c = world_ask(w, MASH_DESK_2, ask_claim_next("mash", 9, "ben", 10));
    assert_int_equal(c->claim->n_claimed, 2); // The other two, and no more.
}

static void a_lease_that_runs_out_returns_the_case_to_its_place(void **state)
{
    struct world *w = world_of(state);
    (void)world_submit(w, HOME, 1, DANGER_NO);
    world_pass(w, MINUTE_MS);
    (void)world_submit(w, HOME, 2, DANGER_NO);
    world_pass(w, MINUTE_MS);
    (void)world_submit(w, HOME, 3, DANGER_YES);
    struct held red = world_claim(w, MASH_DESK, "ada", 1);
    struct held first = world_claim(w, MASH_DESK, "ada", 2);
    world_pass(w, HOUR_MS + SECOND_MS); // A red's lease is an hour, a green's longer.
    world_run(w);
    struct held again = world_claim(w, MASH_DESK_2, "ben", 3);
    assert_string_equal(again.reference, red.reference);
    assert_int_equal(again.token, 2);
    world_pass(w, 3 * DAY_MS);
    world_run(w);
    (void)world_claim(w, MASH_DESK_2, "ben", 4);
    assert_string_equal(world_claim(w, MASH_DESK_2, "ben", 5).reference, first.reference);
    // The old token changes nothing any more.
    red.version = 0;
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&red, MET, "ada", 6));
    assert_int_equal(r->status, STATUS(CONFLICT));
    assert_non_null(r->now);
    assert_int_equal(w->counts[METRIC_LEASES_EXPIRED], 3);
}

static void a_stale_version_is_a_conflict_with_the_state_as_it_is(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    h.version--;
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2));
    assert_int_equal(r->status, STATUS(CONFLICT));
    assert_int_equal(r->now->version, h.version + 1);
    h.version++;
    h.token++;
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 3))->status,
                     STATUS(CONFLICT));
}

static void a_returned_case_keeps_its_place(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    world_pass(w, MINUTE_MS);
    (void)world_submit(w, HOME, 2, DANGER_NO);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", 3, RETURN_, return_, Return, RETURN, q.hold = hold_of(&h),
        q.reason = TEXT("end of shift"));
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(world_claim(w, MASH_DESK_2, "ben", 4).reference, h.reference);
}

// --- Decisions. ---

static void a_green_case_is_decided_by_one_person(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, NOT_MET, "ada", 2));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(DECIDED_NOT_MET));
    assert_string_equal(last_notice(w, HOME), "not_met");
}

static void a_decision_without_its_words_is_refused_by_field(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Request *q = ask_decide(&h, NOT_MET, "ada", 2);
    q->decide->tell = TEXT("");
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, q);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "decide.tell");
}

static void
a_red_refusal_waits_for_a_second_person_whose_agreement_tells_the_firsts_words(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_YES);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, NOT_MET, "ada", 2));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(IN_TRIAGE));
    assert_string_equal(last_notice(w, HOME), "screened");
    world_reopen(w); // The words are in the record, not in memory.
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    refresh(w, &h);
    assert_int_equal(world_ask(w, MASH_DESK, ask_second(&h, true, "ada", 3))->status,
                     STATUS(FORBIDDEN));
    r = world_ask(w, MANAGER_KEY, ask_second(&h, true, "mo", 4));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(DECIDED_NOT_MET));
    assert_string_equal(last_notice(w, HOME), "not_met");
    Triage__V1__Notice *n = world_reply(w, HOME, 0)->notices->notices[0];
    assert_non_null(strstr(n->text, "nobody was hurt"));
    assert_non_null(strstr(n->text, "Please keep the new care plan."));
}

static void a_second_person_may_disagree(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_YES);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, NOT_MET, "ada", 2));
    refresh(w, &h);
    assert_int_equal(world_ask(w, MANAGER_KEY, ask_second(&h, false, "mo", 4))->status, STATUS(OK));
    assert_state(w, h.reference, STATE(IN_TRIAGE));
    refresh(w, &h);
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 5))->status, STATUS(OK));
}

static void a_forwarded_case_stays_until_it_is_accepted_and_comes_back_when_it_is_not(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, FORWARD, "ada", 2))->status,
                     STATUS(OK));
    assert_state(w, h.reference, STATE(FORWARDED));
    assert_string_equal(last_notice(w, HOME), "forwarded");
    world_pass(w, 5 * DAY_MS); // Silence is not acceptance.
    world_run(w);
    assert_state(w, h.reference, STATE(QUEUED));
    struct held again = world_claim(w, MASH_DESK, "ada", 3);
    (void)world_ask(w, MASH_DESK, ask_decide(&again, FORWARD, "ada", 4));
    refresh(w, &again);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", 5, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&again), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(CLOSED));
}

static void a_command_sent_again_gets_its_first_answer_even_after_a_restart(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *a = world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2));
    assert_int_equal(a->status, STATUS(OK));
    uint32_t const version = a->case_->case_->version;
    assert_string_equal(last_notice(w, HOME), "met");
    for (int restart = 0; restart < 2; restart++) {
        Triage__V1__Reply *b = world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2));
        assert_int_equal(b->status, STATUS(DUPLICATE));
        assert_int_equal(b->case_->case_->version, version);
        assert_int_equal(b->case_->case_->state, STATE(DECIDED_MET));
        world_reopen(w);
    }
    (void)world_ask(w, HOME, ask_follow_notices(1, 10));
    assert_int_equal(world_reply(w, HOME, 0)->notices->n_notices, 1); // Told once.
}

// Met, allocated, enquired, reviewed, closed; then read, looked at, and reopened.
static void an_enquiry_goes_its_whole_way_to_the_closing_notice(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_YES);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2));
    assert_int_equal(r->status, STATUS(OK));
    refresh(w, &h);
    h.token = 0;
    ASK(r, w, MASH_DESK, "ada", 3, ALLOCATE, allocate, Allocate, ALLOCATE, q.hold = hold_of(&h),
        q.lead = TEXT("ben"), q.substantial_difficulty = TRIAGE__V1__ANSWER__ANSWER_NO,
        q.tell_adult = TEXT("at home, on Tuesday"));
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(last_notice(w, HOME), "allocated");
    refresh(w, &h);
    ASK(r, w, MASH_DESK, "ben", 4, FINISH, finish, Finish, FINISH, q.hold = hold_of(&h),
        q.findings = TEXT("the rota was changed"),
        q.risk = TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REDUCED,
        q.achieved = TRIAGE__V1__ACHIEVED__ACHIEVED_FULLY);
    assert_int_equal(r->status, STATUS(OK));
    refresh(w, &h);
    ASK(r, w, MANAGER_KEY, "mo", 5, SIGN_OFF, sign_off, SignOff, SIGN_OFF, q.hold = hold_of(&h),
        q.tell = TEXT("Thank you."), q.adult_told = TEXT("in person"));
    assert_int_equal(r->status, STATUS(CONFLICT)); // The decision's notice was not read.
    ASK(r, w, HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE, q.cursor = 2,
        q.reader = TEXT("the manager"));
    assert_int_equal(r->status, STATUS(OK));
    refresh(w, &h);
    ASK(r, w, MANAGER_KEY, "mo", 6, SIGN_OFF, sign_off, SignOff, SIGN_OFF, q.hold = hold_of(&h),
        q.tell = TEXT("Thank you."), q.adult_told = TEXT("in person"));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(CLOSED));
    assert_string_equal(last_notice(w, HOME), "outcome");
    struct desk_figures f;
    desk_figures(w->desk, &f);
    assert_int_equal(f.cases_open, 0);

    world_reopen(w); // Closed cases live on disk alone.
    assert_state(w, h.reference, STATE(CLOSED));
    ASK(r, w, AUDITOR_KEY, NULL, 7, LOOK, look, Look, LOOK, q.reference = h.reference,
        q.reason = TEXT("audit"), q.timeline = true);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->look->n_timeline, 7);
    assert_string_equal(r->look->timeline[0]->event, "received");
    assert_string_equal(r->look->timeline[2]->event, "decided");
    assert_int_equal(r->look->timeline[2]->state, STATE(DECIDED_MET));
    assert_string_equal(r->look->timeline[6]->event, "signed_off");
    assert_true(r->look->concern.len > 0);
    refresh(w, &h);
    ASK(r, w, MANAGER_KEY, "mo", 8, REOPEN, reopen, Reopen, REOPEN, q.hold = hold_of(&h),
        q.reason = TEXT("it happened again"));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(QUEUED));
    (void)world_ask(w, HOME, ask_follow_notices(0, 1000));
    assert_string_equal(last_notice(w, HOME), "reopened");
    desk_figures(w->desk, &f);
    assert_int_equal(f.cases_open, 1);
}

static void closed_cases_are_found_while_their_turn_is_still_on_its_way(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, FORWARD, "ada", 2));
    (void)r;
    refresh(w, &h);
    ledger_memory_hold(w->ledger, true, false);
    ASK(r, w, MASH_DESK, "ada", 5, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&h), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_null(r);
    uint64_t const a = world_send(w, HOME, ask_status(h.reference));
    world_run(w);
    assert_null(world_reply(w, HOME, a));
    // Twice in one turn after it closed: the second builds on the first.
    ASK(r, w, AUDITOR_KEY, NULL, 7, LOOK, look, Look, LOOK, q.reference = h.reference,
        q.reason = TEXT("one"));
    ASK(r, w, AUDITOR_KEY, NULL, 8, LOOK, look, Look, LOOK, q.reference = h.reference,
        q.reason = TEXT("two"));
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    assert_int_equal(world_reply(w, HOME, a)->case_->case_->state, STATE(CLOSED));
}

static void a_row_that_changed_while_it_was_read_is_read_again(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, FORWARD, "ada", 2));
    refresh(w, &h);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", 5, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&h), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_int_equal(r->status, STATUS(OK));
    ledger_memory_hold(w->ledger, false, true);
    for (unsigned id = 10; id < 14; id++)
        ASK(r, w, AUDITOR_KEY, NULL, id, LOOK, look, Look, LOOK, q.reference = h.reference,
            q.reason = TEXT("again"), q.timeline = id & 1);
    ledger_memory_hold(w->ledger, false, false);
    world_run(w); // Teardown verifies that no record was built on a stale row.
    assert_state(w, h.reference, STATE(CLOSED));
}

// --- The referrer's side. ---

static void a_supplement_is_kept_once_and_its_facts_may_raise(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *s = world_submit(w, HOME, 1, DANGER_NO);
    char reference[16];
    static uint8_t key[16], concern[4096];
    strcpy(reference, s->submit->receipts[0]->adults[0]->reference);
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    key_fill(key, 77);
    size_t const len = concern_pack(&(struct concern_of){.danger = DANGER_YES}, concern);
    Triage__V1__Reply *r = NULL;
    for (int again = 0; again < 3; again++) {
        ASK(r, w, HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
            q.reference = reference, q.text = TEXT("he came back"),
            q.key = ((ProtobufCBinaryData){16, key}),
            q.concern = ((ProtobufCBinaryData){len, concern}));
        assert_int_equal(r->status, again ? STATUS(DUPLICATE) : STATUS(OK));
        if (again == 1) world_reopen(w);
    }
    r = world_ask(w, HOME, ask_status(reference));
    assert_int_equal(r->case_->case_->colour, TRIAGE__V1__COLOUR__COLOUR_RED);
    ASK(r, w, HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.reference = reference, q.text = TEXT("other words"),
        q.key = ((ProtobufCBinaryData){16, key}));
    assert_int_equal(r->status, STATUS(KEY_REUSED));
    (void)world_ask(w, HOME, ask_follow_notices(0, 100));
    assert_string_equal(last_notice(w, HOME), "update");
}

static void new_information_on_a_refusal_queues_it_again(void **state)
{
    struct world *w = world_of(state);
    static uint8_t key[16];
    struct held h = taken(w, DANGER_NO);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, NOT_MET, "ada", 2));
    key_fill(key, 78);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.reference = h.reference, q.text = TEXT("we found bruises"),
        q.key = ((ProtobufCBinaryData){16, key}));
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(QUEUED));
    assert_string_equal(last_notice(w, HOME), "reopened");
}

static void a_withdrawal_is_a_request_and_ends_nothing(void **state)
{
    struct world *w = world_of(state);
    static uint8_t key[16];
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = NULL;
    key_fill(key, 79);
    ASK(r, w, HOME, NULL, 0, WITHDRAW, withdraw, Withdraw, WITHDRAW, q.reference = h.reference,
        q.key = ((ProtobufCBinaryData){16, key}),
        q.why = TRIAGE__V1__WITHDRAW_REQUEST__WHY__WHY_RESOLVED);
    assert_int_equal(r->status, STATUS(OK));
    assert_state(w, h.reference, STATE(IN_TRIAGE));
    assert_string_equal(last_notice(w, HOME), "withdrawal_noted");
}

static void mine_lists_the_senders_own_cases_newest_first(void **state)
{
    struct world *w = world_of(state);
    for (unsigned k = 1; k <= 7; k++)
        (void)world_submit(w, k % 2 ? HOME : OTHER_HOME, k, DANGER_NO);
    world_reopen(w);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, HOME, NULL, 0, MINE, mine, Mine, MINE, q.limit = 3);
    assert_int_equal(r->mine->n_cases, 3);
    assert_true(r->mine->more);
    char after[16];
    strcpy(after, r->mine->cases[2]->reference);
    ASK(r, w, HOME, NULL, 0, MINE, mine, Mine, MINE, q.limit = 3, q.after_reference = after);
    assert_int_equal(r->mine->n_cases, 1);
    assert_false(r->mine->more);
    ASK(r, w, OTHER_HOME, NULL, 0, MINE, mine, Mine, MINE, q.after_reference = after);
    assert_int_equal(r->mine->n_cases, 0);
}

static void what_may_be_done_now_is_told_with_why_the_rest_may_not(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, "ada", 0, ACTIONS, actions, Actions, ACTIONS, q.reference = h.reference);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->actions->version, h.version);
    bool decide = false, sign_off = true;
    for (size_t i = 0; i < r->actions->n_actions; i++) {
        Triage__V1__Action *a = r->actions->actions[i];
        if (strcmp(a->command, "decide") == 0) decide = a->open;
        if (strcmp(a->command, "sign_off") == 0) sign_off = a->open;
        assert_true(a->open || a->why_not[0]);
    }
    assert_true(decide);
    assert_false(sign_off);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(of_two_desks_that_claim_at_once_one_wins_and_the_other_is_told),
        T(a_claim_sent_again_gets_the_same_lease),
        T(a_lease_that_runs_out_returns_the_case_to_its_place),
        T(a_stale_version_is_a_conflict_with_the_state_as_it_is),
        T(a_returned_case_keeps_its_place),
        T(a_green_case_is_decided_by_one_person),
        T(a_decision_without_its_words_is_refused_by_field),
        T(a_red_refusal_waits_for_a_second_person_whose_agreement_tells_the_firsts_words),
        T(a_second_person_may_disagree),
        T(a_forwarded_case_stays_until_it_is_accepted_and_comes_back_when_it_is_not),
        T(a_command_sent_again_gets_its_first_answer_even_after_a_restart),
        T(an_enquiry_goes_its_whole_way_to_the_closing_notice),
        T(closed_cases_are_found_while_their_turn_is_still_on_its_way),
        T(a_row_that_changed_while_it_was_read_is_read_again),
        T(a_supplement_is_kept_once_and_its_facts_may_raise),
        T(new_information_on_a_refusal_queues_it_again),
        T(a_withdrawal_is_a_request_and_ends_nothing),
        T(mine_lists_the_senders_own_cases_newest_first),
        T(what_may_be_done_now_is_told_with_why_the_rest_may_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
