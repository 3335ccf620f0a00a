// process.h - what the process may do and leave behind: limits, core dumps, the account it runs as.
#ifndef TRIAGED_PROCESS_H
#define TRIAGED_PROCESS_H

#include "err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// No core dump, no debugger of the same account (unless `core_dumps`), new files for their owner
// only, and a write to a closed pipe is an error, not a signal.
void process_harden(bool core_dumps);
// Raises the limit of descriptors towards `wanted`; returns the limit that holds now.
uint32_t process_descriptors(uint32_t wanted);
// Becomes `user` when started by root and a user is named.
enum err process_drop_privilege(const char *user, char *why, size_t size);
// Makes the ballast file of `bytes` when it is missing and leaves `spare_bytes` free; a missing
// ballast is no failure.
bool process_ballast(const char *path, int64_t bytes, int64_t spare_bytes);

#endif
