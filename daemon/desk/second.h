// second.h - what two managers do together for the area as a whole: one proposes, another agrees,
// each proven by a key of their own or by a portal's sign-in.  A desk's login could be anybody's.
#ifndef TRIAGED_DESK_SECOND_H
#define TRIAGED_DESK_SECOND_H

#include "inside.h"

#define GRADE_BIT(grade) (1u << (unsigned)(grade))
bool second_proven(const struct message *m, unsigned grades); // bits of enum grade
// May whoever speaks answer what `by` proposed through the key `key`?  NULL: yes; else why not.
const char *second_refusal(const struct message *m, const char *by, const char *key);

#endif
