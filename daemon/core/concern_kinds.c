// What is refused and what is asked of other kinds of referral.  A day that cannot be right is
// refused, for the sender can put it right at once; whatever is missing is asked.
#include "concern.h"

#include "calendar.h"
#include "kinds.h"

#define REFUSED true
#define ASKED   false

enum { DOLS_STANDARD = 1, DOLS_URGENT, DOLS_FURTHER }; // of the wire

// false when none can be read: then it is asked for, if it was given.
static bool day_read(struct bytes given, const char *field, struct problems *out, int32_t *day)
{
    bool year_only;
    if (given.len == 0) return false;
    if (date_parse(given, day, &year_only) && !year_only) return true;
    problems_add(out, field, "format", "This day cannot be read. Write it as 2026-03-02.", ASKED);
    return false;
}

static void urgent_validate(const struct dols_view *d, int32_t today, struct problems *out)
{
    int32_t day;
    if (d->urgent_from.len == 0) {
        if (d->request == DOLS_URGENT)
            problems_add(out, "dols.urgent_from", "missing",
                         "On which day was the urgent authorisation given? It ends within days.",
                         ASKED);
        return;
    }
    if (!day_read(d->urgent_from, "dols.urgent_from", out, &day)) return;
    if (day > today)
        problems_add(out, "dols.urgent_from", "future",
                     "This day has not come yet. An urgent authorisation begins when it is given.",
                     REFUSED);
    else if (dols_urgent_last_day(day, true) < today)
        problems_add(out, "dols.urgent_from", "lapsed",
                     "By this day the urgent authorisation has run out, even if it was extended. "
                     "Is the day right?",
                     ASKED);
}

static void current_validate(const struct dols_view *d, int32_t today, struct problems *out)
{
    int32_t day;
    if (d->current_until.len == 0) {
        if (d->request == DOLS_FURTHER)
            problems_add(out, "dols.current_until", "missing",
                         "When does the authorisation in force end?", ASKED);
        return;
    }
    if (!day_read(d->current_until, "dols.current_until", out, &day)) return;
    if (day > today + DOLS_LONGEST_DAYS)
        problems_add(out, "dols.current_until", "too_late",
                     "No authorisation lasts longer than a year. Check the year.", REFUSED);
    // While a standard authorisation runs, an urgent one has nothing to bridge.
    if (d->request == DOLS_URGENT && day >= today)
        problems_add(out, "dols.request", "still_authorised",
                     "An authorisation is still in force, so an urgent one may not be needed: is "
                     "this a further request?",
                     ASKED);
}

static void dols_validate(const struct dols_view *d, int32_t today, struct problems *out)
{
    int32_t day;
    if (!d->given || d->request == 0)
        problems_add(out, "dols.request", "missing",
                     "Is it a standard request, one with an urgent authorisation, or a further "
                     "one?",
                     ASKED);
    urgent_validate(d, today, out);
    current_validate(d, today, out);
    if (day_read(d->wanted_from, "dols.wanted_from", out, &day) && day > today + DOLS_AHEAD_DAYS)
        problems_add(out, "dols.wanted_from", "too_early",
                     "It can be asked for at most 28 days ahead. Send it again within 28 days of "
                     "that day, or correct the day.",
                     REFUSED);
}

void concern_kind_validate(const struct concern_view *c, int32_t today, struct problems *out)
{
    if (c->kind == KIND_DOLS) dols_validate(&c->dols, today, out);
    if (c->kind == KIND_TRANSITION && !c->has_transition)
        problems_add(out, "transition", "missing",
                     "What care is there now, and what will be needed after 18?", ASKED);
    if (c->kind == KIND_DOMESTIC_ABUSE && !c->graded)
        problems_add(out, "police_notification.grade", "missing",
                     "How was the risk graded: standard, medium or high?", ASKED);
    if (c->kind == KIND_CARE_NEEDS && !c->has_wanted)
        problems_add(out, "care_needs.wanted", "missing",
                     "What is asked for, in the words of whoever needs it?", ASKED);
}
