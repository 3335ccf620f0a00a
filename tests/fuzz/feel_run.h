// feel_run.h - FEEL text through lexer, parser, compiler and evaluator, for the targets.
#ifndef TRIAGED_FUZZ_FEEL_RUN_H
#define TRIAGED_FUZZ_FEEL_RUN_H

#include "dmn.h"

#define FEEL_RUN_STEPS 20000
#define FEEL_RUN_ARENA ((size_t)1 << 20)

enum feel_run_end { FEEL_RUN_REFUSED, FEEL_RUN_STOPPED, FEEL_RUN_DONE };

// An expression over the inputs a (5), b ("text"), c (unknown), d ([1, 2, 3]) and e ({x: 1, y z:
// 2}).
enum feel_run_end feel_run(struct bytes text, struct value *out);
// Unary tests of each of `n` values; out[i] is null for one that was stopped at a limit.
enum feel_run_end feel_run_tests(struct bytes text, const struct value *in, size_t n,
                                 struct value *out);
// Gives back what the last run took.
void feel_run_close(void);

#endif
