// status.c - one table for every status: its name, its sentence and its code on the wire.
#include "status.h"

#include <stdlib.h>

// wire -1: found out on this side.
static const struct {
    enum triage_status status;
    int wire;
    const char *name;
    const char *text;
} statuses[] = {
    {TRIAGE_OK, TRIAGE__V1__STATUS__STATUS_OK, "ok", "done"},
    {TRIAGE_DUPLICATE, TRIAGE__V1__STATUS__STATUS_DUPLICATE, "duplicate",
     "held already under this key: this is the first answer again"},
    {TRIAGE_E_ARGUMENT, -1, "argument", "this was asked in a way that cannot be sent"},
    {TRIAGE_E_INVALID, TRIAGE__V1__STATUS__STATUS_INVALID, "invalid",
     "a field holds what cannot be stored"},
    {TRIAGE_E_KEY_REUSED, TRIAGE__V1__STATUS__STATUS_KEY_REUSED, "key_reused",
     "this key was used for other content: send a supplement instead"},
    {TRIAGE_E_NOT_FOUND, TRIAGE__V1__STATUS__STATUS_NOT_FOUND, "not_found",
     "there is nothing here by that name"},
    {TRIAGE_E_FORBIDDEN, TRIAGE__V1__STATUS__STATUS_FORBIDDEN, "forbidden",
     "this key, or this worker, may not do this"},
    {TRIAGE_E_TOO_LARGE, TRIAGE__V1__STATUS__STATUS_TOO_LARGE, "too_large",
     "larger than the council's stated limit"},
    {TRIAGE_E_CONFLICT, TRIAGE__V1__STATUS__STATUS_CONFLICT, "conflict",
     "someone else changed it first: look again"},
    {TRIAGE_E_MALFORMED, TRIAGE__V1__STATUS__STATUS_MALFORMED, "malformed",
     "the message cannot be decoded"},
    {TRIAGE_E_KEY_UNKNOWN, TRIAGE__V1__STATUS__STATUS_KEY_UNKNOWN, "key_unknown",
     "the council does not know this key"},
    {TRIAGE_E_SERVER_KEY, -1, "server_key", "the server's key is not the one in the profile"},
    {TRIAGE_E_VERSION, TRIAGE__V1__STATUS__STATUS_VERSION, "version",
     "the council's server does not speak this version: update this program"},
    {TRIAGE_E_NOT_ENCRYPTED, -1, "not_encrypted", "the two sides do not agree on encryption"},
    {TRIAGE_E_PROFILE, -1, "profile", "the profile cannot be used"},
    {TRIAGE_E_OUTBOX, -1, "outbox", "the outbox cannot be used"},
    {TRIAGE_E_TIMEOUT, -1, "timeout", "no answer in time; sending the same again is safe"},
    {TRIAGE_E_UNREACHABLE, -1, "unreachable", "the council's server cannot be reached"},
    {TRIAGE_E_BUSY, TRIAGE__V1__STATUS__STATUS_BUSY, "busy",
     "full for now; sending the same again is safe"},
    {TRIAGE_E_NO_MEMORY, -1, "no_memory", "out of memory"},
    {TRIAGE_E_UNAVAILABLE, TRIAGE__V1__STATUS__STATUS_UNAVAILABLE, "unavailable",
     "not now; sending the same again is safe"},
    {TRIAGE_E_INTERRUPTED, -1, "interrupted", "interrupted"},
};

enum { STATUS_COUNT = sizeof statuses / sizeof *statuses };

const char *triage_status_name(enum triage_status s)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (statuses[i].status == s) return statuses[i].name;
    }
    return "unknown";
}

const char *triage_status_text(enum triage_status s)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (statuses[i].status == s) return statuses[i].text;
    }
    return "a status that this program does not know";
}

bool triage_status_is_retryable(enum triage_status s)
{
    return s >= TRIAGE_E_TIMEOUT;
}

enum triage_status status_from_wire(Triage__V1__Status wire)
{
    for (int i = 0; i < STATUS_COUNT; i++) {
        if (statuses[i].wire == (int)wire) return statuses[i].status;
    }
    // A newer server's word: its group still says whose move it is.
    return wire >= 300 ? TRIAGE_E_UNAVAILABLE : wire >= 200 ? TRIAGE_E_VERSION : TRIAGE_E_INVALID;
}

const char *triage_version(void)
{
    return TRIAGED_VERSION;
}

void triage_free(void *p)
{
    free(p);
}
