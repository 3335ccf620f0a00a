// attach.h - files of a case: listed, sent, read.
#ifndef TRIAGE_ATTACH_H
#define TRIAGE_ATTACH_H

#include "say.h"

void show_file_list(const json_t *files);
void show_files(struct run *r, json_t *reply);
int run_attach(struct run *r);
int run_attachment(struct run *r);
// One file to one case; an exit code.
int attach_one(struct run *r, const char *reference, const char *path);

#endif
