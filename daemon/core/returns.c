#include "returns.h"

#include "calendar.h"
#include "check.h"

// --- What is captured. ---

#define AGE_BITS           8
#define GENDER_AT          9
#define ETHNICITY_AT       12
#define SUPPORT_AT         15
#define MASK(bits)         ((1U << (bits)) - 1)
#define TYPES_BITS         11
#define SOURCES_AT         11
#define SOURCES_BITS       3
#define LOCATIONS_AT       14
#define LOCATIONS_BITS     9
#define ACTION_AT          23
#define SUPPORTED_AT       25
#define SOURCE_PROVIDER    1U
#define LOCATIONS_HOSPITAL (7U << 5) // acute, mental health, community

int32_t person_pack(const struct person *p)
{
    unsigned const age = !p->aged || p->age < 0 ? 0 : p->age > 150 ? 151 : (unsigned)p->age + 1;
    CHECK(p->gender >= 0 && p->gender < 8 && p->ethnicity >= 0 && p->ethnicity < 8);
    CHECK(p->support_reason >= 0 && p->support_reason < 16);
    return (int32_t)(age | (p->year_only ? 1U << AGE_BITS : 0) | (unsigned)p->gender << GENDER_AT |
                     (unsigned)p->ethnicity << ETHNICITY_AT |
                     (unsigned)p->support_reason << SUPPORT_AT);
}

struct person person_of(int32_t packed)
{
    unsigned const v = (unsigned)packed, age = v & MASK(AGE_BITS);
    return (struct person){.aged = age != 0,
                           .age = (int)age - 1,
                           .year_only = v >> AGE_BITS & 1,
                           .gender = v >> GENDER_AT & MASK(3),
                           .ethnicity = v >> ETHNICITY_AT & MASK(3),
                           .support_reason = v >> SUPPORT_AT & MASK(4)};
}

bool completion_says(const struct completion *c)
{
    return c->action_taken || c->supported || c->types || c->sources || c->locations || c->gender ||
           c->ethnicity || c->support_reason;
}

static void bits_put(uint32_t *v, unsigned at, unsigned bits, uint32_t value)
{
    if (value == 0) return;
    *v = (*v & ~(MASK(bits) << at)) | (value & MASK(bits)) << at;
}

void completion_add(const struct completion *c, struct casefile *f)
{
    uint32_t v = (uint32_t)f->concluded;
    struct person p = person_of(f->person);
    bits_put(&v, 0, TYPES_BITS, c->types);
    bits_put(&v, SOURCES_AT, SOURCES_BITS, c->sources);
    bits_put(&v, LOCATIONS_AT, LOCATIONS_BITS, c->locations);
    bits_put(&v, ACTION_AT, 2, (uint32_t)c->action_taken);
    bits_put(&v, SUPPORTED_AT, 2, (uint32_t)c->supported);
    f->concluded = (int32_t)v;
    if (c->gender) p.gender = c->gender;
    if (c->ethnicity) p.ethnicity = c->ethnicity;
    if (c->support_reason) p.support_reason = c->support_reason;
    f->person = person_pack(&p);
}

int returns_year(int64_t utc_ms)
{
    struct civil const c = civil_local(utc_ms);
    return c.month >= 4 ? c.year : c.year - 1;
}

int64_t returns_year_begins(int year)
{
    return civil_to_utc((struct civil){.year = year, .month = 4, .day = 1});
}

#define GAP_WORDS(name, table, words) [name] = {table, words},
const struct return_gap_words RETURN_GAP_WORDS[RETURN_GAP_COUNT] = {RETURN_GAPS(GAP_WORDS)};

// --- The tables: rows by columns, one after the other in `cells`. ---

static const char *const KINDS[] = {"Safeguarding Concerns", "Section 42 Enquiries",
                                    "Other Enquiries"};
static const char *const CONCLUDED[] = {"Concluded Section 42 Enquiries"};
static const char *const TOTALS[] = {"Total Number of Safeguarding Concerns",
                                     "Total Number of Section 42 Safeguarding Enquiries",
                                     "Total Number of Other Safeguarding Enquiries"};
static const char *const AGES[] = {"18-64", "65-74", "75-84", "85-94", "95+"};
static const char *const GENDERS[] = {"Male", "Female", "Not Known"};
static const char *const ETHNICITIES[] = {"White",
                                          "Mixed / Multiple",
                                          "Asian / Asian British",
                                          "Black / African / Caribbean / Black British",
                                          "Other Ethnic Group",
                                          "Refused",
                                          "Undeclared / Not Known"};
static const char *const SUPPORTS[] = {"Physical Support",
                                       "Sensory Support",
                                       "Support with Memory and Cognition",
                                       "Learning Disability Support",
                                       "Mental Health Support",
                                       "Social Support",
                                       "No Support Reason",
                                       "Not Known"};
static const char *const TYPES[] = {"Physical Abuse",
                                    "Sexual Abuse",
                                    "Psychological Abuse",
                                    "Financial or Material Abuse",
                                    "Discriminatory Abuse",
                                    "Organisational Abuse",
                                    "Neglect and Acts of Omission",
                                    "Domestic Abuse",
                                    "Sexual Exploitation",
                                    "Modern Slavery",
                                    "Self-Neglect"};
static const char *const SOURCES[] = {"Service Provider", "Other - Known to individual",
                                      "Other - Unknown to individual"};
static const char *const LOCATIONS[] = {"Own Home",
                                        "In the Community",
                                        "Community Service",
                                        "Care Home - Nursing",
                                        "Care Home - Residential",
                                        "Hospital - Acute",
                                        "Hospital - Mental Health",
                                        "Hospital - Community",
                                        "Other"};
static const char *const ASSESSED[] = {
    "Risk identified and action taken",
    "Risk identified and no action taken",
    "Risk Assessment inconclusive and action taken",
    "Risk Assessment inconclusive and no action taken",
    "No risk identified and action taken",
    "No risk identified and no action taken",
    "Enquiry ceased at individual's request and no action taken"};
static const char *const OUTCOMES[] = {"Risk remained", "Risk reduced", "Risk removed"};
static const char *const CAPACITIES[] = {
    "Yes, they lacked capacity", "No, they did not lack capacity", "Don't know", "Not recorded"};
static const char *const SUPPORTED[] = {"Supported by an advocate, family or friend"};
static const char *const ASKED[] = {"Yes they were asked and outcomes were expressed",
                                    "Yes they were asked but no outcomes were expressed", "No",
                                    "Don't Know", "Not Recorded"};
static const char *const ACHIEVEMENTS[] = {"Fully Achieved", "Partially Achieved", "Not Achieved"};

// One table: by enquiry type, then category, then subcategory; a list of none has one nameless
// item.
struct words {
    const char *const *list;
    size_t n;
};
#define LIST(words)                             \
    {                                           \
        words, sizeof(words) / sizeof(words)[0] \
    }
#define NONE    \
    {           \
        NULL, 1 \
    }
#define FIRST(words) \
    {                \
        words, 1     \
    }
enum table {
    SG1A,
    SG1B,
    SG1C,
    SG1D,
    SG1F,
    SG2A,
    SG2A_B1,
    SG2B,
    SG2C,
    SG2E,
    SG3A,
    SG3A_SUPPORTED,
    SG4A,
    SG4A_ACHIEVED,
    TABLES
};
static const struct {
    const char *name;
    struct words types, rows, columns;
} TABLE[TABLES] = {
    [SG1A] = {"SG1a", LIST(KINDS), LIST(AGES), NONE},
    [SG1B] = {"SG1b", LIST(KINDS), LIST(GENDERS), NONE},
    [SG1C] = {"SG1c", LIST(KINDS), LIST(ETHNICITIES), NONE},
    [SG1D] = {"SG1d", LIST(KINDS), LIST(SUPPORTS), NONE},
    [SG1F] = {"SG1f", LIST(KINDS), NONE, NONE},
    [SG2A] = {"SG2a", LIST(CONCLUDED), LIST(TYPES), LIST(SOURCES)},
    [SG2A_B1] = {"SG2a_b1", LIST(CONCLUDED), LIST(TYPES), LIST(LOCATIONS)},
    [SG2B] = {"SG2b", LIST(CONCLUDED), LIST(LOCATIONS), LIST(SOURCES)},
    [SG2C] = {"SG2c", LIST(CONCLUDED), LIST(ASSESSED), NONE},
    [SG2E] = {"SG2e", LIST(CONCLUDED), LIST(OUTCOMES), NONE},
    [SG3A] = {"SG3a", LIST(CONCLUDED), LIST(CAPACITIES), NONE},
    [SG3A_SUPPORTED] = {"SG3a", LIST(CONCLUDED), FIRST(CAPACITIES), LIST(SUPPORTED)},
    [SG4A] = {"SG4a", LIST(CONCLUDED), LIST(ASKED), NONE},
    [SG4A_ACHIEVED] = {"SG4a", LIST(CONCLUDED), FIRST(ASKED), LIST(ACHIEVEMENTS)},
};

static size_t table_cells(enum table t)
{
    return TABLE[t].types.n * TABLE[t].rows.n * TABLE[t].columns.n;
}

static size_t table_begins(enum table t)
{
    size_t at = 0;
    for (int i = 0; i < (int)t; i++) at += table_cells((enum table)i);
    return at;
}

static void cell_add(struct returns *r, enum table t, size_t type, size_t row, size_t column)
{
    CHECK(type < TABLE[t].types.n && row < TABLE[t].rows.n && column < TABLE[t].columns.n);
    size_t const at = (type * TABLE[t].rows.n + row) * TABLE[t].columns.n + column;
    r->cells[table_begins(t) + at]++;
}

size_t returns_cells(void)
{
    return table_begins(TABLES);
}

static const char *word_at(struct words w, size_t i)
{
    return w.list ? w.list[i] : "";
}

struct return_cell returns_cell(const struct returns *r, size_t i)
{
    int t = 0;
    uint32_t const value = r->cells[i];
    while (i >= table_cells((enum table)t)) i -= table_cells((enum table)t++);
    size_t const column = i % TABLE[t].columns.n, rest = i / TABLE[t].columns.n;
    size_t const row = rest % TABLE[t].rows.n, type = rest / TABLE[t].rows.n;
    char const *const category = t == SG1F ? TOTALS[type] : word_at(TABLE[t].rows, row);
    return (struct return_cell){TABLE[t].name, word_at(TABLE[t].types, type), category,
                                word_at(TABLE[t].columns, column), value};
}

// --- Memory. ---

static size_t index_size(uint64_t cases_max)
{
    size_t n = 16;
    while (n < 2 * cases_max) n *= 2;
    return n;
}

size_t returns_bytes(uint64_t cases_max)
{
    struct returns const *r = NULL;
    size_t const each = ((size_t)cases_max + 1) * sizeof *r->individuals[0].list +
                        index_size(cases_max) * sizeof(uint32_t);
    return RETURN_KINDS * each + RETURN_GAPS_MAX * sizeof *r->gaps;
}

void returns_init(struct returns *r, void *memory, uint64_t cases_max, int year, int64_t now_ms)
{
    int64_t const end_ms = returns_year_begins(year + 1);
    CHECK(returns_cells() <= sizeof r->cells / sizeof r->cells[0]);
    *r = (struct returns){.year = year, .from_ms = returns_year_begins(year)};
    r->to_ms = now_ms < end_ms ? now_ms : end_ms;
    uint8_t *at = memory;
    for (int i = 0; i < RETURN_KINDS; i++) {
        r->individuals[i].list = (void *)at;
        at += ((size_t)cases_max + 1) * sizeof *r->individuals[i].list;
    }
    for (int i = 0; i < RETURN_KINDS; i++) {
        r->individuals[i].index = (void *)at;
        r->individuals[i].mask = index_size(cases_max) - 1;
        at += index_size(cases_max) * sizeof(uint32_t);
    }
    r->gaps = (void *)at;
}

static void gap_add(struct returns *r, uint64_t no, enum return_gap gap)
{
    if (r->n_gaps == RETURN_GAPS_MAX) {
        r->gaps_more++;
        return;
    }
    r->gaps[r->n_gaps].no = (uint32_t)no;
    r->gaps[r->n_gaps++].gap = gap;
}

// --- One case. ---

// Individuals count once for a kind, by what their latest case says.
static void individual_add(struct returns *r, int kind, const struct casefile *f)
{
    struct individuals *x = &r->individuals[kind];
    uint64_t const hash = (uint64_t)f->adult_hash;
    struct person p = person_of(f->person);
    if (hash == 0) {
        if (kind == RETURN_SECTION_42) gap_add(r, f->no, GAP_PERSON);
        return;
    }
    p.age += r->year - returns_year(f->received_ms); // a year older each 31 March
    if (f->flags & CASE_SUBJECT_DECEASED) p.aged = false;
    size_t at = (size_t)(hash ^ hash >> 32) & x->mask;
    for (; x->index[at]; at = (at + 1) & x->mask) {
        struct individual *i = &x->list[x->index[at] - 1];
        if (i->hash != hash) continue;
        if (f->no > i->no) *i = (struct individual){hash, (uint32_t)f->no, person_pack(&p)};
        return;
    }
    x->list[x->n++] = (struct individual){hash, (uint32_t)f->no, person_pack(&p)};
    x->index[at] = (uint32_t)x->n;
}

static void kind_add(struct returns *r, int kind, const struct casefile *f)
{
    int const reason = person_of(f->person).support_reason;
    cell_add(r, SG1F, (size_t)kind, 0, 0);
    if (reason >= 1 && reason <= 8)
        cell_add(r, SG1D, (size_t)kind, (size_t)reason - 1, 0);
    else if (kind == RETURN_SECTION_42)
        gap_add(r, f->no, GAP_SUPPORT);
    individual_add(r, kind, f);
}

// What a person said for the return, else what the concern said where that is one of its codes.
static uint32_t types_of(const struct casefile *f)
{
    uint32_t const said = (uint32_t)f->concluded & MASK(TYPES_BITS);
    int32_t const fact = fact_kept(&f->facts, FACT_HARM_TYPES);
    return said ? said : fact == FACT_UNKNOWN ? 0 : (uint32_t)fact & MASK(TYPES_BITS);
}

static uint32_t locations_of(const struct casefile *f)
{
    uint32_t const said = (uint32_t)f->concluded >> LOCATIONS_AT & MASK(LOCATIONS_BITS);
    int32_t const fact = fact_kept(&f->facts, FACT_AREA_OF_ABUSE);
    return said ? said : fact < 0 || fact >= LOCATIONS_BITS ? 0 : 1U << fact;
}

// Of the concern's categories only these are one of the return's three for certain.
static uint32_t sources_of(const struct casefile *f)
{
    static const uint8_t certain[] = {1, 1, 2, 2, 0,
                                      2, 0, 0, 4}; // paid carer, service, family, ...
    uint32_t const said = (uint32_t)f->concluded >> SOURCES_AT & MASK(SOURCES_BITS);
    int32_t const fact = fact_kept(&f->facts, FACT_SOURCE_CATEGORY);
    if (said || fact < 0 || fact >= (int32_t)sizeof certain) return said;
    // Staff of a hospital are paid, and yet no social care: the return counts them elsewhere.
    if (certain[fact] == SOURCE_PROVIDER && (locations_of(f) & LOCATIONS_HOSPITAL)) return 0;
    return certain[fact];
}

static void pairs_add(struct returns *r, enum table t, uint32_t rows, uint32_t columns)
{
    for (size_t row = 0; row < TABLE[t].rows.n; row++)
        for (size_t column = 0; column < TABLE[t].columns.n; column++)
            if (rows >> row & 1 && columns >> column & 1) cell_add(r, t, 0, row, column);
}

// SG2: once for each distinct category of a concluded enquiry.
static void risk_add(struct returns *r, const struct casefile *f)
{
    uint32_t const types = types_of(f), sources = sources_of(f), locations = locations_of(f);
    if (!types) gap_add(r, f->no, GAP_TYPE);
    if (!sources) gap_add(r, f->no, GAP_SOURCE);
    if (!locations) gap_add(r, f->no, GAP_LOCATION);
    pairs_add(r, SG2A, types, sources);
    pairs_add(r, SG2A_B1, types, locations);
    pairs_add(r, SG2B, locations, sources);
}

enum { RISK_IDENTIFIED = 0, RISK_INCONCLUSIVE = 2, RISK_NONE = 4, RISK_ENDED = 6 };

// SG2c and SG2e, from the numbers of the wire's RiskOutcome: removed, reduced, remained, none
// identified, inconclusive, ceased at the adult's request.
static void assessment_add(struct returns *r, const struct casefile *f)
{
    static const size_t rows[] = {0,         RISK_IDENTIFIED,   RISK_IDENTIFIED, RISK_IDENTIFIED,
                                  RISK_NONE, RISK_INCONCLUSIVE, RISK_ENDED};
    enum answer const action = (enum answer)((uint32_t)f->concluded >> ACTION_AT & 3);
    if (f->risk < 1 || f->risk > 6) {
        gap_add(r, f->no, GAP_RISK);
        return;
    }
    if (f->risk <= 3) cell_add(r, SG2E, 0, (size_t)(3 - f->risk), 0);
    if (rows[f->risk] == RISK_ENDED)
        cell_add(r, SG2C, 0, RISK_ENDED, 0);
    else if (action == ANSWER_YES || action == ANSWER_NO)
        cell_add(r, SG2C, 0, rows[f->risk] + (action == ANSWER_NO), 0);
    else
        gap_add(r, f->no, GAP_ACTION);
}

static void capacity_add(struct returns *r, const struct casefile *f)
{
    // The record asks whether they had it, the return whether they lacked it.
    static const size_t rows[] = {3, 1, 0, 2}; // unset, yes, no, not known
    enum answer const supported = (enum answer)((uint32_t)f->concluded >> SUPPORTED_AT & 3);
    CHECK(f->capacity >= 0 && f->capacity < 4);
    cell_add(r, SG3A, 0, rows[f->capacity], 0);
    if (f->capacity != ANSWER_NO) return;
    if (supported == ANSWER_YES)
        cell_add(r, SG3A_SUPPORTED, 0, 0, 0);
    else if (supported != ANSWER_NO)
        gap_add(r, f->no, GAP_SUPPORTED);
}

static void wishes_add(struct returns *r, const struct casefile *f)
{
    static const size_t rows[] = {4, 0, 0, 0, 1, 2}; // unset, fully, partly, not, none, not asked
    CHECK(f->achieved >= 0 && f->achieved < 6);
    cell_add(r, SG4A, 0, rows[f->achieved], 0);
    if (f->achieved >= 1 && f->achieved <= 3)
        cell_add(r, SG4A_ACHIEVED, 0, 0, (size_t)f->achieved - 1);
}

static bool within(const struct returns *r, int64_t at_ms)
{
    return at_ms >= r->from_ms && at_ms < r->to_ms;
}

#define OUTCOME_IS_MET   1
#define OUTCOME_IS_OTHER 3

void returns_add(struct returns *r, const struct casefile *f)
{
    // What the police send becomes a concern of the return once somebody answered its questions.
    bool const told = f->kind == KIND_DOMESTIC_ABUSE && f->outcome != 0;
    if ((f->kind != KIND_CONCERN && !told) || f->state == STATE_VOID || f->state == STATE_NONE)
        return;
    bool const met = f->outcome == OUTCOME_IS_MET, other = f->outcome == OUTCOME_IS_OTHER;
    if (within(r, f->received_ms)) kind_add(r, RETURN_CONCERNS, f);
    if (met && within(r, f->decided_ms)) kind_add(r, RETURN_SECTION_42, f);
    if (other && within(r, f->decided_ms)) kind_add(r, RETURN_OTHER, f);
    if (!met || f->state != STATE_CLOSED || !within(r, f->closed_ms)) return;
    risk_add(r, f);
    assessment_add(r, f);
    capacity_add(r, f);
    wishes_add(r, f);
}

// --- The individuals. ---

// -1: the age is not known, or not for certain, or no adult's.
static int age_band(const struct person *p)
{
    static const int from[] = {18, 65, 75, 85, 95, 1000};
    for (int i = 0; i < 5 && p->aged; i++)
        if (p->age >= from[i] && p->age < from[i + 1])
            return p->year_only && p->age == from[i] ? -1 : i; // or a year less
    return -1;
}

static void individual_count(struct returns *r, size_t kind, const struct individual *i)
{
    struct person const p = person_of(i->person);
    bool const named = kind == RETURN_SECTION_42; // mandatory; of the others what is known
    int const band = age_band(&p);
    if (band >= 0)
        cell_add(r, SG1A, kind, (size_t)band, 0);
    else if (named)
        gap_add(r, i->no, p.aged && p.age < 18 ? GAP_UNDER_18 : GAP_AGE);
    static const uint8_t genders[8] = {0, 1, 2, 0, 3}; // unset, male, female, other, not known
    if (genders[p.gender])
        cell_add(r, SG1B, kind, genders[p.gender] - 1U, 0);
    else if (named)
        gap_add(r, i->no, GAP_GENDER);
    if (p.ethnicity)
        cell_add(r, SG1C, kind, (size_t)p.ethnicity - 1, 0);
    else if (named)
        gap_add(r, i->no, GAP_ETHNICITY);
}

bool returns_step(struct returns *r, size_t budget)
{
    for (; r->kind < RETURN_KINDS; r->kind++, r->at = 0) {
        struct individuals const *x = &r->individuals[r->kind];
        for (; r->at < x->n; r->at++) {
            if (budget-- == 0) return false;
            individual_count(r, r->kind, &x->list[r->at]);
        }
    }
    return true;
}
