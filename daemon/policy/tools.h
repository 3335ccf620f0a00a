// tools.h - what the tools of policy_tools.h share.
#ifndef TRIAGED_POLICY_TOOLS_IN_H
#define TRIAGED_POLICY_TOOLS_IN_H

#include "csv.h"
#include "feel_compile.h"
#include "pack.h"
#include "policy_tools.h"

#include <stdio.h>

#define TOOL_ARENA_BYTES ((size_t)16 << 20)

bool path_is_model(const char *path); // ends with ".dmn"
// "file:line: decision, row r, column c: text", a line a problem; JSON when asked for.
void report_print(const struct policy_report *r, bool json, FILE *out);
// A pack that can be used; NULL with its problems printed.
struct policy *tool_policy(const char *path, FILE *out);
void json_text(FILE *out, const char *text); // quoted and escaped

// One fact from a cell of a CSV file: yes, no, a number, a code, codes joined by '|', "none" for no
// code, "" for unknown.  false when the fact cannot hold it.
bool fact_parse(enum fact fact, const char *text, int32_t *out);

// check.c: gaps, overlaps, unguarded nulls and rows that nothing reaches, of one table.
void check_table(const struct pack_model *m, const struct table *t, struct policy_report *report);

#endif
