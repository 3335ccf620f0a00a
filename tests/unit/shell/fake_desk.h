// fake_desk.h - a desk that keeps nothing, for tests of the shell alone.  It answers each message:
// "echo X" with the same bytes, "flood N" with N numbered replies of 1 KiB as fast as the peer
// reads, "figures" with what it saw, "halt" by stopping the process, "pause" by wanting no more for
// a while.
#ifndef FAKE_DESK_H
#define FAKE_DESK_H

#include "desk.h"

#define FAKE_FLOOD_BYTES 1024
#define FAKE_HALT_CODE   70

#endif
