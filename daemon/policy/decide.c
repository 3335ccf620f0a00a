// Threshold, rating and route: what policy_decide asks of the tables, in order, and what it makes
// of their answers.  Whatever goes wrong makes the verdict red, unscreened, to the MASH.
#include "direct.h"

// The output of that name when there are several, else the only one.
static struct value output_of(struct value v, const char *name)
{
    if (v.kind != VALUE_CONTEXT) return v;
    const struct value *const entry = context_get(v.context, bytes_text(name));
    return entry ? *entry : value_null();
}

// A string as text; the tables' strings all end with NUL.
static const char *text_of(struct value v)
{
    return v.kind == VALUE_STRING ? (const char *)v.string.data : NULL;
}

int tier_said(struct value v)
{
    const char *const word = text_of(output_of(v, "tier"));
    return word ? tier_from(word) : -1;
}

static int64_t whole_of(struct value v)
{
    struct number whole;
    int64_t i = 0;
    if (v.kind != VALUE_NUMBER || !number_round(v.number, 0, NUMBER_HALF_UP, &whole) ||
        !number_to_int(whole, &i)) {
        return 0;
    }
    return i > INT32_MAX / 2 ? INT32_MAX / 2 : i < INT32_MIN / 2 ? INT32_MIN / 2 : i;
}

static enum kind kind_sent(const struct facts *f)
{
    int32_t const kind = f->value[FACT_KIND];
    return kind == FACT_UNKNOWN ? KIND_CONCERN : (enum kind)(kind + 1);
}

static void decide_threshold(struct asking *a, struct verdict *v)
{
    asking_begin(a, PART_THRESHOLD);
    for (unsigned i = 0; i < 3; i++) {
        enum pack_decision const d = (enum pack_decision)(DECISION_LIMB_A + i);
        struct value const limb = output_of(asking_decide(a, d), "answer");
        int const answer = text_of(limb) ? answer_from(text_of(limb)) : -1;
        v->limb[i] = answer > ANSWER_UNSET ? (enum answer)answer : ANSWER_NOT_KNOWN;
        asking_outcome(a, (enum outcome)(OUTCOME_LIMB_A + i), d,
                       value_text(answer_word(v->limb[i])), (int)v->limb[i]);
    }
    int const tier = tier_said(asking_decide(a, DECISION_TIER));
    if (tier <= TIER_UNSET) a->failed = true; // no row, or a word that is no tier
    v->tier = tier > TIER_UNSET ? (enum tier)tier : TIER_MORE_INFORMATION;
    asking_outcome(a, OUTCOME_TIER, DECISION_TIER, value_text(tier_word(v->tier)), (int)v->tier);
    v->kind = kind_taken(kind_sent(a->facts), v->tier);
    struct value const routes = asking_decide(a, DECISION_PARALLEL);
    struct items const items = routes.kind == VALUE_ITEMS
                                   ? *routes.items
                                   : (struct items){routes.kind != VALUE_NULL, &routes};
    for (size_t i = 0; i < items.n; i++) {
        struct value const route = output_of(items.at[i], "route");
        int const parallel = text_of(route) ? parallel_from(text_of(route)) : -1;
        if (parallel >= 0) v->parallel |= 1U << parallel;
    }
    for (unsigned d = DECISION_LIMB_A; d <= DECISION_PARALLEL; d++) {
        v->n_reasons = asking_reasons(a, (enum pack_decision)d, v->reasons, v->n_reasons);
    }
    asking_missing(a, v);
    v->council = v->council || asking_touches_council(a);
    asking_end(a);
}

// The highest colour of those that rows gave.
static enum colour colour_of(struct value v)
{
    enum colour best = COLOUR_UNSET;
    struct items const items =
        v.kind == VALUE_ITEMS ? *v.items : (struct items){v.kind != VALUE_NULL, &v};
    for (size_t i = 0; i < items.n; i++) {
        struct value const word = output_of(items.at[i], "colour");
        int const colour = text_of(word) ? colour_from(text_of(word)) : -1;
        if (colour > (int)best) best = (enum colour)colour;
    }
    return best;
}

// Which tables rate what kind; those that are not here are rated as a concern is.
struct rater {
    enum pack_part part;
    enum pack_decision rating, score;
};
static const struct rater CONCERN_RATER = {PART_RATING, DECISION_RATING, DECISION_SCORE};
static const struct rater RATERS[KIND_COUNT] = {
    [KIND_DOLS] = {PART_DOLS, DECISION_DOLS, DECISION_DOLS_SCORE},
    [KIND_TRANSITION] = {PART_TRANSITION, DECISION_TRANSITION, DECISION_TRANSITION_SCORE},
    [KIND_DOMESTIC_ABUSE] = {PART_DOMESTIC_ABUSE, DECISION_DOMESTIC_ABUSE,
                             DECISION_DOMESTIC_ABUSE_SCORE},
    [KIND_CARE_NEEDS] = {PART_FRONT_DOOR, DECISION_FRONT_DOOR, DECISION_FRONT_DOOR_SCORE},
    [KIND_ADVICE] = {PART_FRONT_DOOR, DECISION_FRONT_DOOR, DECISION_FRONT_DOOR_SCORE},
};

static bool rater_is_there(const struct policy *p, enum kind kind)
{
    return RATERS[kind].part == PART_THRESHOLD || p->parts[RATERS[kind].part] >= 0;
}

bool policy_takes(const struct policy *p, enum kind kind)
{
    return kind > KIND_NONE && kind < KIND_COUNT && rater_is_there(p, kind);
}

static struct rater rater_of(const struct policy *p, enum kind kind)
{
    bool const own = RATERS[kind].part != PART_THRESHOLD && rater_is_there(p, kind);
    return own ? RATERS[kind] : CONCERN_RATER;
}

static void decide_rating(struct asking *a, struct verdict *v)
{
    struct rater const by = rater_of(a->p, v->kind);
    asking_begin(a, by.part);
    v->colour = colour_of(asking_decide(a, by.rating));
    v->score = (int)whole_of(output_of(asking_decide(a, by.score), "score"));
    if (v->colour == COLOUR_UNSET) a->failed = true;
    bool const raised = a->least && v->colour < a->least->colour;
    if (raised) {
        v->colour = a->least->colour;
        v->score = a->least->score;
    }
    asking_outcome(a, OUTCOME_COLOUR, by.rating, value_text(colour_word(v->colour)),
                   (int)v->colour);
    asking_outcome(a, OUTCOME_SCORE, by.score, value_int(v->score), v->score);
    // By themselves, for the colour's own reason is wanted however many came before.
    struct policy_reason own[POLICY_REASONS_MAX];
    size_t const n = asking_reasons(a, by.rating, own, 0);
    for (size_t i = 0; i < n && v->n_reasons < POLICY_REASONS_MAX; i++) {
        v->reasons[v->n_reasons++] = own[i];
    }
    if (n > 0 || raised) {
        v->colour_table = raised ? a->least->colour_table : own[0].decision;
        v->colour_row = raised ? a->least->colour_row : own[0].row;
    }
    asking_missing(a, v);
    v->council = v->council || asking_touches_council(a);
    asking_end(a);
}

// Words that stand for a team which the facts do not name.
static const struct {
    const char *word;
    enum suggested suggested;
} SUGGESTIONS[] = {
    {"none", SUGGESTED_NONE}, {"locality", SUGGESTED_LOCALITY}, {"open_case", SUGGESTED_OPEN_CASE}};

static void decide_routing(struct asking *a, struct verdict *v)
{
    asking_begin(a, PART_ROUTING);
    const char *const team = text_of(output_of(asking_decide(a, DECISION_ROUTE), "team"));
    const char *const then = text_of(output_of(asking_decide(a, DECISION_SUGGESTED), "team"));
    int const first = team ? policy_team(a->p, team) : -1;
    if (first >= 0) v->team = first;
    if (first < 0 && team && strcmp(team, "mash") != 0) a->failed = true;
    if (then) {
        v->suggested_team = policy_team(a->p, then);
        if (v->suggested_team >= 0) v->suggested = SUGGESTED_TEAM;
        for (size_t i = 0; i < sizeof(SUGGESTIONS) / sizeof(SUGGESTIONS[0]); i++) {
            if (strcmp(then, SUGGESTIONS[i].word) == 0) v->suggested = SUGGESTIONS[i].suggested;
        }
    }
    v->council = v->council || asking_touches_council(a);
    if (!direct_route(a, v))
        v->n_reasons = asking_reasons(a, DECISION_ROUTE, v->reasons, v->n_reasons);
    v->n_reasons = asking_reasons(a, DECISION_SUGGESTED, v->reasons, v->n_reasons);
    asking_end(a);
}

static void verdict_unscreened(const struct policy *p, struct verdict *v)
{
    if (v->n_reasons == POLICY_REASONS_MAX) v->n_reasons--;
    v->reasons[v->n_reasons++] = (struct policy_reason){
        .decision = "",
        .row = 0,
        .words = "The rules could not be read for this concern, so a person looks at it at once.",
        .guidance = ""};
    v->unscreened = true;
    v->direct = false;
    v->kind = kind_taken(v->kind, TIER_MORE_INFORMATION); // nothing is merely recorded unread
    v->colour = COLOUR_RED;
    v->team = p->info.mash;
    if (v->tier == TIER_UNSET || v->tier < TIER_MORE_INFORMATION) v->tier = TIER_MORE_INFORMATION;
}

static struct asking asking_of(const struct policy *p, const struct facts *facts,
                               struct arena *scratch, bool plainly)
{
    return (struct asking){
        .p = p, .facts = facts, .arena = scratch, .plainly = plainly, .steps = POLICY_STEPS_MAX};
}

// A request that tells of no harm is not asked for it: what the threshold would want to know of a
// concern is left out.  A log has its reasons, for they are why it is only recorded.
static void threshold_hush(struct verdict *v)
{
    if (kind_is_s42((int32_t)v->kind) || v->tier >= TIER_OTHER_ENQUIRY) return;
    v->n_missing = 0;
    if (v->kind != KIND_LOG) v->n_reasons = 0;
}

static void decide(struct asking *a, struct verdict *out)
{
    memset(out, 0, sizeof(*out));
    out->team = a->p->info.mash;
    out->suggested_team = -1;
    out->council = a->p->council_null;
    decide_threshold(a, out);
    threshold_hush(out);
    decide_rating(a, out);
    decide_routing(a, out);
    if (a->failed) verdict_unscreened(a->p, out);
}

void policy_decide(const struct policy *p, const struct facts *facts, struct arena *scratch,
                   struct verdict *out)
{
    struct asking a = asking_of(p, facts, scratch, false);
    decide(&a, out);
}

void policy_decide_least(const struct policy *p, const struct facts *facts,
                         const struct verdict *least, struct arena *scratch, struct verdict *out)
{
    struct asking a = asking_of(p, facts, scratch, false);
    a.least = least;
    decide(&a, out);
}

void policy_explain(const struct policy *p, const struct facts *facts, struct arena *scratch,
                    struct explanation *out)
{
    struct asking a = asking_of(p, facts, scratch, false);
    memset(out, 0, sizeof(*out));
    a.explained = out;
    a.traced = true;
    decide(&a, &out->verdict);
    out->trace = a.trace;
}

const struct trace *policy_decide_traced(const struct policy *p, const struct facts *facts,
                                         struct arena *scratch, struct verdict *out)
{
    struct asking a = asking_of(p, facts, scratch, false);
    a.traced = true;
    decide(&a, out);
    return a.trace;
}

const struct trace *policy_decide_traced_plainly(const struct policy *p, const struct facts *facts,
                                                 struct arena *scratch, struct verdict *out)
{
    struct asking a = asking_of(p, facts, scratch, true);
    a.traced = true;
    decide(&a, out);
    return a.trace;
}

void policy_decide_plainly(const struct policy *p, const struct facts *facts, struct arena *scratch,
                           struct verdict *out)
{
    struct asking a = asking_of(p, facts, scratch, true);
    decide(&a, out);
}

// Today's rating by the same tables, then what waiting does to it; never below what was.
static void rerate(struct asking *a, enum colour was, int was_score, struct rerating *out)
{
    struct verdict *const today = arena_alloc(a->arena, sizeof(*today));
    memset(out, 0, sizeof(*out));
    enum colour colour = COLOUR_RED;
    int score = was_score;
    if (today) {
        memset(today, 0, sizeof(*today));
        decide_threshold(a, today);
        decide_rating(a, today);
        asking_begin(a, PART_RERATING);
        struct value const v = asking_decide(a, DECISION_RERATING);
        colour = colour_of(v);
        score = today->score + (int)whole_of(output_of(v, "score_add"));
        if (colour < today->colour) colour = today->colour;
        out->n_reasons = asking_reasons(a, DECISION_RERATING, out->reasons, 0);
        if (out->n_reasons > 0) {
            out->colour_table = out->reasons[0].decision;
            out->colour_row = out->reasons[0].row;
        }
    }
    if (!today || a->failed) colour = COLOUR_RED; // promise 3: what cannot be rated is red
    out->colour = colour > was ? colour : was;
    out->score = out->colour > was || score > was_score ? score : was_score;
    out->changed = out->colour != was || out->score != was_score;
}

void policy_rerate(const struct policy *p, const struct facts *facts, enum colour was,
                   int was_score, struct arena *scratch, struct rerating *out)
{
    struct asking a = asking_of(p, facts, scratch, false);
    rerate(&a, was, was_score, out);
}

void policy_rerate_plainly(const struct policy *p, const struct facts *facts, enum colour was,
                           int was_score, struct arena *scratch, struct rerating *out)
{
    struct asking a = asking_of(p, facts, scratch, true);
    rerate(&a, was, was_score, out);
}
