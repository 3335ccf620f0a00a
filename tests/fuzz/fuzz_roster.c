// The registry's files: one principal and one worker, behind the lines "=== principals/p.yaml" and
// "=== workers/w.yaml".
#include "fuzz.h"
#include "parts.h"
#include "roster.h"

static const char *const NAMES[] = {"principals/p.yaml", "workers/w.yaml"};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    static struct faults faults;
    static char principals[128], workers[128];
    struct roster *r = NULL;
    struct part parts[2];
    parts_of(data, len, NAMES, 2, parts);
    for (int i = 0; i < 2; i++) (void)fuzz_file(NAMES[i], parts[i].data, parts[i].len);
    snprintf(principals, sizeof(principals), "%s/principals", fuzz_folder());
    snprintf(workers, sizeof(workers), "%s/workers", fuzz_folder());
    faults.n = faults.lost = 0;
    enum err const e = roster_open(&r, principals, workers, NULL, 1, &faults);
    CHECK(e == OK || (e == ERR_CONFIG && faults.n > 0 && !r));
    if (e) return 0;
    for (size_t i = 0; i < r->registry.n_principals; i++) {
        const struct principal *const p = &r->registry.principals[i];
        CHECK(p->id[0] && memchr(p->id, 0, ID_MAX) && registry_principal(&r->registry, p->id) == p);
        CHECK(p->n_teams <= PRINCIPAL_TEAMS_MAX && p->role > ROLE_NONE);
    }
    roster_close(r);
    return 0;
}
