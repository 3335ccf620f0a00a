// rfc3339.h - times as text: "2026-07-01T09:30:00Z", offsets and fractions understood.
#ifndef TRIAGE_RFC3339_H
#define TRIAGE_RFC3339_H

#include <stdbool.h>
#include <stdint.h>

enum { RFC3339_BYTES = 32 };

// Only the years 1 to 9999 have such a form.
bool rfc3339_has(int64_t utc_ms);
// false when the text is no such time.  Digits beyond milliseconds are cut off.
bool rfc3339_parse(const char *text, int64_t *utc_ms);
// Of a time that it has.  Always UTC, with ".mmm" only when it is not .000.
void rfc3339_write(int64_t utc_ms, char out[RFC3339_BYTES]);

#endif
