// report.h - a report on the record as a whole, for managers and auditors.  The ledger's own reader
// reads all headers beside the writer, and what comes back is folded and counted a little in each
// turn, so that nobody waits for a report but who asked for it.  What was folded is kept: the next
// report, as of its now, reads what came since.  One is made at a time.
#ifndef TRIAGED_REPORT_H
#define TRIAGED_REPORT_H

#include "inside.h"

// Do they oversee the council's work: managers, auditors, operators?
bool report_open_to(const struct message *m);
void report_ask(struct desk *d, struct message *m);
bool report_made(const struct desk *d); // one is being made just now
// In each turn of the loop: goes on with the one being made; true when it wants another turn soon.
bool report_turn(struct desk *d);
// Draining, or the end: nobody waits for it any more.
void report_stop(struct desk *d);
void report_close(struct desk *d);

#endif
