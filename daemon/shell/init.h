// init.h - the folder of a new area: keys, empty registry, a configuration with every setting
// explained.
#ifndef TRIAGED_INIT_H
#define TRIAGED_INIT_H

#include "config.h"

#include <stdint.h>

// Makes what is missing in `dir`; a key that exists stays.  `assignments` are "name=value" settings
// for a new file; one that exists stays.  `server_public` gets the
// daemon's key.
enum err init_area(const char *dir, const char *const *assignments, size_t n,
                   uint8_t server_public[32], struct faults *p);

#endif
