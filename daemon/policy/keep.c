// How long something is kept, as people write it.
#include "policy.h"

#include "pack_yaml.h"

#include <stdio.h>

static const struct {
    const char *one, *several;
    int32_t most;
} UNITS[] = {[RETENTION_DAYS] = {"day", "days", RETENTION_DAYS_MAX},
             [RETENTION_MONTHS] = {"month", "months", RETENTION_MONTHS_MAX},
             [RETENTION_YEARS] = {"year", "years", RETENTION_YEARS_MAX}};

bool keep_parse(const char *text, struct retention_rule *out)
{
    int n = 0, used = 0;
    if (sscanf(text, "%6d %n", &n, &used) != 1 || used == 0 || n < 1) return false;
    for (size_t i = 0; i < sizeof(UNITS) / sizeof(UNITS[0]); i++) {
        if (strcmp(text + used, UNITS[i].several) && strcmp(text + used, UNITS[i].one)) continue;
        out->amount = n;
        out->unit = (enum retention_unit)i;
        return n <= UNITS[i].most;
    }
    return false;
}

void policy_keep_text(const struct retention_rule *r, char *out, size_t size)
{
    const char *const unit = r->amount == 1 ? UNITS[r->unit].one : UNITS[r->unit].several;
    out[0] = '\0';
    if (r->amount) (void)snprintf(out, size, "%d %s", (int)r->amount, unit);
}
