// packdir.h - the folders in which packs lie: the one that the area began with, and those that
// operators installed.  Read when a manager asks, at a start and at a reload; never watched.
#ifndef TRIAGED_PACKDIR_H
#define TRIAGED_PACKDIR_H

#include "config.h"
#include "policy.h"

// The installed pack of that name (id_valid).  ERR_NOT_FOUND, ERR_POLICY with problems in `report`
// (may be NULL).
enum err packdir_named(const struct config *c, const char *name, struct policy **out,
                       struct policy_report *report);
// The pack whose digest begins so, in policy_dir or packs_dir; packs that cannot be used are passed
// over.
enum err packdir_digest(const struct config *c, uint64_t digest, struct policy **out);

#endif
