// room.h - whether what is done with a case can be kept now.
#ifndef TRIAGED_DESK_ROOM_H
#define TRIAGED_DESK_ROOM_H

#include "inside.h"

// For a command of `bytes` on `f`, its notices, and the same on what is linked to it.  Without it
// nothing is done: whoever asks hears BUSY, and the clock waits until commits or receipts have made
// some.
bool room_for_work(struct desk *d, const struct casefile *f, size_t bytes);

#endif
