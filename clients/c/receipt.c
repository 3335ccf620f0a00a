// receipt.c - reading a receipt.
#include "receipt.h"
#include "json_map.h"

#include <stdlib.h>

static const Triage__V1__AdultReceipt *receipt_adult(const struct triage_receipt *r, size_t adult)
{
    return adult < r->told->n_adults ? r->told->adults[adult] : NULL;
}

size_t triage_receipt_adult_count(const struct triage_receipt *r)
{
    return r->told->n_adults;
}

const char *triage_receipt_reference(const struct triage_receipt *r, size_t adult)
{
    const Triage__V1__AdultReceipt *a = receipt_adult(r, adult);
    return a ? a->reference : "";
}

const char *triage_receipt_colour(const struct triage_receipt *r, size_t adult)
{
    static const char *const words[] = {"", "green", "amber", "red"};
    const Triage__V1__AdultReceipt *a = receipt_adult(r, adult);
    return a && (unsigned)a->colour < sizeof words / sizeof *words ? words[a->colour] : "";
}

int64_t triage_receipt_decide_by_ms(const struct triage_receipt *r, size_t adult)
{
    const Triage__V1__AdultReceipt *a = receipt_adult(r, adult);
    return a ? a->decide_by_ms : 0;
}

int64_t triage_receipt_received_ms(const struct triage_receipt *r)
{
    return r->told->received_ms;
}

const char *triage_receipt_advice(const struct triage_receipt *r)
{
    return r->told->advice;
}

char *triage_receipt_json(const struct triage_receipt *r)
{
    json_t *j = json_from_message(&r->told->base, JSON_STYLE_OPEN);
    char *text = j ? json_dumps(j, JSON_COMPACT) : NULL;
    json_decref(j);
    return text;
}
