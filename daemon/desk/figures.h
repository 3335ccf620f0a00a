// figures.h - one pass over a ledger's headers, and what is counted of it.  The same for a daemon,
// which reads its own ledger bit by bit and goes on where it stopped, and for a tool that reads a
// copy.
#ifndef TRIAGED_FIGURES_H
#define TRIAGED_FIGURES_H

#include "arena.h"
#include "land.h"
#include "ledger.h"
#include "tally.h"

#include "triage/v1/report.pb-c.h"

struct figures {
    struct land land, counted; // of the stories; of the tally
    struct tally_ask ask;
    struct stories stories;
    struct tally tally;
    struct casefile file; // the case of the record at hand, as far as stories know it
    uint64_t records;
    bool counting;
};

// Takes its memory for so many cases; what happened from `until_ms` on is left out.  ERR_NO_MEMORY.
enum err figures_begin(struct figures *g, int64_t until_ms, uint64_t cases_max);
// Each record, oldest first.
enum err figures_record(struct figures *g, const struct ledger_record *r);
// What is to be counted of them; may be asked again, of more records, when that is done.
void figures_ask(struct figures *g, const struct tally_ask *ask);
// After the last, again and again until it says true: each step takes well under a millisecond.
// ERR_NO_MEMORY in `e`: there are more groups than an answer may have.
bool figures_step(struct figures *g, enum err *e);
// Fills an answer out of the arena.
void figures_reply(const struct figures *g, struct arena *a, Triage__V1__ReportReply *out);
void figures_end(struct figures *g);

// All of it, over a whole ledger that nobody writes to.
enum err figures_of_ledger(struct ledger *l, const struct tally_ask *ask, struct arena *a,
                           Triage__V1__ReportReply *out, char *why, size_t size);

#endif
