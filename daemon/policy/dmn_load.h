// dmn_load.h - what the files that read DMN's XML share.
#ifndef TRIAGED_DMN_LOAD_H
#define TRIAGED_DMN_LOAD_H

#include "dmn.h"
#include "feel_compile.h"

#include <libxml/tree.h>

// One load of one model.
struct loader {
    struct model *model;
    struct pool *pool; // the model's
    struct policy_report *report;
    xmlDoc *doc;
    xmlNode **nodes;               // of the elements, by index
    const struct element *element; // being loaded
    struct feel_error error;       // why it cannot be used; the first
    int error_line, error_row, error_column;
};

// XML, by local names: the namespaces of all versions are read alike.
bool xml_is(const xmlNode *n, const char *name);
xmlNode *xml_child(const xmlNode *n, const char *name); // the first, or NULL
xmlNode *xml_next(const xmlNode *n, const char *name);  // the next sibling of that name
xmlNode *xml_first(const xmlNode *n);                   // the first child that is an element
xmlNode *xml_after(const xmlNode *n);                   // the next sibling that is an element
unsigned xml_count(const xmlNode *n, const char *name);
const char *xml_attribute(struct loader *l, const xmlNode *n, const char *name); // NULL: not there
const char *xml_text(struct loader *l, const xmlNode *n);       // its text, trimmed; "" when none
const char *xml_child_text(struct loader *l, const xmlNode *n); // of its <text> child
// All that it says, on one line: tags, attributes and texts but ids, labels, descriptions and
// tables.
const char *xml_flat(struct loader *l, const xmlNode *n);
int xml_line(const xmlNode *n);
xmlDoc *xml_read(const char *text, size_t len, const char *file, struct policy_report *report);

bool load_fail(struct loader *l, const xmlNode *at, enum feel_refusal why, const char *text);
bool load_failed(const struct loader *l);
// Text of FEEL in the scope; NULL after load_fail.
struct ast *load_feel(struct loader *l, const xmlNode *at, const char *text,
                      const struct symbol *scope);
struct ast *load_tests(struct loader *l, const xmlNode *at, const char *text,
                       const struct symbol *scope);
const struct type *load_type(struct loader *l, const xmlNode *at, const char *name); // NULL: none

void load_types(struct loader *l, const xmlNode *root);
// A boxed expression: the tree of what the element holds.
struct ast *load_boxed(struct loader *l, const xmlNode *n, const struct symbol *scope);
struct table *load_table(struct loader *l, const xmlNode *n, const struct symbol *scope);
bool load_table_compile(struct compiler *c, struct table *t);
void load_elements(struct loader *l, const xmlNode *root);

#endif
