// What is done out of hours.
#include "errand_moves.h"

#include "check.h"

#define PAGE_AFTER_MS  (10 * MINUTE_MS)
#define MORNING_MINUTE 600 // of the next working day: until then tonight's measures hold

static int64_t morning_after(const struct ask *a)
{
    return calendar_morning(a->rules->calendar, a->now.utc_ms, MORNING_MINUTE);
}

int32_t paging_make(int64_t at_ms, int32_t times)
{
    int64_t const minutes = (at_ms - PAGING_EPOCH_MS + MINUTE_MS - 1) / MINUTE_MS;
    int32_t const most = (1 << PAGING_BITS) - 1;
    int32_t const kept = minutes < 1 ? 1 : minutes > most ? most : (int32_t)minutes;
    return kept | (times < PAGING_MOST ? times : PAGING_MOST) << PAGING_BITS;
}

static int64_t closed_after(const struct ask *a, int64_t at_ms)
{
    return calendar_next_closed(a->rules->calendar, at_ms);
}

// A red that nobody has taken is rung about once the office is closed, until somebody takes it.
void file_page_keep(const struct ask *a, struct casefile *f)
{
    bool const waits = f->state == STATE_QUEUED && f->colour == COLOUR_RED &&
                       !casefile_follows(f) &&
                       (!kind_is_dated(f->kind) || (f->flags & CASE_DANGER) != 0);
    int64_t const safe_ms = f->flags & CASE_SAFE_TONIGHT ? f->decide_by_ms : 0;
    int64_t const from_ms = a->now.utc_ms + PAGE_AFTER_MS;
    if (!waits)
        f->paging = 0;
    else if (f->paging == 0)
        f->paging = paging_make(closed_after(a, safe_ms > from_ms ? safe_ms : from_ms), 0);
}

void effect_page(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    after->paging = paging_make(closed_after(a, a->now.utc_ms + PAGE_AFTER_MS),
                                paging_times(after->paging) + 1);
}

// What was done tonight meets the clock of a red until the morning; the case waits there again for
// whoever opens the office, with everything that was written.
void effect_safe_tonight(const struct ask *a, struct casefile *after, struct command_result *out)
{
    int64_t const morning_ms = morning_after(a);
    file_lease_end(after);
    after->flags |= CASE_SAFE_TONIGHT | CASE_SAFETY_RECORDED;
    after->paging = 0;
    if (morning_ms <= after->decide_by_ms)
        out->notice = NOTICE_NONE; // no promise moves
    else
        after->decide_by_ms = morning_ms;
}

void effect_second_by_phone(const struct ask *a, struct casefile *after, struct command_result *out)
{
    char manager[ID_MAX];
    id_copy(manager, a->command->lead);
    file_proposal_agree(a, after, out);
    id_copy(after->second, manager);
    after->flags |= CASE_PHONE_SECOND;
    struct errand *e = errand_add(a, after, out, ERRAND_CONFIRM, ERRAND_OPEN);
    out->errand = 0;
    if (e == NULL) return; // the refusal does not become final meanwhile
    e->due_ms = morning_after(a);
    e->next_ms = e->due_ms;
}

void effect_confirm_second(const struct ask *a, struct casefile *after, struct command_result *out)
{
    after->flags &= ~(int32_t)CASE_PHONE_SECOND;
    errands_end(a, after, out, 1U << ERRAND_CONFIRM);
}

void effect_restrict(const struct ask *a, struct casefile *after, struct command_result *out)
{
    (void)out;
    if (a->command->agree)
        after->flags |= CASE_RESTRICTED;
    else
        after->flags &= ~(int32_t)CASE_RESTRICTED;
}

// What the night did to a case stands on its list until somebody does something with it by day.
void file_night_keep(const struct ask *a, struct casefile *f)
{
    bool const night = !calendar_is_open(a->rules->calendar, a->now.utc_ms);
    if ((a->hats & HAT_OUT_OF_HOURS) && night)
        f->flags |= CASE_NIGHT;
    else if ((a->hats & HATS_WORKER) && !night)
        f->flags &= ~(int32_t)(CASE_NIGHT | CASE_SAFE_TONIGHT);
}
