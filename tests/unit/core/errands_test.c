// What is out for a case: who may enquire, what a full list keeps, what becomes of it when people
// leave.
#include "judge.h"

#include <string.h>

static const struct errand *errand_of(const struct casefile *f, enum errand_kind kind)
{
    for (size_t i = f->n_errands; i-- > 0;) // the newest
        if (f->errands[i].kind == (int32_t)kind) return &f->errands[i];
    return NULL;
}

// --- Who enquires. ---

static struct casefile led_at(const char *place, const char *source)
{
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    id_copy(f.place, place);
    if (source) {
        int32_t const category = fact_code_from(FACT_SOURCE_CATEGORY, source);
        assert_true(category >= 0 && fact_keep(&f.facts, FACT_SOURCE_CATEGORY, category));
    }
    return f;
}

static void who_may_be_the_source_enquires_only_where_a_mash_manager_says_why(void **state)
{
    struct principal *const surgery = world_principal("surgery");
    (void)state;
    surgery->n_places = 1;
    id_copy(surgery->places[0], "place-a");
    struct casefile f = led_at("place-a", "paid_carer");
    struct command c = world_command(COMMAND_DELEGATE, ANA, &f);
    refused(&f, c, ERR_INVALID, "source_reason"); // whatever a worker writes
    c = world_command(COMMAND_DELEGATE, MARY, &f);
    c.has_source_reason = false;
    refused(&f, c, ERR_INVALID, "source_reason");
    c.has_source_reason = true;
    (void)must(&f, c);
    static const char *const others[] = {"other_service_user", "family", NULL};
    for (size_t i = 0; i < 3; i++) { // nobody who works there
        f = led_at("place-a", others[i]);
        (void)done(&f, COMMAND_DELEGATE, ANA);
    }
    f = led_at("place-b", "paid_carer"); // elsewhere
    (void)done(&f, COMMAND_DELEGATE, ANA);
    surgery->n_places = 0;
    f = led_at("place-a", "paid_carer");
    f.flags |= CASE_NEUTRAL;
    (void)done(&f, COMMAND_DELEGATE, ANA); // somebody else's side
    c = world_command(COMMAND_DELEGATE, ANA, &f);
    c.who = "home-a";
    refused(&f, c, ERR_INVALID, "source_reason"); // the referrer's side may be the source
}

static void a_suspected_crime_is_enquired_into_once_the_police_agreed(void **state)
{
    (void)state;
    struct casefile f = led_at("place-a", NULL);
    struct command c = world_command(COMMAND_DELEGATE, ANA, &f);
    assert_true(fact_keep(&f.facts, FACT_CRIME_SUSPECTED, 1));
    c.has_police_agree = false;
    refused(&f, c, ERR_INVALID, "police_agree");
    c.has_police_agree = true;
    (void)must(&f, c);
    c.due_ms = now.utc_ms + 367 * DAY_MS;
    refused(&f, c, ERR_INVALID, "due_ms"); // within a year
    c.due_ms = now.utc_ms + 9 * DAY_MS;
    assert_true(fact_keep(&f.facts, FACT_CRIME_SUSPECTED, 0));
    c.has_police_agree = false;
    (void)must(&f, c);
}

static void who_is_asked_is_registered_and_a_referrers_side_is_not_warned(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_QUEUED, now);
    struct command c = world_command(COMMAND_ASK, ANA, &f);
    c.who = NULL; // the referrer
    struct casefile const asked = must(&f, c);
    assert_string_equal(errand_of(&asked, ERRAND_QUESTION)->who, "home-a");
    assert_string_equal(result.notice_to, "home-a");
    c.who = "desk-north"; // a team is not asked in this way
    refused(&f, c, ERR_INVALID, "of");
    world_principal("surgery")->active = false;
    c.who = "surgery";
    refused(&f, c, ERR_INVALID, "of");
    f.flags |= CASE_NEUTRAL;
    c.who = "home-a";
    refused(&f, c, ERR_INVALID, "of");
    c.who = "home-b";
    (void)must(&f, c);
    f.flags |= CASE_POLICE_HOLD;
    refused(&f, c, ERR_INVALID, "of");
    world_principal("home-b")->role = ROLE_POLICE;
    (void)must(&f, c);
}

static void an_answer_is_words_or_answers_to_what_was_asked(void **state)
{
    (void)state;
    struct casefile const f = world_case_in(STATE_QUEUED, now);
    struct casefile const asked = done(&f, COMMAND_ASK, ANA); // two questions, to the surgery
    struct command c = world_command(COMMAND_ANSWER, PARTNER, &asked);
    c.answered = 0;
    c.has_answer = false;
    refused(&asked, c, ERR_INVALID, "answers");
    c.answered = 4;
    refused(&asked, c, ERR_INVALID, "answers"); // there is no third
    c.answered = 0;
    c.has_answer = true;
    struct casefile const answered = must(&asked, c);
    assert_int_equal(errand_of(&answered, ERRAND_QUESTION)->state, ERRAND_ANSWERED);
    c = world_command(COMMAND_ANSWER, OTHER_PROVIDER, &asked);
    struct casefile after;
    assert_int_not_equal(apply(&asked, &c, &after), OK); // nobody else's to answer
}

// --- A full list. ---

static struct errand list[ERRANDS_MAX];

// So many questions of which nothing ended, then `kind` as it would be.
static void fill(struct casefile *f, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        list[i] = (struct errand){.number = (int32_t)i + 1,
                                  .kind = ERRAND_QUESTION,
                                  .state = ERRAND_EXPIRED,
                                  .made_ms = now.utc_ms,
                                  .due_ms = now.utc_ms + DAY_MS,
                                  .asked = 1};
        id_copy(list[i].who, "surgery");
        id_copy(list[i].by, "ana");
    }
    f->errands = list;
    f->n_errands = (uint16_t)n;
    f->flags |= CASE_INFORMATION_ASKED;
}

static void what_ended_longest_ago_makes_room_and_numbers_go_on(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_QUEUED, now);
    fill(&f, ERRANDS_MAX);
    static const int64_t ended_after[ERRANDS_MAX] = {[3] = 5, [6] = 2, [9] = 7, [15] = 1};
    for (size_t i = 0; i < ERRANDS_MAX; i++) {
        if (ended_after[i] == 0 && i < 8) continue;
        list[i].state = ERRAND_CANCELLED;
        list[i].ended_ms = now.utc_ms + (ended_after[i] ? ended_after[i] : 9);
    }
    now.utc_ms += HOUR_MS;
    struct casefile const after = done(&f, COMMAND_ASK, ANA);
    assert_int_equal(after.n_errands, ERRANDS_MAX);
    assert_null(casefile_errand(&after, 7));      // the oldest but for the newest number,
    assert_non_null(casefile_errand(&after, 16)); // from which the next is counted
    assert_int_equal(errand_of(&after, ERRAND_QUESTION)->number, 17);
}

static void people_leave_the_last_places_to_what_time_adds(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_QUEUED, now);
    fill(&f, ERRANDS_PEOPLE);
    refused(&f, world_command(COMMAND_ASK, ANA, &f), ERR_CONFLICT, NULL);
    fill(&f, ERRANDS_PEOPLE - 1);
    (void)done(&f, COMMAND_ASK, ANA);
}

static void a_full_list_says_that_nobody_answered_without_a_call(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_QUEUED, now);
    fill(&f, ERRANDS_MAX);
    list[4].state = ERRAND_OPEN;
    list[4].step = 1;
    list[4].next_ms = now.utc_ms;
    struct casefile const after = done(&f, COMMAND_QUESTION_DUE, THE_CLOCK);
    assert_int_equal(result.event, EVENT_QUESTION_EXPIRED);
    assert_int_equal(result.errand, 5);
    assert_int_equal(casefile_errand(&after, 5)->state, ERRAND_EXPIRED);
    assert_int_equal(after.n_errands, ERRANDS_MAX);
    assert_null(errand_of(&after, ERRAND_CALL));
}

static void a_call_about_a_question_goes_for_what_nothing_else_would_show(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    fill(&f, ERRANDS_MAX);
    static const size_t calls[] = {2, 7, 15};
    for (size_t i = 0; i < 3; i++) {
        list[calls[i]].kind = ERRAND_CALL;
        list[calls[i]].state = ERRAND_OPEN;
        list[calls[i]].about = i == 0 ? CALL_DECISION_UNREAD : CALL_QUESTION_EXPIRED;
    }
    struct casefile after = done(&f, COMMAND_ALLOCATE, ANA);
    assert_int_equal(after.state, STATE_ENQUIRY);
    assert_non_null(errand_of(&after, ERRAND_TELL_ADULT));
    assert_non_null(casefile_errand(&after, 3));
    assert_null(casefile_errand(&after, 8));
    assert_non_null(casefile_errand(&after, 16));
    list[7].about = CALL_DECISION_UNREAD; // and the newest is what the next is counted from
    after = done(&f, COMMAND_ALLOCATE, ANA);
    assert_null(errand_of(&after, ERRAND_TELL_ADULT));
    assert_non_null(casefile_errand(&after, 16));
}

static void where_nothing_can_go_the_work_goes_on(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_MET, now);
    fill(&f, ERRANDS_MAX);
    struct casefile after = done(&f, COMMAND_ALLOCATE, ANA);
    assert_int_equal(after.state, STATE_ENQUIRY);
    assert_null(errand_of(&after, ERRAND_TELL_ADULT));
    f = world_case_in(STATE_OTHER_ENQUIRY, now); // its lead leaves, and it is still somebody's
    fill(&f, ERRANDS_MAX);
    for (size_t i = 0; i < ERRANDS_MAX; i++) id_copy(list[i].by, "ben");
    world_worker("ana")->active = false;
    after = done(&f, COMMAND_LEAVE, THE_CLOCK);
    assert_string_equal(after.lead, "");
    assert_int_equal(after.state, STATE_OTHER_ENQUIRY);
    assert_int_equal(after.n_errands, ERRANDS_MAX);
    world_worker("ana")->active = true;
    f = triaged(COLOUR_GREEN);
    fill(&f, ERRANDS_MAX);
    after = done(&f, COMMAND_DECIDE, ANA); // nobody will be rung, and it is decided
    assert_int_equal(after.state, STATE_DECIDED_MET);
    assert_null(errand_of(&after, ERRAND_CALL));
}

static void an_agreement_by_telephone_counts_with_a_full_list_too(void **state)
{
    (void)state;
    struct casefile f = world_case(1, COLOUR_AMBER, now);
    now.utc_ms += 11 * HOUR_MS; // the office is closed
    f = done(&f, COMMAND_CLAIM, NORA);
    f = must(&f, not_met(NORA, &f));
    assert_int_equal(result.event, EVENT_PROPOSED);
    fill(&f, ERRANDS_MAX);
    struct command c = world_command(COMMAND_SECOND_BY_PHONE, NORA, &f);
    static const char *const nobodys[] = {"", "nora", "ana", "ben", "nobody-we-know"};
    for (size_t i = 0; i < 5; i++) {
        c.lead = nobodys[i];
        refused(&f, c, ERR_INVALID, "manager");
    }
    world_worker("max")->active = false;
    c.lead = "max";
    refused(&f, c, ERR_INVALID, "manager");
    c.lead = "mary";
    struct casefile const after = must(&f, c);
    assert_int_equal(after.state, STATE_DECIDED_NOT_MET);
    assert_true(after.flags & CASE_PHONE_SECOND); // it waits for her word in the record
    assert_null(errand_of(&after, ERRAND_CONFIRM));
    assert_int_equal(casefile_deadline_ms(&after), 0);
    c.lead = "carl"; // or another team's
    f.n_errands = 0;
    struct casefile confirmed = must(&f, c);
    assert_int_equal(errand_of(&confirmed, ERRAND_CONFIRM)->state, ERRAND_OPEN);
    confirmed.flags |= CASE_DIRECT; // so that he may answer for it
    id_copy(confirmed.team, "north");
    confirmed = done(&confirmed, COMMAND_CONFIRM_SECOND, CARL);
    assert_int_equal(errand_of(&confirmed, ERRAND_CONFIRM)->state, ERRAND_DONE);
}

// --- The second person beside a lease. ---

static struct casefile proposing(enum command_kind about, int32_t other)
{
    struct casefile f = world_case_in(about == COMMAND_VOID ? STATE_QUEUED : STATE_ENQUIRY, now);
    world_errand(&f, COMMAND_SECOND, now);
    f.errands[0].about = (int32_t)about;
    f.errands[0].other = other;
    return f;
}

static void a_report_that_is_no_longer_there_is_not_taken(void **state)
{
    (void)state;
    struct casefile f = proposing(COMMAND_ACCEPT_REPORT, 39);
    struct casefile after = done(&f, COMMAND_SECOND, MARY);
    assert_int_equal(result.event, EVENT_PROPOSAL_REFUSED);
    assert_int_equal(result.notice, NOTICE_NONE);
    assert_int_equal(errand_of(&after, ERRAND_PROPOSAL)->state, ERRAND_DONE);
    struct errand two[3] = {{.number = 39, .kind = ERRAND_DELEGATION, .state = ERRAND_RETURNED},
                            f.errands[0],
                            {.number = 41, .kind = ERRAND_PROPOSAL, .state = ERRAND_REFUSED}};
    f.errands = two;
    f.n_errands = 3;
    after = done(&f, COMMAND_SECOND, MARY); // sent back meanwhile
    assert_int_equal(result.event, EVENT_PROPOSAL_REFUSED);
    assert_int_equal(casefile_errand(&after, 39)->state, ERRAND_RETURNED);
    two[0].state = ERRAND_REPORTED;
    after = done(&f, COMMAND_SECOND, MARY);
    assert_int_equal(result.event, EVENT_REPORT_ACCEPTED);
    assert_int_equal(casefile_errand(&after, 39)->state, ERRAND_ACCEPTED_BY_COUNCIL);
    assert_int_equal(casefile_errand(&after, 40)->state, ERRAND_DONE);
    assert_int_equal(casefile_errand(&after, 41)->state, ERRAND_REFUSED);
}

static void one_login_is_one_person_unless_each_signed_in(void **state)
{
    (void)state;
    struct casefile f = proposing(COMMAND_VOID, 0);
    struct command c = world_command(COMMAND_SECOND, MARY, &f);
    id_copy(f.errands[0].who, "key-mary");
    refused(&f, c, ERR_FORBIDDEN, NULL);
    world_principal("key-mary")->role = ROLE_PORTAL;
    assert_int_equal(must(&f, c).state, STATE_VOID);
    c.actor.proven = false;
    refused(&f, c, ERR_FORBIDDEN, NULL);
    world_principal("key-mary")->role = ROLE_MANAGER;
    c.actor.proven = true;
    id_copy(f.errands[0].who, "desk-mash");
    id_copy(f.errands[0].by, "mary");
    refused(&f, c, ERR_FORBIDDEN, NULL); // her own proposal
}

static void what_can_no_longer_be_voided_is_still_answered(void **state)
{
    (void)state;
    struct casefile const f = proposing(COMMAND_VOID, 0);
    struct casefile told = f;
    told.flags |= CASE_TOLD;
    struct command c = world_command(COMMAND_SECOND, MARY, &told);
    refused(&told, c, ERR_CONFLICT, "agree");
    struct command_action actions[COMMAND_ACTIONS_MAX];
    size_t const n = command_actions(&world_rules, &told, &c.actor, now, actions);
    bool offered = false;
    for (size_t i = 0; i < n; i++)
        if (actions[i].kind == COMMAND_SECOND) offered = actions[i].open;
    assert_true(offered); // as disagreeing ends it
    c.agree = false;
    struct casefile const after = must(&told, c);
    assert_int_equal(errand_of(&after, ERRAND_PROPOSAL)->state, ERRAND_REFUSED);
    assert_int_equal(after.state, STATE_QUEUED);
}

// --- People leave. ---

static void what_a_leaver_had_out_is_ended_or_given_back(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    fill(&f, 4);
    list[0].state = ERRAND_OPEN; // of the surgery, which leaves
    list[0].next_ms = now.utc_ms + HOUR_MS;
    list[2].kind = ERRAND_PROPOSAL, list[2].state = ERRAND_OPEN, list[2].about = COMMAND_VOID;
    list[2].next_ms = now.utc_ms + HOUR_MS;
    id_copy(list[2].who, "portal"); // the login of whoever proposed it
    id_copy(list[2].by, "gone");
    id_copy(list[1].by, "gone");
    list[3].state = ERRAND_CANCELLED, list[3].ended_ms = now.utc_ms;
    id_copy(list[3].by, "gone"); // what is over stays as it was
    world_principal("surgery")->active = false;
    world_principal("portal")->active = false;
    struct casefile const after = done(&f, COMMAND_LEAVE, THE_CLOCK);
    assert_int_equal(casefile_errand(&after, 1)->state, ERRAND_EXPIRED);
    assert_int_equal(errand_of(&after, ERRAND_CALL)->other, 1); // somebody rings there
    assert_int_equal(casefile_errand(&after, 2)->state, ERRAND_EXPIRED);
    assert_string_equal(casefile_errand(&after, 2)->by, "");
    assert_int_equal(casefile_errand(&after, 3)->state, ERRAND_CANCELLED);
    assert_string_equal(casefile_errand(&after, 4)->by, "gone");
    assert_false(casefile_orphaned(&world_rules, &after));
}

static void a_full_list_forgets_what_ended_first_when_somebody_leaves(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    fill(&f, ERRANDS_MAX);
    list[0].kind = ERRAND_PROPOSAL, list[0].state = ERRAND_OPEN, list[0].about = COMMAND_VOID;
    id_copy(list[0].who, "portal");
    list[1].state = ERRAND_OPEN;
    list[1].next_ms = now.utc_ms + HOUR_MS;
    list[5].state = ERRAND_CANCELLED; // over before that
    list[5].ended_ms = now.utc_ms - HOUR_MS;
    world_principal("surgery")->active = false;
    world_principal("portal")->active = false;
    struct casefile const after = done(&f, COMMAND_LEAVE, THE_CLOCK);
    assert_int_equal(casefile_errand(&after, 1)->state, ERRAND_CANCELLED);
    assert_null(casefile_errand(&after, 6));
    assert_int_equal(errand_of(&after, ERRAND_CALL)->other, 2);
    assert_int_equal(after.n_errands, ERRANDS_MAX);
}

static void a_dated_request_without_its_assessor_waits_again(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_ENQUIRY, now);
    f.kind = KIND_DOLS;
    f.n_errands = 0;
    struct casefile const before = f;
    world_worker("ana")->active = false;
    struct casefile after = done(&f, COMMAND_LEAVE, THE_CLOCK);
    assert_int_equal(after.state, STATE_QUEUED);
    assert_string_equal(after.lead, "");
    assert_true(after.reassess_ms != 0);
    f = before;
    f.state = STATE_ENQUIRY_REVIEW; // its manager has it now
    after = done(&f, COMMAND_LEAVE, THE_CLOCK);
    assert_int_equal(after.state, STATE_ENQUIRY_REVIEW);
    struct casefile const back = done(&after, COMMAND_RETURN_ENQUIRY, MARY);
    assert_int_equal(back.state, STATE_QUEUED); // nobody leads it
    assert_true(back.reassess_ms != 0);
}

static void an_enquiry_that_nobody_finishes_climbs_to_a_choice(void **state)
{
    (void)state;
    struct casefile f = led_at("place-a", NULL);
    struct command c = world_command(COMMAND_DELEGATE, ANA, &f);
    c.due_ms = now.utc_ms + 20 * DAY_MS;
    f.n_errands = 0;
    f = must(&f, c);
    static const enum event_kind rungs[] = {EVENT_DELEGATION_REMINDED, EVENT_DELEGATION_OVERDUE,
                                            EVENT_DELEGATION_ESCALATED, EVENT_DELEGATION_TO_SETTLE};
    for (size_t i = 0; i < 4; i++) {
        now.utc_ms = errand_of(&f, ERRAND_DELEGATION)->next_ms;
        f = done(&f, COMMAND_DELEGATION_DUE, THE_CLOCK);
        assert_int_equal(result.event, rungs[i]);
    }
    assert_int_equal(errand_of(&f, ERRAND_DELEGATION)->next_ms, 0);
    f = led_at("place-a", NULL); // after a long stop one rung at a time, each at once
    f.n_errands = 0;
    c.due_ms = now.utc_ms + 20 * DAY_MS;
    f = must(&f, c);
    now.utc_ms += 100 * DAY_MS;
    f = done(&f, COMMAND_DELEGATION_DUE, THE_CLOCK);
    assert_int_equal(errand_of(&f, ERRAND_DELEGATION)->next_ms, now.utc_ms + 1);
}

static void a_review_is_given_to_a_manager_of_any_team(void **state)
{
    (void)state;
    struct casefile f = world_case_in(STATE_DECIDED_NOT_MET, now);
    world_errand(&f, COMMAND_ASSIGN_CHALLENGE, now);
    struct command c = world_command(COMMAND_ASSIGN_CHALLENGE, MARY, &f);
    c.who = "carl";
    (void)must(&f, c);
    c.who = "ben";
    refused(&f, c, ERR_INVALID, "reviewer");
}

static void what_follows_another_meanwhile_is_not_voided(void **state)
{
    (void)state;
    struct casefile f = proposing(COMMAND_VOID, 0);
    struct casefile other = world_case(2, COLOUR_GREEN, now);
    struct command join = {.kind = COMMAND_JOIN, .other = &other};
    other.follows = 1;
    struct casefile after = must(&f, join); // another one follows it
    assert_int_equal(errand_of(&after, ERRAND_PROPOSAL)->state, ERRAND_OVERTAKEN);
    other.follows = 0;
    other.adult_hash = f.adult_hash;
    struct command link = world_command(COMMAND_LINK, ANA, &f);
    link.other = &other;
    after = must(&f, link);
    assert_int_equal(errand_of(&after, ERRAND_PROPOSAL)->state, ERRAND_OVERTAKEN);
    f.follows = 2; // of a ledger in which it was not
    struct command c = world_command(COMMAND_SECOND, MARY, &f);
    refused(&f, c, ERR_CONFLICT, "agree");
}

#define T(name) cmocka_unit_test_setup(name, judge_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(who_may_be_the_source_enquires_only_where_a_mash_manager_says_why),
        T(a_suspected_crime_is_enquired_into_once_the_police_agreed),
        T(who_is_asked_is_registered_and_a_referrers_side_is_not_warned),
        T(an_answer_is_words_or_answers_to_what_was_asked),
        T(what_ended_longest_ago_makes_room_and_numbers_go_on),
        T(people_leave_the_last_places_to_what_time_adds),
        T(a_full_list_says_that_nobody_answered_without_a_call),
        T(a_call_about_a_question_goes_for_what_nothing_else_would_show),
        T(where_nothing_can_go_the_work_goes_on),
        T(an_agreement_by_telephone_counts_with_a_full_list_too),
        T(a_report_that_is_no_longer_there_is_not_taken),
        T(one_login_is_one_person_unless_each_signed_in),
        T(what_can_no_longer_be_voided_is_still_answered),
        T(what_a_leaver_had_out_is_ended_or_given_back),
        T(a_full_list_forgets_what_ended_first_when_somebody_leaves),
        T(a_dated_request_without_its_assessor_waits_again),
        T(an_enquiry_that_nobody_finishes_climbs_to_a_choice),
        T(a_review_is_given_to_a_manager_of_any_team),
        T(what_follows_another_meanwhile_is_not_voided),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
