// The national return: what is captured, what is counted, what is a gap.
#include "calendar.h"
#include "returns.h"
#include "world.h"

#include <stdlib.h>

#define CASES 64
#define YEAR  2026

static struct returns returns;
static void *lent;

static int64_t at(int month, int day)
{
    struct civil const c = {
        .year = month < 4 ? YEAR + 1 : YEAR, .month = month, .day = day, .hour = 12};
    return civil_to_utc(c);
}

static void begin(void)
{
    free(lent);
    lent = calloc(1, returns_bytes(CASES));
    assert_non_null(lent);
    returns_init(&returns, lent, CASES, YEAR, INT64_MAX);
}

static void end(size_t budget)
{
    while (!returns_step(&returns, budget)) {
    }
}

static struct person const KNOWN = {
    .aged = true, .age = 80, .gender = 2, .ethnicity = 1, .support_reason = 1};

// A concluded section 42 enquiry about which everything is known.
static struct casefile concluded(uint64_t no)
{
    struct casefile f = {.no = no,
                         .kind = 1,
                         .state = STATE_CLOSED,
                         .outcome = OUTCOME_MET,
                         .received_ms = at(5, 1),
                         .decided_ms = at(5, 2),
                         .closed_ms = at(6, 1),
                         .risk = 2,
                         .achieved = 1,
                         .capacity = ANSWER_YES,
                         .adult_hash = (int64_t)no * 7919};
    struct completion const c = {.action_taken = ANSWER_YES};
    facts_kept_clear(&f.facts);
    (void)fact_keep(&f.facts, FACT_HARM_TYPES, 1 << 6); // neglect
    (void)fact_keep(&f.facts, FACT_AREA_OF_ABUSE, 0);   // own home
    (void)fact_keep(&f.facts, FACT_SOURCE_CATEGORY, 0); // a paid carer
    f.person = person_pack(&KNOWN);
    completion_add(&c, &f);
    return f;
}

static uint32_t cell(const char *table, const char *type, const char *row, const char *column)
{
    uint32_t sum = 0;
    bool found = false;
    for (size_t i = 0; i < returns_cells(); i++) {
        struct return_cell const c = returns_cell(&returns, i);
        if (strcmp(c.table, table) || strcmp(c.enquiry_type, type)) continue;
        if (strcmp(c.category, row) || strcmp(c.subcategory, column)) continue;
        sum += c.value;
        found = true;
    }
    assert_true(found);
    return sum;
}

#define S42  "Section 42 Enquiries"
#define DONE "Concluded Section 42 Enquiries"

static bool lacks(uint64_t no, enum return_gap gap)
{
    for (size_t i = 0; i < returns.n_gaps; i++)
        if (returns.gaps[i].no == no && returns.gaps[i].gap == gap) return true;
    return false;
}

static void what_is_packed_comes_back(void **state)
{
    (void)state;
    for (int age = -1; age <= 130; age++) {
        struct person const p = {.aged = age >= 0,
                                 .year_only = age % 2 == 0,
                                 .age = age,
                                 .gender = age & 3,
                                 .ethnicity = (age & 7),
                                 .support_reason = (age & 15) % 9};
        struct person const q = person_of(person_pack(&p));
        assert_int_equal(q.aged, p.aged);
        assert_int_equal(q.age, p.age);
        assert_int_equal(q.gender, p.gender);
        assert_int_equal(q.ethnicity, p.ethnicity);
        assert_int_equal(q.support_reason, p.support_reason);
        assert_int_equal(q.year_only, p.year_only);
    }
}

static void a_year_begins_on_the_first_of_april_in_london(void **state)
{
    (void)state;
    assert_int_equal(returns_year(returns_year_begins(YEAR)), YEAR);
    assert_int_equal(returns_year(returns_year_begins(YEAR) - 1), YEAR - 1);
    // Summer time has begun by then: midnight is 23:00 UTC.
    assert_int_equal(returns_year_begins(YEAR) % DAY_MS, 23 * HOUR_MS);
}

static void an_enquiry_about_which_all_is_known_fills_every_table_and_leaves_no_gap(void **state)
{
    (void)state;
    begin();
    struct casefile const f = concluded(1);
    returns_add(&returns, &f);
    end(1);
    assert_int_equal(returns.n_gaps, 0);
    assert_int_equal(
        cell("SG1f", "Safeguarding Concerns", "Total Number of Safeguarding Concerns", ""), 1);
    assert_int_equal(cell("SG1f", S42, "Total Number of Section 42 Safeguarding Enquiries", ""), 1);
    assert_int_equal(cell("SG1a", S42, "75-84", ""), 1);
    assert_int_equal(cell("SG1b", S42, "Female", ""), 1);
    assert_int_equal(cell("SG1c", S42, "White", ""), 1);
    assert_int_equal(cell("SG1d", S42, "Physical Support", ""), 1);
    assert_int_equal(cell("SG2a", DONE, "Neglect and Acts of Omission", "Service Provider"), 1);
    assert_int_equal(cell("SG2a_b1", DONE, "Neglect and Acts of Omission", "Own Home"), 1);
    assert_int_equal(cell("SG2b", DONE, "Own Home", "Service Provider"), 1);
    assert_int_equal(cell("SG2c", DONE, "Risk identified and action taken", ""), 1);
    assert_int_equal(cell("SG2e", DONE, "Risk reduced", ""), 1);
    assert_int_equal(cell("SG3a", DONE, "No, they did not lack capacity", ""), 1);
    assert_int_equal(cell("SG4a", DONE, "Yes they were asked and outcomes were expressed", ""), 1);
    assert_int_equal(
        cell("SG4a", DONE, "Yes they were asked and outcomes were expressed", "Fully Achieved"), 1);
}

static void what_the_record_lacks_is_named_and_not_guessed(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1);
    facts_kept_clear(&f.facts);
    f.concluded = f.person = 0;
    f.capacity = ANSWER_NO;
    f.risk = 3;
    returns_add(&returns, &f);
    end(100);
    static const enum return_gap gaps[] = {GAP_AGE,      GAP_GENDER, GAP_ETHNICITY,
                                           GAP_SUPPORT,  GAP_TYPE,   GAP_SOURCE,
                                           GAP_LOCATION, GAP_ACTION, GAP_SUPPORTED};
    for (size_t i = 0; i < sizeof gaps / sizeof gaps[0]; i++) assert_true(lacks(1, gaps[i]));
    assert_int_equal(returns.n_gaps, sizeof gaps / sizeof gaps[0]);
    assert_int_equal(cell("SG3a", DONE, "Yes, they lacked capacity", ""), 1);
    assert_int_equal(cell("SG2e", DONE, "Risk remained", ""), 1);
}

static void a_person_completes_it_and_corrects_the_referrer(void **state)
{
    struct completion const c = {.supported = ANSWER_YES,
                                 .types = 1 << 0 | 1 << 7,
                                 .sources = 1 << 1 | 1 << 2,
                                 .locations = 1 << 1,
                                 .gender = 1};
    (void)state;
    begin();
    struct casefile f = concluded(1);
    f.capacity = ANSWER_NO;
    assert_true(completion_says(&c));
    completion_add(&c, &f);
    returns_add(&returns, &f);
    end(100);
    assert_int_equal(returns.n_gaps, 0);
    // Once for each distinct category.
    assert_int_equal(cell("SG2a", DONE, "Physical Abuse", "Other - Known to individual"), 1);
    assert_int_equal(cell("SG2a", DONE, "Domestic Abuse", "Other - Unknown to individual"), 1);
    assert_int_equal(cell("SG2a", DONE, "Neglect and Acts of Omission", "Service Provider"), 0);
    assert_int_equal(cell("SG1b", S42, "Male", ""), 1);
    assert_int_equal(cell("SG2c", DONE, "Risk identified and action taken", ""), 1); // as it stood
    assert_int_equal(cell("SG3a", DONE, "Yes, they lacked capacity",
                          "Supported by an advocate, family or friend"),
                     1);
}

static void of_the_sources_only_those_that_are_certain_count(void **state)
{
    static const struct {
        int category, location; // less 1; -1 not said
        bool certain;
    } rows[] = {{0, 3, true}, {0, 5, false}, {1, 4, true},  {1, 6, false}, {2, 0, true},
                {3, 0, true}, {4, 4, false}, {5, 1, true},  {6, 5, false}, {7, 0, false},
                {8, 1, true}, {9, 0, false}, {-1, 0, false}};
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        begin();
        struct casefile f = concluded(1);
        (void)fact_keep(&f.facts, FACT_SOURCE_CATEGORY,
                        rows[i].category < 0 ? FACT_UNKNOWN : rows[i].category);
        (void)fact_keep(&f.facts, FACT_AREA_OF_ABUSE, rows[i].location);
        returns_add(&returns, &f);
        assert_int_equal(lacks(1, GAP_SOURCE), !rows[i].certain);
    }
}

static void an_individual_counts_once_by_what_was_said_last(void **state)
{
    (void)state;
    begin();
    struct casefile first = concluded(1), last = concluded(2);
    struct person p = KNOWN;
    last.adult_hash = first.adult_hash;
    p.ethnicity = 3;
    last.person = person_pack(&p);
    returns_add(&returns, &last); // in any order
    returns_add(&returns, &first);
    end(100);
    assert_int_equal(cell("SG1f", S42, "Total Number of Section 42 Safeguarding Enquiries", ""), 2);
    assert_int_equal(cell("SG1a", S42, "75-84", ""), 1);
    assert_int_equal(cell("SG1c", S42, "White", ""), 0);
    assert_int_equal(cell("SG1c", S42, "Asian / Asian British", ""), 1);
    assert_int_equal(cell("SG1d", S42, "Physical Support", ""), 2);
}

static void an_age_is_that_on_the_last_day_of_the_year(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1), g = concluded(2), h = concluded(3);
    struct person p = KNOWN;
    p.age = 84; // on 31 March 2026: the concern came the year before
    f.person = person_pack(&p);
    f.received_ms = returns_year_begins(YEAR) - DAY_MS;
    p.age = 75;
    p.year_only = true; // or 74
    g.person = person_pack(&p);
    h.flags = CASE_SUBJECT_DECEASED;
    returns_add(&returns, &f);
    returns_add(&returns, &g);
    returns_add(&returns, &h);
    end(100);
    assert_int_equal(cell("SG1a", S42, "85-94", ""), 1);
    assert_int_equal(cell("SG1a", S42, "75-84", ""), 0);
    assert_true(lacks(2, GAP_AGE) && lacks(3, GAP_AGE));
}

static void what_belongs_to_another_year_changes_nothing(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1);
    f.received_ms = returns_year_begins(YEAR) - 2;
    f.decided_ms = returns_year_begins(YEAR) - 1;
    f.closed_ms = returns_year_begins(YEAR + 1);
    returns_add(&returns, &f);
    f = concluded(2);
    f.state = STATE_VOID;
    returns_add(&returns, &f);
    f = concluded(3);
    f.kind = 9;
    returns_add(&returns, &f);
    end(100);
    for (size_t i = 0; i < returns_cells(); i++) assert_int_equal(returns.cells[i], 0);
    assert_int_equal(returns.n_gaps, 0);
}

static void what_a_person_says_replaces_what_was_known_and_nothing_else(void **state)
{
    struct completion const none = {0};
    struct completion const each[] = {{.action_taken = ANSWER_NO},
                                      {.supported = ANSWER_NO},
                                      {.types = 1},
                                      {.sources = 1},
                                      {.locations = 1},
                                      {.gender = 1},
                                      {.ethnicity = 2},
                                      {.support_reason = 3}};
    (void)state;
    assert_false(completion_says(&none));
    for (size_t i = 0; i < sizeof each / sizeof *each; i++) {
        struct casefile f = concluded(1);
        assert_true(completion_says(&each[i]));
        completion_add(&each[i], &f);
        struct person const p = person_of(f.person);
        assert_int_equal(p.gender, each[i].gender ? each[i].gender : KNOWN.gender);
        assert_int_equal(p.ethnicity, each[i].ethnicity ? each[i].ethnicity : KNOWN.ethnicity);
        assert_int_equal(p.support_reason,
                         each[i].support_reason ? each[i].support_reason : KNOWN.support_reason);
    }
}

static void an_age_beyond_all_is_kept_as_such(void **state)
{
    struct person p = KNOWN;
    (void)state;
    p.age = 200;
    assert_int_equal(person_of(person_pack(&p)).age, 150);
    p.age = -1;
    assert_false(person_of(person_pack(&p)).aged);
    p.aged = false;
    p.age = 80;
    assert_false(person_of(person_pack(&p)).aged);
}

static void each_way_an_enquiry_ends_has_its_row(void **state)
{
    static const struct {
        int32_t risk;
        enum answer action;
        const char *row; // NULL: a gap
    } ends[] = {{1, ANSWER_NO, "Risk identified and no action taken"},
                {4, ANSWER_YES, "No risk identified and action taken"},
                {5, ANSWER_NO, "Risk Assessment inconclusive and no action taken"},
                {6, ANSWER_UNSET, "Enquiry ceased at individual's request and no action taken"},
                {2, ANSWER_NOT_KNOWN, NULL}};
    (void)state;
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct completion const c = {.action_taken = ends[i].action};
        begin();
        struct casefile f = concluded(1);
        f.concluded = 0;
        f.risk = ends[i].risk;
        completion_add(&c, &f);
        returns_add(&returns, &f);
        end(100);
        assert_int_equal(lacks(1, GAP_ACTION), ends[i].row == NULL);
        if (ends[i].row) assert_int_equal(cell("SG2c", DONE, ends[i].row, ""), 1);
    }
    for (int32_t risk = 0; risk <= 7; risk += 7) {
        begin();
        struct casefile f = concluded(1);
        f.risk = risk;
        returns_add(&returns, &f);
        end(100);
        assert_true(lacks(1, GAP_RISK));
    }
}

static void wishes_that_were_not_met_count_and_support_that_was_not_given_is_no_gap(void **state)
{
    struct completion const c = {.supported = ANSWER_NO};
    (void)state;
    begin();
    struct casefile f = concluded(1), g = concluded(2);
    f.achieved = 5;
    f.capacity = ANSWER_NO;
    completion_add(&c, &f);
    g.achieved = 0;
    returns_add(&returns, &f);
    returns_add(&returns, &g);
    end(100);
    assert_false(lacks(1, GAP_SUPPORTED));
    assert_int_equal(cell("SG4a", DONE, "Yes they were asked and outcomes were expressed", ""), 0);
}

static void whoever_is_not_identified_or_under_18_is_a_gap(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1), g = concluded(2), h = concluded(3);
    struct person p = KNOWN;
    f.adult_hash = 0;
    p.age = 16;
    g.person = person_pack(&p);
    h.outcome = OUTCOME_NOT_MET; // a concern alone asks for less
    h.adult_hash = 0;
    returns_add(&returns, &f);
    returns_add(&returns, &g);
    returns_add(&returns, &h);
    end(100);
    assert_true(lacks(1, GAP_PERSON));
    assert_true(lacks(2, GAP_UNDER_18));
    assert_int_equal(returns.n_gaps, 2);
}

static void a_later_concern_about_the_same_adult_tells_who_they_are(void **state)
{
    (void)state;
    begin();
    struct casefile first = concluded(1), last = concluded(2), other = concluded(3);
    struct person p = KNOWN;
    last.adult_hash = first.adult_hash;
    p.ethnicity = 3;
    last.person = person_pack(&p);
    other.adult_hash = first.adult_hash + ((int64_t)1 << 62); // found at the same place
    returns_add(&returns, &first);
    returns_add(&returns, &last);
    returns_add(&returns, &other);
    end(100);
    assert_int_equal(cell("SG1c", S42, "White", ""), 1);
    assert_int_equal(cell("SG1c", S42, "Asian / Asian British", ""), 1);
}

static void what_is_not_said_of_others_is_no_gap_and_police_lists_count_once_decided(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1), g = concluded(2), h = concluded(3);
    f.kind = g.kind = KIND_DOMESTIC_ABUSE;
    g.outcome = OUTCOME_UNSET;
    g.state = STATE_QUEUED;
    h.outcome = OUTCOME_OTHER;
    h.person = 0;
    returns_add(&returns, &f);
    returns_add(&returns, &g);
    returns_add(&returns, &h);
    end(100);
    assert_int_equal(
        cell("SG1f", "Safeguarding Concerns", "Total Number of Safeguarding Concerns", ""), 2);
    assert_int_equal(returns.n_gaps, 0);
}

static void more_gaps_than_can_be_listed_are_counted(void **state)
{
    (void)state;
    begin();
    size_t told = 0;
    while (returns.gaps_more < 3) {
        struct casefile f = concluded(1 + told++ % CASES);
        f.risk = 0;
        returns_add(&returns, &f);
        assert_true(told <= RETURN_GAPS_MAX + 3);
    }
    assert_int_equal(returns.n_gaps, RETURN_GAPS_MAX);
    assert_int_equal(told, RETURN_GAPS_MAX + 3);
}

static int the_end(void **state)
{
    (void)state;
    free(lent);
    return 0;
}

static void what_is_decided_or_ends_beside_the_year_is_not_of_it(void **state)
{
    (void)state;
    begin();
    struct casefile f = concluded(1);
    f.outcome = OUTCOME_OTHER;
    f.decided_ms = at(5, 2) + 400 * DAY_MS;
    returns_add(&returns, &f);
    f = concluded(2);
    f.closed_ms = at(6, 1) + 400 * DAY_MS; // it goes on into the next one
    (void)fact_keep(&f.facts, FACT_AREA_OF_ABUSE, 30);
    returns_add(&returns, &f);
    f = concluded(3);
    f.state = STATE_NONE;
    returns_add(&returns, &f);
    struct person young = KNOWN; // born in the year in which they may have become of age
    young.year_only = true;
    young.age = 75;
    f = concluded(4);
    f.person = person_pack(&young);
    (void)fact_keep(&f.facts, FACT_AREA_OF_ABUSE, 30); // a place that the return has no code for
    returns_add(&returns, &f);
    young.age = 77;
    young.support_reason = 9; // and a reason that it has none for
    f = concluded(5);
    f.state = STATE_ENQUIRY; // reopened
    f.person = person_pack(&young);
    returns_add(&returns, &f);
    end(100);
    assert_int_equal(
        cell("SG1f", "Safeguarding Concerns", "Total Number of Safeguarding Concerns", ""), 4);
    assert_int_equal(cell("SG1f", S42, "Total Number of Section 42 Safeguarding Enquiries", ""), 3);
    assert_true(lacks(5, GAP_SUPPORT) && !lacks(5, GAP_AGE));
    assert_int_equal(cell("SG2e", DONE, "Risk reduced", ""), 1);
    assert_int_equal(cell("SG1a", S42, "75-84", ""), 2);
    assert_true(lacks(4, GAP_AGE) && lacks(4, GAP_LOCATION));
}

int main(void)
{
    struct CMUnitTest const tests[] = {
        cmocka_unit_test(what_is_packed_comes_back),
        cmocka_unit_test(a_year_begins_on_the_first_of_april_in_london),
        cmocka_unit_test(an_enquiry_about_which_all_is_known_fills_every_table_and_leaves_no_gap),
        cmocka_unit_test(what_the_record_lacks_is_named_and_not_guessed),
        cmocka_unit_test(a_person_completes_it_and_corrects_the_referrer),
        cmocka_unit_test(of_the_sources_only_those_that_are_certain_count),
        cmocka_unit_test(an_individual_counts_once_by_what_was_said_last),
        cmocka_unit_test(an_age_is_that_on_the_last_day_of_the_year),
        cmocka_unit_test(what_belongs_to_another_year_changes_nothing),
        cmocka_unit_test(what_a_person_says_replaces_what_was_known_and_nothing_else),
        cmocka_unit_test(an_age_beyond_all_is_kept_as_such),
        cmocka_unit_test(each_way_an_enquiry_ends_has_its_row),
        cmocka_unit_test(wishes_that_were_not_met_count_and_support_that_was_not_given_is_no_gap),
        cmocka_unit_test(whoever_is_not_identified_or_under_18_is_a_gap),
        cmocka_unit_test(a_later_concern_about_the_same_adult_tells_who_they_are),
        cmocka_unit_test(what_is_not_said_of_others_is_no_gap_and_police_lists_count_once_decided),
        cmocka_unit_test(more_gaps_than_can_be_listed_are_counted),
        cmocka_unit_test(what_is_decided_or_ends_beside_the_year_is_not_of_it),
    };
    return cmocka_run_group_tests(tests, NULL, the_end);
}
