#include "plain_policy.h"

#include "now.h"
#include "policy_explain.h"
#include "policy_missing.h"

#include <string.h>

struct policy {
    struct policy_info info;
    bool broken, calms;
};

static struct policy plain;

#define HOURS(n)                               \
    {                                          \
        SPAN_CALENDAR_MS, (int64_t)(n)*HOUR_MS \
    }
#define DAYS(n)                \
    {                          \
        SPAN_WORKING_DAYS, (n) \
    }
#define SPANS(green, amber, red)           \
    {                                      \
        {SPAN_NONE, 0}, green, amber, red, \
    }

void plain_policy_reset(void)
{
    plain = (struct policy){
        .info = {
            .name = "plain",
            .version = "1",
            .owner = "a test",
            .council = "Exampleshire Council",
            .council_code = "999",
            .council_telephone = "01632 960100",
            .n_teams = 4,
            .teams = {{"mash", "Adults MASH", "01632 960101", TEAM_MASH, 0},
                      {"night", "Duty desk", "01632 960102", TEAM_OUT_OF_HOURS, 0},
                      {"north", "North community team", "01632 960110", TEAM_COMMUNITY, 0},
                      {"quality", "Quality team", "01632 960120", TEAM_QUALITY, 0}},
            .mash = 0,
            .out_of_hours = 1,
            .clocks = {.first_look = SPANS(DAYS(1), DAYS(0), HOURS(1)),
                       .told = SPANS(DAYS(2), DAYS(1), HOURS(4)),
                       .second_address = SPANS(DAYS(1), DAYS(0), HOURS(2)),
                       .challenge_review = SPANS(DAYS(5), DAYS(5), DAYS(0)),
                       .tell_adult = SPANS(DAYS(5), DAYS(2), HOURS(24)),
                       .decide = SPANS(DAYS(2), DAYS(1), HOURS(4)),
                       .information = SPANS(DAYS(5), DAYS(2), HOURS(4)),
                       .allocate = SPANS(DAYS(5), DAYS(2), HOURS(12)),
                       .reassess = SPANS(DAYS(10), DAYS(5), HOURS(4)),
                       .holding = SPANS(DAYS(10), DAYS(5), HOURS(24)),
                       .lease = SPANS(DAYS(1), HOURS(4), HOURS(1)),
                       .offer = SPANS(DAYS(2), DAYS(1), HOURS(2)),
                       .enquiry = SPANS(HOURS(672), HOURS(672), HOURS(672)),
                       .review = SPANS(DAYS(5), DAYS(5), DAYS(2)),
                       .accept = SPANS(DAYS(2), DAYS(1), HOURS(4)),
                       .challenge = SPANS(DAYS(10), DAYS(10), DAYS(10)),
                       .second_person = SPANS(DAYS(1), HOURS(4), HOURS(1))},
            .calendar = {.open_minute = 540,
                         .close_minute = 1020,
                         .cutoff_minute = 780,
                         .working_days = 0x1f},
        }};
    plain_policy_version("1");
}

void plain_policy_counts_services(void)
{
    plain.info.organisations = ORG_DEFAULTS;
}

void plain_policy_direct(void)
{
    plain.info.open_case_direct = true;
}

void plain_policy_calms(void)
{
    plain.calms = true;
}

void plain_policy_keeps(enum retention_class c, int32_t days)
{
    plain.info.retention.rules[c] =
        (struct retention_rule){days, RETENTION_DAYS, "the invented schedule, row 12"};
}

void plain_policy_version(const char *version)
{
    plain.info.version = version;
    memset(plain.info.digest, version[0], sizeof plain.info.digest);
}

void plain_policy_break(bool broken)
{
    plain.broken = broken;
}

struct policy *plain_policy(void)
{
    return &plain;
}

const struct policy_info *policy_info(const struct policy *p)
{
    return &p->info;
}

int policy_team(const struct policy *p, const char *id)
{
    for (size_t i = 0; i < p->info.n_teams; i++)
        if (strcmp(p->info.teams[i].id, id) == 0) return (int)i;
    return -1;
}

bool policy_takes(const struct policy *p, enum kind kind)
{
    (void)p;
    return kind > KIND_NONE && kind < KIND_COUNT && kind != KIND_ADVICE; // a council without
}

int policy_team_of_postcode(const struct policy *p, const char *postcode)
{
    return strncmp(postcode, "ZX1", 3) == 0 ? policy_team(p, "north") : -1;
}

const char *policy_notice_text(const struct policy *p, enum notice notice, enum kind kind)
{
    (void)p;
    (void)kind;
    switch (notice) {
    case NOTICE_SCREENED:
        return "Your concern {reference} waits\nColour: {colour}, by {decide_by}.\n"
               "Why:\n{reasons}\nMissing:\n{missing}\n";
    case NOTICE_NOT_MET:
        return "Your concern {reference}: not a section 42 enquiry\nBecause:\n{reason}\n"
               "{questions}\nWhat happens next: {tell}\nElsewhere: {signpost}\n"
               "If you disagree, tell us by {challenge_until}.\n";
    case NOTICE_MET: return "There will be an enquiry: {reference}\nNext: {tell}\n";
    case NOTICE_OUTCOME: return "It has ended: {reference}\n{outcome}\n{tell}\n";
    default: return NULL;
    }
}

static void because(struct verdict *v, const char *decision, unsigned row, const char *words,
                    bool council_only)
{
    v->colour_table = decision;
    v->colour_row = row;
    v->reasons[v->n_reasons++] = (struct policy_reason){decision, row, words, "", council_only};
}

static enum answer limb(const struct facts *f, enum fact fact)
{
    if (f->value[fact] == FACT_UNKNOWN) return ANSWER_NOT_KNOWN;
    return f->value[fact] ? ANSWER_YES : ANSWER_NO;
}

static void route(const struct policy *p, const struct facts *f, struct verdict *out)
{
    int32_t const team = f->value[FACT_OPEN_CASE_TEAM];
    bool const night = p->calms && f->value[FACT_OUT_OF_HOURS] == 1;
    out->team = out->colour == COLOUR_RED && night ? p->info.out_of_hours : p->info.mash;
    if (!p->info.open_case_direct || team < 0 || out->colour == COLOUR_RED) return;
    if (p->info.teams[team].kind != TEAM_COMMUNITY) return;
    out->direct = out->council = true;
    out->team = (int)team;
}

void policy_decide_least(const struct policy *p, const struct facts *f, const struct verdict *least,
                         struct arena *scratch, struct verdict *out)
{
    policy_decide(p, f, scratch, out);
    if (out->colour >= least->colour) return;
    out->colour = least->colour;
    out->score = least->score;
    out->colour_table = least->colour_table;
    out->colour_row = least->colour_row;
    out->direct = false;
    route(p, f, out);
}

void policy_decide(const struct policy *p, const struct facts *f, struct arena *scratch,
                   struct verdict *out)
{
    (void)scratch;
    *out = (struct verdict){.tier = TIER_MORE_INFORMATION, .suggested_team = -1};
    if (!p->broken && f->value[FACT_KIND] != FACT_UNKNOWN && f->value[FACT_ABUSE_OR_RISK] == 0)
        out->tier = TIER_BELOW;
    out->kind = kind_taken((enum kind)(f->value[FACT_KIND] + 1), out->tier);
    if (p->broken) {
        out->colour = COLOUR_RED;
        out->unscreened = true;
        return;
    }
    out->limb[0] = limb(f, FACT_CARE_AND_SUPPORT_NEEDS);
    out->limb[1] = limb(f, FACT_ABUSE_OR_RISK);
    out->limb[2] = limb(f, FACT_UNABLE_TO_PROTECT_SELF);
    out->colour = COLOUR_GREEN;
    out->score = 1;
    because(out, "rating", 3, "Nothing urgent was said.", false);
    if (f->value[FACT_IMMEDIATE_DANGER] == FACT_UNKNOWN) {
        out->n_reasons = 0;
        out->colour = COLOUR_AMBER;
        because(out, "rating", 2, "Nobody said whether there is danger now.", false);
        out->missing[out->n_missing++] = FACT_IMMEDIATE_DANGER;
    } else if (f->value[FACT_IMMEDIATE_DANGER]) {
        out->n_reasons = 0;
        out->colour = COLOUR_RED;
        out->score = 10;
        because(out, "rating", 1, "There is danger now.", false);
    }
    if (f->value[FACT_ADULT_CONCERNS_28_DAYS] != FACT_UNKNOWN &&
        f->value[FACT_ADULT_CONCERNS_28_DAYS] >= 2 && out->colour < COLOUR_AMBER) {
        out->colour = COLOUR_AMBER;
        out->council = true;
        out->score = 5;
        because(out, "rating", 4, "Others raised concerns about this adult.", true);
    }
    if (p->calms && f->value[FACT_ADULT_CONCERNS_28_DAYS] > 0) {
        out->n_reasons = 0;
        out->colour = COLOUR_GREEN;
        out->council = true;
        because(out, "rating", 5, "It is one of several that are looked at together.", true);
    }
    route(p, f, out);
}

void policy_rerate(const struct policy *p, const struct facts *f, enum colour was, int was_score,
                   struct arena *scratch, struct rerating *out)
{
    struct verdict v;
    policy_decide(p, f, scratch, &v);
    *out = (struct rerating){.colour = was, .score = was_score};
    if (v.colour > was) {
        out->colour = v.colour;
        out->score = v.score;
    }
    out->changed = out->colour != was;
    if (!out->changed) return;
    out->colour_table = v.colour_table;
    out->colour_row = v.colour_row;
    out->reasons[out->n_reasons++] =
        (struct policy_reason){"rerating", 1, "What is known now weighs more.", "", false};
}

static void explained_limb(struct explanation *x, enum explained_question q, enum fact fact)
{
    struct explained *e = &x->questions[q];
    if (x->verdict.limb[q - EXPLAINED_LIMB_A] == ANSWER_NOT_KNOWN) {
        e->open[e->n_open++] = (uint16_t)fact;
        return;
    }
    e->rows[e->n_rows++] = (struct explained_row){
        {explained_name(q), 1, "It was said so.", "s42(1)", false}, 1, {(uint16_t)fact}};
}

const char *explained_name(enum explained_question q)
{
#define NAME(question, name) [question] = (name),
    static const char *const names[] = {EXPLAINED_LIST(NAME)};
#undef NAME
    return names[q];
}

void policy_explain(const struct policy *p, const struct facts *facts, struct arena *scratch,
                    struct explanation *out)
{
    memset(out, 0, sizeof *out);
    policy_decide(p, facts, scratch, &out->verdict);
    explained_limb(out, EXPLAINED_LIMB_A, FACT_CARE_AND_SUPPORT_NEEDS);
    explained_limb(out, EXPLAINED_LIMB_B, FACT_ABUSE_OR_RISK);
    explained_limb(out, EXPLAINED_LIMB_C, FACT_UNABLE_TO_PROTECT_SELF);
    for (size_t i = 0; i < out->verdict.n_reasons; i++) {
        struct explained *e = &out->questions[EXPLAINED_RATING];
        e->rows[e->n_rows++] = (struct explained_row){out->verdict.reasons[i],
                                                      1,
                                                      {out->verdict.reasons[i].council_only
                                                           ? FACT_ADULT_CONCERNS_28_DAYS
                                                           : FACT_IMMEDIATE_DANGER}};
    }
}

// The duty is met here by three times yes: what was missing is whatever nobody said of the three.
void policy_missing(const struct policy *p, const struct facts *facts, enum tier line,
                    enum missing_among among, uint32_t steps, struct arena *scratch,
                    struct missing *out)
{
    static const enum fact limbs[] = {FACT_CARE_AND_SUPPORT_NEEDS, FACT_ABUSE_OR_RISK,
                                      FACT_UNABLE_TO_PROTECT_SELF};
    (void)p, (void)line, (void)among, (void)steps, (void)scratch;
    memset(out, 0, sizeof *out);
    out->whole = MISSING_CHANGES_MAX;
    struct missing_set *set = &out->sets[0];
    for (size_t i = 0; i < 3; i++) {
        if (facts->value[limbs[i]] == 0) return; // A no is no gap.
        if (facts->value[limbs[i]] != FACT_UNKNOWN) continue;
        set->changes[set->n++] = (struct missing_change){(uint16_t)limbs[i], FACT_UNKNOWN, 1};
    }
    out->met = set->n == 0;
    out->n = set->n;
    out->n_sets = set->n > 0;
}

void policy_close(struct policy *p)
{
    (void)p; // there is one, for ever
}
