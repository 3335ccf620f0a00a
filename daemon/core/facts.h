// facts.h - what a decision table may read.  One table makes the enum, the names that tables use,
// the page `triage policy facts`, the stored form and the checks.
//
// Every fact fits 32 bits: a yes/no is 1 or 0, a number is itself, a code is its place in the
// fact's list of codes, several codes are a bit each.  What nobody said is FACT_UNKNOWN, which a
// table sees as null: unknown is a value, never a "no".
#ifndef TRIAGED_FACTS_H
#define TRIAGED_FACTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fact_type { FACT_BOOL, FACT_NUMBER, FACT_CODE, FACT_CODES };
// Whose words a fact rests on.  What a sender is shown is computed with COUNCIL facts left out, or
// the answer could be used to find out what the council knows.
enum fact_whose { FACT_SENDER, FACT_COUNCIL };

#define FACT_UNKNOWN INT32_MIN

struct fact_def {
    const char *name; // as tables write it
    enum fact_type type;
    enum fact_whose whose;
    bool correctable; // the referrer could still find out: may be asked as "what was missing"
    const char *const *codes; // FACT_CODE, FACT_CODES: NULL-terminated
    const char *unit;         // FACT_NUMBER
    const char *question;     // how a person would be asked, in plain words
};

#include "facts_list.h" // FACT_LIST and the code lists: append only, numbers are kept in ledgers

#define FACT_ENUM(id, name, type, whose, correctable, codes, unit, question) FACT_##id,
enum fact { FACT_LIST(FACT_ENUM) FACT_COUNT };

struct facts {
    int32_t value[FACT_COUNT];
};

// As an open case keeps them: a yes/no or a code is a byte, the others are as they are.
#define FACT_WIDE_FACT_BOOL(id)
#define FACT_WIDE_FACT_CODE(id)
#define FACT_WIDE_FACT_NUMBER(id) int32_t id;
#define FACT_WIDE_FACT_CODES(id)  int32_t id;
#define FACT_NARROW_FACT_BOOL(id) int8_t id;
#define FACT_NARROW_FACT_CODE(id) int8_t id;
#define FACT_NARROW_FACT_NUMBER(id)
#define FACT_NARROW_FACT_CODES(id)
#define FACT_WIDE(id, name, type, whose, correctable, codes, unit, question) FACT_WIDE_##type(id)
#define FACT_NARROW(id, name, type, whose, correctable, codes, unit, question) \
    FACT_NARROW_##type(id)
struct facts_kept {
    FACT_LIST(FACT_WIDE)
    FACT_LIST(FACT_NARROW)
};
#undef FACT_WIDE
#undef FACT_NARROW

extern const struct fact_def FACTS[FACT_COUNT];

void facts_clear(struct facts *f); // all unknown
void facts_keep(const struct facts *f, struct facts_kept *out);
struct facts facts_recall(const struct facts_kept *k);
void facts_kept_clear(struct facts_kept *k); // all unknown
int32_t fact_kept(const struct facts_kept *k, enum fact fact);
// False when it does not fit, which no value of that fact does.
bool fact_keep(struct facts_kept *k, enum fact fact, int32_t value);
int fact_from(const char *name); // enum fact, -1 for a name outside the list
// The place of a code in a fact's list, -1 when it is not one of them.
int fact_code_from(enum fact fact, const char *code);
// Sets the facts that follow from other facts alone: under_18 and care_setting.
void facts_follow(struct facts *f);

#endif
