// Who an adult is, as far as the national return asks.
#include "wire.h"

#include "calendar.h"
#include "returns.h"

int32_t wire_adult_person(const Triage__V1__Adult *a, int64_t received_ms)
{
    struct person p = {.gender = (int)a->gender,
                       .ethnicity = (int)a->ethnicity,
                       .support_reason = (int)a->support_reason};
    int32_t born;
    p.aged = date_parse(bytes_text(a->date_of_birth), &born, &p.year_only);
    // The return's age is that on the last day of its year.
    if (p.aged) p.age = years_between(born, civil_day(returns_year(received_ms) + 1, 3, 31));
    return person_pack(&p);
}
