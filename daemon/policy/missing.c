// What was missing: sets of one fact, then of two, then of three, until some reach the line.  Each
// set is tried as a world of its own by the threshold's plan; from each world only those changes
// are followed that could lead to the line (missing_ways.c).
#include "missing.h"

bool search_pay(struct search *s, uint32_t steps)
{
    bool const enough = steps <= s->steps;
    s->steps -= enough ? steps : s->steps;
    s->cut = s->cut || !enough;
    return enough;
}

// The base with the changes of the set, and what follows from them.
static void world_make(struct search *s)
{
    s->world = *s->base;
    for (int again = 0; again < 2; again++) { // a change stays, whatever it follows from
        for (unsigned i = 0; i < s->set.n; i++) {
            s->world.value[s->set.changes[i].fact] = s->set.changes[i].would;
        }
        if (again == 0 && s->follows) facts_follow(&s->world);
    }
}

// The tier of the world at hand; TIER_UNSET where the tables cannot say, or nothing is left to ask.
static enum tier world_tier(struct search *s)
{
    static const struct plan_outcomes none;
    struct value v;
    world_make(s);
    arena_release(s->arena, s->mark);
    if (!search_pay(s, s->price)) return TIER_UNSET;
    if (!plan_begin(&s->run, s->plan, &s->world, &none, s->arena)) {
        s->cut = true;
        return TIER_UNSET;
    }
    if (!plan_decide(&s->run, DECISION_TIER, s->arena, &v)) return TIER_UNSET;
    int const tier = tier_said(v);
    return tier > 0 ? (enum tier)tier : TIER_UNSET;
}

static bool set_is_unsaid(const struct missing_set *set)
{
    for (unsigned i = 0; i < set->n; i++) {
        if (set->changes[i].was != FACT_UNKNOWN) return false;
    }
    return true;
}

static bool sets_same(const struct missing_set *a, const struct missing_set *b)
{
    for (unsigned i = 0; i < a->n; i++) {
        if (a->changes[i].fact != b->changes[i].fact) return false;
    }
    return true;
}

// What was not said comes before what was; then in the order of the facts, as they are asked.
static bool set_before(const struct missing_set *a, const struct missing_set *b)
{
    bool const unsaid = set_is_unsaid(a);
    if (unsaid != set_is_unsaid(b)) return unsaid;
    for (unsigned i = 0; i < a->n; i++) {
        if (a->changes[i].fact != b->changes[i].fact) {
            return a->changes[i].fact < b->changes[i].fact;
        }
    }
    return false;
}

static void set_sort(struct missing_set *set)
{
    for (unsigned i = 1; i < set->n; i++) {
        for (unsigned k = i; k > 0 && set->changes[k].fact < set->changes[k - 1].fact; k--) {
            struct missing_change const later = set->changes[k - 1];
            set->changes[k - 1] = set->changes[k];
            set->changes[k] = later;
        }
    }
}

// One set for each choice of facts: the answers first tried stay.
static void set_keep(struct search *s, struct missing *out)
{
    struct missing_set set = s->set;
    set_sort(&set);
    for (size_t i = 0; i < out->n_sets; i++) {
        if (sets_same(&out->sets[i], &set)) return;
    }
    out->n = set.n;
    if (out->n_sets == MISSING_SETS_MAX) {
        out->n_more++;
        if (!set_before(&set, &out->sets[MISSING_SETS_MAX - 1])) return;
    } else {
        out->n_sets++;
    }
    size_t at = out->n_sets - 1;
    for (; at > 0 && set_before(&set, &out->sets[at - 1]); at--) out->sets[at] = out->sets[at - 1];
    out->sets[at] = set;
}

// From the world at hand, with s->left changes to be made; the run of that world is there.
static void search_from(struct search *s, struct missing *out)
{
    size_t const outer = s->mark;
    struct ways *const ways = arena_alloc(s->arena, sizeof(*ways));
    if (!ways) {
        s->cut = true;
        return;
    }
    ways_find(s, ways);
    s->mark = arena_mark(s->arena);
    s->left--;
    s->set.n++;
    for (unsigned i = 0; i < ways->n && !s->cut; i++) {
        unsigned const fact = ways->at[i].fact;
        s->set.changes[s->set.n - 1] =
            (struct missing_change){ways->at[i].fact, s->base->value[fact], ways->at[i].would};
        enum tier const tier = world_tier(s);
        if (tier >= s->line) {
            set_keep(s, out);
        } else if (s->left > 0 && tier != TIER_UNSET) {
            search_from(s, out);
        }
    }
    s->set.n--;
    s->left++;
    s->mark = outer;
}

static void makers_fill(struct search *s)
{
    const struct plan *const plan = s->plan;
    for (unsigned i = 0; i < plan->n_inputs; i++) {
        const struct plan_input *const in = &plan->inputs[i];
        struct maker_of *const maker = &s->makers[in->element];
        maker->input = in;
        if (in->binding.kind != BIND_FACT) continue;
        switch (FACTS[in->binding.index].type) {
        case FACT_BOOL: maker->n_codes = 3; break;
        case FACT_NUMBER: maker->n_codes = 2 * in->n_points + 2; break;
        case FACT_CODE: maker->n_codes = in->n_points + 1; break;
        case FACT_CODES: maker->n_codes = in->n_points + 2; break;
        }
    }
    for (unsigned i = 0; i < plan->n_tables; i++) {
        const struct plan_table *const t = &plan->tables[i];
        struct maker_of *const maker = &s->makers[t->element];
        maker->table = t;
        s->price += t->n_columns;
        if (t->result != RESULT_CODE) continue;
        for (unsigned row = 0; row <= t->table->n_rows; row++) {
            if (t->codes[row] >= maker->n_codes) maker->n_codes = t->codes[row] + 1U;
        }
    }
    s->price = 1 + s->price / 32; // a step is a tenth of a microsecond at most
}

static bool search_begin(struct search *s)
{
    struct facts followed = *s->base;
    facts_follow(&followed);
    s->follows = memcmp(&followed, s->base, sizeof(followed)) == 0;
    s->makers = arena_zalloc(s->arena, (s->plan->n_elements + 1) * sizeof(*s->makers));
    s->gone = arena_alloc(s->arena, sizeof(*s->gone));
    s->below = arena_alloc(s->arena, sizeof(*s->below));
    if (!s->makers || !s->gone || !s->below) return false;
    makers_fill(s);
    s->mark = arena_mark(s->arena);
    return true;
}

void policy_missing(const struct policy *p, const struct facts *facts, enum tier line,
                    enum missing_among among, uint32_t steps, struct arena *scratch,
                    struct missing *out)
{
    size_t const before = arena_mark(scratch);
    struct search *const s = arena_zalloc(scratch, sizeof(*s));
    memset(out, 0, sizeof(*out));
    if (!s || !p->plans[PART_THRESHOLD]) return;
    s->p = p;
    s->plan = p->plans[PART_THRESHOLD];
    s->base = facts;
    s->line = line;
    s->among = among;
    s->steps = steps;
    s->arena = scratch;
    if (search_begin(s)) {
        out->met = world_tier(s) >= line;
        for (unsigned n = 1; n <= MISSING_CHANGES_MAX && !out->met && out->n == 0; n++) {
            s->left = n;
            (void)world_tier(s); // the base again
            if (!s->cut) search_from(s, out);
            if (!s->cut) out->whole = n;
        }
    }
    out->steps = steps - s->steps;
    arena_release(scratch, before);
}
