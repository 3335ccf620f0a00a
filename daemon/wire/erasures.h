// erasures.h - the list of what was erased, as it lies beside every backup: lines of text, so that
// a restore of an older backup erases it again, and says why.
//
//   case NUMBER record SEQ     a case, and the record that erased it
//   order SEQ HEX              why all between this record and the next order were erased: a
//                              KeptErasure, sealed, for its reasons are what people wrote
//
// A list of a release before orders has the first kind alone.
#ifndef TRIAGED_WIRE_ERASURES_H
#define TRIAGED_WIRE_ERASURES_H

#include "arena.h"
#include "bytes.h"
#include "err.h"

#include "triage/ledger/v1/record.pb-c.h"

struct erasures_key {
    uint8_t seal[32];
};
// From the ledger's index key: whoever can open the ledger can open the list, and nobody else.
void erasures_key_init(struct erasures_key *k, const uint8_t index_key[32]);

struct erasures_line {
    enum { ERASURES_CASE, ERASURES_ORDER } kind;
    uint64_t no, seq; // no: of a case
    struct bytes hex; // of an order; borrowed
};
// The first line of `text`; *used gets its length with its newline.  ERR_MALFORMED: it is none.
enum err erasures_line_read(struct bytes text, struct erasures_line *out, size_t *used);
// What an order says.  ERR_FORBIDDEN: another ledger's, or changed; ERR_MALFORMED, ERR_NO_MEMORY.
enum err erasures_order_open(const struct erasures_key *k, const struct erasures_line *line,
                             struct arena *a, Triage__Ledger__V1__KeptErasure **out);

#define ERASURES_CASE_MAX 64 // characters of a case's line, with its newline and NUL
size_t erasures_case_write(uint64_t no, uint64_t seq, char out[ERASURES_CASE_MAX]);
// The line with its newline and NUL, in the arena; no data when it is full.
struct bytes erasures_order_write(const struct erasures_key *k, uint64_t seq,
                                  const Triage__Ledger__V1__KeptErasure *order, struct arena *a);

#endif
