// tools.h - what the tools of policy_tools.h share.
#ifndef TRIAGED_POLICY_TOOLS_IN_H
#define TRIAGED_POLICY_TOOLS_IN_H

#include "csv.h"
#include "feel_compile.h"
#include "pack.h"
#include "policy_tools.h"

#include <jansson.h>
#include <stdio.h>

#define TOOL_ARENA_BYTES ((size_t)16 << 20)

bool path_is_model(const char *path); // ends with ".dmn"
// "file:line: decision, row r, column c: text", a line a problem; JSON when asked for.
void report_print(const struct policy_report *r, bool json, FILE *out);
// A pack that can be used; NULL with its problems printed.
struct policy *tool_policy(const char *path, FILE *err);
// A pack that can be used, or a single model: all of it, or with `some` whatever can be.
struct tool_source {
    struct policy *pack; // or NULL
    size_t n_models;
    const struct pack_model *models;
    struct pack_model single;
};
// false, with every problem printed.  Closed in either case.
bool tool_source_open(struct tool_source *s, const char *path, bool some, FILE *err);
void tool_source_close(struct tool_source *s);
void json_text(FILE *out, const char *text); // quoted and escaped
// tool_eval.c: what tables did, the first evaluated first, as members of a JSON array.
void tool_trace_print(FILE *out, const struct trace *t);

// The team that is suggested for afterwards, or the word that stands for it in routing tables.
const char *tool_suggested(const struct policy *p, const struct verdict *v);

// One fact from a cell of a CSV file: yes, no, a number, a code, codes joined by '|', "none" for no
// code, "" for unknown.  false when the fact cannot hold it.
bool fact_parse(enum fact fact, const char *text, int32_t *out);

// tool_facts.c: the object of a JSON file ("-": standard input); NULL, and one line says why.
json_t *tool_facts_json(const char *path, FILE *err);
// Its members as facts; false, with a line for each that is none or cannot be held.  What `other`
// takes is no fact and no mistake.  What follows from other facts (facts_follow) need not be given.
typedef bool facts_other_fn(const char *key, const json_t *value);
bool tool_facts_take(const char *path, const json_t *j, facts_other_fn *other, struct facts *out,
                     FILE *err);

// check.c: gaps, overlaps, unguarded nulls and rows that nothing reaches, of one table.
void check_table(const struct pack_model *m, const struct table *t, struct policy_report *report);

#endif
