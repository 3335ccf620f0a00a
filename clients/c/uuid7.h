// uuid7.h - keys that sort by the time they were made (RFC 9562, version 7).
#ifndef TRIAGE_UUID7_H
#define TRIAGE_UUID7_H

#include <stdbool.h>
#include <stdint.h>

enum { UUID_BYTES = 16, UUID_TEXT_BYTES = 37 };

// Within a thread each is greater than the one before, even when the clock steps back.
void uuid7_make(uint8_t out[UUID_BYTES]);
void uuid_write(const uint8_t in[UUID_BYTES], char out[UUID_TEXT_BYTES]);
// 8-4-4-4-12 hex digits, any case; any version.
bool uuid_parse(const char *text, uint8_t out[UUID_BYTES]);

#endif
