// policy_tools.h - what a safeguarding lead can do with a pack or a model before anything goes
// live: the library part of `triage policy ...`.  Each prints to `out` and answers what the command
// exits with: 0 all is well, 1 something was found, 2 it could not be done, with a line on `err`
// for each reason.
#ifndef TRIAGED_POLICY_TOOLS_H
#define TRIAGED_POLICY_TOOLS_H

#include "policy.h"

#include <stdio.h>

enum { TOOL_FINE = 0, TOOL_FOUND = 1, TOOL_FAILED = 2 };

// Runs the Technology Compatibility Kit's tests below `dir`: `pass|fail|error CASE` a line and a
// total.  TOOL_FINE only when all pass.
int policy_tck(const char *dir, bool json, FILE *out, FILE *err);
// As policy_tck, with a table per directory in Markdown instead of the lines.
int policy_tck_table(const char *dir, FILE *out, FILE *err);

// Loads a pack (or one .dmn file) and prints every problem as file:line: decision, row, column.
// `date` ("2026-12-25", NULL: today) is the day from which its holidays have to last.
int policy_check(const char *path, const char *date, bool json, FILE *out, FILE *err);

// One decision, or all of them, of a pack or a .dmn file, for facts in a JSON file ("-": standard
// input); the result and the trace as JSON.  `decision` NULL: all.  Of a pack, outcomes that the
// file does not give (limb_a to score) are those that the pack comes to.
int policy_eval(const char *path, const char *decision, const char *facts, FILE *out, FILE *err);

// Why a pack decides these facts as it does: the three questions, rating and route, each with its
// rows and what they rest on; and what was missing.
int policy_explain_facts(const char *path, const char *facts, bool json, FILE *out, FILE *err);

// What changed between two packs, or two .dmn files, in words.  TOOL_FOUND when anything did.
int policy_diff(const char *old_path, const char *new_path, bool json, FILE *out, FILE *err);

// Runs PACK/tests/*.csv: columns named after facts are given, columns "expect.*" are held against
// the verdict.  Prints each row that differs and a total.
int policy_test(const char *path, bool json, FILE *out, FILE *err);

// The pack's tiers against a file of published scenarios: the confusion table by guide and over
// all, and every row where they disagree.  TOOL_FOUND when a row to refer falls below the
// threshold.
int policy_score(const char *path, const char *scenarios, bool json, FILE *out, FILE *err);

// The pack's tables as a person reads them.
enum policy_format { POLICY_MARKDOWN, POLICY_HTML };
int policy_show(const char *path, enum policy_format format, FILE *out, FILE *err);

#endif
