// replay.h - what other rules would have said of the cases that are here: tier, colour and team of
// each, by the pack in force and by another, on the facts that the case was last rated on.  Nothing
// is written, and nothing but headers' facts is read.
#ifndef TRIAGED_REPLAY_H
#define TRIAGED_REPLAY_H

#include "inside.h"

void replay_ask(struct desk *d, struct message *m);
// At the end of each turn; true: call again soon.
bool replay_turn(struct desk *d);
// Other rules came into force, or the daemon drains: who asked asks again.
void replay_stop(struct desk *d);
void replay_close(struct desk *d);

#endif
