// yearly_reply.h - the return as an answer, of a daemon's own record or of a copy of a ledger.
#ifndef TRIAGED_YEARLY_REPLY_H
#define TRIAGED_YEARLY_REPLY_H

#include "arena.h"
#include "ledger.h"
#include "returns.h"

#include "triage/v1/report.pb-c.h"

struct wire_keys;
// `keys` NULL: cases are named by their numbers, for who has no key to make references with.
void yearly_reply(const struct returns *r, const struct wire_keys *keys, struct arena *a,
                  Triage__V1__ReturnsReply *out);
// A whole ledger that nobody writes to.  `area_secret` (32 bytes) may be NULL.
enum err yearly_of_ledger(struct ledger *l, int year, int64_t now_ms, const uint8_t *area_secret,
                          struct arena *a, Triage__V1__ReturnsReply *out);

#endif
