// profile.h - who this client is and whom it talks to: a text file of "key: value" lines.
// It holds the secret key, so a profile that others may read is refused.
#ifndef TRIAGE_PROFILE_H
#define TRIAGE_PROFILE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { PROFILE_VALUE_BYTES = 256, CURVE_BYTES = 32, CURVE_TEXT_BYTES = 41 };

#define PROFILE_LIST(X) \
    X(endpoint) X(server_key) X(public_key) X(secret_key) X(role) X(worker) X(team)

struct profile {
#define PROFILE_FIELD(name) char name[PROFILE_VALUE_BYTES];
    PROFILE_LIST(PROFILE_FIELD)
#undef PROFILE_FIELD
    char path[PROFILE_VALUE_BYTES * 4];
    bool plain; // a local ipc endpoint: no keys, file permissions guard it
    uint8_t server_bytes[CURVE_BYTES], secret_bytes[CURVE_BYTES];
};

// false with words such as "FILE:3: no such setting: foo".  Wipe it when done.
bool profile_load(struct profile *p, const char *path, char *why, size_t why_size);
// From text that is already in memory; name is for the words.
bool profile_parse(struct profile *p, char *text, const char *name, char *why, size_t why_size);
void profile_wipe(struct profile *p);
// The value of a setting that is not secret; NULL for any other name.
const char *profile_value(const struct profile *p, const char *name);
// path without ".yaml", with the suffix; malloc'd.
char *profile_beside(const struct profile *p, const char *suffix);

#endif
