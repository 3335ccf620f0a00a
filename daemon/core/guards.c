// What must hold before someone may act: whose case it is, under which lease, with whose agreement.
// A sentence says what is wrong and what to do about it, to the person who reads it.
#include "moves.h"

#include "check.h"

static bool id_is(const char *id, const struct worker *w)
{
    return id[0] != '\0' && strncmp(id, w->id, ID_MAX) == 0;
}

static bool given(const char *id)
{
    return id != NULL && id[0] != '\0';
}

static const struct worker *asker(const struct ask *a)
{
    CHECK(a->command->actor.worker != NULL); // none of these is asked of anybody else
    return a->command->actor.worker;
}

static bool past(const struct ask *a, int64_t at_ms)
{
    return at_ms != 0 && at_ms <= a->now.utc_ms;
}

static bool lease_live(const struct ask *a)
{
    return a->file->state == STATE_IN_TRIAGE && a->file->lease_until_ms > a->now.utc_ms;
}

// The token is what makes a late answer harmless: an earlier lease's is not this one's.
static bool lease_held(const struct ask *a)
{
    return lease_live(a) && a->command->token == (uint64_t)a->file->lease_token &&
           id_is(a->file->lease_worker, asker(a));
}

// Queues and leases.

GUARD(
    queue_yours, ERR_FORBIDDEN, NULL,
    "It waits in another team's queue. Take from the queues that your desk and you are registered "
    "for; the duty team and the MASH stand in for each other by office hours.",
    "a worker of the team whose queue it is")
{
    const struct rules *r = a->rules;
    const struct actor *actor = &a->command->actor;
    if (actor_serves(actor, a->file->team)) return true;
    if (a->hats & HAT_OUT_OF_HOURS) {
        return strncmp(a->file->team, r->mash, ID_MAX) == 0 &&
               !calendar_is_open(r->calendar, a->now.utc_ms);
    }
    return (a->hats & HATS_MASH) && given(r->out_of_hours) && actor_serves(actor, r->mash) &&
           strncmp(a->file->team, r->out_of_hours, ID_MAX) == 0;
}

GUARD(cleared, ERR_FORBIDDEN, NULL,
      "This case is restricted. A manager takes it, or the duty worker at night.", "a manager")
{
    return (a->file->flags & CASE_RESTRICTED) == 0 || (a->hats & (HATS_MANAGER | HAT_OUT_OF_HOURS));
}

GUARD(lease_free, ERR_CONFLICT, NULL,
      "Someone has it now. It comes back to the queue when their time is up.", "")
{
    return !lease_live(a);
}

GUARD(lease_yours, ERR_CONFLICT, NULL,
      "You do not have this case now: your time ran out, or someone else has it. Take it again.",
      "")
{
    return lease_held(a);
}

GUARD(lease_yours_or_revoked, ERR_CONFLICT, NULL,
      "You do not have this case now. Who has it may return it, or a MASH manager without a token.",
      "a MASH manager")
{
    return lease_held(a) || ((a->hats & HAT_MASH_MANAGER) && a->command->token == 0);
}

// A worker or a key that was withdrawn holds nothing any longer; a lost connection ends no lease.
static bool holder_gone(const struct ask *a)
{
    const struct registry *r = a->rules->registry;
    const struct worker *w = registry_worker(r, a->file->lease_worker);
    const struct principal *p = registry_principal(r, a->file->lease_principal);
    return w == NULL || !w->active || p == NULL || !p->active;
}

GUARD(lease_over, ERR_CONFLICT, NULL, "The lease still runs.", "")
{
    if (holder_gone(a)) return true;
    return a->file->proposal == COMMAND_NONE && a->file->lease_until_ms <= a->now.utc_ms;
}

GUARD(reason, ERR_INVALID, "reason", "Give a reason: it is kept with the case.", "")
{
    return a->command->has_reason;
}

GUARD(own_team, ERR_FORBIDDEN, NULL, "Another team has this case. Ask the MASH, or that team.",
      "a worker of the team that has it, or of the MASH")
{
    return (a->hats & HATS_MASH) || actor_serves(&a->command->actor, a->file->team);
}

GUARD(may_read, ERR_FORBIDDEN, NULL,
      "What was said in this case is restricted. Ask a manager, or who leads it.", "a manager")
{
    return actor_reads(&a->command->actor, a->file, a->rules);
}

// The second person.

GUARD(
    no_proposal, ERR_CONFLICT, NULL,
    "A proposal waits for a second person. They answer first, or who proposed it returns the case.",
    "a manager, as the second person")
{
    return a->file->proposal == COMMAND_NONE;
}

GUARD(proposal, ERR_CONFLICT, NULL, "Nothing here waits for a second person.", "")
{
    return a->file->proposal != COMMAND_NONE;
}

GUARD(not_proposer, ERR_FORBIDDEN, NULL,
      "You proposed this yourself. Another manager must agree or disagree.", "another manager")
{
    return !id_is(a->file->proposal_by, asker(a));
}

// The proposer keeps the lease, so its principal is the one the proposal came through.  A portal
// vouches for each sign-in; any other key that both came through proves one person only.
GUARD(other_login, ERR_FORBIDDEN, NULL,
      "The proposal came through this same login. Answer it with your own key or at another desk.",
      "another manager, with a key of their own")
{
    const struct actor *actor = &a->command->actor;
    if (strncmp(actor->principal->id, a->file->lease_principal, ID_MAX) != 0) return true;
    return actor->proven && actor->principal->role == ROLE_PORTAL;
}

GUARD(disagreement_reason, ERR_INVALID, "reason",
      "Say why you disagree: it goes to who proposed it.", "")
{
    return a->command->agree || a->command->has_reason;
}

GUARD(proposal_over, ERR_CONFLICT, NULL, "The second person still has time.", "")
{
    return past(a, a->file->proposal_until_ms);
}

// Rating.

GUARD(colour, ERR_INVALID, "colour", "Say which colour: green, amber or red.", "")
{
    return a->command->colour >= COLOUR_GREEN && a->command->colour <= COLOUR_RED;
}

GUARD(rate_hold, ERR_CONFLICT, NULL,
      "Someone has this case. Who has it rates it, or a manager does.", "a manager")
{
    return (a->hats & HATS_MANAGER) || !lease_live(a) || lease_held(a);
}

bool lowering_is_risky(const struct ask *a)
{
    if ((int32_t)a->command->colour >= a->file->colour || (a->hats & HATS_MANAGER)) return false;
    return a->file->colour == COLOUR_RED || (a->hats & HAT_COMMUNITY_WORKER);
}

GUARD(lowering, ERR_FORBIDDEN, "colour",
      "Who lowers a colour has read the case: take it first, or ask a manager.", "a manager")
{
    bool const lower = (int32_t)a->command->colour < a->file->colour;
    return !lower || (a->hats & HATS_MANAGER) || lease_held(a);
}

// Time.

GUARD(deadline_passed, ERR_CONFLICT, NULL, "Its time has not come yet.", "")
{
    return past(a, a->file->deadline_ms);
}

GUARD(holding_due, ERR_CONFLICT, NULL, "Its time has not come yet.", "")
{
    return past(a, a->file->holding_ms);
}

GUARD(bounce_due, ERR_CONFLICT, NULL, "The other service still has time to accept it.", "")
{
    return (a->hats & HAT_CLOCK) == 0 || past(a, a->file->deadline_ms);
}

GUARD(bounce_reason, ERR_INVALID, "reason", "Say why it came back: it is kept with the case.", "")
{
    return (a->hats & HAT_CLOCK) || a->command->has_reason;
}

GUARD(no_hold, ERR_CONFLICT, NULL, "The police asked for it to be kept.", "")
{
    return (a->file->flags & CASE_POLICE_HOLD) == 0;
}

GUARD(not_erased, ERR_CONFLICT, NULL, "What was said in it was erased. Record a new concern.", "")
{
    return (a->file->flags & CASE_ERASED) == 0;
}
