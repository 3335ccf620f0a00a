// What is out for a case: questions, delegated enquiries, challenges, calls; and people who leave.
#include "world.h"

#include <stdio.h>

#define MET     TRIAGE__V1__OUTCOME__OUTCOME_MET
#define NOT_MET TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET
#define ALL     ((uint32_t)1000)

static Triage__V1__Notice *last_notice(struct world *w, enum who who)
{
    Triage__V1__Notice *n = NULL;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer == w->peers[who].id && r->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            n = r->notices->notices[r->notices->n_notices - 1];
    }
    assert_non_null(n);
    return n;
}

static struct held taken(struct world *w, enum danger danger)
{
    (void)world_ask(w, HOME, ask_follow_notices(0, ALL));
    (void)world_ask(w, POLICE, ask_follow_notices(0, ALL));
    (void)world_ask(w, OTHER_HOME, ask_follow_notices(0, ALL));
    (void)world_submit(w, HOME, 1, danger);
    return world_claim(w, MASH_DESK, "ada", 500);
}

static struct held enquiry(struct world *w)
{
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2));
    assert_int_equal(r->status, STATUS(OK));
    held_refresh(w, &h);
    h.token = 0;
    ASK(r, w, MASH_DESK, "ada", 3, ALLOCATE, allocate, Allocate, ALLOCATE, q.hold = hold_of(&h),
        q.lead = TEXT("ben"), q.substantial_difficulty = TRIAGE__V1__ANSWER__ANSWER_NO,
        q.tell_adult = TEXT("at home, on Tuesday"));
    assert_int_equal(r->status, STATUS(OK));
    held_refresh(w, &h);
    return h;
}

static struct held refused(struct world *w)
{
    struct held h = taken(w, DANGER_NO);
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, NOT_MET, "ada", 2))->status,
                     STATUS(OK));
    held_refresh(w, &h);
    h.token = 0;
    if (held_state(w, &h) == STATE(IN_TRIAGE)) {
        assert_int_equal(world_ask(w, MANAGER_KEY, ask_second(&h, true, "mo", 3))->status,
                         STATUS(OK));
        held_refresh(w, &h);
    }
    assert_int_equal(held_state(w, &h), STATE(DECIDED_NOT_MET));
    return h;
}

#define QUESTIONS(...)                 \
    char *questions[] = {__VA_ARGS__}; \
    size_t const n_questions = sizeof questions / sizeof questions[0]

static Triage__V1__Reply *ask_of(struct world *w, struct held *h, const char *of, unsigned id)
{
    QUESTIONS(TEXT("When was the adult last seen?"), TEXT("Who was on duty?"));
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", id, ASK, ask, Ask, ASK, q.hold = hold_of(h), q.of = TEXT(of),
        q.questions = questions, q.n_questions = n_questions, q.why = TEXT("The story has a gap."));
    return r;
}

static Triage__V1__Reply *answer(struct world *w, enum who who, const struct held *h, unsigned key,
                                 uint32_t question)
{
    uint8_t bytes[16];
    Triage__V1__OneAnswer one = TRIAGE__V1__ONE_ANSWER__INIT, *list[] = {&one};
    Triage__V1__Reply *r;
    key_fill(bytes, key);
    one.question = question;
    one.text = TEXT("On Monday, by the nurse.");
    ASK(r, w, who, NULL, 0, ANSWER, answer, Answer, ANSWER, q.key.data = bytes, q.key.len = 16,
        q.reference = TEXT(h->reference), q.answers = list, q.n_answers = 1);
    return r;
}

// --- Questions. ---

static void a_partner_answers_its_question_and_learns_nothing_else(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    assert_int_equal(ask_of(w, &h, "police", 10)->status, STATUS(OK));
    Triage__V1__Notice *n = last_notice(w, POLICE);
    assert_string_equal(n->code, "info_request");
    assert_int_equal(n->number, 1);
    assert_int_equal(n->n_asked, 2);
    assert_string_equal(n->asked[1], "Who was on duty?");
    assert_true(n->due_ms > w->now.utc_ms);
    assert_int_equal(n->colour, 0); // nothing of the case
    assert_int_equal(n->state, 0);
    assert_int_equal(world_ask(w, POLICE, ask_status(h.reference))->status, STATUS(NOT_FOUND));
    assert_int_equal(answer(w, OTHER_HOME, &h, 20, 1)->status, STATUS(NOT_FOUND));
    Triage__V1__Reply *r = answer(w, POLICE, &h, 21, 1);
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->case_->case_->state, 0);
    assert_int_equal(r->case_->case_->colour, 0);
    assert_int_equal(answer(w, POLICE, &h, 21, 1)->status, STATUS(DUPLICATE));
    assert_string_equal(held_look(w, &h)->errands[0]->state, "part_answered");
    assert_int_equal(answer(w, POLICE, &h, 22, 3)->status, STATUS(INVALID)); // asked two
    assert_int_equal(answer(w, POLICE, &h, 23, 2)->status, STATUS(OK));
    Triage__V1__CaseReport *report = held_look(w, &h);
    assert_string_equal(report->errands[0]->state, "answered");
    assert_int_equal(report->errands[0]->answered, 2);
    assert_string_equal(last_notice(w, HOME)->code, "screened"); // and the referrer of nothing
    assert_int_equal(answer(w, POLICE, &h, 24, 2)->status, STATUS(CONFLICT));
    world_reopen(w);
    assert_string_equal(held_look(w, &h)->errands[0]->state, "answered");
}

static void a_question_that_nobody_answers_is_rung_about_and_refuses_nothing(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_YES); // four hours
    Triage__V1__Reply *r = ask_of(w, &h, "", 10);
    assert_int_equal(r->status, STATUS(OK));
    world_pass(w, 2 * HOUR_MS + SECOND_MS);
    world_run(w);
    assert_string_equal(last_notice(w, HOME)->code, "info_chase");
    world_pass(w, 2 * HOUR_MS);
    world_run(w);
    assert_string_equal(last_notice(w, HOME)->code, "info_expired");
    Triage__V1__CaseReport *report = held_look(w, &h);
    assert_int_equal(report->n_errands, 2);
    assert_string_equal(report->errands[0]->state, "expired");
    assert_string_equal(report->errands[1]->kind, "call");
    assert_string_equal(report->errands[1]->why, "question_expired");
    ASK(r, w, MASH_DESK, "ada", 11, TASKS, tasks, Tasks, TASKS, q.team = TEXT("mash"));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->tasks->total, 2);
    assert_string_equal(r->tasks->tasks[0]->case_->reference, h.reference);
    assert_true(r->tasks->tasks[0]->errand->overdue);
    ASK(r, w, NORTH_DESK, "nia", 12, TASKS, tasks, Tasks, TASKS, q.team = TEXT("mash"));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    // Late is better than never: an answer ends the question and the call about it.
    assert_int_equal(answer(w, HOME, &h, 21, 1)->status, STATUS(OK));
    assert_int_equal(answer(w, HOME, &h, 22, 2)->status, STATUS(OK));
    report = held_look(w, &h);
    assert_string_equal(report->errands[0]->state, "answered");
    assert_string_equal(report->errands[1]->state, "done");
}

static void whom_to_ask_and_what_is_checked_by_field(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r = ask_of(w, &h, "nobody", 10);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "ask.of");
    ASK(r, w, MASH_DESK, "ada", 11, ASK, ask, Ask, ASK, q.hold = hold_of(&h), q.why = TEXT("so"));
    assert_string_equal(r->problems[0]->field, "ask.questions");
    ASK(r, w, MASH_DESK, "ada", 12, MARK, mark, Mark, MARK, q.hold = hold_of(&h),
        q.police_hold = TRIAGE__V1__ANSWER__ANSWER_YES, q.reason = TEXT("they asked"));
    assert_int_equal(r->status, STATUS(OK));
    held_refresh(w, &h);
    assert_string_equal(ask_of(w, &h, "", 13)->problems[0]->field, "ask.of"); // silence
    assert_int_equal(ask_of(w, &h, "police", 14)->status, STATUS(OK));
    held_refresh(w, &h);
    ASK(r, w, MASH_DESK, "ada", 15, CLOSE_QUESTION, close_question, CloseQuestion, CLOSE_QUESTION,
        q.hold = hold_of(&h), q.reason = TEXT("the hospital told us"), q.tell = TEXT("Thank you."));
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(last_notice(w, POLICE)->code, "info_considered");
}

// --- Delegated enquiries. ---

static Triage__V1__Reply *delegate(struct world *w, struct held *h, unsigned id, int64_t due_ms)
{
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK_2, "ben", id, DELEGATE, delegate, Delegate, DELEGATE, q.hold = hold_of(h),
        q.to = TEXT("other-home"), q.scope = TEXT("the nights in March"),
        q.purpose = TEXT("whether calls were answered"), q.terms = TEXT("speak to night staff"),
        q.due_ms = due_ms);
    return r;
}

static Triage__V1__Reply *enquire(struct world *w, const struct held *h, unsigned key,
                                  Triage__V1__EnquireRequest__What what)
{
    uint8_t bytes[16];
    Triage__V1__Reply *r;
    key_fill(bytes, key);
    ASK(r, w, OTHER_HOME, NULL, 0, ENQUIRE, enquire, Enquire, ENQUIRE, q.key.data = bytes,
        q.key.len = 16, q.reference = TEXT(h->reference), q.what = what,
        q.text = TEXT("Within ten minutes, all nights but one."));
    return r;
}
#define WHAT(word) TRIAGE__V1__ENQUIRE_REQUEST__WHAT__WHAT_##word

static Triage__V1__Reply *check(struct world *w, enum who who, const char *worker, struct held *h,
                                unsigned id, Triage__V1__CheckReportRequest__What what)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, worker, id, CHECK_REPORT, check_report, CheckReport, CHECK_REPORT,
        q.hold = hold_of(h), q.what = what, q.adult_seen = TRIAGE__V1__ANSWER__ANSWER_YES,
        q.evidence = TEXT("call records"), q.risk_now = TEXT("low"),
        q.reason = TEXT("one more night"), q.due_ms = w->now.utc_ms + 10 * DAY_MS);
    return r;
}
#define CHECKED(word) TRIAGE__V1__CHECK_REPORT_REQUEST__WHAT__WHAT_##word

static void a_delegated_enquiry_keeps_its_council_lead_and_is_checked(void **state)
{
    struct world *w = world_of(state);
    struct held h = enquiry(w);
    assert_string_equal(delegate(w, &h, 10, 0)->problems[0]->field, "delegate.due_ms");
    assert_int_equal(delegate(w, &h, 11, w->now.utc_ms + 14 * DAY_MS)->status, STATUS(OK));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "delegation");
    assert_non_null(strstr(last_notice(w, OTHER_HOME)->text, "the nights in March"));
    assert_int_equal(enquire(w, &h, 20, WHAT(REPORT))->status, STATUS(CONFLICT)); // not accepted
    assert_int_equal(enquire(w, &h, 21, WHAT(ACCEPT))->status, STATUS(OK));
    assert_int_equal(enquire(w, &h, 22, WHAT(REPORT))->status, STATUS(OK));
    held_refresh(w, &h);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK_2, "ben", 12, FINISH, finish, Finish, FINISH, q.hold = hold_of(&h),
        q.findings = TEXT("done"), q.risk = TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REDUCED,
        q.achieved = TRIAGE__V1__ACHIEVED__ACHIEVED_FULLY);
    assert_int_equal(r->status, STATUS(CONFLICT));
    assert_int_equal(check(w, MASH_DESK_2, "ben", &h, 13, CHECKED(RETURN))->status, STATUS(OK));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "delegation_returned");
    assert_int_equal(enquire(w, &h, 23, WHAT(REPORT))->status, STATUS(OK));
    held_refresh(w, &h);
    // Who does not lead it takes a report with a second person, through another login.
    assert_int_equal(check(w, MASH_DESK, "ada", &h, 14, CHECKED(ACCEPT))->status, STATUS(OK));
    assert_string_equal(held_look(w, &h)->errands[1]->state, "reported");
    held_refresh(w, &h);
    assert_int_equal(world_ask(w, MASH_DESK, ask_second(&h, true, "max", 15))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MANAGER_KEY, ask_second(&h, true, "mo", 16))->status, STATUS(OK));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "delegation_accepted");
    Triage__V1__CaseReport *report = held_look(w, &h);
    assert_string_equal(report->errands[1]->state, "accepted_by_council");
    assert_string_equal(report->lead, "ben");
}

static void a_late_delegation_climbs_its_ladder_and_is_taken_back(void **state)
{
    struct world *w = world_of(state);
    struct held h = enquiry(w);
    assert_int_equal(delegate(w, &h, 11, w->now.utc_ms + 14 * DAY_MS)->status, STATUS(OK));
    assert_int_equal(enquire(w, &h, 21, WHAT(ACCEPT))->status, STATUS(OK));
    for (int day = 0; day < 26; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    static const char *const rungs[] = {"delegation_reminded", "delegation_overdue",
                                        "delegation_escalated", "delegation_to_settle"};
    Triage__V1__CaseReport *report = held_look(w, &h);
    size_t at = 0;
    for (size_t i = 0; i < report->n_timeline && at < 4; i++)
        at += strcmp(report->timeline[i]->event, rungs[at]) == 0;
    assert_int_equal(at, 4);
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "delegation_chase");
    held_refresh(w, &h);
    assert_int_equal(check(w, MANAGER_KEY, "mo", &h, 13, CHECKED(TAKE_BACK))->status, STATUS(OK));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "delegation_taken_back");
    assert_int_equal(enquire(w, &h, 22, WHAT(REPORT))->status, STATUS(CONFLICT));
}

// --- Challenges. ---

static Triage__V1__Reply *challenge(struct world *w, enum who who, const struct held *h,
                                    unsigned key)
{
    uint8_t bytes[16];
    Triage__V1__Reply *r;
    key_fill(bytes, key);
    ASK(r, w, who, NULL, 0, CHALLENGE, challenge, Challenge, CHALLENGE, q.key.data = bytes,
        q.key.len = 16, q.reference = TEXT(h->reference), q.text = TEXT("They fell twice."));
    return r;
}

static Triage__V1__Reply *review(struct world *w, enum who who, const char *worker, struct held *h,
                                 unsigned id, const char *reviewer)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, worker, id, REVIEW_CHALLENGE, review_challenge, ReviewChallenge,
        REVIEW_CHALLENGE, q.hold = hold_of(h), q.reviewer = TEXT(reviewer),
        q.reason = TEXT("the second fall"), q.tell = TEXT("We look at it again."),
        q.result = TRIAGE__V1__REVIEW_CHALLENGE_REQUEST__RESULT__RESULT_UPHELD);
    return r;
}

static void a_challenge_is_answered_by_who_had_no_part_in_the_decision(void **state)
{
    struct world *w = world_of(state);
    struct held h = refused(w);
    assert_int_equal(challenge(w, OTHER_HOME, &h, 20)->status, STATUS(NOT_FOUND));
    assert_int_equal(challenge(w, HOME, &h, 21)->status, STATUS(OK));
    assert_string_equal(last_notice(w, HOME)->code, "challenge_ack");
    assert_int_equal(challenge(w, HOME, &h, 22)->status, STATUS(CONFLICT)); // once
    held_refresh(w, &h);
    char second[32] = "";
    Triage__V1__CaseReport *report = held_look(w, &h);
    for (size_t i = 0; i < report->n_timeline; i++)
        if (strcmp(report->timeline[i]->event, "decided") == 0)
            (void)snprintf(second, sizeof second, "%s", report->timeline[i]->worker);
    bool const mo_seconded = strcmp(second, "mo") == 0;
    if (mo_seconded)
        assert_int_equal(review(w, MANAGER_KEY, "mo", &h, 30, "mo")->status, STATUS(INVALID));
    assert_int_equal(review(w, MANAGER_KEY, "mo", &h, 31, "ada")->status, STATUS(INVALID));
    // The window does not close the case while nobody has answered.
    Triage__V1__Reply *r;
    ASK(r, w, HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE, q.cursor = 2);
    assert_int_equal(r->status, STATUS(OK));
    world_pass(w, 40 * DAY_MS);
    world_run(w);
    assert_int_equal(held_state(w, &h), STATE(DECIDED_NOT_MET));
    held_refresh(w, &h);
    assert_int_equal(review(w, MANAGER_KEY, "mo", &h, 32, "max")->status, STATUS(OK));
    held_refresh(w, &h);
    if (mo_seconded)
        assert_int_equal(review(w, MANAGER_KEY, "mo", &h, 33, "")->status, STATUS(FORBIDDEN));
    assert_int_equal(review(w, MANAGER_2_KEY, "max", &h, 34, "")->status, STATUS(OK));
    assert_string_equal(last_notice(w, HOME)->code, "challenge_result");
    assert_int_equal(held_state(w, &h), STATE(QUEUED));
}

// --- Telling. ---

static void a_decision_that_nobody_reads_is_rung_about(void **state)
{
    struct world *w = world_of(state);
    struct held h = refused(w);
    assert_int_equal(held_look(w, &h)->n_errands, 0);
    assert_string_equal(held_look(w, &h)->told, "queued");
    (void)world_ask(w, HOME, ask_receipt_notices(2, 0));
    assert_string_equal(held_look(w, &h)->told, "delivered");
    for (int day = 0; day < 5; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    Triage__V1__CaseReport *report = held_look(w, &h);
    assert_int_equal(report->n_errands, 1);
    assert_string_equal(report->errands[0]->why, "decision_unread");
    held_refresh(w, &h);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 40, CONFIRM_BY_PHONE, confirm_by_phone, ConfirmByPhone,
        CONFIRM_BY_PHONE, q.hold = hold_of(&h), q.spoke_to = TEXT("the manager"));
    assert_int_equal(r->status, STATUS(OK));
    report = held_look(w, &h);
    assert_string_equal(report->errands[0]->state, "done");
    assert_string_equal(report->told, "read");
}

// --- People leave. ---

static void who_leaves_leaves_their_enquiries_and_questions_to_the_team(void **state)
{
    struct world *w = world_of(state);
    struct held h = enquiry(w);
    assert_int_equal(ask_of(w, &h, "police", 10)->status, STATUS(OK));
    held_refresh(w, &h);
    assert_int_equal(delegate(w, &h, 11, w->now.utc_ms + 14 * DAY_MS)->status, STATUS(OK));
    for (size_t i = 0; i < w->registry.n_workers; i++)
        if (strcmp(w->workers[i].id, "ben") == 0) w->workers[i].active = false;
    for (size_t i = 0; i < w->registry.n_principals; i++)
        if (strcmp(w->principals[i].id, "other-home") == 0 ||
            strcmp(w->principals[i].id, "police") == 0)
            w->principals[i].active = false;
    w->registry.generation++;
    world_set(w);
    world_run(w);
    Triage__V1__CaseReport *report = held_look(w, &h);
    assert_string_equal(report->lead, "");
    assert_int_equal(report->headline->state, STATE(DECIDED_MET));
    for (size_t i = 0; i < report->n_errands; i++) {
        Triage__V1__Errand const *e = report->errands[i];
        assert_string_not_equal(e->by, "ben");
        if (strcmp(e->kind, "delegation") == 0) assert_string_equal(e->state, "taken_back");
        if (strcmp(e->kind, "question") == 0) assert_string_equal(e->state, "expired");
    }
}

static void a_manager_moves_all_that_somebody_leads_at_once(void **state)
{
    struct world *w = world_of(state);
    struct held h = enquiry(w);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 50, REASSIGN, reassign, Reassign, REASSIGN, q.from = TEXT("ben"),
        q.to = TEXT("ada"), q.team = TEXT("mash"), q.reason = TEXT("on leave"));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    for (int again = 0; again < 2; again++) {
        ASK(r, w, MANAGER_KEY, "mo", 51, REASSIGN, reassign, Reassign, REASSIGN,
            q.from = TEXT("ben"), q.to = TEXT("ada"), q.team = TEXT("mash"),
            q.reason = TEXT("on leave"));
        assert_int_equal(r->status, again ? STATUS(DUPLICATE) : STATUS(OK));
        assert_int_equal(r->reassign->n_references, 1);
        assert_string_equal(r->reassign->references[0], h.reference);
    }
    assert_string_equal(held_look(w, &h)->lead, "ada");
    ASK(r, w, MANAGER_KEY, "mo", 52, REASSIGN, reassign, Reassign, REASSIGN, q.from = TEXT("ben"),
        q.to = TEXT("ada"), q.team = TEXT("mash"), q.reason = TEXT("on leave"));
    assert_int_equal(r->status, STATUS(NOT_FOUND));
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_partner_answers_its_question_and_learns_nothing_else),
        T(a_question_that_nobody_answers_is_rung_about_and_refuses_nothing),
        T(whom_to_ask_and_what_is_checked_by_field),
        T(a_delegated_enquiry_keeps_its_council_lead_and_is_checked),
        T(a_late_delegation_climbs_its_ladder_and_is_taken_back),
        T(a_challenge_is_answered_by_who_had_no_part_in_the_decision),
        T(a_decision_that_nobody_reads_is_rung_about),
        T(who_leaves_leaves_their_enquiries_and_questions_to_the_team),
        T(a_manager_moves_all_that_somebody_leads_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
