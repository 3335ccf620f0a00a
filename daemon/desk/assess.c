#include "assess.h"

#include "council_facts.h"
#include "reply.h"

void assess_sender(struct desk *d, const struct facts *facts, struct arena *a, struct verdict *out)
{
    struct facts own = *facts;
    council_facts_clear(&own);
    policy_decide(d->policy, &own, a, out);
}

void assess(struct desk *d, const struct facts *facts, const struct casefile *f,
            const char *postcode, struct arena *a, struct assessed *out)
{
    out->facts = *facts;
    council_facts_fill(d, f, &out->facts);
    council_facts_locality(d, postcode, &out->facts);
    policy_decide(d->policy, &out->facts, a, &out->council);
    if (out->council.council)
        assess_sender(d, facts, a, &out->sender);
    else
        out->sender = out->council; // The tables rested on the sender's words alone.
    // What a sender was promised holds: to know more never makes a case less urgent, and it goes
    // where what is as urgent goes.
    if (out->council.colour < out->sender.colour)
        policy_decide_least(d->policy, &out->facts, &out->sender, a, &out->council);
    if (out->council.unscreened) d->port->count(d->port->ctx, METRIC_UNSCREENED, NULL, 1);
}

const char *assess_suggested(const struct desk *d, const struct verdict *v, const struct facts *f)
{
    int32_t team = -1;
    if (v->suggested == SUGGESTED_TEAM) team = v->suggested_team;
    if (v->suggested == SUGGESTED_LOCALITY) team = f->value[FACT_LOCALITY_TEAM];
    if (v->suggested == SUGGESTED_OPEN_CASE) team = f->value[FACT_OPEN_CASE_TEAM];
    return team >= 0 && (size_t)team < d->info->n_teams ? d->info->teams[team].id : "";
}

int64_t assess_policy(const struct desk *d)
{
    int64_t v;
    memcpy(&v, d->info->digest, sizeof v);
    return v;
}

Triage__V1__PolicyStamp *assess_stamp(struct desk *d, struct arena *a)
{
    Triage__V1__PolicyStamp *s = pb_new(a, &triage__v1__policy_stamp__descriptor);
    s->name = pb_text(d->info->name);
    s->version = pb_text(d->info->version);
    s->digest = pb_bytes(bytes_of(d->info->digest, POLICY_DIGEST_BYTES));
    return s;
}

static char *limb_because(const struct verdict *v, const char *decision)
{
    for (size_t i = 0; i < v->n_reasons; i++)
        if (!v->reasons[i].council_only && strcmp(v->reasons[i].decision, decision) == 0)
            return pb_text(v->reasons[i].words);
    return pb_text("");
}

Triage__V1__ThreeQuestions *assess_questions(const struct verdict *v, struct arena *a)
{
    Triage__V1__ThreeQuestions *q = pb_new(a, &triage__v1__three_questions__descriptor);
    q->care_and_support_needs = (Triage__V1__Answer)v->limb[0];
    q->abuse_or_risk = (Triage__V1__Answer)v->limb[1];
    q->unable_to_protect_self = (Triage__V1__Answer)v->limb[2];
    q->care_and_support_needs_because = limb_because(v, "limb_a");
    q->abuse_or_risk_because = limb_because(v, "limb_b");
    q->unable_to_protect_self_because = limb_because(v, "limb_c");
    return q;
}

Triage__V1__Reason **assess_reasons(const struct policy_reason *reasons, size_t n_reasons,
                                    bool council, struct arena *a, size_t *n)
{
    Triage__V1__Reason **list = pb_list(a, n_reasons);
    *n = 0;
    for (size_t i = 0; i < n_reasons; i++) {
        struct policy_reason const *from = &reasons[i];
        if (from->council_only && !council) continue;
        Triage__V1__Reason *r = pb_new(a, &triage__v1__reason__descriptor);
        r->decision = pb_text(from->decision);
        r->row = from->row;
        r->words = pb_text(from->words);
        r->guidance = pb_text(from->guidance);
        r->council_only = from->council_only;
        list[(*n)++] = r;
    }
    return list;
}

char **assess_missing(const struct verdict *v, struct arena *a, size_t *n)
{
    char **list = pb_list(a, v->n_missing);
    *n = 0;
    for (size_t i = 0; i < v->n_missing; i++) {
        struct fact_def const *f = &FACTS[v->missing[i]];
        if (f->whose == FACT_SENDER) list[(*n)++] = pb_text(f->question);
    }
    return list;
}

char **assess_missing_names(const struct verdict *v, struct arena *a, size_t *n)
{
    char **list = pb_list(a, v->n_missing);
    *n = 0;
    for (size_t i = 0; i < v->n_missing; i++) {
        struct fact_def const *f = &FACTS[v->missing[i]];
        if (f->whose == FACT_SENDER) list[(*n)++] = pb_text(f->name);
    }
    return list;
}

void assess_missing_ask(char **names, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        int const fact = fact_from(names[i]);
        if (fact >= 0) names[i] = pb_text(FACTS[fact].question);
    }
}

static char **assess_parallel(const struct verdict *v, struct arena *a, size_t *n)
{
    char **list = pb_list(a, 32);
    *n = 0;
    for (int bit = 0; bit <= PARALLEL_CLINICAL; bit++)
        if (v->parallel & (1u << bit)) list[(*n)++] = pb_text(parallel_word((enum parallel)bit));
    return list;
}

Triage__V1__Assessment *assess_record(struct desk *d, const struct verdict *v,
                                      const struct facts *facts, struct arena *a)
{
    Triage__V1__Assessment *r = pb_new(a, &triage__v1__assessment__descriptor);
    r->tier = (Triage__V1__Tier)v->tier;
    r->questions = assess_questions(v, a);
    r->colour = (Triage__V1__Colour)v->colour;
    r->score = v->score;
    r->reasons = assess_reasons(v->reasons, v->n_reasons, true, a, &r->n_reasons);
    r->missing = assess_missing_names(v, a, &r->n_missing);
    r->parallel = assess_parallel(v, a, &r->n_parallel);
    r->suggested_team = pb_text(assess_suggested(d, v, facts));
    r->policy = assess_stamp(d, a);
    r->unscreened = v->unscreened;
    return r;
}
