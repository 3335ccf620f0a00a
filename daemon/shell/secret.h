// secret.h - key files: one line of 40 characters of Z85 (32 bytes), readable by their owner alone.
#ifndef TRIAGED_SECRET_H
#define TRIAGED_SECRET_H

#include "err.h"
#include "fault.h"

#include <stdbool.h>
#include <stdint.h>

#define SECRET_BYTES 32
#define SECRET_CHARS 40

// Reads the key file at `path`; a systemd credential of the same file name comes first.  ERR_CONFIG
// when it is missing, malformed, or readable by others; nothing of its content is ever told.
enum err secret_read(uint8_t out[SECRET_BYTES], const char *path, struct faults *p);
bool secret_there(const char *path); // as a credential or a file
// Makes a new file, mode 0600; one that exists already stays, and is ERR_CONFLICT.
enum err secret_write(const uint8_t secret[SECRET_BYTES], const char *path);
enum err secret_text_read(uint8_t out[SECRET_BYTES], const char *z85); // ERR_MALFORMED

#endif
