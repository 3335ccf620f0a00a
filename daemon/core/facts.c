#include "facts.h"

#include <string.h>

#include "check.h"

// Each list stands in the order of its enum in proto/triage/v1/concern.proto, from number 1 on.

const char *const FACT_CODES_SOURCE_TYPE[] = {
    "care_provider", "health",           "police",     "housing", "ambulance", "fire", "council",
    "voluntary",     "family_or_friend", "adult_self", "public",  "other",     NULL,
};

const char *const FACT_CODES_SUBJECT[] = {
    "named", "unidentified", "deceased", "no_named_adult", NULL,
};

const char *const FACT_CODES_AREA_OF_ABUSE[] = {
    "own_home",
    "in_the_community",
    "community_service",
    "care_home_nursing",
    "care_home_residential",
    "hospital_acute",
    "hospital_mental_health",
    "hospital_community",
    "other",
    NULL,
};

const char *const FACT_CODES_SUPPORT_REASON[] = {
    "physical", "sensory", "memory_and_cognition", "learning_disability", "mental_health", "social",
    "none",     NULL,
};

const char *const FACT_CODES_HARM_TYPE[] = {
    "physical",       "sexual",  "psychological",  "financial",           "discriminatory",
    "organisational", "neglect", "domestic_abuse", "sexual_exploitation", "modern_slavery",
    "self_neglect",   NULL,
};

// In the order of the concern's blocks, from field 30 on.
const char *const FACT_CODES_THEME[] = {
    "falls",  "medication", "pressure_ulcer", "missed_visits",  "self_neglect",   "financial",
    "sexual", "domestic",   "modern_slavery", "organisational", "radicalisation", NULL,
};

const char *const FACT_CODES_HARM_LEVEL[] = {
    "none", "low", "moderate", "serious", "critical", NULL,
};

const char *const FACT_CODES_HARM_SIGN[] = {
    "threats",
    "humiliation",
    "necessities_withheld",
    "care_blocked",
    "information_withheld",
    "isolated",
    "directed_by_other",
    "forced_care",
    "restraint_wrong",
    "restraint_agreed",
    "violence",
    "indecent_exposure",
    "sexual_images",
    "sexual_words",
    "forced_marriage",
    "honour_based",
    "genital_mutilation",
    "stalking",
    "abandoned",
    "marks",
    "grave_injury",
    "unkind_words",
    "antisocial_behaviour",
    "property_taken",
    "hate",
    "carer_strain",
    NULL,
};

const char *const FACT_CODES_RECURRENCE[] = {"first", "repeat", "pattern", NULL};

const char *const FACT_CODES_SOURCE_CATEGORY[] = {
    "paid_carer",
    "service",
    "family",
    "partner",
    "other_service_user",
    "friend_or_neighbour",
    "professional",
    "volunteer",
    "stranger",
    "self",
    NULL,
};

const char *const FACT_CODES_CARE_SIGN[] = {
    "food_or_drink",    "continence",          "moving_and_handling", "culture_or_faith",
    "unsafe_discharge", "unsafe_surroundings", "unsafe_equipment",    "impersonal",
    "no_stimulation",   "not_managed",         "not_reported",        "cannot_enquire",
    "records_poor",     "plan_out_of_date",    "staff_mistake",       NULL,
};

const char *const FACT_CODES_MEDICATION_ERROR[] = {
    "missed_dose",         "wrong_dose",         "wrong_medicine", "wrong_person",
    "covert_without_plan", "misused_to_control", "other",          NULL,
};

const char *const FACT_CODES_SELF_NEGLECT_SIGN[] = {
    "insanitary_home", "no_amenities",   "way_blocked", "home_at_risk", "substances",
    "poor_self_care",  "losing_contact", "no_contact",  "no_support",   "many_reports",
    "pests",           "animals",        "first_signs", NULL,
};

const char *const FACT_CODES_SLAVERY_SIGN[] = {
    "long_hours", "poor_conditions", "moved_around", "unfit_housing", "not_free_to_leave",
    "debt",       "criminal_acts",   "sexual_acts",  "no_pay",        "disclosed",
    NULL,
};

const char *const FACT_CODES_COLOUR[] = {"green", "amber", "red", NULL};

const char *const FACT_CODES_KIND[] = {
    "safeguarding_concern",        "low_level_log",       "dols_request", "transition_referral",
    "domestic_abuse_notification", "care_needs_referral", "advice",       NULL,
};

const char *const FACT_CODES_DOLS_REQUEST[] = {"standard", "urgent", "further", NULL};

const char *const FACT_CODES_POLICE_GRADE[] = {"standard", "medium", "high", NULL};

const char *const FACT_CODES_RISK_TOOL[] = {"dash", "dara", "other", NULL};

#define FACT_DEF(id, name, type, whose, correctable, codes, unit, question) \
    [FACT_##id] = {name, type, whose, correctable, codes, unit, question},
const struct fact_def FACTS[FACT_COUNT] = {FACT_LIST(FACT_DEF)};

void facts_clear(struct facts *f)
{
    for (int i = 0; i < FACT_COUNT; i++) f->value[i] = FACT_UNKNOWN;
}

#define FACT_PLACE(id, name, type, whose, correctable, codes, unit, question) \
    [FACT_##id] = {offsetof(struct facts_kept, id), sizeof(((struct facts_kept *)0)->id)},
static const struct {
    uint16_t offset, size;
} FACT_PLACES[FACT_COUNT] = {FACT_LIST(FACT_PLACE)};
#undef FACT_PLACE

int32_t fact_kept(const struct facts_kept *k, enum fact fact)
{
    int32_t wide;
    int8_t narrow;
    CHECK((unsigned)fact < FACT_COUNT);
    const char *const at = (const char *)k + FACT_PLACES[fact].offset;
    if (FACT_PLACES[fact].size == sizeof(wide)) {
        memcpy(&wide, at, sizeof(wide));
        return wide;
    }
    memcpy(&narrow, at, sizeof(narrow));
    return narrow == INT8_MIN ? FACT_UNKNOWN : narrow;
}

bool fact_keep(struct facts_kept *k, enum fact fact, int32_t value)
{
    int8_t const narrow = value == FACT_UNKNOWN ? INT8_MIN : (int8_t)value;
    CHECK((unsigned)fact < FACT_COUNT);
    char *const at = (char *)k + FACT_PLACES[fact].offset;
    if (FACT_PLACES[fact].size == sizeof(value)) {
        memcpy(at, &value, sizeof(value));
        return true;
    }
    if (value != FACT_UNKNOWN && (value <= INT8_MIN || value > INT8_MAX)) return false;
    memcpy(at, &narrow, sizeof(narrow));
    return true;
}

void facts_keep(const struct facts *f, struct facts_kept *out)
{
    memset(out, 0, sizeof(*out)); // what lies between two members is compared too
    for (unsigned i = 0; i < FACT_COUNT; i++) CHECK(fact_keep(out, (enum fact)i, f->value[i]));
}

#define FACT_RECALL_NARROW(id)      f.value[FACT_##id] = k->id == INT8_MIN ? FACT_UNKNOWN : k->id;
#define FACT_RECALL_WIDE(id)        f.value[FACT_##id] = k->id;
#define FACT_RECALL_FACT_BOOL(id)   FACT_RECALL_NARROW(id)
#define FACT_RECALL_FACT_CODE(id)   FACT_RECALL_NARROW(id)
#define FACT_RECALL_FACT_NUMBER(id) FACT_RECALL_WIDE(id)
#define FACT_RECALL_FACT_CODES(id)  FACT_RECALL_WIDE(id)
#define FACT_RECALL(id, name, type, whose, correctable, codes, unit, question) \
    FACT_RECALL_##type(id)

// Every record and every row asks for all of them.
struct facts facts_recall(const struct facts_kept *k)
{
    struct facts f;
    FACT_LIST(FACT_RECALL)
    return f;
}

void facts_kept_clear(struct facts_kept *k)
{
    struct facts none;
    facts_clear(&none);
    facts_keep(&none, k);
}

// Receipts and notices ask this of every missing fact: lengths are told apart before letters.
#define FACT_LENGTH(id, name, type, whose, correctable, codes, unit, question) \
    [FACT_##id] = sizeof(name) - 1,
static const uint8_t FACT_LENGTHS[FACT_COUNT] = {FACT_LIST(FACT_LENGTH)};

int fact_from(const char *name)
{
    size_t const len = strlen(name);
    for (int i = 0; i < FACT_COUNT; i++) {
        if (FACT_LENGTHS[i] == len && memcmp(FACTS[i].name, name, len) == 0) return i;
    }
    return -1;
}

int fact_code_from(enum fact fact, const char *code)
{
    CHECK((unsigned)fact < FACT_COUNT);
    const char *const *const codes = FACTS[fact].codes;
    if (!codes) return -1; // A yes/no or a number has none.
    for (int i = 0; codes[i]; i++) {
        if (strcmp(codes[i], code) == 0) return i;
    }
    return -1;
}

static bool code_is_among(const struct facts *f, enum fact fact, const char *const *words)
{
    for (; *words; words++) {
        if (fact_code_from(fact, *words) == f->value[fact]) return true;
    }
    return false; // Unknown, too, is none of them.
}

// Yes in a service or by its staff; no elsewhere, once it is known who may have caused it.
static int32_t care_setting(const struct facts *f)
{
    static const char *const services[] = {"community_service",
                                           "care_home_nursing",
                                           "care_home_residential",
                                           "hospital_acute",
                                           "hospital_mental_health",
                                           "hospital_community",
                                           NULL};
    static const char *const homes[] = {"own_home", "in_the_community", NULL};
    static const char *const staff[] = {"paid_carer", "service", "professional", NULL};
    if (code_is_among(f, FACT_AREA_OF_ABUSE, services)) return 1;
    if (code_is_among(f, FACT_SOURCE_CATEGORY, staff)) return 1;
    bool const elsewhere = code_is_among(f, FACT_AREA_OF_ABUSE, homes);
    return elsewhere && f->value[FACT_SOURCE_CATEGORY] != FACT_UNKNOWN ? 0 : FACT_UNKNOWN;
}

void facts_follow(struct facts *f)
{
    int32_t const age = f->value[FACT_AGE_YEARS];
    f->value[FACT_UNDER_18] = age == FACT_UNKNOWN ? FACT_UNKNOWN : age < 18;
    f->value[FACT_CARE_SETTING] = care_setting(f);
}
