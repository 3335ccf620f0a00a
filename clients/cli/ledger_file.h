// ledger_file.h - proves a ledger that no daemon has open: a backup, or a stopped daemon's folder.
#ifndef TRIAGE_CLI_LEDGER_FILE_H
#define TRIAGE_CLI_LEDGER_FILE_H

#include "command.h"

// `triage ledger verify --file DIR --key FILE`.  Needs the area's master key; changes nothing.
int ledger_file_verify(struct run *r, const char *folder, const char *key_file);

#endif
