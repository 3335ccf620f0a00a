#include "wire.h"

#include "check.h"

static void adult_view(const Triage__V1__Adult *a, struct adult_view *out)
{
    out->subject = (enum subject)a->subject; // the same numbers
    out->name = bytes_text(a->name);
    out->date_of_birth = bytes_text(a->date_of_birth);
    out->nhs_number = bytes_text(a->nhs_number);
    out->nhs_number_missing_because = bytes_text(a->nhs_number_missing_because);
    out->postcode = bytes_text(a->postcode);
    out->uprn = bytes_text(a->uprn);
    out->address = bytes_text(a->address);
}

static void dols_view(const Triage__V1__Dols *d, struct dols_view *out)
{
    *out = (struct dols_view){.given = d != NULL};
    if (!d) return;
    out->request = (int)d->request;
    out->urgent_from = bytes_text(d->urgent_from);
    out->current_until = bytes_text(d->current_until);
    out->wanted_from = bytes_text(d->wanted_from);
}

void wire_concern_view(const Triage__V1__SafeguardingConcern *c, enum kind kind,
                       struct concern_view *out)
{
    CHECK(c->n_adults <= CONCERN_ADULTS_MAX); // wire_concern refused more
    out->kind = kind;
    dols_view(c->dols, &out->dols);
    out->has_transition = c->transition != NULL;
    out->graded = c->police_notification && c->police_notification->grade;
    out->has_wanted = c->care_needs && c->care_needs->wanted[0];
    out->raised_ms = c->raised_ms;
    out->incident_ms = c->incident_ms;
    out->incident_end_ms = c->incident_end_ms;
    out->what_happened = bytes_text(c->what_happened);
    out->location_id = bytes_text(c->referrer ? c->referrer->location_id : NULL);
    out->provider_id = bytes_text(c->referrer ? c->referrer->provider_id : NULL);
    out->repeat_of = bytes_text(c->repeat_of);
    out->n_adults = c->n_adults;
    for (size_t i = 0; i < c->n_adults; i++) adult_view(c->adults[i], &out->adults[i]);
}
