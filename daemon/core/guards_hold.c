// What must hold before work is put off.  It stands in the queue at its own age meanwhile, and no
// clock of it waits.
#include "moves.h"

#include "check.h"

// "Review and monitor" is no outcome: put off once and twice more, and somebody answers for it.
static bool put_off_enough(const struct ask *a)
{
    return hold_times(a->file->hold) >= HOLDS_MAX;
}

GUARD(not_put_off, ERR_CONFLICT, NULL,
      "It is put off until its date. Who put it off takes it before, or a manager.",
      "who put it off, or a manager")
{
    const struct worker *w = a->command->actor.worker;
    CHECK(w != NULL);
    if (!casefile_put_off(a->file, a->now.utc_ms) || (a->hats & HATS_MANAGER)) return true;
    if (worker_gone(a->rules, a->file->hold_by)) return true;
    return strncmp(w->id, a->file->hold_by, ID_MAX) == 0;
}

GUARD(hold_colour, ERR_CONFLICT, NULL, "A red is not put off. Decide it, or ask a manager.", "")
{
    return a->file->colour != COLOUR_RED;
}

GUARD(holds_left, ERR_CONFLICT, NULL, "It was put off and renewed twice. A manager decides it now.",
      "")
{
    return !put_off_enough(a);
}

// No longer than the rules leave it before they look again, and never past a day that law sets.
GUARD(hold_date, ERR_INVALID, "review_ms",
      "Say until when: a time ahead, no later than such cases are looked at again.", "")
{
    const struct casefile *f = a->file;
    int64_t const at_ms = a->command->review_ms;
    int64_t const most_ms = span_end_after(a, a->rules->clocks->reassess, f->colour, a->now.utc_ms);
    bool const in_law = !kind_is_dated(f->kind) || f->deadline_ms == 0 || at_ms < f->deadline_ms;
    return at_ms > a->now.utc_ms && at_ms <= most_ms && in_law;
}

// That the duty is met anybody says at once, and a child in danger waits for nobody.
GUARD(manager_decides, ERR_FORBIDDEN, NULL,
      "It was put off and renewed twice, so a manager decides it. That the duty is met, whoever "
      "has it may record.",
      "a manager")
{
    const struct command *c = a->command;
    bool const child = c->outcome == OUTCOME_FORWARD && c->forward_to == FORWARD_CHILDREN;
    return !put_off_enough(a) || child || (a->hats & HATS_MANAGER);
}
