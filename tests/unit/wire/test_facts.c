// Facts as facts_list.h says where each comes from: the comments there are read here, and a concern
// that holds just that field is made for each.
#include "wire.h"

#include "calendar.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "raw.h"

#define RECEIVED_MS INT64_C(1773135002000) // 10 March 2026

static uint8_t memory[1 << 20];
static struct raw raw;

static struct facts facts_of(struct bytes b)
{
    struct wire_limits const limits = WIRE_LIMITS_DEFAULT;
    struct arena a;
    struct wire_place place;
    struct facts f;
    Triage__V1__SafeguardingConcern *c;
    arena_init(&a, memory, sizeof memory);
    enum err const e = wire_concern(b, &limits, &a, &c, &place);
    if (e) fail_msg("%s at %s", place.code, place.field);
    wire_concern_facts(c, 0, RECEIVED_MS, &f);
    return f;
}

// The way down to one field.
struct way {
    size_t n;
    const ProtobufCFieldDescriptor *step[4];
};

static bool way_add(struct way *w, const char *name, size_t len)
{
    char text[64] = "";
    const ProtobufCMessageDescriptor *const d =
        w->n ? w->step[w->n - 1]->descriptor : &triage__v1__safeguarding_concern__descriptor;
    memcpy(text, name, len < sizeof text ? len : sizeof text - 1);
    return (w->step[w->n] = protobuf_c_message_descriptor_get_field_by_name(d, text)) && ++w->n;
}

// "pattern.count", "adults[].area_of_abuse", and "limbs.x" and "voice.x", which an adult has.
static bool way_find(struct way *w, const char *path)
{
    w->n = 0;
    if (strncmp(path, "limbs.", 6) == 0 || strncmp(path, "voice.", 6) == 0) {
        (void)way_add(w, "adults", 6);
    }
    for (;;) {
        size_t const len = strcspn(path, ".[;* ");
        if (!way_add(w, path, len)) return false;
        path += len;
        if (path[0] == '[') path += 2;
        if (path[0] != '.') return true;
        path++;
    }
}

static struct facts facts_with(const struct way *w, uint64_t value)
{
    raw.len = 0;
    raw_number(&raw, w->step[w->n - 1]->id, value);
    for (size_t i = w->n - 1; i-- > 0;) raw_wrap(&raw, w->step[i]->id);
    return facts_of(raw_all(&raw));
}

static size_t codes_count(enum fact fact)
{
    size_t n = 0;
    while (FACTS[fact].codes[n]) n++;
    return n;
}

static void value_is(enum fact fact, const struct facts *f, int32_t wanted)
{
    if (f->value[fact] != wanted) {
        fail_msg("%s is %d and not %d", FACTS[fact].name, f->value[fact], wanted);
    }
}

static void answers_follow(enum fact fact, const struct way *w)
{
    static const int32_t wanted[] = {FACT_UNKNOWN, 1, 0, FACT_UNKNOWN};
    for (uint64_t v = 0; v < 4; v++) {
        struct facts const f = facts_with(w, v);
        value_is(fact, &f, wanted[v]);
    }
}

static void numbers_follow(enum fact fact, const struct way *w)
{
    struct facts f = facts_with(w, 0);
    value_is(fact, &f, 0); // none is a number; it is not the same as not said
    f = facts_with(w, 12);
    value_is(fact, &f, 12);
    f = facts_with(w, UINT32_MAX);
    value_is(fact, &f, INT32_MAX);
}

static void choices_follow(enum fact fact, const struct way *w)
{
    const ProtobufCEnumDescriptor *const d = w->step[w->n - 1]->descriptor;
    bool const ticks = FACTS[fact].type == FACT_CODES;
    size_t const n = codes_count(fact);
    for (unsigned i = 0; i < d->n_values; i++) {
        int const v = d->values[i].value;
        struct facts const f = facts_with(w, (uint64_t)v);
        int32_t wanted = FACT_UNKNOWN;
        if (v > 0 && (size_t)v <= n)
            wanted = ticks ? (int32_t)1 << (v - 1) : v - 1;
        else if (ticks && fact != FACT_HARM_TYPES)
            wanted = 0;
        if (fact == FACT_SUBJECT && v == 0) wanted = 0; // read as named
        value_is(fact, &f, wanted);
    }
}

static void fact_follows_its_field(enum fact fact, const struct way *w)
{
    struct facts f = facts_of(BYTES_NONE);
    bool const ticks = FACTS[fact].type == FACT_CODES && fact != FACT_HARM_TYPES;
    value_is(fact, &f, ticks || fact == FACT_SUBJECT ? 0 : FACT_UNKNOWN);
    if (FACTS[fact].type == FACT_BOOL)
        answers_follow(fact, w);
    else if (FACTS[fact].type == FACT_NUMBER)
        numbers_follow(fact, w);
    else
        choices_follow(fact, w);
}

static size_t fields, derived;

static void facts_of_list(const char *list)
{
    char line[512], path[128] = "";
    FILE *const f = fopen(list, "r");
    assert_non_null(f);
    while (fgets(line, sizeof line, f)) {
        const char *const comment = strstr(line, "    /* "), *const x = strstr(line, "    X(");
        if (comment) (void)snprintf(path, sizeof path, "%.100s", comment + 7);
        if (!x) continue;
        char name[64];
        struct way w;
        assert_int_equal(sscanf(strchr(x, '"'), "\"%63[a-z0-9_]", name), 1);
        int const fact = fact_from(name);
        assert_true(fact >= 0);
        if (FACTS[fact].whose != FACT_SENDER) continue;
        if (strncmp(path, "derived", 7) == 0) {
            derived++;
        } else {
            if (!way_find(&w, path)) fail_msg("%s: no field %s", name, path);
            fact_follows_its_field((enum fact)fact, &w);
            fields++;
        }
    }
    assert_int_equal(fclose(f), 0);
}

static void every_fact_that_is_a_field_follows_it(void **state)
{
    (void)state;
    facts_of_list(FACTS_FOLDER "/facts_list.h");
    facts_of_list(FACTS_FOLDER "/facts_kinds.h");
    assert_true(fields > 110);
    assert_int_equal(derived, 12); // each has a test below; the kind comes with the submission
}

// Ticks that came packed, or one by one, or twice.
static void ticks_are_bits(void **state)
{
    (void)state;
    raw.len = 0;
    raw_bytes(&raw, 1, "\x01\x07\x07\x00", 4);
    raw_number(&raw, 1, 11);
    raw_wrap(&raw, 20);
    struct facts const f = facts_of(raw_all(&raw));
    value_is(FACT_HARM_TYPES, &f, 1 << 0 | 1 << 6 | 1 << 10);
}

// Derived facts, from messages made by hand.
static Triage__V1__SafeguardingConcern concern;
static Triage__V1__Adult adult;
static Triage__V1__Voice voice;
static Triage__V1__SourceOfRisk source;
static Triage__V1__Adult *adults[1] = {&adult};

static int one_adult(void **state)
{
    (void)state;
    concern = (Triage__V1__SafeguardingConcern)TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    adult = (Triage__V1__Adult)TRIAGE__V1__ADULT__INIT;
    voice = (Triage__V1__Voice)TRIAGE__V1__VOICE__INIT;
    source = (Triage__V1__SourceOfRisk)TRIAGE__V1__SOURCE_OF_RISK__INIT;
    concern.n_adults = 1;
    concern.adults = adults;
    return 0;
}

static int32_t fact(enum fact which)
{
    struct facts f;
    wire_concern_facts(&concern, 0, RECEIVED_MS, &f);
    return f.value[which];
}

static int32_t age_of(const char *born)
{
    static char text[16];
    (void)snprintf(text, sizeof text, "%s", born);
    adult.date_of_birth = text;
    return fact(FACT_AGE_YEARS);
}

static void age_is_counted_on_the_day_received(void **state)
{
    (void)state;
    assert_int_equal(age_of("1941-05-28"), 84);
    assert_int_equal(age_of("1941-03-10"), 85);
    assert_int_equal(age_of("1941-03-11"), 84);
    assert_int_equal(age_of("1950"), 75); // a year alone is its 1 July
    assert_int_equal(age_of("2008-03-10"), 18);
    assert_int_equal(fact(FACT_UNDER_18), 0);
    assert_int_equal(age_of("2008-03-11"), 17);
    assert_int_equal(fact(FACT_UNDER_18), 1);
    assert_int_equal(age_of("2026-03-10"), 0);
    assert_int_equal(age_of("2026-03-11"), FACT_UNKNOWN); // born tomorrow
    assert_int_equal(age_of("about 80"), FACT_UNKNOWN);
    assert_int_equal(age_of(""), FACT_UNKNOWN);
    assert_int_equal(fact(FACT_UNDER_18), FACT_UNKNOWN);
}

static void a_named_adult_has_a_name_and_is_a_person(void **state)
{
    static char name[] = "Edith";
    (void)state;
    assert_int_equal(fact(FACT_HAS_NAMED_ADULT), 0);
    adult.name = name;
    static const int32_t wanted[] = {1, 1, 0, 1, 0};
    for (int s = 0; s < 5; s++) {
        adult.subject = (Triage__V1__Subject)s;
        assert_int_equal(fact(FACT_HAS_NAMED_ADULT), wanted[s]);
    }
    concern.n_adults = 0;
    assert_int_equal(fact(FACT_HAS_NAMED_ADULT), 0);
}

static void a_care_setting_is_known_by_place_or_by_source(void **state)
{
    (void)state;
    concern.source_of_risk = &source;
    for (int area = 0; area <= 9; area++) {
        for (int from = 0; from <= 11; from++) {
            adult.area_of_abuse = (Triage__V1__AreaOfAbuse)area;
            source.category = (Triage__V1__SourceCategory)from;
            bool const service = area >= 3 && area <= 8, home = area == 1 || area == 2;
            bool const staff = from == 1 || from == 2 || from == 7, known = from > 0 && from < 11;
            int32_t const wanted = service || staff ? 1 : home && known ? 0 : FACT_UNKNOWN;
            assert_int_equal(fact(FACT_CARE_SETTING), wanted);
        }
    }
}

static void what_was_given_is_known_to_be_given(void **state)
{
    static char text[] = "E09000999";
    (void)state;
    assert_int_equal(fact(FACT_PLACED_BY_ANOTHER_COUNCIL), 0);
    assert_int_equal(fact(FACT_REPEAT_CONTACT), 0);
    adult.placing_authority = text;
    concern.repeat_of = text;
    assert_int_equal(fact(FACT_PLACED_BY_ANOTHER_COUNCIL), 1);
    assert_int_equal(fact(FACT_REPEAT_CONTACT), 1);
}

static void the_incident_is_so_many_whole_days_old(void **state)
{
    (void)state;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), FACT_UNKNOWN);
    concern.incident_ms = RECEIVED_MS;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), 0);
    concern.incident_ms = RECEIVED_MS - DAY_MS + 1;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), 0);
    concern.incident_ms = RECEIVED_MS - 3 * DAY_MS;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), 3);
    concern.incident_ms = RECEIVED_MS + 1;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), FACT_UNKNOWN);
    concern.incident_ms = INT64_MIN;
    assert_int_equal(fact(FACT_INCIDENT_AGE_DAYS), INT32_MAX);
}

static void wishes_are_known_when_they_are_told(void **state)
{
    static char text[] = "To stay at home";
    (void)state;
    assert_int_equal(fact(FACT_WISHES_KNOWN), FACT_UNKNOWN);
    adult.voice = &voice;
    assert_int_equal(fact(FACT_WISHES_KNOWN), FACT_UNKNOWN);
    voice.not_asked_because = text;
    assert_int_equal(fact(FACT_WISHES_KNOWN), 0);
    voice.wants = text;
    assert_int_equal(fact(FACT_WISHES_KNOWN), 1);
}

static void each_block_that_is_there_is_a_theme(void **state)
{
    (void)state;
    assert_int_equal(fact(FACT_THEMES), 0);
    for (uint32_t block = 30; block <= 40; block++) {
        raw.len = 0;
        raw_text(&raw, block, "");
        struct facts const f = facts_of(raw_all(&raw));
        value_is(FACT_THEMES, &f, (int32_t)1 << (block - 30));
    }
}

static void what_a_request_rests_on_runs_out_on_its_last_day(void **state)
{
    static char monday[] = "2026-03-09", later[] = "2026-03-12", bad[] = "March";
    Triage__V1__Dols d = TRIAGE__V1__DOLS__INIT;
    (void)state;
    concern.dols = &d;
    assert_int_equal(fact(FACT_RUNS_OUT_DAY), FACT_UNKNOWN);
    d.urgent_from = bad;
    assert_int_equal(fact(FACT_DAYS_LEFT), FACT_UNKNOWN);
    d.urgent_from = monday; // the day it was given counts as the first of seven
    assert_int_equal(fact(FACT_RUNS_OUT_DAY), civil_day(2026, 3, 15));
    assert_int_equal(fact(FACT_DAYS_LEFT), 5);
    d.urgent_extended = TRIAGE__V1__ANSWER__ANSWER_YES;
    assert_int_equal(fact(FACT_DAYS_LEFT), 12);
    d.current_until = later; // what ends first
    assert_int_equal(fact(FACT_DAYS_LEFT), 2);
}

static void a_transition_runs_out_with_the_last_day_of_seventeen(void **state)
{
    static char born[] = "2008-03-12", passed[] = "2008-02-29", year[] = "2008";
    Triage__V1__Transition t = TRIAGE__V1__TRANSITION__INIT;
    (void)state;
    adult.date_of_birth = born;
    assert_int_equal(fact(FACT_DAYS_LEFT), FACT_UNKNOWN); // of no other kind
    concern.transition = &t;
    assert_int_equal(fact(FACT_DAYS_LEFT), 1);
    adult.date_of_birth = passed; // 18 on 1 March in a common year
    assert_int_equal(fact(FACT_RUNS_OUT_DAY), civil_day(2026, 2, 28));
    assert_int_equal(fact(FACT_DAYS_LEFT), -10);
    adult.date_of_birth = year;
    assert_int_equal(fact(FACT_DAYS_LEFT), FACT_UNKNOWN);
}

static void what_the_council_knows_is_left_unknown(void **state)
{
    (void)state;
    for (int i = 0; i < FACT_COUNT; i++) {
        if (FACTS[i].whose == FACT_COUNCIL) assert_int_equal(fact((enum fact)i), FACT_UNKNOWN);
    }
}

static void validation_looks_at_what_was_said(void **state)
{
    static struct concern_view view;
    static char words[] = "what happened", name[] = "Edith", place[] = "1-999000001";
    Triage__V1__Referrer referrer = TRIAGE__V1__REFERRER__INIT;
    (void)state;
    wire_concern_view(&concern, KIND_CONCERN, &view);
    assert_int_equal(view.n_adults, 1);
    assert_int_equal(view.location_id.len, 0); // without a referrer
    concern.what_happened = words;
    concern.incident_ms = 5;
    concern.referrer = &referrer;
    referrer.location_id = place;
    adult.name = name;
    adult.subject = TRIAGE__V1__SUBJECT__SUBJECT_DECEASED;
    wire_concern_view(&concern, KIND_CONCERN, &view);
    assert_true(bytes_equal(view.what_happened, bytes_text(words)));
    assert_true(bytes_equal(view.location_id, bytes_text(place)));
    assert_true(bytes_equal(view.adults[0].name, bytes_text(name)));
    assert_int_equal(view.adults[0].subject, SUBJECT_DECEASED);
    assert_true(view.incident_ms == 5 && view.raised_ms == 0);
}

#define T(name) cmocka_unit_test_setup(name, one_adult)
int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_fact_that_is_a_field_follows_it),
        cmocka_unit_test(ticks_are_bits),
        T(age_is_counted_on_the_day_received),
        T(a_named_adult_has_a_name_and_is_a_person),
        T(a_care_setting_is_known_by_place_or_by_source),
        T(what_was_given_is_known_to_be_given),
        T(the_incident_is_so_many_whole_days_old),
        T(wishes_are_known_when_they_are_told),
        T(each_block_that_is_there_is_a_theme),
        T(what_a_request_rests_on_runs_out_on_its_last_day),
        T(a_transition_runs_out_with_the_last_day_of_seventeen),
        T(what_the_council_knows_is_left_unknown),
        T(validation_looks_at_what_was_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
