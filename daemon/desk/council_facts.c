#include "council_facts.h"

#include "orgs.h"

void council_facts_clear(struct facts *f)
{
    for (int i = 0; i < FACT_COUNT; i++)
        if (FACTS[i].whose == FACT_COUNCIL) f->value[i] = FACT_UNKNOWN;
}

// By or about a provider: all its keys together, or the one key where no provider is registered.
static uint64_t hash_of_provider(struct desk *d, const char *referrer)
{
    struct principal const *p = registry_principal(d->registry, referrer);
    char const *id = p && p->provider_id[0] ? p->provider_id : referrer;
    return id[0] ? wire_identity_hash(&d->keys, "provider", bytes_text(id)) : 0;
}

static enum err sight(struct desk *d, enum sighting kind, uint64_t hash, const struct casefile *f)
{
    return hash ? book_sighting_add(d->book, kind, hash, f->no, f->received_ms) : OK;
}

enum err council_facts_sight(struct desk *d, const struct casefile *f)
{
    if (f->kind == KIND_ORGANISATION && f->referrer[0] == 0) return OK; // no concern
    if (f->kind != KIND_ORGANISATION && !kind_counts(f->kind))
        return casefile_open(f) ? OK : book_kin_closed(d->book, f);
    enum err e = casefile_open(f) ? OK : book_kin_closed(d->book, f);
    if (f->kind == KIND_LOG) return e ? e : orgs_sight(d, f); // counted apart, among logs
    if (!e) e = sight(d, SIGHTING_PLACE, (uint64_t)f->place_hash, f);
    if (!e) e = sight(d, SIGHTING_REFERRER, hash_of_provider(d, f->referrer), f);
    if (!e && f->colour_first == COLOUR_RED)
        e = sight(d, SIGHTING_PLACE_RED, (uint64_t)f->place_hash, f);
    return e ? e : orgs_sight(d, f);
}

static int32_t small(int64_t v)
{
    return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

static const struct windows COUNTED = {3, {28, 90, 365}};

static void fill_sightings(struct desk *d, enum sighting kind, uint64_t hash,
                           const struct casefile *f, const enum fact facts[3], int32_t *v)
{
    struct window_counts const c =
        book_sightings(d->book, kind, hash, &COUNTED, d->now.utc_ms, f->no);
    for (unsigned i = 0; i < COUNTED.n; i++) v[facts[i]] = hash ? small(c.in[i]) : FACT_UNKNOWN;
}

// By whichever of the adult's hashes more is known.
static void fill_kin(struct desk *d, const struct casefile *f, const enum fact facts[3], int32_t *v)
{
    uint64_t const adult = (uint64_t)f->adult_hash, person = (uint64_t)f->person_hash;
    int64_t const now_ms = d->now.utc_ms;
    struct window_counts const a = book_kin_count(d->book, adult, &COUNTED, now_ms, f->no);
    struct window_counts const p = book_kin_count(d->book, person, &COUNTED, now_ms, f->no);
    for (unsigned i = 0; i < COUNTED.n; i++)
        v[facts[i]] = adult ? small(a.in[i] > p.in[i] ? a.in[i] : p.in[i]) : FACT_UNKNOWN;
}

static void fill_counts(struct desk *d, const struct casefile *f, int32_t *v)
{
    static const enum fact adult[] = {FACT_ADULT_CONCERNS_28_DAYS, FACT_ADULT_CONCERNS_90_DAYS,
                                      FACT_ADULT_CONCERNS_365_DAYS};
    static const enum fact place[] = {FACT_LOCATION_CONCERNS_28_DAYS,
                                      FACT_LOCATION_CONCERNS_90_DAYS,
                                      FACT_LOCATION_CONCERNS_365_DAYS};
    static const enum fact provider[] = {FACT_PROVIDER_CONCERNS_28_DAYS,
                                         FACT_PROVIDER_CONCERNS_90_DAYS,
                                         FACT_PROVIDER_CONCERNS_365_DAYS};
    static const struct windows reds = {1, {90}};
    uint64_t const place_hash = (uint64_t)f->place_hash;
    fill_kin(d, f, adult, v);
    fill_sightings(d, SIGHTING_PLACE, place_hash, f, place, v);
    fill_sightings(d, SIGHTING_REFERRER, hash_of_provider(d, f->referrer), f, provider, v);
    struct window_counts const c =
        book_sightings(d->book, SIGHTING_PLACE_RED, place_hash, &reds, d->now.utc_ms, f->no);
    v[FACT_LOCATION_REDS_90_DAYS] = place_hash ? small(c.in[0]) : FACT_UNKNOWN;
}

static bool team_is_community(const struct desk *d, const struct casefile *f)
{
    int const team = policy_team(d->policy, f->team);
    return team >= 0 && d->info->teams[team].kind == TEAM_COMMUNITY;
}

#define OPEN_CASES_LOOKED_AT 16u
// Of several, one that a community team has: where such a team takes what else comes in.
static const struct casefile *open_case_in_team(struct desk *d, uint64_t hash, uint64_t except_no)
{
    struct kin_one one = {0};
    for (unsigned n = 0; n < OPEN_CASES_LOOKED_AT && book_kin_next(d->book, hash, &one); n++) {
        struct casefile const *other =
            one.open && one.no != except_no ? book_case(d->book, one.no) : NULL;
        if (other && team_is_community(d, other)) return other;
    }
    return NULL;
}

static const struct casefile *open_case_of(struct desk *d, uint64_t hash, uint64_t except_no)
{
    struct casefile const *other =
        d->info->open_case_direct ? open_case_in_team(d, hash, except_no) : NULL;
    return other ? other : book_open_case_of_adult(d->book, hash, except_no);
}

static void fill_open_case(struct desk *d, const struct casefile *f, int32_t *v)
{
    if (f->adult_hash == 0) return; // Nobody is named: nobody can say.
    struct casefile const *other = open_case_of(d, (uint64_t)f->adult_hash, f->no);
    if (!other) other = open_case_of(d, (uint64_t)f->person_hash, f->no);
    int const team = other ? policy_team(d->policy, other->team) : -1;
    v[FACT_OPEN_CASE] = other != NULL;
    v[FACT_OPEN_CASE_TEAM] = team >= 0 ? team : FACT_UNKNOWN;
}

void council_facts_hour(struct desk *d, int64_t at_ms, struct facts *out)
{
    struct calendar const *c = &d->info->calendar;
    struct civil const local = civil_local(at_ms);
    int32_t const day = civil_day(local.year, local.month, local.day);
    out->value[FACT_HOUR_OF_DAY] = local.hour;
    out->value[FACT_WORKING_DAY] = calendar_is_working_day(c, day);
    out->value[FACT_OUT_OF_HOURS] = !calendar_is_open(c, at_ms);
}

// What was so many days away is nearer now.
static void fill_days(struct desk *d, int32_t *v)
{
    struct civil const day = civil_local(d->now.utc_ms);
    int32_t const out = v[FACT_RUNS_OUT_DAY];
    v[FACT_DAYS_LEFT] = out == FACT_UNKNOWN ? out : out - civil_day(day.year, day.month, day.day);
}

static void fill_clock(struct desk *d, const struct casefile *f, int32_t *v)
{
    struct calendar const *c = &d->info->calendar;
    int64_t const now_ms = d->now.utc_ms;
    fill_days(d, v);
    if (f->received_ms == 0) return; // Not yet received.
    v[FACT_WAITING_DAYS] = small((now_ms - f->received_ms) / DAY_MS);
    bool const overdue = f->decide_by_ms && f->decide_by_ms < now_ms;
    v[FACT_WAITING_WORKING_MINUTES] =
        small(calendar_working_ms(c, f->received_ms, now_ms) / MINUTE_MS);
    v[FACT_OVERDUE] = overdue;
    v[FACT_OVERDUE_WORKING_MINUTES] =
        overdue ? small(calendar_working_ms(c, f->decide_by_ms, now_ms) / MINUTE_MS) : 0;
    v[FACT_WAS_COLOUR] = f->colour ? (int32_t)f->colour - 1 : FACT_UNKNOWN;
    int64_t const answer_by_ms =
        span_end(&d->info->clocks.information[f->colour], c, f->received_ms);
    v[FACT_SAFETY_QUESTION_UNANSWERED] =
        v[FACT_IMMEDIATE_DANGER] == FACT_UNKNOWN && answer_by_ms < now_ms;
}

void council_facts_fill(struct desk *d, const struct casefile *f, struct facts *out)
{
    fill_counts(d, f, out->value);
    fill_open_case(d, f, out->value);
    council_facts_hour(d, d->now.utc_ms, out);
    fill_clock(d, f, out->value);
    out->value[FACT_ORGANISATION_UNDER_REVIEW] = orgs_reviewed(d, f);
}

void council_facts_locality(struct desk *d, const char *postcode, struct facts *out)
{
    int const team = postcode && postcode[0] ? policy_team_of_postcode(d->policy, postcode) : -1;
    out->value[FACT_LOCALITY_TEAM] = team >= 0 ? team : FACT_UNKNOWN;
}
