// What becomes of a record about a service, and of the concerns that belong to it.
#include "moves.h"
#include "org.h"

#include "check.h"

static void owner_set(const struct ask *a, struct casefile *f)
{
    const char *id = a->command->lead;
    if (id[0] != '\0')
        id_copy(f->lead, id);
    else if (f->lead[0] == '\0')
        id_copy(f->lead, a->command->actor.worker->id);
}

void effect_org_scope(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->deadline_ms = a->command->review_ms;
    owner_set(a, after);
}

void effect_org_review(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->deadline_ms = a->command->review_ms;
    if (a->command->lead[0] != '\0') owner_set(a, after);
}

void effect_org_close(const struct ask *a, struct casefile *after, struct command_result *out)
{
    after->closed_ms = a->now.utc_ms;
    after->deadline_ms = 0;
    if (after->referrer[0] == '\0') out->notice = NOTICE_NONE; // counted, not told by anybody
}

void effect_org_unowned(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)a;
    (void)out;
    id_copy(after->lead, "");
}

// The floor: never green while a person looks at the whole service.  The provider is not told, so
// no notice goes with it.
static void org_mark(const struct ask *a, struct casefile *f)
{
    f->flags |= CASE_ORG_LINKED;
    if (f->colour < COLOUR_AMBER) (void)file_colour_raise(a, f, COLOUR_AMBER);
}

void effect_org_attach(const struct ask *a, struct casefile *after, struct command_result *out)
{
    after->org = (int32_t)a->command->other->no;
    if (org_scoped(a->command->other))
        org_mark(a, after);
    else if (a->command->actor.principal == NULL)
        out->changes = false; // a prompt to a manager: nobody's work on it is in the way
}

void effect_org_mark(const struct ask *a, struct casefile *after, struct command_result *out)
{
    out->changes = (after->flags & CASE_ORG_LINKED) == 0;
    if (out->changes) org_mark(a, after);
}

// A colour once raised is a person's to lower.
void effect_org_detach(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)a;
    (void)out;
    after->org = ORG_DETACHED;
    after->flags &= ~(int32_t)CASE_ORG_LINKED;
}
