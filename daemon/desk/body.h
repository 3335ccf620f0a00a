// body.h - a record's body, of which a reader wants a part: the rest is not decoded.
#ifndef TRIAGED_DESK_BODY_H
#define TRIAGED_DESK_BODY_H

#include "arena.h"
#include "bytes.h"
#include "err.h"

#include "triage/ledger/v1/record.pb-c.h"

// Bits of Body's field numbers.
enum body_part {
    BODY_CONCERN = 1 << 1,
    BODY_REQUEST = 1 << 2,
    BODY_ASSESSMENT = 1 << 3,
    BODY_NOTICES = 1 << 4,
    BODY_REPLY = 1 << 5,
    BODY_TEXT = 1 << 6,
    BODY_RECEIPT = 1 << 7,
    BODY_KEY = 1 << 8,
    BODY_DIGEST = 1 << 9,
    BODY_FILES = 1 << 10,
    BODY_PART = 1 << 11,
    BODY_ERASURE = 1 << 30
};
// ERR_CORRUPT, ERR_NO_MEMORY.
enum err body_read(struct bytes packed, unsigned parts, struct arena *a,
                   Triage__Ledger__V1__Body **out);

#endif
