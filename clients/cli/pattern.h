// pattern.h - what belongs together, as people read it.
#ifndef TRIAGE_PATTERN_H
#define TRIAGE_PATTERN_H

#include "command.h"

void show_links(struct run *r, json_t *reply);
void show_orgs(struct run *r, json_t *reply);
void show_handover(struct run *r, json_t *reply);

#endif
