#include "org.h"

#include "check.h"
#include "moves.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

#define ORG_DEFAULT(name, dflt, least, most, help) .name = (dflt),
const struct org_limits ORG_DEFAULTS = {ORG_LIMITS(ORG_DEFAULT)};

static const char *const key_words[] = {ORG_KEY_LIST(TERM_WORD)};
static const char *const rule_words[] = {ORG_RULE_LIST(TERM_WORD)};

const char *org_key_word(enum org_key v)
{
    return (size_t)v < COUNT(key_words) ? key_words[v] : "?";
}

const char *org_rule_word(enum org_rule v)
{
    return (size_t)v < COUNT(rule_words) ? rule_words[v] : "?";
}

uint64_t org_key_hash(enum org_key key, uint64_t hash)
{
    return hash == 0 ? 0 : hash ^ (uint64_t)key * 0xd6e8feb86659fd93U;
}

// For each so many people or part of them: a large service has more to tell of.  A small one is not
// allowed fewer, or two falls would be a pattern.
static unsigned scaled(const struct org_limits *l, unsigned people)
{
    unsigned const per = (unsigned)l->per_people;
    unsigned const times = per == 0 || people <= per ? 1 : (people + per - 1) / per;
    return (unsigned)l->concerns_28_days * times;
}

struct org_fired org_judge(const struct org_limits *l, enum org_key key, const struct org_counts *c,
                           unsigned people)
{
    bool const service = key == ORG_KEY_PLACE || key == ORG_KEY_GROUP;
    struct {
        bool meant;
        unsigned count, least;
        struct org_fired fired;
    } const rules[] = {
        {service, c->reds_90_days, (unsigned)l->reds_90_days, {ORG_RULE_REDS, 90, 0}},
        {service, c->in_28_days, scaled(l, people), {ORG_RULE_28_DAYS, 28, 0}},
        {service, c->in_90_days, (unsigned)l->concerns_90_days, {ORG_RULE_90_DAYS, 90, 0}},
        {service, c->logs_28_days, (unsigned)l->logs_28_days, {ORG_RULE_LOGS, 28, 0}},
        {key == ORG_KEY_SOURCE,
         c->adults_90_days,
         (unsigned)l->adults_same_source,
         {ORG_RULE_SOURCE, 90, 0}},
        {key == ORG_KEY_THEME,
         c->weight_28_days,
         (unsigned)l->theme_28_days,
         {ORG_RULE_THEME, 28, 0}},
    };
    for (size_t i = 0; i < COUNT(rules); i++) {
        if (!rules[i].meant || rules[i].least == 0 || rules[i].count < rules[i].least) continue;
        struct org_fired fired = rules[i].fired;
        fired.count = rules[i].count;
        return fired;
    }
    return (struct org_fired){ORG_RULE_NONE, 0, 0};
}

// What a relative or a stranger does at home says nothing about who reports it.
bool org_about_service(const struct facts *f)
{
    static const char *const outside[] = {"family", "partner", "friend_or_neighbour", "stranger",
                                          "self"};
    int32_t const category = f->value[FACT_SOURCE_CATEGORY];
    for (size_t i = 0; category != FACT_UNKNOWN && i < COUNT(outside); i++) {
        if (category == fact_code_from(FACT_SOURCE_CATEGORY, outside[i])) return false;
    }
    return true;
}

enum org_theme org_theme(const struct facts *f)
{
    static const struct {
        enum org_theme theme;
        enum fact from, to; // of the block that tells of it, in the order of their numbers
    } blocks[] = {
        {THEME_FALLS, FACT_FALLS_IN_28_DAYS, FACT_FALL_ADVICE_SOUGHT},
        {THEME_ULCERS, FACT_ULCER_CATEGORY, FACT_ULCER_AVOIDABLE},
        {THEME_MEDICATION, FACT_MEDICATION_ERROR, FACT_CONTROLLED_DRUG},
        {THEME_VISITS, FACT_VISITS_MISSED, FACT_VISIT_NO_OTHER_SUPPORT},
    };
    for (size_t i = 0; i < COUNT(blocks); i++) {
        for (unsigned fact = blocks[i].from; fact <= (unsigned)blocks[i].to; fact++) {
            if (f->value[fact] != FACT_UNKNOWN) return blocks[i].theme;
        }
    }
    return THEME_NONE;
}

void org_open(const struct rules *r, const struct org_limits *l, struct casefile *f,
              enum org_key key, enum org_rule rule, struct now now)
{
    CHECK(f->no != 0);
    f->version = 1;
    f->kind = KIND_ORGANISATION;
    f->state = STATE_ORG_WATCH;
    if (f->colour < COLOUR_AMBER) f->colour = COLOUR_AMBER;
    if (f->colour_first == COLOUR_UNSET) f->colour_first = f->colour;
    f->org_why = ORG_WHY(key, rule, 0);
    f->received_ms = now.utc_ms;
    f->state_since_ms = now.utc_ms;
    f->deadline_ms = calendar_add_working_days(r->calendar, now.utc_ms, l->review_days);
    file_waiting_end(f);
    id_copy(f->team, r->mash);
}
