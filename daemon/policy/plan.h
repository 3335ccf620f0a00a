// plan.h - the short way through a part of a pack: its tables as bitmaps, made once when the pack
// is loaded.  Most tables ask of facts and words that have few values, so what each value does to
// each row is asked of the evaluator beforehand; a decision is then a few ANDs a column.  A part
// that holds anything else has no plan and is evaluated; both ways give the same verdict.
#ifndef TRIAGED_PLAN_H
#define TRIAGED_PLAN_H

#include "pack.h"

#define PLAN_ROWS_MAX     64 // bits of a word
#define PLAN_CODES_MAX    64 // values of one fact or decision
#define PLAN_ELEMENTS_MAX 1024
#define PLAN_TABLES_MAX   256
#define PLAN_COLUMNS_MAX  4096
#define PLAN_SET_UNKNOWN  (1U << 31)

// What one value of a column does: the rows whose test it meets, and those that it leaves unknown.
struct plan_rows {
    uint64_t met, unknown;
};

// A column that some row tests.
struct plan_column {
    enum {
        COLUMN_CODE, // one fact, outcome or decision: rows[code]
        COLUMN_SET,  // a fact of several codes: rows[0] unknown, rows[1] none, rows[2 + bit]
        COLUMN_LIST  // a list of decisions: rows[0] of any list; each of the `parts` adds its own
    } kind;
    uint16_t element, n_parts, column; // `column` of the table
    const struct plan_rows *rows;
    const struct plan_part *parts;
};

struct plan_part {
    uint16_t element;
    const uint64_t *met; // by code
};

// Rows that would ask for a fact: those it leaves unmet while it is unknown.
struct plan_ask {
    uint16_t fact;
    uint64_t rows;
};

// Rows that rest on the council's facts when another decision, or an outcome, does.
struct plan_link {
    uint16_t element;
    uint64_t rows;
};

enum plan_result {
    RESULT_CODE,  // one row's value
    RESULT_ITEMS, // the values of all rows that match
    RESULT_SUM,
    RESULT_COUNT
};

// A list of elements, among what the columns of a table read.
#define PLAN_READ_LIST 0x8000U

struct plan_table {
    const struct table *table;
    const uint16_t *reads; // by column of the table: its element, or PLAN_READ_LIST | n and n more
    uint16_t element;
    uint16_t n_columns, n_asks, n_links, n_behind;
    enum plan_result result;
    bool first, unique;
    uint64_t rows, council, reasoned; // all; resting on the council's facts; with words
    const struct plan_column *columns;
    const struct plan_ask *asks;
    const struct plan_link *links;
    const uint16_t *behind;              // tables it requires, as indexes
    const uint8_t *codes;                // RESULT_CODE, by row; the last when none matches
    const uint8_t *same;                 // by code: equal values have the same number
    const struct value *values;          // by code, or by row for the other results
    const int32_t *amounts;              // RESULT_SUM, by row
    const struct policy_reason *reasons; // by row
};

struct plan_input {
    uint16_t element;
    enum fact_type type; // of a fact
    struct binding binding;
    unsigned n_points; // of a number, ascending: code 2i + 1 is below point i, 2i + 2 is the point
    const int32_t *points;
};

struct plan {
    unsigned n_elements, n_inputs, n_tables;
    const struct plan_input *inputs;
    const struct plan_table *tables;   // each after those that it reads
    unsigned ends[DECISION_COUNT];     // tables to have been run when that decision is asked
    uint16_t deciders[DECISION_COUNT]; // its own table
};

#define PLAN_SCRATCH_BYTES ((size_t)256 << 10)

// plan_make.c: NULL when the part needs the evaluator.  `memory` is for the making alone.
const struct plan *plan_make(struct policy *p, enum pack_part part, void *memory, size_t size);

struct plan_done {
    uint64_t matched, near, council;
};

// One run of a plan, in the caller's arena.
struct plan_run {
    const struct plan *plan;
    const struct facts *facts;
    unsigned n_done; // tables
    uint32_t *codes; // by element; of a set, its bits
    bool *council;   // by element
    struct plan_done *done;
    uint8_t *seen; // by table: how deep its reasons were gathered from, and one
};

// What the run is given besides facts: the outcomes reached before.
struct plan_outcomes {
    int32_t code[OUTCOME_COUNT]; // 0 not reached; the enum's number, of the score itself
    bool reached[OUTCOME_COUNT], council[OUTCOME_COUNT];
};

// plan_run.c.  false when the arena is full.
bool plan_begin(struct plan_run *run, const struct plan *plan, const struct facts *facts,
                const struct plan_outcomes *outcomes, struct arena *arena);
// false when a table broke its hit policy: then the evaluator has to say what that means.
bool plan_decide(struct plan_run *run, enum pack_decision d, struct arena *arena,
                 struct value *out);
bool plan_is_council(const struct plan_run *run, enum pack_decision d);
size_t plan_reasons(struct plan_run *run, enum pack_decision d, struct policy_reason *at, size_t n);
void plan_missing(const struct plan_run *run, struct verdict *v); // facts that a row lacked
// Of one table: the rows that matched, and facts that a row lacked (into v->missing).
size_t plan_matched(const struct plan_run *run, const struct table *t, uint16_t *rows, size_t max);
void plan_open(const struct plan_run *run, const struct table *t, struct verdict *v);
// The result of a table that was run.
struct value plan_value(const struct plan_run *run, unsigned table, struct arena *arena);
// plan_trace.c: what the evaluator's trace of the part would be, in front of those before it;
// `outcomes` are the values of what was reached before.  NULL when the arena is full.
const struct trace *plan_trace(const struct plan_run *run, const struct policy *p,
                               const struct value *outcomes, const struct trace *before,
                               struct arena *arena);
uint32_t plan_fact_code(const struct plan_input *in, const struct facts *facts);
// What a column makes of this run: the rows it meets, and those it leaves unknown.
struct plan_rows plan_column_rows(const struct plan_run *run, const struct plan_column *c);
// Does a row that matched, or nearly did, rest on the council's facts?
bool plan_touches_council(const struct plan_run *run);

#endif
