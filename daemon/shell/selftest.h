// selftest.h - the door is tried from outside before it opens: with a key made for the purpose, and
// without encryption.  A doorman that does not answer would otherwise let in every key, in silence.
#ifndef TRIAGED_SELFTEST_H
#define TRIAGED_SELFTEST_H

#include "err.h"

#include <stddef.h>
#include <stdint.h>

// OK: both were turned away, for what they are.  ERR_FORBIDDEN: one got in, or could not be seen to
// be turned away in several attempts; `why` says which.  `pump` is called again and again
// meanwhile: it must serve the doorman.
enum err selftest_door(void *context, const char *endpoint, const uint8_t server_public[32],
                       void (*pump)(void *ctx), void *ctx, char *why, size_t size);

#endif
