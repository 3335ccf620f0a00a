// concern.h - what a concern may hold.  Refused: what cannot be stored meaningfully.  Asked: what
// is missing or doubtful, stored as it came, and put to the referrer as a question on the receipt.
#ifndef TRIAGED_CONCERN_H
#define TRIAGED_CONCERN_H

#include "bytes.h"
#include "now.h"
#include "rights.h"

#define CONCERN_ADULTS_MAX   64
#define CONCERN_PROBLEMS_MAX 64
#define CONCERN_FIELD_MAX    64

enum subject {
    SUBJECT_UNSET,
    SUBJECT_NAMED,
    SUBJECT_UNIDENTIFIED,
    SUBJECT_DECEASED,
    SUBJECT_NO_NAMED_ADULT
};

// The fields that can be right or wrong by themselves, borrowed from the decoded message.
struct adult_view {
    enum subject subject;
    struct bytes name, date_of_birth, nhs_number, nhs_number_missing_because, postcode, uprn,
        address;
};
// Of a request to authorise a deprivation of liberty.
struct dols_view {
    bool given;
    int request; // number of the wire: 1 standard, 2 urgent, 3 further
    struct bytes urgent_from, current_until, wanted_from;
};
struct concern_view {
    enum kind kind;
    bool has_transition, graded, has_wanted; // of kinds that ask for them
    struct dols_view dols;
    int64_t raised_ms, incident_ms, incident_end_ms;
    struct bytes what_happened, location_id, provider_id, repeat_of;
    size_t n_adults;
    struct adult_view adults[CONCERN_ADULTS_MAX];
};

struct problem {
    char field[CONCERN_FIELD_MAX]; // "adults[0].nhs_number"
    const char *code;              // "check_digit"
    const char *text;              // a sentence for a person, with the remedy
    bool refused;
};
struct problems {
    size_t n;
    bool more; // there were more than fit; the first refused one is always among them
    struct problem at[CONCERN_PROBLEMS_MAX];
};
void problems_add(struct problems *p, const char *field, const char *code, const char *text,
                  bool refused);
bool problems_refused(const struct problems *p);

// Judges one concern of `principal` (its locations must be enrolled for the key).
void concern_validate(const struct concern_view *c, const struct principal *principal,
                      size_t adults_max, struct now now, struct problems *out);

// concern_kinds.c: what other kinds than a safeguarding concern say besides.  `today`: the local
// day.
void concern_kind_validate(const struct concern_view *c, int32_t today, struct problems *out);

// Pure judgements, each tested alone.
bool text_utf8_valid(struct bytes b); // no NUL, no surrogates, no overlong forms
enum nhs_number { NHS_OK, NHS_LENGTH, NHS_CHECK_DIGIT, NHS_ONE_DIGIT };
enum nhs_number nhs_number_judge(struct bytes b, char digits[11]); // spaces and hyphens forgiven
bool postcode_normal(struct bytes b, char out[9]); // "B29 6XX"; false when it is no postcode
bool place_id_valid(struct bytes b);               // CQC "1-" and digits, or an ODS code
// "1941-05-28" -> local day since 1970; a year alone gives its 1 July and sets *year_only.
bool date_parse(struct bytes b, int32_t *day, bool *year_only);

#endif
