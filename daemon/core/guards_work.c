// What must hold to name a lead, hand a case over, finish an enquiry and close it.
#include "moves.h"

#include "check.h"

static bool given(const char *id)
{
    return id != NULL && id[0] != '\0';
}

static bool same(const char *a, const char *b)
{
    return strncmp(a, b, ID_MAX) == 0;
}

static const struct worker *lead_wanted(const struct ask *a)
{
    return given(a->command->lead) ? registry_worker(a->rules->registry, a->command->lead) : NULL;
}

static bool leads(const struct ask *a)
{
    const struct worker *w = a->command->actor.worker;
    CHECK(w != NULL);
    return given(a->file->lead) && same(a->file->lead, w->id);
}

// The team named; else the case's own, when the lead works there; else the lead's.
const char *allocate_team(const struct ask *a)
{
    const struct worker *lead = lead_wanted(a);
    if (given(a->command->team)) return a->command->team;
    if (lead == NULL || lead->n_teams == 0 || worker_in_team(lead, a->file->team)) {
        return a->file->team;
    }
    return lead->teams[0];
}

// A lead.

GUARD(directed, ERR_CONFLICT, NULL,
      "Two offers were refused. A MASH manager now names the lead, in any team.", "a MASH manager")
{
    return a->file->refusals < REFUSALS_MAX || (a->hats & HAT_MASH_MANAGER);
}

GUARD(reassign, ERR_FORBIDDEN, NULL, "It has a lead. A manager names another one.", "a manager")
{
    return a->file->lead[0] == '\0' || (a->hats & HATS_MANAGER);
}

GUARD(lead_named, ERR_INVALID, "lead", "Name the worker who leads.", "")
{
    return given(a->command->lead);
}

GUARD(lead_fit, ERR_INVALID, "lead",
      "No active worker is registered under that name. Check it with triage keys.", "")
{
    const struct worker *lead = lead_wanted(a);
    return lead != NULL && lead->active;
}

GUARD(
    lead_team, ERR_INVALID, "lead",
    "The lead must work in the team that has the case. Offer it to the other team instead; a MASH "
    "manager may move what has a lead, or was refused twice.",
    "a MASH manager")
{
    const char *team = allocate_team(a);
    const struct worker *lead = lead_wanted(a);
    if (lead == NULL || !worker_in_team(lead, team)) return false;
    if (same(team, a->file->team)) return true;
    return (a->hats & HAT_MASH_MANAGER) && a->rules->team_known(a->rules->ctx, team) &&
           (a->file->refusals >= REFUSALS_MAX || given(a->file->lead));
}

// Enquiries that a team cannot work wait under the name of a lead: a manager answers for that.
GUARD(lead_room, ERR_FORBIDDEN, "lead",
      "That team leads as many enquiries as the council's rules let it. A manager may name a lead "
      "all the same.",
      "a manager")
{
    const struct rules *r = a->rules;
    if ((a->hats & HATS_MANAGER) || r->team_room == NULL) return true;
    return r->team_room(r->ctx, allocate_team(a));
}

GUARD(difficulty, ERR_INVALID, "substantial_difficulty",
      "Say whether the adult has substantial difficulty in taking part. Not known is an answer.",
      "")
{
    return !kind_is_s42(a->file->kind) || a->command->substantial_difficulty != ANSWER_UNSET;
}

// Care Act 2014 s68.
GUARD(advocate, ERR_INVALID, "advocate",
      "Name the advocate, or the appropriate person who is not the source of the risk.", "")
{
    return a->command->substantial_difficulty != ANSWER_YES || a->command->has_advocate;
}

GUARD(tell_adult, ERR_INVALID, "tell_adult",
      "Say how the adult will be told, by a way that is safe for them.", "")
{
    return !kind_is_s42(a->file->kind) || a->command->has_tell_adult;
}

// A handover: only what was decided in the MASH, only to a team that knows the adult.

GUARD(offers_left, ERR_CONFLICT, NULL,
      "Two offers were refused. There is no third: a MASH manager names the lead.",
      "a MASH manager, who allocates it")
{
    return a->file->refusals < REFUSALS_MAX;
}

GUARD(offer_met, ERR_CONFLICT, NULL, "Only a case whose duty is met is handed over.", "")
{
    return a->file->outcome == OUTCOME_MET;
}

GUARD(offer_safe, ERR_CONFLICT, NULL,
      "What was done about safety is not on record, so it cannot be handed over.", "")
{
    return (a->file->flags & CASE_SAFETY_RECORDED) != 0;
}

GUARD(offer_police, ERR_CONFLICT, NULL,
      "The police lead this or asked for silence, so it stays with the MASH.", "")
{
    return (a->file->flags & CASE_POLICE_HOLD) == 0;
}

GUARD(offer_team, ERR_INVALID, "team", "Name another team of this council.", "")
{
    const char *team = a->command->team;
    return id_valid(team) && !same(team, a->rules->mash) && !same(team, a->file->team) &&
           a->rules->team_known(a->rules->ctx, team);
}

GUARD(safety_plan, ERR_INVALID, "safety_plan",
      "This case is red: give the safety plan that goes with it.", "")
{
    return a->file->colour != COLOUR_RED || a->command->has_safety_plan;
}

GUARD(offered_yours, ERR_FORBIDDEN, NULL, "It was offered to another team.",
      "a worker or manager of the team it was offered to")
{
    return (a->hats & HAT_MASH_MANAGER) || actor_serves(&a->command->actor, a->file->offered_team);
}

GUARD(offered_lead, ERR_INVALID, "lead", "The lead must work in the team it was offered to.", "")
{
    const struct worker *lead = lead_wanted(a);
    return lead != NULL && worker_in_team(lead, a->file->offered_team);
}

// The end of an enquiry.

static bool ceased(const struct ask *a)
{
    return a->command->risk == RISK_CEASED;
}

GUARD(leads_it, ERR_FORBIDDEN, NULL,
      "Who leads it says that it is finished. A manager may, when it ceased at the adult's request "
      "or the adult died.",
      "its lead")
{
    bool const ended = ceased(a) || a->command->adult_died;
    return leads(a) || ((a->hats & HATS_MANAGER) && ended && guard_own_team.holds(a));
}

// Whoever asks that nobody enquires may have been told to, and may not be the only one in danger.
GUARD(coercion_checked, ERR_INVALID, "coercion",
      "Say whether somebody may have made the adult ask for this. Not known is an answer.", "")
{
    return !ceased(a) || a->command->coercion != ANSWER_UNSET;
}

GUARD(others_checked, ERR_INVALID, "others_at_risk",
      "Say whether others are at risk from the same source. Not known is an answer.", "")
{
    return !(ceased(a) || a->command->adult_died) || a->command->others_at_risk != ANSWER_UNSET;
}

GUARD(ceased_capacity, ERR_INVALID, "has_capacity",
      "Say whether the adult has capacity to ask for this. Not known is an answer.", "")
{
    return !ceased(a) || a->command->capacity != ANSWER_UNSET;
}

// Care Act 2014 s44.
GUARD(death_review, ERR_INVALID, "death_review",
      "The adult has died: say to whom the death was passed for review, or why it was not.", "")
{
    bool const died = a->command->adult_died || (a->file->flags & CASE_SUBJECT_DECEASED) != 0;
    return !died || a->command->has_death_review;
}

GUARD(no_open_question, ERR_CONFLICT, NULL,
      "A question is still out. Close it, or wait for the answer.", "")
{
    return (a->file->flags & CASE_INFORMATION_ASKED) == 0;
}

GUARD(findings, ERR_INVALID, "findings", "Write what was found.", "")
{
    return a->command->has_findings;
}

GUARD(risk, ERR_INVALID, "risk", "Say what became of the risk: removed, reduced, remained, ...", "")
{
    if (!kind_is_s42(a->file->kind)) return a->command->risk == 0;
    return a->command->risk > 0 && a->command->risk <= RISK_CEASED;
}

GUARD(achieved, ERR_INVALID, "achieved",
      "Say how far what the adult wanted was reached, or that they were not asked.", "")
{
    if (!kind_is_s42(a->file->kind)) return a->command->achieved == 0;
    return a->command->achieved > 0 && a->command->achieved <= ACHIEVED_LAST;
}

GUARD(remaining_plan, ERR_INVALID, "safety_plan",
      "The risk remains: write the safety plan that stays in place.", "")
{
    return a->command->risk != RISK_REMAINED || a->command->has_safety_plan;
}

GUARD(not_lead, ERR_FORBIDDEN, NULL, "You lead this enquiry, so another manager checks it.",
      "a manager who does not lead it")
{
    return !leads(a);
}

// Nothing closes while the referrer does not know what was decided.
GUARD(decision_read, ERR_CONFLICT, NULL,
      "The referrer has not read the decision yet. Ring them, then record it: triage case phone.",
      "")
{
    return a->file->read_ms != 0;
}

GUARD(plan_kept, ERR_CONFLICT, NULL,
      "The risk remains and no safety plan is on record. Return the enquiry to its lead.", "")
{
    return a->file->risk != RISK_REMAINED || (a->file->flags & CASE_SAFETY_PLAN) != 0;
}

GUARD(adult_told, ERR_INVALID, "adult_told",
      "Say how the adult, or who speaks for them, was told, or why not.", "")
{
    return a->command->has_adult_told;
}

GUARD(spoke_to, ERR_INVALID, "spoke_to", "Say whom you spoke to.", "")
{
    return a->command->has_spoke_to;
}

// By whoever spoke to them, on a clock of their own; a day without its hour begins at midnight.
GUARD(said_at, ERR_INVALID, "at_ms", "Say when that was: since it was received, and not to come.",
      "")
{
    int64_t const at_ms = a->command->at_ms;
    bool const ahead = at_ms > a->now.utc_ms + SKEW_MS;
    return at_ms == 0 || (!ahead && at_ms >= a->file->received_ms - DAY_MS);
}

// Silence is not acceptance.
GUARD(accepted_by, ERR_INVALID, "by", "Say who accepted it there.", "")
{
    return a->command->has_forward_name || a->command->has_spoke_to;
}

GUARD(completion, ERR_INVALID, "complete", "Say at least one of what the national return asks.", "")
{
    return completion_says(&a->command->completion);
}
