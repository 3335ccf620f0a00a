// What must hold where a referral is no safeguarding concern, or one that agencies speak to first.
#include "moves.h"

#include "check.h"

static bool request(const struct ask *a)
{
    return !kind_is_s42(a->file->kind) && a->file->kind != KIND_ORGANISATION;
}

GUARD(s42_kind, ERR_CONFLICT, NULL,
      "It is no safeguarding concern: settle it, pass it on, or make it a concern first.", "")
{
    return !request(a);
}

GUARD(a_request, ERR_CONFLICT, NULL,
      "It is a safeguarding concern, which ends in the answers to the three questions.", "")
{
    return request(a);
}

GUARD(assessed_kind, ERR_CONFLICT, NULL,
      "Decide it first. Only a request about liberty or a transition is assessed before that.", "")
{
    return kind_is_dated(a->file->kind);
}

// Which words end what, and from where.  Withdrawn is what its sender asked to withdraw.
static const struct {
    enum kind kind;
    enum state from;
    int settlement;
} ENDINGS[] = {
    {KIND_DOLS, STATE_ENQUIRY_REVIEW, SETTLED_GRANTED},
    {KIND_DOLS, STATE_ENQUIRY_REVIEW, SETTLED_NOT_GRANTED},
    {KIND_TRANSITION, STATE_ENQUIRY_REVIEW, SETTLED_PLANNED},
    {KIND_TRANSITION, STATE_ENQUIRY_REVIEW, SETTLED_NOT_NEEDED},
    {KIND_CARE_NEEDS, STATE_IN_TRIAGE, SETTLED_ANSWERED},
    {KIND_ADVICE, STATE_IN_TRIAGE, SETTLED_ANSWERED},
};

GUARD(
    settlement, ERR_INVALID, "settlement",
    "Say how it ends, in a word for its kind: granted or not_granted, planned or not_needed, each "
    "once it was assessed; answered; withdrawn, once its sender asked for that.",
    "")
{
    const struct casefile *f = a->file;
    int const ends = a->command->settlement;
    if (ends == SETTLED_WITHDRAWN) return (f->flags & CASE_WITHDRAWAL_ASKED) != 0;
    for (size_t i = 0; i < sizeof(ENDINGS) / sizeof(ENDINGS[0]); i++) {
        if ((int32_t)ENDINGS[i].kind == f->kind && (int32_t)ENDINGS[i].from == f->state &&
            ENDINGS[i].settlement == ends)
            return true;
    }
    return false;
}

// Mental Capacity Act 2005, Schedule A1: no authorisation without an end.
GUARD(granted_until, ERR_INVALID, "until",
      "Say until which day it is granted: a day to come, within twelve months.", "")
{
    if (a->command->settlement != SETTLED_GRANTED) return true;
    struct civil const c = civil_local(a->now.utc_ms);
    int32_t const today = civil_day(c.year, c.month, c.day), until = a->command->until_day;
    return a->command->has_until && until >= today && until <= today + DOLS_LONGEST_DAYS;
}

GUARD(representative, ERR_INVALID, "representative",
      "Say who represents the person while the authorisation is in force.", "")
{
    return a->command->settlement != SETTLED_GRANTED || a->command->has_representative;
}

// A concern that went elsewhere stays the MASH's; a referral stays with the team that passed it on.
GUARD(accepted_yours, ERR_FORBIDDEN, NULL, "The MASH passed it on, and hears who has it.",
      "a MASH worker or manager, out of hours the duty worker")
{
    return request(a) || (a->hats & HATS_MASH) != 0;
}

GUARD(bounce_yours, ERR_FORBIDDEN, NULL, "The MASH passed it on, and hears that it came back.",
      "a MASH worker or manager, out of hours the duty worker")
{
    if (a->hats & (HATS_MASH | HAT_CLOCK)) return true;
    return request(a) && guard_own_team.holds(a);
}

// Agencies.

GUARD(a_notification, ERR_CONFLICT, NULL,
      "Agencies answer about domestic-abuse notifications alone.", "")
{
    return a->file->kind == KIND_DOMESTIC_ABUSE;
}

GUARD(agency, ERR_INVALID, "agency", "Say which agency answers: police, health or social_care.", "")
{
    return a->command->agency >= 1 && a->command->agency <= AGENCIES;
}

GUARD(agency_answer, ERR_INVALID, "answer",
      "Write what the agency knows, or that it knows nothing.", "")
{
    return a->command->has_answer;
}

static int64_t panel_end_ms(const struct ask *a)
{
    const struct casefile *f = a->file;
    const struct kind_limits *l = rules_kinds(a->rules);
    if (f->colour == COLOUR_RED) return f->received_ms + l->panel_red_hours * HOUR_MS;
    return calendar_add_working_ms(a->rules->calendar, f->received_ms, l->panel_hours * HOUR_MS);
}

GUARD(panel, ERR_CONFLICT, NULL,
      "The police, health and social care have not all answered yet, and still have time. Danger "
      "now does not wait for them: an enquiry into a red can begin at once.",
      "")
{
    const struct casefile *f = a->file;
    bool const all = (f->panel & AGENCIES_ALL) == AGENCIES_ALL;
    bool const danger = (f->flags & CASE_DANGER) != 0 ||
                        (f->colour == COLOUR_RED && a->command->outcome == OUTCOME_MET);
    if (f->kind != KIND_DOMESTIC_ABUSE || all || danger) return true;
    return panel_end_ms(a) <= a->now.utc_ms;
}

GUARD(lapse_due, ERR_CONFLICT, NULL, "Its day has not come yet.", "")
{
    const struct casefile *f = a->file;
    return kind_is_dated(f->kind) && f->deadline_ms != 0 && f->deadline_ms <= a->now.utc_ms;
}
