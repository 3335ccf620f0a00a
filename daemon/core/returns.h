// returns.h - the national return (Safeguarding Adults Collection): its codes, captured case by
// case, and its tables, counted over a year that begins on 1 April.  What the record does not say
// is a gap, named by case: nothing is guessed.
//
// What each table counts, and from which field, is in README.md, "The national return".
#ifndef TRIAGED_RETURNS_H
#define TRIAGED_RETURNS_H

#include "casefile.h"

// Who an adult is, as codes (casefile's `person`): numbers of the wire's enums, 0 not said.
struct person {
    bool aged, year_only; // year_only: the age may be one less
    int age;              // on the 31 March that ends the year of receipt
    int gender, ethnicity, support_reason;
};
int32_t person_pack(const struct person *p);
struct person person_of(int32_t packed);

// What a person adds to the record for the return (casefile's `concluded`).  0 and ANSWER_UNSET:
// not said, what stood stays.
struct completion {
    enum answer action_taken; // was action taken on the risk
    enum answer supported;    // by an advocate, family or a friend
    uint32_t types;           // of risk, bit 0 is HARM_TYPE_PHYSICAL
    uint32_t sources;         // bit 0 service provider, 1 other known, 2 other unknown
    uint32_t locations;       // bit 0 is AREA_OF_ABUSE_OWN_HOME
    int gender, ethnicity, support_reason;
};
bool completion_says(const struct completion *c);
void completion_add(const struct completion *c, struct casefile *f);

// The year that an instant is in: 2026 from 1 April 2026 to 31 March 2027, in London.
int returns_year(int64_t utc_ms);
int64_t returns_year_begins(int year);

enum { RETURN_CONCERNS, RETURN_SECTION_42, RETURN_OTHER, RETURN_KINDS };

// X(number, table, words)
#define RETURN_GAPS(X)                                                                         \
    X(GAP_PERSON, "SG1a", "who it is about: neither an NHS number nor name and date of birth") \
    X(GAP_AGE, "SG1a", "the age at the end of the year, or at death")                          \
    X(GAP_UNDER_18, "SG1a", "an age of 18 or more at the end of the year")                     \
    X(GAP_GENDER, "SG1b", "the gender, by the return's codes")                                 \
    X(GAP_ETHNICITY, "SG1c", "the ethnicity")                                                  \
    X(GAP_SUPPORT, "SG1d", "the primary support reason")                                       \
    X(GAP_TYPE, "SG2a", "the type of risk")                                                    \
    X(GAP_SOURCE, "SG2a", "the source of risk, by the return's codes")                         \
    X(GAP_LOCATION, "SG2b", "the location of the risk")                                        \
    X(GAP_ACTION, "SG2c", "whether action was taken")                                          \
    X(GAP_RISK, "SG2c", "the outcome of the risk assessment")                                  \
    X(GAP_SUPPORTED, "SG3a", "whether an advocate, family or friend supported them")
#define RETURN_GAP_ENUM(name, table, words) name,
enum return_gap { RETURN_GAPS(RETURN_GAP_ENUM) RETURN_GAP_COUNT };
#undef RETURN_GAP_ENUM
struct return_gap_words {
    const char *table, *words;
};
extern const struct return_gap_words RETURN_GAP_WORDS[RETURN_GAP_COUNT];

#define RETURN_GAPS_MAX 4096 // named; the others are counted
struct returns {
    int year;
    int64_t from_ms, to_ms;
    uint32_t cells[320];
    struct individuals {
        struct individual {
            uint64_t hash;
            uint32_t no; // the latest case that said something of them
            int32_t person;
        } * list;
        uint32_t *index;
        size_t n, mask;
    } individuals[RETURN_KINDS];
    unsigned kind; // whose individuals are counted next
    size_t at;
    struct {
        uint32_t no;
        enum return_gap gap;
    } * gaps;
    size_t n_gaps, gaps_more;
};

size_t returns_bytes(uint64_t cases_max);
// Borrows that many zeroed bytes.  Counts what happened before `now_ms` alone.
void returns_init(struct returns *r, void *memory, uint64_t cases_max, int year, int64_t now_ms);
// Each case of the area, in any order; cases of other years change nothing.
void returns_add(struct returns *r, const struct casefile *f);
// After the last, until it says true: the individuals, a few thousand at a time.
bool returns_step(struct returns *r, size_t budget);

// The cells one after the other, in the order of the tables.
struct return_cell {
    const char *table, *enquiry_type, *category, *subcategory;
    uint32_t value;
};
size_t returns_cells(void);
struct return_cell returns_cell(const struct returns *r, size_t i);

#endif
