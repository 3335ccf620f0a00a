// concern.h - a concern being written, as JSON until it is sent.
#ifndef TRIAGE_CONCERN_H
#define TRIAGE_CONCERN_H

#include <jansson.h>
#include <stddef.h>
#include <stdint.h>
#include <triage/triage.h>

#include "triage/v1/intake.pb-c.h"

struct triage_concern {
    uint8_t key[16];
    char key_text[37];
    Triage__V1__Answer danger; // declared; unspecified: as the concern says
    Triage__V1__Kind kind;     // unspecified: a safeguarding concern
    char on_behalf_of[64];
    json_t *words;
};

// A Submission that owns its bytes; NULL with the fault in why.
// Free with triage__v1__submission__free_unpacked.
Triage__V1__Submission *concern_pack(const struct triage_concern *n, char *why, size_t why_size);

#endif
