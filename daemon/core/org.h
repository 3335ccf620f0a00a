// org.h - when several concerns point at one service: what is counted, when it fires, and the
// record that a manager then gets.  A prompt with a list, nothing more: what it means for the
// concerns themselves begins when a person opens it.
#ifndef TRIAGED_ORG_H
#define TRIAGED_ORG_H

#include "clocks.h"
#include "command.h"
#include "org_limits.h"

// What is counted together.  Kept in org_why: append only.
// clang-format off
#define ORG_KEY_LIST(X) \
    X(ORG_KEY_NONE, 0, "none") X(ORG_KEY_PLACE, 1, "place") X(ORG_KEY_GROUP, 2, "provider_group") \
    X(ORG_KEY_SOURCE, 3, "alleged_person") X(ORG_KEY_THEME, 4, "theme_at_a_place")
#define ORG_RULE_LIST(X) \
    X(ORG_RULE_NONE, 0, "none") X(ORG_RULE_28_DAYS, 1, "concerns_in_28_days") \
    X(ORG_RULE_90_DAYS, 2, "concerns_in_90_days") X(ORG_RULE_REDS, 3, "reds_in_90_days") \
    X(ORG_RULE_SOURCE, 4, "adults_with_the_same_source") X(ORG_RULE_THEME, 5, "one_theme") \
    X(ORG_RULE_LOGS, 6, "low_level_logs") X(ORG_RULE_TOLD, 7, "a_concern_without_a_named_adult")
// clang-format on
enum org_key { ORG_KEY_LIST(TERM_ENUM) };
enum org_rule { ORG_RULE_LIST(TERM_ENUM) };
#define ORG_KEYS (ORG_KEY_THEME + 1)
const char *org_key_word(enum org_key v);
const char *org_rule_word(enum org_rule v);
// Different kinds of key never meet: a place is not a theme.  0 where there is none.
uint64_t org_key_hash(enum org_key key, uint64_t hash);
#define ORG_WHY(key, rule, count) ((int32_t)(key) | (int32_t)(rule) << 4 | (int32_t)(count) << 8)
#define ORG_WHY_KEY(why)          ((enum org_key)((why)&15))
#define ORG_WHY_RULE(why)         ((enum org_rule)((why) >> 4 & 15))
#define ORG_WHY_COUNT(why)        ((why) >> 8)

// What was counted under one key, the present concern with it.
struct org_counts {
    unsigned in_28_days, in_90_days, reds_90_days, adults_90_days, weight_28_days, logs_28_days;
};
// The rule that this meets, and its window in days; ORG_RULE_NONE when none.  A limit of 0 is off.
// `people`: those that the service supports, 0 not known.
struct org_fired {
    enum org_rule rule;
    int days;
    unsigned count;
};
struct org_fired org_judge(const struct org_limits *l, enum org_key key, const struct org_counts *c,
                           unsigned people);

// Is this about the service rather than about what happens to someone outside it?  Theme: what kind
// of lapse it tells of, 0 none.  Weight: how much a concern or a log counts for its theme.
bool org_about_service(const struct facts *f);
enum org_theme { THEME_NONE, THEME_FALLS, THEME_ULCERS, THEME_MEDICATION, THEME_VISITS, THEMES };
enum org_theme org_theme(const struct facts *f);

// A record of its own: waits in the MASH for a manager, with a date.
void org_open(const struct rules *r, const struct org_limits *l, struct casefile *f,
              enum org_key key, enum org_rule rule, struct now now);
static inline bool state_is_org(int32_t state)
{
    _Static_assert(STATE_LAST == STATE_ORG_QUALITY, "these are the last");
    return state >= STATE_ORG_WATCH;
}
// A person has opened it: its concerns are part of it now.
static inline bool org_scoped(const struct casefile *f)
{
    return state_is_org(f->state) && f->state != STATE_ORG_WATCH;
}

#endif
