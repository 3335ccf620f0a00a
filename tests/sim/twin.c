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

Triage__V1__Colour twin_rate(unsigned pack, const struct truth *t, int concerns_28_days)
{
    return pack == 0 ? rate_1(t, concerns_28_days) : rate_2(t, concerns_28_days);
}
