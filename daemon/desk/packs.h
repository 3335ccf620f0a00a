// packs.h - which rules are in force, and how others come into force: one manager proposes a pack
// that operators installed, another puts it in force.  Cases keep the pack that decided them.
#ifndef TRIAGED_PACKS_H
#define TRIAGED_PACKS_H

#include "inside.h"

void packs_status(struct desk *d, struct message *m);
void packs_propose(struct desk *d, struct message *m);
void packs_withdraw(struct desk *d, struct message *m);
void packs_activate(struct desk *d, struct message *m);

// The installed pack of that name or, when `name` is NULL, with that digest; NULL once it was
// answered why not.
struct policy *packs_open(struct desk *d, struct message *m, const char *name, uint64_t digest,
                          const char *field);

// At the start: the pack in force is the one that the ledger names, wherever its files are.
enum err packs_settle(struct desk *d, char *why, size_t size);

#endif
