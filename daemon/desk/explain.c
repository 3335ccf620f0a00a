#include "explain.h"

#include "council_facts.h"
#include "policy_missing.h"
#include "reply.h"
#include "words.h"

#include <stdio.h>

#define SETS_TOLD_MAX 8u // more would be a questionnaire

// --- What was said, in words. ---

static void said_code(struct words *w, const char *code)
{
    char text[POLICY_WORD_MAX];
    size_t i = 0;
    for (; code[i] && i + 1 < sizeof text; i++) text[i] = code[i] == '_' ? ' ' : code[i];
    text[i] = 0;
    words_add(w, text);
}

static void said_codes(struct words *w, const char *const *codes, uint32_t bits)
{
    bool first = true;
    for (unsigned i = 0; i < 31 && codes[i]; i++) {
        if ((bits & (1u << i)) == 0) continue;
        if (!first) words_add(w, ", ");
        said_code(w, codes[i]);
        first = false;
    }
    if (first) words_add(w, "none");
}

static void said_number(struct words *w, int32_t v, const char *unit)
{
    char text[48];
    (void)snprintf(text, sizeof text, "%d%s%s", (int)v, unit[0] ? " " : "", unit);
    words_add(w, text);
}

static char *fact_said(enum fact fact, int32_t v, struct arena *a)
{
    struct fact_def const *f = &FACTS[fact];
    struct words w;
    if (v == FACT_UNKNOWN) return pb_text("not known");
    if (f->type == FACT_BOOL) return pb_text(v ? "yes" : "no");
    words_init(&w, a, 512);
    if (f->type == FACT_NUMBER)
        said_number(&w, v, f->unit);
    else if (f->type == FACT_CODE)
        said_code(&w, f->codes[v]);
    else
        said_codes(&w, f->codes, (uint32_t)v);
    return pb_text(words_end(&w, a));
}

// --- Rows and what they rest on. ---

struct explanation *explain_facts(struct desk *d, const struct facts *facts, bool council,
                                  struct arena *a)
{
    struct explanation *x = arena_alloc(a, sizeof *x);
    struct facts seen = *facts;
    CHECK(x);
    if (!council) council_facts_clear(&seen);
    policy_explain(d->policy, &seen, a, x);
    return x;
}

static void reason_evidence(Triage__V1__Reason *r, const struct explained_row *row,
                            const struct facts *facts, bool council, struct arena *a)
{
    r->rests_on = pb_list(a, row->n_facts);
    for (size_t i = 0; i < row->n_facts; i++) {
        enum fact const fact = (enum fact)row->facts[i];
        if (FACTS[fact].whose == FACT_COUNCIL && !council) continue;
        Triage__V1__Evidence *e = pb_new(a, &triage__v1__evidence__descriptor);
        e->fact = pb_text(FACTS[fact].name);
        e->question = pb_text(FACTS[fact].question);
        e->said = fact_said(fact, facts->value[fact], a);
        r->rests_on[r->n_rests_on++] = e;
    }
}

static Triage__V1__Reason *reason_make(const struct explained_row *row, const struct facts *facts,
                                       bool council, struct arena *a)
{
    Triage__V1__Reason *r = pb_new(a, &triage__v1__reason__descriptor);
    r->decision = pb_text(row->reason.decision);
    r->row = row->reason.row;
    r->words = pb_text(row->reason.words);
    r->guidance = pb_text(row->reason.guidance);
    r->council_only = row->reason.council_only;
    reason_evidence(r, row, facts, council, a);
    return r;
}

Triage__V1__Reason **explain_reasons(const struct explanation *x, const struct facts *facts,
                                     unsigned questions, bool council, struct arena *a, size_t *n)
{
    Triage__V1__Reason **list = pb_list(a, (size_t)EXPLAINED_COUNT * EXPLAINED_ROWS_MAX);
    *n = 0;
    for (unsigned q = 0; q < EXPLAINED_COUNT; q++) {
        struct explained const *e = &x->questions[q];
        if ((questions & (1u << q)) == 0) continue;
        for (size_t i = 0; i < e->n_rows; i++) {
            if (e->rows[i].reason.council_only && !council) continue;
            list[(*n)++] = reason_make(&e->rows[i], facts, council, a);
        }
    }
    return list;
}

// --- What was missing. ---

static Triage__V1__MissingSet *missing_set(const struct missing_set *from, struct arena *a)
{
    Triage__V1__MissingSet *s = pb_new(a, &triage__v1__missing_set__descriptor);
    s->facts = pb_list(a, from->n);
    s->questions = pb_list(a, from->n);
    for (; s->n_facts < from->n; s->n_facts++) {
        struct fact_def const *f = &FACTS[from->changes[s->n_facts].fact];
        s->facts[s->n_facts] = pb_text(f->name);
        s->questions[s->n_questions++] = pb_text(f->question);
    }
    return s;
}

Triage__V1__MissingSet **explain_missing(struct desk *d, const struct facts *facts, struct arena *a,
                                         size_t *n)
{
    struct missing *m = arena_alloc(&d->scratch, sizeof *m);
    struct facts own = *facts;
    CHECK(m);
    council_facts_clear(&own);
    policy_missing(d->policy, &own, TIER_DUTY_MET, MISSING_UNSAID, MISSING_STEPS_NOTICE,
                   &d->scratch, m);
    Triage__V1__MissingSet **list = pb_list(a, SETS_TOLD_MAX);
    for (*n = 0; *n < m->n_sets && *n < SETS_TOLD_MAX; (*n)++)
        list[*n] = missing_set(&m->sets[*n], a);
    return list;
}

const char *explain_missing_words(struct arena *a, Triage__V1__MissingSet **sets, size_t n)
{
    struct words w;
    if (n == 0) return "";
    words_init(&w, a, WORDS_MAX);
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < sets[i]->n_questions; j++)
            words_line(&w, j == 0 ? "- " : "  and: ", sets[i]->questions[j]);
    return words_end(&w, a);
}

// --- Kept without the questions, which the list of facts has. ---

static char *fact_question(const char *name)
{
    int const fact = fact_from(name);
    return pb_text(fact >= 0 ? FACTS[fact].question : "");
}

void explain_ask_reasons(Triage__V1__Reason **reasons, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < reasons[i]->n_rests_on; j++)
            reasons[i]->rests_on[j]->question = fact_question(reasons[i]->rests_on[j]->fact);
}

void explain_ask_missing(Triage__V1__MissingSet **sets, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n; i++) {
        Triage__V1__MissingSet *s = sets[i];
        s->questions = pb_list(a, s->n_facts);
        for (s->n_questions = 0; s->n_questions < s->n_facts; s->n_questions++)
            s->questions[s->n_questions] = fact_question(s->facts[s->n_questions]);
    }
}

void explain_thin(Triage__V1__Notice *n)
{
    for (size_t i = 0; i < n->n_reasons; i++)
        for (size_t j = 0; j < n->reasons[i]->n_rests_on; j++)
            n->reasons[i]->rests_on[j]->question = pb_text("");
    for (size_t i = 0; i < n->n_what_was_missing; i++) n->what_was_missing[i]->n_questions = 0;
}
