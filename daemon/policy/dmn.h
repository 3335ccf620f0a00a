// dmn.h - a decision model (OMG DMN 1.1 to 1.5): elements, item definitions, tables; loaded from
// XML, compiled, and evaluated on request.  One model is one file.
#ifndef TRIAGED_DMN_H
#define TRIAGED_DMN_H

#include "feel_ast.h"
#include "feel_eval.h"
#include "feel_parse.h"
#include "feel_type.h"
#include "report.h"
#include "table.h"

#define DMN_FILE_BYTES_MAX ((size_t)4 << 20)
#define DMN_ELEMENTS_MAX   4096
#define DMN_TYPES_MAX      4096
#define DMN_XML_DEPTH_MAX  128

#define DMN_XML_ATTRIBUTES_MAX 256 // of one element
#define DMN_XML_SPACES_MAX     256 // declarations of namespaces in one file

enum element_kind { ELEMENT_INPUT, ELEMENT_DECISION, ELEMENT_KNOWLEDGE, ELEMENT_SERVICE };

// What a decision service is called with and what it answers, as indexes of elements.
struct service {
    unsigned n_inputs, n_outputs;
    unsigned *inputs, *outputs;
};

struct element {
    enum element_kind kind;
    const char *id, *name;
    const struct type *type; // of the variable; NULL where none is given
    const char *type_text;   // as written, "" when none
    const char *logic;       // what is no table, as text on one line: to tell what changed
    const struct program *program;
    unsigned n_slots;
    struct function *function; // of knowledge and services
    struct table *table;       // when the logic is a table, or has one inside
    struct service service;
    enum feel_refusal why; // FEEL_FINE, or why it cannot be evaluated
    const char *text;
    int line;
    unsigned n_requires; // decisions and inputs it rests on, as indexes
    unsigned *required;
};

// An item definition as text, to tell what changed.
struct definition {
    const char *name, *text;
};

struct model {
    struct pool pool;
    const char *file, *name, *space;
    unsigned n_elements;
    struct element *elements;
    struct name_set names;
    struct type_table *types;
    unsigned n_definitions;
    struct definition *definitions;
};

// Reads and compiles a file.  Whatever cannot be used is told to the report; the model itself is
// still given when other elements of it can be (NULL when none can be read at all).
struct model *model_open(const char *path, const char *file, struct policy_report *report);
struct model *model_of_text(const char *xml, size_t len, const char *file,
                            struct policy_report *report);
void model_close(struct model *m);
int model_find(const struct model *m, enum element_kind kind, const char *name); // -1 when none
int model_find_any(const struct model *m, const char *name);

// What an evaluation is given and asked for.
struct question {
    const struct model *model;
    const struct value *inputs; // by element; those that are no inputs are not looked at
    bool trace;
    uint32_t steps; // 0: EVAL_STEPS_MAX
};

// Makes an evaluation in the arena; results and traces live as long as the arena's content.  NULL
// when the arena has no room for it.
struct eval *model_begin(const struct question *q, struct arena *arena);
// Gives an element its value, in place of what it would be evaluated to.
void model_give(struct eval *ev, unsigned element, struct value v);
// The result of one element; other elements it rests on are evaluated once per evaluation.  false
// when the evaluation stopped, with the reason in ev->stop: nothing more may be asked of it then.
// ev->n_errors and ev->error tell of nulls that came of errors; ev->trace of the tables, last
// first.
bool model_decide(struct eval *ev, unsigned element, struct value *out);

// The answer of one cell to a value of its column, by itself; false when it cannot be evaluated.
bool table_try(struct eval *ev, const struct table *t, unsigned row, unsigned column,
               struct value input, enum ternary *out);
// What a column makes of its input; false when it does not allow it.
bool table_input_try(struct eval *ev, const struct table *t, unsigned column, struct value v,
                     struct value *out);
// What one row answers, or with `n_rows` the table when none matches; false when it cannot.
bool table_result_try(struct eval *ev, const struct table *t, unsigned row, struct value *out);
// The value as an element of that type has it; false when the evaluation stopped.
bool type_try(struct eval *ev, const struct type *type, struct value v, struct value *out);

// dmn_types.c
struct type_table *type_table_load(struct pool *pool, struct name_set *names);

#endif
