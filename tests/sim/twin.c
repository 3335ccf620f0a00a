// What the simulator's two packs say, written a second time by hand.  A concern is rated by the
// first row that matches; unknown meets no row but one that asks for it.
#include "oracle_in.h"

#define YES      TRIAGE__V1__ANSWER__ANSWER_YES
#define NO       TRIAGE__V1__ANSWER__ANSWER_NO
#define SERIOUS  TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_SERIOUS
#define CRITICAL TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_CRITICAL
#define GREEN    TRIAGE__V1__COLOUR__COLOUR_GREEN
#define AMBER    TRIAGE__V1__COLOUR__COLOUR_AMBER
#define RED      TRIAGE__V1__COLOUR__COLOUR_RED

static Triage__V1__Colour rate_1(const struct truth *t, int concerns)
{
    if (t->danger == YES) return RED;
    if (t->danger != NO) return AMBER; // not asked, or nobody knows
    if (t->harm == SERIOUS || t->harm == CRITICAL) return AMBER;
    return concerns >= 2 ? AMBER : GREEN;
}

static Triage__V1__Colour rate_2(const struct truth *t, int concerns)
{
    if (t->danger != NO) return RED;
    if (t->harm == CRITICAL) return RED;
    if (t->access == YES) return AMBER;
    return concerns >= 3 ? AMBER : GREEN;
}

// Urgent requests about liberty; what stops at 18; support that has stopped.
static Triage__V1__Colour rate_soon(bool soon)
{
    return soon ? AMBER : GREEN;
}

static Triage__V1__Colour rate_police(int grade)
{
    if (grade == TRIAGE__V1__POLICE_NOTIFICATION__GRADE__GRADE_HIGH) return RED;
    return rate_soon(grade != TRIAGE__V1__POLICE_NOTIFICATION__GRADE__GRADE_STANDARD);
}

// A log where needs are not denied, and any request that says both needs and abuse, is a concern.
Triage__V1__Kind twin_kind(const struct truth *t, unsigned adult)
{
    bool const met = t->needs[adult] == YES && t->abuse[adult] == YES;
    switch (t->kind) {
    case TRIAGE__V1__KIND__KIND_LOW_LEVEL_LOG:
        return t->needs[adult] == NO ? t->kind : TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    case TRIAGE__V1__KIND__KIND_CARE_NEEDS_REFERRAL:
    case TRIAGE__V1__KIND__KIND_ADVICE:
        return met ? TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN : t->kind;
    default: return t->kind;
    }
}

Triage__V1__Colour twin_rate(unsigned pack, const struct truth *t, unsigned adult,
                             int concerns_28_days)
{
    switch (twin_kind(t, adult)) {
    case TRIAGE__V1__KIND__KIND_DOLS_REQUEST:
        return rate_soon(t->grade == TRIAGE__V1__DOLS__REQUEST__REQUEST_URGENT);
    case TRIAGE__V1__KIND__KIND_DOMESTIC_ABUSE_NOTIFICATION: return rate_police(t->grade);
    case TRIAGE__V1__KIND__KIND_TRANSITION_REFERRAL:
    case TRIAGE__V1__KIND__KIND_CARE_NEEDS_REFERRAL:
    case TRIAGE__V1__KIND__KIND_ADVICE: return rate_soon(t->grade == (int)YES);
    default: break;
    }
    return pack == 0 ? rate_1(t, concerns_28_days) : rate_2(t, concerns_28_days);
}
