// Threshold, rating and route: what policy_decide asks of the tables, in order, and what it makes
// of their answers.  Whatever goes wrong makes the verdict red, unscreened, to the MASH.
#include "pack.h"

enum { REASONS_DEPTH_MAX = 8 }; // tables behind one another

// One model being asked.
struct asking {
    const struct policy *p;
    const struct facts *facts;
    struct arena *arena;
    struct value outcomes[OUTCOME_COUNT];
    bool council[OUTCOME_COUNT]; // the outcome rests on the council's facts
    const struct pack_model *model;
    struct eval *eval;
    bool failed;
};

static void asking_begin(struct asking *a, enum pack_part part)
{
    a->model = &a->p->models[a->p->parts[part]];
    const struct model *const m = a->model->model;
    struct value *const inputs = arena_alloc(a->arena, (m->n_elements + 1) * sizeof(*inputs));
    a->eval = NULL;
    if (inputs) {
        for (unsigned i = 0; i < m->n_elements; i++) {
            const struct binding *const b = &a->model->bindings[i];
            inputs[i] = value_null();
            if (b->kind == BIND_FACT) {
                inputs[i] = fact_value(a->p, a->facts, (enum fact)b->index, a->arena);
            } else if (b->kind == BIND_OUTCOME) {
                inputs[i] = a->outcomes[b->index];
            }
        }
        struct question const q = {.model = m, .inputs = inputs, .trace = true};
        a->eval = model_begin(&q, a->arena);
    }
    a->failed = a->failed || !a->eval || a->arena->exhausted;
}

// The answer of one decision; null, and failed, when it cannot be evaluated without error.
static struct value asking_decide(struct asking *a, enum pack_decision d)
{
    struct value v = value_null();
    if (a->failed) return v;
    unsigned const errors = a->eval->n_table_errors;
    if (!model_decide(a->eval, a->p->decisions[d], &v) || a->eval->n_table_errors != errors) {
        a->failed = true;
        return value_null();
    }
    return v;
}

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

// Reasons being gathered into a verdict or a re-rating.
struct reasons {
    struct policy_reason *at;
    size_t n;
};

static const struct trace *trace_of_element(const struct asking *a, unsigned element)
{
    const struct table *const t = a->model->model->elements[element].table;
    const struct trace *trace = a->eval->trace;
    while (trace && trace->table != t) trace = trace->next;
    return t ? trace : NULL;
}

// A table that two others rest on gives its reasons once.
static bool reasons_have(const struct reasons *r, const struct policy_reason *one)
{
    for (size_t i = 0; i < r->n; i++) {
        if (r->at[i].decision == one->decision && r->at[i].row == one->row) return true;
    }
    return false;
}

static void reasons_of_rows(const struct asking *a, unsigned element, struct reasons *r)
{
    const struct trace *const trace = trace_of_element(a, element);
    for (unsigned i = 0; trace && i < trace->n_matched && r->n < POLICY_REASONS_MAX; i++) {
        const struct table *const t = trace->table;
        unsigned const row = trace->matched[i];
        struct policy_reason const one = {
            .decision = t->name,
            .row = row + 1,
            .words = table_note(t, row, "reason"),
            .guidance = table_note(t, row, "guidance"),
            .council_only = row_is_council(a->model, a->eval->trace, a->council, t, row, 0)};
        if (*one.words && !reasons_have(r, &one)) r->at[r->n++] = one;
    }
}

// The rows that made a decision, and those of the tables behind it.  Deeper down, a table that
// came to another result than the one that read it was outweighed, and is no reason.
static void reasons_behind(const struct asking *a, unsigned element, struct reasons *r, int depth)
{
    const struct element *const e = &a->model->model->elements[element];
    if (a->eval->known[element] == 0 || depth > REASONS_DEPTH_MAX) return; // nobody asked for it
    reasons_of_rows(a, element, r);
    for (unsigned i = 0; i < e->n_requires; i++) {
        unsigned const behind = e->required[i];
        if (a->model->model->elements[behind].kind != ELEMENT_DECISION) continue;
        struct value const here = a->eval->elements[element];
        if (depth > 0 && value_equal(a->eval->elements[behind], here) != TERNARY_TRUE) continue;
        reasons_behind(a, behind, r, depth + 1);
    }
}

static size_t reasons_add(const struct asking *a, enum pack_decision d, struct policy_reason *at,
                          size_t n)
{
    struct reasons r = {at, n};
    if (a->eval) reasons_behind(a, a->p->decisions[d], &r, 0);
    return r.n;
}

static void missing_add(const struct asking *a, struct verdict *v, const struct trace *trace,
                        const struct near_row *near)
{
    uint16_t facts[8];
    size_t const n = column_facts(a->model, trace->table, near->row, near->column, facts, 8);
    for (size_t i = 0; i < n; i++) {
        bool known = !FACTS[facts[i]].correctable || a->facts->value[facts[i]] != FACT_UNKNOWN;
        for (size_t k = 0; k < v->n_missing && !known; k++) known = v->missing[k] == facts[i];
        if (!known) v->missing[v->n_missing++] = facts[i];
    }
}

// Does a row that matched, or that one answer would make match, rest on the council's facts?
static bool trace_is_council(const struct asking *a, const struct trace *t)
{
    const struct trace *const all = a->eval->trace;
    for (unsigned i = 0; i < t->n_matched; i++) {
        if (row_is_council(a->model, all, a->council, t->table, t->matched[i], 0)) return true;
    }
    for (unsigned i = 0; i < t->n_near; i++) {
        if (row_is_council(a->model, all, a->council, t->table, t->near[i].row, 0)) return true;
    }
    return false;
}

static void missing_gather(const struct asking *a, struct verdict *v)
{
    for (const struct trace *t = a->eval ? a->eval->trace : NULL; t; t = t->next) {
        v->council = v->council || trace_is_council(a, t);
        // Points only order work: nobody needs to be asked for them.
        if (t->table->aggregate != AGGREGATE_NONE) continue;
        for (unsigned i = 0; i < t->n_near; i++) missing_add(a, v, t, &t->near[i]);
    }
}

// An outcome, for the tables that come after, and whether the council's facts made it.
static void outcome_set(struct asking *a, enum outcome o, enum pack_decision d, struct value v)
{
    a->outcomes[o] = v;
    a->council[o] =
        a->eval && decision_is_council(a->model, a->eval->trace, a->council, a->p->decisions[d], 0);
}

static void decide_threshold(struct asking *a, struct verdict *v)
{
    asking_begin(a, PART_THRESHOLD);
    for (unsigned i = 0; i < 3; i++) {
        struct value const limb =
            output_of(asking_decide(a, (enum pack_decision)(DECISION_LIMB_A + i)), "answer");
        int const answer = text_of(limb) ? answer_from(text_of(limb)) : -1;
        v->limb[i] = answer > ANSWER_UNSET ? (enum answer)answer : ANSWER_NOT_KNOWN;
        outcome_set(a, (enum outcome)(OUTCOME_LIMB_A + i),
                    (enum pack_decision)(DECISION_LIMB_A + i), value_text(answer_word(v->limb[i])));
    }
    struct value const word = output_of(asking_decide(a, DECISION_TIER), "tier");
    int const tier = text_of(word) ? tier_from(text_of(word)) : -1;
    if (tier <= TIER_UNSET) a->failed = true; // no row, or a word that is no tier
    v->tier = tier > TIER_UNSET ? (enum tier)tier : TIER_MORE_INFORMATION;
    outcome_set(a, OUTCOME_TIER, DECISION_TIER, value_text(tier_word(v->tier)));
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
        v->n_reasons = reasons_add(a, (enum pack_decision)d, v->reasons, v->n_reasons);
    }
    missing_gather(a, v);
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

static void decide_rating(struct asking *a, struct verdict *v)
{
    asking_begin(a, PART_RATING);
    v->colour = colour_of(asking_decide(a, DECISION_RATING));
    v->score = (int)whole_of(output_of(asking_decide(a, DECISION_SCORE), "score"));
    if (v->colour == COLOUR_UNSET) a->failed = true;
    outcome_set(a, OUTCOME_COLOUR, DECISION_RATING, value_text(colour_word(v->colour)));
    outcome_set(a, OUTCOME_SCORE, DECISION_SCORE, value_int(v->score));
    size_t const before = v->n_reasons;
    v->n_reasons = reasons_add(a, DECISION_RATING, v->reasons, before);
    if (v->n_reasons > before) {
        v->colour_table = v->reasons[before].decision;
        v->colour_row = v->reasons[before].row;
    }
    missing_gather(a, v);
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
    v->n_reasons = reasons_add(a, DECISION_ROUTE, v->reasons, v->n_reasons);
    v->n_reasons = reasons_add(a, DECISION_SUGGESTED, v->reasons, v->n_reasons);
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
    v->colour = COLOUR_RED;
    v->team = p->info.mash;
    if (v->tier == TIER_UNSET || v->tier < TIER_MORE_INFORMATION) v->tier = TIER_MORE_INFORMATION;
}

void policy_decide(const struct policy *p, const struct facts *facts, struct arena *scratch,
                   struct verdict *out)
{
    struct asking a = {.p = p, .facts = facts, .arena = scratch};
    memset(out, 0, sizeof(*out));
    out->team = p->info.mash;
    out->suggested_team = -1;
    decide_threshold(&a, out);
    decide_rating(&a, out);
    decide_routing(&a, out);
    if (a.failed) verdict_unscreened(p, out);
}

// Today's rating by the same tables, then what waiting does to it; never below what was.
void policy_rerate(const struct policy *p, const struct facts *facts, enum colour was,
                   int was_score, struct arena *scratch, struct rerating *out)
{
    struct asking a = {.p = p, .facts = facts, .arena = scratch};
    struct verdict *const today = arena_alloc(scratch, sizeof(*today));
    memset(out, 0, sizeof(*out));
    enum colour colour = COLOUR_RED;
    int score = was_score;
    if (today) {
        memset(today, 0, sizeof(*today));
        decide_threshold(&a, today);
        decide_rating(&a, today);
        asking_begin(&a, PART_RERATING);
        struct value const v = asking_decide(&a, DECISION_RERATING);
        colour = colour_of(v);
        score = today->score + (int)whole_of(output_of(v, "score_add"));
        if (colour < today->colour) colour = today->colour;
        out->n_reasons = reasons_add(&a, DECISION_RERATING, out->reasons, 0);
        if (out->n_reasons > 0) {
            out->colour_table = out->reasons[0].decision;
            out->colour_row = out->reasons[0].row;
        }
    }
    if (!today || a.failed) colour = COLOUR_RED; // promise 3: what cannot be rated is red
    out->colour = colour > was ? colour : was;
    out->score = out->colour > was || score > was_score ? score : was_score;
    out->changed = out->colour != was || out->score != was_score;
}
