// What must hold before something is asked, answered, handed to others to find out, or disputed.
#include "errand_moves.h"
#include "org.h"

#include "check.h"

static bool given(const char *id)
{
    return id != NULL && id[0] != '\0';
}

static bool same(const char *a, const char *b)
{
    return strncmp(a, b, ID_MAX) == 0;
}

static const struct worker *asker(const struct ask *a)
{
    CHECK(a->command->actor.worker != NULL); // none of these is asked of anybody else
    return a->command->actor.worker;
}

static bool leads(const struct ask *a)
{
    return given(a->file->lead) && same(a->file->lead, asker(a)->id);
}

// Whom the command names; for a question nobody means the referrer.
static const struct principal *whom(const struct ask *a)
{
    const char *id = given(a->command->who) ? a->command->who : a->file->referrer;
    return registry_principal(a->rules->registry, id);
}

static bool outside(const struct principal *p)
{
    unsigned const roles =
        1U << ROLE_PROVIDER | 1U << ROLE_PARTNER | 1U << ROLE_POLICE | 1U << ROLE_PORTAL;
    return p != NULL && p->active && ((roles >> p->role) & 1);
}

GUARD(errand_room, ERR_CONFLICT, NULL,
      "As much is out on this case as there is room for. Close something first.", "")
{
    return errands_live(a->file, ERRANDS_ALL) < ERRANDS_PEOPLE;
}

GUARD(errand_out, ERR_CONFLICT, NULL,
      "Nothing of that kind is out on this case, or it is at another stage: triage case REF shows "
      "what is.",
      "")
{
    return ask_errand(a, true) != NULL;
}

GUARD(errand_named, ERR_INVALID, "number",
      "Several are out: say which by its number. triage case REF shows them.", "")
{
    return ask_errand(a, false) != NULL;
}

GUARD(errand_due, ERR_CONFLICT, NULL, "Its time has not come yet.", "")
{
    const struct errand *e = ask_errand(a, true);
    return e != NULL && e->next_ms <= a->now.utc_ms;
}

// Questions.

GUARD(ask_whom, ERR_INVALID, "of",
      "Name whom to ask by the id of its key: the referrer, or a partner that is enrolled.", "")
{
    return outside(whom(a));
}

GUARD(ask_silence, ERR_INVALID, "of",
      "The police asked for silence, or the referrer's side may be the source. Ask the police, or "
      "a partner.",
      "")
{
    const struct principal *p = whom(a);
    if (p == NULL || p->role == ROLE_POLICE) return true;
    if (a->file->flags & CASE_POLICE_HOLD) return false;
    return (a->file->flags & CASE_NEUTRAL) == 0 || !principal_speaks_for(p, a->file->referrer);
}

GUARD(ask_questions, ERR_INVALID, "questions", "Write at least one question, and at most sixteen.",
      "")
{
    return a->command->asked != 0;
}

GUARD(ask_why, ERR_INVALID, "why", "Say why it matters: whoever is asked reads it.", "")
{
    return a->command->has_reason;
}

GUARD(errand_yours, ERR_FORBIDDEN, NULL,
      "It was asked of somebody else. Who was asked answers, or a worker for them by telephone.",
      "whoever was asked")
{
    // Whoever is asked from outside finds out only what is theirs: errand_out.
    if (a->hats & HATS_WORKER) return guard_own_team.holds(a);
    const struct errand *e = ask_errand(a, true);
    CHECK(e != NULL);
    return principal_speaks_for(a->command->actor.principal, e->who);
}

GUARD(answer_given, ERR_INVALID, "answers", "Answer at least one question, or say it in words.", "")
{
    return a->command->answered != 0 || a->command->has_answer;
}

GUARD(answer_ids, ERR_INVALID, "answers",
      "An answer names a question that was not asked. Their numbers are in the notice.", "")
{
    const struct errand *e = ask_errand(a, false);
    CHECK(e != NULL); // errand_named
    return (a->command->answered & ~(uint32_t)e->asked) == 0;
}

// Delegated enquiries.  Care Act 2014 s42(2): the council may cause others to enquire; the duty,
// and so the lead, stays its own.

GUARD(led, ERR_CONFLICT, NULL, "Nobody leads it yet. Name a lead first: that stays the council's.",
      "")
{
    return given(a->file->lead);
}

GUARD(delegate_whom, ERR_INVALID, "to",
      "Name who enquires by the id of its key: a provider or partner that is enrolled.", "")
{
    return given(a->command->who) && outside(whom(a));
}

static bool may_be_source(const struct ask *a, const struct principal *p)
{
    const struct casefile *f = a->file;
    struct facts const facts = facts_recall(&f->facts);
    int32_t const category = facts.value[FACT_SOURCE_CATEGORY];
    bool there = false;
    for (size_t i = 0; i < p->n_places; i++) there |= same(p->places[i], f->place);
    if ((f->flags & CASE_NEUTRAL) && principal_speaks_for(p, f->referrer)) return true;
    return there && category != FACT_UNKNOWN && org_about_service(&facts) &&
           category != fact_code_from(FACT_SOURCE_CATEGORY, "other_service_user");
}

GUARD(delegate_source, ERR_INVALID, "source_reason",
      "Who would enquire may be the source of the harm. A MASH manager may still ask them, with "
      "the reason.",
      "a MASH manager")
{
    if (!may_be_source(a, whom(a))) return true;
    return (a->hats & HAT_MASH_MANAGER) && a->command->has_source_reason;
}

GUARD(delegate_crime, ERR_INVALID, "police_agree",
      "A crime is suspected: say who at the police agreed, and when.", "")
{
    return fact_kept(&a->file->facts, FACT_CRIME_SUSPECTED) != 1 || a->command->has_police_agree;
}

GUARD(scope, ERR_INVALID, "scope", "Say what they are to find out, and what they are not.", "")
{
    return a->command->has_scope;
}

GUARD(purpose, ERR_INVALID, "purpose", "Say what it is for.", "")
{
    return a->command->has_purpose;
}

GUARD(terms, ERR_INVALID, "terms",
      "Say on what terms: whom they may speak to, what they keep, whom they tell.", "")
{
    return a->command->has_terms;
}

GUARD(due_ahead, ERR_INVALID, "due_ms", "Say by when: a time to come, within a year.", "")
{
    int64_t const due = a->command->due_ms;
    return due > a->now.utc_ms && due <= a->now.utc_ms + 366 * DAY_MS;
}

GUARD(report_given, ERR_INVALID, "text", "Write what was found.", "")
{
    return a->command->has_answer;
}

// The quality check.

GUARD(adult_seen, ERR_INVALID, "adult_seen",
      "Say whether the adult was seen. Not known is an answer.", "")
{
    return a->command->adult_seen != ANSWER_UNSET;
}

GUARD(evidence, ERR_INVALID, "evidence", "Say what the findings rest on.", "")
{
    return a->command->has_evidence;
}

GUARD(risk_now, ERR_INVALID, "risk_now", "Say what risk there is now.", "")
{
    return a->command->has_risk_now;
}

GUARD(no_open_delegation, ERR_CONFLICT, NULL,
      "A delegated enquiry is still out. Accept its report, or take it back.", "")
{
    return errands_live(a->file, 1U << ERRAND_DELEGATION) == 0;
}

// A MASH worker who does not lead the enquiry takes a report with a second person.
bool report_is_risky(const struct ask *a)
{
    return (a->hats & HATS_MANAGER) == 0 && !leads(a);
}

// Challenges.

GUARD(challenge_once, ERR_CONFLICT, NULL,
      "This decision was challenged already. What is new goes as an addition under the reference.",
      "")
{
    return (a->file->flags & CASE_CHALLENGED) == 0;
}

GUARD(challenge_window, ERR_CONFLICT, NULL,
      "The time to disagree has passed. What is new goes as an addition under the reference, or as "
      "a new concern.",
      "")
{
    int64_t const from = a->file->read_ms;
    int64_t const end =
        from ? deadline_after(a, a->rules->clocks->challenge, a->file->colour, from) : 0;
    return end == 0 || a->now.utc_ms <= end;
}

GUARD(on_behalf, ERR_FORBIDDEN, NULL, "Another team has this case. Ask the MASH, or that team.",
      "the referrer, or a worker of the team that has it")
{
    return (a->hats & HAT_REFERRER) || guard_own_team.holds(a);
}

GUARD(challenge_words, ERR_INVALID, "text", "Say why you disagree.", "")
{
    return a->command->has_reason;
}

GUARD(reviewer_fit, ERR_INVALID, "reviewer",
      "Name an active manager who neither took the decision nor agreed to it as second person.", "")
{
    const struct worker *w =
        given(a->command->who) ? registry_worker(a->rules->registry, a->command->who) : NULL;
    if (w == NULL || !w->active) return false;
    if (w->grade != GRADE_MASH_MANAGER && w->grade != GRADE_COMMUNITY_MANAGER) return false;
    return !same(w->id, a->file->decider) && !same(w->id, a->file->second);
}

GUARD(reviews_it, ERR_FORBIDDEN, NULL, "It was given to another manager to review.",
      "the manager who reviews it")
{
    const struct errand *e = ask_errand(a, true);
    CHECK(e != NULL); // errand_out
    return same(e->who, asker(a)->id);
}

GUARD(challenge_result, ERR_INVALID, "result",
      "Say how it ends: upheld, part_upheld, not_upheld or out_of_scope.", "")
{
    return a->command->verdict >= 1 && a->command->verdict <= 4;
}

GUARD(no_open_challenge, ERR_CONFLICT, NULL,
      "The decision is challenged, and the reviewer has not answered yet.", "the reviewer")
{
    return !casefile_challenged(a->file);
}

// The second person beside a lease.

static const struct errand *proposed(const struct ask *a)
{
    for (size_t i = 0; i < a->file->n_errands; i++) {
        const struct errand *e = &a->file->errands[i];
        if (e->kind == ERRAND_PROPOSAL && e->state == ERRAND_OPEN) return e;
    }
    return NULL;
}

GUARD(errand_proposal, ERR_CONFLICT, NULL, "Nothing here waits for a second person.", "")
{
    return proposed(a) != NULL;
}

GUARD(no_errand_proposal, ERR_CONFLICT, NULL,
      "Something here waits for a second person already. They answer first.",
      "a manager, as the second person")
{
    return proposed(a) == NULL;
}

GUARD(errand_not_proposer, ERR_FORBIDDEN, NULL,
      "You proposed this yourself. Another manager must agree or disagree.", "another manager")
{
    return !same(proposed(a)->by, asker(a)->id);
}

GUARD(errand_other_login, ERR_FORBIDDEN, NULL,
      "The proposal came through this same login. Answer it with your own key or at another desk.",
      "another manager, with a key of their own")
{
    const struct actor *actor = &a->command->actor;
    if (!same(actor->principal->id, proposed(a)->who)) return true;
    return actor->proven && actor->principal->role == ROLE_PORTAL;
}

// Stored in error.

// A case may be decided, linked or joined while the second manager thinks about it.
GUARD(errand_void_stands, ERR_CONFLICT, "agree",
      "The case has moved on since this was proposed, so it stays on record. Disagree, with the "
      "reason.",
      "")
{
    if (!a->command->agree || proposed(a)->about != COMMAND_VOID) return true;
    return a->file->state == STATE_QUEUED && guard_stands.holds(a) && guard_leads_none.holds(a) &&
           guard_void_untold.holds(a);
}

GUARD(void_young, ERR_CONFLICT, NULL, "It is older than five days. Decide it instead.", "")
{
    return a->now.utc_ms - a->file->received_ms <= 5 * DAY_MS;
}

GUARD(void_untold, ERR_CONFLICT, NULL,
      "The referrer was told more than that it arrived, so it stays on record. Decide it instead.",
      "")
{
    return (a->file->flags & CASE_TOLD) == 0;
}

GUARD(void_harmless, ERR_INVALID, "no_adult_at_risk",
      "Confirm that no adult is at risk: a test, or sent in error.", "")
{
    return a->command->no_adult_at_risk;
}

bool always_two(const struct ask *a)
{
    (void)a;
    return true;
}

// People leave.

bool worker_gone(const struct rules *r, const char *id)
{
    const struct worker *w = given(id) ? registry_worker(r->registry, id) : NULL;
    return given(id) && (w == NULL || !w->active);
}

bool principal_gone(const struct rules *r, const char *id)
{
    const struct principal *p = given(id) ? registry_principal(r->registry, id) : NULL;
    return given(id) && (p == NULL || !p->active);
}

bool casefile_orphaned(const struct rules *r, const struct casefile *f)
{
    bool const unread = f->outcome != OUTCOME_UNSET && f->read_ms == 0;
    if (worker_gone(r, f->lead)) return true;
    for (size_t i = 0; i < f->n_errands; i++) {
        const struct errand *e = &f->errands[i];
        bool const person = e->kind == ERRAND_CHALLENGE;
        if (e->state == ERRAND_WAITING && unread && principal_gone(r, f->referrer)) return true;
        if (!errand_live(e) || e->state == ERRAND_EXPIRED) continue;
        if (worker_gone(r, e->by)) return true;
        if (person ? worker_gone(r, e->who) : principal_gone(r, e->who)) return true;
    }
    return false;
}

GUARD(orphaned, ERR_CONFLICT, NULL, "Nobody who has part in it has left.", "")
{
    return casefile_orphaned(a->rules, a->file);
}

GUARD(led_by_leaver, ERR_CONFLICT, NULL, "It is not led by whom you name.", "")
{
    return given(a->command->who) ? same(a->file->lead, a->command->who) : given(a->file->lead);
}

// Taking back, and what is said about a case as a whole.

GUARD(with_community, ERR_CONFLICT, NULL,
      "The MASH has it already: another lead is named with triage allocate.", "")
{
    return !same(a->file->team, a->rules->mash);
}

GUARD(sent_elsewhere, ERR_CONFLICT, NULL,
      "The MASH has it, or takes it from the duty team's queue: triage take.", "")
{
    const char *night = a->rules->out_of_hours;
    return !same(a->file->team, a->rules->mash) && (night == NULL || !same(a->file->team, night));
}

GUARD(mark_given, ERR_INVALID, "police_hold",
      "Say whether the police ask for silence now: yes, or no longer, where that is new.", "")
{
    bool const held = (a->file->flags & CASE_POLICE_HOLD) != 0;
    return a->command->police_answer && a->command->police_hold != held;
}
