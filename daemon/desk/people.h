// people.h - whom the council has: its teams, and the workers who are registered in them.
#ifndef TRIAGED_PEOPLE_H
#define TRIAGED_PEOPLE_H

#include "inside.h"

void people_teams(struct desk *d, struct message *m);
void people_workers(struct desk *d, struct message *m);

#endif
