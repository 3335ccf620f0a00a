// judge.h - one command on one case, judged by the table, in few words.
#ifndef TRIAGED_TEST_JUDGE_H
#define TRIAGED_TEST_JUDGE_H

#include "moves.h"
#include "world.h"

extern struct now now;               // of every judgement
extern struct command_result result; // of the last one

int judge_setup(void **state);
enum err apply(const struct casefile *f, const struct command *c, struct casefile *after);
struct casefile must(const struct casefile *f, struct command c);
struct casefile done(const struct casefile *f, enum command_kind kind, enum who_asks who);
// Refused with this error (and field, unless NULL) in a sentence, and nothing written.
void refused(const struct casefile *f, struct command c, enum err e, const char *field);
struct command not_met(enum who_asks who, const struct casefile *f);
struct casefile triaged(enum colour colour); // taken by Ana

#endif
