// say.h - words for people.  What others wrote is cleaned of terminal controls before it is shown.
#ifndef TRIAGE_SAY_H
#define TRIAGE_SAY_H

#include "command.h"

#include <stdio.h>

// "triage: words" on stderr.
void say_error(const char *format, ...) __attribute__((format(printf, 1, 2)));
// Field problems of the client's last answer, on stderr.
void say_problems(struct run *r);

// Text of others: control characters become '?', lines go on below the margin.
void say_text(FILE *out, const char *text, int margin);
// Cut or padded to a width in columns.
void say_cell(FILE *out, const char *text, int columns);
// Green, amber or red, always with the word, coloured where that is wanted.
void say_colour(FILE *out, const struct run *r, const char *word, int columns);
// "2026-07-01 10:30" in the user's time zone; "" for 0 or NULL.
const char *say_time(const json_t *rfc3339, char out[20]);
int64_t say_time_of(const json_t *rfc3339); // milliseconds; 0 for "" or NULL
const char *say_time_ms(int64_t utc_ms, char out[20]);
// "not met" for OUTCOME_NOT_MET and the like; other text as it is.
void say_word(const char *name, char *out, size_t size);
const char *say_member(const json_t *object, const char *name); // its text, or ""

// Any JSON as indented "name: value" lines.
void say_json(FILE *out, const json_t *j, int margin);
// JSON on stdout, one line; takes over j.
int say_data(json_t *j);

// Shows for command tables.
void show_case_brief(struct run *r, json_t *reply);
void show_queue(struct run *r, json_t *reply);
void show_claim(struct run *r, json_t *reply);
void show_mine(struct run *r, json_t *reply);
void show_look(struct run *r, json_t *reply);
void show_actions(struct run *r, json_t *reply);
void show_find(struct run *r, json_t *reply);
void show_overview(struct run *r, json_t *reply);
void show_reload(struct run *r, json_t *reply);
// Parts of an explanation: rows with what they rest on, the three questions, what was missing.
void show_reasons(const json_t *reasons);
void show_questions(const json_t *questions);
void show_missing_sets(const json_t *sets);
void show_headline(struct run *r, const json_t *headline);

#endif
