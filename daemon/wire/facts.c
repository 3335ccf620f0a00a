// From what was said to what decision tables read.  Facts that are a field of the message are rows
// of one table; the few that are worked out have a function each.  What was not said stays unknown.
#include "facts.h"

#include "calendar.h"
#include "check.h"
#include "kinds.h"
#include "wire.h"

// The parts of a concern that facts are fields of.  A part that was not sent is NULL.
enum part {
    PART_CONCERN,
    PART_ADULT,
    PART_LIMBS,
    PART_VOICE,
    PART_REFERRER,
    PART_HARM,
    PART_PATTERN,
    PART_SOURCE,
    PART_RESPONSE,
    PART_FALLS,
    PART_MEDICATION,
    PART_ULCER,
    PART_VISITS,
    PART_SELF_NEGLECT,
    PART_FINANCIAL,
    PART_SEXUAL,
    PART_DOMESTIC,
    PART_SLAVERY,
    PART_ORGANISATIONAL,
    PART_RADICALISATION,
    PART_DOLS,
    PART_TRANSITION,
    PART_POLICE,
    PART_CARE_NEEDS,
    PART_COUNT
};

#define AT(T, field)     offsetof(Triage__V1__##T, field)
#define ANSWER(T, field) READ_ANSWER, AT(T, field), 0
#define CHOICE(T, field) READ_CHOICE, AT(T, field), 0
#define TICKS(T, field)  READ_TICKS, AT(T, field), AT(T, n_##field)
#define NUMBER(T, field) READ_NUMBER, AT(T, field), AT(T, field##__case)

enum read { READ_ANSWER, READ_CHOICE, READ_TICKS, READ_NUMBER, READ_COUNT };

struct source {
    enum fact fact;
    enum part part;
    enum read read;
    size_t offset, quantifier; // how many ticks, or whether the number was given
};

// clang-format off
static const struct source sources[] = {
    {FACT_SOURCE_TYPE, PART_CONCERN, CHOICE(SafeguardingConcern, source_type)},
    {FACT_AREA_OF_ABUSE, PART_ADULT, CHOICE(Adult, area_of_abuse)},
    {FACT_SUPPORT_REASON, PART_ADULT, CHOICE(Adult, support_reason)},
    {FACT_MANAGEMENT_MAY_BE_INVOLVED, PART_REFERRER, ANSWER(Referrer, management_may_be_involved)},

    {FACT_CARE_AND_SUPPORT_NEEDS, PART_LIMBS, ANSWER(Limbs, care_and_support_needs)},
    {FACT_ABUSE_OR_RISK, PART_LIMBS, ANSWER(Limbs, abuse_or_risk)},
    {FACT_UNABLE_TO_PROTECT_SELF, PART_LIMBS, ANSWER(Limbs, unable_to_protect_self)},

    {FACT_ADULT_AWARE, PART_VOICE, ANSWER(Voice, aware_of_concern)},
    {FACT_CONSENTS_TO_SHARING, PART_VOICE, ANSWER(Voice, consents_to_sharing)},
    {FACT_COERCION_SUSPECTED, PART_VOICE, ANSWER(Voice, coercion_suspected)},
    {FACT_HAS_CAPACITY, PART_VOICE, ANSWER(Voice, has_capacity)},
    {FACT_HAS_ADVOCATE, PART_VOICE, ANSWER(Voice, has_advocate)},

    {FACT_HARM_TYPES, PART_HARM, TICKS(Harm, types)},
    {FACT_HARM_ACTUAL, PART_HARM, CHOICE(Harm, actual)},
    {FACT_HARM_RISKED, PART_HARM, CHOICE(Harm, risked)},
    {FACT_TREATMENT_NEEDED, PART_HARM, ANSWER(Harm, treatment_needed)},
    {FACT_DISTRESS, PART_HARM, ANSWER(Harm, distress)},
    {FACT_FEAR, PART_HARM, ANSWER(Harm, fear)},
    {FACT_PERMANENT_DAMAGE, PART_HARM, ANSWER(Harm, permanent_damage)},
    {FACT_IMMEDIATE_DANGER, PART_HARM, ANSWER(Harm, immediate_danger)},
    {FACT_INJURY_UNEXPLAINED, PART_HARM, ANSWER(Harm, injury_unexplained)},
    {FACT_HARM_SIGNS, PART_HARM, TICKS(Harm, signs)},

    {FACT_RECURRENCE, PART_PATTERN, CHOICE(Pattern, recurrence)},
    {FACT_OCCURRENCE_COUNT, PART_PATTERN, NUMBER(Pattern, count)},
    {FACT_OCCURRENCE_WINDOW_DAYS, PART_PATTERN, NUMBER(Pattern, window_days)},
    {FACT_OTHER_ADULTS_AFFECTED, PART_PATTERN, ANSWER(Pattern, other_adults_affected)},
    {FACT_OTHER_ADULTS_COUNT, PART_PATTERN, NUMBER(Pattern, other_adults_count)},
    {FACT_CHILDREN_IN_HOUSEHOLD, PART_PATTERN, ANSWER(Pattern, children_in_household)},
    {FACT_SAME_SOURCE_BEFORE, PART_PATTERN, ANSWER(Pattern, same_source_before)},
    {FACT_SAME_PLACE_BEFORE, PART_PATTERN, ANSWER(Pattern, same_place_before)},

    {FACT_SOURCE_CATEGORY, PART_SOURCE, CHOICE(SourceOfRisk, category)},
    {FACT_POSITION_OF_TRUST, PART_SOURCE, ANSWER(SourceOfRisk, position_of_trust)},
    {FACT_SPECIFIC_ADULT_HARMED, PART_SOURCE, ANSWER(SourceOfRisk, specific_adult_harmed)},
    {FACT_SOURCE_LIVES_WITH_ADULT, PART_SOURCE, ANSWER(SourceOfRisk, lives_with_adult)},
    {FACT_SOURCE_STILL_HAS_ACCESS, PART_SOURCE, ANSWER(SourceOfRisk, still_has_access)},
    {FACT_INTENDED_OR_RECKLESS, PART_SOURCE, ANSWER(SourceOfRisk, intended_or_reckless)},
    {FACT_CRIME_SUSPECTED, PART_SOURCE, ANSWER(SourceOfRisk, crime_suspected)},
    {FACT_POLICE_TOLD, PART_SOURCE, ANSWER(SourceOfRisk, police_told)},
    {FACT_SOURCE_HAS_CARE_NEEDS, PART_SOURCE, ANSWER(SourceOfRisk, has_care_needs)},

    {FACT_CARE_PLAN_FOLLOWED, PART_RESPONSE, ANSWER(Response, care_plan_followed)},
    {FACT_MITIGATION_IN_PLACE, PART_RESPONSE, ANSWER(Response, mitigation_in_place)},
    {FACT_PROFESSIONALS_TOLD, PART_RESPONSE, ANSWER(Response, professionals_told)},
    {FACT_FAMILY_TOLD, PART_RESPONSE, ANSWER(Response, family_told)},
    {FACT_MEDICAL_HELP, PART_RESPONSE, ANSWER(Response, medical_help)},
    {FACT_CQC_NOTIFIABLE, PART_RESPONSE, ANSWER(Response, cqc_notifiable)},
    {FACT_ADULT_SAFE_NOW, PART_RESPONSE, ANSWER(Response, adult_safe_now)},
    {FACT_EXPLANATION_REASONABLE, PART_RESPONSE, ANSWER(Response, explanation_reasonable)},
    {FACT_PROTECTIVE_FACTORS, PART_RESPONSE, ANSWER(Response, protective_factors)},
    {FACT_CARE_SIGNS, PART_RESPONSE, TICKS(Response, care_signs)},

    {FACT_FALLS_IN_28_DAYS, PART_FALLS, NUMBER(Falls, falls_in_28_days)},
    {FACT_FALLS_RISK_ASSESSMENT, PART_FALLS, ANSWER(Falls, risk_assessment_in_place)},
    {FACT_FALL_WITNESSED, PART_FALLS, ANSWER(Falls, witnessed)},
    {FACT_FALL_LONG_LIE, PART_FALLS, ANSWER(Falls, long_lie)},
    {FACT_FALL_HEAD_INJURY, PART_FALLS, ANSWER(Falls, head_injury)},
    {FACT_FALL_LOWERED_BY_STAFF, PART_FALLS, ANSWER(Falls, lowered_by_staff)},
    {FACT_FALL_KNOWN_CONDITION, PART_FALLS, ANSWER(Falls, known_condition)},
    {FACT_FALL_ADVICE_SOUGHT, PART_FALLS, ANSWER(Falls, advice_sought)},

    {FACT_MEDICATION_ERROR, PART_MEDICATION, CHOICE(Medication, error)},
    {FACT_MEDICATION_DOSES, PART_MEDICATION, NUMBER(Medication, doses)},
    {FACT_HIGH_RISK_MEDICINE, PART_MEDICATION, ANSWER(Medication, high_risk_medicine)},
    {FACT_MEDICATION_ADVERSE_EFFECT, PART_MEDICATION, ANSWER(Medication, adverse_effect)},
    {FACT_CONTROLLED_DRUG, PART_MEDICATION, ANSWER(Medication, controlled_drug)},

    {FACT_ULCER_CATEGORY, PART_ULCER, NUMBER(PressureUlcer, category)},
    {FACT_ULCERS, PART_ULCER, NUMBER(PressureUlcer, ulcers)},
    {FACT_ULCER_GUIDE_SCORE, PART_ULCER, NUMBER(PressureUlcer, decision_guide_score)},
    {FACT_ULCER_SCORED_BY_NURSE, PART_ULCER, ANSWER(PressureUlcer, scorer_registered_nurse)},
    {FACT_ULCER_ACQUIRED_IN_SERVICE, PART_ULCER, ANSWER(PressureUlcer, acquired_in_service)},
    {FACT_ULCER_CARE_PLAN, PART_ULCER, ANSWER(PressureUlcer, care_plan_in_place)},
    {FACT_ULCER_PREVENTION_DECLINED, PART_ULCER, ANSWER(PressureUlcer, prevention_declined)},
    {FACT_ULCER_AVOIDABLE, PART_ULCER, ANSWER(PressureUlcer, avoidable)},

    {FACT_VISITS_MISSED, PART_VISITS, NUMBER(MissedVisits, visits_missed)},
    {FACT_VISITS_WINDOW_DAYS, PART_VISITS, NUMBER(MissedVisits, window_days)},
    {FACT_VISIT_TIME_CRITICAL, PART_VISITS, ANSWER(MissedVisits, time_critical)},
    {FACT_VISIT_NO_OTHER_SUPPORT, PART_VISITS, ANSWER(MissedVisits, no_other_support)},

    {FACT_HOARDING, PART_SELF_NEGLECT, ANSWER(SelfNeglect, hoarding)},
    {FACT_REFUSES_SERVICES, PART_SELF_NEGLECT, ANSWER(SelfNeglect, refuses_services)},
    {FACT_FIRE_RISK, PART_SELF_NEGLECT, ANSWER(SelfNeglect, fire_risk)},
    {FACT_SELF_NEGLECT_HEALTH_RISK, PART_SELF_NEGLECT, ANSWER(SelfNeglect, health_at_risk)},
    {FACT_MULTI_AGENCY_TRIED, PART_SELF_NEGLECT, ANSWER(SelfNeglect, multi_agency_tried)},
    {FACT_SELF_NEGLECT_SIGNS, PART_SELF_NEGLECT, TICKS(SelfNeglect, signs)},
    {FACT_SELF_NEGLECT_MANAGED, PART_SELF_NEGLECT, ANSWER(SelfNeglect, managed_by_services)},

    {FACT_AMOUNT_POUNDS, PART_FINANCIAL, NUMBER(Financial, amount_pounds)},
    {FACT_ATTORNEY_OR_APPOINTEE, PART_FINANCIAL, ANSWER(Financial, attorney_or_appointee)},
    {FACT_ESSENTIAL_NEEDS_UNMET, PART_FINANCIAL, ANSWER(Financial, essential_needs_unmet)},
    {FACT_SCAM, PART_FINANCIAL, ANSWER(Financial, scam)},
    {FACT_AUTHORITY_UNPROVED, PART_FINANCIAL, ANSWER(Financial, authority_unproved)},
    {FACT_UNWANTED_VISITORS, PART_FINANCIAL, ANSWER(Financial, unwanted_visitors)},
    {FACT_CARE_FEES_UNPAID, PART_FINANCIAL, ANSWER(Financial, care_fees_unpaid)},

    {FACT_SEXUAL_CONTACT, PART_SEXUAL, ANSWER(Sexual, contact)},
    {FACT_ADULT_CAN_CONSENT, PART_SEXUAL, ANSWER(Sexual, adult_can_consent)},
    {FACT_FORENSIC_WINDOW_OPEN, PART_SEXUAL, ANSWER(Sexual, forensic_window_open)},
    {FACT_SEXUAL_CONSENTED, PART_SEXUAL, ANSWER(Sexual, consented)},

    {FACT_DASH_TICKS, PART_DOMESTIC, NUMBER(Domestic, dash_ticks)},
    {FACT_DASH_JUDGEMENT_HIGH, PART_DOMESTIC, ANSWER(Domestic, professional_judgement_high)},
    {FACT_COERCIVE_CONTROL, PART_DOMESTIC, ANSWER(Domestic, coercive_control)},
    {FACT_STRANGULATION, PART_DOMESTIC, ANSWER(Domestic, strangulation)},
    {FACT_SEPARATED_RECENTLY, PART_DOMESTIC, ANSWER(Domestic, separated_recently)},

    {FACT_DOCUMENTS_WITHHELD, PART_SLAVERY, ANSWER(ModernSlavery, documents_withheld)},
    {FACT_MOVEMENT_CONTROLLED, PART_SLAVERY, ANSWER(ModernSlavery, movement_controlled)},
    {FACT_NRM_CONSENT, PART_SLAVERY, ANSWER(ModernSlavery, nrm_consent)},
    {FACT_SLAVERY_SIGNS, PART_SLAVERY, TICKS(ModernSlavery, signs)},

    {FACT_UNDERSTAFFED, PART_ORGANISATIONAL, ANSWER(Organisational, understaffed)},
    {FACT_RIGID_ROUTINES, PART_ORGANISATIONAL, ANSWER(Organisational, rigid_routines)},
    {FACT_UNLAWFUL_RESTRAINT, PART_ORGANISATIONAL, ANSWER(Organisational, unlawful_restraint)},
    {FACT_LEADERSHIP_AWARE, PART_ORGANISATIONAL, ANSWER(Organisational, leadership_aware)},
    {FACT_PEOPLE_SUPPORTED, PART_ORGANISATIONAL, NUMBER(Organisational, people_supported)},

    {FACT_RADICALISATION_SIGNS, PART_RADICALISATION, ANSWER(Radicalisation, signs_seen)},
    {FACT_RADICALISATION_ENCOURAGED, PART_RADICALISATION,
        ANSWER(Radicalisation, encouraged_by_others)},

    {FACT_DOLS_REQUEST, PART_DOLS, CHOICE(Dols, request)},
    {FACT_DOLS_URGENT_EXTENDED, PART_DOLS, ANSWER(Dols, urgent_extended)},
    {FACT_DOLS_RESIDENT_HERE, PART_DOLS, ANSWER(Dols, ordinarily_resident_here)},
    {FACT_DOLS_PERSON_OBJECTS, PART_DOLS, ANSWER(Dols, person_objects)},
    {FACT_DOLS_FAMILY_OBJECTS, PART_DOLS, ANSWER(Dols, family_objects)},
    {FACT_DOLS_RESTRAINT_OFTEN, PART_DOLS, ANSWER(Dols, restraint_often)},
    {FACT_DOLS_CONTACT_LIMITED, PART_DOLS, ANSWER(Dols, contact_limited)},
    {FACT_DOLS_ONE_TO_ONE, PART_DOLS, ANSWER(Dols, one_to_one)},
    {FACT_DOLS_SETTLED, PART_DOLS, ANSWER(Dols, settled)},

    {FACT_TRANSITION_NEEDS_LIKELY, PART_TRANSITION, ANSWER(Transition, needs_likely_after_18)},
    {FACT_TRANSITION_BENEFIT, PART_TRANSITION, ANSWER(Transition, significant_benefit)},
    {FACT_TRANSITION_HAS_PLAN, PART_TRANSITION, ANSWER(Transition, has_plan)},
    {FACT_TRANSITION_PLACEMENT_ENDS, PART_TRANSITION, ANSWER(Transition, placement_ends)},
    {FACT_TRANSITION_CARE_STOPS, PART_TRANSITION, ANSWER(Transition, care_stops)},

    {FACT_POLICE_GRADE, PART_POLICE, CHOICE(PoliceNotification, grade)},
    {FACT_RISK_TOOL, PART_POLICE, CHOICE(PoliceNotification, tool)},
    {FACT_POLICE_CALLOUTS, PART_POLICE, NUMBER(PoliceNotification, callouts_12_months)},
    {FACT_MARAC_BEFORE, PART_POLICE, ANSWER(PoliceNotification, marac_before)},

    {FACT_SUPPORT_STOPPED, PART_CARE_NEEDS, ANSWER(CareNeeds, support_stopped)},
    {FACT_CARER_CANNOT_GO_ON, PART_CARE_NEEDS, ANSWER(CareNeeds, carer_cannot_go_on)},
    {FACT_FOR_A_CARER, PART_CARE_NEEDS, ANSWER(CareNeeds, for_a_carer)},
};
// clang-format on

static int32_t field_int(const uint8_t *part, size_t offset)
{
    int32_t v; // protobuf-c's enums are the size of an int
    memcpy(&v, part + offset, sizeof v);
    return v;
}

static int32_t answer_read(const struct source *s, const uint8_t *part)
{
    int32_t const v = field_int(part, s->offset);
    if (v == TRIAGE__V1__ANSWER__ANSWER_YES) return 1;
    return v == TRIAGE__V1__ANSWER__ANSWER_NO ? 0 : FACT_UNKNOWN;
}

// An enum's number as a place in the fact's codes; "not known" stands after the last of them.
static int32_t code_of(enum fact fact, int32_t number)
{
    const char *const *const codes = FACTS[fact].codes;
    for (int32_t i = 0; i < number; i++) {
        if (!codes[i]) return FACT_UNKNOWN;
    }
    return number > 0 ? number - 1 : FACT_UNKNOWN;
}

static int32_t choice_read(const struct source *s, const uint8_t *part)
{
    return code_of(s->fact, field_int(part, s->offset));
}

static int32_t ticks_read(const struct source *s, const uint8_t *part)
{
    size_t n;
    const int32_t *ticks; // a protobuf-c enum is read as the int that it is
    memcpy(&n, part + s->quantifier, sizeof n);
    memcpy(&ticks, part + s->offset, sizeof ticks);
    int32_t bits = 0;
    for (size_t i = 0; i < n; i++) {
        int32_t tick;
        memcpy(&tick, &ticks[i], sizeof tick);
        int32_t const place = code_of(s->fact, tick);
        if (place >= 0) bits |= (int32_t)1 << place;
    }
    return bits;
}

static int32_t number_read(const struct source *s, const uint8_t *part)
{
    if (field_int(part, s->quantifier) == 0) return FACT_UNKNOWN; // its oneof is not set
    uint32_t v;
    memcpy(&v, part + s->offset, sizeof v);
    return v > INT32_MAX ? INT32_MAX : (int32_t)v;
}

static int32_t (*const reads[READ_COUNT])(const struct source *s, const uint8_t *part) = {
    [READ_ANSWER] = answer_read,
    [READ_CHOICE] = choice_read,
    [READ_TICKS] = ticks_read,
    [READ_NUMBER] = number_read,
};

// Everything at hand while the facts of one adult are worked out.
struct said {
    const Triage__V1__SafeguardingConcern *concern;
    const Triage__V1__Adult *adult; // NULL when nobody was named at all
    const Triage__V1__Voice *voice;
    int64_t received_ms;
    struct facts *facts; // those from the table are there already
};

static bool given(const char *text)
{
    return *text; // protobuf-c has "" for what was not said
}

static int32_t subject_derive(const struct said *s)
{
    int32_t const v = s->adult ? (int32_t)s->adult->subject : 0;
    return v > 0 ? v - 1 : TRIAGE__V1__SUBJECT__SUBJECT_NAMED - 1; // unset is named
}

static int32_t named_adult_derive(const struct said *s)
{
    int32_t const subject = s->facts->value[FACT_SUBJECT] + 1;
    bool const person = subject == TRIAGE__V1__SUBJECT__SUBJECT_NAMED ||
                        subject == TRIAGE__V1__SUBJECT__SUBJECT_DECEASED;
    return person && s->adult && given(s->adult->name);
}

static int32_t age_derive(const struct said *s)
{
    int32_t born;
    bool year_only; // then 1 July stands for the year: at most half a year wrong
    if (!s->adult || !date_parse(bytes_text(s->adult->date_of_birth), &born, &year_only)) {
        return FACT_UNKNOWN;
    }
    struct civil const day = civil_local(s->received_ms);
    int32_t const today = civil_day(day.year, day.month, day.day);
    return born <= today ? years_between(born, today) : FACT_UNKNOWN;
}

static int32_t placed_derive(const struct said *s)
{
    return s->adult && given(s->adult->placing_authority);
}

static int32_t repeat_contact_derive(const struct said *s)
{
    return given(s->concern->repeat_of);
}

static int32_t incident_age_derive(const struct said *s)
{
    int64_t const ms = s->concern->incident_ms;
    if (ms == 0 || ms > s->received_ms) return FACT_UNKNOWN;
    uint64_t const days = ((uint64_t)s->received_ms - (uint64_t)ms) / (uint64_t)DAY_MS;
    return days > INT32_MAX ? INT32_MAX : (int32_t)days; // unsigned, as any two times may be given
}

static int32_t wishes_derive(const struct said *s)
{
    if (s->voice && given(s->voice->wants)) return 1;
    return s->voice && given(s->voice->not_asked_because) ? 0 : FACT_UNKNOWN;
}

static int32_t harm_types_derive(const struct said *s)
{
    int32_t const types = s->facts->value[FACT_HARM_TYPES];
    return types ? types : FACT_UNKNOWN; // no kind of harm ticked is a question, not "none"
}

static int32_t themes_derive(const struct said *s)
{
    const Triage__V1__SafeguardingConcern *const c = s->concern;
    const void *const blocks[] = {c->falls,          c->medication,    c->pressure_ulcer,
                                  c->missed_visits,  c->self_neglect,  c->financial,
                                  c->sexual,         c->domestic,      c->modern_slavery,
                                  c->organisational, c->radicalisation};
    int32_t bits = 0;
    for (size_t i = 0; i < sizeof blocks / sizeof blocks[0]; i++) {
        if (blocks[i]) bits |= (int32_t)1 << i;
    }
    return bits;
}

static bool day_of(const char *text, int32_t *day)
{
    bool year_only;
    return date_parse(bytes_text(text), day, &year_only) && !year_only;
}

// What ends first: each is a loss of what the law gives until then.
static int32_t runs_out_derive(const struct said *s)
{
    const Triage__V1__Dols *const d = s->concern->dols;
    int32_t day, first = FACT_UNKNOWN;
    if (s->concern->transition && s->adult && day_of(s->adult->date_of_birth, &day))
        first = day_before_birthday(day, ADULT_YEARS);
    if (d && day_of(d->urgent_from, &day))
        first = dols_urgent_last_day(day, s->facts->value[FACT_DOLS_URGENT_EXTENDED] == 1);
    if (d && day_of(d->current_until, &day) && (first == FACT_UNKNOWN || day < first)) first = day;
    return first;
}

static int32_t days_left_derive(const struct said *s)
{
    struct civil const day = civil_local(s->received_ms);
    int32_t const out = s->facts->value[FACT_RUNS_OUT_DAY];
    return out == FACT_UNKNOWN ? out : out - civil_day(day.year, day.month, day.day);
}

// In this order: some rest on ones above them.
static const struct {
    enum fact fact;
    int32_t (*derive)(const struct said *s);
} derived[] = {
    {FACT_SUBJECT, subject_derive},
    {FACT_HAS_NAMED_ADULT, named_adult_derive},
    {FACT_AGE_YEARS, age_derive},
    {FACT_PLACED_BY_ANOTHER_COUNCIL, placed_derive},
    {FACT_REPEAT_CONTACT, repeat_contact_derive},
    {FACT_INCIDENT_AGE_DAYS, incident_age_derive},
    {FACT_WISHES_KNOWN, wishes_derive},
    {FACT_HARM_TYPES, harm_types_derive},
    {FACT_THEMES, themes_derive},
    {FACT_RUNS_OUT_DAY, runs_out_derive},
    {FACT_DAYS_LEFT, days_left_derive},
};

static void parts_find(const struct said *s, const void *parts[PART_COUNT])
{
    const Triage__V1__SafeguardingConcern *const c = s->concern;
    parts[PART_CONCERN] = c;
    parts[PART_ADULT] = s->adult;
    parts[PART_LIMBS] = s->adult ? s->adult->limbs : NULL;
    parts[PART_VOICE] = s->voice;
    parts[PART_REFERRER] = c->referrer;
    parts[PART_HARM] = c->harm;
    parts[PART_PATTERN] = c->pattern;
    parts[PART_SOURCE] = c->source_of_risk;
    parts[PART_RESPONSE] = c->response;
    parts[PART_FALLS] = c->falls;
    parts[PART_MEDICATION] = c->medication;
    parts[PART_ULCER] = c->pressure_ulcer;
    parts[PART_VISITS] = c->missed_visits;
    parts[PART_SELF_NEGLECT] = c->self_neglect;
    parts[PART_FINANCIAL] = c->financial;
    parts[PART_SEXUAL] = c->sexual;
    parts[PART_DOMESTIC] = c->domestic;
    parts[PART_SLAVERY] = c->modern_slavery;
    parts[PART_ORGANISATIONAL] = c->organisational;
    parts[PART_RADICALISATION] = c->radicalisation;
    parts[PART_DOLS] = c->dols;
    parts[PART_TRANSITION] = c->transition;
    parts[PART_POLICE] = c->police_notification;
    parts[PART_CARE_NEEDS] = c->care_needs;
}

void wire_concern_facts(const Triage__V1__SafeguardingConcern *c, size_t adult, int64_t received_ms,
                        struct facts *out)
{
    struct said said = {.concern = c, .received_ms = received_ms, .facts = out};
    if (adult < c->n_adults) said.adult = c->adults[adult];
    if (said.adult) said.voice = said.adult->voice;
    const void *parts[PART_COUNT];
    parts_find(&said, parts);

    facts_clear(out);
    for (size_t i = 0; i < sizeof sources / sizeof sources[0]; i++) {
        const struct source *const s = &sources[i];
        int32_t *const value = &out->value[s->fact];
        if (parts[s->part])
            *value = reads[s->read](s, parts[s->part]);
        else if (s->read == READ_TICKS)
            *value = 0; // nothing ticked: nobody is asked for ticks
    }
    for (size_t i = 0; i < sizeof derived / sizeof derived[0]; i++) {
        out->value[derived[i].fact] = derived[i].derive(&said);
    }
    facts_follow(out);
}
