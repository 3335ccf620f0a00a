// twin.h - are two concerns about one adult about one incident?  A guess with its reasons, for a
// person to confirm: a false match is worse than a miss.
#ifndef TRIAGED_TWIN_H
#define TRIAGED_TWIN_H

#include "casefile.h"

#define TWIN_LEAST       70 // of 100: less is not worth a person's look
#define TWIN_CLOSED_DAYS 90 // a case closed so lately may be reopened for a new concern

// Score and reasons as twin_why keeps them; 0 when they are not alike enough.
int32_t twin_judge(const struct casefile *f, const struct casefile *other);
// Against one that is closed, of which only the adult and the day are known.
int32_t twin_judge_closed(bool same_number, int64_t closed_ms, int64_t received_ms);

#endif
