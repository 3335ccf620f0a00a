#include "told.h"

#include "assess.h"

static int64_t told_end(const struct desk *d, const struct span by_colour[], enum colour colour,
                        int64_t from_ms)
{
    int64_t const end_ms = span_end(&by_colour[colour], &d->info->calendar, from_ms);
    return end_ms == INT64_MAX ? 0 : end_ms;
}

static int64_t told_holding(const struct desk *d, const struct casefile *f, enum colour colour,
                            int64_t from_ms)
{
    bool const dated = kind_is_dated(f->kind);
    return told_end(d, d->info->clocks.holding, dated ? COLOUR_GREEN : colour, from_ms);
}

void told_first(const struct desk *d, enum colour colour, struct casefile *f)
{
    bool const dated = kind_is_dated(f->kind);
    int64_t const end_ms = told_end(d, d->info->clocks.decide, colour, f->received_ms);
    struct told const t = {colour, dated ? f->decide_by_ms : end_ms};
    if (f->state == STATE_CLOSED) { // recorded: nothing more is promised
        told_set(f, &(struct told){colour, 0});
        return;
    }
    told_set(f, &t);
    f->holding_ms = told_holding(d, f, colour, f->received_ms);
}

// A person rated it, alone or as the second of two.
static bool told_rated(const struct command *c, const struct casefile *before,
                       const struct casefile *after)
{
    if (c->kind == COMMAND_RATE) return after->proposal == before->proposal;
    return c->kind == COMMAND_SECOND && before->proposal == COMMAND_RATE && c->agree;
}

// More urgent by the referrer's own words: sooner, never later.
static void told_words(struct desk *d, const struct casefile *after, bool undecided, struct told *t)
{
    size_t const mark = arena_mark(&d->scratch);
    struct verdict *v = arena_alloc(&d->scratch, sizeof *v);
    CHECK(v);
    struct facts const facts = facts_recall(&after->facts);
    assess_sender(d, &facts, &d->scratch, v);
    enum colour const colour = v->unscreened ? COLOUR_UNSET : v->colour;
    arena_release(&d->scratch, mark);
    if (colour <= t->colour) return;
    t->colour = colour;
    if (kind_is_dated(after->kind)) return;
    int64_t const end_ms = told_end(d, d->info->clocks.decide, colour, d->now.utc_ms);
    if (undecided && end_ms && (!t->decide_by_ms || end_ms < t->decide_by_ms))
        t->decide_by_ms = end_ms;
}

// To be decided anew; what was refused is at least amber then.
static void told_again(const struct desk *d, const struct command *c, const struct casefile *f,
                       struct told *t)
{
    bool const refused = c->kind == COMMAND_SUPPLEMENT || c->kind == COMMAND_REASSESS;
    if (refused && t->colour < COLOUR_AMBER) t->colour = COLOUR_AMBER;
    if (kind_is_dated(f->kind)) return;
    t->decide_by_ms = told_end(d, d->info->clocks.decide, t->colour, d->now.utc_ms);
}

// The case's own date may move where the told one does not, and the other way round.
static void told_update(const struct command *c, bool rated, bool moved, bool undecided,
                        struct command_result *result)
{
    if (!rated && c->kind != COMMAND_REASSESS && c->kind != COMMAND_SUPPLEMENT) return;
    if (result->notice == NOTICE_UPDATE && !moved) result->notice = NOTICE_NONE;
    if (result->notice == NOTICE_NONE && moved && undecided) result->notice = NOTICE_UPDATE;
}

void told_next(struct desk *d, const struct command *c, bool words, const struct casefile *before,
               struct casefile *after, struct command_result *result)
{
    bool const undecided = after->state == STATE_QUEUED || after->state == STATE_IN_TRIAGE;
    bool const rated = told_rated(c, before, after);
    struct told const was = told_of(before);
    struct told t = was;
    if (!before->told) return; // a record about a service: nobody is told
    if (rated || c->kind == COMMAND_MAKE_CONCERN)
        t = (struct told){(enum colour)after->colour, after->decide_by_ms};
    if (words) told_words(d, after, undecided, &t);
    if (words && kind_is_dated(after->kind)) t.decide_by_ms = after->decide_by_ms; // as it was said
    if (after->reopened != before->reopened) told_again(d, c, after, &t);
    told_set(after, &t);
    t = told_of(after);
    told_update(c, rated, t.decide_by_ms != was.decide_by_ms, undecided, result);
    if (after->holding_ms == 0) return;
    bool const anew =
        c->kind == COMMAND_HOLDING || before->holding_ms == 0 || t.colour != was.colour;
    after->holding_ms = anew ? told_holding(d, after, t.colour, d->now.utc_ms) : before->holding_ms;
}
