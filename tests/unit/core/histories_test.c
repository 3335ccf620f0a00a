// Ten thousand made-up lives of a case: whatever people, referrers and time do to it, in whatever
// order, what must always be true stays true.  What is done is drawn from the table itself.
//   CORE_SEED=7 CORE_HISTORIES=100000 test_core_histories
#include "judge.h"

#include <stdlib.h>
#include <string.h>

#ifdef __SANITIZE_ADDRESS__
#define HISTORIES 1500 // The release build does ten thousand.
#else
#define HISTORIES 10000
#endif
#define STEPS 200

static uint64_t seed;

static uint64_t roll(uint64_t n)
{
    return world_random(&seed) % n;
}

// Mostly what a sensible person would send, now and then something left out or wrong.
static void command_garble(struct command *c)
{
    bool *const given[] = {&c->has_reason,     &c->has_tell,       &c->has_safety,
                           &c->has_wishes,     &c->has_findings,   &c->has_safety_plan,
                           &c->has_adult_told, &c->has_because[0], &c->has_signpost};
    *given[roll(sizeof(given) / sizeof(given[0]))] = roll(4) != 0;
    if (roll(12) == 0) c->token = roll(4);
    if (roll(8) == 0) c->cursor = roll(4);
    c->agree = roll(3) != 0;
    if (c->kind != COMMAND_MARK) c->police_hold = roll(50) == 0;
    c->birth_date_confirmed = roll(10) == 0;
    c->reasonable_suspicion = roll(2) == 0;
}

static bool beside(enum command_kind kind)
{
    return (kind >= COMMAND_ASK && kind <= COMMAND_TELL_DUE) || kind == COMMAND_LEGAL_HOLD;
}

// Mostly something that this actor may do now.
static enum command_kind kind_any(const struct casefile *f, enum who_asks who)
{
    struct command_action actions[COMMAND_ACTIONS_MAX];
    struct actor const a = world_actor(who);
    size_t const n = command_actions(&world_rules, f, &a, now, actions);
    size_t open = 0;
    for (size_t i = 0; i < n; i++) {
        if (actions[i].open && actions[i].kind != COMMAND_ERASE) actions[open++] = actions[i];
    }
    enum command_kind const any = MOVES[roll(MOVES_COUNT)].command;
    if (open == 0 || roll(5) == 0) return any == COMMAND_ERASE ? COMMAND_LOOK : any;
    if (f->state == STATE_IN_TRIAGE && f->proposal == COMMAND_NONE && roll(3))
        return COMMAND_DECIDE;
    enum command_kind kind = actions[roll(open)].kind;
    for (int i = 0; i < 3 && beside(kind) && roll(5); i++)
        kind = actions[roll(open)].kind; // the way of the case itself is most of it
    return kind;
}

static void errand_any(struct command *c)
{
    static const char *const whom[] = {"surgery", "home-a", "home-b", "", "nobody"};
    static const char *const reviewers[] = {"max", "mary", "carl", "ana", "gone"};
    bool const reviewer = c->kind == COMMAND_ASSIGN_CHALLENGE;
    c->who = roll(4) ? c->who : reviewer ? reviewers[roll(5)] : whom[roll(5)];
    c->verdict = (int)(1 + roll(4));
    c->answered = (uint32_t)roll(4);
    c->due_ms = now.utc_ms + (int64_t)roll(60) * DAY_MS;
    c->police_hold = roll(8) == 0;
    c->police_answer = roll(3) == 0;
    c->no_adult_at_risk = roll(12) == 0; // few are voided
}

static struct command command_any(const struct casefile *f)
{
    static const char *const leads[] = {"ana", "ben", "mary", "cora", "carl", "sue", "gone", ""};
    static const char *const teams[] = {"", "north", "south", "mash", "east"};
    enum who_asks who = (enum who_asks)(1 + roll(WHO_ASKS_COUNT - 1));
    if ((f->flags & CASE_DIRECT) && roll(2)) who = roll(4) ? CORA : CARL; // mostly its team
    struct command c = world_command(kind_any(f, who), who, f);
    enum answer limb[3];
    c.outcome = (enum outcome)(1 + roll(4));
    for (int i = 0; i < 3; i++) limb[i] = (enum answer)(1 + roll(3));
    if (c.outcome == OUTCOME_MET && roll(3)) limb[0] = limb[1] = limb[2] = ANSWER_YES;
    c.not_met_reason = (int)(1 + roll(6));
    if (c.outcome != OUTCOME_MET && c.not_met_reason <= 3 && roll(4)) {
        limb[c.not_met_reason - 1] = ANSWER_NO;
    }
    c.limbs = limbs_pack(limb);
    c.forward_to = c.not_met_reason == NOT_MET_UNDER_18 ? FORWARD_CHILDREN : (int)(1 + roll(7));
    c.lead = roll(3) ? (f->offered_team[0] ? "cora" : "ana") : leads[roll(8)];
    c.settlement = (int)roll(7);
    c.agency = (int)roll(5);
    if (!kind_is_s42(f->kind)) c.not_met_reason = c.risk = c.achieved = 0;
    c.team = c.kind == COMMAND_OFFER ? teams[roll(5)] : "";
    c.colour = (enum colour)(1 + roll(3));
    c.risk = (int)(1 + roll(6));
    errand_any(&c);
    command_garble(&c);
    return c;
}

static bool id_given(const char *id)
{
    return id[0] != '\0';
}

static size_t live(const struct casefile *f, enum errand_kind kind)
{
    size_t n = 0;
    for (size_t i = 0; i < f->n_errands; i++)
        n += f->errands[i].kind == (int32_t)kind && errand_live(&f->errands[i]);
    return n;
}

static unsigned decided_directly; // by a community team
static unsigned second_told;      // that a decision is unread

// What is out has somebody who has it, and ends with the case.
static unsigned seen[ERRAND_NEWS + 1];
static void errands_check(const struct casefile *f)
{
    unsigned const challenge = 1U << STATE_DECIDED_NOT_MET | 1U << STATE_OTHER_ENQUIRY |
                               1U << STATE_FORWARDED | 1U << STATE_ENQUIRY_REVIEW;
    bool const led = f->state >= STATE_DECIDED_MET && f->state != STATE_DECIDED_NOT_MET;
    assert_in_range(f->n_errands, 0, ERRANDS_MAX);
    assert_int_equal((f->flags & CASE_INFORMATION_ASKED) != 0, live(f, ERRAND_QUESTION) > 0);
    assert_true(live(f, ERRAND_CHALLENGE) <= 1 && live(f, ERRAND_PROPOSAL) <= 1);
    assert_true(live(f, ERRAND_NEWS) <= casefile_news(f));
    if (live(f, ERRAND_NEWS)) assert_true(CASE_STATES_NEWS >> f->state & 1);
    if (live(f, ERRAND_CHALLENGE)) assert_true(challenge >> f->state & 1);
    if (live(f, ERRAND_DELEGATION)) assert_true(led && f->state != STATE_FORWARDED);
    for (size_t i = 0; i < f->n_errands; i++) {
        const struct errand *e = &f->errands[i];
        seen[e->kind]++;
        assert_int_equal(e->ended_ms != 0, !errand_live(e) && e->state != ERRAND_WAITING);
        if (e->state == ERRAND_WAITING) assert_true(f->read_ms == 0 && f->outcome);
        if (e->ended_ms) assert_int_equal(e->next_ms, 0);
        if (!casefile_open(f)) assert_true(e->ended_ms != 0);
        if (e->kind == ERRAND_QUESTION || e->kind == ERRAND_DELEGATION)
            assert_true(id_given(e->who));
        for (size_t j = 0; j < i; j++) assert_int_not_equal(f->errands[j].number, e->number);
    }
}

// 1: it is always in exactly one place, with whatever watches over it there.
static void place_check(const struct casefile *f)
{
    bool const leased = id_given(f->lease_worker) && f->lease_until_ms != 0;
    bool const offered = id_given(f->offered_team);
    bool const waiting = CASE_STATES_WAITING >> f->state & 1;
    assert_int_equal(leased, f->state == STATE_IN_TRIAGE);
    assert_int_equal(f->lease_until_ms != 0, leased);
    assert_int_equal(offered, f->state == STATE_HANDOVER_OFFERED);
    assert_int_equal(f->proposal != COMMAND_NONE, f->proposal_until_ms != 0);
    assert_true(hold_ms(f->hold) == 0 || f->state == STATE_QUEUED);
    assert_true(hold_times(f->hold) <= HOLDS_MAX);
    if (f->proposal) assert_int_equal(f->state, STATE_IN_TRIAGE);
    if (waiting) assert_true(f->reassess_ms != 0 && f->holding_ms != 0);
    assert_true(id_given(f->team));
    switch (f->state) {
    case STATE_QUEUED:
    case STATE_IN_TRIAGE:
        assert_false(id_given(f->lead));
        assert_int_equal(f->outcome, OUTCOME_UNSET);
        assert_true(f->decide_by_ms != 0);
        break;
    case STATE_DECIDED_MET:
        assert_false(id_given(f->lead));
        assert_true(f->deadline_ms != 0);
        break;
    case STATE_ENQUIRY:
        assert_true(id_given(f->lead) && (f->deadline_ms != 0 || kind_is_dated(f->kind)));
        break;
    case STATE_ENQUIRY_REVIEW: // the manager's now
        assert_true(f->deadline_ms != 0 || kind_is_dated(f->kind));
        break;
    case STATE_OTHER_ENQUIRY:
        assert_true(id_given(f->lead) || live(f, ERRAND_LEAD));
        assert_true(f->deadline_ms != 0);
        break;
    case STATE_DECIDED_NOT_MET: assert_int_equal(f->deadline_ms != 0, f->read_ms != 0); break;
    case STATE_HANDOVER_OFFERED:
    case STATE_FORWARDED: assert_true(f->deadline_ms != 0); break;
    case STATE_VOID:
    case STATE_CLOSED: assert_int_equal(casefile_due_ms(f), INT64_MAX); break;
    default: fail();
    }
}

static void decision_check(const struct casefile *b, const struct casefile *a)
{
    bool unknown = false;
    if (!id_given(a->decider) || a->outcome == OUTCOME_UNSET) return;
    for (int i = 0; i < 3; i++) unknown |= limb_of(a->limbs, i) == ANSWER_NOT_KNOWN;
    assert_string_not_equal(a->decider, a->second); // 6
    if (a->outcome == OUTCOME_MET || b->outcome == a->outcome) return;
    bool const child = a->forward_to == FORWARD_CHILDREN && a->outcome == OUTCOME_FORWARD;
    if (!kind_is_s42(b->kind)) return; // passed on, not refused
    if (unknown || b->colour != COLOUR_GREEN || (b->flags & CASE_INFORMATION_ASKED)) {
        assert_true(child || id_given(a->second)); // 5
    }
}

// Only what the rules sent to a community team is decided there, and no red goes past the MASH.
static void direct_check(const struct casefile *b, const struct command *c,
                         const struct casefile *a)
{
    bool const community = c->actor.worker && (c->actor.worker->grade == GRADE_COMMUNITY_WORKER ||
                                               c->actor.worker->grade == GRADE_COMMUNITY_MANAGER);
    if (a->flags & CASE_DIRECT) assert_string_not_equal(a->team, "mash");
    if (a->state == STATE_QUEUED && a->colour == COLOUR_RED && a->colour_first != COLOUR_RED)
        assert_false(a->flags & CASE_DIRECT);
    if (!community || c->kind != COMMAND_DECIDE || b->state != STATE_IN_TRIAGE) return;
    assert_true((b->flags & CASE_DIRECT) || !kind_is_s42(b->kind));
    decided_directly += a->state != STATE_IN_TRIAGE;
}

static void step_check(const struct casefile *b, const struct command *c, const struct casefile *a)
{
    bool const person = c->actor.principal != NULL && c->actor.worker != NULL;
    assert_int_equal(a->received_ms, b->received_ms); // 2
    assert_int_equal(a->no, b->no);
    assert_string_equal(a->referrer, b->referrer);
    assert_int_equal(a->version, b->version + (result.changes ? 1U : 0U));
    assert_true(a->lease_token >= b->lease_token);
    assert_int_equal(a->state_since_ms, a->state == b->state ? b->state_since_ms : now.utc_ms);
    if (!person) assert_true(a->colour >= b->colour); // 3
    if (!result.changes) {
        assert_int_equal(result.notice, NOTICE_NONE);
        assert_int_equal(a->state, b->state);
    }
    if (c->actor.principal &&
        (c->actor.principal->role == ROLE_AUDITOR || c->actor.principal->role == ROLE_OPERATOR)) {
        assert_false(result.changes); // 13
    }
    if (a->state == STATE_CLOSED && b->state != STATE_CLOSED) { // 4
        assert_true(a->read_ms != 0 || a->outcome == OUTCOME_FORWARD || a->settled);
        assert_int_not_equal(result.notice, NOTICE_NONE);
    }
    if (result.event == EVENT_DECIDED) assert_int_not_equal(result.notice, NOTICE_NONE);
    if (result.event == EVENT_SECOND_ADDRESS_TOLD) {
        assert_false(a->flags & (CASE_NEUTRAL | CASE_POLICE_HOLD | CASE_SAFE_CONTACT));
        assert_true(a->read_ms == 0 && result.notice == NOTICE_DECISION_UNREAD);
        assert_string_equal(result.notice_to, "home-a-office");
        second_told++;
    }
    place_check(a);
    errands_check(a);
    decision_check(b, a);
    direct_check(b, c, a);
}

// 9 and 12: what was asked before is refused now, and changes nothing.
static void late_check(const struct casefile *before, const struct command *c,
                       const struct casefile *after)
{
    struct casefile unused;
    struct command late = *c;
    if (!result.changes) return;
    late.has_version = true;
    late.expected_version = before->version;
    assert_int_equal(
        command_apply(&world_rules, after, &late, now, &unused, &(struct command_result){0}) == OK,
        false);
    if (after->state != STATE_IN_TRIAGE || after->lease_token < 2) return;
    late = world_command(COMMAND_RETURN, ANA, after);
    late.token--;
    assert_int_not_equal(
        command_apply(&world_rules, after, &late, now, &unused, &(struct command_result){0}), OK);
}

static bool step(struct casefile *f, const struct command *c)
{
    struct casefile after;
    struct casefile const before = *f;
    if (apply(f, c, &after) != OK) return false;
    step_check(&before, c, &after);
    if (result.event == EVENT_DECIDED) after.decision_cursor = 1 + (int64_t)roll(3);
    struct command_result const kept = result;
    late_check(&before, c, &after);
    result = kept;
    *f = after;
    return true;
}

// Time does what is due, and then nothing more is.
static void time_pass(struct casefile *f)
{
    now.utc_ms += (int64_t)roll((uint64_t)(roll(4) ? 6 * HOUR_MS : 12 * DAY_MS));
    for (int i = 0; casefile_due_ms(f) <= now.utc_ms; i++) {
        struct command c = {.kind = command_due(f, now.utc_ms)};
        int64_t const was = casefile_due_ms(f);
        assert_true(i < 3 * ERRANDS_MAX && c.kind != COMMAND_NONE);
        c.colour = (enum colour)roll(4);
        c.score = (int)roll(30);
        if (!step(f, &c))
            fail_msg("%s in %s: %s", command_word(c.kind), state_word((enum state)f->state),
                     result.refusal);
        if (!result.changes) {
            assert_int_equal(c.kind, COMMAND_REASSESS);
            f->reassess_ms = now.utc_ms + HOUR_MS; // as the book puts it off
        }
        assert_true(casefile_due_ms(f) >= was); // two may be due at once
    }
    assert_int_equal(command_due(f, now.utc_ms), COMMAND_NONE);
}

// 10: whoever leaves leaves nothing behind; the next day they are back, for the next history.
static void somebody_leaves(struct casefile *f)
{
    static const char *const workers[] = {"ana", "ben", "mary", "cora", "max"};
    static const char *const keys[] = {"surgery", "home-a", "home-b"};
    struct worker *w = world_worker(workers[roll(5)]);
    struct principal *p = world_principal(keys[roll(3)]);
    struct command const c = {.kind = COMMAND_LEAVE};
    w->active = false;
    if (roll(2)) p->active = false;
    if (casefile_open(f) && casefile_orphaned(&world_rules, f)) {
        assert_true(step(f, &c));
        assert_false(casefile_orphaned(&world_rules, f));
        assert_string_not_equal(f->lead, w->id);
    }
    w->active = p->active = true;
}

// 10: who has left holds nothing; time sees to it at once.
static void person_leave(struct casefile *f)
{
    struct command const c = {.kind = COMMAND_LEASE_EXPIRE};
    struct worker *w = f->lease_until_ms ? world_worker(f->lease_worker) : NULL;
    if (!w) return;
    w->active = false;
    assert_true(step(f, &c));
    assert_true(f->lease_until_ms == 0 && f->lease_worker[0] == 0);
    assert_int_equal(f->state, STATE_QUEUED);
    w->active = true;
}

static uint64_t number_of(const char *name, uint64_t otherwise)
{
    char const *text = getenv(name);
    return text ? strtoull(text, NULL, 10) : otherwise;
}

// Most are concerns; some are what else a council is sent.
static struct casefile case_any(void)
{
    static const enum kind others[] = {KIND_DOLS, KIND_TRANSITION, KIND_DOMESTIC_ABUSE,
                                       KIND_CARE_NEEDS, KIND_ADVICE};
    struct casefile f = world_case(1, (enum colour)(1 + roll(3)), now);
    if (roll(2)) { // a second address may hear that a decision is unread
        (void)fact_keep(&f.facts, FACT_MANAGEMENT_MAY_BE_INVOLVED, 0);
        (void)fact_keep(&f.facts, FACT_SOURCE_CATEGORY,
                        fact_code_from(FACT_SOURCE_CATEGORY, "family"));
    }
    if (roll(3)) return f;
    f.kind = (int32_t)others[roll(5)];
    if (kind_is_dated(f.kind)) f.deadline_ms = f.decide_by_ms;
    return f;
}

static void whatever_happens_every_promise_holds(void **state)
{
    unsigned reached[STATE_VOID + 1] = {0};
    unsigned done_steps = 0;
    (void)state;
    unsigned const histories = (unsigned)number_of("CORE_HISTORIES", HISTORIES);
    uint64_t const first = number_of("CORE_SEED", 20260121);
    print_message("%u histories from CORE_SEED=%llu\n", histories, (unsigned long long)first);
    for (unsigned history = 0; history < histories; history++) {
        seed = first * 0x9e3779b97f4a7c15U + history + 1; // Each has a seed of its own.
        now = world_now(WORLD_NOW_MS + (int64_t)roll((uint64_t)(300 * DAY_MS)));
        struct casefile f = case_any();
        if (roll(10) == 0) f.flags |= CASE_RESTRICTED;
        if (roll(10) == 0) f.flags |= CASE_UNDER_18;
        if (roll(10) == 0) id_copy(f.team, "night");
        if (roll(6) == 0) { // past the MASH, to the team that has an open case of the adult
            id_copy(f.team, "north");
            f.flags |= CASE_DIRECT;
        }
        for (int i = 0; i < STEPS; i++) {
            struct command const c = command_any(&f);
            done_steps += step(&f, &c);
            if (roll(10) == 0) time_pass(&f);
            if (roll(40) == 0) person_leave(&f);
            if (roll(20) == 0) somebody_leaves(&f);
            reached[f.state]++;
        }
    }
    for (int s = STATE_QUEUED; s <= STATE_CLOSED; s++) {
        assert_true(reached[s] > histories / 50); // the lives went everywhere
    }
    for (int kind = ERRAND_QUESTION; kind <= ERRAND_LEAD; kind++)
        assert_true(seen[kind] > histories / 100);
    assert_true(seen[ERRAND_NEWS] > histories / 100);
    assert_true(done_steps > histories && decided_directly > histories / 200);
    assert_true(second_told > histories / 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(whatever_happens_every_promise_holds, judge_setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
