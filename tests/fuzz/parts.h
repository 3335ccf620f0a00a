// parts.h - several files in one input, each behind a line "=== NAME".
#ifndef TRIAGED_FUZZ_PARTS_H
#define TRIAGED_FUZZ_PARTS_H

#include <stddef.h>
#include <stdint.h>

struct part {
    const uint8_t *data; // NULL: not given
    size_t len;
};

// Fills out[i] with what stands behind "=== names[i]"; the last one counts.
void parts_of(const uint8_t *data, size_t len, const char *const *names, size_t n,
              struct part *out);

#endif
