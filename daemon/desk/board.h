// board.h - what a team's desks see of its queue without taking anything: headlines, pushed on
// credit, coalesced.  What was said comes with a claim or an audited look.
#ifndef TRIAGED_BOARD_H
#define TRIAGED_BOARD_H

#include "inside.h"

// The boards that show this case now and that somebody has followed: of what waits, and whole ones.
#define BOARD_LANES_MAX 3
size_t board_lanes_of(struct desk *d, const struct casefile *f, struct lane *out[BOARD_LANES_MAX]);
// What is on disk about this case on this board has changed.
void board_changed(struct lane *lane, uint64_t case_no);
void board_wake(struct desk *d); // after all of a turn's changes

void board_follow(struct desk *d, struct message *m);
void board_credit(struct desk *d, struct message *m);
void board_queue(struct desk *d, struct message *m);
// What credit becomes, within its limit.
uint32_t credit_add(const struct desk *d, uint32_t have, uint32_t more);
void board_leave(struct session *s);
// Pushes what credit allows; true when there is more for later.
bool board_push(struct desk *d, struct session *s);

// For lists: a restricted case that is offered is a reference, a colour and what to do, as the team
// may not read it.  The whole one is for who was let in to the case itself.
Triage__V1__Headline *headline_make(struct desk *d, const struct casefile *f);
Triage__V1__Headline *headline_whole(struct desk *d, const struct casefile *f);
// May this principal's desk see the board of that team?
bool board_open_to(const struct desk *d, const struct message *m, const char *team);

#endif
