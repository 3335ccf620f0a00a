// verify.h - is what is kept as state what the records say?  Folds every record of a ledger and
// compares with its rows.  Works on a live ledger between commits, or on a copy.
#ifndef TRIAGED_VERIFY_H
#define TRIAGED_VERIFY_H

#include "err.h"
#include "ledger.h"

struct desk_verify_report {
    uint64_t records, cases, recipients;
    uint8_t head_hash[LEDGER_HASH_BYTES];
    char problem[256]; // "" when all is as it should be; names sequence, entity and field
};
// ERR_CORRUPT when chain or fold do not hold; ERR_IO, ERR_NO_MEMORY when it could not be told.
enum err desk_verify(struct ledger *ledger, struct desk_verify_report *out);

#endif
