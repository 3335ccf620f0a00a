#include "twin.h"

#include "kinds.h"

// What each likeness is worth.  The adult and the time are needed, and the kind of harm must not
// speak against it; with the kind or the place they reach TWIN_LEAST.
#define WORTH_ADULT  50
#define WORTH_PERSON 40
#define WORTH_DAY    30
#define WORTH_SOON   15
#define WORTH_TYPE   15
#define WORTH_PLACE  5

static int32_t adult_alike(const struct casefile *f, const struct casefile *other)
{
    if (f->adult_hash == 0 || other->adult_hash == 0) return 0;
    if (f->adult_hash == other->adult_hash) return TWIN_ADULT;
    if (f->person_hash != 0 && other->person_hash != 0) return 0; // two NHS numbers
    return f->person_hash == other->adult_hash || other->person_hash == f->adult_hash ? TWIN_PERSON
                                                                                      : 0;
}

static bool day_told(const struct casefile *f, int64_t *day)
{
    int32_t const age = fact_kept(&f->facts, FACT_INCIDENT_AGE_DAYS);
    *day = f->received_ms / DAY_MS - age;
    return age != FACT_UNKNOWN;
}

static int64_t apart(int64_t a, int64_t b)
{
    return a > b ? a - b : b - a;
}

static int32_t time_alike(const struct casefile *f, const struct casefile *other)
{
    int64_t day, other_day;
    bool const told = day_told(f, &day);
    if (told && day_told(other, &other_day)) return apart(day, other_day) <= 1 ? TWIN_DAY : 0;
    return apart(f->received_ms, other->received_ms) <= DAY_MS ? TWIN_SOON : 0;
}

int32_t twin_judge(const struct casefile *f, const struct casefile *other)
{
    int32_t const type = fact_kept(&f->facts, FACT_HARM_TYPES);
    int32_t const other_type = fact_kept(&other->facts, FACT_HARM_TYPES);
    bool const typed = type != FACT_UNKNOWN && other_type != FACT_UNKNOWN;
    int32_t const adult = adult_alike(f, other), when = time_alike(f, other);
    if (f->kind != other->kind && !(kind_is_s42(f->kind) && kind_is_s42(other->kind))) return 0;
    if (adult == 0 || when == 0 || (typed && (type & other_type) == 0)) return 0;
    bool const placed = f->place_hash != 0 && f->place_hash == other->place_hash;
    int32_t const score = (adult == TWIN_ADULT ? WORTH_ADULT : WORTH_PERSON) +
                          (when == TWIN_DAY ? WORTH_DAY : WORTH_SOON) + (typed ? WORTH_TYPE : 0) +
                          (placed ? WORTH_PLACE : 0);
    int32_t const reasons = adult | when | (typed ? TWIN_TYPE : 0) | (placed ? TWIN_PLACE : 0);
    return score < TWIN_LEAST ? 0 : score | reasons << 8;
}

int32_t twin_judge_closed(bool same_number, int64_t closed_ms, int64_t received_ms)
{
    int64_t const least_ms = received_ms - TWIN_CLOSED_DAYS * DAY_MS;
    int32_t const adult = same_number ? TWIN_ADULT : TWIN_PERSON;
    if (closed_ms < least_ms) return 0;
    return (same_number ? WORTH_ADULT : WORTH_PERSON) | (adult | TWIN_CLOSED) << 8;
}
