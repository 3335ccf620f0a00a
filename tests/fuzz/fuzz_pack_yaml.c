// pack.yaml by itself: far more of it can be tried than with tables beside it.
#include "fuzz.h"
#include "pack.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct policy_report *const r = policy_report_open();
    struct policy *const p = calloc(1, sizeof(*p));
    CHECK(p);
    (void)fuzz_file("pack.yaml", data, len);
    if (setjmp(p->pool.exit) == 0) {
        pack_yaml_load(p, fuzz_folder(), r);
        if (report_refusals(r) == 0) {
            CHECK(p->info.n_teams > 0 && p->info.n_teams <= POLICY_TEAMS_MAX);
            CHECK(p->info.mash >= 0 && (size_t)p->info.mash < p->info.n_teams);
            CHECK(p->info.name[0] && p->n_localities <= POLICY_LOCALITIES_MAX);
            CHECK(policy_team_of_postcode(p, "B29 6XX") < (int)p->info.n_teams);
        }
    }
    policy_close(p);
    policy_report_close(r);
    return 0;
}
