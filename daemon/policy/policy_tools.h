// policy_tools.h - what a safeguarding lead can do with a pack or a model before anything goes
// live: the library part of `triage policy ...`.  Each prints to `out` and answers what the command
// exits with: 0 all is well, 1 something was found, 2 it could not be done (with one line saying
// why).
#ifndef TRIAGED_POLICY_TOOLS_H
#define TRIAGED_POLICY_TOOLS_H

#include "policy.h"

#include <stdio.h>

enum { TOOL_FINE = 0, TOOL_FOUND = 1, TOOL_FAILED = 2 };

// Runs the Technology Compatibility Kit's tests below `dir`: `pass|fail|error CASE` a line and a
// total.  TOOL_FINE only when all pass.
int policy_tck(const char *dir, bool json, FILE *out);
// As policy_tck, with a table per directory in Markdown instead of the lines.
int policy_tck_table(const char *dir, FILE *out);

// Loads a pack (or one .dmn file) and prints every problem as file:line: decision, row, column.
int policy_check(const char *path, bool json, FILE *out);

// One decision, or all of them, of a pack or a .dmn file, for facts in a JSON file ("-": standard
// input); the result and the trace as JSON.  `decision` NULL: all.
int policy_eval(const char *path, const char *decision, const char *facts, FILE *out);

// Runs PACK/tests/*.csv: columns named after facts are given, columns "expect.*" are held against
// the verdict.  Prints each row that differs and a total.
int policy_test(const char *path, bool json, FILE *out);

// The pack's tiers against a file of published scenarios: the confusion table by guide and over
// all, and every row where they disagree.  TOOL_FOUND when a row to refer falls below the
// threshold.
int policy_score(const char *path, const char *scenarios, bool json, FILE *out);

// The pack's tables as a person reads them.
enum policy_format { POLICY_MARKDOWN, POLICY_HTML };
int policy_show(const char *path, enum policy_format format, FILE *out);

#endif
