// plain_policy.h - a policy for these tests, in C: few rules, each easy to reach, and switches to
// break it.  It stands in front of the real engine when the tests are linked.
#ifndef TRIAGED_PLAIN_POLICY_H
#define TRIAGED_PLAIN_POLICY_H

#include "policy.h"

struct policy *plain_policy(void);
void plain_policy_reset(void);
void plain_policy_break(bool broken);           // tables that cannot be evaluated
void plain_policy_version(const char *version); // another pack, by name and digest
void plain_policy_direct(void); // to the team of an open case, past the MASH; off at first
// To know of others about an adult calms it to green, and a red goes to the duty desk at night.
void plain_policy_calms(void); // off at first
// So many days for a class, from the next look on.
void plain_policy_keeps(enum retention_class c, int32_t days);
void plain_policy_counts_services(void); // for records about a service; off at first

#endif
