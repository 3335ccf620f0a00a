#include "sample.h"

static void sample_fill(struct sample *t, Triage__V1__Answer danger)
{
    static char story[CONCERN_BYTES + 1];
    Triage__V1__SafeguardingConcern c = TRIAGE__V1__SAFEGUARDING_CONCERN__INIT;
    Triage__V1__Adult adult = TRIAGE__V1__ADULT__INIT, *adults[1] = {&adult};
    Triage__V1__Limbs limbs = TRIAGE__V1__LIMBS__INIT;
    Triage__V1__Harm harm = TRIAGE__V1__HARM__INIT;
    Triage__V1__HarmType types[] = {TRIAGE__V1__HARM_TYPE__HARM_TYPE_NEGLECT};
    limbs.care_and_support_needs = TRIAGE__V1__ANSWER__ANSWER_YES;
    limbs.abuse_or_risk = TRIAGE__V1__ANSWER__ANSWER_YES;
    limbs.unable_to_protect_self = TRIAGE__V1__ANSWER__ANSWER_YES;
    adult.name = (char *)(uintptr_t) "Edith Marrowby";
    adult.date_of_birth = (char *)(uintptr_t) "1941-05-28";
    adult.postcode = (char *)(uintptr_t) "EX91 2AB";
    adult.limbs = &limbs;
    harm.n_types = 1;
    harm.types = types;
    harm.actual = TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_LOW;
    harm.risked = TRIAGE__V1__HARM_LEVEL__HARM_LEVEL_MODERATE;
    harm.immediate_danger = danger;
    harm.treatment_needed = TRIAGE__V1__ANSWER__ANSWER_NO;
    c.n_adults = 1;
    c.adults = adults;
    c.harm = &harm;
    memset(story, 'x', sizeof story - 1);
    c.what_happened = story;
    size_t const over = triage__v1__safeguarding_concern__get_packed_size(&c) - CONCERN_BYTES;
    story[CONCERN_BYTES - over] = 0;
    t->len = triage__v1__safeguarding_concern__pack(&c, t->bytes);
}

void sample_make(struct sample *t)
{
    sample_fill(t, TRIAGE__V1__ANSWER__ANSWER_NO);
}

void sample_make_red(struct sample *t)
{
    sample_fill(t, TRIAGE__V1__ANSWER__ANSWER_YES);
}

void sample_submit(struct sample_submit *s, const struct sample *t, uint8_t key[16])
{
    triage__v1__submission__init(&s->submission);
    triage__v1__submit_request__init(&s->submit);
    triage__v1__request__init(&s->request);
    s->submission.key = (ProtobufCBinaryData){16, key};
    s->submission.kind = TRIAGE__V1__KIND__KIND_SAFEGUARDING_CONCERN;
    s->submission.concern = (ProtobufCBinaryData){t->len, (uint8_t *)(uintptr_t)t->bytes};
    s->submission.danger_now = TRIAGE__V1__ANSWER__ANSWER_NO;
    s->list[0] = &s->submission;
    s->submit.n_submissions = 1;
    s->submit.submissions = s->list;
    s->request.body_case = TRIAGE__V1__REQUEST__BODY_SUBMIT;
    s->request.submit = &s->submit;
}
