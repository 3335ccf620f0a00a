// holds.h - what this desk has taken: versions and lease tokens, in a small file beside the
// profile, so that people need not type them.
#ifndef TRIAGE_HOLDS_H
#define TRIAGE_HOLDS_H

#include "command.h"

// {"version", "token"} of a reference, as last seen; NULL when there is none.
json_t *hold_find(const struct run *r, const char *reference);
// Notes what a case's state is now.  token NULL keeps the one there is.
void hold_note(const struct run *r, const char *reference, json_int_t version, const char *token);
void hold_forget(const struct run *r, const char *reference);

#endif
