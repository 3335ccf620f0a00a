// What must hold before a case is handed to a team that knows the adult: the evidence of that, what
// bars it, and that somebody is there who can take it.
#include "moves.h"

#define NAMED_WORKER_DAYS   90
#define PLANNED_REVIEW_DAYS 60

// Harm types are a bit each, as the wire numbers them less one.
#define HARM_DOMESTIC_ABUSE 7

static bool given(const char *id)
{
    return id != NULL && id[0] != '\0';
}

static bool managing(const struct worker *w, const char *team)
{
    bool const manager = w->grade == GRADE_MASH_MANAGER || w->grade == GRADE_COMMUNITY_MANAGER;
    return w->active && manager && worker_in_team(w, team);
}

// The manager of that team who said beforehand that they take it.
static bool agreed(const struct ask *a)
{
    const char *id = a->command->who;
    const struct worker *w = given(id) ? registry_worker(a->rules->registry, id) : NULL;
    return w != NULL && managing(w, a->command->team);
}

// What is asked about a team is waived where a manager there agreed; without an answer it holds.
static bool holds_or_agreed(const struct ask *a, bool (*holds)(const void *ctx, const char *team))
{
    return holds == NULL || holds(a->rules->ctx, a->command->team) || agreed(a);
}

// Who reaches for the adult there may reach the source: one place alone decides how.
GUARD(offer_contact, ERR_CONFLICT, NULL,
      "It is red, of domestic abuse, and only some ways of contact are safe, so it stays with the "
      "MASH.",
      "")
{
    const struct casefile *f = a->file;
    int32_t const types = fact_kept(&f->facts, FACT_HARM_TYPES);
    bool const abuse = f->kind == KIND_DOMESTIC_ABUSE ||
                       (types != FACT_UNKNOWN && (types >> HARM_DOMESTIC_ABUSE & 1));
    return !abuse || f->colour != COLOUR_RED || (f->flags & CASE_SAFE_CONTACT) == 0;
}

// A restricted record reaches nobody who may not read it, so somebody must be there who may.
GUARD(offer_cleared, ERR_INVALID, "team",
      "The case is restricted, and that team has no manager who could clear a worker for it.", "")
{
    const struct registry *r = a->rules->registry;
    if ((a->file->flags & CASE_RESTRICTED) == 0) return true;
    for (size_t i = 0; i < r->n_workers; i++)
        if (managing(&r->workers[i], a->command->team)) return true;
    return false;
}

GUARD(offer_agreed, ERR_INVALID, "agreed_by",
      "Name a registered manager of that team, or leave it empty: nobody there agreed beforehand.",
      "")
{
    return !given(a->command->who) || agreed(a);
}

GUARD(offer_there, ERR_INVALID, "team",
      "No desk of that team was connected within the last working day. Ring a manager there, and "
      "say in agreed_by who takes it.",
      "")
{
    return holds_or_agreed(a, a->rules->team_there);
}

GUARD(offer_room, ERR_INVALID, "team",
      "That team leads as many enquiries as the council's rules let it. Ring a manager there, and "
      "say in agreed_by who takes it all the same.",
      "")
{
    return holds_or_agreed(a, a->rules->team_room);
}

GUARD(offer_source, ERR_INVALID, "source_in_team",
      "Say that neither this team nor anybody in it may be the source. Otherwise the MASH keeps "
      "it, or another team has it.",
      "")
{
    return a->command->source_in_team == ANSWER_NO;
}

GUARD(relationship, ERR_INVALID, "relationship",
      "Say how the team knows the adult: an open allocation, a named worker, a planned review or a "
      "linked enquiry.",
      "")
{
    return a->command->relationship > 0 && a->command->relationship <= RELATIONSHIP_LAST;
}

GUARD(relationship_source, ERR_INVALID, "relationship_source", "Say where that is recorded.", "")
{
    return a->command->has_relationship_source;
}

GUARD(relationship_date, ERR_INVALID, "relationship_date_ms",
      "Give its date: since when it is allocated or linked, when the named worker last was there "
      "(within 90 days), when the review is planned (within the next 60).",
      "")
{
    int64_t const at_ms = a->command->relationship_ms, now_ms = a->now.utc_ms;
    if (at_ms <= 0) return false;
    switch (a->command->relationship) {
    case RELATIONSHIP_NAMED_WORKER:
        return at_ms <= now_ms && at_ms >= now_ms - NAMED_WORKER_DAYS * DAY_MS;
    case RELATIONSHIP_PLANNED_REVIEW: // today's is still to come
        return at_ms > now_ms - DAY_MS && at_ms <= now_ms + PLANNED_REVIEW_DAYS * DAY_MS;
    default: return at_ms <= now_ms;
    }
}

// What comes opaque is opened by whoever may read it, who names the worker that is cleared for it.
GUARD(accept_cleared, ERR_FORBIDDEN, NULL,
      "This case is restricted. A manager of the team accepts it, and names who is cleared to lead "
      "it.",
      "a manager of the team it was offered to")
{
    return (a->file->flags & CASE_RESTRICTED) == 0 || (a->hats & HATS_MANAGER);
}
