// feel_print.h - values as text: the string() function, messages and traces.
#ifndef TRIAGED_FEEL_PRINT_H
#define TRIAGED_FEEL_PRINT_H

#include "feel_value.h"

// Writes into a buffer and counts what would not fit.
struct printer {
    char *buffer;
    size_t size, len; // len may pass size: nothing beyond it is written
};

void print_text(struct printer *p, struct bytes text);
// FEEL's own form; strings inside lists and contexts are quoted, on the outside they are not.
void print_value(struct printer *p, struct value v, bool quoted);

#endif
