#include "brief.h"

#include "assess.h"
#include "council_facts.h"
#include "reply.h"
#include "words.h"

static const char *const STATE_WORDS[] = {
    [STATE_QUEUED] = "It waits for a person to read it and decide.",
    [STATE_IN_TRIAGE] = "A person is reading it. They decide next.",
    [STATE_DECIDED_MET] = "There will be an enquiry. Someone is named to lead it next.",
    [STATE_HANDOVER_OFFERED] = "There will be an enquiry. Which team leads it is being settled.",
    [STATE_ENQUIRY] = "An enquiry is under way.",
    [STATE_ENQUIRY_REVIEW] = "The enquiry is done. A manager checks it before it is closed.",
    [STATE_DECIDED_NOT_MET] =
        "A person decided that it is not a section 42 enquiry. The notice says why and how to "
        "disagree.",
    [STATE_OTHER_ENQUIRY] = "An enquiry is under way, though not under section 42.",
    [STATE_FORWARDED] = "It was passed on. It stays with us until they say that they have it.",
    [STATE_CLOSED] = "It is closed. If you learn anything new, tell us.",
    [STATE_VOID] = "It was recorded in error.",
    [STATE_ORG_WATCH] = "A manager looks at what you told us about the service.",
    [STATE_ORG_SCOPING] = "A manager looks at what you told us about the service.",
    [STATE_ORG_LARGE_SCALE] = "A manager looks at what you told us about the service.",
    [STATE_ORG_QUALITY] = "A manager looks at what you told us about the service.",
};
// What is no safeguarding concern is assessed and settled, not enquired into.
static const char *brief_words(const struct casefile *f)
{
    bool const dated = kind_is_dated(f->kind);
    if (f->kind == KIND_LOG) return "It is recorded and counted.";
    if (dated && f->state == STATE_ENQUIRY) return "It is being assessed.";
    if (dated && f->state == STATE_ENQUIRY_REVIEW)
        return "It has been assessed. A manager settles it next.";
    return STATE_WORDS[f->state];
}

static const char NEUTRAL_WORDS[] = "We have your concern and are dealing with it.";
static const char BESIDE_WORDS[] = "The council has what you sent.";

bool brief_outside(const struct message *m)
{
    return m->from.listener == LISTENER_INTAKE;
}

// Where the referrer's own words led on receipt: the hour and the address are no secret.
static int brief_route(struct desk *d, const struct casefile *f)
{
    size_t const mark = arena_mark(&d->scratch);
    struct verdict *v = arena_alloc(&d->scratch, sizeof *v);
    struct facts own = facts_recall(&f->facts);
    CHECK(v);
    council_facts_clear(&own);
    council_facts_hour(d, f->received_ms, &own);
    own.value[FACT_LOCALITY_TEAM] = fact_kept(&f->facts, FACT_LOCALITY_TEAM);
    policy_decide(d->policy, &own, &d->scratch, v);
    int const team = v->team >= 0 ? v->team : d->info->mash;
    arena_release(&d->scratch, mark);
    return team;
}

int brief_team(struct desk *d, const struct casefile *f)
{
    int const team = policy_team(d->policy, f->team);
    bool const undecided = f->state == STATE_QUEUED || f->state == STATE_IN_TRIAGE;
    if (!undecided || team < 0 || team == d->info->mash) return team;
    return brief_route(d, f);
}

static char *brief_with(struct desk *d, const struct message *m, const struct casefile *f)
{
    int const team = brief_outside(m) ? brief_team(d, f) : policy_team(d->policy, f->team);
    if (team < 0) return pb_text("");
    struct words w;
    words_init(&w, &d->request, 256);
    words_add(&w, d->info->teams[team].name);
    words_add(&w, ", ");
    words_add(&w, d->info->teams[team].telephone);
    return pb_text(words_end(&w, &d->request));
}

Triage__V1__CaseBrief *brief_make(struct desk *d, const struct message *m, const struct casefile *f)
{
    Triage__V1__CaseBrief *b = pb_new(&d->request, &triage__v1__case_brief__descriptor);
    bool const outside = brief_outside(m);
    b->reference = pb_reference(d, &d->request, f->no);
    // To a referrer it would tell how often the council touched the case, and so what it knows.
    if (!outside) b->version = f->version;
    b->received_ms = f->received_ms;
    if (outside && !principal_speaks_for(m->principal, f->referrer)) {
        b->received_ms = 0; // of the case itself they know nothing
        b->in_words = pb_text(BESIDE_WORDS);
        return b;
    }
    if (outside && (f->flags & (CASE_NEUTRAL | CASE_POLICE_HOLD))) {
        b->in_words = pb_text(NEUTRAL_WORDS);
        return b;
    }
    b->state = (Triage__V1__CaseState)f->state;
    b->in_words = pb_text(brief_words(f));
    b->with = brief_with(d, m, f);
    struct told const told = told_of(f);
    b->colour = (Triage__V1__Colour)(outside ? (int)told.colour : f->colour);
    b->decide_by_ms = outside ? told.decide_by_ms : f->decide_by_ms;
    return b;
}
