// errands.h - what is out for a case, as it is typed and as people read it.
#ifndef TRIAGE_ERRANDS_H
#define TRIAGE_ERRANDS_H

#include "command.h"

int run_answer(struct run *r);
int run_enquire(struct run *r);
int run_check_report(struct run *r);
int run_review(struct run *r);
int run_take_back(struct run *r);
int run_reassign(struct run *r);

void show_errands(const json_t *errands); // indented, as part of a look
void show_tasks(struct run *r, json_t *reply);
void show_reassigned(struct run *r, json_t *reply);

#endif
