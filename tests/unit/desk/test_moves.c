// What becomes of a case between desks: put off, handed over, recorded in error.
#include "plain_policy.h"
#include "world.h"

#include <stdio.h>

#define MET TRIAGE__V1__OUTCOME__OUTCOME_MET
#define ALL ((uint32_t)1000)

static const char *last_notice(struct world *w, enum who who)
{
    const char *code = NULL;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer == w->peers[who].id && r->body_case == TRIAGE__V1__REPLY__BODY_NOTICES)
            code = r->notices->notices[r->notices->n_notices - 1]->code;
    }
    assert_non_null(code);
    return code;
}

static struct held taken(struct world *w, enum danger danger)
{
    (void)world_ask(w, HOME, ask_follow_notices(0, ALL));
    (void)world_submit(w, HOME, 1, danger);
    return world_claim(w, MASH_DESK, "ada", 500);
}

static Triage__V1__Reply *void_it(struct world *w, const struct held *h)
{
    Triage__V1__Reply *r;
    ASK(r, w, MANAGER_KEY, "mo", 61, VOID_, void_, Void, VOID, q.hold = hold_of(h),
        q.reason = TEXT("a test"), q.no_adult_at_risk = true);
    return r;
}

static struct held back_in_the_queue(struct world *w)
{
    struct held h = taken(w, DANGER_NO);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 60, RETURN_, return_, Return, RETURN, q.hold = hold_of(&h),
        q.reason = TEXT("a test"));
    assert_int_equal(r->status, STATUS(OK));
    held_refresh(w, &h);
    h.token = 0;
    return h;
}

static void what_was_sent_in_error_is_voided_by_two_managers(void **state)
{
    struct world *w = world_of(state);
    struct held h = back_in_the_queue(w);
    assert_int_equal(void_it(w, &h)->status, STATUS(OK));
    assert_int_equal(held_state(w, &h), STATE(QUEUED));
    held_refresh(w, &h);
    assert_int_equal(world_ask(w, MANAGER_KEY, ask_second(&h, true, "mo", 62))->status,
                     STATUS(FORBIDDEN));
    assert_int_equal(world_ask(w, MANAGER_2_KEY, ask_second(&h, true, "max", 63))->status,
                     STATUS(OK));
    assert_int_equal(held_state(w, &h), STATE(VOID));
    assert_string_equal(last_notice(w, HOME), "voided");
}

static size_t events_of(const Triage__V1__CaseReport *r, const char *word)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n_timeline; i++) n += strcmp(r->timeline[i]->event, word) == 0;
    return n;
}

// Somebody decided it while the second manager thought about it: what was proposed is over, and
// nobody is reminded of it.
static void what_moved_on_meanwhile_is_not_voided_and_the_proposal_is_over(void **state)
{
    struct world *w = world_of(state);
    struct held h = back_in_the_queue(w);
    assert_int_equal(void_it(w, &h)->status, STATUS(OK));
    h = world_claim(w, MASH_DESK, "ada", 501);
    Triage__V1__CaseReport *seen = held_look(w, &h);
    assert_string_equal(seen->errands[0]->state, "open"); // whoever has it may yet return it
    assert_string_equal(seen->proposed_command, "void");
    assert_string_equal(seen->proposed_by, "mo");
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2))->status, STATUS(OK));
    seen = held_look(w, &h);
    assert_string_equal(seen->errands[0]->kind, "proposal");
    assert_string_equal(seen->errands[0]->state, "overtaken");
    assert_string_equal(seen->proposed_command, "");
    held_refresh(w, &h);
    h.token = 0;
    assert_int_equal(world_ask(w, MANAGER_2_KEY, ask_second(&h, true, "max", 63))->status,
                     STATUS(CONFLICT));
    world_pass(w, 10 * DAY_MS);
    assert_int_equal(events_of(held_look(w, &h), "proposal_expired"), 0);
    assert_int_equal(held_state(w, &h), STATE(DECIDED_MET));
}

static Triage__V1__Reply *put_off(struct world *w, const struct held *h, int64_t ms, unsigned id)
{
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", id, PUT_OFF, put_off, PutOff, PUT_OFF, q.hold = hold_of(h),
        q.reason = TEXT("the GP rings back"), q.review_ms = w->now.utc_ms + ms);
    return r;
}

static Triage__V1__Headline *at_the_head(struct world *w)
{
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("mash"));
    return r->queue->headlines[0];
}

// It stays in sight with its mark, is left out when the next is handed out, and comes back by
// itself; a start between keeps all that.
static void what_is_put_off_stays_in_sight_and_is_kept_for_who_put_it_off(void **state)
{
    struct world *w = world_of(state);
    struct held h = taken(w, DANGER_NO);
    assert_int_equal(put_off(w, &h, 30 * DAY_MS, 70)->status, STATUS(INVALID));
    assert_int_equal(put_off(w, &h, DAY_MS, 71)->status, STATUS(OK));
    assert_int_equal(put_off(w, &h, DAY_MS, 71)->status, STATUS(DUPLICATE));
    world_shut(w);
    world_reopen(w);
    (void)world_submit(w, HOME, 2, DANGER_NO);
    Triage__V1__Headline const *head = at_the_head(w);
    assert_string_equal(head->reference, h.reference);
    assert_string_equal(head->put_off_by, "ada");
    assert_int_equal(head->put_off_times, 1);
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ben", 72));
    assert_string_not_equal(r->claim->claimed[0]->headline->reference, h.reference);
    r = world_ask(w, MASH_DESK, ask_claim(h.reference, "ben", 73));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(CONFLICT));
    world_pass(w, DAY_MS);
    head = at_the_head(w);
    assert_string_equal(head->reference, h.reference);
    assert_int_equal(head->put_off_ms, 0);
    r = world_ask(w, MASH_DESK, ask_claim_next("mash", 1, "ben", 74));
    assert_string_equal(r->claim->claimed[0]->headline->reference, h.reference);
}

static struct held met(struct world *w)
{
    struct held h = taken(w, DANGER_NO);
    assert_int_equal(world_ask(w, MASH_DESK, ask_decide(&h, MET, "ada", 2))->status, STATUS(OK));
    held_refresh(w, &h);
    h.token = 0;
    return h;
}

static Triage__V1__Reply *offer(struct world *w, const struct held *h, const char *agreed,
                                unsigned id)
{
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", id, OFFER, offer, Offer, OFFER, q.hold = hold_of(h),
        q.team = TEXT("north"),
        q.relationship = TRIAGE__V1__RELATIONSHIP__RELATIONSHIP_OPEN_ALLOCATION,
        q.relationship_source = TEXT("case notes"), q.relationship_date_ms = w->now.utc_ms - 1,
        q.source_in_team = TRIAGE__V1__ANSWER__ANSWER_NO, q.agreed_by = TEXT(agreed),
        q.safety_plan = TEXT("visits"));
    return r;
}

static void an_offer_says_by_field_what_evidence_it_lacks(void **state)
{
    struct world *w = world_of(state);
    struct held const h = met(w);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 80, OFFER, offer, Offer, OFFER, q.hold = hold_of(&h),
        q.team = TEXT("north"),
        q.relationship = TRIAGE__V1__RELATIONSHIP__RELATIONSHIP_NAMED_WORKER_90_DAYS,
        q.relationship_source = TEXT("case notes"),
        q.relationship_date_ms = w->now.utc_ms - 91 * DAY_MS,
        q.source_in_team = TRIAGE__V1__ANSWER__ANSWER_NO);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "offer.relationship_date_ms");
    assert_int_equal(offer(w, &h, "", 81)->status, STATUS(OK));
}

// What this team has to do of naming leads.
static Triage__V1__Task *to_lead(struct world *w, enum who who, const char *team)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, TASKS, tasks, Tasks, TASKS, q.team = TEXT(team),
        q.kind = TEXT("name_lead"));
    assert_int_equal(r->status, STATUS(OK));
    assert_int_equal(r->tasks->total, r->tasks->n_tasks);
    return r->tasks->n_tasks ? r->tasks->tasks[0] : NULL;
}

// The last that the whole board of a team tells of this case; NULL: that it is gone from there.
static Triage__V1__Headline *on_board(struct world *w, enum who who, const struct held *h)
{
    Triage__V1__Headline *last = NULL;
    world_run(w);
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (w->sent[i].peer != w->peers[who].id ||
            r->body_case != TRIAGE__V1__REPLY__BODY_QUEUE_PUSH)
            continue;
        for (size_t k = 0; k < r->queue_push->n_gone; k++)
            if (strcmp(r->queue_push->gone[k], h->reference) == 0) last = NULL;
        for (size_t k = 0; k < r->queue_push->n_headlines; k++)
            if (strcmp(r->queue_push->headlines[k]->reference, h->reference) == 0)
                last = r->queue_push->headlines[k];
    }
    return last;
}

static void watch(struct world *w, enum who who, const char *team)
{
    Triage__V1__Request *q = ask_follow_queue(team, ALL);
    q->follow_queue->held = true;
    assert_int_equal(world_ask(w, who, q)->status, STATUS(OK));
}

static void what_is_met_and_nobody_leads_stays_on_the_board_and_is_to_do_by_its_date(void **state)
{
    struct world *w = world_of(state);
    watch(w, MASH_DESK, "mash");
    struct held h = met(w);
    int64_t const met_ms = w->now.utc_ms;
    Triage__V1__Headline *head = on_board(w, MASH_DESK, &h);
    assert_int_equal(head->state, STATE(DECIDED_MET));
    assert_int_equal(head->met_ms, met_ms);
    assert_true(head->lead_by_ms > met_ms);
    assert_false(head->overdue);
    int64_t const alerts = w->counts[METRIC_ALERTS];
    world_pass(w, head->lead_by_ms - met_ms + MINUTE_MS);
    world_run(w);
    assert_int_equal(w->counts[METRIC_ALERTS], alerts + 1);
    Triage__V1__Task *t = to_lead(w, MASH_DESK, "mash");
    assert_string_equal(t->case_->reference, h.reference);
    assert_int_equal(t->errand->number, 0);
    assert_string_equal(t->errand->state, "open");
    assert_int_equal(t->errand->made_ms, met_ms);
    assert_int_equal(t->errand->due_ms, head->lead_by_ms);
    assert_true(t->errand->overdue && t->case_->overdue);
    watch(w, MASH_DESK_2, "mash"); // told from its head
    assert_true(on_board(w, MASH_DESK_2, &h)->overdue);
    Triage__V1__Reply *r;
    held_refresh(w, &h);
    ASK(r, w, MASH_DESK, "ada", 95, ALLOCATE, allocate, Allocate, ALLOCATE, q.hold = hold_of(&h),
        q.lead = TEXT("ben"), q.substantial_difficulty = TRIAGE__V1__ANSWER__ANSWER_NO,
        q.tell_adult = TEXT("by visit"));
    assert_int_equal(r->status, STATUS(OK));
    assert_null(on_board(w, MASH_DESK, &h));
    assert_null(on_board(w, MASH_DESK_2, &h));
    assert_null(to_lead(w, MASH_DESK, "mash"));
}

static void what_is_offered_stays_on_the_board_of_who_offered_it_until_it_is_answered(void **state)
{
    struct world *w = world_of(state);
    struct held h = met(w);
    watch(w, MASH_DESK, "mash");
    watch(w, NORTH_DESK, "north");
    assert_int_equal(offer(w, &h, "", 90)->status, STATUS(OK));
    held_refresh(w, &h);
    watch(w, MASH_DESK_2, "mash"); // told from its head
    enum who const watching[] = {MASH_DESK, MASH_DESK_2, NORTH_DESK};
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++) {
        Triage__V1__Headline const *head = on_board(w, watching[i], &h);
        assert_int_equal(head->state, STATE(HANDOVER_OFFERED));
        assert_string_equal(head->offered_to, "north");
        assert_true(head->lead_by_ms > w->now.utc_ms);
    }
    Triage__V1__Task *t = to_lead(w, MASH_DESK, "mash");
    assert_string_equal(t->errand->state, "offered");
    assert_string_equal(t->errand->who, "north");
    assert_null(to_lead(w, NORTH_DESK, "north")); // its queue shows it
    Triage__V1__Reply *r;
    ASK(r, w, NORTH_DESK, "nia", 92, ACCEPT_OFFER, accept_offer, AcceptOffer, ACCEPT_OFFER,
        q.hold = hold_of(&h), q.lead = TEXT("nia"), q.tell_adult = TEXT("by visit"));
    assert_int_equal(r->status, STATUS(OK));
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++)
        assert_null(on_board(w, watching[i], &h));
    assert_null(to_lead(w, MASH_DESK, "mash"));
}

static void a_board_of_more_cases_than_one_push_holds_is_told_to_its_end(void **state)
{
    struct world *w = world_of(state);
    struct held h = met(w);
    assert_int_equal(offer(w, &h, "", 90)->status, STATUS(OK));
    for (unsigned i = 0; i < 1200; i++) {
        if (i % 100 == 0) world_forget_sent(w);
        assert_int_equal(world_submit(w, HOME, 1000 + i, DANGER_NO)->status, STATUS(OK));
    }
    world_forget_sent(w);
    watch(w, MASH_DESK, "mash");
    world_run(w);
    Triage__V1__Reply *more; // than it is given credit for at once
    ASK(more, w, MASH_DESK, NULL, 0, CREDIT, credit, Credit, CREDIT, q.team = TEXT("mash"),
        q.credit = ALL);
    assert_int_equal(more->status, STATUS(OK));
    assert_string_equal(on_board(w, MASH_DESK, &h)->offered_to, "north");
    bool listed = false;
    for (size_t i = 0; i < w->n_sent; i++) {
        Triage__V1__Reply const *r = w->sent[i].reply;
        if (r->body_case == TRIAGE__V1__REPLY__BODY_QUEUE_PUSH)
            listed = listed || r->queue_push->listed;
    }
    assert_true(listed);
}

// With all that time does meanwhile behind it.
static void days_later(struct world *w, struct held *h)
{
    for (int day = 0; day < 5; day++) {
        world_pass(w, DAY_MS);
        held_refresh(w, h);
    }
    held_refresh(w, h);
}

// The desk of the north was there when the day began, and then for days no more.
static void nothing_is_offered_to_a_team_whose_desk_has_been_away_for_a_working_day(void **state)
{
    struct world *w = world_of(state);
    world_connect(w, NORTH_DESK);
    (void)world_ask(w, NORTH_DESK, ask_follow_queue("north", ALL));
    struct held h = met(w);
    days_later(w, &h);
    assert_int_equal(offer(w, &h, "", 82)->status, STATUS(OK)); // it is still connected
    held_refresh(w, &h);
    Triage__V1__Reply *r;
    ASK(r, w, MASH_DESK, "ada", 83, WITHDRAW_OFFER, withdraw_offer, WithdrawOffer, WITHDRAW_OFFER,
        q.hold = hold_of(&h), q.reason = TEXT("too early"));
    assert_int_equal(r->status, STATUS(OK));
    desk_peer_gone(w->desk, w->peers[NORTH_DESK].id);
    days_later(w, &h);
    r = offer(w, &h, "", 84);
    assert_int_equal(r->status, STATUS(INVALID));
    assert_string_equal(r->problems[0]->field, "offer.team");
    r = offer(w, &h, "nia", 85);
    assert_string_equal(r->problems[0]->field, "offer.agreed_by"); // she manages nobody
    world_connect(w, NORTH_DESK);
    (void)world_ask(w, NORTH_DESK, ask_follow_queue("north", ALL));
    assert_int_equal(offer(w, &h, "", 86)->status, STATUS(OK));
}

// What is restricted reaches the team as a reference, a colour and what to do about it.
static void a_restricted_offer_tells_a_reference_a_colour_and_to_clear_a_worker(void **state)
{
    struct world *w = world_of(state);
    struct held h = met(w);
    Triage__V1__Reply *r;
    assert_int_equal(offer(w, &h, "", 90)->status, STATUS(OK));
    held_refresh(w, &h);
    ASK(r, w, NORTH_DESK, "nia", 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("north"));
    assert_string_equal(r->queue->headlines[0]->provider, "home");
    assert_false(r->queue->headlines[0]->clear_a_worker);
    ASK(r, w, MANAGER_KEY, "mo", 91, NIGHT, night, Night, NIGHT, q.hold = hold_of(&h),
        q.act = TRIAGE__V1__NIGHT_ACT__NIGHT_ACT_RESTRICT, q.reason = TEXT("a colleague's mother"));
    assert_int_equal(r->status, STATUS(OK));
    held_refresh(w, &h);
    ASK(r, w, NORTH_DESK, "nia", 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT("north"));
    Triage__V1__Headline const *head = r->queue->headlines[0];
    assert_string_equal(head->reference, h.reference);
    assert_true(head->clear_a_worker && head->colour);
    assert_string_equal(head->provider, "");
    assert_string_equal(head->why, "");
    assert_true(!head->kind && !head->recommended && !head->score && !head->decide_by_ms);
    ASK(r, w, MANAGER_KEY, "mo", 93, LOOK, look, Look, LOOK, q.reference = h.reference,
        q.reason = TEXT("to see how it stands"));
    assert_int_equal(r->status, STATUS(OK)); // who may read it reads it whole
    assert_string_equal(r->look->headline->provider, "home");
    ASK(r, w, NORTH_DESK, "nia", 92, ACCEPT_OFFER, accept_offer, AcceptOffer, ACCEPT_OFFER,
        q.hold = hold_of(&h), q.lead = TEXT("nia"), q.tell_adult = TEXT("by visit"));
    assert_int_equal(r->status, STATUS(FORBIDDEN));
    assert_non_null(strstr(r->text, "A manager of the team accepts it"));
}

static Triage__V1__QueueReply *queue_of(struct world *w, enum who who, const char *team)
{
    Triage__V1__Reply *r;
    ASK(r, w, who, NULL, 0, QUEUE, queue, Queue, QUEUE, q.team = TEXT(team));
    assert_int_equal(r->status, STATUS(OK));
    return r->queue;
}

// Of somebody whose enquiry the north leads; the newest of several open ones.
static void about_an_open_case_of_the_north(struct world *w)
{
    plain_policy_direct();
    world_connect(w, NORTH_DESK);
    (void)world_ask(w, NORTH_DESK, ask_follow_queue("north", ALL));
    struct held h = met(w);
    assert_int_equal(offer(w, &h, "", 90)->status, STATUS(OK));
    held_refresh(w, &h);
    Triage__V1__Reply *r;
    ASK(r, w, NORTH_DESK, "nia", 91, ACCEPT_OFFER, accept_offer, AcceptOffer, ACCEPT_OFFER,
        q.hold = hold_of(&h), q.lead = TEXT("nia"), q.tell_adult = TEXT("by visit"));
    assert_int_equal(r->status, STATUS(OK));
    struct concern_of const about = {.name = "Invented Person 1", .danger = DANGER_NO};
    for (unsigned key = 50; key < 52; key++) // the second about two open cases, one the first
        assert_int_equal(world_ask(w, HOME, ask_submit(key, &about))->status, STATUS(OK));
}

static struct held first_of(struct world *w, enum who who, const char *team)
{
    struct held h = {0};
    Triage__V1__QueueReply const *q = queue_of(w, who, team);
    assert_true(q->n_headlines > 0);
    (void)snprintf(h.reference, sizeof h.reference, "%s", q->headlines[0]->reference);
    return h;
}

static void what_the_rules_send_past_the_mash_is_listed_under_its_queue(void **state)
{
    struct world *w = world_of(state);
    about_an_open_case_of_the_north(w);
    (void)world_submit(w, HOME, 60, DANGER_NO); // of somebody else
    struct concern_of const red = {.name = "Invented Person 1", .danger = DANGER_YES};
    (void)world_ask(w, HOME, ask_submit(61, &red));
    Triage__V1__QueueReply *q = queue_of(w, NORTH_DESK, "north");
    assert_int_equal(q->n_headlines, 2);
    assert_true(q->headlines[0]->direct);
    assert_int_equal(q->n_direct, 0);
    struct held const h = first_of(w, NORTH_DESK, "north");
    q = queue_of(w, MASH_DESK, "mash");
    assert_int_equal(q->n_headlines, 2);
    assert_int_equal(q->total, 2);
    assert_int_equal(q->n_direct, 2);
    assert_string_equal(q->direct[0]->reference, h.reference);
    assert_string_equal(q->direct[0]->team, "north");
    Triage__V1__Reply *r = world_ask(w, MASH_DESK, ask_claim(h.reference, "ada", 92));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(FORBIDDEN));
    r = world_ask(w, NORTH_DESK, ask_claim(h.reference, "nia", 93));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(OK));
    q = queue_of(w, MASH_DESK, "mash");
    assert_int_equal(q->n_direct, 2);
    assert_string_equal(q->direct[0]->held_by, "nia"); // in its place still
    world_reopen(w);
    assert_int_equal(queue_of(w, MASH_DESK, "mash")->n_direct, 2);
}

static void the_whole_board_of_the_mash_has_a_copy_until_it_is_decided_or_taken_back(void **state)
{
    struct world *w = world_of(state);
    watch(w, MASH_DESK, "mash");
    about_an_open_case_of_the_north(w);
    struct held h = first_of(w, NORTH_DESK, "north");
    watch(w, MASH_DESK_2, "mash"); // told from its head
    assert_int_equal(world_ask(w, MANAGER_KEY, ask_follow_queue("mash", ALL))->status, STATUS(OK));
    enum who const watching[] = {MASH_DESK, MASH_DESK_2};
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++) {
        Triage__V1__Headline const *head = on_board(w, watching[i], &h);
        assert_true(head->direct);
        assert_string_equal(head->team, "north");
        assert_string_equal(head->held_by, "");
    }
    Triage__V1__Reply *r = world_ask(w, NORTH_DESK, ask_claim(h.reference, "nia", 93));
    assert_int_equal(r->claim->claimed[0]->status, STATUS(OK));
    h.token = r->claim->claimed[0]->token;
    held_refresh(w, &h);
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++)
        assert_string_equal(on_board(w, watching[i], &h)->held_by, "nia");
    assert_int_equal(world_ask(w, NORTH_DESK, ask_decide(&h, MET, "nia", 94))->status, STATUS(OK));
    struct held other = first_of(w, NORTH_DESK, "north");
    assert_string_not_equal(other.reference, h.reference);
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++) {
        assert_null(on_board(w, watching[i], &h));
        assert_true(on_board(w, watching[i], &other)->direct);
    }
    assert_null(on_board(w, MANAGER_KEY, &other)); // of the queue alone it is none
    held_refresh(w, &other);
    ASK(r, w, MASH_DESK, "ada", 96, WITHDRAW_OFFER, withdraw_offer, WithdrawOffer, WITHDRAW_OFFER,
        q.hold = hold_of(&other), q.take_back = true, q.reason = TEXT("the team is named in it"));
    assert_int_equal(r->status, STATUS(OK));
    for (size_t i = 0; i < sizeof watching / sizeof watching[0]; i++) {
        assert_false(on_board(w, watching[i], &other)->direct); // theirs now
        assert_string_equal(on_board(w, watching[i], &other)->team, "mash");
    }
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_setup, world_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(what_was_sent_in_error_is_voided_by_two_managers),
        T(what_moved_on_meanwhile_is_not_voided_and_the_proposal_is_over),
        T(what_is_put_off_stays_in_sight_and_is_kept_for_who_put_it_off),
        T(an_offer_says_by_field_what_evidence_it_lacks),
        T(nothing_is_offered_to_a_team_whose_desk_has_been_away_for_a_working_day),
        T(what_is_met_and_nobody_leads_stays_on_the_board_and_is_to_do_by_its_date),
        T(a_board_of_more_cases_than_one_push_holds_is_told_to_its_end),
        T(what_is_offered_stays_on_the_board_of_who_offered_it_until_it_is_answered),
        T(a_restricted_offer_tells_a_reference_a_colour_and_to_clear_a_worker),
        T(what_the_rules_send_past_the_mash_is_listed_under_its_queue),
        T(the_whole_board_of_the_mash_has_a_copy_until_it_is_decided_or_taken_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
