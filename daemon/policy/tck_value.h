// tck_value.h - values as the Technology Compatibility Kit writes them.
#ifndef TRIAGED_TCK_VALUE_H
#define TRIAGED_TCK_VALUE_H

#include "dmn_load.h"

// The value inside an <expected>, <inputNode> or <item>; false when it cannot be read.
bool tck_value(struct loader *l, struct eval *ev, const xmlNode *n, struct value *out);
// Gives an <inputNode> to the evaluation.
bool tck_input(struct loader *l, struct eval *ev, const struct model *m, const xmlNode *n);
// Equal as the kit means it: numbers within 1e-8, times with their zones.
bool tck_same(struct value a, struct value b);
const char *tck_difference(struct loader *l, struct value got, struct value want);

#endif
