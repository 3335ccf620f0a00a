// words.h - text made of templates and times, in an arena.
#ifndef TRIAGED_WORDS_H
#define TRIAGED_WORDS_H

#include "inside.h"

// Text that grows; what does not fit is cut, never overrun.
struct words {
    char *text;
    size_t len, cap;
};
#define WORDS_MAX ((size_t)32 * 1024)
void words_init(struct words *w, struct arena *a, size_t cap);
const char *words_end(struct words *w,
                      struct arena *a); // gives back what the last text did not use
void words_add(struct words *w, const char *text);
void words_spaced(struct words *w, const char *code); // a code of ours: its underlines are spaces
void words_line(struct words *w, const char *before, const char *text); // with a newline

// "Tuesday 24 November 2026, 17:00", local time; "" for 0 or never.
const char *words_time(struct arena *a, int64_t utc_ms);

const char *words_number(struct arena *a, int64_t n); // "" for 0
// The three questions, one a line, as a referrer reads them; "" for none.
const char *words_questions(struct arena *a, const Triage__V1__ThreeQuestions *q);
const char *words_reasons(struct arena *a, Triage__V1__Reason **reasons, size_t n);
const char *words_list(struct arena *a, char **items, size_t n);

// A template's fields.  A line whose only field is empty is left out, and the label before it.
struct words_field {
    const char *name, *value;
};
void words_fill(struct words *w, const char *template, const struct words_field *fields, size_t n);

#endif
