// What must hold out of hours: made safe for tonight, agreed by telephone, kept from view.
#include "moves.h"

#include "check.h"

static bool night(const struct ask *a)
{
    return !calendar_is_open(a->rules->calendar, a->now.utc_ms);
}

GUARD(at_night, ERR_CONFLICT, NULL, "The office is open: decide it, or ask a manager here.",
      "the duty worker, out of hours")
{
    return night(a);
}

GUARD(is_red, ERR_CONFLICT, NULL, "It is not red, so it waits for the morning as it is.", "")
{
    return a->file->colour == COLOUR_RED;
}

// The on-call manager is asked by telephone, and says so in the record the next morning.
GUARD(manager_rung, ERR_INVALID, "manager",
      "Name the registered manager who agreed by telephone: not yourself.", "")
{
    const char *id = a->command->lead;
    const struct worker *w = id[0] != '\0' ? registry_worker(a->rules->registry, id) : NULL;
    const struct worker *asker = a->command->actor.worker;
    CHECK(asker != NULL);
    return w != NULL && w->active && strncmp(w->id, asker->id, ID_MAX) != 0 &&
           strncmp(w->id, a->file->proposal_by, ID_MAX) != 0 &&
           (w->grade == GRADE_MASH_MANAGER || w->grade == GRADE_COMMUNITY_MANAGER);
}

GUARD(own_proposal, ERR_CONFLICT, NULL,
      "Who proposed it rings the manager: it waits under their lease.", "who proposed it")
{
    const struct worker *asker = a->command->actor.worker;
    CHECK(asker != NULL);
    return a->file->proposal == COMMAND_DECIDE &&
           strncmp(a->file->proposal_by, asker->id, ID_MAX) == 0;
}

GUARD(rung_unconfirmed, ERR_CONFLICT, NULL, "No agreement by telephone waits to be confirmed here.",
      "")
{
    return (a->file->flags & CASE_PHONE_SECOND) != 0;
}

GUARD(is_who_was_rung, ERR_FORBIDDEN, NULL, "Another manager was named as the one who agreed.",
      "the manager who was rung")
{
    const struct worker *asker = a->command->actor.worker;
    CHECK(asker != NULL);
    return strncmp(a->file->second, asker->id, ID_MAX) == 0;
}

// A refusal that rests on a telephone call alone does not become final.
GUARD(second_confirmed, ERR_CONFLICT, NULL,
      "The manager who agreed by telephone has not confirmed it in the record yet.",
      "the manager who was rung")
{
    return (a->file->flags & CASE_PHONE_SECOND) == 0;
}

GUARD(restrict_other, ERR_CONFLICT, "act", "It is so already.", "")
{
    return ((a->file->flags & CASE_RESTRICTED) != 0) != a->command->agree;
}

GUARD(page_due, ERR_CONFLICT, NULL, "Its time has not come yet.", "")
{
    int64_t const due_ms = paging_ms(a->file->paging);
    return due_ms != 0 && due_ms <= a->now.utc_ms;
}
