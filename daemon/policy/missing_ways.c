// From the line backwards: which change of a single fact could lead to a tier that is wanted?  A
// table answers a code when one of that code's rows matches, so of each such row one test that is
// not met has to be met: by a change of its fact, or by another answer of the table that it reads.
// Of all the tests that are not met one is enough to look at, since each has to be met in the end;
// the next world is looked at anew.  A row that would match but for one above it needs that one
// gone.
#include "missing.h"

static void code_want(struct search *s, struct ways *out, unsigned element, uint64_t codes);

static bool fact_may_change(const struct search *s, unsigned fact)
{
    if (!FACTS[fact].correctable) return false;
    if (s->among == MISSING_UNSAID && s->base->value[fact] != FACT_UNKNOWN) return false;
    for (unsigned i = 0; i < s->set.n; i++) {
        if (s->set.changes[i].fact == fact) return false;
    }
    return true;
}

static void way_add(struct search *s, struct ways *out, unsigned fact, int32_t would)
{
    if (s->world.value[fact] == would) return;
    for (unsigned i = 0; i < out->n; i++) {
        if (out->at[i].fact == fact && out->at[i].would == would) return;
    }
    if (out->n == WAYS_MAX) {
        s->cut = true;
    } else {
        out->at[out->n++] = (struct way){(uint16_t)fact, would};
    }
}

// A number of that code (plan.h); false where there is none, or none that can be counted.
static bool number_of_code(const struct plan_input *in, unsigned code, int32_t *out)
{
    unsigned const i = (code - 1) / 2;
    if (code % 2 == 0) {
        *out = in->points[i];
    } else if (i < in->n_points) {
        *out = in->points[i] - 1;
        if (i > 0 && *out == in->points[i - 1]) return false; // nothing lies between
    } else {
        *out = in->n_points ? in->points[in->n_points - 1] + 1 : 0;
    }
    return *out >= 0;
}

// Of several codes: one more of those wanted, or the rest of them gone.
static void ticks_want(struct search *s, struct ways *out, const struct plan_input *in,
                       uint64_t codes)
{
    unsigned const fact = in->binding.index;
    uint32_t const had = s->world.value[fact] == FACT_UNKNOWN ? 0 : (uint32_t)s->world.value[fact];
    uint32_t const wanted = (uint32_t)(codes >> 2);
    for (unsigned bit = 0; bit < in->n_points; bit++) {
        if (wanted >> bit & 1) way_add(s, out, fact, (int32_t)(had | 1U << bit));
    }
    if (had & wanted) way_add(s, out, fact, (int32_t)(had & wanted));
}

// What a fact that follows from others is worked out from (facts_follow).
static const struct {
    enum fact fact, source;
} FOLLOWS[] = {{FACT_UNDER_18, FACT_AGE_YEARS},
               {FACT_CARE_SETTING, FACT_AREA_OF_ABUSE},
               {FACT_CARE_SETTING, FACT_SOURCE_CATEGORY}};
#define FOLLOWS_N (sizeof(FOLLOWS) / sizeof(FOLLOWS[0]))

static bool fact_follows(const struct search *s, unsigned fact)
{
    for (size_t i = 0; i < FOLLOWS_N; i++) {
        if (FOLLOWS[i].fact == fact) return s->follows;
    }
    return false;
}

// A change of the source after which the fact has one of the codes.
static void source_want(struct search *s, struct ways *out, const struct plan_input *in,
                        uint64_t codes, enum fact source)
{
    static const int32_t ages[] = {17, 18};
    const char *const *const words = FACTS[source].codes;
    struct facts other = s->world;
    if (!fact_may_change(s, source)) return;
    for (int32_t i = 0; words ? words[i] != NULL : i < 2; i++) {
        int32_t const would = words ? i : ages[i];
        other.value[source] = would;
        facts_follow(&other);
        if (codes >> plan_fact_code(in, &other) & 1) way_add(s, out, source, would);
    }
}

static void fact_want(struct search *s, struct ways *out, const struct plan_input *in,
                      uint64_t codes)
{
    unsigned const fact = in->binding.index;
    for (size_t i = 0; i < FOLLOWS_N && s->follows; i++) {
        if (FOLLOWS[i].fact == fact) source_want(s, out, in, codes, FOLLOWS[i].source);
    }
    if (!fact_may_change(s, fact)) return;
    if (FACTS[fact].type == FACT_CODES) {
        ticks_want(s, out, in, codes);
        return;
    }
    for (codes &= ~1ULL; codes; codes &= codes - 1) { // nothing said becomes unsaid
        unsigned const code = (unsigned)__builtin_ctzll(codes);
        int32_t would = (int32_t)code - 1;
        if (FACTS[fact].type == FACT_NUMBER && !number_of_code(in, code, &would)) continue;
        way_add(s, out, fact, would);
    }
}

// The codes of a column's element whose test of a row is met, or is not.
static uint64_t column_codes(const struct search *s, const struct plan_column *c, unsigned row,
                             bool met)
{
    uint64_t codes = 0;
    for (unsigned i = 0; i < s->makers[c->element].n_codes; i++) {
        if ((c->rows[i].met >> row & 1) == met) codes |= 1ULL << i;
    }
    return codes;
}

static uint64_t part_codes(const struct search *s, const struct plan_part *part, unsigned row,
                           bool met)
{
    uint64_t codes = 0;
    for (unsigned i = 0; i < s->makers[part->element].n_codes; i++) {
        if ((part->met[i] >> row & 1) == met) codes |= 1ULL << i;
    }
    return codes;
}

// Any part may meet the test of a list; to break it, each that meets it must cease to.
static void list_want(struct search *s, struct ways *out, const struct plan_column *c, unsigned row,
                      bool met)
{
    for (unsigned i = 0; i < c->n_parts; i++) {
        const struct plan_part *const part = &c->parts[i];
        if (!met && !(part->met[s->run.codes[part->element]] >> row & 1)) continue;
        code_want(s, out, part->element, part_codes(s, part, row, met));
        if (!met) return;
    }
}

static void column_want(struct search *s, struct ways *out, const struct plan_column *c,
                        unsigned row, bool met)
{
    if (c->kind == COLUMN_LIST) {
        list_want(s, out, c, row, met);
    } else {
        code_want(s, out, c->element, column_codes(s, c, row, met));
    }
}

static void row_break(struct search *s, struct ways *out, const struct plan_table *t, unsigned row)
{
    for (unsigned i = 0; i < t->n_columns; i++) column_want(s, out, &t->columns[i], row, false);
}

// A column that is not met, a fact's before a decision's; false when the row is out of reach.
static bool row_unmet(const struct search *s, const struct plan_table *t, unsigned row,
                      const struct plan_column **unmet)
{
    unsigned n_facts = 0;
    *unmet = NULL;
    for (unsigned i = 0; i < t->n_columns; i++) {
        const struct plan_column *const c = &t->columns[i];
        const struct plan_input *const in =
            c->kind == COLUMN_LIST ? NULL : s->makers[c->element].input;
        if (plan_column_rows(&s->run, c).met >> row & 1) continue;
        bool const fact =
            in && in->binding.kind == BIND_FACT && !fact_follows(s, in->binding.index);
        if (fact && (!fact_may_change(s, in->binding.index) || ++n_facts > s->left)) return false;
        if (!*unmet || (fact && n_facts == 1)) *unmet = c;
    }
    return true;
}

// Rows from `from` up to `to` that answer one of the codes.
static void rows_want(struct search *s, struct ways *out, const struct plan_table *t,
                      uint64_t codes, unsigned from, unsigned to)
{
    uint64_t const matched = s->run.done[t - s->plan->tables].matched;
    const struct plan_column *unmet;
    for (unsigned row = from; row < to; row++) {
        if (!(codes >> t->codes[row] & 1) || !row_unmet(s, t, row, &unmet)) continue;
        if (unmet) {
            column_want(s, out, unmet, row, true);
        } else if (matched) {
            row_break(s, out, t, (unsigned)__builtin_ctzll(matched));
        }
    }
}

static void table_want(struct search *s, struct ways *out, const struct plan_table *t,
                       uint64_t codes)
{
    uint64_t const matched = s->run.done[t - s->plan->tables].matched;
    rows_want(s, out, t, codes, 0, t->table->n_rows);
    bool const none = codes >> t->codes[t->table->n_rows] & 1; // what it answers without a row
    if (none && matched) row_break(s, out, t, (unsigned)__builtin_ctzll(matched));
}

// Each code of an element is looked for once in a world, however many tests want it.
static void code_want(struct search *s, struct ways *out, unsigned element, uint64_t codes)
{
    struct maker_of *const maker = &s->makers[element];
    uint64_t const fresh = codes & ~maker->wanted;
    if (maker->input && maker->input->binding.kind == BIND_FACT) {
        fact_want(s, out, maker->input, codes);
    } else if (maker->table && maker->table->result == RESULT_CODE && fresh) {
        maker->wanted |= fresh;
        if (search_pay(s, 1 + maker->table->n_columns * maker->table->table->n_rows / 16U)) {
            table_want(s, out, maker->table, fresh);
        }
    }
}

static void wanted_clear(struct search *s)
{
    for (unsigned i = 0; i < s->plan->n_elements; i++) s->makers[i].wanted = 0;
}

static void ways_add(struct search *s, struct ways *out, const struct ways *more)
{
    for (unsigned i = 0; i < more->n; i++) way_add(s, out, more->at[i].fact, more->at[i].would);
}

// In the table of the tier itself, whatever stands below a FIRST table's row that matches needs
// that row gone.  Where fewer changes do that than lead to the rows below, they are enough; where
// none does, the rows below are out of reach.
void ways_find(struct search *s, struct ways *out)
{
    const struct plan_table *const t = &s->plan->tables[s->plan->deciders[DECISION_TIER]];
    uint64_t const matched = s->run.done[t - s->plan->tables].matched;
    struct ways *const gone = s->gone, *const below = s->below;
    uint64_t codes = 0;
    for (unsigned row = 0; row <= t->table->n_rows; row++) {
        int const tier = tier_said(t->values[t->codes[row]]);
        if (tier >= (int)s->line) codes |= 1ULL << t->codes[row];
    }
    out->n = gone->n = below->n = 0;
    wanted_clear(s);
    if (!t->first || !matched) {
        code_want(s, out, t->element, codes);
        return;
    }
    unsigned const row = (unsigned)__builtin_ctzll(matched);
    row_break(s, gone, t, row);
    wanted_clear(s);
    rows_want(s, below, t, codes, row + 1, t->table->n_rows);
    if (codes >> t->codes[t->table->n_rows] & 1) ways_add(s, below, gone);
    wanted_clear(s);
    rows_want(s, out, t, codes, 0, row);
    if (gone->n > 0) ways_add(s, out, gone->n < below->n ? gone : below);
}
