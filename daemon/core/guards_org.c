// What must hold before a manager opens, routes, closes a record about a service, and before a
// concern belongs to one.
#include "moves.h"
#include "org.h"

#include "check.h"

GUARD(review_date, ERR_INVALID, "review_ms", "Give the date on which it is looked at again.", "")
{
    return a->command->review_ms > a->now.utc_ms;
}

GUARD(owner_fit, ERR_INVALID, "owner",
      "Name the registered manager who owns it. Check the name with triage keys.", "")
{
    const char *id = a->command->lead;
    const struct worker *w =
        id[0] != '\0' ? registry_worker(a->rules->registry, id) : a->command->actor.worker;
    return w != NULL && w->active &&
           (w->grade == GRADE_MASH_MANAGER || w->grade == GRADE_COMMUNITY_MANAGER);
}

GUARD(owned, ERR_CONFLICT, NULL, "Nobody who has left owns it.", "")
{
    const struct worker *w = registry_worker(a->rules->registry, a->file->lead);
    return a->file->lead[0] != '\0' && (w == NULL || !w->active);
}

// Nothing is done about a service while somebody harmed there is still waiting, unless a person has
// looked at that one and said that it is apart.
GUARD(children_ended, ERR_CONFLICT, NULL,
      "Concerns that belong to it are still open. Each ends first, or is detached with a reason: "
      "triage org REF lists them.",
      "")
{
    const struct rules *r = a->rules;
    if (a->file->state == STATE_ORG_WATCH || r->children_open == NULL) return true;
    return r->children_open(r->ctx, a->file->no) == 0;
}

GUARD(org_other, ERR_INVALID, "org", "Name an open record about a service: triage orgs lists them.",
      "")
{
    const struct casefile *org = a->command->other;
    return org != NULL && state_is_org(org->state);
}

GUARD(org_none, ERR_CONFLICT, NULL,
      "It belongs to another record about a service. Detach it from that one first.", "")
{
    if (a->file->org == ORG_DETACHED) return (a->hats & HAT_CLOCK) == 0;
    return (a->file->flags & CASE_ORG_LINKED) == 0; // a prompt gives way to what a person opened
}

GUARD(org_of, ERR_CONFLICT, NULL, "It belongs to no record about a service.", "")
{
    return a->file->org > 0;
}

GUARD(org_is_its, ERR_CONFLICT, NULL, "It belongs to another record about a service.", "")
{
    const struct casefile *org = a->command->other;
    return org != NULL && (uint64_t)a->file->org == org->no && org_scoped(org);
}

GUARD(a_concern, ERR_CONFLICT, NULL,
      "A record about a service is not opened again: what is told from now on opens another.", "")
{
    return a->file->kind != KIND_ORGANISATION;
}

GUARD(offer_org, ERR_CONFLICT, NULL,
      "It is part of an enquiry into the service as a whole, so it stays with the MASH.", "")
{
    return (a->file->flags & CASE_ORG_LINKED) == 0;
}

GUARD(org_acknowledged, ERR_INVALID, "org_acknowledged",
      "It is part of an enquiry into the service as a whole. Say that you know, and close it.", "")
{
    return (a->file->flags & CASE_ORG_LINKED) == 0 || a->command->org_acknowledged;
}
