// feel_case.h - one expression or one model, evaluated and written out, for the tests of this
// folder.
#ifndef TRIAGED_FEEL_CASE_H
#define TRIAGED_FEEL_CASE_H

#include "dmn.h"

// The value of a FEEL expression as text; "refused: ..." or "outside: ..." when it cannot be used,
// "stopped: ..." when a limit stopped it.  Kept until the next call.
const char *feel(const char *expression);

// A decision "d" whose logic is the given XML, with the inputs "a", "b" and "c" of the given types
// (NULL: any); evaluated with the values of three FEEL expressions.
const char *decide(const char *logic, const char *a, const char *b, const char *c);

// A table of the inputs a and b: hit policy and aggregation as attributes, the outputs' XML, and
// the rows as "a test | b test | output | output ;" with ';' between the rows.
const char *table(const char *attributes, const char *outputs, const char *rows, const char *a,
                  const char *b);

// The same as `decide`, with an arena and a step limit of one's own; the trace of the last table.
struct case_run {
    size_t arena_bytes;
    uint32_t steps;
    enum eval_stop stop;
    unsigned n_matched, n_near, matched[16];
    struct near_row near[16];
};
const char *decide_within(const char *logic, const char *a, const char *b, const char *c,
                          struct case_run *run);

#define FEEL(expression, value) assert_string_equal(feel(expression), value)

#endif
