// erase.h - what has ended is erased by two MASH managers and by nobody else.  One proposes it,
// with the reason: one case, or all that is due by the council's schedule.  Another agrees: that is
// the order, a record of the area's own, which outlives what it erases.  Then the daemon carries it
// out, a few cases a turn, and goes on after a crash.  One order at a time.
#ifndef TRIAGED_DESK_ERASE_H
#define TRIAGED_DESK_ERASE_H

#include "inside.h"

void erase_case(struct desk *d, struct message *m);
void erase_all_due(struct desk *d, struct message *m);
void erase_answer(struct desk *d, struct message *m);
void erase_status(struct desk *d, struct message *m);
void erase_due(struct desk *d, struct message *m); // what is due; erases nothing
// Why this case is gone, for `report`.  False: parked, or it cannot be read just now (`e`).
bool erase_why(struct desk *d, struct message *m, const struct casefile *f,
               Triage__V1__CaseReport *report, enum err *e);

enum err erase_init(struct desk *d);
// In each turn of the loop: true when one of them wants another turn soon.
bool erase_sweep_turn(struct desk *d);
bool erase_due_turn(struct desk *d);
// The row of this closed case on disk is newer than one that was read before.
void erase_stale(struct desk *d, uint64_t no);
void erase_stop(struct desk *d); // draining: whoever asked what is due asks again
void erase_close(struct desk *d);

// --- For the files of erase*.c. ---
bool erase_open_to(const struct message *m); // MASH managers and auditors

#endif
