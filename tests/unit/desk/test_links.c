// Several who tell of one incident: found as they come in, linked by a person, told each apart.
#include "world.h"

#include <stdio.h>

#define MET     TRIAGE__V1__OUTCOME__OUTCOME_MET
#define NOT_MET TRIAGE__V1__OUTCOME__OUTCOME_NOT_MET
#define NEGLECT TRIAGE__V1__HARM_TYPE__HARM_TYPE_NEGLECT
#define THEFT   TRIAGE__V1__HARM_TYPE__HARM_TYPE_FINANCIAL

static struct held told(struct world *w, enum who who, unsigned key, struct concern_of c)
{
    struct held h = {0};
    if (!c.name) c.name = "Invented Person";
    Triage__V1__Reply *r = world_ask(w, who, ask_submit(key, &c));
    assert_int_equal(r->submit->receipts[0]->status, STATUS(OK));
    (void)snprintf(h.reference, sizeof h.reference, "%s",
                   r->submit->receipts[0]->adults[0]->reference);
    return h;
}

static struct held neglect(struct world *w, enum who who, unsigned key, const char *nhs_number)
{
    return told(w, who, key,
                (struct concern_of){.nhs_number = nhs_number,
                                    .danger = DANGER_NO,
                                    .harm = NEGLECT,
                                    .incident_ms = w->now.utc_ms - HOUR_MS});
}

static void refresh(struct world *w, struct held *h)
{
    h->version = world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->version;
}

static Triage__V1__LinksReply *links(struct world *w, const struct held *h)
{
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, LINKS, links, Links, LINKS, q.reference = TEXT(h->reference));
    assert_int_equal(r->status, STATUS(OK));
    return r->links;
}

static Triage__V1__Reply *link_to(struct world *w, struct held *h, const struct held *lead,
                                  unsigned id)
{
    Triage__V1__Reply *r = NULL;
    refresh(w, h);
    ASK(r, w, MASH_DESK, "ben", id, LINK, link, Link, LINK, q.hold = hold_of(h),
        q.primary = TEXT(lead->reference), q.reason = TEXT("the same fall"));
    return r;
}

static Triage__V1__CaseState state_of(struct world *w, const struct held *h)
{
    return world_ask(w, AUDITOR_KEY, ask_status(h->reference))->case_->case_->state;
}

static Triage__V1__Notice *last_notice(struct world *w, enum who who)
{
    Triage__V1__Notice *last = NULL;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer == w->peers[who].id && r->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            last = r->notices->notices[r->notices->n_notices - 1];
    }
    return last;
}

static void follow_all(struct world *w)
{
    enum who const all[] = {HOME, OTHER_HOME, POLICE};
    for (int i = 0; i < 3; i++) (void)world_ask(w, all[i], ask_follow_notices(0, 100));
}

// --- Found. ---

static void hospital_home_and_police_within_an_hour_are_found_to_be_one_incident(void **state)
{
    struct world *w = world_of(state);
    // The number is known to one of them alone: name and birth date join the others to it.
    struct held const a = neglect(w, HOME, 1, "");
    world_pass(w, 20 * MINUTE_MS);
    struct held const b = neglect(w, OTHER_HOME, 2, "9990000018");
    world_pass(w, 20 * MINUTE_MS);
    struct held const c = neglect(w, POLICE, 3, "");
    struct held const *const three[] = {&a, &b, &c};
    for (int i = 0; i < 3; i++) {
        Triage__V1__LinksReply *l = links(w, three[i]);
        assert_int_equal(l->n_candidates, 2);
        assert_true(l->candidates[0]->score >= 70);
        assert_string_equal(l->candidates[0]->reasons[1], "same_day");
    }
    assert_string_equal(links(w, &c)->case_->twin, a.reference); // alike most, by its own words
    assert_string_equal(links(w, &a)->case_->twin, "");
}

static void two_in_one_turn_cannot_miss_each_other(void **state)
{
    struct world *w = world_of(state);
    struct concern_of const c = {.name = "Invented Person",
                                 .danger = DANGER_NO,
                                 .harm = NEGLECT,
                                 .incident_ms = w->now.utc_ms - HOUR_MS};
    ledger_memory_hold(w->ledger, true, false); // nothing reaches the disk meanwhile
    uint64_t const first = world_send(w, HOME, ask_submit(1, &c));
    uint64_t const second = world_send(w, POLICE, ask_submit(2, &c));
    world_run(w);
    assert_null(world_reply(w, POLICE, second));
    ledger_memory_hold(w->ledger, false, false);
    world_run(w);
    struct held a = {0}, b = {0};
    strcpy(a.reference, world_reply(w, HOME, first)->submit->receipts[0]->adults[0]->reference);
    strcpy(b.reference, world_reply(w, POLICE, second)->submit->receipts[0]->adults[0]->reference);
    assert_string_equal(links(w, &b)->case_->twin, a.reference);
    assert_string_equal(links(w, &a)->candidates[0]->reference, b.reference);
}

static void one_named_twice_in_one_concern_is_found_too(void **state)
{
    struct world *w = world_of(state);
    struct concern_of const c = {.name = "Invented Person",
                                 .danger = DANGER_NO,
                                 .harm = NEGLECT,
                                 .adults = 2,
                                 .incident_ms = w->now.utc_ms};
    Triage__V1__Reply *r = world_ask(w, HOME, ask_submit(1, &c));
    struct held h = {0};
    strcpy(h.reference, r->submit->receipts[0]->adults[1]->reference);
    assert_string_equal(links(w, &h)->case_->twin, r->submit->receipts[0]->adults[0]->reference);
}

static void other_incidents_and_other_people_are_not_proposed(void **state)
{
    struct world *w = world_of(state);
    (void)neglect(w, HOME, 1, "9990000018");
    struct concern_of c = {
        .danger = DANGER_NO, .harm = THEFT, .incident_ms = w->now.utc_ms - HOUR_MS};
    struct held const other_harm = told(w, POLICE, 2, c);
    c.harm = NEGLECT;
    c.incident_ms = w->now.utc_ms - 5 * DAY_MS;
    struct held const other_day = told(w, POLICE, 3, c);
    c.incident_ms = w->now.utc_ms - HOUR_MS;
    c.nhs_number = "9990000026";
    struct held const other_number = told(w, POLICE, 4, c);
    c.nhs_number = "";
    c.name = "Somebody Else";
    struct held const other_name = told(w, POLICE, 5, c);
    struct held const *const all[] = {&other_harm, &other_day, &other_number, &other_name};
    for (int i = 0; i < 4; i++) {
        assert_string_equal(links(w, all[i])->case_->twin, "");
        assert_int_equal(links(w, all[i])->n_candidates, 0);
    }
}

static void another_concern_makes_the_rules_look_at_the_first_again_at_once(void **state)
{
    struct world *w = world_of(state);
    for (unsigned key = 1; key <= 3; key++) (void)neglect(w, HOME, key, "9990000018");
    world_pass(w, SECOND_MS);
    world_run(w);
    Triage__V1__Reply *r = NULL;
    ASK(r, w, MASH_DESK, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"), q.limit = 10);
    assert_int_equal(r->queue->n_headlines, 3);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(r->queue->headlines[i]->colour, TRIAGE__V1__COLOUR__COLOUR_AMBER);
}

// --- Linked. ---

static void one_decision_is_told_to_each_referrer_from_their_own_message(void **state)
{
    struct world *w = world_of(state);
    follow_all(w);
    struct held a = neglect(w, HOME, 1, "");
    struct held b = neglect(w, OTHER_HOME, 2, "");
    struct held c = told(w, POLICE, 3,
                         (struct concern_of){.danger = DANGER_NO,
                                             .harm = NEGLECT,
                                             .management_involved = true,
                                             .incident_ms = w->now.utc_ms});
    assert_int_equal(link_to(w, &b, &a, 10)->status, STATUS(OK));
    assert_int_equal(link_to(w, &c, &a, 11)->status, STATUS(OK));
    world_reopen(w); // what follows what is in the rows
    follow_all(w);
    assert_int_equal(links(w, &a)->n_followers, 2);
    assert_string_equal(links(w, &b)->follows, a.reference);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 5, "ada", 12));
    assert_int_equal(r->claim->n_claimed, 1); // the others are off the queue
    assert_string_equal(r->claim->claimed[0]->headline->reference, a.reference);
    a.token = r->claim->claimed[0]->token;
    refresh(w, &a);
    r = world_ask(w, MASH_DESK, ask_claim(b.reference, "ben", 13));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(CONFLICT));
    r = world_ask(w, MASH_DESK, ask_decide(&a, MET, "ada", 14));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(state_of(w, &b), STATE(DECIDED_MET));
    assert_string_equal(last_notice(w, HOME)->code, "met");
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "met");
    assert_string_equal(last_notice(w, OTHER_HOME)->reference, b.reference);
    assert_string_equal(last_notice(w, POLICE)->code, "neutral"); // its own profile
    // What the decision says of one referrer's message is not told to another.
    assert_non_null(
        strstr(last_notice(w, HOME)->questions->abuse_or_risk_because, "you wrote that"));
    assert_string_equal(last_notice(w, OTHER_HOME)->questions->abuse_or_risk_because, "");
    assert_int_equal(last_notice(w, OTHER_HOME)->questions->abuse_or_risk,
                     TRIAGE__V1__ANSWER__ANSWER_YES);
}

static void an_enquiry_is_signed_off_once_all_have_read_and_each_hears_its_end(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    follow_all(w);
    struct held a = neglect(w, HOME, 1, ""), b = neglect(w, OTHER_HOME, 2, "");
    assert_int_equal(link_to(w, &b, &a, 10)->status, STATUS(OK));
    struct held h = world_claim(w, MASH_DESK, "ada", 11);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 12));
    refresh(w, &h);
    ASK(r, w, MASH_DESK, "ada", 13, ALLOCATE, allocate, Allocate, ALLOCATE, q.hold = hold_of(&h),
        q.lead = TEXT("ada"), q.substantial_difficulty = TRIAGE__V1__ANSWER__ANSWER_NO,
        q.tell_adult = TEXT("by visit"));
    assert_int_equal(r->status, STATUS(OK));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "allocated");
    refresh(w, &h);
    ASK(r, w, MASH_DESK, "ada", 14, FINISH, finish, Finish, FINISH, q.hold = hold_of(&h),
        q.findings = TEXT("a new plan"), q.risk = TRIAGE__V1__RISK_OUTCOME__RISK_OUTCOME_REMOVED,
        q.achieved = TRIAGE__V1__ACHIEVED__ACHIEVED_FULLY);
    assert_int_equal(r->status, STATUS(OK));
    ASK(r, w, HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE, q.cursor = 2);
    refresh(w, &h);
    for (unsigned again = 0; again < 2; again++) {
        ASK(r, w, MANAGER_KEY, "mo", 20 + again, SIGN_OFF, sign_off, SignOff, SIGN_OFF,
            q.hold = hold_of(&h), q.tell = TEXT("Thank you."), q.adult_told = TEXT("by visit"));
        assert_int_equal(r->status, again ? STATUS(OK) : STATUS(CONFLICT));
        if (again) break;
        assert_int_equal(links(w, &h)->n_unread, 1);
        ASK(r, w, OTHER_HOME, NULL, 0, READ_NOTICE, read_notice, ReadNotice, READ_NOTICE,
            q.cursor = 2);
        assert_int_equal(r->status, STATUS(OK));
        refresh(w, &h);
    }
    assert_int_equal(state_of(w, &a), STATE(CLOSED));
    assert_int_equal(state_of(w, &b), STATE(CLOSED));
    assert_string_equal(last_notice(w, OTHER_HOME)->code, "outcome");
}

static void what_a_linked_referrer_adds_reaches_whoever_has_the_primary(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    struct held a = neglect(w, HOME, 1, ""), b = neglect(w, OTHER_HOME, 2, "");
    (void)link_to(w, &b, &a, 10);
    refresh(w, &a);
    uint8_t key[16];
    key_fill(key, 50);
    ASK(r, w, OTHER_HOME, NULL, 0, SUPPLEMENT, supplement, Supplement, SUPPLEMENT,
        q.key = ((ProtobufCBinaryData){16, key}), q.reference = TEXT(b.reference),
        q.text = TEXT("He fell again."));
    assert_int_equal(r->status, STATUS(OK));
    uint32_t const before = a.version;
    refresh(w, &a);
    assert_int_equal(a.version, before + 1);
    ASK(r, w, AUDITOR_KEY, NULL, 11, LOOK, look, Look, LOOK, q.reference = TEXT(a.reference),
        q.reason = TEXT("audit"), q.timeline = true);
    assert_string_equal(r->look->timeline[r->look->n_timeline - 1]->event, "joined");
    assert_string_equal(r->look->timeline[r->look->n_timeline - 1]->actor, "other-home");
}

static void unlinking_is_a_managers_and_gives_back_the_place_in_the_queue(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    struct held a = neglect(w, HOME, 1, ""), b = neglect(w, OTHER_HOME, 2, "");
    for (unsigned round = 0; round < 3; round++) { // as often as people change their minds
        assert_int_equal(link_to(w, &b, &a, 10 * round + 100)->status, STATUS(OK));
        assert_int_equal(links(w, &a)->n_followers, 1);
        refresh(w, &b);
        ASK(r, w, MASH_DESK, "ada", 10 * round + 101, UNLINK, unlink, Unlink, UNLINK,
            q.hold = hold_of(&b), q.reason = TEXT("two falls"));
        assert_int_equal(r->status, STATUS(FORBIDDEN));
        ASK(r, w, MANAGER_KEY, "mo", 10 * round + 102, UNLINK, unlink, Unlink, UNLINK,
            q.hold = hold_of(&b), q.reason = TEXT("two falls"));
        assert_int_equal(r->status, STATUS(OK));
        assert_int_equal(links(w, &a)->n_followers, 0);
    }
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 5, "ada", 90));
    assert_int_equal(r->claim->n_claimed, 2);
}

static void a_case_closed_lately_is_only_named_for_a_manager_to_reopen(void **state)
{
    struct world *w = world_of(state);
    Triage__V1__Reply *r = NULL;
    struct held a = neglect(w, HOME, 1, "9990000018");
    struct held h = world_claim(w, MASH_DESK, "ada", 10);
    (void)world_ask(w, MASH_DESK, ask_decide(&h, TRIAGE__V1__OUTCOME__OUTCOME_FORWARD, "ada", 11));
    refresh(w, &h);
    ASK(r, w, MASH_DESK, "ada", 12, FORWARD_ACCEPTED, forward_accepted, ForwardAccepted,
        FORWARD_ACCEPTED, q.hold = hold_of(&h), q.by = TEXT("Dr Invented"),
        q.at_ms = w->now.utc_ms);
    assert_int_equal(state_of(w, &a), STATE(CLOSED));
    for (int day = 0; day < 60; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    world_reopen(w);
    struct held b = neglect(w, POLICE, 2, "9990000018");
    Triage__V1__LinksReply *l = links(w, &b);
    assert_int_equal(l->n_candidates, 1);
    assert_true(l->candidates[0]->closed);
    assert_string_equal(l->candidates[0]->reference, a.reference);
    r = link_to(w, &b, &a, 13);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "link.primary");
    assert_int_equal(state_of(w, &a), STATE(CLOSED)); // proposed, never done
    for (int day = 0; day < 40; day++) {
        world_pass(w, DAY_MS);
        world_run(w);
    }
    assert_int_equal(links(w, &b)->n_candidates, 1); // as it was found on receipt
    struct held c = neglect(w, HOME, 3, "9990000018");
    Triage__V1__LinksReply *later = links(w, &c);
    for (size_t i = 0; i < later->n_candidates; i++) assert_false(later->candidates[i]->closed);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(hospital_home_and_police_within_an_hour_are_found_to_be_one_incident),
        T(two_in_one_turn_cannot_miss_each_other),
        T(one_named_twice_in_one_concern_is_found_too),
        T(other_incidents_and_other_people_are_not_proposed),
        T(another_concern_makes_the_rules_look_at_the_first_again_at_once),
        T(one_decision_is_told_to_each_referrer_from_their_own_message),
        T(an_enquiry_is_signed_off_once_all_have_read_and_each_hears_its_end),
        T(what_a_linked_referrer_adds_reaches_whoever_has_the_primary),
        T(unlinking_is_a_managers_and_gives_back_the_place_in_the_queue),
        T(a_case_closed_lately_is_only_named_for_a_manager_to_reopen),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
