#include "compare.h"

#include "reply.h"

#include <stdlib.h>

static const char *compare_team(const struct policy *p, const struct verdict *v)
{
    struct policy_info const *i = policy_info(p);
    return v->team >= 0 && (size_t)v->team < i->n_teams ? i->teams[v->team].id : "";
}

static enum colour compare_colour(const struct verdict *v)
{
    return v->unscreened || v->colour == COLOUR_UNSET ? COLOUR_RED : v->colour;
}

bool compare_case(const struct policy *was, const struct policy *would, const struct casefile *f,
                  struct arena *scratch, Triage__V1__ReplayChange *out)
{
    struct verdict before, after;
    struct facts const facts = facts_recall(&f->facts);
    size_t const mark = arena_mark(scratch);
    policy_decide(was, &facts, scratch, &before);
    arena_release(scratch, mark);
    policy_decide(would, &facts, scratch, &after);
    arena_release(scratch, mark);
    triage__v1__replay_change__init(out);
    out->received_ms = f->received_ms;
    out->state = (Triage__V1__CaseState)f->state;
    out->tier_was = (Triage__V1__Tier)before.tier;
    out->tier_would = (Triage__V1__Tier)after.tier;
    out->colour_was = (Triage__V1__Colour)compare_colour(&before);
    out->colour_would = (Triage__V1__Colour)compare_colour(&after);
    out->team_was = pb_text(compare_team(was, &before));
    out->team_would = pb_text(compare_team(would, &after));
    out->unscreened = after.unscreened;
    return out->tier_was != out->tier_would || out->colour_was != out->colour_would ||
           strcmp(out->team_was, out->team_would) != 0 || after.unscreened != before.unscreened;
}

struct comparing {
    struct comparison *c;
    struct arena scratch;
};

static enum err compare_row(void *ctx, const struct ledger_row *row)
{
    struct comparing *g = ctx;
    struct casefile f = {.no = ENTITY_CASE_NO(row->entity)};
    Triage__V1__ReplayChange change;
    if (ENTITY_KIND(row->entity) != 1) return OK;
    enum err const e = wire_case_row_decode(row->blob, &f);
    if (e) return e;
    g->c->cases++;
    if (f.received_ms < g->c->since_ms) return OK;
    g->c->looked_at++;
    if (compare_case(g->c->was, g->c->would, &f, &g->scratch, &change))
        g->c->found(g->c->ctx, ENTITY_CASE_NO(row->entity), &change);
    return OK;
}

enum err compare_ledger(struct ledger *l, struct comparison *c)
{
    struct comparing g = {.c = c};
    void *memory = malloc(POLICY_SCRATCH_BYTES);
    if (!memory) return ERR_NO_MEMORY;
    arena_init(&g.scratch, memory, POLICY_SCRATCH_BYTES);
    enum err const e = ledger_scan_rows(l, false, compare_row, &g);
    free(memory);
    return e;
}
