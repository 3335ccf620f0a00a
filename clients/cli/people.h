// people.h - what ids stand for, as the council says.
#ifndef TRIAGE_CLI_PEOPLE_H
#define TRIAGE_CLI_PEOPLE_H

#include "command.h"

// The council's name for a team; its id where the council tells no names to this key, or nobody is
// connected.  Asked for once a run, between two other requests.
const char *team_name(struct run *r, const char *id);
// The id of a team that was typed: as its id or, whatever its case, as its name.
const char *team_id(struct run *r, const char *typed);

void show_teams(struct run *r, json_t *reply);
void show_workers(struct run *r, json_t *reply);

#endif
