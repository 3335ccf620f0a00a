// operate.h - what operators ask: figures, reloads, the clock, proof, erasure.  No content, no
// decisions.
#ifndef TRIAGED_OPERATE_H
#define TRIAGED_OPERATE_H

#include "inside.h"

void operate_overview(struct desk *d, struct message *m);
void operate_reload(struct desk *d, struct message *m);
void operate_confirm_clock(struct desk *d, struct message *m);
void operate_verify(struct desk *d, struct message *m);
void operate_checkpoint(struct desk *d, struct message *m);
void operate_backup(struct desk *d, struct message *m);

#endif
