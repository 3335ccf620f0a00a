// ledger_file.h - a ledger that no daemon has open: a backup, or a stopped daemon's folder.  It
// needs the area's master key, and nothing is changed.
#ifndef TRIAGE_CLI_LEDGER_FILE_H
#define TRIAGE_CLI_LEDGER_FILE_H

#include "command.h"

#include <stdint.h>

struct ledger;
// A key file is one line of 40 characters of Z85; false when it is not.
bool ledger_file_key(uint8_t out[32], const char *path);
// Opened for reading; NULL with the words said and `code` set.  End it with ledger_close.
struct ledger *ledger_file_open(const char *folder, const char *key_file, int *code);

// `triage ledger verify --file DIR`: with --key FILE everything, with --checkpoint FILE and
// --signer FILE the chain against what was signed; with all three both.
int ledger_file_verify(struct run *r, const char *folder, const char *key_file);
// restore.c: `triage ledger restore DIR --to DIR`, `triage ledger drill DIR`.
int ledger_restore(struct run *r, const char *from, bool drill);

#endif
