// direct.h - what comes in about an adult whose open case a community team has: to that team, where
// the council chose so (pack.yaml, open_case_direct).
#ifndef TRIAGED_DIRECT_H
#define TRIAGED_DIRECT_H

#include "asking.h"

// The word in pack.yaml: yes or no, NULL not given; all else is refused.  Once the teams are read.
void direct_read(struct policy *p, const char *word, int line, struct policy_report *report);
// Once the tables gave colour and route.  True: `v` now names the team, with the reason, and what
// the routing table said about the first desk does not apply.
bool direct_route(struct asking *a, struct verdict *v);

#endif
