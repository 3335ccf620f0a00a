#include "receipt.h"

#include "reply.h"
#include "words.h"

static Triage__V1__Problem *problem_make(struct arena *a, const char *field, const char *code,
                                         const char *text, bool refused)
{
    Triage__V1__Problem *p = pb_new(a, &triage__v1__problem__descriptor);
    p->field = pb_copy(a, field);
    p->code = pb_text(code);
    p->text = pb_text(text);
    p->refused = refused;
    return p;
}

static void problems_append(struct arena *a, Triage__V1__Problem ***list, size_t *n, size_t more)
{
    Triage__V1__Problem **grown = pb_list(a, *n + more);
    if (*n) memcpy(grown, *list, *n * sizeof **list);
    *list = grown;
}

void receipt_refuse(struct desk *d, Triage__V1__Receipt *r, enum err e, const char *field,
                    const char *code, const char *text)
{
    r->status = reply_status(e);
    d->port->count(d->port->ctx, METRIC_RECEIPTS, err_word(e), 1);
    problems_append(&d->request, &r->problems, &r->n_problems, 1);
    r->problems[r->n_problems++] =
        problem_make(&d->request, field ? field : "", code, text ? text : err_text(e), true);
}

void receipt_busy(Triage__V1__Receipt *r, uint32_t retry_after_ms)
{
    r->status = TRIAGE__V1__STATUS__STATUS_BUSY;
    r->retry_after_ms = retry_after_ms;
}

void receipt_problems(struct arena *a, const struct problems *p, Triage__V1__Problem ***list,
                      size_t *n)
{
    problems_append(a, list, n, p->n);
    for (size_t i = 0; i < p->n; i++)
        (*list)[(*n)++] =
            problem_make(a, p->at[i].field, p->at[i].code, p->at[i].text, p->at[i].refused);
}

static bool problem_asked(Triage__V1__Problem *const *list, size_t n, const char *field)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(list[i]->field, field) == 0) return true;
    return false;
}

void receipt_missing(struct arena *a, const struct verdict *v, Triage__V1__Problem ***list,
                     size_t *n)
{
    problems_append(a, list, n, v->n_missing);
    for (size_t i = 0; i < v->n_missing; i++) {
        struct fact_def const *f = &FACTS[v->missing[i]];
        if (f->whose != FACT_SENDER || problem_asked(*list, *n, f->name)) continue;
        (*list)[(*n)++] = problem_make(a, f->name, "missing", f->question, false);
    }
}

Triage__V1__Receipt *receipt_kept(struct arena *a, const Triage__V1__Receipt *r)
{
    Triage__V1__Receipt *kept = pb_new(a, &triage__v1__receipt__descriptor);
    *kept = *r;
    kept->advice = pb_text("");
    kept->problems = pb_list(a, r->n_problems);
    for (size_t i = 0; i < r->n_problems; i++) {
        Triage__V1__Problem *p = pb_new(a, &triage__v1__problem__descriptor);
        *p = *r->problems[i];
        if (fact_from(p->field) >= 0) p->text = pb_text("");
        kept->problems[i] = p;
    }
    return kept;
}

void receipt_whole(struct desk *d, Triage__V1__Receipt *r)
{
    for (size_t i = 0; i < r->n_problems; i++) {
        int const fact = r->problems[i]->text[0] ? -1 : fact_from(r->problems[i]->field);
        if (fact >= 0) r->problems[i]->text = pb_text(FACTS[fact].question);
    }
    r->advice = pb_text(receipt_advice(d, &d->request));
}

const char *receipt_advice(struct desk *d, struct arena *a)
{
    struct words w;
    words_init(&w, a, 512);
    words_add(&w,
              "If anyone is in danger now, ring 999. To add anything, send a supplement or ring ");
    words_add(&w, d->info->council_telephone);
    words_add(&w, ".");
    return words_end(&w, a);
}
