#include "tally.h"
#include "org.h"

#include "check.h"
#include "command.h"
#include "now.h"
#include "org.h"

#define SAMPLES_A_CASE ((size_t)2 * WAIT_COUNT) // of its colour, and of all
#define STORY_COST     8                        // of a budget's small things
#define SECONDS_A_DAY  ((uint32_t)86400)

#define STATES_LED (1U << STATE_ENQUIRY | 1U << STATE_ENQUIRY_REVIEW | 1U << STATE_OTHER_ENQUIRY)

static const char *const WAIT_WORDS[] = {TALLY_WAITS(TERM_WORD)};

const char *tally_wait_word(unsigned wait)
{
    return wait < WAIT_COUNT ? WAIT_WORDS[wait] : "?";
}

static size_t samples_bytes(const struct stories *s)
{
    return SAMPLES_A_CASE * ((size_t)s->n + 1) * sizeof(uint64_t);
}

size_t tally_bytes(const struct stories *s)
{
    struct tally const *t = NULL;
    return s->n_names * (sizeof *t->cells + sizeof *t->counts) + 2 * samples_bytes(s) +
           TALLY_ROWS_MAX * sizeof *t->rows;
}

static bool team_counts(const struct tally_ask *ask, const char *team)
{
    for (size_t i = 0; i < ask->n_only; i++)
        if (strncmp(ask->only[i], team, ID_MAX) == 0) return true;
    return ask->n_only == 0;
}

void tally_init(struct tally *t, void *memory, const struct stories *s, const struct tally_ask *ask)
{
    *t = (struct tally){.stories = s, .ask = *ask, .next = 1};
    t->sort.samples = memory;
    t->sort.spare = t->sort.samples + samples_bytes(s) / sizeof(uint64_t);
    t->rows = (void *)(t->sort.spare + samples_bytes(s) / sizeof(uint64_t));
    t->cells = (void *)(t->rows + TALLY_ROWS_MAX);
    t->counts = (void *)(t->cells + s->n_names);
    for (unsigned name = 0; name < s->n_names; name++)
        t->counts[name] = team_counts(ask, stories_name(s, name));
}

// --- One story. ---

static uint32_t seconds(int64_t ms)
{
    return ms <= 0 ? 0 : ms / SECOND_MS > UINT32_MAX ? UINT32_MAX : (uint32_t)(ms / SECOND_MS);
}

static bool within(const struct tally *t, uint32_t at_s)
{
    int64_t const at_ms = (int64_t)at_s * SECOND_MS;
    return at_s && at_ms >= t->ask.from_ms && at_ms < t->ask.to_ms;
}

// Which group a story counts in: of a worker, the one who did it, or has it to do.
static unsigned group_of(const struct tally *t, const struct story *c, unsigned worker)
{
    switch (t->ask.by) {
    case TALLY_AREA: return 0;
    case TALLY_TEAM: return c->team;
    case TALLY_WORKER: return worker;
    case TALLY_PROVIDER: return c->referrer;
    case TALLY_RULE: return c->rule;
    default: return c->made; // by decision
    }
}

// Counts alone: who sends and which row fired are too many for a wait each.
static bool by_waits(const struct tally_ask *ask)
{
    return ask->by == TALLY_AREA || ask->by == TALLY_TEAM || ask->by == TALLY_WORKER;
}

static unsigned waiting_with(const struct story *c)
{
    return c->state == STATE_IN_TRIAGE ? c->holder : 0;
}

// In its colour's cell, and in that of all colours.
#define CELLS_ADD(t, group, c, field)              \
    do {                                           \
        (t)->cells[group][(c)->colour].field += 1; \
        (t)->cells[group][0].field += 1;           \
    } while (0)

// A wait that began at `from_s` and ended at `end_s`, or, 0, goes on.
static void tally_wait(struct tally *t, const struct story *c, unsigned group, enum tally_wait what,
                       uint32_t from_s, uint32_t end_s)
{
    uint32_t const to_s = seconds(t->ask.to_ms);
    if (!by_waits(&t->ask)) return;
    if (!within(t, from_s)) {
        if (from_s && end_s == 0) CELLS_ADD(t, group, c, before[what]);
        return;
    }
    int64_t const minutes = ((int64_t)(end_s ? end_s : to_s) - from_s) / 60;
    uint64_t *const at = t->sort.samples + t->sort.n;
    at[0] = wait_sample(group, what, 0, minutes, end_s == 0);
    at[1] = wait_sample(group, what, c->colour, minutes, end_s == 0);
    t->sort.n += 2;
}

static unsigned band_of(uint32_t age_s)
{
    static const uint32_t days[TALLY_BANDS - 1] = {1, 3, 8, 29, 91};
    unsigned band = 0;
    while (band < TALLY_BANDS - 1 && age_s >= days[band] * SECONDS_A_DAY) band++;
    return band;
}

static void cell_wait(struct tally_cell *cell, const struct story *c, uint32_t to_s)
{
    uint32_t const age_s = to_s > c->received_s ? to_s - c->received_s : 0;
    cell->waiting++;
    cell->bands[band_of(age_s)]++;
    if (c->decide_by_s && c->decide_by_s < to_s) cell->overdue++;
    if (cell->oldest_s == 0 || c->received_s < cell->oldest_s) cell->oldest_s = c->received_s;
}

static void cell_unled(struct tally_cell *cell, const struct story *c)
{
    cell->unled++;
    if (cell->unled_s == 0 || c->decided_s < cell->unled_s) cell->unled_s = c->decided_s;
}

// What stands at the end of the period.
static void story_stands(struct tally *t, const struct story *c)
{
    unsigned const state = 1U << c->state;
    if (state & STATES_UNDECIDED) {
        unsigned const group = group_of(t, c, waiting_with(c));
        cell_wait(&t->cells[group][0], c, seconds(t->ask.to_ms));
        cell_wait(&t->cells[group][c->colour], c, seconds(t->ask.to_ms));
    }
    if (state & CASE_STATES_UNLED) {
        unsigned const group = group_of(t, c, 0);
        cell_unled(&t->cells[group][0], c);
        cell_unled(&t->cells[group][c->colour], c);
    }
    if (state & STATES_LED) CELLS_ADD(t, group_of(t, c, c->lead), c, led);
}

static void story_notice(struct tally *t, const struct story *c)
{
    unsigned const group = group_of(t, c, c->decider);
    if (!(c->flags & STORY_OWED)) return;
    tally_wait(t, c, group, WAIT_TOLD, c->decided_s, c->told_s);
    if (!within(t, c->decided_s)) return;
    CELLS_ADD(t, group, c, owed);
    if (c->told_s) CELLS_ADD(t, group, c, told);
    if (c->told_s && !(c->flags & STORY_READ)) CELLS_ADD(t, group, c, unread);
}

static void story_decision(struct tally *t, const struct story *c)
{
    unsigned const group = group_of(t, c, c->decided_s ? c->decider : waiting_with(c));
    if (c->decided_s || 1U << c->state & STATES_UNDECIDED)
        tally_wait(t, c, group, WAIT_DECISION, c->received_s, c->decided_s);
    if (!within(t, c->decided_s)) return;
    CELLS_ADD(t, group, c, decided);
    if (c->flags & STORY_LATE) CELLS_ADD(t, group, c, late);
}

// --- How well it went. ---

// What became of the rating, and of the concern, of those received within the period.
static void story_rating(struct tally *t, const struct story *c)
{
    unsigned const group = group_of(t, c, c->decided_s ? c->decider : waiting_with(c));
    if (!within(t, c->received_s)) return;
    CELLS_ADD(t, group, c, quality.received);
    if (c->flags & STORY_RAISED) CELLS_ADD(t, group, c, quality.raised);
    if (c->flags & STORY_LOWERED) CELLS_ADD(t, group, c, quality.lowered);
    if (c->flags & (STORY_RAISED | STORY_LOWERED)) CELLS_ADD(t, group, c, quality.rerated);
    if (c->flags & STORY_RISEN) CELLS_ADD(t, group, c, quality.risen);
    if (1U << c->state & STATES_UNDECIDED)
        CELLS_ADD(t, group, c, quality.undecided);
    else if (c->outcome == OUTCOME_MET)
        CELLS_ADD(t, group, c, quality.met);
    else if (c->outcome == OUTCOME_NOT_MET)
        CELLS_ADD(t, group, c, quality.not_met);
    else if (c->outcome == OUTCOME_OTHER)
        CELLS_ADD(t, group, c, quality.other);
}

// What became of the decisions that were first taken within the period.
static void story_doubts(struct tally *t, const struct story *c)
{
    unsigned const group = group_of(t, c, c->decider);
    if (!within(t, c->decided_s)) return;
    if (c->flags & STORY_REOPENED) CELLS_ADD(t, group, c, quality.reopened);
    if (!(c->flags & STORY_CHALLENGED)) return;
    CELLS_ADD(t, group, c, quality.challenged);
    if (c->verdicts == 0) return; // It waits for its answer.
    switch (c->verdict) {
    case VERDICT_UPHELD: CELLS_ADD(t, group, c, quality.upheld); break;
    case VERDICT_PART_UPHELD: CELLS_ADD(t, group, c, quality.part_upheld); break;
    case VERDICT_NOT_UPHELD: CELLS_ADD(t, group, c, quality.not_upheld); break;
    default: CELLS_ADD(t, group, c, quality.out_of_scope); break;
    }
}

// What the adult wanted, and what was done for them, of section 42 enquiries that ended within the
// period.
static void story_wishes(struct tally *t, const struct story *c)
{
    unsigned const group = group_of(t, c, c->lead);
    if (c->outcome != OUTCOME_MET || c->state != STATE_CLOSED || !within(t, c->closed_s)) return;
    CELLS_ADD(t, group, c, quality.ended);
    switch (c->achieved) {
    case ACHIEVED_FULLY: CELLS_ADD(t, group, c, quality.fully); break;
    case ACHIEVED_PARTLY: CELLS_ADD(t, group, c, quality.partly); break;
    case ACHIEVED_NOT: CELLS_ADD(t, group, c, quality.not_achieved); break;
    case ACHIEVED_NONE_EXPRESSED: CELLS_ADD(t, group, c, quality.none_expressed); break;
    case ACHIEVED_NOT_ASKED: CELLS_ADD(t, group, c, quality.not_asked); break;
    default: break; // nobody recorded it
    }
    if (c->cared & CARED_TOLD) CELLS_ADD(t, group, c, quality.adult_told);
    if (c->cared & CARED_ADVOCATE) CELLS_ADD(t, group, c, quality.advocate);
    if (c->risk != STORY_RISK_REMAINED) return;
    CELLS_ADD(t, group, c, quality.remained);
    if (c->cared & CARED_PLAN) CELLS_ADD(t, group, c, quality.planned);
}

static void story_count(struct tally *t, const struct story *c)
{
    unsigned const state = 1U << c->state;
    if (c->received_s == 0 || c->state == STATE_VOID || c->kind == KIND_ORGANISATION) return;
    if (c->kind == KIND_LOG && t->ask.kind != KIND_LOG)
        return; // recorded, with nothing to wait for
    if (!t->counts[c->team] || (t->ask.kind && c->kind != t->ask.kind)) return;
    CHECK(c->colour <= COLOUR_RED);
    if (within(t, c->received_s)) CELLS_ADD(t, group_of(t, c, 0), c, arrived);
    if (c->taken_s || state & STATES_UNDECIDED)
        tally_wait(t, c, group_of(t, c, c->taker), WAIT_FIRST_LOOK, c->received_s, c->taken_s);
    story_decision(t, c);
    story_notice(t, c);
    if (c->decided_s && (c->led_s || state & CASE_STATES_UNLED))
        tally_wait(t, c, group_of(t, c, c->lead), WAIT_LEAD, c->decided_s, c->led_s);
    if (c->led_s) tally_wait(t, c, group_of(t, c, c->lead), WAIT_ENQUIRY, c->led_s, c->closed_s);
    story_stands(t, c);
    story_rating(t, c);
    story_doubts(t, c);
    story_wishes(t, c);
}

// --- In steps. ---

static bool tally_stories(struct tally *t, size_t *budget)
{
    for (; t->next <= t->stories->n; t->next++) {
        if (*budget < STORY_COST) return false;
        *budget -= STORY_COST;
        story_count(t, &t->stories->cases[t->next]);
    }
    return true;
}

static void tally_row(struct tally *t, uint64_t run)
{
    if (t->n_rows == TALLY_ROWS_MAX) {
        t->too_many = true;
        return;
    }
    t->rows[t->n_rows++] = (struct tally_row){.group = wait_group(run),
                                              .wait = wait_what(run),
                                              .colour = wait_colour(run),
                                              .figures = t->fold.figures};
}

bool tally_step(struct tally *t, size_t budget)
{
    uint64_t run = 0;
    if (t->done) return true;
    if (!tally_stories(t, &budget)) return false;
    if (!t->sorted) {
        t->sorted = wait_sort_step(&t->sort, budget);
        t->fold = (struct wait_fold){.samples = t->sort.samples, .n = t->sort.n};
        return false;
    }
    switch (wait_fold_step(&t->fold, budget, &run)) {
    case WAIT_FOLD_MORE: return false;
    case WAIT_FOLD_RUN: tally_row(t, run); return false;
    default: t->done = true; return true;
    }
}
