// outbox.h - notices until their recipient holds them: owed in the record that caused them, pushed
// from a cursor on credit, kept until receipted, told again from any cursor ever given.
#ifndef TRIAGED_OUTBOX_H
#define TRIAGED_OUTBOX_H

#include "turn.h"

enum err outbox_init(struct desk *d);
// Is there room for `n` notices more to this recipient?  Asked before anything changes.
bool outbox_room(struct desk *d, const char *recipient, size_t n);
// The notice goes into the draft's body and header with its cursor.  All notices of a record are
// one recipient's.
uint64_t outbox_owe(struct desk *d, struct draft *draft, enum notice code, const char *recipient,
                    Triage__V1__Notice *n);

void outbox_durable(struct desk *d, struct recipient *r); // something new is on disk
// Each second or so: what could not be read may be readable now.
void outbox_try_again(struct desk *d);
bool outbox_push(struct desk *d, struct session *s); // true when there is more for later
void outbox_leave(struct session *s);

void outbox_follow(struct desk *d, struct message *m);
void outbox_receipt(struct desk *d, struct message *m);
void outbox_read(struct desk *d, struct message *m);

#endif
