// Put off: back in its place in the queue, kept for whoever put it off until the date that they
// named.
#include "moves.h"

#include "check.h"

void effect_put_off(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    CHECK(a->command->actor.worker != NULL);
    file_lease_end(after);
    after->hold = paging_make(a->command->review_ms, hold_times(after->hold) + 1);
    id_copy(after->hold_by, a->command->actor.worker->id);
}

// There is news, or somebody looks at it: it is kept back no longer.  How often it was put off
// stays.
void file_hold_keep(const struct ask *a, struct casefile *f)
{
    static const enum command_kind quiet[] = {
        COMMAND_PUT_OFF,     COMMAND_HOLDING,   COMMAND_LOOK,         COMMAND_ASK,
        COMMAND_READ_NOTICE, COMMAND_COMPLETE,  COMMAND_SUGGEST_LINK, COMMAND_MARK,
        COMMAND_CALL_DONE,   COMMAND_LEGAL_HOLD};
    if (hold_ms(f->hold) == 0) return;
    for (size_t i = 0; i < sizeof(quiet) / sizeof(quiet[0]); i++)
        if (quiet[i] == a->command->kind && f->state == STATE_QUEUED) return;
    f->hold &= ~((1 << PAGING_BITS) - 1);
}
