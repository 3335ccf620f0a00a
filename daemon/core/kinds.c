#include "kinds.h"

#include "calendar.h"

#define KIND_DEFAULT(name, dflt, least, most, help) .name = (dflt),
const struct kind_limits KIND_DEFAULTS = {KIND_LIMITS(KIND_DEFAULT)};

// From which tier on the rules make it a concern; TIER_UNSET: only a person does.
static const struct {
    enum tier becomes;
    bool s42, dated, counts;
} KINDS[KIND_COUNT] = {
    [KIND_CONCERN] = {TIER_UNSET, true, false, true},
    [KIND_LOG] = {TIER_MORE_INFORMATION, false, false, true},
    [KIND_DOLS] = {TIER_UNSET, false, true, false},
    [KIND_TRANSITION] = {TIER_UNSET, false, true, false},
    [KIND_DOMESTIC_ABUSE] = {TIER_UNSET, true, false, true},
    [KIND_CARE_NEEDS] = {TIER_OTHER_ENQUIRY, false, false, false},
    [KIND_ADVICE] = {TIER_OTHER_ENQUIRY, false, false, false},
};

static bool listed(int32_t kind)
{
    return kind > KIND_NONE && kind < KIND_COUNT;
}

enum kind kind_taken(enum kind sent, enum tier tier)
{
    if (!listed((int32_t)sent)) return KIND_CONCERN;
    enum tier const becomes = KINDS[sent].becomes;
    return becomes != TIER_UNSET && tier >= becomes ? KIND_CONCERN : sent;
}

// Records of earlier releases hold concerns alone, some without saying so.
bool kind_is_s42(int32_t kind)
{
    return listed(kind) ? KINDS[kind].s42 : kind == KIND_NONE;
}

bool kind_is_dated(int32_t kind)
{
    return listed(kind) && KINDS[kind].dated;
}

bool kind_counts(int32_t kind)
{
    return listed(kind) ? KINDS[kind].counts : kind == KIND_NONE;
}

int32_t day_before_birthday(int32_t born_day, int years)
{
    int32_t day = born_day + years * 365; // leap days push it later, by at most a few
    while (years_between(born_day, day) < years) day++;
    return day - 1;
}

int32_t dols_urgent_last_day(int32_t given_day, bool extended)
{
    return given_day + DOLS_URGENT_DAYS + (extended ? DOLS_EXTENSION_DAYS : 0) - 1;
}

static int32_t day_of(int64_t utc_ms)
{
    struct civil const c = civil_local(utc_ms);
    return civil_day(c.year, c.month, c.day);
}

// The standard request is decided within its days, and before what it follows on runs out.
static int32_t dols_due_day(int32_t runs_out, int32_t received)
{
    int32_t const standard = received + DOLS_STANDARD_DAYS;
    return runs_out != FACT_UNKNOWN && runs_out >= received && runs_out < standard ? runs_out
                                                                                   : standard;
}

int64_t kind_due_ms(enum kind kind, const struct facts *f, const struct kind_limits *limits,
                    int64_t received_ms)
{
    int32_t const received = day_of(received_ms), runs_out = f->value[FACT_RUNS_OUT_DAY];
    if (kind == KIND_DOLS) return civil_midnight(dols_due_day(runs_out, received) + 1);
    if (kind != KIND_TRANSITION) return 0;
    if (runs_out != FACT_UNKNOWN && runs_out >= received) return civil_midnight(runs_out + 1);
    return civil_midnight(received + limits->transition_days + 1);
}
