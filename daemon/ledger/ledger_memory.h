// ledger_memory.h - the ledger in memory, for tests and the simulator, and how to hurt it.
//
// It seals, chains and checks with the same code as the one on disk.  Its disks live in this
// process under the settings' `path`: what was kept is found again by the next open of the same
// path, until ledger_memory_forget.  No threads: a turn is written, and a read is run, inside
// ledger_reap.
#ifndef TRIAGED_LEDGER_MEMORY_H
#define TRIAGED_LEDGER_MEMORY_H

#include "ledger.h"

// Slow: while held, a turn stays in flight and reads stay waiting.  Letting go wakes.
void ledger_memory_hold(struct ledger *l, bool turns, bool reads);

// What happens to the n-th append from now (1 = the next one), once.
enum memory_fault {
    MEMORY_NO_FAULT,
    MEMORY_LOST,   // UNKNOWN is told, and the turn is not on the disk
    MEMORY_UNTOLD, // UNKNOWN is told, and the turn is on the disk
    MEMORY_FENCED, // FENCED is told
    MEMORY_DIES    // the process ends (SIGKILL) before the turn is on the disk
};
void ledger_memory_fault(struct ledger *l, enum memory_fault fault, unsigned nth);
// The n-th read from now answers `e`.
void ledger_memory_read_fault(struct ledger *l, enum err e, unsigned nth);
// What ledger_space says from now on.
void ledger_memory_space(struct ledger *l, int64_t free_bytes);

// A crash: the ledger is gone (the pointer too) and calls nobody back.  A turn in flight reached
// the disk, or did not.  The path can be opened again at once.
void ledger_memory_crash(struct ledger *l, bool turn_survives);

// Flips one bit of what is kept at `path`, which must not be open: of a record's sealed header or
// body, or of a state row's sealed blob.  False when there is no such thing, or it is empty.
enum memory_part { MEMORY_HEADER, MEMORY_BODY, MEMORY_BLOB };
bool ledger_memory_flip(const char *path, enum memory_part part, uint64_t number, size_t bit);
// Takes away the last record, behind the head's back.
bool ledger_memory_truncate(const char *path);

// Forgets the disk at `path`, or all of them (NULL).  None may be open.
void ledger_memory_forget(const char *path);

#endif
