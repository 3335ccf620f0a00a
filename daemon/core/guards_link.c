// What must hold before one thread follows another.
#include "moves.h"

#include "check.h"

struct followers ask_followers(const struct ask *a)
{
    const struct rules *r = a->rules;
    return r->followers ? r->followers(r->ctx, a->file->no) : (struct followers){0};
}

GUARD(stands, ERR_CONFLICT, NULL,
      "It follows another case about the same incident: do this there. triage links REF names it.",
      "")
{
    return !casefile_follows(a->file);
}

GUARD(follows_none, ERR_CONFLICT, NULL,
      "It follows another case already. A MASH manager unlinks it first.", "a MASH manager")
{
    return a->file->follows == 0;
}

GUARD(follows, ERR_CONFLICT, NULL, "It follows no other case.", "")
{
    const struct casefile *lead = a->command->other;
    return a->file->follows != 0 && (lead == NULL || lead->no == (uint64_t)a->file->follows);
}

GUARD(leads_none, ERR_CONFLICT, NULL,
      "Others follow this case. Link the other one to it, or unlink those first.", "")
{
    return ask_followers(a).n == 0;
}

GUARD(link_hold, ERR_CONFLICT, NULL,
      "Someone has it now. Who has it links it, or it is linked once it is back in the queue.", "")
{
    return a->file->state != STATE_IN_TRIAGE || guard_lease_yours.holds(a);
}

// Where a case may lead: as LEADING_STATES of moves.c.
static bool may_lead(const struct casefile *f)
{
    unsigned const states = STATE_BIT(STATE_QUEUED) | STATE_BIT(STATE_IN_TRIAGE) |
                            STATE_BIT(STATE_DECIDED_MET) | STATE_BIT(STATE_HANDOVER_OFFERED) |
                            STATE_BIT(STATE_ENQUIRY) | STATE_BIT(STATE_ENQUIRY_REVIEW);
    return (states & STATE_BIT(f->state)) != 0;
}

// A notification of the police and a concern may tell of one incident; a request does not.
static bool kinds_meet(int32_t one, int32_t other)
{
    return one == other || (kind_is_s42(one) && kind_is_s42(other));
}

GUARD(
    link_other, ERR_INVALID, "primary",
    "Name the case that leads: another one, open, not refused, that follows none itself and waits "
    "for no second person. A closed one is reopened first.",
    "")
{
    const struct casefile *lead = a->command->other;
    return lead != NULL && lead->no != a->file->no && may_lead(lead) && lead->follows == 0 &&
           lead->proposal == COMMAND_NONE && kinds_meet(lead->kind, a->file->kind);
}

// A false match is worse than a miss.
GUARD(link_same_adult, ERR_INVALID, "primary",
      "They name two different adults. One incident of several adults stays a thread each.", "")
{
    const struct casefile *f = a->file;
    const struct casefile *lead = a->command->other;
    if (f->adult_hash == 0 || lead->adult_hash == 0 || f->adult_hash == lead->adult_hash) {
        return true;
    }
    if (f->person_hash != 0 && lead->person_hash != 0) return false; // two NHS numbers
    return f->person_hash == lead->adult_hash || lead->person_hash == f->adult_hash ||
           (f->person_hash == 0 && lead->person_hash == 0);
}

GUARD(link_room, ERR_CONFLICT, "primary",
      "As many threads follow that case as may. Decide this one by itself.", "")
{
    const struct rules *r = a->rules;
    if (r->followers == NULL) return true;
    return r->followers(r->ctx, a->command->other->no).n < FOLLOWERS_MAX;
}

GUARD(suggest_other, ERR_INVALID, "primary", "Name another case that it may belong to.", "")
{
    const struct casefile *lead = a->command->other;
    return lead != NULL && lead->no != a->file->no;
}

GUARD(followed, ERR_CONFLICT, NULL, "The other case does not follow this one.", "")
{
    const struct casefile *f = a->command->other;
    return f != NULL && (uint64_t)f->follows == a->file->no;
}

// Every referrer knows what was decided before it closes, not the first one alone.
GUARD(
    followers_read, ERR_CONFLICT, NULL,
    "Someone whose thread follows this case has not read the decision yet. triage links REF names "
    "them: ring them, then record it with triage phone.",
    "")
{
    return ask_followers(a).unread == 0;
}
