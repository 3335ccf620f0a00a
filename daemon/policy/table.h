// table.h - a decision table (DMN 1.5, chapter 8), compiled.
#ifndef TRIAGED_TABLE_H
#define TRIAGED_TABLE_H

#include "feel_ast.h"
#include "feel_program.h"
#include "feel_type.h"

#define TABLE_ROWS_MAX    4096
#define TABLE_COLUMNS_MAX 128

// X(policy, letter, word)
#define HIT_LIST(X)                          \
    X(HIT_UNIQUE, "U", "UNIQUE")             \
    X(HIT_ANY, "A", "ANY")                   \
    X(HIT_PRIORITY, "P", "PRIORITY")         \
    X(HIT_FIRST, "F", "FIRST")               \
    X(HIT_RULE_ORDER, "R", "RULE ORDER")     \
    X(HIT_OUTPUT_ORDER, "O", "OUTPUT ORDER") \
    X(HIT_COLLECT, "C", "COLLECT")
#define HIT_ENUM(policy, letter, word) policy,
enum hit { HIT_LIST(HIT_ENUM) HIT_POLICIES };
#undef HIT_ENUM

#define AGGREGATE_LIST(X)   \
    X(AGGREGATE_NONE, "")   \
    X(AGGREGATE_SUM, "SUM") \
    X(AGGREGATE_MIN, "MIN") X(AGGREGATE_MAX, "MAX") X(AGGREGATE_COUNT, "COUNT")
#define AGGREGATE_ENUM(aggregate, word) aggregate,
enum aggregate { AGGREGATE_LIST(AGGREGATE_ENUM) AGGREGATES };
#undef AGGREGATE_ENUM

// One test of a cell that needs no program: against a literal or a range of literals.
struct quick_test {
    enum ast_op op; // AST_OP_NONE: equal to, or inside
    unsigned kind;  // enum test_kind
    struct value value;
};

struct cell {
    enum { CELL_ANY, CELL_QUICK, CELL_PROGRAM } kind;
    bool negated;
    unsigned n_tests;
    const struct quick_test *tests;
    const struct program *program;
    // "? != null and list contains(?, literal)", or several joined by or: what is looked for, so
    // that a list needs no program.
    unsigned n_held;
    const struct value *held;
    const struct ast *ast; // AST_TESTS, for `check` and `show`
    const char *text;      // as written
    int line;
};

struct table_input {
    const char *text; // the expression, as written
    const char *label;
    const struct ast *ast;
    const struct program *program;
    const struct type *type;
    const struct program *allowed; // inputValues, over `slot`
    const struct ast *allowed_ast;
    const char *type_text, *allowed_text; // as written, "" when there is none
    unsigned slot;                        // where its value is, "?" of its cells
};

struct table_output {
    const char *name; // "" for the only output
    const char *label;
    const struct type *type;
    unsigned n_order;
    const struct value *order; // outputValues, highest first
    const struct ast *values_ast;
    const struct ast *otherwise_ast; // default output
    const struct program *otherwise;
    const char *otherwise_text; // NULL or "" when there is none
    const char *type_text, *values_text;
};

struct output_cell {
    const struct value *literal; // when it needs no program
    const struct program *program;
    const struct ast *ast;
    const char *text;
    int line;
};

// The model's elements that a test rests on: those that its column and the cell itself name.
struct reads {
    unsigned n;
    const uint16_t *elements;
};

struct table {
    const char *name; // the decision's or function's
    enum hit hit;
    enum aggregate aggregate;
    unsigned n_inputs, n_outputs, n_rows, n_notes;
    struct table_input *inputs;
    struct table_output *outputs;
    struct cell *cells;               // n_rows * n_inputs
    struct output_cell *output_cells; // n_rows * n_outputs
    const char **note_names;          // annotation columns
    const char **notes;               // n_rows * n_notes
    struct reads *reads;              // n_rows * n_inputs; NULL outside a pack
    int line;
};

static inline const struct cell *table_cell(const struct table *t, unsigned row, unsigned column)
{
    return &t->cells[row * t->n_inputs + column];
}

// The text of a row's annotation of that name; "" when there is none.
const char *table_note(const struct table *t, unsigned row, const char *name);
const char *hit_word(enum hit hit);
const char *aggregate_word(enum aggregate aggregate);

// What one evaluation of a table did.  Rows count from 0.
struct near_row {
    uint16_t row, column; // all but this column's test are met, and this one is unknown
};

struct trace {
    const struct table *table;
    const struct value *inputs;
    unsigned n_matched, n_near;
    const uint16_t *matched;
    const struct near_row *near;
    struct trace *next; // evaluated earlier
};

#endif
