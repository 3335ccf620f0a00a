// record.h - the numbers of proto/triage/ledger/v1/record.proto, for the two halves of its codec.
// tests/unit/wire proves that both agree with protobuf-c's reading of the same schema.
#ifndef TRIAGED_RECORD_H
#define TRIAGED_RECORD_H

#include "casefile.h"

enum header_field {
    HEADER_KIND = 1,
    HEADER_VERSION,
    HEADER_PREV_SEQ,
    HEADER_AT_MS,
    HEADER_PRINCIPAL,
    HEADER_WORKER,
    HEADER_COMMAND,
    HEADER_NUMBER,
    HEADER_NOTICES,
    HEADER_CHANGED
};
enum notice_stub_field {
    NOTICE_STUB_RECIPIENT = 1,
    NOTICE_STUB_CURSOR,
    NOTICE_STUB_PREV_SEQ,
    NOTICE_STUB_CODE
};
enum case_row_field { CASE_ROW_VERSION = 1, CASE_ROW_LAST_SEQ, CASE_ROW_FIELDS, CASE_ROW_UNMARKED };
enum recipient_field {
    RECIPIENT_ID = 1,
    RECIPIENT_CURSOR,
    RECIPIENT_RECEIPTED,
    RECIPIENT_HEAD_SEQ,
    RECIPIENT_LAST_SEQ
};
enum area_field {
    AREA_CASES = 1,
    AREA_LAST_SEQ,
    AREA_POLICY,
    AREA_REGISTRY,
    AREA_LAST_MS,
    AREA_CLOCK_SUSPECT,
    AREA_POLICY_MS,
    AREA_POLICY_BY,
    AREA_POLICY_PROPOSED_BY,
    AREA_PROPOSED,
    AREA_PROPOSED_MS,
    AREA_PROPOSED_BY,
    AREA_PROPOSED_KEY,
    AREA_PASSED,
    AREA_ERASURE_SEQ = 20,
    AREA_ERASURE_CASE,
    AREA_ERASURE_AT_MS,
    AREA_ERASURE_ON_REQUEST,
    AREA_ERASURE_ORDER,
    AREA_ERASURE_BY,
    AREA_ERASURE_KEY,
    AREA_AGREED_SEQ
};
enum fact_value_field { FACT_VALUE_FACT = 1, FACT_VALUE_VALUE };
enum command_mark_field { COMMAND_MARK_FINGERPRINT = 1, COMMAND_MARK_SEQ };

// The fields of a case in the order of their numbers; its two lists have numbers between them.
#define CASE_FIELD_PLACE(number, type, name) CASE_PLACE_##name,
enum case_field_place { CASE_FIELDS(CASE_FIELD_PLACE) CASE_FIELD_COUNT };
#undef CASE_FIELD_PLACE
#define CASE_FACTS      64
#define CASE_COMMANDS   65
#define CASE_ERRANDS    66
#define CASE_NUMBER_MAX 160
enum case_field_type { CASE_NUM, CASE_SMALL, CASE_TEXT };
struct case_field {
    uint32_t number;
    enum case_field_type type;
    size_t offset;
    const char *name;
};
extern const struct case_field CASE_FIELD_LIST[CASE_FIELD_COUNT];
// The fields of an errand, field n at n - 1; its number comes first in each.
#define ERRAND_FIELD_PLACE(number, type, name) ERRAND_PLACE_##name,
enum errand_field_place { ERRAND_FIELDS(ERRAND_FIELD_PLACE) ERRAND_FIELD_COUNT };
#undef ERRAND_FIELD_PLACE
#define ERRAND_NUMBER 1
extern const struct case_field ERRAND_FIELD_LIST[ERRAND_FIELD_COUNT];
// NULL for a number that is no field's.
const struct case_field *case_field_of(uint32_t number);
// The value of a field that is CASE_NUM or CASE_SMALL, of a case or of an errand.
int64_t case_num(const void *f, const struct case_field *field);
// False when it does not fit the field.
bool case_num_set(void *f, const struct case_field *field, int64_t v);

// As no record has touched it: its number, nothing else, every fact unknown.  Room for errands that
// it has stays.
void casefile_clear(struct casefile *f);

#endif
