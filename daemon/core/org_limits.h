// org_limits.h - how many concerns about one service make a pattern: a pack's own numbers.
#ifndef TRIAGED_ORG_LIMITS_H
#define TRIAGED_ORG_LIMITS_H

#include <stdint.h>

// X(name, default, least, most, meaning): pack.yaml's section `organisations` has the same names.
// No national number exists for any of them.
// clang-format off
#define ORG_LIMITS(X)                                                                              \
    X(concerns_28_days, 3, 1, 1000, "concerns about a service in 28 days, for each `per_people`")  \
    X(per_people, 30, 1, 10000, "people that a service of usual size supports")                    \
    X(concerns_90_days, 5, 1, 1000, "concerns about one service in 90 days")                       \
    X(reds_90_days, 2, 1, 1000, "red ones in 90 days")                                             \
    X(adults_same_source, 2, 2, 1000, "adults with the same person as source in 90 days")          \
    X(theme_28_days, 4, 2, 1000, "weight of one theme at a place in 28 days")                      \
    X(logs_28_days, 10, 2, 1000, "weight of low-level logs at a place in 28 days")                 \
    X(review_days, 5, 1, 90, "working days until a manager looks at what fired")
// clang-format on
#define ORG_LIMIT_FIELD(name, dflt, least, most, help) int32_t name;
struct org_limits {
    ORG_LIMITS(ORG_LIMIT_FIELD)
};
#undef ORG_LIMIT_FIELD
extern const struct org_limits ORG_DEFAULTS;

#endif
