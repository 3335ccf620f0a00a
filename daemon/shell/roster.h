// roster.h - the registry as the files say it: principals/ID.yaml and workers/ID.yaml, read whole
// or not at all.  (struct registry, core/rights.h, is what the rest of the daemon sees of it.)
#ifndef TRIAGED_ROSTER_H
#define TRIAGED_ROSTER_H

#include "fault.h"
#include "policy.h"
#include "rights.h"

#define OPERATOR_ID "operator" // who the local socket speaks for when the files name no operator

struct roster {
    struct registry registry;
    struct principal *principals;
    struct worker *workers;
    uint32_t *by_key;
};

// `policy` (may be NULL) says which teams there are.  ERR_CONFIG with at least one problem; memory
// is then freed.  The caller closes what it opened.
enum err roster_open(struct roster **out, const char *principals_dir, const char *workers_dir,
                     const struct policy *policy, uint64_t generation, struct faults *p);
void roster_close(struct roster *r);
// The principal of the local socket.
const char *roster_operator(const struct roster *r);

#endif
