// What is refused, and what is asked.
//
// Refused is only what cannot be stored meaningfully and what the sender can put right at once: a
// date that has not come, a number that is nobody's, a period that ends before it begins, a place
// that this key may not speak for, nobody at all.  Whatever else is missing, doubtful or misspelt
// is kept as it came and asked for, because a gap must never keep a concern out.
#include "concern.h"

#include "calendar.h"
#include "check.h"
#include "kinds.h"

#define AGE_MOST            120
#define AGE_TRANSITION      14
#define INCIDENT_YEAR_LEAST 1900
#define UPRN_DIGITS_MOST    12

#define REFUSED true
#define ASKED   false

void problems_add(struct problems *p, const char *field, const char *code, const char *text,
                  bool refused)
{
    size_t const n = strlen(field);
    CHECK(n < CONCERN_FIELD_MAX);
    size_t at = p->n;
    if (p->n == CONCERN_PROBLEMS_MAX) {
        p->more = true;
        if (!refused || problems_refused(p)) return;
        at = p->n - 1; // a refusal without its reason would help nobody
    } else {
        p->n++;
    }
    memcpy(p->at[at].field, field, n + 1);
    p->at[at].code = code;
    p->at[at].text = text;
    p->at[at].refused = refused;
}

bool problems_refused(const struct problems *p)
{
    for (size_t i = 0; i < p->n; i++) {
        if (p->at[i].refused) return true;
    }
    return false;
}

// One adult of a concern, while it is judged.
struct examined {
    const struct concern_view *concern;
    const struct adult_view *adult;
    size_t index;
    int32_t today;
    struct problems *out;
};

static void adult_problem(const struct examined *e, const char *member, const char *code,
                          const char *text, bool refused)
{
    char field[CONCERN_FIELD_MAX] = "adults[";
    size_t n = strlen(field);
    CHECK(e->index < CONCERN_ADULTS_MAX && strlen(member) < CONCERN_FIELD_MAX - n - 5);
    if (e->index >= 10) field[n++] = (char)('0' + e->index / 10);
    field[n++] = (char)('0' + e->index % 10);
    field[n++] = ']';
    field[n++] = '.';
    memcpy(field + n, member, strlen(member) + 1);
    problems_add(e->out, field, code, text, refused);
}

static bool adult_is_named(const struct adult_view *a)
{
    return a->subject != SUBJECT_UNIDENTIFIED && a->subject != SUBJECT_NO_NAMED_ADULT;
}

static int32_t local_day_of(int64_t utc_ms)
{
    struct civil const c = civil_local(utc_ms);
    return civil_day(c.year, c.month, c.day);
}

// The birthday is the deadline, so it has to be known to the day.
static void transition_age_check(const struct examined *e, int age, bool year_only)
{
    if (year_only) {
        adult_problem(e, "date_of_birth", "year_only",
                      "The 18th birthday is the deadline. On which day is it?", ASKED);
    } else if (age < AGE_TRANSITION) {
        adult_problem(e, "date_of_birth", "under_14",
                      "By this birth date they are under 14, which is early for a transition. Is "
                      "the date right?",
                      ASKED);
    }
}

// A year alone stands for any day of it: judge by its last day for "too young", its first for "too
// old".
static void adult_age_check(const struct examined *e, int32_t born, bool year_only)
{
    int const half_year = year_only ? 183 : 0;
    if (born - (year_only ? 181 : 0) > e->today) {
        adult_problem(e, "date_of_birth", "future",
                      "This birth date has not come yet. Send it again as year-month-day, or "
                      "leave it empty if it is not known.",
                      REFUSED);
    } else if (years_between(born + half_year, e->today) > AGE_MOST) {
        adult_problem(e, "date_of_birth", "too_old",
                      "This birth date is more than 120 years ago. Check the year, or leave it "
                      "empty if it is not known.",
                      REFUSED);
    } else if (e->concern->kind == KIND_TRANSITION) {
        transition_age_check(e, years_between(born, e->today), year_only);
    } else if (years_between(born + half_year, e->today) < ADULT_YEARS) {
        // Stored and put to a person: only they may settle that it is a child, and forward it.
        adult_problem(
            e, "date_of_birth", "under_18",
            "By this birth date the person is under 18. Someone here will confirm it "
            "and pass it to children's services. If the date is wrong, send a supplement.",
            ASKED);
    }
    if (e->concern->incident_ms != 0 && !year_only &&
        local_day_of(e->concern->incident_ms) < born && born <= e->today) {
        adult_problem(e, "date_of_birth", "after_incident",
                      "By these dates it happened before the person was born. Which one is right?",
                      ASKED);
    }
}

static void adult_birth_check(const struct examined *e)
{
    int32_t born;
    bool year_only;
    struct bytes const given = e->adult->date_of_birth;
    if (given.len == 0) {
        if (!adult_is_named(e->adult)) return;
        adult_problem(e, "date_of_birth", "missing",
                      "What is the birth date? The year alone helps if that is all that is known.",
                      ASKED);
    } else if (!date_parse(given, &born, &year_only)) {
        adult_problem(e, "date_of_birth", "format",
                      "This birth date cannot be read. Write it as 1941-05-28, or the year alone.",
                      ASKED);
    } else {
        adult_age_check(e, born, year_only);
    }
}

static bool adult_shares_number(const struct examined *e, const char digits[11])
{
    for (size_t i = 0; i < e->index; i++) {
        char other[11];
        if (nhs_number_judge(e->concern->adults[i].nhs_number, other) == NHS_OK &&
            memcmp(other, digits, 11) == 0) {
            return true;
        }
    }
    return false;
}

static void adult_nhs_check(const struct examined *e)
{
    static const struct {
        const char *code, *text;
    } wrong[] = {
        [NHS_LENGTH] = {"length",
                        "An NHS number has ten digits. Check it, or leave it empty and say "
                        "in nhs_number_missing_because why it is missing."},
        [NHS_CHECK_DIGIT] = {"check_digit",
                             "This NHS number has a wrong digit somewhere. Check it, or leave it "
                             "empty and say in nhs_number_missing_because why it is missing."},
        [NHS_ONE_DIGIT] = {"one_digit",
                           "No NHS number is one digit ten times. Leave it empty and say in "
                           "nhs_number_missing_because why it is missing."},
    };
    char digits[11];
    if (e->adult->nhs_number.len == 0) {
        if (!adult_is_named(e->adult) || e->adult->nhs_number_missing_because.len > 0) return;
        adult_problem(e, "nhs_number", "missing",
                      "What is the NHS number? If it is not known, say why.", ASKED);
        return;
    }
    enum nhs_number const judged = nhs_number_judge(e->adult->nhs_number, digits);
    if (judged != NHS_OK) {
        adult_problem(e, "nhs_number", wrong[judged].code, wrong[judged].text, REFUSED);
    } else if (adult_shares_number(e, digits)) {
        adult_problem(e, "nhs_number", "repeated",
                      "Two people in this concern have the same NHS number. Whose is it?", ASKED);
    }
}

static bool uprn_valid(struct bytes b)
{
    if (b.len > UPRN_DIGITS_MOST) return false;
    for (size_t i = 0; i < b.len; i++) {
        if (b.data[i] < '0' || b.data[i] > '9') return false;
    }
    return true;
}

static void adult_address_check(const struct examined *e)
{
    char normal[9];
    const struct adult_view *a = e->adult;
    if (a->postcode.len > 0 && !postcode_normal(a->postcode, normal)) {
        adult_problem(e, "postcode", "format",
                      "This is no postcode as we know them. What is the right one?", ASKED);
    }
    if (!uprn_valid(a->uprn)) {
        adult_problem(e, "uprn", "format",
                      "A property number (UPRN) has at most twelve digits. What is the right one?",
                      ASKED);
    }
    if (adult_is_named(a) && a->postcode.len == 0 && a->address.len == 0 && a->uprn.len == 0) {
        adult_problem(e, "address", "missing",
                      "Where does the person live or stay? A postcode is enough.", ASKED);
    }
}

static void adult_validate(const struct examined *e)
{
    if (adult_is_named(e->adult) && e->adult->name.len == 0) {
        adult_problem(e, "name", "missing",
                      "What is the person's name? If nobody knows, say that they are unidentified.",
                      ASKED);
    }
    adult_birth_check(e);
    adult_nhs_check(e);
    adult_address_check(e);
}

static void times_validate(const struct concern_view *c, struct now now, struct problems *out)
{
    int64_t const latest = now.utc_ms + SKEW_MS;
    if (c->incident_ms > latest) {
        problems_add(out, "incident_ms", "future",
                     "This time has not come yet. Check the date and the clock, or leave it empty.",
                     REFUSED);
    }
    if (c->incident_end_ms > latest) {
        problems_add(out, "incident_end_ms", "future",
                     "This end has not come yet. Leave it empty if it is still going on.", REFUSED);
    }
    if (c->raised_ms > latest) {
        problems_add(out, "raised_ms", "future",
                     "This time has not come yet. Check the date and the clock, or leave it empty.",
                     REFUSED);
    }
    if (c->incident_ms != 0 && c->incident_end_ms != 0 && c->incident_end_ms < c->incident_ms) {
        problems_add(out, "incident_end_ms", "before_start",
                     "It ends before it begins. Exchange the two times, or leave the end empty.",
                     REFUSED);
    }
    if (c->incident_ms != 0 && civil_local(c->incident_ms).year < INCIDENT_YEAR_LEAST) {
        problems_add(out, "incident_ms", "too_early",
                     "This is before 1900. Check the year, or leave it empty and tell it in words.",
                     REFUSED);
    }
    if (c->raised_ms != 0 && c->incident_ms != 0 && c->raised_ms + SKEW_MS < c->incident_ms) {
        problems_add(out, "raised_ms", "before_incident",
                     "By these times it was raised before it happened. Which one is right?", ASKED);
    }
}

static bool place_enrolled(const struct principal *p, struct bytes id)
{
    for (size_t i = 0; i < p->n_places; i++) {
        if (bytes_equal(bytes_text(p->places[i]), id)) return true;
    }
    // Police, hospitals and other partners speak about any place; a provider about its own alone.
    return p->n_places == 0 && p->role != ROLE_PROVIDER;
}

static void place_validate(const struct concern_view *c, const struct principal *principal,
                           struct problems *out)
{
    if (c->location_id.len == 0) {
        if (principal->n_places <= 1) return;
        problems_add(out, "referrer.location_id", "missing", "Which of your locations is it for?",
                     ASKED);
    } else if (!place_enrolled(principal, c->location_id)) {
        problems_add(
            out, "referrer.location_id", "not_enrolled",
            "This key is not enrolled for that location. Leave it empty and name the place "
            "in words, or ask the council to enrol it.",
            REFUSED);
    } else if (!place_id_valid(c->location_id)) {
        problems_add(out, "referrer.location_id", "format",
                     "This is neither a CQC location nor an ODS code. What is the right one?",
                     ASKED);
    }
    if (c->provider_id.len > 0 && principal->provider_id[0] != '\0' &&
        !bytes_equal(c->provider_id, bytes_text(principal->provider_id))) {
        problems_add(out, "referrer.provider_id", "differs",
                     "This key is enrolled for another provider. Which one is right?", ASKED);
    }
}

void concern_validate(const struct concern_view *c, const struct principal *principal,
                      size_t adults_max, struct now now, struct problems *out)
{
    CHECK(principal != NULL && out != NULL);
    out->n = 0;
    out->more = false;
    if (c->n_adults == 0) {
        problems_add(
            out, "adults", "missing",
            "Nobody is named. Add the adult it is about, or one entry that says there is no "
            "named adult or that they are unidentified.",
            REFUSED);
    }
    if (c->n_adults > adults_max || c->n_adults > CONCERN_ADULTS_MAX) {
        problems_add(out, "adults", "too_many",
                     "More adults than one concern may name. Send the others in a second concern "
                     "with the same correlation.",
                     REFUSED);
    }
    times_validate(c, now, out);
    place_validate(c, principal, out);
    if (c->what_happened.len == 0) {
        problems_add(out, "what_happened", "missing", "What happened? A sentence is enough.",
                     ASKED);
    }
    size_t const n = c->n_adults < CONCERN_ADULTS_MAX ? c->n_adults : CONCERN_ADULTS_MAX;
    int32_t const today = local_day_of(now.utc_ms);
    for (size_t i = 0; i < n; i++) {
        struct examined const e = {c, &c->adults[i], i, today, out};
        adult_validate(&e);
    }
    concern_kind_validate(c, today, out);
}
